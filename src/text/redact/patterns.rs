//! What a pattern is: what it looks like in the view, what a text must have before it is tried, which words stand before it, and which
//! check its finds must pass.
//!
//! A pattern says what may be a number; its check says whether it is, and what of the find is blotted out, since digits in groups reach
//! into whatever comes next. All are bounded, so that a look at one place takes no longer in a long text than in a short one. The
//! patterns themselves are in the files of the kinds.

use std::ops::Range;
use std::sync::OnceLock;

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
    /// Letters and characters of Chinese, with three digits, or with fewer and a dot in the middle of the line.
    Plate,
    /// `@`.
    At,
    /// `dot`, `点com`, or a host: what an address has whose signs are spelled.
    Spelled,
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

/// A pattern that is compiled when the first text needs it: most runs need few of them, and many need none.
pub(super) struct Pattern {
    pub(super) written: &'static Written,
    regex: OnceLock<Option<Compiled>>,
    word: OnceLock<Option<Regex>>,
}

/// What a pattern looks like, ready to be looked for.
pub(super) struct Compiled {
    pub(super) regex: Regex,
    /// Whether it has a group `n`.
    pub(super) grouped: bool,
}

impl Pattern {
    /// All patterns.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        written().map(|written| Self { written, regex: OnceLock::new(), word: OnceLock::new() })
    }

    /// What it looks like; a test sees that each pattern can be compiled.
    pub(super) fn compiled(&self) -> Option<&Compiled> {
        let compile = || {
            let regex = Regex::new(self.written.regex).ok()?;
            let grouped = regex.capture_names().any(|name| name == Some("n"));
            Some(Compiled { regex, grouped })
        };
        self.regex.get_or_init(compile).as_ref()
    }

    /// What may stand right before it and say what it is.
    pub(super) fn word(&self) -> Option<&Regex> {
        self.word.get_or_init(|| Regex::new(self.written.word?).ok()).as_ref()
    }
}
