//! Whether a bundled lexicon fits a survey better than the default one that nobody named: a sentence, from the first comments.
//!
//! Not a choice: a run tags by what it is told. Nor a figure: coverage is in the table `nps`, over all comments.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use super::config::{DEFAULT_LEXICON, questions};
use crate::error::Result;
use crate::lexicon::{Lexicon, bundled_names};
use crate::survey::{Mapping, Sample};
use crate::tables::Layout;
use crate::tag::tagger::TaggerOptions;
use crate::tag::{CommentTags, Scratch, Tagger};
use crate::text::Redactor;
use crate::typed::word;
use crate::types::{Residual, Role};

/// So many comments are looked at: enough to tell shares that lie ten points apart, and tagged in a moment by all bundled lexicons.
const LOOKED_AT: usize = 1000;
/// Of fewer a share says little.
const FEWEST: usize = 30;
/// A share of comments, in percent. Bundled lexicons that are of a survey's field name a driver in 88 % and more of its comments
/// (air conditioners 93, patients 89, airlines and restaurants above 99); `core`, where it does not fit, in 63 % of those on air conditioners.
const ENOUGH: usize = 80;
/// Another lexicon is of the survey's field where it names a driver in so many more of a hundred comments; others win a few by chance.
const BETTER: usize = 10;

/// The answers of one respondent: place and role of the question, and what was answered, redacted.
type Answers<'a> = Vec<(u16, Role, Cow<'a, str>)>;

/// The first comments of a survey.
pub(crate) struct FirstComments<'a> {
    comments: Vec<Answers<'a>>,
    options: TaggerOptions,
}

impl<'a> FirstComments<'a> {
    /// Of the sample; `options` are those by which the run tags.
    pub(crate) fn of(
        sample: &'a Sample,
        mapping: &Mapping,
        redactor: Option<&Redactor>,
        options: TaggerOptions,
    ) -> Self {
        let asked = questions(&Layout::from(mapping));
        let place = |name: &String| sample.columns.iter().position(|column| column == name);
        let columns: Vec<(u16, Role, Option<usize>)> = (0..)
            .zip(asked.iter().zip(&mapping.texts))
            .map(|(at, (asked, text))| (at, asked.role, place(&text.name)))
            .collect();
        let answers = |row: &'a Vec<Option<String>>| -> Answers<'a> {
            let answered = columns.iter().filter_map(|(at, role, column)| {
                let text = row.get((*column)?)?.as_deref()?;
                let clean = redactor.and_then(|redactor| redactor.redact(text));
                Some((*at, *role, clean.map_or(Cow::Borrowed(text), |(clean, _)| Cow::Owned(clean))))
            });
            answered.collect()
        };
        let comments = sample.rows.iter().map(answers).filter(|answers| !answers.is_empty()).take(LOOKED_AT).collect();
        Self { comments, options: TaggerOptions { questions: asked, ..options } }
    }

    /// A sentence where the default lexicon, by which `tagger` tags, names a driver in few of them.
    ///
    /// # Errors
    /// Where a bundled lexicon cannot be loaded.
    pub(crate) fn advice(&self, tagger: &Tagger) -> Result<Option<String>> {
        let (all, named) = self.named_by(tagger);
        if all < FEWEST || named * 100 >= ENOUGH * all {
            return Ok(None);
        }
        let others: Vec<String> = bundled_names().into_iter().filter(|name| name != DEFAULT_LEXICON).collect();
        let by_others: Vec<(usize, usize)> =
            others.par_iter().map(|name| Ok(self.named_by(&self.tagger(name)?))).collect::<Result<_>>()?;
        // Of lexicons that name as many, the first by name.
        let best = others.iter().zip(by_others).rev().max_by_key(|(_, (_, named))| *named);
        let share = |all: usize, named: usize| format!("{:.0} %", 100.0 * named as f64 / all as f64);
        let then = match best {
            Some((best, (all, more))) if more.saturating_sub(named) * 100 >= BETTER * all => {
                format!("`{best}` names one in {} (`--lexicon {}`)", share(all, more), word(best))
            }
            _ => "none of them names one in many more, `verbatim lexicon new` begins one of your own".to_owned(),
        };
        Ok(Some(format!(
            "no lexicon is named, and `{DEFAULT_LEXICON}` names a driver in {} of the first {all} comments; bundled for other fields: {}; {then}",
            share(all, named),
            others.join(", ")
        )))
    }

    /// How many of them say something, and in how many of these the tagger's lexicon names a driver: what coverage is of.
    fn named_by(&self, tagger: &Tagger) -> (usize, usize) {
        let names = |(scratch, tags): &mut (Scratch, CommentTags), answers: &Answers<'_>| {
            tagger.tag_comment(answers.iter().map(|(at, role, text)| (*at, *role, text.as_ref())), scratch, tags);
            (usize::from(tags.residual() != Some(Residual::NoComment)), usize::from(!tags.said.is_empty()))
        };
        let counted = self.comments.par_iter().map_init(Default::default, names);
        counted.reduce(|| (0, 0), |(all, named), (more, of_them)| (all + more, named + of_them))
    }

    /// A tagger for a bundled lexicon.
    pub(crate) fn tagger(&self, lexicon: &str) -> Result<Tagger> {
        Tagger::new(Arc::new(Lexicon::load(&[lexicon])?), self.options.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::TextColumn;

    fn advice(comments: &[&str]) -> Option<String> {
        let rows = comments.iter().map(|comment| vec![Some((*comment).to_owned()).filter(|text| !text.is_empty())]);
        let sample = Sample { columns: vec!["said".to_owned()], rows: rows.collect(), ..Sample::default() };
        let mapping = Mapping::of_texts(vec![TextColumn { name: "said".to_owned(), role: Role::Why }]);
        let first = FirstComments::of(&sample, &mapping, None, TaggerOptions::default());
        first.advice(&first.tagger(DEFAULT_LEXICON).unwrap()).unwrap()
    }

    /// `named` comments of staff, which the default names, then others, then blank ones, which count for nothing.
    fn comments(named: usize, other: &str, others: usize) -> Vec<&str> {
        let mut all = vec!["师傅态度很好"; named];
        all.extend(vec![other; others]);
        all.extend([""; 50]);
        all
    }

    #[test]
    fn four_comments_in_five_are_enough_and_a_few_comments_say_nothing() {
        assert_eq!(advice(&comments(32, "hm", 8)), None);
        assert!(advice(&comments(31, "hm", 9)).is_some());
        assert_eq!(advice(&comments(10, "hm", 19)), None);
    }

    #[test]
    fn the_lexicon_that_names_most_is_named_where_it_names_many_more() {
        let said = advice(&comments(30, "制冷效果好", 10)).unwrap();
        assert!(said.contains("75 % of the first 40 comments"), "{said}");
        assert!(said.ends_with("`appliance` names one in 100 % (`--lexicon appliance`)"), "{said}");
        let said = advice(&comments(20, "hm", 20)).unwrap();
        assert!(said.contains("50 %") && said.contains("none of them") && said.contains("telecom"), "{said}");
    }
}
