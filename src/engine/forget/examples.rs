//! Examples in the lexicons that an output keeps: those that quote somebody who is forgotten go.
//!
//! Not for lexicons elsewhere, which are other people's files. What a lexicon says, and so its hash, does not depend on its examples. Terms
//! and names are not looked at: who wrote nothing but one is not quoted by it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item};

use super::quotes::Quotes;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::tables::{LEXICON_FOLDER, Manifest, files_below};

/// A file of a kept lexicon without the examples that quote.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// Its path in the output folder.
    pub(super) path: String,
    pub(super) content: String,
    /// Examples that are not in it any more.
    pub(super) gone: u64,
}

/// The files of kept lexicons whose examples quote an answer, without these examples.
pub(super) fn without_quotes(out: &Path, before: &Manifest, quotes: &Quotes<'_>) -> Result<Vec<Rewritten>> {
    let mut rewritten = Vec::new();
    for hash in kept_lexicons(before) {
        for (inside, path) in files_below(out, &format!("{LEXICON_FOLDER}/{hash}"))? {
            if path.extension().is_none_or(|end| end != "toml") {
                continue;
            }
            let content =
                fs::read_to_string(&path).map_err(|error| Error::io(ErrorKind::Output, "read", &path, error))?;
            let (content, gone) = without(&content, quotes).map_err(|error| {
                Error::new(ErrorKind::Damaged, "damaged_lexicon", error.message().to_owned()).at(Place::file(&path))
            })?;
            if gone > 0 {
                rewritten.push(Rewritten { path: inside, content, gone });
            }
        }
    }
    Ok(rewritten)
}

/// The hashes of the lexicons that the output keeps for its periods and for what comes next.
pub(super) fn kept_lexicons(before: &Manifest) -> BTreeSet<&str> {
    let of_periods = before.periods.values().map(|info| info.lexicon_hash.as_str());
    of_periods.chain([before.lexicon_hash.as_str()]).filter(|hash| !hash.is_empty()).collect()
}

/// What the examples of a lexicon's file say, decoded.
pub(super) fn said(content: &str) -> Result<Vec<String>, toml_edit::TomlError> {
    let document: DocumentMut = content.parse()?;
    let Some(examples) = document.get("example") else { return Ok(Vec::new()) };
    let text = |item: Option<&str>| item.map(str::to_owned);
    Ok(match examples {
        Item::ArrayOfTables(tables) => {
            tables.iter().filter_map(|table| text(table.get("text").and_then(Item::as_str))).collect()
        }
        Item::Value(value) => {
            let inline = value.as_array().into_iter().flatten().filter_map(|value| value.as_inline_table());
            inline.filter_map(|table| text(table.get("text").and_then(|text| text.as_str()))).collect()
        }
        _ => Vec::new(),
    })
}

/// A lexicon's file without the examples that quote an answer, and how many those were.
fn without(content: &str, quotes: &Quotes<'_>) -> Result<(String, u64), toml_edit::TomlError> {
    let mut document: DocumentMut = content.parse()?;
    let mut gone = 0;
    let mut stays = |text: Option<&str>| {
        let stays = !text.is_some_and(|text| quotes.quoted_by(text));
        gone += u64::from(!stays);
        stays
    };
    match document.get_mut("example") {
        Some(Item::ArrayOfTables(tables)) => {
            tables.retain(|table| stays(table.get("text").and_then(Item::as_str)));
        }
        Some(Item::Value(value)) => {
            if let Some(examples) = value.as_array_mut() {
                let text = |value: &toml_edit::Value| value.as_inline_table()?.get("text")?.as_str().map(str::to_owned);
                examples.retain(|value| stays(text(value).as_deref()));
            }
        }
        _ => {}
    }
    Ok((document.to_string(), gone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Redactor;

    #[test]
    fn an_example_that_quotes_goes_and_the_rest_stays() {
        let redactor = Redactor::new();
        let texts = ["晚上噪音太大睡不着觉", "far too loud\r\nand they left", "噪音小", "arrived on time"];
        let quotes = Quotes::new(&texts.map(str::to_owned).into(), &redactor);
        let head = "id = \"noise\"\n\n[aspect]\nzh = [\"噪音\"]\nen = [\"arrived on time\"]\n";
        let tables = "\n[[example]]\ntext = \"晚上噪音太大睡不着觉\"\nexpect = \"negative\"\n\n[[example]]\ntext = \"噪音小\"\nexpect = \"positive\"\n\n[[example]]\ntext = \"far too loud\\r\\nand they left\"\nexpect = \"negative\"\n";
        let inline = "example = [{ text = \"晚上噪音太大睡不着觉\", expect = \"negative\" }, { text = \"噪音小\", expect = \"positive\" }, { text = '''far too loud\n and they left''', expect = \"negative\" }]\n";
        for file in [format!("{head}{tables}"), format!("{inline}{head}")] {
            let (kept, gone) = without(&file, &quotes).unwrap();
            assert_eq!(gone, 2, "a text as short as the other is nobody's: {kept}");
            assert_eq!(said(&kept).unwrap(), ["噪音小"]);
            assert!(kept.contains("[aspect]") && kept.contains("arrived on time"), "{kept}");
        }
        assert_eq!(without(head, &quotes).unwrap(), (head.to_owned(), 0));
    }
}
