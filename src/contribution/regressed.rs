//! What regressions of the score on the drivers say of a cell: importance, asymmetry, quadrant.
//!
//! Not the regressions themselves (`regression`): here a cell's patterns become their observations, and their results figures.

use std::collections::BTreeMap;

use super::cells::{Cells, Counted};
use super::credit::{Row, Taker, taker_of};
use super::driver::{Quadrant, Regressed};
use super::figures::{CellFigures, Fit};
use super::regression::{self, Observation};
use super::rows::Rows;
use crate::types::{Said, Stance};

/// The level at which a reward or a penalty is told from 0.
const SIGNIFICANCE: f64 = 0.05;

/// What tells respondents apart in a regression: control values, what they say, score in thousandths, weight in millionths.
type Alike = (Vec<u32>, u32, i32, u64);

/// The predictors of a reduction: a column for each row of a driver that takes credit.
pub(super) struct Predictors {
    /// The rows in order; their places are the columns.
    columns: Vec<Row>,
    /// By comment: what it says of which column, ascending.
    said: Vec<Box<[(u16, Stance)]>>,
    /// By comment: its place in an order that does not depend on how the reduction came about.
    ranks: Vec<u32>,
}

impl Predictors {
    pub(super) fn new(cells: &Cells, rows: &Rows) -> Self {
        let takes_credit = |row: &Row| matches!(row, Row::Taker(Taker::Leaf(_) | Taker::General(_)));
        let columns: Vec<Row> = rows.iter().filter(takes_credit).collect();
        let by_row: BTreeMap<Row, u16> = columns.iter().zip(0..).map(|(row, column)| (*row, column)).collect();
        let mut all = Vec::new();
        let said = (0..cells.comment_count() as u32).map(|comment| {
            cells.unpack(comment, &mut all);
            let column = |driver| by_row.get(&Row::Taker(taker_of(cells.tree(), driver))).copied();
            let mut said: Vec<_> =
                all.iter().filter_map(|said: &Said| Some((column(said.driver)?, said.stance))).collect();
            said.sort_unstable_by_key(|(column, _)| *column);
            said.into_boxed_slice()
        });
        Self { said: said.collect(), columns, ranks: cells.comment_ranks() }
    }

    /// Fills in what the patterns of a cell say; `control` gives a place's values of the control columns.
    pub(super) fn regress<'a>(
        &self,
        patterns: impl Iterator<Item = &'a Counted>,
        control: impl Fn(u32) -> Vec<u32>,
        figures: &mut CellFigures,
    ) {
        // By what does not depend on how the reduction came about, so that sums of floats are the same in every run.
        let mut alike: BTreeMap<Alike, (u32, u64)> = BTreeMap::new();
        for Counted { pattern, count } in patterns {
            let (Some(_), Some(score)) = (pattern.band, pattern.score()) else { continue };
            let key = (control(pattern.place), self.ranks[pattern.comment as usize], score, pattern.weight);
            alike.entry(key).or_insert((pattern.comment, 0)).1 += count;
        }
        let mut groups: BTreeMap<&[u32], u32> = BTreeMap::new();
        let observations: Vec<Observation<'_>> = alike
            .iter()
            .map(|((control, _, score, weight), (comment, count))| {
                let next = groups.len() as u32;
                Observation {
                    stances: &self.said[*comment as usize],
                    score: f64::from(*score) / 1000.0,
                    weight: *weight as f64 / 1e6,
                    count: *count,
                    group: *groups.entry(control).or_insert(next),
                }
            })
            .collect();
        let importance = regression::importance(self.columns.len(), &observations);
        let asymmetry = regression::asymmetry(self.columns.len(), &observations, SIGNIFICANCE);
        figures.fit = importance.as_ref().map(|it| Fit { method: it.method, r_squared: it.r_squared });
        for driver in &mut figures.drivers {
            let Some(column) = self.columns.iter().position(|row| *row == driver.row) else { continue };
            let mut regressed = Regressed::default();
            if let Some(importance) = &importance {
                let of = &importance.columns[column];
                (regressed.importance, regressed.coefficient, regressed.note) =
                    (of.importance, of.coefficient, of.note);
            }
            if let Some(asymmetry) = &asymmetry {
                let of = &asymmetry[column];
                (regressed.reward, regressed.penalty, regressed.side) = (of.reward, of.penalty, of.side);
            }
            driver.regressed = (importance.is_some() || asymmetry.is_some()).then_some(regressed);
        }
        quadrants(figures);
    }
}

/// Places the drivers by importance, whatever its sign, and performance; the cuts are the means over drivers, weighted by mentions.
fn quadrants(figures: &mut CellFigures) {
    let placed: Vec<(usize, f64, f64, f64)> = figures
        .drivers
        .iter()
        .enumerate()
        .filter_map(|(at, driver)| {
            let importance = driver.regressed?.importance?.abs();
            Some((at, importance, driver.performance?, driver.mentions.base.weight))
        })
        .collect();
    let weight: f64 = placed.iter().map(|(.., weight)| weight).sum();
    if weight <= 0.0 {
        return;
    }
    let mean = |of: fn(&(usize, f64, f64, f64)) -> f64| placed.iter().map(|it| of(it) * it.3).sum::<f64>() / weight;
    let (cut_importance, cut_performance) = (mean(|it| it.1), mean(|it| it.2));
    for (at, importance, performance, _) in placed {
        figures.drivers[at].quadrant = Some(match (importance >= cut_importance, performance >= cut_performance) {
            (true, false) => Quadrant::FixFirst,
            (true, true) => Quadrant::KeepUp,
            (false, true) => Quadrant::Maintain,
            (false, false) => Quadrant::LowPriority,
        });
    }
}
