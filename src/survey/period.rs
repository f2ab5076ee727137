//! Periods: how days are put together, how a period is called, and which one came before it.
//!
//! Not for reading dates (`dates`) and not for comparing periods (`contribution`).

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// The label of respondents without a date in a survey that has dates.
pub const UNDATED: &str = "undated";

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// Weeks: of ISO 8601, Monday to Sunday, `2026-W23`; or from another day on, `2026-06-07`.
    Week,
    /// Calendar months: `2026-06`.
    Month,
    /// Calendar quarters: `2026-Q2`.
    Quarter,
    /// Calendar years: `2026`.
    Year,
    /// One period of everything: `all`.
    #[default]
    None,
}

impl Granularity {
    /// All granularities, shortest first.
    pub const ALL: [Self; 5] = [Self::Week, Self::Month, Self::Quarter, Self::Year, Self::None];

    /// The word that flags and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Granularity {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|g| g.as_str() == word.trim().to_lowercase()).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "unknown_period", format!("`{word}` is not a period"))
                .help("Use `--period week`, `month`, `quarter`, `year` or `none`.")
        })
    }
}

/// The day on which a week starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeekStart {
    /// Weeks of ISO 8601.
    #[default]
    Monday,
    /// Tuesday to Monday.
    Tuesday,
    /// Wednesday to Tuesday.
    Wednesday,
    /// Thursday to Wednesday.
    Thursday,
    /// Friday to Thursday.
    Friday,
    /// Saturday to Friday.
    Saturday,
    /// Sunday to Saturday.
    Sunday,
}

impl WeekStart {
    /// All days, in the order of ISO 8601.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// The word that flags and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    /// The first day of the week in which this day lies; none before the calendar begins.
    fn on_or_before(self, date: Date) -> Option<Date> {
        let since = (date.weekday().to_monday_zero_offset() - self as i8).rem_euclid(7);
        date.checked_sub(since.days()).ok()
    }
}

impl fmt::Display for WeekStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WeekStart {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|day| day.as_str() == word.trim().to_lowercase()).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "unknown_week_start", format!("`{word}` is not a day of the week"))
                .help("Use `--week-start sunday`, or another day's whole name.")
        })
    }
}

/// How days become periods: how long one is, and on which day a week starts.
///
/// Labels of one calendar sort by time. [`UNDATED`] and `all` are labels of no time: nothing comes before them.
///
/// ```
/// use verbatim::survey::{Calendar, Granularity, WeekStart};
/// let weeks = Calendar::new(Granularity::Week, WeekStart::Monday);
/// assert_eq!(weeks.previous("2026-W01").as_deref(), Some("2025-W52"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Calendar {
    #[serde(rename = "period")]
    granularity: Granularity,
    /// Monday where periods are no weeks.
    #[serde(default)]
    week_start: WeekStart,
}

impl Calendar {
    /// Periods of this length; the day on which weeks start does not count where they are no weeks.
    pub fn new(granularity: Granularity, week_start: WeekStart) -> Self {
        let week_start = if granularity == Granularity::Week { week_start } else { WeekStart::Monday };
        Self { granularity, week_start }
    }

    /// How long a period is.
    pub const fn granularity(self) -> Granularity {
        self.granularity
    }

    /// The day on which weeks start; Monday where periods are no weeks.
    pub const fn week_start(self) -> WeekStart {
        self.week_start
    }

    /// Whether weeks are called by their first day, as they are where they do not start on Monday.
    const fn has_own_weeks(self) -> bool {
        matches!(self.granularity, Granularity::Week) && !matches!(self.week_start, WeekStart::Monday)
    }

    /// The label of the period in which this day lies: `2026-W23`, `2026-06-07` (weeks that do not start on Monday, by their first
    /// day), `2026-06`, `2026-Q2`, `2026` or `all`.
    pub fn label(self, date: Date) -> String {
        match self.granularity {
            Granularity::Week if self.has_own_weeks() => {
                // The calendar begins in the year −9999, of which no survey tells.
                let first = self.week_start.on_or_before(date).unwrap_or(date);
                format!("{:04}-{:02}-{:02}", first.year(), first.month(), first.day())
            }
            Granularity::Week => {
                let week = date.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Granularity::Month => format!("{:04}-{:02}", date.year(), date.month()),
            Granularity::Quarter => format!("{:04}-Q{}", date.year(), (date.month() - 1) / 3 + 1),
            Granularity::Year => format!("{:04}", date.year()),
            Granularity::None => "all".to_owned(),
        }
    }

    /// The label of those who have no date: `all` where everything is one period, else [`UNDATED`].
    pub fn label_without_date(self) -> &'static str {
        if self.granularity == Granularity::None { "all" } else { UNDATED }
    }

    /// The first day of the period that is called so; none where none is, and for [`UNDATED`] and `all`.
    pub fn starts(self, label: &str) -> Option<Date> {
        let (year, rest) = (label.get(..4)?, label.get(4..)?);
        let year: i16 = number(year)?.try_into().ok()?;
        let first = |month: u32| Date::new(year, i8::try_from(month).ok()?, 1).ok();
        let start = match self.granularity {
            Granularity::Week if self.has_own_weeks() => {
                let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
                let (month, day) = (i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?);
                Date::new(year, month, day).ok()?
            }
            Granularity::Week => {
                let week = i8::try_from(number(rest.strip_prefix("-W")?)?).ok()?;
                ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date()
            }
            Granularity::Month => first(number(rest.strip_prefix('-')?)?)?,
            Granularity::Quarter => match number(rest.strip_prefix("-Q")?)? {
                quarter @ 1..=4 => first(3 * quarter - 2)?,
                _ => return None,
            },
            Granularity::Year => first(1)?,
            Granularity::None => return None,
        };
        // One period has one label: no other spelling of it, nor a day within a week, is one.
        (self.label(start) == label).then_some(start)
    }

    /// The last day of the period that is called so; none as for [`Calendar::starts`].
    pub fn ends(self, label: &str) -> Option<Date> {
        let length = match self.granularity {
            Granularity::Week => 1.week(),
            Granularity::Month => 1.month(),
            Granularity::Quarter => 3.months(),
            Granularity::Year => 1.year(),
            Granularity::None => return None,
        };
        self.starts(label)?.checked_add(length).ok()?.yesterday().ok()
    }

    /// The period right before this one in the calendar, whether or not anybody answered in it; none as for [`Calendar::starts`].
    pub fn previous(self, label: &str) -> Option<String> {
        Some(self.label(self.starts(label)?.yesterday().ok()?))
    }

    /// The same period a year before: the week of the same number in the ISO year before, none where that year has no week 53; the
    /// week 52 weeks before where weeks do not start on Monday; the same month, quarter or year before. None as for
    /// [`Calendar::starts`].
    pub fn year_before(self, label: &str) -> Option<String> {
        let start = self.starts(label)?;
        let before = match self.granularity {
            Granularity::Week if self.has_own_weeks() => start.checked_sub(52.weeks()).ok()?,
            Granularity::Week => {
                let week = start.iso_week_date();
                ISOWeekDate::new(week.year() - 1, week.week(), Weekday::Monday).ok()?.date()
            }
            _ => start.checked_sub(1.year()).ok()?,
        };
        Some(self.label(before))
    }
}

/// A number of at most four ASCII digits, and nothing else.
fn number(digits: &str) -> Option<u32> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WEEKS: Calendar = calendar(Granularity::Week);
    const SUNDAYS: Calendar = Calendar { granularity: Granularity::Week, week_start: WeekStart::Sunday };

    const fn calendar(granularity: Granularity) -> Calendar {
        Calendar { granularity, week_start: WeekStart::Monday }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_lies_in_the_iso_week_of_the_iso_year() {
        for (on, week, month, quarter, year) in [
            ("2026-06-03", "2026-W23", "2026-06", "2026-Q2", "2026"),
            ("2027-01-01", "2026-W53", "2027-01", "2027-Q1", "2027"),
            ("2024-12-30", "2025-W01", "2024-12", "2024-Q4", "2024"),
            ("2026-09-30", "2026-W40", "2026-09", "2026-Q3", "2026"),
        ] {
            let got = [Granularity::Week, Granularity::Month, Granularity::Quarter, Granularity::Year];
            assert_eq!(got.map(|g| calendar(g).label(day(on))), [week, month, quarter, year]);
            assert_eq!(calendar(Granularity::None).label(day(on)), "all");
        }
    }

    #[test]
    fn other_weeks_are_called_by_their_first_day() {
        // 7 June 2026 is a Sunday, 1 January 2027 a Friday.
        for (start, on, label) in [
            (WeekStart::Sunday, "2026-06-06", "2026-05-31"),
            (WeekStart::Sunday, "2026-06-07", "2026-06-07"),
            (WeekStart::Sunday, "2026-06-13", "2026-06-07"),
            (WeekStart::Saturday, "2026-06-07", "2026-06-06"),
            (WeekStart::Tuesday, "2026-06-08", "2026-06-02"),
            (WeekStart::Thursday, "2027-01-01", "2026-12-31"),
            (WeekStart::Sunday, "2024-03-01", "2024-02-25"),
        ] {
            assert_eq!(Calendar::new(Granularity::Week, start).label(day(on)), label, "{start} {on}");
        }
    }

    #[test]
    fn periods_before_and_a_year_before() {
        let quarter = calendar(Granularity::Quarter);
        let (month, year) = (calendar(Granularity::Month), calendar(Granularity::Year));
        // ISO years of 53 weeks: 2015, 2020, 2026.
        for (calendar, label, first, last, previous, year_before) in [
            (WEEKS, "2026-W23", "2026-06-01", "2026-06-07", "2026-W22", Some("2025-W23")),
            (WEEKS, "2026-W01", "2025-12-29", "2026-01-04", "2025-W52", Some("2025-W01")),
            (WEEKS, "2027-W01", "2027-01-04", "2027-01-10", "2026-W53", Some("2026-W01")),
            (WEEKS, "2021-W01", "2021-01-04", "2021-01-10", "2020-W53", Some("2020-W01")),
            (WEEKS, "2026-W53", "2026-12-28", "2027-01-03", "2026-W52", None),
            (WEEKS, "2025-W01", "2024-12-30", "2025-01-05", "2024-W52", Some("2024-W01")),
            // 364 days before 7 June 2026, a Sunday, is 8 June 2025.
            (SUNDAYS, "2026-06-07", "2026-06-07", "2026-06-13", "2026-05-31", Some("2025-06-08")),
            (SUNDAYS, "2027-01-03", "2027-01-03", "2027-01-09", "2026-12-27", Some("2026-01-04")),
            (SUNDAYS, "2024-03-03", "2024-03-03", "2024-03-09", "2024-02-25", Some("2023-03-05")),
            (month, "2024-02", "2024-02-01", "2024-02-29", "2024-01", Some("2023-02")),
            (month, "2026-01", "2026-01-01", "2026-01-31", "2025-12", Some("2025-01")),
            (quarter, "2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", Some("2025-Q1")),
            (quarter, "2026-Q4", "2026-10-01", "2026-12-31", "2026-Q3", Some("2025-Q4")),
            (year, "2024", "2024-01-01", "2024-12-31", "2023", Some("2023")),
        ] {
            assert_eq!(calendar.starts(label), Some(day(first)), "{label}");
            assert_eq!(calendar.ends(label), Some(day(last)), "{label}");
            assert_eq!(calendar.previous(label).as_deref(), Some(previous), "{label}");
            assert_eq!(calendar.year_before(label).as_deref(), year_before, "{label}");
        }
    }

    #[test]
    fn what_is_no_label_has_no_days() {
        for granularity in Granularity::ALL {
            let calendar = calendar(granularity);
            for label in [UNDATED, "all", "", "2026-", "2026-W", "2026-W5", "2026-13", "2026-Q5", "２０２６", "+026"]
            {
                assert_eq!((calendar.starts(label), calendar.ends(label)), (None, None), "{granularity} {label}");
                assert_eq!((calendar.previous(label), calendar.year_before(label)), (None, None));
            }
        }
        for (calendar, label) in [
            (WEEKS, "2025-W53"),
            (WEEKS, "2026-W00"),
            (WEEKS, "2026-06-07"),
            // A Monday, and no day at all.
            (SUNDAYS, "2026-06-08"),
            (SUNDAYS, "2026-02-30"),
            (SUNDAYS, "2026-W23"),
            (SUNDAYS, "2026-6-7"),
            (calendar(Granularity::Month), "2026-6"),
            (calendar(Granularity::Month), "2026-06-01"),
        ] {
            assert_eq!(calendar.starts(label), None, "{label}");
        }
    }

    proptest! {
        #[test]
        fn a_label_holds_its_day_and_labels_sort_by_time(
            days in (0..110_000_i32, 0..110_000_i32), length in 0..4_usize, start in 0..7_usize,
        ) {
            let calendar = Calendar::new(Granularity::ALL[length], WeekStart::ALL[start]);
            let on = |days: i32| jiff::civil::date(1900, 1, 1).checked_add(days.days()).unwrap();
            let (one, other) = (on(days.0), on(days.1));
            let label = calendar.label(one);
            let (first, last) = (calendar.starts(&label).unwrap(), calendar.ends(&label).unwrap());
            prop_assert!((first..=last).contains(&one), "{label}: {first} to {last} without {one}");
            prop_assert_eq!(calendar.label(last), label.clone());
            prop_assert_eq!(label.cmp(&calendar.label(other)), first.cmp(&calendar.starts(&calendar.label(other)).unwrap()));
            let previous = calendar.previous(&label).unwrap();
            prop_assert_eq!(calendar.ends(&previous).and_then(|day| day.tomorrow().ok()), Some(first));
            if let Some(before) = calendar.year_before(&label) {
                let apart = calendar.starts(&before).unwrap().until(first).unwrap().get_days();
                prop_assert!((357..=371).contains(&apart), "{before} and {label} are {apart} days apart");
            }
        }
    }

    #[test]
    fn words_read_back() {
        for granularity in Granularity::ALL {
            assert_eq!(granularity.to_string().parse::<Granularity>().unwrap(), granularity);
        }
        for start in WeekStart::ALL {
            assert_eq!(start.to_string().parse::<WeekStart>().unwrap(), start);
        }
        assert_eq!("day".parse::<Granularity>().unwrap_err().code(), "unknown_period");
        assert_eq!("sun".parse::<WeekStart>().unwrap_err().code(), "unknown_week_start");
    }

    #[test]
    fn a_manifest_without_week_start_means_monday() {
        let read: Calendar = serde_json::from_str(r#"{"period":"week"}"#).unwrap();
        assert_eq!(read, WEEKS);
        let written = serde_json::to_string(&SUNDAYS).unwrap();
        assert_eq!(written, r#"{"period":"week","week_start":"sunday"}"#);
        assert_eq!(serde_json::from_str::<Calendar>(&written).unwrap(), SUNDAYS);
        assert_eq!(Calendar::new(Granularity::Month, WeekStart::Sunday), calendar(Granularity::Month));
    }
}
