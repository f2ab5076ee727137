//! What moved between two periods: the difference of each row with its interval and test, and what the difference is made of.
//!
//! Not for finding the two periods or for pairing their rows, which the caller does; and not for segments, which are `mix`'s.

use super::interval;

/// What one row (driver, parent, bucket, function, or the NPS itself) was in one period. All numbers are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Promoter contribution less detractor contribution, −1 to 1.
    pub net: f64,
    /// The sampling variance of `net`, its squared standard error; 0 or more.
    pub variance: f64,
    /// The share of all credit that the row takes, whatever the score: Σ w·f / W over all bands; from |net| to 1.
    pub mass: f64,
    /// How many respondents give it credit as promoters or detractors.
    pub credited: u64,
    /// How many respondents the period has.
    pub respondents: u64,
}

/// Where a row went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It rose, and not by chance.
    Up,
    /// It fell, and not by chance.
    Down,
    /// It was tested, and chance explains the difference.
    Flat,
}

impl Direction {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Flat => "flat",
        }
    }
}

/// What a row did from one period to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Net contribution now less then, −2 to 2.
    pub delta: f64,
    /// The standard error of `delta`.
    pub se: f64,
    /// The lower limit of `delta`, at least −2.
    pub low: f64,
    /// The upper limit of `delta`, at most 2.
    pub high: f64,
    /// `delta` in standard errors; none where the row is not tested.
    pub z: Option<f64>,
    /// The two-sided p of `z` under the normal distribution.
    pub p: Option<f64>,
    /// `p` adjusted for the number of rows that are tested; see [`adjust`].
    pub q: Option<f64>,
    /// By `q`; none where the row is not tested.
    pub direction: Option<Direction>,
    /// The part of `delta` that comes of the row taking more or less credit.
    pub volume: f64,
    /// The part of `delta` that comes of the row's credit being more or less favourable.
    pub rate: f64,
}

/// How changes are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// The confidence of two-sided intervals; between 0 and 1, both excluded.
    pub confidence: f64,
    /// Directions are up or down where q is below it.
    pub false_discovery: f64,
    /// The fewest respondents who are expected to credit a row in the smaller period, if nothing changed, that let it be tested.
    pub least_expected: f64,
}

impl Default for Rule {
    /// 95 %, 5 %, and 5 respondents.
    fn default() -> Self {
        Self { confidence: 0.95, false_discovery: 0.05, least_expected: 5.0 }
    }
}

/// The change of each row from `then` to `now`; both list the same rows in the same order.
///
/// The two periods are independent samples, so that the squared standard errors add up. All rows given are one family for the
/// false discovery rate. A row is tested where its difference has a standard error, and where those who credit it, shared out
/// over both periods by their sizes, make at least `least_expected` in the smaller one: below, the normal approximation does not hold, and
/// least of all where the periods are of very different sizes. Under no change that number tells nothing of the difference, so leaving rows
/// out by it keeps the rate of false discoveries (Bourgon, Gentleman & Huber 2010, PNAS 107).
pub fn changes(now: &[Measured], then: &[Measured], rule: &Rule) -> Vec<Change> {
    let z = interval::z(rule.confidence);
    let mut all: Vec<Change> = now.iter().zip(then).map(|(now, then)| untested(now, then, z, rule)).collect();
    let p: Vec<Option<f64>> = all.iter().map(|change| change.p).collect();
    for (change, q) in all.iter_mut().zip(adjust(&p)) {
        change.q = q;
        change.direction = q.map(|q| match change.delta {
            delta if q < rule.false_discovery && delta > 0.0 => Direction::Up,
            delta if q < rule.false_discovery && delta < 0.0 => Direction::Down,
            _ => Direction::Flat,
        });
    }
    all
}

/// The change of one row, before it is compared with the other rows of its family.
fn untested(now: &Measured, then: &Measured, z: f64, rule: &Rule) -> Change {
    let difference = Difference::new(now.net - then.net, now.variance + then.variance, z, 2.0);
    let smaller = now.respondents.min(then.respondents) as f64 / (now.respondents as f64 + then.respondents as f64);
    let expected = (now.credited as f64 + then.credited as f64) * smaller;
    let test = difference.test.filter(|_| expected >= rule.least_expected);
    let (volume, rate) = volume_and_rate(now, then);
    Change {
        delta: difference.delta,
        se: difference.se,
        low: difference.low,
        high: difference.high,
        z: test.map(|(z, _)| z),
        p: test.map(|(_, p)| p),
        q: None,
        direction: None,
        volume,
        rate,
    }
}

/// A difference of two independent numbers with its normal interval and test.
#[derive(Debug, Clone, Copy)]
pub(super) struct Difference {
    pub(super) delta: f64,
    pub(super) se: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// z and its two-sided p; none where the difference has no standard error.
    pub(super) test: Option<(f64, f64)>,
}

impl Difference {
    /// `variance` is of the difference; the interval is `z` standard errors to each side and within ±`bound`.
    pub(super) fn new(delta: f64, variance: f64, z: f64, bound: f64) -> Self {
        let se = variance.max(0.0).sqrt();
        if se == 0.0 {
            return Self { delta, se, low: delta, high: delta, test: None };
        }
        let quotient = delta / se;
        let p = interval::two_sided(quotient);
        let (low, high) = ((delta - z * se).max(-bound), (delta + z * se).min(bound));
        Self { delta, se, low, high, test: Some((quotient, p)) }
    }
}

/// Kitagawa's two components of a difference of products m·r (Kitagawa 1955, JASA 50): volume r̄·Δm and rate m̄·Δr, where
/// r = net / m, and bars are the means of both periods.
///
/// r of a period without mass is that of the other, so all is volume. The rate is taken as what the volume leaves, which is the
/// same number, since m₁r₁ − m₀r₀ = r̄·Δm + m̄·Δr: so the sum of both differs from the difference by two roundings of numbers
/// below 2 at the most, which is less than 10⁻¹⁵, rather than by those of six products.
fn volume_and_rate(now: &Measured, then: &Measured) -> (f64, f64) {
    let delta = now.net - then.net;
    if now.mass <= 0.0 || then.mass <= 0.0 {
        return (delta, 0.0);
    }
    let mean_rate = f64::midpoint(now.net / now.mass, then.net / then.mass);
    // Adding zero makes the negative zero of a product a plain one, as tables show it.
    let volume = mean_rate * (now.mass - then.mass) + 0.0;
    (volume, delta - volume)
}

/// The q-values of p-values, in the order given: the smallest rate of false discoveries at which each is still a discovery,
/// among all that are there (Benjamini & Hochberg 1995, JRSS B 57; adjusted as by Yekutieli & Benjamini 1999).
///
/// With m values of p in ascending order, q of the i-th is the least of p₍ⱼ₎·m/j over j ≥ i. What is no probability counts as
/// none, and equal p have equal q.
pub fn adjust(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let is_probability = |p: &f64| (0.0..=1.0).contains(p);
    let mut tested: Vec<(usize, f64)> =
        p.iter().enumerate().filter_map(|(at, p)| p.filter(is_probability).map(|p| (at, p))).collect();
    tested.sort_by(|left, right| left.1.total_cmp(&right.1));
    let mut q = vec![None; p.len()];
    let mut least = 1.0_f64;
    for (below, (at, p)) in tested.iter().enumerate().rev() {
        least = least.min(p * tested.len() as f64 / (below + 1) as f64);
        q[*at] = Some(least);
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(net: f64, variance: f64, mass: f64, credited: u64) -> Measured {
        Measured { net, variance, mass, credited, respondents: 100 }
    }

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    #[test]
    fn rows_are_tested_as_one_family() {
        // Standard errors are sqrt(0.0004 + 0.0005) = 0.03, so z is 2, −3 and 0.5; two-sided p from tables of the normal
        // distribution. q of the largest p is itself, of the middle one 0.0455·3/2 and of the smallest 0.0027·3/1.
        let now = [row(0.10, 0.0004, 0.2, 20), row(-0.11, 0.0004, 0.2, 9), row(0.015, 0.0004, 0.2, 100)];
        let then = [row(0.04, 0.0005, 0.1, 20), row(-0.02, 0.0005, 0.2, 1), row(0.0, 0.0005, 0.2, 100)];
        let expected = [
            (0.06, 2.0, 0.045_500_3, 0.068_250_4, Direction::Flat),
            (-0.09, -3.0, 0.002_699_8, 0.008_099_4, Direction::Down),
            (0.015, 0.5, 0.617_075_1, 0.617_075_1, Direction::Flat),
        ];
        let all = changes(&now, &then, &Rule::default());
        assert_eq!(all.len(), 3);
        for (change, (delta, z, p, q, direction)) in all.iter().zip(expected) {
            assert!(close(change.delta, delta, 1e-12) && close(change.se, 0.03, 1e-12), "{change:?}");
            assert!(close(change.z.unwrap(), z, 1e-9) && close(change.p.unwrap(), p, 1e-6), "{change:?}");
            assert!(close(change.q.unwrap(), q, 1e-6), "{change:?}");
            assert_eq!(change.direction, Some(direction));
            assert!(close(change.low, delta - 0.03 * 1.959_964, 1e-6), "{change:?}");
            assert!(close(change.high, delta + 0.03 * 1.959_964, 1e-6), "{change:?}");
        }
        // A laxer rule: 0.068 is a discovery.
        let lax = Rule { false_discovery: 0.10, ..Rule::default() };
        assert_eq!(changes(&now, &then, &lax)[0].direction, Some(Direction::Up));
    }

    #[test]
    fn rows_of_few_respondents_are_not_tested_and_do_not_count() {
        let now = [row(0.10, 0.0004, 0.2, 20), row(0.5, 0.0001, 0.5, 5), row(0.2, 0.0, 0.2, 50)];
        let then = [row(0.04, 0.0005, 0.1, 20), row(-0.2, 0.0001, 0.2, 4), row(0.1, 0.0, 0.2, 50)];
        let all = changes(&now, &then, &Rule::default());
        // Alone in its family, the first row's q is its p, 0.0455.
        assert_eq!((all[0].q, all[0].direction), (all[0].p, Some(Direction::Up)));
        // Nine respondents; and a difference that has no standard error.
        for change in &all[1..] {
            assert_eq!((change.z, change.p, change.q, change.direction), (None, None, None, None));
        }
        assert!(close(all[1].low, 0.7 - 1.959_964 * 0.0002_f64.sqrt(), 1e-6), "the interval is there all the same");
        assert_eq!((all[2].low, all[2].high), (all[2].delta, all[2].delta));
        assert_eq!(changes(&[], &[], &Rule::default()), []);
    }

    #[test]
    fn a_small_period_needs_respondents_of_its_own() {
        // 30 of 1 080 respondents credit the row: of 80, that is 2.2, and of 540, 15.
        let of = |respondents| Measured { respondents, ..row(0.1, 0.0004, 0.2, 15) };
        let tested = |now, then| changes(&[of(now)], &[of(then)], &Rule::default())[0].p.is_some();
        assert!(!tested(80, 1000) && !tested(1000, 80));
        assert!(tested(540, 540) && tested(180, 900));
        assert!(!tested(0, 0));
    }

    #[test]
    fn limits_stay_on_the_scale() {
        let change = changes(&[row(1.0, 4.0, 1.0, 9)], &[row(-1.0, 4.0, 1.0, 9)], &Rule::default())[0];
        assert!(close(change.high, 2.0, 0.0), "{change:?}");
        let change = changes(&[row(-1.0, 4.0, 1.0, 9)], &[row(1.0, 4.0, 1.0, 9)], &Rule::default())[0];
        assert!(close(change.low, -2.0, 0.0), "{change:?}");
    }

    #[test]
    fn directions_are_words() {
        let words = [Direction::Up, Direction::Down, Direction::Flat].map(Direction::as_str);
        assert_eq!(words, ["up", "down", "flat"]);
    }

    #[test]
    fn a_change_is_volume_and_rate() {
        // (net, mass) now and then; volume, rate.
        let cases = [
            // r 0.5 both times: only the mass moved.
            ((0.10, 0.2), (0.05, 0.1), 0.05, 0.0),
            // The same mass: only r moved.
            ((0.10, 0.2), (-0.04, 0.2), 0.0, 0.14),
            // r 0.25 and −0.5, mean −0.125; m 0.4 and 0.2, mean 0.3: −0.125·0.2 and 0.3·0.75.
            ((0.1, 0.4), (-0.1, 0.2), -0.025, 0.225),
            // Nobody spoke of it then; nobody speaks of it now; nobody ever did.
            ((-0.1, 0.3), (0.0, 0.0), -0.1, 0.0),
            ((0.0, 0.0), (-0.1, 0.3), 0.1, 0.0),
            ((0.0, 0.0), (0.0, 0.0), 0.0, 0.0),
        ];
        for ((net1, mass1), (net0, mass0), volume, rate) in cases {
            let (v, r) = volume_and_rate(&row(net1, 0.0, mass1, 0), &row(net0, 0.0, mass0, 0));
            assert!(close(v, volume, 1e-15) && close(r, rate, 1e-15), "{net1} {mass1} {net0} {mass0}: {v} {r}");
        }
        let (v, r) = volume_and_rate(&row(-0.1, 0.0, 0.2, 0), &row(-0.1, 0.0, 0.2, 0));
        assert!(v.is_sign_positive() && r.is_sign_positive(), "no negative zero: {v} {r}");
    }

    #[test]
    fn q_values_of_a_published_example() {
        // The fifteen p-values of Benjamini & Hochberg 1995, section 3.2: at 5 % the first four are discoveries. By hand:
        // q₁ = 0.0001·15, q₂ = 0.0004·15/2, q₃ = 0.0019·15/3, q₄ = 0.0095·15/4, q₅ = 0.0201·15/5.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q: Vec<f64> = adjust(&p.map(Some)).into_iter().map(Option::unwrap).collect();
        for (q, expected) in q.iter().zip([0.0015, 0.003, 0.0095, 0.035_625, 0.0603]) {
            assert!(close(*q, expected, 1e-12), "{q} {expected}");
        }
        assert_eq!(q.iter().filter(|q| **q < 0.05).count(), 4);
        // q₆ is that of the seventh: 0.0298·15/7 = 0.0639 is less than 0.0278·15/6 = 0.0695 and than 0.0344·15/8 = 0.0645.
        assert!(close(q[5], 0.0298 * 15.0 / 7.0, 1e-12) && close(q[6], q[5], 1e-15), "{q:?}");
    }

    #[test]
    fn what_is_no_probability_is_not_tested() {
        let q = adjust(&[Some(f64::NAN), Some(0.04), None, Some(1.5), Some(0.03), Some(-0.1)]);
        assert_eq!(q, [None, Some(0.04), None, None, Some(0.04), None]);
        assert_eq!(adjust(&[]), []);
    }

    /// Uniform numbers in 0 to 1 (Steele, Lea & Flood 2014, `SplitMix64`).
    fn uniform(state: &mut u64) -> f64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    #[test]
    fn false_alarms_are_as_rare_as_promised() {
        // Nothing but chance: any discovery is a false one, and independent p-values give one in exactly 5 % of families
        // (Simes 1986). 20,000 families: a standard error of 0.15 points; four of them to each side.
        let mut state = 1;
        let families = 20_000;
        let alarmed = |found: usize| f64::from(u8::from(found > 0));
        let found = |p: &[Option<f64>]| -> Vec<bool> { adjust(p).iter().map(|q| q.unwrap() < 0.05).collect() };
        let mut alarms = 0.0;
        // A quarter of the rows move for certain: the mean share of false ones among discoveries is 5 % · 15/20.
        let mut false_share = 0.0;
        for _ in 0..families {
            let p: Vec<Option<f64>> = (0..20).map(|_| Some(uniform(&mut state))).collect();
            alarms += alarmed(found(&p).iter().filter(|found| **found).count());
            let moved: Vec<Option<f64>> = (0..20).map(|at| if at < 5 { Some(1e-12) } else { p[at] }).collect();
            let discoveries = found(&moved);
            let wrong = discoveries[5..].iter().filter(|found| **found).count();
            false_share += wrong as f64 / (5 + wrong) as f64;
            assert!(discoveries[..5].iter().all(|found| *found));
        }
        let (alarms, false_share) = (alarms / f64::from(families), false_share / f64::from(families));
        assert!(close(alarms, 0.05, 0.006), "{alarms}");
        assert!(close(false_share, 0.0375, 0.004), "{false_share}");
    }

    fn measured() -> impl Strategy<Value = Measured> {
        let mass = prop_oneof![1 => Just(0.0), 4 => 0.0..=1.0, 1 => 0.0..1e-9, 1 => Just(1.0)];
        (mass, -1.0..=1.0, prop_oneof![1 => Just(0.0), 4 => 0.0..0.01], 0_u64..30)
            .prop_map(|(mass, rate, variance, credited)| row(mass * rate, variance, mass, credited))
    }

    proptest! {
        #[test]
        fn volume_and_rate_sum_to_the_change(now in measured(), then in measured()) {
            let (volume, rate) = volume_and_rate(&now, &then);
            prop_assert!(close(volume + rate, now.net - then.net, 1e-15));
            let of = |this: &Measured, other: &Measured| match (this.mass > 0.0, other.mass > 0.0) {
                (true, _) => this.net / this.mass,
                (false, true) => other.net / other.mass,
                (false, false) => 0.0,
            };
            let (r1, r0) = (of(&now, &then), of(&then, &now));
            prop_assert!(close(volume, f64::midpoint(r1, r0) * (now.mass - then.mass), 1e-15));
            prop_assert!(close(rate, f64::midpoint(now.mass, then.mass) * (r1 - r0), 1e-14));
        }

        #[test]
        fn changes_are_finite_and_ordered(pairs in prop::collection::vec((measured(), measured()), 0..20)) {
            let (now, then): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let all = changes(&now, &then, &Rule::default());
            prop_assert_eq!(all.len(), now.len());
            for change in &all {
                prop_assert!(-2.0 <= change.low && change.low <= change.delta && change.delta <= change.high && change.high <= 2.0);
                prop_assert!(change.z.is_none_or(f64::is_finite));
                let is_none = (change.z.is_none(), change.p.is_none(), change.q.is_none(), change.direction.is_none());
                prop_assert!(is_none == (true, true, true, true) || is_none == (false, false, false, false));
                prop_assert!(change.p.zip(change.q).is_none_or(|(p, q)| (0.0..=1.0).contains(&p) && p <= q + 1e-15 && q <= 1.0));
            }
            // Swapped periods turn every change round.
            for (there, back) in all.iter().zip(changes(&then, &now, &Rule::default())) {
                prop_assert!(close(there.delta, -back.delta, 0.0) && close(there.low, -back.high, 1e-15));
                prop_assert_eq!((there.p, there.q), (back.p, back.q));
                prop_assert!(close(there.volume, -back.volume, 1e-15));
            }
        }

        #[test]
        fn q_is_as_defined(p in prop::collection::vec(
            prop::option::of(prop_oneof![0.0..=1.0, 0.0..0.01, Just(0.02), Just(0.0), Just(1.0)]), 0..40,
        )) {
            let q = adjust(&p);
            let mut ascending: Vec<f64> = p.iter().flatten().copied().collect();
            ascending.sort_by(f64::total_cmp);
            let m = ascending.len() as f64;
            for (p, q) in p.iter().zip(&q) {
                let expected = p.map(|p| {
                    let rank = ascending.iter().position(|other| *other >= p).unwrap();
                    (rank..ascending.len()).map(|j| ascending[j] * m / (j + 1) as f64).fold(f64::INFINITY, f64::min)
                });
                prop_assert_eq!(*q, expected);
            }
        }
    }
}
