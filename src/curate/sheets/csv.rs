//! Sheets as a folder of CSV files.
//!
//! Not for `responsibility.csv` of a lexicon itself (`edit`). Cells that a spreadsheet takes for formulas are guarded, and reading takes the
//! guard off again.

use std::path::Path;

use super::grid::At;
use super::grid::{Cell, Form, Grid, Problem, Row, Sheet};
use crate::error::{Error, ErrorKind, Result};
use crate::harmless::{guarded, unguarded};

/// The files of these sheets, each with its name; UTF-8 with a byte order mark, without which Excel takes Chinese for something else.
///
/// # Errors
/// Never in practice: memory takes everything.
pub fn write(grids: &[Grid]) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let failed = |error: csv::Error| Error::new(ErrorKind::Output, "csv", format!("cannot write CSV: {error}"));
    let mut files = Vec::new();
    for grid in grids {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".into());
        out.write_record(&grid.header).map_err(failed)?;
        for row in &grid.rows {
            out.write_record(row.cells.iter().map(|cell| guarded(cell))).map_err(failed)?;
        }
        let bytes: Vec<u8> = out.into_inner().map_err(|error| failed(error.into_error().into()))?;
        files.push((grid.sheet.file(), bytes));
    }
    Ok(files)
}

/// The sheets of a folder, and what is wrong with its files; a file that is not there is no sheet.
///
/// # Errors
/// Where a file cannot be read.
pub fn read(folder: &Path) -> Result<(Vec<Grid>, Vec<Problem>)> {
    let mut grids = Vec::new();
    let mut problems = Vec::new();
    for sheet in Sheet::ALL {
        let path = folder.join(sheet.file());
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|source| Error::io(ErrorKind::Input, "read", &path, source))?;
        match grid(sheet, &bytes) {
            Ok(grid) => grids.push(grid),
            Err(problem) => problems.push(problem),
        }
    }
    Ok((grids, problems))
}

/// The sheet of these bytes, or what is wrong with all of it.
pub fn grid(sheet: Sheet, bytes: &[u8]) -> Result<Grid, Problem> {
    let problem = |line: Option<u64>, message: String, help: &str| {
        let cell = Cell { sheet, at: line.map(|line| (line, 0)) };
        Problem { at: At::Cell(cell, cell.called(Form::Csv)), message, help: help.to_owned() }
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        let before = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let line = before.matches('\n').count() as u64 + 1;
        let message = format!("{} is not UTF-8", sheet.file());
        return Err(problem(Some(line), message, "Save it as \"CSV UTF-8\", or use a workbook."));
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = Lines { text, at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|error| problem(None, format!("this is no CSV: {error}"), ""))?;
        let number = lines.of(record.position());
        rows.push(Row { number, cells: record.iter().map(unguarded).collect() });
    }
    if rows.is_empty() {
        let message = format!("{} is empty", sheet.file());
        return Err(problem(None, message, "Its first line holds the names of the columns."));
    }
    let header = rows.remove(0).cells;
    Ok(Grid { sheet, header, rows })
}

/// The lines on which records begin, one after the other.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The library's positions are before the line ends that precede a record.
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let from = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        let ends = self.text.get(from..).and_then(|rest| rest.find(|c| c != '\r' && c != '\n')).unwrap_or_default();
        let passed = self.text.get(self.at..from + ends).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.at = self.at.max(from + ends);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_know_their_lines() {
        let text = b"\xef\xbb\xbffield,value\r\n\r\nname,\"a\r\nb\"\r\nversion,1\r\n";
        let grid = grid(Sheet::Lexicon, text).unwrap();
        assert_eq!(grid.header, ["field", "value"]);
        let rows: Vec<_> = grid.rows.iter().map(|row| (row.number, row.cells[1].as_str())).collect();
        assert_eq!(rows, [(3, "a\r\nb"), (5, "1")]);
    }

    #[test]
    fn what_is_no_utf_8_is_said_with_its_line() {
        let problem = grid(Sheet::Terms, b"driver,list\nnoise,\xff").unwrap_err();
        assert_eq!(problem.at.to_string(), "terms.csv:2:1");
    }
}
