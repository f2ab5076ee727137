//! Attributes that group drivers across the tree: what `lexicon.toml` declares, and whether drivers keep to it.
//!
//! Not for inheriting a value from the driver above (`super::super::rollup`).

use std::collections::BTreeMap;

use serde::Serialize;
use toml::Spanned;

use super::super::files::File;
use super::super::format::RollupFile;
use super::problems::{self, Kind, Problem};
use super::{Resolved, rename};
use crate::error::{Place, Result};

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
pub(crate) fn declare(declared: &mut Vec<ResolvedRollup>, written: &BTreeMap<Spanned<String>, RollupFile>) {
    for (id, attribute) in in_written_order(written) {
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
            let at = values.iter().position(|known| known.id == **id.get_ref()).unwrap_or_else(|| {
                values.insert(next, Named { id: id.get_ref().clone(), ..Named::default() });
                next
            });
            values[at].rename(names.zh.as_deref(), names.en.as_deref());
            next = at + 1;
        }
    }
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

/// Ids that are none, of attributes and of values, each with what is wrong with it.
pub(crate) fn wrong_ids(
    written: &BTreeMap<Spanned<String>, RollupFile>,
) -> impl Iterator<Item = (&Spanned<String>, Problem)> {
    in_written_order(written)
        .into_iter()
        .flat_map(|(id, attribute)| {
            std::iter::once(id).chain(in_written_order(&attribute.values).into_iter().map(|(id, _)| id))
        })
        .filter_map(|id| Some((id, problems::of_rollup_id(id.get_ref())?)))
}

/// Every driver's attributes and values are declared.
pub(super) fn check(resolved: &Resolved) -> Result<()> {
    for (attribute, choice) in resolved.drivers.values().flat_map(|driver| &driver.rollup) {
        if let Some(problem) = problems::of_choice(attribute, &choice.value, &resolved.rollups) {
            let at = match problem.kind {
                Kind::UnknownAttribute => &choice.attribute_at,
                _ => &choice.value_at,
            };
            return Err(problem.into_error().at(at.clone()));
        }
    }
    Ok(())
}
