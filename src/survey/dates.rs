//! Dates: reading the day of an answer, and finding the one format that reads a column.
//!
//! The day as written counts, whatever time and offset follow it; but in a time zone that the survey names, a timestamp with an
//! offset is an instant, and its day is the zone's. Not for what a zone is (`zone`), nor for periods (`period`).

use indexmap::IndexMap;
use jiff::civil::{Date, Time};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::zone::Zone;
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

/// How many of them begin with the year: no value can be read by two of these.
const YEAR_FIRST: usize = 5;

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
        // With an offset, which a format may read.
        let instant = day.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).ok();
        let written = instant.and_then(|instant| strtime::format(format, &instant).ok());
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
    ///
    /// In a `zone`, a value with a time and an offset is an instant, and the day is the one on which it lies there; a time that no
    /// clock shows is then no instant. All other values, and all without a zone, are days as written.
    pub fn read(&self, value: &str, zone: Option<&Zone>) -> Option<Date> {
        let written = self.written(value)?;
        match (zone, written.offset) {
            (Some(zone), Some(offset)) => {
                Some(zone.day_of(offset.to_timestamp(written.day.to_datetime(written.time?)).ok()?))
            }
            _ => Some(written.day),
        }
    }

    /// The day of a value that begins with the year, as spreadsheets write it: 2026-07-01, 2026/7/1 9:30, 2026年7月1日 星期三, 2026/7/1 下午 3:05.
    pub(crate) fn year_first(value: &str) -> Option<Date> {
        let mut value: String = value.nfkc().collect();
        for half in ["上午", "下午"] {
            value = value.replace(half, " ");
        }
        if let Some((day, rest)) = value.split_once("星期").or_else(|| value.split_once('周'))
            && let Some(clock) = rest.strip_prefix(['一', '二', '三', '四', '五', '六', '日', '天'])
        {
            value = format!("{day}{clock}");
        }
        if value.contains('年') {
            // Only around the marks: a time of day keeps its blank.
            value = ["年", "月", "日"]
                .iter()
                .fold(value, |value, mark| value.split(mark).map(str::trim).collect::<Vec<_>>().join(mark));
            value = value.replacen('日', "日 ", 1);
        }
        let value = value.trim();
        FORMATS[..YEAR_FIRST].iter().find_map(|format| Self((*format).to_owned()).read(value, None))
    }

    /// The offset that a value carries; none where the format does not read it.
    pub(super) fn offset(&self, value: &str) -> Option<Offset> {
        self.written(value)?.offset
    }

    fn written(&self, value: &str) -> Option<Written> {
        let value = value.trim();
        // No date is that long or without a digit, and a comment need not be folded to know that it is none.
        if value.len() > 64 || !value.chars().any(|c| c.is_ascii_digit() || !c.is_ascii() && c.is_numeric()) {
            return None;
        }
        if value.is_ascii() { self.read_folded(value) } else { self.read_folded(&value.nfkc().collect::<String>()) }
    }

    fn read_folded(&self, value: &str) -> Option<Written> {
        let (read, length) = BrokenDownTime::parse_prefix(&self.0, value).ok()?;
        let day = read.to_date().ok().filter(|day| YEARS.contains(&day.year()))?;
        let rest = clock(value.get(length..)?, read.hour().is_some())?;
        // The format may read the time, or the offset too.
        let time = if read.hour().is_some() { read.to_time().ok() } else { rest.time };
        Some(Written { day, time, offset: read.offset().or(rest.offset) })
    }

    /// Of values that no one format reads, the format that reads the most of them, how many, and the first that it does not read.
    pub(super) fn nearest<'a>(values: impl Iterator<Item = &'a str>) -> Option<(Self, usize, &'a str)> {
        let values: Vec<&str> = values.collect();
        let reads = |format: &Self| values.iter().filter(|value| format.written(value).is_some()).count();
        // Of formats that read as many, the first known one.
        let all = FORMATS.iter().rev().map(|format| Self((*format).to_owned()));
        let (read, format) = all.map(|format| (reads(&format), format)).max_by_key(|(read, _)| *read)?;
        let other = values.iter().find(|value| format.written(value).is_none())?;
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
            let read = counts.iter().filter(|(value, _)| format.written(value).is_some());
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
            if let Some(shown) = counts.keys().find(|value| first.read(value, None) != other.read(value, None)) {
                return Found::Two(first.clone(), other.clone(), (*shown).to_owned());
            }
        }
        Found::One(first.clone())
    }
}

/// What a value says of when.
#[derive(Debug, Clone, Copy)]
struct Written {
    day: Date,
    /// None where there is none, or where no clock shows it.
    time: Option<Time>,
    offset: Option<Offset>,
}

/// What follows the day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Clock {
    time: Option<Time>,
    offset: Option<Offset>,
}

/// Nothing, or a time of day with an optional offset: `T08:30`, ` 8:30:05.250 PM`, ` 08:30:05+08:00`; where the format
/// read the time already (`timed`), an optional offset alone. None where it is anything else.
fn clock(rest: &str, timed: bool) -> Option<Clock> {
    let rest = rest.trim_end();
    if rest.is_empty() {
        return Some(Clock::default());
    }
    if timed {
        return Some(Clock { time: None, offset: Some(offset(rest.trim_start())?) });
    }
    let mut rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    // As spreadsheets in Chinese write AM and PM.
    let mut half = Half::of(&mut rest, Half::CHINESE);
    rest = rest.trim_start();
    let mut parts = [0_i8; 3];
    let mut count = 0;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=2).contains(&digits) {
            return None;
        }
        parts[count] = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        count += 1;
        match rest.strip_prefix(':') {
            Some(more) if count < 3 => rest = more,
            _ => break,
        }
    }
    if count < 2 {
        return None;
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        rest = &fraction[digits..];
    }
    rest = rest.trim_start();
    half = half.or_else(|| Half::of(&mut rest, Half::ENGLISH));
    // A leap second is in the minute that it ends; fractions change no day.
    let [hour, minute, second] = parts;
    let hour = half.map_or(hour, |half| half.hour(hour));
    let time = Time::new(hour, minute, if second == 60 { 59 } else { second }, 0).ok();
    // 24:00 ends a day, though no clock shows it; what is beyond is a slip or no time, and its day is not to be believed.
    if time.is_none() && parts != [24, 0, 0] {
        return None;
    }
    match rest.trim_start() {
        "" => Some(Clock { time, offset: None }),
        zone => Some(Clock { time, offset: Some(offset(zone)?) }),
    }
}

/// A half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

impl Half {
    const CHINESE: [(&str, Self); 2] = [("上午", Self::Morning), ("下午", Self::Afternoon)];
    const ENGLISH: [(&str, Self); 2] = [("AM", Self::Morning), ("PM", Self::Afternoon)];

    /// The half that a text begins with, which is taken off it.
    fn of(text: &mut &str, words: [(&str, Self); 2]) -> Option<Self> {
        let (rest, half) = words.into_iter().find_map(|(word, half)| {
            let (first, rest) = text.split_at_checked(word.len())?;
            first.eq_ignore_ascii_case(word).then_some((rest, half))
        })?;
        *text = rest;
        Some(half)
    }

    /// An hour of this half on the clock of a day; one that has 24 already stays.
    const fn hour(self, hour: i8) -> i8 {
        match (self, hour) {
            (Self::Morning, 12) => 0,
            (Self::Afternoon, 1..=11) => hour + 12,
            _ => hour,
        }
    }
}

/// `Z`, `UTC`, `GMT`, `+08`, `+0800` or `-04:30`.
fn offset(zone: &str) -> Option<Offset> {
    if ["Z", "UTC", "GMT"].iter().any(|word| zone.eq_ignore_ascii_case(word)) {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match zone.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, zone.strip_prefix('-')?),
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if !(digits.len() == 2 || digits.len() == 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().unwrap_or(0));
    Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()
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
            assert_eq!(format.read(text, None), Some(jiff::civil::date(2026, 6, 3)), "{text}");
        }
    }

    #[test]
    fn in_a_zone_an_instant_lies_on_the_day_of_the_zone() {
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        for (format, text, day) in [
            ("%Y-%m-%d", "2026-06-03T15:59:59Z", Some(3)),
            ("%Y-%m-%d", "2026-06-03T16:00:00Z", Some(4)),
            ("%Y-%m-%d", "2026-06-03 16:00:00.250 UTC", Some(4)),
            ("%Y-%m-%d", "2026-06-03 15:59:60Z", Some(3)),
            ("%Y-%m-%d", "2026-06-03T00:30:00+09:00", Some(2)),
            ("%Y-%m-%d", "2026-06-03T12:00-0430", Some(4)),
            ("%Y-%m-%d", "2026-06-03T01:00+08", Some(3)),
            // Halves of the day.
            ("%Y-%m-%d", "2026-06-03 下午11:30:00 -01:00", Some(4)),
            ("%Y-%m-%d", "2026-06-03 上午11:30:00 -01:00", Some(3)),
            ("%Y-%m-%d", "2026-06-03 10:30 PM +08:00", Some(3)),
            ("%Y-%m-%d", "2026-06-03 10:30pm Z", Some(4)),
            ("%Y-%m-%d", "2026-06-03 12:30 am +09:00", Some(2)),
            ("%Y-%m-%d", "2026-06-03 下午 17:30Z", Some(4)),
            // Without an offset, the day as written.
            ("%Y-%m-%d", "2026-06-03T23:59:59", Some(3)),
            ("%Y-%m-%d", "2026-06-03 11:59 PM", Some(3)),
            ("%Y-%m-%d", "2026-06-03", Some(3)),
            // No clock shows this, so that it is no instant.
            ("%Y-%m-%d", "2026-06-03T24:00:00Z", None),
            // The format reads the time, and the offset or not.
            ("%Y-%m-%d %H:%M", "2026-06-03 16:00+00:00", Some(4)),
            ("%Y-%m-%d %H:%M", "2026-06-03 16:00", Some(3)),
            ("%d.%m.%Y %H:%M:%S %z", "03.06.2026 16:00:00 +0000", Some(4)),
        ] {
            let format = DateFormat::parse(format).unwrap();
            let day = day.map(|day| jiff::civil::date(2026, 6, day));
            assert_eq!(format.read(text, Some(&zone)), day, "{text}");
            assert_eq!(format.read(text, None), Some(jiff::civil::date(2026, 6, 3)), "{text}");
        }
    }

    #[test]
    fn what_follows_a_day_is_a_time_or_no_date_at_all() {
        let format = DateFormat::parse("%Y-%m-%d").unwrap();
        for rest in ["T08:30", " 8:30:05.250 pm", " 08:30:05+08:00", "T08:30:05Z", "t08:30 gmt", "  08:30 -0330", ""] {
            assert!(format.read(&format!("2026-06-03{rest}"), None).is_some(), "{rest}");
        }
        for rest in [
            "T8",
            "T08:",
            "T08:30:05.",
            "T08:30+8",
            "T08:30 CET",
            "T08:30:05:01",
            "+08:00",
            "T083:0",
            "T08:30Z+1",
            " 8:30 XM",
            " 8:30 PMT",
        ] {
            assert_eq!(format.read(&format!("2026-06-03{rest}"), None), None, "{rest}");
        }
    }

    #[test]
    fn times_beyond_24_00_are_no_times() {
        let format = DateFormat::parse("%Y-%m-%d").unwrap();
        for (rest, is_day) in [
            (" 23:59:60", true),
            (" 24:00", true),
            ("T24:00:00Z", true),
            (" 24:00:01", false),
            (" 24:01", false),
            (" 25:00", false),
            ("T25:00:00Z", false),
            (" 08:60", false),
            (" 08:30:61", false),
            (" 99:99", false),
            (" 下午 25:00", false),
        ] {
            assert_eq!(format.read(&format!("2026-06-03{rest}"), None).is_some(), is_day, "{rest}");
        }
    }

    #[test]
    fn a_given_format_must_stand_for_a_day() {
        assert!(DateFormat::parse("%b %d, %Y").is_ok());
        assert!(DateFormat::parse("%Y-%m-%d %H:%M").is_ok());
        for format in ["", "%Y", "dd/mm/yyyy", "%Q", "%d/%m", "%s", "%z"] {
            assert_eq!(DateFormat::parse(format).unwrap_err().code(), "bad_date_format", "{format}");
        }
    }
}
