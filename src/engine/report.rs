//! What a run did: counts, notices, and the figures that the summary shows.
//!
//! Not for how it is shown: the command line prints it, as text or as JSON.

use std::path::PathBuf;

use serde::Serialize;

use super::publish::labels::Labels;
use super::publish::rows;
use super::timings::Stop;
use crate::contribution::CellFigures;
use crate::tables::Level;

/// What a run did.
#[derive(Debug, Clone, Serialize)]
pub struct RunReport {
    /// Where the tables are.
    pub out: PathBuf,
    /// What was found in the data and taken without being asked, in sentences.
    pub notices: Vec<String>,
    /// Lexicons as `name version`.
    pub lexicons: Vec<String>,
    /// Hash of what they mean.
    pub lexicon_hash: String,
    /// The confidence of the intervals.
    pub confidence: f64,
    /// Rows read.
    pub rows_in: u64,
    /// Of them, tagged.
    pub rows_tagged: u64,
    /// Of them, refused.
    pub rows_rejected: u64,
    /// Respondents that the output did not have.
    pub rows_added: u64,
    /// Respondents that took the place of earlier answers.
    pub rows_replaced: u64,
    /// Refused rows by reason.
    pub rejects: Vec<(String, u64)>,
    /// The first refused rows, as `file:line: reason: message`.
    pub first_rejects: Vec<String>,
    /// Personal data blanked out, by kind.
    pub redactions: Vec<(String, u64)>,
    /// The periods that this run touched.
    pub periods: Vec<String>,
    /// The segments by which cells are told apart.
    pub segments: Vec<String>,
    /// The cell of each period, all segments together, in order of time.
    pub by_period: Vec<CellSummary>,
    /// All periods together.
    pub all: Option<CellSummary>,
    /// Where the time went; left out of the JSON where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timings: Option<Vec<Stop>>,
}

/// The headline figures of one cell.
#[derive(Debug, Clone, Serialize)]
pub struct CellSummary {
    /// The period's label; `all` for all together.
    pub period: String,
    /// Respondents with a score.
    pub n: u64,
    /// Respondents without one.
    pub unscored: u64,
    /// Weighted share of promoters, 0–1.
    pub promoter_share: Option<f64>,
    /// Weighted share of passives.
    pub passive_share: Option<f64>,
    /// Weighted share of detractors.
    pub detractor_share: Option<f64>,
    /// Net Promoter Score, −100 to 100.
    pub nps: Option<f64>,
    /// Lower limit of its interval.
    pub nps_low: Option<f64>,
    /// Upper limit.
    pub nps_high: Option<f64>,
    /// Share of comments that name a driver.
    pub coverage: Option<f64>,
    /// The same among detractors.
    pub coverage_detractors: Option<f64>,
    /// Whether the base is small.
    pub low_base: bool,
    /// Leaves and residual buckets, in the order of the table.
    pub drivers: Vec<DriverSummary>,
}

/// What one driver or bucket contributes.
#[derive(Debug, Clone, Serialize)]
pub struct DriverSummary {
    /// Its id.
    pub driver: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Whether it is a residual bucket.
    pub residual: bool,
    /// Respondents who mention it, or are in it.
    pub n: u64,
    /// Its part of the share of promoters, of all scored respondents, 0–1.
    pub promoter_contribution: f64,
    /// Its part of the share of detractors.
    pub detractor_contribution: f64,
    /// The difference.
    pub net_contribution: f64,
}

impl CellSummary {
    /// Of a cell's figures.
    pub(crate) fn of(cell: &CellFigures, labels: &Labels<'_>) -> Self {
        let row = rows::nps(cell, &labels.cell(&cell.key), None);
        let drivers = cell.drivers.iter().filter_map(|figures| {
            let label = labels.row(figures.row);
            matches!(label.level, Level::Leaf | Level::Residual).then(|| DriverSummary {
                driver: label.driver.clone(),
                name_zh: label.name_zh.clone(),
                name_en: label.name_en.clone(),
                residual: label.level == Level::Residual,
                n: figures.mentions.respondents,
                promoter_contribution: figures.promoter_contribution.value,
                detractor_contribution: figures.detractor_contribution.value,
                net_contribution: figures.net_contribution.value,
            })
        });
        Self {
            period: cell.key.period.clone().unwrap_or_else(|| crate::tables::ALL_PERIODS.to_owned()),
            n: row.n,
            unscored: row.unscored,
            promoter_share: row.promoter_share,
            passive_share: row.passive_share,
            detractor_share: row.detractor_share,
            nps: row.nps,
            nps_low: row.nps_low,
            nps_high: row.nps_high,
            coverage: row.coverage,
            coverage_detractors: row.coverage_detractors,
            low_base: row.low_base,
            drivers: drivers.collect(),
        }
    }
}
