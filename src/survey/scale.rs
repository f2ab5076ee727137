//! The scale of the score question: which answers there are, and which band each is in.
//!
//! Not for choosing the scale of a survey from its answers (`choose`): a [`Scale`] is what was asked for, or the default.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use super::labelled::score_in;
use crate::error::{Error, ErrorKind, Result};
use crate::types::Band;

/// What a scale says of one answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    /// An answer on the scale: its number, where the scale counts in numbers, and its band.
    Scored {
        /// The number; none where the answer is a label that holds none.
        score: Option<f64>,
        /// The band.
        band: Band,
    },
    /// Blank, or an answer that the scale calls missing.
    Missing,
    /// Not a number, on a scale of numbers.
    NotANumber,
    /// A number or label that the scale does not have.
    OffScale,
}

/// What a scale says of one of its answers; `None` is missing.
type Meaning = Option<Band>;

/// The answers of the score question and their bands.
///
/// Written as a range of whole numbers whose bands are known (`0-10`, `1-10`, `1-7`, `1-5`), or as a mapping of numbers, ranges
/// and labels to `promoter`, `passive`, `detractor` and `missing` (`1=promoter,2=passive,3-5=detractor,6-7=missing`); a label that
/// holds a comma stands in quotes (`'8,0'=passive`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    numbers: BTreeMap<i64, Meaning>,
    labels: BTreeMap<String, Meaning>,
    written: String,
}

/// Ranges with bands of their own: lowest and highest number, lowest passive, lowest promoter.
const RANGES: [(i64, i64, i64, i64); 4] = [(0, 10, 7, 9), (1, 10, 7, 9), (1, 7, 5, 6), (1, 5, 4, 5)];

/// No scale has more numbers than this.
const MOST_NUMBERS: i64 = 1000;

impl Default for Scale {
    /// 0–10: detractor 0–6, passive 7–8, promoter 9–10 (Reichheld 2003).
    fn default() -> Self {
        Self::range(RANGES[0])
    }
}

impl Scale {
    /// Reads a range or a mapping; code `bad_scale`.
    pub fn parse(text: &str) -> Result<Self> {
        let folded: String = text.nfkc().collect();
        let text = folded.trim();
        if text.contains('=') {
            return Self::mapping(text);
        }
        let wanted = key_range(text).ok_or_else(|| bad(format!("`{text}` is neither a range nor a mapping")))?;
        RANGES
            .into_iter()
            .find(|(low, high, ..)| (*low, *high) == wanted)
            .map(Self::range)
            .ok_or_else(|| bad(format!("the bands of a scale {text} are not known")))
    }

    fn range((low, high, passive, promoter): (i64, i64, i64, i64)) -> Self {
        let band = |n| match n {
            n if n >= promoter => Band::Promoter,
            n if n >= passive => Band::Passive,
            _ => Band::Detractor,
        };
        let numbers = (low..=high).map(|n| (n, Some(band(n)))).collect();
        Self { numbers, labels: BTreeMap::new(), written: format!("{low}-{high}") }
    }

    /// The known range that ends at this number, the default where none does.
    pub(super) fn up_to(highest: u8) -> Self {
        // Of 0–10 and 1–10 the first is meant.
        RANGES.into_iter().find(|(_, high, ..)| *high == i64::from(highest)).map_or_else(Self::default, Self::range)
    }

    /// In the form of a mapping, also where it was written as a range.
    pub(super) fn as_mapping(&self) -> String {
        canonical(&self.numbers, &self.labels)
    }

    fn mapping(text: &str) -> Result<Self> {
        let mut numbers = BTreeMap::new();
        let mut labels = BTreeMap::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (quoted, behind) = match quoted(rest) {
                Some((key, behind)) => (Some(key), behind),
                None => (None, rest),
            };
            let (part, after) = behind.split_once(SEPARATORS).unwrap_or((behind, ""));
            rest = after.trim_start();
            if quoted.is_none() && part.trim().is_empty() {
                continue;
            }
            let (key, word) =
                part.trim().split_once('=').ok_or_else(|| bad(format!("`{}` has no `=`", part.trim())))?;
            let range = if quoted.is_some() { None } else { key_range(key.trim()) };
            let key = quoted.as_deref().unwrap_or(key);
            let meaning = meaning(word.trim()).ok_or_else(|| bad(format!("`{}` is not a band", word.trim())))?;
            let before = if let Some((low, high)) = range {
                if high.saturating_sub(low) > MOST_NUMBERS {
                    return Err(bad(format!("`{}` is more than {MOST_NUMBERS} numbers", key.trim())));
                }
                (low..=high).filter_map(|n| numbers.insert(n, meaning)).find(|old| *old != meaning)
            } else if label(key).is_empty() {
                return Err(bad(format!("`{}` has no answer before the `=`", part.trim())));
            } else {
                labels.insert(label(key), meaning).filter(|old| *old != meaning)
            };
            if before.is_some() {
                return Err(bad(format!("`{}` is given two bands", key.trim())));
            }
        }
        if !numbers.values().chain(labels.values()).any(Option::is_some) {
            return Err(bad("no answer has a band".to_owned()));
        }
        Ok(Self { written: canonical(&numbers, &labels), numbers, labels })
    }

    /// What the scale says of an answer as written. Full-width digits count as digits, `10.0` is 10, blanks around do not count; a label
    /// with one number, such as `9分` or `10 - extremely likely`, is that score, and its number alone is the label.
    pub fn judge(&self, answer: &str) -> Judged {
        let answer = label(answer);
        if answer.is_empty() {
            return Judged::Missing;
        }
        let meaning = match (self.labels.get(&answer), number(&answer)) {
            (Some(meaning), _) => return scored(score_in(&answer), *meaning),
            (None, None) if self.labels.is_empty() => return Judged::NotANumber,
            (None, None) => return Judged::OffScale,
            (None, Some(value)) => {
                let meaning = whole(value).and_then(|n| self.numbers.get(&n).copied()).or_else(|| self.labelled(value));
                meaning.map(|meaning| (value, meaning))
            }
        };
        meaning.map_or(Judged::OffScale, |(value, meaning)| scored(Some(value), meaning))
    }

    /// What the labels with this score mean, where they mean the same: somebody may write `10` for `10 - extremely likely`.
    fn labelled(&self, score: f64) -> Option<Meaning> {
        let is_it = |label: &str| score_in(label).is_some_and(|labelled| labelled.total_cmp(&score).is_eq());
        let mut meanings = self.labels.iter().filter(|(label, _)| is_it(label)).map(|(_, meaning)| *meaning);
        let first = meanings.next()?;
        meanings.all(|meaning| meaning == first).then_some(first)
    }

    /// For people: `0–10`, or the mapping as written in its shortest form.
    pub fn describe(&self) -> String {
        if self.written.contains('=') { self.written.clone() } else { self.written.replace('-', "–") }
    }
}

fn scored(score: Option<f64>, meaning: Meaning) -> Judged {
    meaning.map_or(Judged::Missing, |band| Judged::Scored { score, band })
}

fn bad(why: String) -> Error {
    Error::new(ErrorKind::Usage, "bad_scale", why).help(
        "Use `--scale 0-10`, `1-10`, `1-7`, `1-5`, or a mapping such as `--scale \"1=promoter,2=passive,3-5=detractor,6-7=missing\"`.",
    )
}

fn meaning(word: &str) -> Option<Meaning> {
    match word.to_lowercase().as_str() {
        "missing" | "none" => Some(None),
        word => Band::parse(word.strip_suffix('s').filter(|w| Band::parse(w).is_some()).unwrap_or(word)).map(Some),
    }
}

/// What stands between the answers of a mapping.
const SEPARATORS: [char; 3] = [',', '、', ';'];

/// The answer in quotes at the start of a mapping's part, where a quote that is doubled is one of the answer, and what follows it; none
/// where there is none that a `=` follows.
fn quoted(part: &str) -> Option<(String, &str)> {
    let part = part.trim_start();
    let quote = part.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut key = String::new();
    let mut rest = &part[1..];
    loop {
        let (before, behind) = rest.split_once(quote)?;
        key.push_str(before);
        match behind.strip_prefix(quote) {
            Some(more) => {
                key.push(quote);
                rest = more;
            }
            None => return behind.trim_start().starts_with('=').then_some((key, behind.trim_start())),
        }
    }
}

/// An answer as a mapping has it: in quotes where it holds what stands between answers, or would be read as numbers or as quotes.
pub(super) fn key(answer: &str) -> Cow<'_, str> {
    let folded = folded(answer);
    let is_read = folded.contains(SEPARATORS)
        || folded.contains('=')
        || folded.starts_with(['\'', '"'])
        || key_range(&folded).is_some();
    if !is_read {
        return Cow::Borrowed(answer);
    }
    let quote = if folded.contains('\'') && !folded.contains('"') { "\"" } else { "'" };
    Cow::Owned(format!("{quote}{}{quote}", folded.replace(quote, &quote.repeat(2))))
}

/// `3` or `3-5`, as the first and the last number.
fn key_range(key: &str) -> Option<(i64, i64)> {
    if let Ok(n) = key.parse() {
        return Some((n, n));
    }
    // Skips the first character, which may be the sign of a negative number.
    let at = key.char_indices().skip(1).find(|(_, c)| matches!(c, '-' | '–' | '~'))?;
    let (low, high) = (key[..at.0].trim().parse().ok()?, key[at.0 + at.1.len_utf8()..].trim().parse().ok()?);
    (low <= high).then_some((low, high))
}

/// The form in which labels are compared.
fn label(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_lowercase();
    }
    // A capital may become letters that are put together anew.
    folded(&folded(text).to_lowercase())
}

/// A text without the blanks around it, full-width forms as a keyboard has them.
pub(super) fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// A plain decimal number (no exponent, no unit, no separator).
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1;
    if plain { text.parse().ok() } else { None }
}

/// An answer as a number, full-width digits folded.
pub(super) fn answer(value: &str) -> Option<f64> {
    // No number is that long, and a comment need not be folded to know that it is none.
    if value.len() > 64 {
        return None;
    }
    if value.is_ascii() {
        return number(value);
    }
    number(&value.nfkc().collect::<String>())
}

/// A whole number that a scale can have.
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 1e15).then_some(value as i64)
}

/// One spelling for all mappings that say the same: ranges joined, numbers first, labels sorted.
fn canonical(numbers: &BTreeMap<i64, Meaning>, labels: &BTreeMap<String, Meaning>) -> String {
    let word = |meaning: Meaning| meaning.map_or("missing", Band::as_str);
    let mut runs: Vec<(i64, i64, Meaning)> = Vec::new();
    for (&n, &meaning) in numbers {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == n && run.2 == meaning => run.1 = n,
            _ => runs.push((n, n, meaning)),
        }
    }
    let runs = runs.into_iter().map(|(low, high, meaning)| {
        if low == high { format!("{low}={}", word(meaning)) } else { format!("{low}-{high}={}", word(meaning)) }
    });
    let labels = labels.iter().map(|(label, meaning)| format!("{}={}", key(label), word(*meaning)));
    runs.chain(labels).collect::<Vec<_>>().join(",")
}

impl fmt::Display for Scale {
    /// In the form that [`Scale::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl FromStr for Scale {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl Serialize for Scale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Band::{Detractor as D, Passive as N, Promoter as P};

    fn says(scale: &str, answer: &str, score: Option<f64>, band: Band) {
        let judged = Scale::parse(scale).unwrap().judge(answer);
        assert_eq!(judged, Judged::Scored { score, band }, "{scale}: {answer}");
    }

    #[test]
    fn known_ranges_have_their_bands() {
        for (scale, bands) in [
            ("0-10", &[D, D, D, D, D, D, D, N, N, P, P][..]),
            ("1-10", &[D, D, D, D, D, D, N, N, P, P]),
            ("1-7", &[D, D, D, D, N, P, P]),
            ("1-5", &[D, D, D, N, P]),
        ] {
            let low = i32::from(!scale.starts_with('0'));
            for (n, band) in (low..).zip(bands) {
                says(scale, &n.to_string(), Some(f64::from(n)), *band);
            }
        }
    }

    #[test]
    fn answers_are_read_as_written_by_people() {
        for (answer, score, band) in [("10.0", 10.0, P), (" 9 ", 9.0, P), ("１０", 10.0, P), ("０", 0.0, D)] {
            says("0-10", answer, Some(score), band);
        }
        let scale = Scale::default();
        for (answer, judged) in [
            ("", Judged::Missing),
            ("\u{3000}", Judged::Missing),
            ("7.5", Judged::OffScale),
            ("11", Judged::OffScale),
            ("-1", Judged::OffScale),
            ("9分", Judged::NotANumber),
            ("1e1", Judged::NotANumber),
            ("inf", Judged::NotANumber),
            ("N/A", Judged::NotANumber),
        ] {
            assert_eq!(scale.judge(answer), judged, "{answer}");
        }
    }

    #[test]
    fn mappings_take_numbers_ranges_and_labels() {
        let nhs = "1=promoter,2=passive,3-5=detractor,6-7=missing";
        says(nhs, "1", Some(1.0), P);
        says(nhs, "4", Some(4.0), D);
        let scale = Scale::parse(nhs).unwrap();
        assert_eq!(scale.judge("6"), Judged::Missing);
        assert_eq!(scale.judge("8"), Judged::OffScale);
        assert_eq!(scale.judge("good"), Judged::NotANumber);
        let words = "Very good=promoters, so-so=passive, 很差=detractor, Don't know=missing";
        says(words, "very GOOD ", None, P);
        says(words, "so-so", None, N);
        says(words, "很差", None, D);
        let scale = Scale::parse(words).unwrap();
        assert_eq!(scale.judge("don't know"), Judged::Missing);
        assert_eq!(scale.judge("fine"), Judged::OffScale);
    }

    #[test]
    fn the_order_of_keys_means_nothing_and_what_is_written_reads_back() {
        let one = Scale::parse("6-7=missing,3=detractor,4-5=detractor,2=passive,1=promoter").unwrap();
        assert_eq!(one.to_string(), "1=promoter,2=passive,3-5=detractor,6-7=missing");
        for scale in [one, Scale::default(), Scale::parse("好=promoter,差=detractor").unwrap()] {
            assert_eq!(Scale::parse(&scale.to_string()).unwrap(), scale);
        }
    }

    #[test]
    fn the_number_of_a_label_is_that_label() {
        let scale = "10 - likely=promoter,0分=detractor,'7,5'=passive,5 - a=passive,5 - b=detractor";
        says(scale, "10", Some(10.0), P);
        says(scale, "0", Some(0.0), D);
        says(scale, "7.5", Some(7.5), N);
        let scale = Scale::parse(scale).unwrap();
        for answer in ["5", "7", "9"] {
            assert_eq!(scale.judge(answer), Judged::OffScale, "{answer}");
        }
    }

    /// The scale was remembered without its quotes, and the next week's answers were all rejects.
    #[test]
    fn a_label_that_reads_as_numbers_stays_a_label() {
        let scale = Scale::parse("'0-6'=detractor,'7'=passive,\"9-10\"=promoter").unwrap();
        assert_eq!(scale.to_string(), "'0-6'=detractor,'7'=passive,'9-10'=promoter");
        let again = Scale::parse(&scale.to_string()).unwrap();
        assert_eq!(again.judge("0-6"), Judged::Scored { score: None, band: D });
        for label in ["'yes'", "\"no\"", "'", "''", "it's \"so\", or not", "a=b", "'a'=b", "－5", "＇x＇，y"] {
            let scale = format!("{}=promoter", key(label));
            says(&scale, label, None, P);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            labels in proptest::collection::btree_map(
                prop_oneof![r#"['",;、=0-9a~ -]{1,6}"#, r"\PC{1,8}"],
                prop_oneof![Just("promoter"), Just("passive"), Just("detractor"), Just("missing")],
                1..4,
            ),
            numbers in proptest::collection::btree_map(-12_i64..12, prop_oneof![Just("promoter"), Just("missing")], 0..6),
        ) {
            let labels = labels.iter().map(|(label, band)| format!("{}={band}", key(label)));
            let numbers = numbers.iter().map(|(number, band)| format!("{number}={band}"));
            let written = labels.clone().chain(numbers).collect::<Vec<_>>().join(",");
            // Blank labels, labels that are alike, and nothing but missing answers are no scale.
            if let Ok(scale) = Scale::parse(&written) {
                prop_assert_eq!(Scale::parse(&scale.to_string()).unwrap(), scale, "{}", written);
            }
        }

        #[test]
        fn every_label_is_judged_as_it_was_mapped(label in prop_oneof![r#"['",;、=0-9a~ -]{1,6}"#, r"\PC{1,8}"]) {
            let scale = Scale::parse(&format!("{}=promoter", key(&label)));
            if !super::label(&label).is_empty() {
                let judged = scale.unwrap().judge(&label);
                prop_assert!(matches!(judged, Judged::Scored { band: P, .. }), "{label}: {judged:?}");
            }
        }
    }

    #[test]
    fn what_is_not_a_scale_is_an_error() {
        for text in
            ["", "0-100", "ten", "1=good", "1=promoter,1=passive", "1=missing", "=promoter", "1-5=promoter,3=passive"]
        {
            assert_eq!(Scale::parse(text).unwrap_err().code(), "bad_scale", "{text}");
        }
    }
}
