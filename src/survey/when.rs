//! The choice of date format, time zone and periods, and what has the look of a date.
//!
//! Not for which column holds dates (`choose`), nor for reading them (`dates`).

use std::collections::BTreeSet;

use jiff::tz::Offset;

use super::choose::Choice;
use super::dates::{DateFormat, Found};
use super::period::{Calendar, Granularity, WeekStart};
use super::scale::answer;
use super::zone::Zone;
use crate::error::{Error, ErrorKind, Result};
use crate::typed::word;

impl Choice<'_> {
    /// How dates are written: the format that is asked for, else the one that reads the column.
    pub(super) fn date_format(&mut self, date: Option<&str>, wanted: Option<&str>) -> Result<Option<DateFormat>> {
        let Some(column) = date else {
            if let Some(format) = wanted {
                let message = format!("`--date-format {format}` needs a date column, and none is found");
                return Err(Error::new(ErrorKind::Usage, "no_date_for_format", message)
                    .help("Name the column with `--date COLUMN`, or leave `--date-format` out."));
            }
            self.notices.push("date: no column; all answers are one period (`--date` names one)".to_owned());
            return Ok(None);
        };
        let format = if let Some(format) = wanted {
            let format = DateFormat::parse(format)?;
            let first = self.values(column).next();
            if let Some(value) = first.filter(|_| self.share(column, |v| format.read(v, None).is_some()) == 0.0) {
                let message = format!("`{}` reads no date in `{column}`, such as `{value}`", format.as_str());
                return Err(Error::new(ErrorKind::Usage, "bad_date_format", message)
                    .help("Give `--date-format` as the dates are written, or leave it out."));
            }
            format
        } else {
            match DateFormat::find(self.values(column)) {
                Found::One(format) => format,
                Found::Two(one, other, shown) => {
                    let message = format!("the dates in `{column}`, such as `{shown}`, can be read in two ways");
                    return Err(Error::new(ErrorKind::Ambiguous, "ambiguous_date", message).help(format!(
                        "Say `--date-format {}` or `--date-format {}`.",
                        word(one.as_str()),
                        word(other.as_str())
                    )));
                }
                Found::None => return Err(self.no_date_format(column)),
            }
        };
        self.notices.push(format!("date: column `{column}` ({})", format.as_str()));
        Ok(Some(format))
    }

    /// The error of dates that no one format reads, with the one that reads the most.
    fn no_date_format(&self, column: &str) -> Error {
        if self.is_counted(column) {
            return self.serial(column);
        }
        let values = self.values(column).count();
        let error = |message: String| Error::new(ErrorKind::Usage, "unknown_date_format", message);
        // So Parquet's times of zones come that nobody knows.
        let zone = |value: &str| value.strip_suffix(']')?.split_once("Z[").map(|(_, zone)| zone.to_owned());
        if let Some(zone) = self.values(column).find_map(zone) {
            return error(format!("the times in `{column}` are of the zone `{zone}`, which is not known"))
                .help("Write the column in UTC, or in a zone of the IANA database such as Asia/Shanghai; or leave its answers without a date: `--date none`.");
        }
        match DateFormat::nearest(self.values(column)) {
            Some((format, read, other)) => error(format!(
                "no one format reads the dates in `{column}`: {} reads {read} of {values}, and not `{other}`",
                format.as_str()
            ))
            .help(format!(
                "Say `--date-format {}`, and the other rows become rejects; or name the format they are written in.",
                word(format.as_str())
            )),
            None => error(format!("no known format reads the dates in `{column}`")).help(
                "Say how they are written, as in `--date-format \"%d %b %Y\"`; rows whose date is written otherwise become rejects.",
            ),
        }
    }

    /// The time zone that is asked for, or a sentence where one would change days.
    pub(super) fn time_zone(
        &mut self,
        date: Option<&str>,
        format: Option<&DateFormat>,
        wanted: Option<&str>,
    ) -> Result<Option<Zone>> {
        let zone = wanted.map(str::parse::<Zone>).transpose()?;
        let (Some(column), Some(format)) = (date, format) else {
            return match zone {
                Some(zone) => {
                    let message = format!("`--time-zone {zone}` needs a date column, and none is found");
                    Err(Error::new(ErrorKind::Usage, "no_date_for_time_zone", message)
                        .help("Name the column with `--date COLUMN`, or leave `--time-zone` out."))
                }
                None => Ok(None),
            };
        };
        let offsets: BTreeSet<Offset> = self.values(column).filter_map(|value| format.offset(value)).collect();
        match &zone {
            Some(zone) if offsets.is_empty() => self.notices.push(format!(
                "time zone: {zone}; no value in `{column}` carries an offset, so the day as written counts"
            )),
            Some(zone) => self.notices.push(format!("time zone: {zone} (days of timestamps that carry offsets)")),
            // One offset but UTC's is that of the place where all answers were given.
            None if offsets.len() > 1 || offsets.contains(&Offset::UTC) => self.notices.push(
                "date: timestamps carry offsets, and the day as written counts (`--time-zone` changes it)".to_owned(),
            ),
            None => {}
        }
        Ok(zone)
    }

    /// How days become periods: as asked, else weeks of ISO 8601 where there are dates.
    pub(super) fn calendar(
        &mut self,
        dated: bool,
        period: Option<Granularity>,
        week_start: Option<WeekStart>,
    ) -> Result<Calendar> {
        if !dated {
            let flag = match (period, week_start) {
                (Some(period), _) if period != Granularity::None => format!("--period {period}"),
                (None, Some(start)) if start != WeekStart::Monday => format!("--week-start {start}"),
                _ => return Ok(Calendar::default()),
            };
            let name = flag.split(' ').next().unwrap_or_default();
            let message = format!("`{flag}` needs a date column, and none is found");
            return Err(Error::new(ErrorKind::Usage, "no_date_for_period", message)
                .help(format!("Name the column with `--date COLUMN`, or leave `{name}` out.")));
        }
        let calendar = Calendar::new(period.unwrap_or(Granularity::Week), week_start.unwrap_or_default());
        match (period, calendar.week_start()) {
            (None, WeekStart::Monday) => self.notices.push("period: week (`--period` changes it)".to_owned()),
            (_, WeekStart::Monday) => {}
            (_, start) => self.notices.push(format!("period: week from {start} on, called by its first day")),
        }
        Ok(calendar)
    }

    /// Whether a column holds days as a spreadsheet counts them, with a time of day perhaps.
    pub(super) fn is_counted(&self, column: &str) -> bool {
        self.share(column, is_serial) >= 0.8
    }

    /// The question that such a column asks.
    pub(super) fn serial(&self, column: &str) -> Error {
        let message = format!(
            "column `{column}` is called the date, but holds numbers such as {}: days as a spreadsheet counts them",
            self.values(column).next().unwrap_or_default()
        );
        Error::new(ErrorKind::Ambiguous, "ambiguous_column", message).help(
            "Format the column as a date in the spreadsheet and save it again, name another with `--date COLUMN`, or say `--date none` to go without.",
        )
    }
}

/// Whether a value is a number that a spreadsheet shows as a day of the years 1990 to 2099, with a time of day perhaps.
fn is_serial(value: &str) -> bool {
    answer(value).is_some_and(|days| (32_874.0..73_051.0).contains(&days))
}

/// Whether a value has the look of a date: some digits, and what stands between the parts of one.
pub(super) fn looks_dated(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4 && value.contains(['-', '/', '.', '年']) && !is_serial(value)
}
