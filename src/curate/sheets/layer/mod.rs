//! What the files of one lexicon say themselves, without their layout: what sheets hold, and what differences are made of.
//!
//! Not for what they mean together with the lexicon that they extend (`lexicon::resolve`).

mod read;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use crate::lexicon::Controllable;
use crate::lexicon::format::{Boundary, DriverFile, Expect, Names, PolarityFile, Terms, Usage};
use crate::lexicon::sense::WordClass;
use crate::types::Role;

/// What a lexicon's own files say. Two layers are equal where their lists hold the same, in whatever order: order is no part of the
/// meaning, but for roll-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// `lexicon.toml` but for its lists.
    pub head: Head,
    /// The attributes that it declares, in the order in which they are shown.
    pub rollups: Vec<Attribute>,
    /// Drivers by id, without their terms.
    pub drivers: BTreeMap<String, OwnDriver>,
    /// All lists of terms; none is empty.
    pub lists: BTreeMap<ListAt, Listed>,
    /// Examples by driver; no set is empty.
    pub examples: BTreeMap<String, IndexSet<OwnExample>>,
    /// Weight and owner by driver and function.
    pub responsibility: IndexMap<(String, String), Duty>,
}

/// Terms as they are written, each with how it is used; `- term` takes an inherited one away.
pub type Listed = IndexMap<String, Usage>;

/// A term without options.
pub const PLAIN: Usage = Usage { boundary: Boundary::Word, bare: true, general: true };

/// The head of `lexicon.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The lexicon that it starts from.
    pub extends: Option<String>,
    /// One sentence in each language.
    pub description: Names,
}

/// An attribute that groups drivers across the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// Its id.
    pub id: String,
    /// Its names.
    pub name: Names,
    /// Its values by id, with their names, in their order.
    pub values: Vec<(String, Names)>,
}

/// What a driver's file says besides terms and examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnDriver {
    /// The driver under which it stands; empty: none, whatever is inherited.
    pub parent: Option<String>,
    /// Its names.
    pub name: Names,
    /// `false` switches an inherited driver off.
    pub enabled: Option<bool>,
    /// Whether its aspects are people and what they do.
    pub people: Option<bool>,
    /// Whether its owner can change it.
    pub controllable: Option<Controllable>,
    /// Its values by attribute; empty: none, whatever is inherited.
    pub rollup: BTreeMap<String, String>,
}

/// A value of a key of `lexicon.toml` or of a driver's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Said {
    /// A text.
    Text(String),
    /// `true` or `false`.
    Switch(bool),
}

/// An example of a driver.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnExample {
    /// The sentence.
    pub text: String,
    /// The question to which it is an answer.
    pub role: Role,
    /// What it says of the driver.
    pub expect: Expect,
}

/// What a function has to do with a driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duty {
    /// 9, 3, 1 or 0.
    pub weight: u8,
    /// Who answers for it; may be empty.
    pub owner: String,
}

/// The language of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// A list of a driver's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[expect(missing_docs, reason = "the lists of the file format, which docs/lexicon.md explains")]
pub enum DriverList {
    Aspect,
    AspectIfJudged,
    Positive,
    Negative,
    BesidePositive,
    BesideNegative,
    Exclude,
}

impl DriverList {
    /// All, as they stand in a file.
    pub const ALL: [Self; 7] = [
        Self::Aspect,
        Self::AspectIfJudged,
        Self::Positive,
        Self::Negative,
        Self::BesidePositive,
        Self::BesideNegative,
        Self::Exclude,
    ];

    /// Its table in the file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Aspect => "aspect",
            Self::AspectIfJudged => "aspect_if_judged",
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::BesidePositive => "beside_aspect.positive",
            Self::BesideNegative => "beside_aspect.negative",
            Self::Exclude => "exclude",
        }
    }

    /// Its terms in a file.
    pub(super) fn of(self, file: &DriverFile) -> &Terms {
        match self {
            Self::Aspect => &file.aspect,
            Self::AspectIfJudged => &file.aspect_if_judged,
            Self::Positive => &file.positive,
            Self::Negative => &file.negative,
            Self::BesidePositive => &file.beside_aspect.positive,
            Self::BesideNegative => &file.beside_aspect.negative,
            Self::Exclude => &file.exclude,
        }
    }
}

/// A list of terms: in which file, and which of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListAt {
    /// A list of a driver.
    Driver(String, DriverList, Language),
    /// A list of `polarity/<file>.toml`.
    Words(String, WordClass),
    /// Words of `lexicon.toml` that the Chinese segmenter keeps whole.
    Whole(Language),
}

/// What sheets call the list of [`ListAt::Whole`].
pub const WHOLE: &str = "whole";

impl ListAt {
    /// What sheets call the list.
    pub fn list(&self) -> &'static str {
        match self {
            Self::Driver(_, list, _) => list.key(),
            Self::Words(_, class) => class.key(),
            Self::Whole(_) => WHOLE,
        }
    }

    /// `zh` or `en`; of words of no driver the name of their file.
    pub fn language(&self) -> &str {
        match self {
            Self::Driver(_, _, language) | Self::Whole(language) => language.key(),
            Self::Words(file, _) => file,
        }
    }
}

/// All lists of words of no driver.
pub fn word_classes() -> [WordClass; 23] {
    PolarityFile::default().lists().map(|(class, _)| class)
}

impl Head {
    /// What it says, by key; of no lexicon nothing.
    pub fn fields(&self) -> IndexMap<String, Said> {
        let texts = [("name", Some(&self.name)), ("version", Some(&self.version)), ("extends", self.extends.as_ref())];
        let said = texts.into_iter().filter_map(|(key, text)| Some((key, text.filter(|text| !text.is_empty())?)));
        let mut fields: IndexMap<_, _> = said.map(|(key, text)| (key.to_owned(), Said::Text(text.clone()))).collect();
        fields.extend(named("description", &self.description));
        fields
    }
}

impl OwnDriver {
    /// What it says, by key.
    pub fn fields(&self) -> IndexMap<String, Said> {
        let mut fields = IndexMap::new();
        let mut say = |key: &str, said: Option<Said>| {
            fields.extend(said.map(|said| (key.to_owned(), said)));
        };
        say("parent", self.parent.clone().map(Said::Text));
        for (key, name) in named("name", &self.name) {
            say(&key, Some(name));
        }
        say("enabled", self.enabled.map(Said::Switch));
        say("people", self.people.map(Said::Switch));
        say("controllable", self.controllable.map(|said| Said::Text(said.as_str().to_owned())));
        for (attribute, value) in &self.rollup {
            say(&format!("rollup.{attribute}"), Some(Said::Text(value.clone())));
        }
        fields
    }
}

fn named(key: &str, names: &Names) -> impl Iterator<Item = (String, Said)> {
    let of = |language: &str, name: &Option<String>| {
        name.as_ref().map(|name| (format!("{key}.{language}"), Said::Text(name.clone())))
    };
    of("zh", &names.zh).into_iter().chain(of("en", &names.en))
}

impl Layer {
    /// The attributes that drivers choose values of, and those that it declares.
    pub fn attributes(&self) -> BTreeSet<&str> {
        let declared = self.rollups.iter().map(|attribute| attribute.id.as_str());
        let chosen = self.drivers.values().flat_map(|driver| driver.rollup.keys().map(String::as_str));
        declared.chain(chosen).collect()
    }
}

/// A term as every file would write it: blanks at its ends, and after the `-` that takes one away, say nothing.
pub fn written(term: &str) -> String {
    let term = term.trim();
    term.strip_prefix("- ").map_or_else(|| term.to_owned(), |removed| format!("- {}", removed.trim()))
}
