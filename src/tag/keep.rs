//! Which hits count: exclusion, longest match, a parent's term inside its child's, words inside longer expressions.
//!
//! Not for what the kept ones say (`negation`, `polarity`).

use std::collections::BTreeSet;

use super::ground::starting;
use super::matching::Hit;
use crate::lexicon::compile::Owner;
use crate::lexicon::{Lexicon, Sense, WordClass};
use crate::types::DriverIx;

/// A hit's place among those of its text, after what it is sorted by, packed so that comparing is quick: its length (longest first)
/// and start; its rank and term.
pub(super) type Order = (u64, u64, u32);

/// So many hits that reach into each other, in a row, are told apart by where they start.
const MANY: usize = 32;

/// Fills `kept`, sorted by start, longer first: drops words inside longer expressions, whatever stands inside a driver's own
/// exclusions, shorter matches that overlap longer ones of the same driver, and a parent's term inside a term of its child.
///
/// All of this is between hits that share a character, so it is looked at group by group: hits that reach into each other, in a row.
pub(super) fn keep(lexicon: &Lexicon, hits: &[Hit], order: &mut Vec<Order>, kept: &mut Vec<Hit>) {
    kept.clear();
    let mut rest = hits;
    while let Some(first) = rest.first() {
        let mut reached = first.end;
        let mut count = 1;
        while let Some(next) = rest.get(count).filter(|next| next.start < reached) {
            reached = reached.max(next.end);
            count += 1;
        }
        let (group, after) = rest.split_at(count);
        rest = after;
        if count > 1 {
            keep_of_group(lexicon, hits, group, order, kept);
        } else if !matches!(first.owner, Owner::Word(_)) || first.whole {
            kept.push(*first);
        }
    }
}

/// Adds those of one group to `kept`.
fn keep_of_group(lexicon: &Lexicon, hits: &[Hit], group: &[Hit], order: &mut Vec<Order>, kept: &mut Vec<Hit>) {
    order.clear();
    order.extend((0..).zip(group).map(|(ix, hit)| {
        let longest_first = u64::from(!(hit.end - hit.start)) << 32 | u64::from(hit.start);
        (longest_first, u64::from(rank(hit.owner)) << 32 | u64::from(hit.term.0), ix)
    }));
    order.sort_unstable();
    let before = kept.len();
    // Of many hits in a row only those that are near enough to share a character are looked at.
    let longest = group.iter().map(|hit| hit.end - hit.start).max().unwrap_or_default();
    let mut starts: BTreeSet<(u32, usize)> = BTreeSet::new();
    for (.., ix) in order.iter() {
        let hit = group[*ix as usize];
        let first = hit.start.saturating_sub(longest);
        let any_kept = |hides: &dyn Fn(&Hit) -> bool| {
            if group.len() < MANY {
                return kept[before..].iter().any(hides);
            }
            starts.range((first, 0)..(hit.end, 0)).any(|(_, at)| hides(&kept[*at]))
        };
        let dropped = match hit.owner {
            // Polarity words are true of every driver, so no driver excludes the longer words that they are part of: 不会 in
            // 会不会, 满意 in 满意度.
            Owner::Word(_) if !hit.whole => true,
            Owner::Word(WordClass::Opener) | Owner::Driver(_, Sense::Exclude) => false,
            Owner::Word(_) => any_kept(&|other| hides_word(hits, other, &hit)),
            Owner::Driver(driver, sense) => {
                any_kept(&|other| hides_term(lexicon, other, &hit, driver, sense))
                    || starting(group, first, hit.start + 1)
                        .iter()
                        .any(|other| other.owner == Owner::Driver(driver, Sense::Exclude) && covers(other, &hit))
            }
        };
        if !dropped {
            if group.len() >= MANY {
                starts.insert((hit.start, kept.len()));
            }
            kept.push(hit);
        }
    }
    kept[before..].sort_unstable_by_key(Hit::place);
}

/// Whether `other` reaches over all of `hit`.
pub(super) fn covers(other: &Hit, hit: &Hit) -> bool {
    other.start <= hit.start && hit.end <= other.end
}

/// Whether two hits share a character.
pub(super) fn overlap(a: &Hit, b: &Hit) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether two hits say the same of the same place, by whichever terms.
pub(super) fn same(a: &Hit, b: &Hit) -> bool {
    (a.start, a.end, a.owner) == (b.start, b.end, b.owner)
}

/// A word of no driver does not count inside a longer expression, nor where a driver's own polar term is the same word, nor twice where
/// two terms of its list have the same place (`awful` and `awful~`, or spellings that folding does not tell apart). A cue beside
/// aspects is an expression only where its driver has one: 不难 says something of booking, but is only 不 + 难吃 where food is named.
fn hides_word(hits: &[Hit], other: &Hit, hit: &Hit) -> bool {
    if !covers(other, hit) {
        return false;
    }
    let longer = other.end - other.start > hit.end - hit.start;
    match other.owner {
        // An opener says something at the start of an answer alone.
        Owner::Driver(_, Sense::Exclude) | Owner::Word(WordClass::Opener) => false,
        Owner::Word(_) => longer || same(other, hit),
        Owner::Driver(driver, Sense::BesidePositive | Sense::BesideNegative) => {
            let first = other.clause.saturating_sub(1);
            let here = &hits[hits.partition_point(|aspect| aspect.clause < first)..];
            longer
                && here
                    .iter()
                    .take_while(|aspect| aspect.clause <= other.clause)
                    .any(|aspect| aspect.owner == Owner::Driver(driver, Sense::Aspect))
        }
        Owner::Driver(..) => true,
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
