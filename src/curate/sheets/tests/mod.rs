//! Round trips of random lexicons, edits of files, and workbooks that are none.
//!
//! Not for the command line (`tests/cli/sheets.rs`).

mod draw;
mod edits;
mod meaning;
mod places;
mod trips;

use std::collections::BTreeMap;
use std::path::Path;

use super::difference::difference;
use super::edit::edit;
use super::export::{Exported, Target};
use super::import::{self, Import};
use super::layer::Layer;
use crate::Result;
use crate::lexicon::limits::Limits;
use crate::lexicon::{Resolved, files};

/// What the files in a folder say.
fn layer(folder: &Path) -> Layer {
    Layer::read(&files::open(&folder.display().to_string(), None).unwrap()).unwrap()
}

/// Writes a layer as a folder of its own.
fn write(layer: &Layer, folder: &Path) {
    for (path, text) in edit(&BTreeMap::default(), &difference(&Layer::default(), layer)).unwrap() {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.unwrap()).unwrap();
    }
}

fn hash(folder: &Path) -> String {
    Resolved::load(&[folder.display().to_string()]).unwrap().hash()
}

fn import(from: &Path, into: &Path) -> Result<Import> {
    import::import(from, into, &Limits::default())
}

fn export(name: &str, resolved: bool, target: &Target, overwrite: bool) -> Result<Exported> {
    super::export::export(name, resolved, target, overwrite, &Limits::default())
}

/// Imports and writes; how many things changed.
#[track_caller]
fn import_all(from: &Path, into: &Path) -> usize {
    match import(from, into).unwrap() {
        Import::Refused(problems) => panic!("{problems:#?}"),
        Import::Ready(ready) => {
            let changes = ready.changes.len();
            ready.write().unwrap();
            changes
        }
    }
}
