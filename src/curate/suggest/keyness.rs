//! Words of the survey's own: those that stand there more often than in the language.
//!
//! What is frequent everywhere (之一, 当然) is no term, whatever company it keeps. There is a frequency list of Chinese, the segmenter's
//! dictionary; of English words nothing is known, and nothing is said.

use super::candidates::Candidate;
use super::reading::Reading;
use crate::text::chars::is_han;
use crate::text::segment::dictionary::Words;

/// What the dictionary is thought to have seen of every word, as it lacks many that are not rare.
const SEEN: f64 = 5.0;
/// A word is as likely as not the survey's own where it is e² ≈ 7 times as frequent as in the language.
const EVEN: f64 = 2.0;

/// For each candidate, how far it is the survey's own, 0 to 1; 1 where nothing is known: the logistic function of the logarithm of the
/// ratio of its two shares, less [`EVEN`].
pub(super) fn own(candidates: &[Candidate], reading: &Reading) -> Vec<f64> {
    let words = Words::new([]);
    let all: usize =
        reading.comments.iter().flat_map(|comment| &comment.clauses).map(|clause| clause.words.len()).sum();
    let own = |candidate: &Candidate| {
        if !candidate.text.chars().all(is_han) {
            return 1.0;
        }
        let seen = words.word(&candidate.text).map_or(0.0, |word| word.frequency as f64);
        let (here, there) = (f64::from(candidate.places) / all as f64, (seen + SEEN) / words.total() as f64);
        1.0 / (1.0 + (EVEN - (here / there).ln()).exp())
    };
    candidates.iter().map(own).collect()
}
