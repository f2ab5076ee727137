//! Sheets as a workbook: heads that stay, filters, formats, a small base in grey.
//!
//! Not for what the first two sheets say (`about`, `charts`). Every text is written as a text, so that none becomes a formula or a link. Rows go to
//! the disk as they come. The same output makes the same bytes.

use std::path::Path;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::super::page::Lang;
use super::rows::{Cell, Column, Kind, columns, each};
use super::{Exported, SHEETS, Source, about, charts, rows_of};
use crate::error::{Error, ErrorKind, Result};
use crate::foreign;
use crate::tables::Table;
use crate::whole::WholeFile;

/// Rows whose widths a column's is made of.
const MEASURED: u32 = 1000;
/// Characters that a cell holds, counted as the format counts them: in UTF-16.
const LONGEST: usize = 32_767;
/// What stands at the end of a text that was cut.
const CUT: &str = " […]";

/// Writes the workbook.
pub(super) fn write(source: &Source<'_>, lang: Option<Lang>, file: &Path) -> Result<Exported> {
    // The writer of sheets panics where there is no room for what it puts aside.
    foreign::call(|| write_here(source, lang, file)).unwrap_or_else(|| {
        let folder = std::env::temp_dir();
        let (file, folder) = (file.display(), folder.display());
        let message =
            format!("cannot write {file}: what writes its sheets failed, as it does where {folder} has no room");
        Err(Error::new(ErrorKind::Output, "workbook", message)
            .help("Make room there, name another folder by the environment variable TMPDIR, or write CSV (--csv DIR)."))
    })
}

fn write_here(source: &Source<'_>, lang: Option<Lang>, file: &Path) -> Result<Exported> {
    let failed = |error: XlsxError| {
        Error::new(ErrorKind::Output, "workbook", format!("cannot write {}: {error}", file.display()))
            .help("Name a file in a folder that can be written to, or write CSV (--csv DIR).")
            .source(error)
    };
    let lang = match lang {
        Some(lang) => lang,
        None => super::super::language::of_comments(source.out, source.manifest, source.period)?,
    };
    let mut book = Workbook::new();
    // A day that is always the same, so that the bytes are.
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let facts = about::Facts::read(source)?;
    let formats = Formats::new();
    about::sheet(book.add_worksheet(), &facts, source, lang).map_err(failed)?;
    charts::sheet(book.add_worksheet(), &facts, lang).map_err(failed)?;
    let mut exported =
        Exported { period: source.period.to_owned(), tables: Vec::new(), files: vec![file.to_path_buf()], cut: 0 };
    for table in SHEETS {
        let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
        let mut sheet = Sheet::new(page, table, source, &formats).map_err(failed)?;
        each(source, table, |cells| sheet.row(cells).map_err(failed))?;
        exported.tables.push((table, u64::from(sheet.rows)));
        exported.cut += sheet.cut;
        sheet.end().map_err(failed)?;
    }
    column_sheet(book.add_worksheet(), source).map_err(failed)?;
    let io = |error: std::io::Error| failed(XlsxError::IoError(error));
    let mut whole = WholeFile::create(file).map_err(io)?;
    book.save_to_writer(&mut whole).map_err(failed)?;
    whole.done().map_err(io)?;
    Ok(exported)
}

/// How heads look.
pub(super) fn head() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00D9_E2F3))
}

/// A format for each kind, and the same in grey.
struct Formats {
    kinds: [[Format; 2]; 8],
}

impl Formats {
    const KINDS: [Kind; 8] =
        [Kind::Text, Kind::Flag, Kind::Count, Kind::Day, Kind::Share, Kind::Points, Kind::Probability, Kind::Number];

    fn new() -> Self {
        let of = |kind| {
            let format = match kind {
                Kind::Text | Kind::Flag => Format::new(),
                Kind::Count => Format::new().set_num_format("#,##0"),
                Kind::Day => Format::new().set_num_format("yyyy-mm-dd"),
                Kind::Share => Format::new().set_num_format("0.0%"),
                Kind::Points => Format::new().set_num_format("+0.0;-0.0;0.0"),
                Kind::Probability => Format::new().set_num_format("0.0000"),
                Kind::Number => Format::new().set_num_format("0.00"),
            };
            [format.clone(), format.set_font_color(Color::RGB(0x009A_9A9A))]
        };
        Self { kinds: Self::KINDS.map(of) }
    }

    fn of(&self, kind: Kind, is_grey: bool) -> &Format {
        &self.kinds[kind as usize][usize::from(is_grey)]
    }
}

/// A sheet while its rows come.
struct Sheet<'a> {
    page: &'a mut Worksheet,
    columns: Vec<Column>,
    formats: &'a Formats,
    /// The column that says whether a row's base is small.
    low_base: Option<usize>,
    widths: Vec<usize>,
    rows: u32,
    cut: u64,
}

impl<'a> Sheet<'a> {
    fn new(
        page: &'a mut Worksheet,
        table: Table,
        source: &Source<'_>,
        formats: &'a Formats,
    ) -> Result<Self, XlsxError> {
        let columns = columns(table, &source.manifest.layout);
        page.set_name(table.as_str())?;
        page.set_freeze_panes(1, 0)?;
        let head = head();
        for (at, column) in (0..).zip(&columns) {
            page.write_string_with_format(0, at, &column.name, &head)?;
        }
        let last = (columns.len() as u16).saturating_sub(1);
        let rows = rows_of(source.manifest, table, source.period) as u32;
        page.autofilter(0, 0, rows, last)?;
        // Ids and labels may look like numbers, and are none.
        page.ignore_error_range(1, 0, rows.max(1), last, IgnoreError::NumberStoredAsText)?;
        // A head takes room for its filter too.
        let widths = columns.iter().map(|column| column.name.width() + 3).collect();
        let low_base = columns.iter().position(|column| column.name == "low_base");
        Ok(Self { page, columns, formats, low_base, widths, rows: 0, cut: 0 })
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        self.rows += 1;
        let is_grey = self.low_base.is_some_and(|at| cells[at] == Cell::Flag(true));
        for ((at, cell), column) in (0..).zip(cells).zip(&self.columns) {
            let format = self.formats.of(column.kind, is_grey);
            let width = match cell {
                Cell::Blank => continue,
                Cell::Text(text) => {
                    let (text, is_cut) = held(text);
                    self.cut += u64::from(is_cut);
                    self.page.write_string_with_format(self.rows, at, text.as_ref(), format)?;
                    if self.rows <= MEASURED { text.width() } else { 0 }
                }
                Cell::Flag(flag) => {
                    self.page.write_boolean_with_format(self.rows, at, *flag, format)?;
                    5
                }
                Cell::Count(count) => {
                    self.page.write_number_with_format(self.rows, at, *count as f64, format)?;
                    count.to_string().len() + 2
                }
                Cell::Number(number) => {
                    self.page.write_number_with_format(self.rows, at, *number, format)?;
                    8
                }
                Cell::Day(day) => {
                    let (year, month, day_of) = (day.year(), day.month(), day.day());
                    match ExcelDateTime::from_ymd(year.unsigned_abs(), month.unsigned_abs(), day_of.unsigned_abs()) {
                        Ok(date) => self.page.write_datetime_with_format(self.rows, at, &date, format)?,
                        // Days before 1900, which a spreadsheet does not know.
                        Err(_) => self.page.write_string_with_format(self.rows, at, day.to_string(), format)?,
                    };
                    10
                }
            };
            let widest = &mut self.widths[usize::from(at)];
            *widest = (*widest).max(width + 1);
        }
        Ok(())
    }

    fn end(self) -> Result<(), XlsxError> {
        for (at, width) in (0..).zip(&self.widths) {
            self.page.set_column_width(at, (*width).clamp(8, 60) as f64)?;
        }
        Ok(())
    }
}

/// A text as a cell can hold it, and whether it was cut.
fn held(text: &str) -> (std::borrow::Cow<'_, str>, bool) {
    // No character of UTF-8 takes more room in UTF-16.
    if text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST {
        return (text.into(), false);
    }
    let room = LONGEST - CUT.chars().count();
    let mut taken = 0;
    let end = text.char_indices().find(|(_, c)| {
        taken += c.len_utf16();
        taken > room
    });
    let kept = &text[..end.map_or(text.len(), |(at, _)| at)];
    (format!("{kept}{CUT}").into(), true)
}

/// What each column of each sheet holds.
fn column_sheet(page: &mut Worksheet, source: &Source<'_>) -> Result<(), XlsxError> {
    page.set_name("Columns")?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (at, (name, width)) in (0..).zip([("table", 16.0), ("column", 32.0), ("holds", 110.0)]) {
        page.write_string_with_format(0, at, name, &head())?;
        page.set_column_width(at, width)?;
    }
    let mut row = 0;
    for table in SHEETS {
        for column in columns(table, &source.manifest.layout) {
            row += 1;
            page.write_string_with_format(row, 0, table.as_str(), &wrapped)?;
            page.write_string_with_format(row, 1, &column.name, &wrapped)?;
            page.write_string_with_format(row, 2, &column.about, &wrapped)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.autofilter(0, 0, row, 2)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_format() {
        for (at, kind) in Formats::KINDS.into_iter().enumerate() {
            assert_eq!(at, kind as usize);
        }
    }

    #[test]
    fn a_text_is_cut_where_no_cell_holds_it() {
        for (text, is_cut) in [
            ("x".repeat(32_767), false),
            ("x".repeat(32_768), true),
            ("噪".repeat(32_767), false),
            ("噪".repeat(32_768), true),
            // Two units of UTF-16 each.
            ("👍".repeat(16_383), false),
            ("👍".repeat(16_384), true),
        ] {
            let (held, cut) = held(&text);
            assert_eq!(cut, is_cut);
            assert!(held.encode_utf16().count() <= LONGEST);
            assert!(text.starts_with(held.trim_end_matches(CUT)));
            assert_eq!(held.ends_with(CUT), is_cut);
        }
    }
}
