//! Rows of `responsibility.csv` as they are written, each with its line.
//!
//! Not for what they mean for a driver without rows of its own (`super::super::responsibility`).

use std::collections::BTreeSet;
use std::path::Path;

use super::super::files::File;
use super::super::format::Responsibility;
use crate::error::{Error, ErrorKind, Place, Result};

/// The weights that a row may have: owns it, contributes, touches it, none (Akao 1990).
const WEIGHTS: [u8; 4] = [9, 3, 1, 0];

/// The columns; the owner may be left out.
const COLUMNS: [&str; 4] = ["driver", "function", "weight", "owner"];

/// All rows of a file, the first that cannot be read being an error.
pub(super) fn read(file: &File) -> Result<Vec<(Responsibility, Place)>> {
    responsibility_rows(&file.path, &file.text).into_iter().collect()
}

/// Each row of a file at `path` that holds `text`, or what is wrong with it.
pub(crate) fn responsibility_rows(path: &Path, text: &str) -> Vec<Result<(Responsibility, Place)>> {
    let file = Csv { path, text };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return vec![Err(wrong(unreadable(&error), file.place(0)))],
    };
    if let Some(message) = of_header(&headers) {
        return vec![Err(wrong(message, file.place(0)))];
    }
    let mut seen = BTreeSet::new();
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(|error| wrong(unreadable(&error), file.at(error.position())))?;
        let place = file.at(record.position());
        let row: Responsibility =
            record.deserialize(Some(&headers)).map_err(|error| wrong(unreadable(&error), place.clone()))?;
        let Responsibility { driver, function, weight, .. } = &row;
        if function.is_empty() {
            return Err(wrong(format!("the row of driver `{driver}` names no function"), place));
        }
        if !WEIGHTS.contains(weight) {
            return Err(wrong(format!("{driver} × {function} has weight {weight}"), place)
                .help("A weight is 9 (owns it), 3 (contributes), 1 (touches it) or 0."));
        }
        if !seen.insert((driver.clone(), function.clone())) {
            return Err(
                wrong(format!("{driver} × {function} stands here twice"), place).help("Delete one of the rows.")
            );
        }
        Ok((row, place))
    };
    reader.records().map(row).collect()
}

/// What is wrong with the names of the columns, of which the last need not be there; of an empty file nothing.
fn of_header(header: &csv::StringRecord) -> Option<String> {
    let first = header.iter().next().filter(|first| !first.is_empty() || header.len() > 1)?;
    if header.len() == 1
        && let Some(mark) = [';', '\t', '，', '；'].into_iter().find(|mark| first.contains(*mark))
    {
        let mark = if mark == '\t' { "tabs".to_owned() } else { format!("`{mark}`") };
        return Some(format!("the columns are separated by {mark}, not by commas"));
    }
    let is_known = |name: &&str| COLUMNS.contains(name);
    if let Some(other) = header.iter().find(|name| !is_known(name)) {
        return Some(format!("the first line names a column `{other}`, which there is not"));
    }
    let missing = COLUMNS[..3].iter().find(|column| !header.iter().any(|name| name == **column))?;
    Some(format!("the first line does not name the column `{missing}`"))
}

/// A file of rows.
struct Csv<'f> {
    path: &'f Path,
    text: &'f str,
}

impl Csv<'_> {
    fn place(&self, byte: usize) -> Place {
        Place::of_byte(self.path, self.text, byte)
    }

    /// Where a row begins: the library's positions are before the line ends that precede it.
    fn at(&self, position: Option<&csv::Position>) -> Place {
        let from = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let line_ends =
            self.text.get(from..).and_then(|rest| rest.find(|c| c != '\r' && c != '\n')).unwrap_or_default();
        self.place(from.saturating_add(line_ends))
    }
}

fn wrong(message: String, place: Place) -> Error {
    Error::new(ErrorKind::Lexicon, "responsibility", message)
        .at(place)
        .help(format!("The columns are {}.", COLUMNS.join(",")))
}

/// Why a row cannot be read, without the library's own count of lines.
fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} columns, the first line {expected_len}")
        }
        _ => error.to_string(),
    }
}
