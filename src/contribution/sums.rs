//! The integer sums of one cell: respondents, weights and credits by band, and mentions by stance.
//!
//! Not for figures: shares, scores and intervals are made of these sums in `figures`. All sums are of integers and therefore
//! the same in any order; credits are kept by fraction, with squared weights, so that variances can be computed from them.

use super::credit::Fraction;
use super::effects::{Meaning, Slots, Store};
use super::rows::Rows;
use crate::types::Band;
#[cfg(doc)]
use crate::types::Voice;

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
    fn clear(&mut self) {
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

    /// Counts what a slot holds in a column.
    fn take(&mut self, meaning: Meaning, column: usize, tally: &Tally) {
        match meaning {
            Meaning::All => self.all[column].add(tally),
            Meaning::Commented => self.commented[column].add(tally),
            Meaning::Covered => self.covered[column].add(tally),
            Meaning::Stance(row, stance) => self.row(row).stances[stance as usize][column].add(tally),
            Meaning::Voice(row, voice) => self.row(row).voices[voice as usize].add(tally),
            Meaning::Held(row) => self.row(row).held[column].add(tally),
            // Credits stand in the columns of bands alone.
            Meaning::Credit(row, part) => self.row(row).credits[column].push((part, *tally)),
        }
    }

    fn row(&mut self, at: usize) -> &mut RowSums {
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

/// The sums of one cell while respondents are added: by slot and column.
#[derive(Debug)]
pub(super) enum Gathering {
    /// Where all respondents of the reduction have one weight, in millionths, and their number is below 2³²: they are counted.
    Equal(u64, Slotted<u32>),
    /// Where weights differ.
    Weighted(Slotted<Tally>),
}

/// A number for each slot and column, and which of them are not 0.
#[derive(Debug)]
pub(super) struct Slotted<T> {
    numbers: Vec<T>,
    touched: Vec<u32>,
}

/// Columns of sums.
const COLUMNS: usize = UNSCORED + 1;

impl<T: Clone + Default> Slotted<T> {
    fn new(slots: &Slots) -> Self {
        Self { numbers: vec![T::default(); slots.len() * COLUMNS], touched: Vec::new() }
    }

    fn add(&mut self, slots: [&[u32]; 2], column: usize, is_new: impl Fn(&T) -> bool, add: impl Fn(&mut T)) {
        for slot in slots.into_iter().flatten() {
            let at = *slot as usize * COLUMNS + column;
            let number = &mut self.numbers[at];
            if is_new(number) {
                self.touched.push(at as u32);
            }
            add(number);
        }
    }

    /// Hands over what is there, and is empty again.
    fn drain(&mut self, mut take: impl FnMut(usize, usize, T)) {
        for at in self.touched.drain(..) {
            let at = at as usize;
            take(at / COLUMNS, at % COLUMNS, std::mem::take(&mut self.numbers[at]));
        }
    }
}

impl Gathering {
    /// Nobody yet; `weight` is that of all respondents, where it is one and they are fewer than 2³².
    pub(super) fn new(store: &Store, weight: Option<u64>) -> Self {
        match weight {
            Some(weight) => Self::Equal(weight, Slotted::new(store.slots())),
            None => Self::Weighted(Slotted::new(store.slots())),
        }
    }

    /// Counts respondents of one column who say the same; each of `alike` is a weight and how many have it.
    pub(super) fn add(&mut self, slots: [&[u32]; 2], column: usize, alike: impl Iterator<Item = (u64, u64)>) {
        match self {
            Self::Equal(_, counts) => {
                let count: u64 = alike.map(|(_, count)| count).sum();
                // Nobody counts twice in a slot, so that no sum is above the number of respondents.
                let count = count as u32;
                counts.add(slots, column, |number| *number == 0, |number| *number += count);
            }
            Self::Weighted(tallies) => {
                let mut tally = Tally::default();
                alike.for_each(|(weight, count)| tally.add(&Tally::of(weight, count)));
                tallies.add(slots, column, |number| number.n == 0, |number| number.add(&tally));
            }
        }
    }

    /// The sums into `sums`, which are made anew; nobody is left here.
    pub(super) fn finish(&mut self, slots: &Slots, sums: &mut CellSums) {
        sums.clear();
        match self {
            Self::Equal(weight, counts) => counts.drain(|slot, column, count| {
                sums.take(slots.meaning(slot), column, &Tally::of(*weight, count.into()));
            }),
            Self::Weighted(tallies) => {
                tallies.drain(|slot, column, tally| sums.take(slots.meaning(slot), column, &tally));
            }
        }
        for at in &sums.touched {
            let credits = &mut sums.rows[*at].credits;
            for credits in credits {
                credits.sort_unstable_by_key(|(part, _)| *part);
            }
        }
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
