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

/// The longer answers of a run's files, each counting once a file.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// The first and the last file that has each, by its hash.
    files: HashMap<u64, (usize, usize)>,
    /// How many different ones each file has.
    held: BTreeMap<usize, usize>,
    /// How many a file has of those that an earlier file was the first to have.
    shared: BTreeMap<(usize, usize), usize>,
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
        let mut is_new = false;
        let (first, last) = self.files.entry(hash).or_insert_with(|| {
            is_new = true;
            (file, file)
        });
        if !is_new && *last == file {
            return;
        }
        *last = file;
        *self.held.entry(file).or_default() += 1;
        if !is_new {
            *self.shared.entry((*first, file)).or_default() += 1;
        }
    }

    /// The pair of files that share most, the first of equal ones: how many, of how many of the one that has fewer.
    fn most(&self) -> Option<((usize, usize), usize, usize)> {
        let pairs = self.shared.iter().map(|(pair, shared)| {
            let fewer = self.held[&pair.0].min(self.held[&pair.1]);
            (*pair, *shared, fewer)
        });
        pairs
            .filter(|(_, shared, fewer)| again::is_more_than_chance(*shared, *fewer))
            .max_by_key(|(pair, shared, _)| (*shared, Reverse(*pair)))
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
        assert_eq!(most(&[0..10, 0..20, 0..40]), Some(((0, 1), 10, 10)));
        assert_eq!(most(&[0..10, 20..40, 20..80]), Some(((1, 2), 20, 20)));
    }
}
