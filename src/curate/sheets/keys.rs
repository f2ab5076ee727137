//! What stands where in the files of a lexicon: from a place of a file, which nobody has seen, to the cell that it comes from.
//!
//! Not for finding what is wrong there (`curate::check`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Spanned;

use super::layer::{DriverList, Language, ListAt, OwnExample, written};
use super::understand::{Cells, Key};
use crate::error::{Place, Result};
use crate::lexicon::files::{self, File};
use crate::lexicon::format::{DriverFile, LexiconFile, PolarityFile, WrittenTerm};
use crate::lexicon::resolve::{parse, responsibility_rows};

/// What stands where in the files of a lexicon.
pub(super) struct Keys {
    by_file: BTreeMap<PathBuf, BTreeMap<(u64, u64), Key>>,
}

impl Keys {
    /// What stands at a place, or last before it.
    pub(super) fn of(&self, place: &Place) -> Option<&Key> {
        let at = (place.line.unwrap_or(1), place.column.unwrap_or(u64::MAX));
        self.by_file.get(&place.file)?.range(..=at).next_back().map(|(_, key)| key)
    }

    /// A message with the cells that it means, in the place of files that nobody has seen.
    pub(super) fn in_cells(&self, message: &str, cells: &Cells) -> String {
        let mut message = message.to_owned();
        for (file, keys) in &self.by_file {
            let called = format!("{}:", file.display());
            while let Some(from) = message.find(&called) {
                let numbers = &message[from + called.len()..];
                let len = numbers.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(numbers.len());
                let mut numbers = numbers[..len].split(':').map(|number| number.parse().unwrap_or(u64::MAX));
                let at = (numbers.next().unwrap_or(u64::MAX), numbers.next().unwrap_or(u64::MAX));
                let key = keys.range(..=at).next_back().map(|(_, key)| cells.at(key));
                let cell = key.map_or_else(|| "here".to_owned(), |at| at.to_string());
                message.replace_range(from..from + called.len() + len, &cell);
            }
        }
        message
    }

    fn add(&mut self, file: &File, byte: usize, key: Key) {
        let place = file.place(byte);
        let at = (place.line.unwrap_or(1), place.column.unwrap_or(1));
        self.by_file.entry(file.path.clone()).or_default().insert(at, key);
    }

    fn terms<'t>(&mut self, file: &File, at: &ListAt, terms: impl IntoIterator<Item = &'t Spanned<WrittenTerm>>) {
        for term in terms {
            let key = Key::Term(at.clone(), written(term.get_ref().text()));
            self.add(file, term.span().start, key);
        }
    }
}

/// Looks where everything stands.
///
/// # Errors
/// Where a file cannot be read.
pub(super) fn keys(lexicon: &str) -> Result<Keys> {
    let mut keys = Keys { by_file: BTreeMap::new() };
    let folder = files::open(lexicon, None)?;
    let head: LexiconFile = parse(&folder.head)?;
    keys.add(&folder.head, 0, Key::Head("name".to_owned()));
    if let Some(extends) = &head.extends {
        keys.add(&folder.head, extends.span().start, Key::Head("extends".to_owned()));
    }
    for (language, terms) in [(Language::Zh, &head.words.zh), (Language::En, &head.words.en)] {
        keys.terms(&folder.head, &ListAt::Whole(language), terms);
    }
    for (id, attribute) in &head.rollup {
        keys.add(&folder.head, id.span().start, Key::Rollup(id.get_ref().clone(), None));
        for value in attribute.values.keys() {
            let key = Key::Rollup(id.get_ref().clone(), Some(value.get_ref().clone()));
            keys.add(&folder.head, value.span().start, key);
        }
    }
    for file in &folder.drivers {
        let driver: DriverFile = parse(file)?;
        let id = driver.id.get_ref();
        keys.add(file, 0, Key::Driver(id.clone()));
        if let Some(parent) = &driver.parent {
            keys.add(file, parent.span().start, Key::Field(id.clone(), "parent".to_owned()));
        }
        for (attribute, value) in &driver.rollup {
            let key = Key::Field(id.clone(), format!("rollup.{}", attribute.get_ref()));
            keys.add(file, attribute.span().start, key.clone());
            keys.add(file, value.span().start, key);
        }
        for list in DriverList::ALL {
            let terms = list.of(&driver);
            for (language, terms) in [(Language::Zh, &terms.zh), (Language::En, &terms.en)] {
                keys.terms(file, &ListAt::Driver(id.clone(), list, language), terms);
            }
        }
        for example in &driver.example {
            let own = OwnExample { text: example.text.get_ref().clone(), role: example.role, expect: example.expect };
            keys.add(file, example.text.span().start, Key::Example(id.clone(), own));
        }
    }
    for file in &folder.polarity {
        let words: PolarityFile = parse(file)?;
        for (class, terms) in words.lists() {
            keys.terms(file, &ListAt::Words(file.stem.clone(), class), terms);
        }
    }
    if let Some(file) = &folder.responsibility {
        for (row, place) in responsibility_rows(&file.path, &file.text).into_iter().flatten() {
            let at = (place.line.unwrap_or(1), place.column.unwrap_or(1));
            let key = Key::Duty(row.driver, row.function);
            keys.by_file.entry(file.path.clone()).or_default().insert(at, key);
        }
    }
    Ok(keys)
}
