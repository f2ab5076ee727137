//! One way to read rows from every format: the [`Rows`] of a source.
//!
//! Not for batches (`reader`) and not for what the fields mean (`respondents`).

use super::reject::Reason;
use super::source::{Format, Source};
use super::{delimited, jsonl, parquet};
use crate::error::{Error, ErrorKind, Place, Result};

/// The longest field, in bytes of UTF-8.
pub(super) const MAX_FIELD: usize = 1024 * 1024;

/// The longest row, in bytes of UTF-8: what is longer is a quote that nothing closes.
pub(super) const MAX_ROW: u64 = 16 * 1024 * 1024;

/// A row as read; one value is filled again and again.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Line from 1; in Parquet the row number.
    pub(super) line: u64,
    /// Byte from 0 in the UTF-8 form; 0 in Parquet.
    pub(super) byte: u64,
    /// Row number in the file, from 1, without the header; rejects count.
    pub(super) number: u64,
    /// The fields in the order of the columns asked for; an empty field is blank.
    pub(super) fields: Vec<String>,
    /// Why the row cannot be used, if it cannot; `fields` then says nothing.
    pub(super) fault: Option<Fault>,
}

/// Why a row cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The reason.
    pub(super) reason: Reason,
    /// The column at fault.
    pub(super) column: Option<String>,
    /// One sentence that quotes nothing.
    pub(super) message: String,
}

impl Fault {
    /// A fault of the whole row.
    pub(super) fn row(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, column: None, message: message.into() }
    }

    /// A fault of one column.
    pub(super) fn field(reason: Reason, column: &str, message: impl Into<String>) -> Self {
        Self { reason, column: Some(column.to_owned()), message: message.into() }
    }

    /// A field that is too large.
    pub(super) fn too_large(column: &str) -> Self {
        Self::field(Reason::FieldTooLarge, column, "the field has more than 1 MiB")
    }
}

/// Rows of a source, one after the other.
pub(super) trait Rows: Send {
    /// Fills `row` with the next one; false at the end.
    fn next(&mut self, row: &mut Row) -> Result<bool>;
}

/// All columns of a source; those of JSON Lines are the keys of its first `limit` lines, in order of first appearance.
pub(super) fn columns(source: &Source, limit: usize) -> Result<Vec<String>> {
    match source.format {
        Format::Delimited { .. } => delimited::columns(source),
        Format::JsonLines { encoding } => jsonl::columns(source, encoding, limit),
        Format::Parquet => parquet::columns(source),
    }
}

/// The rows of a source with these columns, in this order.
pub(super) fn rows(source: &Source, columns: &[String]) -> Result<Box<dyn Rows>> {
    match source.format {
        Format::Delimited { .. } => delimited::rows(source, columns),
        Format::JsonLines { encoding } => jsonl::rows(source, encoding, columns),
        Format::Parquet => parquet::rows(source, columns),
    }
}

/// Where in `all` each of the wanted columns is; code `different_columns`.
pub(super) fn positions(source: &Source, all: &[String], wanted: &[String]) -> Result<Vec<usize>> {
    let find = |name: &String| {
        all.iter().position(|column| column == name).ok_or_else(|| {
            Error::new(
                ErrorKind::Input,
                "different_columns",
                format!("{} has no column `{name}`", source.path.display()),
            )
            .at(Place::file(&source.path))
        })
    };
    wanted.iter().map(find).collect()
}
