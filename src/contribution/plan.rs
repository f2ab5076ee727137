//! How many respondents a survey needs before it is made, for a Net Promoter Score of a given precision.
//!
//! Not for surveys that are there already: their intervals are computed from what was said.

use super::interval;

/// More respondents than this are never planned: beyond it not every whole number is a number of the floating kind.
const MOST: u64 = 1 << 53;

/// What is expected of a survey. Numbers out of range make every answer none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The share of promoters that is expected, 0 to 1.
    pub promoters: f64,
    /// The share of detractors that is expected, 0 to 1; with the promoters at most 1.
    pub detractors: f64,
    /// The confidence of the two-sided interval; between 0 and 1, both excluded.
    pub confidence: f64,
    /// By how much weights and clusters blow up the variance, n / effective base; above 0, and 1 for a simple random sample.
    pub design_effect: f64,
    /// How many customers there are to ask; none: so many that it does not matter.
    pub population: Option<u64>,
}

impl Plan {
    /// The least number of respondents (at least 1) whose NPS has an interval of at most `margin` points to each side, that is
    /// [`Plan::margin_of`] ≤ `margin`. None where the margin is not above 0 and at most 100, where something else is out of
    /// range, or where more than 2⁵³ would be needed.
    pub fn respondents_for_margin(&self, margin: f64) -> Option<u64> {
        let reached = |n| self.margin_of(n).is_some_and(|half| half <= margin);
        // The margin falls as n grows: the variance of the adjusted score does (its derivative by n is nowhere above 0), and
        // at an end of the scale its centre moves towards that end.
        let most = self.population.unwrap_or(MOST).min(MOST);
        (margin > 0.0 && margin <= 100.0).then(|| least(most, reached)).flatten()
    }

    /// Half the width, in points (0 to 100), of the interval of the NPS of `n` respondents: the adjusted Wald interval (Rocks
    /// 2016, arXiv 1601.07235) at the effective base n / design effect, which tables give too, times the finite population
    /// correction sqrt((N − n)/(N − 1)) (Cochran 1977, Sampling Techniques). None for `n` of 0 or above the population, or
    /// where something else is out of range.
    pub fn margin_of(&self, n: u64) -> Option<f64> {
        let share = |share: f64| (0.0..=1.0).contains(&share);
        // Shares such as 0.7 and 0.3 may sum to a rounding above 1.
        let shares = share(self.promoters) && share(self.detractors) && self.promoters + self.detractors <= 1.0 + 1e-12;
        let design = self.design_effect > 0.0 && self.design_effect.is_finite();
        let confidence = self.confidence > 0.0 && self.confidence < 1.0;
        if !shares || !design || !confidence || n == 0 {
            return None;
        }
        let correction = match self.population {
            Some(population) if n > population => return None,
            Some(population) if n == population => 0.0,
            Some(population) => ((population - n) as f64 / (population - 1) as f64).sqrt(),
            None => 1.0,
        };
        // A confidence within a rounding of 1 has no finite quantile.
        let z = Some(interval::z(self.confidence)).filter(|z| z.is_finite())?;
        let (low, high) = interval::nps(self.promoters, self.detractors, n as f64 / self.design_effect, z);
        Some(f64::midpoint(high, -low) * correction)
    }
}

/// How many customers to invite for so many respondents, where a share `response_rate` (above 0, at most 1) of those invited
/// answers; none where the rate is out of range or more than 2⁵³ would be needed.
pub fn invitations(respondents: u64, response_rate: f64) -> Option<u64> {
    // 3 respondents at 0.3 are 10 invitations, though 10 × 0.3 may be a rounding below 3.
    let enough = |invited: u64| invited as f64 * response_rate >= respondents as f64 * (1.0 - 1e-12);
    let rate = response_rate > 0.0 && response_rate <= 1.0;
    match respondents {
        0 => rate.then_some(0),
        _ => rate.then(|| least(MOST, enough)).flatten(),
    }
}

/// The least number from 1 to `most` that is `enough`, where any above one that is enough is so too; none where none is.
fn least(most: u64, enough: impl Fn(u64) -> bool) -> Option<u64> {
    if most == 0 || !enough(most) {
        return None;
    }
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SURVEY: Plan =
        Plan { promoters: 0.5, detractors: 0.2, confidence: 0.95, design_effect: 1.0, population: None };

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    #[test]
    fn margins_by_hand() {
        // n = 97: adjusted 49.25 and 20.15 of 100: 0.4925 + 0.2015 − 0.291² = 0.609319; 1.959964·sqrt(0.00609319) = 0.152992.
        assert!(close(SURVEY.margin_of(97).unwrap(), 15.2992, 1e-4), "{:?}", SURVEY.margin_of(97));
        // The same effective base with a design effect of 2.
        let clustered = Plan { design_effect: 2.0, ..SURVEY };
        assert!(close(clustered.margin_of(194).unwrap(), 15.2992, 1e-4), "{:?}", clustered.margin_of(194));
        // 97 of 385 customers: times sqrt(288/384) = 0.866025.
        let few = Plan { population: Some(385), ..SURVEY };
        assert!(close(few.margin_of(97).unwrap(), 13.2495, 1e-4), "{:?}", few.margin_of(97));
        // Everybody, also where everybody is one.
        assert_eq!(few.margin_of(385), Some(0.0));
        assert_eq!(Plan { population: Some(1), ..SURVEY }.margin_of(1), Some(0.0));
    }

    #[test]
    fn respondents_by_hand() {
        // With n + 3 = a: half = 1.96·sqrt(s/a), and s is near 0.5 + 0.2 − 0.3² = 0.61, so a is near 0.61·(1.96/0.05)² = 937
        // for 5 points, and a hundredth of it, less what three respondents more than the sample tell, for 50.
        let n = SURVEY.respondents_for_margin(5.0).unwrap();
        assert!((930..=937).contains(&n), "{n}");
        assert!(SURVEY.margin_of(n).unwrap() <= 5.0 && SURVEY.margin_of(n - 1).unwrap() > 5.0);
        // A finite population needs fewer, n / (1 + (n − 1)/N) in textbooks: 933/(1 + 932/2000) = 636.
        let few = Plan { population: Some(2_000), ..SURVEY };
        let n = few.respondents_for_margin(5.0).unwrap();
        assert!((634..=640).contains(&n), "{n}");
        // One respondent's interval is 1.96·sqrt((0.4375 + 0.1875 − 0.25²)/4) = 0.735 for a promoter.
        let praised = Plan { promoters: 1.0, detractors: 0.0, ..SURVEY };
        assert_eq!(praised.respondents_for_margin(73.6), Some(1));
        assert_eq!(praised.respondents_for_margin(73.4), Some(2));
    }

    #[test]
    fn what_is_out_of_range_has_no_answer() {
        for margin in [0.0, -1.0, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(SURVEY.respondents_for_margin(margin), None, "{margin}");
        }
        let wrong = [
            Plan { promoters: -0.1, ..SURVEY },
            Plan { promoters: 0.9, ..SURVEY },
            Plan { detractors: f64::NAN, ..SURVEY },
            Plan { confidence: 1.0, ..SURVEY },
            Plan { confidence: 1.0 - f64::EPSILON / 2.0, ..SURVEY },
            Plan { confidence: 0.0, ..SURVEY },
            Plan { design_effect: 0.0, ..SURVEY },
            Plan { design_effect: f64::INFINITY, ..SURVEY },
            Plan { population: Some(0), ..SURVEY },
        ];
        for plan in wrong {
            assert_eq!((plan.respondents_for_margin(5.0), plan.margin_of(10)), (None, None), "{plan:?}");
        }
        assert_eq!(SURVEY.margin_of(0), None);
        assert_eq!(Plan { population: Some(9), ..SURVEY }.margin_of(10), None);
        assert!(Plan { promoters: 0.7, detractors: 0.3, ..SURVEY }.margin_of(10).is_some());
        assert_eq!(SURVEY.respondents_for_margin(1e-9), None, "more than can be counted");
        let small = Plan { population: Some(50), ..SURVEY };
        assert_eq!(small.respondents_for_margin(1e-9), Some(50), "all of them");
    }

    #[test]
    fn invitations_by_response_rate() {
        let cases = [
            (400, 0.2, Some(2_000)),
            (3, 0.3, Some(10)),
            (7, 0.07, Some(100)),
            (937, 0.15, Some(6_247)),
            (5, 1.0, Some(5)),
            (0, 0.5, Some(0)),
            (5, 0.0, None),
            (5, 1.1, None),
            (5, f64::NAN, None),
            (0, 0.0, None),
            (5, 1e-300, None),
        ];
        for (respondents, rate, expected) in cases {
            assert_eq!(invitations(respondents, rate), expected, "{respondents} at {rate}");
        }
    }

    fn plan() -> impl Strategy<Value = Plan> {
        let population = prop_oneof![Just(None), (1_u64..3_000).prop_map(Some)];
        (0.0..=1.0, 0.0..=1.0, 0.5..0.999, 0.5..4.0, population).prop_map(
            |(promoters, rest, confidence, design, population)| Plan {
                promoters,
                detractors: (1.0 - promoters) * rest,
                confidence,
                design_effect: design,
                population,
            },
        )
    }

    proptest! {
        #[test]
        fn the_least_number_is_found(plan in plan(), margin in 3.0..=100.0) {
            let slow = (1..=plan.population.unwrap_or(60_000)).find(|n| plan.margin_of(*n).unwrap() <= margin);
            prop_assert_eq!(plan.respondents_for_margin(margin), slow);
        }

        #[test]
        fn more_respondents_never_widen(plan in plan(), n in 1_u64..3_000) {
            if let Some((few, more)) = plan.margin_of(n).zip(plan.margin_of(n + 1)) {
                prop_assert!(0.0 <= more && more <= few && few <= 100.0);
            }
        }
    }
}
