//! Batches of raw rows from all sources, one source after the other, in bounded memory.
//!
//! Not for what fields mean: scores, dates and weights are read in `respondents`, which threads can do side by side.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::mapping::Mapping;
use super::reject::{Reason, Reject};
use super::rows::{Fault, Row, Rows, rows};
use super::source::{ReadOptions, Source};
use crate::error::{Error, ErrorKind, Result};

/// Rows of one source as text.
#[derive(Debug, Clone)]
pub struct RawBatch {
    /// Index of the source among those that the reader was given.
    pub source: usize,
    /// The columns that the mapping uses, each once, in the order of [`Mapping::columns`]; Utf8, an empty field is null.
    pub batch: RecordBatch,
    /// For each row the line on which it starts, from 1; in Parquet the row number.
    pub lines: Vec<u64>,
    /// For each row the byte at which it starts, from 0 in the UTF-8 form; 0 in Parquet.
    pub bytes: Vec<u64>,
    /// For each row its number in the file, from 1, where rejects count.
    pub rows: Vec<u64>,
    /// Number in the file of the first row that was read for this batch, reject or not.
    pub first_row: u64,
    /// The rows among those read for this batch that could not be split, or whose id an earlier row has.
    pub rejects: Vec<Reject>,
}

/// A batch ends early at so much text, whatever the number of rows, so that its offsets fit an `i32` and memory stays bounded.
const BATCH_BYTES: usize = 64 * 1024 * 1024;

/// Reads all sources, in the order given; a batch never spans two. `Send`, and the same rows whatever the batch size.
///
/// An id that an earlier row of any source has makes a row a reject (`duplicate_id`), whether or not the earlier one turns out to be
/// usable. Ids are remembered as 64 bits of their BLAKE3: at 10 million ids a false alarm has a chance of 3 in a million.
pub struct Reader {
    sources: Vec<Source>,
    columns: Vec<String>,
    schema: SchemaRef,
    id: Option<usize>,
    seen: HashSet<u64>,
    batch_rows: usize,
    current: usize,
    rows: Option<Box<dyn Rows>>,
    row: Row,
    failed: bool,
}

impl Reader {
    /// A reader of these sources; code `different_columns` comes from the iterator, where a source lacks a column.
    pub fn new(sources: Vec<Source>, mapping: &Mapping, options: &ReadOptions) -> Result<Self> {
        if options.batch_rows == 0 {
            return Err(Error::new(ErrorKind::Usage, "bad_batch_rows", "a batch has at least one row"));
        }
        let columns = mapping.columns();
        let fields: Vec<Field> = columns.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        Ok(Self {
            id: mapping.id.as_ref().and_then(|id| columns.iter().position(|column| column == id)),
            schema: Arc::new(Schema::new(fields)),
            columns,
            sources,
            seen: HashSet::new(),
            batch_rows: options.batch_rows,
            current: 0,
            rows: None,
            row: Row::default(),
            failed: false,
        })
    }

    /// Up to a batch of the current source; `None` where it has no more rows.
    fn batch(&mut self) -> Result<Option<RawBatch>> {
        if self.rows.is_none() {
            self.rows = Some(rows(&self.sources[self.current], &self.columns)?);
        }
        let Some(reader) = self.rows.as_mut() else { return Ok(None) };
        let mut builders: Vec<StringBuilder> = self.columns.iter().map(|_| StringBuilder::new()).collect();
        let mut raw = RawBatch {
            source: self.current,
            batch: RecordBatch::new_empty(Arc::clone(&self.schema)),
            lines: Vec::new(),
            bytes: Vec::new(),
            rows: Vec::new(),
            first_row: 0,
            rejects: Vec::new(),
        };
        let mut size = 0;
        let row = &mut self.row;
        while raw.lines.len() + raw.rejects.len() < self.batch_rows && size < BATCH_BYTES && reader.next(row)? {
            if raw.first_row == 0 {
                raw.first_row = row.number;
            }
            let id = self.id.map(|at| row.fields[at].trim()).filter(|id| row.fault.is_none() && !id.is_empty());
            if let Some(id) = id
                && !self.seen.insert(hash(id))
            {
                let column = &self.columns[self.id.unwrap_or_default()];
                row.fault = Some(Fault::field(Reason::DuplicateId, column, "an earlier row has the same id"));
            }
            if let Some(fault) = row.fault.take() {
                raw.rejects.push(Reject {
                    source: self.sources[self.current].name.clone(),
                    line: row.line,
                    byte: row.byte,
                    column: fault.column,
                    reason: fault.reason,
                    message: fault.message,
                });
                continue;
            }
            for (field, builder) in row.fields.iter().zip(&mut builders) {
                builder.append_option((!field.is_empty()).then_some(field));
                size += field.len();
            }
            raw.lines.push(row.line);
            raw.bytes.push(row.byte);
            raw.rows.push(row.number);
        }
        if raw.first_row == 0 {
            return Ok(None);
        }
        let arrays: Vec<ArrayRef> = builders.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef).collect();
        raw.batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(mismatch)?;
        Ok(Some(raw))
    }
}

/// An error of arrow's that no input can cause.
pub(super) fn mismatch(error: arrow::error::ArrowError) -> Error {
    Error::new(ErrorKind::Input, "bad_batch", format!("rows do not make a table: {error}")).source(error)
}

fn hash(id: &str) -> u64 {
    let digest = blake3::hash(id.as_bytes());
    digest.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

impl Iterator for Reader {
    type Item = Result<RawBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed && self.current < self.sources.len() {
            match self.batch() {
                Ok(Some(batch)) => return Some(Ok(batch)),
                Ok(None) => {
                    self.rows = None;
                    self.current += 1;
                }
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
