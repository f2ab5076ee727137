//! Finds the byte between the fields of delimited text, and whether lines end in a bare CR.
//!
//! Not for reading rows (`delimited`).

use std::io::Read;

use super::encoding::Encoding;
use super::records::Record;
use super::source::{Format, ReadOptions, Source};
use crate::error::{Error, ErrorKind, Place, Result};

/// The delimiters that are tried.
const DELIMITERS: [u8; 4] = *b",\t;|";

/// How much of the start the delimiter is found in, in bytes and in records.
const LOOKED_AT: u64 = 256 * 1024;
const RECORDS: usize = 200;

/// How a delimited source is to be read: delimiter and line ends.
pub(super) fn format(source: &Source, encoding: Encoding, options: &ReadOptions) -> Result<Format> {
    if let Some(given) = options.delimiter.filter(|byte| !byte.is_ascii() || b"\"\r\n".contains(byte)) {
        let message = format!("byte {given} cannot stand between fields");
        return Err(Error::new(ErrorKind::Usage, "bad_delimiter", message)
            .help("Use `--delimiter ,`, `--delimiter ';'`, `--delimiter '|'` or `--delimiter tab`."));
    }
    let mut start = Vec::new();
    source.text(encoding)?.take(LOOKED_AT).read_to_end(&mut start).map_err(|e| source.unreadable(e))?;
    let bare_cr = start.contains(&b'\r') && !start.contains(&b'\n');
    if bare_cr {
        start.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
    }
    let delimiter = match options.delimiter {
        Some(given) => given,
        None => {
            match find(&start) {
                Found::One(delimiter) => delimiter,
                Found::Several => {
                    let message = format!("more than one delimiter splits {} evenly", source.path.display());
                    return Err(Error::new(ErrorKind::Ambiguous, "ambiguous_delimiter", message)
                    .at(Place::file(&source.path))
                    .help("Say which it is: `--delimiter ,`, `--delimiter ';'`, `--delimiter '|'` or `--delimiter tab`."));
                }
                Found::Wide(mark) => {
                    let message = format!("the full-width mark `{mark}` splits {} evenly", source.path.display());
                    return Err(Error::new(ErrorKind::Ambiguous, "ambiguous_delimiter", message)
                    .at(Place::file(&source.path))
                    .help(format!(
                        "Save it with a comma or a tab between fields; where `{mark}` belongs to the texts of one column, say `--delimiter ,`."
                    )));
                }
            }
        }
    };
    Ok(Format::Delimited { delimiter, encoding, bare_cr })
}

/// What splits the first records most evenly.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// A delimiter; a comma where the file has one column.
    One(u8),
    /// More than one are as good.
    Several,
    /// A mark of Chinese text, which no program writes between fields, and people do.
    Wide(char),
}

/// The marks of Chinese text that may stand between fields.
const WIDE: [char; 3] = ['，', '；', '\u{3000}'];

/// The delimiter that splits the first records most evenly; a file without any has one column.
fn find(start: &[u8]) -> Found {
    let mut found: Vec<(f64, usize, u8)> = DELIMITERS
        .into_iter()
        .filter_map(|delimiter| {
            let counts = field_counts(start, delimiter);
            let header = *counts.first()?;
            // The last record may be cut; with few records it counts all the same.
            let even = counts.iter().filter(|count| **count == header).count() as f64 / counts.len() as f64;
            (header > 1).then_some((even, header, delimiter))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    match found[..] {
        [] => wide(start).map_or(Found::One(b','), Found::Wide),
        [(one, columns, _), (other, same, _), ..] if one - other < 0.05 && columns == same => Found::Several,
        [(_, _, first), ..] => Found::One(first),
    }
}

/// The full-width mark of which the first line has some, and four of five lines below as many.
fn wide(start: &[u8]) -> Option<char> {
    let text = String::from_utf8_lossy(start);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(RECORDS).collect();
    let (header, rows) = lines.split_first()?;
    WIDE.into_iter().find(|mark| {
        let count = |line: &str| line.matches(*mark).count();
        let even = rows.iter().filter(|row| count(row) == count(header)).count();
        count(header) > 0 && !rows.is_empty() && even * 5 >= rows.len() * 4
    })
}

/// How many fields each of the first records has that is no blank line.
fn field_counts(start: &[u8], delimiter: u8) -> Vec<usize> {
    let (mut record, mut at, mut counts) = (Record::keeping(0), 0, Vec::new());
    while counts.len() < RECORDS {
        at += blank_lines(&start[at..]);
        if at == start.len() {
            break;
        }
        at = record.read(start, delimiter, at);
        counts.push(record.len());
    }
    counts
}

/// LF at the start, each of which is a blank line.
pub(super) fn blank_lines(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_splits_evenly_is_found() {
        for (text, wanted) in [
            ("a,b\n1,2\n", Found::One(b',')),
            ("a\tb\n1,5\t2\n1,5\t2\n", Found::One(b'\t')),
            ("a;b\n1;2,3\n", Found::One(b';')),
            ("a,b;c\n1,2;3\n", Found::Several),
            ("a\n1\n", Found::One(b',')),
            // Fields that people parted with the comma of the Chinese keyboard.
            ("编号，评分，评论\n1，9，很好\n2，3，太吵\n", Found::Wide('，')),
            ("编号；评分\n1；9\n", Found::Wide('；')),
            ("编号，评分，评论\n1，9，很好\n2，3，太吵，睡不着\n3，3，差\n4，3，差\n5，3，差\n", Found::Wide('，')),
            // Comments of one column have commas as it comes.
            ("您给这个分数，为什么\n很好\n太吵，睡不着\n差，贵，吵\n", Found::One(b',')),
            ("编号，评分\n", Found::One(b',')),
        ] {
            assert_eq!(find(text.as_bytes()), wanted, "{text}");
        }
    }
}
