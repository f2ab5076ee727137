//! What a clause does as a whole: it wishes, asks, or sets a condition; and how an answer opens.
//!
//! Not for what its words say of a driver (`polarity`), nor for where it begins and ends (`text::clauses`).

use super::matching::Hit;
use crate::lexicon::compile::Owner;
use crate::lexicon::{Sense, WordClass};
use crate::text::chars::{is_alphanumeric, is_han};
use crate::text::clauses::Clause;

/// What one clause does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// It wishes or advises, and praise that ends before this byte is none of the wish.
    pub(super) wishes: Option<u32>,
    /// It asks.
    pub(super) asks: bool,
    /// From this byte on it is a condition.
    pub(super) supposes: Option<u32>,
    /// It names a driver.
    pub(super) names: bool,
}

/// Fills `facts`, one for each clause.
pub(super) fn facts(text: &str, clauses: &[Clause], kept: &[Hit], facts: &mut Vec<Facts>) {
    facts.clear();
    facts.resize(clauses.len(), Facts::default());
    for (clause, facts) in clauses.iter().zip(facts.iter_mut()) {
        facts.asks = said(text, clause).1.contains(['?', '？']);
    }
    // Where a wish or condition begins: a Chinese one may come last in what it is about.
    let from = |hit: &Hit| {
        let han = text[hit.start as usize..].starts_with(is_han);
        if han { clauses[hit.clause as usize].start } else { hit.start }
    };
    for hit in kept {
        let Some(fact) = facts.get_mut(hit.clause as usize) else { continue };
        match hit.owner {
            Owner::Word(WordClass::Wish) => {
                // "the food is great they should open more": in English a wish is about its verb, or what follows it. 价格便宜就好了
                // has what it wishes for before it.
                let from = from(hit);
                fact.wishes = Some(fact.wishes.map_or(from, |before| before.min(from)));
            }
            Owner::Word(WordClass::Condition) => {
                // "great food if you can wait", but 便宜的话.
                let from = from(hit);
                fact.supposes = Some(fact.supposes.map_or(from, |before| before.min(from)));
            }
            Owner::Word(WordClass::Question) => {
                let clause = &clauses[hit.clause as usize];
                fact.asks |= hit.end >= clause.start + said(text, clause).0.len() as u32;
            }
            Owner::Driver(_, Sense::Aspect | Sense::Positive | Sense::Negative) => fact.names = true,
            Owner::Driver(..) | Owner::Word(_) => {}
        }
    }
    // 要是便宜点，就好了: what is wished for stands in the condition.
    for at in 1..facts.len() {
        let goes_on =
            clauses[at - 1].sentence == clauses[at].sentence && facts[at].wishes.is_some() && !facts[at].names;
        if goes_on && facts[at - 1].supposes.is_some() {
            facts[at - 1].wishes = Some(clauses[at - 1].start);
        }
    }
}

/// A clause's words, and the punctuation after them.
fn said<'t>(text: &'t str, clause: &Clause) -> (&'t str, &'t str) {
    let text = &text[clause.start as usize..clause.end as usize];
    let words = text.trim_end_matches(|c: char| !is_alphanumeric(c));
    text.split_at(words.len())
}

/// The opener of an answer: words that say that there is nothing to complain of ("Nothing, …", 没有，…), where they come first.
pub(super) fn opener(text: &str, kept: &[Hit]) -> Option<Hit> {
    let first = text.len() - text.trim_start_matches(|c: char| !is_alphanumeric(c)).len();
    kept.iter().find(|hit| hit.owner == Owner::Word(WordClass::Opener) && hit.start as usize == first).copied()
}
