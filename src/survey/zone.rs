//! Time zones: on which day of a zone an instant lies.
//!
//! Not for reading timestamps (`dates`). The zones come with the engine, whatever the machine knows, so that the same survey
//! gives the same days everywhere.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::names::nearest;
use crate::error::{Error, ErrorKind};
use crate::typed::word;

/// A zone of the IANA time zone database, such as `Asia/Shanghai`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// Its name, as the database writes it.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The day on which an instant lies there.
    pub fn day_of(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// A zone by the name that a table gives it: one of the database, `Z`, or an offset from UTC such as `UTC+8` and `GMT+08:00`.
    pub(super) fn of_a_table(name: &str) -> Option<Self> {
        if let Ok(zone) = name.parse() {
            return Some(zone);
        }
        let name = name.trim();
        if name.eq_ignore_ascii_case("z") {
            return "UTC".parse().ok();
        }
        let offset = ["utc", "gmt"].into_iter().find_map(|utc| {
            let (start, rest) = name.split_at_checked(utc.len())?;
            start.eq_ignore_ascii_case(utc).then_some(rest)
        })?;
        let minutes = minutes(offset.trim())?;
        let zone = TimeZone::fixed(Offset::from_seconds(minutes * 60).ok()?);
        Some(Self { name: name.to_owned(), zone })
    }

    /// An instant as it is written there: `2026-06-01T08:00:00+08:00`, with `Z` where the offset is that of UTC.
    pub(super) fn written(&self, instant: Timestamp) -> String {
        match self.zone.to_offset(instant) {
            Offset::UTC => instant.to_string(),
            offset => instant.display_with_offset(offset).to_string(),
        }
    }
}

/// Minutes of an offset such as `+8`, `-03:30`, `+0800`.
fn minutes(offset: &str) -> Option<i32> {
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "\u{2212}", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |digits: &str, most: i32| {
        let number = digits.bytes().all(|c| c.is_ascii_digit()).then(|| digits.parse::<i32>().ok())??;
        (number <= most && digits.len() <= 2).then_some(number)
    };
    Some(sign * (number(hours, 14)? * 60 + number(minutes, 59)?))
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl FromStr for Zone {
    type Err = Error;

    /// A zone by its name, whatever the case of its letters; code `unknown_time_zone`.
    fn from_str(name: &str) -> Result<Self, Error> {
        let known = TimeZoneDatabase::bundled();
        if let Ok(zone) = known.get(name.trim()) {
            return Ok(Self { name: zone.iana_name().unwrap_or(name.trim()).to_owned(), zone });
        }
        let names: Vec<String> = known.available().map(|name| name.as_str().to_owned()).collect();
        let near = nearest(name, &names);
        Err(Error::new(ErrorKind::Usage, "unknown_time_zone", format!("there is no time zone `{name}`")).help(
            match near {
                Some(near) => format!("Did you mean `--time-zone {}`?", word(near)),
                None => {
                    "Name a zone of the IANA database, as in `--time-zone Asia/Shanghai`; `UTC` is one too.".to_owned()
                }
            },
        ))
    }
}

impl TryFrom<String> for Zone {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_zone_says() {
        for (name, instant, day) in [
            ("Asia/Shanghai", "2026-06-03T15:59:59Z", "2026-06-03"),
            ("Asia/Shanghai", "2026-06-03T16:00:00Z", "2026-06-04"),
            // Summer time in New York: UTC−4 in June, UTC−5 in January.
            ("America/New_York", "2026-06-03T03:59:59Z", "2026-06-02"),
            ("America/New_York", "2026-01-03T04:30:00Z", "2026-01-02"),
            ("UTC", "2026-06-03T23:59:59Z", "2026-06-03"),
        ] {
            let zone: Zone = name.parse().unwrap();
            assert_eq!(zone.day_of(instant.parse().unwrap()).to_string(), day, "{name} {instant}");
        }
    }

    #[test]
    fn a_zone_is_called_as_the_database_calls_it() {
        assert_eq!("asia/shanghai".parse::<Zone>().unwrap().as_str(), "Asia/Shanghai");
        let written = serde_json::to_string(&"Asia/Shanghai".parse::<Zone>().unwrap()).unwrap();
        assert_eq!(written, "\"Asia/Shanghai\"");
        assert_eq!(serde_json::from_str::<Zone>(&written).unwrap().as_str(), "Asia/Shanghai");
        for (name, hint) in [("Asia/Shangai", "Did you mean `--time-zone Asia/Shanghai`?"), ("+08:00", "Name a zone")] {
            let error = name.parse::<Zone>().unwrap_err();
            assert_eq!(error.code(), "unknown_time_zone");
            assert!(error.way_out().unwrap().starts_with(hint), "{:?}", error.way_out());
        }
        assert!(serde_json::from_str::<Zone>("\"nowhere\"").is_err());
    }
}
