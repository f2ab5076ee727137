//! The command line as people use it: every test runs the real binary in a folder of its own.
//!
//! Not for what a single stop computes: unit tests and `tests/contribution*` do that. What depends on the words of a lexicon is in
//! a few snapshots alone (see `util`).

#![allow(clippy::unwrap_used, clippy::format_push_string, reason = "a harness: what fails is a failed test")]

mod again;
mod changes;
mod comments;
mod consent;
mod determinism;
mod dictionaries;
mod diff;
mod ends;
mod errors;
mod export;
mod figures;
mod follow_ups;
mod forget;
mod init;
mod inputs;
mod integrity;
mod leaks;
mod lexicons;
mod mending;
mod merge;
mod output;
mod privacy;
mod report;
mod sheets;
mod sql;
mod suggest;
mod util;
mod weekly;
