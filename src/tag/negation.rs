//! Who turns what: the hits that take a side, and the negators and excess words that turn them.
//!
//! Not for which aspect a side belongs to (`polarity`).

use super::keep::{covers, overlap, same};
use super::matching::Hit;
use crate::lexicon::compile::Owner;
use crate::lexicon::{Sense, WordClass};
use crate::text::chars::{is_alphanumeric, is_han};
use crate::text::clauses::Clause;
use crate::types::{DriverIx, Polarity};

/// How far a Chinese negator reaches, in characters that are not degree words.
const REACH_ZH: u32 = 4;
/// How far an English negator reaches, in words that are not degree words.
const REACH_EN: u32 = 3;

/// The most English words between a thing and what it did not do.
const UNDOES_EN: u32 = 2;

/// A hit that takes a side by itself, with the negators that turn it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Polar {
    pub(super) hit: Hit,
    pub(super) kind: Kind,
    /// Before negation.
    pub(super) base: Polarity,
    /// After negation and excess.
    pub(super) side: Polarity,
    negators: u32,
    /// Whether a hedge takes its side away.
    hedged: bool,
    pub(super) negator: Option<Hit>,
    pub(super) used: bool,
}

impl Polar {
    /// Whether an odd number of negators turn it, and no hedge takes its side away.
    pub(super) const fn turned(&self) -> bool {
        !self.hedged && self.negators % 2 == 1
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Own(DriverIx),
    Beside(DriverIx),
    General,
}

/// A negator at its place.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and any of them may hold together")]
pub(super) struct Negator {
    pub(super) hit: Hit,
    /// It says that something is not there: 没有, "no", but not 不, "not".
    pub(super) absence: bool,
    /// It is the last word of a Chinese clause, so that it can only mean what stands before it: 一点耐心都没有.
    pub(super) last: bool,
    /// It only takes a side away: 不算, "not exactly".
    pub(super) hedges: bool,
    /// It turns something that takes a side.
    pub(super) bound: bool,
}

impl Negator {
    /// Whether it says of this aspect that it is not there.
    pub(super) fn denies(&self, text: &str, kept: &[Hit], aspect: &Hit) -> bool {
        if !self.absence || self.bound || self.hit.clause != aspect.clause {
            return false;
        }
        if self.last {
            return aspect.end <= self.hit.start && gap_without_degree(text, kept, aspect.end, self.hit.start) == 0;
        }
        // "no free parking", but 没开空调 is not about having one.
        let gap = u32::from(!text[self.hit.start as usize..].starts_with(is_han));
        self.hit.end <= aspect.start && gap_without_degree(text, kept, self.hit.end, aspect.start) <= gap
    }

    /// Whether it says of an aspect before it that something was not done: "the waiter didn't even look up".
    /// What things did not do, they did at once: "the lamp didn't light", but "over dinner she told us that she wouldn't".
    pub(super) fn undoes(&self, text: &str, aspect: &Hit, people: bool) -> bool {
        let follows = self.hit.clause == aspect.clause && self.hit.start >= aspect.end;
        let gap = || units(&text[aspect.end as usize..self.hit.start as usize]);
        !self.absence && !self.hedges && !self.bound && follows && (people || gap() <= UNDOES_EN)
    }
}

/// Sorts the kept hits by their part: aspects, negators, and what takes a side. Cues that say something of no driver here are added to
/// `idle`.
pub(super) fn sort_out(
    text: &str,
    clauses: &[Clause],
    kept: &[Hit],
    polars: &mut Vec<Polar>,
    aspects: &mut Vec<(Hit, DriverIx)>,
    negators: &mut Vec<Negator>,
    idle: &mut Vec<(u32, u32)>,
) {
    polars.clear();
    aspects.clear();
    negators.clear();
    for hit in kept {
        let (kind, base) = match hit.owner {
            Owner::Driver(driver, Sense::Aspect) => {
                aspects.push((*hit, driver));
                continue;
            }
            Owner::Word(class @ (WordClass::Negator | WordClass::Absence | WordClass::Hedge)) => {
                add_negator(text, clauses, hit, class, negators);
                continue;
            }
            Owner::Driver(driver, Sense::Positive) => (Kind::Own(driver), Polarity::Positive),
            Owner::Driver(driver, Sense::Negative) => (Kind::Own(driver), Polarity::Negative),
            Owner::Driver(driver, Sense::BesidePositive) => (Kind::Beside(driver), Polarity::Positive),
            Owner::Driver(driver, Sense::BesideNegative) => (Kind::Beside(driver), Polarity::Negative),
            Owner::Word(WordClass::Positive) => (Kind::General, Polarity::Positive),
            Owner::Word(WordClass::Negative) => (Kind::General, Polarity::Negative),
            Owner::Word(WordClass::Neutral) => (Kind::General, Polarity::Neutral),
            Owner::Driver(_, Sense::Exclude) | Owner::Word(_) => continue,
        };
        let used = false;
        polars.push(Polar { hit: *hit, kind, base, side: base, negators: 0, hedged: false, negator: None, used });
    }
    // A cue beside an aspect is one only where its driver has an aspect in the clause, or in the one before, and where the two are
    // no part of what says something of another driver ("worth the" and "price" in "not worth the price").
    for at in 0..polars.len() {
        let Kind::Beside(driver) = polars[at].kind else { continue };
        let cue = polars[at].hit;
        let beside = aspects.iter().any(|(aspect, of)| {
            *of == driver
                && (aspect.clause == cue.clause || aspect.clause + 1 == cue.clause)
                && !overlap(aspect, &cue)
                && !polars.iter().any(|other| {
                    matches!(other.kind, Kind::Own(_)) && covers(&other.hit, &cue) && covers(&other.hit, aspect)
                })
        });
        if !beside {
            polars[at].used = true;
            idle.push((cue.start, cue.end));
        }
    }
    polars.retain(|polar| !polar.used);
}

/// Adds a negator; negators that overlap ("are not", "not very") are one.
fn add_negator(text: &str, clauses: &[Clause], hit: &Hit, class: WordClass, negators: &mut Vec<Negator>) {
    let (absence, hedges) = (class == WordClass::Absence, class == WordClass::Hedge);
    let clause_end = clauses.get(hit.clause as usize).map_or(hit.end, |clause| clause.end);
    let last = absence
        && text[hit.start as usize..].starts_with(is_han)
        // A term of several parts may reach over its clause's end.
        && text[hit.end.min(clause_end) as usize..clause_end as usize].chars().all(|c| !is_alphanumeric(c) || c == '了');
    match negators.last_mut() {
        Some(before) if overlap(&before.hit, hit) => {
            before.hit.end = before.hit.end.max(hit.end);
            before.absence |= absence;
            before.last |= last;
            before.hedges |= hedges;
        }
        _ => negators.push(Negator { hit: *hit, absence, last, hedges, bound: false }),
    }
}

/// Each negator turns the first thing after it, in its clause and within its reach, that takes a side, and what is joined to that
/// by an "or"; an excess word right before praise makes it blame.
pub(super) fn negate(
    text: &str,
    clauses: &[Clause],
    hits: &[Hit],
    kept: &[Hit],
    idle: &[(u32, u32)],
    polars: &mut [Polar],
    negators: &mut [Negator],
) {
    for negator in negators.iter_mut() {
        // "Don't be so rude" blames.
        let forbids = forbids(text, clauses, kept, &negator.hit);
        let Some(target) = target(text, kept, idle, polars, negator) else { continue };
        negator.bound = true;
        let mut at = Some(target);
        while let Some(start) = at {
            at = joined(text, kept, polars, start);
            if !(forbids && polars.iter().any(|polar| polar.hit.start == start && polar.base == Polarity::Negative)) {
                turn(polars, start, &negator.hit, negator.hedges);
            }
        }
    }
    negate_hidden(text, hits, kept, polars);
    let mut excess_words: Vec<&Hit> = kept.iter().filter(|hit| hit.owner == Owner::Word(WordClass::Excess)).collect();
    excess_words.sort_unstable_by_key(|hit| hit.end);
    for polar in polars.iter_mut() {
        if polar.hedged {
            polar.side = Polarity::Neutral;
            continue;
        }
        polar.side = if polar.turned() { polar.base.turned() } else { polar.base };
        let excess = polar.base == Polarity::Positive
            && excess_words[..excess_words.partition_point(|hit| hit.end <= polar.hit.start)]
                .iter()
                .rev()
                .take_while(|hit| !text[hit.end as usize..polar.hit.start as usize].contains(is_alphanumeric))
                .any(|hit| hit.clause == polar.hit.clause);
        if excess && !polar.turned() {
            polar.side = Polarity::Negative;
        }
    }
}

/// A negator that begins a driver's own expression turns what is joined to that (没有异味和灰尘), and another driver's terms inside
/// it: where 没坏过 is praise of one driver, 坏过 is not blame of another.
fn negate_hidden(text: &str, hits: &[Hit], kept: &[Hit], polars: &mut [Polar]) {
    let mut before = None;
    let counts = |hit: &Hit| kept.iter().any(|one| same(one, hit));
    for hidden in hits.iter().filter(|hit| is_negator(hit) && !counts(hit)) {
        // Of 没有 and 没 in one place, the longer comes first, and is the one.
        if before.replace(hidden.start) == Some(hidden.start) {
            continue;
        }
        let starts_one = |polar: &&Polar| {
            !matches!(polar.kind, Kind::Beside(_)) && polar.hit.start == hidden.start && covers(&polar.hit, hidden)
        };
        let Some(whole) = polars.iter().find(starts_one).copied() else { continue };
        // Of general praise or blame a driver's term may share the end: "nobody answered" and "answered the phone".
        let inside = |polar: &Polar| match whole.kind {
            Kind::Own(_) => covers(&whole.hit, &polar.hit),
            Kind::General | Kind::Beside(_) => matches!(polar.kind, Kind::Own(_)) && overlap(&whole.hit, &polar.hit),
        };
        let first = polars
            .iter()
            .filter(|polar| polar.hit.start >= hidden.end && inside(polar))
            .map(|polar| polar.hit.start)
            .min();
        let whole = whole.hit;
        let mut at = joined(text, kept, polars, whole.start);
        if let Some(start) = first {
            turn(polars, start, hidden, false);
        }
        while let Some(next) = at {
            turn(polars, next, hidden, false);
            at = joined(text, kept, polars, next);
        }
    }
}

pub(super) const fn is_negator(hit: &Hit) -> bool {
    matches!(hit.owner, Owner::Word(WordClass::Negator | WordClass::Absence | WordClass::Hedge))
}

/// Whether a negator begins its clause as an order: "don't", 别.
fn forbids(text: &str, clauses: &[Clause], kept: &[Hit], negator: &Hit) -> bool {
    let first = |hit: &Hit| {
        let clause = clauses.get(hit.clause as usize).map_or(0, |clause| clause.start);
        !text[clause as usize..hit.start as usize].contains(is_alphanumeric)
    };
    kept.iter().any(|hit| hit.owner == Owner::Word(WordClass::Forbid) && overlap(hit, negator) && first(hit))
}

/// Where that which a negator turns starts.
fn target(text: &str, kept: &[Hit], idle: &[(u32, u32)], polars: &[Polar], negator: &Negator) -> Option<u32> {
    let Negator { hit, last, .. } = *negator;
    let here = polars.iter().map(|polar| polar.hit).filter(|polar| polar.clause == hit.clause);
    if last {
        let before = here.filter(|polar| polar.end <= hit.start).max_by_key(|polar| polar.end)?;
        return (gap_without_degree(text, kept, before.end, hit.start) == 0).then_some(before.start);
    }
    let reach = if text[hit.start as usize..].starts_with(is_han) { REACH_ZH } else { REACH_EN };
    let start = here.map(|polar| polar.start).filter(|start| *start >= hit.end).min()?;
    let gap = |to: u32| gap_without_degree(text, kept, hit.end, to);
    // A quality that says nothing of any driver here has taken the negator: 人不是很多无需排队.
    let taken = |(from, to): &(u32, u32)| *from >= hit.end && *to <= start && gap(*from) == 0;
    let stop = |word: &Hit| word.owner == Owner::Word(WordClass::Stop) && word.start >= hit.end && word.end <= start;
    let in_degree = |at: u32| {
        kept.iter().any(|word| word.owner == Owner::Word(WordClass::Degree) && word.start < at && at < word.end)
    };
    // 没有预约的人很快, but 不是特别的好.
    let past_de = text[hit.end as usize..start as usize]
        .match_indices('的')
        .map(|(at, _)| hit.end + at as u32)
        .any(|at| !in_degree(at) && gap(at) > 0);
    (gap(start) <= reach && !past_de && !idle.iter().any(taken) && !kept.iter().any(stop)).then_some(start)
}

/// What follows an "or" right after the sides that start here, where it takes a side too.
fn joined(text: &str, kept: &[Hit], polars: &[Polar], start: u32) -> Option<u32> {
    let nothing = |from: u32, to: u32| from <= to && units(&text[from as usize..to as usize]) == 0;
    let end = polars.iter().filter(|polar| polar.hit.start == start).map(|polar| polar.hit.end).max()?;
    let join = kept.iter().find(|hit| hit.owner == Owner::Word(WordClass::Join) && nothing(end, hit.start))?;
    polars.iter().map(|polar| polar.hit.start).find(|next| nothing(join.end, *next))
}

fn turn(polars: &mut [Polar], start: u32, negator: &Hit, hedges: bool) {
    for polar in polars.iter_mut().filter(|polar| polar.hit.start == start) {
        polar.negators += 1;
        polar.hedged |= hedges;
        polar.negator = Some(*negator);
    }
}

/// How many units stand between two places, degree words not counted.
pub(super) fn gap_without_degree(text: &str, kept: &[Hit], from: u32, to: u32) -> u32 {
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
        } else if is_alphanumeric(c) {
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
