//! Numbers and stretches of time in a term: `<number>`, `<duration>`.
//!
//! Not for what they say: that "waited `<duration>`" is slow is the driver's to write.

use super::term::Phrase;

/// A number in digits or in words.
const NUMBER: &str = concat!(
    r"(?:[0-9]+(?:[.,][0-9]+)?(?: ?[-~到至] ?[0-9]+(?:[.,][0-9]+)?)?|[一二两三四五六七八九十百千万半几数]+",
    r"|(?-u:\b)(?:(?:half |quarter of )?an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty",
    r"|forty|fifty|sixty|ninety|hundred|several|many|a few|few|(?:a )?couple(?: of)?)(?: and a half)?)",
);
/// What a stretch of time is counted in.
const UNIT: &str = concat!(
    r" ?-?(?:多|来|几|余)?个?(?:多|半)? ?(?:小时|钟头|分钟|刻钟|秒钟|天|周|星期|礼拜|月|年|秒",
    r"|(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|seconds?|secs?)(?-u:\b)(?: and a half)?)",
);
/// The placeholders that a term may hold.
const ALL: [&str; 2] = ["<number>", "<duration>"];

/// Whether a phrase holds a placeholder.
pub fn holds(phrase: &Phrase) -> bool {
    ALL.iter().any(|placeholder| phrase.text.contains(placeholder))
}

/// The regular expression that a phrase with placeholders stands for; `fold` folds its words as texts are. A space may stand, or be
/// left out, beside a placeholder.
pub fn regex(phrase: &Phrase, mut fold: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = phrase.text.as_str();
    while let Some((at, placeholder)) = ALL.iter().filter_map(|p| Some((rest.find(p)?, *p))).min() {
        out.push_str(&words(&fold(&rest[..at])));
        if !out.is_empty() {
            out.push_str(" ?");
        }
        out.push_str(NUMBER);
        if placeholder == "<duration>" {
            out.push_str(UNIT);
        }
        rest = &rest[at + placeholder.len()..];
        if !rest.trim().is_empty() {
            out.push_str(" ?");
        }
    }
    out.push_str(&words(&fold(rest)));
    if phrase.open_end {
        out.push_str(r"[a-z]*");
    }
    out
}

/// Words as an expression: whole ones where they are Latin.
fn words(folded: &str) -> String {
    let folded = folded.trim();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let edge = |is: bool| if is { r"(?-u:\b)" } else { "" };
    format!(
        "{}{}{}",
        edge(latin(folded.chars().next())),
        regex::escape(folded),
        edge(latin(folded.chars().next_back()))
    )
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{holds, regex};
    use crate::lexicon::term::Phrase;

    #[test]
    fn placeholders_stand_for_numbers_and_times() {
        for (term, text, found) in [
            ("等了<duration>", "我等了两个半小时呢", Some("等了两个半小时")),
            ("等了<duration>", "等了 40 分钟", Some("等了 40 分钟")),
            ("等了<duration>", "等了一会儿", None),
            ("waited <duration>", "we waited over it", None),
            ("waited <duration>", "waited an hour and a half", Some("waited an hour and a half")),
            ("<duration> on hold", "was 40 minutes on hold", Some("40 minutes on hold")),
            ("<duration> late", "two hours later", None),
            ("<number> db", "at 78 db", Some("78 db")),
            ("<number>分贝", "有七十分贝", Some("七十分贝")),
            ("took <number> tries", "took 2-3 tries", Some("took 2-3 tries")),
        ] {
            let phrase = Phrase { text: term.to_owned(), open_end: false, slips: false };
            assert!(holds(&phrase));
            let expression = Regex::new(&regex(&phrase, str::to_owned)).unwrap();
            assert_eq!(expression.find(text).map(|found| found.as_str()), found, "{term} in {text}");
        }
    }
}
