//! Answers without ids that come again: a cumulative or a corrected export, whose people would count twice.
//!
//! Not for answers with ids, which take the place of earlier ones. What is compared is hashes of all that is stored of an answer; only answers
//! that say enough to be told apart count, each once, since short ones and set phrases repeat by chance.

use std::collections::{BTreeMap, HashMap, HashSet};

use arrow::array::RecordBatch;

use super::ids;
use crate::engine::respondents::Respondents;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{Layout, Told, respondents_of, told_of};

/// An answer whose texts have so many bytes together can be told apart: some 8 Chinese characters, or 24 Latin letters.
const LONG: usize = 24;

/// So many answers may always come again.
const FEW: usize = 3;

/// Short answers that no other is like say something where there are so many, and so large a part of them comes again.
const SINGLE: usize = 20;
const SINGLE_PART: f64 = 0.95;

/// Answers of this run, by period.
#[derive(Debug, Default)]
pub(super) struct Answers(BTreeMap<String, New>);

/// Answers of one period, each with how often it comes: by all that is stored of it, and longer ones by what they say, since scores are corrected.
#[derive(Debug, Default)]
struct New {
    whole: HashMap<u64, u32>,
    words: HashMap<u64, u32>,
}

impl Answers {
    /// Takes records of a period, of so many segments and questions.
    pub(super) fn extend(&mut self, period: &str, records: &[u8], layout: &Layout) -> Result<()> {
        let new = self.0.entry(period.to_owned()).or_default();
        told_of(records, layout.segments.len(), layout.texts.len(), |told| {
            *new.whole.entry(hash(&told)).or_default() += 1;
            if is_long(&told) {
                *new.words.entry(words(&told)).or_default() += 1;
            }
        })
    }

    /// Begins to compare a period of the output; none where this run has no answers of it.
    pub(super) fn compare(&mut self, period: &str) -> Option<Compared> {
        self.0.remove(period).map(|new| Compared { new, ..Compared::default() })
    }
}

/// A period of the output, and what of it comes again.
#[derive(Debug, Default)]
pub(super) struct Compared {
    new: New,
    /// Longer answers of the output's, by all that is stored of them.
    whole: HashSet<u64>,
    /// By what they say.
    words: HashSet<u64>,
    /// How many there are.
    long: usize,
    /// Shorter ones that say anything, by all that is stored of them, and how often each comes.
    short: HashMap<u64, u32>,
}

impl Compared {
    /// Takes rows of `comments` that stay.
    pub(super) fn extend(&mut self, comments: &RecordBatch, period: &str, layout: &Layout) -> Result<()> {
        each(comments, period, layout, |told| {
            let hash = hash(told);
            if is_long(told) {
                self.whole.insert(hash);
                self.words.insert(words(told));
                self.long += 1;
            } else if told.texts.iter().flatten().any(|text| !text.is_empty()) {
                *self.short.entry(hash).or_default() += 1;
            }
        })
    }

    /// How many come again, of how many, where that is more than chance.
    pub(super) fn found(&self) -> Option<(usize, usize)> {
        let again = self.whole.iter().filter(|hash| self.new.whole.contains_key(hash)).count();
        if is_more_than_chance(again, self.whole.len()) {
            return Some((again, self.whole.len()));
        }
        // Where people choose among sentences, these come again and say nothing.
        if self.words.len() * 2 > self.long {
            let again = self.words.iter().filter(|hash| self.new.words.contains_key(hash)).count();
            if is_more_than_chance(again, self.words.len()) {
                return Some((again, self.words.len()));
            }
        }
        let single: Vec<&u64> = self.short.iter().filter(|(_, times)| **times == 1).map(|(hash, _)| hash).collect();
        let again = single.iter().filter(|hash| self.new.whole.contains_key(hash)).count();
        (single.len() >= SINGLE && again as f64 > SINGLE_PART * single.len() as f64).then_some((again, single.len()))
    }

    /// Of rows of `comments` that are to go, how many do not come again.
    pub(super) fn lost(&mut self, comments: &RecordBatch, period: &str, layout: &Layout) -> Result<u64> {
        let mut lost = 0;
        each(comments, period, layout, |told| {
            let left =
                if is_long(told) { self.new.words.get_mut(&words(told)) } else { self.new.whole.get_mut(&hash(told)) };
            match left {
                Some(left) if *left > 0 => *left -= 1,
                _ => lost += 1,
            }
        })?;
        Ok(lost)
    }
}

/// Shows what rows of `comments` hold, one after the other.
fn each(comments: &RecordBatch, period: &str, layout: &Layout, mut show: impl FnMut(&Told<'_>)) -> Result<()> {
    let batch = respondents_of(comments, period, layout)?;
    let respondents = Respondents::of(&batch, layout)?;
    for row in 0..batch.num_rows() {
        show(&Told {
            date: respondents.date(row),
            score: respondents.score(row),
            weight: respondents.weight(row)?.micros(),
            segments: respondents.segments(row).map(str::as_bytes).collect(),
            texts: respondents.texts(row).map(|text| text.map(str::as_bytes)).collect(),
        });
    }
    Ok(())
}

/// The error of periods of which answers come again: how many of how many, by period.
pub(super) fn error(found: &[(String, (usize, usize))]) -> Error {
    let told: Vec<String> = found
        .iter()
        .map(|(period, (again, held))| format!("{again} of {held} answers of {period} that can be told apart"))
        .collect();
    let message =
        format!("{} come again in this input, word for word, and would count twice: it has no ids", told.join(", "));
    Error::new(ErrorKind::Output, "answers_come_again", message).help(
        "Where the input is a corrected or a cumulative export, add --replace: it takes the place of its periods. Where the survey has ids, run all files into a new output folder with `--id COLUMN`. Where these are other people's answers, add --force.",
    )
}

/// Whether so many that come again, of so many longer answers, are more than chance brings.
pub(super) fn is_more_than_chance(again: usize, held: usize) -> bool {
    again > FEW && again * 2 > held
}

/// Whether an answer says enough to be told apart.
pub(super) fn is_long(told: &Told<'_>) -> bool {
    told.texts.iter().flatten().map(|text| text.len()).sum::<usize>() >= LONG
}

pub(super) fn hash(told: &Told<'_>) -> u64 {
    ids::hash(&(told.date, told.score.map(f64::to_bits), told.weight, &told.segments, &told.texts))
}

fn words(told: &Told<'_>) -> u64 {
    ids::hash(&told.texts)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    fn times(hashes: Range<u64>) -> HashMap<u64, u32> {
        hashes.map(|hash| (hash, 1)).collect()
    }

    #[test]
    fn answers_with_another_score_come_again_unless_people_choose_among_sentences() {
        let found = |words: Range<u64>, long: usize| {
            let new = New { words: times(0..100), ..New::default() };
            Compared { new, words: words.collect(), long, ..Compared::default() }.found()
        };
        assert_eq!(found(0..60, 60), Some((60, 60)));
        assert_eq!(found(0..60, 119), Some((60, 60)));
        assert_eq!(found(0..60, 120), None);
        assert_eq!(found(50..150, 100), None);
    }

    #[test]
    fn short_answers_come_again_where_nearly_all_do_that_no_other_is_like() {
        let found = |single: Range<u64>, doubled: Range<u64>| {
            let new = New { whole: times(0..100), ..New::default() };
            let short = single.map(|hash| (hash, 1)).chain(doubled.map(|hash| (hash, 2))).collect();
            Compared { new, short, ..Compared::default() }.found()
        };
        assert_eq!(found(0..20, 0..0), Some((20, 20)));
        assert_eq!(found(0..19, 0..0), None);
        assert_eq!(found(61..101, 0..0), Some((39, 40)));
        assert_eq!(found(62..102, 0..0), None);
        assert_eq!(found(0..0, 0..100), None);
    }

    #[test]
    fn more_than_half_of_more_than_a_few_come_again() {
        let found = |held: Range<u64>| {
            let new = New { whole: times(0..100), ..New::default() };
            Compared { new, whole: held.collect(), ..Compared::default() }.found()
        };
        assert_eq!(found(0..3), None);
        assert_eq!(found(0..4), Some((4, 4)));
        assert_eq!(found(50..150), None);
        assert_eq!(found(49..149), Some((51, 100)));
        assert_eq!(found(100..200), None);
    }

    #[test]
    fn an_answer_is_told_apart_by_all_that_is_stored_of_it() {
        let told = |date, score, weight, segment: &'static str, said: &'static str| Told {
            date: Some(date),
            score: Some(score),
            weight,
            segments: vec![segment.as_bytes()],
            texts: vec![Some(said.as_bytes()), None],
        };
        let one = told(1, 9.0, 1, "north", "用了一个月就坏了");
        for other in [
            told(2, 9.0, 1, "north", "用了一个月就坏了"),
            told(1, 8.0, 1, "north", "用了一个月就坏了"),
            told(1, 9.0, 2, "north", "用了一个月就坏了"),
            told(1, 9.0, 1, "south", "用了一个月就坏了"),
            told(1, 9.0, 1, "north", "用了两个月就坏了"),
        ] {
            assert_ne!(hash(&one), hash(&other));
        }
        assert_eq!(hash(&one), hash(&told(1, 9.0, 1, "north", "用了一个月就坏了")));
        assert!(is_long(&one) && !is_long(&told(1, 9.0, 1, "north", "很好，很满意")));
    }
}
