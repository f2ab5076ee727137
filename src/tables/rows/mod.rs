//! The tables of respondents, `comments` and `mentions`, from tags to files: rows wait as compact records, by period, and become
//! columns a row group at a time, on all cores.
//!
//! Not for tables of figures (`part`), nor for which respondents belong to a period (`engine`). A record is bytes: a run may hold
//! or put aside millions of them, whatever the order in which its periods come.
//!
//! - `record`: one respondent with texts and tags as bytes.
//! - `store`: the records of all periods, in memory up to a limit, then in a file.
//! - `comments`, `mentions`: records as the columns of a row group.
//! - `write`: row groups into files, by all threads.

mod comments;
mod mentions;
mod record;
mod store;
mod write;

pub(crate) use record::Row;
pub(crate) use store::{Store, Told, record_ids, told_of};
pub(crate) use write::write_periods;

#[cfg(test)]
mod tests;
