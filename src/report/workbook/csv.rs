//! Sheets as a folder of CSV files, one a table.
//!
//! Not for reading them back: texts that a spreadsheet would take for formulas are guarded. UTF-8 with a byte order mark, without which
//! Excel takes Chinese for something else.

use std::io::Write as _;
use std::path::Path;

use super::rows::{Cell, columns, each};
use super::{Exported, SHEETS, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::harmless::guarded;
use crate::together::Together;
use crate::whole::{WholeFile, csv_done};

/// Writes all tables; they come into the folder together.
pub(super) fn write(source: &Source<'_>, folder: &Path) -> Result<Exported> {
    let together = Together::begin(folder)?;
    let names = SHEETS.map(|table| format!("{}.csv", table.as_str()));
    let mut exported = Exported { period: source.period.to_owned(), tables: Vec::new(), files: Vec::new(), cut: 0 };
    for (table, name) in SHEETS.into_iter().zip(&names) {
        let path = folder.join(name);
        let io = |error| Error::io(ErrorKind::Output, "write", &path, error);
        let failed = |error: csv::Error| {
            Error::new(ErrorKind::Output, "io", format!("cannot write {}: {error}", path.display())).source(error)
        };
        let mut file = WholeFile::create(&together.path(name)).map_err(io)?;
        file.write_all("\u{feff}".as_bytes()).map_err(io)?;
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
        let columns = columns(table, &source.manifest.layout);
        out.write_record(columns.iter().map(|column| guarded(&column.name))).map_err(failed)?;
        let mut rows = 0;
        each(source, table, |cells| {
            rows += 1;
            out.write_record(cells.iter().map(text)).map_err(failed)
        })?;
        csv_done(out).map_err(io)?;
        exported.tables.push((table, rows));
        exported.files.push(path.clone());
    }
    together.put(&names.each_ref().map(String::as_str))?;
    Ok(exported)
}

/// A cell; numbers to their last digit, and a number below 0 is no formula.
fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Text(text) => guarded(text),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}
