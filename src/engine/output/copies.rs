//! Files of one run that hold the same answers, without ids: two states of a cumulative export, or a file and its correction, of whom everybody would
//! count twice.
//!
//! Not for answers with ids, of which the later row is rejected; nor for what the output holds already (`again`).

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::again;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::Source;
use crate::tables::{Layout, told_of};

/// An answer that stands in so many files says nothing of any further one.
const MOST: usize = 16;

/// The longer answers of a run's files, each counting once a file.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// Which of `sets` has each answer, by its hash.
    answers: HashMap<u64, u32>,
    /// Sets of files, in the order of the files.
    sets: Vec<Vec<usize>>,
    /// Where each is in `sets`.
    known: HashMap<Vec<usize>, u32>,
}

impl Copies {
    /// Takes records of a file; files come one after the other.
    pub(super) fn extend(&mut self, file: usize, records: &[u8], layout: &Layout) -> Result<()> {
        told_of(records, layout.segments.len(), layout.texts.len(), |told| {
            if again::is_long(&told) {
                self.take(file, again::hash(&told));
            }
        })
    }

    fn take(&mut self, file: usize, hash: u64) {
        let files = match self.answers.get(&hash) {
            None => vec![file],
            Some(set) => match &self.sets[*set as usize][..] {
                [.., last] if *last == file => return,
                files if files.len() == MOST => return,
                files => files.iter().copied().chain([file]).collect(),
            },
        };
        let next = self.sets.len() as u32;
        let set = *self.known.entry(files).or_insert_with_key(|files| {
            self.sets.push(files.clone());
            next
        });
        self.answers.insert(hash, set);
    }

    /// The pair of files that share most, the first of equal ones: how many, of how many of the one that has fewer.
    fn most(&self) -> Option<((usize, usize), usize, usize)> {
        let mut answers = vec![0; self.sets.len()];
        for set in self.answers.values() {
            answers[*set as usize] += 1;
        }
        let (mut held, mut shared) = (BTreeMap::new(), BTreeMap::new());
        for (files, answers) in self.sets.iter().zip(&answers) {
            for (at, file) in files.iter().enumerate() {
                *held.entry(*file).or_default() += answers;
                for other in &files[at + 1..] {
                    *shared.entry((*file, *other)).or_default() += answers;
                }
            }
        }
        let fewer = |(one, other): (usize, usize)| usize::min(held[&one], held[&other]);
        let pairs = shared.into_iter().map(|(pair, shared)| (pair, shared, fewer(pair)));
        let pairs = pairs.filter(|(_, shared, fewer)| again::is_more_than_chance(*shared, *fewer));
        pairs.max_by_key(|(pair, shared, _)| (*shared, Reverse(*pair)))
    }

    /// An error where more comes in two files than chance brings. Code `answers_come_again`.
    pub(super) fn check(&self, sources: &[Source]) -> Result<()> {
        let Some(((one, other), shared, fewer)) = self.most() else { return Ok(()) };
        let (one, other) = (&sources[one].name, &sources[other].name);
        let message = format!(
            "{one} and {other} hold {shared} longer answers in common, word for word, of the {fewer} of the one that has fewer; they would count twice, for there are no ids"
        );
        Err(Error::new(ErrorKind::Input, "answers_come_again", message).help(
            "Where one is a later state or a correction of the other, give that one alone. Where the survey has ids, name them with `--id COLUMN`. Where these are other people's answers, add --force.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    #[test]
    fn files_that_share_more_than_half_of_the_smaller_are_named() {
        let most = |files: &[Range<u64>]| {
            let mut copies = Copies::default();
            for (file, hashes) in files.iter().enumerate() {
                // What stands twice in one file is not two files'.
                for hash in hashes.clone().chain(hashes.clone()) {
                    copies.take(file, hash);
                }
            }
            copies.most()
        };
        assert_eq!(most(&[0..100, 0..0]), None);
        assert_eq!(most(&[0..100, 100..200]), None);
        assert_eq!(most(&[0..100, 50..150]), None);
        assert_eq!(most(&[0..100, 49..149]), Some(((0, 1), 51, 100)));
        // Three answers may always be the same; whichever file comes first may be the smaller.
        assert_eq!(most(&[0..100, 0..3]), None);
        assert_eq!(most(&[0..100, 0..4]), Some(((0, 1), 4, 4)));
        assert_eq!(most(&[0..4, 0..100]), Some(((0, 1), 4, 4)));
        assert_eq!(most(&[0..10, 0..20, 0..40]), Some(((1, 2), 20, 20)));
        assert_eq!(most(&[0..10, 20..40, 20..80]), Some(((1, 2), 20, 20)));
        // What the first file has of that which two others share counts for these too.
        assert_eq!(most(&[15..60, 0..100, 0..60]), Some(((1, 2), 60, 60)));
        assert_eq!(most(&[955..1_500, 0..1_000, 940..2_000]), Some(((0, 2), 545, 545)));
        assert_eq!(most(&[900..945, 0..1_000, 940..2_000, 400..1_000]), Some(((1, 3), 600, 600)));
    }
}
