//! Dictionaries of other programs: categories of words, which can say a part of what a lexicon says.
//!
//! Not for sheets, which say all of it.
//!
//! - [`said`]: what a dictionary can say of a layer, and what not.
//! - [`quanteda`]: YAML as quanteda reads it.
//! - [`liwc`]: `.dic` as LIWC reads it.

pub mod liwc;
pub mod quanteda;
pub mod said;

use indexmap::{IndexMap, IndexSet};

use super::grid::{At, Problem};
use super::layer::{DriverList, Language, Layer, ListAt, OwnDriver, PLAIN};
use super::understand::{Cells, Key};
use crate::lexicon::Resolved;
use crate::lexicon::resolve::problems::is_id;
use crate::text::chars::is_han;
use crate::types::Residual;

/// A format of dictionaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// quanteda's YAML: categories inside categories.
    Quanteda,
    /// LIWC's `.dic`: numbered categories.
    Liwc,
}

/// A list that a dictionary can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the lists of the file format, which docs/lexicon.md explains")]
pub enum List {
    Aspect,
    Positive,
    Negative,
}

impl List {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Aspect, Self::Positive, Self::Negative];

    /// As categories are called.
    pub const fn key(self) -> &'static str {
        self.of_driver().key()
    }

    /// The list of this name.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.key() == key)
    }

    /// The list of a driver's file.
    pub const fn of_driver(self) -> DriverList {
        match self {
            Self::Aspect => DriverList::Aspect,
            Self::Positive => DriverList::Positive,
            Self::Negative => DriverList::Negative,
        }
    }
}

/// Drivers with their terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// By id.
    pub categories: IndexMap<String, Category>,
}

/// A driver, as far as a dictionary says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category {
    /// The driver under which it stands.
    pub parent: Option<String>,
    /// What it was called where that cannot be an id.
    pub name: Option<String>,
    /// Its terms.
    pub lists: IndexMap<List, IndexSet<String>>,
}

/// A dictionary that was read, with what is wrong and where each thing stands.
#[derive(Debug)]
pub struct Read {
    /// What can be used.
    pub dictionary: Dictionary,
    /// What cannot.
    pub problems: Vec<Problem>,
    /// Where each thing stands.
    pub cells: Cells,
    file: String,
    format: Format,
}

impl Read {
    fn new(file: &str, format: Format) -> Self {
        // How cells would be called: a dictionary has lines alone.
        let cells = Cells::new(super::grid::Form::Csv);
        Self { dictionary: Dictionary::default(), problems: Vec::new(), cells, file: file.to_owned(), format }
    }

    fn wrong(&mut self, line: u64, message: impl Into<String>, help: impl Into<String>) {
        let at = At::Line(self.file.clone(), line);
        self.problems.push(Problem { at, message: message.into(), help: help.into() });
    }

    /// The driver that a category names; none, and a problem, where it cannot be one.
    fn driver(&mut self, called: &str, line: u64) -> Option<String> {
        let called = called.trim();
        let id: String =
            called.chars().map(|c| if c == '-' || c.is_whitespace() { '_' } else { c.to_ascii_lowercase() }).collect();
        if !is_id(&id) || Residual::parse(&id).is_some() {
            let help = "Call it by lower-case letters, digits and _, such as response_time.";
            self.wrong(line, format!("`{called}` cannot be a driver's id"), help);
            return None;
        }
        let is_new = !self.dictionary.categories.contains_key(&id);
        let category = self.dictionary.categories.entry(id.clone()).or_default();
        let name = (called != id).then(|| called.to_owned());
        if is_new {
            category.name = name;
        } else if category.name != name {
            let first = self.cells.at(&Key::Driver(id.clone()));
            let message = format!("`{called}` would be the driver `{id}`, as the category in {first} is");
            self.wrong(line, message, "Give one of them another name.");
            return None;
        }
        self.cells.put(Key::Driver(id.clone()), At::Line(self.file.clone(), line));
        Some(id)
    }

    /// Adds a term.
    fn term(&mut self, driver: &str, list: List, term: &str, line: u64) {
        let term = term.trim();
        if let Err(why) = said::sayable(term, PLAIN, self.format) {
            self.wrong(line, format!("`{term}`: {why}"), "Delete it, or write it into the lexicon by hand.");
            return;
        }
        let Some(category) = self.dictionary.categories.get_mut(driver) else { return };
        category.lists.entry(list).or_default().insert(term.to_owned());
        let at = At::Line(self.file.clone(), line);
        for language in Language::ALL {
            self.cells.put(
                Key::Term(ListAt::Driver(driver.to_owned(), list.of_driver(), language), term.to_owned()),
                at.clone(),
            );
        }
    }
}

impl Dictionary {
    /// Adds its drivers and terms to a layer that extends `base`. What is there already stays as it is, there or in `base`: names and parents
    /// of drivers, and terms, whatever list of their driver has them.
    pub fn add_to(&self, layer: &mut Layer, base: &Resolved) {
        for (id, category) in &self.categories {
            let own = |list, language| layer.lists.get(&ListAt::Driver(id.clone(), list, language));
            let inherited = base.drivers.get(id);
            let has = |term: &String| {
                let is_own = DriverList::ALL
                    .into_iter()
                    .flat_map(|list| Language::ALL.map(|language| own(list, language)))
                    .flatten()
                    .any(|terms| terms.contains_key(term));
                is_own || inherited.is_some_and(|driver| driver.terms.values().any(|terms| terms.contains_key(term)))
            };
            let new: Vec<(List, &String)> = category
                .lists
                .iter()
                .flat_map(|(list, terms)| terms.iter().map(|term| (*list, term)))
                .filter(|(_, term)| !has(term))
                .collect();
            if !layer.drivers.contains_key(id) {
                match inherited {
                    None => {
                        let driver = layer.drivers.entry(id.clone()).or_default();
                        driver.parent.clone_from(&category.parent);
                        driver.name.en.clone_from(&category.name);
                    }
                    // Without terms of its own it needs no file.
                    Some(_) if new.is_empty() => {}
                    Some(_) => {
                        layer.drivers.insert(id.clone(), OwnDriver::default());
                    }
                }
            }
            for (list, term) in new {
                let language = if term.chars().any(is_han) { Language::Zh } else { Language::En };
                let at = ListAt::Driver(id.clone(), list.of_driver(), language);
                layer.lists.entry(at).or_default().insert(term.clone(), PLAIN);
            }
        }
    }
}
