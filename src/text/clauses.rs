//! Clauses and sentences of a folded text: the reach within which a praise or blame word belongs to a driver.
//!
//! Not a parser: cuts are at punctuation, at spaces that stand for punctuation, and at the starts that the caller adds for
//! contrast words.

use super::chars::is_han;

/// A clause: bytes `start..end` of the folded text, with the punctuation that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clause {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// Index of its sentence in the text, from 0.
    pub sentence: u32,
}

/// How much a character ends; ordered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Nothing,
    Clause,
    Sentence,
}

/// Words with a full stop that does not end the sentence.
const ABBREVIATIONS: [&str; 9] = ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "approx", "incl"];

/// Cuts `folded` into clauses that tile it; `out` is cleared first. `breaks` are further starts of clauses, sorted: contrast
/// words, say. Punctuation and spaces after a clause belong to it.
pub fn clauses(folded: &str, breaks: &[u32], out: &mut Vec<Clause>) {
    out.clear();
    let mut breaks = breaks.iter().copied().peekable();
    let (mut start, mut sentence) = (0, 0);
    // Whether the clause has anything but punctuation so far, and what the punctuation since then has ended.
    let (mut content, mut ended) = (false, End::Nothing);
    let mut previous = None;
    let mut at = 0;
    while at < folded.len() {
        // Most characters are letters within a clause, where nothing starts or ends.
        if content && ended == End::Nothing {
            let reach = breaks.peek().map_or(folded.len(), |b| (*b as usize).min(folded.len()));
            let plain = plain_end(folded, at, reach);
            if plain > at {
                previous = folded[..plain].chars().next_back();
                at = plain;
                continue;
            }
        }
        let mut rest = folded[at..].chars();
        let (i, Some(c)) = (at, rest.next()) else { break };
        at += c.len_utf8();
        let next = rest.next();
        let mut starts = false;
        while breaks.next_if(|b| *b as usize <= i).is_some_and(|b| b as usize == i) {
            starts = true;
        }
        let here = end_of(folded, i, previous, c, next);
        let closes = here > End::Nothing
            || c.is_whitespace()
            || ended > End::Nothing && closes_a_quote(c) && !previous.is_some_and(char::is_whitespace);
        if content && (starts || opens(c) || ended > End::Nothing && !closes) {
            out.push(Clause { start: start as u32, end: i as u32, sentence });
            sentence += u32::from(ended == End::Sentence);
            (start, content, ended) = (i, false, End::Nothing);
        }
        if here == End::Nothing {
            content |= !c.is_whitespace();
        } else if content {
            ended = ended.max(here);
        }
        previous = Some(c);
    }
    if start < folded.len() {
        out.push(Clause { start: start as u32, end: folded.len() as u32, sentence });
    }
}

/// Where letters and digits end that are neither punctuation nor space, as far as a glance tells: from byte `from` on, of characters that
/// start before byte `to`.
fn plain_end(folded: &str, from: usize, to: usize) -> usize {
    let bytes = folded.as_bytes();
    let mut at = from;
    while at < to {
        at += match bytes[at] {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => 1,
            // U+5000 to U+9FFF, all of them ideographs.
            0xE5..=0xE9 => 3,
            // U+4E00 to U+4FFF.
            0xE4 if bytes[at + 1] >= 0xB8 => 3,
            _ => break,
        };
    }
    at
}

/// What character `c` at byte `i` ends, seen with its neighbours.
fn end_of(folded: &str, i: usize, previous: Option<char>, c: char, next: Option<char>) -> End {
    let between_digits = || previous.is_some_and(|p| p.is_ascii_digit()) && next.is_some_and(|n| n.is_ascii_digit());
    let beside_han = || previous.is_some_and(is_han) || next.is_some_and(is_han);
    match c {
        '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' | '｡' | '؟' => End::Sentence,
        '.' => {
            let stands_last = next.is_none_or(|n| n.is_whitespace() || closes_a_quote(n));
            if beside_han() || stands_last && !is_abbreviation(&folded[..i]) { End::Sentence } else { End::Nothing }
        }
        '，' | '：' | '…' | '—' | '―' | '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' | '|' | '•' => {
            End::Clause
        }
        ',' | '~' if !between_digits() => End::Clause,
        ':' if !between_digits() && next != Some('/') => End::Clause,
        '-' if previous.is_some_and(char::is_whitespace) && next.is_some_and(char::is_whitespace) => End::Clause,
        // Many people write a space where others write a comma.
        ' ' if previous.is_some_and(is_han) && next.is_some_and(is_han) => End::Clause,
        _ => End::Nothing,
    }
}

/// A circled or bracketed number begins an item of a list.
const fn opens(c: char) -> bool {
    matches!(c, '(' | '（' | '[' | '【' | '•' | '\u{2460}'..='\u{249B}' | '\u{2776}'..='\u{2793}')
}

const fn closes_a_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '」' | '』' | '》' | '〉')
}

/// Whether the full stop after `head` belongs to an abbreviation: after a single letter (e.g., U.S.) or a known short title.
fn is_abbreviation(head: &str) -> bool {
    let word = head.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    // "plan b." and "i." end sentences too, but a single letter more often stands for a longer word.
    (word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic()))
        || ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Clauses joined by `|`, sentences by `‖`.
    fn shown(text: &str, breaks: &[u32]) -> String {
        let mut out = Vec::new();
        clauses(text, breaks, &mut out);
        let mut shown = String::new();
        for (i, clause) in out.iter().enumerate() {
            if i > 0 {
                shown.push_str(if out[i - 1].sentence == clause.sentence { "|" } else { "‖" });
            }
            shown.push_str(&text[clause.start as usize..clause.end as usize]);
        }
        shown
    }

    #[test]
    fn clauses_end_at_punctuation() {
        for (text, expected) in [
            ("", ""),
            ("服务好", "服务好"),
            ("服务好，但是贵。不会再来！", "服务好，|但是贵。‖不会再来！"),
            ("服务好,但是贵!!不来", "服务好,|但是贵!!‖不来"),
            ("服务、环境都好", "服务、环境都好"),
            ("服务好 环境差", "服务好 |环境差"),
            ("服务 good 不错", "服务 good 不错"),
            ("优点：安静", "优点：|安静"),
            ("味道…一般", "味道…|一般"),
            ("好吃~服务好", "好吃~|服务好"),
            ("环境(有点吵)还行", "环境|(有点吵)|还行"),
            ("好吃😀下次来", "好吃😀下次来"),
            ("①服务好②环境差", "①服务好|②环境差"),
            ("好吃.服务差", "好吃.‖服务差"),
            ("第一行\n第二行", "第一行\n‖第二行"),
            ("slow service. great food", "slow service. ‖great food"),
            ("it cost 3.5, at 12:30 for 1,000", "it cost 3.5, |at 12:30 for 1,000"),
            ("food, e.g. soup", "food, |e.g. soup"),
            ("dr. lee was kind", "dr. lee was kind"),
            ("well-run - but loud", "well-run - |but loud"),
            ("he said \"slow.\" i left", "he said \"slow.\" ‖i left"),
            ("see http://a.b/c now", "see http://a.b/c now"),
            ("，，服务好", "，，服务好"),
        ] {
            assert_eq!(shown(text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn callers_add_starts() {
        assert_eq!(shown("服务好但是贵", &[9]), "服务好|但是贵");
        assert_eq!(shown("但是贵", &[0]), "但是贵");
        assert_eq!(shown("服务好，但是贵", &[12, 12]), "服务好，|但是贵");
        // Not on a character's boundary: no start.
        assert_eq!(shown("服务好", &[4]), "服务好");
    }

    proptest! {
        #[test]
        fn clauses_tile_the_text(
            text in "(\\PC|[\n 。，.,!()a服好①\"-]){0,40}",
            mut breaks in prop::collection::vec(0u32..120, 0..4),
        ) {
            breaks.sort_unstable();
            let mut out = Vec::new();
            clauses(&text, &breaks, &mut out);
            let (mut at, mut sentence) = (0, 0);
            for clause in &out {
                prop_assert_eq!(clause.start, at);
                prop_assert!(clause.end > clause.start && text.is_char_boundary(clause.end as usize));
                prop_assert!(clause.sentence == sentence || clause.sentence == sentence + 1);
                (at, sentence) = (clause.end, clause.sentence);
            }
            prop_assert_eq!(at as usize, text.len());
        }
    }
}
