//! The figures of a cell, made of its integer sums: its score, its bands, its functions.
//!
//! Not for its drivers (`driver`), nor for who falls into which cell, nor for tables. Floats begin here: each is made of integers in a
//! fixed order, so that equal sums give equal bits.

use super::change::Measured;
use super::credit::{Row, Taker};
use super::driver::{Credited, DriverFigures, credited};
use super::functions::Matrix;
use super::grouping::{CellKey, Grouping};
use super::interval::{self, Estimate};
use super::regression::ImportanceMethod;
use super::rows::Rows;
use super::spread;
use super::sums::{CellSums, RowSums, Tally, UNSCORED, total};
use crate::types::{Band, Share};

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

/// Respondents, and what a variance needs of their weights.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Base {
    /// How many.
    pub n: u64,
    /// Σw.
    pub weight: f64,
    /// Σw².
    pub weight_squared: f64,
}

impl From<&Tally> for Base {
    fn from(tally: &Tally) -> Self {
        Self { n: tally.n, weight: weight(tally), weight_squared: tally.w2 as f64 / 1e12 }
    }
}

/// How the importances of a cell were found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// By which method.
    pub method: ImportanceMethod,
    /// The share of the variance of scores, within control cells, that the drivers explain; 0 to 1.
    pub r_squared: f64,
}

/// The figures of one function of the responsibility matrix in one cell: the parts of the drivers' contributions that it owns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunctionFigures {
    /// The function's place in the matrix; none: what no function owns.
    pub function: Option<usize>,
    /// Σ over drivers of detractor contribution × weight in the matrix (Akao 1990); none for what nobody owns.
    pub technical_importance: Option<f64>,
    /// Its part of the sum over all functions; none where that is 0.
    pub technical_share: Option<f64>,
    /// Its part of the promoters, as contributions are.
    pub promoter_contribution: Estimate,
    /// Its part of the detractors.
    pub detractor_contribution: Estimate,
    /// Promoter less detractor contribution.
    pub net_contribution: Estimate,
    /// The squared standard error of `net_contribution`.
    pub net_variance: f64,
    /// Promoter, passive and detractor contribution together.
    pub mass: f64,
    /// Respondents who give it promoter or detractor credit.
    pub credited: u64,
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
    /// All of them, with their weights.
    pub everyone: Base,
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
    /// The Net Promoter Score 100·(P − D) and its interval, −100 to 100; none where nobody has a score.
    pub nps: Option<Estimate>,
    /// The squared standard error of (P − D), by the sample variance.
    pub nps_variance: f64,
    /// Whether the effective base is below the smallest that was asked for, or nobody has a score.
    pub low_base: bool,
    /// The drivers as their tree lists them, a parent's implicit leaf right after the parent; the residual buckets; the roll-ups. At the
    /// total and at single segment columns the same rows in every cell of a reduction; at levels of more columns those of them that
    /// anybody of the cell mentions, and no roll-ups.
    pub drivers: Vec<DriverFigures>,
    /// As the matrix lists them, then what nobody owns; empty without a matrix.
    pub functions: Vec<FunctionFigures>,
    /// How importances were found; none where no regression was made.
    pub fit: Option<Fit>,
}

/// Millionths as a weight.
pub(super) fn weight(tally: &Tally) -> f64 {
    tally.w as f64 / 1e6
}

impl CellFigures {
    pub(super) fn new(key: CellKey, rows: &Rows, sums: &CellSums, spec: &Grouping, z: f64) -> Self {
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
        let credits = credits_of(rows, sums);
        let sparse = key.level.len() > 1;
        // Rows that nobody of the cell mentions differ in nothing but their name, and are most of them in small cells.
        let nobody = |row| DriverFigures::new(row, &RowSums::default(), [0.0; 3], sums, z);
        let unmentioned = rows.iter().next().filter(|_| !sparse).map(nobody);
        let listed = rows.iter().enumerate().filter_map(|(at, row)| match (&sums.rows[at], &unmentioned) {
            (of, None) if of.is_nobody() || matches!(row, Row::Rollup { .. }) => None,
            (of, Some(figures)) if of.is_nobody() => Some(DriverFigures { row, ..figures.clone() }),
            (of, _) => Some(DriverFigures::new(row, of, credits[at], sums, z)),
        });
        let drivers = listed.collect();
        let mut figures = Self {
            key,
            respondents: scored.n + unscored,
            unscored,
            everyone: Base::from(&total(&sums.all)),
            n: scored.n,
            weight: weight(&scored),
            n_eff,
            bands,
            comments: commented.n,
            covered: covered.n,
            coverage: Share::of(covered.w, commented.w),
            unscored_comments: sums.commented[UNSCORED].n,
            nps: nps(sums, z),
            nps_variance: 0.0,
            low_base: scored.n == 0 || n_eff < spec.low_base,
            drivers,
            functions: spec.matrix.as_ref().map_or_else(Vec::new, |matrix| functions(matrix, rows, sums, &credits, z)),
            fit: None,
        };
        let bands = [0, 1, 2].map(|band| sums.all[band]);
        figures.nps_variance = spread::variance_of_score(&bands);
        figures
    }

    /// One band.
    pub const fn band(&self, band: Band) -> &BandFigures {
        &self.bands[band as usize]
    }

    /// The share of promoters, 0 to 1.
    pub const fn promoters(&self) -> f64 {
        self.band(Band::Promoter).share.get()
    }

    /// The share of detractors, 0 to 1.
    pub const fn detractors(&self) -> f64 {
        self.band(Band::Detractor).share.get()
    }

    /// The score as changes compare it.
    pub fn measured(&self) -> Measured {
        Measured {
            net: self.promoters() - self.detractors(),
            variance: self.nps_variance,
            mass: 1.0,
            credited: self.band(Band::Promoter).n + self.band(Band::Detractor).n,
            respondents: self.n,
        }
    }

    /// One row, if the cell has it.
    pub fn driver(&self, row: Row) -> Option<&DriverFigures> {
        self.drivers.iter().find(|driver| driver.row == row)
    }
}

/// By row, the credit of each band in millionths; that of roll-ups and functions from their drivers', so that they add up.
fn credits_of(rows: &Rows, sums: &CellSums) -> Vec<[f64; 3]> {
    let mut credits: Vec<[f64; 3]> =
        sums.rows[..rows.listed()].iter().map(|row| [0, 1, 2].map(|band| credited(&row.credits[band]))).collect();
    for (at, members) in rows.rolled_up() {
        let sum = |band: usize| members.iter().map(|member| credits[*member][band]).fold(0.0, |sum, part| sum + part);
        credits[at] = [0, 1, 2].map(sum);
    }
    credits
}

/// The score of everyone with one.
fn nps(sums: &CellSums, z: f64) -> Option<Estimate> {
    let scored = sums.scored();
    let of = |band: Band| sums.all[band as usize].w;
    let (promoters, detractors) = (of(Band::Promoter), of(Band::Detractor));
    // Subtracted as integers, so that as many promoters as detractors are exactly 0.
    let more = promoters.abs_diff(detractors) as f64 / scored.w as f64;
    let value = 100.0 * if promoters < detractors { -more } else { more };
    let share = |part| Share::of(part, scored.w).get();
    let (low, high) = interval::nps(share(promoters), share(detractors), scored.n_eff(), z);
    (scored.n > 0).then_some(Estimate { value, low, high })
}

/// The functions' parts of a cell.
fn functions(matrix: &Matrix, rows: &Rows, sums: &CellSums, credits: &[[f64; 3]], z: f64) -> Vec<FunctionFigures> {
    let weight = sums.scored().w as f64;
    // By band as in `Band::ALL`: what each driver takes, and what no driver does.
    let split = [0, 1, 2].map(|band| {
        let mut by_driver = vec![0.0; rows.drivers()];
        let mut rest = 0.0;
        for (at, row) in rows.iter().enumerate() {
            let part = if weight > 0.0 { credits[at][band] / weight } else { 0.0 };
            match row {
                Row::Taker(Taker::Leaf(driver) | Taker::General(driver)) => by_driver[usize::from(driver.0)] += part,
                Row::Taker(Taker::Residual(_)) => rest += part,
                Row::Parent(_) | Row::Rollup { .. } => {}
            }
        }
        let (owned, unowned) = matrix.conserve(&by_driver);
        (by_driver, owned, unowned + rest)
    });
    let importance = matrix.technical_importance(&split[Band::Detractor as usize].0);
    let whole: f64 = importance.iter().sum();
    let places = rows.functions().enumerate();
    places
        .map(|(function, at)| {
            let part = |band: usize| split[band].1.get(function).copied().unwrap_or(split[band].2);
            let [detractor, passive, promoter] = [0, 1, 2].map(part);
            let credited = Credited::new(&sums.rows[at], [detractor, passive, promoter], sums, z);
            let technical_importance = importance.get(function).copied();
            FunctionFigures {
                function: (function < importance.len()).then_some(function),
                technical_importance,
                technical_share: technical_importance.filter(|_| whole > 0.0).map(|part| part / whole),
                promoter_contribution: credited.promoter,
                detractor_contribution: credited.detractor,
                net_contribution: credited.net,
                net_variance: credited.net_variance,
                mass: detractor + passive + promoter,
                credited: credited.respondents,
            }
        })
        .collect()
}
