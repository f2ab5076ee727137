//! Where cells are: references such as `B7` and `A1:C3`, read strictly.
//!
//! Not for formulas.

/// The rows and columns that a sheet of XLSX has.
pub(super) const ROWS: u32 = 1_048_576;
pub(super) const COLUMNS: u32 = 16_384;

/// A merged range of cells; first and last row and column, from 0, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Merge {
    pub(crate) top: u32,
    pub(crate) left: u32,
    pub(crate) bottom: u32,
    pub(crate) right: u32,
}

/// Row and column, from 0, of a reference such as `B7`; none where it is none, or outside of all sheets.
pub(super) fn cell(reference: &str) -> Option<(u32, u32)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = reference.split_at(letters);
    if !(1..=3).contains(&letters) {
        return None;
    }
    let number = |sum: u32, letter: u8| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = column.bytes().fold(0, number).checked_sub(1).filter(|column| *column < COLUMNS)?;
    Some((self::row(row)?, column))
}

/// A row, from 0, of its number from 1.
pub(super) fn row(number: &str) -> Option<u32> {
    if number.is_empty() || number.len() > 7 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<u32>().ok()?.checked_sub(1).filter(|row| *row < ROWS)
}

/// A range such as `A1:C3`, or one cell.
pub(super) fn range(reference: &str) -> Option<Merge> {
    let (from, to) = reference.split_once(':').unwrap_or((reference, reference));
    let ((top, left), (bottom, right)) = (cell(from)?, cell(to)?);
    (top <= bottom && left <= right).then_some(Merge { top, left, bottom, right })
}

/// What a spreadsheet calls a column, from 0: `A`, `Z`, `AA`.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_strictly() {
        for (reference, place) in [
            ("A1", Some((0, 0))),
            ("b7", Some((6, 1))),
            ("AA10", Some((9, 26))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("XFE1", None),
            ("A1048577", None),
            ("A0", None),
            ("A", None),
            ("1", None),
            ("$A$1", None),
            ("AAAAAAAB1", None),
            ("A99999999999", None),
            ("", None),
            ("A-1", None),
        ] {
            assert_eq!(cell(reference), place, "{reference}");
        }
        assert_eq!(range("B2:C5"), Some(Merge { top: 1, left: 1, bottom: 4, right: 2 }));
        assert_eq!(range("C5:B2"), None);
        for column in [0, 25, 26, 701, 702, 16_383] {
            assert_eq!(cell(&format!("{}1", column_letters(column))), Some((0, column)));
        }
    }
}
