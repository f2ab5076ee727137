//! Attributes that group drivers across the tree: what `lexicon.toml` declares, and whether drivers keep to it.
//!
//! Not for inheriting a value from the driver above (`super::super::rollup`).

use std::collections::BTreeMap;

use serde::Serialize;
use toml::Spanned;

use super::super::files::File;
use super::super::format::RollupFile;
use super::{Resolved, is_id, rename};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::nearest::nearest;

/// An attribute as the lexicons together declare it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedRollup {
    /// Its id, and its names: the id where none is given.
    #[serde(flatten)]
    pub name: Named,
    /// Its values in the order in which they are shown.
    pub values: Vec<Named>,
}

/// An id with its names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// A driver's value of an attribute, with where it is written; empty: none, whatever the driver above it has.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct RollupChoice {
    /// The value's id.
    pub value: String,
    #[serde(skip)]
    attribute_at: Place,
    #[serde(skip)]
    value_at: Place,
}

/// What a driver's file chooses.
pub(super) fn choices(
    written: BTreeMap<Spanned<String>, Spanned<String>>,
    file: &File,
) -> impl Iterator<Item = (String, RollupChoice)> {
    written.into_iter().map(|(attribute, value)| {
        let (attribute_at, value_at) = (file.place(attribute.span().start), file.place(value.span().start));
        let value = value.into_inner().trim().to_owned();
        (attribute.into_inner(), RollupChoice { value, attribute_at, value_at })
    })
}

/// Adds what a `lexicon.toml` declares. What was declared before keeps its place; a new value comes right after the one that is
/// written before it, or last.
pub(super) fn declare(
    declared: &mut Vec<ResolvedRollup>,
    written: &BTreeMap<Spanned<String>, RollupFile>,
    file: &File,
) -> Result<()> {
    for (id, attribute) in in_written_order(written) {
        check_id(id, file)?;
        let at = declared.iter().position(|known| known.name.id == **id.get_ref()).unwrap_or_else(|| {
            declared.push(ResolvedRollup {
                name: Named { id: id.get_ref().clone(), ..Named::default() },
                values: Vec::new(),
            });
            declared.len() - 1
        });
        let ResolvedRollup { name, values } = &mut declared[at];
        name.rename(attribute.name.zh.as_deref(), attribute.name.en.as_deref());
        let mut next = values.len();
        for (id, names) in in_written_order(&attribute.values) {
            check_id(id, file)?;
            let at = values.iter().position(|known| known.id == **id.get_ref()).unwrap_or_else(|| {
                values.insert(next, Named { id: id.get_ref().clone(), ..Named::default() });
                next
            });
            values[at].rename(names.zh.as_deref(), names.en.as_deref());
            next = at + 1;
        }
    }
    Ok(())
}

impl Named {
    fn rename(&mut self, zh: Option<&str>, en: Option<&str>) {
        rename(&mut self.name_zh, zh, &self.id);
        rename(&mut self.name_en, en, &self.id);
    }
}

/// A table in the order in which its keys stand in the file.
fn in_written_order<T>(table: &BTreeMap<Spanned<String>, T>) -> Vec<(&Spanned<String>, &T)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn check_id(id: &Spanned<String>, file: &File) -> Result<()> {
    if is_id(id.get_ref()) {
        return Ok(());
    }
    let message = format!("`{}` cannot be the id of an attribute or of a value", id.get_ref());
    Err(Error::new(ErrorKind::Lexicon, "rollup_id", message)
        .at(file.place(id.span().start))
        .help("Use lower-case letters, digits and _ only, such as call_back; names may hold anything."))
}

/// Every driver's attributes and values are declared.
pub(super) fn check(resolved: &Resolved) -> Result<()> {
    for (attribute, choice) in resolved.drivers.values().flat_map(|driver| &driver.rollup) {
        let Some(declared) = resolved.rollups.iter().find(|declared| declared.name.id == *attribute) else {
            let known: Vec<&str> = resolved.rollups.iter().map(|declared| declared.name.id.as_str()).collect();
            let message = format!("no lexicon.toml declares the attribute `{attribute}`");
            let declare = format!("Declare it and its values in lexicon.toml, under [rollup.{attribute}.values].");
            return Err(unknown("rollup_attribute", message, attribute, known, declare).at(choice.attribute_at.clone()));
        };
        if choice.value.is_empty() || declared.values.iter().any(|value| value.id == choice.value) {
            continue;
        }
        let known: Vec<&str> = declared.values.iter().map(|value| value.id.as_str()).collect();
        let message = format!("no lexicon.toml declares the value `{}` of the attribute `{attribute}`", choice.value);
        let values = known.join(", ");
        let declare = format!(
            "Its values are {values}; another one is declared in lexicon.toml, under [rollup.{attribute}.values]."
        );
        return Err(unknown("rollup_value", message, &choice.value, known, declare).at(choice.value_at.clone()));
    }
    Ok(())
}

fn unknown(code: &'static str, message: String, name: &str, known: Vec<&str>, otherwise: String) -> Error {
    let help = nearest(name, known, str::to_lowercase).map_or(otherwise, |near| format!("Did you mean `{near}`?"));
    Error::new(ErrorKind::Lexicon, code, message).help(help)
}
