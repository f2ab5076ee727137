//! Who turns what: the hits that take a side, and the negators and excess words that turn them.
//!
//! Not for which aspect a side belongs to (`polarity`).

use super::ground::{Ground, Reach, clause_range, from_start, in_clause, starting};
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
    pub(super) negators: u32,
    /// Whether a hedge takes its side away.
    pub(super) hedged: bool,
    pub(super) negator: Option<Hit>,
    pub(super) used: bool,
}

impl Polar {
    /// Whether an odd number of negators turn it, and no hedge takes its side away.
    pub(super) const fn turned(&self) -> bool {
        !self.hedged && self.negators % 2 == 1
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    fn denies(&self, ground: &Ground<'_>, aspect: &Hit) -> bool {
        if !self.absence || self.bound || self.hit.clause != aspect.clause {
            return false;
        }
        if self.last {
            return aspect.end <= self.hit.start && ground.gap(aspect.end, self.hit.start) == 0;
        }
        // "no free parking", but 没开空调 is not about having one.
        let gap = u32::from(!ground.text[self.hit.start as usize..].starts_with(is_han));
        self.hit.end <= aspect.start && ground.gap(self.hit.end, aspect.start) <= gap
    }

    /// Whether it says of an aspect before it that something was not done: "the waiter didn't even look up".
    /// What things did not do, they did at once: "the lamp didn't light", but "over dinner she told us that she wouldn't".
    fn undoes(&self, ground: &Ground<'_>, aspect: &Hit, people: bool) -> bool {
        let follows = self.hit.clause == aspect.clause && self.hit.start >= aspect.end;
        let gap = || ground.units(aspect.end, self.hit.start);
        self.is_free() && follows && (people || gap() <= UNDOES_EN)
    }

    /// Whether it says "not" and has turned nothing.
    pub(super) const fn is_free(&self) -> bool {
        !self.absence && !self.hedges && !self.bound
    }
}

/// The first negator that says of this aspect that it is not there.
pub(super) fn denier<'n>(ground: &Ground<'_>, aspect: &Hit, negators: &'n [Negator]) -> Option<&'n Negator> {
    let here = in_clause(negators, aspect.clause);
    // One that is further away than any that can deny it ends the search; the clause's last word comes after it.
    let too_far = ground.too_far(1);
    let before = &here[..here.partition_point(|negator| negator.hit.start < aspect.start)];
    let near = |negator: &&Negator| {
        let gap = || ground.gap(negator.hit.end, aspect.start);
        negator.hit.end > aspect.start || too_far.is_none_or(|too_far| gap() <= too_far)
    };
    let near = before.iter().rev().take_while(near).count();
    let first = before[before.len() - near..].iter().find(|negator| negator.denies(ground, aspect));
    first.or_else(|| {
        let last = here.iter().rev().take_while(|negator| negator.last).count();
        here[here.len() - last..].iter().find(|negator| negator.denies(ground, aspect))
    })
}

/// The first negator that says of an aspect before it that something was not done; `free` are those that are free.
pub(super) fn undoer<'n>(ground: &Ground<'_>, aspect: &Hit, people: bool, free: &'n [Negator]) -> Option<&'n Negator> {
    // What is further away than one that is too far is too far as well.
    from_start(free, aspect.end).first().filter(|negator| negator.undoes(ground, aspect, people))
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
    if !polars.iter().any(|polar| matches!(polar.kind, Kind::Beside(_))) {
        return;
    }
    let mut of_driver: Vec<(DriverIx, Hit)> = aspects.iter().map(|(aspect, driver)| (*driver, *aspect)).collect();
    of_driver.sort_by_key(|(driver, _)| *driver);
    let mut reach = Reach::default();
    reach.read(polars);
    for at in 0..polars.len() {
        let Kind::Beside(driver) = polars[at].kind else { continue };
        let cue = polars[at].hit;
        let holding = || {
            let here = polars[reach.back(polars, cue.start + 1, cue.end)].iter();
            here.filter(|other| matches!(other.kind, Kind::Own(_)) && covers(&other.hit, &cue))
        };
        let from = of_driver.partition_point(|(of, hit)| (*of, hit.clause + 1) < (driver, cue.clause));
        let to = of_driver.partition_point(|(of, hit)| (*of, hit.clause) <= (driver, cue.clause));
        let beside = of_driver[from..to]
            .iter()
            .any(|(_, aspect)| !overlap(aspect, &cue) && !holding().any(|other| covers(&other.hit, aspect)));
        if !beside {
            polars[at].used = true;
            idle.push((cue.start, cue.end));
        }
    }
    polars.retain(|polar| !polar.used);
    idle.sort_unstable();
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
/// by an "or"; an excess word right before praise makes it blame. `idle` is in order.
pub(super) fn negate(
    ground: &Ground<'_>,
    clauses: &[Clause],
    hits: &[Hit],
    idle: &[(u32, u32)],
    polars: &mut [Polar],
    negators: &mut [Negator],
) {
    if hits.iter().any(is_negator) {
        let mut turns = Turns::new(ground, polars);
        let orders = orders(ground, clauses);
        let mut reach = Reach::default();
        reach.read(&orders);
        let stops: Vec<Hit> = ground.words(WordClass::Stop).copied().collect();
        for negator in negators.iter_mut() {
            let Hit { start, end, .. } = negator.hit;
            // "Don't be so rude" blames.
            let forbids = orders[reach.back(&orders, end, start + 1)].iter().any(|order| overlap(order, &negator.hit));
            let Some(target) = target(ground, &stops, idle, polars, negator) else { continue };
            negator.bound = true;
            turns.add(target, Turn { by: negator.hit, hedges: negator.hedges, forbids });
        }
        negate_hidden(ground, hits, polars, &mut turns);
        turns.carry_out(polars);
    }
    let mut excess_words: Vec<&Hit> = ground.words(WordClass::Excess).collect();
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
                .take_while(|hit| !ground.text[hit.end as usize..polar.hit.start as usize].contains(is_alphanumeric))
                .any(|hit| hit.clause == polar.hit.clause);
        if excess && !polar.turned() {
            polar.side = Polarity::Negative;
        }
    }
}

/// A negator that begins a driver's own expression turns what is joined to that (没有异味和灰尘), and another driver's terms inside
/// it: where 没坏过 is praise of one driver, 坏过 is not blame of another.
fn negate_hidden(ground: &Ground<'_>, hits: &[Hit], polars: &[Polar], turns: &mut Turns) {
    let mut before = None;
    let counts = |hit: &Hit| starting(ground.kept, hit.start, hit.start + 1).iter().any(|one| same(one, hit));
    for hidden in hits.iter().filter(|hit| is_negator(hit) && !counts(hit)) {
        // Of 没有 and 没 in one place, the longer comes first, and is the one.
        if before.replace(hidden.start) == Some(hidden.start) {
            continue;
        }
        let starts_one = |polar: &&Polar| !matches!(polar.kind, Kind::Beside(_)) && covers(&polar.hit, hidden);
        let here = starting(polars, hidden.start, hidden.start + 1);
        let Some(whole) = here.iter().find(starts_one).copied() else { continue };
        // Of general praise or blame a driver's term may share the end: "nobody answered" and "answered the phone".
        let inside = |polar: &&Polar| match whole.kind {
            Kind::Own(_) => covers(&whole.hit, &polar.hit),
            Kind::General | Kind::Beside(_) => matches!(polar.kind, Kind::Own(_)) && overlap(&whole.hit, &polar.hit),
        };
        let first = starting(polars, hidden.end, whole.hit.end).iter().find(inside).map(|polar| polar.hit.start);
        let turn = Turn { by: *hidden, hedges: false, forbids: false };
        if let Some(start) = first {
            turns.add_alone(start, turn);
        }
        if let Some(next) = turns.joined(whole.hit.start) {
            turns.add(next, turn);
        }
    }
}

/// What turns a side.
#[derive(Debug, Clone, Copy)]
struct Turn {
    by: Hit,
    hedges: bool,
    /// It leaves blame as it is, and whatever starts where blame does.
    forbids: bool,
}

/// Turns of one kind that come together at one place: how many, whether one hedges, and the last of all.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    count: u32,
    hedges: bool,
    last: Option<(usize, Hit)>,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.hedges |= other.hedges;
        if other.last.map(|(at, _)| at) >= self.last.map(|(at, _)| at) {
            self.last = other.last;
        }
    }
}

/// Which sides are turned by what, along what is joined: each place is joined to one that comes after it, so that turns are handed on in one
/// go from the first place to the last.
struct Turns {
    /// Where sides start, in order, each with the place in this list of what is joined to it.
    places: Vec<(u32, Option<usize>)>,
    /// By place: the turns that are handed on: of those that forbid nothing, and of those that do.
    sums: Vec<[Sum; 2]>,
    /// By place: those that are not handed on.
    alone: Vec<Sum>,
    /// How many there were.
    count: usize,
}

impl Turns {
    fn new(ground: &Ground<'_>, polars: &[Polar]) -> Self {
        let joins: Vec<Hit> = ground.words(WordClass::Join).copied().collect();
        let mut places: Vec<(u32, Option<usize>)> = Vec::new();
        for group in polars.chunk_by(|a, b| a.hit.start == b.hit.start) {
            places.push((group[0].hit.start, None));
        }
        for at in 0..places.len() {
            let next = joined(ground, &joins, polars, places[at].0);
            places[at].1 = next.and_then(|next| places.binary_search_by_key(&next, |(start, _)| *start).ok());
        }
        let sums = vec![[Sum::default(); 2]; places.len()];
        let alone = vec![Sum::default(); places.len()];
        Self { places, sums, alone, count: 0 }
    }

    fn at(&self, start: u32) -> Option<usize> {
        self.places.binary_search_by_key(&start, |(start, _)| *start).ok()
    }

    /// What follows an "or" right after the sides that start here, where it takes a side too.
    fn joined(&self, start: u32) -> Option<u32> {
        let (_, next) = self.places[self.at(start)?];
        next.map(|next| self.places[next].0)
    }

    fn sum(&mut self, turn: &Turn) -> Sum {
        self.count += 1;
        Sum { count: 1, hedges: turn.hedges, last: Some((self.count, turn.by)) }
    }

    /// Turns what starts here and all that is joined to it.
    fn add(&mut self, start: u32, turn: Turn) {
        let sum = self.sum(&turn);
        if let Some(at) = self.at(start) {
            self.sums[at][usize::from(turn.forbids)].add(sum);
        }
    }

    /// Turns what starts here.
    fn add_alone(&mut self, start: u32, turn: Turn) {
        let sum = self.sum(&turn);
        if let Some(at) = self.at(start) {
            self.alone[at].add(sum);
        }
    }

    fn carry_out(mut self, polars: &mut [Polar]) {
        let mut rest = polars;
        for at in 0..self.places.len() {
            let (start, next) = self.places[at];
            let [plain, forbidding] = self.sums[at];
            if let Some(next) = next {
                self.sums[next][0].add(plain);
                self.sums[next][1].add(forbidding);
            }
            let count = rest.partition_point(|polar| polar.hit.start <= start);
            let (here, after) = std::mem::take(&mut rest).split_at_mut(count);
            rest = after;
            let mut sum = plain;
            sum.add(self.alone[at]);
            if !here.iter().any(|polar| polar.base == Polarity::Negative) {
                sum.add(forbidding);
            }
            for polar in here {
                polar.negators = sum.count;
                polar.hedged = sum.hedges;
                polar.negator = sum.last.map(|(_, by)| by);
            }
        }
    }
}

pub(super) const fn is_negator(hit: &Hit) -> bool {
    matches!(hit.owner, Owner::Word(WordClass::Negator | WordClass::Absence | WordClass::Hedge))
}

/// Words that begin their clause as an order: "don't", 别.
fn orders(ground: &Ground<'_>, clauses: &[Clause]) -> Vec<Hit> {
    let first = |hit: &&Hit| {
        let clause = clauses.get(hit.clause as usize).map_or(0, |clause| clause.start);
        !ground.text[clause as usize..hit.start as usize].contains(is_alphanumeric)
    };
    ground.words(WordClass::Forbid).filter(first).copied().collect()
}

/// Where that which a negator turns starts.
fn target(ground: &Ground<'_>, stops: &[Hit], idle: &[(u32, u32)], polars: &[Polar], negator: &Negator) -> Option<u32> {
    let Negator { hit, last, .. } = *negator;
    let Ground { text, kept, .. } = *ground;
    if last {
        let here = in_clause(polars, hit.clause).iter().map(|polar| polar.hit);
        let before = here.filter(|polar| polar.end <= hit.start).max_by_key(|polar| polar.end)?;
        return (ground.gap(before.end, hit.start) == 0).then_some(before.start);
    }
    let reach = if text[hit.start as usize..].starts_with(is_han) { REACH_ZH } else { REACH_EN };
    // A negator may reach over its clause's end.
    let rest = &polars[clause_range(polars, hit.clause)];
    let start = from_start(rest, hit.end).first()?.hit.start;
    let gap = |to: u32| ground.gap(hit.end, to);
    if gap(start) > reach {
        return None;
    }
    // A quality that says nothing of any driver here has taken the negator: 人不是很多无需排队.
    let taken = idle[idle.partition_point(|(from, _)| *from < hit.end)..]
        .iter()
        .take_while(|(from, _)| *from < start)
        .any(|(from, to)| *to <= start && gap(*from) == 0);
    let stopped = starting(stops, hit.end, start).iter().any(|word| word.end <= start);
    // What holds it starts behind the negator, or with it: else it would hold the negator too, which would say nothing then.
    let in_degree = |at: u32| {
        let is_around = |word: &Hit| word.owner == Owner::Word(WordClass::Degree) && at < word.end;
        starting(kept, hit.start, at).iter().any(is_around)
    };
    // 没有预约的人很快, but 不是特别的好.
    let past_de = text[hit.end as usize..start as usize]
        .match_indices('的')
        .map(|(at, _)| hit.end + at as u32)
        .any(|at| !in_degree(at) && gap(at) > 0);
    (!past_de && !taken && !stopped).then_some(start)
}

/// What follows an "or" right after the sides that start here, where it takes a side too.
fn joined(ground: &Ground<'_>, joins: &[Hit], polars: &[Polar], start: u32) -> Option<u32> {
    let nothing = |from: u32, to: u32| ground.units(from, to) == 0;
    let end = starting(polars, start, start + 1).iter().map(|polar| polar.hit.end).max()?;
    let join = from_start(joins, end).first().filter(|join| nothing(end, join.start))?;
    from_start(polars, join.end).first().map(|polar| polar.hit.start).filter(|next| nothing(join.end, *next))
}
