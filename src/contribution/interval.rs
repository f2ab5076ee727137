//! Confidence intervals: of the Net Promoter Score, of shares and one-sided contributions, and of net contributions.
//!
//! Not for the sums they are made from, which are the cell's, nor for tests of change between cells.
//!
//! A respondent's credit to a row is a fraction x, 0 to 1, so a contribution p = Σwx/W is a weighted mean of fractions, and its
//! variance is below the p(1 − p)/n of a share of respondents. The limits below keep that gain without trusting a variance
//! that few respondents tell of.

use statrs::distribution::{ContinuousCDF, Normal};

/// An estimate and its limits, `low` ≤ `value` ≤ `high`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// The respondents an estimate is a part of: all scored ones of a cell for contributions, those of one band for shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Base {
    /// Respondents, at least one.
    pub(super) n: u64,
    /// Σw, above 0.
    pub(super) weight: f64,
    /// Σw², above 0.
    pub(super) squares: f64,
    /// (Σw)²/Σw² (Kish 1965), at least 1; exactly n where weights are equal.
    pub(super) n_eff: f64,
}

impl Base {
    /// n/(n − 1), for variances about an estimated mean; 1 for a single respondent, whose variance is 0 in any case.
    fn correction(&self) -> f64 {
        if self.n > 1 { self.n as f64 / (self.n - 1) as f64 } else { 1.0 }
    }
}

/// The sums over respondents of one credit x, in the units of weight of its [`Base`]; those who give none add nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Moments {
    /// Σwx.
    weight: f64,
    /// Σw²x.
    squares: f64,
    /// Σw²x².
    seconds: f64,
}

impl Moments {
    /// Adds respondents who each give the credit `part` (0 to 1), with the sums of their weights and of their squared weights.
    pub(super) fn add(&mut self, part: f64, weight: f64, squares: f64) {
        self.weight += weight * part;
        self.squares += squares * part;
        self.seconds += squares * part * part;
    }

    /// p = Σwx/W, 0 to 1.
    pub(super) fn mean(&self, base: &Base) -> f64 {
        // Rounding in the last place must not make more than all of it.
        (self.weight / base.weight).min(1.0)
    }

    /// The variance of the mean, linearised for weights that are random too: V = Σw²(x − p)²/W²·n/(n − 1) (Cochran 1977,
    /// section 6.4, the ratio of Σwx to Σw); 0 for a single respondent.
    fn variance(&self, base: &Base) -> f64 {
        let p = self.mean(base);
        let squared = self.seconds - 2.0 * p * self.squares + p * p * base.squares;
        squared.max(0.0) / (base.weight * base.weight) * base.correction()
    }

    /// The variance of the mean that the limits use: `V* = (e·V + p(1 − p)/n_eff)/(e + 1)`.
    ///
    /// V is steadied by one imagined respondent who gives all or nothing, whose variance is the largest that a credit can have.
    /// Against it stand e respondents: the effective number (Σwx)²/Σw²x² of those who give credit, or of those who withhold it,
    /// whichever is smaller, because it is them that V is learnt from. Without it a rare row whose few givers happen to give
    /// small parts, or to be light ones, gets limits that are too narrow: with two expected givers in 50, they cover 90 % in
    /// place of 95 % (simulated, `docs/method.md`). V* is 0 only where p is 0 or 1, so n* is at most `n_eff·(e + 1)`.
    pub(super) fn steady_variance(&self, base: &Base) -> f64 {
        let p = self.mean(base);
        let effective = |part: f64, squared: f64| if squared > 0.0 { part * part / squared } else { 0.0 };
        let givers = effective(self.weight, self.seconds);
        let others = effective((base.weight - self.weight).max(0.0), base.squares - 2.0 * self.squares + self.seconds);
        // Both are at most n; rounding of a difference of almost equal sums could say otherwise.
        let known = givers.min(others).min(base.n as f64);
        (known * self.variance(base) + p * (1.0 - p) / base.n_eff) / (known + 1.0)
    }

    /// p and its limits, for a share or a one-sided contribution.
    pub(super) fn estimate(&self, base: &Base, z: f64) -> Estimate {
        let value = self.mean(base);
        let (low, high) = proportion(value, self.steady_variance(base), base.n_eff, z);
        Estimate { value, low, high }
    }
}

/// The net of a promoter's and a detractor's credit to one row: its value, limits, and variance.
///
/// Nobody may give both credits, as a respondent is in one band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Net<'a> {
    pub(super) promoter: &'a Moments,
    pub(super) detractor: &'a Moments,
    pub(super) base: &'a Base,
}

impl Net<'_> {
    /// The covariance of the two means, Σw²(x − p)(y − d)/W²·n/(n − 1), where always xy = 0.
    fn covariance(&self) -> f64 {
        let (p, d) = (self.promoter.mean(self.base), self.detractor.mean(self.base));
        let products = p * d * self.base.squares - p * self.detractor.squares - d * self.promoter.squares;
        products / (self.base.weight * self.base.weight) * self.base.correction()
    }

    /// The variance of the mean of x − y, for tests of change, with the steadied variances of both credits; 0 only where nobody
    /// gives either credit, or all give one of them whole.
    pub(super) fn variance(&self) -> f64 {
        let own = self.promoter.steady_variance(self.base) + self.detractor.steady_variance(self.base);
        (own - 2.0 * self.covariance()).max(0.0)
    }

    /// The sample correlation of the two credits, −1 to 1; 0 where one of them does not vary.
    fn correlation(&self) -> f64 {
        let scale = (self.promoter.variance(self.base) * self.detractor.variance(self.base)).sqrt();
        if scale > 0.0 { (self.covariance() / scale).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// p − d and its limits.
    pub(super) fn estimate(&self, z: f64) -> Estimate {
        let promoter = self.promoter.estimate(self.base, z);
        let detractor = self.detractor.estimate(self.base, z);
        let (low, high) = net(&promoter, &detractor, self.correlation());
        Estimate { value: promoter.value - detractor.value, low, high }
    }
}

/// The number of standard errors on each side at a two-sided `confidence` (0 to 1, both excluded): 1.96 at 0.95.
pub(super) fn z(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence))
}

/// The two-sided p of a number of standard errors under the normal distribution, 0 to 1.
pub(super) fn two_sided(z: f64) -> f64 {
    (2.0 * Normal::standard().sf(z.abs())).min(1.0)
}

/// The interval of a Net Promoter Score by the adjusted Wald method, from shares of promoters and detractors (0 to 1) among
/// effectively `n` respondents; in −100 to 100.
///
/// Three respondents are added, three quarters of one a promoter and three quarters of one a detractor (Rocks 2016,
/// arXiv 1601.07235). The interval is centred on that adjusted score, so for one respondent it may leave out the score itself.
pub(super) fn nps(promoters: f64, detractors: f64, n: f64, z: f64) -> (f64, f64) {
    let adjusted = n + 3.0;
    let promoters = (promoters * n + 0.75) / adjusted;
    let detractors = (detractors * n + 0.75) / adjusted;
    let centre = promoters - detractors;
    let variance = (promoters + detractors - centre * centre) / adjusted;
    let half = z * variance.max(0.0).sqrt();
    (100.0 * (centre - half).max(-1.0), 100.0 * (centre + half).min(1.0))
}

/// The score interval (Wilson 1927) of a mean `p` of fractions (0 to 1) with its `variance`, within 0 and 1 and around p.
///
/// Wilson's n is the base at which a share of respondents had that variance, n* = p(1 − p)/variance (as Korn & Graubard 1998 take it
/// from a design effect); where there is no variance, `n_eff` (at least 1).
fn proportion(p: f64, variance: f64, n_eff: f64, z: f64) -> (f64, f64) {
    let spread = p * (1.0 - p);
    let n = if spread > 0.0 && variance > 0.0 { spread / variance } else { n_eff };
    // A variance of almost nothing: the share is then known as well as floats can tell.
    let n = n.min(1e18);
    let shrink = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / shrink;
    let half = z * (spread / n + z * z / (4.0 * n * n)).sqrt() / shrink;
    // The limits meet p at 0 and 1; rounding must not part them.
    ((centre - half).clamp(0.0, p), (centre + half).clamp(p, 1.0))
}

/// A share of `of` respondents of equal weight (at least one) who do something, with its score interval.
pub(super) fn share(hits: u64, of: u64, z: f64) -> Estimate {
    let (p, of) = (hits as f64 / of as f64, of as f64);
    let (low, high) = proportion(p, p * (1.0 - p) / of, of, z);
    Estimate { value: p, low, high }
}

/// The interval of a difference p − d from the limits of each and their correlation, within −1 and 1 and around p − d: MOVER, the
/// "method of variance estimates recovery" (Zou 2007, Psychological Methods 12; Zou & Donner 2008, Statistics in Medicine 27).
///
/// A lower limit of p − d is as far off as p's lower and d's upper limit together, and so the reverse.
fn net(promoter: &Estimate, detractor: &Estimate, correlation: f64) -> (f64, f64) {
    let value = promoter.value - detractor.value;
    let distance = |one: f64, other: f64| (one * one + other * other - 2.0 * correlation * one * other).max(0.0).sqrt();
    let below = distance(promoter.value - promoter.low, detractor.high - detractor.value);
    let above = distance(promoter.high - promoter.value, detractor.value - detractor.low);
    ((value - below).max(-1.0), (value + above).min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const Z: f64 = 1.959_963_984_540_054;

    /// Respondents as (weight, promoter's credit, detractor's credit).
    type Answers = Vec<(f64, f64, f64)>;

    fn sums(answers: &[(f64, f64, f64)]) -> (Moments, Moments, Base) {
        let (mut promoter, mut detractor) = (Moments::default(), Moments::default());
        let (mut weight, mut squares) = (0.0, 0.0);
        for (w, x, y) in answers {
            promoter.add(*x, *w, w * w);
            detractor.add(*y, *w, w * w);
            weight += w;
            squares += w * w;
        }
        let base = Base { n: answers.len() as u64, weight, squares, n_eff: weight * weight / squares };
        (promoter, detractor, base)
    }

    fn net_of(answers: &[(f64, f64, f64)]) -> Estimate {
        let (promoter, detractor, base) = sums(answers);
        Net { promoter: &promoter, detractor: &detractor, base: &base }.estimate(Z)
    }

    #[track_caller]
    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-9, "{got} is not {want}");
    }

    #[test]
    fn z_is_the_quantile_of_tables() {
        for (confidence, quantile) in [(0.80, 1.281_552), (0.90, 1.644_854), (0.95, 1.959_964), (0.99, 2.575_829)] {
            assert!((z(confidence) - quantile).abs() < 1e-6, "{confidence}: {}", z(confidence));
        }
    }

    #[test]
    fn the_nps_interval_is_adjusted_wald() {
        // By hand: n = 97 with 47 promoters and 22 detractors; adjusted 47.75 and 22.75 of 100.
        let (low, high) = nps(47.0 / 97.0, 22.0 / 97.0, 97.0, 2.0);
        let half = 2.0 * ((0.705_f64 - 0.0625) / 100.0).sqrt();
        near(low, 100.0 * (0.25 - half));
        near(high, 100.0 * (0.25 + half));
    }

    #[test]
    fn the_nps_interval_stays_on_the_scale() {
        assert!(nps(1.0, 0.0, 5.0, 1.96).1 <= 100.0);
        assert!(nps(0.0, 1.0, 5.0, 1.96).0 >= -100.0);
    }

    #[test]
    fn a_share_of_respondents_has_wilsons_limits() {
        // Published limits: 10 of 100, and 0 of 10 (z²/(n + z²)); Newcombe (1998) gives 81 of 263 and 15 of 148.
        for (hits, n, low, high) in [
            (10.0, 100.0, 0.0552, 0.1744),
            (0.0, 10.0, 0.0, 0.2775),
            (10.0, 10.0, 0.7225, 1.0),
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
        ] {
            let p = hits / n;
            let (below, above) = proportion(p, p * (1.0 - p) / n, n, Z);
            assert!((below - low).abs() < 5e-5 && (above - high).abs() < 5e-5, "{hits} of {n}: {below} to {above}");
        }
    }

    #[test]
    fn few_givers_steady_the_variance() {
        // Four respondents, two of whom give a half: p = 1/4, V = 4·(1/4)²/4²·4/3 = 1/48; e = 1²/(1/2) = 2 givers (of the others
        // 3²/(5/2)); p(1 − p)/n = 3/64; V* = (2/48 + 3/64)/3 = 17/576.
        let (moments, _, base) = sums(&[(1.0, 0.5, 0.0), (1.0, 0.5, 0.0), (1.0, 0.0, 0.0), (1.0, 0.0, 0.0)]);
        near(moments.mean(&base), 0.25);
        near(moments.variance(&base), 1.0 / 48.0);
        near(moments.steady_variance(&base), 17.0 / 576.0);
        let (low, high) = proportion(0.25, 17.0 / 576.0, 4.0, Z);
        assert_eq!(moments.estimate(&base, Z), Estimate { value: 0.25, low, high });
    }

    #[test]
    fn one_respondent_has_limits_too() {
        // Nothing or all: n* = n_eff = 1. A half: V = 0, e = 1, V* = (1/4)/2, n* = 2.
        for (part, n) in [(0.0, 1.0), (1.0, 1.0), (0.5, 2.0)] {
            let (moments, _, base) = sums(&[(3.0, part, 0.0)]);
            let (low, high) = proportion(part, part * (1.0 - part) / n, 1.0, Z);
            let got = moments.estimate(&base, Z);
            near(got.low, low);
            near(got.high, high);
        }
        let net = net_of(&[(1.0, 1.0, 0.0)]);
        assert!(net.low > -1.0 && net.low < 0.0 && net.high >= 1.0, "{net:?}");
    }

    #[test]
    fn one_heavy_respondent_is_not_many() {
        // Kish's base is 1.002: almost all that is known is one answer, so the limits must stay wide.
        let (moments, _, base) = sums(&[(1000.0, 1.0, 0.0), (1.0, 0.0, 0.0)]);
        assert!(moments.estimate(&base, Z).low < 0.35, "{:?}", moments.estimate(&base, Z));
    }

    #[test]
    fn a_difference_has_zous_limits() {
        let (one, other) = (Estimate { value: 0.5, low: 0.4, high: 0.6 }, Estimate { value: 0.2, low: 0.1, high: 0.4 });
        // Below: 0.1 and 0.2; above: 0.1 and 0.1. At a correlation of −1 they add up, at 1 they are subtracted.
        for (correlation, below, above) in [
            (0.0, 0.05_f64.sqrt(), 0.02_f64.sqrt()),
            (-1.0, 0.3, 0.2),
            (1.0, 0.1, 0.0),
            (-0.5, 0.07_f64.sqrt(), 0.03_f64.sqrt()),
        ] {
            let (low, high) = net(&one, &other, correlation);
            near(low, 0.3 - below);
            near(high, 0.3 + above);
        }
    }

    #[test]
    fn promoters_and_detractors_are_correlated() {
        // x = 1, 0, 0, 0 and y = 0, ½, 0, 0: the covariance of the means is (0 − 4·¼·⅛)/4²·4/3 = −1/96.
        let (promoter, detractor, base) = sums(&[(1.0, 1.0, 0.0), (1.0, 0.0, 0.5), (1.0, 0.0, 0.0), (1.0, 0.0, 0.0)]);
        let both = Net { promoter: &promoter, detractor: &detractor, base: &base };
        near(both.covariance(), -1.0 / 96.0);
        // Σ(x − p)² = 3/4 and Σ(y − d)² = 3/16, Σ(x − p)(y − d) = −1/8.
        near(both.correlation(), -0.125 / (0.75_f64 * 0.1875).sqrt());
        let whole = sums(&[(1.0, 1.0, 0.0), (1.0, 0.0, 1.0)]);
        near(Net { promoter: &whole.0, detractor: &whole.1, base: &whole.2 }.correlation(), -1.0);
    }

    /// A credit as the rule makes them: 0, or one of so many parts.
    fn part() -> impl Strategy<Value = f64> {
        prop_oneof![3 => Just(0.0), 5 => (1..=6_u32).prop_map(|parts| 1.0 / f64::from(parts))]
    }

    fn answers() -> impl Strategy<Value = Answers> {
        let weight = prop_oneof![Just(1.0), (1..5_000_u32).prop_map(|weight| f64::from(weight) / 1e3)];
        let one = (weight, part(), 0..3_u8).prop_map(|(weight, part, band)| match band {
            0 => (weight, part, 0.0),
            1 => (weight, 0.0, part),
            _ => (weight, 0.0, 0.0),
        });
        prop::collection::vec(one, 1..40)
    }

    proptest! {
        #[test]
        fn limits_hold_the_estimate_and_stay_in_range(answers in answers()) {
            let (promoter, detractor, base) = sums(&answers);
            for moments in [promoter, detractor] {
                let Estimate { value, low, high } = moments.estimate(&base, Z);
                prop_assert!((0.0..=value).contains(&low) && (value..=1.0).contains(&high));
                prop_assert!(low < high);
            }
            let Estimate { value, low, high } = net_of(&answers);
            prop_assert!((-1.0..=value).contains(&low) && (value..=1.0).contains(&high) && low < high);
        }

        #[test]
        fn moments_are_those_of_the_respondents(answers in answers()) {
            let (promoter, detractor, base) = sums(&answers);
            let total: f64 = answers.iter().map(|(w, ..)| w).sum();
            let p = answers.iter().map(|(w, x, _)| w * x).sum::<f64>() / total;
            let d = answers.iter().map(|(w, _, y)| w * y).sum::<f64>() / total;
            let n = answers.len() as f64;
            let factor = if answers.len() > 1 { n / (n - 1.0) } else { 1.0 };
            let of = |f: &dyn Fn(f64, f64) -> f64| {
                answers.iter().map(|(w, x, y)| w * w * f(x - p, y - d)).sum::<f64>() / (total * total) * factor
            };
            prop_assert!((promoter.mean(&base) - p).abs() < 1e-12);
            prop_assert!((promoter.variance(&base) - of(&|x, _| x * x)).abs() < 1e-12);
            prop_assert!((detractor.variance(&base) - of(&|_, y| y * y)).abs() < 1e-12);
            let both = Net { promoter: &promoter, detractor: &detractor, base: &base };
            prop_assert!((both.covariance() - of(&|x, y| x * y)).abs() < 1e-12);
            let largest = promoter.mean(&base) * (1.0 - promoter.mean(&base)) / base.n_eff;
            let steady = promoter.steady_variance(&base);
            prop_assert!(steady >= promoter.variance(&base).min(largest) - 1e-12);
            prop_assert!(steady <= promoter.variance(&base).max(largest) + 1e-12);
        }

        #[test]
        fn more_of_the_same_respondents_never_widen_the_limits(answers in answers(), times in 2..6_usize) {
            let more: Vec<_> = answers.iter().copied().cycle().take(answers.len() * times).collect();
            let of = |answers: &[_]| {
                let (promoter, _, base) = sums(answers);
                promoter.estimate(&base, Z)
            };
            // n/(n − 1) falls, n_eff rises.
            let (few, many) = (of(&answers), of(&more));
            prop_assert!(many.low >= few.low - 1e-12 && many.high <= few.high + 1e-12, "{few:?} {many:?}");
        }

        #[test]
        fn a_larger_base_never_widens_the_limits(p in 0.0..=1.0_f64, n in 1.0..1e6_f64, factor in 1.0..10.0_f64) {
            let few = proportion(p, p * (1.0 - p) / n, n, Z);
            let many = proportion(p, p * (1.0 - p) / (n * factor), n * factor, Z);
            prop_assert!(many.0 >= few.0 - 1e-12 && many.1 <= few.1 + 1e-12);
        }

        #[test]
        fn what_is_withheld_mirrors_what_is_given(answers in answers()) {
            let withheld: Vec<_> = answers.iter().map(|(w, x, _)| (*w, 1.0 - x, 0.0)).collect();
            let ((given, _, base), (rest, ..)) = (sums(&answers), sums(&withheld));
            let (given, rest) = (given.estimate(&base, Z), rest.estimate(&base, Z));
            prop_assert!((given.low - (1.0 - rest.high)).abs() < 1e-6, "{given:?} {rest:?}");
            prop_assert!((given.high - (1.0 - rest.low)).abs() < 1e-6, "{given:?} {rest:?}");
        }

        #[test]
        fn swapping_promoters_and_detractors_mirrors_the_net(answers in answers()) {
            let swapped: Vec<_> = answers.iter().map(|(w, x, y)| (*w, *y, *x)).collect();
            let (net, mirror) = (net_of(&answers), net_of(&swapped));
            prop_assert!((net.low + mirror.high).abs() < 1e-12 && (net.high + mirror.low).abs() < 1e-12);
        }
    }
}
