//! The files of an import on their way: written beside the lexicon, loaded there, then put in place; and what stands where in them.
//!
//! Not for what is written (`edit`).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::layer::{DriverList, Language, ListAt, OwnExample, written};
use super::understand::Key;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::files::{self, File};
use crate::lexicon::format::{DriverFile, LexiconFile, PolarityFile, WrittenTerm};
use crate::lexicon::resolve::{parse, responsibility_rows};

/// A lexicon's files as they will be, in a folder beside it.
#[derive(Debug)]
pub(super) struct Stage {
    folder: tempfile::TempDir,
    into: PathBuf,
    /// What the files held when they were read.
    current: BTreeMap<String, String>,
    /// Those that change; `None`: it is deleted.
    edited: BTreeMap<String, Option<String>>,
}

impl Stage {
    /// Writes all files: those of `current`, as `edited` changes them.
    pub(super) fn new(
        into: &Path,
        current: BTreeMap<String, String>,
        edited: BTreeMap<String, Option<String>>,
    ) -> Result<Self> {
        let whole = if into.is_dir() { into.canonicalize() } else { std::path::absolute(into) };
        let into = whole.map_err(|source| Error::io(ErrorKind::Output, "find", into, source))?;
        let beside = into.parent().unwrap_or(&into);
        let failed = |source| Error::io(ErrorKind::Output, "write beside", &into, source);
        fs::create_dir_all(beside).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(".verbatim-import-").tempdir_in(beside).map_err(failed)?;
        let unchanged = current.iter().filter(|(path, _)| !edited.contains_key(*path));
        let changed = edited.iter().filter_map(|(path, text)| Some((path, text.as_ref()?)));
        for (path, text) in unchanged.chain(changed) {
            write(&folder.path().join(path), text).map_err(failed)?;
        }
        Ok(Self { folder, into, current, edited })
    }

    /// The folder in which the files lie.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves what changes into the lexicon's folder, a file at a time; where one cannot be moved, what was there is put back.
    pub(super) fn put(self) -> Result<Vec<PathBuf>> {
        for (path, before) in &self.current {
            let path = self.into.join(path);
            if fs::read_to_string(&path).ok().as_ref() != Some(before) {
                let message = format!("{} was changed while this was prepared", path.display());
                return Err(Error::new(ErrorKind::Busy, "changed_meanwhile", message)
                    .at(Place::file(&path))
                    .help("Nothing was written. Import again."));
            }
        }
        let mut done = Vec::new();
        // The head comes last: a folder without one is no lexicon yet.
        let (head, others): (Vec<_>, Vec<_>) = self.edited.iter().partition(|(path, _)| *path == "lexicon.toml");
        for (path, text) in others.into_iter().chain(head) {
            let target = self.into.join(path);
            let moved = match text {
                Some(_) => target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
                    self.keep_permissions(path, &target);
                    fs::rename(self.path().join(path), &target)
                }),
                None => fs::remove_file(&target),
            };
            if let Err(source) = moved {
                self.put_back(&done);
                return Err(Error::io(ErrorKind::Output, "write", &target, source).help("Nothing was changed."));
            }
            done.push(path.clone());
        }
        Ok(done.into_iter().map(|path| self.into.join(path)).collect())
    }

    /// The new file may be read and written by whom the old one may.
    fn keep_permissions(&self, path: &str, target: &Path) {
        if let Ok(old) = fs::metadata(target) {
            // Where that cannot be, the file is as new ones are.
            let _ = fs::set_permissions(self.path().join(path), old.permissions());
        }
    }

    /// Undoes what was done. What fails here cannot be mended from here: the error that led here is told.
    fn put_back(&self, done: &[String]) {
        for path in done {
            let target = self.into.join(path);
            let _ = match self.current.get(path) {
                Some(text) => fs::write(&target, text),
                None => fs::remove_file(&target),
            };
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}

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
