//! The run: batches through the stops, with bounded memory, the same bytes at any number of threads.
//!
//! Not for what any stop does: this folder only moves batches, counts, and puts tables in place.
//!
//! - [`config`]: what a run is asked to do.
//! - `consent`: who may be contacted, over all that an output holds.
//! - `remembered`: what an output folder remembers of its survey.
//! - `lexicons`: by which lexicons a run tags.
//! - `fitting`: whether a bundled lexicon fits a survey better than the one that nobody named.
//! - `pipeline`: the run, step by step.
//! - `flow`: blocks → workers → one ordered writer.
//! - `work`: what a worker does with one batch.
//! - `respondents`: the columns of a batch of respondents, row by row.
//! - `output`: the periods that a run touches, merged with what the output held.
//! - [`Invited`]: how many people were invited, by period.
//! - `damage`: what of an output is not what was written, and how it is made anew.
//! - `pass`: periods staged anew from the answers that an output holds.
//! - `remake`: what is damaged, made anew from them.
//! - `count`: rows of an earlier run's `comments` → the reduction.
//! - `publish`: figures → tables.
//! - `actions`: the responsibility file.
//! - [`recoveries`]: what contacts after the answer found, taken into an output.
//! - [`timings`]: where the time goes.
//! - [`report`]: what a run did, for the summary.
//! - [`forget`]: respondents out of an output.
//! - [`verify`]: whether an output is what was written.
//! - `visit`: every respondent of a survey or an output, for those who look and write nothing.
//! - `floor`: a run without tags and figures, to measure against.

mod actions;
pub mod config;
mod consent;
pub(crate) mod count;
mod damage;
pub(crate) mod fitting;
mod floor;
mod flow;
pub mod forget;
mod invited;
mod lexicons;
pub(crate) mod output;
mod pass;
mod personal;
pub(crate) mod pipeline;
pub(crate) mod publish;
pub mod recoveries;
mod remake;
mod remembered;
pub mod report;
mod respondents;
pub mod timings;
pub mod verify;
pub(crate) mod visit;
pub(crate) mod work;

pub use config::RunConfig;
#[doc(hidden)]
pub use floor::floor;
pub use invited::Invited;
pub use pipeline::{Observer, Progress, Quiet, run};
pub use report::RunReport;
pub use timings::Timings;
