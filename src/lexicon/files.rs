//! Where a lexicon's files come from: a folder on disk, or the bundled ones inside the binary.
//!
//! Not for what they mean: texts and paths only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::limits::Limits;
use crate::error::{Error, ErrorKind, Place, Result};

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lexicons");

/// The names that `--lexicon` takes without a folder.
pub fn bundled_names() -> Vec<String> {
    let mut names: Vec<String> = BUNDLED.dirs().filter_map(|dir| Some(dir.path().to_str()?.to_owned())).collect();
    names.sort();
    names
}

/// A text file of a lexicon.
#[derive(Debug, Clone)]
pub struct File {
    /// As messages name it.
    pub path: PathBuf,
    /// Its name without folder and ending.
    pub stem: String,
    /// What it holds.
    pub text: String,
}

impl File {
    /// The line and column of a byte of it.
    pub fn place(&self, byte: usize) -> Place {
        Place::of_byte(&self.path, &self.text, byte)
    }
}

/// The files of one lexicon, by folder; drivers in the order of their names.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it was found; `None` for a bundled one.
    pub root: Option<PathBuf>,
    /// `lexicon.toml`.
    pub head: File,
    /// `drivers/*.toml`; shared, since every term of a file knows where it was written.
    pub drivers: Vec<Arc<File>>,
    /// `polarity/*.toml`.
    pub polarity: Vec<Arc<File>>,
    /// `responsibility.csv`.
    pub responsibility: Option<File>,
}

impl Folder {
    /// A digest of what its files say, wherever they lie.
    pub(crate) fn digest(&self) -> blake3::Hash {
        let mut digest = blake3::Hasher::new();
        let shared = self.drivers.iter().chain(&self.polarity).map(AsRef::as_ref);
        for file in shared.chain(self.responsibility.as_ref()).chain([&self.head]) {
            digest.update(blake3::hash(file.stem.as_bytes()).as_bytes());
            digest.update(blake3::hash(file.text.as_bytes()).as_bytes());
        }
        digest.finalize()
    }
}

/// Finds the files of the lexicon that a name means; a relative folder is looked for beside the one that names it.
pub(crate) type Open<'a> = dyn Fn(&str, Option<&Path>) -> Result<Folder> + 'a;

/// The folder that `name` means, if it means one: a relative one is looked for beside `base`.
pub(crate) fn folder(name: &str, base: Option<&Path>) -> Option<PathBuf> {
    let looks_like_path = name.contains(['/', '\\', '.']);
    let folder = base.map_or_else(|| PathBuf::from(name), |base| base.join(name));
    (looks_like_path || folder.join("lexicon.toml").is_file()).then_some(folder)
}

/// Whether there is a lexicon of this name, bundled or a folder.
pub(crate) fn exists(name: &str) -> bool {
    folder(name, None).map_or_else(|| BUNDLED.get_dir(name).is_some(), |folder| folder.join("lexicon.toml").is_file())
}

/// The lexicon that `name` means: a folder that exists, else a bundled name; a relative folder is looked for beside `base`.
pub fn open(name: &str, base: Option<&Path>) -> Result<Folder> {
    open_within(name, base, &Limits::default())
}

/// As [`open`], within these limits.
pub(crate) fn open_within(name: &str, base: Option<&Path>, limits: &Limits) -> Result<Folder> {
    if let Some(folder) = folder(name, base) {
        return from_disk(&folder, limits);
    }
    if let Some(dir) = BUNDLED.get_dir(name) {
        return from_binary(name, dir);
    }
    Err(Error::new(ErrorKind::Usage, "unknown_lexicon", format!("there is no lexicon `{name}`")).help(format!(
        "Bundled ones are {}; for one of your own, name its folder (./{name}).",
        bundled_names().join(", ")
    )))
}

fn from_binary(name: &str, dir: &Dir<'_>) -> Result<Folder> {
    let read = |path: &Path| -> Result<File> {
        let text = dir.get_file(path).and_then(include_dir::File::contents_utf8).ok_or_else(|| {
            Error::new(
                ErrorKind::Lexicon,
                "lexicon_file",
                format!("the bundled lexicon `{name}` lacks {}", path.display()),
            )
        })?;
        let shown = Path::new("lexicons").join(path);
        Ok(File { stem: stem(path), path: shown, text: text.to_owned() })
    };
    let list = |sub: &str| -> Result<Vec<Arc<File>>> {
        let Some(sub) = dir.get_dir(dir.path().join(sub)) else { return Ok(Vec::new()) };
        let mut paths: Vec<&Path> = sub.files().map(include_dir::File::path).filter(|path| is_toml(path)).collect();
        paths.sort();
        paths.into_iter().map(|path| read(path).map(Arc::new)).collect()
    };
    let csv = dir.path().join("responsibility.csv");
    Ok(Folder {
        root: None,
        head: read(&dir.path().join("lexicon.toml"))?,
        drivers: list("drivers")?,
        polarity: list("polarity")?,
        responsibility: if dir.get_file(&csv).is_some() { Some(read(&csv)?) } else { None },
    })
}

/// The paths of the files of a lexicon on disk, sorted, and what lies there and would not be read.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) head: PathBuf,
    pub(crate) drivers: Vec<PathBuf>,
    pub(crate) polarity: Vec<PathBuf>,
    pub(crate) responsibility: Option<PathBuf>,
    pub(crate) stray: Vec<Stray>,
}

/// What lies in a lexicon's folder and would not be read.
#[derive(Debug)]
pub(crate) struct Stray {
    pub(crate) path: PathBuf,
    /// What to do about it.
    pub(crate) help: String,
}

impl Stray {
    /// What is wrong with it, in one sentence.
    pub(crate) fn message(&self) -> String {
        format!("{} is no part of a lexicon, and would not be read", self.path.display())
    }
}

/// What lies in the folder of a lexicon.
pub(crate) fn list(root: &Path) -> Result<Listing> {
    let head = root.join("lexicon.toml");
    if !head.is_file() {
        return Err(no_lexicon(root));
    }
    let mut stray = Vec::new();
    let mut of_folder = |sub: &str| -> Result<Vec<PathBuf>> {
        let folder = root.join(sub);
        let mut paths = Vec::new();
        for path in if folder.is_dir() { entries(&folder)? } else { Vec::new() } {
            if is_toml(&path) {
                paths.push(path);
            } else if !is_aside(&path) {
                let help = format!("Only {sub}/*.toml is read: rename the file, or move it elsewhere.");
                stray.push(Stray { path, help });
            }
        }
        Ok(paths)
    };
    let (drivers, polarity) = (of_folder("drivers")?, of_folder("polarity")?);
    let holds_toml = |folder: &Path| entries(folder).is_ok_and(|paths| paths.iter().any(|path| is_toml(path)));
    for path in entries(root)? {
        let known = path.file_name().is_some_and(|name| name == "drivers" || name == "polarity");
        if path.is_dir() && !known && !is_aside(&path) && holds_toml(&path) {
            let help = "Drivers lie in drivers/, words for all drivers in polarity/.".to_owned();
            stray.push(Stray { path, help });
        }
    }
    let csv = root.join("responsibility.csv");
    Ok(Listing { head, drivers, polarity, responsibility: csv.is_file().then_some(csv), stray })
}

/// What lies in a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let io = |source| Error::io(ErrorKind::Lexicon, "read", folder, source);
    let entries: std::io::Result<Vec<PathBuf>> =
        std::fs::read_dir(folder).map_err(io)?.map(|entry| Ok(entry?.path())).collect();
    let mut paths = entries.map_err(io)?;
    paths.sort();
    Ok(paths)
}

fn from_disk(root: &Path, limits: &Limits) -> Result<Folder> {
    let Listing { head, drivers, polarity, responsibility, stray } = list(root)?;
    limits.allow_files(1 + drivers.len() + polarity.len(), Place::file(root))?;
    if let Some(stray) = stray.into_iter().next() {
        let wrong = Error::new(ErrorKind::Lexicon, "lexicon_file", stray.message());
        return Err(wrong.at(Place::file(&stray.path)).help(stray.help));
    }
    let read = |path: &PathBuf| -> Result<File> {
        let io = |source| Error::io(ErrorKind::Lexicon, "read", path, source);
        limits.allow_file(std::fs::metadata(path).map_err(io)?.len(), Place::file(path))?;
        let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::InvalidData => {
                Error::new(ErrorKind::Lexicon, "lexicon_encoding", format!("{} is not UTF-8", path.display()))
                    .help("Save the file as UTF-8.")
            }
            _ => io(source),
        })?;
        Ok(File { stem: stem(path), path: path.clone(), text: text.trim_start_matches('\u{feff}').to_owned() })
    };
    let all = |paths: &[PathBuf]| paths.iter().map(|path| read(path).map(Arc::new)).collect::<Result<Vec<_>>>();
    Ok(Folder {
        root: Some(root.to_path_buf()),
        head: read(&head)?,
        drivers: all(&drivers)?,
        polarity: all(&polarity)?,
        responsibility: responsibility.as_ref().map(read).transpose()?,
    })
}

/// Whether the file at this path in a lexicon's folder is a part of the lexicon.
pub(crate) fn is_part(path: &str) -> bool {
    match path.split_once('/') {
        None => path == "lexicon.toml" || path == "responsibility.csv",
        Some(("drivers" | "polarity", name)) => {
            !name.contains('/') && is_toml(Path::new(name)) && !is_aside(Path::new(name))
        }
        Some(_) => false,
    }
}

/// A lexicon of these files, by their paths in its folder `root`, which messages call `shown`; those that are no part of one are left out.
pub(crate) fn from_files(root: &Path, shown: &Path, files: BTreeMap<String, String>) -> Result<Folder> {
    let mut folder = Folder {
        root: Some(root.to_path_buf()),
        head: File { path: shown.join("lexicon.toml"), stem: "lexicon".to_owned(), text: String::new() },
        drivers: Vec::new(),
        polarity: Vec::new(),
        responsibility: None,
    };
    let mut has_head = false;
    for (path, text) in files.into_iter().filter(|(path, _)| is_part(path)) {
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let file = File { path: shown.join(&path), stem: stem(Path::new(&path)), text };
        match path.split_once('/') {
            Some(("drivers", _)) => folder.drivers.push(Arc::new(file)),
            Some(_) => folder.polarity.push(Arc::new(file)),
            None if path == "lexicon.toml" => (folder.head, has_head) = (file, true),
            None => folder.responsibility = Some(file),
        }
    }
    if has_head { Ok(folder) } else { Err(no_lexicon(shown)) }
}

fn no_lexicon(root: &Path) -> Error {
    Error::new(ErrorKind::Lexicon, "no_lexicon", format!("{} holds no lexicon.toml", root.display()))
        .help("Name a folder that holds lexicon.toml, or a bundled lexicon.")
}

/// What editors and version control leave beside the files that people write.
fn is_aside(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') || name.ends_with('~')
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

/// A file's name without folder and ending.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
