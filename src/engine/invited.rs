//! How many people were invited to answer, by period: entered into what the output knows of its periods.
//!
//! Not for response rates, which `rows` makes of this and of the respondents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::output::Merged;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::Calendar;
use crate::tables::{ALL_PERIODS, PeriodInfo};

/// What a run is told of the people invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number of people, or one for each period as in { 2026-W23 = 500 }")]
pub enum Invited {
    /// So many in the one period of which the run has answers.
    Together(u64),
    /// So many in each of these periods, by label.
    ByPeriod(BTreeMap<String, u64>),
}

impl Invited {
    /// An error where a label is none of this calendar's: code `invited_which_period`.
    pub(crate) fn check(&self, calendar: Calendar) -> Result<()> {
        let Self::ByPeriod(by_period) = self else { return Ok(()) };
        let is_label = |label: &str| calendar.starts(label).is_some() || label == calendar.label_without_date();
        let Some(label) = by_period.keys().find(|label| !is_label(label)) else { return Ok(()) };
        let example = calendar.label(jiff::civil::date(2026, 6, 3));
        let message = format!("`--invited {label}=…` names no period of this survey");
        Err(Error::new(ErrorKind::Usage, "invited_which_period", message)
            .help(format!("Call the period as the tables do, as in `--invited {example}=500`.")))
    }
}

/// Enters who was invited into the periods that the run touches, and returns what is to be said of it, in sentences.
///
/// A period that the run does not touch keeps its tables, and what it knows with them.
///
/// Codes: `invited_which_period` where one number stands for several periods; `invited_too_few` where a touched period has more
/// respondents than people invited.
pub(crate) fn enter(invited: Option<&Invited>, merged: &mut Merged) -> Result<Vec<String>> {
    let told = match invited {
        None => BTreeMap::new(),
        Some(Invited::Together(people)) => together(*people, merged)?,
        Some(Invited::ByPeriod(by_period)) => by_period.clone(),
    };
    let mut elsewhere = Vec::new();
    for (label, people) in &told {
        let held = merged.periods.get(label).and_then(|info| info.invited);
        match merged.periods.get_mut(label).filter(|_| merged.touched.contains(label)) {
            Some(info) => info.invited = Some(*people),
            None if held != Some(*people) => elsewhere.push(label.as_str()),
            None => {}
        }
    }
    for period in &merged.touched {
        let Some(info) = merged.periods.get(period) else { continue };
        if let Some(people) = info.invited.filter(|people| *people < info.comments) {
            let message = format!("{people} people were invited in {period}, and {} answered", info.comments);
            return Err(Error::new(ErrorKind::Usage, "invited_too_few", message).help(format!(
                "Say how many were invited in all, as in `--invited {period}=N` with N at least {}.",
                info.comments
            )));
        }
    }
    let entered = merged.touched.iter().filter_map(|period| Some((period, merged.periods.get(period)?.invited?)));
    let entered: Vec<String> = entered.map(|(period, people)| format!("{people} in {period}")).collect();
    let mut notices = Vec::new();
    if !entered.is_empty() {
        notices.push(format!("invited: {}", entered.join(", ")));
    }
    if !elsewhere.is_empty() {
        let labels = elsewhere.join(", ");
        notices.push(format!("invited: this run has no answers of {labels}, and leaves what is known of it as it is"));
    }
    Ok(notices)
}

/// One number, of the one period of which there are answers; of none where there are none.
fn together(people: u64, merged: &Merged) -> Result<BTreeMap<String, u64>> {
    if merged.answered.len() > 1 {
        let flags: Vec<String> = merged.answered.iter().take(3).map(|label| format!("--invited {label}=N")).collect();
        let more = if flags.len() < merged.answered.len() { " …" } else { "" };
        let count = merged.answered.len();
        let message = format!("`--invited {people}` names no period, and the answers are of {count} periods");
        return Err(Error::new(ErrorKind::Usage, "invited_which_period", message)
            .help(format!("Say how many of each: `{}{more}`.", flags.join(" "))));
    }
    Ok(merged.answered.iter().map(|label| (label.clone(), people)).collect())
}

/// How many were invited in a period; in all together, the sum where every period that has respondents knows it.
pub(crate) fn invited_in(period: &str, periods: &BTreeMap<String, PeriodInfo>) -> Option<u64> {
    if period != ALL_PERIODS {
        return periods.get(period)?.invited;
    }
    let known = periods.values().filter(|info| info.comments > 0 || info.invited.is_some());
    let sum = known.map(|info| info.invited).try_fold(0_u64, |sum, people| sum.checked_add(people?))?;
    (!periods.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::survey::{Granularity, UNDATED, WeekStart};

    /// Periods by label, with respondents and what is known of the invited; those with `true` are touched and have answers.
    fn merged(periods: &[(&str, u64, Option<u64>, bool)]) -> Merged {
        let info = |comments, invited| PeriodInfo { comments, redaction: 1, invited, ..PeriodInfo::default() };
        let touched: BTreeSet<String> = periods.iter().filter(|it| it.3).map(|it| it.0.to_owned()).collect();
        Merged {
            parts: BTreeMap::new(),
            periods: periods.iter().map(|(label, n, invited, _)| ((*label).to_owned(), info(*n, *invited))).collect(),
            answered: touched.clone(),
            moved: touched.clone(),
            touched,
            replaced: 0,
            gone: 0,
            rewritten: Vec::new(),
            retagged_for_all: 0,
            redactions: BTreeMap::new(),
            unredacted: 0,
            damage: crate::engine::damage::Damage::default(),
        }
    }

    fn by_period(told: &[(&str, u64)]) -> Invited {
        Invited::ByPeriod(told.iter().map(|(label, people)| ((*label).to_owned(), *people)).collect())
    }

    fn known(merged: &Merged) -> Vec<Option<u64>> {
        merged.periods.values().map(|info| info.invited).collect()
    }

    #[test]
    fn the_invited_are_entered_where_the_run_has_answers() {
        let mut two = merged(&[("2026-W22", 30, Some(90), false), ("2026-W23", 40, None, true)]);
        assert!(enter(None, &mut two).unwrap().is_empty());
        let said = enter(Some(&Invited::Together(500)), &mut two).unwrap();
        assert_eq!((said, known(&two)), (vec!["invited: 500 in 2026-W23".to_owned()], vec![Some(90), Some(500)]));
        // As before for another week, and nothing of a week to come: neither changes anything.
        let told = by_period(&[("2026-W22", 90), ("2026-W23", 400), ("2026-W24", 60)]);
        let said = enter(Some(&told), &mut two).unwrap();
        assert_eq!(known(&two), [Some(90), Some(400)]);
        assert_eq!(said.len(), 2);
        assert!(said[1].contains("no answers of 2026-W24,"), "{said:?}");
        assert!(enter(Some(&by_period(&[("2026-W22", 95)])), &mut two).unwrap()[1].contains("of 2026-W22,"));
        assert_eq!(known(&two), [Some(90), Some(400)]);
    }

    #[test]
    fn what_cannot_be_entered_says_what_to_write() {
        let weeks = Calendar::new(Granularity::Week, WeekStart::Monday);
        let answers = || merged(&[("2026-W22", 30, None, true), ("2026-W23", 40, None, true)]);
        let error = |invited: Invited| enter(Some(&invited), &mut answers()).unwrap_err();
        let which = error(Invited::Together(500));
        assert_eq!(which.code(), "invited_which_period");
        assert!(which.way_out().unwrap().contains("`--invited 2026-W22=N --invited 2026-W23=N`"), "{which}");
        for label in ["2026-23", "2026-06", "all", "2025-W53"] {
            let none = by_period(&[("2026-W22", 9), (label, 500)]).check(weeks).unwrap_err();
            assert_eq!(none.code(), "invited_which_period");
            assert!(none.way_out().unwrap().contains("`--invited 2026-W23=500`"), "{none}");
        }
        assert!(by_period(&[("2026-W22", 9), (UNDATED, 3)]).check(weeks).is_ok());
        assert!(by_period(&[("all", 9)]).check(Calendar::default()).is_ok());
        let few = error(by_period(&[("2026-W23", 39)]));
        assert_eq!(few.code(), "invited_too_few");
        assert!(few.to_string().contains("39 people were invited in 2026-W23, and 40 answered"), "{few}");
        assert!(enter(Some(&by_period(&[("2026-W23", 40), (UNDATED, 7)])), &mut answers()).is_ok());
        // Late answers may be more than an earlier run was told of.
        let mut late = merged(&[("2026-W22", 31, Some(30), true)]);
        assert_eq!(enter(None, &mut late).unwrap_err().code(), "invited_too_few");
        // A run without answers has no period to enter a number in.
        assert!(enter(Some(&Invited::Together(500)), &mut merged(&[])).unwrap().is_empty());
    }

    #[test]
    fn all_periods_are_known_where_each_is() {
        for (periods, all) in [
            (&[("2026-W22", 30, Some(90), false), ("2026-W23", 40, Some(60), true)][..], Some(150)),
            (&[("2026-W22", 30, None, false), ("2026-W23", 40, Some(60), true)], None),
            // Nobody is left in the first.
            (&[("2026-W22", 0, None, false), ("2026-W23", 40, Some(60), true)], Some(60)),
            (&[("all", 40, Some(60), true)], Some(60)),
            (&[("2026-W22", 1, Some(u64::MAX), true), ("2026-W23", 1, Some(1), true)], None),
            (&[], None),
        ] {
            assert_eq!(invited_in(ALL_PERIODS, &merged(periods).periods), all, "{periods:?}");
        }
        let one = merged(&[("2026-W22", 30, Some(90), false), ("2026-W23", 40, None, true)]);
        assert_eq!(invited_in("2026-W22", &one.periods), Some(90));
        assert_eq!(invited_in("2026-W23", &one.periods), None);
        let mut all = merged(&[("all", 40, None, true)]);
        enter(Some(&by_period(&[("all", 60)])), &mut all).unwrap();
        assert_eq!(known(&all), [Some(60)]);
    }
}
