//! Which of the columns that could be the score is: the one that asks to recommend.
//!
//! Not for the scale of its answers (`scale_of`), nor for what names say (`names`).

use std::collections::BTreeSet;

use super::choose::{Choice, SURE, quoted};
use super::labelled::score_in;
use super::names::{Kind, asks_to_recommend, is_sum};
use super::scale::answer;
use super::scale_of::is_missing;
use crate::error::{Error, ErrorKind};
use crate::typed::flag;

/// Columns whose names are worth so much are the score, whatever others are called.
const CERTAIN: u8 = 9;

impl Choice<'_> {
    /// Whether a column asks to recommend, by its name or by the question under it.
    fn asks(&self, column: &str) -> bool {
        asks_to_recommend(column) || self.label(column).is_some_and(asks_to_recommend)
    }

    /// Whether nearly all answers are numbers, numbers with a label such as `10 - extremely likely`, or say that there is none.
    fn holds_scores(&self, column: &str) -> bool {
        let is_number = |v: &str| answer(v).is_some_and(|n| n.abs() <= 100.0);
        let is_score = |v: &str| is_number(v) || score_in(v).is_some();
        // One number with one word or another is that of something else.
        let few: BTreeSet<u64> = self.values(column).filter_map(score_in).map(f64::to_bits).collect();
        let varies = few.len() != 1 || self.distinct(column).len() == 1 || self.share(column, is_number) > 0.0;
        self.share(column, is_score) > 0.0
            && self.share(column, |v| is_score(v) || is_missing(v)) >= 0.8
            && self.distinct(column).len() <= 101
            && varies
    }

    /// Whether most answers hold a digit and are as short as scores are, however they are written: `(1) 10`, `-3分`.
    fn may_hold_scores(&self, column: &str) -> bool {
        let is_short = |v: &str| v.chars().count() <= 40 && v.chars().any(char::is_numeric);
        self.distinct(column).len() <= 101
            && self.share(column, |v| is_short(v) || is_missing(v)) >= 0.8
            && self.share(column, is_short) > 0.0
    }

    /// Whether a column asks to recommend and is answered so.
    pub(super) fn is_asked_score(&self, column: &str) -> bool {
        self.asks(column) && self.holds_scores(column)
    }

    /// Of columns whose names and contents fit, with what the names are worth, those that could be the score alike.
    pub(super) fn scores<'b>(&self, fitting: &[(u8, &'b str)]) -> Vec<&'b str> {
        let best = |among: &mut dyn Iterator<Item = (u8, &'b str)>| {
            let among: Vec<(u8, &str)> = among.collect();
            let best = among.iter().map(|(worth, _)| *worth).max().unwrap_or_default();
            among.into_iter().filter(move |(worth, _)| *worth == best).map(|(_, name)| name).collect::<Vec<_>>()
        };
        let asking = |name: &str| self.is_asked_score(name);
        if fitting.iter().all(|(worth, name)| *worth >= CERTAIN || !asking(name)) {
            return best(&mut fitting.iter().copied());
        }
        let asked = best(&mut fitting.iter().copied().filter(|(_, name)| asking(name)));
        // A column that is called the score and nothing else may be that of another question.
        let is_other =
            |(worth, name): &(u8, &str)| *worth >= SURE && *worth < CERTAIN && !asking(name) && self.holds_scores(name);
        let certain = fitting.iter().any(|(worth, _)| *worth >= CERTAIN);
        let others = fitting.iter().copied().filter(|other| !certain && is_other(other)).map(|(_, name)| name);
        asked.into_iter().chain(others).collect()
    }

    /// An answer that is neither a number nor says that there is none.
    fn odd(&self, column: &str) -> Option<&str> {
        self.values(column).find(|value| answer(value).is_none() && !is_missing(value))
    }

    /// The question that columns ask which are called scores and hold scores that are no plain numbers, where nothing else is the score.
    pub(super) fn doubt_scores(&self, is_free: impl Fn(&str) -> bool) -> Option<Error> {
        let columns = self.sample.columns.iter().map(String::as_str);
        let columns: Vec<&str> = columns
            .filter(|name| {
                self.worth(Kind::Score, name) > 0
                    && is_free(name)
                    && self.may_hold_scores(name)
                    && self.odd(name).is_some()
            })
            .collect();
        let first = *columns.first()?;
        let such = self.odd(first)?;
        let message = format!("{} may hold scores, but not as plain numbers, such as `{such}`", quoted(columns));
        Some(Error::new(ErrorKind::Ambiguous, "ambiguous_column", message).help(format!(
            "Say `{}` to score by it, name another column, or say `--score none` to go without.",
            flag(Kind::Score.flag(), first)
        )))
    }

    /// The question that a column asks which is called a sum, where nothing else is the score.
    pub(super) fn doubt_sum(&self, is_free: impl Fn(&str) -> bool) -> Option<Error> {
        let sums = self.sample.columns.iter().map(String::as_str);
        let sums: Vec<&str> = sums.filter(|name| is_sum(name) && is_free(name) && self.holds_scores(name)).collect();
        let first = *sums.first()?;
        let message = format!("{} may be made of several answers, and no other column is the score", quoted(sums));
        Some(Error::new(ErrorKind::Ambiguous, "ambiguous_column", message).help(format!(
            "Say `{}` where it is the answer to one question, name the column that is, or say `--score none`.",
            flag(Kind::Score.flag(), first)
        )))
    }
}
