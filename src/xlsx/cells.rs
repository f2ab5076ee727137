//! The cells of one sheet, as one reads them in the spreadsheet.
//!
//! Not for looking at a workbook first: [`Workbook::open`] has done that.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};

use super::sheet::holds_too_much;
use super::{Sheet, Workbook, Wrong};
use crate::error::Result;

/// What a cell holds.
pub(crate) struct Cell<'a> {
    /// The row, from 0.
    pub(crate) row: u32,
    /// The column, from 0.
    pub(crate) column: u32,
    value: &'a DataRef<'a>,
}

/// Why the text of a cell cannot be had: the error that the spreadsheet shows in it, such as `#N/A`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) &'static str);

impl Workbook {
    /// Calls `each` for every cell of a sheet that the file has, row by row and from left to right, until it breaks off. A formula is what
    /// it last came to. One row stands in memory at most, and the shared strings.
    ///
    /// # Errors
    /// `workbook` where the sheet is damaged.
    pub(crate) fn cells(&self, sheet: &str, mut each: impl FnMut(&Cell<'_>) -> ControlFlow<()>) -> Result<()> {
        let mut read = || -> Result<(), Wrong> {
            let file = BufReader::new(File::open(&self.path).map_err(Wrong::Io)?);
            let mut book: Xlsx<_> = Wrong::guarded(|| Xlsx::new(file))?;
            let mut cells = Wrong::guarded(|| book.worksheet_cells_reader(sheet))?;
            while let Some(cell) = Wrong::guarded(|| cells.next_cell())? {
                let (row, column) = cell.get_position();
                let cell = Cell { row, column, value: cell.get_value() };
                if each(&cell).is_break() {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(|wrong| wrong.error(&self.path))
    }

    /// Judges what cells hold where each row of a merged range has the value of its first cell, as far down as the sheet holds anything:
    /// ranges of this sheet that begin in row `from`, from 0, or below.
    ///
    /// # Errors
    /// `workbook_too_large` where that, with what all cells hold, is more than [`Limits::unpacked`](super::Limits); those of
    /// [`Workbook::cells`].
    pub(crate) fn allow_merged(&self, sheet: &Sheet, from: u32) -> Result<()> {
        let end = sheet.last_rows.iter().copied().max().unwrap_or(0);
        let below = sheet.merges.iter().filter(|merge| merge.top >= from);
        let again: HashMap<(u32, u32), u64> = below
            .map(|merge| ((merge.top, merge.left), merge.bottom.min(end.saturating_sub(1)).saturating_sub(merge.top)))
            .map(|(first, rows)| (first, u64::from(rows)))
            .filter(|(_, rows)| *rows > 0)
            .collect();
        let Some(last) = again.keys().map(|(row, _)| *row).max() else { return Ok(()) };
        let (mut held, mut text) = (self.held, String::new());
        self.cells(&sheet.name, |cell| {
            if cell.row > last || held > self.limits.unpacked {
                return ControlFlow::Break(());
            }
            if let Some(rows) = again.get(&(cell.row, cell.column)) {
                text.clear();
                // An error of the spreadsheet has no text.
                let _ = cell.write(&mut text);
                held = held.saturating_add(rows.saturating_mul(text.len() as u64));
            }
            ControlFlow::Continue(())
        })?;
        if held > self.limits.unpacked { Err(holds_too_much(&self.limits).error(&self.path)) } else { Ok(()) }
    }
}

impl Cell<'_> {
    /// Adds its text to `text`: numbers with the 15 digits that a spreadsheet has, days as `2026-07-01`, with a time of day as
    /// `2026-07-01 09:30:00`, `TRUE` and `FALSE`.
    pub(crate) fn write(&self, text: &mut String) -> Result<(), Fault> {
        match self.value {
            DataRef::Empty => {}
            DataRef::SharedString(value) => text.push_str(value),
            DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text.push_str(value),
            DataRef::Int(value) => written(text, value),
            DataRef::Float(value) => number(text, *value),
            DataRef::Bool(value) => text.push_str(if *value { "TRUE" } else { "FALSE" }),
            DataRef::DateTime(value) => moment(text, value),
            DataRef::Error(error) => return Err(Fault(shown(error))),
        }
        Ok(())
    }

    /// Whether nothing can be seen in it.
    pub(crate) fn is_blank(&self) -> bool {
        match self.value {
            DataRef::Empty => true,
            DataRef::String(value) => value.trim().is_empty(),
            DataRef::SharedString(value) => value.trim().is_empty(),
            _ => false,
        }
    }

    /// How its text begins.
    pub(crate) fn start(&self) -> String {
        let start = |value: &str| value[..value.floor_char_boundary(START)].to_owned();
        match self.value {
            DataRef::String(value) => start(value),
            DataRef::SharedString(value) => start(value),
            _ => {
                let mut text = String::new();
                // What shows an error begins with nothing that anyone asks for.
                let _ = self.write(&mut text);
                text
            }
        }
    }
}

/// How much of a text is its start, in bytes.
const START: usize = 64;

fn written(text: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{value}");
}

fn number(text: &mut String, value: f64) {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return written(text, value as i64);
    }
    if value.fract() == 0.0 {
        return written(text, value);
    }
    // A spreadsheet keeps 15 digits: 0.1 + 0.2 is 0.3 there.
    let digits = format!("{value:.14e}").parse::<f64>().unwrap_or(value);
    written(text, digits);
}

/// Days outside are shown as numbers signs by spreadsheets: no date is meant.
const DAYS: std::ops::Range<f64> = 0.0..2_958_466.0;

fn moment(text: &mut String, moment: &ExcelDateTime) {
    let value = moment.as_f64();
    if !DAYS.contains(&value) {
        return number(text, value);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let seconds = |text: &mut String, hour: u64| {
        written(text, format_args!("{hour:02}:{minute:02}:{second:02}"));
        if milli > 0 {
            written(text, format_args!(".{milli:03}"));
        }
    };
    if moment.is_duration() {
        // Below three million, and no less than 0.
        return seconds(text, (value as i64).unsigned_abs() * 24 + u64::from(hour));
    }
    if value < 1.0 {
        return seconds(text, u64::from(hour));
    }
    written(text, format_args!("{year:04}-{month:02}-{day:02}"));
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        text.push(' ');
        seconds(text, u64::from(hour));
    }
}

fn shown(error: &calamine::CellErrorType) -> &'static str {
    use calamine::CellErrorType as E;
    match error {
        E::Div0 => "#DIV/0!",
        E::NA => "#N/A",
        E::Name => "#NAME?",
        E::Null => "#NULL!",
        E::Num => "#NUM!",
        E::Ref => "#REF!",
        E::Value => "#VALUE!",
        E::GettingData => "#GETTING_DATA",
    }
}
