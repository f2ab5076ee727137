//! The content hash depends on what a lexicon means, and on nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::layer::{DriverList, Language, Layer, ListAt, Listed, PLAIN};
use super::{draw, hash, write};

/// The same lexicon with its lists, examples and rows the other way round.
fn turned(layer: &Layer) -> Layer {
    let mut turned = layer.clone();
    let reversed = |terms: &Listed| terms.iter().rev().map(|(term, usage)| (term.clone(), *usage)).collect();
    turned.lists = layer.lists.iter().map(|(at, terms)| (at.clone(), reversed(terms))).collect();
    turned.examples.values_mut().for_each(indexmap::IndexSet::reverse);
    turned.responsibility.reverse();
    turned
}

/// A file with comments and blank lines before its lines and after its keys; texts that go over several lines are left as they are.
fn commented(text: &str) -> String {
    if text.contains("\"\"\"") || text.contains("'''") {
        return format!("# a comment\n\n{text}\n# and one at the end");
    }
    let mut out = String::new();
    for line in text.lines() {
        let _ = writeln!(out, "\n  # a comment, with \"quotes\" and [brackets]\n{line}  # and one at the end");
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn order_comments_and_layout_change_nothing(drawn in draw::layer(), seed in any::<u64>()) {
        let dir = tempfile::tempdir().unwrap();
        let (plain, other) = (dir.path().join("plain"), dir.path().join("other"));
        write(&drawn, &plain);
        let one = hash(&plain);
        write(&turned(&drawn), &other);
        // Words of no driver in one file more, and files written in another order.
        let mut files = BTreeMap::new();
        for sub in ["", "drivers", "polarity"] {
            for entry in std::fs::read_dir(other.join(sub)).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "toml") {
                    files.insert(blake3::hash(format!("{seed}{}", path.display()).as_bytes()).to_hex(), path);
                }
            }
        }
        for path in files.values() {
            let text = std::fs::read_to_string(path).unwrap();
            std::fs::remove_file(path).unwrap();
            std::fs::write(path, commented(&text)).unwrap();
        }
        let polarity = other.join("polarity");
        if polarity.join("zh.toml").is_file() && !polarity.join("another.toml").is_file() {
            std::fs::rename(polarity.join("zh.toml"), polarity.join("another.toml")).unwrap();
        }
        prop_assert_eq!(hash(&other), one.clone());
        // One term more is another meaning.
        let mut more = drawn.clone();
        let at = ListAt::Driver("leaf".to_owned(), DriverList::Exclude, Language::En);
        more.lists.entry(at).or_default().insert("a term that is drawn nowhere".to_owned(), PLAIN);
        let third = dir.path().join("third");
        write(&more, &third);
        prop_assert_ne!(hash(&third), one);
    }
}
