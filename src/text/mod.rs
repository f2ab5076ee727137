//! Text: what a comment is before anyone looks for drivers in it. Redaction, folding with offsets kept, runs by script,
//! tokens, clauses.
//!
//! Not for terms or their meaning: matching and polarity live in `tag`, what to match in `lexicon`.
//!
//! The order is fixed: [`redact`] on the delivered text, then [`normalize`], then [`mod@runs`], [`segment`] and [`mod@clauses`] on the
//! folded text. Every position after folding is a byte offset into the folded text; [`normalize::Folded::delivered`] leads back.

pub mod chars;
pub mod clauses;
pub mod normalize;
pub mod redact;
pub mod runs;
pub mod segment;

pub use chars::{CharOffsets, char_offset};
pub use clauses::{Clause, clauses};
pub use normalize::{Folded, Normalizer};
pub use redact::{Redaction, Redactions, Redactor};
pub use runs::{Languages, Run, Script, languages, runs};
pub use segment::{SegmentOptions, Segmenter, Segmenters, Token};
