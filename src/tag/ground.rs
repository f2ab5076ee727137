//! Where things stand in one answer, and how far from each other: found without going through all of them, since an answer may be a
//! megabyte of terms in one clause.
//!
//! Not for what any of it says (`negation`, `aspect`).

use super::matching::Hit;
use super::negation::{Negator, Polar};
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::text::chars::{is_alphanumeric, is_han};
use crate::types::DriverIx;

/// What has a place. Lists of these are in the order of their starts, and so of their clauses.
pub(super) trait Placed {
    fn hit(&self) -> &Hit;
}

impl Placed for Hit {
    fn hit(&self) -> &Hit {
        self
    }
}

impl Placed for (Hit, DriverIx) {
    fn hit(&self) -> &Hit {
        &self.0
    }
}

impl Placed for Polar {
    fn hit(&self) -> &Hit {
        &self.hit
    }
}

impl Placed for Negator {
    fn hit(&self) -> &Hit {
        &self.hit
    }
}

/// Those of a list that are in this clause.
pub(super) fn in_clause<T: Placed>(list: &[T], clause: u32) -> &[T] {
    &list[clause_range(list, clause)]
}

/// The places in a list of those that are in this clause.
pub(super) fn clause_range<T: Placed>(list: &[T], clause: u32) -> std::ops::Range<usize> {
    let from = list.partition_point(|one| one.hit().clause < clause);
    from..from + list[from..].partition_point(|one| one.hit().clause == clause)
}

/// Those of a list that start at `from` or later.
pub(super) fn from_start<T: Placed>(list: &[T], from: u32) -> &[T] {
    &list[list.partition_point(|one| one.hit().start < from)..]
}

/// Those of a list that start in `from..to`.
pub(super) fn starting<T: Placed>(list: &[T], from: u32, to: u32) -> &[T] {
    let rest = from_start(list, from);
    &rest[..rest.partition_point(|one| one.hit().start < to)]
}

/// How far the hits of a list reach, up to each: so that those which reach a place are found by going back from it.
#[derive(Debug, Default)]
pub(super) struct Reach {
    ends: Vec<u32>,
}

impl Reach {
    /// Takes in a list in place of another.
    pub(super) fn read<T: Placed>(&mut self, list: &[T]) {
        self.ends.clear();
        let mut reached = 0;
        self.ends.extend(list.iter().map(|one| {
            reached = reached.max(one.hit().end);
            reached
        }));
    }

    /// Whether nothing was read.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The places in the list of those that start before `before` and may end at `end` or later; others may be among them.
    pub(super) fn back<T: Placed>(&self, list: &[T], before: u32, end: u32) -> std::ops::Range<usize> {
        let to = list.partition_point(|one| one.hit().start < before);
        let from = self.ends[..to].partition_point(|reached| *reached < end);
        from..to
    }
}

/// So many hits make an answer dense: counting its units once is quicker than counting them between each two hits.
const DENSE: usize = 48;

/// Not inside a word.
const NOWHERE: u32 = u32::MAX;

/// How many units stand between two places, degree words counted or not.
#[derive(Debug, Default)]
pub(super) struct Measure {
    /// By byte: how many units there are before it; empty where the answer is not dense.
    before: Vec<u32>,
    /// By byte inside a word: where the word goes on, which counts as a unit of its own for those who count from here.
    inside: Vec<u32>,
    /// Degree words: start, end, and the units of this one and all before it.
    degrees: Vec<(u32, u32, u32)>,
    /// The units of the longest degree word; none where degree words overlap or are parts of words, and count twice.
    longest: Option<u32>,
}

impl Measure {
    /// Takes in an answer in place of another.
    pub(super) fn read(&mut self, text: &str, kept: &[Hit]) {
        let Self { before, inside, degrees, longest } = self;
        before.clear();
        inside.clear();
        degrees.clear();
        if kept.len() >= DENSE {
            count_all(text, before, inside);
        }
        let (mut sum, mut most, mut reached, mut overlaps) = (0, 0, 0, false);
        for hit in kept.iter().filter(|hit| hit.owner == Owner::Word(WordClass::Degree)) {
            let own = units(&text[hit.start as usize..hit.end as usize]);
            sum += own;
            most = most.max(own);
            overlaps |= hit.start < reached || is_inside_a_word(text, hit.start) || is_inside_a_word(text, hit.end);
            reached = reached.max(hit.end);
            degrees.push((hit.start, hit.end, sum));
        }
        *longest = (!overlaps).then_some(most);
    }
}

/// Whether letters of one word stand on both sides of a place.
fn is_inside_a_word(text: &str, at: u32) -> bool {
    let is_letter = |c: char| is_alphanumeric(c) && !is_han(c);
    let (before, after) = text.split_at(at as usize);
    before.ends_with(is_letter) && after.starts_with(is_letter)
}

/// Fills, for each byte of a text at which a character starts, how many units there are before it, and where the word goes on that it is in.
fn count_all(text: &str, before: &mut Vec<u32>, inside: &mut Vec<u32>) {
    before.resize(text.len() + 1, 0);
    inside.resize(text.len() + 1, NOWHERE);
    let (mut count, mut in_word) = (0, false);
    for (at, c) in text.char_indices() {
        before[at] = count;
        inside[at] = if in_word { 0 } else { NOWHERE };
        if is_han(c) {
            (count, in_word) = (count + 1, false);
        } else if is_alphanumeric(c) {
            count += u32::from(!in_word);
            in_word = true;
        } else if c != '\'' {
            in_word = false;
        }
    }
    before[text.len()] = count;
    // Of a word that was begun before, the next letter behind apostrophes.
    let mut next = NOWHERE;
    for (at, c) in text.char_indices().rev() {
        if c != '\'' {
            next = if is_alphanumeric(c) && !is_han(c) { at as u32 } else { NOWHERE };
        }
        if inside[at] != NOWHERE {
            inside[at] = next;
        }
    }
}

/// One answer, measured.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) text: &'a str,
    /// The hits that count.
    pub(super) kept: &'a [Hit],
    pub(super) measure: &'a Measure,
}

impl Ground<'_> {
    /// How many units stand between two places; `from` is no later than `to`.
    pub(super) fn units(&self, from: u32, to: u32) -> u32 {
        let Measure { before, inside, .. } = self.measure;
        if before.is_empty() {
            return units(&self.text[from as usize..to as usize]);
        }
        let (from, to) = (from as usize, to as usize);
        before[to] - before[from] + u32::from((inside[from] as usize) < to)
    }

    /// How many units stand between two places, degree words not counted.
    pub(super) fn gap(&self, from: u32, to: u32) -> u32 {
        let Measure { degrees, longest, .. } = self.measure;
        let first = degrees.partition_point(|(start, ..)| *start < from);
        let sum_before = |at: usize| at.checked_sub(1).map_or(0, |at| degrees[at].2);
        let degree = if longest.is_some() {
            let end = degrees.partition_point(|(_, end, _)| *end <= to);
            if end > first { sum_before(end) - sum_before(first) } else { 0 }
        } else {
            let here = (first..degrees.len()).take_while(|at| degrees[*at].0 < to);
            here.filter(|at| degrees[*at].1 <= to).map(|at| degrees[at].2 - sum_before(at)).sum()
        };
        self.units(from, to).saturating_sub(degree)
    }

    /// From which gap on none that is measured from further away can be `most` or less; none where degree words count twice.
    pub(super) fn too_far(&self, most: u32) -> Option<u32> {
        // A degree word may lie across the place from which the nearer one was measured, and so may a word.
        self.measure.longest.map(|longest| most + longest + 1)
    }

    /// The words of a class that count.
    pub(super) fn words(&self, class: WordClass) -> impl Iterator<Item = &Hit> {
        self.kept.iter().filter(move |hit| hit.owner == Owner::Word(class))
    }
}

/// The length of a stretch of text: Han characters, and words of other letters or digits.
pub(crate) fn units(text: &str) -> u32 {
    let mut count = 0;
    let mut in_word = false;
    for c in text.chars() {
        if is_han(c) {
            count += 1;
            in_word = false;
        } else if is_alphanumeric(c) {
            count += u32::from(!in_word);
            in_word = true;
        } else if c != '\'' {
            in_word = false;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lexicon::TermIx;

    #[test]
    fn units_are_han_characters_and_words() {
        for (text, count) in
            [("", 0), ("很好", 2), ("not a very", 3), ("很 nice 的", 3), ("don't", 1), (" - ", 0), ("5天", 2)]
        {
            assert_eq!(units(text), count, "{text}");
        }
    }

    proptest! {
        /// Counted once or counted each time, the units between two places are the same, and so are the degree words among them.
        #[test]
        fn what_is_counted_once_is_what_is_counted_each_time(
            text in "(很|好|very|a|'|b''|5| |,|é|😀){0,16}",
            overlaps: bool,
        ) {
            let mut kept = Vec::new();
            let mut reached = 0;
            for word in ["很", "very", "好", "很好", "a'b"] {
                for (start, _) in text.match_indices(word) {
                    let (start, end) = (start as u32, (start + word.len()) as u32);
                    let owner = Owner::Word(if word == "好" { WordClass::Join } else { WordClass::Degree });
                    kept.push(Hit { start, end, term: TermIx(0), owner, clause: 0, whole: true });
                }
            }
            kept.sort_unstable_by_key(Hit::place);
            if !overlaps {
                kept.retain(|hit| {
                    let fits = hit.start >= reached;
                    reached = if fits { hit.end } else { reached };
                    fits
                });
            }
            let (mut once, mut each) = (Measure::default(), Measure::default());
            once.read(&text, &kept);
            each.read(&text, &kept);
            (once.before, once.inside) = (Vec::new(), Vec::new());
            count_all(&text, &mut once.before, &mut once.inside);
            let [once, each] = [&once, &each].map(|measure| Ground { text: &text, kept: &kept, measure });
            let places: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
            for (at, from) in places.iter().enumerate() {
                for to in &places[at..] {
                    prop_assert_eq!(once.units(*from, *to), each.units(*from, *to));
                    let inside = |hit: &&Hit| hit.start >= *from && hit.end <= *to;
                    let degrees: u32 = each.words(WordClass::Degree).filter(inside)
                        .map(|hit| units(&text[hit.start as usize..hit.end as usize])).sum();
                    let gap = units(&text[*from as usize..*to as usize]).saturating_sub(degrees);
                    prop_assert_eq!((once.gap(*from, *to), each.gap(*from, *to)), (gap, gap));
                    // Nothing nearer is farther than what is too far.
                    for most in 0..3 {
                        let Some(far) = once.too_far(most) else { continue };
                        let nearer = places[at..].iter().take_while(|near| *near <= to);
                        prop_assert!(gap > most || nearer.clone().all(|near| once.gap(*near, *to) <= far));
                    }
                }
            }
        }
    }
}
