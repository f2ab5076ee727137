//! From raw rows to respondents: id, period, date, score, band, weight, segments and comments, in one fixed schema.
//!
//! Not for reading files (`reader`): it sees one batch at a time, and many threads may call it side by side.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use jiff::civil::Date;

use super::consent::Reading;
use super::dates::DateFormat;
use super::mapping::Mapping;
use super::reader::{RawBatch, mismatch};
use super::reject::{Reason, Reject};
use super::remembered::Remembered;
use super::rows::Fault;
use super::scale::Judged;
use super::source::Source;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Band, Consent, Weight};

/// The value of a blank segment.
pub const BLANK: &str = "(blank)";

/// The schema of respondents: `id`, `customer` (only where mapped), `consent` (`yes`, `no`, or null where nobody asked or nothing was said), `period`, `date`, `score`, `band`, `weight` (millionths),
/// `seg_<column>` in the mapping's order, then the columns of comments.
pub fn respondent_schema(mapping: &Mapping) -> SchemaRef {
    let utf8 = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let mut fields = vec![utf8("id", false)];
    fields.extend(mapping.customer.iter().map(|_| utf8("customer", true)));
    fields.push(utf8("consent", true));
    fields.push(utf8("period", false));
    fields.push(Field::new("date", DataType::Date32, true));
    fields.push(Field::new("score", DataType::Float64, true));
    fields.push(utf8("band", true));
    fields.push(Field::new("weight", DataType::Int64, false));
    fields.extend(mapping.by.iter().map(|column| utf8(&Mapping::segment_column(column), false)));
    fields.extend(mapping.texts.iter().map(|text| utf8(&mapping.text_column(text), true)));
    Arc::new(Schema::new(fields))
}

/// The respondents of a raw batch, in its order, in the schema of [`respondent_schema`], and the rows that are none.
///
/// Rows in = respondents + rejects. A blank id becomes what [`Source::made_id`] makes; a blank score has
/// neither score nor band; a blank date is in the period `undated`; a blank weight is 1; a comment of blanks alone is null.
/// `source` is the one that the batch comes from. Code `bad_batch` where the batch lacks a column of the mapping.
pub fn respondents(raw: &RawBatch, source: &Source, mapping: &Mapping) -> Result<(RecordBatch, Vec<Reject>)> {
    let columns = Columns::of(raw, mapping)?;
    let mut rejects = Vec::new();
    let mut read = Read::new(mapping);
    let mut built = Built::new(mapping, &columns, raw.batch.num_rows());
    for row in 0..raw.batch.num_rows() {
        match columns.judge(row, mapping, &mut read) {
            Ok(facts) => {
                let made = || source.made_id(raw.rows[row]);
                built.push(row, &facts, read.label(&facts, mapping), &columns, made);
            }
            Err(fault) => rejects.push(Reject {
                source: source.name.clone(),
                line: raw.lines[row],
                byte: raw.bytes[row],
                column: fault.column,
                reason: fault.reason,
                message: fault.message,
            }),
        }
    }
    Ok((built.finish(mapping)?, rejects))
}

/// The columns of a raw batch by what they are.
struct Columns<'a> {
    id: Option<&'a StringArray>,
    customer: Option<&'a StringArray>,
    consent: Option<&'a StringArray>,
    score: Option<&'a StringArray>,
    date: Option<&'a StringArray>,
    weight: Option<&'a StringArray>,
    /// None where the input lacks the column.
    by: Vec<Option<&'a StringArray>>,
    texts: Vec<&'a StringArray>,
}

/// What is not text of a respondent.
struct Facts {
    day: Option<Day>,
    score: Option<f64>,
    band: Option<Band>,
    weight: Weight,
    consent: Option<Consent>,
}

/// A day that a batch names.
#[derive(Debug, Clone, Copy)]
struct Day {
    /// Since 1970-01-01, as Arrow's `Date32`.
    days: i32,
    /// Where the label of its period is among those of the batch.
    label: usize,
}

/// What was read so far in a batch: answers, days and weights come again and again.
struct Read {
    scores: Remembered<Judged>,
    /// None where the date format does not read it.
    days: Remembered<Option<Day>>,
    weights: Remembered<Option<Weight>>,
    consents: Remembered<Reading>,
    labels: Vec<String>,
}

impl Read {
    fn new(mapping: &Mapping) -> Self {
        Self {
            scores: Remembered::new(mapping.score.is_some()),
            days: Remembered::new(mapping.date.is_some()),
            weights: Remembered::new(mapping.weight.is_some()),
            consents: Remembered::new(mapping.consent.is_some()),
            labels: Vec::new(),
        }
    }

    fn day(&mut self, written: &str, format: &DateFormat, mapping: &Mapping) -> Option<Day> {
        let labels = &mut self.labels;
        self.days.get(written, |written| {
            let date = format.read(written, mapping.time_zone.as_ref())?;
            let label = mapping.calendar.label(date);
            // Days of one period often follow each other, and where they do not a label more does no harm.
            if labels.last() != Some(&label) {
                labels.push(label);
            }
            Some(Day { days: days(date), label: labels.len() - 1 })
        })
    }

    fn label(&self, facts: &Facts, mapping: &Mapping) -> &str {
        match facts.day {
            Some(day) => &self.labels[day.label],
            None => mapping.calendar.label_without_date(),
        }
    }
}

/// A value without the blanks around it; blank is none.
fn value(column: Option<&StringArray>, row: usize) -> Option<&str> {
    let column = column.filter(|column| column.is_valid(row))?;
    Some(column.value(row).trim()).filter(|value| !value.is_empty())
}

impl<'a> Columns<'a> {
    fn of(raw: &'a RawBatch, mapping: &Mapping) -> Result<Self> {
        let find = |name: &String| {
            raw.batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>()).ok_or_else(|| {
                Error::new(ErrorKind::Input, "bad_batch", format!("a batch of rows has no text column `{name}`"))
            })
        };
        let maybe = |name: &Option<String>| name.as_ref().map(find).transpose();
        let segment = |name: &String| (!mapping.blank.contains(name)).then(|| find(name)).transpose();
        Ok(Self {
            id: maybe(&mapping.id)?,
            customer: maybe(&mapping.customer)?,
            consent: maybe(&mapping.consent)?,
            score: maybe(&mapping.score)?,
            date: maybe(&mapping.date)?,
            weight: maybe(&mapping.weight)?,
            by: mapping.by.iter().map(segment).collect::<Result<_>>()?,
            texts: mapping.texts.iter().map(|text| find(&text.name)).collect::<Result<_>>()?,
        })
    }

    fn judge(&self, row: usize, mapping: &Mapping, read: &mut Read) -> Result<Facts, Fault> {
        let fault = |reason, column: &Option<String>, message: String| {
            Fault::field(reason, column.as_deref().unwrap_or_default(), message)
        };
        let answer = value(self.score, row).unwrap_or_default();
        let (score, band) = match read.scores.get(answer, |answer| mapping.scale.judge(answer)) {
            Judged::Scored { score, band } => (score, Some(band)),
            Judged::Missing => (None, None),
            Judged::NotANumber => {
                return Err(fault(Reason::ScoreNotANumber, &mapping.score, "the score is not a number".to_owned()));
            }
            Judged::OffScale => {
                let message = format!("the score is not on the scale {}", mapping.scale.describe());
                return Err(fault(Reason::ScoreOffScale, &mapping.score, message));
            }
        };
        let day = match (value(self.date, row), &mapping.date_format) {
            (Some(written), Some(format)) => Some(read.day(written, format, mapping).ok_or_else(|| {
                fault(Reason::BadDate, &mapping.date, format!("the date is not written as {}", format.as_str()))
            })?),
            _ => None,
        };
        let weight = match value(self.weight, row) {
            Some(written) => read.weights.get(written, Weight::parse).ok_or_else(|| {
                fault(
                    Reason::BadWeight,
                    &mapping.weight,
                    "the weight is not a number above 0 and at most 10⁶".to_owned(),
                )
            })?,
            None => Weight::ONE,
        };
        // It decides who is called, never who counts.
        let consent = value(self.consent, row)
            .and_then(|written| read.consents.get(written, |written| mapping.consent_values.read(written)).said());
        Ok(Facts { day, score, band, weight, consent })
    }
}

/// The table that grows.
struct Built {
    id: StringBuilder,
    customer: Option<StringBuilder>,
    consent: StringBuilder,
    period: StringBuilder,
    date: Date32Builder,
    score: Float64Builder,
    band: StringBuilder,
    weight: Int64Builder,
    by: Vec<StringBuilder>,
    texts: Vec<StringBuilder>,
}

impl Built {
    /// Nothing yet, with room for what so many rows of these columns come to.
    fn new(mapping: &Mapping, columns: &Columns, rows: usize) -> Self {
        let like = |column: &StringArray| StringBuilder::with_capacity(rows, column.value_data().len());
        // A period and a band are at most ten bytes long.
        let short = || StringBuilder::with_capacity(rows, 10 * rows);
        Self {
            id: columns.id.map_or_else(StringBuilder::new, like),
            customer: mapping.customer.as_ref().map(|_| columns.customer.map_or_else(StringBuilder::new, like)),
            consent: StringBuilder::new(),
            period: short(),
            date: Date32Builder::with_capacity(rows),
            score: Float64Builder::with_capacity(rows),
            band: short(),
            weight: Int64Builder::with_capacity(rows),
            by: columns.by.iter().map(|column| column.map_or_else(StringBuilder::new, like)).collect(),
            texts: columns.texts.iter().map(|column| like(column)).collect(),
        }
    }

    fn push(&mut self, row: usize, facts: &Facts, label: &str, columns: &Columns, made: impl FnOnce() -> String) {
        match value(columns.id, row) {
            Some(id) => self.id.append_value(id),
            None => self.id.append_value(made()),
        }
        if let Some(customer) = &mut self.customer {
            customer.append_option(value(columns.customer, row));
        }
        self.consent.append_option(facts.consent.map(Consent::as_str));
        self.period.append_value(label);
        self.date.append_option(facts.day.map(|day| day.days));
        self.score.append_option(facts.score);
        self.band.append_option(facts.band.map(Band::as_str));
        self.weight.append_value(facts.weight.micros().cast_signed());
        for (builder, column) in self.by.iter_mut().zip(&columns.by) {
            builder.append_value(value(*column, row).unwrap_or(BLANK));
        }
        for (builder, column) in self.texts.iter_mut().zip(&columns.texts) {
            // The comment itself keeps the blanks around it: offsets count from its first character.
            let written = value(Some(column), row).map(|_| column.value(row));
            builder.append_option(written);
        }
    }

    fn finish(mut self, mapping: &Mapping) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.id.finish())];
        arrays.extend(self.customer.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        arrays.push(Arc::new(self.consent.finish()));
        arrays.push(Arc::new(self.period.finish()));
        arrays.push(Arc::new(self.date.finish()));
        arrays.push(Arc::new(self.score.finish()));
        arrays.push(Arc::new(self.band.finish()));
        arrays.push(Arc::new(self.weight.finish()));
        let rest = self.by.iter_mut().chain(&mut self.texts);
        arrays.extend(rest.map(|b| Arc::new(b.finish()) as ArrayRef));
        RecordBatch::try_new(respondent_schema(mapping), arrays).map_err(mismatch)
    }
}

/// Days since 1970-01-01, as Arrow's `Date32`.
fn days(date: Date) -> i32 {
    // Both are midnights, so that the hours between them are whole days; a calendar of 20,000 years has fewer than an `i32`.
    (date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24) as i32
}
