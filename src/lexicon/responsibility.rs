//! Who answers for which driver: the matrix of drivers and functions.
//!
//! Not for what follows from it (technical importance, points by function): that is `contribution`.

use std::collections::{BTreeMap, BTreeSet};

use super::format::Responsibility;
use super::resolve::Resolved;
use crate::types::DriverIx;

/// What a function has to do with a driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The function's place in [`Responsibilities::functions`].
    pub function: usize,
    /// 9 (owns the driver), 3 (contributes) or 1 (touches it).
    pub weight: u8,
    /// Who answers for it there.
    pub owner: Option<String>,
}

/// The responsibility matrix of quality function deployment (Akao 1990), by driver.
#[derive(Debug, Clone, Default)]
pub struct Responsibilities {
    functions: Vec<String>,
    duties: Vec<Vec<Duty>>,
}

impl Responsibilities {
    /// A driver without rows has those of the nearest driver above it that has any; rows of weight 0 are rows.
    pub(super) fn new(resolved: &Resolved) -> Self {
        let mut rows: BTreeMap<&str, Vec<&Responsibility>> = BTreeMap::new();
        for row in &resolved.responsibility {
            rows.entry(&row.driver).or_default().push(row);
        }
        let functions: BTreeSet<&str> = rows.values().flatten().map(|row| row.function.as_str()).collect();
        let places: BTreeMap<&str, usize> = functions.iter().copied().zip(0..).collect();
        let duty = |row: &&Responsibility| {
            Some(Duty {
                function: *places.get(row.function.as_str())?,
                weight: row.weight,
                owner: Some(row.owner.clone()).filter(|owner| !owner.is_empty()),
            })
        };
        let of_driver = |id: &String| {
            let rows = resolved.lineage(id).find_map(|(id, _)| rows.get(id));
            rows.into_iter().flatten().filter(|row| row.weight > 0).filter_map(duty).collect()
        };
        Self {
            duties: resolved.drivers.keys().map(of_driver).collect(),
            functions: functions.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The functions' names as written, sorted, each once.
    pub fn functions(&self) -> &[String] {
        &self.functions
    }

    /// What functions have to do with a driver, in the order of their names, each once, weights above 0; empty where none does.
    pub fn of(&self, driver: DriverIx) -> &[Duty] {
        self.duties.get(usize::from(driver.0)).map_or(&[], Vec::as_slice)
    }

    /// The whole matrix, one row a driver in the order of [`DriverIx`]: functions' places and weights.
    pub fn matrix(&self) -> Vec<Vec<(usize, u8)>> {
        let row = |duties: &Vec<Duty>| duties.iter().map(|duty| (duty.function, duty.weight)).collect();
        self.duties.iter().map(row).collect()
    }

    /// Who answers for a driver: the owner in the function with the highest weight; of several such functions, the first that
    /// names one.
    pub fn owner(&self, driver: DriverIx) -> Option<&str> {
        let duties = self.of(driver);
        let most = duties.iter().map(|duty| duty.weight).max()?;
        duties.iter().filter(|duty| duty.weight == most).find_map(|duty| duty.owner.as_deref())
    }
}
