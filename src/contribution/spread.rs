//! What intervals need of a cell's integer sums: moments of credits, and the respondents that they are parts of.
//!
//! Not the formulas of the limits, which are in `interval`.

use super::interval::{Base, Estimate, Moments, Net};
use super::sums::{Credits, Tally, total};
use crate::types::Band;

/// The respondents as intervals take them; none where there is nobody.
fn base(whole: &Tally) -> Option<Base> {
    (whole.n > 0).then(|| Base {
        n: whole.n,
        weight: whole.w as f64 / 1e6,
        squares: whole.w2 as f64 / 1e12,
        n_eff: whole.n_eff(),
    })
}

/// The sums over those who give credit, `credits` ascending by fraction.
fn moments(credits: &Credits) -> Moments {
    let mut moments = Moments::default();
    for (part, tally) in credits {
        moments.add(part.get(), tally.w as f64 / 1e6, tally.w2 as f64 / 1e12);
    }
    moments
}

/// The same limits about a value that was summed in another way, and differs from the old one by rounding at most.
fn about(value: f64, estimate: Estimate) -> Estimate {
    Estimate { value, low: estimate.low.min(value), high: estimate.high.max(value) }
}

/// A contribution of this size with its limits, made of these credits among `whole`.
pub(super) fn share(contribution: f64, credits: &Credits, whole: &Tally, z: f64) -> Estimate {
    match base(whole) {
        Some(base) => about(contribution, moments(credits).estimate(&base, z)),
        None => Estimate { value: contribution, low: contribution, high: contribution },
    }
}

/// The squared standard error of the contribution that is made of these credits among `whole`.
pub(super) fn variance(credits: &Credits, whole: &Tally) -> f64 {
    base(whole).map_or(0.0, |base| moments(credits).steady_variance(&base))
}

/// A net contribution of this size with its limits, and its squared standard error; `by` are promoters' credits, `against`
/// detractors'.
pub(super) fn net(contribution: f64, by: &Credits, against: &Credits, whole: &Tally, z: f64) -> (Estimate, f64) {
    let Some(base) = base(whole) else {
        return (Estimate { value: contribution, low: contribution, high: contribution }, 0.0);
    };
    let (promoter, detractor) = (moments(by), moments(against));
    let net = Net { promoter: &promoter, detractor: &detractor, base: &base };
    (about(contribution, net.estimate(z)), net.variance())
}

/// The squared standard error of promoters less detractors, by band.
pub(super) fn variance_of_score(bands: &[Tally; 3]) -> f64 {
    let whole = total(bands);
    let all_of = |band: Band| {
        let mut moments = Moments::default();
        let tally = &bands[band as usize];
        moments.add(1.0, tally.w as f64 / 1e6, tally.w2 as f64 / 1e12);
        moments
    };
    let (promoter, detractor) = (all_of(Band::Promoter), all_of(Band::Detractor));
    base(&whole).map_or(0.0, |base| Net { promoter: &promoter, detractor: &detractor, base: &base }.variance())
}
