//! Where an aspect finds its side: its driver's cues, general words, absence, other drivers' words, the clauses that go on.
//!
//! Not for what turns a side (`negation`), nor for what a clause does with it (`polarity`).

use super::apart::Since;
use super::keep::{covers, overlap};
use super::matching::Hit;
use super::mention::Rule;
use super::negation::{Kind, Negator, Polar, gap_without_degree, units};
use super::polarity::Reading;
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::text::chars::is_han;
use crate::types::{DriverIx, Polarity, Role};

/// The most words beside an aspect in a clause that is an item of an English list.
const ITEM_EN: u32 = 3;

/// What an aspect was found to say.
pub(super) struct Found {
    pub(super) polarity: Polarity,
    pub(super) rule: Rule,
    /// Which of the words that take a side.
    pub(super) cue: Option<usize>,
    pub(super) negator: Option<Hit>,
}

impl Reading<'_> {
    /// What an aspect says: by what is now, as an exception, by its driver's cue, the nearest general word, absence, the clauses beside
    /// it, an English "didn't", the blame of its sentence, the question.
    pub(super) fn side_of(
        &self,
        aspect: &Hit,
        driver: DriverIx,
        polars: &[Polar],
        aspects: &[(Hit, DriverIx)],
        negators: &[Negator],
    ) -> Found {
        let nearest = |clause: u32, wanted: &dyn Fn(&Polar) -> bool| {
            polars
                .iter()
                .enumerate()
                // Praise or blame may hold the aspect: "bad service". An aspect that holds praise is the wider word, and has no side.
                .filter(|(_, polar)| {
                    let apart =
                        !overlap(aspect, &polar.hit) || covers(&polar.hit, aspect) && !covers(aspect, &polar.hit);
                    polar.hit.clause == clause && apart && wanted(polar)
                })
                .min_by_key(|(ix, polar)| (self.distance(aspect, &polar.hit, aspects), *ix))
                .map(|(ix, _)| ix)
        };
        let beside = |polar: &Polar| polar.kind == Kind::Beside(driver);
        let takes_general = self.lexicon.term(aspect.term).general;
        let people = self.lexicon.driver(driver).people;
        let general = |polar: &Polar| {
            takes_general && polar.kind == Kind::General && (people || !self.blames_people(polar, aspect, aspects))
        };
        let by = |ix: usize, rule: Rule| Found {
            polarity: polars[ix].side,
            rule,
            cue: Some(ix),
            negator: polars[ix].negator,
        };
        match self.since(aspect, driver, polars, aspects) {
            Some(Since::By(cue)) => return by(cue, Rule::Now),
            Some(Since::Told) => {
                return Found { polarity: Polarity::Neutral, rule: Rule::Earlier, cue: None, negator: None };
            }
            None => {}
        }
        if let Some(cue) = self.exception(aspect, polars) {
            return Found { polarity: polars[cue].side.turned(), rule: Rule::Except, cue: Some(cue), negator: None };
        }
        if let Some(cue) = nearest(aspect.clause, &beside) {
            return by(cue, Rule::BesideAspect);
        }
        if let Some(cue) = nearest(aspect.clause, &general) {
            return by(cue, Rule::GeneralWord);
        }
        if let Some(negator) = negators.iter().find(|negator| negator.denies(self.text, self.kept, aspect)) {
            let negator = Some(negator.hit);
            return Found { polarity: Polarity::Negative, rule: Rule::Absent, cue: None, negator };
        }
        if let Some(next) = self.goes_on(aspect, polars, aspects)
            && let Some(cue) = nearest(next, &beside).or_else(|| nearest(next, &general))
        {
            return by(cue, Rule::NextClause);
        }
        if !self.text[aspect.start as usize..aspect.end as usize].contains(is_han) {
            let mut at = aspect.clause;
            let item = self.is_of_a_list(aspect);
            while let Some(before) = self.goes_back(at) {
                if let Some(cue) = nearest(before, &general) {
                    // Praise goes on over a sentence; blame tells of one thing: "the bar was a disaster, and drinks took long".
                    if item || polars[cue].side != Polarity::Negative {
                        return by(cue, Rule::ClauseBefore);
                    }
                    break;
                }
                at = before;
            }
            if let Some(negator) = negators.iter().find(|negator| negator.undoes(self.text, aspect, people)) {
                let negator = Some(negator.hit);
                return Found { polarity: Polarity::Negative, rule: Rule::Undone, cue: None, negator };
            }
            if people
                && self.lexicon.term(aspect.term).bare
                && let Some(found) = self.only_blame(aspect, polars, negators)
            {
                return found;
            }
        }
        let (polarity, rule) = match self.role {
            Role::Good => (Polarity::Positive, Rule::Question),
            Role::Improve => (Polarity::Negative, Rule::Question),
            Role::Why | Role::Other => (Polarity::Neutral, Rule::Bare),
        };
        Found { polarity, rule, cue: None, negator: None }
    }

    /// The blame in somebody's sentence, where that holds no praise: "the waiter took our order, the food came cold"; or what was not
    /// done there: "we couldn't find the waiter".
    fn only_blame(&self, aspect: &Hit, polars: &[Polar], negators: &[Negator]) -> Option<Found> {
        let sentence = self.clauses[aspect.clause as usize].sentence;
        let here = |hit: &Hit| self.clauses[hit.clause as usize].sentence == sentence;
        let mut blame = None;
        for (ix, polar) in polars.iter().enumerate().filter(|(_, polar)| here(&polar.hit)) {
            match polar.side {
                Polarity::Positive => return None,
                Polarity::Negative => blame = blame.or(Some(ix)),
                Polarity::Neutral => {}
            }
        }
        let polarity = Polarity::Negative;
        if blame.is_some() {
            let negator = blame.and_then(|ix| polars[ix].negator);
            return Some(Found { polarity, rule: Rule::Sentence, cue: blame, negator });
        }
        // "Not the staff I know" denies who it was, not what was done.
        let who = |negator: &Hit| {
            negator.end <= aspect.start && units(&self.text[negator.end as usize..aspect.start as usize]) <= 1
        };
        let undone = |negator: &&Negator| {
            !(negator.absence || negator.hedges || negator.bound) && here(&negator.hit) && !who(&negator.hit)
        };
        let negator = negators.iter().find(undone)?;
        Some(Found { polarity, rule: Rule::Undone, cue: None, negator: Some(negator.hit) })
    }

    /// Whether blame tells what somebody did to a thing: "the waitress forgot our drinks" says nothing of drinks, but "the waitress
    /// brought bad drinks" does.
    fn blames_people(&self, blame: &Polar, thing: &Hit, aspects: &[(Hit, DriverIx)]) -> bool {
        let Hit { start, end, clause, .. } = blame.hit;
        blame.side == Polarity::Negative
            && end <= thing.start
            && units(&self.text[end as usize..thing.start as usize]) > 0
            && !self.text[start as usize..].starts_with(is_han)
            && aspects
                .iter()
                .any(|(who, of)| who.clause == clause && who.end <= start && self.lexicon.driver(*of).people)
    }

    /// Whether an aspect stands in its clause with little beside it, as an item of a list does: "great food, wine, and the service".
    fn is_of_a_list(&self, aspect: &Hit) -> bool {
        let clause = &self.clauses[aspect.clause as usize];
        let all = units(&self.text[clause.start as usize..clause.end as usize]);
        all <= units(&self.text[aspect.start as usize..aspect.end as usize]) + ITEM_EN
    }

    /// The clause before that goes on in clause `at` ("great food, wine, and service"): no contrast is between them.
    fn goes_back(&self, at: u32) -> Option<u32> {
        let before = at.checked_sub(1)?;
        let same = self.clauses[before as usize].sentence == self.clauses[at as usize].sentence;
        (same && self.contrast(at).is_none()).then_some(before)
    }

    /// The contrast word with which a clause begins.
    fn contrast(&self, clause: u32) -> Option<&Hit> {
        let start = self.clauses.get(clause as usize)?.start;
        self.kept.iter().find(|hit| hit.owner == Owner::Word(WordClass::Contrast) && hit.start == start)
    }

    /// The clause that goes on with the sentence of an aspect's and names no driver: it speaks of what the aspect named.
    ///
    /// A contrast ends that ("parking, but great food"), unless it stands between the aspect and what is said of it: 服务|却很差,
    /// "the service, however, was slow".
    fn goes_on(&self, aspect: &Hit, polars: &[Polar], aspects: &[(Hit, DriverIx)]) -> Option<u32> {
        let mut next = aspect.clause + 1;
        let before = self.clauses.get(aspect.clause as usize)?;
        if let Some(word) = self.contrast(next) {
            // A contrast with a comma in it reaches over its clause's end.
            let rest = self.text.get(word.end as usize..self.clauses[next as usize].end as usize);
            let alone = rest.is_none_or(|rest| units(rest) == 0);
            let subject = gap_without_degree(self.text, self.kept, aspect.end, before.end) == 0;
            // A space between Chinese words is a comma; between scripts it is nothing.
            let head = &self.text[..before.end as usize];
            let han = self.text[word.start as usize..].starts_with(is_han);
            let joined =
                head.ends_with(is_han) || han && head.trim_end().ends_with(|c: char| c.is_ascii_alphanumeric());
            if alone {
                next += 1;
            } else if !(subject && joined) {
                return None;
            }
        }
        let names_a_driver = aspects.iter().any(|(hit, _)| hit.clause == next)
            || polars.iter().any(|polar| matches!(polar.kind, Kind::Own(_)) && polar.hit.clause == next);
        let this = self.clauses.get(next as usize)?;
        (before.sentence == this.sentence
            && !names_a_driver
            && !(next > aspect.clause + 1 && self.contrast(next).is_some()))
        .then_some(next)
    }

    /// How far a word is from an aspect; what follows is nearer than what precedes, but for an English word right before it
    /// ("good service"); another driver's aspect in between is in the way.
    fn distance(&self, aspect: &Hit, word: &Hit, aspects: &[(Hit, DriverIx)]) -> u32 {
        if covers(word, aspect) {
            return 0;
        }
        let after = word.start >= aspect.end;
        let (from, to) = if after { (aspect.end, word.start) } else { (word.end, aspect.start) };
        let gap = units(&self.text[from as usize..to as usize]);
        let attribute = gap == 0 && !self.text[word.start as usize..].starts_with(is_han);
        let side = match (after, attribute) {
            (true, _) => 1,
            (false, true) => 0,
            (false, false) => 4,
        };
        let in_the_way = aspects
            .iter()
            .filter(|(other, _)| other.term != aspect.term && other.start >= from && other.end <= to)
            .count() as u32;
        2 * gap + side + 6 * in_the_way
    }
}
