//! Every problem of a lexicon at once: what its files say, what they say together and with the lexicon that they extend, and what the
//! engine makes of them.
//!
//! Not for how findings are printed (`cli`), and not for lexicons that are only used: `lexicon` stops at the first thing that it cannot use.
//!
//! - [`rules`]: what is looked for.
//! - [`finding`]: what is found.
//! - `source`: the files as they lie in the folder.
//! - `shapes`: keys and types.
//! - `tree`: drivers; `terms`: single terms; `lists`: terms beside each other; `shared`: terms of two drivers; `matching`: what only the engine can say.

pub mod finding;
mod lists;
mod matching;
pub mod rules;
mod shapes;
mod shared;
mod source;
mod terms;
mod tree;

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use finding::{Excerpt, Finding};
pub use rules::{RULES, Rule, Severity};

use self::rules::{EXTENDS, NO_TERMS, OTHER, SYNTAX};
use self::source::{Source, Sources};
use self::terms::{Folding, Written};
use crate::error::{Error, Result};
use crate::evaluate::run_examples_of;
use crate::evaluate::texts::Texts;
use crate::lexicon::files;
use crate::lexicon::format::{DriverFile, LexiconFile, PolarityFile};
use crate::lexicon::limits::Limits;
use crate::lexicon::shape::{self, Key};
use crate::lexicon::{Lexicon, Resolved};
use crate::tag::Tagger;
use crate::tag::tagger::TaggerOptions;

/// What a check found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The lexicon as it was named.
    pub lexicon: String,
    /// How many files were read.
    pub files: usize,
    /// By file and place.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.rule.severity == severity).count()
    }
}

/// The files of a lexicon, read.
struct Parsed<'s> {
    head: Option<(&'s Source, LexiconFile)>,
    drivers: Vec<(&'s Source, DriverFile)>,
    /// Drivers whose files say nothing that can be read, by the files' names.
    unread: Vec<&'s str>,
    polarity: Vec<(&'s Source, PolarityFile)>,
    responsibility: Option<&'s Source>,
}

/// Checks the lexicon of this name, a bundled one or a folder; with a survey also how often its terms stand in the comments of that.
///
/// # Errors
/// Where there is no such lexicon, or a file cannot be read. What is wrong with the lexicon itself is a finding.
pub fn check(name: &str, survey: Option<&Texts>, limits: &Limits) -> Result<Report> {
    let (sources, mut found) = source::open(name)?;
    let files = sources.len();
    let before = found.len();
    let parsed = parse(&sources, &mut found);
    let is_whole = found.len() == before && before == 0;
    let base = base(&parsed, files::folder(name, None).as_deref(), limits, &mut found);
    let mut folding = Folding::new()?;
    let mut terms: Vec<Written<'_>> = Vec::new();
    // Of a file and its copy each term stands twice: the copy alone is told of.
    let is_copy = |source: &Source, id: &str| {
        source.stem != id && parsed.drivers.iter().any(|(other, file)| other.stem == id && file.id.get_ref() == id)
    };
    let on = parsed.drivers.iter().filter(|(_, file)| file.enabled != Some(false));
    for (source, file) in on.filter(|(source, file)| !is_copy(source, file.id.get_ref())) {
        terms.extend(terms::of_driver(source, file, &mut folding));
    }
    for (source, file) in &parsed.polarity {
        terms.extend(terms::of_words(source, file, &mut folding));
    }
    if let Some((source, head)) = &parsed.head {
        terms::whole(source, head, &mut found);
    }
    if let Some(base) = &base {
        tree::check(&parsed, base, &mut found);
        terms::alone(&terms, &mut found);
        terms::slips(&terms, &parsed, base, &mut found);
        lists::together(&terms, (&parsed, base), &mut folding, &mut found);
    }
    let is_sound = is_whole && base.is_some() && found.iter().all(|finding| finding.rule.severity != Severity::Error);
    if is_sound {
        engine((name, limits), &parsed, &terms, survey, &mut found)?;
    }
    found.sort_by(|one, other| one.key().cmp(&other.key()));
    found.dedup_by(|next, kept| next.key() == kept.key());
    Ok(Report { lexicon: name.to_owned(), files, findings: found })
}

/// Reads every file that can be read; what is wrong with the others is added to `found`.
fn parse<'s>(sources: &'s Sources, found: &mut Vec<Finding>) -> Parsed<'s> {
    let head = sources.head.as_ref().and_then(|source| Some((source, typed(source, shape::LEXICON, found)?)));
    let mut unread: Vec<&str> = sources.unread_drivers.iter().map(String::as_str).collect();
    let mut drivers = Vec::new();
    for source in &sources.drivers {
        match typed(source, shape::DRIVER, found) {
            Some(file) => drivers.push((source, file)),
            None => unread.push(&source.stem),
        }
    }
    let polarity =
        sources.polarity.iter().filter_map(|source| Some((source, typed(source, shape::POLARITY, found)?))).collect();
    Parsed { head, drivers, unread, polarity, responsibility: sources.responsibility.as_ref() }
}

fn typed<T: DeserializeOwned>(source: &Source, keys: &'static [Key], found: &mut Vec<Finding>) -> Option<T> {
    let wrong = shapes::check(source, keys);
    if !wrong.is_empty() {
        found.extend(wrong);
        return None;
    }
    match toml::from_str(&source.text) {
        Ok(file) => Some(file),
        Err(error) => {
            let bytes = error.span().unwrap_or(0..0);
            let help = "docs/lexicon.md shows what a file may hold.".to_owned();
            found.push(source.finding(&SYNTAX, bytes, error.message().trim().to_owned(), help));
            None
        }
    }
}

/// What this lexicon extends, resolved; none where that cannot be had.
fn base(
    parsed: &Parsed<'_>,
    root: Option<&std::path::Path>,
    limits: &Limits,
    found: &mut Vec<Finding>,
) -> Option<Resolved> {
    let Some((source, head)) = &parsed.head else { return Some(Resolved::default()) };
    let Some(extends) = &head.extends else { return Some(Resolved::default()) };
    match Resolved::load_beside(extends.get_ref(), root, &head.name, limits) {
        Ok(base) => Some(base),
        Err(error) => {
            let place = error.place().map(|place| format!("{place}: ")).unwrap_or_default();
            let message = format!("what this lexicon extends cannot be used: {place}{}", error.message());
            let help =
                error.way_out().unwrap_or("Name a bundled lexicon, or a folder relative to this one.").to_owned();
            found.push(source.finding(&EXTENDS, extends.span(), message, help));
            None
        }
    }
}

/// What only the engine can say, of a lexicon whose files are in order.
fn engine(
    (name, limits): (&str, &Limits),
    parsed: &Parsed<'_>,
    terms: &[Written<'_>],
    survey: Option<&Texts>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let loaded = Lexicon::load_resolved(&[name], limits);
    let (lexicon, resolved) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            found.push(other(name, &error));
            return Ok(());
        }
    };
    without_terms(parsed, &resolved, found);
    let tagger = Tagger::new(Arc::new(lexicon), TaggerOptions::default())?;
    matching::themselves(terms, &tagger, found);
    matching::examples(parsed, &run_examples_of(&tagger).failures, found);
    if let Some(survey) = survey {
        matching::in_survey(terms, &tagger, &survey.comments, found);
    }
    Ok(())
}

/// Drivers that nothing can mention.
fn without_terms(parsed: &Parsed<'_>, resolved: &Resolved, found: &mut Vec<Finding>) {
    for (source, file) in parsed.drivers.iter().filter(|(_, file)| file.enabled != Some(false)) {
        let id = file.id.get_ref();
        let has_terms =
            resolved.drivers.get(id).is_some_and(|driver| driver.terms.values().any(|terms| !terms.is_empty()));
        let is_parent = resolved.drivers.values().any(|driver| driver.parent.as_deref() == Some(id));
        if !has_terms && !is_parent {
            let help = "Write terms under aspect, positive or negative, or drivers under it.".to_owned();
            found.push(source.finding(&NO_TERMS, file.id.span(), format!("driver `{id}` has no terms"), help));
        }
    }
}

/// An error of loading that no rule found before.
fn other(name: &str, error: &Error) -> Finding {
    let place = error.place().cloned();
    let file = place.as_ref().map_or_else(|| PathBuf::from(name), |place| place.file.clone());
    let message = format!("{} ({})", error.message(), error.code());
    let mut finding = Finding::of_file(&OTHER, file, message, error.way_out().unwrap_or_default().to_owned());
    finding.at = place.and_then(|place| place.line.zip(place.column));
    finding
}
