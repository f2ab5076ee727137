//! Drivers that terms and examples name and that have no row of their own: one problem each, whatever many rows name it.
//!
//! Not for parents and duties, whose drivers may be inherited (`refer`).

use super::super::grid::{At, MOST_PROBLEMS, Problem};
use super::Understood;
use crate::lexicon::resolve::problems::is_id;
use crate::nearest::nearest;

/// How many cells are listed of one driver.
const MOST_CELLS: usize = 20;

/// What to do with a driver that is no longer wanted.
const GONE: &str = "delete the rows that name it, in Responsibility too.";

/// Adds a problem for each driver that is missing.
pub(super) fn tell(all: &mut Understood) {
    for (driver, cells) in std::mem::take(&mut all.missing) {
        let help = help(all, &driver).unwrap_or_else(|| {
            // Its duties go with the rest.
            all.layer.responsibility.retain(|(of, _), _| *of != driver);
            format!("Add a row with this id to the sheet Drivers (of an inherited driver the id is enough), or {GONE}")
        });
        let rows = match &cells[..] {
            [_] => String::new(),
            cells => {
                let listed: Vec<String> = cells.iter().take(MOST_CELLS).map(At::to_string).collect();
                let more = cells.len().saturating_sub(MOST_CELLS);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                format!(", which {} rows name: {}{more}", cells.len(), listed.join(", "))
            }
        };
        let message = format!("there is no driver `{driver}` in the sheet Drivers{rows}");
        if let Some(at) = cells.into_iter().min()
            && all.problems.len() < MOST_PROBLEMS
        {
            all.problems.push(Problem { at, message, help });
        }
    }
}

/// What to do about a driver that others resemble, or that is none; nothing where it is likely to have been deleted.
fn help(all: &Understood, driver: &str) -> Option<String> {
    let drivers = &all.layer.drivers;
    let is_called = |name: &Option<String>| name.as_deref() == Some(driver);
    if let Some((id, _)) = drivers.iter().find(|(_, of)| is_called(&of.name.zh) || is_called(&of.name.en)) {
        return Some(format!("This is the name of `{id}`: write `{id}`."));
    }
    if !is_id(driver) {
        return Some("Write the id of a driver, as the sheet Drivers has it.".to_owned());
    }
    let near = nearest(driver, drivers.keys().map(String::as_str), str::to_lowercase)?;
    Some(format!("Did you mean `{near}`? If not: add a row with this id to the sheet Drivers, or {GONE}"))
}
