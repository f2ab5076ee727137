//! What regressions of the score on the drivers say of a cell: importance, asymmetry, quadrant.
//!
//! Not the regressions themselves (`regression`): here a cell's patterns become their observations, and their results figures.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::cells::{Answer, Cells};
use super::credit::{Row, Taker, taker_of};
use super::driver::{Quadrant, Regressed};
use super::figures::{CellFigures, Fit};
use super::packed;
use super::patterns::Pattern;
use super::regression::{self, Observation, Observations};
use super::rows::Rows;
use crate::types::{Said, Stance};

/// The level at which a reward or a penalty is told from 0.
const SIGNIFICANCE: f64 = 0.05;

/// Respondents who are alike in all but their scores, whose sums are those of a regression's observation.
#[derive(Debug, Clone, Copy)]
struct Alike {
    /// In millionths.
    weight: u64,
    count: u64,
    /// Of scores in thousandths.
    sum: i128,
    /// Of their squares.
    squares: i128,
}

impl Alike {
    /// So many with this score, in thousandths, and this weight.
    fn of(count: u32, score: i32, weight: u64) -> Self {
        let (score, times) = (i128::from(score), i128::from(count));
        Self { weight, count: u64::from(count), sum: score * times, squares: score * score * times }
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
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
        // No more than all comments say, so that nothing is copied to grow.
        let said = Vec::with_capacity(cells.comments().iter().map(<[u32]>::len).sum());
        let mut all = Self { columns, numbers: Vec::with_capacity(order.len()), said, ends: Vec::new() };
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
        &self,
        places: impl Iterator<Item = (Vec<u32>, &'a [Pattern])> + Clone,
        answers: &[Answer],
        figures: &mut CellFigures,
    ) {
        let cell = Cell { predictors: self, answers, scored: self.scored(places, answers) };
        let columns = self.columns.len();
        let (importance, asymmetry) = rayon::join(
            || regression::importance(columns, &cell),
            || regression::asymmetry(columns, &cell, SIGNIFICANCE),
        );
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

    /// Those of a cell who have a score, in an order that does not depend on how the reduction came about, so that sums of floats are
    /// the same in every run.
    fn scored<'a>(
        &self,
        places: impl Iterator<Item = (Vec<u32>, &'a [Pattern])> + Clone,
        answers: &[Answer],
    ) -> Vec<Scored> {
        let mut groups: BTreeMap<Vec<u32>, u32> = places.clone().map(|(control, _)| (control, 0)).collect();
        groups.values_mut().zip(0..).for_each(|(group, at)| *group = at);
        let has_score = |pattern: &&Pattern| {
            let answer = &answers[pattern.answer as usize];
            answer.band.is_some() && answer.score().is_some()
        };
        let mut scored = Vec::with_capacity(places.clone().map(|(_, patterns)| patterns.len()).sum());
        for (control, patterns) in places {
            let group = groups.get(&control).copied().unwrap_or_default();
            scored.extend(patterns.iter().filter(has_score).map(|pattern| Scored {
                group,
                number: self.numbers[pattern.comment as usize],
                answer: pattern.answer,
                count: pattern.count,
            }));
        }
        scored.par_sort_unstable_by_key(Scored::key);
        scored
    }
}

/// Respondents of a cell who have a score and are alike.
#[derive(Debug, Clone, Copy)]
struct Scored {
    /// The place of their control cell among all in order.
    group: u32,
    /// The number of what they say.
    number: u32,
    answer: u32,
    count: u32,
}

impl Scored {
    fn key(&self) -> (u64, u32) {
        (u64::from(self.group) << 32 | u64::from(self.number), self.answer)
    }
}

/// The observations of a cell, made anew each time that they are gone over: they take four times the memory of what they are made of.
struct Cell<'a> {
    predictors: &'a Predictors,
    answers: &'a [Answer],
    scored: Vec<Scored>,
}

impl Observations for Cell<'_> {
    fn each(&self, mut take: impl FnMut(&Observation<'_>)) {
        let mut weights: Vec<Alike> = Vec::new();
        for same in self.scored.chunk_by(|one, other| (one.group, one.number) == (other.group, other.number)) {
            weights.clear();
            for one in same {
                let answer = &self.answers[one.answer as usize];
                let alike = Alike::of(one.count, answer.score().unwrap_or_default(), answer.weight);
                match weights.last_mut() {
                    Some(last) if last.weight == alike.weight => last.join(&alike),
                    _ => weights.push(alike),
                }
            }
            weights.sort_unstable_by_key(|alike| alike.weight);
            weights.dedup_by(|next, kept| {
                let is_same = next.weight == kept.weight;
                if is_same {
                    kept.join(next);
                }
                is_same
            });
            for alike in &weights {
                let (score, spread) = alike.scores();
                take(&Observation {
                    stances: self.predictors.of(same[0].number),
                    score,
                    spread,
                    weight: alike.weight as f64 / 1e6,
                    count: alike.count,
                    group: same[0].group,
                });
            }
        }
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
