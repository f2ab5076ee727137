//! The sheets `Lexicon` and `Rollups`.
//!
//! Not for drivers' values of attributes (`drivers`).

use super::super::fill::HEAD;
use super::super::layer::Attribute;
use super::Key;
use super::reader::Reader;
use crate::lexicon::format::Names;

/// Name, version, what it extends, description.
pub(super) fn lexicon(reader: &mut Reader<'_>) {
    let mut last = None;
    for row in reader.rows() {
        last = Some(row);
        reader.check_width(row);
        let Some(field) = reader.one_of(row, "field", &HEAD) else { continue };
        if !reader.place(row, "value", Key::Head(field.to_owned()), &format!("`{field}`")) {
            continue;
        }
        let value = reader.said(row, "value");
        if value.is_none() && matches!(field, "name" | "version") {
            reader.wrong(row, "value", format!("a lexicon has a {field}"), "Write it into this cell.");
            continue;
        }
        let head = &mut reader.layer().head;
        match field {
            "name" => head.name = value.unwrap_or_default(),
            "version" => head.version = value.unwrap_or_default(),
            "extends" => head.extends = value,
            "description.zh" => head.description.zh = value,
            _ => head.description.en = value,
        }
    }
    for field in ["name", "version"] {
        if reader.is_new(&Key::Head(field.to_owned())) {
            let message = format!("no row says the lexicon's {field}");
            reader.wrong_after(last, message, format!("Add a row with `{field}` and its value."));
        }
    }
}

/// Attributes and their values, in the order of the rows.
pub(super) fn rollups(reader: &mut Reader<'_>) {
    for row in reader.rows() {
        reader.check_width(row);
        let Some(attribute) = reader.id(row, "attribute") else { continue };
        let value = if reader.text(row, "value").is_empty() {
            None
        } else {
            let Some(value) = reader.id(row, "value") else { continue };
            Some(value)
        };
        let (column, what) = match &value {
            None => ("attribute", format!("the attribute `{attribute}`")),
            Some(value) => ("value", format!("the value `{value}` of `{attribute}`")),
        };
        if !reader.place(row, column, Key::Rollup(attribute.clone(), value.clone()), &what) {
            continue;
        }
        let names = Names { zh: reader.said(row, "name.zh"), en: reader.said(row, "name.en") };
        let rollups = &mut reader.layer().rollups;
        let at = rollups.iter().position(|known| known.id == attribute).unwrap_or_else(|| {
            rollups.push(Attribute { id: attribute, name: Names::default(), values: Vec::new() });
            rollups.len() - 1
        });
        match value {
            None => rollups[at].name = names,
            Some(value) => rollups[at].values.push((value, names)),
        }
    }
}
