//! Dates: reading a day as written, and finding the one format that reads a column.
//!
//! Not for times and zones: the day as written counts, whatever time and offset follow it.

use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::fmt::strtime::{self, BrokenDownTime};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, ErrorKind, Result};

/// How days are written in a column: a `strptime` format of the day, which a time of day and a zone may follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateFormat(String);

/// The formats that are tried; where two read a column alike, the first is taken.
const FORMATS: [&str; 14] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%d.%m.%y",
];

/// Years outside are misread numbers rather than dates of a survey.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// The share of a sample's values that a format must read.
const ENOUGH: f64 = 0.95;

/// What the sample of a column says of its format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// One format reads it.
    One(DateFormat),
    /// Two formats read it, and differently: both, and a value that shows it.
    Two(DateFormat, DateFormat, String),
    /// No format reads it.
    None,
}

impl DateFormat {
    /// A format that the user gives, such as `%d/%m/%Y`; code `bad_date_format` where it does not stand for one day.
    pub fn parse(format: &str) -> Result<Self> {
        let day = jiff::civil::date(2026, 11, 23);
        let written = strtime::format(format, day.at(0, 0, 0, 0)).ok();
        let read = written.and_then(|text| BrokenDownTime::parse(format, text).ok()?.to_date().ok());
        if read != Some(day) {
            return Err(Error::new(
                ErrorKind::Usage,
                "bad_date_format",
                format!("`{format}` does not stand for a day, a month and a year"),
            )
            .help("Use strptime's letters, such as `--date-format %Y-%m-%d` or `--date-format %d/%m/%Y`."));
        }
        Ok(Self(format.to_owned()))
    }

    /// The `strptime` format.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day that a value says, if the format reads it; full-width digits count as digits, years are 1900 to 2199.
    pub fn read(&self, value: &str) -> Option<Date> {
        let value = value.trim();
        // No date is that long or without a digit, and a comment need not be folded to know that it is none.
        if value.len() > 64 || !value.chars().any(|c| c.is_ascii_digit() || !c.is_ascii() && c.is_numeric()) {
            return None;
        }
        if value.is_ascii() { self.read_folded(value) } else { self.read_folded(&value.nfkc().collect::<String>()) }
    }

    fn read_folded(&self, value: &str) -> Option<Date> {
        let (read, length) = BrokenDownTime::parse_prefix(&self.0, value).ok()?;
        let date = read.to_date().ok()?;
        (YEARS.contains(&date.year()) && is_time(value.get(length..)?)).then_some(date)
    }

    /// Of values that no one format reads, the format that reads the most of them, how many, and the first that it does not read.
    pub(super) fn nearest<'a>(values: impl Iterator<Item = &'a str>) -> Option<(Self, usize, &'a str)> {
        let values: Vec<&str> = values.collect();
        let reads = |format: &Self| values.iter().filter(|value| format.read(value).is_some()).count();
        // Of formats that read as many, the first known one.
        let all = FORMATS.iter().rev().map(|format| Self((*format).to_owned()));
        let (read, format) = all.map(|format| (reads(&format), format)).max_by_key(|(read, _)| *read)?;
        let other = values.iter().find(|value| format.read(value).is_none())?;
        (read > 0).then_some((format, read, *other))
    }

    /// The format of a column, by the values of its sample that are not blank.
    pub(super) fn find<'a>(values: impl Iterator<Item = &'a str>) -> Found {
        // Days come again and again.
        let mut counts = IndexMap::<&str, usize>::new();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
        let total: usize = counts.values().sum();
        let reads = |format: &Self| {
            let read = counts.iter().filter(|(value, _)| format.read(value).is_some());
            read.map(|(_, count)| count).sum::<usize>()
        };
        let all = FORMATS.map(|format| Self(format.to_owned()));
        let counted: Vec<(usize, &Self)> = all.iter().map(|format| (reads(format), format)).collect();
        let most = counted.iter().map(|(read, _)| *read).max().unwrap_or_default();
        if total == 0 || (most as f64) < ENOUGH * total as f64 {
            return Found::None;
        }
        // A day above 12 in one row settles it: only the formats that read the most are left.
        let mut best = counted.into_iter().filter(|(read, _)| *read == most).map(|(_, format)| format);
        let Some(first) = best.next() else { return Found::None };
        for other in best {
            if let Some(shown) = counts.keys().find(|value| first.read(value) != other.read(value)) {
                return Found::Two(first.clone(), other.clone(), (*shown).to_owned());
            }
        }
        Found::One(first.clone())
    }
}

/// Whether this is nothing, or a time of day with an optional zone: `T08:30`, ` 8:30:05.250 PM`, ` 08:30:05+08:00`, `T083005Z`.
fn is_time(rest: &str) -> bool {
    let rest = rest.trim_end();
    if rest.is_empty() {
        return true;
    }
    let Some(mut rest) = rest.strip_prefix(['T', 't', ' ']).map(str::trim_start) else { return false };
    let mut parts = 0;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=2).contains(&digits) {
            return false;
        }
        rest = &rest[digits..];
        parts += 1;
        match rest.strip_prefix(':') {
            Some(more) if parts < 3 => rest = more,
            _ => break,
        }
    }
    if parts < 2 {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    let rest = rest.trim_start();
    match rest.to_ascii_uppercase().as_str() {
        "" | "Z" | "UTC" | "GMT" | "AM" | "PM" => true,
        zone => zone.strip_prefix(['+', '-']).is_some_and(|offset| {
            let digits = offset.bytes().filter(u8::is_ascii_digit).count();
            (digits == 2 || digits == 4) && offset.bytes().all(|b| b.is_ascii_digit() || b == b':')
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str]) -> Found {
        DateFormat::find(values.iter().copied())
    }

    #[test]
    fn one_format_reads_a_column() {
        for (values, format) in [
            (&["2026-06-03", "2026-6-4"][..], "%Y-%m-%d"),
            (&["2026-06-03T23:59:59Z", "2026-06-03 08:00", "2026-06-03 08:00:01.25+08:00"], "%Y-%m-%d"),
            (&["2026/6/3 9:05"], "%Y/%m/%d"),
            (&["2026.06.03"], "%Y.%m.%d"),
            (&["20260603"], "%Y%m%d"),
            (&["03/10/2021", "31/10/2021"], "%d/%m/%Y"),
            (&["10/03/2021", "10/31/2021"], "%m/%d/%Y"),
            (&["31-10-2021", "01-02-2021"], "%d-%m-%Y"),
            (&["3.10.2021"], "%d.%m.%Y"),
            (&["2026年6月3日", "2026年06月03日 12:30"], "%Y年%m月%d日"),
            (&["２０２６年６月３日"], "%Y年%m月%d日"),
            (&["31/10/21"], "%d/%m/%y"),
            (&["1/1/2026", "2/2/2026"], "%d/%m/%Y"),
        ] {
            assert_eq!(found(values), Found::One(DateFormat(format.to_owned())), "{values:?}");
        }
    }

    #[test]
    fn two_readings_are_told_apart_or_not_at_all() {
        for values in [&["3/4/2026"][..], &["1/1/2026", "3/4/2026"], &["03-04-2026"], &["3/4/26"]] {
            assert!(matches!(found(values), Found::Two(..)), "{values:?}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for values in [&["Monday"][..], &["12345"], &["2026-13-01"], &["0026-01-01"], &["2026-06-03 soon"], &["7"], &[]]
        {
            assert_eq!(found(values), Found::None, "{values:?}");
        }
    }

    #[test]
    fn the_day_as_written_counts() {
        let format = DateFormat::parse("%Y-%m-%d").unwrap();
        for text in ["2026-06-03T23:59:59-11:00", "2026-06-03T00:00:00Z", " 2026-06-03 ", "2026-06-03 11:59 PM"] {
            assert_eq!(format.read(text), Some(jiff::civil::date(2026, 6, 3)), "{text}");
        }
    }

    #[test]
    fn a_given_format_must_stand_for_a_day() {
        assert!(DateFormat::parse("%b %d, %Y").is_ok());
        assert!(DateFormat::parse("%Y-%m-%d %H:%M").is_ok());
        for format in ["", "%Y", "dd/mm/yyyy", "%Q", "%d/%m"] {
            assert_eq!(DateFormat::parse(format).unwrap_err().code(), "bad_date_format", "{format}");
        }
    }
}
