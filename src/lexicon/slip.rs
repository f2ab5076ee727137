//! Terms that can be read, and are surely not meant as they stand: several in one, and a dash that takes nothing away.
//!
//! Not for terms that cannot be read (`term`), nor for what matching makes of one.

use crate::text::chars::is_han;

/// What whoever wrote a term seems to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slip<'t> {
    /// These terms, each by itself.
    Several(Vec<&'t str>),
    /// To take this term away.
    Dash(&'t str),
}

/// Marks between words that are no part of a term; of these the slash also makes expressions and units (`and/or`, `元/斤`).
const BETWEEN: [char; 10] = ['、', '，', ',', '；', ';', '｜', '|', '\n', '\r', '\t'];
const SLASH: [char; 2] = ['/', '／'];

/// What keyboards have beside `-`, and `-` itself.
const DASHES: [char; 11] = ['-', '－', '﹣', '−', '–', '—', '―', '‒', '‐', '‑', '﹘'];

/// Finds out whether a term, as it is written, is a slip. What takes a term away as it should, and expressions, are none.
pub(crate) fn slip(written: &str) -> Option<Slip<'_>> {
    let written = written.trim();
    if written.starts_with("- ") || written.starts_with("re:") {
        return None;
    }
    let after = written.trim_start_matches(DASHES);
    if after.len() < written.len() {
        let term = after.trim();
        if term.starts_with(char::is_alphabetic) {
            return Some(Slip::Dash(term));
        }
    }
    // Signs of an expression, inside which marks are something else.
    if written.contains(['[', ']', '{', '}', '^', '\\']) {
        return None;
    }
    let terms = |between: &[char], han: usize, letters: usize| {
        let parts = written.split(between).map(|part| part.trim_matches(|c: char| c.is_whitespace() || is_quote(c)));
        let words: Vec<&str> = parts.filter(|part| is_word(part, han, letters)).collect();
        (words.len() > 1).then_some(Slip::Several(words))
    };
    terms(&BETWEEN, 1, 2).or_else(|| terms(&SLASH, 2, 3))
}

/// The same of a word of no driver, of which there are no examples, and in English many phrases with a comma.
pub(crate) fn slip_of_word(written: &str) -> Option<Slip<'_>> {
    slip(written).filter(|slip| match slip {
        Slip::Several(words) => words.iter().all(|word| word.chars().any(is_han)),
        Slip::Dash(_) => true,
    })
}

/// Whether a part may be a term: by so many Chinese characters, or so many letters of any script.
fn is_word(part: &str, han: usize, letters: usize) -> bool {
    part.chars().filter(|c| is_han(*c)).count() >= han || part.chars().filter(|c| c.is_alphabetic()).count() >= letters
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」')
}

impl Slip<'_> {
    /// Whether the term is meant all the same: an example of its driver holds it.
    pub(crate) fn is_meant<'e>(&self, written: &str, examples: impl IntoIterator<Item = &'e str>) -> bool {
        let written = written.trim().to_lowercase();
        matches!(self, Self::Several(_))
            && examples.into_iter().any(|example| example.to_lowercase().contains(&written))
    }

    /// What is wrong, in one sentence.
    pub(crate) fn message(&self, written: &str) -> String {
        let written = in_one_line(written);
        match self {
            Self::Several(terms) => format!("`{written}` holds {} terms", terms.len()),
            Self::Dash(term) => format!("`{written}` looks like taking a term away, and does not: that is `- {term}`"),
        }
    }
}

/// A term as messages show it.
fn in_one_line(written: &str) -> String {
    written.trim().replace("\r\n", "⏎").replace(['\n', '\r'], "⏎").replace('\t', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_terms_in_one_are_told_apart() {
        for (written, want) in [
            ("会员卡、贵宾卡，黑卡", &["会员卡", "贵宾卡", "黑卡"][..]),
            ("会员卡/贵宾卡", &["会员卡", "贵宾卡"]),
            ("会员卡／贵宾卡", &["会员卡", "贵宾卡"]),
            ("吵、闹", &["吵", "闹"]),
            ("缺料；空了", &["缺料", "空了"]),
            ("缺料｜空了", &["缺料", "空了"]),
            ("会员卡\n贵宾卡", &["会员卡", "贵宾卡"]),
            ("会员卡\r\n贵宾卡\r\n", &["会员卡", "贵宾卡"]),
            ("“会员卡”，“贵宾卡”", &["会员卡", "贵宾卡"]),
            ("\"会员卡\", \"贵宾卡\"", &["会员卡", "贵宾卡"]),
            ("nobody refilled, empty", &["nobody refilled", "empty"]),
            ("app闪退;卡顿", &["app闪退", "卡顿"]),
            ("drop-off/pick-up", &["drop-off", "pick-up"]),
            ("等位/排队/叫号", &["等位", "排队", "叫号"]),
        ] {
            assert_eq!(slip(written), Some(Slip::Several(want.to_vec())), "{written}");
        }
    }

    #[test]
    fn dashes_of_every_keyboard_are_told() {
        for written in
            ["－ 会员", "—会员", "– 会员", "-会员", "——　会员", "−会员", "‐ 会员", "-- 会员", "-\u{3000}会员"]
        {
            assert_eq!(slip(written), Some(Slip::Dash("会员")), "{written}");
        }
        assert_eq!(slip("—— x"), Some(Slip::Dash("x")));
    }

    #[test]
    fn what_is_meant_so_is_no_slip() {
        for written in [
            "- 会员",
            "  - 会员、积分",
            "24/7",
            "w/o",
            "n/a",
            "f/a",
            "mb/s",
            "and/or",
            "5/5",
            "元/斤",
            "元/小时",
            "1,000 元",
            "call & back",
            "服务员 ~3 不理",
            "re:/(慢|吵)/",
            "re:/等、排/",
            "坐得[^，。！]{0,2}(腰|腿)",
            "晾不干,",
            "、",
            "-",
            "/",
            "—",
            "-_-",
            "-1",
            ";-)",
            "(´;ω;`)",
            ":-/",
            "un-comfortable",
            "a,b",
            "",
        ] {
            assert_eq!(slip(written), None, "{written}");
        }
    }

    #[test]
    fn phrases_of_no_driver_may_have_a_comma() {
        assert_eq!(slip_of_word("no, thanks"), None);
        assert_eq!(slip_of_word("赞、棒"), Some(Slip::Several(vec!["赞", "棒"])));
        assert_eq!(slip_of_word("－ 赞"), Some(Slip::Dash("赞")));
    }

    #[test]
    fn an_example_says_that_a_term_is_meant() {
        let written = "First time, no pain";
        let several = slip(written).unwrap();
        assert!(several.is_meant(written, ["they got it first time, no pain at all"]));
        assert!(!several.is_meant(written, ["first time", "no pain"]));
        let dash = slip("-会员").unwrap();
        assert!(!dash.is_meant("-会员", ["-会员"]));
    }
}
