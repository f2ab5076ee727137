//! The lexicons by which an output was tagged: a folder each, called by the hash of what it says, so that an old period can be explained
//! and tagged again by its own rules.
//!
//! Not what a lexicon is (`lexicon`): here it is files with names. A folder is there whole or not at all, since it comes by one rename, and
//! whoever loads it knows by the hash whether it is what was kept. It comes before the journal that makes a run's tables count: a lexicon
//! that no period names does no harm, and goes with the next commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::commit::Output;
use super::journal;
use super::manifest::Manifest;
use super::sync::synced;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::uninterrupted;

/// The name of their folder, in the output and, staged, in that of a commit.
pub(crate) const FOLDER: &str = "_lexicon";

/// The folder of the lexicon with this hash in the output folder `out`.
pub fn lexicon_folder(out: &Path, hash: &str) -> PathBuf {
    out.join(FOLDER).join(hash)
}

/// Whether a path inside the output folder is that of a file of a kept lexicon.
pub(crate) fn is_kept_file(path: &str) -> bool {
    let mut parts = path.split('/');
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    parts.next() == Some(FOLDER)
        && parts.next().is_some_and(is_hash)
        && Path::new(path).extension().is_some_and(|end| end == "toml" || end == "csv")
        && parts.all(|part| !part.is_empty() && part != "." && part != ".." && !part.contains('\\'))
}

/// Lexicons that are staged.
#[derive(Debug, Default)]
pub(super) struct Staged {
    /// Their folders.
    lexicons: Vec<PathBuf>,
    /// All their files.
    pub(super) files: Vec<PathBuf>,
    /// All folders in which these lie.
    pub(super) folders: Vec<PathBuf>,
}

impl Staged {
    /// Whether the lexicon of this path in the output is staged anew as a whole.
    fn is_whole(&self, path: &str, rewritten: &[String]) -> bool {
        let hash = |path: &str| path.split('/').nth(1).map(str::to_owned);
        let of = hash(path);
        let is_staged =
            self.lexicons.iter().any(|folder| folder.file_name().and_then(|name| name.to_str()) == of.as_deref());
        is_staged && rewritten.iter().all(|path| hash(path) != of)
    }
}

impl Output {
    /// Whether it keeps the lexicon with this hash, whole and as it was kept; `before`: what the output held. One of which the manifest has no
    /// digests, as a crash or an earlier engine may leave it, counts as not kept.
    pub fn keeps_lexicon(&self, hash: &str, before: Option<&Manifest>) -> bool {
        let folder = format!("{FOLDER}/{hash}/");
        let digests = before.iter().flat_map(|before| &before.kept).filter(|(path, _)| path.starts_with(&folder));
        let mut digests = digests.peekable();
        digests.peek().is_some()
            && digests.all(|(path, digest)| {
                let content = fs::read(self.root().join(path));
                content.is_ok_and(|content| blake3::hash(&content).to_hex().as_str() == digest)
            })
    }

    /// Stages the files of a lexicon, by their paths in its folder; [`Output::commit`] puts them in place.
    pub fn stage_lexicon(&self, hash: &str, files: &BTreeMap<String, String>) -> Result<()> {
        let folder = self.root().join(journal::FOLDER).join(FOLDER).join(hash);
        for (name, content) in files {
            let path = folder.join(name);
            // Nothing is staged any more once an interruption has swept.
            let made = uninterrupted(|| {
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content))
            });
            made.map_err(|error| Error::io(ErrorKind::Output, "write", &path, error))?;
        }
        Ok(())
    }

    /// Stages a file of a lexicon that the output keeps already, written anew; [`Output::commit_rewritten`] puts it in place. Gives where it lies
    /// until then.
    pub(crate) fn stage_kept_file(&self, path: &str, content: &str) -> Result<PathBuf> {
        let staged = self.root().join(journal::FOLDER).join(path);
        let made = uninterrupted(|| {
            staged.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&staged, content))
        });
        made.map_err(|error| Error::io(ErrorKind::Output, "write", &staged, error))?;
        Ok(staged)
    }

    /// What is staged of lexicons.
    pub(super) fn staged_lexicons(&self) -> Result<Staged> {
        let root = self.root().join(journal::FOLDER).join(FOLDER);
        let mut staged = Staged::default();
        if !root.is_dir() {
            return Ok(staged);
        }
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            let failed = |error| Error::io(ErrorKind::Output, "read", &folder, error);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if folder == root {
                    staged.lexicons.push(path.clone());
                }
                if path.is_dir() {
                    open.push(path);
                } else {
                    staged.files.push(path);
                }
            }
            staged.folders.push(folder);
        }
        Ok(staged)
    }

    /// Puts staged lexicons, which are on the disk, in their place; files of `rewritten` wait for the journal.
    pub(super) fn put_lexicons(&self, staged: &Staged, rewritten: &[String]) -> Result<()> {
        let home = self.root().join(FOLDER);
        for from in &staged.lexicons {
            let hash = from.file_name().unwrap_or_default();
            if !staged.is_whole(&format!("{FOLDER}/{}", hash.to_string_lossy()), rewritten) {
                continue;
            }
            let to = home.join(hash);
            let put = match fs::symlink_metadata(&to) {
                Ok(there) if there.is_dir() => replace(from, &to, staged),
                Ok(_) => fs::remove_file(&to).and_then(|()| fs::rename(from, &to)),
                Err(_) => fs::create_dir_all(&home).and_then(|()| fs::rename(from, &to)),
            };
            put.map_err(|error| Error::io(ErrorKind::Output, "put in place", &to, error))?;
        }
        if staged.lexicons.is_empty() { Ok(()) } else { synced(&home) }
    }

    /// The digests of what the output will keep under this manifest: those that it had, and of what is staged.
    pub(super) fn kept(
        &self,
        manifest: &Manifest,
        staged: &Staged,
        rewritten: &[String],
    ) -> Result<BTreeMap<String, String>> {
        let named = named(manifest);
        let is_named = |path: &str| path.split('/').nth(1).is_some_and(|hash| named.contains(hash));
        let mut kept = manifest.kept.clone();
        kept.retain(|path, _| !staged.is_whole(path, rewritten));
        let commit = self.root().join(journal::FOLDER);
        for path in &staged.files {
            let content = fs::read(path).map_err(|error| Error::io(ErrorKind::Output, "read", path, error))?;
            let inside = path.strip_prefix(&commit).unwrap_or(path);
            let inside: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            kept.insert(inside.join("/"), blake3::hash(&content).to_hex().to_string());
        }
        kept.retain(|path, _| is_named(path));
        Ok(kept)
    }

    /// Takes away lexicons by which no period of the output is tagged any more.
    pub(super) fn drop_lexicons(&self, manifest: &Manifest) {
        let named = named(manifest);
        let kept = fs::read_dir(self.root().join(FOLDER)).into_iter().flatten().flatten();
        for folder in kept.filter(|folder| !named.contains(folder.file_name().to_string_lossy().as_ref())) {
            // One that stays does no harm, and the next commit tries again.
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}

/// Puts the files of a staged lexicon over those of a damaged one, each whole, and takes away what is none of them: a crash in between
/// leaves no file worse than it was.
fn replace(from: &Path, to: &Path, staged: &Staged) -> std::io::Result<()> {
    let mut wanted = BTreeSet::new();
    for file in &staged.files {
        let Ok(inside) = file.strip_prefix(from) else { continue };
        let place = to.join(inside);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        if place.is_dir() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(file, &place)?;
        wanted.insert(place);
    }
    let mut open = vec![to.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if !wanted.contains(&path) {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

/// The hashes of the lexicons by which any period is tagged, and of the last run's.
fn named(manifest: &Manifest) -> BTreeSet<&str> {
    let periods = manifest.periods.values().map(|period| period.lexicon_hash.as_str());
    periods.chain([manifest.lexicon_hash.as_str()]).collect()
}
