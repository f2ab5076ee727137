//! The scale that the answers themselves speak for, where the user names none.
//!
//! Not for reading a scale or judging an answer by one (`scale`). Never a guess: answers that two scales fit are an error that names the
//! flag.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::scale::{Judged, Scale, answer, key};
use crate::error::{Error, ErrorKind, Result};
use crate::typed::word;

/// Of a hundred answers, so many may be slips of the pen or codes such as 99, and say nothing of the scale.
const SLIPS: usize = 5;

/// So many answers speak against a scale that is remembered: of fewer, none may be high by chance.
const MANY: usize = 20;

/// Words that mean no answer, in the form of `str::to_lowercase`.
const MISSING: &[&str] = &[
    "n/a",
    "na",
    "none",
    "-",
    "--",
    "nan",
    "null",
    "refused",
    "don't know",
    "dont know",
    "not sure",
    "no answer",
    "prefer not to say",
    "不知道",
    "无",
    "無",
    "拒答",
    "未回答",
    "未作答",
    "不清楚",
    "说不清",
    "說不清",
    "跳过",
    "(跳过)",
    "（跳过）",
    "(空)",
    "（空）",
    "skipped",
];

/// Whether an answer says that there is none.
pub(super) fn is_missing(value: &str) -> bool {
    MISSING.contains(&value.to_lowercase().as_str())
}

/// The score in an answer that is one with words beside it, as survey tools write the ends of a scale: `10 - extremely likely`, `9分`; or
/// with a decimal comma, `8,0`.
pub(super) fn score_in(value: &str) -> Option<u8> {
    // No label is that long.
    if value.len() > 200 {
        return None;
    }
    let folded: String = value.nfkc().collect();
    if let Some(number) = folded
        .split_once(',')
        .filter(|(_, rest)| !rest.is_empty())
        .and_then(|(whole, rest)| answer(&format!("{whole}.{rest}")))
    {
        return number.to_string().parse().ok().filter(|score| *score <= 10);
    }
    let mut runs = folded.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let (Some(run), None) = (runs.next(), runs.next()) else { return None };
    // Anything else beside it is words: a number of another kind is none of these.
    let is_labelled = folded.chars().any(char::is_alphabetic) && !folded.contains(['%', '.']);
    run.parse().ok().filter(|score| is_labelled && *score <= 10)
}

/// The default scale, where the answers do not speak against it; codes `ambiguous_scale`, `unknown_scale`.
pub(super) fn scale_of<'a>(column: &str, values: impl Iterator<Item = &'a str>) -> Result<Scale> {
    let (mut numbers, mut labels, mut labelled, mut ends) = (Vec::new(), BTreeSet::new(), 0_usize, 0_usize);
    for value in values {
        if let Some(number) = answer(value) {
            numbers.push(number);
        } else {
            labels.insert(value);
            labelled += 1;
            ends += usize::from(score_in(value).is_some());
        }
    }
    numbers.sort_by(f64::total_cmp);
    // A word among numbers is a slip; several are answers of their own, and so are two that have a score in them.
    let several = labelled > 1 && labelled * 10 > numbers.len() + labelled;
    if labelled > 0 && (numbers.is_empty() || several || ends > 1) {
        return Err(words(column, &labels, &numbers));
    }
    if numbers.is_empty() {
        return Ok(Scale::default());
    }
    let slips = |count: usize| are_slips(count, numbers.len());
    let outside: Vec<f64> = numbers.iter().copied().filter(|n| !(0.0..=10.0).contains(n)).collect();
    // A scale has whole numbers alone.
    let codes: BTreeSet<String> = outside.iter().filter(|n| n.fract() == 0.0).map(f64::to_string).collect();
    if !slips(outside.len()) {
        return Err(off_range(column, &numbers, outside.len(), &codes));
    }
    // Of many answers to a 0–10 question some are above 7; where none is, a 1–5 or 1–7 question was asked, or all are angry.
    let above = |limit: f64| numbers.iter().filter(|n| **n > limit).count();
    if slips(above(7.0)) {
        return Err(short(column, if slips(above(5.0)) { 5 } else { 7 }, above(7.0), &codes));
    }
    Ok(Scale::default())
}

/// The highest score of the shorter scale that many answers speak for, 5 or 7, where 0–10 is remembered: an unhappy week of a few answers
/// has no high scores either.
pub(crate) fn shorter<'a>(values: impl Iterator<Item = &'a str>) -> Option<u8> {
    let numbers: Vec<f64> = values.filter_map(answer).collect();
    let above = |limit: f64| numbers.iter().filter(|n| **n > limit).count();
    let speaks = |limit: f64| numbers.len() >= MANY && are_slips(above(limit), numbers.len());
    if speaks(5.0) { Some(5) } else { speaks(7.0).then_some(7) }
}

/// Whether so many of these answers may be slips; one is one, also among a dozen.
fn are_slips(count: usize, answers: usize) -> bool {
    count * 100 <= answers * SLIPS || count == 1 && answers >= 10
}

/// Words for answers: the user says what each means.
fn words(column: &str, labels: &BTreeSet<&str>, numbers: &[f64]) -> Error {
    let shown: Vec<&str> = labels.iter().copied().take(15).collect();
    let mut keys: Vec<String> = Vec::new();
    let in_labels = labels.iter().filter_map(|label| score_in(label)).map(f64::from);
    let highest = in_labels.chain(numbers.last().copied()).fold(0.0, f64::max);
    let scale = Scale::up_to(if highest <= 5.0 { 5 } else { 10 });
    if !numbers.is_empty() {
        keys.push(scale.as_mapping());
    }
    keys.extend(shown.iter().map(|label| {
        let meaning = match score_in(label).map(|score| scale.judge(&score.to_string())) {
            _ if is_missing(label) => "missing",
            Some(Judged::Scored { band, .. }) => band.as_str(),
            _ => "?",
        };
        format!("{}={meaning}", key(label))
    }));
    let what = if keys.iter().any(|key| key.ends_with("=?")) {
        ", with promoter, passive, detractor or missing for `?`"
    } else {
        ""
    };
    let message = if numbers.is_empty() { "are words" } else { "are numbers and words" };
    let shown: Vec<String> = shown.iter().map(|label| format!("`{label}`")).collect();
    let message = format!("the scores in `{column}` {message}: {}", shown.join(", "));
    Error::new(ErrorKind::Ambiguous, "ambiguous_scale", message)
        .help(format!("Say what each means{what}: `--scale {}`.", word(&keys.join(","))))
}

/// More numbers outside 0–10 than slips are: another scale, or codes for no answer.
fn off_range(column: &str, numbers: &[f64], outside: usize, codes: &BTreeSet<String>) -> Error {
    let (low, high) = (numbers[0], numbers[numbers.len() - 1]);
    // A few codes beside many scores mean no answer; else the scores themselves are on another scale.
    if (1..=3).contains(&codes.len()) && outside * 2 < numbers.len() {
        let named: Vec<&str> = codes.iter().map(String::as_str).collect();
        let message =
            format!("{outside} of {} scores in `{column}` are {}, outside 0–10", numbers.len(), named.join(" or "));
        let highest = numbers.iter().copied().filter(|n| *n <= 10.0).fold(0.0, f64::max);
        return Error::new(ErrorKind::Ambiguous, "unknown_scale", message).help(format!(
            "Where they mean no answer, say `--scale {}`; where they are slips, `--scale 0-10` makes rejects of them.",
            word(&with_codes(if highest <= 5.0 { 5 } else { 10 }, codes))
        ));
    }
    let message = format!("the scores in `{column}` go from {low} to {high}, and no scale is known for that");
    Error::new(ErrorKind::Ambiguous, "unknown_scale", message)
        .help("Say which scores are in which band, as in `--scale \"0-60=detractor,61-80=passive,81-100=promoter\"`.")
}

/// No high scores: a short scale, or an unhappy survey.
fn short(column: &str, highest: u8, above: usize, codes: &BTreeSet<String>) -> Error {
    let but = if above == 0 { String::new() } else { format!(", but for {above},") };
    let message = format!("no score in `{column}`{but} is above {highest}: the scale may be 1–{highest} or 0–10");
    let each = if highest == 7 {
        ", or which score means what: `--scale \"1=promoter,2=passive,3-5=detractor,6-7=missing\"`"
    } else {
        ""
    };
    let missing = if codes.is_empty() {
        String::new()
    } else {
        format!("; with codes for no answer, `--scale {}`", word(&with_codes(highest, codes)))
    };
    Error::new(ErrorKind::Ambiguous, "ambiguous_scale", message)
        .help(format!("Say `--scale 1-{highest}` or `--scale 0-10`{each}{missing}."))
}

fn with_codes(highest: u8, codes: &BTreeSet<String>) -> String {
    let codes = codes.iter().map(|code| format!(",{code}=missing"));
    format!("{}{}", Scale::up_to(highest).as_mapping(), codes.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(values: &[&str]) -> (String, String) {
        let error = scale_of("nps", values.iter().copied()).unwrap_err();
        (format!("{} {error}", error.code()), error.way_out().unwrap_or_default().to_owned())
    }

    fn repeated<'a>(values: &[&'a str], rows: usize) -> Vec<&'a str> {
        values.iter().copied().cycle().take(rows).collect()
    }

    #[test]
    fn the_default_scale_needs_high_scores() {
        for values in [repeated(&["0", "5", "8", "10"], 40), vec!["1", "9"], vec![], vec!["9", "8", "N/A"]] {
            assert_eq!(scale_of("nps", values.into_iter()).unwrap(), Scale::default());
        }
    }

    #[test]
    fn one_outlier_does_not_answer_the_question_of_the_scale() {
        for stray in ["9", "10", "99"] {
            let mut values = repeated(&["1", "2", "3", "4", "5"], 60);
            values.push(stray);
            let (error, help) = asked(&values);
            assert!(error.starts_with("ambiguous_scale") && error.contains("but for 1"), "{error}");
            assert!(help.contains("--scale 1-5") && help.contains("--scale 0-10"), "{help}");
            assert_eq!(help.contains("5=promoter,99=missing"), stray == "99", "{help}");
        }
    }

    #[test]
    fn a_few_low_scores_are_asked_about_as_many_are() {
        for rows in [1, 6, 19, 40] {
            let (error, _) = asked(&repeated(&["5", "4", "2", "1"], rows));
            assert!(error.starts_with("ambiguous_scale"), "{rows}: {error}");
        }
    }

    #[test]
    fn many_low_scores_speak_against_a_remembered_scale_and_a_few_do_not() {
        for (scores, rows, speaks) in [
            (&["5", "4", "2", "1"][..], 19, None),
            (&["5", "4", "2", "1"], 20, Some(5)),
            (&["7", "4", "2", "1"], 20, Some(7)),
            (&["8", "4", "2", "1"], 20, None),
            (&["very good", "so-so"], 40, None),
        ] {
            assert_eq!(shorter(repeated(scores, rows).into_iter()), speaks, "{rows} of {scores:?}");
        }
        let stray = repeated(&["1", "2", "3", "4", "5"], 60);
        assert_eq!(shorter(stray.into_iter().chain(["9"])), Some(5));
    }

    #[test]
    fn many_codes_for_no_answer_are_asked_about() {
        let (error, help) = asked(&repeated(&["0", "7", "9", "10", "99"], 50));
        assert!(error.starts_with("unknown_scale"), "{error}");
        assert!(help.contains("0-6=detractor,7-8=passive,9-10=promoter,99=missing"), "{help}");
    }

    #[test]
    fn a_word_for_no_answer_is_offered_as_missing_and_the_numbers_keep_their_bands() {
        let (error, help) = asked(&repeated(&["9", "3", "N/A", "拒答"], 12));
        assert!(error.contains("numbers and words"), "{error}");
        assert!(help.contains("0-6=detractor,7-8=passive,9-10=promoter,N/A=missing,拒答=missing"), "{help}");
        let (_, help) = asked(&["very good", "so-so"]);
        assert!(help.contains("so-so=?,very good=?"), "{help}");
    }

    #[test]
    fn what_is_offered_is_a_scale() {
        for highest in [5, 7, 10] {
            let written = with_codes(highest, &BTreeSet::from(["-1".to_owned(), "99".to_owned()]));
            assert!(Scale::parse(&written).is_ok(), "{written}");
        }
    }
}
