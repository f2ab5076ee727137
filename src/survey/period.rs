//! Periods: how days are put together, and how a period is called.
//!
//! Not for reading dates (`dates`) and not for comparing periods (`contribution`).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// The label of respondents without a date in a survey that has dates.
pub const UNDATED: &str = "undated";

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// ISO 8601 weeks, Monday to Sunday, with the ISO year: `2026-W23`.
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

    /// The label of the period in which this day lies; labels of one granularity sort by time.
    pub fn label(self, date: Date) -> String {
        match self {
            Self::Week => {
                let week = date.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", date.year(), date.month()),
            Self::Quarter => format!("{:04}-Q{}", date.year(), (date.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", date.year()),
            Self::None => "all".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_in_the_iso_week_of_the_iso_year() {
        for (day, week, month, quarter, year) in [
            ("2026-06-03", "2026-W23", "2026-06", "2026-Q2", "2026"),
            ("2027-01-01", "2026-W53", "2027-01", "2027-Q1", "2027"),
            ("2024-12-30", "2025-W01", "2024-12", "2024-Q4", "2024"),
            ("2026-09-30", "2026-W40", "2026-09", "2026-Q3", "2026"),
        ] {
            let date: Date = day.parse().unwrap();
            let got = [Granularity::Week, Granularity::Month, Granularity::Quarter, Granularity::Year];
            assert_eq!(got.map(|g| g.label(date)), [week, month, quarter, year]);
            assert_eq!(Granularity::None.label(date), "all");
        }
    }

    #[test]
    fn words_read_back() {
        for granularity in Granularity::ALL {
            assert_eq!(granularity.to_string().parse::<Granularity>().unwrap(), granularity);
        }
        assert_eq!("day".parse::<Granularity>().unwrap_err().code(), "unknown_period");
    }
}
