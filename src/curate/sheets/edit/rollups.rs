//! The attributes that `lexicon.toml` declares, edited: their order and that of their values are part of what they say.
//!
//! Not for drivers' values of them (`document`).

use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::super::layer::Attribute;
use super::document::{make_room, put};
use crate::lexicon::format::Names;

/// From the attributes that were to those that are; none where the file writes them in a way that is not expected.
pub(super) fn rollups(document: &mut DocumentMut, before: &[Attribute], after: &[Attribute]) -> Option<()> {
    let was: Vec<&str> = before.iter().map(|attribute| attribute.id.as_str()).collect();
    let is: Vec<&str> = after.iter().map(|attribute| attribute.id.as_str()).collect();
    if !is_continued(&was, &is) {
        // Tables stand in another order, or before others: all of them are written anew.
        document.remove("rollup");
    }
    if is.is_empty() {
        document.remove("rollup");
        return Some(());
    }
    if !document.contains_key("rollup") {
        document.insert("rollup", Item::Table(implicit()));
    }
    let all = document.get_mut("rollup")?.as_table_like_mut()?;
    for gone in was.iter().filter(|id| !is.contains(id)) {
        all.remove(gone);
    }
    for attribute in after {
        if before.contains(attribute) && all.contains_key(&attribute.id) {
            continue;
        }
        if !all.contains_key(&attribute.id) {
            let mut table = implicit();
            // One that is only declared has a line of its own, and nothing below it.
            table.set_implicit(!attribute.values.is_empty() || attribute.name != Names::default());
            all.insert(&attribute.id, Item::Table(table));
        }
        one(all.get_mut(&attribute.id)?.as_table_like_mut()?, attribute)?;
    }
    Some(())
}

fn one(table: &mut dyn TableLike, attribute: &Attribute) -> Option<()> {
    names(table, "name", &attribute.name, false)?;
    let is: Vec<&str> = attribute.values.iter().map(|(id, _)| id.as_str()).collect();
    if !table.contains_key("values") {
        if is.is_empty() {
            return Some(());
        }
        table.insert("values", Item::Table(Table::new()));
    }
    let values = table.get_mut("values")?.as_table_like_mut()?;
    let was: Vec<String> = values.iter().map(|(id, _)| id.to_owned()).collect();
    for gone in was.iter().filter(|id| !is.contains(&id.as_str())) {
        values.remove(gone);
    }
    let was: Vec<&str> = was.iter().map(String::as_str).collect();
    if !is_continued(&was, &is) {
        reorder(values, &is);
    }
    for (id, named) in &attribute.values {
        names(values, id, named, true)?;
    }
    Some(())
}

/// Whether what is new stands after what was, and that in its order.
fn is_continued(was: &[&str], is: &[&str]) -> bool {
    let kept: Vec<&&str> = was.iter().filter(|id| is.contains(id)).collect();
    is.iter().take(kept.len()).eq(kept)
}

/// Puts values in this order, each with what stands around it; those that are new are made.
fn reorder(values: &mut dyn TableLike, order: &[&str]) {
    let mut entries: Vec<(Key, Item)> = Vec::new();
    for id in order {
        let key = values.key(id).cloned().unwrap_or_else(|| Key::new(*id));
        let item = values.remove(id).unwrap_or_else(|| Item::Value(Value::InlineTable(InlineTable::new())));
        entries.push((key, item));
    }
    for (key, item) in entries {
        values.entry_format(&key).or_insert(item);
    }
}

/// Sets the names under a key; `keep`: the key stays where there are none.
fn names(table: &mut dyn TableLike, key: &str, names: &Names, keep: bool) -> Option<()> {
    if !table.contains_key(key) {
        if names.zh.is_none() && names.en.is_none() && !keep {
            return Some(());
        }
        table.insert(key, Item::Value(Value::InlineTable(InlineTable::new())));
    }
    let item = table.get_mut(key)?;
    make_room(item);
    let table = item.as_table_like_mut()?;
    for (language, name) in [("zh", &names.zh), ("en", &names.en)] {
        match name {
            Some(name) if table.get(language).and_then(Item::as_str) == Some(name) => {}
            Some(name) => put(table, language, Value::from(name.as_str())),
            None => {
                table.remove(language);
            }
        }
    }
    Some(())
}

/// A table that has no line of its own.
fn implicit() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}
