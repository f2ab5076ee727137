//! Which words have nothing left to say of their own: negators inside an expression that has said it, cues inside one that says
//! otherwise, and praise that only strengthens.
//!
//! Not for what the others turn (`negation`).

use super::ground::{Reach, from_start, starting};
use super::keep::{covers, overlap};
use super::matching::Hit;
use super::negation::{Kind, Negator, Polar, is_negator};
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::types::Polarity;

/// A cue that a longer general word holds behind a negator says what that word says: good in "not good", 满意 in 不满意. Where nothing is
/// negated the driver knows better: 震动很厉害.
pub(super) fn turn_held_cues(hits: &[Hit], polars: &mut [Polar]) {
    let mut reach = Reach::default();
    for at in 0..polars.len() {
        let Polar { hit: cue, kind: Kind::Beside(_), .. } = polars[at] else { continue };
        if reach.is_empty() {
            reach.read(polars);
        }
        let negates = |whole: &Hit| {
            starting(hits, whole.start, cue.start).iter().any(|hit| is_negator(hit) && hit.end <= cue.start)
        };
        let holds = |other: &&Polar| other.kind == Kind::General && covers(&other.hit, &cue) && negates(&other.hit);
        let around = reach.back(polars, cue.start + 1, cue.end);
        if let Some(base) = polars[around].iter().find(holds).map(|other| other.base) {
            (polars[at].base, polars[at].side) = (base, base);
        }
    }
}

/// Takes out negators that are part of an expression, and shortens those that share a degree word with one.
pub(super) fn take_out_spent(hits: &[Hit], polars: &[Polar], negators: &mut Vec<Negator>) {
    if negators.is_empty() {
        return;
    }
    let mut reach = Reach::default();
    reach.read(polars);
    // A negator that is part of an expression has said all that it says ("couldn't be more helpful", "never fails to"). "lack of" is
    // blame and negator in one.
    negators.retain(|negator| {
        let begins_in = |polar: &Hit| overlap(&negator.hit, polar) && polar.start <= negator.hit.start;
        let around = reach.back(polars, negator.hit.start + 1, negator.hit.start + 1);
        !polars[around].iter().any(|polar| match polar.kind {
            Kind::Own(_) => begins_in(&polar.hit),
            Kind::General | Kind::Beside(_) => {
                begins_in(&polar.hit) && (negator.hit.start, negator.hit.end) != (polar.hit.start, polar.hit.end)
            }
        })
    });
    // One that shares its degree word with what it turns ends before that (不是很 and 很好); one that shares its "not" is in it already
    // (根本不 and 不制冷).
    negators.retain_mut(|negator| {
        let Hit { start: from, end, .. } = negator.hit;
        let Some(first) = from_start(polars, from + 1).first().filter(|polar| polar.hit.start < end) else {
            return true;
        };
        let start = first.hit.start;
        if starting(hits, from, from + 1).iter().any(|hit| is_negator(hit) && hit.end <= start) {
            negator.hit.end = start;
            return true;
        }
        // A cue may be the negator's own "not there" (从来没有 and 没有), which turns what follows all the same.
        matches!(first.kind, Kind::Beside(_))
    });
}

/// Praise that is a degree word too says only "very" where a word that takes a side follows it at once: 好 in 噪音好大 and 好贵. An own
/// term that ends in it takes the side of that word: 隔音好差.
pub(super) fn take_out_degrees(text: &str, kept: &[Hit], polars: &mut Vec<Polar>) {
    // Both are in the order of their starts, and a text may hold very many.
    let degree_at_end = |hit: &Hit| {
        let here = &kept[kept.partition_point(|word| word.start < hit.start)..];
        let mut here = here.iter().take_while(|word| word.start == hit.start);
        here.any(|word| word.owner == Owner::Word(WordClass::Degree) && word.end == hit.end)
            || text[hit.start as usize..hit.end as usize].ends_with(STRENGTHENS)
    };
    for at in 0..polars.len() {
        let Polar { hit, kind, base, .. } = polars[at];
        if base != Polarity::Positive || !degree_at_end(&hit) {
            continue;
        }
        let next = &polars[polars.partition_point(|next| next.hit.start < hit.end)..];
        let mut next = next.iter().take_while(|next| next.hit.start == hit.end);
        let Some(side) = next.find(|next| next.base != Polarity::Neutral).map(|next| next.base) else { continue };
        match kind {
            Kind::Own(_) => (polars[at].base, polars[at].side) = (side, side),
            Kind::General | Kind::Beside(_) => polars[at].used = true,
        }
    }
    polars.retain(|polar| !polar.used);
}

/// Ends of longer terms that strengthen what follows.
const STRENGTHENS: char = '好';
