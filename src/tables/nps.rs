//! The table `nps`: one row per cell, with its score, the interval, and how much of it comments cover.
//!
//! Not where any of it is computed: rows come as `contribution` made them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{Column, cell, count, count_or_null, flag, number, number_or_null};
use super::layout::Layout;
use super::partition::Table;
use super::sheet::Sheet;
use crate::error::Result;

/// One cell of one period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NpsRow {
    /// `total`, a segment's name, or several joined by `×`.
    pub cell_level: String,
    /// A value a segment, in the layout's order; rolled up is `(all)`.
    pub segments: Vec<String>,
    /// Respondents with a score.
    pub n: u64,
    /// Respondents without a score.
    pub unscored: u64,
    /// Sum of the scored respondents' weights.
    pub weighted_n: f64,
    /// Kish's effective sample size.
    pub n_eff: f64,
    /// Promoters, counted without weights.
    pub promoters: u64,
    /// Passives, counted without weights.
    pub passives: u64,
    /// Detractors, counted without weights.
    pub detractors: u64,
    /// Weighted share of promoters; `None` without scores, as for all that follow.
    pub promoter_share: Option<f64>,
    /// Weighted share of passives.
    pub passive_share: Option<f64>,
    /// Weighted share of detractors.
    pub detractor_share: Option<f64>,
    /// Net Promoter Score, −100 to 100.
    pub nps: Option<f64>,
    /// Lower limit of its interval.
    pub nps_low: Option<f64>,
    /// Upper limit of its interval.
    pub nps_high: Option<f64>,
    /// Half the interval's width.
    pub nps_margin: Option<f64>,
    /// People invited in the period; `None` where no run was told, and for cells of segments.
    pub invited: Option<u64>,
    /// Respondents, scored or not, per person invited.
    pub response_rate: Option<f64>,
    /// Respondents, scored or not, who wrote something.
    pub comments: u64,
    /// Their share of all respondents of the cell.
    pub comment_rate: Option<f64>,
    /// Share of the scored comments that mention at least one driver.
    pub coverage: Option<f64>,
    /// The same among promoters.
    pub coverage_promoters: Option<f64>,
    /// The same among passives.
    pub coverage_passives: Option<f64>,
    /// The same among detractors.
    pub coverage_detractors: Option<f64>,
    /// Whether `n_eff` is below the configured minimum.
    pub low_base: bool,
}

type Row = NpsRow;

/// The columns in order.
fn nps_columns(segments: &[String]) -> Vec<Column<Row>> {
    let mut columns = cell(segments, |r: &Row| &r.cell_level, |r| &r.segments);
    columns.extend([
        count("n", "Respondents with a score.", |r: &Row| r.n),
        count("unscored", "Respondents whose score is blank; they take no part in shares.", |r: &Row| r.unscored),
        number("weighted_n", "Sum of the weights of the respondents with a score.", |r: &Row| r.weighted_n),
        number("n_eff", "Effective sample size after weighting (Kish), 0 to n; n where unweighted.", |r: &Row| r.n_eff),
        count("promoters", "Number of promoters, without weights.", |r: &Row| r.promoters),
        count("passives", "Number of passives, without weights.", |r: &Row| r.passives),
        count("detractors", "Number of detractors, without weights.", |r: &Row| r.detractors),
        number_or_null("promoter_share", "Weighted share of promoters among the scored, 0–1.", |r: &Row| {
            r.promoter_share
        }),
        number_or_null("passive_share", "Weighted share of passives among the scored, 0–1.", |r: &Row| {
            r.passive_share
        }),
        number_or_null("detractor_share", "Weighted share of detractors among the scored, 0–1.", |r: &Row| {
            r.detractor_share
        }),
        number_or_null("nps", "Net Promoter Score, −100–100; null where nobody gave a score.", |r: &Row| r.nps),
        number_or_null("nps_low", "Lower limit of the score's interval, −100–100.", |r: &Row| r.nps_low),
        number_or_null("nps_high", "Upper limit of the score's interval, −100–100.", |r: &Row| r.nps_high),
        number_or_null("nps_margin", "Half the width of the score's interval, 0–100: the margin of error.", |r: &Row| {
            r.nps_margin
        }),
        count_or_null(
            "invited",
            "People invited in the period, as `--invited` says; null where a period has none, and for cells of segments.",
            |r: &Row| r.invited,
        ),
        number_or_null("response_rate", "Respondents, with or without a score, per person invited, 0–1.", |r: &Row| {
            r.response_rate
        }),
        count("comments", "Respondents, with or without a score, who wrote something.", |r: &Row| r.comments),
        number_or_null(
            "comment_rate",
            "Share of all respondents of the cell who wrote something, 0–1.",
            |r: &Row| r.comment_rate,
        ),
        number_or_null("coverage", "Share of scored comments that mention at least one driver, 0–1.", |r: &Row| {
            r.coverage
        }),
        number_or_null(
            "coverage_promoters",
            "Share of promoters' comments that mention at least one driver, 0–1.",
            |r: &Row| r.coverage_promoters,
        ),
        number_or_null(
            "coverage_passives",
            "Share of passives' comments that mention at least one driver, 0–1.",
            |r: &Row| r.coverage_passives,
        ),
        number_or_null(
            "coverage_detractors",
            "Share of detractors' comments that mention at least one driver, 0–1.",
            |r: &Row| r.coverage_detractors,
        ),
        flag(
            "low_base",
            "Whether `n_eff` is below the configured minimum, so that the figures are shaky.",
            |r: &Row| r.low_base,
        ),
    ]);
    columns
}

/// The table `nps` for a survey of this layout, to make many batches of it.
pub fn nps_sheet(layout: &Layout) -> Sheet<NpsRow> {
    Sheet::new(Table::Nps, nps_columns(&layout.segment_columns()), Some((layout.segments.len(), |r| &r.segments)))
}

/// The schema of `nps` for a survey of this layout.
pub fn nps_schema(layout: &Layout) -> SchemaRef {
    Arc::clone(nps_sheet(layout).schema())
}

/// The rows of `nps` for one period, in the order given.
pub fn nps_rows(rows: &[NpsRow], layout: &Layout) -> Result<RecordBatch> {
    nps_sheet(layout).rows(rows)
}
