//! Comments that show a suggestion, and how often its driver's terms stand beside it.
//!
//! Not for choosing suggestions.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::Serialize;

use super::candidates::{Gram, LONGEST};
use super::reading::{Known, ReadComment, Reading, cut};
use crate::evaluate::texts::Texts;
use crate::tag::tagger::Scratch;
use crate::tag::{CommentTags, Tagger};
use crate::types::DriverIx;

/// A comment that has a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The answer, redacted.
    pub text: String,
    /// Where the term stands in it: its first byte, and the one after its last.
    pub start: u32,
    /// See `start`.
    pub end: u32,
}

/// What was found of a suggestion.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// The comments in which a term of the driver stands in the same clause.
    pub(super) beside: u32,
    pub(super) samples: Vec<Sample>,
}

/// Finds up to `samples` comments of each, at equal distances through the survey.
pub(super) fn find(
    wanted: &[(Gram, DriverIx)],
    reading: &Reading,
    texts: &Texts,
    tagger: &Tagger,
    samples: usize,
) -> Vec<Found> {
    let by_gram: HashMap<Gram, usize> = wanted.iter().enumerate().map(|(at, (gram, _))| (*gram, at)).collect();
    let mut having: Vec<Vec<usize>> = vec![Vec::new(); wanted.len()];
    let mut beside = vec![0; wanted.len()];
    for (number, comment) in reading.comments.iter().enumerate() {
        for (at, is_beside) in of_comment(comment, &by_gram, wanted) {
            having[at].push(number);
            beside[at] += u32::from(is_beside);
        }
    }
    let found = having.par_iter().zip(wanted).zip(beside).map(|((comments, (gram, _)), beside)| {
        let words: Vec<&str> = gram.words().iter().map(|word| reading.word(*word)).collect();
        let shown =
            (0..samples.min(comments.len())).map(|at| comments[at * comments.len() / samples.min(comments.len())]);
        Found { beside, samples: shown.filter_map(|number| sample(number, &words, texts, tagger)).collect() }
    });
    found.collect()
}

/// Which of the wanted a comment has, and whether a term of its driver stands in a clause with it.
fn of_comment(
    comment: &ReadComment,
    by_gram: &HashMap<Gram, usize>,
    wanted: &[(Gram, DriverIx)],
) -> Vec<(usize, bool)> {
    let mut found: Vec<(usize, bool)> = Vec::new();
    for clause in &comment.clauses {
        for from in 0..clause.words.len() {
            for to in from + 1..=(from + LONGEST).min(clause.words.len()) {
                let Some(at) = by_gram.get(&Gram::new(&clause.words[from..to])) else { continue };
                let is_its = |known| matches!(known, Known::List(list) if list.driver == wanted[*at].1);
                let is_beside = clause.standing.iter().any(|of| is_its(of.known));
                match found.iter_mut().find(|(seen, _)| seen == at) {
                    Some((_, beside)) => *beside |= is_beside,
                    None => found.push((*at, is_beside)),
                }
            }
        }
    }
    found
}

/// The answer of a comment that has these words in a row.
fn sample(number: usize, words: &[&str], texts: &Texts, tagger: &Tagger) -> Option<Sample> {
    let (mut scratch, mut tags) = (Scratch::default(), CommentTags::default());
    let comment = texts.comments.get(number)?;
    let mut answers = comment.answers.iter().zip(&texts.columns);
    answers.find_map(|(answer, column)| {
        let answer = answer.as_deref()?;
        let cut = cut(answer, column.role, tagger, &mut scratch, &mut tags);
        let word = |(start, end): &(u32, u32)| &cut.folded[*start as usize..*end as usize];
        let row = cut.clauses.iter().find_map(|clause| {
            clause.tokens.windows(words.len()).find(|row| row.iter().map(word).eq(words.iter().copied()))
        })?;
        let delivered = scratch.folded.delivered(row[0].0..row[row.len() - 1].1);
        Some(Sample { text: answer.to_owned(), start: delivered.start, end: delivered.end })
    })
}
