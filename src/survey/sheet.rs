//! A sheet of a workbook as rows of text: which sheet, which columns, and its rows in blocks, read in a thread of their own.
//!
//! Not for what a workbook may take, nor for single cells (`xlsx`); not for where the header is (`header`).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::header::{self, Header, Layout, Span, Top};
use super::limits::Limits;
use super::rows::{Rows, positions};
use super::sheet_rows::{Gathered, Gatherer};
use super::source::{ReadOptions, Source};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::nearest::nearest;
use crate::typed::word;
use crate::xlsx::{Cell, Workbook, column_letters};

/// A table in a workbook.
#[derive(Debug)]
pub(super) struct Table {
    workbook: Workbook,
    pub(super) sheet: String,
    /// Where the sheet is among those of the workbook, from 1.
    pub(super) number: usize,
    /// Its columns: what they are called, and where they are in the sheet, from 0.
    pub(super) columns: Vec<(String, u32)>,
    /// The questions that stand under the names, as `columns`; else empty.
    pub(super) labels: Vec<String>,
    /// Rows up to the end of the header.
    pub(super) before: u32,
    /// Merged cells below the header, by column: first and last row.
    pub(super) merged: BTreeMap<u32, Vec<(u32, u32)>>,
    /// Cells with a formula that nobody worked out, in their order: row and column, from 0.
    pub(super) unvalued: Vec<(u32, u32)>,
    /// Sheets that hold something too and are not shown, where nobody named a sheet.
    pub(super) hidden: Vec<String>,
    /// Columns whose numbers are rounded, with the first row, from 1.
    pub(super) rounded: Vec<(String, u64)>,
}

/// Finds the table of a workbook, with sentences for people on what was found.
///
/// Codes: those of [`Workbook::open`]; `unknown_sheet`, `ambiguous_sheet`, `empty_input`, `ambiguous_header`, `duplicate_column`.
pub(super) fn look(source: &Source, options: &ReadOptions) -> Result<(Table, Vec<String>)> {
    let with_limits = |error: Error| if error.code() == "workbook_too_large" { error.help(TOO_LARGE) } else { error };
    let workbook = Workbook::open(&source.path, &options.limits.of_workbooks()).map_err(with_limits)?;
    let name = choose(&workbook, options.sheet.as_deref())?;
    let mut top = top(&workbook, &name, options.limits.row)?;
    let sheet = workbook.sheet(&name).ok_or_else(|| empty(workbook.path()))?;
    // Merged cells among the first rows, by the places of these.
    let places: BTreeMap<u64, usize> = top.iter().enumerate().map(|(place, row)| (row.line, place)).collect();
    let span = |merge: &crate::xlsx::Merge| {
        let row = *places.get(&(u64::from(merge.top) + 1))?;
        Some(Span { row, from: merge.left as usize, to: merge.right as usize })
    };
    let spans: Vec<Span> = sheet.merges.iter().filter_map(span).collect();
    let header = header::find(&top, &spans, options.header, Layout::Sheet).map_err(|why| {
        Error::new(ErrorKind::Ambiguous, "ambiguous_header", format!("which row is the header cannot be told: {why}"))
            .at(Place::file(&source.path))
            .help("Say which it is, from 1: `--header 2`, or `--header 1-2` where it has two rows.")
    })?;
    let before = header.rows.last as u32;
    let columns = columns(&source.path, &header, &sheet.last_rows, before)?;
    let label = |at: u32| header.labels.get(at as usize).cloned().unwrap_or_default();
    let labels = if header.labels.is_empty() { Vec::new() } else { columns.iter().map(|(_, at)| label(*at)).collect() };
    let mut merged: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
    for merge in sheet.merges.iter().filter(|merge| merge.top >= before && merge.bottom > merge.top) {
        merged.entry(merge.left).or_default().push((merge.top, merge.bottom));
    }
    workbook.allow_merged(sheet, before).map_err(with_limits)?;
    let called = |at: u32| columns.iter().find(|(_, column)| *column == at).map(|(name, _)| name.clone());
    let rounded = sheet.rounded.iter().filter_map(|(at, row)| Some((called(*at)?, u64::from(*row) + 1))).collect();

    let rows = if header.rows.first == header.rows.last { "row" } else { "rows" };
    let mut notices = vec![format!("{}: sheet `{name}`, header in {rows} {}", source.name, header.rows)];
    let is_hidden = |sheet: &&crate::xlsx::Sheet| {
        options.sheet.is_none() && sheet.is_hidden && sheet.cells > 0 && sheet.name != name
    };
    let hidden: Vec<String> = workbook.sheets.iter().filter(is_hidden).map(|sheet| sheet.name.clone()).collect();
    for sheet in &hidden {
        let typed = word(sheet);
        notices.push(format!(
            "{}: the hidden sheet `{sheet}` holds something too, and is not read (`--sheet {typed}` reads it)",
            source.name
        ));
    }
    let above = top.drain(..header.first).count();
    if above > 0 && options.header.is_none() {
        notices.push(format!(
            "{}: what stands above the header is passed over (`--header` says where the header is)",
            source.name
        ));
    }
    let count: usize = merged.values().map(Vec::len).sum();
    if count > 0 {
        notices.push(format!(
            "{}: {count} merged range(s) below the header; each row of one has the value that stands in the first",
            source.name
        ));
    }
    let number = workbook.sheets.iter().take_while(|sheet| sheet.name != name).count() + 1;
    if let Some((row, _)) = sheet.unvalued.first() {
        notices.push(format!(
            "{}: {} formula(s) without a value, first in row {}: open the workbook in a spreadsheet and save it, which works them out",
            source.name,
            sheet.unvalued.len(),
            row + 1
        ));
    }
    let unvalued = sheet.unvalued.clone();
    let table = Table {
        workbook: workbook.clone(),
        sheet: name,
        number,
        columns,
        labels,
        before,
        merged,
        rounded,
        unvalued,
        hidden,
    };
    Ok((table, notices))
}

/// The way out where a workbook takes more than it may.
const TOO_LARGE: &str = "Save the sheet that is meant alone, as a new workbook or as CSV in UTF-8; some limits can be raised: `workbook`, \
                         `packing` and `shared`, by `--limit NAME=N` or in [limits] of verbatim.toml.";

fn empty(path: &Path) -> Error {
    Error::new(ErrorKind::Input, "empty_input", format!("{} has no sheet with anything in it", path.display()))
        .at(Place::file(path))
}

/// The sheet that is named, else the only one that is shown and holds anything.
fn choose(workbook: &Workbook, wanted: Option<&str>) -> Result<String> {
    let path = workbook.path();
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let all: Vec<&str> = workbook.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    if let Some(wanted) = wanted {
        if workbook.sheet(wanted).is_some() {
            return Ok(wanted.to_owned());
        }
        let message = format!("{} has no sheet `{wanted}`", path.display());
        let near = nearest(wanted, all.iter().copied(), |name| name.trim().to_lowercase());
        return Err(Error::new(ErrorKind::Usage, "unknown_sheet", message).help(match near {
            Some(near) => format!("Did you mean `--sheet {}`?", word(near)),
            None => format!("Its sheets are {}.", quoted(&all)),
        }));
    }
    let with_data = workbook.sheets.iter().filter(|sheet| sheet.cells > 0);
    let (hidden, shown): (Vec<_>, Vec<_>) = with_data.partition(|sheet| sheet.is_hidden);
    let names =
        |sheets: &[&crate::xlsx::Sheet]| -> Vec<String> { sheets.iter().map(|sheet| sheet.name.clone()).collect() };
    match (&names(&shown)[..], &names(&hidden)[..]) {
        ([one], _) => Ok(one.clone()),
        ([], []) => Err(empty(path)),
        (shown, hidden) => {
            let (which, why) = if shown.is_empty() {
                (hidden, "the sheets that hold anything are hidden")
            } else {
                (shown, "more than one sheet holds something")
            };
            let which: Vec<&str> = which.iter().map(String::as_str).collect();
            Err(Error::new(ErrorKind::Ambiguous, "ambiguous_sheet", format!("{}: {why}", path.display()))
                .at(Place::file(path))
                .help(format!("Say which is the survey: `--sheet {}`; there are {}.", word(which[0]), quoted(&which))))
        }
    }
}

/// The first rows of a sheet that hold anything. Beyond `most` bytes of all of them a cell is no more than its start: one text that very many
/// share would be copied into each.
fn top(workbook: &Workbook, sheet: &str, most: u64) -> Result<Vec<Top>> {
    let (mut rows, mut taken): (Vec<Top>, u64) = (Vec::new(), 0);
    let mut text = String::new();
    workbook.cells(sheet, |cell| {
        text.clear();
        // What shows an error is no name, but it is there.
        if let Err(fault) = cell.write(&mut text) {
            text.push_str(fault.0);
        }
        let line = u64::from(cell.row) + 1;
        if text.trim().is_empty() {
            return ControlFlow::Continue(());
        }
        if rows.last().is_none_or(|row| row.line != line) {
            if rows.len() == header::LOOKED_AT {
                return ControlFlow::Break(());
            }
            rows.push(Top { line, cells: Vec::new() });
        }
        if let Some(row) = rows.last_mut() {
            row.cells.resize(cell.column as usize, String::new());
            taken += text.len() as u64;
            row.cells.push(if taken > most { cell.start().trim().to_owned() } else { text.trim().to_owned() });
        }
        ControlFlow::Continue(())
    })?;
    if rows.is_empty() { Err(empty(workbook.path())) } else { Ok(rows) }
}

/// The columns that have a name or hold anything below the header.
fn columns(path: &Path, header: &Header, last_rows: &[u32], before: u32) -> Result<Vec<(String, u32)>> {
    let mut columns: Vec<(String, u32)> = Vec::new();
    for at in 0..header.names.len().max(last_rows.len()) {
        let name = match header.names.get(at).map_or("", String::as_str) {
            // A column's last row counts from 1, and is 0 where it holds nothing.
            "" if last_rows.get(at).is_some_and(|last| *last > before) => format!("column_{}", at + 1),
            "" => continue,
            name => name.to_owned(),
        };
        if let Some((_, first)) = columns.iter().find(|(other, _)| *other == name) {
            let (first, second) = (column_letters(*first), column_letters(at as u32));
            return Err(Error::new(
                ErrorKind::Input,
                "duplicate_column",
                format!("two columns are called `{name}`: {first} and {second}"),
            )
            .at(Place::line(path, header.rows.first, None))
            .help("Give each column of the header a name of its own."));
        }
        columns.push((name, at as u32));
    }
    Ok(columns)
}

/// The names of the columns.
pub(super) fn columns_of(source: &Source) -> Result<Vec<String>> {
    Ok(table(source)?.columns.iter().map(|(name, _)| name.clone()).collect())
}

fn table(source: &Source) -> Result<&Arc<Table>> {
    source.table.as_ref().ok_or_else(|| {
        Error::new(ErrorKind::Input, "not_a_table", "the input is no workbook").at(Place::file(&source.path))
    })
}

/// Blocks of one sheet, in their order.
pub(super) struct Blocks {
    pieces: Receiver<Result<Option<Gathered>>>,
    source: Source,
}

/// How many blocks are read ahead.
const AHEAD: usize = 2;

/// The rows of a sheet with these columns, in blocks of about `size` bytes; and the rows before them.
pub(super) fn open(source: &Source, columns: &[String], size: usize) -> Result<(Blocks, u64)> {
    let table = Arc::clone(table(source)?);
    let all: Vec<String> = table.columns.iter().map(|(name, _)| name.clone()).collect();
    let wanted = positions(source, &all, columns)?;
    let before = u64::from(table.before);
    let limits = source.limits;
    let (sender, pieces) = sync_channel(AHEAD);
    std::thread::Builder::new()
        .name("sheet".to_owned())
        .spawn(move || {
            let end = gather(&table, &wanted, size, &limits, &sender);
            // Where nobody listens any more, nobody needs to know.
            let _ = sender.send(end.map(|()| None));
        })
        .map_err(|error| source.unreadable(error))?;
    Ok((Blocks { pieces, source: source.clone() }, before))
}

fn gather(
    table: &Table,
    wanted: &[usize],
    size: usize,
    limits: &Limits,
    sender: &SyncSender<Result<Option<Gathered>>>,
) -> Result<()> {
    let mut gatherer = Gatherer::new(table, wanted, size, limits);
    let send = |gatherer: &mut Gatherer| {
        // Whoever listens no more has seen enough.
        let mut ready = gatherer.ready.drain(..);
        if ready.any(|piece| sender.send(Ok(Some(piece))).is_err()) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    table.workbook.cells(&table.sheet, |cell: &Cell<'_>| {
        gatherer.take(cell);
        send(&mut gatherer)
    })?;
    gatherer.finish();
    let _ = send(&mut gatherer);
    Ok(())
}

impl Blocks {
    /// The next block; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Gathered>> {
        self.pieces.recv().unwrap_or_else(|_| {
            let message = format!("{} was not read to its end", self.source.path.display());
            Err(Error::new(ErrorKind::Input, "bug", message).at(Place::file(&self.source.path)))
        })
    }
}

/// Makes rows of a block, up to `limit` of them.
pub(super) fn split(piece: &Gathered, limit: u64, rows: &mut Rows) {
    for row in piece.rows() {
        if rows.read == limit {
            return;
        }
        let place = rows.count(row.line, 0);
        rows.lines = row.line + 1;
        match row.fault {
            Some(fault) => rows.faults.push((place, fault.clone())),
            None => rows.push(place, row.fields()),
        }
    }
    rows.lines = piece.lines;
}
