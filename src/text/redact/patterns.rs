//! What a pattern is: what it looks like in the view, what a text must have before it is tried, which words stand before it, and which
//! check its finds must pass.
//!
//! A pattern says what may be a number; its check says whether it is, and what of the find is blotted out, since digits in groups reach
//! into whatever comes next. All are bounded, so that a look at one place takes no longer in a long text than in a short one. The
//! patterns themselves are in the files of the kinds.

use std::ops::Range;

use regex::Regex;

use super::find::Find;
use super::kinds::Kind;
use super::{accounts, cards, emails, phones, plates};

/// What may stand between two groups of a number, or nothing.
macro_rules! sep {
    () => {
        r"(?: {1,2}| ?[-.] ?)?"
    };
}
pub(super) use sep;

/// What a text must have before a pattern is tried on it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gate {
    /// So many digits.
    Digits(u32),
    /// Three digits, letters, and characters of Chinese.
    Plate,
    /// `@`.
    At,
    /// `dot`.
    Dot,
    /// A word that announces an account.
    Names,
    /// The same, and five digits.
    Numbers,
}

/// One pattern as it is written here.
pub(super) struct Written {
    pub(super) kind: Kind,
    pub(super) gate: Gate,
    /// What it looks like; a group `n` is what is blotted out where that is not all of it.
    pub(super) regex: &'static str,
    /// What may stand right before it; the check is told whether it does.
    pub(super) word: Option<&'static str>,
    /// What of the find is to be blotted out, if any.
    pub(super) check: fn(&Find<'_>) -> Option<Range<usize>>,
}

impl Written {
    pub(super) const fn new(
        kind: Kind,
        gate: Gate,
        regex: &'static str,
        word: Option<&'static str>,
        check: fn(&Find<'_>) -> Option<Range<usize>>,
    ) -> Self {
        Self { kind, gate, regex, word, check }
    }
}

/// All patterns, in the order in which they take what they find.
pub(super) fn written() -> impl Iterator<Item = &'static Written> {
    let kinds = [&emails::PATTERNS[..], &cards::PATTERNS, &plates::PATTERNS, &accounts::PATTERNS, &phones::PATTERNS];
    kinds.into_iter().flatten()
}

/// A compiled pattern.
pub(super) struct Pattern {
    pub(super) written: &'static Written,
    pub(super) regex: Regex,
    /// Whether it has a group `n`.
    pub(super) grouped: bool,
    pub(super) word: Option<Regex>,
}

impl Pattern {
    /// All patterns; a test sees that each can be compiled.
    pub(super) fn all() -> Vec<Self> {
        let compiled = written().filter_map(|written| {
            let word = written.word.map(Regex::new).transpose().ok()?;
            let regex = Regex::new(written.regex).ok()?;
            let grouped = regex.capture_names().any(|name| name == Some("n"));
            Some(Self { written, regex, grouped, word })
        });
        compiled.collect()
    }
}
