//! From the files of several lexicons to one set of drivers and words: `extends`, overlays, removal, and the content hash.
//!
//! Not for matching: terms stay as written here; `compile` folds them and builds the tries.

pub(crate) mod problems;
mod rollups;
mod rows;
mod terms;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::files::{self, File, Folder, Open};
use super::format::{Controllable, DriverFile, Example, LexiconFile, Names, PolarityFile, Responsibility};
use super::limits::Limits;
use super::sense::{Sense, WordClass};
use super::syntax::{self, Mistake};
use crate::error::{Error, ErrorKind, Place, Result};
pub use rollups::{Named, ResolvedRollup, RollupChoice};
pub(crate) use rollups::{declare, wrong_ids};
pub(crate) use rows::responsibility_rows;
use terms::add_terms;
pub use terms::{Origin, ResolvedTerm, TermSet};

/// A driver's test. It belongs to the lexicon that wrote it: an overlay changes what a driver means, so an inherited example is
/// a test of its own lexicon alone.
#[derive(Debug, Clone)]
pub struct DriverExample {
    /// The name of the lexicon that wrote it.
    pub lexicon: String,
    /// Where it stands.
    pub origin: Origin,
    /// The sentence and what is expected.
    pub example: Example,
}

/// One driver after all overlays.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ResolvedDriver {
    /// The driver under which it stands.
    pub parent: Option<String>,
    /// Its Chinese name; the id where none is given.
    pub name_zh: String,
    /// Its English name; the id where none is given.
    pub name_en: String,
    /// Whether its aspects are people and what they do.
    pub people: bool,
    /// Its own values of the attributes that group drivers across the tree.
    pub rollup: BTreeMap<String, RollupChoice>,
    /// Whether its owner can change it, where its own file says so.
    pub controllable: Option<Controllable>,
    /// Its terms.
    pub terms: BTreeMap<Sense, TermSet>,
    /// Its tests, those of a base before those of what extends it; not part of the meaning, so not of the hash.
    #[serde(skip)]
    pub examples: Vec<DriverExample>,
    /// Where it was last written, for messages.
    #[serde(skip)]
    pub place: Option<Place>,
}

/// A lexicon's name and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LexiconName {
    /// The name in `lexicon.toml`.
    pub name: String,
    /// The version there.
    pub version: String,
}

/// Where a lexicon was read.
#[derive(Debug, Clone)]
struct ReadFrom {
    /// As messages name it.
    at: String,
    /// Of all its files.
    digest: blake3::Hash,
}

/// All that the chosen lexicons mean together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Resolved {
    /// The lexicons, a base before what extends it; not part of the meaning.
    #[serde(skip)]
    pub lexicons: Vec<LexiconName>,
    /// The drivers by id.
    pub drivers: BTreeMap<String, ResolvedDriver>,
    /// Words of no driver.
    pub words: BTreeMap<WordClass, TermSet>,
    /// Words that the segmenter keeps whole.
    pub whole_words: BTreeSet<String>,
    /// The attributes that group drivers across the tree, in the order in which they are shown.
    pub rollups: Vec<ResolvedRollup>,
    /// Who answers for which driver.
    pub responsibility: BTreeSet<Responsibility>,
    /// Where each driver's first row of responsibility stands, for messages.
    #[serde(skip)]
    rows_at: BTreeMap<String, Place>,
    /// Where each of `lexicons` was read.
    #[serde(skip)]
    read: Vec<ReadFrom>,
    /// Drivers that an overlay took out.
    #[serde(skip)]
    switched_off: BTreeSet<String>,
}

impl Resolved {
    /// Reads the lexicons of these names (bundled ones, or folders), in order; a later one overlays an earlier one.
    pub fn load<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        Self::load_within(names, &Limits::default())
    }

    /// As [`Self::load`], within these limits.
    pub fn load_within<S: AsRef<str>>(names: &[S], limits: &Limits) -> Result<Self> {
        let resolved = Self::load_by(&|name, base| files::open_within(name, base, limits), names)?;
        limits.allow(&resolved)?;
        Ok(resolved)
    }

    /// As [`Self::load`], from wherever `open` finds the files.
    pub(crate) fn load_by<S: AsRef<str>>(open: &Open<'_>, names: &[S]) -> Result<Self> {
        let mut resolved = Self::default();
        let mut path = Vec::new();
        for name in names {
            resolved.include(open, name.as_ref(), None, &mut path)?;
            if let Some(hash) = kept_hash(name.as_ref()) {
                // Under the name of its hash there is what one lexicon says, not what several say together.
                let alone = if names.len() == 1 { resolved.hash() } else { Self::alone(open, name.as_ref())?.hash() };
                check_kept(name.as_ref(), hash, &alone)?;
            }
        }
        resolved.check_tree()?;
        rollups::check(&resolved)?;
        resolved.check_responsibility()?;
        Ok(resolved)
    }

    /// One lexicon by itself.
    fn alone(open: &Open<'_>, name: &str) -> Result<Self> {
        let mut alone = Self::default();
        alone.include(open, name, None, &mut Vec::new())?;
        Ok(alone)
    }

    /// Reads what a lexicon extends; `root`: its folder, if it lies in one; `name`: what it is called, since it cannot extend itself.
    pub(crate) fn load_beside(extends: &str, root: Option<&Path>, name: &str, limits: &Limits) -> Result<Self> {
        let mut resolved = Self::default();
        let open: &Open<'_> = &|name, base| files::open_within(name, base, limits);
        resolved.include(open, extends, root, &mut vec![name.to_owned()])?;
        Ok(resolved)
    }

    /// A driver and those above it, nearest first, each with its id; none where there is no such driver.
    pub fn lineage<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (&'a str, &'a ResolvedDriver)> {
        let with_id = |id: &'a str| Some((id, self.drivers.get(id)?));
        let above = move |(_, driver): &(&'a str, &'a ResolvedDriver)| with_id(driver.parent.as_deref()?);
        // In a tree nobody has more ancestors than there are drivers.
        std::iter::successors(with_id(id), above).take(self.drivers.len())
    }

    /// The content hash: BLAKE3 of the meaning alone, in hexadecimal. The order of files, comments, layout, examples, names of
    /// lexicons and versions change nothing.
    pub fn hash(&self) -> String {
        // Maps and sets are ordered, so this serialisation is canonical; a map of strings cannot fail to serialise.
        let canonical = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&canonical).to_hex().to_string()
    }

    fn include(&mut self, open: &Open<'_>, name: &str, base: Option<&Path>, path: &mut Vec<String>) -> Result<()> {
        let folder = open(name, base)?;
        let head: LexiconFile = parse(&folder.head)?;
        if path.contains(&head.name) {
            return Err(Error::new(
                ErrorKind::Lexicon,
                "extends_cycle",
                format!("lexicon `{}` extends itself: {} → {}", head.name, path.join(" → "), head.name),
            )
            .at(Place::file(&folder.head.path))
            .help("Take one `extends` out of the circle."));
        }
        let digest = folder.digest();
        if let Some((_, seen)) = self.lexicons.iter().zip(&self.read).find(|(seen, _)| seen.name == head.name) {
            if seen.digest == digest {
                return Ok(());
            }
            let message = format!("two lexicons are called `{}`: this one, and {}", head.name, seen.at);
            return Err(Error::new(ErrorKind::Lexicon, "two_of_one_name", message)
                .at(Place::file(&folder.head.path))
                .help("Give one of them another `name`."));
        }
        if let Some(extends) = &head.extends {
            path.push(head.name.clone());
            self.include(open, extends.get_ref(), folder.root.as_deref(), path)?;
            path.pop();
        }
        self.overlay(&folder, &head)?;
        self.lexicons.push(LexiconName { name: head.name, version: head.version });
        let at = folder.root.map_or_else(|| "the bundled one".to_owned(), |_| folder.head.path.display().to_string());
        self.read.push(ReadFrom { at, digest });
        Ok(())
    }

    fn overlay(&mut self, folder: &Folder, head: &LexiconFile) -> Result<()> {
        for term in head.words.iter() {
            self.whole_words.insert(term.get_ref().text().trim().to_owned());
        }
        if let Some((id, problem)) = rollups::wrong_ids(&head.rollup).next() {
            return Err(problem.into_error().at(folder.head.place(id.span().start)));
        }
        rollups::declare(&mut self.rollups, &head.rollup);
        let (drivers, polarity) = rayon::join(
            || folder.drivers.par_iter().map(|file| parse::<DriverFile>(file)).collect::<Vec<_>>(),
            || folder.polarity.par_iter().map(|file| parse::<PolarityFile>(file)).collect::<Vec<_>>(),
        );
        for (file, written) in folder.drivers.iter().zip(drivers) {
            self.overlay_driver(file, written?, &head.name)?;
        }
        for (file, lists) in folder.polarity.iter().zip(polarity) {
            let lists = lists?;
            for (class, terms) in lists.lists() {
                add_terms(self.words.entry(class).or_default(), terms.iter(), file)?;
            }
        }
        // A file without words says no more than none.
        if self.words.values().all(TermSet::is_empty) {
            self.words.clear();
        }
        if let Some(file) = &folder.responsibility {
            self.overlay_responsibility(file)?;
        }
        Ok(())
    }

    fn overlay_driver(&mut self, file: &Arc<File>, written: DriverFile, lexicon: &str) -> Result<()> {
        let id = written.id.get_ref().clone();
        let id_place = || file.place(written.id.span().start);
        if let Some(problem) = problems::of_driver_id(&id, &file.stem) {
            return Err(problem.into_error().at(id_place()));
        }
        if written.enabled == Some(false) {
            self.drivers.remove(&id);
            self.switched_off.insert(id);
            return Ok(());
        }
        let driver = self.drivers.entry(id.clone()).or_default();
        if let Some(parent) = &written.parent {
            driver.parent = Some(parent.get_ref().clone()).filter(|parent| !parent.is_empty());
            driver.place = Some(file.place(parent.span().start));
        } else if driver.place.is_none() {
            driver.place = Some(id_place());
        }
        let Names { zh, en } = &written.name;
        rename(&mut driver.name_zh, zh.as_deref(), &id);
        rename(&mut driver.name_en, en.as_deref(), &id);
        driver.people = written.people.unwrap_or(driver.people);
        driver.controllable = written.controllable.or(driver.controllable);
        for (sense, terms) in written.lists() {
            let set = driver.terms.entry(sense).or_default();
            if sense == Sense::Aspect {
                add_terms(set, terms.iter().chain(written.aspect_if_judged.iter()), file)?;
            } else {
                add_terms(set, terms.iter(), file)?;
            }
        }
        let aspects = driver.terms.entry(Sense::Aspect).or_default();
        for term in written.aspect_if_judged.iter() {
            if let Some(aspect) = aspects.get_mut(term.get_ref().text().trim()) {
                aspect.usage.bare = false;
            }
        }
        driver.rollup.extend(rollups::choices(written.rollup, file));
        driver.examples.extend(written.example.into_iter().map(|example| DriverExample {
            lexicon: lexicon.to_owned(),
            origin: Origin::new(file, example.text.span().start),
            example,
        }));
        Ok(())
    }

    fn overlay_responsibility(&mut self, file: &File) -> Result<()> {
        let rows = rows::read(file)?;
        let named: BTreeSet<&str> = rows.iter().map(|(row, _)| row.driver.as_str()).collect();
        self.responsibility.retain(|row| !named.contains(row.driver.as_str()));
        self.rows_at.retain(|driver, _| !named.contains(driver.as_str()));
        for (row, place) in rows {
            self.rows_at.entry(row.driver.clone()).or_insert(place);
            self.responsibility.insert(row);
        }
        Ok(())
    }

    /// Rows are of drivers; those of drivers that were switched off are dropped.
    fn check_responsibility(&mut self) -> Result<()> {
        for (driver, place) in &self.rows_at {
            if self.drivers.contains_key(driver) || self.switched_off.contains(driver) {
                continue;
            }
            let known = self.drivers.keys().map(String::as_str);
            return Err(problems::of_row(driver, known, &self.ids_by_name()).into_error().at(place.clone()));
        }
        let drivers = &self.drivers;
        self.responsibility.retain(|row| drivers.contains_key(&row.driver));
        Ok(())
    }

    /// The ids of drivers by their names in either language, for messages.
    pub(crate) fn ids_by_name(&self) -> BTreeMap<&str, &str> {
        let drivers = self.drivers.iter();
        drivers
            .flat_map(|(id, driver)| [&driver.name_zh, &driver.name_en].map(|name| (name.as_str(), id.as_str())))
            .collect()
    }

    /// Parents exist, and nobody is an ancestor of itself.
    fn check_tree(&self) -> Result<()> {
        let parents = self.drivers.iter().map(|(id, driver)| (id.as_str(), driver.parent.as_deref())).collect();
        let Some((id, problem)) = problems::of_tree(&parents, &self.ids_by_name()).into_iter().next() else {
            return Ok(());
        };
        let place = self.drivers.get(id).and_then(|driver| driver.place.clone());
        let error = problem.into_error();
        Err(match place {
            Some(place) => error.at(place),
            None => error,
        })
    }
}

fn rename(name: &mut String, written: Option<&str>, id: &str) {
    if let Some(written) = written {
        written.clone_into(name);
    } else if name.is_empty() {
        id.clone_into(name);
    }
}

/// Parses a TOML file; an error carries line and column.
pub(crate) fn parse<T: DeserializeOwned>(file: &File) -> Result<T> {
    toml::from_str(&file.text).map_err(|error| {
        let told = |message: &str| Error::new(ErrorKind::Lexicon, "lexicon_syntax", message);
        if let Some(Mistake { bytes, message, help }) = syntax::mistakes(&file.text).into_iter().next() {
            return told(&message).at(file.place(bytes.start)).help(help);
        }
        told(error.message().trim())
            .at(error.span().map_or_else(|| Place::file(&file.path), |span| file.place(span.start)))
            .help("docs/lexicon.md shows what a file may hold.")
    })
}

/// The hash that a copy is called by which an output keeps; none of any other lexicon.
fn kept_hash(name: &str) -> Option<&str> {
    let hash = Path::new(name).file_name()?.to_str()?;
    (hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())).then_some(hash)
}

/// Sees that a copy that an output keeps still says what it said.
fn check_kept(folder: &str, hash: &str, says: &str) -> Result<()> {
    if says == hash {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Damaged, "damaged_lexicon", "this lexicon is not the one that was kept under its name")
        .at(Place::file(folder))
        .help("Restore the folder from a backup; rules that are to change go into a copy under another name."))
}

#[cfg(test)]
mod tests;
