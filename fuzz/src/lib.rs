//! What nobody may be able to break by what they send: each module is a target, a function of bytes that panics where a property does not
//! hold, with bytes to begin with.
//!
//! Not for how bytes are made: libFuzzer does it under nightly Rust (`fuzz_targets/`), `bin/stable.rs` under stable.

pub mod csv;
pub mod dictionary;
pub mod escape;
mod html;
pub mod lexicon;
pub mod parquet;
pub mod redact;
pub mod sheets;
mod small;
pub mod survey;
pub mod tag;
pub mod xlsx;

/// One of the targets.
pub struct Target {
    /// What it is called.
    pub name: &'static str,
    /// Panics where a property does not hold. Says whether the input was taken for what the target reads, so that all properties were asked.
    pub run: fn(&[u8]) -> bool,
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Seed>,
    /// Pieces that mean something there, for mutations.
    pub words: &'static [&'static str],
}

/// An input to begin with.
pub struct Seed {
    /// The input.
    pub bytes: Vec<u8>,
    /// Whether the target must take it.
    pub is_valid: bool,
}

impl Seed {
    /// An input that must be taken.
    fn valid(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), is_valid: true }
    }

    /// An input that must be refused.
    fn refused(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), is_valid: false }
    }
}

/// All of them.
pub const TARGETS: [Target; 9] = [
    Target { name: "csv", run: csv::target, seeds: csv::seeds, words: csv::WORDS },
    Target { name: "xlsx", run: xlsx::target, seeds: xlsx::seeds, words: xlsx::WORDS },
    Target { name: "parquet", run: parquet::target, seeds: parquet::seeds, words: &[] },
    Target { name: "lexicon", run: lexicon::target, seeds: lexicon::seeds, words: lexicon::WORDS },
    Target { name: "sheets", run: sheets::target, seeds: sheets::seeds, words: sheets::WORDS },
    Target { name: "dictionary", run: dictionary::target, seeds: dictionary::seeds, words: dictionary::WORDS },
    Target { name: "tag", run: tag::target, seeds: tag::seeds, words: tag::WORDS },
    Target { name: "redact", run: redact::target, seeds: redact::seeds, words: redact::WORDS },
    Target { name: "escape", run: escape::target, seeds: escape::seeds, words: escape::WORDS },
];
