//! Examples in the lexicons that an output keeps: those that quote somebody who is forgotten go.
//!
//! Not for lexicons elsewhere, which are other people's files. What a lexicon says, and so its hash, does not depend on its examples.

use std::collections::BTreeSet;
use std::fs;

use toml_edit::DocumentMut;

use super::scan::quotes;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::tables::{LEXICON_FOLDER, Manifest, Output, files_below};

/// Files of kept lexicons that were written anew.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    /// Their paths in the output folder.
    pub(super) files: Vec<String>,
    /// Examples that are not in them any more.
    pub(super) examples: u64,
}

/// Stages the files of kept lexicons whose examples quote any of these texts.
pub(super) fn stage(output: &Output, before: &Manifest, texts: &BTreeSet<String>) -> Result<Rewritten> {
    let mut rewritten = Rewritten::default();
    let root = output.root();
    let hashes: BTreeSet<&str> = before.periods.values().map(|info| info.lexicon_hash.as_str()).collect();
    for hash in hashes {
        for (inside, path) in files_below(root, &format!("{LEXICON_FOLDER}/{hash}"))? {
            if path.extension().is_none_or(|end| end != "toml") {
                continue;
            }
            let content =
                fs::read_to_string(&path).map_err(|error| Error::io(ErrorKind::Output, "read", &path, error))?;
            if !texts.iter().any(|text| quotes(&content, text)) {
                continue;
            }
            let (content, gone) = without(&content, texts).map_err(|error| {
                Error::new(ErrorKind::Damaged, "damaged_lexicon", error.message().to_owned()).at(Place::file(&path))
            })?;
            if gone > 0 {
                output.stage_kept_file(&inside, &content)?;
                rewritten.files.push(inside);
                rewritten.examples += gone;
            }
        }
    }
    Ok(rewritten)
}

/// A driver's file without the examples that quote any of these texts, and how many those were.
fn without(content: &str, texts: &BTreeSet<String>) -> Result<(String, u64), toml_edit::TomlError> {
    let mut document: DocumentMut = content.parse()?;
    let mut gone = 0;
    if let Some(examples) = document.get_mut("example").and_then(|item| item.as_array_of_tables_mut()) {
        for at in (0..examples.len()).rev() {
            let says = examples.get(at).and_then(|example| example.get("text")).and_then(|text| text.as_str());
            if says.is_some_and(|says| texts.iter().any(|text| quotes(says, text))) {
                examples.remove(at);
                gone += 1;
            }
        }
    }
    Ok((document.to_string(), gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_that_quotes_goes_and_the_rest_stays() {
        let file = "id = \"noise\"\n\n[aspect]\nzh = [\"噪音\"]\n\n[[example]]\ntext = \"晚上噪音太大睡不着觉\"\nexpect = \"negative\"\n\n[[example]]\ntext = \"噪音小\"\nexpect = \"positive\"\n";
        let texts = BTreeSet::from(["晚上噪音太大睡不着觉".to_owned(), "噪音小".to_owned()]);
        let (kept, gone) = without(file, &texts).unwrap();
        assert_eq!(gone, 1, "a text as short as the other is nobody's");
        assert!(!kept.contains("睡不着觉") && kept.contains("噪音小") && kept.contains("[aspect]"), "{kept}");
    }
}
