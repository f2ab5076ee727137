//! How the parts of a survey made the change of the whole between two periods: their shares moved, or their scores did.
//!
//! Not for drivers, whose changes are `change`'s, nor for tests of significance: this is arithmetic that adds up.

/// The respondents of one segment value in one period. All numbers are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Their share of all respondents' weight, 0 to 1; the shares of a period sum to 1.
    pub share: f64,
    /// Their promoters less detractors, −1 to 1; does not count where the share is 0.
    pub nps: f64,
}

/// What one segment value adds to the change of the whole's NPS / 100; −2 to 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixRate {
    /// By being a larger or smaller part of the respondents.
    pub mix: f64,
    /// By its own scores.
    pub rate: f64,
}

/// What each segment value adds to the change of the whole from `then` to `now`; both list the same values in the same order.
/// None where either period has nobody, since the whole has no change then.
///
/// With π the share and N the NPS of a value, bars for means of both periods: rate = π̄·(N₁ − N₀), and mix =
/// (π₁ − π₀)·(N̄ᵥ − N̄), N̄ the mean of the two totals. A value gains by growing only if it is better than the whole; that this
/// changes no sum is due to Σ(π₁ − π₀) = 0. So Σ(mix + rate) is the change of the total (Kitagawa 1955, JASA 50). A value
/// that one period lacks is taken to have had the same NPS in it, so that all it adds is mix.
pub fn mix_and_rate(now: &[Share], then: &[Share]) -> Option<Vec<MixRate>> {
    let there = |shares: &[Share]| shares.iter().any(|value| value.share > 0.0);
    if !there(now) || !there(then) {
        return None;
    }
    let total = |shares: &[Share]| shares.iter().filter(|of| of.share > 0.0).map(|of| of.share * of.nps).sum::<f64>();
    let whole = f64::midpoint(total(now), total(then));
    let parts = now.iter().zip(then).map(|(now, then)| {
        let (n1, n0) = match (now.share > 0.0, then.share > 0.0) {
            (true, true) => (now.nps, then.nps),
            (true, false) => (now.nps, now.nps),
            (false, true) => (then.nps, then.nps),
            (false, false) => return MixRate { mix: 0.0, rate: 0.0 },
        };
        // Adding zero makes the negative zero of a product a plain one, as tables show it.
        MixRate {
            mix: (now.share - then.share) * (f64::midpoint(n1, n0) - whole) + 0.0,
            rate: f64::midpoint(now.share, then.share) * (n1 - n0) + 0.0,
        }
    });
    Some(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    #[test]
    fn segments_move_by_mix_and_rate() {
        let share = |share, nps| Share { share, nps };
        // North: 60 % → 40 %, NPS 0.5 → 0.5. South: 40 % → 60 %, NPS 0 → 0.2. Total 0.30 → 0.32, mean 0.31.
        // Mix: −0.2·(0.5 − 0.31) = −0.038 and 0.2·(0.1 − 0.31) = −0.042; rate: 0 and 0.5·0.2 = 0.1; sum 0.02.
        let parts = mix_and_rate(&[share(0.4, 0.5), share(0.6, 0.2)], &[share(0.6, 0.5), share(0.4, 0.0)]).unwrap();
        let expected = [(-0.038, 0.0), (-0.042, 0.1)];
        for (part, (mix, rate)) in parts.iter().zip(expected) {
            assert!(close(part.mix, mix, 1e-15) && close(part.rate, rate, 1e-15), "{part:?}");
        }
        // A new shop (0.8) takes half of an old one's (0.2) respondents: totals 0.5 and 0.2, mean 0.35.
        // Mix: 0.5·(0.8 − 0.35) = 0.225 and −0.5·(0.2 − 0.35) = 0.075. What is said of the NPS of nobody does not count.
        let parts = mix_and_rate(&[share(0.5, 0.8), share(0.5, 0.2)], &[share(0.0, -1.0), share(1.0, 0.2)]).unwrap();
        assert!(close(parts[0].mix, 0.225, 1e-15) && close(parts[1].mix, 0.075, 1e-15), "{parts:?}");
        assert_eq!((parts[0].rate, parts[1].rate), (0.0, 0.0));
    }

    #[test]
    fn nobody_in_a_period_has_no_change() {
        let nobody = [Share { share: 0.0, nps: 0.0 }];
        let somebody = [Share { share: 1.0, nps: 0.3 }];
        assert_eq!(mix_and_rate(&nobody, &somebody), None);
        assert_eq!(mix_and_rate(&somebody, &nobody), None);
        assert_eq!(mix_and_rate(&[], &[]), None);
        assert_eq!(mix_and_rate(&somebody, &somebody), Some(vec![MixRate { mix: 0.0, rate: 0.0 }]));
    }

    fn shares() -> impl Strategy<Value = (Vec<Share>, Vec<Share>)> {
        let one = || (prop_oneof![1 => Just(0.0), 3 => 0.001..1.0], -1.0..=1.0);
        prop::collection::vec((one(), one()), 1..12).prop_map(|pairs| {
            let normal = |period: Vec<(f64, f64)>| {
                let sum: f64 = period.iter().map(|value| value.0).sum();
                let part = |share: f64| if sum > 0.0 { share / sum } else { 0.0 };
                period.into_iter().map(|(share, nps)| Share { share: part(share), nps }).collect::<Vec<_>>()
            };
            let (now, then) = pairs.into_iter().unzip();
            (normal(now), normal(then))
        })
    }

    proptest! {
        #[test]
        fn mix_and_rate_sum_to_the_change((now, then) in shares()) {
            let there = |shares: &[Share]| shares.iter().any(|value| value.share > 0.0);
            let parts = mix_and_rate(&now, &then);
            prop_assert_eq!(parts.is_some(), there(&now) && there(&then));
            let total = |shares: &[Share]| shares.iter().map(|value| value.share * value.nps).sum::<f64>();
            if let Some(parts) = parts {
                let sum: f64 = parts.iter().map(|part| part.mix + part.rate).sum();
                prop_assert!(close(sum, total(&now) - total(&then), 1e-12));
            }
        }
    }
}
