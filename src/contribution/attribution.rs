//! Where the cause of blame lies: does it last, and is it one segment's? The covariation of Kelley (1967), as Folkes (1984,
//! Journal of Consumer Research 10) uses it for failures of service.
//!
//! Not for whether anybody could have helped it, which the driver's owner declares; and not for the limits it is made from.

use statrs::function::beta::checked_beta_reg;

use super::interval;

/// How a driver's blame lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Persistence {
    /// The part of the periods in which the driver was blamed beyond doubt, 0 to 1.
    pub share: f64,
    /// Of how many periods; at least 1.
    pub periods: usize,
}

/// The share of periods in which the lower limit of a driver's detractor contribution is above `floor`; none where there is no
/// period.
///
/// `lower_limits` are those of the last periods, the present one included, each 0 to 1; none for a period without respondents,
/// which counts neither way.
pub fn persistence(lower_limits: &[Option<f64>], floor: f64) -> Option<Persistence> {
    let periods = lower_limits.iter().flatten().count();
    let blamed = lower_limits.iter().flatten().filter(|limit| **limit > floor).count();
    (periods > 0).then(|| Persistence { share: blamed as f64 / periods as f64, periods })
}

/// A number of respondents, and the sums of their weights and squared weights; all finite, and 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// How many they are.
    pub n: u64,
    /// The sum of their weights.
    pub weight: f64,
    /// The sum of their squared weights.
    pub weight_squared: f64,
}

impl Tally {
    /// Kish's effective base (Kish 1965, Survey Sampling), 0 to `n`; 0 where nobody has weight.
    pub fn effective(&self) -> f64 {
        if self.n > 0 && self.weight > 0.0 && self.weight_squared > 0.0 {
            (self.weight * (self.weight / self.weight_squared)).min(self.n as f64)
        } else {
            0.0
        }
    }

    fn and(self, other: &Self) -> Self {
        Self {
            n: self.n + other.n,
            weight: self.weight + other.weight,
            weight_squared: self.weight_squared + other.weight_squared,
        }
    }
}

/// The respondents of one value of a segment column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Group {
    /// Those who blame the driver (negative or mixed), some of `all`.
    pub blaming: Tally,
    /// All, with a comment or not.
    pub all: Tally,
}

impl Group {
    /// The part that blames, 0 to 1; 0 of nobody.
    fn blame(&self) -> f64 {
        if self.all.weight > 0.0 { (self.blaming.weight / self.all.weight).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The part that blames, drawn towards one half by half a respondent of each kind, never 0 or 1; and the variance of its
    /// logarithm. The effective base is above 0.
    fn drawn_in(&self) -> (f64, f64) {
        let base = self.all.effective();
        let blame = (self.blame() * base + 0.5) / (base + 1.0);
        (blame, (1.0 - blame) / (blame * base))
    }

    fn and(self, other: &Self) -> Self {
        Self { blaming: self.blaming.and(&other.blaming), all: self.all.and(&other.all) }
    }
}

/// The value of a segment column whose respondents blame a driver most, beside all respondents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentration {
    /// Which value.
    pub at: usize,
    /// Its location quotient: the part of its respondents who blame the driver / the part of all respondents; 0 to 1 / the
    /// value's share of all respondents. 1: they blame it as all do.
    pub quotient: f64,
    /// The lower limit, as if this value had been looked at for itself.
    pub low: f64,
    /// The upper limit, as if this value had been looked at for itself.
    pub high: f64,
    /// How probable it is that some value has at least so many of those who blame, if blame were everywhere alike; 0 to 1, and allowing for how many
    /// values were looked at.
    pub p: f64,
}

/// The largest location quotient over the values of one segment column, one group for each; the first of equal ones.
///
/// Values whose effective base is below `least_base` (or 0) are not looked at, but count among all. None where nobody blames
/// the driver, where fewer than two values have respondents, or where no value is looked at. `confidence` is of the two-sided
/// interval, between 0 and 1. The interval is of one value and makes no allowance for its being the largest of many, so that a
/// lower limit just above 1 says little where there are many values.
///
/// The quotient is LQ = p / (πp + (1−π)r), p and r the parts that blame among the value's respondents and among the rest, π
/// the value's share of all weight, taken as given. It grows with R = p/r alone: LQ = R / (πR + 1 − π). So limits of R are
/// limits of LQ, and keep it between 0 and 1/π. Those of R are of its logarithm, by the delta method: p and r are independent
/// with variances p(1−p)/n and r(1−r)/m, and d log p = dp/p, so that Var(log R) = (1−p)/(np) + (1−r)/(mr) (Katz et al. 1978,
/// Biometrics 34). n and m are Kish's effective bases. The variance is taken at p and r with half a respondent added of each
/// kind, that is at (np + ½)/(n + 1), which keeps it finite and above 0 where nobody or everybody blames; the centre too where
/// p or r is 0, and then the open side is 0 or 1/π.
///
/// Exact computation for 20 to 1 000 respondents and p from 0.25 % to 90 % finds the interval of 95 % to cover at least 92 %
/// where one who blames and three who do not are expected both of the value and of the rest, and 88 % at worst elsewhere.
///
/// The test asks whether more of those who blame are of this value than its share π of all: x of B at probability π, by the upper tail of the binomial
/// distribution, `I_π(x, B − x + 1)`, times the number of values looked at (Bonferroni). B is the effective number of those who blame, and x its
/// part by weight. Taking them as drawn with replacement makes p too large rather than too small.
pub fn concentration(groups: &[Group], confidence: f64, least_base: f64) -> Option<Concentration> {
    let total = groups.iter().fold(Group::default(), Group::and);
    let peopled = groups.iter().filter(|group| group.all.effective() > 0.0).count();
    if total.blame() <= 0.0 || peopled < 2 {
        return None;
    }
    let looked_at = |group: &Group| group.all.effective() > 0.0 && group.all.effective() >= least_base;
    let candidates = || groups.iter().enumerate().filter(|(_, group)| looked_at(group));
    let (at, _) = candidates().fold(None, |best: Option<(usize, f64)>, (at, group)| match best {
        Some((_, most)) if most >= group.blame() => best,
        _ => Some((at, group.blame())),
    })?;
    let found = quotient(groups, at, interval::z(confidence));
    Some(Concentration { p: (found.p * candidates().count() as f64).min(1.0), ..found })
}

/// The probability that at least `x` of `of` (both may be broken) fall where each does with probability `share`, 0 to 1.
fn at_least(x: f64, of: f64, share: f64) -> f64 {
    if x <= 0.0 { 1.0 } else { checked_beta_reg(x, (of - x).max(0.0) + 1.0, share.clamp(0.0, 1.0)).unwrap_or(1.0) }
}

/// The location quotient of the value at `at`, which has respondents, as have others, and some of all blame.
fn quotient(groups: &[Group], at: usize, z: f64) -> Concentration {
    let value = groups[at];
    let others = groups.iter().enumerate().filter(|(other, _)| *other != at);
    let rest = others.fold(Group::default(), |sum, (_, group)| sum.and(group));
    let weight = value.all.weight + rest.all.weight;
    let (share, rest_share) = (value.all.weight / weight, rest.all.weight / weight);
    let most = 1.0 / share;
    let of = |p: f64, r: f64| (p / (share * p + rest_share * r)).min(most);
    let (p, r) = (value.blame(), rest.blame());
    let quotient = of(p, r);

    let ((drawn_p, variance_p), (drawn_r, variance_r)) = (value.drawn_in(), rest.drawn_in());
    let ratio = if p > 0.0 && r > 0.0 { p / r } else { drawn_p / drawn_r };
    let factor = (z * (variance_p + variance_r).sqrt()).exp();
    let low = if p > 0.0 { of(ratio / factor, 1.0) } else { 0.0 };
    // 1/factor instead of factor: it may be 0, but never infinite.
    let high = if r > 0.0 { of(ratio, 1.0 / factor) } else { most };
    let blaming = value.blaming.and(&rest.blaming);
    let of = blaming.effective();
    let p = at_least(of * value.blaming.weight / blaming.weight, of, share);
    Concentration { at, quotient, low: low.min(quotient), high: high.max(quotient), p }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    fn tally(n: u64) -> Tally {
        Tally { n, weight: n as f64, weight_squared: n as f64 }
    }

    fn group((blaming, all): (u64, u64)) -> Group {
        Group { blaming: tally(blaming), all: tally(all) }
    }

    fn most(groups: &[(u64, u64)]) -> Option<Concentration> {
        concentration(&groups.iter().copied().map(group).collect::<Vec<_>>(), 0.95, 30.0)
    }

    #[test]
    fn persistence_counts_the_periods_that_are_there() {
        // Above a floor of 0.01 are 0.02 and 0.03, of four periods; the floor itself is not above it.
        let limits = [Some(0.02), None, Some(0.01), Some(0.0), Some(0.03)];
        assert_eq!(persistence(&limits, 0.01), Some(Persistence { share: 0.5, periods: 4 }));
        assert_eq!(persistence(&[Some(0.02)], 0.01), Some(Persistence { share: 1.0, periods: 1 }));
        assert_eq!(persistence(&[None, None], 0.01), None);
        assert_eq!(persistence(&[], 0.01), None);
    }

    #[test]
    fn the_effective_base_is_that_of_kish() {
        // Weights 1, 1 and 2: 4² / 6.
        assert!(close(Tally { n: 3, weight: 4.0, weight_squared: 6.0 }.effective(), 16.0 / 6.0, 1e-12));
        assert!(close(tally(7).effective(), 7.0, 1e-12));
        assert!(close(Tally::default().effective(), 0.0, 0.0));
    }

    #[test]
    fn a_quotient_by_hand() {
        // 20 of 100, 10 of 100, 0 of 50: p = 30/250 = 0.12 and LQ = 0.2/0.12. R = 0.2/(10/150) = 3.
        // Var(log R): drawn in 20.5/101 = 0.202970 and 10.5/151 = 0.069536, 0.797030/20.2970 + 0.930464/10.4305 = 0.128474;
        // 1.959964·0.358433 = 0.702516, and its exponential 2.018825. R from 1.486013 to 6.056475; with π = 0.4, LQ from
        // 1.486013/1.194405 to 6.056475/3.022590.
        let found = most(&[(20, 100), (10, 100), (0, 50)]).unwrap();
        assert_eq!(found.at, 0);
        assert!(close(found.quotient, 5.0 / 3.0, 1e-12), "{found:?}");
        assert!(close(found.low, 1.244_144, 1e-5) && close(found.high, 2.003_737, 1e-5), "{found:?}");
    }

    #[test]
    fn the_test_is_the_binomial_tail_for_the_values_looked_at() {
        // 20 of 30 at a value with 100 of 250 respondents: Σ C(30, k)·0.4ᵏ·0.6³⁰⁻ᵏ over k ≥ 20 is 0.002854, of three values.
        let found = most(&[(20, 100), (10, 100), (0, 50)]).unwrap();
        let choose = |k: i32| (0..k).map(|i| f64::from(30 - i) / f64::from(i + 1)).product::<f64>();
        let tail: f64 = (20..=30).map(|k| choose(k) * 0.4_f64.powi(k) * 0.6_f64.powi(30 - k)).sum();
        assert!(close(tail, 0.002_854, 1e-6) && close(found.p, 3.0 * tail, 1e-12), "{found:?}, {tail}");
        assert!(most(&[(10, 100), (10, 100)]).unwrap().p > 0.99, "as everywhere");
        assert!(close(at_least(0.0, 4.0, 0.5), 1.0, 0.0) && close(at_least(4.0, 4.0, 0.5), 0.0625, 1e-12));
    }

    #[test]
    fn where_nothing_concentrates_something_seems_to_in_few_surveys() {
        // Ten drivers, and 12 values of a column that have nothing to do with them: a false discovery at q < 0.05 is allowed in 5 % of surveys.
        let (surveys, mut state, mut flagged) = (1_000, 11, 0);
        for survey in 0..surveys {
            let sizes: Vec<u64> = (1..=12).map(|value| 20 * value).collect();
            let p: Vec<Option<f64>> = (1..=10)
                .map(|driver| {
                    let blame = 0.01 * f64::from(driver);
                    let groups: Vec<Group> =
                        sizes.iter().map(|n| drawn(*n, blame, survey % 2 == 0, &mut state)).collect();
                    concentration(&groups, 0.95, 30.0).map(|found| found.p)
                })
                .collect();
            flagged += u32::from(super::super::change::adjust(&p).into_iter().flatten().any(|q| q < 0.05));
        }
        let share = f64::from(flagged) / f64::from(surveys);
        // Not too shy either: discreteness alone makes it smaller.
        assert!((0.005..=0.065).contains(&share), "{share}");
    }

    #[test]
    fn the_ends_are_finite() {
        // All of one value blame, nobody else does: 1/π = 4, and no higher.
        let found = most(&[(0, 100), (50, 50), (0, 50)]).unwrap();
        assert_eq!(found.at, 1);
        assert!(close(found.quotient, 4.0, 1e-12) && close(found.high, 4.0, 1e-12), "{found:?}");
        assert!(found.low > 2.0 && found.low < 4.0, "{found:?}");
        // One respondent of 200.
        let found = most(&[(0, 100), (1, 100)]).unwrap();
        assert!(close(found.quotient, 2.0, 1e-12) && found.low < 1.0 && found.low > 0.0, "{found:?}");
        // Everybody everywhere: nothing is concentrated, and the first of equals is given.
        let found = most(&[(80, 80), (60, 60)]).unwrap();
        assert_eq!(found.at, 0);
        assert!(close(found.quotient, 1.0, 1e-12) && found.low < 1.0 && found.high > 1.0, "{found:?}");
        // Only the small value is blamed, and it is too small to look at; it counts among all.
        let found = most(&[(0, 90), (10, 10)]).unwrap();
        assert_eq!((found.at, found.quotient.to_bits(), found.low.to_bits()), (0, 0, 0));
        assert!(found.high > 0.0 && found.high < 1.0, "{found:?}");
    }

    #[test]
    fn there_may_be_nothing_to_compare() {
        assert_eq!(most(&[(0, 100), (0, 100)]), None, "nobody blames");
        assert_eq!(most(&[(10, 100)]), None, "one value");
        assert_eq!(most(&[(10, 100), (0, 0)]), None, "one value that has respondents");
        assert_eq!(most(&[(10, 29), (10, 29)]), None, "no value is large enough");
        assert_eq!(most(&[]), None);
        assert!(concentration(&[group((1, 2)), group((0, 0)), group((0, 2))], 0.95, 0.0).is_some());
    }

    /// Uniform numbers in 0 to 1 (Steele, Lea & Flood 2014, `SplitMix64`).
    fn uniform(state: &mut u64) -> f64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A group of `n` respondents who blame with this probability; weights are 1, or spread evenly from 0.4 to 1.6.
    fn drawn(n: u64, blame: f64, weighted: bool, state: &mut u64) -> Group {
        let mut group = Group::default();
        for _ in 0..n {
            let weight = if weighted { 0.4 + 1.2 * uniform(state) } else { 1.0 };
            let one = Tally { n: 1, weight, weight_squared: weight * weight };
            group.all = group.all.and(&one);
            if uniform(state) < blame {
                group.blaming = group.blaming.and(&one);
            }
        }
        group
    }

    #[test]
    fn the_interval_of_a_value_covers() {
        // Respondents and blame of the value and of two others. 2,000 surveys: a standard error of half a point where 95 % are
        // covered, so that 92 % would be six of them off.
        let cases = [
            ((40, 0.05), (60, 0.05), (100, 0.05)),
            ((40, 0.30), (100, 0.05), (160, 0.10)),
            ((100, 0.02), (200, 0.04), (200, 0.04)),
            ((100, 0.60), (50, 0.20), (50, 0.20)),
            ((200, 0.10), (30, 0.10), (30, 0.02)),
        ];
        let z = interval::z(0.95);
        let mut state = 7;
        for (case, (value, one, other)) in cases.into_iter().enumerate() {
            for weighted in [false, true] {
                let (mut surveys, mut covered) = (0, 0);
                while surveys < 2_000 {
                    let groups = [value, one, other].map(|(n, blame)| drawn(n, blame, weighted, &mut state));
                    if groups.iter().all(|group| group.blaming.n == 0) {
                        continue;
                    }
                    surveys += 1;
                    let found = quotient(&groups, 0, z);
                    // The shares of the values are taken as given, as the interval takes them.
                    let weight = groups.iter().map(|group| group.all.weight).sum::<f64>();
                    let all: f64 =
                        groups.iter().zip([value, one, other]).map(|(g, (_, p))| g.all.weight / weight * p).sum();
                    covered += u32::from(found.low <= value.1 / all && value.1 / all <= found.high);
                }
                let share = f64::from(covered) / f64::from(surveys);
                assert!((0.92..=0.99).contains(&share), "case {case}, weighted {weighted}: {share}");
            }
        }
    }

    fn groups() -> impl Strategy<Value = Vec<Group>> {
        let one =
            (prop_oneof![1 => Just(0_u64), 5 => 1_u64..200], prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0], 0.1..10.0);
        let one = one.prop_map(|(n, blame, weight): (u64, f64, f64)| {
            let of = |n: u64| Tally { n, weight: n as f64 * weight, weight_squared: n as f64 * weight * weight };
            let blaming = (0..n).filter(|i| (*i as f64 + 0.5) / (n as f64) < blame).count();
            Group { blaming: of(blaming as u64), all: of(n) }
        });
        prop::collection::vec(one, 0..8)
    }

    proptest! {
        #[test]
        fn the_largest_is_found_within_its_limits(groups in groups(), least in 0.0..60.0) {
            let weight: f64 = groups.iter().map(|group| group.all.weight).sum();
            let blaming: f64 = groups.iter().map(|group| group.blaming.weight).sum();
            let looked_at: Vec<&Group> = groups.iter().filter(|g| g.all.n > 0 && g.all.effective() >= least).collect();
            let quotients = looked_at.iter().map(|g| g.blaming.weight / g.all.weight / (blaming / weight));
            let largest = quotients.fold(f64::NEG_INFINITY, f64::max);
            let peopled = groups.iter().filter(|group| group.all.n > 0).count();
            let found = concentration(&groups, 0.95, least);
            prop_assert_eq!(found.is_some(), blaming > 0.0 && peopled > 1 && !looked_at.is_empty());
            if let Some(found) = found {
                let value = groups[found.at];
                prop_assert!(close(found.quotient, largest, 1e-9 * largest.max(1.0)));
                prop_assert!(0.0 <= found.low && found.low <= found.quotient && found.quotient <= found.high);
                prop_assert!(found.high <= weight / value.all.weight * (1.0 + 1e-12));
                prop_assert!(value.all.effective() >= least);
                // More confidence, wider limits.
                let wider = concentration(&groups, 0.99, least).unwrap();
                prop_assert!(wider.low <= found.low && found.high <= wider.high);
            }
        }
    }
}
