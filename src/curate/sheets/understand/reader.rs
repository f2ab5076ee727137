//! One sheet, read row by row: where its columns are, and the words that a cell may hold.
//!
//! Not for what a row means (the modules beside this one).

use std::collections::HashMap;

use super::super::grid::{At, Cell, Grid, MOST_PROBLEMS, NOTES, Problem, ROLLUP, Row, Sheet, UNDER_NO_COLUMN};
use super::super::layer::Layer;
use super::{Key, Understood, header};
use crate::lexicon::resolve::problems::is_id;
use crate::lexicon::shape;
use crate::nearest::nearest;
use crate::types::Residual;

/// A cell that cannot be used: what is wrong with it is among the problems.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told;

/// A sheet that is being read.
pub(super) struct Reader<'r> {
    grid: &'r Grid,
    columns: HashMap<String, usize>,
    all: &'r mut Understood,
}

impl<'r> Reader<'r> {
    /// Finds the columns; none where one is not there, which is a problem.
    pub(super) fn new(grid: &'r Grid, all: &'r mut Understood) -> Option<Self> {
        let before = all.problems.len();
        if let Some((row, message, help)) = header::problem(grid) {
            let cell = Cell { sheet: grid.sheet, at: Some((row, 0)) };
            let at = At::Cell(cell, cell.called(all.cells.form));
            all.problems.push(Problem { at, message, help: help.to_owned() });
            return None;
        }
        let mut reader = Self { grid, columns: HashMap::new(), all };
        let sheet = grid.sheet;
        let known: Vec<&str> = sheet.columns().iter().chain(sheet.further()).copied().collect();
        for (at, written) in grid.header.iter().enumerate() {
            let name = written.trim().to_lowercase();
            let is_rollup = sheet == Sheet::Drivers && name.strip_prefix(ROLLUP).is_some_and(is_id);
            if name.is_empty() {
                continue;
            }
            if !known.contains(&name.as_str()) && !is_rollup {
                let near = nearest(&name, known.iter().copied(), str::to_lowercase);
                let help = near.map_or_else(
                    || format!("The columns are {}; notes belong on a sheet of their own.", known.join(", ")),
                    |near| format!("Did you mean `{near}`?"),
                );
                reader.problem(1, at, format!("there is no column `{}`", written.trim()), help);
            } else if reader.columns.insert(name.clone(), at).is_some() {
                reader.problem(1, at, format!("the column `{name}` is there twice"), "Delete one of them.".to_owned());
            }
        }
        for column in sheet.columns() {
            if !reader.columns.contains_key(*column) {
                let at = reader.all.cells.sheet(sheet);
                let message = format!("the column `{column}` is not there");
                let help = "Every column has to be there, though its cells may be empty.".to_owned();
                reader.all.problems.push(Problem { at, message, help });
            }
        }
        (reader.all.problems.len() == before).then_some(reader)
    }

    /// The rows that hold something.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'r Row> + use<'r> {
        self.grid.rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()))
    }

    /// The columns of attributes, each with its attribute.
    pub(super) fn attributes(&self) -> Vec<(String, String)> {
        let attribute = |column: &String| Some((column.clone(), column.strip_prefix(ROLLUP)?.to_owned()));
        let mut all: Vec<_> = self.columns.keys().filter_map(attribute).collect();
        all.sort();
        all
    }

    /// What has been read so far.
    pub(super) fn layer(&mut self) -> &mut Layer {
        &mut self.all.layer
    }

    /// A cell as it is; empty where it or its column is not there.
    pub(super) fn raw(&self, row: &'r Row, column: &str) -> &'r str {
        let at = self.columns.get(column);
        at.and_then(|at| row.cells.get(*at)).map_or("", String::as_str)
    }

    /// A cell without blanks at its ends.
    pub(super) fn text(&self, row: &'r Row, column: &str) -> &'r str {
        self.raw(row, column).trim()
    }

    /// A cell as it is, where it is not blank.
    pub(super) fn said(&self, row: &'r Row, column: &str) -> Option<String> {
        let text = self.raw(row, column);
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    /// Adds what is wrong with a cell.
    pub(super) fn wrong(&mut self, row: &Row, column: &str, message: String, help: impl Into<String>) {
        let column = self.columns.get(column).copied().unwrap_or_default();
        self.problem(row.number, column, message, help.into());
    }

    /// Whether something stands nowhere yet.
    pub(super) fn is_new(&self, key: &Key) -> bool {
        self.all.cells.at(key) == At::Nowhere
    }

    /// Adds that something is missing after this row, or below the header.
    pub(super) fn wrong_after(&mut self, row: Option<&Row>, message: String, help: String) {
        self.problem(row.map_or(1, |row| row.number) + 1, 0, message, help);
    }

    fn problem(&mut self, row: u64, column: usize, message: String, help: String) {
        let cell = Cell { sheet: self.grid.sheet, at: Some((row, column)) };
        let at = At::Cell(cell, cell.called(self.all.cells.form));
        if self.all.problems.len() < MOST_PROBLEMS {
            self.all.problems.push(Problem { at, message, help });
        }
    }

    /// Looks at the cells beside the columns.
    pub(super) fn check_width(&mut self, row: &Row) {
        for (at, cell) in row.cells.iter().enumerate() {
            let has_column = self.grid.header.get(at).is_some_and(|name| !name.trim().is_empty());
            if !has_column && !cell.trim().is_empty() {
                self.problem(row.number, at, UNDER_NO_COLUMN.to_owned(), NOTES.to_owned());
            }
        }
    }

    /// Remembers where something stands; false, and a problem, where it stands somewhere else already.
    pub(super) fn place(&mut self, row: &Row, column: &str, key: Key, what: &str) -> bool {
        let at = self.columns.get(column).copied().unwrap_or_default();
        let cell = Cell { sheet: self.grid.sheet, at: Some((row.number, at)) };
        match self.all.cells.at(&key) {
            At::Nowhere => {
                let called = cell.called(self.all.cells.form);
                self.all.cells.put(key, At::Cell(cell, called));
                true
            }
            first => {
                self.wrong(row, column, format!("{what} stands in {first} already"), "Delete one of the rows.");
                false
            }
        }
    }

    /// One of these words; none, and a problem, where it is another one.
    pub(super) fn one_of(&mut self, row: &'r Row, column: &str, words: &[&'static str]) -> Option<&'static str> {
        let written = self.text(row, column);
        let found = words.iter().find(|word| word.eq_ignore_ascii_case(written));
        if found.is_none() {
            let known = words.iter().copied().filter(|word| !word.is_empty());
            let all = || format!("It is one of {}.", known.clone().collect::<Vec<_>>().join(", "));
            // Of two letters every word is near.
            let near = nearest(written, known.clone(), str::to_lowercase).filter(|_| written.chars().count() > 2);
            let language = shape::language(written).filter(|language| column == "language" && words.contains(language));
            let help = match (language, near) {
                (Some(language), _) => format!("Write {language}."),
                (None, Some(near)) => format!("Did you mean `{near}`?"),
                (None, None) => all(),
            };
            let message = if written.is_empty() {
                format!("the cell `{column}` is empty")
            } else {
                format!("`{written}` is no `{column}`")
            };
            self.wrong(row, column, message, help);
        }
        found.copied()
    }

    /// Yes, no or nothing.
    pub(super) fn switch(&mut self, row: &'r Row, column: &str) -> Result<Option<bool>, Told> {
        let written = self.text(row, column);
        match written.to_lowercase().as_str() {
            "" => Ok(None),
            "yes" | "true" | "是" => Ok(Some(true)),
            "no" | "false" | "否" => Ok(Some(false)),
            _ => {
                let message = format!("`{written}` is neither yes nor no");
                self.wrong(row, column, message, "Write yes or no, or leave the cell empty.");
                Err(Told)
            }
        }
    }

    /// An id; none, and a problem, where it cannot be one.
    pub(super) fn id(&mut self, row: &'r Row, column: &str) -> Option<String> {
        let written = self.text(row, column);
        let help = "Use lower-case letters, digits and _ only, such as response_time; names may hold anything.";
        let message = if written.is_empty() {
            format!("the cell `{column}` is empty")
        } else if !is_id(written) {
            format!("`{written}` cannot be an id")
        } else if Residual::parse(written).is_some() {
            format!("`{written}` is the name of a residual bucket")
        } else {
            return Some(written.to_owned());
        };
        self.wrong(row, column, message, help);
        None
    }

    /// The driver of a row, which has to stand in the sheet of drivers.
    pub(super) fn driver(&mut self, row: &'r Row) -> Option<String> {
        let written = self.text(row, "driver");
        if self.all.layer.drivers.contains_key(written) {
            return Some(written.to_owned());
        }
        // A driver whose own row is wrong has been told of.
        if !self.is_new(&Key::Driver(written.to_owned())) {
            return None;
        }
        if written.is_empty() {
            self.wrong(row, "driver", "the cell `driver` is empty".to_owned(), "Write the driver's id.");
            return None;
        }
        let at = self.columns.get("driver").copied().unwrap_or_default();
        let cell = Cell { sheet: self.grid.sheet, at: Some((row.number, at)) };
        let at = At::Cell(cell, cell.called(self.all.cells.form));
        self.all.missing.entry(written.to_owned()).or_default().push(at);
        None
    }
}
