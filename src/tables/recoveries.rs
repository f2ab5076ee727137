//! The table `recoveries`: one row per contact with a respondent after the answer, with what came of it.
//!
//! Not whom to contact (`follow_ups`), nor what contacts are worth (`contribution::recovery`). Rows come from what quality teams bring back
//! (`verbatim follow-up import`); a run leaves them as they are, and a first one writes the table without rows.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use jiff::civil::Date;

use super::columns::{Column, date, date_or_null, number_or_null, word, word_or_null};
use super::named::{Named, day_at, number_at, word_at};
use super::partition::Table;
use super::sheet::Sheet;
use crate::error::Result;
use crate::types::Band;

/// One contact.
#[derive(Debug, Clone, PartialEq)]
pub struct RecoveryRow {
    /// The respondent's id.
    pub id: String,
    /// The period that held the answer when the contact was brought in.
    pub answered_in: String,
    /// Day of the answer.
    pub answered: Option<Date>,
    /// Day of the contact.
    pub contacted: Date,
    /// Whether what was wrong is right now; none where nothing was said.
    pub resolved: Option<bool>,
    /// The score that the respondent had given, and its band.
    pub score_before: Option<f64>,
    /// The band of it.
    pub band_before: Option<Band>,
    /// The score given after the contact.
    pub score_after: Option<f64>,
    /// The band of it.
    pub band_after: Option<Band>,
    /// Id of the driver of the follow-up.
    pub driver: Option<String>,
    /// The function that owns it.
    pub function: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

impl RecoveryRow {
    /// Days from the answer to the contact; none where the answer has no date.
    pub fn days(&self) -> Option<i32> {
        Some((self.contacted - self.answered?).get_days())
    }
}

type Row = RecoveryRow;

/// `yes` and `no` of what may be neither.
const fn yes_or_no(is: Option<bool>) -> Option<&'static str> {
    match is {
        Some(true) => Some("yes"),
        Some(false) => Some("no"),
        None => None,
    }
}

fn recovery_columns() -> Vec<Column<Row>> {
    vec![
        word("id", "Respondent's id, as in `comments`.", |r: &Row| &r.id),
        word(
            "answered_in",
            "Label of the period that held the answer when the contact was first brought in, as all that is said here of the answer.",
            |r: &Row| &r.answered_in,
        ),
        date_or_null("answered", "Day of the answer.", |r: &Row| r.answered),
        date("contacted", "Day of the contact.", |r: &Row| r.contacted),
        number_or_null("days", "Days from the answer to the contact; null where the answer has no date.", |r: &Row| {
            r.days().map(f64::from)
        }),
        word_or_null(
            "resolved",
            "Whether what was wrong is right now: `yes` or `no`; null where nothing was said.",
            |r: &Row| yes_or_no(r.resolved),
        ),
        number_or_null("score_before", "The score of the answer, on the survey's own scale.", |r: &Row| r.score_before),
        word_or_null("band_before", "Its band.", |r: &Row| r.band_before.map(Band::as_str)),
        number_or_null(
            "score_after",
            "The score given after the contact; null where none was asked for.",
            |r: &Row| r.score_after,
        ),
        word_or_null("band_after", "Its band.", |r: &Row| r.band_after.map(Band::as_str)),
        word_or_null("driver", "Id of the driver of the follow-up.", |r: &Row| r.driver.as_deref()),
        word_or_null("function", "The function that owns most of the driver.", |r: &Row| r.function.as_deref()),
        word_or_null("owner", "Who answers for the driver.", |r: &Row| r.owner.as_deref()),
    ]
}

/// The table `recoveries`.
pub fn recoveries_sheet() -> Sheet<RecoveryRow> {
    Sheet::new(Table::Recoveries, recovery_columns(), None)
}

/// The schema of `recoveries`.
pub fn recoveries_schema() -> SchemaRef {
    Arc::clone(recoveries_sheet().schema())
}

/// The rows of `recoveries`, in the order given.
pub fn recoveries_rows(rows: &[RecoveryRow]) -> Result<RecordBatch> {
    recoveries_sheet().rows(rows)
}

/// What a batch of the table holds.
pub fn recoveries_of(batch: &RecordBatch) -> Result<Vec<RecoveryRow>> {
    let named = Named::new(batch, Table::Recoveries.as_str());
    let word = |name: &str, row: usize| named.words(name).map(|column| word_at(column, row).map(str::to_owned));
    let band = |name: &str, row: usize| named.words(name).map(|column| word_at(column, row).and_then(Band::parse));
    let number = |name: &str, row: usize| named.numbers(name).map(|column| number_at(column, row));
    let mut rows = Vec::with_capacity(named.rows());
    for row in 0..named.rows() {
        let answered = named.days("answered")?;
        let is_known = arrow::array::Array::is_valid(answered, row);
        rows.push(RecoveryRow {
            id: word("id", row)?.unwrap_or_default(),
            answered_in: word("answered_in", row)?.unwrap_or_default(),
            answered: is_known.then(|| day_at(answered, row)),
            contacted: day_at(named.days("contacted")?, row),
            resolved: word("resolved", row)?.map(|word| word == "yes"),
            score_before: number("score_before", row)?,
            band_before: band("band_before", row)?,
            score_after: number("score_after", row)?,
            band_after: band("band_after", row)?,
            driver: word("driver", row)?,
            function: word("function", row)?,
            owner: word("owner", row)?,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_comes_back_as_it_went() {
        let day = jiff::civil::date;
        let full = RecoveryRow {
            id: "a".to_owned(),
            answered_in: "2026-W02".to_owned(),
            answered: Some(day(2026, 1, 5)),
            contacted: day(2026, 1, 8),
            resolved: Some(false),
            score_before: Some(3.0),
            band_before: Some(Band::Detractor),
            score_after: Some(9.0),
            band_after: Some(Band::Promoter),
            driver: Some("noise".to_owned()),
            function: Some("R&D".to_owned()),
            owner: None,
        };
        let bare = RecoveryRow { answered: None, resolved: None, score_after: None, band_after: None, ..full.clone() };
        assert_eq!((full.days(), bare.days()), (Some(3), None));
        let rows = vec![full, bare];
        assert_eq!(recoveries_of(&recoveries_rows(&rows).unwrap()).unwrap(), rows);
    }
}
