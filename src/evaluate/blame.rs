//! What is to blame where tags differ from labels: the terms that find what people do not see, and the words and rules that take the wrong
//! side.
//!
//! Not for what is missed: nothing in the lexicon says it, so nothing there is to blame (`misses` shows the texts).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::compare::{self, Comparison, Kind};
use super::misses::Context;

/// Something of the lexicon that had a part in units that people labelled, and how often it was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blamed {
    /// The term's id.
    pub term: String,
    /// The rule that decided; only where it is the side that is wrong.
    pub rule: Option<&'static str>,
    /// Units in which it had a part.
    pub units: u64,
    /// Units of them that are wrong.
    pub wrong: u64,
}

/// All that is to blame, the most often wrong first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Blame {
    /// Terms by which a driver is found where the labels do not have it.
    pub mentions: Vec<Blamed>,
    /// Words and rules that gave a mention another side than its label has.
    pub sides: Vec<Blamed>,
}

type Tallies = BTreeMap<(String, Option<&'static str>), (u64, u64)>;

impl Context<'_> {
    /// What is to blame, over all units in which a driver is found.
    pub(super) fn blame(&self, comparison: &Comparison) -> Blame {
        let (mut mentions, mut sides) = (Tallies::new(), Tallies::new());
        for unit in &comparison.found {
            let covers = &self.targets.list[unit.target].covers;
            let said = compare::mentions(&self.said[unit.comment].mentions, unit.question, covers);
            let (mut terms, mut words) = (BTreeSet::new(), BTreeSet::new());
            for because in said.map(|mention| self.because(mention)) {
                words.insert((because.cue.unwrap_or_else(|| because.term.clone()), Some(because.rule)));
                terms.insert((because.term, None));
            }
            count(&mut mentions, terms, unit.kind == Some(Kind::False));
            // Of a mention that nobody labelled, nobody knows the side.
            if unit.kind != Some(Kind::False) {
                count(&mut sides, words, unit.kind == Some(Kind::WrongPolarity));
            }
        }
        Blame { mentions: ranked(mentions), sides: ranked(sides) }
    }
}

fn count(tallies: &mut Tallies, keys: BTreeSet<(String, Option<&'static str>)>, is_wrong: bool) {
    for key in keys {
        let (units, wrong) = tallies.entry(key).or_default();
        *units += 1;
        *wrong += u64::from(is_wrong);
    }
}

fn ranked(tallies: Tallies) -> Vec<Blamed> {
    let wrong = tallies.into_iter().filter(|(_, (_, wrong))| *wrong > 0);
    let mut all: Vec<Blamed> =
        wrong.map(|((term, rule), (units, wrong))| Blamed { term, rule, units, wrong }).collect();
    // Of two that are as often wrong, the one that is right less often first.
    all.sort_by(|one, other| other.wrong.cmp(&one.wrong).then(one.units.cmp(&other.units)));
    all
}
