//! What differs between two layers, as data: it is shown to people, and the files are edited by it.
//!
//! Not for what a lexicon means (a term that is inherited and written once more is a difference here and none there).

use std::collections::BTreeSet;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::layer::{Attribute, Duty, Layer, ListAt, OwnExample, Said};
use crate::lexicon::format::Usage;

/// One thing that is different. Where there is nothing before it is added, where there is nothing after it is taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// A key of `lexicon.toml`.
    Head {
        /// The key.
        key: String,
        /// What it said.
        before: Option<Said>,
        /// What it says.
        after: Option<Said>,
    },
    /// The attributes that are declared, all of them.
    Rollups {
        /// Those that were.
        before: Vec<Attribute>,
        /// Those that are.
        after: Vec<Attribute>,
    },
    /// A driver's file; what one that is added holds follows.
    Driver {
        /// Its id.
        driver: String,
        /// Whether it is new; else it is taken out with all that it holds.
        is_new: bool,
        /// How many terms and examples go with one that is taken out.
        holds: usize,
    },
    /// A key of a driver.
    Field {
        /// The driver.
        driver: String,
        /// The key.
        key: String,
        /// What it said.
        before: Option<Said>,
        /// What it says.
        after: Option<Said>,
    },
    /// A term of a list.
    Term {
        /// The list.
        #[serde(flatten)]
        list: ListAt,
        /// The term as it is written.
        term: String,
        /// How it was used.
        before: Option<Usage>,
        /// How it is used.
        after: Option<Usage>,
    },
    /// An example of a driver.
    Example {
        /// The driver.
        driver: String,
        /// The example.
        #[serde(flatten)]
        example: OwnExample,
        /// Whether it is new; else it is taken out.
        is_new: bool,
    },
    /// Who answers for a driver in a function.
    Duty {
        /// The driver.
        driver: String,
        /// The function.
        function: String,
        /// What it was.
        before: Option<Duty>,
        /// What it is.
        after: Option<Duty>,
    },
}

impl Serialize for ListAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_struct("ListAt", 3)?;
        let driver = if let Self::Driver(driver, ..) = self { Some(driver) } else { None };
        list.serialize_field("driver", &driver)?;
        list.serialize_field("list", self.list())?;
        list.serialize_field("language", self.language())?;
        list.end()
    }
}

impl Serialize for OwnExample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut example = serializer.serialize_struct("OwnExample", 3)?;
        example.serialize_field("text", &self.text)?;
        example.serialize_field("expect", self.expect.as_str())?;
        example.serialize_field("role", self.role.as_str())?;
        example.end()
    }
}

impl Change {
    /// The file that it changes, relative to the lexicon's folder.
    pub fn file(&self) -> String {
        match self {
            Self::Head { .. } | Self::Rollups { .. } | Self::Term { list: ListAt::Whole(_), .. } => {
                "lexicon.toml".to_owned()
            }
            Self::Driver { driver, .. }
            | Self::Field { driver, .. }
            | Self::Example { driver, .. }
            | Self::Term { list: ListAt::Driver(driver, ..), .. } => format!("drivers/{driver}.toml"),
            Self::Term { list: ListAt::Words(file, _), .. } => format!("polarity/{file}.toml"),
            Self::Duty { .. } => "responsibility.csv".to_owned(),
        }
    }
}

/// What leads from one layer to another; nothing where they say the same.
pub fn difference(before: &Layer, after: &Layer) -> Vec<Change> {
    let mut changes = Vec::new();
    for (key, before, after) in pairs(&before.head.fields(), &after.head.fields()) {
        changes.push(Change::Head { key, before, after });
    }
    if before.rollups != after.rollups {
        changes.push(Change::Rollups { before: before.rollups.clone(), after: after.rollups.clone() });
    }
    for id in before.drivers.keys().chain(after.drivers.keys()).collect::<BTreeSet<_>>() {
        let fields = |layer: &Layer| layer.drivers.get(id).map(super::layer::OwnDriver::fields);
        let (was, is) = (fields(before), fields(after));
        match (&was, &is) {
            (Some(_), None) => {
                changes.push(Change::Driver { driver: id.clone(), is_new: false, holds: holds(before, id) });
                continue;
            }
            (None, Some(_)) => changes.push(Change::Driver { driver: id.clone(), is_new: true, holds: 0 }),
            _ => {}
        }
        for (key, before, after) in pairs(&was.unwrap_or_default(), &is.unwrap_or_default()) {
            changes.push(Change::Field { driver: id.clone(), key, before, after });
        }
        let lists = |layer: &Layer| layer.lists.keys().filter(|at| is_of(at, id)).cloned().collect::<BTreeSet<_>>();
        terms(before, after, lists(before).union(&lists(after)), &mut changes);
        examples(before, after, id, &mut changes);
    }
    let of_none = |layer: &Layer| {
        layer.lists.keys().filter(|at| !matches!(at, ListAt::Driver(..))).cloned().collect::<BTreeSet<_>>()
    };
    terms(before, after, of_none(before).union(&of_none(after)), &mut changes);
    for ((driver, function), before, after) in pairs(&before.responsibility, &after.responsibility) {
        changes.push(Change::Duty { driver, function, before, after });
    }
    changes
}

fn is_of(at: &ListAt, id: &str) -> bool {
    matches!(at, ListAt::Driver(driver, ..) if driver == id)
}

/// How many terms and examples a driver has.
fn holds(layer: &Layer, id: &str) -> usize {
    let terms = layer.lists.iter().filter(|(at, _)| is_of(at, id)).map(|(_, terms)| terms.len());
    terms.sum::<usize>() + layer.examples.get(id).map_or(0, indexmap::IndexSet::len)
}

/// What two maps have otherwise: what is gone or has another value in the order of the first, then what is new in that of the second.
fn pairs<K: Clone + Eq + std::hash::Hash, V: Clone + PartialEq>(
    before: &indexmap::IndexMap<K, V>,
    after: &indexmap::IndexMap<K, V>,
) -> Vec<(K, Option<V>, Option<V>)> {
    let old = before.iter().filter(|(key, value)| after.get(*key) != Some(*value));
    let old = old.map(|(key, value)| (key.clone(), Some(value.clone()), after.get(key).cloned()));
    let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
    old.chain(new.map(|(key, value)| (key.clone(), None, Some(value.clone())))).collect()
}

fn terms<'l>(before: &Layer, after: &Layer, lists: impl Iterator<Item = &'l ListAt>, changes: &mut Vec<Change>) {
    for list in lists {
        let of = |layer: &Layer| layer.lists.get(list).cloned().unwrap_or_default();
        for (term, before, after) in pairs(&of(before), &of(after)) {
            changes.push(Change::Term { list: list.clone(), term, before, after });
        }
    }
}

fn examples(before: &Layer, after: &Layer, id: &str, changes: &mut Vec<Change>) {
    let of = |layer: &Layer| layer.examples.get(id).cloned().unwrap_or_default();
    let (before, after) = (of(before), of(after));
    let mut push = |example: &OwnExample, is_new| {
        changes.push(Change::Example { driver: id.to_owned(), example: example.clone(), is_new });
    };
    before.iter().filter(|example| !after.contains(*example)).for_each(|example| push(example, false));
    after.iter().filter(|example| !before.contains(*example)).for_each(|example| push(example, true));
}
