//! What those who keep a lexicon need: to see all that is wrong with it, before anything counts by it, and what it may lack.
//!
//! Not for a run: nothing here changes a table.
//!
//! - [`check`]: every problem of a lexicon at once.
//! - [`comments`]: those of a survey or of an output, to try a lexicon on.
//! - [`diff`]: what a change to one does, to its rules and to comments.
//! - [`revision`]: one as a git revision has it.
//! - [`new`]: a lexicon to begin with.
//! - [`schema`]: by what editors complete and check the files.
//! - [`sheets`]: lexicons as workbooks and CSV, and as dictionaries of other programs; and back into the files.
//! - [`suggest`]: terms that a survey proposes.

pub mod check;
pub mod comments;
pub mod diff;
pub mod new;
pub mod revision;
pub mod schema;
pub mod sheets;
pub mod suggest;
