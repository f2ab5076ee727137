//! The side of a word: how much more often it stands in praise than in blame, as log odds with an informative Dirichlet prior.
//!
//! Monroe, Colaresi & Quinn (2008), "Fightin' Words", equations 15 to 22. Documents are comments of promoters and of detractors where there
//! are scores, else sentences that praise and that blame by the terms which the lexicon has.
//!
//! Not for what a driver's mentions say (`tag`).

/// The weight of the prior, in documents: so many more are thought of in which every word stands as often as in all of them together.
const PRIOR: f64 = 500.0;

/// Log odds, in nats, and how many standard errors they are from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LogOdds {
    pub(super) value: f64,
    pub(super) z: f64,
}

/// Of a word that stands in `word.0` of `all.0` documents that praise, and in `word.1` of `all.1` that blame; `None` where one of the two
/// sides has no documents.
pub(super) fn log_odds(word: (u32, u32), all: (u32, u32)) -> Option<LogOdds> {
    if all.0 == 0 || all.1 == 0 {
        return None;
    }
    let of = |count: u32| f64::from(count);
    let share = (of(word.0) + of(word.1)) / (of(all.0) + of(all.1));
    // A word that stands nowhere, or everywhere, takes no side.
    let (with, without) = (PRIOR * share, PRIOR * (1.0 - share));
    if with <= 0.0 || without <= 0.0 {
        return Some(LogOdds { value: 0.0, z: 0.0 });
    }
    let odds = |word: u32, all: u32| ((of(word) + with) / (of(all - word) + without)).ln();
    let value = odds(word.0, all.0) - odds(word.1, all.1);
    let variance = 1.0 / (of(word.0) + with) + 1.0 / (of(word.1) + with);
    Some(LogOdds { value, z: value / variance.sqrt() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_formula_by_hand() {
        // 30 of 100 against 10 of 100: the prior is 500 documents, of which 100 have the word.
        let LogOdds { value, z } = log_odds((30, 10), (100, 100)).expect("both sides have documents");
        let want = (130.0_f64 / 470.0).ln() - (110.0_f64 / 490.0).ln();
        assert!((value - want).abs() < 1e-12, "{value}");
        assert!((z - want / (1.0_f64 / 130.0 + 1.0 / 110.0).sqrt()).abs() < 1e-12, "{z}");
        assert_eq!(log_odds((0, 0), (5, 5)), Some(LogOdds { value: 0.0, z: 0.0 }));
        assert_eq!(log_odds((5, 5), (5, 5)), Some(LogOdds { value: 0.0, z: 0.0 }));
        assert_eq!(log_odds((1, 0), (5, 0)), None);
    }

    proptest! {
        #[test]
        fn sides_are_alike(praise in 0_u32..50, blame in 0_u32..50, more in 1_u32..100, most in 1_u32..100) {
            let all = (praise + more, blame + most);
            let (one, other) = (log_odds((praise, blame), all), log_odds((blame, praise), (all.1, all.0)));
            let (one, other) = (one.expect("there are documents"), other.expect("there are documents"));
            prop_assert!((one.value + other.value).abs() < 1e-9 && (one.z + other.z).abs() < 1e-9);
            prop_assert!(one.value.is_finite() && one.z.is_finite());
        }
    }
}
