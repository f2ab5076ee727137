//! The score that stands in a label, as survey tools write the answers of a scale.
//!
//! Not for what a scale says of labels (`scale`), nor for plain numbers.

use super::scale::{folded, number};

/// The score in an answer that is one with words beside it, as survey tools write them: at its start, `10 - extremely likely`, `(9) likely`,
/// `9分`, `9/10`; at its end behind a mark, `extremely likely - 10`, `likely (9)`; or with a decimal comma, `8,0`. From 0 to 10; none where
/// the number is no score as plainly, as in `1号店`, `Q3` or `1. likely`.
pub(super) fn score_in(text: &str) -> Option<f64> {
    // No label is that long.
    if text.len() > 200 || !text.chars().any(char::is_numeric) {
        return None;
    }
    let text = folded(text);
    if let Some((whole, rest)) = text.split_once(',')
        && (1..=2).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_digit())
    {
        return on_scale(&format!("{whole}.{rest}"));
    }
    let digits = |c: char| c.is_ascii_digit();
    let (start, end) = (text.find(digits)?, text.rfind(digits)? + 1);
    let (before, number, after) =
        (text[..start].trim_end(), text[start..end].replace(' ', ""), text[end..].trim_start());
    let lower = after.to_lowercase();
    let unit = UNITS.iter().find_map(|unit| lower.strip_prefix(unit));
    if let Some(number) = number.strip_suffix("/10") {
        return if before.is_empty() && !after.starts_with('/') { on_scale(number) } else { None };
    }
    let ends_word = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_first = match before {
        // What follows is a unit, or words behind a mark or a blank; but `1.` and `1)` count answers.
        "" => {
            unit.is_some_and(ends_word)
                || after.starts_with(MARKS)
                || text[end..].starts_with(char::is_whitespace) && after.starts_with(char::is_alphabetic)
        }
        "(" => after == ")" || after.strip_prefix(')').is_some_and(|rest| !rest.contains('(')),
        "[" => after.starts_with(']'),
        // A letter that names the answer, with what stands behind such a letter.
        _ => {
            before.len() == 2
                && before.ends_with(['.', ')'])
                && before.starts_with(|c: char| c.is_ascii_alphabetic())
                && unit == Some("")
        }
    };
    let has_words = before.chars().any(char::is_alphabetic);
    let is_last = has_words
        && match after {
            "" => before.ends_with(MARKS),
            ")" => before.ends_with('('),
            "]" => before.ends_with('['),
            _ => unit.is_some_and(|rest| matches!(rest.trim(), "" | ")")),
        };
    if is_first || is_last { on_scale(&number) } else { None }
}

/// What scores are counted in.
const UNITS: [&str; 10] = ["分", "点", "點", "星", "颗星", "points", "point", "pts", "stars", "star"];

/// What stands between a score and its words.
const MARKS: [char; 8] = ['-', '–', '—', ':', '=', '|', '~', '('];

/// A plain number from 0 to 10.
fn on_scale(text: &str) -> Option<f64> {
    number(text).filter(|score| text.starts_with(|c: char| c.is_ascii_digit()) && (0.0..=10.0).contains(score))
}

#[cfg(test)]
mod tests {
    use super::super::scale::{Judged, Scale, key};
    use super::*;
    use crate::types::Band;

    #[test]
    fn a_label_with_one_plain_number_is_that_score() {
        for (label, score) in [
            ("10 - Extremely likely", 10.0),
            ("0 – Not at all likely", 0.0),
            ("Extremely likely - 10", 10.0),
            ("very likely (9)", 9.0),
            ("(9) likely", 9.0),
            ("(9)", 9.0),
            ("[9]", 9.0),
            ("9 likely", 9.0),
            ("9分", 9.0),
            ("９分（很可能）", 9.0),
            ("非常愿意（10分）", 10.0),
            ("很可能9分", 9.0),
            ("A.5分", 5.0),
            ("5星", 5.0),
            ("10/10", 10.0),
            ("9/10 pts", 9.0),
            ("10,0", 10.0),
            ("7,5", 7.5),
        ] {
            assert_eq!(score_in(label), Some(score), "{label}");
            let scale = Scale::parse(&format!("{}=passive", key(label))).unwrap();
            assert_eq!(scale.judge(label), Judged::Scored { score: Some(score), band: Band::Passive }, "{label}");
        }
        for label in [
            "1号店",
            "渠道1",
            "Q3",
            "3rd",
            "store 1",
            "1. likely",
            "1) likely",
            "(1) 10",
            "-10分",
            "0-6",
            "9-10",
            "11分",
            "3/5",
            "2026-06-01",
            "85%",
            "likely",
            "7.5.1",
            "1,000",
            "1, 2",
            "0 / 0",
        ] {
            assert_eq!(score_in(label), None, "{label}");
        }
    }
}
