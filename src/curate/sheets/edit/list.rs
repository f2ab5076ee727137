//! A list of terms in a file: terms are added at its end and taken out, and all that stands around them stays, comments too.
//!
//! Not for finding the list (`document`).

use toml_edit::{Array, InlineTable, Value};
use unicode_width::UnicodeWidthStr;

use super::super::layer::{PLAIN, written};
use crate::lexicon::format::{Boundary, Usage};

/// Up to which column lines are filled.
const LINE: usize = 120;

/// A term as the file writes it.
pub(super) fn value(term: &str, usage: Usage) -> Value {
    if usage == PLAIN {
        return Value::from(term);
    }
    let mut options = InlineTable::new();
    options.insert("term", Value::from(term));
    if usage.boundary == Boundary::Any {
        options.insert("boundary", Value::from("any"));
    }
    for (key, on) in [("bare", usage.bare), ("general", usage.general)] {
        if !on {
            options.insert(key, Value::from(false));
        }
    }
    Value::InlineTable(options)
}

/// A list for these terms, in lines where they do not fit into one.
pub(super) fn list(terms: &[(String, Usage)]) -> Array {
    let width: usize = terms.iter().map(|(term, usage)| value(term, *usage).to_string().width() + 2).sum();
    let mut array = Array::new();
    if width > LINE - 20 {
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    add(&mut array, terms);
    array
}

/// Adds terms at the end.
pub(super) fn add(array: &mut Array, terms: &[(String, Usage)]) {
    let prefixes: Vec<String> = array.iter().map(prefix).collect();
    let is_one_a_line = prefixes.len() > 1 && prefixes.iter().all(|prefix| prefix.contains('\n'));
    let indent = prefixes.iter().rev().find_map(|prefix| Some(prefix.rsplit_once('\n')?.1.to_owned()));
    let is_multiline = indent.is_some() || tail(array).contains('\n');
    let indent = indent.unwrap_or_else(|| "  ".to_owned());
    // The width of the line that was begun here.
    let mut line: Option<usize> = None;
    for (term, usage) in terms {
        let mut new = value(term, *usage);
        let width = new.to_string().trim().width() + 2;
        let old = tail(array);
        let before = match line {
            Some(filled) if !is_one_a_line && filled + width <= LINE => {
                line = Some(filled + width);
                " ".to_owned()
            }
            _ if is_multiline => {
                line = Some(indent.width() + width);
                // What stands after the last term, a comment on it, stays there.
                let (head, rest) = old.rsplit_once('\n').unwrap_or(("", ""));
                set_tail(array, if old.contains('\n') { format!("\n{rest}") } else { old.clone() });
                format!("{}\n{indent}", head.trim_end())
            }
            _ if array.is_empty() => String::new(),
            _ => " ".to_owned(),
        };
        let old = tail(array);
        let ends_in_comma = array.trailing_comma();
        if !ends_in_comma && !array.is_empty() {
            set_tail(array, String::new());
        }
        new.decor_mut().set_prefix(before);
        new.decor_mut().set_suffix(if ends_in_comma || array.is_empty() { "" } else { &old });
        array.push_formatted(new);
    }
}

/// Takes a term out, as often as it stands there.
pub(super) fn remove(array: &mut Array, term: &str) {
    let find = |array: &Array| array.iter().position(|value| of(value).is_some_and(|text| written(text) == term));
    while let Some(at) = find(array) {
        let old = tail(array);
        let is_last = at + 1 == array.len();
        let gone = array.remove(at);
        let (before, after) = (prefix(&gone), suffix(&gone));
        if !is_last {
            let Some(next) = array.get_mut(at) else { return };
            let between = format!("{after}{}", prefix(next));
            let kept = if between.contains('#') {
                format!("{before}{}", between.trim_start())
            } else if before.contains('#') || !between.contains('\n') {
                before
            } else {
                between
            };
            next.decor_mut().set_prefix(kept);
        } else if old.contains('#') {
            set_tail(array, format!("{before}{}", old.trim_start()));
        } else if before.contains('#') {
            set_tail(array, if old.starts_with('\n') { format!("{}{old}", before.trim_end()) } else { before });
        } else {
            set_tail(array, old);
        }
    }
}

/// Uses a term otherwise.
pub(super) fn replace(array: &mut Array, term: &str, usage: Usage) {
    for old in array.iter_mut().filter(|old| of(old).is_some_and(|text| written(text) == term)) {
        let decor = old.decor().clone();
        *old = value(term, usage);
        *old.decor_mut() = decor;
    }
}

/// The term of a value.
fn of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.as_inline_table()?.get("term")?.as_str())
}

fn prefix(value: &Value) -> String {
    value.decor().prefix().and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
}

fn suffix(value: &Value) -> String {
    value.decor().suffix().and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
}

/// What stands between the last term, or the comma after it, and the closing bracket.
fn tail(array: &Array) -> String {
    let last = array.len().checked_sub(1).and_then(|last| array.get(last));
    match last {
        Some(last) if !array.trailing_comma() => suffix(last) + array.trailing().as_str().unwrap_or_default(),
        _ => array.trailing().as_str().unwrap_or_default().to_owned(),
    }
}

fn set_tail(array: &mut Array, tail: String) {
    let last = array.len().checked_sub(1);
    if let Some(last) = last
        && !array.trailing_comma()
        && let Some(last) = array.get_mut(last)
    {
        last.decor_mut().set_suffix(tail);
        array.set_trailing("");
    } else {
        array.set_trailing(tail);
    }
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    fn edited(text: &str, edit: impl Fn(&mut Array)) -> String {
        let mut document: DocumentMut = text.parse().unwrap();
        edit(document["zh"].as_array_mut().unwrap());
        let edited = document.to_string();
        edited.parse::<DocumentMut>().unwrap();
        edited
    }

    fn plain(terms: &[&str]) -> Vec<(String, Usage)> {
        terms.iter().map(|term| ((*term).to_owned(), PLAIN)).collect()
    }

    #[test]
    fn a_term_is_added_at_the_end() {
        for (before, after) in [
            ("zh = []\n", "zh = [\"新\"]\n"),
            ("zh = [\"a\"]\n", "zh = [\"a\", \"新\"]\n"),
            ("zh = [ \"a\" ] # c\n", "zh = [ \"a\", \"新\" ] # c\n"),
            ("zh = [\"a\",]\n", "zh = [\"a\", \"新\",]\n"),
            ("zh = [\n  \"a\",\n  \"b\",\n]\n", "zh = [\n  \"a\",\n  \"b\",\n  \"新\",\n]\n"),
            ("zh = [\n    \"a\", \"b\"\n]\n", "zh = [\n    \"a\", \"b\",\n    \"新\"\n]\n"),
            ("zh = [\n  \"a\",\n  \"b\"]\n", "zh = [\n  \"a\",\n  \"b\",\n  \"新\"]\n"),
            ("zh = [\n  \"a\", # of a\n]\n", "zh = [\n  \"a\", # of a\n  \"新\",\n]\n"),
            ("zh = [\n  \"a\" # of a\n]\n", "zh = [\n  \"a\", # of a\n  \"新\"\n]\n"),
            ("zh = [\n  # none yet\n]\n", "zh = [\n  # none yet\n  \"新\"\n]\n"),
        ] {
            assert_eq!(edited(before, |array| add(array, &plain(&["新"]))), after, "{before}");
        }
        let several = edited("zh = [\n  \"a\", \"b\",\n]\n", |array| add(array, &plain(&["c", "d"])));
        assert_eq!(several, "zh = [\n  \"a\", \"b\",\n  \"c\", \"d\",\n]\n");
    }

    #[test]
    fn a_term_is_taken_out_and_comments_stay() {
        for (before, after) in [
            ("zh = [\"x\"]\n", "zh = []\n"),
            ("zh = [\"x\", \"a\"]\n", "zh = [\"a\"]\n"),
            ("zh = [\"a\", \"x\"]\n", "zh = [\"a\"]\n"),
            ("zh = [ \"a\", \"x\" ]\n", "zh = [ \"a\" ]\n"),
            ("zh = [\"a\", { term = \"x\", boundary = \"any\" }, \"b\"]\n", "zh = [\"a\", \"b\"]\n"),
            ("zh = [\n  \"a\", \"x\",\n  \"b\",\n]\n", "zh = [\n  \"a\",\n  \"b\",\n]\n"),
            ("zh = [\n  \"a\",\n  \"x\", \"b\",\n]\n", "zh = [\n  \"a\",\n  \"b\",\n]\n"),
            ("zh = [\n  \"a\",\n  \"x\",\n  \"b\",\n]\n", "zh = [\n  \"a\",\n  \"b\",\n]\n"),
            ("zh = [\n  \"a\",\n  \"x\",\n]\n", "zh = [\n  \"a\",\n]\n"),
            ("zh = [\n  # heading\n  \"x\", \"b\",\n]\n", "zh = [\n  # heading\n  \"b\",\n]\n"),
            ("zh = [\n  \"a\", # of a\n  \"x\",\n  \"b\",\n]\n", "zh = [\n  \"a\", # of a\n  \"b\",\n]\n"),
            ("zh = [\n  \"a\", # of a\n  \"x\",\n]\n", "zh = [\n  \"a\", # of a\n]\n"),
            ("zh = [\n  \"a\",\n  \"x\", # of x\n]\n", "zh = [\n  \"a\",\n  # of x\n]\n"),
            ("zh = [\n  \"a\", \"x\", # of both\n  \"b\",\n]\n", "zh = [\n  \"a\", # of both\n  \"b\",\n]\n"),
        ] {
            assert_eq!(edited(before, |array| remove(array, "x")), after, "{before}");
        }
    }

    #[test]
    fn a_term_is_used_otherwise_where_it_stands() {
        let any = Usage { boundary: Boundary::Any, ..PLAIN };
        let text = edited("zh = [\n  \"a\", \"x\", # of x\n]\n", |array| replace(array, "x", any));
        assert_eq!(text, "zh = [\n  \"a\", { term = \"x\", boundary = \"any\" }, # of x\n]\n");
    }

    #[test]
    fn a_long_new_list_is_in_lines() {
        let terms: Vec<String> = (0..40).map(|n| format!("term {n}")).collect();
        let terms: Vec<(String, Usage)> = terms.into_iter().map(|term| (term, PLAIN)).collect();
        let text = format!("zh = {}\n", list(&terms));
        assert!(text.starts_with("zh = [\n  \"term 0\", \"term 1\", "), "{text}");
        assert!(text.lines().all(|line| line.len() <= LINE), "{text}");
        assert!(text.ends_with(",\n]\n"), "{text}");
    }
}
