//! The columns of a batch of respondents, row by row: as `survey` makes them, and as they come back from `comments`.
//!
//! Not for how they are found in an input (`survey`), nor for tags.

use arrow::array::{Array, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};

use super::work::arrow_bug;
use crate::error::Result;
use crate::tables::{BLANK, Layout};
use crate::types::{Band, Consent, Weight};

/// The columns of a batch by what they are.
pub(super) struct Respondents<'a> {
    id: &'a StringArray,
    customer: Option<&'a StringArray>,
    consent: &'a StringArray,
    period: &'a StringArray,
    date: &'a Date32Array,
    score: &'a Float64Array,
    band: &'a StringArray,
    weight: &'a Int64Array,
    segments: Vec<&'a StringArray>,
    texts: Vec<&'a StringArray>,
}

/// The value of a row, where there is one.
fn value(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

impl<'a> Respondents<'a> {
    /// Finds the columns of a survey of this layout.
    pub(super) fn of(batch: &'a RecordBatch, layout: &Layout) -> Result<Self> {
        let lacking = |name: &str| arrow_bug(&format!("respondents have no column `{name}`"));
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| lacking(name));
        let text = |name: &str| column(name)?.as_string_opt::<i32>().ok_or_else(|| lacking(name));
        let texts = |names: Vec<String>| names.iter().map(|name| text(name)).collect::<Result<Vec<_>>>();
        Ok(Self {
            id: text("id")?,
            customer: layout.customer.then(|| text("customer")).transpose()?,
            consent: text("consent")?,
            period: text("period")?,
            date: column("date")?.as_primitive_opt::<Date32Type>().ok_or_else(|| lacking("date"))?,
            score: column("score")?.as_primitive_opt::<Float64Type>().ok_or_else(|| lacking("score"))?,
            band: text("band")?,
            weight: column("weight")?.as_primitive_opt::<Int64Type>().ok_or_else(|| lacking("weight"))?,
            segments: texts(layout.segment_columns())?,
            texts: texts(layout.text_columns())?,
        })
    }

    pub(super) fn id(&self, row: usize) -> &'a str {
        self.id.value(row)
    }

    pub(super) fn customer(&self, row: usize) -> Option<&'a str> {
        value(self.customer?, row)
    }

    pub(super) fn consent(&self, row: usize) -> Result<Option<Consent>> {
        let parsed = |word| Consent::parse(word).ok_or_else(|| arrow_bug("a consent is none"));
        value(self.consent, row).map(parsed).transpose()
    }

    pub(super) fn period(&self, row: usize) -> &'a str {
        self.period.value(row)
    }

    /// Days since 1970-01-01.
    pub(super) fn date(&self, row: usize) -> Option<i32> {
        self.date.is_valid(row).then(|| self.date.value(row))
    }

    pub(super) fn score(&self, row: usize) -> Option<f64> {
        self.score.is_valid(row).then(|| self.score.value(row))
    }

    pub(super) fn band(&self, row: usize) -> Result<Option<Band>> {
        let parsed = |word| Band::parse(word).ok_or_else(|| arrow_bug("a band is none"));
        value(self.band, row).map(parsed).transpose()
    }

    pub(super) fn weight(&self, row: usize) -> Result<Weight> {
        let micros = u64::try_from(self.weight.value(row)).ok().and_then(Weight::from_micros);
        micros.ok_or_else(|| arrow_bug("a weight is none"))
    }

    /// The value of each segment.
    pub(super) fn segments(&self, row: usize) -> impl Iterator<Item = &'a str> {
        self.segments.iter().map(move |column| value(column, row).unwrap_or(BLANK))
    }

    /// The answer to each question.
    pub(super) fn texts(&self, row: usize) -> impl Iterator<Item = Option<&'a str>> {
        self.texts.iter().map(move |column| value(column, row))
    }
}
