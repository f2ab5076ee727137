//! The choice of columns, scale, date format and period from names and content of the sample.
//!
//! Not for reading rows, and never a guess: what two readings fit equally well is an error that names the flag.

use std::collections::BTreeSet;

use super::dates::{DateFormat, Found};
use super::mapping::{Mapping, TextColumn, Wanted};
use super::names::{Kind, nearest, role, worth};
use super::period::Granularity;
use super::sample::Sample;
use super::scale::{Scale, answer};
use crate::error::{Error, ErrorKind, Result};
use crate::types::Weight;

/// Finds what each column is, with a sentence for people on each finding.
///
/// Codes: `unknown_column`, `column_used_twice`, `ambiguous_column`, `no_text_column`, `ambiguous_scale`, `unknown_scale`,
/// `bad_scale`, `ambiguous_date`, `unknown_date_format`, `bad_date_format`, `no_date_for_period`,
/// `no_date_for_format`.
pub fn map_columns(sample: &Sample, wanted: &Wanted) -> Result<(Mapping, Vec<String>)> {
    let mut choice = Choice { sample, taken: BTreeSet::new(), notices: sample.notices.clone() };
    choice.take_wanted(wanted)?;
    let score = choice.column(Kind::Score, wanted.score.as_ref())?;
    let date = choice.column(Kind::Date, wanted.date.as_ref())?;
    let id = choice.column(Kind::Id, wanted.id.as_ref())?;
    let weight = choice.column(Kind::Weight, wanted.weight.as_ref())?;
    let texts = choice.texts(wanted)?;

    let scale = choice.scale(score.as_deref(), wanted.scale.as_deref())?;
    let date_format = choice.date_format(date.as_deref(), wanted.date_format.as_deref())?;
    let period = choice.period(date.is_some(), wanted.period)?;
    if let Some(weight) = &weight {
        choice.notices.push(format!("weight: column `{weight}`"));
    }
    let mapping = Mapping {
        id,
        customer: wanted.customer.clone(),
        score,
        scale,
        texts,
        date,
        date_format,
        weight,
        by: wanted.by.clone(),
        period,
    };
    choice.notices.push(match &mapping.id {
        Some(id) => format!("id: column `{id}`"),
        None => "id: no column; ids are made of the file's digest and the row number".to_owned(),
    });
    Ok((mapping, choice.notices))
}

/// Finds the columns of id and comments alone, and the score with its scale only where it is `scored`; dates, weights and segments
/// are none. For what tags comments and computes no figures over time.
pub fn map_comments(sample: &Sample, wanted: &Wanted, scored: bool) -> Result<Mapping> {
    let mut choice = Choice { sample, taken: BTreeSet::new(), notices: Vec::new() };
    choice.take_wanted(wanted)?;
    let score = if scored { choice.column(Kind::Score, wanted.score.as_ref())? } else { None };
    let id = choice.column(Kind::Id, wanted.id.as_ref())?;
    let texts = choice.texts(wanted)?;
    let scale = choice.scale(score.as_deref(), wanted.scale.as_deref())?;
    let none = Granularity::None;
    Ok(Mapping {
        id,
        customer: None,
        score,
        scale,
        texts,
        date: None,
        date_format: None,
        weight: None,
        by: Vec::new(),
        period: none,
    })
}

struct Choice<'a> {
    sample: &'a Sample,
    taken: BTreeSet<&'a str>,
    notices: Vec<String>,
}

impl<'a> Choice<'a> {
    /// The values of a column that are not blank, without the blanks around them.
    fn values(&self, column: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let at = self.sample.columns.iter().position(|name| name == column);
        self.sample.rows.iter().filter_map(move |row| row.get(at?)?.as_deref()).map(str::trim).filter(|v| !v.is_empty())
    }

    /// The share of values for which something holds; 0 where there are none.
    fn share(&self, column: &str, holds: impl Fn(&str) -> bool) -> f64 {
        let (mut all, mut held) = (0_u64, 0_u64);
        for value in self.values(column) {
            all += 1;
            held += u64::from(holds(value));
        }
        if all == 0 { 0.0 } else { held as f64 / all as f64 }
    }

    fn distinct(&self, column: &str) -> BTreeSet<&'a str> {
        self.values(column).collect()
    }

    fn existing(&self, name: &str, flag: &str) -> Result<&'a str> {
        if let Some(column) = self.sample.columns.iter().find(|column| *column == name) {
            return Ok(column);
        }
        let error = Error::new(ErrorKind::Usage, "unknown_column", format!("there is no column `{name}` for `{flag}`"));
        Err(match nearest(name, &self.sample.columns) {
            Some(near) => error.help(format!("Did you mean `{flag} {near}`?")),
            None => error.help(format!("The columns are {}.", quoted(self.sample.columns.iter().map(String::as_str)))),
        })
    }

    /// Takes what the user names, so that it is not chosen for something else.
    fn take_wanted(&mut self, wanted: &Wanted) -> Result<()> {
        let single = [
            (&wanted.id, "--id"),
            (&wanted.score, "--score"),
            (&wanted.date, "--date"),
            (&wanted.weight, "--weight"),
            (&wanted.customer, "--customer"),
        ];
        let texts = wanted.texts.iter().map(|(name, _)| (name, "--text"));
        for (name, flag) in single.iter().filter_map(|(name, flag)| Some((name.as_ref()?, *flag))).chain(texts) {
            let column = self.existing(name, flag)?;
            if !self.taken.insert(column) {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "column_used_twice",
                    format!("column `{name}` is named twice"),
                )
                .help(format!("Give `{flag}` another column.")));
            }
        }
        // A segment may also be something else, such as the score; but nothing is chosen that is a segment.
        let mut segments = BTreeSet::new();
        for name in &wanted.by {
            // A cell for each comment says nothing.
            if wanted.texts.iter().any(|(text, _)| text == name) {
                let message = format!("`--by {name}` and `--text {name}` name one column");
                return Err(Error::new(ErrorKind::Usage, "column_used_twice", message)
                    .help("Take segments from other columns than comments."));
            }
            if !segments.insert(self.existing(name, "--by")?) {
                return Err(Error::new(ErrorKind::Usage, "column_used_twice", format!("`--by {name}` is given twice"))
                    .help("Name each segment once."));
            }
        }
        self.taken.extend(segments);
        Ok(())
    }

    /// The column of a kind: the one named, else the best by name whose content fits.
    fn column(&mut self, kind: Kind, wanted: Option<&String>) -> Result<Option<String>> {
        if wanted.is_some() {
            return Ok(wanted.cloned());
        }
        let columns = self.sample.columns.iter().map(String::as_str).filter(|name| !self.taken.contains(name));
        let named = columns.filter_map(|name| Some((worth(kind, name), name)).filter(|(worth, _)| *worth > 0));
        let fitting: Vec<(u8, &str)> = named.filter(|(worth, name)| self.fits(kind, name, *worth)).collect();
        let best = fitting.iter().map(|(worth, _)| *worth).max().unwrap_or_default();
        let best: Vec<&str> = fitting.iter().filter(|(worth, _)| *worth == best).map(|(_, name)| *name).collect();
        match best[..] {
            [] => Ok(None),
            [one] => {
                self.taken.insert(one);
                Ok(Some(one.to_owned()))
            }
            _ => Err(ambiguous(kind, &best)),
        }
    }

    /// Whether the content of a column is of the kind that its name says.
    fn fits(&self, kind: Kind, column: &str, worth: u8) -> bool {
        match kind {
            Kind::Score => {
                let numbers = self.share(column, |v| answer(v).is_some_and(|n| (0.0..=100.0).contains(&n)));
                // A whole name is enough for labels, of which there are few; for numbers, a running index has too many.
                numbers >= 0.8 && self.distinct(column).len() <= 101
                    || worth >= 6 && (1..=15).contains(&self.distinct(column).len()) && !self.is_long(column)
            }
            // A column that is called a date and looks like one is one, even where no one format reads it: then the run stops and asks,
            // rather than putting all answers into one period.
            Kind::Date => {
                DateFormat::find(self.values(column)) != Found::None
                    || worth >= 6 && self.share(column, looks_dated) >= 0.5
            }
            Kind::Id => {
                let values = self.values(column).count();
                let unique = self.distinct(column).len() as f64 / values.max(1) as f64;
                values > 0 && unique >= if worth >= 6 { 0.9 } else { 0.999 }
            }
            Kind::Weight => {
                let weights: Vec<f64> =
                    self.values(column).map_while(Weight::parse).map(|w| w.micros() as f64 / 1e6).collect();
                let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
                // Sampling weights are about 1 on average; kilograms and grams are not.
                weights.len() == self.values(column).count() && (0.5..=2.0).contains(&mean)
            }
            Kind::Text => {
                self.share(column, |v| answer(v).is_some()) < 0.9
                    && DateFormat::find(self.values(column)) == Found::None
            }
        }
    }

    /// Mean length in characters.
    fn length(&self, column: &str) -> f64 {
        let (mut all, mut characters) = (0_u64, 0_usize);
        for value in self.values(column) {
            all += 1;
            characters += value.chars().count();
        }
        characters as f64 / all.max(1) as f64
    }

    fn is_long(&self, column: &str) -> bool {
        self.length(column) > 25.0
    }

    /// Whether a column holds free text, by its content alone: long, mostly different, neither numbers nor dates nor codes.
    fn is_free_text(&self, column: &str) -> bool {
        let values = self.values(column).count();
        let written = |v: &str| v.chars().any(|c| c.is_whitespace() || (c.is_alphabetic() && !c.is_ascii()));
        values > 0
            && self.length(column) >= 8.0
            && self.distinct(column).len() * 2 >= values
            && self.share(column, written) >= 0.5
            && self.fits(Kind::Text, column, 0)
    }

    fn texts(&mut self, wanted: &Wanted) -> Result<Vec<TextColumn>> {
        let texts: Vec<TextColumn> = if wanted.texts.is_empty() {
            let name = self.text()?;
            self.taken.insert(name);
            vec![TextColumn { name: name.to_owned(), role: role(name) }]
        } else {
            wanted.texts.iter().map(|(name, role)| TextColumn { name: name.clone(), role: *role }).collect()
        };
        for text in &texts {
            self.notices.push(format!("comment: column `{}` ({})", text.name, text.role.as_str()));
        }
        if wanted.texts.is_empty() {
            let more: Vec<&str> = self.free().filter(|name| self.is_free_text(name)).collect();
            if !more.is_empty() {
                self.notices
                    .push(format!("not read, though it looks like comments: {} (add with `--text`)", quoted(more)));
            }
        }
        Ok(texts)
    }

    /// The columns that are nothing yet.
    fn free(&self) -> impl Iterator<Item = &'a str> {
        self.sample.columns.iter().map(String::as_str).filter(|name| !self.taken.contains(name))
    }

    /// The one column of comments: the best by name, else the longest free text.
    fn text(&self) -> Result<&'a str> {
        let named = self.free().map(|name| (worth(Kind::Text, name), name)).filter(|(worth, _)| *worth > 0);
        let fitting: Vec<(u8, &str)> = named.filter(|(worth, name)| self.fits(Kind::Text, name, *worth)).collect();
        let best = fitting.iter().map(|(worth, _)| *worth).max().unwrap_or_default();
        let mut best: Vec<&str> =
            fitting.into_iter().filter(|(worth, _)| *worth == best).map(|(_, name)| name).collect();
        if best.is_empty() {
            best = self.free().filter(|name| self.is_free_text(name)).collect();
        }
        let mut by_length: Vec<(f64, &str)> = best.iter().map(|name| (self.length(name), *name)).collect();
        by_length.sort_by(|a, b| b.0.total_cmp(&a.0));
        match by_length[..] {
            [] => Err(Error::new(ErrorKind::Usage, "no_text_column", "no column looks like comments").help(format!(
                "Name it with `--text COLUMN`; the columns are {}.",
                quoted(self.sample.columns.iter().map(String::as_str))
            ))),
            [(one, _), (other, _), ..] if one < 2.0 * other || one == 0.0 => Err(ambiguous(Kind::Text, &best)),
            [(_, name), ..] => Ok(name),
        }
    }

    fn scale(&mut self, score: Option<&str>, wanted: Option<&str>) -> Result<Scale> {
        let given = wanted.map(Scale::parse).transpose()?;
        let Some(column) = score else {
            self.notices
                .push("score: no column; comments are tagged, and no NPS is computed (`--score` names one)".to_owned());
            return Ok(given.unwrap_or_default());
        };
        let scale = match given {
            Some(scale) => scale,
            None => self.found_scale(column)?,
        };
        self.notices.push(format!("score: column `{column}` ({})", scale.describe()));
        Ok(scale)
    }

    /// The default scale, where the answers do not speak against it.
    fn found_scale(&self, column: &str) -> Result<Scale> {
        let mut numbers: Vec<f64> = self.values(column).filter_map(answer).collect();
        numbers.sort_by(f64::total_cmp);
        let labels: BTreeSet<&str> = self.values(column).filter(|v| answer(v).is_none()).collect();
        let labelled = self.values(column).count() - numbers.len();
        if labelled > numbers.len() / 10 && !labels.is_empty() {
            let shown: Vec<&str> = labels.iter().copied().take(15).collect();
            let fill: Vec<String> = shown.iter().map(|label| format!("{label}=promoter")).collect();
            return Err(Error::new(
                ErrorKind::Ambiguous,
                "ambiguous_scale",
                format!("the scores in `{column}` are words: {}", quoted(shown.iter().copied())),
            )
            .help(format!(
                "Say what each means (promoter, passive, detractor or missing): `--scale \"{}\"`.",
                fill.join(",")
            )));
        }
        let (Some(low), Some(high)) = (numbers.first(), numbers.last()) else { return Ok(Scale::default()) };
        if *low < 0.0 || *high > 10.0 {
            // One slip of the pen is a reject later on; a scale is what most answers are on.
            let outside = numbers.iter().filter(|n| !(0.0..=10.0).contains(*n)).count();
            if outside * 20 > numbers.len() {
                let message =
                    format!("the scores in `{column}` go from {low} to {high}, and no scale is known for that");
                return Err(Error::new(ErrorKind::Ambiguous, "unknown_scale", message)
                    .help("Say which scores are in which band, as in `--scale \"0-60=detractor,61-80=passive,81-100=promoter\"`."));
            }
        }
        // Of 20 answers to a 0–10 question some are above 7; where none is, a 1–5 or 1–7 question was asked, or all are angry.
        if numbers.len() >= 20 && *high <= 7.0 {
            let (short, help) = if *high <= 5.0 {
                ("5", "Say `--scale 1-5` or `--scale 0-10`.")
            } else {
                (
                    "7",
                    "Say `--scale 1-7` or `--scale 0-10`, or which score means what: `--scale \"1=promoter,2=passive,3-5=detractor,6-7=missing\"`.",
                )
            };
            let message = format!("no score in `{column}` is above {short}: the scale may be 1–{short} or 0–10");
            return Err(Error::new(ErrorKind::Ambiguous, "ambiguous_scale", message).help(help));
        }
        Ok(Scale::default())
    }

    fn date_format(&mut self, date: Option<&str>, wanted: Option<&str>) -> Result<Option<DateFormat>> {
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
            if let Some(value) = first.filter(|_| self.share(column, |v| format.read(v).is_some()) == 0.0) {
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
                        one.as_str(),
                        other.as_str()
                    )));
                }
                Found::None => {
                    let message = format!("no one known format reads the dates in `{column}`");
                    return Err(Error::new(ErrorKind::Usage, "unknown_date_format", message).help(
                        "Say how they are written, as in `--date-format \"%d %b %Y\"`; rows whose date is written otherwise become rejects.",
                    ));
                }
            }
        };
        self.notices.push(format!("date: column `{column}` ({})", format.as_str()));
        Ok(Some(format))
    }

    fn period(&mut self, dated: bool, wanted: Option<Granularity>) -> Result<Granularity> {
        match (dated, wanted) {
            (true, None) => {
                self.notices.push("period: week (`--period` changes it)".to_owned());
                Ok(Granularity::Week)
            }
            (false, Some(period)) if period != Granularity::None => {
                let message = format!("`--period {period}` needs a date column, and none is found");
                Err(Error::new(ErrorKind::Usage, "no_date_for_period", message)
                    .help("Name the column with `--date COLUMN`, or leave `--period` out."))
            }
            (_, period) => Ok(period.unwrap_or_default()),
        }
    }
}

fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn ambiguous(kind: Kind, columns: &[&str]) -> Error {
    let message = format!("{} look equally like the {} column", quoted(columns.iter().copied()), kind.word());
    Error::new(ErrorKind::Ambiguous, "ambiguous_column", message).help(format!(
        "Say which it is: `{} {}`.",
        kind.flag(),
        columns[0]
    ))
}

/// Whether a value has the look of a date: some digits, and what stands between the parts of one.
fn looks_dated(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4 && value.contains(['-', '/', '.', '年'])
}
