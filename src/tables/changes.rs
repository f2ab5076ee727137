//! The table `changes`: one row per cell, driver and comparison with an earlier period.
//!
//! Not where any of it is computed: rows hold changes as `contribution` made them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{Column, cell, count, driver, flag, number, number_or_null, word, word_or_null};
use super::label::{CellLabel, RowLabel};
use super::layout::Layout;
use super::partition::Table;
use super::sheet::Sheet;
use crate::contribution::change::{Change, Direction};
use crate::contribution::mix::MixRate;
use crate::error::Result;

/// With which earlier period a period is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Comparison {
    /// The calendar period before.
    Previous,
    /// The same period a year before.
    YearAgo,
}

impl Comparison {
    /// Both, in the order of the table.
    pub const ALL: [Self; 2] = [Self::Previous, Self::YearAgo];

    /// The word that the table uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::YearAgo => "year_ago",
        }
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChangeSide {
    /// Scored respondents.
    pub n: u64,
    /// Net contribution; of the score, NPS/100.
    pub net: f64,
    /// Promoter contribution; of the score, the share of promoters.
    pub promoter: f64,
    /// Detractor contribution; of the score, the share of detractors.
    pub detractor: f64,
}

/// One driver, bucket or the score itself in one cell, compared with an earlier period.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// The cell.
    pub cell: Arc<CellLabel>,
    /// The driver, parent or bucket, or the score.
    pub label: Arc<RowLabel>,
    /// With what it is compared.
    pub comparison: Comparison,
    /// The earlier period's label.
    pub compared_with: Arc<str>,
    /// This period.
    pub now: ChangeSide,
    /// The earlier one, by this period's lexicon.
    pub before: ChangeSide,
    /// What changed; none where one side has no respondents.
    pub change: Option<Change>,
    /// Of the score of a cell of one segment column: what the segment value adds to the change of the total.
    pub mix: Option<MixRate>,
    /// What the change of rules alone moved in the earlier period's net contribution; none where both were tagged alike.
    pub lexicon_effect: Option<f64>,
    /// Whether either side's effective base is below the configured minimum.
    pub low_base: bool,
}

type Row = ChangeRow;

fn changed(get: fn(&Change) -> f64) -> impl Fn(&Row) -> Option<f64> + 'static {
    move |r: &Row| r.change.as_ref().map(get)
}

fn tested(get: fn(&Change) -> Option<f64>) -> impl Fn(&Row) -> Option<f64> + 'static {
    move |r: &Row| r.change.as_ref().and_then(get)
}

fn change_columns(segments: &[String]) -> Vec<Column<Row>> {
    let mut columns = cell(segments, |r: &Row| &r.cell.level, |r| &r.cell.segments);
    columns.extend(driver(|r: &Row| &r.label));
    columns.extend([
        word("comparison", "`previous`: the calendar period before; `year_ago`: the same period a year before.", |r: &Row| {
            r.comparison.as_str()
        }),
        word("compared_with", "Label of the earlier period.", |r: &Row| &r.compared_with),
        count("n", "Respondents with a score, this period.", |r: &Row| r.now.n),
        count("n_before", "The same, earlier period.", |r: &Row| r.before.n),
        number("net_contribution", "Net contribution this period, −1–1; on the row of the score, NPS/100.", |r: &Row| r.now.net),
        number(
            "net_before",
            "The same, earlier period, as this period's lexicon tags it.",
            |r: &Row| r.before.net,
        ),
        number_or_null(
            "change",
            "`net_contribution` less `net_before`; over leaves and residual buckets it sums to the change of the score. Null where one side has no respondents.",
            changed(|it| it.delta),
        ),
        number_or_null("change_low", "Lower limit of the interval of `change`.", changed(|it| it.low)),
        number_or_null("change_high", "Upper limit of the interval of `change`.", changed(|it| it.high)),
        number_or_null("change_se", "Standard error of `change`.", changed(|it| it.se)),
        number_or_null(
            "z",
            "`change` in standard errors; null, as what follows from it, where too few respondents give credit to test anything.",
            tested(|it| it.z),
        ),
        number_or_null("p", "Two-sided p-value, 0–1.", tested(|it| it.p)),
        number_or_null(
            "q",
            "p-value adjusted over all tested rows of the cell and comparison (Benjamini–Hochberg), 0–1.",
            tested(|it| it.q),
        ),
        word_or_null(
            "direction",
            "`up` or `down` where q is below 0.05, else `flat`; null where nothing is tested.",
            |r: &Row| r.change.as_ref().and_then(|it| it.direction).map(Direction::as_str),
        ),
        number_or_null(
            "volume",
            "The part of `change` by more or fewer respondents whose score it explains; null on the row of the score.",
            |r: &Row| r.change.as_ref().filter(|_| r.label.level != super::Level::Nps).map(|it| it.volume),
        ),
        number_or_null(
            "rate",
            "The part of `change` by their scores; volume + rate = change. Null on the row of the score.",
            |r: &Row| r.change.as_ref().filter(|_| r.label.level != super::Level::Nps).map(|it| it.rate),
        ),
        number_or_null("promoter_change", "Change of the promoter contribution.", |r: &Row| {
            r.change.as_ref().map(|_| r.now.promoter - r.before.promoter)
        }),
        number_or_null("detractor_change", "Change of the detractor contribution.", |r: &Row| {
            r.change.as_ref().map(|_| r.now.detractor - r.before.detractor)
        }),
        number_or_null(
            "segment_mix",
            "On the score's row of a single segment value: what its changed share of respondents adds to the change of the total, NPS/100.",
            |r: &Row| r.mix.as_ref().map(|it| it.mix),
        ),
        number_or_null(
            "segment_rate",
            "On the same row: what its changed score adds; over the values, mix and rate sum to the change of the total.",
            |r: &Row| r.mix.as_ref().map(|it| it.rate),
        ),
        number_or_null(
            "lexicon_effect",
            "What other rules alone moved: `net_before` less what the earlier period's tables say. No part of `change`. Null where both periods were tagged by one lexicon.",
            |r: &Row| r.lexicon_effect,
        ),
        flag("low_base", "Whether the effective base of either period is below the configured minimum.", |r: &Row| r.low_base),
    ]);
    columns
}

/// The table `changes` for a survey of this layout, to make many batches of it.
pub fn changes_sheet(layout: &Layout) -> Sheet<ChangeRow> {
    Sheet::new(
        Table::Changes,
        change_columns(&layout.segment_columns()),
        Some((layout.segments.len(), |r| &r.cell.segments)),
    )
}

/// The schema of `changes` for a survey of this layout.
pub fn changes_schema(layout: &Layout) -> SchemaRef {
    Arc::clone(changes_sheet(layout).schema())
}

/// The rows of `changes` for one period, in the order given.
pub fn changes_rows(rows: &[ChangeRow], layout: &Layout) -> Result<RecordBatch> {
    changes_sheet(layout).rows(rows)
}
