//! What contacts after the answer are worth, respondent by respondent: how many are resolved, how fast they come, and how scores move.
//!
//! Not who is contacted, nor any table. Contacts are no sample of those who were not: nothing here says what would have been without them.

use super::interval::{self, Estimate};
use crate::types::Band;

/// One contact, as far as it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// Whether what was wrong is right now, where that was said.
    pub resolved: Option<bool>,
    /// Days from the answer to the contact.
    pub days: Option<i32>,
    /// The bands of the score before and after, where both are known.
    pub bands: Option<(Band, Band)>,
}

/// What came of all contacts about one answer: somebody who was called three times is one respondent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// How many contacts there were.
    pub contacts: u64,
    /// The last verdict, where there is one.
    pub resolved: Option<bool>,
    /// Days from the answer to the first contact.
    pub days: Option<i32>,
    /// The band before, and that of the last score given after a contact.
    pub bands: Option<(Band, Band)>,
}

impl Reached {
    /// Of the contacts about one answer, in the order of time.
    pub fn of(contacts: &[Contact]) -> Self {
        let scored = || contacts.iter().filter_map(|contact| contact.bands);
        Self {
            contacts: contacts.len() as u64,
            resolved: contacts.iter().rev().find_map(|contact| contact.resolved),
            days: contacts.iter().find_map(|contact| contact.days),
            bands: scored().next().zip(scored().next_back()).map(|((before, _), (_, after))| (before, after)),
        }
    }
}

/// What contacts with some respondents are worth together.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery {
    /// Respondents who were reached, each about one answer.
    pub people: u64,
    /// Contacts with them.
    pub contacts: u64,
    /// Respondents of whom is known whether they are resolved.
    pub judged: u64,
    /// The part of those that are resolved, with its Wilson interval; none where nothing is known.
    pub rate: Option<Estimate>,
    /// Days from the answer to the first contact that half of the respondents do not pass; none where no answer has a date.
    pub median_days: Option<f64>,
    /// Respondents by band before and band after, worst first.
    pub moves: [[u64; 3]; 3],
}

impl Recovery {
    /// Of these respondents, with an interval at `confidence` (0 to 1, both excluded).
    pub fn of(reached: &[Reached], confidence: f64) -> Self {
        let z = interval::z(confidence);
        let judged: Vec<bool> = reached.iter().filter_map(|reached| reached.resolved).collect();
        let resolved = judged.iter().filter(|resolved| **resolved).count();
        let mut moves = [[0; 3]; 3];
        for (before, after) in reached.iter().filter_map(|reached| reached.bands) {
            moves[before as usize][after as usize] += 1;
        }
        let mut days: Vec<i32> = reached.iter().filter_map(|reached| reached.days).collect();
        days.sort_unstable();
        Self {
            people: reached.len() as u64,
            contacts: reached.iter().map(|reached| reached.contacts).sum(),
            judged: judged.len() as u64,
            rate: (!judged.is_empty()).then(|| interval::share(resolved as u64, judged.len() as u64, z)),
            median_days: median(&days),
            moves,
        }
    }

    /// Respondents with a score before and after.
    pub fn scored_again(&self) -> u64 {
        self.moves.iter().flatten().sum()
    }

    /// The score of those with one before and after: before, and after, −100 to 100; none where there are none.
    pub fn scores(&self) -> Option<(f64, f64)> {
        let all = self.scored_again() as f64;
        let count = |of: &dyn Fn(usize, usize) -> bool| -> f64 {
            let cells = (0..3).flat_map(|before| (0..3).map(move |after| (before, after)));
            cells
                .filter(|(before, after)| of(*before, *after))
                .map(|(before, after)| self.moves[before][after])
                .sum::<u64>() as f64
        };
        let (worst, best) = (Band::Detractor as usize, Band::Promoter as usize);
        let before = count(&|before, _| before == best) - count(&|before, _| before == worst);
        let after = count(&|_, after| after == best) - count(&|_, after| after == worst);
        (all > 0.0).then(|| (100.0 * before / all, 100.0 * after / all))
    }
}

/// The middle of sorted numbers.
fn median(sorted: &[i32]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(f64::from(sorted[middle])),
        _ => Some(f64::midpoint(f64::from(sorted[middle - 1]), f64::from(sorted[middle]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_add_up() {
        let contact = |resolved, days, bands| Contact { resolved, days, bands };
        let contacts = [
            contact(Some(true), Some(1), Some((Band::Detractor, Band::Promoter))),
            contact(Some(true), Some(4), Some((Band::Detractor, Band::Passive))),
            contact(Some(false), Some(9), Some((Band::Detractor, Band::Detractor))),
            contact(None, None, None),
        ];
        let reached = contacts.map(|contact| Reached::of(&[contact]));
        let recovery = Recovery::of(&reached, 0.95);
        assert_eq!((recovery.people, recovery.contacts, recovery.judged, recovery.scored_again()), (4, 4, 3, 3));
        assert_eq!(recovery.median_days, Some(4.0));
        assert_eq!(recovery.moves, [[1, 1, 1], [0; 3], [0; 3]]);
        let (before, after) = recovery.scores().unwrap();
        assert!((before + 100.0).abs() < 1e-12 && after.abs() < 1e-12);
        // Wilson's interval of 2 of 3, by hand.
        let rate = recovery.rate.unwrap();
        assert!((rate.value - 2.0 / 3.0).abs() < 1e-12);
        assert!((rate.low - 0.207_659_6).abs() < 1e-6 && (rate.high - 0.938_508_1).abs() < 1e-6, "{rate:?}");
    }

    #[test]
    fn somebody_who_is_called_three_times_is_one_respondent() {
        let contact = |resolved, days, bands| Contact { resolved, days, bands };
        let contacts = [
            contact(None, Some(2), None),
            contact(Some(false), Some(5), Some((Band::Detractor, Band::Detractor))),
            contact(Some(true), Some(9), Some((Band::Detractor, Band::Promoter))),
            contact(None, Some(12), None),
        ];
        let reached = Reached::of(&contacts);
        let bands = Some((Band::Detractor, Band::Promoter));
        assert_eq!(reached, Reached { contacts: 4, resolved: Some(true), days: Some(2), bands });
        let recovery = Recovery::of(&[reached], 0.95);
        assert_eq!((recovery.people, recovery.contacts, recovery.judged, recovery.scored_again()), (1, 4, 1, 1));
        assert_eq!(recovery.rate.map(|rate| rate.value), Some(1.0));
        assert_eq!(Reached::of(&[]), Reached { contacts: 0, resolved: None, days: None, bands: None });
    }

    #[test]
    fn nothing_is_known_of_nobody() {
        let recovery = Recovery::of(&[], 0.95);
        assert_eq!((recovery.rate, recovery.median_days, recovery.scores()), (None, None, None));
        assert_eq!(median(&[1, 2, 5, 9]), Some(3.5));
    }
}
