//! What a dictionary can say of a layer, and a list of what it cannot: nothing is left out silently.
//!
//! Not for how the formats are written (`quanteda`, `liwc`).

use std::collections::BTreeSet;

use indexmap::IndexSet;
use serde::Serialize;

use super::super::layer::{DriverList, Layer, ListAt, OwnDriver, PLAIN};
use super::super::shown::place;
use super::{Category, Dictionary, Format, List};
use crate::lexicon::format::{Boundary, Usage};
use crate::lexicon::placeholder;
use crate::lexicon::term::{self, Pattern, Phrase};

/// Something that the format cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsaid {
    /// What sort of thing it is, such as `term` or `example`.
    pub kind: &'static str,
    /// Which one: a term with its list, a driver.
    pub what: String,
    /// Why.
    pub why: &'static str,
}

/// What a dictionary of this format says of a layer, and what it cannot say.
pub fn said(layer: &Layer, format: Format) -> (Dictionary, Vec<Unsaid>) {
    let mut dictionary = Dictionary::default();
    let mut unsaid = Vec::new();
    let mut cannot = |kind, what: &str, why| unsaid.push(Unsaid { kind, what: what.to_owned(), why });
    let drivers: BTreeSet<&str> = layer
        .drivers
        .iter()
        .filter(|(id, driver)| is_category(id, driver, format))
        .map(|(id, _)| id.as_str())
        .collect();
    for (at, terms) in &layer.lists {
        for (term, usage) in terms {
            let what = format!("{}: {term}", place(at));
            match (at, list_of(at)) {
                (ListAt::Words(..), _) => cannot("word of no driver", &what, "only drivers are categories"),
                (ListAt::Whole(_), _) => cannot("word kept whole", &what, "the format knows no segmentation"),
                (ListAt::Driver(driver, ..), _) if !drivers.contains(driver.as_str()) => {
                    cannot("term", &what, "its driver is no category");
                }
                (ListAt::Driver(driver, ..), Ok(list)) => match sayable(term, *usage, format) {
                    Ok(()) => {
                        let category = dictionary.categories.entry(driver.clone()).or_default();
                        category.lists.entry(list).or_insert_with(IndexSet::new).insert(term.clone());
                    }
                    Err(why) => cannot("term", &what, why),
                },
                (ListAt::Driver(..), Err(why)) => cannot("term", &what, why),
            }
        }
    }
    if format == Format::Quanteda {
        parents(layer, &drivers, &mut dictionary);
    }
    for (id, driver) in &layer.drivers {
        fields(id, driver, dictionary.categories.get(id), format, &mut cannot);
    }
    for (driver, examples) in &layer.examples {
        for example in examples {
            cannot("example", &format!("{driver}: {}", example.text), "categories hold terms alone");
        }
    }
    for (driver, function) in layer.responsibility.keys() {
        cannot("responsibility", &format!("{driver} × {function}"), "categories hold terms alone");
    }
    for attribute in &layer.rollups {
        cannot("roll-up", &attribute.id, "categories hold terms alone");
    }
    for key in layer.head.fields().keys() {
        cannot("key of lexicon.toml", key, "a dictionary has no head");
    }
    (dictionary, unsaid)
}

/// Whether a driver can be a category.
fn is_category(id: &str, driver: &OwnDriver, format: Format) -> bool {
    driver.enabled != Some(false) && (format == Format::Liwc || List::of_key(id).is_none())
}

/// Puts categories into each other; one that stands above another is there without terms of its own too.
fn parents(layer: &Layer, drivers: &BTreeSet<&str>, dictionary: &mut Dictionary) {
    let mut next: Vec<String> = dictionary.categories.keys().cloned().collect();
    while let Some(id) = next.pop() {
        let parent = layer.drivers.get(&id).and_then(|driver| driver.parent.clone());
        let Some(parent) = parent.filter(|parent| drivers.contains(parent.as_str())) else { continue };
        if !dictionary.categories.contains_key(&parent) {
            dictionary.categories.insert(parent.clone(), Category::default());
            next.push(parent.clone());
        }
        if let Some(category) = dictionary.categories.get_mut(&id) {
            category.parent = Some(parent);
        }
    }
}

/// What a driver's file says that the category does not.
fn fields(
    id: &str,
    driver: &OwnDriver,
    category: Option<&Category>,
    format: Format,
    cannot: &mut impl FnMut(&'static str, &str, &'static str),
) {
    if category.is_none() {
        let why = match driver.enabled {
            Some(false) => "it is switched off",
            _ if !is_category(id, driver, format) => "its id is the name of a list",
            _ => "none of its terms can be said",
        };
        cannot("driver", id, why);
    }
    for key in driver.fields().keys() {
        let is_said = key == "parent" && category.is_some_and(|category| category.parent.is_some());
        let is_told = is_said || (key == "enabled" && category.is_none());
        if !is_told {
            let why = match (key.as_str(), format) {
                ("parent", Format::Quanteda) => "the parent is no category here",
                ("parent", Format::Liwc) => "categories do not stand in each other",
                _ => "categories hold terms alone",
            };
            cannot("key of a driver", &format!("{id}: {key}"), why);
        }
    }
}

/// The list of a dictionary, or why there is none for it.
fn list_of(at: &ListAt) -> Result<List, &'static str> {
    let ListAt::Driver(_, list, _) = at else { return Err("only drivers are categories") };
    match list {
        DriverList::Aspect => Ok(List::Aspect),
        DriverList::Positive => Ok(List::Positive),
        DriverList::Negative => Ok(List::Negative),
        DriverList::AspectIfJudged => Err("it counts only where something is said of it"),
        DriverList::BesidePositive | DriverList::BesideNegative => Err("it counts only beside an aspect"),
        DriverList::Exclude => Err("it excludes, and categories only find"),
    }
}

/// Whether a term can stand in a dictionary and means the same there; else why not. What a dictionary can say can be read from one.
pub fn sayable(term: &str, usage: Usage, format: Format) -> Result<(), &'static str> {
    if usage != PLAIN {
        return Err(match usage {
            Usage { boundary: Boundary::Any, .. } => "it counts inside longer words too (boundary any)",
            Usage { bare: false, .. } => "it counts only where something is said of it (bare no)",
            _ => "no general praise or blame speaks of it (general no)",
        });
    }
    if term.starts_with("- ") {
        return Err("it takes an inherited term away");
    }
    let phrase = match term::parse(term) {
        Ok(Pattern::Words(phrase)) => phrase,
        Ok(Pattern::Near { .. }) => return Err("words at a distance (~)"),
        Ok(Pattern::Together(_)) => return Err("words in any order (&)"),
        Ok(Pattern::Regex(_)) => return Err("a regular expression"),
        Err(_) => return Err("no term of a lexicon, where `*` stands at the end of English words alone"),
    };
    let Phrase { text, slips, .. } = &phrase;
    if *slips {
        return Err("it forgives a slip of the pen (~)");
    }
    if placeholder::holds(&phrase) {
        return Err("a number or stretch of time in `<…>`");
    }
    if text.contains('*') || (format == Format::Quanteda && text.contains('?')) {
        return Err("one of its characters is a wildcard there");
    }
    if text.contains(char::is_control) || (format == Format::Liwc && text.starts_with('%')) {
        return Err("one of its characters has a meaning in the file");
    }
    Ok(())
}
