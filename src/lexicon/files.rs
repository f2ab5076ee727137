//! Where a lexicon's files come from: a folder on disk, or the bundled ones inside the binary.
//!
//! Not for what they mean: texts and paths only.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

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

/// The lexicon that `name` means: a folder that exists, else a bundled name; a relative folder is looked for beside `base`.
pub fn open(name: &str, base: Option<&Path>) -> Result<Folder> {
    let looks_like_path = name.contains(['/', '\\', '.']);
    let folder = base.map_or_else(|| PathBuf::from(name), |base| base.join(name));
    if looks_like_path || folder.join("lexicon.toml").is_file() {
        return from_disk(&folder);
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

fn from_disk(root: &Path) -> Result<Folder> {
    let read = |path: &Path| -> Result<File> {
        let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::InvalidData => {
                Error::new(ErrorKind::Lexicon, "lexicon_encoding", format!("{} is not UTF-8", path.display()))
                    .help("Save the file as UTF-8.")
            }
            _ => Error::io(ErrorKind::Lexicon, "read", path, source),
        })?;
        Ok(File { stem: stem(path), path: path.to_path_buf(), text: text.trim_start_matches('\u{feff}').to_owned() })
    };
    let list = |sub: &str| -> Result<Vec<Arc<File>>> {
        let folder = root.join(sub);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let io = |source| Error::io(ErrorKind::Lexicon, "read", &folder, source);
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if is_toml(&path) {
                paths.push(path);
            } else if !is_aside(&path) {
                return Err(unread(
                    &path,
                    &format!("Only {sub}/*.toml is read: rename the file, or move it elsewhere."),
                ));
            }
        }
        paths.sort();
        paths.iter().map(|path| read(path).map(Arc::new)).collect()
    };
    let head = root.join("lexicon.toml");
    if !head.is_file() {
        return Err(Error::new(ErrorKind::Lexicon, "no_lexicon", format!("{} holds no lexicon.toml", root.display()))
            .help("Name a folder that holds lexicon.toml, or a bundled lexicon."));
    }
    for entry in
        std::fs::read_dir(root).map_err(|source| Error::io(ErrorKind::Lexicon, "read", root, source))?.flatten()
    {
        let path = entry.path();
        let known = path.file_name().is_some_and(|name| name == "drivers" || name == "polarity");
        let holds_toml = |folder: &Path| {
            std::fs::read_dir(folder).is_ok_and(|files| files.flatten().any(|file| is_toml(&file.path())))
        };
        if path.is_dir() && !known && !is_aside(&path) && holds_toml(&path) {
            return Err(unread(&path, "Drivers lie in drivers/, words for all drivers in polarity/."));
        }
    }
    let csv = root.join("responsibility.csv");
    Ok(Folder {
        root: Some(root.to_path_buf()),
        head: read(&head)?,
        drivers: list("drivers")?,
        polarity: list("polarity")?,
        responsibility: if csv.is_file() { Some(read(&csv)?) } else { None },
    })
}

/// What editors and version control leave beside the files that people write.
fn is_aside(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') || name.ends_with('~')
}

fn unread(path: &Path, help: &str) -> Error {
    Error::new(
        ErrorKind::Lexicon,
        "lexicon_file",
        format!("{} is no part of a lexicon, and would not be read", path.display()),
    )
    .at(Place::file(path))
    .help(help)
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
