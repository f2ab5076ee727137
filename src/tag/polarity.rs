//! From hits to mentions: own terms, aspects, questions, conditions, wishes, and what belongs to no driver.
//!
//! The rules are those of `docs/lexicon.md`, "How a mention gets its polarity". Everything works on hits and clauses; the words
//! themselves are in the lexicon. Not for which hits count (`keep`), what turns them (`negation`), what a clause does (`facts`), nor
//! where an aspect finds its side (`aspect`).

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use super::apart::Since;
use super::aspect::Side;
use super::facts::{Facts, facts, opener};
use super::ground::{Ground, Measure, clause_range, in_clause};
use super::keep::{Order, keep, overlap};
use super::matching::Hit;
use super::mention::{CommentTags, Evidence, Mention, Rule, Span};
use super::near::Near;
use super::negation::{Kind, Negator, Polar, negate, sort_out};
use super::spent::{take_out_degrees, take_out_spent, turn_held_cues};
use crate::lexicon::compile::Owner;
use crate::lexicon::{Lexicon, WordClass};
use crate::text::chars::{holds_question_mark, is_han};
use crate::text::clauses::Clause;
use crate::types::{DriverIx, Polarity, Role, Voice, Voices};

/// Buffers of this step.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    kept: Vec<Hit>,
    polars: Vec<Polar>,
    aspects: Vec<(Hit, DriverIx)>,
    negators: Vec<Negator>,
    idle: Vec<(u32, u32)>,
    facts: Vec<Facts>,
    order: Vec<Order>,
    measure: Measure,
}

/// Resolves the hits of one answer and adds its mentions to `tags`.
pub(crate) fn resolve(
    lexicon: &Lexicon,
    question: u16,
    role: Role,
    scratch: &mut super::tagger::Scratch,
    tags: &mut CommentTags,
) {
    let super::tagger::Scratch { folded, hits, qualities, clauses, polarity, .. } = scratch;
    let text = folded.text.as_str();
    tags.asks |= holds_question_mark(text);
    if hits.is_empty() {
        return;
    }
    let Scratch { kept, polars, aspects, negators, idle, facts: facts_list, order, measure } = polarity;
    keep(lexicon, hits, order, kept);
    idle.clone_from(qualities);
    sort_out(text, clauses, kept, polars, aspects, negators, idle);
    take_out_degrees(text, kept, polars);
    measure.read(text, kept);
    let ground = Ground { text, kept, measure };
    turn_held_cues(hits, polars);
    take_out_spent(hits, polars, negators);
    let mut role = role;
    if role == Role::Improve
        && let Some(opener) = opener(text, kept)
    {
        // Who has nothing to complain of does not complain by naming a driver, nor with the words that say so.
        role = Role::Why;
        negators.retain(|negator| !overlap(&negator.hit, &opener));
    }
    negate(&ground, clauses, hits, idle, polars, negators);
    facts(text, clauses, kept, facts_list);
    let free: Vec<Negator> = negators.iter().filter(|negator| negator.is_free()).copied().collect();
    let excepts: Vec<Hit> = ground.words(WordClass::Except).copied().collect();
    // Also inside other words, which may hide them.
    let is_rest = |hit: &&Hit| hit.owner == Owner::Word(WordClass::Rest);
    let rests: Vec<Hit> = if excepts.is_empty() { Vec::new() } else { hits.iter().filter(is_rest).copied().collect() };
    let reading = Reading {
        lexicon,
        text,
        clauses,
        question,
        role,
        kept,
        facts: facts_list,
        ground,
        near: &Near::of(lexicon, &ground, polars, aspects),
        free: &free,
        excepts: &excepts,
        rests: &rests,
        found: RefCell::default(),
        sentence: Cell::new(None),
        both: Cell::new(None),
        states: Cell::new(None),
        back: OnceCell::new(),
    };
    let span = |hit: &Hit| {
        let range = folded.delivered(hit.start..hit.end);
        Span { start: range.start, end: range.end }
    };
    reading.mentions(polars, aspects, negators, tags, &span);
}

/// One answer with all that is needed to read its mentions.
pub(super) struct Reading<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) text: &'a str,
    pub(super) clauses: &'a [Clause],
    pub(super) question: u16,
    pub(super) role: Role,
    /// The hits that count.
    pub(super) kept: &'a [Hit],
    pub(super) facts: &'a [Facts],
    pub(super) ground: Ground<'a>,
    pub(super) near: &'a Near,
    /// Negators that turned nothing.
    pub(super) free: &'a [Negator],
    /// The words that make exceptions.
    pub(super) excepts: &'a [Hit],
    /// Words for all the rest, where there are exceptions.
    pub(super) rests: &'a [Hit],
    /// What was asked last, and is asked again: of a sentence, and of a clause.
    pub(super) found: RefCell<Vec<usize>>,
    pub(super) sentence: Cell<Option<(u32, Side)>>,
    pub(super) both: Cell<Option<(u32, bool)>>,
    states: Cell<Option<(u32, bool)>>,
    /// By clause: the one before whose praise or blame may go on in it.
    pub(super) back: OnceCell<Vec<Option<u32>>>,
}

impl Reading<'_> {
    fn mentions(
        &self,
        polars: &mut [Polar],
        aspects: &[(Hit, DriverIx)],
        negators: &[Negator],
        tags: &mut CommentTags,
        span: &impl Fn(&Hit) -> Span,
    ) {
        let first = tags.mentions.len();
        let evidence = |hit: &Hit| Evidence { term: hit.term, span: span(hit) };
        let blank = |hit: &Hit, driver: DriverIx| Mention {
            question: self.question,
            driver,
            polarity: Polarity::Neutral,
            term: hit.term,
            span: span(hit),
            cue: None,
            negator: None,
            negated: false,
            clause: hit.clause,
            rule: Rule::Bare,
            voices: Voices::NONE,
        };
        for at in 0..polars.len() {
            let polar = polars[at];
            let Kind::Own(driver) = polar.kind else { continue };
            let mut mention = blank(&polar.hit, driver);
            mention.polarity = polar.side;
            mention.rule = Rule::OwnTerm;
            mention.negator = polar.negator.as_ref().map(evidence);
            mention.negated = polar.turned();
            match self.since(&polar.hit, driver, polars, aspects) {
                Some(Since::Told) => {
                    (mention.polarity, mention.rule) = (Polarity::Neutral, Rule::Earlier);
                    (mention.negator, mention.negated) = (None, false);
                }
                Some(Since::By(cue)) => {
                    (mention.polarity, mention.rule) = (polars[cue].side, Rule::Now);
                    mention.cue = Some(evidence(&polars[cue].hit));
                    mention.negator = polars[cue].negator.as_ref().map(evidence);
                    mention.negated = polars[cue].turned();
                    polars[cue].used = true;
                }
                None => {}
            }
            forget_earlier(&mention, polars);
            self.weigh(&mut mention, &polar.hit, &polar.hit, [&tags.mentions[first..], &[]]);
            tags.mentions.push(mention);
        }
        let second = tags.mentions.len();
        let mut asked_before: HashMap<(DriverIx, u32), bool> = HashMap::new();
        for (aspect, driver) in aspects {
            let looked = || self.gives_way(aspect, *driver, polars, aspects);
            // The same for all aspects of a driver in a clause.
            let gives_way = if self.near.is_on() {
                *asked_before.entry((*driver, aspect.clause)).or_insert_with(looked)
            } else {
                looked()
            };
            if gives_way {
                continue;
            }
            let found = self.side_of(aspect, *driver, polars, aspects, negators);
            let mut mention = blank(aspect, *driver);
            mention.polarity = found.polarity;
            mention.rule = found.rule;
            if let Some(cue) = found.cue {
                // Praise of all the rest is praise all the same.
                polars[cue].used |= found.rule != Rule::Except;
                mention.cue = Some(evidence(&polars[cue].hit));
                mention.negated = polars[cue].turned();
            }
            mention.negator = found.negator.as_ref().map(evidence);
            mention.negated |= found.rule == Rule::Absent;
            forget_earlier(&mention, polars);
            let by = found.cue.map_or(aspect, |cue| &polars[cue].hit);
            self.weigh(&mut mention, aspect, by, [&tags.mentions[first..second], &tags.mentions[second..]]);
            let said = !matches!(mention.rule, Rule::Bare | Rule::Question);
            if said || self.lexicon.term(aspect.term).bare {
                tags.mentions.push(mention);
            }
        }
        tags.mentions[first..].sort_unstable_by_key(|mention| (mention.span, mention.driver, mention.term));
        tags.wishes |= self.facts.iter().any(|fact| fact.wishes.is_some());
        tags.asks |= self.facts.iter().any(|fact| fact.asks);
        for polar in polars.iter().filter(|polar| polar.kind == Kind::General && !polar.used) {
            let fact = self.facts[polar.hit.clause as usize];
            let within = |from: Option<u32>| from.is_some_and(|from| polar.hit.end > from);
            match polar.side {
                Polarity::Positive if !(within(fact.wishes) || fact.asks || within(fact.supposes)) => tags.praises += 1,
                Polarity::Negative => tags.blames += 1,
                _ => {}
            }
        }
    }

    /// Whether an aspect says nothing more than another word of its clause does: its driver's own term, or a child's term or aspect
    /// ("the nurse was kind" speaks of manner; 空调声音大 of noise).
    fn gives_way(&self, aspect: &Hit, driver: DriverIx, polars: &[Polar], aspects: &[(Hit, DriverIx)]) -> bool {
        let own = in_clause(polars, aspect.clause).iter().any(|polar| match polar.kind {
            Kind::Own(of) => of == driver || self.lexicon.is_above(driver, of),
            Kind::Beside(_) | Kind::General => false,
        });
        own || in_clause(aspects, aspect.clause)
            .iter()
            .any(|(other, of)| self.lexicon.term(other.term).bare && self.lexicon.is_above(driver, *of))
    }

    /// Takes into account what the clause does: praise that is asked about or supposed is none, and a wish about a driver is a
    /// complaint about it; and what the mention does by it. `by` is the word that gives `of` its side; `told`: what the
    /// answer was found to say before, own terms and aspects, each in the order of clauses.
    fn weigh(&self, mention: &mut Mention, of: &Hit, by: &Hit, told: [&[Mention]; 2]) {
        let fact = self.facts[mention.clause as usize];
        let praise = mention.polarity == Polarity::Positive;
        let wishes = fact.wishes.map_or_else(
            || self.wished_before(mention.clause, told),
            |from| !(praise && by.clause == mention.clause && of.end.max(by.end) <= from),
        );
        let wishes = wishes || praise && self.asks_for(of);
        if wishes && mention.polarity != Polarity::Negative {
            mention.polarity = Polarity::Negative;
            mention.rule = Rule::Wish;
        } else if praise && fact.asks && mention.rule != Rule::Question {
            mention.polarity = Polarity::Neutral;
            mention.rule = Rule::Asked;
        } else if praise && fact.supposes.is_some_and(|from| by.clause != mention.clause || by.start >= from) {
            mention.polarity = Polarity::Neutral;
            mention.rule = Rule::Condition;
        }
        // Blame beside a wish is both: 希望不要那么吵.
        let does = [
            mention.polarity == Polarity::Positive,
            mention.polarity == Polarity::Negative && mention.rule != Rule::Wish,
            wishes,
            fact.asks,
        ];
        mention.voices = Voice::ALL.into_iter().zip(does).filter(|(_, does)| *does).map(|(voice, _)| voice).collect();
    }

    /// Whether praise is what an English answer to "what could be better?" asks for: "a smile at the desk", "polite staff". A clause with
    /// a verb that tells how something is has no wish.
    fn asks_for(&self, of: &Hit) -> bool {
        self.role == Role::Improve
            && !self.text[of.start as usize..of.end as usize].contains(is_han)
            && !self.states_something(of.clause)
    }

    /// Whether a clause tells how something is; looked at once for all that stands in it.
    fn states_something(&self, clause: u32) -> bool {
        if let Some((of, states)) = self.states.get()
            && of == clause
        {
            return states;
        }
        let Clause { start, end, .. } = self.clauses[clause as usize];
        let states = self.lexicon.states_something(&self.text[start as usize..end as usize]);
        self.states.set(Some((clause, states)));
        states
    }

    /// Whether the clause before wishes and names nothing, so that the wish is about this one: 希望改进，停车位.
    fn wished_before(&self, clause: u32, told: [&[Mention]; 2]) -> bool {
        clause.checked_sub(1).is_some_and(|before| {
            let same = self.clauses[before as usize].sentence == self.clauses[clause as usize].sentence;
            let names = |told: &[Mention]| told.binary_search_by_key(&before, |other| other.clause).is_ok();
            same && self.facts[before as usize].wishes.is_some() && !told.into_iter().any(names)
        })
    }
}

/// What was said of an earlier time, where the present goes before it, is no praise or blame of anything.
fn forget_earlier(mention: &Mention, polars: &mut [Polar]) {
    if matches!(mention.rule, Rule::Now | Rule::Earlier) {
        for ix in clause_range(polars, mention.clause) {
            polars[ix].used = true;
        }
    }
}
