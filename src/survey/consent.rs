//! How surveys write whether a respondent may be contacted: words and codes, and whether a column can be read at all.
//!
//! Not for who is called (`engine::consent`): a value that is neither yes nor no is nothing said, and never a reason to leave an answer out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use arrow::array::{Array, AsArray};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::choose::Choice;
use super::mapping::{Mapping, Wanted};
use super::reader::RawBatch;
use super::sample::Sample;
use crate::error::{Error, ErrorKind, Result};
use crate::types::Consent;

/// Words for yes, folded.
const YES: [&str; 31] = [
    "yes",
    "y",
    "true",
    "t",
    "1",
    "ok",
    "okay",
    "sure",
    "agree",
    "agreed",
    "i agree",
    "accept",
    "accepted",
    "on",
    "checked",
    "✓",
    "✔",
    "√",
    "☑",
    "是",
    "是的",
    "好",
    "好的",
    "可以",
    "可",
    "行",
    "同意",
    "我同意",
    "愿意",
    "接受",
    "允许",
];
/// Words for no.
const NO: [&str; 29] = [
    "no",
    "n",
    "false",
    "f",
    "0",
    "off",
    "disagree",
    "i do not agree",
    "decline",
    "declined",
    "refuse",
    "refused",
    "unchecked",
    "×",
    "✗",
    "✘",
    "☐",
    "否",
    "不",
    "不是",
    "不好",
    "不可以",
    "不可",
    "不行",
    "不同意",
    "我不同意",
    "不愿意",
    "不接受",
    "拒绝",
];
/// Words of which files are full where nothing was said.
const NOTHING: [&str; 21] = [
    "",
    "n/a",
    "na",
    "nan",
    "#n/a",
    "null",
    "none",
    "nil",
    "-",
    "--",
    "—",
    "/",
    "\\",
    "?",
    "missing",
    "skipped",
    "无",
    "空",
    "未填",
    "未填写",
    "未回答",
];

/// What a value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Yes or no.
    Said(Consent),
    /// What stands for no answer.
    Nothing,
    /// Something else.
    Unclear,
}

impl Reading {
    /// What a value says in words that everybody understands: in any case, full width or not, `1.0` as `1`.
    pub fn of(written: &str) -> Self {
        let folded = fold(written);
        let bare = folded.trim_end_matches(['.', '。', '!', ',', '，']);
        let is_in = |words: &[&str]| words.contains(&folded.as_str()) || words.contains(&bare);
        match () {
            () if is_in(&YES) => Self::Said(Consent::Yes),
            () if is_in(&NO) => Self::Said(Consent::No),
            () if is_in(&NOTHING) => Self::Nothing,
            () => Self::Unclear,
        }
    }

    /// Yes or no, where it is one of them.
    pub const fn said(self) -> Option<Consent> {
        match self {
            Self::Said(consent) => Some(consent),
            Self::Nothing | Self::Unclear => None,
        }
    }
}

/// A value as all ways of typing it are: half-width, lower-case, `1` for `1.0`.
fn fold(written: &str) -> String {
    let folded = written.nfkc().collect::<String>().trim().to_lowercase();
    let whole = folded.split_once('.').filter(|(_, rest)| !rest.is_empty() && rest.bytes().all(|byte| byte == b'0'));
    match whole {
        Some((code, _)) if is_code(code) => code.to_owned(),
        _ => folded,
    }
}

/// A number as SPSS and the like have it in place of words.
fn is_code(folded: &str) -> bool {
    (1..=3).contains(&folded.len()) && folded.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a survey's own values mean, before [`Reading::of`] is asked; none mostly. Written `1=yes,2=no,9=none`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConsentValues(BTreeMap<String, Option<Consent>>);

impl ConsentValues {
    /// Whether the survey has none of its own.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a value says.
    pub fn read(&self, written: &str) -> Reading {
        match self.0.get(&fold(written)) {
            Some(Some(consent)) => Reading::Said(*consent),
            Some(None) => Reading::Nothing,
            None => Reading::of(written),
        }
    }
}

impl fmt::Display for ConsentValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meaning = |consent: &Option<Consent>| consent.map_or("none", Consent::as_str);
        let values = self.0.iter().map(|(value, consent)| format!("{value}={}", meaning(consent)));
        f.write_str(&values.collect::<Vec<_>>().join(","))
    }
}

impl FromStr for ConsentValues {
    type Err = Error;

    /// Code `bad_consent_values` where it is not of the shape `1=yes,2=no`.
    fn from_str(written: &str) -> Result<Self> {
        let wrong = |problem: String| {
            Error::new(ErrorKind::Usage, "bad_consent_values", problem)
                .help("Write VALUE=yes, VALUE=no or VALUE=none, as in `--consent \"agree:1=yes,2=no\"`.")
        };
        let mut values = BTreeMap::new();
        for part in written.nfkc().collect::<String>().split(',') {
            let Some((value, meaning)) = part.rsplit_once('=') else {
                return Err(wrong(format!("`{}` does not say what a value of consent means", part.trim())));
            };
            let meaning = match meaning.trim().to_lowercase().as_str() {
                "yes" => Some(Consent::Yes),
                "no" => Some(Consent::No),
                "none" => None,
                other => return Err(wrong(format!("`{other}` is neither yes, no nor none"))),
            };
            if values.insert(fold(value), meaning).is_some() {
                return Err(wrong(format!("`{}` is given two meanings", value.trim())));
            }
        }
        Ok(Self(values))
    }
}

impl TryFrom<String> for ConsentValues {
    type Error = Error;

    fn try_from(written: String) -> Result<Self> {
        if written.is_empty() { Ok(Self::default()) } else { written.parse() }
    }
}

impl From<ConsentValues> for String {
    fn from(values: ConsentValues) -> Self {
        values.to_string()
    }
}

/// The column of consent that is asked for, and what its values mean: `agree`, or `agree:1=yes,2=no`.
pub(super) fn asked(sample: &Sample, wanted: &Wanted) -> Result<Option<(String, ConsentValues)>> {
    let Some(written) = &wanted.consent else { return Ok(None) };
    let is_column = |name: &str| sample.columns.iter().any(|column| column == name);
    match written.rsplit_once([':', '：']) {
        Some((column, values)) if !is_column(written) && values.contains(['=', '＝']) => {
            Ok(Some((column.to_owned(), values.parse()?)))
        }
        _ => Ok(Some((written.clone(), ConsentValues::default()))),
    }
}

impl Choice<'_> {
    /// Sees that a column of consent can be read.
    ///
    /// Code `ambiguous_consent` where none of its values is a yes or a no, and where its only values are codes that mean yes and no in one
    /// survey and no and yes in another.
    pub(super) fn consent(&mut self, column: &str, values: &ConsentValues) -> Result<()> {
        let (mut said, mut by_word, mut codes) = (0_u64, 0_u64, BTreeSet::new());
        let mut unclear: BTreeMap<String, u64> = BTreeMap::new();
        for value in self.values(column) {
            let folded = fold(value);
            match values.read(value) {
                Reading::Said(_) => {
                    said += 1;
                    by_word += u64::from(!is_code(&folded));
                }
                Reading::Nothing => {}
                Reading::Unclear => *unclear.entry(folded.clone()).or_default() += 1,
            }
            if is_code(&folded) && !values.0.contains_key(&folded) {
                codes.insert(folded);
            }
        }
        let strange = codes.iter().any(|code| code != "0" && code != "1");
        let is_coded = by_word == 0 && values.is_empty() && strange && !codes.contains("0");
        if !is_coded && (said > 0 || unclear.is_empty()) {
            let meaning = if values.is_empty() { String::new() } else { format!(" ({values})") };
            self.notices.push(format!("consent: column `{column}`{meaning}"));
            return Ok(());
        }
        let problem = if is_coded {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            format!("the codes {} in `{column}` do not say which is yes", codes.join(", "))
        } else {
            format!("no value in `{column}` says yes or no")
        };
        // A value that only one person wrote may be anything.
        let shown = |(value, count): &(&String, &u64)| is_code(value) || **count > 1 && value.chars().count() <= 12;
        let mut example: Vec<&str> = codes.iter().map(String::as_str).take(2).collect();
        if example.len() < 2 {
            example = unclear.iter().filter(shown).map(|(value, _)| value.as_str()).take(2).collect();
        }
        let [yes, no] = match example[..] {
            [yes, no] => [yes, no],
            _ => ["VALUE", "VALUE"],
        };
        Err(Error::new(ErrorKind::Ambiguous, "ambiguous_consent", problem).help(format!(
            "Say what they mean, as in `--consent \"{column}:{yes}=yes,{no}=no\"` or the other way round; `--consent none` goes without."
        )))
    }
}

/// Rows of a batch whose consent is neither yes nor no nor what stands for no answer.
pub(crate) fn unclear_consents(raw: &RawBatch, mapping: &Mapping) -> u64 {
    let column = mapping.consent.as_ref().and_then(|name| raw.batch.column_by_name(name)?.as_string_opt::<i32>());
    let Some(column) = column else { return 0 };
    let is_unclear = |row: &usize| mapping.consent_values.read(column.value(*row)) == Reading::Unclear;
    (0..column.len()).filter(|row| column.is_valid(*row)).filter(is_unclear).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::map_columns;

    #[test]
    fn yes_no_and_nothing_are_read_as_people_write_them() {
        use Consent::{No, Yes};
        for (written, said) in [
            ("Yes", Some(Yes)),
            (" ＹＥＳ ", Some(Yes)),
            ("是的。", Some(Yes)),
            ("好的", Some(Yes)),
            ("可以！", Some(Yes)),
            ("愿意", Some(Yes)),
            ("１", Some(Yes)),
            ("1.0", Some(Yes)),
            ("TRUE", Some(Yes)),
            ("no.", Some(No)),
            ("0.00", Some(No)),
            ("拒绝", Some(No)),
            ("不", Some(No)),
            ("不愿意", Some(No)),
            ("Ｎ", Some(No)),
            ("不同意", Some(No)),
        ] {
            assert_eq!(Reading::of(written).said(), said, "{written}");
        }
        for written in ["", " ", "N/A", "n／a", "未填写", "—", "NULL"] {
            assert_eq!(Reading::of(written), Reading::Nothing, "{written}");
        }
        for written in ["perhaps", "2", "1.5", "不知道", "yes but not today", "10"] {
            assert_eq!(Reading::of(written), Reading::Unclear, "{written}");
        }
    }

    #[test]
    fn no_word_has_two_meanings_and_each_is_as_folding_leaves_it() {
        let mut seen = BTreeSet::new();
        for word in YES.iter().chain(&NO).chain(&NOTHING) {
            assert!(seen.insert(*word), "{word}");
            assert_eq!(fold(word), *word);
        }
    }

    #[test]
    fn a_survey_may_have_values_of_its_own() {
        let values: ConsentValues = "2=no, 1 =YES,9=none，勾选＝yes".parse().unwrap();
        assert_eq!(values.to_string(), "1=yes,2=no,9=none,勾选=yes");
        assert_eq!(values.to_string().parse::<ConsentValues>().unwrap(), values);
        assert_eq!(values.read("2.0").said(), Some(Consent::No));
        assert_eq!((values.read("9"), values.read("no")), (Reading::Nothing, Reading::Said(Consent::No)));
        for bad in ["1", "1=maybe", "1=yes,1=no", ""] {
            assert_eq!(bad.parse::<ConsentValues>().unwrap_err().code(), "bad_consent_values", "{bad}");
        }
    }

    /// What becomes of a survey whose column `ok` has these values.
    fn mapped(ok: &[&str], consent: &str) -> Result<(Mapping, Vec<String>)> {
        let row = |value: &&str| vec![Some("太吵了，晚上睡不着".to_owned()), Some((*value).to_owned())];
        let sample = Sample {
            columns: vec!["why".to_owned(), "ok".to_owned()],
            rows: ok.iter().map(row).collect(),
            ..Sample::default()
        };
        map_columns(&sample, &Wanted { consent: Some(consent.to_owned()), ..Wanted::default() })
    }

    #[test]
    fn a_column_that_cannot_be_read_stops_the_run_and_names_a_way_out() {
        for (ok, help) in [
            (&["1", "2", "1"][..], "`--consent \"ok:1=yes,2=no\"`"),
            (&["2"], "VALUE=yes"),
            (&["1", "2", "9", ""], "`--consent \"ok:1=yes,2=no\"`"),
            (&["1.0", "2.0"], "`--consent \"ok:1=yes,2=no\"`"),
            (&["perhaps", "王敏 later"], "VALUE=yes"),
            (&["opted in", "opted out", "opted in", "opted out"], "`--consent \"ok:opted in=yes,opted out=no\"`"),
        ] {
            let error = mapped(ok, "ok").unwrap_err();
            assert_eq!(error.code(), "ambiguous_consent", "{ok:?}");
            assert!(error.way_out().unwrap().contains(help), "{ok:?}: {error}");
        }
        for (ok, consent) in [
            (&["1", "2"][..], "ok:1=yes,2=no"),
            (&["1", "0", "2"], "ok"),
            (&["yes", "2"], "ok"),
            (&["1", "1"], "ok"),
            (&["", "n/a"], "ok"),
            (&["1", "2", "3"], "ok：1＝yes，2＝no"),
        ] {
            let (mapping, notices) = mapped(ok, consent).unwrap();
            assert_eq!(mapping.consent.as_deref(), Some("ok"), "{ok:?}");
            assert!(notices.iter().any(|notice| notice.starts_with("consent: column `ok`")), "{notices:?}");
        }
        assert_eq!(mapped(&["yes"], "nope").unwrap_err().code(), "unknown_column");
        assert_eq!(mapped(&["yes"], "ok:1=perhaps").unwrap_err().code(), "bad_consent_values");
        assert_eq!(mapped(&["1", "2"], "none").unwrap().0.consent, None);
    }
}
