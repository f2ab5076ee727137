//! Whether the names of a sheet's columns stand where they should, one a cell.
//!
//! Not for which columns there are (`reader`): this is for sheets whose columns cannot be seen at all.

use super::super::grid::{Grid, Sheet};

/// How far below the first row the names are looked for.
const DEPTH: usize = 20;

/// Why no column can be seen: the row, what is wrong, and how to mend it.
pub(super) fn problem(grid: &Grid) -> Option<(u64, String, &'static str)> {
    let sheet = grid.sheet;
    if known(sheet, grid.header.iter().map(String::as_str)) > 0 {
        return None;
    }
    let first = grid.header.first().map_or("", String::as_str);
    if let Some(mark) = [';', '\t', '；', '，', '|'].into_iter().find(|mark| known(sheet, first.split(*mark)) > 1) {
        let mark = if mark == '\t' { "tabs".to_owned() } else { format!("`{mark}`") };
        let message = format!("the columns are separated by {mark}, not by commas");
        return Some((1, message, "Save the sheet as \"CSV UTF-8 (comma delimited)\", or import the workbook."));
    }
    let row = grid.rows.iter().take(DEPTH).find(|row| {
        let names: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        known(sheet, names) == sheet.columns().len()
    })?;
    let message = format!("the names of the columns stand in row {}, not in the first one", row.number);
    Some((row.number, message, "Delete the rows above them."))
}

/// How many of the columns that a sheet must have are among these.
fn known<'n>(sheet: Sheet, names: impl IntoIterator<Item = &'n str>) -> usize {
    let names: Vec<String> = names.into_iter().map(|name| name.trim().to_lowercase()).collect();
    sheet.columns().iter().filter(|column| names.iter().any(|name| name == *column)).count()
}

#[cfg(test)]
mod tests {
    use super::super::super::grid::Row;
    use super::*;

    fn grid(rows: &[&[&str]]) -> Grid {
        let cells = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let below = (2..).zip(&rows[1..]).map(|(number, row)| Row { number, cells: cells(row) }).collect();
        Grid { sheet: Sheet::Words, header: cells(&rows[0]), rows: below }
    }

    #[test]
    fn one_reason_is_given_where_no_column_can_be_seen() {
        let names: &[&str] = &["list", "language", "term", "boundary"];
        for (rows, want) in [
            (&[&["list;language;term;boundary;bare"][..], &["positive;zh;好;;"]][..], Some((1, "by `;`"))),
            (&[&["list\tlanguage\tterm\tboundary"]], Some((1, "by tabs"))),
            (&[&["我们的词典", ""], &[], names], Some((3, "row 3"))),
            (&[&[], names, &["positive", "zh", "好"]], Some((2, "row 2"))),
            (&[names, names], None),
            (&[&["list", "language", "trem", "boundary"]], None),
            (&[&["a;b"], &["c"]], None),
            (&[&["list;of;words"]], None),
        ] {
            let found = problem(&grid(rows));
            let found = found.as_ref().map(|(row, message, _)| (*row, message.as_str()));
            match (found, want) {
                (None, None) => {}
                (Some((row, message)), Some((at, part))) => {
                    assert!(row == at && message.contains(part), "{rows:?}: {row} {message}");
                }
                other => panic!("{rows:?}: {other:?}"),
            }
        }
    }
}
