//! A lexicon written as sheets or as a dictionary.
//!
//! Not for what the command says of it (`cli`).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dictionary::said::{Unsaid, said};
use super::dictionary::{Format, liwc, quanteda};
use super::layer::Layer;
use super::{csv, fill, xlsx};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::Resolved;
use crate::lexicon::files::{self, File, Folder};
use crate::lexicon::limits::Limits;
use crate::together::Together;
use crate::whole;

/// What to write.
#[derive(Debug, Clone)]
pub enum Target {
    /// A workbook.
    Xlsx(PathBuf),
    /// A folder of CSV files.
    Csv(PathBuf),
    /// A dictionary.
    Dictionary(Format, PathBuf),
}

/// What was written.
#[derive(Debug)]
pub struct Exported {
    /// The files.
    pub files: Vec<PathBuf>,
    /// How many terms they hold.
    pub terms: usize,
    /// What they cannot say; nothing of sheets.
    pub unsaid: Vec<Unsaid>,
}

/// Writes the lexicon of this name, a bundled one or a folder: what its own files say, or with `resolved` all that it means as one that
/// extends nothing. Files that are there are replaced only with `overwrite`.
///
/// # Errors
/// Where the lexicon cannot be used, a file is there already, or one cannot be written.
pub fn export(name: &str, resolved: bool, target: &Target, overwrite: bool, limits: &Limits) -> Result<Exported> {
    let whole = Resolved::load_within(&[name], limits)?;
    let layer = Layer::read(&if resolved { as_folder(&whole) } else { files::open_within(name, None, limits)? })?;
    let mut terms = layer.lists.values().map(indexmap::IndexMap::len).sum();
    let mut unsaid = Vec::new();
    let written: Vec<(PathBuf, Vec<u8>)> = match target {
        Target::Dictionary(format, path) => {
            let (dictionary, cannot) = said(&layer, *format);
            unsaid = cannot;
            terms = dictionary
                .categories
                .values()
                .flat_map(|category| category.lists.values())
                .map(indexmap::IndexSet::len)
                .sum();
            let text = match format {
                Format::Quanteda => quanteda::write(&dictionary),
                Format::Liwc => liwc::write(&dictionary),
            };
            vec![(path.clone(), text.into_bytes())]
        }
        Target::Xlsx(path) => vec![(path.clone(), workbook(&layer, &whole)?)],
        Target::Csv(folder) => {
            let files = csv::write(&fill::fill(&layer, &attributes(&whole)))?;
            files.into_iter().map(|(name, bytes)| (folder.join(name), bytes)).collect()
        }
    };
    if let Some((there, _)) = written.iter().find(|(path, _)| path.exists() && !overwrite) {
        let message = format!("{} is there already, and somebody may have edited it", there.display());
        return Err(Error::new(ErrorKind::Usage, "exists", message)
            .at(Place::file(there))
            .help("Name another one, or replace it with --overwrite."));
    }
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| Error::io(ErrorKind::Output, "write", path, source)
    };
    if let Target::Csv(folder) = target {
        let together = Together::begin(folder)?;
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let names: Vec<String> = written.iter().map(|(path, _)| name(path)).collect();
        for ((path, bytes), name) in written.iter().zip(&names) {
            whole::write(&together.path(name), bytes).map_err(failed(path))?;
        }
        together.put(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    } else {
        for (path, bytes) in &written {
            let folder = path.parent().unwrap_or(Path::new(""));
            fs::create_dir_all(folder).and_then(|()| whole::write(path, bytes)).map_err(failed(path))?;
        }
    }
    Ok(Exported { files: written.into_iter().map(|(path, _)| path).collect(), terms, unsaid })
}

/// A layer as a workbook; `whole`: what it means together with what it extends.
pub(super) fn workbook(layer: &Layer, whole: &Resolved) -> Result<Vec<u8>> {
    let value = |id: &crate::lexicon::resolve::Named| id.id.clone();
    let values: Vec<(String, Vec<String>)> = whole
        .rollups
        .iter()
        .map(|attribute| (attribute.name.id.clone(), attribute.values.iter().map(value).collect()))
        .collect();
    xlsx::write(&fill::fill(layer, &attributes(whole)), &values)
}

fn attributes(whole: &Resolved) -> Vec<&str> {
    whole.rollups.iter().map(|attribute| attribute.name.id.as_str()).collect()
}

/// All that lexicons mean as the files of one, under the name of the last of them.
fn as_folder(whole: &Resolved) -> Folder {
    let (name, version) = whole.lexicons.last().map_or(("", ""), |last| (&last.name, &last.version));
    let files = whole.files(name, version);
    let file = |path: &str, text: &str| {
        let path = PathBuf::from(path);
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        File { path, stem, text: text.to_owned() }
    };
    let all = |folder: &str| {
        let of = files.iter().filter(|(path, _)| path.starts_with(folder));
        of.map(|(path, text)| Arc::new(file(path, text))).collect()
    };
    let one = |path: &str| files.get(path).map(|text| file(path, text));
    Folder {
        root: None,
        head: one("lexicon.toml").unwrap_or_else(|| file("lexicon.toml", "")),
        drivers: all("drivers/"),
        polarity: all("polarity/"),
        responsibility: one("responsibility.csv"),
    }
}
