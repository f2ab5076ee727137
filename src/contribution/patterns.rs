//! The patterns of one period, or of all together: respondents who are alike in place, comment and answer, counted and in order.
//!
//! Not kept for longer than their figures take: they are made from the log of a period when it is its turn, so that a survey of many
//! periods never stands in memory as a whole. Of all periods together they are as many as there are different ones.

use rayon::prelude::*;

use super::lists::Lists;

/// Respondents who are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The combination of segment values.
    pub(super) place: u32,
    /// The comment's place in the order of comments.
    pub(super) comment: u32,
    /// The answer's place in the order of answers.
    pub(super) answer: u32,
    /// How many there are.
    pub(super) count: u32,
}

impl Pattern {
    fn key(&self) -> (u64, u32) {
        (u64::from(self.place) << 32 | u64::from(self.comment), self.answer)
    }
}

/// Patterns in the order of places, then comments, then answers.
#[derive(Debug)]
pub(super) struct Patterns {
    all: Vec<Pattern>,
    /// By place: where its patterns begin; and where the last one's end.
    starts: Vec<u32>,
    /// By place: the segment values, as indexes into the labels.
    places: Lists,
}

/// Respondents that are gathered before those who are alike are counted together.
const GATHERED: usize = 1 << 19;
/// Patterns that are worth sorting on all cores.
const MANY: usize = 1 << 15;

/// Patterns while respondents are added.
#[derive(Debug, Default)]
pub(super) struct Counting {
    all: Vec<Pattern>,
    /// How many of them are counted together.
    counted: usize,
}

impl Counting {
    pub(super) fn with_capacity(respondents: u64) -> Self {
        let room = usize::try_from(respondents).unwrap_or(GATHERED).min(GATHERED);
        Self { all: Vec::with_capacity(room), counted: 0 }
    }

    pub(super) fn add(&mut self, place: u32, comment: u32, answer: u32) {
        // Where most are different, it is done each time that they have doubled.
        if self.all.len() == self.all.capacity() && self.all.len() >= GATHERED.max(2 * self.counted) {
            self.count();
        }
        self.all.push(Pattern { place, comment, answer, count: 1 });
    }

    /// Counts together those who are alike.
    fn count(&mut self) {
        if self.all.len() < MANY {
            self.all.sort_unstable_by_key(Pattern::key);
        } else {
            self.all.par_sort_unstable_by_key(Pattern::key);
        }
        // Alike ones whose count does not fit one number stay two patterns.
        self.all.dedup_by(|next, kept| match kept.count.checked_add(next.count) {
            Some(sum) if next.key() == kept.key() => {
                kept.count = sum;
                true
            }
            _ => false,
        });
        self.counted = self.all.len();
    }

    /// The patterns of these places.
    pub(super) fn finish(mut self, places: Lists) -> Patterns {
        self.count();
        self.all.shrink_to_fit();
        let mut starts = Vec::with_capacity(places.len() + 1);
        for (at, pattern) in self.all.iter().enumerate() {
            // The first of its place; places before it at which nobody answered begin and end here.
            let known = starts.len().max(pattern.place as usize + 1);
            starts.resize(known, at as u32);
        }
        starts.resize(places.len() + 1, self.all.len() as u32);
        Patterns { all: self.all, starts, places }
    }
}

impl Patterns {
    /// The places at which anybody answered.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        self.starts.windows(2).zip(0..).filter(|(ends, _)| ends[0] < ends[1]).map(|(_, place)| place)
    }

    /// The segment values of a place, as indexes into the labels.
    pub(super) fn values(&self, place: u32) -> &[u32] {
        self.places.get(place)
    }

    /// The patterns of a place.
    pub(super) fn of(&self, place: u32) -> &[Pattern] {
        let place = place as usize;
        &self.all[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn those_who_are_alike_are_counted_together(people in prop::collection::vec((0..5_u32, 0..3_u32, 0..3_u32), 0..300)) {
            let mut counting = Counting::with_capacity(10);
            let mut wanted: BTreeMap<(u32, u32, u32), u32> = BTreeMap::new();
            for (at, (place, comment, answer)) in people.iter().enumerate() {
                counting.add(*place, *comment, *answer);
                *wanted.entry((*place, *comment, *answer)).or_default() += 1;
                if at % 70 == 0 {
                    counting.count();
                }
            }
            let mut places = Lists::default();
            (0..7).for_each(|place| {
                places.intern(&[place]);
            });
            let patterns = counting.finish(places);
            let answered: Vec<u32> = patterns.places().collect();
            prop_assert!(answered.is_sorted());
            let got = answered.iter().flat_map(|place| patterns.of(*place));
            let got: Vec<_> = got.map(|it| ((it.place, it.comment, it.answer), it.count)).collect();
            prop_assert_eq!(got, wanted.into_iter().collect::<Vec<_>>());
            prop_assert!((0..7).all(|place| patterns.of(place).iter().all(|it| it.place == place)));
            prop_assert_eq!(patterns.values(6), [6]);
        }
    }
}
