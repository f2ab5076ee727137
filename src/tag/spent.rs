//! Which negators have nothing left to turn, because an expression that they overlap has said it.
//!
//! Not for what the others turn (`negation`).

use super::keep::overlap;
use super::matching::Hit;
use super::negation::{Kind, Negator, Polar, is_negator};

/// Takes out negators that are part of an expression, and shortens those that share a degree word with one.
pub(super) fn take_out_spent(hits: &[Hit], polars: &[Polar], negators: &mut Vec<Negator>) {
    // A negator that is part of an expression has said all that it says ("couldn't be more helpful", "never fails to"). "lack of" is
    // blame and negator in one.
    negators.retain(|negator| {
        let begins_in = |polar: &Hit| overlap(&negator.hit, polar) && polar.start <= negator.hit.start;
        !polars.iter().any(|polar| match polar.kind {
            Kind::Own(_) => begins_in(&polar.hit),
            Kind::General | Kind::Beside(_) => {
                begins_in(&polar.hit) && (negator.hit.start, negator.hit.end) != (polar.hit.start, polar.hit.end)
            }
        })
    });
    // One that shares its degree word with what it turns ends before that (不是很 and 很好); one that shares its "not" is in it already
    // (根本不 and 不制冷).
    negators.retain_mut(|negator| {
        let inside = |start: u32| negator.hit.start < start && start < negator.hit.end;
        let Some(first) = polars.iter().filter(|polar| inside(polar.hit.start)).min_by_key(|polar| polar.hit.start)
        else {
            return true;
        };
        let start = first.hit.start;
        let negates = |hit: &Hit| is_negator(hit) && hit.start == negator.hit.start && hit.end <= start;
        if hits.iter().any(negates) {
            negator.hit.end = start;
            return true;
        }
        // A cue may be the negator's own "not there" (从来没有 and 没有), which turns what follows all the same.
        matches!(first.kind, Kind::Beside(_))
    });
}
