//! The table `voices`: one row per cell, driver and voice that anybody of the cell raises about it.
//!
//! Not how a voice is told: `tag` does that.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{Column, cell, count, driver, flag, number_or_null, word};
use super::label::{CellLabel, RowLabel};
use super::layout::Layout;
use super::partition::Table;
use super::sheet::Sheet;
use crate::error::Result;
use crate::types::Voice;

/// One voice on one driver in one cell of one period.
#[derive(Debug, Clone)]
pub struct VoiceRow {
    /// The cell.
    pub cell: Arc<CellLabel>,
    /// The driver, parent, bucket or roll-up.
    pub label: Arc<RowLabel>,
    /// What is done.
    pub voice: Voice,
    /// Respondents who do it.
    pub n: u64,
    /// Their share of all respondents of the cell, weighted.
    pub share: Option<f64>,
    /// Their share of those who mention the driver, weighted.
    pub share_of_driver: Option<f64>,
    /// Whether the cell's `n_eff` is below the configured minimum.
    pub low_base: bool,
}

type Row = VoiceRow;

fn voice_columns(segments: &[String]) -> Vec<Column<Row>> {
    let mut columns = cell(segments, |r: &Row| &r.cell.level, |r| &r.cell.segments);
    columns.extend(driver(|r: &Row| &r.label));
    columns.extend([
        word("voice", "What respondents do about it: `praise`, `problem`, `suggestion` or `question`.", |r: &Row| {
            r.voice.as_str()
        }),
        count("n", "Respondents, scored or not, who do it, without weights; one may do several.", |r: &Row| r.n),
        number_or_null(
            "share",
            "Their weighted share of all respondents of the cell, scored or not, 0–1.",
            |r: &Row| r.share,
        ),
        number_or_null("share_of_driver", "Their weighted share of those who mention the driver, 0–1.", |r: &Row| {
            r.share_of_driver
        }),
        flag("low_base", "Whether the cell's `n_eff` is below the configured minimum.", |r: &Row| r.low_base),
    ]);
    columns
}

/// The table `voices` for a survey of this layout, to make many batches of it.
pub fn voices_sheet(layout: &Layout) -> Sheet<VoiceRow> {
    Sheet::new(
        Table::Voices,
        voice_columns(&layout.segment_columns()),
        Some((layout.segments.len(), |r| &r.cell.segments)),
    )
}

/// The schema of `voices` for a survey of this layout.
pub fn voices_schema(layout: &Layout) -> SchemaRef {
    Arc::clone(voices_sheet(layout).schema())
}

/// The rows of `voices` for one period, in the order given.
pub fn voices_rows(rows: &[VoiceRow], layout: &Layout) -> Result<RecordBatch> {
    voices_sheet(layout).rows(rows)
}
