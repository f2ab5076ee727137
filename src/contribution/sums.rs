//! The integer sums of one cell: respondents, weights and credits by band, and mentions by stance.
//!
//! Not for figures: shares, scores and intervals are made of these sums in `figures`. All sums are of integers and therefore
//! the same in any order; credits are kept by fraction, with squared weights, so that variances can be computed from them.

use super::credit::Fraction;
use super::rows::{Effect, Rows};
#[cfg(doc)]
use crate::types::Voice;
use crate::types::{Band, Residual};

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

    /// Those of a whole who are not in this part of it.
    pub(super) fn rest_of(&self, whole: &Self) -> Self {
        Self { n: whole.n - self.n, w: whole.w - self.w, w2: whole.w2 - self.w2 }
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

/// Where the column of a band stands in sums: bands as in [`Band::ALL`], then the unscored.
pub(super) const UNSCORED: usize = 3;

/// The column of a band, or of none.
pub(super) fn column(band: Option<Band>) -> usize {
    band.map_or(UNSCORED, |band| band as usize)
}

/// Who gives a row which part of the credit, ascending by fraction.
pub(super) type Credits = Vec<(Fraction, Tally)>;

/// The sums of one row of one cell.
#[derive(Debug, Clone, Default)]
pub(super) struct RowSums {
    /// By band.
    pub(super) credits: [Credits; 3],
    /// By stance as in [`crate::types::Stance::ALL`] and column: who mentions it.
    pub(super) stances: [[Tally; 4]; 4],
    /// By column: whom the residual bucket holds; none for other rows.
    pub(super) held: [Tally; 4],
    /// By voice as in [`Voice::ALL`]: who raises it.
    pub(super) voices: [Tally; 4],
    /// Whether anything is counted here.
    touched: bool,
}

impl RowSums {
    /// By column: who mentions the row, or is in the bucket.
    pub(super) fn mentioned(&self) -> [Tally; 4] {
        let mut all = self.held;
        for columns in &self.stances {
            all.iter_mut().zip(columns).for_each(|(sum, tally)| sum.add(tally));
        }
        all
    }

    /// Whether nobody of the cell mentions the row or gives it credit.
    pub(super) fn is_nobody(&self) -> bool {
        !self.touched
    }
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
    /// As [`Rows`] lists them, then the functions.
    pub(super) rows: Vec<RowSums>,
    /// The rows that hold something.
    touched: Vec<usize>,
}

impl CellSums {
    pub(super) fn new(rows: &Rows) -> Self {
        let none = [Tally::default(); 4];
        let rows = vec![RowSums::default(); rows.len()];
        Self { all: none, commented: none, covered: none, rows, touched: Vec::new() }
    }

    /// Back to nobody, with the memory kept. Only what holds something is gone over: most cells are small, and say little.
    pub(super) fn clear(&mut self) {
        let none = [Tally::default(); 4];
        (self.all, self.commented, self.covered) = (none, none, none);
        for at in self.touched.drain(..) {
            let row = &mut self.rows[at];
            row.credits.iter_mut().for_each(Vec::clear);
            row.stances = [none; 4];
            row.held = none;
            row.voices = none;
            row.touched = false;
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
        for (row, stance) in &*effect.stances {
            self.row(*row).stances[*stance as usize][column].add(tally);
        }
        for (row, voices) in &*effect.voices {
            for voice in voices.iter() {
                self.row(*row).voices[voice as usize].add(tally);
            }
        }
        if let Some(row) = effect.residual {
            self.row(row).held[column].add(tally);
        }
        if let Some(band) = band {
            for (row, part) in &*effect.credits {
                let credits = &mut self.row(*row).credits[band as usize];
                match credits.binary_search_by_key(part, |(part, _)| *part) {
                    Ok(at) => credits[at].1.add(tally),
                    Err(at) => credits.insert(at, (*part, *tally)),
                }
            }
        }
    }

    fn row(&mut self, at: u32) -> &mut RowSums {
        let at = at as usize;
        let row = &mut self.rows[at];
        if !row.touched {
            row.touched = true;
            self.touched.push(at);
        }
        row
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
