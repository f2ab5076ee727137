//! What is said of another time, or of everything else: 以前好，现在差; "except for the price everything was good".
//!
//! Not for contrast within one time (`aspect`), nor for comparison with others, which is a matter of the lexicon's negators.

use super::ground::{clause_range, in_clause};
use super::keep::overlap;
use super::matching::Hit;
use super::negation::{Kind, Polar};
use super::polarity::Reading;
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::types::{DriverIx, Polarity};

/// What a clause of the present makes of what was said of an earlier time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Since {
    /// It speaks of the driver itself, and goes before.
    Told,
    /// It names no driver: this of the words that take a side is about the same one.
    By(usize),
}

impl Reading<'_> {
    fn holds(&self, class: WordClass, clause: u32) -> bool {
        in_clause(self.kept, clause).iter().any(|hit| hit.owner == Owner::Word(class))
    }

    /// What the clause after that of `of` says of the present, where this one speaks of an earlier time.
    pub(super) fn since(
        &self,
        of: &Hit,
        driver: DriverIx,
        polars: &[Polar],
        aspects: &[(Hit, DriverIx)],
    ) -> Option<Since> {
        let tells_both = self.tells_both(of.clause);
        let now = of.clause + 1;
        if !tells_both {
            return None;
        }
        let here = clause_range(polars, now);
        let own = polars[here.clone()].iter().filter_map(|polar| match polar.kind {
            Kind::Own(of) => Some(of),
            Kind::Beside(_) | Kind::General => None,
        });
        let mut named = in_clause(aspects, now).iter().map(|(_, of)| *of).chain(own);
        if let Some(first) = named.next() {
            return (first == driver || named.any(|of| of == driver)).then_some(Since::Told);
        }
        let by = |kind: Kind| {
            let says = |ix: &usize| polars[*ix].kind == kind && polars[*ix].side != Polarity::Neutral;
            here.clone().find(says).map(Since::By)
        };
        by(Kind::Beside(driver)).or_else(|| by(Kind::General))
    }

    /// Whether a clause speaks of an earlier time, and the next one of the present; looked at once for all that stands in it.
    fn tells_both(&self, clause: u32) -> bool {
        if let Some((of, both)) = self.both.get()
            && of == clause
        {
            return both;
        }
        let both = self.holds(WordClass::Earlier, clause) && self.holds(WordClass::Later, clause + 1);
        self.both.set(Some((clause, both)));
        both
    }

    /// The word that says of all the rest the opposite of what this aspect, their exception, is.
    pub(super) fn exception(&self, aspect: &Hit, polars: &[Polar]) -> Option<usize> {
        let gap = |hit: &Hit| self.ground.gap(hit.end, aspect.start);
        let before = in_clause(self.excepts, aspect.clause);
        let before = &before[..before.partition_point(|hit| hit.start < aspect.start)];
        // One that is further away than any that can be meant ends the search.
        let too_far = self.ground.too_far(1);
        let near = |hit: &&Hit| hit.end > aspect.start || too_far.is_none_or(|too_far| gap(hit) <= too_far);
        let near = before.iter().rev().take_while(near).count();
        let except = before[before.len() - near..].iter().find(|hit| hit.end <= aspect.start && gap(hit) <= 1)?;
        let of_rest = |clause: u32| {
            // Also inside praise: "everything was good".
            in_clause(self.rests, clause).last().is_some_and(|hit| hit.start >= aspect.end)
        };
        let general = |clause: u32| {
            if self.near.is_on() && !self.near.holds(Kind::General, clause) {
                return None;
            }
            clause_range(polars, clause)
                .find(|ix| polars[*ix].kind == Kind::General && !overlap(&polars[*ix].hit, except))
        };
        // What stands in the exception's own words is said of it: "apart from the bad service, all was well".
        let here = general(aspect.clause);
        let clause = if here.is_some() && of_rest(aspect.clause) { aspect.clause } else { aspect.clause + 1 };
        let next = self.clauses.get(clause as usize)?;
        let same = next.sentence == self.clauses[aspect.clause as usize].sentence;
        if clause > aspect.clause && here.is_some() || !same || !of_rest(clause) {
            return None;
        }
        general(clause).filter(|ix| polars[*ix].side != Polarity::Neutral && polars[*ix].hit.start >= aspect.end)
    }
}
