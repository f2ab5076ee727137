//! Which cells there are: periods × levels of segments, and who falls into which.
//!
//! Not for what is computed in a cell. A level's cells are made one period at a time, so that a cube never stands in memory as a whole.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::cells::{Cells, Counted};
use super::credit::Credit;
use super::figures::CellFigures;
use super::functions::Matrix;
use super::interval;
use super::regressed::Predictors;
use super::rows::{Draft, Effect, Effects, Rows};
use super::sums::{CellSums, Tally, column};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Band, Residual};

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
    /// Cells of two segment columns and more with fewer respondents than this are taken together into one of their level.
    pub smallest: u64,
    /// For which periods.
    pub periods: Periods,
    /// The segment columns whose combinations regressions absorb, as indexes.
    pub control: Vec<usize>,
    /// The fewest scored respondents of a cell for which regressions are made, at the total and at single segment columns.
    pub regression_base: u64,
    /// Who owns which driver; none: no figures of functions.
    pub matrix: Option<Arc<Matrix>>,
}

impl Grouping {
    /// The total and each of `columns` segment columns by itself, for each period and for all together; credit is shared
    /// equally, intervals are of 95 %, a base below 30 is flagged, and regressions are made from 300 respondents on.
    pub fn standard(columns: usize) -> Self {
        let single = (0..columns).map(|column| vec![column]);
        Self {
            credit: Credit::default(),
            low_base: 30.0,
            confidence: 0.95,
            levels: std::iter::once(Vec::new()).chain(single).collect(),
            smallest: 10,
            periods: Periods::default(),
            control: Vec::new(),
            regression_base: 300,
            matrix: None,
        }
    }

    /// The same with every pair of `columns` segment columns besides.
    #[must_use]
    pub fn with_pairs(mut self, columns: usize) -> Self {
        let pairs = (0..columns).flat_map(|first| (first + 1..columns).map(move |second| vec![first, second]));
        self.levels.extend(pairs);
        self
    }

    /// Whether a reduction with `columns` segment columns can be grouped so.
    ///
    /// Errors are of kind [`ErrorKind::Usage`]: `unknown_segment`, `bad_confidence`, `bad_low_base`.
    pub fn check(&self, columns: usize) -> Result<()> {
        let wrong = |code, message| Err(Error::new(ErrorKind::Usage, code, message));
        if let Some(column) = self.levels.iter().flatten().chain(&self.control).find(|column| **column >= columns) {
            return wrong("unknown_segment", format!("there is no segment column {column}; there are {columns}"));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0 && interval::z(self.confidence).is_finite()) {
            return wrong("bad_confidence", format!("a confidence of {} is not between 0 and 1", self.confidence));
        }
        if !(self.low_base >= 0.0 && self.low_base.is_finite()) {
            return wrong("bad_low_base", format!("a smallest base of {} is not 0 or more", self.low_base));
        }
        Ok(())
    }
}

/// What a cell takes of one segment column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SegmentValue {
    /// All values: rolled up.
    All,
    /// This one.
    Is(String),
    /// Whatever falls into cells that are too small to stand alone.
    Small,
}

/// Which cell it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CellKey {
    /// The period; none: all periods together.
    pub period: Option<String>,
    /// The segment columns that tell the cells of this level apart, ascending.
    pub level: Vec<usize>,
    /// One for each segment column of the reduction.
    pub segments: Vec<SegmentValue>,
}

impl CellKey {
    /// Whether the cell is of what is too small to stand alone.
    pub fn is_small(&self) -> bool {
        self.segments.contains(&SegmentValue::Small)
    }
}

/// A cell and who falls into it.
#[derive(Debug, Clone)]
pub struct Member {
    /// Which cell it is.
    pub key: CellKey,
    /// Combinations of period and segment values, as indexes into the reduction's.
    places: Vec<u32>,
}

/// What a comment adds to the rows of a cell by the band's column, and its residual bucket if it mentions no driver; none for a band in
/// which nobody says it.
type CommentEffects = (Option<Residual>, [Option<Box<Effect>>; 4]);

/// A reduction made ready for figures by one grouping.
pub struct Grouped<'a> {
    cells: &'a Cells,
    spec: &'a Grouping,
    levels: Vec<Vec<usize>>,
    rows: Rows,
    /// By comment.
    effects: Vec<CommentEffects>,
    /// Patterns with their counts, those of one place side by side.
    counted: Vec<Counted>,
    /// By place, where its patterns stand.
    ranges: Vec<Range<u32>>,
    /// For each label its place in the order of all labels.
    ranks: Vec<u32>,
    /// Periods in order, each with its places.
    periods: Vec<(u32, Vec<u32>)>,
    predictors: Predictors,
    z: f64,
}

impl<'a> Grouped<'a> {
    /// # Panics
    /// Where [`Grouping::check`] finds fault with `spec`.
    pub(super) fn new(cells: &'a Cells, spec: &'a Grouping) -> Self {
        assert!(spec.check(cells.segment_columns().len()).is_ok(), "a grouping that `Grouping::check` accepts");
        let rows = cells.rows(spec.matrix.as_deref());
        let counted = cells.counted();
        let ranges = by_place(&counted, cells.places().len());
        let ranks = cells.label_ranks();
        let effects = effects(cells, &rows, &counted, spec);
        let mut periods: BTreeMap<u32, (u32, Vec<u32>)> = BTreeMap::new();
        for (at, place) in cells.places().enumerate() {
            let period = periods.entry(ranks[place[0] as usize]).or_insert_with(|| (place[0], Vec::new()));
            period.1.push(at as u32);
        }
        Self {
            cells,
            spec,
            levels: distinct(&spec.levels),
            predictors: Predictors::new(cells, &rows),
            rows,
            effects,
            counted,
            ranges,
            ranks,
            periods: periods.into_values().collect(),
            z: interval::z(spec.confidence),
        }
    }

    /// The periods that were asked for, ascending; all together, as none, last.
    pub fn periods(&self) -> Vec<Option<&str>> {
        let (each, all) = (self.spec.periods != Periods::All, self.spec.periods != Periods::Each);
        let each = self.periods.iter().filter(|_| each).map(|(label, _)| Some(self.cells.label(*label)));
        each.chain(all.then_some(None)).collect()
    }

    /// The levels, each once, as ascending segment columns.
    pub fn levels(&self) -> &[Vec<usize>] {
        &self.levels
    }

    /// The rules by which it was grouped.
    pub fn spec(&self) -> &Grouping {
        self.spec
    }

    /// The cells of one level in one period (none: all periods together), by segment values ascending; those that are too small come
    /// last, as one. Nothing where nobody answered in the period.
    pub fn members(&self, period: Option<&str>, level: &[usize]) -> Vec<Member> {
        let mut members = self.members_of_any_size(period, level);
        if level.len() < 2 {
            return members;
        }
        let mut small = Vec::new();
        members.retain_mut(|member| {
            let is_small = self.respondents(member) < self.spec.smallest;
            if is_small {
                small.append(&mut member.places);
            }
            !is_small
        });
        if !small.is_empty() {
            small.sort_unstable();
            members.push(Member { key: self.key(period, level, |_| SegmentValue::Small), places: small });
        }
        members
    }

    /// As [`Grouped::members`], with none taken together.
    pub fn members_of_any_size(&self, period: Option<&str>, level: &[usize]) -> Vec<Member> {
        let places = self.periods.iter().filter(|(label, _)| period.is_none_or(|it| it == self.cells.label(*label)));
        let places: Vec<&[u32]> = places.map(|(_, places)| places.as_slice()).collect();
        let values = |place: u32| &self.cells.place(place)[1..];
        // The ranks of two columns fit one number; levels of more are sorted by the rest besides.
        let rank = |place: u32, column: &usize| self.ranks[values(place)[*column] as usize];
        let head =
            |place: u32| level.iter().take(2).fold(0_u64, |head, column| head << 32 | u64::from(rank(place, column)));
        let mut order: Vec<(u64, u32)> = places.concat().into_iter().map(|place| (head(place), place)).collect();
        let rest = level.get(2..).unwrap_or_default();
        let tail = |place: u32| rest.iter().map(move |column| rank(place, column));
        order.par_sort_unstable_by(|(a, at), (b, bt)| a.cmp(b).then_with(|| tail(*at).cmp(tail(*bt))).then(at.cmp(bt)));
        let same = |(a, at): &(u64, u32), (b, bt): &(u64, u32)| a == b && tail(*at).eq(tail(*bt));
        let member = |cell: &[(u64, u32)]| {
            let values = values(cell[0].1);
            let value = |column: usize| SegmentValue::Is(self.cells.label(values[column]).to_owned());
            Member { key: self.key(period, level, value), places: cell.iter().map(|(_, place)| *place).collect() }
        };
        order.chunk_by(same).map(member).collect()
    }

    fn key(&self, period: Option<&str>, level: &[usize], value: impl Fn(usize) -> SegmentValue) -> CellKey {
        let columns = 0..self.cells.segment_columns().len();
        let segment = |column| if level.contains(&column) { value(column) } else { SegmentValue::All };
        CellKey { period: period.map(str::to_owned), level: level.to_vec(), segments: columns.map(segment).collect() }
    }

    /// The patterns of a cell.
    pub(super) fn patterns(&self, member: &Member) -> impl Iterator<Item = &Counted> {
        member.places.iter().flat_map(|place| {
            let range = &self.ranges[*place as usize];
            &self.counted[range.start as usize..range.end as usize]
        })
    }

    fn respondents(&self, member: &Member) -> u64 {
        self.patterns(member).map(|counted| counted.count).sum()
    }

    /// The weight of a cell's scored respondents, and their promoters less detractors, −1 to 1; 0 where nobody has a score.
    pub fn score(&self, member: &Member) -> (f64, f64) {
        let (mut whole, mut more) = (0_i128, 0_i128);
        for Counted { pattern, count } in self.patterns(member) {
            let weight = i128::from(pattern.weight) * i128::from(*count);
            let Some(band) = pattern.band else { continue };
            whole += weight;
            more += match band {
                Band::Promoter => weight,
                Band::Passive => 0,
                Band::Detractor => -weight,
            };
        }
        (whole as f64 / 1e6, if whole > 0 { more as f64 / whole as f64 } else { 0.0 })
    }

    /// The figures of some cells, in their order.
    pub fn figures(&self, members: &[Member]) -> Vec<CellFigures> {
        self.each(members, |member, sums| {
            let mut figures = self.cell(member, sums);
            self.regress(member, &mut figures);
            figures
        })
    }

    /// The same but for what comes of regressions, for periods that others are compared with.
    pub fn figures_without_regressions(&self, members: &[Member]) -> Vec<CellFigures> {
        self.each(members, |member, sums| self.cell(member, sums))
    }

    fn each(
        &self,
        members: &[Member],
        make: impl Fn(&Member, &mut CellSums) -> CellFigures + Sync + Send,
    ) -> Vec<CellFigures> {
        // Each thread keeps one set of sums: surveys have many small cells, and clearing is cheaper than allocating.
        members.par_iter().map_init(|| CellSums::new(&self.rows), |sums, member| make(member, sums)).collect()
    }

    fn cell(&self, member: &Member, sums: &mut CellSums) -> CellFigures {
        sums.clear();
        for place in &member.places {
            let range = &self.ranges[*place as usize];
            let patterns = &self.counted[range.start as usize..range.end as usize];
            for alike in
                patterns.chunk_by(|a, b| a.pattern.comment == b.pattern.comment && a.pattern.band == b.pattern.band)
            {
                let pattern = alike[0].pattern;
                let (residual, by_column) = &self.effects[pattern.comment as usize];
                let Some(effect) = &by_column[column(pattern.band)] else { continue };
                let mut tally = Tally::default();
                for one in alike {
                    tally.add(&Tally::of(one.pattern.weight, one.count));
                }
                sums.add(pattern.band, *residual, effect, &tally);
            }
        }
        CellFigures::new(member.key.clone(), &self.rows, sums, self.spec, self.z)
    }

    /// Adds what regressions say, at the total and at single segment columns, where there are enough respondents.
    fn regress(&self, member: &Member, figures: &mut CellFigures) {
        if member.key.level.len() > 1 || figures.n < self.spec.regression_base {
            return;
        }
        let control = |place: u32| {
            let values = &self.cells.place(place)[1..];
            self.spec.control.iter().map(|column| self.ranks[values[*column] as usize]).collect()
        };
        self.predictors.regress(self.patterns(member), control, figures);
    }
}

/// See [`Cells::finish`].
pub(super) fn finish(cells: &Cells, spec: &Grouping) -> Vec<CellFigures> {
    let grouped = Grouped::new(cells, spec);
    let mut figures = Vec::new();
    for period in grouped.periods() {
        for level in grouped.levels() {
            figures.extend(grouped.figures(&grouped.members(period, level)));
        }
    }
    figures
}

/// Each level once, its columns ascending.
fn distinct(levels: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut distinct: Vec<Vec<usize>> = Vec::new();
    for level in levels {
        let mut level = level.clone();
        level.sort_unstable();
        level.dedup();
        if !distinct.contains(&level) {
            distinct.push(level);
        }
    }
    distinct
}

/// For each place where its patterns stand among all.
fn by_place(counted: &[Counted], places: usize) -> Vec<Range<u32>> {
    let mut ranges = vec![0..0; places];
    let mut from = 0;
    for chunk in counted.chunk_by(|a, b| a.pattern.place == b.pattern.place) {
        ranges[chunk[0].pattern.place as usize] = from..from + chunk.len() as u32;
        from += chunk.len() as u32;
    }
    ranges
}

/// What each comment adds to the rows of a cell.
fn effects(cells: &Cells, rows: &Rows, counted: &[Counted], spec: &Grouping) -> Vec<CommentEffects> {
    let maker = Effects { tree: cells.tree(), rows, credit: spec.credit, matrix: spec.matrix.as_deref() };
    let mut effects: Vec<CommentEffects> =
        std::iter::repeat_with(CommentEffects::default).take(cells.comment_count()).collect();
    let (mut said, mut draft) = (Vec::new(), Draft::default());
    for Counted { pattern, .. } in counted {
        let (known, by_column) = &mut effects[pattern.comment as usize];
        let slot = &mut by_column[column(pattern.band)];
        if slot.is_none() {
            let residual = cells.unpack(pattern.comment, &mut said);
            *known = residual.map(|(bucket, _)| bucket);
            *slot = Some(Box::new(maker.of(pattern.band, &said, residual, &mut draft)));
        }
    }
    effects
}
