//! From what is imported to the files of a lexicon: all that is wrong is found, what would change is shown, and only then is anything
//! written.
//!
//! Not for asking (`cli`), nor for how files are edited (`edit`).

use std::collections::BTreeMap;
use std::path::Path;

use super::difference::{Change, difference};
use super::edit;
use super::grid::{At, Problem};
use super::keys::keys;
use super::layer::{Head, Layer};
use super::source::{self, Says, Source};
use super::stage::Edited;
use super::understand::{Cells, Key, refer, slips};
use crate::curate::check::{self, Severity};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::limits::Limits;
use crate::lexicon::{Lexicon, Resolved, files};

/// What an import would do.
#[derive(Debug)]
pub enum Import {
    /// Nothing: these cells cannot be used.
    Refused(Vec<Problem>),
    /// This.
    Ready(Ready),
}

/// An import that can be carried out.
#[derive(Debug)]
pub struct Ready {
    /// What changes; nothing where the lexicon says the same already.
    pub changes: Vec<Change>,
    /// Sheets that are none of a lexicon's, and were not read.
    pub others: Vec<String>,
    /// The files, and which of them change.
    edited: Option<Edited>,
}

impl Ready {
    /// Puts the files in place: all of them, or on failure none. Gives those that were written or deleted, relative to the lexicon's
    /// folder.
    ///
    /// # Errors
    /// Where a file cannot be written, or was changed or made by somebody else meanwhile.
    pub fn write(self) -> Result<Vec<String>> {
        self.edited.map_or_else(|| Ok(Vec::new()), |edited| edited.stage()?.put())
    }
}

/// Reads `from` and finds what it changes of the lexicon in the folder `into`, which need not be there yet. Nothing of that folder is
/// written.
///
/// # Errors
/// Where `from` cannot be read at all, or `into` is something else than a lexicon. What is wrong with cells is [`Import::Refused`].
pub fn import(from: &Path, into: &Path, limits: &Limits) -> Result<Import> {
    let mut source = source::read(from)?;
    let current = current(into)?;
    let is_new = current.is_empty();
    let before = if is_new { Layer::default() } else { Layer::read(&files::open_within(&named(into), None, limits)?)? };
    let after = match &source.says {
        Says::All(layer) => (**layer).clone(),
        Says::More(dictionary) => {
            let base = below(&before.head, into, &source.cells, limits).unwrap_or_else(|problem| {
                source.problems.push(problem);
                Resolved::default()
            });
            let mut layer = before.clone();
            if is_new {
                let name = into.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                layer.head = Head { name, version: "0.1.0".to_owned(), ..Head::default() };
            }
            dictionary.add_to(&mut layer, &base);
            layer
        }
    };
    let changes = difference(&before, &after);
    if source.problems.is_empty() && changes.is_empty() && !is_new {
        return Ok(Import::Ready(Ready { changes, others: source.others, edited: None }));
    }
    if source.is_sound() {
        let files = edit::edit(&current, &changes)?;
        let edited = Edited { into: into.to_path_buf(), current, changed: files };
        let wrong = together(&source, (&before, &after), edited.stage()?.path(), limits)?;
        source.problems.extend(wrong);
        if source.problems.is_empty() {
            return Ok(Import::Ready(Ready { changes, others: source.others, edited: Some(edited) }));
        }
    }
    let mut problems = source.problems;
    problems.sort_by(|one, other| one.at.cmp(&other.at));
    Ok(Import::Refused(problems))
}

/// A folder as lexicons are opened by: one that is surely no bundled name.
fn named(folder: &Path) -> String {
    Path::new(".").join(folder).display().to_string()
}

/// The files of the lexicon in a folder, by their paths in it; none where there is no such folder, or nothing in it.
fn current(into: &Path) -> Result<BTreeMap<String, String>> {
    let is_empty = || into.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if !into.exists() || (into.is_dir() && is_empty()) {
        return Ok(BTreeMap::new());
    }
    if !into.join("lexicon.toml").is_file() {
        return Err(Error::new(ErrorKind::Usage, "no_lexicon", format!("{} is no lexicon", into.display()))
            .at(Place::file(into))
            .help("Name the folder of a lexicon, or one that does not exist yet."));
    }
    let listing = files::list(into)?;
    let paths = [listing.head].into_iter().chain(listing.drivers).chain(listing.polarity).chain(listing.responsibility);
    paths
        .map(|path| {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| Error::io(ErrorKind::Lexicon, "read", &path, source))?;
            let relative = path.strip_prefix(into).unwrap_or(&path);
            let parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            Ok((parts.join("/"), text))
        })
        .collect()
}

/// What the lexicon in the folder `root` extends; nothing where it extends none.
fn below(head: &Head, root: &Path, cells: &Cells, limits: &Limits) -> std::result::Result<Resolved, Problem> {
    let Some(extends) = &head.extends else { return Ok(Resolved::default()) };
    Resolved::load_beside(extends, Some(root), &head.name, limits).map_err(|error| Problem {
        at: cells.at(&Key::Head("extends".to_owned())),
        message: format!("what the lexicon extends cannot be used: {}", error.message()),
        help: error.way_out().unwrap_or_default().to_owned(),
    })
}

/// What is wrong with the lexicon as a whole, in the folder `staged`: with what it extends, with what rows name, and with what loading it shows.
fn together(
    source: &Source,
    (before, after): (&Layer, &Layer),
    staged: &Path,
    limits: &Limits,
) -> Result<Vec<Problem>> {
    let base = match below(&after.head, staged, &source.cells, limits) {
        Ok(base) => base,
        Err(problem) => return Ok(vec![problem]),
    };
    let mut problems = refer::refer(after, &base, &source.cells);
    // What other programs say is theirs.
    if matches!(source.says, Says::All(_)) {
        problems.extend(slips::slips(before, after, &base, &source.cells));
    }
    let staged = named(staged);
    let loaded = Resolved::load_within(&[&staged], limits).and_then(|resolved| Lexicon::compile(&resolved));
    if let Err(error) = loaded {
        problems.extend(at_cells(source, (&staged, limits), &error, &problems)?);
    } else if problems.is_empty()
        && source.problems.is_empty()
        && Layer::read(&files::open_within(&staged, None, limits)?)? != *after
    {
        return Err(Error::new(ErrorKind::Lexicon, "not_editable", "the files cannot be edited so that they say this")
            .help("Import into a new folder, and compare the two."));
    }
    Ok(problems)
}

/// Everything that keeps the lexicon in the folder `staged` from loading, each at the cell that it comes from; `told`: what has been
/// told already.
fn at_cells(
    source: &Source,
    (staged, limits): (&str, &Limits),
    error: &Error,
    told: &[Problem],
) -> Result<Vec<Problem>> {
    let keys = keys(staged)?;
    let at = |place: Option<&Place>| {
        let key = place.and_then(|place| keys.of(place));
        key.map_or(At::Nowhere, |key| source.cells.at(key))
    };
    let report = check::check(staged, None, limits)?;
    let findings = report.findings.into_iter().filter(|finding| finding.rule.severity == Severity::Error);
    let mut problems: Vec<Problem> = findings
        .map(|finding| Problem {
            at: at(Some(&finding.place())),
            message: keys.in_cells(&finding.message, &source.cells),
            help: finding.help,
        })
        .collect();
    if problems.is_empty() {
        let help = error.way_out().unwrap_or_default().to_owned();
        let message = keys.in_cells(error.message(), &source.cells);
        problems.push(Problem { at: at(error.place()), message, help });
    }
    let is_told = |problem: &Problem| {
        problem.at != At::Nowhere && told.iter().chain(&source.problems).any(|told| told.at == problem.at)
    };
    problems.retain(|problem| !is_told(problem));
    // What is nowhere follows from what has a cell, where something does.
    if problems.iter().any(|problem| problem.at != At::Nowhere) || !told.is_empty() {
        problems.retain(|problem| problem.at != At::Nowhere);
    }
    Ok(problems)
}
