//! Terms of drivers, and words of none.
//!
//! Not for what a term finds: how one is read is `lexicon::term`.

use super::super::grid::Row;
use super::super::layer::{DriverList, Language, ListAt, PLAIN, WHOLE, word_classes, written};
use super::Key;
use super::reader::Reader;
use crate::lexicon::format::{Boundary, Usage};
use crate::lexicon::regex_problem;
use crate::lexicon::term::{self, Pattern};

/// A row a term of a driver.
pub(super) fn terms(reader: &mut Reader<'_>) {
    for row in reader.rows() {
        reader.check_width(row);
        let driver = reader.driver(row);
        let list = reader.one_of(row, "list", &DriverList::ALL.map(DriverList::key));
        let language = reader.one_of(row, "language", &Language::ALL.map(Language::key));
        let term = term(reader, row, false);
        let usage = usage(reader, row);
        let list = list.and_then(|key| DriverList::ALL.into_iter().find(|list| list.key() == key));
        if let (Some(driver), Some(list), Some(language), Some(term), Some(usage)) =
            (driver, list, language.map(of_key), term, usage)
        {
            add(reader, row, ListAt::Driver(driver, list, language), term, usage);
        }
    }
}

/// A row a word of no driver.
pub(super) fn words(reader: &mut Reader<'_>) {
    let classes = word_classes();
    let lists: Vec<&'static str> = classes.iter().map(|class| class.key()).chain([WHOLE]).collect();
    for row in reader.rows() {
        reader.check_width(row);
        let list = reader.one_of(row, "list", &lists);
        let is_whole = list == Some(WHOLE);
        let at = if is_whole {
            reader.one_of(row, "language", &Language::ALL.map(Language::key)).map(|key| ListAt::Whole(of_key(key)))
        } else {
            let class = list.and_then(|key| classes.into_iter().find(|class| class.key() == key));
            file(reader, row).and_then(|file| class.map(|class| ListAt::Words(file, class)))
        };
        let term = term(reader, row, is_whole);
        let usage = usage(reader, row);
        if let (Some(at), Some(term), Some(usage)) = (at, term, usage) {
            // Words that are kept whole have no options.
            let usage = if is_whole { PLAIN } else { usage };
            add(reader, row, at, term, usage);
        }
    }
}

fn add(reader: &mut Reader<'_>, row: &Row, at: ListAt, term: String, usage: Usage) {
    let what = format!("`{term}` of this list");
    if reader.place(row, "term", Key::Term(at.clone(), term.clone()), &what) {
        reader.layer().lists.entry(at).or_default().insert(term, usage);
    }
}

fn of_key(key: &str) -> Language {
    if key == Language::Zh.key() { Language::Zh } else { Language::En }
}

/// The file of words of no driver: any name that a file can have.
fn file<'r>(reader: &mut Reader<'r>, row: &'r Row) -> Option<String> {
    let name = reader.text(row, "language");
    let is_name = !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with('~')
        && !name.chars().any(|c| c.is_control() || r#"/\:*?"<>|"#.contains(c));
    if is_name {
        return Some(name.to_owned());
    }
    let message =
        if name.is_empty() { "the cell `language` is empty".to_owned() } else { format!("`{name}` is no language") };
    reader.wrong(row, "language", message, "Write zh or en: the word's file is polarity/zh.toml or polarity/en.toml.");
    None
}

fn term<'r>(reader: &mut Reader<'r>, row: &'r Row, is_whole: bool) -> Option<String> {
    let term = written(reader.raw(row, "term"));
    let positive = term.strip_prefix("- ").filter(|_| !is_whole);
    let wrong = match positive {
        _ if term.is_empty() => Some("the cell `term` is empty".to_owned()),
        // What takes a term away need not be one itself: it is written as the inherited list has it.
        Some(_) => None,
        None if is_whole => None,
        None => problem(&term).map(|why| format!("`{term}`: {why}")),
    };
    match wrong {
        None => Some(term),
        Some(message) => {
            reader.wrong(row, "term", message, "docs/lexicon.md says under \"Terms\" what can be written.");
            None
        }
    }
}

/// What is wrong with a term by itself.
fn problem(term: &str) -> Option<String> {
    match term::parse(term) {
        Err(why) => Some(why),
        // Of several lines, which show the place below the expression, the last one says what is wrong.
        Ok(Pattern::Regex(pattern)) => {
            let why = regex_problem(&pattern)?;
            Some(why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
        }
        Ok(_) => None,
    }
}

fn usage<'r>(reader: &mut Reader<'r>, row: &'r Row) -> Option<Usage> {
    let boundary = reader.one_of(row, "boundary", &["", "word", "any"]);
    let bare = reader.switch(row, "bare");
    let general = reader.switch(row, "general");
    let boundary = if boundary? == "any" { Boundary::Any } else { Boundary::Word };
    Some(Usage { boundary, bare: bare.ok()?.unwrap_or(true), general: general.ok()?.unwrap_or(true) })
}
