//! Whether anything of somebody is left in an output: every cell of every table, and every other file.
//!
//! Not for taking anything out. An id stands where ids stand, and its letters elsewhere mean something else: a short one is looked for as a whole
//! value, a long one anywhere. Of what was written, short answers are many people's.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use memchr::memmem;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::tables::{LEXICON_FOLDER, files_below, read_part};

/// Characters from which on a text is somebody's own.
const OWN_TEXT: usize = 8;
/// Bytes from which on an id is looked for inside other things.
const LONG_ID: usize = 6;

/// Where it was looked, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scan {
    /// Files that were read whole.
    pub files: u64,
    /// Cells of tables that hold words, elements of lists each.
    pub cells: u64,
    /// Answers that nobody else can be told by, because they are short.
    pub short_texts: u64,
    /// What is left; empty where nothing is.
    pub left: Vec<Place>,
}

/// A place where something is left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, inside the output folder.
    pub file: String,
    /// What of it: a column of a table; none of other files.
    pub column: Option<String>,
    /// `an id` or `an answer`.
    pub what: &'static str,
}

/// Whether a text holds another, which is long enough to be somebody's own.
pub(super) fn quotes(content: &str, text: &str) -> bool {
    let text = text.trim();
    text.chars().count() >= OWN_TEXT && content.contains(text)
}

/// What is looked for.
struct Wanted<'a> {
    ids: BTreeSet<&'a str>,
    /// Those that are looked for inside other things.
    long: Vec<memmem::Finder<'a>>,
    texts: Vec<memmem::Finder<'a>>,
}

impl<'a> Wanted<'a> {
    fn new(ids: BTreeSet<&'a str>, texts: impl Iterator<Item = &'a str>) -> Self {
        // One without digits may be a word of the language.
        let is_long = |id: &&&str| id.len() >= LONG_ID && id.bytes().any(|b| b.is_ascii_digit());
        let long = ids.iter().filter(is_long).map(|id| memmem::Finder::new(id.as_bytes()));
        let own = texts.map(str::trim).filter(|text| text.chars().count() >= OWN_TEXT);
        Self { long: long.collect(), texts: own.map(|text| memmem::Finder::new(text.as_bytes())).collect(), ids }
    }

    /// Whether the bytes hold a long id that is not a part of a longer word.
    fn has_id(&self, bytes: &[u8]) -> bool {
        let is_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        self.long.iter().any(|finder| {
            let length = finder.needle().len();
            finder.find_iter(bytes).any(|at| {
                !is_word(at.checked_sub(1).and_then(|before| bytes.get(before))) && !is_word(bytes.get(at + length))
            })
        })
    }

    fn has_text(&self, bytes: &[u8]) -> bool {
        self.texts.iter().any(|finder| finder.find(bytes).is_some())
    }
}

/// Looks for these ids, those of `respondents`, and what they wrote, in all files of the output folder `out`.
pub(super) fn scan(
    out: &Path,
    ids: &[String],
    respondents: &BTreeSet<String>,
    texts: &BTreeSet<String>,
) -> Result<Scan> {
    let all = ids.iter().chain(respondents).map(String::as_str).collect();
    let wanted = Wanted::new(all, texts.iter().map(String::as_str));
    let short_texts = (texts.len() - wanted.texts.len()) as u64;
    let mut found = Scan { short_texts, ..Scan::default() };
    for (inside, path) in files_below(out, "")? {
        let bytes = fs::read(&path).map_err(|error| Error::io(ErrorKind::Output, "read", &path, error))?;
        found.files += 1;
        let mut left = |column: Option<&str>, what| {
            found.left.push(Place { file: inside.clone(), column: column.map(str::to_owned), what });
        };
        // Statistics in the footer of a table, and all of any other file; rules name no ids but in answers that they quote.
        if !inside.starts_with(LEXICON_FOLDER) && wanted.has_id(&bytes) {
            left(None, "an id");
        }
        if path.extension().is_some_and(|end| end == "parquet") {
            let table = inside.split('/').next().unwrap_or_default().to_owned();
            found.cells += look(&path, &table, &wanted, &mut left)?;
        } else if wanted.has_text(&bytes) {
            left(None, "an answer");
        }
    }
    found.left.sort();
    found.left.dedup();
    Ok(found)
}

/// Looks through a table; how many words it holds.
fn look(
    path: &Path,
    table: &str,
    wanted: &Wanted<'_>,
    left: &mut impl FnMut(Option<&str>, &'static str),
) -> Result<u64> {
    let mut cells = 0;
    for batch in read_part(path, None, None)? {
        let batch = batch?;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            let holds_ids = matches!(name, "id" | "customer");
            // Somebody else may have written the same.
            let holds_texts = matches!(table, "comments" | "mentions") && name.starts_with("text");
            cells += each(column, &mut |word| {
                if holds_ids && wanted.ids.contains(word) || !holds_texts && wanted.has_id(word.as_bytes()) {
                    left(Some(name), "an id");
                }
                if !holds_texts && wanted.has_text(word.as_bytes()) {
                    left(Some(name), "an answer");
                }
            });
        }
    }
    Ok(cells)
}

/// Calls `see` with every word of a column, those in lists and structs too; how many there are.
fn each(column: &ArrayRef, see: &mut impl FnMut(&str)) -> u64 {
    match column.data_type() {
        DataType::Utf8 => {
            let words = column.as_string::<i32>();
            words.iter().flatten().for_each(&mut *see);
            (words.len() - words.null_count()) as u64
        }
        DataType::List(_) => each(column.as_list::<i32>().values(), see),
        DataType::Struct(_) => column.as_struct().columns().iter().map(|column| each(column, see)).sum(),
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => {
            cast(column, &DataType::Utf8).map_or(0, |words| each(&words, see))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_found_as_a_word_and_a_short_one_as_a_value() {
        let wanted =
            Wanted::new(BTreeSet::from(["r12", "cust-4711", "nobody"]), ["短", "这里晚上非常吵闹睡不着"].into_iter());
        for (bytes, is_there) in [
            ("file-cust-4711.csv", true),
            ("cust-47112", false),
            ("xcust-4711", false),
            ("…cust-4711", true),
            ("r12 r12", false),
            ("nobody cares", false),
            ("", false),
        ] {
            assert_eq!(wanted.has_id(bytes.as_bytes()), is_there, "{bytes}");
        }
        assert!(wanted.ids.contains("r12") && wanted.texts.len() == 1);
        assert!(wanted.has_text("他说这里晚上非常吵闹睡不着。".as_bytes()) && !wanted.has_text("短".as_bytes()));
        assert!(quotes("他说这里晚上非常吵闹睡不着。", " 这里晚上非常吵闹睡不着 ") && !quotes("短", "短"));
    }
}
