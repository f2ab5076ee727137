//! The table `contributions`: one row per cell and driver, parent or residual bucket, with what it adds to the score.
//!
//! Not where any of it is computed: rows come as `contribution` made them.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{self, Column, cell, check_segments, count, flag, number_or_null, word, word_or_null};
use super::layout::Layout;
use super::partition::Table;
use crate::error::Result;

/// What a row of `contributions` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Level {
    /// A driver without drivers beneath it.
    #[default]
    Leaf,
    /// A driver with others beneath it: the sum of its leaves.
    Parent,
    /// A bucket for credit that no driver takes.
    Residual,
}

impl Level {
    /// The word that the table uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Parent => "parent",
            Self::Residual => "residual",
        }
    }
}

/// One driver, parent or residual bucket in one cell of one period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContributionRow {
    /// `total`, a segment's name, or several joined by `×`.
    pub cell_level: String,
    /// A value a segment, in the layout's order; rolled up is `(all)`.
    pub segments: Vec<String>,
    /// Id of the driver or bucket.
    pub driver: String,
    /// Id of the driver's parent.
    pub parent: Option<String>,
    /// What the row stands for.
    pub level: Level,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Respondents, scored or not, who mention it (of a bucket: who are in it), without weights.
    pub n: u64,
    /// Of them, those whose stance is positive; 0 in all four for a bucket, which nobody has a stance on.
    pub n_positive: u64,
    /// Of them, those whose stance is negative.
    pub n_negative: u64,
    /// Of them, those whose stance is neutral.
    pub n_neutral: u64,
    /// Of them, those whose stance is mixed.
    pub n_mixed: u64,
    /// Of them, promoters.
    pub n_promoters: u64,
    /// Of them, passives.
    pub n_passives: u64,
    /// Of them, detractors.
    pub n_detractors: u64,
    /// Credit from promoters as a share of all scored respondents; `None` where nobody has a score, as for all that follow.
    pub promoter_contribution: Option<f64>,
    /// Credit from passives as a share of all scored respondents.
    pub passive_contribution: Option<f64>,
    /// Credit from detractors as a share of all scored respondents.
    pub detractor_contribution: Option<f64>,
    /// Promoter less detractor contribution.
    pub net_contribution: Option<f64>,
    /// Its part of the share of promoters.
    pub share_of_promoters: Option<f64>,
    /// Its part of the share of detractors.
    pub share_of_detractors: Option<f64>,
    /// Whether the cell's `n_eff` is below the configured minimum.
    pub low_base: bool,
}

type Row = ContributionRow;

/// The columns in order.
fn contribution_columns(segments: &[String]) -> Vec<Column<Row>> {
    let mut columns = cell(segments, |r: &Row| &r.cell_level, |r| &r.segments);
    columns.extend([
        word("driver", "Id of the driver or of the residual bucket.", |r: &Row| &r.driver),
        word_or_null("parent", "Id of the driver's parent; null at the top and for residual buckets.", |r: &Row| r.parent.as_deref()),
        word(
            "level",
            "`leaf` for a driver without others beneath it, `parent` for the sum of its leaves, `residual` for credit that no driver takes; leaves and residuals add up to the score.",
            |r: &Row| r.level.as_str(),
        ),
        word("name_zh", "Name in Chinese.", |r: &Row| &r.name_zh),
        word("name_en", "Name in English.", |r: &Row| &r.name_en),
        count("n", "Respondents, scored or not, who mention it, without weights; of a residual bucket, the scored ones in it.", |r: &Row| r.n),
        count("n_positive", "Of `n`, those who only praise it.", |r: &Row| r.n_positive),
        count("n_negative", "Of `n`, those who only blame it.", |r: &Row| r.n_negative),
        count("n_neutral", "Of `n`, those who name it without praise or blame.", |r: &Row| r.n_neutral),
        count("n_mixed", "Of `n`, those who both praise and blame it.", |r: &Row| r.n_mixed),
        count("n_promoters", "Of `n`, the promoters.", |r: &Row| r.n_promoters),
        count("n_passives", "Of `n`, the passives.", |r: &Row| r.n_passives),
        count("n_detractors", "Of `n`, the detractors.", |r: &Row| r.n_detractors),
    ]);
    columns.extend([
        number_or_null(
            "promoter_contribution",
            "Promoters' credit for it as a share of all scored respondents, 0–1; sums to `promoter_share`.",
            |r: &Row| r.promoter_contribution,
        ),
        number_or_null(
            "passive_contribution",
            "Passives' credit for it as a share of all scored respondents, 0–1; sums to `passive_share`.",
            |r: &Row| r.passive_contribution,
        ),
        number_or_null(
            "detractor_contribution",
            "Detractors' credit for it as a share of all scored respondents, 0–1; sums to `detractor_share`.",
            |r: &Row| r.detractor_contribution,
        ),
        number_or_null(
            "net_contribution",
            "Promoter less detractor contribution, −1–1; 100 times the sum is the Net Promoter Score.",
            |r: &Row| r.net_contribution,
        ),
        number_or_null(
            "share_of_promoters",
            "Promoter contribution as a part of `promoter_share`, 0–1.",
            |r: &Row| r.share_of_promoters,
        ),
        number_or_null(
            "share_of_detractors",
            "Detractor contribution as a part of `detractor_share`, 0–1.",
            |r: &Row| r.share_of_detractors,
        ),
        flag("low_base", "Whether the cell's `n_eff` is below the configured minimum.", |r: &Row| r.low_base),
    ]);
    columns
}

/// The schema of `contributions` for a survey of this layout.
pub fn contributions_schema(layout: &Layout) -> SchemaRef {
    columns::schema(Table::Contributions, &contribution_columns(&layout.segment_columns()))
}

/// The rows of `contributions` for one period, in the order given.
pub fn contributions_rows(rows: &[ContributionRow], layout: &Layout) -> Result<RecordBatch> {
    check_segments(Table::Contributions, rows, |r| &r.segments, layout.segments.len())?;
    columns::rows(Table::Contributions, &contribution_columns(&layout.segment_columns()), rows)
}
