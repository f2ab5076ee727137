//! A sheet as rows of text: its name, its columns, its cells, and how messages call them.
//!
//! Not for files (`xlsx`, `csv`), nor for what the cells mean (`fill`, `understand`).

use std::fmt;

use crate::xlsx::column_letters;
use serde::{Serialize, Serializer};

/// The sheets of a lexicon, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the sheets of a workbook, which docs/lexicon.md explains")]
pub enum Sheet {
    Lexicon,
    Drivers,
    Terms,
    Words,
    Examples,
    Responsibility,
    Rollups,
}

impl Sheet {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Lexicon, Self::Drivers, Self::Terms, Self::Words, Self::Examples, Self::Responsibility, Self::Rollups];

    /// Its name in a workbook.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lexicon => "Lexicon",
            Self::Drivers => "Drivers",
            Self::Terms => "Terms",
            Self::Words => "Words",
            Self::Examples => "Examples",
            Self::Responsibility => "Responsibility",
            Self::Rollups => "Rollups",
        }
    }

    /// Its file in a folder of CSV.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Lexicon => "lexicon.csv",
            Self::Drivers => "drivers.csv",
            Self::Terms => "terms.csv",
            Self::Words => "words.csv",
            Self::Examples => "examples.csv",
            Self::Responsibility => "responsibility.csv",
            Self::Rollups => "rollups.csv",
        }
    }

    /// The columns that it must have.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Lexicon => &["field", "value"],
            Self::Drivers => &["id", "parent", "name.zh", "name.en", "enabled", "people", "controllable"],
            Self::Terms => &["driver", "list", "language", "term", "boundary", "bare", "general"],
            Self::Words => &["list", "language", "term", "boundary"],
            Self::Examples => &["driver", "text", "expect", "role"],
            Self::Responsibility => &["driver", "function", "weight", "owner"],
            Self::Rollups => &["attribute", "value", "name.zh", "name.en"],
        }
    }

    /// The columns that it may have besides; of drivers also one for each attribute ([`ROLLUP`]).
    pub const fn further(self) -> &'static [&'static str] {
        match self {
            Self::Words => &["bare", "general"],
            _ => &[],
        }
    }
}

/// How the columns of drivers begin that hold their values of attributes.
pub const ROLLUP: &str = "rollup.";

/// What a cell holds that says "none", where an empty one says nothing.
pub const NONE: &str = "-";

/// A sheet with its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Which one it is.
    pub sheet: Sheet,
    /// Its columns.
    pub header: Vec<String>,
    /// The rows below, each with as many cells as it has, at most one a column.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1, the header's included; of a CSV file the line on which it begins.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Grid {
    /// A sheet with these rows right below its header.
    pub fn new(sheet: Sheet, header: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        let rows = (2..).zip(rows).map(|(number, cells)| Row { number, cells }).collect();
        Self { sheet, header, rows }
    }
}

/// In what sheets lie: it decides how messages call a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A workbook: `Terms!D17`.
    Workbook,
    /// A folder of CSV: `terms.csv:17:4`, line and column of the sheet.
    Csv,
}

/// A cell, or a sheet as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// The sheet.
    pub sheet: Sheet,
    /// Row, from 1, and column, from 0.
    pub at: Option<(u64, usize)>,
}

impl Cell {
    /// As messages call it.
    pub fn called(self, form: Form) -> String {
        match (form, self.at) {
            (Form::Workbook, None) => self.sheet.name().to_owned(),
            (Form::Workbook, Some((row, column))) => {
                format!("{}!{}{row}", self.sheet.name(), column_letters(column as u32))
            }
            (Form::Csv, None) => self.sheet.file().to_owned(),
            (Form::Csv, Some((row, column))) => format!("{}:{row}:{}", self.sheet.file(), column + 1),
        }
    }
}

/// What is wrong with a cell beside the columns: what stands there would be lost.
pub const UNDER_NO_COLUMN: &str = "this cell stands under no column";

/// Where it may stand.
pub const NOTES: &str = "Notes belong on a sheet of their own.";

/// How many problems are told of at most: a sheet that is none may have one in every cell.
pub const MOST_PROBLEMS: usize = 1000;

/// Something in a sheet or dictionary that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The cell, or the line of a dictionary.
    #[serde(serialize_with = "as_text")]
    pub at: At,
    /// What is wrong, in one sentence.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
}

/// Where a problem is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// A cell, and what it is called.
    Cell(Cell, String),
    /// A line of a file, from 1, with its file's name.
    Line(String, u64),
    /// The lexicon as a whole.
    Nowhere,
}

fn as_text<S: Serializer>(at: &At, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell(_, called) => f.write_str(called),
            Self::Line(file, line) => write!(f, "{file}:{line}"),
            Self::Nowhere => f.write_str("lexicon"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_called_as_spreadsheets_call_them() {
        for (column, called) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), called);
        }
        let cell = Cell { sheet: Sheet::Terms, at: Some((17, 3)) };
        assert_eq!(cell.called(Form::Workbook), "Terms!D17");
        assert_eq!(cell.called(Form::Csv), "terms.csv:17:4");
    }
}
