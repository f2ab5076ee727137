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

/// How many respondents there must be for each possible pattern, at least, to count all of them, those included that nobody has.
const DENSE: u64 = 4;
/// The most possible patterns that are counted so.
const MOST_DENSE: u64 = 1 << 22;

/// Patterns while respondents are added.
#[derive(Debug)]
pub(super) enum Counting {
    /// How many there are of every possible pattern, in the order of patterns.
    Dense { counts: Vec<u32>, comments: usize, answers: usize },
    /// Those that there are.
    Sparse(Sparse),
}

/// Patterns that there are, in order, and those of respondents who came since.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    all: Vec<Pattern>,
    fresh: Vec<Pattern>,
}

impl Counting {
    /// For so many respondents, with so many different places, comments and answers.
    pub(super) fn new(respondents: u64, [places, comments, answers]: [usize; 3]) -> Self {
        let possible = (places as u64).saturating_mul(comments as u64).saturating_mul(answers as u64);
        let is_dense = possible <= MOST_DENSE.min(respondents.saturating_mul(DENSE));
        if is_dense && u32::try_from(respondents).is_ok() {
            return Self::Dense { counts: vec![0; possible as usize], comments, answers };
        }
        let room = usize::try_from(respondents).unwrap_or(GATHERED).min(GATHERED);
        Self::Sparse(Sparse { all: Vec::new(), fresh: Vec::with_capacity(room) })
    }

    pub(super) fn add(&mut self, place: u32, comment: u32, answer: u32) {
        match self {
            Self::Dense { counts, comments, answers } => {
                counts[(place as usize * *comments + comment as usize) * *answers + answer as usize] += 1;
            }
            Self::Sparse(sparse) => sparse.add(Pattern { place, comment, answer, count: 1 }),
        }
    }

    /// The patterns of these places.
    pub(super) fn finish(self, places: Lists) -> Patterns {
        let all = match self {
            Self::Dense { counts, comments, answers } => {
                let there = counts.iter().enumerate().filter(|(_, count)| **count > 0);
                let pattern = |(at, count): (usize, &u32)| Pattern {
                    place: (at / answers / comments) as u32,
                    comment: (at / answers % comments) as u32,
                    answer: (at % answers) as u32,
                    count: *count,
                };
                there.map(pattern).collect()
            }
            Self::Sparse(mut sparse) => {
                sparse.count();
                sparse.all
            }
        };
        let mut starts = Vec::with_capacity(places.len() + 1);
        for (at, pattern) in all.iter().enumerate() {
            // The first of its place; places before it at which nobody answered begin and end here.
            let known = starts.len().max(pattern.place as usize + 1);
            starts.resize(known, at as u32);
        }
        starts.resize(places.len() + 1, all.len() as u32);
        Patterns { all, starts, places }
    }
}

impl Sparse {
    fn add(&mut self, one: Pattern) {
        // Where most are different, more are gathered, so that it is not done ever more often.
        if self.fresh.len() == self.fresh.capacity() && self.fresh.len() >= GATHERED.max(self.all.len() / 4) {
            self.count();
        }
        self.fresh.push(one);
    }

    /// Counts together those who are alike.
    fn count(&mut self) {
        let Self { all, fresh } = self;
        if fresh.len() < MANY {
            fresh.sort_unstable_by_key(Pattern::key);
        } else {
            fresh.par_sort_unstable_by_key(Pattern::key);
        }
        count_alike(fresh);
        // From the last on, so that each is moved once and nothing stands in memory twice.
        let mut known = all.len();
        all.extend_from_slice(fresh);
        let mut to = all.len();
        while let Some(next) = fresh.last() {
            to -= 1;
            if known > 0 && all[known - 1].key() > next.key() {
                known -= 1;
                all[to] = all[known];
            } else {
                all[to] = *next;
                fresh.pop();
            }
        }
        count_alike(all);
    }
}

/// Counts together those who are alike and side by side.
fn count_alike(patterns: &mut Vec<Pattern>) {
    // Alike ones whose count does not fit one number stay two patterns.
    patterns.dedup_by(|next, kept| match kept.count.checked_add(next.count) {
        Some(sum) if next.key() == kept.key() => {
            kept.count = sum;
            true
        }
        _ => false,
    });
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
        fn those_who_are_alike_are_counted_together(
            people in prop::collection::vec((0..5_u32, 0..3_u32, 0..3_u32), 0..300),
            comments in 3..30_usize,
        ) {
            // With many comments, possible patterns are too many to count them all.
            let mut counting = Counting::new(people.len() as u64, [7, comments, 3]);
            let mut wanted: BTreeMap<(u32, u32, u32), u32> = BTreeMap::new();
            for (at, (place, comment, answer)) in people.iter().enumerate() {
                counting.add(*place, *comment, *answer);
                *wanted.entry((*place, *comment, *answer)).or_default() += 1;
                if let Counting::Sparse(sparse) = &mut counting && at % 70 == 0 {
                    sparse.count();
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
