//! Where an aspect finds its side: its driver's cues, general words, absence, other drivers' words, the clauses that go on.
//!
//! Not for what turns a side (`negation`), nor for what a clause does with it (`polarity`).

use super::apart::Since;
use super::ground::{clause_range, from_start, in_clause, starting};
use super::keep::{covers, overlap};
use super::matching::Hit;
use super::mention::Rule;
use super::negation::{Kind, Negator, Polar, denier, undoer};
use super::polarity::Reading;
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::text::chars::is_han;
use crate::types::{DriverIx, Polarity, Role};

/// The most words beside an aspect in a clause that is an item of an English list.
const ITEM_EN: u32 = 3;

/// What the words of a sentence say together.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Praise,
    /// Blame and no praise: the first of it.
    Blame(usize),
    Neither,
}

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
        let people = self.lexicon.driver(driver).people;
        let takes_general = self.lexicon.term(aspect.term).general;
        let beside = |clause: u32| self.nearest(aspect, Kind::Beside(driver), clause, people, polars, aspects);
        let general = |clause: u32| {
            takes_general.then(|| self.nearest(aspect, Kind::General, clause, people, polars, aspects)).flatten()
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
        if let Some(cue) = beside(aspect.clause) {
            return by(cue, Rule::BesideAspect);
        }
        if let Some(cue) = general(aspect.clause) {
            return by(cue, Rule::GeneralWord);
        }
        if let Some(negator) = denier(&self.ground, aspect, negators) {
            let negator = Some(negator.hit);
            return Found { polarity: Polarity::Negative, rule: Rule::Absent, cue: None, negator };
        }
        if let Some(next) = self.goes_on(aspect)
            && let Some(cue) = beside(next).or_else(|| general(next))
        {
            return by(cue, Rule::NextClause);
        }
        if !self.text[aspect.start as usize..aspect.end as usize].contains(is_han) {
            let mut at = aspect.clause;
            let item = self.is_of_a_list(aspect);
            while let Some(before) = self.praises_or_blames_before(at).filter(|_| takes_general) {
                if let Some(cue) = general(before) {
                    // Praise goes on over a sentence; blame tells of one thing: "the bar was a disaster, and drinks took long".
                    if item || polars[cue].side != Polarity::Negative {
                        return by(cue, Rule::ClauseBefore);
                    }
                    break;
                }
                at = before;
            }
            if let Some(negator) = undoer(&self.ground, aspect, people, self.free) {
                let negator = Some(negator.hit);
                return Found { polarity: Polarity::Negative, rule: Rule::Undone, cue: None, negator };
            }
            if people
                && self.lexicon.term(aspect.term).bare
                && let Some(found) = self.only_blame(aspect, polars)
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

    /// The word of a kind, in a clause, that is nearest to an aspect; `people`: whether the aspect's driver is.
    fn nearest(
        &self,
        aspect: &Hit,
        kind: Kind,
        clause: u32,
        people: bool,
        polars: &[Polar],
        aspects: &[(Hit, DriverIx)],
    ) -> Option<usize> {
        let wanted = |polar: &Polar| {
            // Praise or blame may hold the aspect: "bad service". An aspect that holds praise is the wider word, and has no side.
            let apart = !overlap(aspect, &polar.hit) || covers(&polar.hit, aspect) && !covers(aspect, &polar.hit);
            let about = people || kind != Kind::General || !self.blames_people(polar, aspect, aspects);
            polar.kind == kind && apart && about
        };
        let near = |ix: &usize| (self.distance(aspect, &polars[*ix].hit, aspects), *ix);
        if !self.near.is_on() {
            return clause_range(polars, clause).filter(|ix| wanted(&polars[*ix])).min_by_key(near);
        }
        let mut found = self.found.borrow_mut();
        self.near.candidates(&self.ground, polars, aspect, (kind, clause), people, &mut found);
        found.retain(|ix| wanted(&polars[*ix]));
        // Only where there is a choice it takes counting what is in the way.
        if found.len() < 2 { found.first().copied() } else { found.iter().copied().min_by_key(near) }
    }

    /// The blame in somebody's sentence, where that holds no praise: "the waiter took our order, the food came cold"; or what was not
    /// done there: "we couldn't find the waiter".
    fn only_blame(&self, aspect: &Hit, polars: &[Polar]) -> Option<Found> {
        let sentence = self.clauses[aspect.clause as usize].sentence;
        let first = self.clauses.partition_point(|clause| clause.sentence < sentence);
        let start = self.clauses[first].start;
        let after = self.clauses.partition_point(|clause| clause.sentence <= sentence);
        let end = self.clauses.get(after).map_or(u32::MAX, |clause| clause.start);
        let polarity = Polarity::Negative;
        match self.sentence_side(sentence, start..end, polars) {
            Side::Praise => return None,
            Side::Blame(ix) => {
                let negator = polars[ix].negator;
                return Some(Found { polarity, rule: Rule::Sentence, cue: Some(ix), negator });
            }
            Side::Neither => {}
        }
        // "Not the staff I know" denies who it was, not what was done.
        let who = |negator: &Hit| negator.end <= aspect.start && self.ground.units(negator.end, aspect.start) <= 1;
        let negator = starting(self.free, start, end).iter().find(|negator| !who(&negator.hit))?;
        Some(Found { polarity, rule: Rule::Undone, cue: None, negator: Some(negator.hit) })
    }

    /// The side of a sentence, which is these bytes; looked at once for all aspects of it.
    fn sentence_side(&self, sentence: u32, bytes: std::ops::Range<u32>, polars: &[Polar]) -> Side {
        if let Some((of, side)) = self.sentence.get()
            && of == sentence
        {
            return side;
        }
        let mut side = Side::Neither;
        let before = polars.len() - from_start(polars, bytes.start).len();
        for (ix, polar) in (before..).zip(starting(polars, bytes.start, bytes.end)) {
            match (polar.side, side) {
                (Polarity::Positive, _) => {
                    side = Side::Praise;
                    break;
                }
                (Polarity::Negative, Side::Neither) => side = Side::Blame(ix),
                (Polarity::Negative | Polarity::Neutral, _) => {}
            }
        }
        self.sentence.set(Some((sentence, side)));
        side
    }

    /// Whether blame tells what somebody did to a thing: "the waitress forgot our drinks" says nothing of drinks, but "the waitress
    /// brought bad drinks" does.
    fn blames_people(&self, blame: &Polar, thing: &Hit, aspects: &[(Hit, DriverIx)]) -> bool {
        let Hit { start, end, clause, .. } = blame.hit;
        blame.side == Polarity::Negative
            && end <= thing.start
            && self.ground.units(end, thing.start) > 0
            && !self.text[start as usize..].starts_with(is_han)
            && in_clause(aspects, clause).iter().any(|(who, of)| who.end <= start && self.lexicon.driver(*of).people)
    }

    /// Whether an aspect stands in its clause with little beside it, as an item of a list does: "great food, wine, and the service".
    fn is_of_a_list(&self, aspect: &Hit) -> bool {
        let clause = &self.clauses[aspect.clause as usize];
        self.ground.units(clause.start, clause.end) <= self.ground.units(aspect.start, aspect.end) + ITEM_EN
    }

    /// The clause before that goes on in clause `at` ("great food, wine, and service"): no contrast is between them.
    fn goes_back(&self, at: u32) -> Option<u32> {
        let before = at.checked_sub(1)?;
        let same = self.clauses[before as usize].sentence == self.clauses[at as usize].sentence;
        (same && self.contrast(at).is_none()).then_some(before)
    }

    /// A clause before that goes on in clause `at`, past those of which nothing can be said to come: of few words none is passed.
    fn praises_or_blames_before(&self, at: u32) -> Option<u32> {
        if !self.near.is_on() {
            return self.goes_back(at);
        }
        let all = self.back.get_or_init(|| {
            let mut all: Vec<Option<u32>> = Vec::with_capacity(self.clauses.len());
            for at in 0..self.clauses.len() as u32 {
                let before = self.goes_back(at);
                let holds = |before: &u32| self.near.holds(Kind::General, *before);
                all.push(before.filter(holds).or_else(|| all[before? as usize]));
            }
            all
        });
        all[at as usize]
    }

    /// The contrast word with which a clause begins.
    fn contrast(&self, clause: u32) -> Option<&Hit> {
        let start = self.clauses.get(clause as usize)?.start;
        let here = starting(self.kept, start, start + 1);
        here.iter().find(|hit| hit.owner == Owner::Word(WordClass::Contrast))
    }

    /// The clause that goes on with the sentence of an aspect's and names no driver: it speaks of what the aspect named.
    ///
    /// A contrast ends that ("parking, but great food"), unless it stands between the aspect and what is said of it: 服务|却很差,
    /// "the service, however, was slow".
    fn goes_on(&self, aspect: &Hit) -> Option<u32> {
        let mut next = aspect.clause + 1;
        let before = self.clauses.get(aspect.clause as usize)?;
        if let Some(word) = self.contrast(next) {
            // A contrast with a comma in it reaches over its clause's end.
            let end = self.clauses[next as usize].end;
            let alone = word.end > end || self.ground.units(word.end, end) == 0;
            let subject = self.ground.gap(aspect.end, before.end) == 0;
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
        let this = self.clauses.get(next as usize)?;
        let names_a_driver = self.facts[next as usize].names;
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
        let gap = self.ground.units(from, to);
        let attribute = gap == 0 && !self.text[word.start as usize..].starts_with(is_han);
        let side = match (after, attribute) {
            (true, _) => 1,
            (false, true) => 0,
            (false, false) => 4,
        };
        let between = starting(aspects, from, to).iter();
        let in_the_way = between.filter(|(other, _)| other.term != aspect.term && other.end <= to).count() as u32;
        2 * gap + side + 6 * in_the_way
    }
}
