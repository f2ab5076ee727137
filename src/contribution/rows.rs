//! The rows that every cell has, and what one comment adds to them.
//!
//! Not for sums over respondents (`sums`), nor for who falls into which cell (`grouping`).

use super::credit::{self, Credit, Fraction, Row, Taker, taker_of};
use super::functions::Matrix;
use super::packed::joined;
use super::tree::{DriverIx, DriverTree};
use crate::types::{Band, Residual, Said, Stance, Voices};

/// The rows that every cell of a reduction has, in the order in which figures list them: the drivers as the tree lists them, a parent's
/// implicit leaf right after the parent; the residual buckets; the values of each roll-up. Behind them, apart from the list, stand the
/// functions of the responsibility matrix, and the one that owns what no function does.
#[derive(Debug)]
pub(super) struct Rows {
    list: Vec<Row>,
    /// By driver: the row of the leaf or of the parent.
    drivers: Vec<usize>,
    /// By driver: the row of its implicit leaf, if there is one.
    generals: Vec<Option<usize>>,
    /// The row of the first residual bucket.
    residuals: usize,
    /// By roll-up: the row of its first value; that of the drivers without one comes last.
    rollups: Vec<usize>,
    /// The rows of roll-ups, each with the rows of the takers that it sums.
    rolled_up: Vec<(usize, Vec<usize>)>,
    /// How many functions there are, the one that owns the rest included; 0 without a matrix.
    functions: usize,
}

impl Rows {
    /// The rows of a tree; a parent has an implicit leaf where its own terms are `mentioned` (by driver).
    pub(super) fn new(tree: &DriverTree, mentioned: &[bool], matrix: Option<&Matrix>) -> Self {
        let mut all = Self {
            list: Vec::new(),
            drivers: Vec::new(),
            generals: Vec::new(),
            residuals: 0,
            rollups: Vec::new(),
            rolled_up: Vec::new(),
            functions: matrix.map_or(0, |matrix| matrix.functions() + 1),
        };
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
        for (at, rollup) in tree.rollups().iter().enumerate() {
            all.rollups.push(all.list.len());
            let values = (0..rollup.values.len() as u16).map(Some).chain([None]);
            for value in values {
                let holds = |row: &Row| match row {
                    Row::Taker(Taker::Leaf(driver) | Taker::General(driver)) => {
                        rollup.of[usize::from(driver.0)] == value
                    }
                    _ => false,
                };
                let members = all.list[..all.residuals].iter().enumerate().filter(|(_, row)| holds(row));
                all.rolled_up.push((all.list.len(), members.map(|(row, _)| row).collect()));
                all.list.push(Row::Rollup { rollup: at as u16, value });
            }
        }
        all
    }

    /// The rows of the table, in its order.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Row> {
        self.list.iter().copied()
    }

    /// How many rows of sums there are: those of the table, and the functions.
    pub(super) fn len(&self) -> usize {
        self.list.len() + self.functions
    }

    /// How many drivers the tree has.
    pub(super) fn drivers(&self) -> usize {
        self.drivers.len()
    }

    /// How many rows of the table there are.
    pub(super) fn listed(&self) -> usize {
        self.list.len()
    }

    /// The rows of roll-ups, each with the rows of the takers that it sums.
    pub(super) fn rolled_up(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.rolled_up.iter().map(|(row, members)| (*row, members.as_slice()))
    }

    /// Where a row stands; none for an implicit leaf that nobody mentions.
    pub(super) fn at(&self, row: Row) -> Option<usize> {
        match row {
            Row::Taker(Taker::Leaf(driver)) | Row::Parent(driver) => Some(self.drivers[usize::from(driver.0)]),
            Row::Taker(Taker::General(driver)) => self.generals[usize::from(driver.0)],
            Row::Taker(Taker::Residual(bucket)) => Some(self.residuals + bucket as usize),
            Row::Rollup { rollup, value } => {
                let (first, next) = (self.rollups[usize::from(rollup)], self.rollups.get(usize::from(rollup) + 1));
                let last = next.copied().unwrap_or(self.list.len()) - 1;
                Some(value.map_or(last, |value| first + usize::from(value)))
            }
        }
    }

    /// The functions' rows of sums; the last is that of what nobody owns.
    pub(super) fn functions(&self) -> std::ops::Range<usize> {
        self.list.len()..self.len()
    }
}

/// What a comment adds to the rows of a cell, while it is put together; its memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The rows that get a part of the credit, each once. Takers' and parents' parts are exact; where the denominator of a roll-up's or a
    /// function's does not fit it is rounded, for which reason only their variances are made of these.
    pub(super) credits: Vec<(u32, Fraction)>,
    /// The rows that the comment mentions, each once; a parent and a roll-up with what is said of all below it.
    pub(super) stances: Vec<(u32, Stance)>,
    /// The rows about which something is done, each once; a parent with what is done about all below it. Roll-ups have none.
    pub(super) voices: Vec<(u32, Voices)>,
    /// Working memory.
    parts: Vec<(Row, Fraction)>,
    eligible: Vec<(DriverIx, Stance)>,
}

/// What makes effects of comments.
pub(super) struct Effects<'a> {
    pub(super) tree: &'a DriverTree,
    pub(super) rows: &'a Rows,
    pub(super) credit: Credit,
    pub(super) matrix: Option<&'a Matrix>,
}

impl Effects<'_> {
    /// The rows that a comment mentions and about which it does something, whatever its band; `residual` and the comment's voices where
    /// it names no driver.
    pub(super) fn mention(&self, said: &[Said], residual: Option<(Residual, Voices)>, draft: &mut Draft) {
        draft.stances.clear();
        draft.voices.clear();
        if let Some((bucket, voices)) = residual {
            draft.voices.extend(self.bucket_row(bucket).map(|row| (row, voices)));
        }
        let (tree, rows) = (self.tree, self.rows);
        for Said { driver, stance, voices } in said {
            let own = rows.at(Row::Taker(taker_of(tree, *driver)));
            let parents = tree.ancestors(*driver).map(Row::Parent);
            let itself = (!tree.is_leaf(*driver)).then_some(Row::Parent(*driver));
            let above = itself.into_iter().chain(parents).filter_map(|row| rows.at(row));
            for at in own.into_iter().chain(above) {
                match draft.voices.iter_mut().find(|(row, _)| *row as usize == at) {
                    Some((_, so_far)) => *so_far = so_far.and(*voices),
                    None => draft.voices.push((at as u32, *voices)),
                }
                say(&mut draft.stances, at, *stance);
            }
            for at in self.rollups_of(*driver) {
                say(&mut draft.stances, at, *stance);
            }
        }
    }

    /// The rows that a comment gives credit in a band, and the row of the residual bucket that holds the respondent, if one does.
    /// Without a band it gives none.
    pub(super) fn share_out(
        &self,
        band: Option<Band>,
        said: &[Said],
        residual: Option<Residual>,
        draft: &mut Draft,
    ) -> Option<u32> {
        draft.credits.clear();
        let held = residual.and_then(|bucket| self.bucket_row(bucket));
        let Some(band) = band else { return held };
        let Draft { parts, eligible, .. } = draft;
        eligible.clear();
        eligible.extend(said.iter().map(|said| (said.driver, said.stance)));
        let bucket = residual.unwrap_or(Residual::NoDriver);
        credit::explain(self.tree, self.credit, band, eligible, bucket, parts);
        let parts = std::mem::take(&mut draft.parts);
        for (row, part) in &parts {
            if let Some(at) = self.rows.at(*row) {
                draft.credits.push((at as u32, *part));
            }
            if let Row::Taker(taker) = row {
                self.share(draft, *taker, *part);
            }
        }
        let held = match parts[..] {
            [(Row::Taker(Taker::Residual(bucket)), _)] => self.bucket_row(bucket),
            _ => held,
        };
        draft.parts = parts;
        held
    }

    fn bucket_row(&self, bucket: Residual) -> Option<u32> {
        self.rows.at(Row::Taker(Taker::Residual(bucket))).map(|at| at as u32)
    }

    /// Adds a taker's part to its roll-ups and its functions.
    fn share(&self, draft: &mut Draft, taker: Taker, part: Fraction) {
        let mut add = |at: usize, part: Fraction| match draft.credits.iter_mut().find(|(row, _)| *row as usize == at) {
            Some((_, sum)) => *sum = sum.plus(part),
            None => draft.credits.push((at as u32, part)),
        };
        let driver = match taker {
            Taker::Leaf(driver) | Taker::General(driver) => Some(driver),
            Taker::Residual(_) => None,
        };
        if let Some(driver) = driver {
            for row in self.rollups_of(driver) {
                add(row, part);
            }
        }
        let Some(matrix) = self.matrix else { return };
        let functions = self.rows.functions();
        let mut owned = false;
        for owner in driver.into_iter().flat_map(|driver| matrix.parts(usize::from(driver.0))) {
            add(functions.start + owner.function, part.of(owner.numerator, owner.denominator));
            owned = true;
        }
        if !owned {
            add(functions.end - 1, part);
        }
    }

    /// The rows of the values that a driver has of each roll-up.
    fn rollups_of(&self, driver: DriverIx) -> impl Iterator<Item = usize> {
        let rollups = self.tree.rollups().iter().enumerate();
        rollups.filter_map(move |(at, rollup)| {
            self.rows.at(Row::Rollup { rollup: at as u16, value: rollup.of[usize::from(driver.0)] })
        })
    }
}

/// Adds what is said of a row.
fn say(stances: &mut Vec<(u32, Stance)>, at: usize, stance: Stance) {
    match stances.iter_mut().find(|(row, _)| *row as usize == at) {
        Some((_, so_far)) => *so_far = joined(*so_far, stance),
        None => stances.push((at as u32, stance)),
    }
}
