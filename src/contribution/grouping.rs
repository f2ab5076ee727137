//! Which cells there are: periods × levels of segments, and who falls into which.
//!
//! Not for what is computed in a cell. A level's cells are made one period at a time, so that a cube never stands in memory as a whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rayon::prelude::*;

use super::cells::{self, Answer, Answers, Cells};
use super::credit::Credit;
use super::effects::{Reader, Store};
use super::figures::CellFigures;
use super::functions::Matrix;
use super::interval;
use super::lists::Lists;
use super::log::Entry;
use super::patterns::{Counting, Pattern, Patterns};
use super::regressed::Predictors;
use super::rows::{Effects, Rows};
use super::sums::{CellSums, Gathering, column};
use crate::error::{Error, ErrorKind, Result};
use crate::types::Band;

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
    /// Combinations of segment values, as numbers of `patterns`.
    places: Vec<u32>,
    /// Those of the period.
    patterns: Arc<Patterns>,
}

/// Keeps the answers of a period at hand as long as it is there: all cells of the period are then made of the same ones.
#[derive(Debug)]
pub struct Opened {
    /// None where nobody answered.
    _patterns: Option<Arc<Patterns>>,
}

/// A reduction made ready for figures by one grouping.
pub struct Grouped<'a> {
    cells: &'a Cells,
    spec: &'a Grouping,
    levels: Vec<Vec<usize>>,
    rows: Rows,
    effects: Store,
    /// The comments in an order that depends on what they say alone.
    order: Vec<u32>,
    /// By comment, its place in that order.
    comments: Vec<u32>,
    /// Scores, bands and weights in order.
    answers: Vec<Answer>,
    /// By number in the log, the place in `answers`.
    answer_ranks: Vec<u32>,
    /// The weight of everybody, in millionths, where all have the same and are few enough to be counted in 32 bits.
    weight: Option<u64>,
    /// For each label its place in the order of all labels.
    ranks: Vec<u32>,
    /// Periods in order.
    periods: Vec<&'a Answers>,
    /// The patterns that are in use, by the label of their period.
    opened: Mutex<HashMap<Option<u32>, Weak<Patterns>>>,
    predictors: Predictors,
    z: f64,
}

impl<'a> Grouped<'a> {
    /// # Panics
    /// Where [`Grouping::check`] finds fault with `spec`.
    pub(super) fn new(cells: &'a Cells, spec: &'a Grouping) -> Self {
        assert!(spec.check(cells.segment_columns().len()).is_ok(), "a grouping that `Grouping::check` accepts");
        let (rows, levels) = (cells.rows(spec.matrix.as_deref()), distinct(&spec.levels));
        let order = cells.ordered_comments();
        let maker = Effects { tree: cells.tree(), rows: &rows, credit: spec.credit, matrix: spec.matrix.as_deref() };
        let (effects, predictors) =
            rayon::join(|| Store::new(cells, &order, &maker), || Predictors::new(cells, &rows, &order));
        let unordered = cells.answers();
        let answer_order =
            cells::ordered(unordered.len(), |one, other| unordered[*one as usize].cmp(&unordered[*other as usize]));
        let answers: Vec<Answer> = answer_order.iter().map(|at| unordered[*at as usize]).collect();
        let weight = answers.first().map(|answer| answer.weight);
        let ranks = cells.label_ranks();
        let mut periods: Vec<&Answers> = cells.periods().collect();
        periods.sort_unstable_by_key(|period| ranks[period.label() as usize]);
        Self {
            cells,
            spec,
            levels,
            predictors,
            effects,
            rows,
            comments: cells::ranks(&order),
            order,
            answer_ranks: cells::ranks(&answer_order),
            weight: weight
                .filter(|_| u32::try_from(cells.respondents()).is_ok())
                .filter(|weight| answers.iter().all(|answer| answer.weight == *weight)),
            answers,
            ranks,
            periods,
            opened: Mutex::new(HashMap::new()),
            z: interval::z(spec.confidence),
        }
    }

    /// The periods that were asked for, ascending; all together, as none, last.
    pub fn periods(&self) -> Vec<Option<&str>> {
        let (each, all) = (self.spec.periods != Periods::All, self.spec.periods != Periods::Each);
        let each = self.periods.iter().filter(|_| each).map(|period| Some(self.cells.label(period.label())));
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

    /// Makes the answers of a period (none: all periods together) ready, and keeps them so: without it they are made ready anew for
    /// members of each level.
    pub fn open(&self, period: Option<&str>) -> Opened {
        Opened { _patterns: self.patterns_of(period) }
    }

    /// The patterns of a period; none where nobody answered in it.
    fn patterns_of(&self, period: Option<&str>) -> Option<Arc<Patterns>> {
        let some = |label: &str| self.periods.iter().find(|it| self.cells.label(it.label()) == label);
        let answers: &[&Answers] = match period {
            Some(label) => std::slice::from_ref(some(label)?),
            None => &self.periods,
        };
        let key = period.and_then(|_| answers.first()).map(|answers| answers.label());
        // The lock is not held while patterns are made: whoever waits for a core there may come by here again.
        let opened = || self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let known = opened().get(&key).and_then(Weak::upgrade);
        Some(known.unwrap_or_else(|| {
            let made = Arc::new(self.make_patterns(answers));
            opened().insert(key, Arc::downgrade(&made));
            made
        }))
    }

    /// The patterns of some periods together.
    fn make_patterns(&self, periods: &[&Answers]) -> Patterns {
        let mut places = Lists::default();
        let numbers: Vec<Vec<u32>> =
            periods.iter().map(|period| period.places.iter().map(|values| places.intern(values)).collect()).collect();
        let respondents = periods.iter().map(|period| period.log.len()).sum();
        let mut counting = Counting::new(respondents, [places.len(), self.comments.len(), self.answers.len()]);
        for (period, numbers) in periods.iter().zip(numbers) {
            for Entry { place, comment, answer } in period.log.iter() {
                let (comment, answer) = (self.comments[comment as usize], self.answer_ranks[answer as usize]);
                counting.add(numbers[place as usize], comment, answer);
            }
        }
        counting.finish(places)
    }

    /// The cells of one level in one period (none: all periods together), by segment values ascending; those that are too small come
    /// last, as one. Nothing where nobody answered in the period.
    pub fn members(&self, period: Option<&str>, level: &[usize]) -> Vec<Member> {
        let mut members = self.members_of_any_size(period, level);
        if level.len() < 2 {
            return members;
        }
        let mut small: Option<Member> = None;
        members.retain_mut(|member| {
            let is_small = respondents(member) < self.spec.smallest;
            if is_small {
                let small = small.get_or_insert_with(|| Member {
                    key: self.key(period, level, |_| SegmentValue::Small),
                    places: Vec::new(),
                    patterns: Arc::clone(&member.patterns),
                });
                small.places.append(&mut member.places);
            }
            !is_small
        });
        if let Some(mut small) = small {
            small.places.sort_unstable();
            members.push(small);
        }
        members
    }

    /// As [`Grouped::members`], with none taken together.
    pub fn members_of_any_size(&self, period: Option<&str>, level: &[usize]) -> Vec<Member> {
        let Some(patterns) = self.patterns_of(period) else { return Vec::new() };
        // The ranks of two columns fit one number; levels of more are sorted by the rest besides.
        let rank = |place: u32, column: &usize| self.ranks[patterns.values(place)[*column] as usize];
        let head =
            |place: u32| level.iter().take(2).fold(0_u64, |head, column| head << 32 | u64::from(rank(place, column)));
        let mut order: Vec<(u64, u32)> = patterns.places().map(|place| (head(place), place)).collect();
        let rest = level.get(2..).unwrap_or_default();
        let tail = |place: u32| rest.iter().map(move |column| rank(place, column));
        order.par_sort_unstable_by(|(a, at), (b, bt)| a.cmp(b).then_with(|| tail(*at).cmp(tail(*bt))).then(at.cmp(bt)));
        let same = |(a, at): &(u64, u32), (b, bt): &(u64, u32)| a == b && tail(*at).eq(tail(*bt));
        let member = |cell: &[(u64, u32)]| {
            let values = patterns.values(cell[0].1);
            let value = |column: usize| SegmentValue::Is(self.cells.label(values[column]).to_owned());
            Member {
                key: self.key(period, level, value),
                places: cell.iter().map(|(_, place)| *place).collect(),
                patterns: Arc::clone(&patterns),
            }
        };
        order.chunk_by(same).map(member).collect()
    }

    fn key(&self, period: Option<&str>, level: &[usize], value: impl Fn(usize) -> SegmentValue) -> CellKey {
        let columns = 0..self.cells.segment_columns().len();
        let segment = |column| if level.contains(&column) { value(column) } else { SegmentValue::All };
        CellKey { period: period.map(str::to_owned), level: level.to_vec(), segments: columns.map(segment).collect() }
    }

    /// The weight of a cell's scored respondents, and their promoters less detractors, −1 to 1; 0 where nobody has a score.
    pub fn score(&self, member: &Member) -> (f64, f64) {
        let (mut whole, mut more) = (0_i128, 0_i128);
        for pattern in patterns(member) {
            let answer = &self.answers[pattern.answer as usize];
            let weight = i128::from(answer.weight) * i128::from(pattern.count);
            let Some(band) = answer.band else { continue };
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
        self.each(members, |member, desk| {
            let mut figures = self.cell(member, desk);
            self.regress(member, &mut figures);
            figures
        })
    }

    /// The same but for what comes of regressions, for periods that others are compared with.
    pub fn figures_without_regressions(&self, members: &[Member]) -> Vec<CellFigures> {
        self.each(members, |member, desk| self.cell(member, desk))
    }

    fn each(
        &self,
        members: &[Member],
        make: impl Fn(&Member, &mut Desk<'_>) -> CellFigures + Sync + Send,
    ) -> Vec<CellFigures> {
        let Self { cells, spec, rows, effects, order, .. } = self;
        let maker = Effects { tree: cells.tree(), rows, credit: spec.credit, matrix: spec.matrix.as_deref() };
        // Each thread keeps one set of sums: surveys have many small cells, and clearing is cheaper than allocating.
        let desk = || Desk {
            effects: Reader::new(effects, cells, order, &maker),
            gathering: Gathering::new(effects, self.weight),
            sums: CellSums::new(rows),
        };
        members.par_iter().map_init(desk, |desk, member| make(member, desk)).collect()
    }

    fn cell(&self, member: &Member, Desk { effects, gathering, sums }: &mut Desk<'_>) -> CellFigures {
        let answer = |pattern: &Pattern| &self.answers[pattern.answer as usize];
        for place in &member.places {
            let same = |a: &Pattern, b: &Pattern| a.comment == b.comment && answer(a).band == answer(b).band;
            for alike in member.patterns.of(*place).chunk_by(same) {
                let column = column(answer(&alike[0]).band);
                let slots = effects.of(alike[0].comment, column);
                gathering.add(slots, column, alike.iter().map(|it| (answer(it).weight, u64::from(it.count))));
            }
        }
        gathering.finish(self.effects.slots(), sums);
        CellFigures::new(member.key.clone(), &self.rows, sums, self.spec, self.z)
    }

    /// Adds what regressions say, at the total and at single segment columns, where there are enough respondents.
    fn regress(&self, member: &Member, figures: &mut CellFigures) {
        if member.key.level.len() > 1 || figures.n < self.spec.regression_base {
            return;
        }
        let control = |place: u32| -> Vec<u32> {
            let values = member.patterns.values(place);
            self.spec.control.iter().map(|column| self.ranks[values[*column] as usize]).collect()
        };
        let places = member.places.iter().map(|place| (control(*place), member.patterns.of(*place)));
        self.predictors.regress(places, &self.answers, figures);
    }
}

/// What one thread makes cells with.
struct Desk<'a> {
    effects: Reader<'a>,
    gathering: Gathering,
    sums: CellSums,
}

/// The patterns of a cell.
fn patterns(member: &Member) -> impl Iterator<Item = &Pattern> {
    member.places.iter().flat_map(|place| member.patterns.of(*place))
}

fn respondents(member: &Member) -> u64 {
    patterns(member).map(|pattern| u64::from(pattern.count)).sum()
}

/// See [`Cells::finish`].
pub(super) fn finish(cells: &Cells, spec: &Grouping) -> Vec<CellFigures> {
    let grouped = Grouped::new(cells, spec);
    let mut figures = Vec::new();
    for period in grouped.periods() {
        let _kept = grouped.open(period);
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
