//! A table's columns as a list: each with its field and how it is had from a row, so that schema and rows cannot part ways.
//!
//! For tables of figures, whose rows are few. `comments` and `mentions` are too large for structs, and stay Arrow throughout.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, SchemaRef};
use jiff::civil::Date;

use super::label::RowLabel;
use super::partition::Table;
use super::schema::{described, table_schema};
use crate::contribution::Estimate;

/// How a column's values are had from rows.
type Make<R> = Box<dyn Fn(&[R]) -> ArrayRef + Send + Sync>;

/// A column: its field, and its values from rows.
pub(super) struct Column<R> {
    field: Field,
    make: Make<R>,
}

impl<R> Column<R> {
    /// The column's values of these rows.
    pub(super) fn values(&self, rows: &[R]) -> ArrayRef {
        (self.make)(rows)
    }
}

/// A column of words.
pub(super) fn word<R>(name: &str, description: &str, get: impl Fn(&R) -> &str + Send + Sync + 'static) -> Column<R> {
    Column {
        field: described(name, DataType::Utf8, false, description),
        make: Box::new(move |rows| Arc::new(StringArray::from_iter_values(rows.iter().map(&get)))),
    }
}

/// A column of words, some of which are not there.
pub(super) fn word_or_null<R>(
    name: &str,
    description: &str,
    get: impl Fn(&R) -> Option<&str> + Send + Sync + 'static,
) -> Column<R> {
    Column {
        field: described(name, DataType::Utf8, true, description),
        make: Box::new(move |rows| Arc::new(rows.iter().map(&get).collect::<StringArray>())),
    }
}

/// A column of counts. Signed in the file, because Spark has no unsigned numbers.
pub(super) fn count<R>(name: &str, description: &str, get: impl Fn(&R) -> u64 + Send + Sync + 'static) -> Column<R> {
    Column {
        field: described(name, DataType::Int64, false, description),
        make: Box::new(move |rows| {
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| get(row).cast_signed())))
        }),
    }
}

/// A column of counts, some of which are not known.
pub(super) fn count_or_null<R>(
    name: &str,
    description: &str,
    get: impl Fn(&R) -> Option<u64> + Send + Sync + 'static,
) -> Column<R> {
    Column {
        field: described(name, DataType::Int64, true, description),
        make: Box::new(move |rows| {
            Arc::new(rows.iter().map(|row| get(row).map(u64::cast_signed)).collect::<Int64Array>())
        }),
    }
}

/// A column of days.
pub(super) fn date<R>(name: &str, description: &str, get: impl Fn(&R) -> Date + Send + Sync + 'static) -> Column<R> {
    let days = move |row: &R| (get(row) - Date::constant(1970, 1, 1)).get_days();
    Column {
        field: described(name, DataType::Date32, false, description),
        make: Box::new(move |rows| Arc::new(Date32Array::from_iter_values(rows.iter().map(&days)))),
    }
}

/// A column of days, some of which are not there.
pub(super) fn date_or_null<R>(
    name: &str,
    description: &str,
    get: impl Fn(&R) -> Option<Date> + Send + Sync + 'static,
) -> Column<R> {
    let days = move |row: &R| get(row).map(|day| (day - Date::constant(1970, 1, 1)).get_days());
    Column {
        field: described(name, DataType::Date32, true, description),
        make: Box::new(move |rows| Arc::new(rows.iter().map(&days).collect::<Date32Array>())),
    }
}

/// A column of numbers.
pub(super) fn number<R>(name: &str, description: &str, get: impl Fn(&R) -> f64 + Send + Sync + 'static) -> Column<R> {
    Column {
        field: described(name, DataType::Float64, false, description),
        make: Box::new(move |rows| Arc::new(Float64Array::from_iter_values(rows.iter().map(&get)))),
    }
}

/// A column of numbers, some of which are not defined.
pub(super) fn number_or_null<R>(
    name: &str,
    description: &str,
    get: impl Fn(&R) -> Option<f64> + Send + Sync + 'static,
) -> Column<R> {
    Column {
        field: described(name, DataType::Float64, true, description),
        make: Box::new(move |rows| Arc::new(rows.iter().map(&get).collect::<Float64Array>())),
    }
}

/// A column of yes and no.
pub(super) fn flag<R>(name: &str, description: &str, get: impl Fn(&R) -> bool + Send + Sync + 'static) -> Column<R> {
    Column {
        field: described(name, DataType::Boolean, false, description),
        make: Box::new(move |rows| Arc::new(rows.iter().map(|row| Some(get(row))).collect::<BooleanArray>())),
    }
}

/// The columns by which every table of cells starts: the level, and a column a segment.
pub(super) fn cell<R: 'static>(
    segments: &[String],
    level: impl Fn(&R) -> &str + Send + Sync + 'static,
    values: fn(&R) -> &[String],
) -> Vec<Column<R>> {
    let described_level = "Which segments the cell is of: `total`, one segment's name, or several joined by `×`.";
    let mut columns = vec![word("cell_level", described_level, level)];
    for (at, name) in segments.iter().enumerate() {
        let description = "The cell's value of this segment; `(all)` where rolled up, `(blank)` where the input has none, `(small)` for cells too small to stand alone.";
        columns.push(word(name, description, move |row| &values(row)[at]));
    }
    columns
}

/// The columns that say which driver, bucket or roll-up a row is of.
pub(super) fn driver<R: 'static>(label: fn(&R) -> &RowLabel) -> [Column<R>; 5] {
    [
        word(
            "driver",
            "Id of the driver or of the residual bucket; of a roll-up, `attribute:value`, and `attribute:(none)` for drivers without a value.",
            move |r| &label(r).driver,
        ),
        word_or_null(
            "parent",
            "Id of the driver's parent; of a roll-up, the attribute; null at the top and for residual buckets.",
            move |r| label(r).parent.as_deref(),
        ),
        word(
            "level",
            "`leaf` for a driver without others beneath it, `parent` for the sum of its leaves, `residual` for credit that no driver takes; leaves and residuals add up to the score. `rollup` for the sum of the leaves that share a value of an attribute; the values of one attribute and the residuals add up too.",
            move |r| label(r).level.as_str(),
        ),
        word("name_zh", "Name in Chinese.", move |r| &label(r).name_zh),
        word("name_en", "Name in English.", move |r| &label(r).name_en),
    ]
}

/// The columns of an estimate: its value and its limits, which are not there together.
pub(super) fn estimate_or_null<R>(
    name: &str,
    description: &str,
    get: impl Fn(&R) -> Option<Estimate> + Copy + Send + Sync + 'static,
) -> [Column<R>; 3] {
    let limit = |which: &str| format!("{which} limit of the interval of `{name}`.");
    [
        number_or_null(name, description, move |r| get(r).map(|it| it.value)),
        number_or_null(&format!("{name}_low"), &limit("Lower"), move |r| get(r).map(|it| it.low)),
        number_or_null(&format!("{name}_high"), &limit("Upper"), move |r| get(r).map(|it| it.high)),
    ]
}

/// The schema of `table` with these columns.
pub(super) fn schema<R>(table: Table, columns: &[Column<R>]) -> SchemaRef {
    table_schema(table, columns.iter().map(|column| column.field.clone()).collect::<Vec<_>>())
}
