//! Roll-ups: attributes that group drivers across the tree, such as the SERVQUAL dimension, and each driver's value of them.
//!
//! Not for summing what drivers contribute (`contribution`): that a roll-up's figures are sums of leaves is done there.

use super::resolve::{Resolved, ResolvedRollup};
use crate::types::DriverIx;

/// An attribute that groups drivers across the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// Its id: `servqual`.
    pub id: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Its values in the order in which they are shown; each is the value of a driver.
    pub values: Vec<RollupValue>,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollupValue {
    /// Its id: `tangibles`.
    pub id: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// All attributes, and the drivers' values.
#[derive(Debug, Clone, Default)]
pub(super) struct Rollups {
    pub(super) all: Vec<Rollup>,
    /// By attribute, then by driver: the value's place in its attribute.
    chosen: Vec<Vec<Option<usize>>>,
}

impl Rollups {
    /// Those that the lexicons declare and a driver has: an attribute or value that no driver has is left out.
    pub(super) fn new(resolved: &Resolved) -> Self {
        let mut rollups = Self::default();
        for declared in &resolved.rollups {
            let chosen: Vec<Option<usize>> = resolved.drivers.keys().map(|id| value(resolved, declared, id)).collect();
            let mut values = Vec::new();
            let places: Vec<Option<usize>> = (0..)
                .zip(&declared.values)
                .map(|(at, value)| {
                    chosen.contains(&Some(at)).then(|| {
                        values.push(RollupValue {
                            id: value.id.clone(),
                            name_zh: value.name_zh.clone(),
                            name_en: value.name_en.clone(),
                        });
                        values.len() - 1
                    })
                })
                .collect();
            if values.is_empty() {
                continue;
            }
            let of_driver = |at: Option<usize>| places.get(at?).copied().flatten();
            rollups.chosen.push(chosen.into_iter().map(of_driver).collect());
            let name = &declared.name;
            rollups.all.push(Rollup {
                id: name.id.clone(),
                name_zh: name.name_zh.clone(),
                name_en: name.name_en.clone(),
                values,
            });
        }
        rollups
    }

    /// A driver's value of an attribute.
    pub(super) fn value(&self, attribute: usize, driver: DriverIx) -> Option<usize> {
        *self.chosen.get(attribute)?.get(usize::from(driver.0))?
    }
}

/// The declared value of a driver: its own, else that of the nearest driver above it that has the attribute.
fn value(resolved: &Resolved, attribute: &ResolvedRollup, driver: &str) -> Option<usize> {
    let choice = resolved.lineage(driver).find_map(|(_, driver)| driver.rollup.get(&attribute.name.id))?;
    attribute.values.iter().position(|value| value.id == choice.value)
}
