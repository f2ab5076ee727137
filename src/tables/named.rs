//! The columns of a batch by name, for whoever reads a table back.
//!
//! Not for writing: tables have their columns as lists there.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use jiff::civil::Date;

use super::batch::misfit;
use crate::error::Result;

/// A batch whose columns are asked for by name; a column that is not there, or of another type, is an error `table_misfit`.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    batch: &'a RecordBatch,
    table: &'a str,
}

impl<'a> Named<'a> {
    /// The columns of a batch of `table`.
    pub fn new(batch: &'a RecordBatch, table: &'a str) -> Self {
        Self { batch, table }
    }

    /// Rows of the batch.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// A column of words.
    pub fn words(&self, name: &str) -> Result<&'a StringArray> {
        self.column(name)?.as_string_opt().ok_or_else(|| self.unfit(name))
    }

    /// A column of numbers.
    pub fn numbers(&self, name: &str) -> Result<&'a Float64Array> {
        self.column(name)?.as_primitive_opt::<Float64Type>().ok_or_else(|| self.unfit(name))
    }

    /// A column of counts.
    pub fn counts(&self, name: &str) -> Result<&'a Int64Array> {
        self.column(name)?.as_primitive_opt::<Int64Type>().ok_or_else(|| self.unfit(name))
    }

    /// A column of days.
    pub fn days(&self, name: &str) -> Result<&'a Date32Array> {
        self.column(name)?.as_primitive_opt::<Date32Type>().ok_or_else(|| self.unfit(name))
    }

    /// A column of yes and no.
    pub fn flags(&self, name: &str) -> Result<&'a BooleanArray> {
        self.column(name)?.as_boolean_opt().ok_or_else(|| self.unfit(name))
    }

    fn column(&self, name: &str) -> Result<&'a ArrayRef> {
        self.batch.column_by_name(name).ok_or_else(|| self.unfit(name))
    }

    fn unfit(&self, name: &str) -> crate::error::Error {
        misfit(self.table, format!("there is no column `{name}` of the type that this engine writes"))
    }
}

/// A value, if it is there.
pub fn number_at(column: &Float64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row))
}

/// A word, if it is there.
pub fn word_at(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// The day of a row.
pub fn day_at(column: &Date32Array, row: usize) -> Date {
    day(column.value(row))
}

/// A day by its number since 1970-01-01.
pub fn day(days: i32) -> Date {
    Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(days))
}
