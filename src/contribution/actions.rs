//! Whether an action did its driver good: detractor contributions before its start against those after it.
//!
//! Not for cause: whatever else happened at the time is in the difference too. Not for choosing the periods, which the caller
//! does.

use super::change::Difference;
use super::interval;

/// What a driver was in one period. All numbers are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// The weight of the period's respondents, above 0.
    pub weight: f64,
    /// The driver's detractor contribution, 0 to 1.
    pub contribution: f64,
    /// The sampling variance of `contribution`, its squared standard error; 0 or more.
    pub variance: f64,
    /// How many respondents give the driver detractor credit.
    pub credited: u64,
}

/// The fewest respondents who are expected to give detractor credit on the smaller side, if nothing changed, that let a change be tested;
/// below, the normal approximation does not hold (as for changes between periods).
const LEAST_EXPECTED: f64 = 5.0;

/// What an action did, as far as the numbers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The driver makes fewer detractors, and not by chance.
    Improved,
    /// It makes more, and not by chance.
    Worse,
    /// Chance explains the difference, or there is none.
    NoEvidence,
}

impl Verdict {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Worse => "worse",
            Self::NoEvidence => "no_evidence",
        }
    }
}

/// A driver's detractor contribution before and after the start of an action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The mean before, 0 to 1, by the respondents' weight.
    pub before: f64,
    /// The mean after, 0 to 1, by the respondents' weight.
    pub after: f64,
    /// `after` less `before`; below 0 is good.
    pub change: f64,
    /// The lower limit of `change`, at least −1.
    pub low: f64,
    /// The upper limit of `change`, at most 1.
    pub high: f64,
    /// The two-sided p of no change under the normal distribution; none where neither side has a standard error, or where too
    /// few respondents give the driver detractor credit.
    pub p: Option<f64>,
    /// By `change` and `p`.
    pub verdict: Verdict,
    /// How many periods of each side were compared; at least 1.
    pub periods: usize,
}

/// Compares the last k periods of `before` with the first k of `after`, both in the order of time, k the number of the shorter;
/// none where k is 0.
///
/// Periods of one side are pooled as if they were one survey: the mean by weight, whose variance is Σ W²V / (ΣW)², since
/// periods are independent samples. Improved or worse where p < 1 − `confidence` (which is between 0 and 1), that is where the
/// interval of the change leaves out 0.
pub fn judge(before: &[Period], after: &[Period], confidence: f64) -> Option<Judged> {
    let periods = before.len().min(after.len());
    let (before, after) = (&before[before.len() - periods..], &after[..periods]);
    let ((mean_before, before_variance), (mean_after, after_variance)) = (pooled(before)?, pooled(after)?);
    let z = interval::z(confidence);
    let difference = Difference::new(mean_after - mean_before, before_variance + after_variance, z, 1.0);
    let credited: u64 = before.iter().chain(after).map(|period| period.credited).sum();
    let [one, other] = [before, after].map(|side| side.iter().map(|period| period.weight).sum::<f64>());
    let expected = credited as f64 * one.min(other) / (one + other);
    let p = difference.test.filter(|_| expected >= LEAST_EXPECTED).map(|(_, p)| p);
    let verdict = match p {
        Some(p) if p < 1.0 - confidence && difference.delta < 0.0 => Verdict::Improved,
        Some(p) if p < 1.0 - confidence && difference.delta > 0.0 => Verdict::Worse,
        _ => Verdict::NoEvidence,
    };
    let Difference { delta: change, low, high, .. } = difference;
    Some(Judged { before: mean_before, after: mean_after, change, low, high, p, verdict, periods })
}

/// The mean contribution by weight and its variance; none where nobody has weight.
fn pooled(periods: &[Period]) -> Option<(f64, f64)> {
    let weight: f64 = periods.iter().map(|period| period.weight).sum();
    if weight <= 0.0 {
        return None;
    }
    let part = |period: &Period| period.weight / weight;
    let mean: f64 = periods.iter().map(|period| part(period) * period.contribution).sum();
    let variance = periods.iter().map(|period| part(period).powi(2) * period.variance).sum();
    Some((mean.clamp(0.0, 1.0), variance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(weight: f64, contribution: f64, variance: f64) -> Period {
        Period { weight, contribution, variance, credited: 1000 }
    }

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    #[test]
    fn sides_are_pooled_by_weight() {
        // Before: (100·0.10 + 300·0.06)/400 = 0.07, variance (¼)²·0.0008 + (¾)²·0.0002 = 0.00005 + 0.0001125 = 0.0001625.
        // After: 0.03 and 0.0000875. Change −0.04, se sqrt(0.00025) = 0.015811, z −2.529822, p 0.011412.
        let before = [period(100.0, 0.10, 0.0008), period(300.0, 0.06, 0.0002)];
        let after = [period(200.0, 0.04, 0.0002), period(200.0, 0.02, 0.000_15)];
        let judged = judge(&before, &after, 0.95).unwrap();
        assert!(close(judged.before, 0.07, 1e-15) && close(judged.after, 0.03, 1e-15), "{judged:?}");
        assert!(close(judged.change, -0.04, 1e-15) && close(judged.p.unwrap(), 0.011_412, 1e-6), "{judged:?}");
        assert!(close(judged.low, -0.04 - 1.959_964 * 0.015_811_388, 1e-7), "{judged:?}");
        assert!(close(judged.high, -0.04 + 1.959_964 * 0.015_811_388, 1e-7), "{judged:?}");
        assert_eq!((judged.verdict, judged.periods), (Verdict::Improved, 2));
        assert_eq!(judge(&before, &after, 0.99).unwrap().verdict, Verdict::NoEvidence, "p is above 1 %");
        assert_eq!(judge(&after, &before, 0.95).unwrap().verdict, Verdict::Worse);
    }

    #[test]
    fn the_nearest_periods_are_compared() {
        let of = |contributions: &[f64]| contributions.iter().map(|c| period(1.0, *c, 0.01)).collect::<Vec<_>>();
        let judged = judge(&of(&[0.9, 0.2, 0.4]), &of(&[0.1, 0.3]), 0.95).unwrap();
        assert!(close(judged.before, 0.3, 1e-15) && close(judged.after, 0.2, 1e-15), "{judged:?}");
        let judged = judge(&of(&[0.2]), &of(&[0.1, 0.9, 0.9]), 0.95).unwrap();
        assert!(close(judged.before, 0.2, 1e-15) && close(judged.after, 0.1, 1e-15), "{judged:?}");
        assert_eq!(judged.periods, 1);
        assert_eq!(judge(&of(&[0.2]), &[], 0.95), None);
        assert_eq!(judge(&[], &of(&[0.2]), 0.95), None);
    }

    #[test]
    fn without_a_standard_error_there_is_no_evidence() {
        let judged = judge(&[period(10.0, 0.0, 0.0)], &[period(10.0, 0.1, 0.0)], 0.95).unwrap();
        assert_eq!((judged.p, judged.verdict), (None, Verdict::NoEvidence));
        assert!(close(judged.low, 0.1, 0.0) && close(judged.high, 0.1, 0.0));
        assert_eq!(judge(&[period(0.0, 0.1, 0.1)], &[period(10.0, 0.1, 0.1)], 0.95), None, "nobody before");
    }

    #[test]
    fn a_handful_of_respondents_is_no_evidence() {
        // 0 of 100 against 4 of 100: p would be 0.043, and Fisher's exact test says 0.12.
        let side = |credited: u64| {
            let share = credited as f64 / 100.0;
            [Period { weight: 100.0, contribution: share, variance: share * (1.0 - share) / 99.0, credited }]
        };
        let judged = judge(&side(0), &side(4), 0.95).unwrap();
        assert_eq!((judged.p, judged.verdict), (None, Verdict::NoEvidence));
        assert_eq!(judge(&side(0), &side(12), 0.95).unwrap().verdict, Verdict::Worse);
    }

    #[test]
    fn verdicts_are_words() {
        let words = [Verdict::Improved, Verdict::Worse, Verdict::NoEvidence].map(Verdict::as_str);
        assert_eq!(words, ["improved", "worse", "no_evidence"]);
    }

    fn periods() -> impl Strategy<Value = Vec<Period>> {
        let one =
            (0.1..1000.0, prop_oneof![1 => Just(0.0), 4 => 0.0..=1.0], prop_oneof![1 => Just(0.0), 4 => 0.0..0.1]);
        prop::collection::vec(
            one.prop_map(|(weight, contribution, variance)| period(weight, contribution, variance)),
            0..6,
        )
    }

    proptest! {
        #[test]
        fn verdict_and_interval_agree(before in periods(), after in periods()) {
            let judged = judge(&before, &after, 0.95);
            prop_assert_eq!(judged.is_some(), !before.is_empty() && !after.is_empty());
            if let Some(judged) = judged {
                prop_assert!(-1.0 <= judged.low && judged.low <= judged.change);
                prop_assert!(judged.change <= judged.high && judged.high <= 1.0);
                prop_assert!((0.0..=1.0).contains(&judged.before) && (0.0..=1.0).contains(&judged.after));
                let significant = judged.p.is_some_and(|p| p < 0.05);
                prop_assert_eq!(judged.verdict != Verdict::NoEvidence, significant);
                // But for rounding at the very edge, the interval says the same.
                if judged.p.is_some_and(|p| !close(p, 0.05, 1e-9)) {
                    prop_assert_eq!(judged.high < 0.0, judged.verdict == Verdict::Improved);
                    prop_assert_eq!(judged.low > 0.0, judged.verdict == Verdict::Worse);
                }
            }
        }

        #[test]
        fn a_period_may_be_split(before in periods(), one in (1.0..100.0, 0.0..=1.0, 0.001..0.1), parts in 1_usize..5) {
            // A period in equal parts of the same contribution, each of as many times the variance, is the period.
            let whole = period(one.0, one.1, one.2);
            let count = parts as f64;
            let split = vec![period(one.0 / count, one.1, one.2 * count); parts];
            let (mean, variance) = pooled(&split).unwrap();
            prop_assert!(close(mean, whole.contribution, 1e-12) && close(variance, whole.variance, 1e-12));
            // Zero weight adds nothing.
            let mut with_nobody = before.clone();
            with_nobody.push(period(0.0, 0.5, 0.5));
            prop_assert_eq!(pooled(&with_nobody), pooled(&before));
        }
    }
}
