//! The reduction of a survey: who answered what in which period, without names and in few bytes.
//!
//! Not for any figure: they are computed from here by [`Cells::finish`], never from the rows again. Everything is kept in
//! integers, so that reductions merge in any order, in any parts, with the same figures to the last bit.

use std::sync::Arc;

use indexmap::IndexSet;
use rayon::prelude::*;

use super::figures::CellFigures;
use super::functions::Matrix;
use super::grouping::{self, Grouped, Grouping};
use super::lists::Lists;
use super::log::{Entry, Log};
use super::packed;
use super::rows::Rows;
use super::sums::column;
use super::tree::DriverTree;
use crate::types::{Band, Residual, Said, Voices, Weight};

/// One respondent, as the reduction takes it.
#[derive(Debug, Clone, Copy)]
pub struct Respondent<'a> {
    /// The period's label; labels sort as text.
    pub period: &'a str,
    /// One value for each segment column of the reduction; blank is a value like any other.
    pub segments: &'a [&'a str],
    /// The score on its own scale, kept to a thousandth.
    pub score: Option<f64>,
    /// The score's band; none where the score is blank. Whoever has none takes no part in shares.
    pub band: Option<Band>,
    /// The sampling weight.
    pub weight: Weight,
    /// What is said of each driver, in any order. A driver that is there twice is taken as one, mixed where the two differ in side,
    /// with the voices of both.
    pub said: &'a [Said],
    /// What the comment does as a whole. Kept where no driver is mentioned; where one is, the voices of drivers count.
    pub voices: Voices,
    /// What the comment is where no driver is mentioned, never [`Residual::Contrary`]; it does not count where one is.
    pub residual: Option<Residual>,
}

/// A period and a value for each segment column, as [`Cells::place`] found them; of use with the same reduction alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index into `Cells::periods`.
    period: u32,
    /// Index into the places of the period.
    place: u32,
}

/// The score of an answer that has none; no scale reaches so low.
const NO_SCORE: i32 = i32::MIN;

/// Score, band and weight of a respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Answer {
    pub(super) band: Option<Band>,
    /// In thousandths, or [`NO_SCORE`].
    score: i32,
    /// In millionths.
    pub(super) weight: u64,
}

impl Answer {
    /// The score, in thousandths of its scale.
    pub(super) fn score(&self) -> Option<i32> {
        (self.score != NO_SCORE).then_some(self.score)
    }

    fn to_list(self) -> [u32; 4] {
        [self.score.cast_unsigned(), column(self.band) as u32, self.weight as u32, (self.weight >> 32) as u32]
    }

    fn of_list(list: &[u32]) -> Self {
        let at = |place: usize| list.get(place).copied().unwrap_or_default();
        Self {
            score: at(0).cast_signed(),
            band: Band::ALL.get(at(1) as usize).copied(),
            weight: u64::from(at(3)) << 32 | u64::from(at(2)),
        }
    }
}

/// The answers of one period.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    /// Index into the labels.
    label: u32,
    /// Segment values, as indexes into the labels.
    pub(super) places: Lists,
    pub(super) log: Log,
}

/// The reduction of method §1: who shares each pattern of answers. Mergeable in any order with the same result.
#[derive(Debug, Clone)]
pub struct Cells {
    tree: Arc<DriverTree>,
    segment_columns: Vec<String>,
    /// Periods and segment values.
    labels: IndexSet<Box<str>>,
    /// In the order in which they came.
    periods: Vec<Answers>,
    /// By label: its period, if it is one.
    by_label: Vec<Option<u32>>,
    /// What comments say, as [`packed`] writes it.
    comments: Lists,
    /// By comment: the bands of which somebody says it, a bit a column of sums.
    columns: Vec<u8>,
    /// Scores, bands and weights.
    answers: Lists,
    respondents: u64,
    /// Working memory of [`Cells::add`].
    scratch: Vec<u32>,
}

impl Cells {
    /// An empty reduction over these drivers and segment columns.
    pub fn new(tree: Arc<DriverTree>, segment_columns: Vec<String>) -> Self {
        Self {
            tree,
            segment_columns,
            labels: IndexSet::new(),
            periods: Vec::new(),
            by_label: Vec::new(),
            comments: Lists::default(),
            columns: Vec::new(),
            answers: Lists::default(),
            respondents: 0,
            scratch: Vec::new(),
        }
    }

    /// Counts one respondent.
    ///
    /// # Panics
    /// Where there is not one segment value for each segment column.
    pub fn add(&mut self, respondent: &Respondent<'_>) {
        let place = self.place(respondent.period, respondent.segments);
        self.add_at(place, respondent);
    }

    /// The place of everybody in this period with these segment values, for [`Cells::add_at`]: it stays the same as long as the reduction
    /// is only added to. Nobody is counted.
    ///
    /// # Panics
    /// Where there is not one segment value for each segment column.
    pub fn place(&mut self, period: &str, segments: &[&str]) -> Place {
        assert_eq!(segments.len(), self.segment_columns.len(), "one value for each segment column");
        let label = self.intern_label(period);
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend(segments.iter().map(|value| self.intern_label(value)));
        let period = self.period_of(label);
        let place = self.periods[period as usize].places.intern(&scratch);
        self.scratch = scratch;
        Place { period, place }
    }

    /// Counts one respondent at a place of this reduction, whatever period and segments `respondent` names.
    ///
    /// # Panics
    /// Where the place is of a reduction with more periods.
    pub fn add_at(&mut self, place: Place, respondent: &Respondent<'_>) {
        packed::pack(respondent, &mut self.scratch);
        let comment = self.comments.intern(&self.scratch);
        // The cast saturates; no scale is that long.
        let score = respondent.score.filter(|score| score.is_finite());
        let score = score.map_or(NO_SCORE, |score| (score * 1000.0).round() as i32);
        let answer = Answer { score, band: respondent.band, weight: respondent.weight.micros() };
        let answer = self.answers.intern(&answer.to_list());
        self.note(comment, 1 << column(respondent.band));
        self.periods[place.period as usize].log.push(Entry { place: place.place, comment, answer });
        self.respondents += 1;
    }

    /// Takes in the respondents of another reduction over the same drivers and segment columns.
    ///
    /// # Panics
    /// Where the drivers or the segment columns differ.
    pub fn merge(&mut self, mut other: Self) {
        assert_eq!(self.segment_columns, other.segment_columns, "the same segment columns");
        assert!(Arc::ptr_eq(&self.tree, &other.tree) || self.tree == other.tree, "the same drivers");
        if other.respondents > self.respondents {
            std::mem::swap(self, &mut other);
        }
        let labels: Vec<u32> = other.labels.iter().map(|label| self.intern_label(label)).collect();
        let comments: Vec<u32> = other.comments.iter().map(|comment| self.comments.intern(comment)).collect();
        for (comment, columns) in comments.iter().zip(&other.columns) {
            self.note(*comment, *columns);
        }
        let answers: Vec<u32> = other.answers.iter().map(|answer| self.answers.intern(answer)).collect();
        for theirs in other.periods {
            let period = self.period_of(labels[theirs.label as usize]);
            let ours = &mut self.periods[period as usize];
            let mut values: Vec<u32> = Vec::new();
            let mut place = |place: &[u32]| {
                values.clear();
                values.extend(place.iter().map(|label| labels[*label as usize]));
                ours.places.intern(&values)
            };
            let places: Vec<u32> = theirs.places.iter().map(&mut place).collect();
            for Entry { place, comment, answer } in theirs.log.iter() {
                let (comment, answer) = (comments[comment as usize], answers[answer as usize]);
                ours.log.push(Entry { place: places[place as usize], comment, answer });
            }
        }
        self.respondents += other.respondents;
    }

    fn intern_label(&mut self, label: &str) -> u32 {
        let at = self.labels.get_index_of(label);
        at.unwrap_or_else(|| self.labels.insert_full(label.into()).0) as u32
    }

    /// The period with this label, as an index.
    fn period_of(&mut self, label: u32) -> u32 {
        if self.by_label.len() <= label as usize {
            self.by_label.resize(self.labels.len(), None);
        }
        *self.by_label[label as usize].get_or_insert_with(|| {
            let log = Log::new(!self.segment_columns.is_empty());
            self.periods.push(Answers { label, places: Lists::default(), log });
            self.periods.len() as u32 - 1
        })
    }

    /// Notes that somebody says a comment in the bands of these columns.
    fn note(&mut self, comment: u32, columns: u8) {
        match self.columns.get_mut(comment as usize) {
            Some(known) => *known |= columns,
            // Comments are noted as they are kept, one after the other.
            None => self.columns.push(columns),
        }
    }

    /// The figures of every cell that has a respondent, sorted: by period ascending and then all periods together; within a
    /// period by level, in the order of [`Grouping::levels`]; within a level by segment values ascending.
    ///
    /// # Panics
    /// Where [`Grouping::check`] finds fault with `spec`.
    pub fn finish(&self, spec: &Grouping) -> Vec<CellFigures> {
        grouping::finish(self, spec)
    }

    /// The reduction made ready for figures, a period and a level at a time; for surveys of many cells.
    ///
    /// # Panics
    /// Where [`Grouping::check`] finds fault with `spec`.
    pub fn group<'a>(&'a self, spec: &'a Grouping) -> Grouped<'a> {
        Grouped::new(self, spec)
    }

    /// How many respondents were counted, scored or not.
    pub fn respondents(&self) -> u64 {
        self.respondents
    }

    /// The drivers.
    pub fn tree(&self) -> &DriverTree {
        &self.tree
    }

    /// The segment columns.
    pub fn segment_columns(&self) -> &[String] {
        &self.segment_columns
    }

    /// The label with this index.
    pub(super) fn label(&self, at: u32) -> &str {
        &self.labels[at as usize]
    }

    /// For each label its place in the order of all labels.
    pub(super) fn label_ranks(&self) -> Vec<u32> {
        ranks(&ordered(self.labels.len(), |one, other| self.labels[*one as usize].cmp(&self.labels[*other as usize])))
    }

    /// The periods in which anybody answered.
    pub(super) fn periods(&self) -> impl Iterator<Item = &Answers> {
        self.periods.iter().filter(|period| period.log.len() > 0)
    }

    /// What comments say, each as [`packed`] writes it.
    pub(super) fn comments(&self) -> &Lists {
        &self.comments
    }

    /// The bands of which somebody says a comment, a bit a column of sums.
    pub(super) fn columns(&self, comment: u32) -> u8 {
        self.columns[comment as usize]
    }

    /// Scores, bands and weights, by their number in the log.
    pub(super) fn answers(&self) -> Vec<Answer> {
        self.answers.iter().map(Answer::of_list).collect()
    }

    /// The rows that every cell has. Implicit leaves are among them where any respondent of the reduction mentions the parent.
    pub(super) fn rows(&self, matrix: Option<&Matrix>) -> Rows {
        let mut mentioned = vec![false; self.tree.len()];
        for driver in self.comments.iter().flat_map(packed::drivers) {
            mentioned[usize::from(driver.0)] = true;
        }
        Rows::new(&self.tree, &mentioned, matrix)
    }

    /// The comments in an order that depends on what they say alone: those that differ in nothing but voices side by side.
    pub(super) fn ordered_comments(&self) -> Vec<u32> {
        let packed = |at: u32| self.comments.get(at);
        let mut order: Vec<(u64, u32)> = self.comments.iter().map(packed::head).zip(0..).collect();
        order.par_sort_unstable_by(|(one, at), (other, bt)| {
            let stances = || packed::stances(packed(*at)).cmp(packed::stances(packed(*bt)));
            one.cmp(other).then_with(stances).then_with(|| packed(*at).cmp(packed(*bt)))
        });
        order.into_iter().map(|(_, at)| at).collect()
    }
}

impl Answers {
    /// The period's label, as an index into the labels.
    pub(super) fn label(&self) -> u32 {
        self.label
    }
}

/// `count` things in their order, as indexes.
pub(super) fn ordered(count: usize, compare: impl Fn(&u32, &u32) -> std::cmp::Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_unstable_by(compare);
    order
}

/// For each thing its place in this order of all.
pub(super) fn ranks(order: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; order.len()];
    for (rank, at) in (0..).zip(order) {
        ranks[*at as usize] = rank;
    }
    ranks
}
