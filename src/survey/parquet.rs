//! Parquet: any column that can be written as text, as text.
//!
//! Not for the tables that a run writes (`tables`): this reads surveys that others export.

use std::fs::File;

use arrow::array::{Array, AsArray, StringArray};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::rows::{Fault, MAX_FIELD, Row, Rows, positions};
use super::source::Source;
use crate::error::{Error, ErrorKind, Place, Result};

/// Rows read at a time.
const ROWS: usize = 4096;

fn broken(source: &Source, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let message = format!("{} cannot be read as Parquet: {error}", source.path.display());
    Error::new(ErrorKind::Input, "not_a_table", message).at(Place::file(&source.path)).source(error)
}

fn open(source: &Source) -> Result<(ParquetRecordBatchReaderBuilder<File>, Vec<String>)> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(source.file()?).map_err(|e| broken(source, e))?;
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    Ok((builder, names))
}

/// The names of the top-level columns; code `duplicate_column`.
pub(super) fn columns(source: &Source) -> Result<Vec<String>> {
    let names = open(source)?.1;
    if let Some((_, name)) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        let message = format!("two columns are called `{name}`");
        return Err(Error::new(ErrorKind::Input, "duplicate_column", message).at(Place::file(&source.path)));
    }
    Ok(names)
}

struct Parquet {
    reader: ParquetRecordBatchReader,
    source: Source,
    columns: Vec<String>,
    batch: Vec<StringArray>,
    at: usize,
    rows: usize,
    number: u64,
}

/// The rows of a Parquet file with these columns, in this order. Nested columns are blank.
pub(super) fn rows(source: &Source, columns: &[String]) -> Result<Box<dyn Rows>> {
    let (builder, all) = open(source)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), positions(source, &all, columns)?);
    let reader = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(|e| broken(source, e))?;
    Ok(Box::new(Parquet {
        reader,
        source: source.clone(),
        columns: columns.to_vec(),
        batch: Vec::new(),
        at: 0,
        rows: 0,
        number: 0,
    }))
}

impl Parquet {
    /// Reads the next batch; false at the end.
    fn fetch(&mut self) -> Result<bool> {
        let Some(batch) = self.reader.next() else { return Ok(false) };
        let batch = batch.map_err(|e| broken(&self.source, e))?;
        (self.at, self.rows) = (0, batch.num_rows());
        self.batch.clear();
        for name in &self.columns {
            let column = batch.column_by_name(name).filter(|c| can_cast_types(c.data_type(), &DataType::Utf8));
            self.batch.push(match column {
                Some(column) => as_text(column.as_ref()).map_err(|e| broken(&self.source, e))?,
                None => StringArray::new_null(self.rows),
            });
        }
        Ok(true)
    }
}

/// A column as text. Dictionaries are unpacked first, so that their values are cast as any other.
fn as_text(column: &dyn Array) -> Result<StringArray, arrow::error::ArrowError> {
    let plain = match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values)?,
        _ => arrow::array::make_array(column.to_data()),
    };
    Ok(cast(&plain, &DataType::Utf8)?.as_string::<i32>().clone())
}

impl Rows for Parquet {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        while self.at == self.rows {
            if !self.fetch()? {
                return Ok(false);
            }
        }
        self.number += 1;
        (row.line, row.byte, row.number) = (self.number, 0, self.number);
        row.fault = None;
        row.fields.resize_with(self.columns.len(), String::new);
        for ((field, column), name) in row.fields.iter_mut().zip(&self.batch).zip(&self.columns) {
            field.clear();
            if column.is_valid(self.at) {
                let value = column.value(self.at);
                if value.len() > MAX_FIELD {
                    row.fault = Some(Fault::too_large(name));
                } else {
                    field.push_str(value);
                }
            }
        }
        self.at += 1;
        Ok(true)
    }
}
