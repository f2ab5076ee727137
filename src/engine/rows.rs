//! From figures to rows of the tables `nps` and `contributions`: names for drivers, labels for cells.
//!
//! Not for any number: they are taken as `contribution` made them.

use crate::contribution::{CellFigures, CellKey, DriverFigures, DriverTree, Row, Taker};
use crate::lexicon::Lexicon;
use crate::tables::{ALL, ContributionRow, Level, NpsRow};
use crate::types::{Band, DriverIx, Stance};

/// The level's name: `total`, a segment's name, or several joined by `×`.
pub(crate) fn cell_level(key: &CellKey, segments: &[String]) -> String {
    if key.level.is_empty() {
        return "total".to_owned();
    }
    key.level.iter().map(|column| segments[*column].as_str()).collect::<Vec<_>>().join("×")
}

/// One value a segment; rolled up is `(all)`.
fn segment_values(key: &CellKey) -> Vec<String> {
    key.segments.iter().map(|value| value.clone().unwrap_or_else(|| ALL.to_owned())).collect()
}

/// The cell's row of `nps`. Of the people `invited` in its period nothing is known but how many they are, so that only the cell of all
/// segments together has them.
pub(crate) fn nps_row(cell: &CellFigures, segments: &[String], invited: Option<u64>) -> NpsRow {
    let invited = invited.filter(|_| cell.key.level.is_empty());
    let [detractor, passive, promoter] = Band::ALL.map(|band| cell.band(band));
    let scored = |value: f64| (cell.n > 0).then_some(value);
    let comments = cell.comments + cell.unscored_comments;
    NpsRow {
        cell_level: cell_level(&cell.key, segments),
        segments: segment_values(&cell.key),
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
pub(crate) fn contribution_rows<'a>(
    cell: &'a CellFigures,
    segments: &'a [String],
    lexicon: &'a Lexicon,
    tree: &'a DriverTree,
) -> impl Iterator<Item = ContributionRow> + 'a {
    let level = cell_level(&cell.key, segments);
    let values = segment_values(&cell.key);
    cell.drivers.iter().map(move |figures| {
        let scored = |value: f64| (cell.n > 0).then_some(value);
        let named = Named::of(figures, lexicon, tree);
        ContributionRow {
            cell_level: level.clone(),
            segments: values.clone(),
            driver: figures.row.id(tree),
            parent: named.parent.map(|parent| tree.id(parent).to_owned()),
            level: named.level,
            name_zh: named.zh,
            name_en: named.en,
            n: figures.mentions.respondents,
            n_positive: figures.mentions.stance(Stance::Positive),
            n_negative: figures.mentions.stance(Stance::Negative),
            n_neutral: figures.mentions.stance(Stance::Neutral),
            n_mixed: figures.mentions.stance(Stance::Mixed),
            n_promoters: figures.mentions.band(Band::Promoter),
            n_passives: figures.mentions.band(Band::Passive),
            n_detractors: figures.mentions.band(Band::Detractor),
            promoter_contribution: scored(figures.promoter_contribution),
            passive_contribution: scored(figures.passive_contribution),
            detractor_contribution: scored(figures.detractor_contribution),
            net_contribution: scored(figures.net_contribution),
            share_of_promoters: figures.share_of_promoters,
            share_of_detractors: figures.share_of_detractors,
            low_base: cell.low_base,
        }
    })
}

/// A row's place in the tree and its names.
pub(crate) struct Named {
    pub(crate) level: Level,
    pub(crate) parent: Option<DriverIx>,
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl Named {
    /// Of one row of figures.
    pub(crate) fn of(figures: &DriverFigures, lexicon: &Lexicon, tree: &DriverTree) -> Self {
        let names = |driver: DriverIx| {
            let driver = lexicon.driver(driver);
            (driver.name_zh.clone(), driver.name_en.clone())
        };
        match figures.row {
            Row::Parent(driver) => {
                let (zh, en) = names(driver);
                Self { level: Level::Parent, parent: tree.parent(driver), zh, en }
            }
            Row::Taker(Taker::Leaf(driver)) => {
                let (zh, en) = names(driver);
                Self { level: Level::Leaf, parent: tree.parent(driver), zh, en }
            }
            Row::Taker(Taker::General(driver)) => {
                let (zh, en) = names(driver);
                Self {
                    level: Level::Leaf,
                    parent: Some(driver),
                    zh: format!("{zh}（笼统）"),
                    en: format!("{en} (general)"),
                }
            }
            Row::Taker(Taker::Residual(residual)) => {
                let (zh, en) = residual.names();
                Self { level: Level::Residual, parent: None, zh: zh.to_owned(), en: en.to_owned() }
            }
        }
    }
}
