//! A page taken apart, as strictly as it is written: elements, attributes, texts.
//!
//! Not a browser: what it does not expect is an error, and no guess.

use std::collections::BTreeSet;

/// What a page is made of.
#[derive(Debug, Default)]
pub struct Parts {
    /// Each element with each of its attributes, and each by itself.
    pub kinds: BTreeSet<(String, String)>,
    /// All texts and values of attributes, as they are shown.
    pub texts: Vec<String>,
}

const VOID: [&str; 4] = ["meta", "br", "link", "hr"];

/// Takes a page apart; panics where it is not well formed.
pub fn parts(page: &str) -> Parts {
    let mut parts = Parts::default();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("a page begins as one");
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        let (text, after) = rest.split_at(at);
        assert!(!text.contains('>'), "a `>` in {text:?}");
        if !text.is_empty() {
            parts.texts.push(shown(text));
        }
        rest = after;
        let Some(tag) = rest.strip_prefix('<') else { break };
        if let Some(name) = tag.strip_prefix('/') {
            let end = name.find('>').expect("a tag ends");
            assert_eq!(open.pop(), Some(&name[..end]), "elements end in their order");
            rest = &name[end + 1..];
            continue;
        }
        let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).expect("a tag ends");
        let name = &tag[..end];
        assert!(!name.is_empty(), "a bare `<` at {:?}", tag.chars().take(20).collect::<String>());
        parts.kinds.insert((name.to_owned(), String::new()));
        rest = attributes(name, &tag[end..], &mut parts);
        if !VOID.contains(&name) {
            open.push(name);
        }
        if name == "style" {
            rest = &rest[rest.find("</style>").expect("styles end")..];
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    parts
}

/// Takes in the attributes of an element; what comes after its tag.
fn attributes<'p>(element: &str, mut rest: &'p str, parts: &mut Parts) -> &'p str {
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(after) = rest.strip_prefix('>') {
            return after;
        }
        let end = rest.find(['=', ' ', '>']).expect("an attribute ends");
        let name = &rest[..end];
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-:".contains(c)), "{name:?}");
        parts.kinds.insert((element.to_owned(), name.to_owned()));
        rest = &rest[end..];
        if let Some(value) = rest.strip_prefix("=\"") {
            let end = value.find('"').expect("a value ends");
            assert!(!value[..end].contains('<'), "a `<` in {:?}", &value[..end]);
            parts.texts.push(shown(&value[..end]));
            rest = &value[end + 1..];
        }
    }
}

/// A text as it is shown.
fn shown(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (written, shown)| text.replace(written, shown))
}
