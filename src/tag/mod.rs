//! From a text to its mentions: which drivers it names, on which side, and on what evidence.
//!
//! Not for what the words are (`lexicon`), nor for numbers (`contribution`).
//!
//! - [`mention`]: what is found: mention, evidence, rule, and the tags of a whole comment.
//! - `candidates`: where terms may stand; regular expressions.
//! - `matching`: hits: which candidates stand on word boundaries, terms of several parts.
//! - `facts`: what a clause does as a whole: wishes, asks, supposes.
//! - `keep`: which hits count: exclusion, longest match.
//! - `negation`: which of them take a side, and what turns it.
//! - `ground`: where things stand in one answer, and how far apart.
//! - `near`: which of very many words is nearest.
//! - `spent`: which negators an expression has used up.
//! - `polarity`: hits → mentions: contrast, cues, absence, wishes, the question's prior.
//! - `aspect`: where an aspect finds its side.
//! - `apart`: what is said of another time, or of everything else.
//! - [`tagger`]: one comment after the other, with scratch that is reused.
//! - [`batch`]: the same over Arrow batches.
//! - [`explain`]: everything that led to the tags of one text, for people.

mod apart;
mod aspect;
pub mod batch;
mod candidates;
pub mod explain;
mod facts;
mod ground;
mod keep;
pub(crate) mod matching;
pub mod mention;
mod near;
mod negation;
pub(crate) mod polarity;
mod spent;
pub mod tagger;

pub use explain::Explanation;
pub(crate) use matching::Hit;
pub use mention::{CommentTags, Mention, Rule, Sentiment};
pub use tagger::{Question, Scratch, Tagger};

#[cfg(test)]
mod tests;
