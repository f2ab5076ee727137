//! What a clause does as a whole: it wishes, asks, or sets a condition; and how an answer opens.
//!
//! Not for what its words say of a driver (`polarity`), nor for where it begins and ends (`text::clauses`).

use super::matching::Hit;
use crate::lexicon::compile::Owner;
use crate::lexicon::{Sense, WordClass};
use crate::text::chars::is_alphanumeric;
use crate::text::clauses::Clause;

/// What one clause does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and any of them may hold together")]
pub(super) struct Facts {
    /// It wishes or advises.
    pub(super) wishes: bool,
    /// It asks.
    pub(super) asks: bool,
    /// It is a condition.
    pub(super) supposes: bool,
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
    for hit in kept {
        let Some(fact) = facts.get_mut(hit.clause as usize) else { continue };
        match hit.owner {
            Owner::Word(WordClass::Wish) => fact.wishes = true,
            Owner::Word(WordClass::Condition) => fact.supposes = true,
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
        let goes_on = clauses[at - 1].sentence == clauses[at].sentence && facts[at].wishes && !facts[at].names;
        facts[at - 1].wishes |= goes_on && facts[at - 1].supposes;
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
