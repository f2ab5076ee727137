//! The scale that the answers themselves speak for, where the user names none.
//!
//! Not for reading a scale or judging an answer by one (`scale`). Never a guess: answers that two scales fit are an error that names the
//! flag.

use std::collections::BTreeSet;

use super::labelled::score_in;
use super::scale::{Judged, Scale, answer, key};
use crate::error::{Error, ErrorKind, Result};
use crate::typed::flag;

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
    let scale = settled(labels, numbers);
    let band = |score: f64| match scale.as_ref().map(|scale| scale.judge(&score.to_string())) {
        Some(Judged::Scored { band, .. }) => band.as_str(),
        _ => "?",
    };
    let mut keys: Vec<String> = Vec::new();
    let plain: BTreeSet<i64> =
        numbers.iter().filter(|n| n.fract() == 0.0 && n.abs() < 1e9).map(|n| *n as i64).collect();
    match &scale {
        Some(scale) if !numbers.is_empty() => keys.push(scale.as_mapping()),
        _ => {}
    }
    let other =
        |n: &i64| scale.as_ref().is_none_or(|scale| !matches!(scale.judge(&n.to_string()), Judged::Scored { .. }));
    match plain.iter().copied().filter(other).collect::<Vec<_>>()[..] {
        [low, .., high] if plain.len() > MOST_NUMBERS => keys.push(format!("{low}-{high}=?")),
        ref few => keys.extend(few.iter().map(|n| format!("{n}=?"))),
    }
    keys.extend(labels.iter().take(MOST_LABELS).map(|label| {
        let meaning = if is_missing(label) { "missing" } else { score_in(label).map_or("?", band) };
        format!("{}={meaning}", key(label))
    }));
    let what = if keys.iter().any(|key| key.ends_with("=?")) {
        ", with promoter, passive, detractor or missing for `?`"
    } else {
        ""
    };
    let rest = |shown: usize| labels.len().checked_sub(shown).filter(|rest| *rest > 0);
    let part = rest(MOST_LABELS)
        .map_or_else(String::new, |rest| format!(" This is a part: {rest} more answers are to be named."));
    let is_comma =
        |label: &&&str| label.contains(',') && score_in(label).is_some() && !label.contains(char::is_alphabetic);
    let commas = labels.iter().filter(is_comma).count() * 2 > labels.len();
    let message = match (numbers.is_empty(), commas) {
        (true, true) => "have decimal commas",
        (true, false) => "are words",
        (false, _) => "are numbers and words",
    };
    let first = if commas { "Save them with decimal points (a scale has whole numbers alone), or say" } else { "Say" };
    let shown: Vec<String> = labels.iter().take(SHOWN).map(|label| format!("`{label}`")).collect();
    let more = rest(SHOWN).map_or_else(String::new, |rest| format!(", and {rest} more"));
    let message = format!("the scores in `{column}` {message}: {}{more}", shown.join(", "));
    Error::new(ErrorKind::Ambiguous, "ambiguous_scale", message)
        .help(format!("{first} what each means{what}: `{}`.{part}", flag("--scale", &keys.join(","))))
}

/// So many labels are shown, so many stand in the scale that is offered, and of more numbers the ends alone.
const SHOWN: usize = 15;
const MOST_LABELS: usize = 40;
const MOST_NUMBERS: usize = 12;

/// The scale that scores with labels speak for; none where they do not settle it.
///
/// Scores above 7 are those of 0–10 and 1–10, which have the same bands. A 1–5 question is one whose ends are both labelled. Labels may
/// say that the highest score is the worst one.
fn settled(labels: &BTreeSet<&str>, numbers: &[f64]) -> Option<Scale> {
    let labelled: Vec<(f64, &str)> = labels.iter().filter_map(|label| Some((score_in(label)?, *label))).collect();
    let scores =
        labelled.iter().map(|(score, _)| *score).chain(numbers.iter().copied().filter(|n| (0.0..=10.0).contains(n)));
    let (low, high) = scores.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(n), high.max(n)));
    let is = |one: f64, other: f64| one.total_cmp(&other).is_eq();
    let says = |score: f64| labelled.iter().filter(move |(labelled, _)| is(*labelled, score)).map(|(_, label)| *label);
    let beyond = numbers.iter().filter(|n| !(0.0..=10.0).contains(*n)).count();
    if !are_slips(beyond, numbers.len()) && beyond * 2 >= numbers.len().max(1) || says(high).any(is_negative) {
        return None;
    }
    if high > 7.0 {
        return Some(Scale::default());
    }
    let is_five = is(low, 1.0) && is(high, 5.0) && says(low).next().is_some() && says(high).next().is_some();
    is_five.then(|| Scale::up_to(5))
}

/// Whether a label says no, or that something is bad.
fn is_negative(label: &str) -> bool {
    let label = label.to_lowercase();
    let is_word = |word: &str| word.starts_with("un") || word.starts_with("dis") || NEGATIVE.contains(&word);
    label.split(|c: char| !c.is_ascii_alphabetic()).any(is_word)
        || label.contains(['不', '没', '沒', '差', '难', '難', '无', '無'])
}

/// English words of such labels.
const NEGATIVE: [&str; 9] = ["no", "not", "never", "bad", "poor", "poorly", "worst", "terrible", "detractor"];

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
            "Where they mean no answer, say `{}`; where they are slips, `--scale 0-10` makes rejects of them.",
            flag("--scale", &with_codes(if highest <= 5.0 { 5 } else { 10 }, codes))
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
        format!("; with codes for no answer, `{}`", flag("--scale", &with_codes(highest, codes)))
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

    /// A band was offered as sure that another scale would not give.
    #[test]
    fn a_labelled_scale_is_offered_with_bands_only_where_its_ends_settle_it() {
        for (values, offered) in [
            (
                &["1 - Not at all likely", "2", "3", "6", "7 - Extremely likely"][..],
                "2=?,3=?,6=?,1 - Not at all likely=?,7 - Extremely likely=?",
            ),
            (&["0 - Not at all likely", "1", "5"], "1=?,5=?,0 - Not at all likely=?"),
            (&["-10分", "-3分"], "--scale=\"-10分=?,-3分=?\""),
            (&["1分", "4分"], "1分=?,4分=?"),
            (&["1 - no", "3", "5 - yes"], "1-3=detractor,4=passive,5=promoter,1 - no=detractor,5 - yes=promoter"),
            (
                &["1 - Extremely likely", "3", "5 - Extremely unlikely"],
                "3=?,1 - Extremely likely=?,5 - Extremely unlikely=?",
            ),
            (&["10 - 非常不可能", "1 - 非常可能"], "1 - 非常可能=?,10 - 非常不可能=?"),
            (
                &["0 - no", "9", "10 - yes"],
                "0-6=detractor,7-8=passive,9-10=promoter,0 - no=detractor,10 - yes=promoter",
            ),
            (&["'yes'", "'no'"], "\"'no'\"=?,\"'yes'\"=?"),
            (&["0-6", "9-10"], "'0-6'=?,'9-10'=?"),
        ] {
            let (_, help) = asked(&values.repeat(2));
            let quotes = help.replace(r"'\''", "'");
            assert!(quotes.contains(offered), "{quotes}");
        }
    }

    /// Fifteen labels were offered as the whole scale.
    #[test]
    fn more_labels_than_are_shown_are_said() {
        let labels: Vec<String> = (0..60).map(|n| format!("answer {n}x")).collect();
        let (error, help) = asked(&labels[..20].iter().map(String::as_str).collect::<Vec<_>>());
        assert!(
            error.contains("and 5 more") && help.matches("=?").count() == 20 && !help.contains("part"),
            "{error} {help}"
        );
        let (error, help) = asked(&labels.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(error.contains("and 45 more") && help.contains("a part: 20 more"), "{error} {help}");
        let commas: Vec<String> = (0..20).map(|n| format!("{},{}", n / 2, n % 2 * 5)).collect();
        let (error, help) = asked(&commas.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(
            error.contains("decimal commas") && help.contains("decimal points") && help.contains("'8,5'=?"),
            "{help}"
        );
    }

    #[test]
    fn what_is_offered_is_a_scale() {
        for highest in [5, 7, 10] {
            let written = with_codes(highest, &BTreeSet::from(["-1".to_owned(), "99".to_owned()]));
            assert!(Scale::parse(&written).is_ok(), "{written}");
        }
    }
}
