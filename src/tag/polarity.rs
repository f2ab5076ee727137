//! From hits to mentions: cues, contrast, the next clause, absence, wishes, and the question's prior.
//!
//! The rules are those of `docs/lexicon.md`, "How a mention gets its polarity". Everything works on hits and clauses; the words
//! themselves are in the lexicon. Not for which hits count (`keep`), nor for what turns them (`negation`).

use super::keep::{keep, overlap};
use super::matching::Hit;
use super::mention::{CommentTags, Evidence, Mention, Rule, Span};
use super::negation::{Kind, Negator, Polar, gap_without_degree, negate, sort_out, units};
use crate::lexicon::compile::Owner;
use crate::lexicon::{Lexicon, WordClass};
use crate::text::chars::is_han;
use crate::text::clauses::Clause;
use crate::types::{DriverIx, Polarity, Role};

/// Buffers of this step.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    kept: Vec<Hit>,
    polars: Vec<Polar>,
    aspects: Vec<(Hit, DriverIx)>,
    negators: Vec<Negator>,
    order: Vec<u32>,
}

/// Resolves the hits of one answer and adds its mentions to `tags`.
pub(crate) fn resolve(
    lexicon: &Lexicon,
    question: u16,
    role: Role,
    scratch: &mut super::tagger::Scratch,
    tags: &mut CommentTags,
) {
    let super::tagger::Scratch { folded, hits, clauses, polarity, .. } = scratch;
    let text = folded.text.as_str();
    tags.asks |= text.contains(['?', '？']);
    if hits.is_empty() {
        return;
    }
    let Scratch { kept, polars, aspects, negators, order } = polarity;
    keep(lexicon, hits, order, kept);
    sort_out(text, clauses, kept, polars, aspects, negators);
    negate(text, hits, kept, polars, negators);
    let reading = Reading { text, clauses, question, role, kept };
    let span = |hit: &Hit| {
        let range = folded.delivered(hit.start..hit.end);
        Span { start: range.start, end: range.end }
    };
    reading.mentions(polars, aspects, negators, tags, &span);
}

/// One answer with all that is needed to read its mentions.
struct Reading<'a> {
    text: &'a str,
    clauses: &'a [Clause],
    question: u16,
    role: Role,
    kept: &'a [Hit],
}

/// What an aspect was found to say.
struct Found {
    polarity: Polarity,
    rule: Rule,
    cue: Option<usize>,
    negator: Option<Hit>,
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
        };
        for polar in polars.iter() {
            let Kind::Own(driver) = polar.kind else { continue };
            let mut mention = blank(&polar.hit, driver);
            mention.polarity = polar.side;
            mention.rule = Rule::OwnTerm;
            mention.negator = polar.negator.as_ref().map(evidence);
            mention.negated = polar.turned();
            self.apply_wish(&mut mention, tags);
            tags.mentions.push(mention);
        }
        for (aspect, driver) in aspects {
            // The driver's own word in the same clause already says what the aspect would.
            if polars.iter().any(|polar| polar.kind == Kind::Own(*driver) && polar.hit.clause == aspect.clause) {
                continue;
            }
            let found = self.side_of(aspect, *driver, polars, aspects, negators);
            let mut mention = blank(aspect, *driver);
            mention.polarity = found.polarity;
            mention.rule = found.rule;
            if let Some(cue) = found.cue {
                polars[cue].used = true;
                mention.cue = Some(evidence(&polars[cue].hit));
                mention.negated = polars[cue].turned();
            }
            mention.negator = found.negator.as_ref().map(evidence);
            mention.negated |= found.rule == Rule::Absent;
            self.apply_wish(&mut mention, tags);
            tags.mentions.push(mention);
        }
        tags.mentions[first..].sort_unstable_by_key(|mention| (mention.span, mention.driver, mention.term));
        tags.wishes |= self.kept.iter().any(|hit| hit.owner == Owner::Word(WordClass::Wish));
        for polar in polars.iter().filter(|polar| polar.kind == Kind::General && !polar.used) {
            if self.wished(polar.hit.clause) {
                continue;
            }
            match polar.side {
                Polarity::Positive => tags.praises += 1,
                Polarity::Negative => tags.blames += 1,
                Polarity::Neutral => {}
            }
        }
    }

    /// What an aspect says: by its driver's cue, by the nearest general word, by the next clause, by absence, by the question.
    fn side_of(
        &self,
        aspect: &Hit,
        driver: DriverIx,
        polars: &[Polar],
        aspects: &[(Hit, DriverIx)],
        negators: &[Negator],
    ) -> Found {
        let nearest = |clause: u32, general: bool| {
            polars
                .iter()
                .enumerate()
                .filter(|(_, polar)| polar.hit.clause == clause && !overlap(aspect, &polar.hit))
                .filter(|(_, polar)| match polar.kind {
                    Kind::Beside(of) => of == driver && !general,
                    Kind::General => general,
                    Kind::Own(_) => false,
                })
                .min_by_key(|(ix, polar)| (self.distance(aspect, &polar.hit, aspects), *ix))
                .map(|(ix, _)| ix)
        };
        let by = |ix: usize, rule: Rule| Found {
            polarity: polars[ix].side,
            rule,
            cue: Some(ix),
            negator: polars[ix].negator,
        };
        if let Some(cue) = nearest(aspect.clause, false) {
            return by(cue, Rule::BesideAspect);
        }
        if let Some(cue) = nearest(aspect.clause, true) {
            return by(cue, Rule::GeneralWord);
        }
        if let Some(negator) = negators.iter().find(|negator| negator.denies(self.text, self.kept, aspect)) {
            let negator = Some(negator.hit);
            return Found { polarity: Polarity::Negative, rule: Rule::Absent, cue: None, negator };
        }
        if let Some(next) = self.goes_on(aspect, polars, aspects)
            && let Some(cue) = nearest(next, false).or_else(|| nearest(next, true))
        {
            return by(cue, Rule::NextClause);
        }
        let (polarity, rule) = match self.role {
            Role::Good => (Polarity::Positive, Rule::Question),
            Role::Improve => (Polarity::Negative, Rule::Question),
            Role::Why | Role::Other => (Polarity::Neutral, Rule::Bare),
        };
        Found { polarity, rule, cue: None, negator: None }
    }

    /// The clause that goes on with the sentence of an aspect's and names no driver: it speaks of what the aspect named.
    ///
    /// A contrast ends that ("parking, but great food"), unless it stands between the aspect and what is said of it: 服务|却很差,
    /// "the service, however, was slow".
    fn goes_on(&self, aspect: &Hit, polars: &[Polar], aspects: &[(Hit, DriverIx)]) -> Option<u32> {
        let mut next = aspect.clause + 1;
        let before = self.clauses.get(aspect.clause as usize)?;
        let contrast = |clause: u32| {
            let start = self.clauses.get(clause as usize)?.start;
            self.kept.iter().find(|hit| hit.owner == Owner::Word(WordClass::Contrast) && hit.start == start)
        };
        if let Some(word) = contrast(next) {
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
        (before.sentence == this.sentence && !names_a_driver && !(next > aspect.clause + 1 && contrast(next).is_some()))
            .then_some(next)
    }

    /// How far a word is from an aspect; what follows is nearer than what precedes, but for an English word right before it
    /// ("good service"); another driver's aspect in between is in the way.
    fn distance(&self, aspect: &Hit, word: &Hit, aspects: &[(Hit, DriverIx)]) -> u32 {
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

    /// Whether a clause is, or goes on with, a wish.
    fn wished(&self, clause: u32) -> bool {
        self.kept.iter().any(|hit| hit.owner == Owner::Word(WordClass::Wish) && hit.clause == clause)
    }

    /// A wish about a driver is a complaint about it.
    fn apply_wish(&self, mention: &mut Mention, tags: &CommentTags) {
        let here = self.wished(mention.clause);
        let before = mention.clause.checked_sub(1).is_some_and(|before| {
            let same = self.clauses[before as usize].sentence == self.clauses[mention.clause as usize].sentence;
            same && self.wished(before)
                && !tags.mentions.iter().any(|other| other.question == self.question && other.clause == before)
        });
        if (here || before) && mention.polarity != Polarity::Negative {
            mention.polarity = Polarity::Negative;
            mention.rule = Rule::Wish;
        }
    }
}
