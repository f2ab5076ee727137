//! A TOML file, edited: its keys, its lists and its examples.
//!
//! Not for what stands inside a list (`list`), nor for attributes (`rollups`).

use std::collections::BTreeMap;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::super::difference::Change;
use super::super::layer::{ListAt, OwnExample, Said};
use super::{list, rollups};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::format::Usage;
use crate::types::Role;

/// A term, how it was used and how it is.
type Changed<'c> = (&'c str, Option<Usage>, Option<Usage>);

/// The text of a file with these changes.
pub(super) fn edited(path: &str, text: Option<&str>, changes: &[&Change]) -> Result<String> {
    let fresh = || match changes.first() {
        Some(Change::Driver { driver, .. }) => format!("id = \"{driver}\"\n"),
        _ => String::new(),
    };
    let text = text.map_or_else(fresh, str::to_owned);
    let body = text.trim_start_matches('\u{feff}');
    let mut document: DocumentMut = body.parse().map_err(|error: toml_edit::TomlError| {
        Error::new(ErrorKind::Lexicon, "lexicon_syntax", format!("{path}: {}", error.message().trim()))
    })?;
    let mut lists: BTreeMap<&ListAt, Vec<Changed<'_>>> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Head { key, after, .. } | Change::Field { key, after, .. } => {
                set(&mut document, key, after.as_ref()).ok_or_else(|| unusual(path, key))?;
            }
            Change::Rollups { before, after } => {
                rollups::rollups(&mut document, before, after).ok_or_else(|| unusual(path, "rollup"))?;
            }
            Change::Term { list, term, before, after } => {
                lists.entry(list).or_default().push((term, *before, *after));
            }
            Change::Example { .. } | Change::Driver { .. } | Change::Duty { .. } => {}
        }
    }
    for (at, terms) in lists {
        self::terms(&mut document, at, &terms).ok_or_else(|| unusual(path, at.list()))?;
    }
    // Last, since they stand last in a file that is new.
    for change in changes {
        if let Change::Example { example: of, is_new, .. } = change {
            example(&mut document, of, *is_new).ok_or_else(|| unusual(path, "example"))?;
        }
    }
    let mut after = document.to_string();
    // What the library does not keep: a mark at the start, line ends of Windows, a last line without an end.
    if body.contains("\r\n") {
        after = after.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    if !body.is_empty() && !body.ends_with('\n') {
        after.truncate(after.trim_end_matches(['\r', '\n']).len());
    }
    Ok(text[..text.len() - body.len()].to_owned() + &after)
}

/// A file that could be read and says something in a way that is not expected here.
fn unusual(path: &str, key: &str) -> Error {
    Error::new(ErrorKind::Lexicon, "not_editable", format!("{path} writes `{key}` in a way that cannot be edited"))
        .help("Write it as docs/lexicon.md does, then import again.")
}

/// Sets a key, or takes it out; keys of a name stand in a table in a line of its own. None where a part of the key is no table.
fn set(document: &mut DocumentMut, key: &str, said: Option<&Said>) -> Option<()> {
    let (table, key) = match key.split_once('.') {
        None => (document.as_table_mut() as &mut dyn TableLike, key),
        Some((parent, key)) => {
            if said.is_none() && !document.contains_key(parent) {
                return Some(());
            }
            let is_name = parent != "rollup";
            if !document.contains_key(parent) {
                let fresh = if is_name { value(InlineTable::new()) } else { Item::Table(Table::new()) };
                insert(document, parent, fresh);
            }
            let item = document.get_mut(parent)?;
            make_room(item);
            (item.as_table_like_mut()?, key)
        }
    };
    match said {
        None => {
            table.remove(key);
        }
        Some(Said::Text(text)) => put(table, key, Value::from(text.as_str())),
        Some(Said::Switch(on)) => put(table, key, Value::from(*on)),
    }
    let emptied = ["name", "description", "rollup"];
    for parent in emptied {
        let is_empty = document.get(parent).and_then(Item::as_table_like).is_some_and(TableLike::is_empty);
        if is_empty && said.is_none() {
            document.remove(parent);
        }
    }
    Some(())
}

/// Puts a value under a key: where one stands there already, what stands around it stays.
pub(super) fn put(table: &mut dyn TableLike, key: &str, mut new: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            table.insert(key, Item::Value(new));
        }
    }
}

/// Takes the blank before the closing brace of a table in a line away, which would else stand before the next comma.
pub(super) fn make_room(item: &mut Item) {
    let values = item.as_inline_table_mut().into_iter().flat_map(|table| table.iter_mut().map(|(_, value)| value));
    for value in values.filter(|value| value.decor().suffix().is_some_and(|raw| raw.as_str() == Some(" "))) {
        let prefix = value.decor().prefix().cloned().unwrap_or_default();
        // Without a suffix of its own a value has the usual one for its place.
        value.decor_mut().clear();
        value.decor_mut().set_prefix(prefix);
    }
}

/// Inserts a table that is not there: before the examples, which stand last.
fn insert(document: &mut DocumentMut, key: &str, mut item: Item) {
    let examples = document.get("example").and_then(Item::as_array_of_tables);
    let first = examples.and_then(|examples| examples.iter().filter_map(Table::position).min());
    if let (Some(first), Some(table)) = (first, item.as_table_mut()) {
        // Of two tables at one place, the one that was inserted last comes last.
        table.set_position(Some(first - 1));
    }
    document.insert(key, item);
}

/// Changes the terms of a list.
fn terms(document: &mut DocumentMut, at: &ListAt, changes: &[Changed<'_>]) -> Option<()> {
    let added: Vec<(String, Usage)> = changes
        .iter()
        .filter_map(|(term, before, after)| before.is_none().then_some(((*term).to_owned(), (*after)?)))
        .collect();
    let language = at.language();
    let path: Vec<&str> = match at {
        ListAt::Driver(..) => at.list().split('.').chain([language]).collect(),
        ListAt::Whole(_) => vec!["words", language],
        ListAt::Words(..) => vec![at.list()],
    };
    let (key, parents) = path.split_last()?;
    if let [parent, ..] = parents
        && !document.contains_key(parent)
    {
        let mut table = Table::new();
        table.set_implicit(parents.len() > 1);
        insert(document, parent, Item::Table(table));
    }
    // A table inside another one that is new stands where that does.
    let position = parents.first().and_then(|parent| document.get(parent)?.as_table()?.position());
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for parent in parents {
        if !table.contains_key(parent) {
            let mut fresh = Table::new();
            fresh.set_position(position);
            table.insert(parent, Item::Table(fresh));
        }
        let item = table.get_mut(parent)?;
        make_room(item);
        table = item.as_table_like_mut()?;
    }
    let Some(item) = table.get_mut(key) else {
        table.insert(key, value(list::list(&added)));
        return Some(());
    };
    let array: &mut Array = item.as_array_mut()?;
    for (term, before, after) in changes {
        match (before, after) {
            (Some(_), None) => list::remove(array, term),
            (Some(_), Some(usage)) => list::replace(array, term, *usage),
            (None, _) => {}
        }
    }
    list::add(array, &added);
    Some(())
}

/// Adds an example after the others, or takes one out.
fn example(document: &mut DocumentMut, example: &OwnExample, is_new: bool) -> Option<()> {
    if !document.contains_key("example") {
        document.insert("example", Item::ArrayOfTables(ArrayOfTables::new()));
    }
    let is_it = |table: &dyn TableLike| {
        let word = |key: &str| table.get(key).and_then(Item::as_str);
        word("text") == Some(&example.text)
            && word("expect") == Some(example.expect.as_str())
            && word("role").unwrap_or(Role::default().as_str()) == example.role.as_str()
    };
    let written = |table: &mut dyn TableLike| {
        table.insert("text", value(example.text.as_str()));
        table.insert("expect", value(example.expect.as_str()));
        if example.role != Role::default() {
            table.insert("role", value(example.role.as_str()));
        }
    };
    match document.get_mut("example")? {
        Item::ArrayOfTables(tables) if is_new => {
            let mut table = Table::new();
            written(&mut table);
            tables.push(table);
        }
        Item::ArrayOfTables(tables) => {
            let find = |tables: &ArrayOfTables| tables.iter().position(|table| is_it(table));
            while let Some(at) = find(tables) {
                let before =
                    tables.get(at)?.decor().prefix().and_then(|raw| raw.as_str()).unwrap_or_default().to_owned();
                tables.remove(at);
                // A comment above it may be on those below it.
                if before.contains('#')
                    && let Some(next) = tables.get_mut(at)
                {
                    let after = next.decor().prefix().and_then(|raw| raw.as_str()).unwrap_or_default();
                    let both = format!("{before}{}", after.trim_start_matches('\n'));
                    next.decor_mut().set_prefix(both);
                }
            }
        }
        item => {
            let array = item.as_array_mut()?;
            if is_new {
                let mut table = InlineTable::new();
                written(&mut table);
                array.push(table);
            } else {
                array.retain(|value| !value.as_inline_table().is_some_and(|table| is_it(table)));
            }
        }
    }
    if document.get("example").and_then(Item::as_array_of_tables).is_some_and(ArrayOfTables::is_empty) {
        document.remove("example");
    }
    Some(())
}
