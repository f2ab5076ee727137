//! Where the header of a table is, and what it calls the columns: a row, or the layouts that survey tools export.
//!
//! Known are rows above the table (a title, when it was exported), a question over the columns of its parts, the second row of `SurveyMonkey`,
//! and Qualtrics' three: names, questions, and what it calls them itself. What may be read in two ways is asked.
//!
//! Not for what the columns are (`choose`), nor for how rows are split (`delimited`, `sheet`).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::dates::DateFormat;
use crate::error::{Error, ErrorKind};

/// How many of the first rows are looked at.
pub(super) const LOOKED_AT: usize = 40;

/// The rows of the header, as the user names them: `3`, or `1-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderRows {
    /// The first row, from 1; in text the line on which it starts.
    pub first: u64,
    /// The last row.
    pub last: u64,
}

impl FromStr for HeaderRows {
    type Err = Error;

    /// Code `bad_header_rows`.
    fn from_str(written: &str) -> Result<Self, Error> {
        let (first, last) = written.split_once('-').unwrap_or((written, written));
        let row = |written: &str| written.trim().parse::<u64>().ok().filter(|row| *row > 0);
        match (row(first), row(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(Error::new(ErrorKind::Usage, "bad_header_rows", format!("`{written}` names no rows")).help(
                "Name the header's row, from 1, as in `--header 3`, or its first and last one, as in `--header 1-2`.",
            )),
        }
    }
}

/// One of the first rows that hold anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Top {
    /// Its number, from 1; in text the line on which it starts.
    pub(super) line: u64,
    /// Its cells, without the blanks around them.
    pub(super) cells: Vec<String>,
}

/// Cells of one row that are merged: the row's place among the first ones, first and last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) row: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A header that was found among the first rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The names of the columns; blank where there is none.
    pub(super) names: Vec<String>,
    /// The questions that stand under names, where the header has both; else empty.
    pub(super) labels: Vec<String>,
    /// The place of its first row among the first rows.
    pub(super) first: usize,
    /// The place of its last row.
    pub(super) last: usize,
    /// Its rows, as users name them.
    pub(super) rows: HeaderRows,
}

/// How a table lies in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Records of text: the first one is the header, unless another reading is sure.
    Text,
    /// A sheet, where anything may stand above a table.
    Sheet,
}

/// Finds the header; the error is one sentence on what is unclear. `spans` may name places outside of `top`.
pub(super) fn find(top: &[Top], spans: &[Span], wanted: Option<HeaderRows>, layout: Layout) -> Result<Header, String> {
    let columns = top.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let table = Table { top, spans, columns, layout };
    let (first, last) = if let Some(rows) = wanted {
        let within = |row: &Top| (rows.first..=rows.last).contains(&row.line);
        let (Some(first), Some(last)) = (top.iter().position(within), top.iter().rposition(within)) else {
            return Err(format!("nothing stands in the rows that are named as the header ({rows})"));
        };
        // What Qualtrics calls its questions is never an answer.
        (first, if table.is_import_row(last + 1) { last + 1 } else { last })
    } else {
        let first = table.first()?;
        (first, table.last(first)?)
    };
    // A row of text may have more fields than the header has, and is none of its table then.
    let columns = match layout {
        Layout::Text => top[first..=last].iter().map(|row| row.cells.len()).max().unwrap_or(0),
        Layout::Sheet => columns,
    };
    let (names, labels) = Table { columns, ..table }.names(first, last);
    let rows = HeaderRows { first: top[first].line, last: top[last].line };
    Ok(Header { names, labels, first, last, rows })
}

impl fmt::Display for HeaderRows {
    /// As users write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

struct Table<'a> {
    top: &'a [Top],
    spans: &'a [Span],
    columns: usize,
    layout: Layout,
}

/// Whether a row names parts of what the row above names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    No,
    Yes,
    /// It may, or be the first answer.
    Unclear,
    /// Cells above are merged over several columns, and below are values.
    Merged,
}

/// The most rows above a table.
const ABOVE: usize = 10;

/// What `SurveyMonkey` writes under a question that has one column.
const RESPONSES: [&str; 4] = ["response", "open-ended response", "开放式回答", "回复"];

impl Table<'_> {
    fn cell(&self, row: usize, column: usize) -> &str {
        self.top.get(row).and_then(|row| row.cells.get(column)).map_or("", String::as_str)
    }

    /// The columns of a row that hold something.
    fn filled(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns).filter(move |column| !self.cell(row, *column).is_empty())
    }

    fn width(&self) -> usize {
        (0..self.top.len()).map(|row| self.filled(row).count()).max().unwrap_or(0)
    }

    /// The first row of the header.
    fn first(&self) -> Result<usize, String> {
        let width = self.width();
        // A row that holds half of what others do, or less, stands above the table, or is a question over its parts.
        let Some(full) = (0..self.top.len()).find(|row| self.filled(*row).count() * 2 > width) else { return Ok(0) };
        let over = (0..full).find(|row| self.over_parts(*row) == Over::Yes);
        let (first, last) = over.map_or((full, full), |over| (over, over + 1));
        if first == 0 || self.is_sure(first, last) {
            return Ok(first);
        }
        match self.layout {
            Layout::Text => Ok(0),
            Layout::Sheet => Err(format!(
                "row {} holds {} of {width} columns, and nothing shows that row {} is a header rather than an answer",
                self.top[0].line,
                self.filled(0).count(),
                self.top[first].line
            )),
        }
    }

    /// Whether rows that stand below others are the header without doubt: one of the columns that they name holds numbers or dates alone,
    /// and nothing above. In text the rows above have one field each, and all below as many as the header, at least three.
    fn is_sure(&self, first: usize, last: usize) -> bool {
        let below = &self.top[last + 1..];
        let fields = self.top[last].cells.len();
        let in_place = match self.layout {
            Layout::Sheet => true,
            Layout::Text => {
                (0..first).all(|above| self.filled(above).count() < 2)
                    && fields >= 3
                    && below.iter().all(|row| row.cells.len() == fields)
            }
        };
        let is_typed = |column: usize| {
            let values: Vec<&str> = (last + 1..self.top.len())
                .map(|row| self.cell(row, column))
                .filter(|cell| !cell.is_empty() && !is_response(cell))
                .collect();
            let is_named = (first..=last).any(|row| !self.cell(row, column).is_empty());
            let is_free = (0..first).all(|row| self.cell(row, column).is_empty());
            is_named && is_free && values.len() * 2 >= below.len().max(1) && values.into_iter().all(is_value)
        };
        first <= ABOVE && in_place && self.names_columns(last) && (0..self.columns).any(is_typed)
    }

    /// Whether the cells of a row could be names of columns: no numbers or dates, each once.
    fn names_columns(&self, row: usize) -> bool {
        let cells: Vec<&str> = self.filled(row).map(|column| self.cell(row, column)).collect();
        let mut once = cells.clone();
        once.sort_unstable();
        once.dedup();
        once.len() == cells.len() && !cells.iter().any(|cell| is_value(cell))
    }

    /// The last row of a header that begins here.
    fn last(&self, first: usize) -> Result<usize, String> {
        // Qualtrics says of every column what it calls it.
        let of_all = |row: usize| self.filled(first).all(|column| !self.cell(row, column).is_empty());
        if let Some(import) = (first + 1..=first + 2).find(|row| self.is_import_row(*row) && of_all(*row)) {
            return Ok(import);
        }
        let line = |row: usize| self.top[row].line;
        match self.over_parts(first) {
            Over::Yes => Ok(first + 1),
            Over::No => Ok(first),
            Over::Merged => Err(format!(
                "cells of row {} are merged over several columns, and row {} does not look like their names",
                line(first),
                line(first + 1)
            )),
            Over::Unclear => Err(format!(
                "row {} may be the first answer, or name parts of what row {} names",
                line(first + 1),
                line(first)
            )),
        }
    }

    /// Whether each cell of a row is what Qualtrics calls the column itself.
    fn is_import_row(&self, row: usize) -> bool {
        let is_import = |column| self.cell(row, column).starts_with("{\"ImportId\"");
        self.filled(row).next().is_some() && self.filled(row).all(is_import)
    }

    /// Whether the row below names parts of what this row names. An answer may be blank anywhere and say anything, so it takes a sure sign.
    fn over_parts(&self, row: usize) -> Over {
        let below = row + 1;
        let parts: Vec<usize> = self.filled(below).collect();
        let titles: Vec<usize> = self.filled(row).collect();
        // One cell on the left is a title over the table.
        if parts.is_empty() || titles.is_empty() || (titles == [0] && self.width() > 1) {
            return Over::No;
        }
        let blank = |row: usize, column: usize| self.cell(row, column).is_empty();
        let spans = || self.spans.iter().filter(|span| span.row == row && span.to > span.from);
        let is_unnamed = |column: usize| blank(row, column) && !blank(below, column);
        let responds = |column: usize| is_response(self.cell(below, column));
        // A title of one column, under which an answer stands, and of a second row of the header nothing but what survey tools write there.
        let is_lone = |column: usize| {
            !blank(row, column)
                && !spans().any(|span| (span.from..=span.to).contains(&column))
                && !is_unnamed(column + 1)
        };
        let is_answered = parts.iter().any(|column| is_lone(*column) && !responds(*column));
        let is_text = !parts.iter().any(|column| is_value(self.cell(below, *column)));
        if spans().any(|span| parts.iter().filter(|column| (span.from..=span.to).contains(column)).count() > 1) {
            return match (is_text, is_answered) {
                (true, false) => Over::Yes,
                (true, true) => Over::Unclear,
                (false, _) => Over::Merged,
            };
        }
        let is_longer = self.layout == Layout::Text && self.top[below].cells.len() > self.top[row].cells.len();
        if !is_text || is_longer || self.top.len() < below + 2 {
            return Over::No;
        }
        // Without merged cells: parts stand where nothing stands above, and columns that have none are blank where answers are not.
        let extent = parts.iter().chain(&titles).max().map_or(0, |last| last + 1);
        let all_named = (0..extent).all(|column| !blank(row, column) || !blank(below, column));
        let alone = titles.iter().filter(|column| blank(below, **column) && !blank(below + 1, **column)).count();
        let any_responds = parts.iter().any(|column| responds(*column));
        if alone == 0 || !all_named || !(any_responds || (0..extent).any(is_unnamed)) {
            return Over::No;
        }
        // An answer that is blank but for one column, and two that have no name, is hardly one.
        let three = titles.iter().any(|column| !blank(below, *column) && (column + 1..=column + 2).all(is_unnamed));
        match (is_answered || blank(row, 0), self.layout) {
            (false, _) if any_responds || (three && alone >= 2) => Over::Yes,
            (true, Layout::Text) if !any_responds => Over::No,
            _ => Over::Unclear,
        }
    }

    /// Names, and the questions under them where the header has both.
    fn names(&self, first: usize, last: usize) -> (Vec<String>, Vec<String>) {
        if self.is_import_row(last) && last > first {
            let name = |column| self.cell(first, column).to_owned();
            let label = |column| {
                let rows = (first + 1..last).map(|row| self.cell(row, column)).filter(|cell| !cell.is_empty());
                rows.collect::<Vec<_>>().join(" / ")
            };
            return ((0..self.columns).map(name).collect(), (0..self.columns).map(label).collect());
        }
        let name = |column| {
            let mut levels: Vec<Cow<'_, str>> = Vec::new();
            for row in first..=last {
                let level = if row < last { self.over(row, last, column) } else { self.cell(row, column) };
                let says_nothing = row > first && is_response(level);
                if !level.is_empty() && !says_nothing && levels.last().is_none_or(|before| *before != level) {
                    levels.push(Cow::Borrowed(level));
                }
            }
            levels.join(" / ")
        };
        ((0..self.columns).map(name).collect(), Vec::new())
    }

    /// What stands over a column in a row of the header: its own cell, else the one that is merged over it, or that lies to the left where
    /// nothing is merged and a row below names a part.
    fn over(&self, row: usize, last: usize, column: usize) -> &str {
        let own = self.cell(row, column);
        if !own.is_empty() {
            return own;
        }
        let mut merged = self.spans.iter().filter(|span| span.row == row);
        if let Some(span) = merged.clone().find(|span| (span.from..=span.to).contains(&column)) {
            return self.cell(row, span.from);
        }
        let has_part = (row + 1..=last).any(|below| !self.cell(below, column).is_empty());
        if merged.next().is_some() || !has_part {
            return "";
        }
        (0..column).rev().map(|left| self.cell(row, left)).find(|cell| !cell.is_empty()).unwrap_or("")
    }
}

/// Whether a cell is what a survey tool writes under a question that has one column.
fn is_response(cell: &str) -> bool {
    RESPONSES.contains(&cell.to_lowercase().as_str())
}

/// Whether a cell is a number or a date, as no header is.
fn is_value(cell: &str) -> bool {
    cell.parse::<f64>().is_ok()
        || DateFormat::year_first(cell).is_some()
        || (cell.len() <= 25
            && cell.starts_with(|c: char| c.is_ascii_digit())
            && cell.bytes().filter(u8::is_ascii_digit).count() >= 5
            && cell.contains(['-', '/', '.', ':']))
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
