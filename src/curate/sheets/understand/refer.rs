//! What rows name that has to exist, here or in the lexicon that this one extends: parents, attributes, drivers that functions answer for,
//! terms that are taken away.
//!
//! Not for what only loading shows, such as terms that praise and blame.

use std::collections::{BTreeMap, BTreeSet};

use super::super::grid::{At, Problem};
use super::super::layer::{DriverList, Layer, ListAt};
use super::{Cells, Key};
use crate::lexicon::Resolved;
use crate::lexicon::resolve::TermSet;
use crate::lexicon::resolve::problems::is_id;
use crate::lexicon::sense::Sense;
use crate::nearest::nearest;

/// Checks what a layer names against itself and `base`, what it extends. A driver whose own row is wrong counts as there.
pub fn refer(layer: &Layer, base: &Resolved, cells: &Cells) -> Vec<Problem> {
    let mut names = base.ids_by_name();
    for (id, driver) in &layer.drivers {
        let own = [&driver.name.zh, &driver.name.en].into_iter().flatten();
        names.extend(own.map(|name| (name.as_str(), id.as_str())));
    }
    let mut found = Found { cells, names, problems: Vec::new() };
    let is_off = |id: &str| layer.drivers.get(id).is_some_and(|driver| driver.enabled == Some(false));
    let known: BTreeSet<&str> =
        base.drivers.keys().chain(layer.drivers.keys()).map(String::as_str).filter(|id| !is_off(id)).collect();
    let is_told_of = |id: &str| cells.at(&Key::Driver(id.to_owned())) != At::Nowhere;
    for (id, driver) in layer.drivers.iter().filter(|(id, _)| !is_off(id)) {
        let field = |key: &str| Key::Field(id.clone(), key.to_owned());
        let Some(parent) = driver.parent.as_deref().filter(|parent| !parent.is_empty()) else { continue };
        if !known.contains(parent) && (is_off(parent) || !is_told_of(parent)) {
            let why = if is_off(parent) { "is switched off" } else { "does not exist" };
            let message = format!("the parent `{parent}` of driver `{id}` {why}");
            let help = "add a row for it, or name another parent.";
            found.driver(&field("parent"), message, parent, &known, help);
        }
    }
    cycles(layer, base, &mut found);
    rollups(layer, base, &mut found);
    for (driver, function) in layer.responsibility.keys() {
        if !known.contains(driver.as_str()) && !is_told_of(driver) {
            let key = Key::Duty(driver.clone(), function.clone());
            let help = "delete this row, where the driver is gone, or add a row for it to the sheet Drivers.";
            found.driver(&key, format!("there is no driver `{driver}`"), driver, &known, help);
        }
    }
    for (at, terms) in &layer.lists {
        let inherited = inherited(base, at);
        for term in terms.keys() {
            let Some(removed) = term.strip_prefix("- ").filter(|_| !matches!(at, ListAt::Whole(_))) else { continue };
            let is_there = inherited.is_some_and(|terms| terms.contains_key(removed)) || is_beside(layer, at, removed);
            if !is_there && !at_driver(at).is_some_and(is_off) {
                let message = format!("`{removed}` is not inherited, so it cannot be taken away");
                let help = "Write it as the inherited list has it, or delete the row.";
                found.add(&Key::Term(at.clone(), term.clone()), message, help.to_owned());
            }
        }
    }
    found.problems
}

struct Found<'c> {
    cells: &'c Cells,
    /// The ids of drivers by their names.
    names: BTreeMap<&'c str, &'c str>,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, key: &Key, message: String, help: String) {
        self.problems.push(Problem { at: self.cells.at(key), message, help });
    }

    fn near(&mut self, key: &Key, message: String, name: &str, known: &BTreeSet<&str>, otherwise: &str) {
        let near = nearest(name, known.iter().copied(), str::to_lowercase);
        let help = near.map_or_else(|| otherwise.to_owned(), |near| format!("Did you mean `{near}`?"));
        self.add(key, message, help);
    }

    /// Of a driver that does not exist; `if_not`: what to do where none is near.
    fn driver(&mut self, key: &Key, message: String, written: &str, known: &BTreeSet<&str>, if_not: &str) {
        let near = || nearest(written, known.iter().copied(), str::to_lowercase);
        let help = if let Some(id) = self.names.get(written) {
            format!("This is the name of `{id}`: write `{id}`.")
        } else if !is_id(written) {
            "Write the id of a driver, as the sheet Drivers has it.".to_owned()
        } else if let Some(near) = near() {
            format!("Did you mean `{near}`? If not: {if_not}")
        } else {
            if_not[..1].to_uppercase() + &if_not[1..]
        };
        self.add(key, message, help);
    }
}

fn at_driver(at: &ListAt) -> Option<&str> {
    match at {
        ListAt::Driver(driver, ..) => Some(driver),
        ListAt::Words(..) | ListAt::Whole(_) => None,
    }
}

/// What the lexicon below has in this list.
pub(super) fn inherited<'b>(base: &'b Resolved, at: &ListAt) -> Option<&'b TermSet> {
    match at {
        ListAt::Driver(driver, list, _) => base.drivers.get(driver)?.terms.get(&sense(*list)),
        ListAt::Words(_, class) => base.words.get(class),
        ListAt::Whole(_) => None,
    }
}

fn sense(list: DriverList) -> Sense {
    match list {
        DriverList::Aspect | DriverList::AspectIfJudged => Sense::Aspect,
        DriverList::Positive => Sense::Positive,
        DriverList::Negative => Sense::Negative,
        DriverList::BesidePositive => Sense::BesidePositive,
        DriverList::BesideNegative => Sense::BesideNegative,
        DriverList::Exclude => Sense::Exclude,
    }
}

/// Whether the lexicon itself has the term in a list that is the same to the engine.
fn is_beside(layer: &Layer, at: &ListAt, term: &str) -> bool {
    layer.lists.iter().any(|(other, terms)| {
        let is_same = match (at, other) {
            (ListAt::Driver(one, list, _), ListAt::Driver(two, other, _)) => {
                one == two && sense(*list) == sense(*other)
            }
            (ListAt::Words(_, one), ListAt::Words(_, two)) => one == two,
            _ => false,
        };
        is_same && terms.contains_key(term)
    })
}

fn cycles(layer: &Layer, base: &Resolved, found: &mut Found<'_>) {
    let parent_of = |id: &str| -> Option<&str> {
        let own = layer.drivers.get(id).and_then(|driver| driver.parent.as_deref());
        let parent = own.or_else(|| base.drivers.get(id)?.parent.as_deref())?;
        (!parent.is_empty()).then_some(parent)
    };
    for id in layer.drivers.keys() {
        let mut line = vec![id.as_str()];
        while let Some(parent) = parent_of(line[line.len() - 1]) {
            if parent == id {
                let message = format!("driver `{id}` is its own ancestor: {} → {id}", line.join(" → "));
                let key = Key::Field(id.clone(), "parent".to_owned());
                found.add(&key, message, "Give one of them another parent.".to_owned());
            }
            if line.contains(&parent) {
                break;
            }
            line.push(parent);
        }
    }
}

fn rollups(layer: &Layer, base: &Resolved, found: &mut Found<'_>) {
    let values_of = |attribute: &str| -> Option<BTreeSet<&str>> {
        let own = layer.rollups.iter().find(|known| known.id == attribute);
        let below = base.rollups.iter().find(|known| known.name.id == attribute);
        if own.is_none() && below.is_none() {
            return None;
        }
        let own = own.into_iter().flat_map(|known| known.values.iter().map(|(value, _)| value.as_str()));
        Some(
            below.into_iter().flat_map(|known| known.values.iter().map(|value| value.id.as_str())).chain(own).collect(),
        )
    };
    for (id, driver) in &layer.drivers {
        for (attribute, value) in &driver.rollup {
            let key = Key::Field(id.clone(), format!("{}{attribute}", super::super::grid::ROLLUP));
            match values_of(attribute) {
                None => {
                    let message = format!("no lexicon declares the attribute `{attribute}`");
                    found.add(&key, message, "Declare it and its values in the sheet Rollups.".to_owned());
                }
                Some(values) if !value.is_empty() && !values.contains(value.as_str()) => {
                    let message = format!("no lexicon declares the value `{value}` of the attribute `{attribute}`");
                    let help = "Declare it in the sheet Rollups, or name another one.";
                    found.near(&key, message, value, &values, help);
                }
                Some(_) => {}
            }
        }
    }
}
