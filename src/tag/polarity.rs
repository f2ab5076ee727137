//! From hits to mentions: exclusion, longest match, negation, contrast, cues, wishes, and the question's prior.
//!
//! The rules are those of `docs/lexicon.md`, "How a mention gets its polarity". Everything works on hits and clauses; the words
//! themselves are in the lexicon.

use std::cmp::Reverse;

use super::matching::Hit;
use super::mention::{CommentTags, Evidence, Mention, Rule, Span};
use crate::lexicon::compile::Owner;
use crate::lexicon::{Lexicon, Sense, WordClass};
use crate::text::chars::is_han;
use crate::text::clauses::Clause;
use crate::types::{DriverIx, Polarity, Role};

/// How far a Chinese negator reaches, in characters that are not degree words.
const REACH_ZH: u32 = 4;
/// How far an English negator reaches, in words that are not degree words.
const REACH_EN: u32 = 3;

/// A hit that takes a side by itself, with the negators that turn it.
#[derive(Debug, Clone, Copy)]
struct Polar {
    hit: Hit,
    kind: Kind,
    /// Before negation.
    base: Polarity,
    /// After negation and excess.
    side: Polarity,
    negators: u32,
    negator: Option<Hit>,
    used: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own(DriverIx),
    Beside(DriverIx),
    General,
}

/// Buffers of this step.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    kept: Vec<Hit>,
    polars: Vec<Polar>,
    aspects: Vec<(Hit, DriverIx)>,
    negators: Vec<(Hit, bool)>,
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
    polarity.keep(lexicon, hits);
    polarity.sort_out();
    polarity.negate(text);
    let reading = Reading { text, clauses, question, role, kept: &polarity.kept };
    let span = |hit: &Hit| {
        let range = folded.delivered(hit.start..hit.end);
        Span { start: range.start, end: range.end }
    };
    reading.mentions(&mut polarity.polars, &polarity.aspects, &polarity.negators, tags, &span);
}

impl Scratch {
    /// Drops what does not count: words inside longer expressions, whatever stands inside a driver's own exclusions, shorter
    /// matches that overlap longer ones of the same driver, and a parent's term inside a term of its child.
    fn keep(&mut self, lexicon: &Lexicon, hits: &[Hit]) {
        self.kept.clear();
        self.order.clear();
        self.order.extend(0..hits.len() as u32);
        self.order.sort_unstable_by_key(|&ix| {
            let hit = &hits[ix as usize];
            (Reverse(hit.end - hit.start), hit.start, rank(hit.owner), hit.term)
        });
        for &ix in &self.order {
            let hit = hits[ix as usize];
            let dropped = match hit.owner {
                Owner::Word(_) => self.kept.iter().any(|other| hides_word(other, &hit)),
                Owner::Driver(_, Sense::Exclude) => false,
                Owner::Driver(driver, sense) => {
                    self.kept.iter().any(|other| hides_term(lexicon, other, &hit, driver, sense))
                        || hits
                            .iter()
                            .any(|other| other.owner == Owner::Driver(driver, Sense::Exclude) && covers(other, &hit))
                }
            };
            if !dropped {
                self.kept.push(hit);
            }
        }
        self.kept.sort_unstable_by_key(|hit| (hit.start, Reverse(hit.end), hit.term));
    }

    /// Sorts the kept hits by their part: aspects, negators, and what takes a side.
    fn sort_out(&mut self) {
        let Self { kept, polars, aspects, negators, .. } = self;
        polars.clear();
        aspects.clear();
        negators.clear();
        for hit in kept.iter() {
            let (kind, base) = match hit.owner {
                Owner::Driver(driver, Sense::Aspect) => {
                    aspects.push((*hit, driver));
                    continue;
                }
                Owner::Word(WordClass::Negator) => {
                    negators.push((*hit, false));
                    continue;
                }
                Owner::Driver(driver, Sense::Positive) => (Kind::Own(driver), Polarity::Positive),
                Owner::Driver(driver, Sense::Negative) => (Kind::Own(driver), Polarity::Negative),
                Owner::Driver(driver, Sense::BesidePositive) => (Kind::Beside(driver), Polarity::Positive),
                Owner::Driver(driver, Sense::BesideNegative) => (Kind::Beside(driver), Polarity::Negative),
                Owner::Word(WordClass::Positive) => (Kind::General, Polarity::Positive),
                Owner::Word(WordClass::Negative) => (Kind::General, Polarity::Negative),
                Owner::Driver(_, Sense::Exclude) | Owner::Word(_) => continue,
            };
            let used = false;
            polars.push(Polar { hit: *hit, kind, base, side: base, negators: 0, negator: None, used });
        }
        // A cue beside an aspect is one only where its driver has an aspect in the clause, or in the one before.
        polars.retain(|polar| match polar.kind {
            Kind::Beside(driver) => aspects.iter().any(|(aspect, of)| {
                *of == driver
                    && (aspect.clause == polar.hit.clause || aspect.clause + 1 == polar.hit.clause)
                    && !overlap(aspect, &polar.hit)
            }),
            _ => true,
        });
    }

    /// Each negator turns the first thing after it, in its clause and within its reach, that takes a side; an excess word
    /// right before praise makes it blame.
    fn negate(&mut self, text: &str) {
        let Self { kept, polars, negators, .. } = self;
        for (negator, bound) in negators.iter_mut() {
            let reach = if text[negator.start as usize..].starts_with(is_han) { REACH_ZH } else { REACH_EN };
            let target = polars
                .iter()
                .filter(|polar| polar.hit.clause == negator.clause && polar.hit.start >= negator.end)
                .map(|polar| polar.hit.start)
                .min();
            let Some(target) = target else { continue };
            if gap_without_degree(text, kept, negator.end, target) > reach {
                continue;
            }
            *bound = true;
            for polar in polars.iter_mut().filter(|polar| polar.hit.start == target) {
                polar.negators += 1;
                polar.negator = Some(*negator);
            }
        }
        for polar in polars.iter_mut() {
            let turned = polar.negators % 2 == 1;
            polar.side = if turned { polar.base.turned() } else { polar.base };
            let excess = polar.base == Polarity::Positive
                && kept.iter().any(|hit| {
                    hit.owner == Owner::Word(WordClass::Excess)
                        && hit.clause == polar.hit.clause
                        && hit.end <= polar.hit.start
                        && units(&text[hit.end as usize..polar.hit.start as usize]) == 0
                });
            if excess && !turned {
                polar.side = Polarity::Negative;
            }
        }
    }
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
        negators: &[(Hit, bool)],
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
            mention.negated = polar.negators % 2 == 1;
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
                mention.negated = polars[cue].negators % 2 == 1;
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
        negators: &[(Hit, bool)],
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
        let absent = negators.iter().find(|(negator, bound)| {
            !bound
                && negator.clause == aspect.clause
                && negator.end <= aspect.start
                && gap_without_degree(self.text, self.kept, negator.end, aspect.start) <= 1
        });
        if let Some((negator, _)) = absent {
            return Found { polarity: Polarity::Negative, rule: Rule::Absent, cue: None, negator: Some(*negator) };
        }
        let next = aspect.clause + 1;
        if self.continues(next, polars, aspects) {
            if let Some(cue) = nearest(next, false).or_else(|| nearest(next, true)) {
                return by(cue, Rule::NextClause);
            }
        }
        let (polarity, rule) = match self.role {
            Role::Good => (Polarity::Positive, Rule::Question),
            Role::Improve => (Polarity::Negative, Rule::Question),
            Role::Why | Role::Other => (Polarity::Neutral, Rule::Bare),
        };
        Found { polarity, rule, cue: None, negator: None }
    }

    /// Whether a clause goes on with the sentence of the one before and names no driver: then it speaks of what that one named.
    fn continues(&self, clause: u32, polars: &[Polar], aspects: &[(Hit, DriverIx)]) -> bool {
        let ix = clause as usize;
        let (Some(before), Some(this)) = (self.clauses.get(ix.wrapping_sub(1)), self.clauses.get(ix)) else {
            return false;
        };
        before.sentence == this.sentence
            && !aspects.iter().any(|(hit, _)| hit.clause == clause)
            && !polars.iter().any(|polar| matches!(polar.kind, Kind::Own(_)) && polar.hit.clause == clause)
            && !self.kept.iter().any(|hit| {
                hit.owner == Owner::Word(WordClass::Contrast) && hit.clause == clause && hit.start == this.start
            })
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

/// Whether `other` reaches over all of `hit`.
fn covers(other: &Hit, hit: &Hit) -> bool {
    other.start <= hit.start && hit.end <= other.end
}

fn overlap(a: &Hit, b: &Hit) -> bool {
    a.start < b.end && b.start < a.end
}

/// A word of no driver does not count inside a longer expression, nor where a driver's own polar term is the same word.
fn hides_word(other: &Hit, hit: &Hit) -> bool {
    if !covers(other, hit) {
        return false;
    }
    let longer = other.end - other.start > hit.end - hit.start;
    match other.owner {
        Owner::Driver(_, Sense::Exclude) => false,
        Owner::Driver(_, Sense::BesidePositive | Sense::BesideNegative) => longer,
        Owner::Driver(..) => true,
        Owner::Word(_) => longer,
    }
}

/// A driver's term gives way to a longer one of the same driver that it overlaps, and to a term of a child that covers it.
fn hides_term(lexicon: &Lexicon, other: &Hit, hit: &Hit, driver: DriverIx, sense: Sense) -> bool {
    let Owner::Driver(of, as_sense) = other.owner else { return false };
    if as_sense == Sense::Exclude {
        return false;
    }
    let beside = |sense| matches!(sense, Sense::BesidePositive | Sense::BesideNegative);
    if of == driver {
        // A cue may be part of nothing but a longer cue or a polar term; an aspect does not hide it by touching it.
        return if beside(as_sense) && !beside(sense) { false } else { overlap(other, hit) };
    }
    covers(other, hit) && !beside(as_sense) && lexicon.is_above(driver, of)
}

/// Of hits of one length at one place, own polar terms come before aspects, and words of no driver last.
fn rank(owner: Owner) -> u8 {
    match owner {
        Owner::Driver(_, Sense::Positive | Sense::Negative) => 0,
        Owner::Driver(_, Sense::Aspect) => 1,
        Owner::Driver(..) => 2,
        Owner::Word(_) => 3,
    }
}

/// How many units stand between two places, degree words not counted.
fn gap_without_degree(text: &str, kept: &[Hit], from: u32, to: u32) -> u32 {
    let all = units(&text[from as usize..to as usize]);
    let degree: u32 = kept
        .iter()
        .filter(|hit| hit.owner == Owner::Word(WordClass::Degree) && hit.start >= from && hit.end <= to)
        .map(|hit| units(&text[hit.start as usize..hit.end as usize]))
        .sum();
    all.saturating_sub(degree)
}

/// The length of a stretch of text: Han characters, and words of other letters or digits.
pub(crate) fn units(text: &str) -> u32 {
    let mut count = 0;
    let mut in_word = false;
    for c in text.chars() {
        if is_han(c) {
            count += 1;
            in_word = false;
        } else if c.is_alphanumeric() {
            count += u32::from(!in_word);
            in_word = true;
        } else if c != '\'' {
            in_word = false;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::units;

    #[test]
    fn units_are_han_characters_and_words() {
        for (text, count) in
            [("", 0), ("很好", 2), ("not a very", 3), ("很 nice 的", 3), ("don't", 1), (" - ", 0), ("5天", 2)]
        {
            assert_eq!(units(text), count, "{text}");
        }
    }
}
