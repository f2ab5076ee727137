//! A table's rows as cells, one row at a time.
//!
//! Not for files. A column that a part does not have is blank there; lists are one cell.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, UInt32Type};
use jiff::civil::Date;

use super::{Source, parts};
use crate::error::Result;
use crate::tables::{Layout, Table, columns_of, day_at, description};

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// As the table calls it.
    pub(super) name: String,
    /// What it holds.
    pub(super) about: String,
    pub(super) kind: Kind,
}

/// How a column's cells are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words, and lists of them.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Count,
    /// A day.
    Day,
    /// Of one: shown as a percentage.
    Share,
    /// In points of the NPS.
    Points,
    /// A p-value, or one that is adjusted.
    Probability,
    /// Any other number.
    Number,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Blank,
    Text(Cow<'a, str>),
    Flag(bool),
    Count(i64),
    Number(f64),
    Day(Date),
}

/// The columns of a table, the period first.
pub(super) fn columns(table: Table, layout: &Layout) -> Vec<Column> {
    let period = Column {
        name: "period".to_owned(),
        about: "Label of the period; `all` for all periods together.".to_owned(),
        kind: Kind::Text,
    };
    let schema = columns_of(table, layout);
    let fields = schema.fields().iter().map(|field| Column {
        name: field.name().clone(),
        about: description(field).to_owned(),
        kind: kind(field.name(), field.data_type()),
    });
    std::iter::once(period).chain(fields).collect()
}

/// How a column is shown, by its name; limits as what they limit.
fn kind(name: &str, data: &DataType) -> Kind {
    match data {
        DataType::Int64 | DataType::UInt32 => return Kind::Count,
        DataType::Boolean => return Kind::Flag,
        DataType::Date32 => return Kind::Day,
        DataType::Float64 => {}
        _ => return Kind::Text,
    }
    let of = name.strip_suffix("_low").or_else(|| name.strip_suffix("_high")).unwrap_or(name);
    match of {
        "nps" | "nps_margin" | "removal_impact" => Kind::Points,
        "p" | "q" | "lift_p" | "reward_p" | "penalty_p" | "change_q" | "year_change_q" => Kind::Probability,
        "score"
        | "score_before"
        | "score_after"
        | "days"
        | "weight"
        | "weighted_n"
        | "n_eff"
        | "z"
        | "lift"
        | "lift_z"
        | "coefficient"
        | "reward"
        | "reward_se"
        | "penalty"
        | "penalty_se"
        | "concentration"
        | "technical_importance" => Kind::Number,
        _ => Kind::Share,
    }
}

/// Calls `each` with every row of a table that is exported.
///
/// # Errors
/// Those of damaged files, and those of `each`.
pub(super) fn each(source: &Source<'_>, table: Table, mut each: impl FnMut(&[Cell<'_>]) -> Result<()>) -> Result<()> {
    let columns = columns(table, &source.manifest.layout);
    for part in parts(source.manifest, table, source.period) {
        for batch in source.manifest.read_part(source.out, &part, None)?.into_iter().flatten() {
            let batch = batch?;
            let arrays: Vec<Option<&ArrayRef>> =
                columns.iter().map(|column| batch.column_by_name(&column.name)).collect();
            for row in 0..batch.num_rows() {
                let mut cells: Vec<Cell<'_>> = vec![Cell::Text(Cow::Borrowed(&part.period))];
                cells.extend(arrays[1..].iter().map(|array| array.map_or(Cell::Blank, |array| cell(array, row))));
                each(&cells)?;
            }
        }
    }
    Ok(())
}

/// A value; of types that no table has, blank.
fn cell(array: &ArrayRef, row: usize) -> Cell<'_> {
    if array.is_null(row) {
        return Cell::Blank;
    }
    match array.data_type() {
        DataType::Utf8 => Cell::Text(Cow::Borrowed(array.as_string::<i32>().value(row))),
        DataType::Int64 => Cell::Count(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt32 => Cell::Count(array.as_primitive::<UInt32Type>().value(row).into()),
        DataType::Float64 => Cell::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Flag(array.as_boolean().value(row)),
        DataType::Date32 => Cell::Day(day_at(array.as_primitive::<Date32Type>(), row)),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            let words = (0..list.len()).map(|at| words(&list, at)).collect::<Vec<_>>();
            Cell::Text(Cow::Owned(words.join(" | ")))
        }
        _ => Cell::Blank,
    }
}

/// An element of a list: `noise negative (problem)`.
fn words(array: &ArrayRef, at: usize) -> String {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(at).to_owned(),
        DataType::Struct(_) => {
            let fields = array.as_struct().columns().iter().map(|field| words(field, at));
            fields.filter(|field| !field.is_empty()).collect::<Vec<_>>().join(" ")
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(at);
            let words = (0..list.len()).map(|at| words(&list, at)).collect::<Vec<_>>().join(", ");
            if words.is_empty() { words } else { format!("({words})") }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_shown_as_their_descriptions_say() {
        let mut seen = 0;
        for table in Table::ALL {
            for column in columns(table, &Layout::default()) {
                if matches!(column.kind, Kind::Text | Kind::Count | Kind::Flag | Kind::Day) {
                    continue;
                }
                let says = |words: &[&str]| words.iter().any(|word| column.about.contains(word));
                let probability = says(&["p-value"]);
                let points = says(&["−100–100", "0–100", "NPS points"]) || column.about.contains("score's interval");
                let share = !probability && !points && says(&[", 0–1", "−1–1"]);
                let what = format!("{}.{}: {}", table.as_str(), column.name, column.about);
                assert_eq!(probability, column.kind == Kind::Probability, "{what}");
                assert_eq!(points, column.kind == Kind::Points, "{what}");
                assert!(!share || column.kind == Kind::Share, "{what}");
                let free = says(&[
                    "Standard error of `reward`",
                    "Standard error of `penalty`",
                    "adds to the score",
                    "Sum of the weights",
                    "odds ratio",
                    "Answer to",
                    "Days from",
                    "The score of the answer",
                    "The score given",
                    "weight in the matrix",
                    "location quotient",
                    "Sampling weight",
                    "Effective sample",
                    "in standard errors",
                ]);
                assert!(!free || column.kind == Kind::Number, "{what}");
                seen += 1;
            }
        }
        assert!(seen > 90, "{seen}");
    }
}
