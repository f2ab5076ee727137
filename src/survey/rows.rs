//! Rows of every format, as columns of text, with the place of each and what is wrong with those that cannot be used.
//!
//! Not for splitting (`delimited`, `jsonl`, `parquet`, `sheet`), and not for what the fields mean (`respondents`).

use arrow::array::{ArrayRef, StringBuilder};
use std::io;
use std::sync::Arc;

use super::limits::{Limits, size};
use super::reject::Reason;
use super::source::{Format, Source};
use super::{delimited, jsonl, parquet, sheet};
use crate::error::{Error, ErrorKind, Place, Result};

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The reason.
    pub(super) reason: Reason,
    /// The column at fault.
    pub(super) column: Option<String>,
    /// One sentence that quotes nothing.
    pub(super) message: String,
    /// Lines that the row takes in after the one on which it starts.
    pub(super) more_lines: u64,
}

impl Fault {
    /// A fault of the whole row.
    pub(super) fn row(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, column: None, message: message.into(), more_lines: 0 }
    }

    /// A fault of one column.
    pub(super) fn field(reason: Reason, column: &str, message: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), ..Self::row(reason, message) }
    }

    /// A field that is too large.
    pub(super) fn field_too_large(column: &str, limits: &Limits) -> Self {
        Self::field(Reason::FieldTooLarge, column, format!("the field has more than {}", size(limits.field)))
    }

    /// A row that is too large.
    pub(super) fn row_too_large(limits: &Limits) -> Self {
        Self::row(Reason::RowTooLarge, format!("the row has more than {}", size(limits.row)))
    }
}

/// Where a row is, counted from the start of its block: all that can be known before the blocks before it are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// Lines before it; in Parquet rows.
    pub(super) line: u64,
    /// The byte at which it starts, in the source's UTF-8 form; 0 in Parquet.
    pub(super) byte: u64,
    /// Its number, from 1.
    pub(super) number: u64,
}

/// What ends the reading of a source before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// A quote that is never closed, or closed rows below, in one sentence.
    OpenQuote(String),
    /// The next bytes cannot be read.
    Unreadable(io::Error),
}

impl Stop {
    /// The error, at this line.
    pub(super) fn error(self, source: &Source, line: u64) -> Error {
        let place = Place::line(&source.path, line, None);
        let path = source.path.display();
        match self {
            Self::OpenQuote(message) => Error::new(ErrorKind::Input, "open_quote", message)
                .at(place)
                .help("Close the quote, or double it (\"\") where it belongs to the text."),
            Self::Unreadable(error) => {
                Error::new(ErrorKind::Input, "io", format!("cannot read {path}: {error}")).at(place).source(error)
            }
        }
    }
}

/// The rows of one block.
#[derive(Debug)]
pub(super) struct Rows {
    columns: Vec<StringBuilder>,
    /// Where each row of `columns` is.
    pub(super) places: Vec<At>,
    /// The rows that cannot be used.
    pub(super) faults: Vec<(At, Fault)>,
    /// Rows that were read, whether they can be used or not.
    pub(super) read: u64,
    /// Rows of delimited text that hold nothing in any column: they are none.
    pub(super) blank: u64,
    /// Lines that were passed; in Parquet rows.
    pub(super) lines: u64,
    /// What ended the reading, and the lines before it.
    pub(super) stop: Option<(u64, Stop)>,
}

impl Rows {
    /// No rows yet, of so many columns with about so many bytes together.
    pub(super) fn new(columns: usize, bytes: usize) -> Self {
        // Comments take the most, and which column they are in is not known here: what is reserved is no more than a start.
        let each = bytes / (columns.max(1) * 4);
        Self {
            columns: (0..columns).map(|_| StringBuilder::with_capacity(each / 16, each)).collect(),
            places: Vec::with_capacity(bytes / 128),
            faults: Vec::new(),
            read: 0,
            blank: 0,
            lines: 0,
            stop: None,
        }
    }

    /// Enters one more row that was read, at this line and byte, and says where it is.
    pub(super) fn count(&mut self, line: u64, byte: u64) -> At {
        self.read += 1;
        At { line, byte, number: self.read }
    }

    /// Adds a row by its fields, one for each column; an empty one is null.
    pub(super) fn push<'a>(&mut self, at: At, fields: impl Iterator<Item = &'a str>) {
        for (field, builder) in fields.zip(&mut self.columns) {
            if field.is_empty() {
                builder.append_null();
            } else {
                builder.append_value(field);
            }
        }
        self.places.push(at);
    }

    /// The columns, which are then empty.
    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        self.columns.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect()
    }
}

/// All columns of a source; those of JSON Lines are the keys of its first `limit` lines, in order of first appearance. Code
/// `too_many_columns`.
pub(super) fn columns(source: &Source, limit: u64) -> Result<Vec<String>> {
    let columns = match source.format {
        Format::Delimited { .. } => delimited::columns(source),
        Format::JsonLines { encoding } => jsonl::columns(source, encoding, limit),
        Format::Parquet => parquet::columns(source),
        Format::Workbook => sheet::columns_of(source),
    }?;
    source.limits.allow_columns(columns.len()).map_err(|error| error.at(Place::file(&source.path)))?;
    Ok(columns)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of thousands of columns had room for a share of the block as if there were few.
    #[test]
    fn a_survey_of_thousands_of_columns_takes_about_the_size_of_its_block() {
        for (columns, bytes) in [(4, 1 << 20), (4096, 1 << 20), (4096, 1 << 16)] {
            let mut rows = Rows::new(columns, bytes);
            for line in 0..(bytes / columns).min(100) as u64 {
                let at = rows.count(line, 0);
                rows.push(at, std::iter::repeat_n("", columns));
            }
            let taken: usize = rows.finish().iter().map(|column| column.get_array_memory_size()).sum();
            // What a column takes that has nothing in it.
            let empty = 512 * columns;
            assert!(taken < 2 * bytes + empty + 100 * columns * size_of::<i32>(), "{columns}: {taken} for {bytes}");
        }
    }
}
