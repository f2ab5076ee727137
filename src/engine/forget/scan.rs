//! Whether anything of somebody is left in an output: every table that will stand there, and every other file.
//!
//! Not for taking anything out. It looks before the commit at what is staged together with what stays, and whatever it finds, or cannot read, is
//! a finding: nothing is said to be gone that is not. An id means something in the columns of ids alone, and is compared there as a whole, by its
//! role; in files of others a long one is looked for as a word. What names drivers, terms and columns says nothing of anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use serde::Serialize;
use serde_json::Value;

use super::examples::{kept_lexicons, said};
use super::found::Found;
use super::ids::LongIds;
use super::quotes::Quotes;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{LEXICON_FOLDER, Manifest, PartId, Table, files_below, read_part};

/// Where it was looked, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scan {
    /// Files that were read whole.
    pub files: u64,
    /// Cells of tables that hold words, elements of lists each.
    pub cells: u64,
    /// Answers that nobody else can be told by, because they are short.
    pub short_texts: u64,
    /// What is left, and what could not be read; empty where nothing is.
    pub left: Vec<Place>,
    /// What people wrote elsewhere, and may mean them: names of input files that hold an id, actions that quote an answer.
    pub mentioned: Vec<Place>,
}

/// A place where something is left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, inside the output folder.
    pub file: String,
    /// What of it: a column of a table, a key of the manifest; none of other files.
    pub column: Option<String>,
    /// `an id`, `an answer`, or `not read`.
    pub what: &'static str,
}

const ID: &str = "an id";
const ANSWER: &str = "an answer";
const NOT_READ: &str = "not read";

/// What is to be put in place of files of the output, by their paths in it.
pub(super) type Staged = BTreeMap<String, PathBuf>;

/// Looks for what was found, in all files that the output folder `out` will have once `staged` is in place.
pub(super) fn scan(out: &Path, before: &Manifest, staged: &Staged, found: &Found, quotes: &Quotes<'_>) -> Scan {
    let ids = LongIds::of(found.respondents.iter().chain(&found.customers));
    let scan = Scan { short_texts: quotes.short(), ..Scan::default() };
    let mut look = Look { found, quotes, ids, before, scan };
    for (inside, path) in look.files(out, staged) {
        look.scan.files += 1;
        if look.file(&inside, &path).is_err() {
            look.left(&inside, None, NOT_READ);
        }
    }
    let mut scan = look.scan;
    for places in [&mut scan.left, &mut scan.mentioned] {
        places.sort();
        places.dedup();
    }
    scan
}

struct Look<'a> {
    found: &'a Found,
    quotes: &'a Quotes<'a>,
    ids: LongIds<'a>,
    before: &'a Manifest,
    scan: Scan,
}

/// What a column of words holds.
enum Holds {
    Respondents,
    Customers,
    /// Values of the survey's own.
    Segments,
    /// What people wrote who are no respondents.
    Notes,
    Files,
}

impl Holds {
    /// What this column of an output's table holds; none where it holds answers, which anybody may have written too, or what the engine calls
    /// drivers, terms, columns and the like.
    fn of(table: Table, column: &str) -> Option<Self> {
        match (table, column) {
            (_, "id") => Some(Self::Respondents),
            (_, "customer") => Some(Self::Customers),
            (Table::Rejects, "file") => Some(Self::Files),
            (Table::Rejects, "message") | (Table::Actions, "action") => Some(Self::Notes),
            (Table::Attribution, "value") => Some(Self::Segments),
            (_, column) if column.starts_with("seg_") => Some(Self::Segments),
            _ => None,
        }
    }
}

impl Look<'_> {
    fn left(&mut self, file: &str, column: Option<&str>, what: &'static str) {
        self.scan.left.push(Place { file: file.to_owned(), column: column.map(str::to_owned), what });
    }

    fn mentioned(&mut self, file: &str, column: &str, what: &'static str) {
        self.scan.mentioned.push(Place { file: file.to_owned(), column: Some(column.to_owned()), what });
    }

    /// The files that will be there, each where it lies now.
    fn files(&mut self, out: &Path, staged: &Staged) -> BTreeMap<String, PathBuf> {
        let mut files = BTreeMap::new();
        let entries = fs::read_dir(out).into_iter().flatten().flatten();
        // One folder after the other: one that cannot be read hides itself alone.
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            match (files_below(out, &name), entry.path().is_dir()) {
                (Ok(below), true) => files.extend(below),
                (Err(_), true) => self.left(&name, None, NOT_READ),
                (_, false) => {
                    files.insert(name, entry.path());
                }
            }
        }
        files.extend(staged.iter().map(|(inside, path)| (inside.clone(), path.clone())));
        // The number of a process; what is staged; lexicons of no period, which go with the commit.
        let kept = kept_lexicons(self.before);
        let goes = |inside: &str| {
            let mut parts = inside.split('/');
            match (parts.next(), parts.next()) {
                (Some("_lock"), None) | (Some("_commit"), _) => true,
                (Some(LEXICON_FOLDER), Some(hash)) => !staged.is_empty() && !kept.contains(hash),
                _ => false,
            }
        };
        files.retain(|inside, _| !goes(inside));
        files
    }

    fn file(&mut self, inside: &str, path: &Path) -> Result<()> {
        let ends = |end: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(end));
        if ends("parquet") {
            return self.table(inside, path);
        }
        let bytes = fs::read(path).map_err(|error| Error::io(ErrorKind::Output, "read", path, error))?;
        let content = String::from_utf8_lossy(&bytes);
        if inside == "_run.json" || inside == "_log.jsonl" {
            self.records(inside, &content);
        } else if inside.starts_with(LEXICON_FOLDER) {
            // Rules name nobody but in examples.
            if ends("toml") && said(&content).map_err(|_| unreadable())?.iter().any(|it| self.quotes.quoted_by(it)) {
                self.left(inside, None, ANSWER);
            }
        } else {
            if self.ids.in_text(&content) {
                self.left(inside, None, ID);
            }
            if self.quotes.held_by(&content) {
                self.left(inside, None, ANSWER);
            }
        }
        Ok(())
    }

    /// The manifest or the log: whole values, and names of files, which are the user's. Numbers count something.
    fn records(&mut self, inside: &str, content: &str) {
        let whole = serde_json::from_str::<Value>(content).map(|value| vec![value]);
        let values = whole.unwrap_or_else(|_| {
            content.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.into())).collect()
        });
        for value in &values {
            strings(value, "", &mut |key, word| {
                if matches!(key, "name" | "lexicons_given") {
                    if self.ids.in_name(word) {
                        self.mentioned(inside, key, ID);
                    }
                } else if self.ids.is(word) {
                    self.left(inside, Some(key), ID);
                }
            });
        }
    }

    /// A table: of the output's own, what its columns hold; of a copy that lies there, all words.
    fn table(&mut self, inside: &str, path: &Path) -> Result<()> {
        let table = PartId::parse(inside).map(|part| part.table);
        for batch in read_part(path, None, None)? {
            let batch = batch?;
            for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                let name = field.name().as_str();
                let holds = table.map(|table| Holds::of(table, name));
                let (mut left, mut mentioned) = (BTreeSet::new(), BTreeSet::new());
                self.scan.cells += each(column, &mut |word| match &holds {
                    Some(None) => {}
                    Some(Some(holds)) => self.cell(holds, word, &mut left, &mut mentioned),
                    None => {
                        let ids = [&self.found.respondents, &self.found.customers];
                        if matches!(name, "id" | "customer") && ids.iter().any(|ids| ids.contains(word))
                            || self.ids.in_text(word)
                        {
                            left.insert(ID);
                        }
                        if self.quotes.held_by(word) {
                            left.insert(ANSWER);
                        }
                    }
                });
                for what in left {
                    self.left(inside, Some(name), what);
                }
                for what in mentioned {
                    self.mentioned(inside, name, what);
                }
            }
        }
        Ok(())
    }

    fn cell(
        &self,
        holds: &Holds,
        word: &str,
        left: &mut BTreeSet<&'static str>,
        mentioned: &mut BTreeSet<&'static str>,
    ) {
        let is_left = match holds {
            Holds::Respondents => self.found.respondents.contains(word),
            Holds::Customers => self.found.customers.contains(word),
            Holds::Segments => self.ids.is(word),
            Holds::Notes => {
                if self.quotes.quoted_by(word) {
                    mentioned.insert(ANSWER);
                }
                self.ids.in_text(word)
            }
            Holds::Files => {
                if self.ids.in_name(word) {
                    mentioned.insert(ID);
                }
                false
            }
        };
        if is_left {
            left.insert(ID);
        }
    }
}

fn unreadable() -> Error {
    Error::new(ErrorKind::Damaged, "damaged_lexicon", "this file cannot be read as TOML")
}

/// Calls `see` with every string of a value, and the key at which it stands; keys themselves are the engine's.
fn strings(value: &Value, key: &str, see: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(word) => see(key, word),
        Value::Array(values) => values.iter().for_each(|value| strings(value, key, see)),
        Value::Object(values) => values.iter().for_each(|(key, value)| strings(value, key, see)),
        _ => {}
    }
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
        DataType::LargeUtf8 | DataType::Utf8View => cast(column, &DataType::Utf8).map_or(0, |words| each(&words, see)),
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => {
            cast(column, &DataType::Utf8).map_or(0, |words| each(&words, see))
        }
        _ => 0,
    }
}
