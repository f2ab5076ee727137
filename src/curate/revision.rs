//! A lexicon as a git revision has it: what it extends comes from the same revision where it lies there.
//!
//! Not for lexicons in folders and bundled ones (`lexicon::files`). Git itself is asked, so that everything that it calls a revision is one;
//! nothing of the working folder is touched.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::limits::Limits;
use crate::lexicon::{Resolved, files};

/// Reads the lexicon that `name` means: a folder, a bundled name, or a git revision: `REV:FOLDER`, or `REV` alone for the folder `beside`.
///
/// # Errors
/// `unknown_lexicon` where it is none of them; `git` where git fails; what is wrong in the lexicon's files.
pub fn load(name: &str, beside: Option<&str>, limits: &Limits) -> Result<Resolved> {
    let is_folder = files::folder(name, None).is_some_and(|folder| folder.is_dir());
    if is_folder || files::bundled_names().iter().any(|bundled| bundled == name) {
        return Resolved::load_within(&[name], limits);
    }
    let (revision, folder) = match name.split_once(':') {
        Some((revision, folder)) => (revision, Some(folder)),
        None => (name, beside.filter(|beside| Path::new(beside).is_dir())),
    };
    let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
    let Some(tree) = Tree::of(revision, &folder)? else {
        let message = format!("there is no lexicon `{name}`: no folder, no bundled lexicon and no git revision");
        return Err(Error::new(ErrorKind::Usage, "unknown_lexicon", message).help(format!(
            "Bundled ones are {}; a revision is named as in HEAD~1, v1.2:lexicons/mine or main:.",
            files::bundled_names().join(", ")
        )));
    };
    let start = tree.start.display().to_string();
    Resolved::load_by(&|name, base| tree.open(name, base), &[start])
}

/// The files of a revision.
struct Tree {
    /// Where git is asked.
    at: PathBuf,
    revision: String,
    /// The lexicon's folder, from the top of the repository.
    start: PathBuf,
}

impl Tree {
    /// None where there is no such revision, or no repository.
    fn of(revision: &str, folder: &Path) -> Result<Option<Self>> {
        // A revision that begins with a dash would be taken for a flag.
        if revision.is_empty() || revision.starts_with('-') {
            return Ok(None);
        }
        // A folder that the revision has may be gone by now.
        let at = folder.ancestors().find(|at| at.as_os_str().is_empty() || at.is_dir()).unwrap_or(Path::new(""));
        let rest = folder.strip_prefix(at).unwrap_or(folder);
        let at = if at.as_os_str().is_empty() { Path::new(".") } else { at };
        let Some(known) = asked(at, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")], &[])
        else {
            return Ok(None);
        };
        if !known.status.success() {
            return Ok(None);
        }
        let prefix = text(&git(at, &["rev-parse", "--show-prefix"], &[])?);
        let start = plain(&Path::new(prefix.trim_end()).join(rest));
        Ok(Some(Self { at: at.to_path_buf(), revision: revision.to_owned(), start }))
    }

    /// As [`files::open`]: folders are those of the revision, and `base` is one of them.
    fn open(&self, name: &str, base: Option<&Path>) -> Result<files::Folder> {
        let folder = plain(&base.map_or_else(|| PathBuf::from(name), |base| base.join(name)));
        let found = self.files(&folder)?;
        if found.contains_key("lexicon.toml") {
            return files::from_files(&folder, &self.shown(&folder), found);
        }
        // A bundled one names bundled ones, and lies nowhere.
        if (base.is_some() || folder != self.start) && files::bundled_names().iter().any(|bundled| bundled == name) {
            return files::open(name, None);
        }
        let message = format!("{} holds no lexicon.toml", self.shown(&folder).display());
        Err(Error::new(ErrorKind::Lexicon, "no_lexicon", message)
            .help("Name the lexicon's folder as that revision has it, from where you are: HEAD~1:lexicons/mine."))
    }

    /// A folder of the revision as messages name it.
    fn shown(&self, folder: &Path) -> PathBuf {
        PathBuf::from(format!("{}:{}", self.revision, folder.display()))
    }

    /// The files of a folder, by their paths in it.
    fn files(&self, folder: &Path) -> Result<BTreeMap<String, String>> {
        let inside = match folder.to_string_lossy().replace('\\', "/") {
            top if top.is_empty() => String::new(),
            folder => format!("{folder}/"),
        };
        let of_folder: &[&str] = if inside.is_empty() { &[] } else { &["--", &inside] };
        let listed = [&["ls-tree", "-r", "-z", "--full-tree", &self.revision], of_folder].concat();
        let listed = text(&git(&self.at, &listed, &[])?);
        let mut named: Vec<(String, &str)> = Vec::new();
        for entry in listed.split('\0').filter(|entry| !entry.is_empty()) {
            let Some((about, path)) = entry.split_once('\t') else { continue };
            let Some(path) = path.strip_prefix(&inside) else { continue };
            if let (true, Some(object)) = (files::is_part(path), about.split(' ').nth(2)) {
                named.push((path.to_owned(), object));
            }
        }
        let wanted: Vec<&str> = named.iter().flat_map(|(_, object)| [object, "\n"]).collect();
        let mut contents = git(&self.at, &["cat-file", "--batch"], wanted.concat().as_bytes())?;
        let mut found = BTreeMap::new();
        for (path, _) in named {
            let content = next_content(&mut contents).ok_or_else(|| failed("git cat-file gave something else"))?;
            let content = String::from_utf8(content).map_err(|_| {
                let shown = self.shown(&folder.join(&path));
                Error::new(ErrorKind::Lexicon, "lexicon_encoding", format!("{} is not UTF-8", shown.display()))
                    .help("Save the file as UTF-8.")
            })?;
            found.insert(path, content);
        }
        Ok(found)
    }
}

/// Takes the next object off what `git cat-file --batch` gives: a line that ends with its size, its bytes, a line end.
fn next_content(contents: &mut Vec<u8>) -> Option<Vec<u8>> {
    let line = contents.iter().position(|byte| *byte == b'\n')?;
    let size: usize = std::str::from_utf8(&contents[..line]).ok()?.rsplit(' ').next()?.parse().ok()?;
    let from = line + 1;
    let content = contents.get(from..from + size)?.to_vec();
    contents.drain(..(from + size + 1).min(contents.len()));
    Some(content)
}

/// A path without `.` and `..`, from the top of the repository; what leads out of it leads to the top.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => plain.push(part),
            Component::ParentDir => _ = plain.pop(),
            _ => {}
        }
    }
    plain
}

/// What git says; none where there is no git.
fn asked(at: &Path, args: &[&str], input: &[u8]) -> Option<Output> {
    let mut git = Command::new("git");
    git.arg("-C").arg(at).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = git.spawn().ok()?;
    let stdin = running.stdin.take();
    // Written aside, or both sides would wait for each other where there is much of it.
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Where git ends before it has read everything, it says why itself.
            let _ = stdin.map(|mut stdin| stdin.write_all(input));
        });
        running.wait_with_output().ok()
    })
}

fn git(at: &Path, args: &[&str], input: &[u8]) -> Result<Vec<u8>> {
    let said = asked(at, args, input).ok_or_else(|| failed("git cannot be started"))?;
    if said.status.success() {
        return Ok(said.stdout);
    }
    Err(failed(String::from_utf8_lossy(&said.stderr).trim()))
}

fn failed(why: &str) -> Error {
    Error::new(ErrorKind::Usage, "git", format!("the revision cannot be read: {why}"))
        .help("Name two folders, or a revision that `git rev-parse` knows.")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository in which the lexicon `own`, which extends `base`, was committed twice, and changed since.
    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let commit = |message: &str| {
            let who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"];
            for args in [&["add", "-A"][..], &["commit", "-q", "-m", message]] {
                git(dir.path(), &[&who[..], args].concat(), &[]).unwrap();
            }
        };
        git(dir.path(), &["init", "-q"], &[]).unwrap();
        write("words/base/lexicon.toml", "name = 'base'\nversion = '1'");
        write("words/base/drivers/noise.toml", "id = 'noise'\n[negative]\nzh = ['吵']");
        write("words/own/lexicon.toml", "name = 'own'\nversion = '1'\nextends = '../base'");
        write("words/own/README.md", "no part of it");
        commit("one");
        write("words/base/drivers/noise.toml", "id = 'noise'\n[negative]\nzh = ['吵', '轰鸣']");
        commit("two");
        write("words/base/drivers/noise.toml", "id = 'noise'\n[negative]\nzh = ['now']");
        dir
    }

    fn blame(resolved: &Resolved) -> Vec<String> {
        let terms = &resolved.drivers["noise"].terms[&crate::lexicon::Sense::Negative];
        terms.keys().cloned().collect()
    }

    fn load(name: &str, beside: Option<&str>) -> Result<Resolved> {
        super::load(name, beside, &Limits::default())
    }

    #[test]
    fn a_revision_has_what_was_committed_and_extends_within_itself() {
        let repository = repository();
        let own = repository.path().join("words/own").display().to_string();
        assert_eq!(blame(&load(&own, None).unwrap()), ["now"]);
        assert_eq!(blame(&load("HEAD", Some(&own)).unwrap()), ["吵", "轰鸣"]);
        assert_eq!(blame(&load(&format!("HEAD~1:{own}"), None).unwrap()), ["吵"]);
    }

    #[test]
    fn what_is_no_lexicon_is_told() {
        let repository = repository();
        let own = repository.path().join("words/own").display().to_string();
        assert_eq!(load("HEAD~7", Some(&own)).unwrap_err().code(), "unknown_lexicon");
        assert_eq!(load("--help", Some(&own)).unwrap_err().code(), "unknown_lexicon");
        assert_eq!(load("no_such", None).unwrap_err().code(), "unknown_lexicon");
        let words = repository.path().join("words").display().to_string();
        let error = load(&format!("HEAD:{words}"), None).unwrap_err();
        assert_eq!((error.code(), error.message()), ("no_lexicon", "HEAD:words holds no lexicon.toml"));
    }
}
