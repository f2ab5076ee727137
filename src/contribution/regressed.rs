//! What regressions of the score on the drivers say of a cell: importance, asymmetry, quadrant.
//!
//! Not the regressions themselves (`regression`): here a cell's patterns become their observations, and their results figures.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::cells::{Answer, Cells};
use super::credit::{Row, Taker, taker_of};
use super::driver::{Quadrant, Regressed};
use super::figures::{CellFigures, Fit};
use super::packed;
use super::patterns::Pattern;
use super::regression::{self, Asymmetry, Importance, Observation, Observations};
use super::rows::Rows;
use crate::types::{Said, Stance};

/// The level at which a reward or a penalty is told from 0.
const SIGNIFICANCE: f64 = 0.05;

/// Respondents who are alike in all but their scores, whose sums are those of a regression's observation.
#[derive(Debug, Clone, Copy)]
struct Alike {
    /// Control cell, then the number of what they say.
    said: (u32, u32),
    /// In millionths.
    weight: u64,
    count: u64,
    /// Of scores in thousandths.
    sum: i128,
    /// Of their squares.
    squares: i128,
}

impl Alike {
    fn key(&self) -> ((u32, u32), u64) {
        (self.said, self.weight)
    }

    /// The mean score, and the sum of squared differences from it; exact but for the last rounding.
    fn scores(&self) -> (f64, f64) {
        let count = self.count as f64;
        let spread = self.squares * i128::from(self.count) - self.sum * self.sum;
        (self.sum as f64 / count / 1e3, spread as f64 / count / 1e6)
    }
}

/// The predictors of a reduction: a column for each row of a driver that takes credit.
pub(super) struct Predictors {
    /// The rows in order; their places are the columns.
    columns: Vec<Row>,
    /// By comment, in their order: the number of what it says of the columns, ascending. Comments that differ in voices alone have the same.
    numbers: Vec<u32>,
    /// What they say of which column, ascending, one after the other.
    said: Vec<(u16, Stance)>,
    /// By number: where it ends in `said`.
    ends: Vec<u32>,
}

impl Predictors {
    /// `order` is that of comments, [`Cells::ordered_comments`].
    pub(super) fn new(cells: &Cells, rows: &Rows, order: &[u32]) -> Self {
        let takes_credit = |row: &Row| matches!(row, Row::Taker(Taker::Leaf(_) | Taker::General(_)));
        let columns: Vec<Row> = rows.iter().filter(takes_credit).collect();
        let by_row: HashMap<Row, u16> = columns.iter().zip(0..).map(|(row, column)| (*row, column)).collect();
        let tree = cells.tree();
        // Each driver has at most one row that takes credit, and they stand in the order of drivers.
        let by_driver: Vec<Option<u16>> =
            tree.iter().map(|driver| by_row.get(&Row::Taker(taker_of(tree, driver))).copied()).collect();
        let mut all = Self { columns, numbers: Vec::with_capacity(order.len()), said: Vec::new(), ends: Vec::new() };
        let mut comment: Vec<Said> = Vec::new();
        for at in order {
            packed::unpack(cells.comments().get(*at), &mut comment);
            let said = comment.iter().filter_map(|said| Some((by_driver[usize::from(said.driver.0)]?, said.stance)));
            let is_last = !all.ends.is_empty() && said.clone().eq(all.of(all.ends.len() as u32 - 1).iter().copied());
            if !is_last {
                all.said.extend(said);
                all.ends.push(all.said.len() as u32);
            }
            all.numbers.push(all.ends.len() as u32 - 1);
        }
        all
    }

    /// What is said under a number.
    fn of(&self, number: u32) -> &[(u16, Stance)] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.said[start as usize..self.ends[number] as usize]
    }

    /// Fills in what a cell says: its places, each with its values of the control columns and its patterns; `answers` are those of patterns.
    pub(super) fn regress<'a>(
        &'a self,
        places: impl Iterator<Item = (Vec<u32>, &'a [Pattern])> + Clone,
        answers: &'a [Answer],
        figures: &mut CellFigures,
    ) {
        let cell = Cell { predictors: self, all: self.scored(places, answers) };
        let (importance, asymmetry) = if cell.is_in_order() {
            self.fits(&cell)
        } else {
            let mut all: Vec<Alike> = joined(cell.all).collect();
            all.par_sort_unstable_by_key(Alike::key);
            self.fits(&joined(all.into_iter()).map(|alike| self.observation(&alike)).collect::<Vec<_>>())
        };
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

    fn fits(&self, observations: &impl Observations) -> (Option<Importance>, Option<Vec<Asymmetry>>) {
        let columns = self.columns.len();
        (regression::importance(columns, observations), regression::asymmetry(columns, observations, SIGNIFICANCE))
    }

    /// Those of a cell who have a score, with the place of their control cell among all in order.
    fn scored<'a>(
        &'a self,
        places: impl Iterator<Item = (Vec<u32>, &'a [Pattern])> + Clone,
        answers: &'a [Answer],
    ) -> impl Iterator<Item = Alike> + Clone {
        let mut groups: BTreeMap<Vec<u32>, u32> = places.clone().map(|(control, _)| (control, 0)).collect();
        groups.values_mut().zip(0..).for_each(|(group, at)| *group = at);
        let groups = Arc::new(groups);
        places.flat_map(move |(control, patterns)| {
            let group = groups.get(&control).copied().unwrap_or_default();
            patterns.iter().filter_map(move |pattern| self.one(group, pattern, answers))
        })
    }

    /// Those of a pattern, if they have a score.
    fn one(&self, group: u32, pattern: &Pattern, answers: &[Answer]) -> Option<Alike> {
        let answer = &answers[pattern.answer as usize];
        let (_, score) = (answer.band?, answer.score()?);
        let said = (group, self.numbers[pattern.comment as usize]);
        let (score, count) = (i128::from(score), i128::from(pattern.count));
        let (sum, squares) = (score * count, score * score * count);
        Some(Alike { said, weight: answer.weight, count: u64::from(pattern.count), sum, squares })
    }

    fn observation(&self, alike: &Alike) -> Observation<'_> {
        let (score, spread) = alike.scores();
        let (group, number) = alike.said;
        let weight = alike.weight as f64 / 1e6;
        Observation { stances: self.of(number), score, spread, weight, count: alike.count, group }
    }
}

/// The observations of a cell, made of its patterns each time that they are gone over: those of a large survey take more memory than
/// everything else about it.
struct Cell<'a, A> {
    predictors: &'a Predictors,
    all: A,
}

impl<A: Iterator<Item = Alike> + Clone> Cell<'_, A> {
    /// Whether they come in an order that does not depend on how the reduction came about, so that sums of floats are the same in
    /// every run.
    fn is_in_order(&self) -> bool {
        self.all.clone().map(|one| one.key()).is_sorted()
    }
}

impl<A: Iterator<Item = Alike> + Clone> Observations for Cell<'_, A> {
    fn count(&self) -> usize {
        joined(self.all.clone()).count()
    }

    fn each(&self, mut take: impl FnMut(&Observation<'_>)) {
        joined(self.all.clone()).for_each(|alike| take(&self.predictors.observation(&alike)));
    }
}

/// Those who are alike together, where they come one after the other.
fn joined(all: impl Iterator<Item = Alike>) -> impl Iterator<Item = Alike> {
    let mut all = all.peekable();
    std::iter::from_fn(move || {
        let mut first = all.next()?;
        while let Some(next) = all.next_if(|next| next.key() == first.key()) {
            join(&mut first, &next);
        }
        Some(first)
    })
}

/// Adds respondents to others who are alike.
fn join(to: &mut Alike, other: &Alike) {
    to.count += other.count;
    to.sum += other.sum;
    to.squares += other.squares;
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
