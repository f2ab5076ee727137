//! The figures of a cell, made of its integer sums.
//!
//! Not for who falls into which cell, nor for tables. Floats begin here: each is made of integers in a fixed order, so that
//! equal sums give equal bits.

use super::credit::{Fraction, Row};
use super::grouping::CellKey;
use super::interval;
use super::sums::{CellSums, RowSums, Rows, Tally, UNSCORED, total};
use crate::types::{Band, Share, Stance};

/// A Net Promoter Score and its interval, −100 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nps {
    /// 100·(P − D).
    pub value: f64,
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// One band of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandFigures {
    /// Respondents.
    pub n: u64,
    /// The sum of their weights.
    pub weight: f64,
    /// The band's part of the weight of all scored respondents; 0 where there are none.
    pub share: Share,
    /// Respondents who left a comment.
    pub comments: u64,
    /// Respondents who mention at least one driver.
    pub covered: u64,
    /// The part of the weight of those who left a comment that is of those who mention a driver; 0 where nobody left one.
    pub coverage: Share,
}

/// The figures of one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellFigures {
    /// Which cell it is.
    pub key: CellKey,
    /// All respondents, scored or not.
    pub respondents: u64,
    /// Those without a score.
    pub unscored: u64,
    /// Those with a score.
    pub n: u64,
    /// The sum of the weights of those with a score.
    pub weight: f64,
    /// Their effective base (Σw)²/Σw² (Kish 1965); n where weights are equal.
    pub n_eff: f64,
    /// As in [`Band::ALL`].
    pub bands: [BandFigures; 3],
    /// Scored respondents who left a comment.
    pub comments: u64,
    /// Scored respondents who mention at least one driver.
    pub covered: u64,
    /// As [`BandFigures::coverage`], over all bands.
    pub coverage: Share,
    /// Unscored respondents who left a comment.
    pub unscored_comments: u64,
    /// The score; none where nobody has one.
    pub nps: Option<Nps>,
    /// Whether the effective base is below the smallest that was asked for, or nobody has a score.
    pub low_base: bool,
    /// The drivers as their tree lists them, a parent's implicit leaf right after the parent, then the residual buckets; the
    /// same rows in every cell of a reduction.
    pub drivers: Vec<DriverFigures>,
}

/// Who mentions a driver; of a residual bucket, whom it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mentions {
    /// Respondents, scored or not, each once.
    pub respondents: u64,
    /// The same by stance, as in [`Stance::ALL`]: on a parent, the stance over all below it. All 0 for residual buckets.
    pub by_stance: [u64; 4],
    /// Those with a score by band, as in [`Band::ALL`].
    pub by_band: [u64; 3],
}

impl Mentions {
    /// Respondents, scored or not, with this stance.
    pub const fn stance(&self, stance: Stance) -> u64 {
        self.by_stance[stance as usize]
    }

    /// Respondents of this band.
    pub const fn band(&self, band: Band) -> u64 {
        self.by_band[band as usize]
    }
}

/// The figures of one driver, implicit leaf, parent or residual bucket in one cell. Contributions are parts of the weight of all
/// scored respondents, 0 where there are none; over leaves and residual buckets they sum to the band's share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriverFigures {
    /// Which row it is.
    pub row: Row,
    /// Who mentions it. Of an implicit leaf: who names the parent itself, though the credit may go to a leaf.
    pub mentions: Mentions,
    /// The part of all respondents who are promoters by this; 0 to 1.
    pub promoter_contribution: f64,
    /// The part of all respondents who are passive by this; 0 to 1.
    pub passive_contribution: f64,
    /// The part of all respondents who are detractors by this; 0 to 1.
    pub detractor_contribution: f64,
    /// Promoter less detractor contribution, in NPS/100; −1 to 1.
    pub net_contribution: f64,
    /// The part of the promoters that this explains; none where there are no promoters.
    pub share_of_promoters: Option<f64>,
    /// The part of the detractors that this explains; none where there are no detractors.
    pub share_of_detractors: Option<f64>,
}

/// Millionths as a weight.
fn weight(tally: &Tally) -> f64 {
    tally.w as f64 / 1e6
}

impl CellFigures {
    pub(super) fn new(key: CellKey, rows: &Rows, sums: &CellSums, low_base: f64, z: f64) -> Self {
        let scored = sums.scored();
        let n_eff = scored.n_eff();
        let bands = Band::ALL.map(|band| {
            let (all, commented) = (&sums.all[band as usize], &sums.commented[band as usize]);
            let covered = &sums.covered[band as usize];
            BandFigures {
                n: all.n,
                weight: weight(all),
                share: Share::of(all.w, scored.w),
                comments: commented.n,
                covered: covered.n,
                coverage: Share::of(covered.w, commented.w),
            }
        });
        let (commented, covered) = (total(&sums.commented[..UNSCORED]), total(&sums.covered[..UNSCORED]));
        let unscored = sums.all[UNSCORED].n;
        Self {
            key,
            respondents: scored.n + unscored,
            unscored,
            n: scored.n,
            weight: weight(&scored),
            n_eff,
            bands,
            comments: commented.n,
            covered: covered.n,
            coverage: Share::of(covered.w, commented.w),
            unscored_comments: sums.commented[UNSCORED].n,
            nps: nps(sums, z),
            low_base: scored.n == 0 || n_eff < low_base,
            drivers: rows.iter().zip(&sums.rows).map(|(row, of)| DriverFigures::new(row, of, sums)).collect(),
        }
    }

    /// One band.
    pub const fn band(&self, band: Band) -> &BandFigures {
        &self.bands[band as usize]
    }

    /// One row, if the reduction has it.
    pub fn driver(&self, row: Row) -> Option<&DriverFigures> {
        self.drivers.iter().find(|driver| driver.row == row)
    }
}

/// The score of everyone with one.
fn nps(sums: &CellSums, z: f64) -> Option<Nps> {
    let scored = sums.scored();
    let of = |band: Band| sums.all[band as usize].w;
    let (promoters, detractors) = (of(Band::Promoter), of(Band::Detractor));
    // Subtracted as integers, so that as many promoters as detractors are exactly 0.
    let more = promoters.abs_diff(detractors) as f64 / scored.w as f64;
    let value = 100.0 * if promoters < detractors { -more } else { more };
    let share = |part| Share::of(part, scored.w).get();
    let (low, high) = interval::nps(share(promoters), share(detractors), scored.n_eff(), z);
    (scored.n > 0).then_some(Nps { value, low, high })
}

/// Σ w·part in millionths, ascending by fraction.
fn credited(credits: &[(Fraction, Tally)]) -> f64 {
    let part = |(part, tally): &(Fraction, Tally)| tally.w as f64 * f64::from(part.numer) / f64::from(part.denom);
    // Not `sum`, which makes -0 of nothing.
    credits.iter().map(part).fold(0.0, |sum, part| sum + part)
}

impl DriverFigures {
    fn new(row: Row, of: &RowSums, cell: &CellSums) -> Self {
        let mut mentions = Mentions { respondents: total(&of.held).n, ..Mentions::default() };
        for (stance, columns) in of.stances.iter().enumerate() {
            mentions.by_stance[stance] = total(columns).n;
            mentions.respondents += mentions.by_stance[stance];
        }
        for band in 0..UNSCORED {
            mentions.by_band[band] = of.held[band].n + of.stances.iter().map(|columns| columns[band].n).sum::<u64>();
        }
        let weight = cell.scored().w as f64;
        // Rounding in the last place must not make more than all of it.
        let part = |credit: f64, whole: f64| if whole > 0.0 { (credit / whole).min(1.0) } else { 0.0 };
        let [detractor, passive, promoter] = [0, 1, 2].map(|band| credited(&of.credits[band]));
        let share = |credit: f64, band: Band| {
            let whole = cell.all[band as usize].w as f64;
            (whole > 0.0).then(|| part(credit, whole))
        };
        let (promoter_contribution, detractor_contribution) = (part(promoter, weight), part(detractor, weight));
        Self {
            row,
            mentions,
            promoter_contribution,
            passive_contribution: part(passive, weight),
            detractor_contribution,
            net_contribution: promoter_contribution - detractor_contribution,
            share_of_promoters: share(promoter, Band::Promoter),
            share_of_detractors: share(detractor, Band::Detractor),
        }
    }
}
