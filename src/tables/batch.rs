//! Columns of a batch by name, in the type that a table wants.
//!
//! Not a way to repair batches: a missing column or a value that does not convert is a bug in the stop before, and an error here.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;

use crate::error::{Error, ErrorKind, Result};

/// An error of rows that do not fit the table for which they were made.
pub(super) fn misfit(table: &str, problem: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Output, "table_misfit", format!("rows do not fit the table `{table}`: {problem}"))
}

/// [`misfit`] of what arrow says.
pub(super) fn unfit(table: &str) -> impl Fn(ArrowError) -> Error {
    move |error| misfit(table, &error).source(error)
}

/// The array as `kind`: as it is where it has that type, else converted, where every value converts.
pub(super) fn conform(table: &str, name: &str, array: &ArrayRef, kind: &DataType) -> Result<ArrayRef> {
    if array.data_type() == kind {
        return Ok(array.clone());
    }
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, kind, &strict)
        .map_err(|error| misfit(table, format!("column `{name}`: {error}")).source(error))
}

/// The column `name` of `batch` as `kind`.
pub(super) fn column(table: &str, batch: &RecordBatch, name: &str, kind: &DataType) -> Result<ArrayRef> {
    let array = batch.column_by_name(name).ok_or_else(|| misfit(table, format!("there is no column `{name}`")))?;
    conform(table, name, array, kind)
}

/// A batch of `schema`, with the error of a null where there may be none.
pub(super) fn batch(table: &str, schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(schema, columns).map_err(unfit(table))
}
