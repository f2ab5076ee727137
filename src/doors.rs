//! Doors into rooms that are closed to users of the library, for `fuzz/`: it holds them to properties by bytes in memory, thousands of times
//! a second, where files on disk and a whole run would be too slow.
//!
//! No part of what the library promises: anything here may change with what is behind it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::curate::sheets::fill;
use crate::curate::sheets::grid::{Form, Problem, Sheet};
use crate::curate::sheets::layer::Layer;
use crate::curate::sheets::understand::understand;
use crate::curate::sheets::{csv, xlsx};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::files;
use crate::lexicon::resolve::Resolved;
use crate::report::sql::Dialect;
use crate::tag::{Scratch, Tagger};

/// The lexicon of these files, by their paths in its folder; it can extend none.
pub fn lexicon(files: &BTreeMap<String, String>) -> Result<Resolved> {
    let open = |name: &str, _: Option<&Path>| match name {
        "fuzzed" => files::from_files(Path::new(""), Path::new(""), files.clone()),
        _ => Err(Error::new(ErrorKind::Usage, "unknown_lexicon", format!("there is no lexicon `{name}`"))),
    };
    Resolved::load_by(&open, &["fuzzed"])
}

/// What sheets of CSV say, each with the name of its file; else all that is wrong with them.
pub fn sheets(files: &[(&str, &[u8])]) -> Result<Layer, Vec<Problem>> {
    let (mut grids, mut problems) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let Some(sheet) = Sheet::ALL.into_iter().find(|sheet| sheet.file() == *name) else { continue };
        match csv::grid(sheet, bytes) {
            Ok(grid) => grids.push(grid),
            Err(problem) => problems.push(problem),
        }
    }
    let understood = understand(&grids, Form::Csv);
    problems.extend(understood.problems);
    if problems.is_empty() { Ok(understood.layer) } else { Err(problems) }
}

/// The sheets of CSV that say this, each with the name of its file; none where memory does not take them.
pub fn as_sheets(layer: &Layer) -> Vec<(&'static str, Vec<u8>)> {
    csv::write(&fill::fill(layer, &[])).unwrap_or_default()
}

/// How many sheets of a lexicon a workbook holds, and how many things are wrong with them.
pub fn workbook(path: &Path) -> Result<(usize, usize)> {
    let book = xlsx::read(path)?;
    let understood = understand(&book.grids, Form::Workbook);
    Ok((book.grids.len(), book.problems.len() + understood.problems.len()))
}

/// Where terms stand in a text, whether or not they count: bytes of the folded text, and the term's id.
pub fn places(tagger: &Tagger, text: &str) -> Vec<(u32, u32, String)> {
    let mut scratch = Scratch::default();
    let hits = tagger.places(text, &mut scratch);
    hits.iter().map(|hit| (hit.start, hit.end, tagger.lexicon().term(hit.term).id.clone())).collect()
}

/// A text as a cell of a CSV file that no spreadsheet takes for a formula.
pub fn cell(text: &str) -> String {
    crate::harmless::guarded(text)
}

/// The text of such a cell.
pub fn of_cell(cell: &str) -> String {
    crate::harmless::unguarded(cell)
}

/// A name and a text, as a database has them.
pub fn sql(dialect: Dialect, text: &str) -> (String, String) {
    (dialect.name(text), dialect.literal(text))
}
