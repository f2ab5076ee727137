//! The integer sums of one cell: respondents, weights and credits by band, and mentions by stance.
//!
//! Not for figures: shares, scores and intervals are made of these sums in `figures`. All sums are of integers and therefore
//! the same in any order; credits are kept by fraction, with squared weights, so that variances can be computed from them.

use super::cells::joined;
use super::credit::{Fraction, Row, Taker, taker_of};
use super::tree::{DriverIx, DriverTree};
use crate::types::{Band, Residual, Stance};

/// A count of respondents, and the sums of their weights and squared weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) n: u64,
    /// Σw in millionths.
    pub(super) w: u128,
    /// Σw² in millionths of millionths.
    pub(super) w2: u128,
}

impl Tally {
    /// `count` respondents of `weight` millionths each.
    pub(super) fn of(weight: u64, count: u64) -> Self {
        let w = u128::from(weight) * u128::from(count);
        Self { n: count, w, w2: w * u128::from(weight) }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.w += other.w;
        self.w2 += other.w2;
    }

    /// Kish's effective base (Σw)²/Σw²; exactly n where all weights are equal, 0 where there is nobody.
    pub(super) fn n_eff(&self) -> f64 {
        // Σw² is that small only where all are equal (Cauchy–Schwarz), and this keeps the rounding of floats out of that case.
        let equal = self.w.checked_mul(self.w).zip(self.w2.checked_mul(u128::from(self.n)));
        match equal {
            _ if self.n == 0 => 0.0,
            Some((left, right)) if left == right => self.n as f64,
            _ => self.w as f64 * self.w as f64 / self.w2 as f64,
        }
    }
}

/// The rows that every cell of a reduction has, in the order in which figures list them: the drivers as the tree lists them,
/// a parent's implicit leaf right after the parent; then the residual buckets.
#[derive(Debug)]
pub(super) struct Rows {
    list: Vec<Row>,
    /// By driver: the row of the leaf or of the parent.
    drivers: Vec<usize>,
    /// By driver: the row of its implicit leaf, if there is one.
    generals: Vec<Option<usize>>,
    /// The row of the first residual bucket.
    residuals: usize,
}

impl Rows {
    /// The rows of a tree; a parent has an implicit leaf where its own terms are `mentioned` (by driver).
    pub(super) fn new(tree: &DriverTree, mentioned: &[bool]) -> Self {
        let mut all = Self { list: Vec::new(), drivers: Vec::new(), generals: Vec::new(), residuals: 0 };
        for driver in tree.iter() {
            all.drivers.push(all.list.len());
            all.list.push(if tree.is_leaf(driver) { Row::Taker(taker_of(tree, driver)) } else { Row::Parent(driver) });
            let implicit = !tree.is_leaf(driver) && mentioned[usize::from(driver.0)];
            let implicit = implicit.then_some(all.list.len());
            all.generals.push(implicit);
            if implicit.is_some() {
                all.list.push(Row::Taker(Taker::General(driver)));
            }
        }
        all.residuals = all.list.len();
        all.list.extend(Residual::ALL.map(|bucket| Row::Taker(Taker::Residual(bucket))));
        all
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Row> {
        self.list.iter().copied()
    }

    /// Where a row stands; none for an implicit leaf that nobody mentions.
    pub(super) fn at(&self, row: Row) -> Option<usize> {
        match row {
            Row::Taker(Taker::Leaf(driver)) | Row::Parent(driver) => Some(self.drivers[usize::from(driver.0)]),
            Row::Taker(Taker::General(driver)) => self.generals[usize::from(driver.0)],
            Row::Taker(Taker::Residual(bucket)) => Some(self.residuals + bucket as usize),
        }
    }
}

/// Where the column of a band stands in sums: bands as in [`Band::ALL`], then the unscored.
pub(super) const UNSCORED: usize = 3;

/// The column of a band, or of none.
pub(super) fn column(band: Option<Band>) -> usize {
    band.map_or(UNSCORED, |band| band as usize)
}

/// What one comment adds to the rows of a cell, worked out once and used for all who say it in the same band.
#[derive(Debug, Default)]
pub(super) struct Effect {
    pub(super) credits: Vec<(usize, Fraction)>,
    /// The rows that the comment mentions, each once; a parent with what is said of all below it.
    pub(super) stances: Vec<(usize, Stance)>,
    /// The row of the residual bucket that holds the respondent.
    pub(super) residual: Option<usize>,
}

impl Effect {
    /// The rows mentioned in `stances`.
    pub(super) fn mention(&mut self, tree: &DriverTree, rows: &Rows, stances: &[(DriverIx, Stance)]) {
        for (driver, stance) in stances {
            let own = rows.at(Row::Taker(taker_of(tree, *driver)));
            let parents = tree.ancestors(*driver).map(Row::Parent);
            let itself = (!tree.is_leaf(*driver)).then_some(Row::Parent(*driver));
            let above = itself.into_iter().chain(parents).filter_map(|row| rows.at(row));
            for at in own.into_iter().chain(above) {
                match self.stances.iter_mut().find(|(row, _)| *row == at) {
                    Some((_, so_far)) => *so_far = joined(*so_far, *stance),
                    None => self.stances.push((at, *stance)),
                }
            }
        }
    }
}

/// The sums of one row of one cell.
#[derive(Debug, Clone, Default)]
pub(super) struct RowSums {
    /// By band: who gives the row which part of the credit, ascending by fraction.
    pub(super) credits: [Vec<(Fraction, Tally)>; 3],
    /// By stance as in [`Stance::ALL`] and column: who mentions it.
    pub(super) stances: [[Tally; 4]; 4],
    /// By column: whom the residual bucket holds; none for other rows.
    pub(super) held: [Tally; 4],
}

/// The sums of one cell.
#[derive(Debug, Clone)]
pub(super) struct CellSums {
    /// By column.
    pub(super) all: [Tally; 4],
    /// By column: who left a comment.
    pub(super) commented: [Tally; 4],
    /// By column: who mentions at least one driver.
    pub(super) covered: [Tally; 4],
    /// As [`Rows`] lists them.
    pub(super) rows: Vec<RowSums>,
}

impl CellSums {
    pub(super) fn new(rows: &Rows) -> Self {
        let none = [Tally::default(); 4];
        Self { all: none, commented: none, covered: none, rows: vec![RowSums::default(); rows.iter().len()] }
    }

    /// Back to nobody, with the memory kept.
    pub(super) fn clear(&mut self) {
        let none = [Tally::default(); 4];
        (self.all, self.commented, self.covered) = (none, none, none);
        for row in &mut self.rows {
            row.credits.iter_mut().for_each(Vec::clear);
            row.stances = [none; 4];
            row.held = none;
        }
    }

    /// Counts respondents of one band who say the same; `residual` where they mention no driver.
    pub(super) fn add(&mut self, band: Option<Band>, residual: Option<Residual>, effect: &Effect, tally: &Tally) {
        let column = column(band);
        self.all[column].add(tally);
        if residual != Some(Residual::NoComment) {
            self.commented[column].add(tally);
        }
        if residual.is_none() {
            self.covered[column].add(tally);
        }
        for (row, stance) in &effect.stances {
            self.rows[*row].stances[*stance as usize][column].add(tally);
        }
        if let Some(row) = effect.residual {
            self.rows[row].held[column].add(tally);
        }
        if let Some(band) = band {
            for (row, part) in &effect.credits {
                let credits = &mut self.rows[*row].credits[band as usize];
                match credits.binary_search_by_key(part, |(part, _)| *part) {
                    Ok(at) => credits[at].1.add(tally),
                    Err(at) => credits.insert(at, (*part, *tally)),
                }
            }
        }
    }

    /// Everyone with a score.
    pub(super) fn scored(&self) -> Tally {
        total(&self.all[..UNSCORED])
    }
}

/// The sum of some tallies.
pub(super) fn total(tallies: &[Tally]) -> Tally {
    let mut sum = Tally::default();
    for tally in tallies {
        sum.add(tally);
    }
    sum
}
