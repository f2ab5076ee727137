//! Which cells there are: periods × levels of segments, and who falls into which.
//!
//! Not for what is computed in a cell.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::cells::{Cells, Group};
use super::credit::{self, Credit, Row, Taker};
use super::figures::CellFigures;
use super::interval;
use super::sums::{CellSums, Effect, Rows, column};
use crate::error::{Error, ErrorKind, Result};
use crate::types::Residual;

/// For which periods cells are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Periods {
    /// Each period by itself.
    Each,
    /// All periods together.
    All,
    /// Each by itself, and all together.
    #[default]
    EachAndAll,
}

/// Which cells to make, and by which rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// How drivers share the credit of one respondent.
    pub credit: Credit,
    /// The effective base below which a cell is flagged `low_base`; 0 or more.
    pub low_base: f64,
    /// The confidence of two-sided intervals; between 0 and 1.
    pub confidence: f64,
    /// The segment columns that tell the cells of each level apart, as indexes; an empty level is the total. A level that is
    /// there twice is made once.
    pub levels: Vec<Vec<usize>>,
    /// For which periods.
    pub periods: Periods,
}

impl Grouping {
    /// The total and each of `columns` segment columns by itself, for each period and for all together; credit is shared
    /// equally, intervals are of 95 %, and a base below 30 is flagged.
    pub fn standard(columns: usize) -> Self {
        let single = (0..columns).map(|column| vec![column]);
        Self {
            credit: Credit::default(),
            low_base: 30.0,
            confidence: 0.95,
            levels: std::iter::once(Vec::new()).chain(single).collect(),
            periods: Periods::default(),
        }
    }

    /// Whether a reduction with `columns` segment columns can be grouped so.
    ///
    /// Errors are of kind [`ErrorKind::Usage`]: `unknown_segment`, `bad_confidence`, `bad_low_base`.
    pub fn check(&self, columns: usize) -> Result<()> {
        let wrong = |code, message| Err(Error::new(ErrorKind::Usage, code, message));
        if let Some(column) = self.levels.iter().flatten().find(|column| **column >= columns) {
            return wrong("unknown_segment", format!("there is no segment column {column}; there are {columns}"));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return wrong("bad_confidence", format!("a confidence of {} is not between 0 and 1", self.confidence));
        }
        if !(self.low_base >= 0.0 && self.low_base.is_finite()) {
            return wrong("bad_low_base", format!("a smallest base of {} is not 0 or more", self.low_base));
        }
        Ok(())
    }
}

/// Which cell it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CellKey {
    /// The period; none: all periods together.
    pub period: Option<String>,
    /// The segment columns that tell the cells of this level apart, ascending.
    pub level: Vec<usize>,
    /// One for each segment column of the reduction; none: rolled up.
    pub segments: Vec<Option<String>>,
}

/// A cell while it is sorted: rank of the period (all: the last), number of the level, ranks of the level's segment values.
type Order = (u32, usize, Vec<u32>);

/// See [`Cells::finish`].
pub(super) fn finish(cells: &Cells, spec: &Grouping) -> Vec<CellFigures> {
    let columns = cells.segment_columns().len();
    assert!(spec.check(columns).is_ok(), "a grouping that `Grouping::check` accepts");
    let rows = cells.rows();
    let groups = cells.groups();
    let effects = effects(cells, &rows, &groups, spec.credit);
    let ranges = by_place(&groups, cells.places().len());
    let z = interval::z(spec.confidence);

    let members: Vec<(CellKey, Vec<u32>)> = members(cells, spec);
    members
        .into_par_iter()
        // Each thread keeps one set of sums: surveys have many small cells, and clearing is cheaper than allocating.
        .map_init(
            || CellSums::new(&rows),
            |sums, (key, places)| {
                sums.clear();
                for place in places {
                    for group in &groups[ranges[place as usize].clone()] {
                        let (residual, by_column) = &effects[group.comment as usize];
                        if let Some(effect) = &by_column[column(group.band)] {
                            sums.add(group.band, *residual, effect, &group.tally);
                        }
                    }
                }
                CellFigures::new(key, &rows, sums, spec.low_base, z)
            },
        )
        .collect()
}

/// The cells in their final order, each with the places that fall into it.
fn members(cells: &Cells, spec: &Grouping) -> Vec<(CellKey, Vec<u32>)> {
    let mut levels: Vec<Vec<usize>> = Vec::new();
    for level in &spec.levels {
        let mut level = level.clone();
        level.sort_unstable();
        level.dedup();
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    let ranks = cells.label_ranks();
    let (each, all) = (spec.periods != Periods::All, spec.periods != Periods::Each);
    let mut sorted: BTreeMap<Order, (CellKey, Vec<u32>)> = BTreeMap::new();
    for (at, place) in cells.places().enumerate() {
        let (period, values) = (place[0], &place[1..]);
        for (number, level) in levels.iter().enumerate() {
            for period in [each.then_some(Some(period)), all.then_some(None)].into_iter().flatten() {
                let order = (
                    period.map_or(u32::MAX, |period| ranks[period as usize]),
                    number,
                    level.iter().map(|column| ranks[values[*column] as usize]).collect(),
                );
                let key = || CellKey {
                    period: period.map(|period| cells.label(period).to_owned()),
                    level: level.clone(),
                    segments: (0..values.len())
                        .map(|column| level.contains(&column).then(|| cells.label(values[column]).to_owned()))
                        .collect(),
                };
                sorted.entry(order).or_insert_with(|| (key(), Vec::new())).1.push(at as u32);
            }
        }
    }
    sorted.into_values().collect()
}

/// For each place where its groups stand among all.
fn by_place(groups: &[Group], places: usize) -> Vec<Range<usize>> {
    let mut ranges = vec![0..0; places];
    let mut from = 0;
    for chunk in groups.chunk_by(|a, b| a.place == b.place) {
        ranges[chunk[0].place as usize] = from..from + chunk.len();
        from += chunk.len();
    }
    ranges
}

/// A comment's residual bucket, if it mentions no driver, and what it adds to the rows of a cell, by the band's column; none
/// for a band in which nobody says it.
type Effects = (Option<Residual>, [Option<Box<Effect>>; 4]);

/// What each comment adds to the rows of a cell.
fn effects(cells: &Cells, rows: &Rows, groups: &[Group], rule: Credit) -> Vec<Effects> {
    let tree = cells.tree();
    let mut effects: Vec<Effects> = std::iter::repeat_with(Effects::default).take(cells.comment_count()).collect();
    let (mut said, mut stances, mut credits) = (Vec::new(), Vec::new(), Vec::new());
    for group in groups {
        let (known, by_column) = &mut effects[group.comment as usize];
        let slot = &mut by_column[column(group.band)];
        if slot.is_some() {
            continue;
        }
        let residual = cells.unpack(group.comment, &mut said).map(|(bucket, _)| bucket);
        stances.clear();
        stances.extend(said.iter().map(|said| (said.driver, said.stance)));
        let mut effect = Effect::default();
        effect.mention(tree, rows, &stances);
        effect.residual = residual.and_then(|bucket| rows.at(Row::Taker(Taker::Residual(bucket))));
        if let Some(band) = group.band {
            let bucket = residual.unwrap_or(Residual::NoDriver);
            credit::explain(tree, rule, band, &stances, bucket, &mut credits);
            let placed = credits.iter().filter_map(|(row, part)| rows.at(*row).map(|at| (at, *part)));
            effect.credits.extend(placed);
            if let [(row @ Row::Taker(Taker::Residual(_)), _)] = credits[..] {
                effect.residual = rows.at(row);
            }
        }
        *known = residual;
        *slot = Some(Box::new(effect));
    }
    effects
}
