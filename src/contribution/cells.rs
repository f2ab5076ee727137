//! The reduction of a survey: how many respondents share each pattern of period, segments, score, weight, stances and voices.
//!
//! Not for any figure: they are computed from here by [`Cells::finish`], never from the rows again. Everything is counted in
//! integers, so that reductions merge in any order, in any parts, with the same figures to the last bit.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;

use super::figures::CellFigures;
use super::functions::Matrix;
use super::grouping::{self, Grouped, Grouping};
use super::rows::Rows;
use super::tree::{DriverIx, DriverTree};
use crate::types::{Band, Residual, Said, Stance, Voices, Weight};

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

/// The score of a pattern that has none; no scale reaches so low.
const NO_SCORE: i32 = i32::MIN;

/// What all respondents of one pattern share. Kept once for each distinct pattern, which under survey weights can mean for each
/// respondent: hence the small numbers instead of labels and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pattern {
    /// Index into [`Cells::places`].
    pub(super) place: u32,
    /// Index into [`Cells::comments`].
    pub(super) comment: u32,
    /// In thousandths, or [`NO_SCORE`].
    score: i32,
    pub(super) band: Option<Band>,
    /// In millionths.
    pub(super) weight: u64,
}

impl Pattern {
    /// The score, in thousandths of its scale.
    pub(super) fn score(&self) -> Option<i32> {
        (self.score != NO_SCORE).then_some(self.score)
    }
}

/// What one comment says, packed: of each driver, ascending, its number in the bits above [`DRIVER`], its voices in the four above
/// [`VOICES`], and its stance in the lowest two; or [`NO_DRIVERS`], with the comment's voices in the four bits above [`BUCKET`] and
/// the residual bucket in the lowest three.
type Packed = Box<[u32]>;

/// Where the driver begins: above two bits of stance and four of voices.
const DRIVER: u32 = 6;
/// Where the voices of a driver begin.
const VOICES: u32 = 2;
/// Where the voices of a comment without drivers begin.
const BUCKET: u32 = 3;
/// Marks a packed comment that mentions no driver; above every driver.
const NO_DRIVERS: u32 = 1 << 31;

/// The reduction of method §1: pattern → count. Mergeable in any order with the same result.
#[derive(Debug, Clone)]
pub struct Cells {
    tree: Arc<DriverTree>,
    segment_columns: Vec<String>,
    /// Periods and segment values.
    labels: IndexSet<Box<str>>,
    /// A period and one value for each segment column, as indexes into `labels`.
    places: IndexSet<Box<[u32]>>,
    comments: IndexSet<Packed>,
    patterns: IndexMap<Pattern, u64>,
    respondents: u64,
    /// Working memory of [`Cells::add`].
    scratch: Vec<u32>,
}

/// A pattern and how many respondents share it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) pattern: Pattern,
    pub(super) count: u64,
}

impl Cells {
    /// An empty reduction over these drivers and segment columns.
    pub fn new(tree: Arc<DriverTree>, segment_columns: Vec<String>) -> Self {
        Self {
            tree,
            segment_columns,
            labels: IndexSet::new(),
            places: IndexSet::new(),
            comments: IndexSet::new(),
            patterns: IndexMap::new(),
            respondents: 0,
            scratch: Vec::new(),
        }
    }

    /// Counts one respondent.
    ///
    /// # Panics
    /// Where there is not one segment value for each segment column.
    pub fn add(&mut self, respondent: &Respondent<'_>) {
        assert_eq!(respondent.segments.len(), self.segment_columns.len(), "one value for each segment column");
        self.scratch.clear();
        for label in std::iter::once(&respondent.period).chain(respondent.segments) {
            let at = match self.labels.get_index_of(*label) {
                Some(at) => at,
                None => self.labels.insert_full((*label).into()).0,
            };
            self.scratch.push(at as u32);
        }
        let place = intern(&mut self.places, &self.scratch);
        pack(respondent, &mut self.scratch);
        let comment = intern(&mut self.comments, &self.scratch);
        // The cast saturates; no scale is that long.
        let score = respondent.score.filter(|score| score.is_finite());
        let score = score.map_or(NO_SCORE, |score| (score * 1000.0).round() as i32);
        let pattern = Pattern { place, comment, score, band: respondent.band, weight: respondent.weight.micros() };
        *self.patterns.entry(pattern).or_default() += 1;
        self.respondents += 1;
    }

    /// Takes in the respondents of another reduction over the same drivers and segment columns.
    ///
    /// # Panics
    /// Where the drivers or the segment columns differ.
    pub fn merge(&mut self, mut other: Self) {
        assert_eq!(self.segment_columns, other.segment_columns, "the same segment columns");
        assert!(Arc::ptr_eq(&self.tree, &other.tree) || self.tree == other.tree, "the same drivers");
        if other.patterns.len() > self.patterns.len() {
            std::mem::swap(self, &mut other);
        }
        let labels: Vec<u32> = other.labels.into_iter().map(|label| self.labels.insert_full(label).0 as u32).collect();
        let places: Vec<u32> = other
            .places
            .into_iter()
            .map(|mut place| {
                for label in &mut place {
                    *label = labels[*label as usize];
                }
                self.places.insert_full(place).0 as u32
            })
            .collect();
        let comments: Vec<u32> =
            other.comments.into_iter().map(|comment| self.comments.insert_full(comment).0 as u32).collect();
        for (mut pattern, count) in other.patterns {
            pattern.place = places[pattern.place as usize];
            pattern.comment = comments[pattern.comment as usize];
            *self.patterns.entry(pattern).or_default() += count;
        }
        self.respondents += other.respondents;
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
        ranks(self.labels.len(), |at| &*self.labels[at])
    }

    /// Every combination of period and segment values, as labels: the period's first.
    pub(super) fn places(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        self.places.iter().map(AsRef::as_ref)
    }

    /// One of them.
    pub(super) fn place(&self, place: u32) -> &[u32] {
        &self.places[place as usize]
    }

    /// How many different comments there are, as far as drivers, stances, voices and residual buckets tell them apart.
    pub(super) fn comment_count(&self) -> usize {
        self.comments.len()
    }

    /// What a comment says: its drivers into `said` (cleared first), ascending; or the bucket and the voices that are returned where it
    /// names none.
    pub(super) fn unpack(&self, comment: u32, said: &mut Vec<Said>) -> Option<(Residual, Voices)> {
        said.clear();
        let packed = &self.comments[comment as usize];
        if let [only] = packed[..]
            && only >= NO_DRIVERS
        {
            let bucket = Residual::ALL[(only & ((1 << BUCKET) - 1)) as usize];
            return Some((bucket, Voices::from_bits((only >> BUCKET) as u8)));
        }
        said.extend(packed.iter().map(|one| unpacked(*one)));
        None
    }

    /// The rows that every cell has. Implicit leaves are among them where any respondent of the reduction mentions the parent.
    pub(super) fn rows(&self, matrix: Option<&Matrix>) -> Rows {
        let mut mentioned = vec![false; self.tree.len()];
        for packed in &self.comments {
            for one in packed.iter().filter(|one| **one < NO_DRIVERS) {
                mentioned[(one >> DRIVER) as usize] = true;
            }
        }
        Rows::new(&self.tree, &mentioned, matrix)
    }

    /// The patterns with their counts, those of one place side by side, and within it those who say the same in the same band.
    pub(super) fn counted(&self) -> Vec<Counted> {
        let counted = |(pattern, count): (&Pattern, &u64)| Counted { pattern: *pattern, count: *count };
        let mut all: Vec<Counted> = self.patterns.iter().map(counted).collect();
        all.par_sort_unstable_by_key(|Counted { pattern, .. }| {
            (pattern.place, pattern.comment, pattern.band, pattern.score, pattern.weight)
        });
        all
    }

    /// For each comment its place in an order that depends on what comments say alone.
    pub(super) fn comment_ranks(&self) -> Vec<u32> {
        ranks(self.comments.len(), |at| &self.comments[at])
    }
}

/// For each of `count` things its place in their order.
fn ranks<'a, T: Ord + ?Sized + 'a>(count: usize, thing: impl Fn(usize) -> &'a T) -> Vec<u32> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by(|one, other| thing(*one).cmp(thing(*other)));
    let mut ranks = vec![0; count];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as u32;
    }
    ranks
}

/// The index of these numbers, which are kept if they are new.
fn intern(set: &mut IndexSet<Box<[u32]>>, numbers: &[u32]) -> u32 {
    match set.get_index_of(numbers) {
        Some(at) => at as u32,
        None => set.insert_full(numbers.into()).0 as u32,
    }
}

/// Writes what a respondent says into `out` (cleared first) so that equal comments are equal numbers.
fn pack(respondent: &Respondent<'_>, out: &mut Vec<u32>) {
    out.clear();
    if respondent.said.is_empty() {
        let bucket = match respondent.residual {
            None | Some(Residual::Contrary) => Residual::NoDriver,
            Some(bucket) => bucket,
        };
        out.push(NO_DRIVERS | u32::from(respondent.voices.bits()) << BUCKET | bucket as u32);
        return;
    }
    out.extend(respondent.said.iter().copied().map(packed));
    out.sort_unstable();
    out.dedup_by(|next, kept| {
        let (one, other) = (unpacked(*kept), unpacked(*next));
        let same = one.driver == other.driver;
        if same {
            let (stance, voices) = (joined(one.stance, other.stance), one.voices.and(other.voices));
            *kept = packed(Said { driver: one.driver, stance, voices });
        }
        same
    });
}

fn packed(said: Said) -> u32 {
    u32::from(said.driver.0) << DRIVER | u32::from(said.voices.bits()) << VOICES | said.stance as u32
}

/// What is said of one driver, from what [`packed`] made of it.
fn unpacked(one: u32) -> Said {
    Said {
        driver: DriverIx((one >> DRIVER) as u16),
        stance: Stance::ALL[(one & 3) as usize],
        voices: Voices::from_bits((one >> VOICES) as u8),
    }
}

/// What two stances on one thing are together.
pub(super) fn joined(one: Stance, other: Stance) -> Stance {
    match (one, other) {
        (same, again) if same == again => same,
        (Stance::Neutral, side) | (side, Stance::Neutral) => side,
        _ => Stance::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Voice::{Praise, Problem, Question, Suggestion};

    fn tree(drivers: u16) -> Arc<DriverTree> {
        let list = (0..drivers).map(|at| (format!("d{at:05}"), None)).collect();
        Arc::new(DriverTree::new(list).unwrap())
    }

    fn voices(of: &[crate::types::Voice]) -> Voices {
        of.iter().copied().collect()
    }

    fn said(driver: u16, stance: Stance, of: &[crate::types::Voice]) -> Said {
        Said { driver: DriverIx(driver), stance, voices: voices(of) }
    }

    fn add(cells: &mut Cells, said: &[Said], residual: Option<Residual>, voices: Voices) {
        cells.add(&Respondent {
            period: "2026-W23",
            segments: &[],
            score: None,
            band: None,
            weight: Weight::ONE,
            said,
            voices,
            residual,
        });
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut cells = Cells::new(tree(65_000), Vec::new());
        let mut out = vec![said(1, Stance::Neutral, &[])];
        for driver in [0, 1, 40_000, 64_999] {
            for stance in Stance::ALL {
                for bits in 0..16 {
                    let one = Said { driver: DriverIx(driver), stance, voices: Voices::from_bits(bits) };
                    add(&mut cells, &[one], None, Voices::NONE);
                    assert_eq!(cells.unpack(cells.comment_count() as u32 - 1, &mut out), None);
                    assert_eq!(out, [one]);
                }
            }
        }
        for bucket in Residual::ALL.into_iter().filter(|bucket| *bucket != Residual::Contrary) {
            for bits in 0..16 {
                add(&mut cells, &[], Some(bucket), Voices::from_bits(bits));
                let back = cells.unpack(cells.comment_count() as u32 - 1, &mut out);
                assert_eq!(back, Some((bucket, Voices::from_bits(bits))));
                assert!(out.is_empty());
            }
        }
        // Each is a comment of its own: 4 drivers × 4 stances × 16 sets of voices, and 4 buckets × 16.
        assert_eq!(cells.comment_count(), 4 * 4 * 16 + 4 * 16);
    }

    #[test]
    fn a_driver_that_is_there_twice_is_taken_as_one() {
        let mut cells = Cells::new(tree(9), Vec::new());
        let one = [
            said(7, Stance::Negative, &[Problem]),
            said(3, Stance::Neutral, &[Question]),
            said(7, Stance::Positive, &[Praise, Suggestion]),
            said(7, Stance::Neutral, &[]),
        ];
        let mut again = one;
        again.reverse();
        // The voices of the whole do not count beside drivers.
        add(&mut cells, &one, None, Voices::NONE);
        add(&mut cells, &again, None, voices(&[Praise]));
        assert_eq!(cells.comment_count(), 1);
        let mut out = Vec::new();
        assert_eq!(cells.unpack(0, &mut out), None);
        assert_eq!(
            out,
            [said(3, Stance::Neutral, &[Question]), said(7, Stance::Mixed, &[Praise, Problem, Suggestion]),]
        );
    }
}
