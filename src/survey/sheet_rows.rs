//! Cells gathered into rows: merged cells filled, empty rows left out, rows below the table told apart from answers.
//!
//! Not for reading cells (`xlsx`), nor for what the columns mean.

use super::limits::Limits;
use super::reject::Reason;
use super::rows::Fault;
use super::sheet::Table;
use super::sums::{Sum, sums_up};
use crate::xlsx::{self, Cell};

/// Rows of a sheet, as text of the wanted columns.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    text: String,
    /// Where each field ends in `text`, row by row.
    ends: Vec<usize>,
    rows: Vec<Row>,
    columns: usize,
    /// Rows of the sheet from the end of the piece before to the end of this one.
    pub(super) lines: u64,
}

#[derive(Debug)]
struct Row {
    line: u64,
    fault: Option<Fault>,
}

/// One row of a piece.
pub(super) struct RowOf<'a> {
    /// Rows of the sheet between the end of the piece before and this row.
    pub(super) line: u64,
    /// Why it cannot be used.
    pub(super) fault: Option<&'a Fault>,
    text: &'a str,
    start: usize,
    ends: &'a [usize],
}

impl Gathered {
    /// About how many bytes it has.
    pub(super) fn bytes(&self) -> u64 {
        (self.text.len() + self.ends.len() * size_of::<usize>()) as u64
    }

    /// Its rows, in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = RowOf<'_>> {
        self.rows.iter().enumerate().map(|(at, row)| {
            let from = at * self.columns;
            let start = from.checked_sub(1).map_or(0, |last| self.ends[last]);
            let ends = &self.ends[from..from + self.columns];
            RowOf { line: row.line, fault: row.fault.as_ref(), text: &self.text, start, ends }
        })
    }
}

impl<'a> RowOf<'a> {
    /// Its fields, one for each wanted column.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let text = self.text;
        let starts = std::iter::once(self.start).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(move |(from, to)| &text[from..*to])
    }
}

/// The most rows of one piece.
const ROWS: usize = 8192;
/// The most rows at the end of a sheet that may stand below its table.
const BELOW: usize = 16;

const UNVALUED: &str = "a formula without a value: open the file in a spreadsheet and save it";

/// Gathers the cells of a table.
pub(super) struct Gatherer<'a> {
    table: &'a Table,
    limits: &'a Limits,
    /// For each column of the sheet its place among the wanted ones and among those of the table.
    places: Vec<(Option<usize>, Option<usize>)>,
    size: usize,
    piece: Gathered,
    /// Pieces that are full.
    pub(super) ready: Vec<Gathered>,
    /// Rows of the sheet before the piece.
    base: u64,
    current: Current,
    /// The last rows, where they may stand below the table.
    held: Vec<Current>,
    /// For each wanted column the merged cells that are still to come, and the value of those that are open.
    merged: Vec<Merged>,
    /// What those values have together, in bytes; no more than a row may have.
    kept: u64,
    /// The row before, from 0, that held anything.
    last: Option<u64>,
    /// Words of sums with which answers begin: no signs of sums here.
    answered: Vec<&'static str>,
}

/// A row that is not over.
#[derive(Debug, Default)]
struct Current {
    row: u64,
    fields: Vec<String>,
    fault: Option<Fault>,
    /// What its fields have together, in bytes.
    bytes: u64,
    /// Cells of the table that hold anything.
    cells: usize,
    /// What its first cell says, where that is short.
    first: String,
    /// What that is of the words that sum up.
    sum: Option<Sum>,
    /// Whether a blank row is above it.
    is_apart: bool,
}

#[derive(Debug, Default)]
struct Merged {
    ranges: Vec<(u32, u32)>,
    next: usize,
    value: Option<Value>,
}

/// What the first cell of a merged range has, and each row of the range with it.
#[derive(Debug)]
enum Value {
    Text(String),
    Fault(Fault),
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(table: &'a Table, wanted: &[usize], size: usize, limits: &'a Limits) -> Self {
        let width = table.columns.iter().map(|(_, at)| *at as usize + 1).max().unwrap_or(0);
        let mut places = vec![(None, None); width];
        for (place, (_, at)) in table.columns.iter().enumerate() {
            places[*at as usize].1 = Some(place);
        }
        let mut merged = Vec::new();
        for (place, column) in wanted.iter().enumerate() {
            let at = table.columns[*column].1;
            places[at as usize].0 = Some(place);
            merged.push(Merged { ranges: table.merged.get(&at).cloned().unwrap_or_default(), ..Merged::default() });
        }
        let before = u64::from(table.before);
        Self {
            table,
            limits,
            places,
            size,
            piece: Gathered { columns: wanted.len(), ..Gathered::default() },
            ready: Vec::new(),
            base: before,
            current: Current { fields: vec![String::new(); wanted.len()], ..Current::default() },
            held: Vec::new(),
            merged,
            kept: 0,
            last: None,
            answered: Vec::new(),
        }
    }

    /// Takes the next cell.
    pub(super) fn take(&mut self, cell: &Cell<'_>) {
        let row = u64::from(cell.row);
        if cell.row < self.table.before {
            return;
        }
        if row != self.current.row {
            self.end_row();
            self.current.row = row;
        }
        let Some((wanted, Some(place))) = self.places.get(cell.column as usize).copied() else { return };
        if let Some(wanted) = wanted {
            self.field(wanted, place, cell);
        } else if !cell.is_blank() {
            self.current.cells += 1;
            if place == 0 {
                self.current.first = cell.start();
            }
        }
    }

    /// Takes a cell of a wanted column.
    fn field(&mut self, wanted: usize, place: usize, cell: &Cell<'_>) {
        let name = &self.table.columns[place].0;
        let field = &mut self.current.fields[wanted];
        let limits = self.limits;
        let mut fault = match cell.write(field) {
            Err(xlsx::Fault(shown)) => {
                let message = format!("the cell shows {shown}, an error of the spreadsheet");
                Some(Fault::field(Reason::CellError, name, message))
            }
            Ok(()) if field.is_empty() && self.table.unvalued.binary_search(&(cell.row, cell.column)).is_ok() => {
                let fault = Fault::field(Reason::CellError, name, UNVALUED);
                let merged = &mut self.merged[wanted];
                if merged.begins_at(cell.row, &mut self.kept) {
                    merged.value = Some(Value::Fault(fault.clone()));
                }
                // It says nothing of whether the row is one.
                self.current.fault.get_or_insert(fault);
                return;
            }
            Ok(()) => (field.len() as u64 > limits.field).then(|| Fault::field_too_large(name, limits)),
        };
        let merged = &mut self.merged[wanted];
        if merged.begins_at(cell.row, &mut self.kept) {
            merged.value = Some(match &fault {
                Some(fault) => Value::Fault(fault.clone()),
                // No row could have all of them.
                None if self.kept + field.len() as u64 > limits.row => Value::Fault(Fault::row_too_large(limits)),
                None => {
                    self.kept += field.len() as u64;
                    Value::Text(field.clone())
                }
            });
        }
        self.current.bytes += field.len() as u64;
        if self.current.bytes > limits.row {
            fault.get_or_insert_with(|| Fault::row_too_large(limits));
        }
        if let Some(fault) = fault {
            self.current.fault.get_or_insert(fault);
            // Its memory too: a row may have thousands of such fields.
            *field = String::new();
            self.current.cells += 1;
            return;
        }
        if !field.trim().is_empty() {
            self.current.cells += 1;
            if place == 0 {
                self.current.first = cell.start();
            }
        }
    }

    /// Ends the row that is open.
    fn end_row(&mut self) {
        let columns = self.current.fields.len();
        let mut row = std::mem::replace(
            &mut self.current,
            Current { fields: vec![String::new(); columns], ..Current::default() },
        );
        if row.cells == 0 {
            return;
        }
        self.fill(&mut row);
        row.is_apart = self.last.is_some_and(|last| row.row > last + 1);
        self.last = Some(row.row);
        row.sum = sums_up(&row.first);
        if self.may_be_below(&row) {
            if self.held.len() == BELOW {
                let first = self.held.remove(0);
                self.above(first);
            }
            self.held.push(row);
            return;
        }
        self.learn(&row);
        for held in std::mem::take(&mut self.held) {
            self.above(held);
        }
        self.push(row, None);
    }

    /// Gives fields that lie in merged ranges what the ranges' first rows have: a value, or the reason for which it cannot be used.
    fn fill(&mut self, row: &mut Current) {
        for (field, merged) in row.fields.iter_mut().zip(&mut self.merged) {
            if row.fault.is_some() {
                return;
            }
            match merged.value_in(row.row as u32, &mut self.kept) {
                Some(Value::Text(value)) if field.is_empty() && !value.trim().is_empty() => {
                    row.bytes += value.len() as u64;
                    if row.bytes > self.limits.row {
                        row.fault = Some(Fault::row_too_large(self.limits));
                    } else {
                        field.push_str(value);
                    }
                }
                Some(Value::Fault(fault)) if field.is_empty() => row.fault = Some(fault.clone()),
                _ => {}
            }
        }
    }

    /// Whether a row, if no answer follows, stands below the table: it sums up, it stands below one that surely does and holds no more than that, or it
    /// is one cell after a blank row.
    fn may_be_below(&self, row: &Current) -> bool {
        let columns = self.table.columns.len();
        let sums = row.cells < columns
            && self.sum_of(row).is_some_and(|sum| {
                // Nobody sums up twice by the same words: these are values of a column, or numbered.
                sum.is_sure
                    || !self.held.iter().any(|held| held.sum.as_ref().is_some_and(|held| held.shape == sum.shape))
            });
        let sure = self.held.iter().filter(|held| self.sum_of(held).is_some_and(|sum| sum.is_sure));
        let more = row.cells < columns && sure.map(|sure| sure.cells).max().is_some_and(|most| row.cells <= most);
        let note = columns > 2 && row.cells == 1 && (row.is_apart || !self.held.is_empty());
        sums || !row.first.is_empty() && (more || note)
    }

    /// By which word a row sums up, where no answer begins with it.
    fn sum_of<'r>(&self, row: &'r Current) -> Option<&'r Sum> {
        row.sum.as_ref().filter(|sum| self.table.columns.len() > 1 && !self.answered.contains(&sum.word))
    }

    /// Learns from an answer: the word with which it begins is no sign of what sums up. Of words that are sure, from a whole one alone.
    fn learn(&mut self, row: &Current) {
        let Some(sum) = self.sum_of(row) else { return };
        if !sum.is_sure || row.cells == self.table.columns.len() {
            self.answered.push(sum.word);
        }
    }

    /// Adds a row that was held, and that answers stand below: one too, or a sum between them.
    fn above(&mut self, row: Current) {
        self.learn(&row);
        let is_sum = self.sum_of(&row).is_some();
        self.push(row, is_sum.then_some("the row sums up others and is no answer"));
    }

    /// Adds a row to the piece, or to a new one where that is full.
    fn push(&mut self, row: Current, below: Option<&str>) {
        if self.piece.text.len() >= self.size || self.piece.rows.len() >= ROWS {
            self.turn();
        }
        // What is no answer need not be mended.
        let fault = below.map(|message| Fault::row(Reason::BelowTable, message)).or(row.fault);
        for field in &row.fields {
            if fault.is_none() {
                self.piece.text.push_str(field);
            }
            self.piece.ends.push(self.piece.text.len());
        }
        self.piece.rows.push(Row { line: row.row - self.base, fault });
        self.piece.lines = row.row + 1 - self.base;
    }

    fn turn(&mut self) {
        self.base += self.piece.lines;
        let columns = self.piece.columns;
        self.ready.push(std::mem::replace(&mut self.piece, Gathered { columns, ..Gathered::default() }));
    }

    /// Ends the table: the last rows may stand below it.
    pub(super) fn finish(&mut self) {
        self.end_row();
        for held in std::mem::take(&mut self.held) {
            self.push(held, Some("the row stands below the table and is no answer"));
        }
        if !self.piece.rows.is_empty() {
            self.turn();
        }
    }
}

impl Merged {
    /// Goes on to the range that ends in this row or below; the value of one that is over is given back.
    fn go_to(&mut self, row: u32, kept: &mut u64) -> Option<(u32, u32)> {
        while self.ranges.get(self.next).is_some_and(|(_, bottom)| *bottom < row) {
            self.next += 1;
            if let Some(Value::Text(text)) = self.value.take() {
                *kept -= text.len() as u64;
            }
        }
        self.ranges.get(self.next).copied()
    }

    /// Whether a range begins in this row.
    fn begins_at(&mut self, row: u32, kept: &mut u64) -> bool {
        self.go_to(row, kept).is_some_and(|(top, _)| top == row)
    }

    /// What a row below the first of its range has of that.
    fn value_in(&mut self, row: u32, kept: &mut u64) -> Option<&Value> {
        let (top, _) = self.go_to(row, kept)?;
        self.value.as_ref().filter(|_| top < row)
    }
}
