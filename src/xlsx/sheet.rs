//! One sheet gone through before it is read: where its cells are, what they hold, which are merged.
//!
//! Not for what the cells say (`cells`).

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::place::{self, COLUMNS, ROWS};
use super::scan::{Scan, check_size, value};
use super::{Limits, MOST_MERGES, MOST_UNVALUED, Sheet, Wrong, size};

/// The lengths of the shared strings, in bytes.
#[derive(Debug, Default)]
pub(super) struct Strings(pub(super) Vec<u32>);

/// From here on not every whole number is one of a spreadsheet's.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Where the reading of a sheet is, in the way of calamine: cells that do not say where they are follow the one before.
#[derive(Default)]
struct At {
    row: u32,
    column: u32,
    /// The cell before.
    last: Option<(u32, u32)>,
}

/// How the value of a cell is written.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Shared,
    Other,
}

/// Goes through a sheet; `held` counts what the cells of all sheets hold, in bytes.
pub(super) fn look(scan: &mut Scan, strings: &Strings, limits: &Limits, held: &mut u64) -> Result<Sheet, Wrong> {
    let (mut sheet, mut rounded) = (Sheet::default(), BTreeMap::new());
    let mut at = At::default();
    // The cell that is open, how its value is written, and the bytes in it; whether its value is open.
    let mut open: Option<(u32, u32, Kind)> = None;
    let (mut inside, mut text, mut in_value) = (0, String::new(), false);
    // Whether it has a formula.
    let mut is_formula = false;
    let mut in_data = false;
    loop {
        match scan.next()? {
            Event::Start(tag) => {
                inside += tag.attributes_raw().len();
                match tag.local_name().as_ref() {
                    "dimension" if !in_data => dimension(&tag)?,
                    "sheetData" => in_data = true,
                    "row" if in_data => {
                        if let Some(number) = value(&tag, "r")? {
                            at.row = place::row(&number).ok_or_else(nowhere)?;
                        }
                    }
                    "c" if in_data => {
                        let (row, column) = at.cell(&tag)?;
                        open = Some((row, column, kind(&tag)?));
                        (inside, is_formula) = (0, false);
                        text.clear();
                    }
                    "f" => is_formula = open.is_some(),
                    "v" | "t" => in_value = open.is_some(),
                    "mergeCell" if !in_data => {
                        let range = value(&tag, "ref")?.and_then(|range| place::range(&range)).ok_or_else(nowhere)?;
                        if sheet.merges.len() == MOST_MERGES {
                            return Err(Wrong::TooLarge(format!("a sheet has more than {MOST_MERGES} merged ranges")));
                        }
                        sheet.merges.push(range);
                    }
                    _ => {}
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "row" if in_data => (at.row, at.column) = (at.row.saturating_add(1), 0),
                "v" | "t" => in_value = false,
                "c" if in_data => {
                    at.column = at.column.saturating_add(1);
                    let Some((row, column, kind)) = open.take() else { continue };
                    // A formula that came to an empty text says so in its type.
                    if is_formula && kind == Kind::Number && text.trim().is_empty() {
                        if sheet.unvalued.len() == MOST_UNVALUED {
                            return Err(Wrong::TooLarge(format!(
                                "a sheet has more than {MOST_UNVALUED} formulas without a value"
                            )));
                        }
                        sheet.unvalued.push((row, column));
                    }
                    let length = match kind {
                        Kind::Shared => {
                            let index = text.trim().parse::<usize>().ok();
                            index.and_then(|index| strings.0.get(index)).map_or(0, |length| *length as usize)
                        }
                        Kind::Number | Kind::Other => text.len(),
                    };
                    if length == 0 {
                        continue;
                    }
                    sheet.cells += 1;
                    if sheet.last_rows.len() <= column as usize {
                        sheet.last_rows.resize(column as usize + 1, 0);
                    }
                    sheet.last_rows[column as usize] = row + 1;
                    *held += length as u64;
                    if *held > limits.unpacked {
                        return Err(holds_too_much(limits));
                    }
                    if kind == Kind::Number && is_rounded(&text) {
                        rounded.entry(column).or_insert(row);
                    }
                }
                "sheetData" => in_data = false,
                _ => {}
            },
            Event::Text(part) => take(&mut text, &mut inside, in_value, &part)?,
            Event::CData(part) => take(&mut text, &mut inside, in_value, &part)?,
            Event::GeneralRef(_) => take(&mut text, &mut inside, in_value, "&")?,
            Event::Eof => break,
            _ => {}
        }
        if open.is_some() {
            check_size(inside)?;
        }
    }
    sheet.merges.sort_unstable();
    sheet.rounded = rounded.into_iter().collect();
    Ok(sheet)
}

/// What the cells hold is more than they may.
pub(super) fn holds_too_much(limits: &Limits) -> Wrong {
    Wrong::TooLarge(format!("its cells hold more than {} of text", size(limits.unpacked)))
}

fn take(text: &mut String, inside: &mut usize, in_value: bool, part: &str) -> Result<(), Wrong> {
    *inside += part.len();
    check_size(*inside)?;
    if in_value {
        text.push_str(part);
    }
    Ok(())
}

impl At {
    /// Where a cell is that begins here. Cells come row by row, from left to right.
    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(u32, u32), Wrong> {
        let (row, column) = match value(tag, "r")? {
            Some(reference) => place::cell(&reference).ok_or_else(nowhere)?,
            None => (self.row, self.column),
        };
        self.column = column;
        if row >= ROWS || column >= COLUMNS {
            return Err(nowhere());
        }
        if self.last.is_some_and(|last| last >= (row, column)) {
            return Err(Wrong::damaged("the cells of a sheet are out of order"));
        }
        self.last = Some((row, column));
        Ok((row, column))
    }
}

/// Judges the extent that a sheet claims, which nothing depends on: a reader stumbles over one that is none.
fn dimension(tag: &BytesStart<'_>) -> Result<(), Wrong> {
    match value(tag, "ref")? {
        Some(range) if place::range(&range).is_none() => Err(Wrong::damaged("a sheet claims an extent that is none")),
        _ => Ok(()),
    }
}

fn nowhere() -> Wrong {
    Wrong::damaged("a cell, a row or a merged range is where no sheet has one")
}

fn kind(tag: &BytesStart<'_>) -> Result<Kind, Wrong> {
    Ok(match value(tag, "t")?.as_deref() {
        Some("s") => Kind::Shared,
        Some("n") | None => Kind::Number,
        Some(_) => Kind::Other,
    })
}

/// Whether a number is one that a spreadsheet no longer tells from its neighbours.
fn is_rounded(number: &str) -> bool {
    // A shorter one is below 2⁵³, unless it has an exponent.
    (number.len() >= 16 || number.contains(['e', 'E'])) && number.trim().parse::<f64>().is_ok_and(|it| it.abs() > EXACT)
}
