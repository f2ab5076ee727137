//! From sheets to a layer: every cell that cannot be used is a problem with its place, and the others are taken.
//!
//! Not for files (`xlsx`, `csv`), nor for what the lexicon means as a whole (`import` loads it).
//!
//! - `reader`: columns, cells and the words that a cell may hold.
//! - `head`: the sheets `Lexicon` and `Rollups`.
//! - `drivers`: drivers, their examples and who answers for them.
//! - `terms`: terms and words.
//! - `header`: whether the first row holds the names of the columns.
//! - `missing`: drivers that rows name and the sheet of drivers has not.
//! - [`refer`]: what rows name that has to exist.
//! - [`mod@slips`]: terms that are surely not meant as they stand.

mod drivers;
mod head;
mod header;
mod missing;
mod reader;
pub mod refer;
pub mod slips;
mod terms;

use std::collections::{BTreeMap, HashMap};

use self::reader::Reader;
use super::grid::{At, Cell, Form, Grid, Problem, Sheet};
use super::layer::{Layer, ListAt, OwnExample};

/// What sheets say, and what of them cannot be used.
#[derive(Debug)]
pub struct Understood {
    /// What the cells say that can be used.
    pub layer: Layer,
    /// What is wrong, by sheet and cell.
    pub problems: Vec<Problem>,
    /// Where each thing stands.
    pub cells: Cells,
    /// Drivers without a row of their own, with the cells that name them.
    missing: BTreeMap<String, Vec<At>>,
}

/// Something that stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A key of `lexicon.toml`.
    Head(String),
    /// A driver.
    Driver(String),
    /// A key of a driver.
    Field(String, String),
    /// A term.
    Term(ListAt, String),
    /// An example of a driver.
    Example(String, OwnExample),
    /// A driver and a function.
    Duty(String, String),
    /// An attribute, or one of its values.
    Rollup(String, Option<String>),
}

/// Where each thing stands.
#[derive(Debug)]
pub struct Cells {
    form: Form,
    by: HashMap<Key, At>,
}

impl Cells {
    /// Nothing stands anywhere.
    pub fn new(form: Form) -> Self {
        Self { form, by: HashMap::new() }
    }

    /// Where something stands; [`At::Nowhere`] where it does not.
    pub fn at(&self, key: &Key) -> At {
        self.by.get(key).cloned().unwrap_or(At::Nowhere)
    }

    /// Says where something stands, where that is not said yet.
    pub fn put(&mut self, key: Key, at: At) {
        self.by.entry(key).or_insert(at);
    }

    /// Where a sheet lies.
    pub fn sheet(&self, sheet: Sheet) -> At {
        let cell = Cell { sheet, at: None };
        At::Cell(cell, cell.called(self.form))
    }
}

/// Reads sheets. A sheet that is not there is a problem: what it held would be taken out of the lexicon.
pub fn understand(grids: &[Grid], form: Form) -> Understood {
    let mut all =
        Understood { layer: Layer::default(), problems: Vec::new(), cells: Cells::new(form), missing: BTreeMap::new() };
    let mut has_drivers = false;
    for sheet in Sheet::ALL {
        let Some(grid) = grids.iter().find(|grid| grid.sheet == sheet) else {
            let message = match form {
                Form::Workbook => format!("the workbook has no sheet `{}`", sheet.name()),
                Form::Csv => format!("the folder has no file {}", sheet.file()),
            };
            let help = "Begin with a fresh export: every sheet has to be there, though it may hold no rows.".to_owned();
            all.problems.push(Problem { at: all.cells.sheet(sheet), message, help });
            continue;
        };
        let Some(mut reader) = Reader::new(grid, &mut all) else { continue };
        has_drivers |= sheet == Sheet::Drivers;
        match sheet {
            Sheet::Lexicon => head::lexicon(&mut reader),
            Sheet::Drivers => drivers::drivers(&mut reader),
            Sheet::Terms => terms::terms(&mut reader),
            Sheet::Words => terms::words(&mut reader),
            Sheet::Examples => drivers::examples(&mut reader),
            Sheet::Responsibility => drivers::responsibility(&mut reader),
            Sheet::Rollups => head::rollups(&mut reader),
        }
    }
    // Without the sheet of drivers all of them are missing.
    if has_drivers {
        missing::tell(&mut all);
    }
    all
}
