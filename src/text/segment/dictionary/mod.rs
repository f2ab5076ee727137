//! Words of Chinese: jieba's dictionary with a lexicon's words, and the cuts that they make: exactly those of `jieba_rs` with
//! its hidden Markov model off, without its cost.
//!
//! Not for which words of a comment count, nor for cutting degree words off: that is [`super::Chinese`].
//!
//! `build.rs` makes an image of jieba's list of words, which is read where it lies; a lexicon's words are a small trie beside
//! it. jieba takes, of all ways to cut a stretch, the likeliest; `cuts` looks at as little of the stretch as it can for that.

mod added;
mod cuts;
mod image;
#[allow(dead_code, reason = "what build.rs writes the image with")]
mod layout;
mod route;

use std::collections::BTreeSet;

use added::{Added, AddedWord};
pub use cuts::Scratch;
use image::{Prefix, code};

/// A word of the dictionary or a lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// How often jieba takes it to occur, above 0.
    pub frequency: u64,
    /// Whether jieba tags it as a proper name: `nr`, `ns`, `nt` or `nz`. Never for a lexicon's word.
    pub is_name: bool,
}

/// The sum of frequencies that is set aside for a lexicon's words, or for each so many of it: the logarithm of all words' sum is in every
/// weight, and were it to change with every word of a lexicon, a new word could turn the cut of a text that does not hold it.
const SET_ASIDE: u64 = 1_000_000;

/// The dictionary and a lexicon's words.
#[derive(Debug, Clone)]
pub struct Words {
    added: Added,
    /// By place of frequency: the logarithm of the share of all words that a word of this frequency has.
    weights: Vec<f64>,
    /// What jieba takes for a character that begins no word: a frequency of 1.
    unknown: f64,
    /// The sum of all frequencies, and what of it no word has.
    total: u64,
    left_over: u64,
    /// Logarithm of the sum of all frequencies.
    log_total: f64,
}

impl Words {
    /// The dictionary and, of `user_words`, those that it does not have, each with the frequency that jieba suggests from the
    /// dictionary alone. Words are of Chinese characters only, and of two or more: others are never found.
    pub fn new<'w>(user_words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut words = Self::with(&[]);
        let distinct: BTreeSet<&str> = user_words.into_iter().filter(|word| word.chars().nth(1).is_some()).collect();
        let mut scratch = Scratch::default();
        let new: Vec<(Vec<u32>, u64)> = distinct
            .into_iter()
            .filter(|word| words.word(word).is_none())
            .map(|word| (word.chars().map(code).collect(), words.suggest_frequency(word, &mut scratch)))
            .collect();
        if !new.is_empty() {
            words = Self::with(&new);
        }
        words
    }

    /// The dictionary and these words, with their codes and frequencies.
    fn with(new: &[(Vec<u32>, u64)]) -> Self {
        let sum = new.iter().map(|(_, frequency)| frequency).sum::<u64>();
        let set_aside = sum.div_ceil(SET_ASIDE) * SET_ASIDE;
        let total = image::TOTAL + set_aside;
        let log_total = (total as f64).ln();
        let weight = |frequency: u64| (frequency as f64).ln() - log_total;
        let weights: Vec<f64> = image::frequencies().map(weight).collect();
        let new: Vec<_> =
            new.iter().map(|(codes, f)| (codes.clone(), AddedWord { frequency: *f, weight: weight(*f) })).collect();
        Self { added: Added::new(&new), weights, unknown: weight(1), total, left_over: set_aside - sum, log_total }
    }

    /// The frequency that a word which never occurs must have for jieba's sum of all frequencies to be the one here; 0 where it is
    /// without any.
    pub const fn left_over(&self) -> u64 {
        self.left_over
    }

    /// The sum of all frequencies, with what is set aside. Where two have the same, a stretch is cut alike by both if none of the words
    /// occurs in it that only one of them has.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What the dictionary and the lexicon know of a word of Chinese characters.
    pub fn word(&self, word: &str) -> Option<Word> {
        let codes = word.chars().map(code);
        if let Some(prefix) = Prefix::of(codes.clone())
            && prefix.frequency() > 0
        {
            return Some(Word { frequency: image::frequency(prefix.frequency()), is_name: prefix.is_name() });
        }
        self.added.word(codes).map(|word| Word { frequency: word.frequency, is_name: false })
    }

    /// Whether `token`, of two characters or more, is a proper name as jieba tags it when asked for this text alone: it has to
    /// be one word then, which what is left of a longer word need not be.
    pub fn is_name(&self, token: &str, scratch: &mut Scratch) -> bool {
        let mut first = None;
        self.word(token).is_some_and(|word| word.is_name) && {
            self.cut(token, scratch, |end| _ = first.get_or_insert(end));
            first == Some(token.len())
        }
    }

    /// The frequency that jieba suggests for a word: the least that keeps it whole, as far as rounding goes.
    pub fn suggest_frequency(&self, word: &str, scratch: &mut Scratch) -> u64 {
        let (mut log_share, mut start) = (0.0, 0);
        self.cut(word, scratch, |end| {
            let frequency = self.word(&word[start..end]).map_or(1, |part| part.frequency);
            log_share = log_share + (frequency as f64).ln() - self.log_total;
            start = end;
        });
        #[expect(clippy::cast_sign_loss, reason = "an exponential is above 0, and as an integer jieba takes it too")]
        let joined = (log_share + self.log_total).exp() as u64 + 1;
        joined.max(self.word(word).map_or(1, |known| known.frequency))
    }

    /// Hands over, for each word at the beginning of `codes`, its length in characters and its weight; for a character that
    /// begins no word at all, itself, as jieba does.
    #[inline]
    fn each_at_start(&self, codes: &[u32], mut each: impl FnMut(usize, f64)) {
        let Some((&first, rest)) = codes.split_first() else { return };
        let prefix = Prefix::first(first);
        let mut none = true;
        if prefix.frequency() > 0 {
            each(1, self.weight(prefix));
            none = false;
        }
        if let Some((&second, rest)) = rest.split_first() {
            let mut prefix = Prefix::pair(first, second);
            let (mut length, mut rest) = (2, rest.iter());
            while prefix.is_any() {
                if prefix.frequency() > 0 {
                    each(length, self.weight(prefix));
                    none = false;
                }
                prefix = rest.next().and_then(|code| prefix.then(*code)).unwrap_or(Prefix::NONE);
                length += 1;
            }
            if self.added.may_begin(first, second) {
                self.added.each_at_start(codes, |length, word| {
                    each(length, word.weight);
                    none = false;
                });
            }
        }
        if none {
            each(1, self.unknown);
        }
    }

    /// A word's weight, by its frequency; below all of them of a prefix that is no word.
    #[inline]
    fn weight(&self, prefix: Prefix) -> f64 {
        self.weights.get(prefix.frequency()).copied().unwrap_or(f64::NEG_INFINITY)
    }
}

#[cfg(test)]
mod tests;
