//! The journal of a commit: the renames and deletions that turn the last run's output into this run's.
//!
//! Once the journal is on the disk, the commit has happened: whoever comes next carries it out to the end, and carrying out a
//! part of it twice does no harm. Not what a commit is made of: that is `commit`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind as IoKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lexicons;
use super::manifest;
use super::partition::PartId;
use super::sync::{all_synced, each, synced, write_synced};
use crate::error::{Error, ErrorKind, Place, Result};

/// The folder in which a commit is made ready.
pub(super) const FOLDER: &str = "_commit";
/// The journal's name in [`FOLDER`].
const FILE: &str = "journal.json";

/// What is said where a commit has happened and could not be carried out.
pub(super) const WHOLE: &str = "The new tables are whole: the next run into the folder, or `verbatim verify --mend`, puts the rest of them in place.";

/// One step of a commit; paths are inside the output folder, with `/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    /// A staged file goes to its place.
    Rename {
        /// Where it was staged.
        from: String,
        /// Where it belongs.
        to: String,
    },
    /// A file is of no use any more.
    Delete {
        /// The file.
        path: String,
    },
}

/// The steps of a commit, in order; the manifest's rename is the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) steps: Vec<Step>,
}

impl Journal {
    /// Where the journal of the output folder `out` stands.
    pub(super) fn path(out: &Path) -> PathBuf {
        out.join(FOLDER).join(FILE)
    }

    /// The journal that a crash left in `out`, if it left one.
    pub(super) fn read(out: &Path) -> Result<Option<Self>> {
        let path = Self::path(out);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(ErrorKind::Output, "read", &path, error)),
        };
        let journal: Option<Self> = serde_json::from_slice(&bytes).ok();
        match journal.filter(Self::stays_inside) {
            Some(journal) => Ok(Some(journal)),
            None => Err(Error::new(
                ErrorKind::Damaged,
                "damaged_journal",
                "the journal of an unfinished run cannot be read",
            )
            .at(Place::file(&path))
            .help(format!(
                "Restore the folder from a backup, or run all survey files into a new one; or remove `{}`: `verbatim verify {}` then names what is damaged, and the command that makes it anew.",
                out.join(FOLDER).display(),
                out.display()
            ))),
        }
    }

    /// Whether all steps are of the output's own files: a journal is data, and must not move anything else.
    fn stays_inside(&self) -> bool {
        let is_output = |path: &str| path == manifest::FILE || PartId::parse(path).is_some();
        self.steps.iter().all(|step| match step {
            Step::Rename { from, to } => {
                let staged = from.strip_prefix(FOLDER).and_then(|from| from.strip_prefix('/'));
                // An earlier engine staged files in folders of their own.
                let is_staged = |name: &str| name == to || PartId::parse(to).is_some_and(|part| part.staged() == name);
                (is_output(to) || lexicons::is_kept_file(to)) && staged.is_some_and(is_staged)
            }
            Step::Delete { path } => PartId::parse(path).is_some(),
        })
    }

    /// Sees that nothing stands where its files belong that no file can take the place of. Code `in_the_way`.
    pub(super) fn check_free(&self, out: &Path) -> Result<()> {
        let in_the_way = |step: &Step| {
            let (Step::Rename { to: path, .. } | Step::Delete { path }) = step;
            let file = out.join(path);
            let folders = file.ancestors().skip(1).take_while(|folder| *folder != out);
            let mut no_folder = folders.filter(|folder| folder.symlink_metadata().is_ok() && !folder.is_dir());
            let wrong = no_folder.next().map(|folder| (folder.to_path_buf(), "a folder"));
            wrong.or_else(|| file.is_dir().then(|| (file.clone(), "a file")))
        };
        match self.steps.iter().find_map(in_the_way) {
            None => Ok(()),
            Some((path, wanted)) => {
                let message = format!("{} stands where {wanted} of the output belongs", path.display());
                Err(Error::new(ErrorKind::Output, "in_the_way", message)
                    .at(Place::file(&path))
                    .help("Move it out of the output folder, and give the command again."))
            }
        }
    }

    /// Whether the manifest is not staged any more, and files are that come before it: it was not put in place.
    fn has_lost_its_manifest(&self, out: &Path) -> bool {
        let is_staged = |step: &Step| matches!(step, Step::Rename { from, .. } if out.join(from).exists());
        self.steps.split_last().is_some_and(|(last, before)| !is_staged(last) && before.iter().any(is_staged))
    }

    /// Puts the journal in its place whole: the moment at which the commit happens.
    pub(super) fn write(&self, out: &Path) -> Result<()> {
        let path = Self::path(out);
        let aside = path.with_extension("new");
        let bytes = serde_json::to_vec(self).map_err(io::Error::from);
        let written = bytes.and_then(|bytes| write_synced(&aside, &bytes)).and_then(|()| fs::rename(&aside, &path));
        written.map_err(|error| Error::io(ErrorKind::Output, "write", &path, error))?;
        synced(&out.join(FOLDER)).map_err(|error| match fs::remove_file(&path) {
            // Nothing is in place yet: the old state holds.
            Ok(()) => error,
            Err(_) => error.help(WHOLE),
        })
    }

    /// Carries out what is left of the steps, and removes the journal.
    ///
    /// Staged files that are gone stay so, and the manifest says of them that they are missing. Without the manifest nothing more is moved: the
    /// one that is there knows nothing of what is staged.
    pub(super) fn finish(&self, out: &Path) -> Result<()> {
        self.check_free(out)?;
        if self.has_lost_its_manifest(out) {
            return sweep(out);
        }
        let (last, before) = match self.steps.split_last() {
            Some((last, before)) => (Some(last), before),
            None => (None, [].as_slice()),
        };
        // Each is of a file of its own.
        each(before, |step| step.apply(out))?;
        // The tables are on the disk before the manifest that lists them.
        let folders: BTreeSet<PathBuf> = before.iter().flat_map(|step| step.folders(out)).collect();
        all_synced(&folders.into_iter().collect::<Vec<_>>())?;
        synced(out)?;
        if let Some(last) = last {
            last.apply(out)?;
            synced(out)?;
        }
        let path = Self::path(out);
        fs::remove_file(&path).map_err(|error| Error::io(ErrorKind::Output, "remove", &path, error))?;
        synced(&out.join(FOLDER))?;
        sweep(out)
    }
}

impl Step {
    /// Carries the step out, unless that was done before.
    pub(super) fn apply(&self, out: &Path) -> Result<()> {
        match self {
            Self::Rename { from, to } => {
                let (from, to) = (out.join(from), out.join(to));
                let moved = match fs::rename(&from, &to) {
                    // Mostly the folder is there already.
                    Err(error) if error.kind() == IoKind::NotFound && from.exists() => {
                        to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::rename(&from, &to))
                    }
                    moved => moved,
                };
                match moved {
                    // Gone from where it was staged: done before the crash, or lost, which the manifest tells.
                    Err(error) if error.kind() == IoKind::NotFound && !from.exists() => Ok(()),
                    moved => moved.map_err(|error| Error::io(ErrorKind::Output, "put in place", &to, error)),
                }
            }
            Self::Delete { path } => {
                let path = out.join(path);
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != IoKind::NotFound => {
                        return Err(Error::io(ErrorKind::Output, "remove", &path, error));
                    }
                    _ => {}
                }
                // An empty partition folder would show as a period without rows. One that still holds something stays.
                if let Some(folder) = path.parent() {
                    let _ = fs::remove_dir(folder);
                }
                Ok(())
            }
        }
    }

    /// The folders whose entries the step changes, as far as they are still there.
    fn folders(&self, out: &Path) -> Vec<PathBuf> {
        let (Self::Rename { to: path, .. } | Self::Delete { path }) = self;
        let path = out.join(path);
        path.ancestors()
            .skip(1)
            .take_while(|folder| *folder != out)
            .filter(|folder| folder.is_dir())
            .map(PathBuf::from)
            .collect()
    }
}

/// Whether a run has begun to put its files in place in `out`, and is not done.
pub(crate) fn is_unfinished(out: &Path) -> bool {
    Journal::path(out).is_file()
}

/// Whether a journal is there ([`is_unfinished`]); an error where it cannot be carried out. Code `damaged_journal`.
pub(crate) fn check_journal(out: &Path) -> Result<bool> {
    Journal::read(out).map(|journal| journal.is_some())
}

/// Whether anything is staged in `out`, with a journal or without.
pub(crate) fn holds_staged(out: &Path) -> bool {
    out.join(FOLDER).is_dir()
}

/// Removes whatever is staged.
pub(super) fn sweep(out: &Path) -> Result<()> {
    let folder = out.join(FOLDER);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != IoKind::NotFound => Err(Error::io(ErrorKind::Output, "remove", &folder, error)),
        _ => synced(out),
    }
}
