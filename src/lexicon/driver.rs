//! A driver as the rest of the engine knows it.
//!
//! Not for its terms (`compile`), nor for its values of roll-ups and who answers for it (`rollup`, `responsibility`).

use std::collections::HashMap;

use super::format::Controllable;
use super::resolve::{DriverExample, Resolved};
use crate::error::{Error, ErrorKind, Result};
use crate::types::DriverIx;

/// A driver as the rest of the engine knows it.
#[derive(Debug, Clone)]
pub struct Driver {
    /// Its id.
    pub id: String,
    /// The driver under which it stands.
    pub parent: Option<DriverIx>,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Whether its aspects are people and what they do.
    pub people: bool,
    /// Whether its owner can change it, as its file or that of the nearest driver above it says; `None` where none of them does.
    pub controllable: Option<Controllable>,
    /// Its tests, each with the lexicon that wrote it.
    pub examples: Vec<DriverExample>,
}

/// All drivers, sorted by id.
pub(super) fn drivers(resolved: &Resolved) -> Result<Vec<Driver>> {
    if resolved.drivers.len() > usize::from(u16::MAX) {
        return Err(Error::new(ErrorKind::Lexicon, "too_many_drivers", "a lexicon holds at most 65,535 drivers"));
    }
    let place: HashMap<&str, DriverIx> =
        resolved.drivers.keys().enumerate().map(|(ix, id)| (id.as_str(), DriverIx(ix as u16))).collect();
    Ok(resolved
        .drivers
        .iter()
        .map(|(id, driver)| Driver {
            id: id.clone(),
            parent: driver.parent.as_deref().and_then(|parent| place.get(parent).copied()),
            name_zh: driver.name_zh.clone(),
            name_en: driver.name_en.clone(),
            people: driver.people,
            controllable: resolved.lineage(id).find_map(|(_, driver)| driver.controllable),
            examples: driver.examples.clone(),
        })
        .collect())
}
