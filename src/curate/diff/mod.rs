//! What a change to a lexicon does: to its rules, and to the comments of a survey.
//!
//! Not how it is shown (`cli`). A survey is gone through once: every comment is tagged by the first lexicon, or taken as an output has it, and
//! by the second only where something that changed stands in it.
//!
//! - [`rules`]: what changed in the rules.
//! - `touched`: which texts a change may touch, and which change it is.
//! - [`pair`]: one comment under both.
//! - `survey`: the comments of a survey, one after the other.
//! - [`groups`]: what is told of comments, by change.
//! - [`moves`]: how far figures move.
//! - [`sheets`]: all of it as Parquet, `aside` until its files are whole; [`page`]: as a page for people.

pub mod groups;
pub mod moves;
pub mod page;
pub mod pair;
pub mod rules;
pub mod sheets;
mod survey;
mod touched;

use std::path::PathBuf;

use serde::Serialize;

pub use groups::{Found, Group, MentionChange};
pub use moves::{Both, Moved, Moves};
pub use rules::Change;

use crate::contribution::Credit;
use crate::error::Result;
use crate::lexicon::Resolved;
use crate::lexicon::resolve::LexiconName;
use crate::survey::{ReadOptions, Wanted};
use crate::text::Redaction;

/// What is compared.
#[derive(Debug, Default)]
pub struct DiffConfig {
    /// A survey file, or the output of a run; none: the rules alone.
    pub on: Option<String>,
    /// How the survey is read.
    pub read: ReadOptions,
    /// Which of its columns is what.
    pub wanted: Wanted,
    /// A `tokenizer.json` whose pre-tokenizer cuts English.
    pub tokenizer: Option<PathBuf>,
    /// Which personal data is blanked out in the texts of a survey's file.
    pub redact: Redaction,
    /// How drivers share a respondent's credit.
    pub credit: Credit,
    /// Most samples for each change.
    pub samples: usize,
    /// Threads; 0: one for each processor.
    pub threads: usize,
}

/// One of the two lexicons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// As it was named.
    pub given: String,
    /// The lexicons that it is made of, a base before what extends it.
    pub lexicons: Vec<LexiconName>,
    /// The hash of what it says.
    pub hash: String,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The first.
    pub before: Named,
    /// The second.
    pub after: Named,
    /// What changed in the rules.
    pub changes: Vec<Change>,
    /// What follows for a survey, where one is named.
    pub survey: Option<OnSurvey>,
}

/// What a change does to the comments of a survey.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnSurvey {
    /// The survey as it was named.
    pub on: String,
    /// What was found about it, in sentences for people.
    pub notices: Vec<String>,
    /// Its respondents.
    pub respondents: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Respondents who left a comment.
    pub comments: u64,
    /// Of them, those who mention a driver, under the first and under the second.
    pub covered: [u64; 2],
    /// Comments that hold something that changed.
    pub touched: u64,
    /// Comments with a mention that differs.
    pub differing: u64,
    /// Comments whose mentions are the same, and that differ as a whole: praise, blame, wishes or questions about no driver.
    pub whole: u64,
    /// By change.
    pub groups: Vec<Group>,
    /// How far figures move.
    pub moves: Moves,
}

/// A lexicon that was loaded to be compared, with what it was called.
#[derive(Debug)]
pub struct Loaded {
    /// As it was named.
    pub given: String,
    /// What it says.
    pub resolved: Resolved,
}

impl Loaded {
    fn named(&self) -> Named {
        let Self { given, resolved } = self;
        Named { given: given.clone(), lexicons: resolved.lexicons.clone(), hash: resolved.hash() }
    }
}

/// Compares two lexicons; `each` gets every mention that differs, in the order of the survey.
///
/// # Errors
/// Where a lexicon cannot be compiled, or the survey cannot be read; what `each` returns.
pub fn diff(
    before: &Loaded,
    after: &Loaded,
    config: &DiffConfig,
    each: impl FnMut(&MentionChange) -> Result<()> + Send,
) -> Result<Diff> {
    let pool = crate::engine::pipeline::threads(config.threads)?;
    pool.install(|| {
        let changes = rules::changes(&before.resolved, &after.resolved);
        let survey =
            config.on.as_ref().map(|on| survey::compare(before, after, &changes, on, config, each)).transpose()?;
        Ok(Diff { before: before.named(), after: after.named(), changes, survey })
    })
}

#[cfg(test)]
mod tests;
