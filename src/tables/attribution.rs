//! The table `attribution`: one row per driver and segment column, with how lasting its blame is, and where it concentrates.
//!
//! Not where any of it is computed: rows come as `contribution` made them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{Column, count, driver, number_or_null, word_or_null};
use super::label::RowLabel;
use super::partition::Table;
use super::sheet::Sheet;
use crate::contribution::Estimate;
use crate::contribution::attribution::Persistence;
use crate::error::Result;

/// One driver and one segment column in one period.
#[derive(Debug, Clone)]
pub struct AttributionRow {
    /// The driver.
    pub label: Arc<RowLabel>,
    /// The function that owns most of it; several where they own alike.
    pub function: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whether its owner can change it: `yes`, `partly`, `no`.
    pub controllable: Option<&'static str>,
    /// How lasting it is; none for all periods together.
    pub persistence: Option<Persistence>,
    /// The segment column; none where there are none.
    pub segment: Option<String>,
    /// The value at which blame concentrates most.
    pub value: Option<String>,
    /// Its location quotient.
    pub quotient: Option<Estimate>,
    /// Whether that is beyond chance, among all rows of the period.
    pub quotient_q: Option<f64>,
    /// Respondents who blame the driver.
    pub blaming: u64,
}

type Row = AttributionRow;

fn attribution_columns() -> Vec<Column<Row>> {
    let mut columns = Vec::from(driver(|r: &Row| &r.label));
    columns.extend([
        word_or_null(
            "function",
            "The function of the organisation with the largest weight in the driver's row of `responsibility.csv`; several, joined by ` / `, where they have the same; null where nobody owns it.",
            |r: &Row| r.function.as_deref(),
        ),
        word_or_null("owner", "Who answers for it, by `responsibility.csv`; null where nobody is named.", |r: &Row| r.owner.as_deref()),
        word_or_null("controllable", "Whether its owner can change it, as the lexicon declares: `yes`, `partly` or `no`.", |r: &Row| {
            r.controllable
        }),
        count("n_blaming", "Respondents, scored or not, who blame it.", |r: &Row| r.blaming),
        number_or_null(
            "persistence",
            "Share of the last periods, this one included, in which the lower limit of its detractor contribution is above the floor, 0–1; null for all periods together.",
            |r: &Row| r.persistence.as_ref().map(|it| it.share),
        ),
        super::columns::count_or_null("persistence_periods", "How many periods there were to look at.", |r: &Row| {
            r.persistence.as_ref().map(|it| it.periods as u64)
        }),
        word_or_null("segment", "The segment column; null where the survey has none.", |r: &Row| r.segment.as_deref()),
        word_or_null(
            "concentration_value",
            "The value of the segment at which blame concentrates most, among those of enough base; null where nobody blames it.",
            |r: &Row| r.value.as_deref(),
        ),
    ]);
    columns.extend(super::columns::estimate_or_null(
        "concentration",
        "Its location quotient: share of the value's respondents who blame the driver / share of all respondents who do; 1: as everywhere.",
        |r: &Row| r.quotient,
    ));
    columns.push(number_or_null(
        "concentration_q",
        "q-value of the test whether more of those who blame it are of this value than the value's share of all respondents, for the number of values and over all rows of the period: below 0.05 it is beyond chance.",
        |r: &Row| r.quotient_q,
    ));
    columns
}

/// The table `attribution`, to make many batches of it.
pub fn attribution_sheet() -> Sheet<AttributionRow> {
    Sheet::new(Table::Attribution, attribution_columns(), None)
}

/// The schema of `attribution`.
pub fn attribution_schema() -> SchemaRef {
    Arc::clone(attribution_sheet().schema())
}

/// The rows of `attribution` for one period, in the order given.
pub fn attribution_rows(rows: &[AttributionRow]) -> Result<RecordBatch> {
    attribution_sheet().rows(rows)
}
