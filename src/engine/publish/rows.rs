//! From figures to rows of `nps`, `contributions` and `voices`.
//!
//! Not for any number: they are taken as `contribution` made them.

use std::sync::Arc;

use super::labels::Labels;
use crate::contribution::{CellFigures, Row};
use crate::tables::{CellLabel, ContributionRow, NpsRow, VoiceRow};
use crate::types::{Band, Voice};

/// The cell's row of `nps`; `invited` is the period's number of invitations.
pub(crate) fn nps(cell: &CellFigures, label: &CellLabel, invited: Option<u64>) -> NpsRow {
    let [detractor, passive, promoter] = Band::ALL.map(|band| cell.band(band));
    let scored = |value: f64| (cell.n > 0).then_some(value);
    let comments = cell.comments + cell.unscored_comments;
    // Nobody says how many of a segment were invited.
    let invited = invited.filter(|_| cell.key.level.is_empty());
    NpsRow {
        cell_level: label.level.clone(),
        segments: label.segments.clone(),
        n: cell.n,
        unscored: cell.unscored,
        weighted_n: cell.weight,
        n_eff: cell.n_eff,
        promoters: promoter.n,
        passives: passive.n,
        detractors: detractor.n,
        promoter_share: scored(promoter.share.get()),
        passive_share: scored(passive.share.get()),
        detractor_share: scored(detractor.share.get()),
        nps: cell.nps.map(|nps| nps.value),
        nps_low: cell.nps.map(|nps| nps.low),
        nps_high: cell.nps.map(|nps| nps.high),
        nps_margin: cell.nps.map(|nps| (nps.high - nps.low) / 2.0),
        invited,
        response_rate: invited.filter(|people| *people > 0).map(|people| cell.respondents as f64 / people as f64),
        comments,
        comment_rate: (cell.respondents > 0).then(|| comments as f64 / cell.respondents as f64),
        coverage: (cell.comments > 0).then(|| cell.coverage.get()),
        coverage_promoters: (promoter.comments > 0).then(|| promoter.coverage.get()),
        coverage_passives: (passive.comments > 0).then(|| passive.coverage.get()),
        coverage_detractors: (detractor.comments > 0).then(|| detractor.coverage.get()),
        low_base: cell.low_base,
    }
}

/// The cell's rows of `contributions`.
pub(crate) fn contributions<'a>(
    cell: &'a CellFigures,
    label: &'a Arc<CellLabel>,
    labels: &'a Labels<'_>,
) -> impl Iterator<Item = ContributionRow> + 'a {
    cell.drivers.iter().map(|figures| ContributionRow {
        cell: Arc::clone(label),
        label: labels.row(figures.row),
        figures: figures.clone(),
        scored: cell.n > 0,
        fit: cell.fit,
        low_base: cell.low_base,
    })
}

/// The cell's rows of `voices`: those that somebody raises; roll-ups have none.
pub(crate) fn voices<'a>(
    cell: &'a CellFigures,
    label: &'a Arc<CellLabel>,
    labels: &'a Labels<'_>,
) -> impl Iterator<Item = VoiceRow> + 'a {
    let drivers = cell.drivers.iter().filter(|driver| !matches!(driver.row, Row::Rollup { .. }));
    drivers.flat_map(move |driver| {
        let said = Voice::ALL.into_iter().zip(&driver.mentions.voices).filter(|(_, base)| base.n > 0);
        said.map(move |(voice, base)| {
            let share = |whole: f64| (whole > 0.0).then(|| base.weight / whole);
            VoiceRow {
                cell: Arc::clone(label),
                label: labels.row(driver.row),
                voice,
                n: base.n,
                share: share(cell.everyone.weight),
                share_of_driver: share(driver.mentions.base.weight),
                low_base: cell.low_base,
            }
        })
    })
}
