//! Runs: a folded text cut by script, so that each stretch goes to the segmenter of its language.
//!
//! Not language detection by vocabulary: one sentence may hold both languages, and script settles which segmenter applies.

use super::chars::{is_han, is_latin_letter, is_latin_text};

/// What a run is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Chinese characters only.
    Han,
    /// Western text with at least one Latin letter or digit; spaces and punctuation inside belong to it.
    Latin,
    /// Anything else: kana, emoji, Chinese punctuation, line breaks, and spaces and punctuation on their own.
    Other,
}

/// A maximal stretch of one script: bytes `start..end` of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Run {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// What it is written in.
    pub script: Script,
}

/// Cuts `folded` into runs that tile it; `out` is cleared first.
pub fn runs(folded: &str, out: &mut Vec<Run>) {
    out.clear();
    let mut push = |start: usize, end: usize, script: Script| {
        if start == end {
            return;
        }
        // Western punctuation beside kana or emoji is one run of "other" with them.
        if let Some(last) = out.last_mut()
            && script == Script::Other
            && last.script == Script::Other
        {
            last.end = end as u32;
            return;
        }
        out.push(Run { start: start as u32, end: end as u32, script });
    };
    let (mut start, mut kind, mut has_word) = (0, None, false);
    let mut at = 0;
    while at < folded.len() {
        // Within a stretch of Chinese nothing else is asked of a character.
        if kind == Some(Script::Han) {
            at = ideographs_end(folded.as_bytes(), at);
        }
        let Some(c) = folded[at..].chars().next() else { break };
        let here = match c {
            '\u{4E00}'..='\u{9FFF}' => Script::Han,
            '\n' => Script::Other,
            '\0'..='\x7f' => Script::Latin,
            c if is_han(c) => Script::Han,
            c if is_latin_text(c) => Script::Latin,
            _ => Script::Other,
        };
        if kind != Some(here) {
            if let Some(kind) = kind {
                push(start, at, settled(kind, has_word));
            }
            (start, kind, has_word) = (at, Some(here), false);
        }
        has_word |= c.is_ascii_alphanumeric() || is_latin_letter(c);
        at += c.len_utf8();
    }
    if let Some(kind) = kind {
        push(start, folded.len(), settled(kind, has_word));
    }
}

/// Where the ideographs U+4E00 to U+9FFF end that stand in a row from byte `at` on: known by their first bytes.
fn ideographs_end(text: &[u8], mut at: usize) -> usize {
    while let [0xE5..=0xE9, ..] | [0xE4, 0xB8..=0xBF, ..] = text[at..] {
        at += 3;
    }
    at
}

/// A stretch of Western characters without letter or digit is no Latin text.
fn settled(kind: Script, has_word: bool) -> Script {
    if kind == Script::Latin && !has_word { Script::Other } else { kind }
}

/// The languages of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Languages {
    /// It holds a Chinese character.
    pub zh: bool,
    /// It holds a word of at least two Latin letters.
    pub en: bool,
}

impl Languages {
    /// `zh`, `en`, `zh+en`, or nothing where the comment has neither.
    pub const fn as_str(self) -> &'static str {
        match (self.zh, self.en) {
            (true, true) => "zh+en",
            (true, false) => "zh",
            (false, true) => "en",
            (false, false) => "",
        }
    }
}

/// The languages of the text whose runs these are.
pub fn languages(runs: &[Run], folded: &str) -> Languages {
    let mut languages = Languages::default();
    for run in runs {
        match run.script {
            Script::Han => languages.zh = true,
            Script::Latin if !languages.en => {
                let mut letters = 0;
                languages.en = folded[run.start as usize..run.end as usize].chars().any(|c| {
                    letters = if is_latin_letter(c) { letters + 1 } else { 0 };
                    letters >= 2
                });
            }
            Script::Latin | Script::Other => {}
        }
    }
    languages
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<(&str, Script)> {
        let mut out = Vec::new();
        runs(text, &mut out);
        out.iter().map(|r| (&text[r.start as usize..r.end as usize], r.script)).collect()
    }

    #[test]
    fn runs_follow_the_script() {
        use Script::{Han, Latin, Other};
        let cases: [(&str, &[(&str, Script)]); 9] = [
            ("", &[]),
            ("服务很好", &[("服务很好", Han)]),
            ("can't check-in, sorry", &[("can't check-in, sorry", Latin)]),
            ("app闪退", &[("app", Latin), ("闪退", Han)]),
            ("服务 good 不错", &[("服务", Han), (" good ", Latin), ("不错", Han)]),
            ("好,差", &[("好", Han), (",", Other), ("差", Han)]),
            ("好😀 。ok", &[("好", Han), ("😀 。", Other), ("ok", Latin)]),
            ("等了3个小时", &[("等了", Han), ("3", Latin), ("个小时", Han)]),
            ("a\nb", &[("a", Latin), ("\n", Other), ("b", Latin)]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn languages_need_a_character_or_a_word() {
        for (text, expected) in
            [("服务", "zh"), ("good", "en"), ("app闪退", "zh+en"), ("3 a 5", ""), ("a b", ""), ("", ""), ("😀", "")]
        {
            let mut out = Vec::new();
            runs(text, &mut out);
            assert_eq!(languages(&out, text).as_str(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn runs_tile_the_text(text in "(\\PC|\n|[a-z' 服务，。😀]){0,30}") {
            let mut out = Vec::new();
            runs(&text, &mut out);
            let mut at = 0;
            for run in &out {
                prop_assert_eq!(run.start, at);
                prop_assert!(run.end > run.start && text.is_char_boundary(run.end as usize));
                at = run.end;
            }
            prop_assert_eq!(at as usize, text.len());
        }
    }
}
