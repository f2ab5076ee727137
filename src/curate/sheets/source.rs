//! What is imported, read: a workbook, a folder of CSV, a dictionary.
//!
//! Not for what becomes of it (`import`).

use std::path::Path;

use super::dictionary::{self, liwc, quanteda};
use super::grid::{At, Form, Grid, Problem, Sheet};
use super::layer::Layer;
use super::understand::{Cells, Understood, understand};
use super::{csv, xlsx};
use crate::error::{Error, ErrorKind, Place, Result};

/// What was read.
pub(super) struct Source {
    pub(super) says: Says,
    pub(super) problems: Vec<Problem>,
    pub(super) cells: Cells,
    /// Sheets that are none of a lexicon's.
    pub(super) others: Vec<String>,
}

/// What it says.
pub(super) enum Says {
    /// All of the lexicon.
    All(Box<Layer>),
    /// Drivers and terms that it has besides what is there.
    More(dictionary::Dictionary),
}

impl Source {
    /// Whether nothing is wrong that others would follow from: that of a term, an example or a duty is of that alone.
    pub(super) fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| {
            let At::Cell(cell, _) = &problem.at else { return false };
            let is_row = matches!(cell.sheet, Sheet::Terms | Sheet::Words | Sheet::Examples | Sheet::Responsibility);
            is_row && cell.at.is_some_and(|(row, _)| row > 1)
        })
    }
}

/// Reads what is to be imported.
///
/// # Errors
/// Where it is of no format that can be imported, or cannot be read at all.
pub(super) fn read(from: &Path) -> Result<Source> {
    if !from.exists() {
        let message = format!("there is no file or folder {}", from.display());
        let help = "Name the workbook with its ending (ours.xlsx) and, where it lies elsewhere, its folder.";
        return Err(Error::new(ErrorKind::Input, "io", message).at(Place::file(from)).help(help));
    }
    if from.is_dir() {
        let (grids, problems) = csv::read(from)?;
        return Ok(sheets(&grids, problems, Form::Csv, Vec::new()));
    }
    let ending = from.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match ending.as_str() {
        "xlsx" => {
            let xlsx::Book { grids, problems, others } = xlsx::read(from)?;
            Ok(sheets(&grids, problems, Form::Workbook, others))
        }
        "yml" | "yaml" => Ok(of_dictionary(quanteda::read(&text(from)?, &name))),
        "dic" => Ok(of_dictionary(liwc::read(&text(from)?, &name))),
        _ => {
            let message = format!("{} is nothing that can be imported", from.display());
            let help = "A workbook ends in .xlsx, a dictionary in .yml, .yaml (quanteda) or .dic (LIWC); of CSV name the folder.";
            Err(Error::new(ErrorKind::Usage, "unknown_format", message).at(Place::file(from)).help(help))
        }
    }
}

fn sheets(grids: &[Grid], mut problems: Vec<Problem>, form: Form, others: Vec<String>) -> Source {
    let Understood { layer, problems: more, cells, .. } = understand(grids, form);
    // A cell that could not be read was taken for an empty one, and a file for one that is not there: of these nothing need be said.
    let told = problems.clone();
    let is_told_of = |at: &At| {
        let At::Cell(cell, _) = at else { return false };
        let is_unread = cell.at.is_none() && grids.iter().all(|grid| grid.sheet != cell.sheet);
        told.iter().any(
            |told| matches!(&told.at, At::Cell(told, _) if told == cell || (is_unread && told.sheet == cell.sheet)),
        )
    };
    problems.extend(more.into_iter().filter(|problem| !is_told_of(&problem.at)));
    Source { says: Says::All(Box::new(layer)), problems, cells, others }
}

fn of_dictionary(read: dictionary::Read) -> Source {
    let dictionary::Read { dictionary, problems, cells, .. } = read;
    Source { says: Says::More(dictionary), problems, cells, others: Vec::new() }
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::InvalidData => {
            Error::new(ErrorKind::Input, "encoding", format!("{} is not UTF-8", path.display()))
                .at(Place::file(path))
                .help("Save the file as UTF-8.")
        }
        _ => Error::io(ErrorKind::Input, "read", path, source),
    })
}
