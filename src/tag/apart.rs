//! What is said of another time, or of everything else: 以前好，现在差; "except for the price everything was good".
//!
//! Not for contrast within one time (`aspect`), nor for comparison with others, which is a matter of the lexicon's negators.

use super::keep::overlap;
use super::matching::Hit;
use super::negation::{Kind, Polar, gap_without_degree};
use super::polarity::Reading;
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::types::{DriverIx, Polarity};

/// What a clause of the present makes of what was said of an earlier time.
pub(super) enum Since {
    /// It speaks of the driver itself, and goes before.
    Told,
    /// It names no driver: this of the words that take a side is about the same one.
    By(usize),
}

impl Reading<'_> {
    fn holds(&self, class: WordClass, clause: u32) -> bool {
        self.kept.iter().any(|hit| hit.owner == Owner::Word(class) && hit.clause == clause)
    }

    /// What the clause after that of `of` says of the present, where this one speaks of an earlier time.
    pub(super) fn since(
        &self,
        of: &Hit,
        driver: DriverIx,
        polars: &[Polar],
        aspects: &[(Hit, DriverIx)],
    ) -> Option<Since> {
        let now = of.clause + 1;
        if !self.holds(WordClass::Earlier, of.clause) || !self.holds(WordClass::Later, now) {
            return None;
        }
        let here = |hit: &Hit| hit.clause == now;
        let own = polars.iter().filter_map(|polar| match polar.kind {
            Kind::Own(of) if here(&polar.hit) => Some(of),
            Kind::Own(_) | Kind::Beside(_) | Kind::General => None,
        });
        let mut named = aspects.iter().filter(|(hit, _)| here(hit)).map(|(_, of)| *of).chain(own);
        if let Some(first) = named.next() {
            return (first == driver || named.any(|of| of == driver)).then_some(Since::Told);
        }
        let by = |kind: Kind| {
            polars
                .iter()
                .position(|polar| polar.kind == kind && here(&polar.hit) && polar.side != Polarity::Neutral)
                .map(Since::By)
        };
        by(Kind::Beside(driver)).or_else(|| by(Kind::General))
    }

    /// The word that says of all the rest the opposite of what this aspect, their exception, is.
    pub(super) fn exception(&self, aspect: &Hit, polars: &[Polar]) -> Option<usize> {
        let excepts = |hit: &&Hit| {
            hit.owner == Owner::Word(WordClass::Except)
                && hit.clause == aspect.clause
                && hit.end <= aspect.start
                && gap_without_degree(self.text, self.kept, hit.end, aspect.start) <= 1
        };
        let except = self.kept.iter().find(excepts)?;
        let of_rest = |clause: u32| {
            // Also inside praise: "everything was good".
            self.hits
                .iter()
                .any(|hit| hit.owner == Owner::Word(WordClass::Rest) && hit.clause == clause && hit.start >= aspect.end)
        };
        let general = |clause: u32| {
            polars.iter().position(|polar| {
                polar.kind == Kind::General && polar.hit.clause == clause && !overlap(&polar.hit, except)
            })
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
