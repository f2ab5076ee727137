//! The command line as people use it: every test runs the real binary in a folder of its own.
//!
//! Not for what a single stop computes: unit tests and `tests/contribution*` do that. What depends on the words of a lexicon is in
//! three snapshots alone (see `util`).

mod determinism;
mod errors;
mod init;
mod inputs;
mod merge;
mod output;
mod util;
