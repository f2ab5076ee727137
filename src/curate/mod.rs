//! What those who keep a lexicon need: to see all that is wrong with it, before anything counts by it, and what it may lack.
//!
//! Not for a run: nothing here changes a table.
//!
//! - [`check`]: every problem of a lexicon at once.
//! - [`new`]: a lexicon to begin with.
//! - [`schema`]: by what editors complete and check the files.
//! - [`suggest`]: terms that a survey proposes.

pub mod check;
pub mod new;
pub mod schema;
pub mod suggest;
