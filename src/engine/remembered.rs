//! What an output folder remembers of the survey it holds: which column is what, how dates are written, the scale. A later week is read as
//! the earlier ones were, so that it needs no flags, and is not taken for another survey because it is short.
//!
//! Not for lexicons, which the folder remembers too (`lexicons`), nor for consent (`consent`).

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::survey::{DateFormat, Mapping, Sample, Scale, Wanted, is_surely_a_date, map_columns, shorter};
use crate::tables::Manifest;
use crate::typed::word;

/// What the output folder `out` holds of an earlier run.
struct Held<'a> {
    out: &'a Path,
    mapping: Mapping,
    /// How dates are written in each column that an earlier run took for the date.
    dates: BTreeMap<String, DateFormat>,
}

/// Finds what each column is: as the user says, else as the output folder remembers, as far as the input has the columns, else from
/// the data. Gives a sentence on each finding, too.
///
/// # Errors
/// Those of [`map_columns`]; `ambiguous_scale` where many scores speak against the remembered scale; `other_layout` where the input lacks a segment of the folder, and the user does not say that it does.
pub(crate) fn map_as_held(
    sample: &Sample,
    wanted: &Wanted,
    before: Option<&Manifest>,
    out: &Path,
) -> Result<(Mapping, Vec<String>)> {
    let Some(held) = before.and_then(|before| Held::of(before, out)) else { return map_columns(sample, wanted) };
    let mut asked = wanted.clone();
    held.check_segments(&asked, sample)?;
    held.check_score(&asked, sample)?;
    held.fill_columns(&mut asked, sample);
    let map = |asked: &Wanted| map_columns(sample, asked).map_err(|error| held.say_dates(error));
    let (mut mapping, mut notices) = map(&asked)?;
    held.check_date(wanted, &mapping, sample)?;
    // The dates may be in a column of another name.
    let dated = asked.clone();
    if mapping.date.is_some() && held.mapping.date.is_some() {
        held.fill_calendar(&mut asked);
    }
    if asked != dated {
        (mapping, notices) = map(&asked)?;
    }
    if wanted.scale.is_none() && asked.scale.is_some() {
        held.check_scale(&mapping, sample)?;
    }
    if asked != *wanted {
        notices.push("columns, scale and dates are read as in the output folder; flags change it".to_owned());
    }
    Ok((mapping, notices))
}

/// How dates are written in each column that a run so far took for the date, with this one's.
pub(crate) fn date_formats(before: Option<&Manifest>, mapping: &Mapping) -> BTreeMap<String, DateFormat> {
    let mut formats = before.map(|before| before.date_formats.clone()).unwrap_or_default();
    formats.extend(mapping.date.clone().zip(mapping.date_format.clone()));
    formats
}

impl<'a> Held<'a> {
    /// Of a manifest; none where the output holds nothing.
    fn of(before: &Manifest, out: &'a Path) -> Option<Self> {
        if before.periods.is_empty() {
            return None;
        }
        let mapping = before.last_mapping()?;
        // Of an output that an earlier engine wrote, the last run's alone.
        let dates = date_formats(Some(before), &mapping);
        Some(Self { out, mapping, dates })
    }

    /// An error where the input lacks segments of the folder and nobody says what is to become of its answers there: blank ones, unasked,
    /// would also take the place of known ones, and a column that was renamed would go the same way.
    fn check_segments(&self, asked: &Wanted, sample: &Sample) -> Result<()> {
        if !asked.by.is_empty() && asked.by != self.mapping.by {
            return Ok(());
        }
        let is_missing = |name: &&String| !sample.columns.contains(name) && !asked.blank.contains(name);
        let missing: Vec<&str> = self.mapping.by.iter().filter(is_missing).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let out = self.out.display();
        let message = format!("the input lacks {}, which {out} holds as segments", quoted(&missing));
        let columns: Vec<&str> = sample.columns.iter().map(String::as_str).collect();
        Err(Error::new(ErrorKind::Output, "other_layout", message).help(format!(
            "Say `--blank {}`, and its answers count as (blank) there; where a column is called otherwise, rename it (the input has {}); or name another folder with --out.",
            word(&missing.join(",")),
            quoted(&columns)
        )))
    }

    /// An error where the input lacks the column of the score, and nobody says what it is instead: another column would be taken for it, or none, and
    /// answers that are known would lose their score.
    fn check_score(&self, asked: &Wanted, sample: &Sample) -> Result<()> {
        let lacks = |column: &&String| !sample.columns.contains(column);
        match self.mapping.score.as_ref().filter(lacks) {
            Some(column) if asked.score.is_none() => Err(self.lacks(column, "score", sample)),
            _ => Ok(()),
        }
    }

    /// The same of the date, where all columns that earlier runs read are lacking; one that is surely called a date is another name for it.
    fn check_date(&self, asked: &Wanted, mapping: &Mapping, sample: &Sample) -> Result<()> {
        let Some(column) = self.mapping.date.as_ref().filter(|_| asked.date.is_none()) else { return Ok(()) };
        let is_known = self.dates.keys().any(|column| sample.columns.contains(column));
        // Who says how its dates are written has looked at it.
        let is_meant = asked.date_format.is_some() && mapping.date.is_some();
        if is_known || is_meant || mapping.date.as_deref().is_some_and(is_surely_a_date) {
            return Ok(());
        }
        Err(self.lacks(column, "date", sample))
    }

    fn lacks(&self, column: &str, what: &str, sample: &Sample) -> Error {
        let out = self.out.display();
        let message = format!("the input lacks `{column}`, from which {out} has the {what}");
        let columns: Vec<&str> = sample.columns.iter().map(String::as_str).collect();
        Error::new(ErrorKind::Output, "other_layout", message).help(format!(
            "Say `--{what} COLUMN`, for the column may only have another name (the input has {}), or `--{what} none` where its answers have none; or name another folder with --out.",
            quoted(&columns)
        ))
    }

    /// Fills columns, scale and date format that the user leaves open.
    fn fill_columns(&self, wanted: &mut Wanted, sample: &Sample) {
        let held = &self.mapping;
        let has = |column: &String| sample.columns.contains(column);
        // A column that the user gives another part cannot have its old one too.
        let named: Vec<String> =
            [&wanted.id, &wanted.customer, &wanted.consent, &wanted.score, &wanted.date, &wanted.weight]
                .into_iter()
                .flatten()
                .chain(wanted.texts.iter().map(|(name, _)| name))
                .cloned()
                .collect();
        let is_free = |column: &String| has(column) && !named.contains(column);
        let take = |slot: &mut Option<String>, held: &Option<String>| {
            if slot.is_none() {
                *slot = held.clone().filter(is_free);
            }
        };
        take(&mut wanted.id, &held.id);
        take(&mut wanted.customer, &held.customer);
        // The tables are of one scale, whatever the column is called.
        if wanted.scale.is_none() && (wanted.score.is_none() || wanted.score == held.score) {
            wanted.scale = held.score.as_ref().map(|_| held.scale.to_string());
        }
        take(&mut wanted.score, &held.score);
        take(&mut wanted.date, &held.date);
        take(&mut wanted.weight, &held.weight);
        if wanted.date.is_none() {
            // A file of an earlier kind comes again: of several columns none is taken unasked.
            let mut known = self.dates.keys().filter(|column| is_free(column));
            wanted.date = known.next().filter(|_| known.next().is_none()).cloned();
        }
        if wanted.date_format.is_none()
            && let Some(column) = &wanted.date
            && let Some(format) = self.dates.get(column).filter(|format| reads(format, column, sample))
        {
            wanted.date_format = Some(format.as_str().to_owned());
        }
        if wanted.texts.is_empty() && held.texts.iter().all(|text| is_free(&text.name)) {
            wanted.texts = held.texts.iter().map(|text| (text.name.clone(), text.role)).collect();
        }
        let may_stand = |column: &String| {
            wanted.blank.contains(column) || has(column) && !wanted.texts.iter().any(|(text, _)| text == column)
        };
        if wanted.by.is_empty() && held.by.iter().all(may_stand) {
            wanted.by.clone_from(&held.by);
        }
        if wanted.date.as_ref().is_some_and(has) {
            self.fill_calendar(wanted);
        }
    }

    /// Fills how days become periods, where the user leaves it open.
    fn fill_calendar(&self, wanted: &mut Wanted) {
        wanted.period.get_or_insert(self.mapping.calendar.granularity());
        wanted.week_start.get_or_insert(self.mapping.calendar.week_start());
        if wanted.time_zone.is_none() {
            wanted.time_zone = self.mapping.time_zone.clone().map(String::from);
        }
    }

    /// An error where many scores speak for a shorter scale than the one that the folder remembers: they would all be detractors.
    fn check_scale(&self, mapping: &Mapping, sample: &Sample) -> Result<()> {
        let column = mapping.score.as_ref().filter(|_| mapping.scale == Scale::default());
        let Some(column) = column else { return Ok(()) };
        let Some(at) = sample.columns.iter().position(|name| name == column) else { return Ok(()) };
        let values = sample.rows.iter().filter_map(|row| row.get(at)?.as_deref());
        let Some(highest) = shorter(values) else { return Ok(()) };
        let out = self.out.display();
        let message = format!(
            "hardly any score in `{column}` is above {highest}: the scale may be 1–{highest}, and {out} holds answers on 0–10"
        );
        Err(Error::new(ErrorKind::Ambiguous, "ambiguous_scale", message).help(format!(
            "Say `--scale 0-10` where it is that scale and people are unhappy; answers on 1–{highest} go into another folder: `--scale 1-{highest} --out DIR`."
        )))
    }

    /// An error on how dates are written, with how they were written so far.
    fn say_dates(&self, error: Error) -> Error {
        if !["unknown_date_format", "ambiguous_date"].contains(&error.code()) || self.dates.is_empty() {
            return error;
        }
        let read: Vec<String> =
            self.dates.iter().map(|(column, format)| format!("`{column}` as {}", format.as_str())).collect();
        let help = error.way_out().unwrap_or_default();
        let help = format!("{help} Earlier runs into {} read {}.", self.out.display(), read.join(", "));
        error.help(help)
    }
}

/// Whether a format reads any value of the sample's column, or nothing is there to be read.
fn reads(format: &DateFormat, column: &str, sample: &Sample) -> bool {
    let Some(at) = sample.columns.iter().position(|name| name == column) else { return true };
    let mut values = sample.rows.iter().filter_map(|row| row.get(at)?.as_deref()).peekable();
    values.peek().is_none() || values.any(|value| format.read(value, None).is_some())
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
