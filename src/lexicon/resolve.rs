//! From the files of several lexicons to one set of drivers and words: `extends`, overlays, removal, and the content hash.
//!
//! Not for matching: terms stay as written here; `compile` folds them and builds the tries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::files::{self, File, Folder};
use super::format::{DriverFile, Example, LexiconFile, Names, PolarityFile, Responsibility, Usage, WrittenTerm};
use crate::error::{Error, ErrorKind, Place, Result};

/// What a driver's term says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// Names the driver.
    Aspect,
    /// Praises it by itself.
    Positive,
    /// Blames it by itself.
    Negative,
    /// Praises it beside an aspect term.
    BesidePositive,
    /// Blames it beside an aspect term.
    BesideNegative,
    /// Inside this nothing of the driver counts.
    Exclude,
}

impl Sense {
    /// As it stands in term ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aspect => "aspect",
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::BesidePositive => "beside_positive",
            Self::BesideNegative => "beside_negative",
            Self::Exclude => "exclude",
        }
    }
}

/// What a word that belongs to no driver does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WordClass {
    /// Praises whatever the clause speaks of.
    Positive,
    /// Blames it.
    Negative,
    /// Says that it is neither good nor bad.
    Neutral,
    /// Turns what follows.
    Negator,
    /// Turns it too, and before an aspect says that there is none.
    Absence,
    /// Takes away the side of what follows.
    Hedge,
    /// Tells somebody not to, where it begins a clause.
    Forbid,
    /// Carries a negation on to what follows.
    Join,
    /// No negation reaches past it.
    Stop,
    /// Carries no side.
    Degree,
    /// Says nothing, and no word inside it does.
    Aside,
    /// Turns praise into blame.
    Excess,
    /// Begins a clause of its own.
    Contrast,
    /// A wish or advice.
    Wish,
    /// Tells how something is.
    State,
    /// Speaks of an earlier time.
    Earlier,
    /// Speaks of the present.
    Later,
    /// Begins an exception.
    Except,
    /// Stands for all but an exception.
    Rest,
    /// Begins a condition.
    Condition,
    /// Makes a question of its clause.
    Question,
    /// Begins an answer that has nothing to complain of.
    Opener,
    /// As a whole answer: there is no comment.
    NoComment,
}

impl WordClass {
    /// As it stands in term ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "praise",
            Self::Negative => "blame",
            Self::Neutral => "neutral",
            Self::Negator => "negator",
            Self::Absence => "absence",
            Self::Hedge => "hedge",
            Self::Forbid => "forbid",
            Self::Join => "join",
            Self::Stop => "stop",
            Self::Degree => "degree",
            Self::Aside => "aside",
            Self::Excess => "excess",
            Self::Contrast => "contrast",
            Self::Wish => "wish",
            Self::State => "state",
            Self::Earlier => "earlier",
            Self::Later => "later",
            Self::Except => "except",
            Self::Rest => "rest",
            Self::Condition => "condition",
            Self::Question => "question",
            Self::Opener => "opener",
            Self::NoComment => "no_comment",
        }
    }
}

/// A set of terms as written, each with how it is used.
pub type TermSet = BTreeMap<String, Usage>;

/// A driver's test. It belongs to the lexicon that wrote it: an overlay changes what a driver means, so an inherited example is
/// a test of its own lexicon alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverExample {
    /// The name of the lexicon that wrote it.
    pub lexicon: String,
    /// Where it stands.
    pub place: Place,
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
    /// Attributes that group drivers across the tree.
    pub rollup: BTreeMap<String, String>,
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
    /// Who answers for which driver.
    pub responsibility: BTreeSet<Responsibility>,
}

impl Resolved {
    /// Reads the lexicons of these names (bundled ones, or folders), in order; a later one overlays an earlier one.
    pub fn load<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        let mut resolved = Self::default();
        let mut path = Vec::new();
        for name in names {
            resolved.include(name.as_ref(), None, &mut path)?;
        }
        resolved.check_tree()?;
        Ok(resolved)
    }

    /// The content hash: BLAKE3 of the meaning alone, in hexadecimal. The order of files, comments, layout, examples, names of
    /// lexicons and versions change nothing.
    pub fn hash(&self) -> String {
        // Maps and sets are ordered, so this serialisation is canonical; a map of strings cannot fail to serialise.
        let canonical = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&canonical).to_hex().to_string()
    }

    fn include(&mut self, name: &str, base: Option<&Path>, path: &mut Vec<String>) -> Result<()> {
        let folder = files::open(name, base)?;
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
        if self.lexicons.iter().any(|seen| seen.name == head.name) {
            return Ok(());
        }
        if let Some(extends) = &head.extends {
            path.push(head.name.clone());
            self.include(extends, folder.root.as_deref(), path)?;
            path.pop();
        }
        self.overlay(&folder, &head)?;
        self.lexicons.push(LexiconName { name: head.name, version: head.version });
        Ok(())
    }

    fn overlay(&mut self, folder: &Folder, head: &LexiconFile) -> Result<()> {
        for term in head.words.iter() {
            self.whole_words.insert(term.get_ref().text().trim().to_owned());
        }
        for file in &folder.drivers {
            self.overlay_driver(file, &head.name)?;
        }
        for file in &folder.polarity {
            let lists: PolarityFile = parse(file)?;
            for (class, terms) in [
                (WordClass::Positive, &lists.positive),
                (WordClass::Negative, &lists.negative),
                (WordClass::Neutral, &lists.neutral),
                (WordClass::Negator, &lists.negators),
                (WordClass::Absence, &lists.absence),
                (WordClass::Hedge, &lists.hedges),
                (WordClass::Forbid, &lists.forbids),
                (WordClass::Join, &lists.joins),
                (WordClass::Stop, &lists.stops),
                (WordClass::Degree, &lists.degree),
                (WordClass::Aside, &lists.asides),
                (WordClass::Excess, &lists.excess),
                (WordClass::Contrast, &lists.contrast),
                (WordClass::Wish, &lists.wishes),
                (WordClass::State, &lists.states),
                (WordClass::Earlier, &lists.earlier),
                (WordClass::Later, &lists.later),
                (WordClass::Except, &lists.except),
                (WordClass::Rest, &lists.rest),
                (WordClass::Condition, &lists.conditions),
                (WordClass::Question, &lists.questions),
                (WordClass::Opener, &lists.openers),
                (WordClass::NoComment, &lists.no_comment),
            ] {
                add_terms(self.words.entry(class).or_default(), terms.iter(), file)?;
            }
        }
        if let Some(file) = &folder.responsibility {
            self.overlay_responsibility(file)?;
        }
        Ok(())
    }

    fn overlay_driver(&mut self, file: &File, lexicon: &str) -> Result<()> {
        let written: DriverFile = parse(file)?;
        let id = written.id.get_ref().clone();
        let id_place = || place(file, written.id.span().start);
        if id != file.stem {
            return Err(Error::new(
                ErrorKind::Lexicon,
                "driver_id",
                format!("the driver's id `{id}` is not the file's name `{}`", file.stem),
            )
            .at(id_place())
            .help(format!("Write id = \"{}\", or rename the file to {id}.toml.", file.stem)));
        }
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(Error::new(ErrorKind::Lexicon, "driver_id", format!("`{id}` cannot be a driver's id"))
                .at(id_place())
                .help("Use lower-case letters, digits and _ only, such as response_time."));
        }
        if crate::types::Residual::parse(&id).is_some() {
            return Err(Error::new(
                ErrorKind::Lexicon,
                "driver_id",
                format!("`{id}` is the name of a residual bucket"),
            )
            .at(id_place())
            .help("Choose another id for this driver."));
        }
        if written.enabled == Some(false) {
            self.drivers.remove(&id);
            return Ok(());
        }
        let driver = self.drivers.entry(id.clone()).or_default();
        if let Some(parent) = &written.parent {
            driver.parent = Some(parent.get_ref().clone()).filter(|parent| !parent.is_empty());
            driver.place = Some(place(file, parent.span().start));
        } else if driver.place.is_none() {
            driver.place = Some(id_place());
        }
        let Names { zh, en } = &written.name;
        rename(&mut driver.name_zh, zh.as_deref(), &id);
        rename(&mut driver.name_en, en.as_deref(), &id);
        driver.people = written.people.unwrap_or(driver.people);
        driver.rollup.extend(written.rollup);
        for (sense, terms) in [
            (Sense::Aspect, &written.aspect),
            (Sense::Positive, &written.positive),
            (Sense::Negative, &written.negative),
            (Sense::BesidePositive, &written.beside_aspect.positive),
            (Sense::BesideNegative, &written.beside_aspect.negative),
            (Sense::Exclude, &written.exclude),
        ] {
            add_terms(driver.terms.entry(sense).or_default(), terms.iter(), file)?;
        }
        let aspects = driver.terms.entry(Sense::Aspect).or_default();
        add_terms(aspects, written.aspect_if_judged.iter(), file)?;
        for term in written.aspect_if_judged.iter() {
            if let Some(usage) = aspects.get_mut(term.get_ref().text().trim()) {
                usage.bare = false;
            }
        }
        driver.examples.extend(written.example.into_iter().map(|example| DriverExample {
            lexicon: lexicon.to_owned(),
            place: place(file, example.text.span().start),
            example,
        }));
        Ok(())
    }

    fn overlay_responsibility(&mut self, file: &File) -> Result<()> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.text.as_bytes());
        let mut rows = Vec::new();
        for row in reader.deserialize::<Responsibility>() {
            let row = row.map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                Error::new(ErrorKind::Lexicon, "responsibility", error.to_string())
                    .at(Place::line(&file.path, line, None))
                    .help("The columns are driver,function,weight,owner.")
            })?;
            if ![0, 1, 3, 9].contains(&row.weight) {
                return Err(Error::new(
                    ErrorKind::Lexicon,
                    "responsibility",
                    format!("{} × {} has weight {}", row.driver, row.function, row.weight),
                )
                .at(Place::file(&file.path))
                .help("A weight is 9 (owns it), 3 (contributes), 1 (touches it) or 0."));
            }
            rows.push(row);
        }
        let named: BTreeSet<String> = rows.iter().map(|row| row.driver.clone()).collect();
        self.responsibility.retain(|row| !named.contains(&row.driver));
        self.responsibility.extend(rows);
        Ok(())
    }

    /// Parents exist, and nobody is an ancestor of itself.
    fn check_tree(&self) -> Result<()> {
        for (id, driver) in &self.drivers {
            let mut seen = vec![id.as_str()];
            let mut at = driver;
            while let Some(parent) = at.parent.as_deref() {
                let error = |message: String, help: String| {
                    let error = Error::new(ErrorKind::Lexicon, "driver_parent", message).help(help);
                    match &driver.place {
                        Some(place) => error.at(place.clone()),
                        None => error,
                    }
                };
                if seen.contains(&parent) {
                    return Err(error(
                        format!("driver `{id}` is its own ancestor: {} → {parent}", seen.join(" → ")),
                        "Give one of them another parent.".to_owned(),
                    ));
                }
                seen.push(parent);
                let Some(next) = self.drivers.get(parent) else {
                    return Err(error(
                        format!("the parent `{parent}` of driver `{id}` does not exist"),
                        format!("Write drivers/{parent}.toml, or name another parent."),
                    ));
                };
                at = next;
            }
        }
        Ok(())
    }
}

fn rename(name: &mut String, written: Option<&str>, id: &str) {
    if let Some(written) = written {
        written.clone_into(name);
    } else if name.is_empty() {
        id.clone_into(name);
    }
}

/// Adds written terms to a set; `- "term"` takes one out again.
fn add_terms<'a>(set: &mut TermSet, terms: impl Iterator<Item = &'a Spanned<WrittenTerm>>, file: &File) -> Result<()> {
    for term in terms {
        let text = term.get_ref().text().trim();
        if let Some(removed) = text.strip_prefix("- ") {
            if set.remove(removed.trim()).is_none() {
                return Err(Error::new(
                    ErrorKind::Lexicon,
                    "nothing_to_remove",
                    format!("`{}` is not inherited, so it cannot be taken away", removed.trim()),
                )
                .at(place(file, term.span().start))
                .help("Write it as the inherited list has it, or delete this line."));
            }
            continue;
        }
        super::term::parse(text).map_err(|why| {
            Error::new(ErrorKind::Lexicon, "term", format!("`{text}`: {why}")).at(place(file, term.span().start))
        })?;
        set.insert(text.to_owned(), term.get_ref().usage());
    }
    Ok(())
}

/// Parses a TOML file; an error carries line and column.
fn parse<T: DeserializeOwned>(file: &File) -> Result<T> {
    toml::from_str(&file.text).map_err(|error| {
        let wrong = Error::new(ErrorKind::Lexicon, "lexicon_syntax", error.message().trim().to_owned());
        wrong
            .at(error.span().map_or_else(|| Place::file(&file.path), |span| place(file, span.start)))
            .help("docs/lexicon.md shows what a file may hold.")
    })
}

/// The line and column of a byte of a file.
fn place(file: &File, byte: usize) -> Place {
    Place::of_byte(&file.path, &file.text, byte)
}

#[cfg(test)]
mod tests;
