//! The units on which gold and tags differ, as people read them: the shortest texts first, as they show the most.
//!
//! Not for deciding what a difference is (`compare`).

use serde::Serialize;

use super::compare::{self, Comparison, Difference, Kind, Said};
use super::gold::Targets;
use super::table::Side;
use super::texts::{Comment, Texts};
use crate::tag::{Mention, Tagger};
use crate::types::{Polarity, Stance};

/// What stands between the answers of a comment.
const BETWEEN: &str = " / ";

/// The misses of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct Misses {
    /// The kind.
    pub kind: Kind,
    /// How many there are.
    pub n: u64,
    /// The first of them: shortest text first, then by id and column.
    pub shown: Vec<Miss>,
}

/// One unit.
#[derive(Debug, Clone, Serialize)]
pub struct Miss {
    /// The comment's id.
    pub id: String,
    /// The answer's column, where units are single answers.
    pub column: Option<String>,
    /// The text, redacted; of several answers all, with ` / ` between them.
    pub text: String,
    /// The byte of the text at which the first mention starts; 0 where there is none.
    pub focus: usize,
    /// What the gold says.
    pub expected: &'static str,
    /// What the engine says.
    pub got: &'static str,
    /// Why the engine says so; empty where it says nothing.
    pub because: Vec<Because>,
}

/// A mention, by its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// What it says.
    pub polarity: Polarity,
    /// The driver's term.
    pub term: String,
    /// The term that gave it its side.
    pub cue: Option<String>,
    /// The term that turned it.
    pub negator: Option<String>,
    /// The rule that decided.
    pub rule: &'static str,
}

/// What differences are about.
pub(super) struct Context<'a> {
    pub(super) tagger: &'a Tagger,
    pub(super) targets: &'a Targets,
    pub(super) texts: &'a Texts,
    pub(super) comments: &'a [&'a Comment],
    pub(super) said: &'a [Said],
}

impl Context<'_> {
    /// The misses of each target, by kind; at most `most` of each are shown.
    pub(super) fn misses(&self, comparison: &Comparison, most: usize) -> Vec<Vec<Misses>> {
        let of = |target: usize| {
            let kind = |kind: Kind| {
                let all = comparison.differences.iter();
                let all: Vec<&Difference> = all.filter(|one| one.target == target && one.kind == kind).collect();
                let mut ranked: Vec<(usize, &str, &Difference)> = all
                    .iter()
                    .map(|one| (self.text(one).chars().count(), self.comments[one.comment].id.as_str(), *one))
                    .collect();
                ranked.sort_by_key(|(length, id, one)| (*length, *id, one.question));
                let shown = ranked.into_iter().take(most).map(|(_, _, one)| self.miss(one)).collect();
                Misses { kind, n: all.len() as u64, shown }
            };
            Kind::ALL.into_iter().map(kind).collect()
        };
        (0..self.targets.list.len()).map(of).collect()
    }

    fn text(&self, of: &Difference) -> String {
        let answers = &self.comments[of.comment].answers;
        match of.question {
            Some(at) => answers[usize::from(at)].clone().unwrap_or_default(),
            None => answers.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(BETWEEN),
        }
    }

    /// Where a mention starts in the text of its unit.
    fn focus(&self, of: &Difference, mention: &Mention) -> usize {
        let answers: &[Option<String>] = match of.question {
            Some(_) => &[],
            None => &self.comments[of.comment].answers[..usize::from(mention.question)],
        };
        let before: usize = answers.iter().flatten().map(|answer| answer.len() + BETWEEN.len()).sum();
        before + mention.span.start as usize
    }

    fn miss(&self, of: &Difference) -> Miss {
        let covers = &self.targets.list[of.target].covers;
        let said: Vec<&Mention> = compare::mentions(&self.said[of.comment].mentions, of.question, covers).collect();
        Miss {
            id: self.comments[of.comment].id.clone(),
            column: of.question.map(|at| self.texts.columns[usize::from(at)].name.clone()),
            text: self.text(of),
            focus: said.first().map_or(0, |mention| self.focus(of, mention)),
            expected: match of.gold {
                None => "none",
                Some(Side::Unknown) => "mentioned",
                Some(Side::Known(stance)) => stance.as_str(),
            },
            got: of.found.map_or("none", Stance::as_str),
            because: said.into_iter().map(|mention| self.because(mention)).collect(),
        }
    }

    pub(super) fn because(&self, mention: &Mention) -> Because {
        let term = |term| self.tagger.lexicon().term(term).id.clone();
        Because {
            polarity: mention.polarity,
            term: term(mention.term),
            cue: mention.cue.map(|cue| term(cue.term)),
            negator: mention.negator.map(|negator| term(negator.term)),
            rule: mention.rule.as_str(),
        }
    }
}
