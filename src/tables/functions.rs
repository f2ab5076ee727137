//! The table `functions`: one row per cell and function of the responsibility matrix, with the points that it owns.
//!
//! Not where any of it is computed: rows hold figures as `contribution` made them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::changes::Comparison;
use super::columns::{Column, cell, count, estimate_or_null, flag, number_or_null, word, word_or_null};
use super::label::CellLabel;
use super::layout::Layout;
use super::partition::Table;
use super::sheet::Sheet;
use crate::contribution::FunctionFigures;
use crate::contribution::change::{Change, Direction};
use crate::error::Result;

/// The name of the row for what no function owns.
pub const UNOWNED: &str = "unowned";

/// One function in one cell of one period.
#[derive(Debug, Clone)]
pub struct FunctionRow {
    /// The cell.
    pub cell: Arc<CellLabel>,
    /// The function as the matrix calls it, or [`UNOWNED`].
    pub function: Arc<str>,
    /// Drivers that it has a part of.
    pub drivers: u64,
    /// Its figures.
    pub figures: FunctionFigures,
    /// Whether anybody of the cell has a score.
    pub scored: bool,
    /// Against each comparison of [`Comparison::ALL`]; none without that period.
    pub changes: [Option<Change>; 2],
    /// Whether the cell's `n_eff` is below the configured minimum.
    pub low_base: bool,
}

type Row = FunctionRow;

/// The columns of the change against one earlier period.
fn change_columns(comparison: Comparison) -> [Column<Row>; 5] {
    let (at, prefix, whom) = match comparison {
        Comparison::Previous => (0, "change", "the period before"),
        Comparison::YearAgo => (1, "year_change", "the same period a year before"),
    };
    let figure = move |get: fn(&Change) -> f64| move |r: &Row| r.changes[at].as_ref().map(get);
    [
        number_or_null(
            prefix,
            &format!("Change of `net_contribution` against {whom}; null without it."),
            figure(|it| it.delta),
        ),
        number_or_null(
            &format!("{prefix}_low"),
            &format!("Lower limit of the interval of `{prefix}`."),
            figure(|it| it.low),
        ),
        number_or_null(
            &format!("{prefix}_high"),
            &format!("Upper limit of the interval of `{prefix}`."),
            figure(|it| it.high),
        ),
        number_or_null(
            &format!("{prefix}_q"),
            "p-value adjusted over the functions of the cell (Benjamini–Hochberg), 0–1.",
            move |r: &Row| r.changes[at].as_ref().and_then(|it| it.q),
        ),
        word_or_null(
            &format!("{prefix}_direction"),
            "`up` or `down` where q is below 0.05, else `flat`; null where nothing is tested.",
            move |r: &Row| r.changes[at].as_ref().and_then(|it| it.direction).map(Direction::as_str),
        ),
    ]
}

fn function_columns(segments: &[String]) -> Vec<Column<Row>> {
    let mut columns = cell(segments, |r: &Row| &r.cell.level, |r| &r.cell.segments);
    columns.extend([
        word(
            "function",
            "The function of the organisation; `unowned` for drivers without an owner and residual buckets.",
            |r: &Row| &r.function,
        ),
        count("drivers", "Drivers that it has a part of.", |r: &Row| r.drivers),
        number_or_null(
            "technical_importance",
            "Sum over drivers of detractor contribution times weight in the matrix (9, 3, 1); null for `unowned`.",
            |r: &Row| r.figures.technical_importance.filter(|_| r.scored),
        ),
        number_or_null("technical_share", "Its part of the sum over all functions, 0–1.", |r: &Row| {
            r.figures.technical_share.filter(|_| r.scored)
        }),
    ]);
    columns.extend(estimate_or_null(
        "promoter_contribution",
        "Its part of the drivers' promoter contributions, each driver shared by its weights, 0–1; sums to `promoter_share`.",
        |r: &Row| r.scored.then_some(r.figures.promoter_contribution),
    ));
    columns.extend(estimate_or_null(
        "detractor_contribution",
        "The same of detractor contributions, 0–1; sums to `detractor_share`.",
        |r: &Row| r.scored.then_some(r.figures.detractor_contribution),
    ));
    columns.extend(estimate_or_null(
        "net_contribution",
        "Promoter less detractor contribution, −1–1; 100 times the sum is the Net Promoter Score.",
        |r: &Row| r.scored.then_some(r.figures.net_contribution),
    ));
    columns.extend(Comparison::ALL.into_iter().flat_map(change_columns));
    columns.push(flag("low_base", "Whether the cell's `n_eff` is below the configured minimum.", |r: &Row| r.low_base));
    columns
}

/// The table `functions` for a survey of this layout, to make many batches of it.
pub fn functions_sheet(layout: &Layout) -> Sheet<FunctionRow> {
    Sheet::new(
        Table::Functions,
        function_columns(&layout.segment_columns()),
        Some((layout.segments.len(), |r| &r.cell.segments)),
    )
}

/// The schema of `functions` for a survey of this layout.
pub fn functions_schema(layout: &Layout) -> SchemaRef {
    Arc::clone(functions_sheet(layout).schema())
}

/// The rows of `functions` for one period, in the order given.
pub fn functions_rows(rows: &[FunctionRow], layout: &Layout) -> Result<RecordBatch> {
    functions_sheet(layout).rows(rows)
}
