//! Which of the words that take a side is nearest to an aspect, in an answer of very many of both.
//!
//! Not for how near a word is, nor for which of them may be about the aspect at all (`aspect`).
//!
//! Words after an aspect are the further the later they start, and words before it the further the earlier they end, but for Chinese
//! and English ones, which are told apart: so that of each sort the first is the nearest.

use std::collections::HashMap;

use super::ground::{Ground, Placed, Reach};
use super::matching::Hit;
use super::negation::{Kind, Polar};
use crate::lexicon::Lexicon;
use crate::text::chars::is_han;
use crate::types::{DriverIx, Polarity};

/// So many aspects and words that take a side are worth an index.
const MANY: usize = 48;

/// Where words of one kind stand in one clause, as places in the list of all that take a side.
#[derive(Debug, Default)]
struct Sides {
    /// By start.
    starts: Vec<u32>,
    /// By end: those that begin in Chinese, the others, and those of the others that do not tell what somebody did.
    han: Vec<u32>,
    others: Vec<u32>,
    free: Vec<u32>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Near {
    sides: HashMap<(Kind, u32), Sides>,
    reach: Reach,
    is_on: bool,
}

impl Near {
    /// The index of an answer; it is off where there are few words.
    pub(super) fn of(lexicon: &Lexicon, ground: &Ground<'_>, polars: &[Polar], aspects: &[(Hit, DriverIx)]) -> Self {
        let mut near = Self { is_on: polars.len() + aspects.len() >= MANY, ..Self::default() };
        if near.is_on {
            near.fill(lexicon, ground, polars, aspects);
        }
        near
    }

    fn fill(&mut self, lexicon: &Lexicon, ground: &Ground<'_>, polars: &[Polar], aspects: &[(Hit, DriverIx)]) {
        // By clause: where the first aspect of people ends.
        let mut people: HashMap<u32, u32> = HashMap::new();
        for (hit, _) in aspects.iter().filter(|(_, driver)| lexicon.driver(*driver).people) {
            people.entry(hit.clause).and_modify(|end| *end = hit.end.min(*end)).or_insert(hit.end);
        }
        self.reach.read(polars);
        for (ix, polar) in (0..).zip(polars) {
            let Hit { start, clause, .. } = polar.hit;
            let sides = self.sides.entry((polar.kind, clause)).or_default();
            sides.starts.push(ix);
            if ground.text[start as usize..].starts_with(is_han) {
                sides.han.push(ix);
                continue;
            }
            sides.others.push(ix);
            let tells = polar.side == Polarity::Negative && people.get(&clause).is_some_and(|end| *end <= start);
            if !tells {
                sides.free.push(ix);
            }
        }
        for sides in self.sides.values_mut() {
            for list in [&mut sides.han, &mut sides.others, &mut sides.free] {
                list.sort_by_key(|ix| polars[*ix as usize].hit.end);
            }
        }
    }

    /// Whether there is one.
    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }

    /// Whether a clause has a word of this kind.
    pub(super) fn holds(&self, kind: Kind, clause: u32) -> bool {
        self.sides.contains_key(&(kind, clause))
    }

    /// Those of a kind and clause of which one is the nearest to an aspect. `people`: what tells what somebody did is about the aspect too,
    /// and not only where nothing stands between.
    pub(super) fn candidates(
        &self,
        ground: &Ground<'_>,
        polars: &[Polar],
        aspect: &Hit,
        (kind, clause): (Kind, u32),
        people: bool,
        found: &mut Vec<usize>,
    ) {
        found.clear();
        let Some(Sides { starts, han, others, free }) = self.sides.get(&(kind, clause)) else { return };
        let hit = |ix: &u32| polars[*ix as usize].hit();
        let around = self.reach.back(polars, aspect.start + 1, aspect.end);
        found.extend(around.filter(|ix| {
            let Polar { hit, kind: of, .. } = &polars[*ix];
            (*of, hit.clause) == (kind, clause) && hit.end >= aspect.end
        }));
        let after = starts.get(starts.partition_point(|ix| hit(ix).start < aspect.end));
        found.extend(after.map(|ix| *ix as usize));
        // All that are as near as the nearest: the first of them in the text is taken.
        let mut before = |list: &[u32], touching: bool| {
            let list = &list[..list.partition_point(|ix| hit(ix).end <= aspect.start)];
            let gap = |ix: &u32| ground.units(hit(ix).end, aspect.start);
            let Some(nearest) = list.last().map(gap).filter(|gap| !touching || *gap == 0) else { return };
            found.extend(list.iter().rev().take_while(|ix| gap(ix) == nearest).map(|ix| *ix as usize));
        };
        before(han, false);
        if people || kind != Kind::General {
            before(others, false);
        } else {
            before(free, false);
            before(others, true);
        }
    }
}
