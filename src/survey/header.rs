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
        if full == 0 {
            return Ok(0);
        }
        if let Some(over) = (0..full).find(|row| self.is_over(*row) == Some(true)) {
            return Ok(over);
        }
        match self.layout {
            Layout::Sheet if self.names_columns(full) => Ok(full),
            Layout::Sheet => Err(format!(
                "row {} holds {} of {width} columns, and row {} does not look like a header either",
                self.top[0].line,
                self.filled(0).count(),
                self.top[full].line
            )),
            Layout::Text if self.is_sure(full) => Ok(full),
            Layout::Text => Ok(0),
        }
    }

    /// Whether a row of text below others is the header without doubt: they hold one field each, all rows below it as many as it has, at
    /// least three, and one column holds numbers or dates alone.
    fn is_sure(&self, row: usize) -> bool {
        let below = &self.top[row + 1..];
        let fields = self.top[row].cells.len();
        let values =
            |column: usize| below.iter().map(move |row| row.cells[column].as_str()).filter(|cell| !cell.is_empty());
        (0..row).all(|above| self.filled(above).count() < 2)
            && fields >= 3
            && self.names_columns(row)
            && !below.is_empty()
            && below.iter().all(|row| row.cells.len() == fields)
            && (0..fields).any(|column| values(column).next().is_some() && values(column).all(is_value))
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
        if let Some(import) = (first + 1..=first + 3).find(|row| self.is_import_row(*row)) {
            return Ok(import);
        }
        match self.is_over(first) {
            Some(true) => Ok(first + 1),
            Some(false) => Ok(first),
            None => Err(format!(
                "cells of row {} are merged over several columns, and row {} does not look like their names",
                self.top[first].line,
                self.top[first + 1].line
            )),
        }
    }

    /// Whether each cell of a row is what Qualtrics calls the column itself.
    fn is_import_row(&self, row: usize) -> bool {
        let is_import = |column| self.cell(row, column).starts_with("{\"ImportId\"");
        self.filled(row).next().is_some() && self.filled(row).all(is_import)
    }

    /// Whether the row below names parts of what this row names; none where that is unclear.
    fn is_over(&self, row: usize) -> Option<bool> {
        let below = row + 1;
        let parts: Vec<usize> = self.filled(below).collect();
        let titles: Vec<usize> = self.filled(row).collect();
        // One cell on the left is a title over the table.
        if parts.is_empty() || titles.is_empty() || (titles == [0] && self.width() > 1) {
            return Some(false);
        }
        let is_text = !parts.iter().any(|column| is_value(self.cell(below, *column)));
        let mut merged = self.spans.iter().filter(|span| span.row == row && span.to > span.from);
        if merged.any(|span| parts.iter().filter(|column| (span.from..=span.to).contains(column)).count() > 1) {
            return is_text.then_some(true);
        }
        if !is_text || self.top.len() < below + 2 {
            return Some(false);
        }
        // Without merged cells: parts stand where nothing stands above, and columns that have none are blank where answers are not.
        let extent = parts.iter().chain(&titles).max().map_or(0, |last| last + 1);
        let blank = |row: usize, column: usize| self.cell(row, column).is_empty();
        let responds =
            parts.iter().any(|column| RESPONSES.contains(&self.cell(below, *column).to_lowercase().as_str()));
        let unnamed = (0..extent).any(|column| blank(row, column) && !blank(below, column));
        let all_named = (0..extent).all(|column| !blank(row, column) || !blank(below, column));
        let alone = titles.iter().any(|column| blank(below, *column) && !blank(below + 1, *column));
        Some(alone && all_named && (unnamed || responds))
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
                let says_nothing = row > first && RESPONSES.contains(&level.to_lowercase().as_str());
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
mod tests {
    use super::*;

    /// Rows of `|`-separated cells; a `>` after a cell merges it over the blank ones that follow.
    fn look(rows: &[&str], layout: Layout) -> Result<Header, String> {
        let mut spans = Vec::new();
        let mut top = Vec::new();
        for (row, line) in rows.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let cells: Vec<&str> = line.split('|').collect();
            for (from, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.ends_with('>')) {
                let over = cells[from + 1..].iter().take_while(|cell| cell.is_empty()).count();
                assert!(!cell.is_empty());
                spans.push(Span { row: top.len(), from, to: from + over });
            }
            let cells = cells.iter().map(|cell| cell.trim_end_matches('>').trim().to_owned()).collect();
            top.push(Top { line: row as u64 + 1, cells });
        }
        find(&top, &spans, None, layout)
    }

    #[track_caller]
    fn names(rows: &[&str], layout: Layout, wanted: &str, names: &[&str]) {
        let header = look(rows, layout).unwrap();
        assert_eq!(
            (header.rows.to_string().as_str(), header.names),
            (wanted, names.iter().map(|it| (*it).to_owned()).collect())
        );
    }

    const DATA: &str = "r1|2026-06-01|9|好|ok|fine";

    #[test]
    fn headers_of_survey_tools_are_found() {
        for layout in [Layout::Text, Layout::Sheet] {
            names(&["id|score|comment", "r1|9|good"], layout, "1", &["id", "score", "comment"]);
            names(&["", "", "id|score|comment", "r1|9|good"], layout, "3", &["id", "score", "comment"]);
            // A title, and when it was exported.
            names(&["Survey of June", "", "id|score|comment", "r1|9|good"], layout, "3", &["id", "score", "comment"]);
            // SurveyMonkey.
            names(
                &["ID|Date|NPS|Why?|Which?|", "||Response|Open-Ended Response|Noise|Price", DATA],
                layout,
                "1-2",
                &["ID", "Date", "NPS", "Why?", "Which? / Noise", "Which? / Price"],
            );
            // Qualtrics.
            let import =
                "{\"ImportId\":\"_r\"}|{\"ImportId\":\"d\"}|{\"ImportId\":\"QID1\"}|{\"ImportId\":\"QID2_TEXT\"}||";
            let rows =
                ["ResponseId|RecordedDate|Q1|Q2_TEXT", "Response ID|Recorded Date|How likely?|Why?", import, DATA];
            let header = look(&rows, layout).unwrap();
            assert_eq!(
                (header.last, &header.names[3], &header.labels[3]),
                (2, &"Q2_TEXT".to_owned(), &"Why?".to_owned())
            );
            // Parts of a question, without merged cells.
            names(
                &["id|date|nps|Q2||", "|||service|price|staff", DATA],
                layout,
                "1-2",
                &["id", "date", "nps", "Q2 / service", "Q2 / price", "Q2 / staff"],
            );
        }
        names(
            &["Report>||||", "id|nps|Q2>||", "||a|b|c", "r1|9|x|y|z"],
            Layout::Sheet,
            "2-3",
            &["id", "nps", "Q2 / a", "Q2 / b", "Q2 / c"],
        );
        names(
            &["||Q2>||", "id|nps|a|b|c", "r|9|x|y|z"],
            Layout::Sheet,
            "1-2",
            &["id", "nps", "Q2 / a", "Q2 / b", "Q2 / c"],
        );
        names(
            &["Exported|2026-07-01||||", "id|date|nps|a|b|c", DATA],
            Layout::Sheet,
            "2",
            &["id", "date", "nps", "a", "b", "c"],
        );
    }

    #[test]
    fn answers_are_no_header() {
        for rows in [
            ["id|score|comment||", "r1|9|good|x|y", "r2|9|good|x|y"],
            ["id|score|comment", "||only a comment", "r2|9|good"],
            ["comment||", "I like it| but| noisy", "ok||"],
        ] {
            assert_eq!(look(&rows, Layout::Text).map(|header| header.last), Ok(0), "{rows:?}");
        }
    }

    #[test]
    fn text_has_the_columns_of_its_header() {
        let rows = ["id|date|nps|Q2|", "|||service|price", "r1|2026-06-01|9|x|y|too|many"];
        names(&rows, Layout::Text, "1-2", &["id", "date", "nps", "Q2 / service", "Q2 / price"]);
    }

    #[test]
    fn what_is_unclear_is_asked() {
        assert!(look(&["id|comment>|", "r1|good|9", "r2|bad|3"], Layout::Sheet).unwrap_err().contains("merged"));
        assert!(look(&["note", "r1|good|9", "r2|bad|3"], Layout::Sheet).unwrap_err().contains("1 of 3 columns"));
    }

    #[test]
    fn rows_of_the_header_are_named() {
        for (written, rows) in
            [("3", Some((3, 3))), ("1-2", Some((1, 2))), ("0", None), ("2-1", None), ("x", None), ("-", None)]
        {
            assert_eq!(written.parse::<HeaderRows>().ok().map(|rows| (rows.first, rows.last)), rows, "{written}");
        }
    }
}
