//! The ids of a run, as hashes, with the period in which each answered: whose earlier answers it takes the place of.
//!
//! Not for ids that come twice in a run, which are refused (`survey::ids`).

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::merging::LARGEST_LOSS;
use crate::error::{Error, ErrorKind, Result};

/// So many answers may always move: people answer again, and dates are corrected.
const FEW: u64 = 5;

/// In the place of a period's number: nobody answers who is forgotten.
const NOWHERE: u32 = u32::MAX;

/// Ids of a run.
#[derive(Default)]
pub(super) struct Ids {
    periods: Vec<String>,
    /// By hash, the number of the period.
    of: HashMap<u64, u32>,
}

impl Ids {
    /// Takes the ids of answers in a period.
    pub(super) fn extend<'i>(&mut self, period: &str, mut ids: impl Iterator<Item = Result<&'i [u8]>>) -> Result<()> {
        // A run has few periods, and their answers come together.
        let known = self.periods.iter().rposition(|held| held == period);
        let number = known.unwrap_or_else(|| {
            self.periods.push(period.to_owned());
            self.periods.len() - 1
        });
        let number = u32::try_from(number).unwrap_or(NOWHERE);
        ids.try_for_each(|id| {
            self.of.insert(hash(id?), number);
            Ok(())
        })
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Takes ids of respondents who are to be forgotten.
    pub(super) fn forget<'i>(&mut self, ids: impl Iterator<Item = &'i str>) {
        self.of.extend(ids.map(|id| (hash(id.as_bytes()), NOWHERE)));
    }

    /// Where an id of a period of the output answers now; none where it is not among these.
    pub(super) fn now(&self, id: &str, period: &str) -> Option<Now> {
        let number = *self.of.get(&hash(id.as_bytes()))?;
        let there = usize::try_from(number).ok().and_then(|number| self.periods.get(number));
        Some(if there.is_some_and(|there| there != period) { Now::Elsewhere } else { Now::Here })
    }
}

/// Where a respondent answers whom the output has in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Now {
    /// In this period; or nowhere any more.
    Here,
    /// In another one: the answer moves.
    Elsewhere,
}

/// Answers that a run takes out of periods of the output into others: by period, how many of how many.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<String, (u64, u64)>);

impl Moves {
    /// Counts those of a period that holds so many.
    pub(super) fn add(&mut self, period: &str, moved: u64, held: u64) {
        self.0.insert(period.to_owned(), (moved, held));
    }

    /// An error where they are more than corrections are: who numbers the answers of every week anew would rewrite the weeks before.
    pub(super) fn check(&self) -> Result<()> {
        let is_much = |moved: u64, held: u64| moved > FEW && moved as f64 > LARGEST_LOSS * held as f64;
        let much = self.0.iter().filter(|(_, (moved, held))| is_much(*moved, *held));
        let told: Vec<String> =
            much.map(|(period, (moved, held))| format!("{moved} of the {held} respondents of {period}")).collect();
        if told.is_empty() {
            return Ok(());
        }
        let message =
            format!("the ids of {} come again in other periods, and these answers would go there", told.join(", "));
        Err(Error::new(ErrorKind::Output, "answers_would_move", message).help(
            "Where ids begin anew in each file they are other people's: run all files into a new output folder with another column, `--id COLUMN`, or with `--id none`, which makes ids of the file and the row, so that a corrected file counts beside the first one unless `--replace` is given. Where the same people answered anew, or dates are corrected, add --force: each respondent counts once, in the period of the answer that was run last.",
        ))
    }
}

/// The same on every machine and in every run: `DefaultHasher::new` has fixed keys.
pub(in crate::engine) fn hash<T: Hash + ?Sized>(of: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_here_or_elsewhere() {
        let mut ids = Ids::default();
        for (period, id) in [("W23", "a"), ("W24", "b"), ("W23", "c")] {
            ids.extend(period, std::iter::once(Ok(id.as_bytes()))).unwrap();
        }
        ids.forget(["gone"].into_iter());
        let now = |id| ids.now(id, "W23");
        assert_eq!(
            [now("a"), now("b"), now("c"), now("d")],
            [Some(Now::Here), Some(Now::Elsewhere), Some(Now::Here), None]
        );
        assert_eq!(now("gone"), Some(Now::Here));
    }

    #[test]
    fn many_moves_stop_and_corrections_do_not() {
        for (moved, held, stops) in
            [(0, 80, false), (5, 5, false), (6, 20, true), (6, 120, false), (7, 120, true), (60, 80, true)]
        {
            let mut moves = Moves::default();
            moves.add("W23", moved, held);
            moves.add("W22", 1, 80);
            let said = moves.check().map_err(|error| (error.code(), error.message().to_owned()));
            assert_eq!(said.is_err(), stops, "{moved} of {held}");
            if let Err((code, message)) = said {
                assert_eq!(code, "answers_would_move");
                assert!(message.contains(&format!("{moved} of the {held} respondents of W23 come")), "{message}");
            }
        }
    }
}
