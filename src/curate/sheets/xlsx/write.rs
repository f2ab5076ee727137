//! Sheets written as a workbook that people edit: every cell is text.
//!
//! Not for reading one. The same sheets make the same bytes.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, Formula,
    IgnoreError, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::super::fill::HEAD;
use super::super::grid::{Grid, ROLLUP, Sheet};
use super::super::layer::{DriverList, Language, WHOLE, word_classes};
use super::super::readme;
use crate::error::{Error, ErrorKind, Result};

/// Rows that lists to choose from reach, beyond those that are there.
const ROOM: u32 = 5000;

/// The workbook of these sheets; `values`: attributes with their values, to choose from.
///
/// # Errors
/// Where a text is longer than a cell can hold (32,767 characters), or there are more rows than a sheet can.
pub fn write(grids: &[Grid], values: &[(String, Vec<String>)]) -> Result<Vec<u8>> {
    let written = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // A day that is always the same, so that the bytes are.
        let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        how_to(book.add_worksheet())?;
        for grid in grids {
            sheet(book.add_worksheet(), grid, values)?;
        }
        book.save_to_buffer()
    };
    written().map_err(|error| {
        let help = match error {
            XlsxError::MaxStringLengthExceeded => "Write CSV (--csv DIR), which has no longest text.",
            _ => "Write CSV (--csv DIR), which has no largest sheet.",
        };
        Error::new(ErrorKind::Output, "workbook", format!("cannot write a workbook: {error}")).help(help)
    })
}

fn how_to(page: &mut Worksheet) -> Result<(), XlsxError> {
    page.set_name(readme::SHEET)?;
    page.set_column_width(0, 90)?;
    page.set_column_width(1, 90)?;
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, (zh, en)) in (0..).zip(readme::LINES) {
        let format = if row == 0 { text.clone().set_bold() } else { text.clone() };
        page.write_string_with_format(row, 0, *zh, &format)?;
        page.write_string_with_format(row, 1, *en, &format)?;
    }
    Ok(())
}

fn sheet(page: &mut Worksheet, grid: &Grid, values: &[(String, Vec<String>)]) -> Result<(), XlsxError> {
    page.set_name(grid.sheet.name())?;
    // "Text": what is typed into the cell stays as it is typed, so `007`, `1e5`, TRUE and `- term` do too.
    let text = Format::new().set_num_format("@");
    let head = Format::new().set_num_format("@").set_bold().set_background_color(Color::RGB(0x00D9_E2F3));
    let last_row = grid.rows.len() as u32 + ROOM;
    for (column, name) in (0..).zip(&grid.header) {
        page.set_column_width(column, width(grid, column.into()))?;
        page.set_column_format(column, &text)?;
        page.write_string_with_format(0, column, name, &head)?;
        if let Some(list) = choices(grid.sheet, name, values) {
            page.add_data_validation(1, column, last_row, column, &list?)?;
        }
    }
    for (row, cells) in (1..).zip(&grid.rows) {
        for (column, cell) in (0..).zip(&cells.cells) {
            if !cell.is_empty() {
                page.write_string_with_format(row, column, cell, &text)?;
            }
        }
    }
    page.set_freeze_panes(1, 0)?;
    let last = (grid.header.len() as u16).saturating_sub(1);
    page.autofilter(0, 0, grid.rows.len() as u32, last)?;
    page.ignore_error_range(0, 0, last_row, last, IgnoreError::NumberStoredAsText)?;
    Ok(())
}

/// About what the cells of a column need, in characters: between 9 and 60.
fn width(grid: &Grid, column: usize) -> f64 {
    let cells = grid.rows.iter().filter_map(|row| row.cells.get(column));
    let widest = cells.map(|cell| cell.width()).max().unwrap_or_default();
    let head = grid.header.get(column).map_or(0, |name| name.width() + 3);
    widest.saturating_add(2).max(head).clamp(9, 60) as f64
}

/// The list that a column offers, where it has one.
fn choices(sheet: Sheet, column: &str, values: &[(String, Vec<String>)]) -> Option<Result<DataValidation, XlsxError>> {
    let classes = word_classes();
    let words: Vec<&str> = match (sheet, column) {
        (Sheet::Lexicon, "field") => HEAD.to_vec(),
        (Sheet::Drivers, "enabled" | "people") | (Sheet::Terms | Sheet::Words, "bare" | "general") => {
            vec!["yes", "no"]
        }
        (Sheet::Drivers, "controllable") => vec!["yes", "partly", "no"],
        (Sheet::Drivers, "parent") | (Sheet::Terms | Sheet::Examples | Sheet::Responsibility, "driver") => {
            // The drivers are those of the sheet; one that is inherited may be written too, so that the list only warns.
            let list = DataValidation::new().allow_list_formula(Formula::new("=Drivers!$A$2:$A$5000"));
            return Some(Ok(hint(list)));
        }
        (Sheet::Drivers, rollup) => {
            let attribute = rollup.strip_prefix(ROLLUP)?;
            let (_, values) = values.iter().find(|(id, _)| id == attribute)?;
            values.iter().map(String::as_str).collect()
        }
        (Sheet::Terms, "list") => DriverList::ALL.map(DriverList::key).to_vec(),
        (Sheet::Terms, "language") => Language::ALL.map(Language::key).to_vec(),
        (Sheet::Words, "list") => classes.iter().map(|class| class.key()).chain([WHOLE]).collect(),
        (Sheet::Words, "language") => {
            let list = DataValidation::new().allow_list_strings(&Language::ALL.map(Language::key));
            return Some(list.map(hint));
        }
        (Sheet::Terms | Sheet::Words, "boundary") => vec!["any"],
        (Sheet::Examples, "expect") => vec!["positive", "negative", "neutral", "mixed", "none"],
        (Sheet::Examples, "role") => vec!["why", "good", "improve", "other"],
        (Sheet::Responsibility, "weight") => vec!["9", "3", "1", "0"],
        _ => return None,
    };
    // A list in itself holds at most 255 characters.
    (words.join(",").encode_utf16().count() <= 255).then(|| DataValidation::new().allow_list_strings(&words).map(hint))
}

/// A list that offers and does not forbid: the import says what is wrong, with all of it in one go.
fn hint(list: DataValidation) -> DataValidation {
    list.set_error_style(DataValidationErrorStyle::Information).show_error_message(false)
}
