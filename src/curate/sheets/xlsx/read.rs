//! A workbook read cell by cell, whatever spreadsheets made of the cells.
//!
//! Not for what the cells mean, nor for whether a workbook may be opened at all (`xlsx`). While it is read, its rows are bounded by cells
//! that hold something, never by the extent that it claims.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::super::grid::{At, Cell, Form, Grid, MOST_PROBLEMS, NOTES, Problem, Row, Sheet, UNDER_NO_COLUMN};
use super::super::readme;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::xlsx::{Limits, Workbook};

/// What all parts of a workbook may unpack to, in bytes.
const LARGEST: u64 = 64 << 20;

/// How many times as large as in the archive a part may become.
const RATIO: u64 = 250;

/// How many rows of a sheet may hold something.
const MOST_ROWS: usize = 200_000;

/// How many columns are looked at: far more than a sheet of a lexicon has.
const MOST_COLUMNS: u32 = 64;

/// What a workbook holds.
pub struct Book {
    /// Its sheets that are a lexicon's.
    pub grids: Vec<Grid>,
    /// Cells that hold no text that could be meant.
    pub problems: Vec<Problem>,
    /// The names of its other sheets.
    pub others: Vec<String>,
}

/// Reads a workbook.
///
/// # Errors
/// Where it cannot be read, is none, or takes more than it may (`xlsx`): it may unpack to 64 MiB.
pub fn read(path: &Path) -> Result<Book> {
    crate::foreign::call(|| read_cells(path)).unwrap_or_else(|| Err(none(path, "it is damaged")))
}

fn none(path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Input, "workbook", format!("this is no workbook that can be read: {why}"))
        .at(Place::file(path))
        .help("Save it as .xlsx (\"Excel workbook\"), without a password.")
}

fn read_cells(path: &Path) -> Result<Book> {
    let io = |source| Error::io(ErrorKind::Input, "read", path, source);
    let none = |why: &str| none(path, why);
    Workbook::open(path, &Limits { unpacked: LARGEST, ratio: RATIO, strings: LARGEST }).map_err(|error| match error
        .code()
    {
        "workbook_too_large" => error.help("Delete pictures and sheets that are no part of the lexicon, or use CSV."),
        _ => error,
    })?;
    let wrong = |error: XlsxError| none(&error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path).map_err(io)?)).map_err(wrong)?;
    let names = book.sheet_names();
    let mut read = Book { grids: Vec::new(), problems: Vec::new(), others: Vec::new() };
    for name in names {
        match Sheet::ALL.into_iter().find(|sheet| sheet.name().eq_ignore_ascii_case(name.trim())) {
            Some(sheet) => read.grids.push(grid(&mut book, &name, sheet, &mut read.problems).map_err(wrong)?),
            None if name == readme::SHEET => {}
            None => read.others.push(name),
        }
    }
    Ok(read)
}

fn grid<R: Read + Seek>(
    book: &mut Xlsx<R>,
    name: &str,
    sheet: Sheet,
    problems: &mut Vec<Problem>,
) -> Result<Grid, XlsxError> {
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    let mut size = 0;
    let mut cells = book.worksheet_cells_reader(name)?;
    // Formulas are not spread out over the cells that share them: the file says how many there are.
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let (row, column) = cell.pos;
        let mut wrong = |message: &str, help: &str| {
            let cell = Cell { sheet, at: Some((u64::from(row) + 1, column as usize)) };
            let at = At::Cell(cell, cell.called(Form::Workbook));
            if problems.len() < MOST_PROBLEMS {
                problems.push(Problem { at, message: message.to_owned(), help: help.to_owned() });
            }
        };
        let text = if cell.formula.is_some() { Err("the cell holds a formula") } else { text(&cell.value) };
        match text {
            Err(message) => wrong(message, "Format the cell as text, then write what is meant once more."),
            Ok(text) if text.trim().is_empty() => {}
            Ok(_) if column >= MOST_COLUMNS => wrong(UNDER_NO_COLUMN, NOTES),
            Ok(text) => {
                // Cells may share one text, so that they hold more together than the workbook does.
                size += text.len() as u64;
                if size > LARGEST || (rows.len() >= MOST_ROWS && !rows.contains_key(&row)) {
                    wrong(
                        "up to this cell the sheet holds more than a lexicon's may",
                        "Keep a lexicon of that size in its files.",
                    );
                    break;
                }
                rows.entry(row).or_default().insert(column, text);
            }
        }
    }
    let header = rows.remove(&0).map(dense).unwrap_or_default();
    let rows = rows.into_iter().map(|(row, cells)| Row { number: u64::from(row) + 1, cells: dense(cells) }).collect();
    Ok(Grid { sheet, header, rows })
}

/// Cells one after the other; they lie below [`MOST_COLUMNS`].
fn dense(cells: BTreeMap<u32, String>) -> Vec<String> {
    let mut all = Vec::new();
    for (column, text) in cells.into_iter().filter(|(column, _)| *column < MOST_COLUMNS) {
        all.resize(column as usize, String::new());
        all.push(text);
    }
    all
}

/// What a cell says, as one reads it in the spreadsheet, or why that cannot be known.
fn text(value: &DataRef<'_>) -> Result<String, &'static str> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(on) => if *on { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            return Err("the spreadsheet made a date or time of the cell");
        }
        DataRef::Error(_) => return Err("the spreadsheet shows an error in the cell"),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A shared formula of a number that no sheet has asked for as much memory as the number says.
    #[test]
    fn a_shared_formula_of_a_false_number_is_a_formula_like_any_other() {
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |kind: &str, target: &str| {
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
            )
        };
        let header = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>driver</t></is></c></row>";
        let shared = "<f t=\"shared\" ref=\"A2:XFD1048576\" si=\"4294967295\">1+1</f><v>2</v>";
        let parts = [
            ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"Terms\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>".to_owned(),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(
                    "<worksheet><sheetData>{header}<row r=\"2\"><c r=\"A2\">{shared}</c></row></sheetData></worksheet>"
                ),
            ),
        ];
        let file = tempfile::NamedTempFile::with_suffix(".xlsx").unwrap();
        let mut zip = ZipWriter::new(file.reopen().unwrap());
        for (name, text) in parts {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        let book = read(file.path()).unwrap();
        assert_eq!((book.grids.len(), book.grids[0].header.as_slice()), (1, ["driver".to_owned()].as_slice()));
        assert_eq!(book.problems.len(), 1);
        assert_eq!(book.problems[0].message, "the cell holds a formula");
    }
}
