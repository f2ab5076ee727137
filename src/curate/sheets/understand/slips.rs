//! Cells that hold several terms, or a dash that takes nothing away: what is typed into sheets most often, and finds nothing.
//!
//! Not for files, of which a check warns (`curate::check`): an import can still ask for what was meant.

use super::super::grid::Problem;
use super::super::layer::{Layer, ListAt};
use super::refer::inherited;
use super::{Cells, Key};
use crate::lexicon::Resolved;
use crate::lexicon::slip::{Slip, slip, slip_of_word};

/// The slips among terms that `after` has and `before` has not; `base`: what the lexicon extends.
pub fn slips(before: &Layer, after: &Layer, base: &Resolved, cells: &Cells) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, terms) in &after.lists {
        for written in terms.keys().filter(|term| before.lists.values().all(|terms| !terms.contains_key(*term))) {
            let slip = match at {
                ListAt::Driver(driver, ..) => {
                    let examples =
                        after.examples.get(driver).into_iter().flatten().map(|example| example.text.as_str());
                    slip(written).filter(|slip| !slip.is_meant(written, examples))
                }
                ListAt::Words(..) => slip_of_word(written),
                ListAt::Whole(_) => slip_of_word(written).filter(|slip| matches!(slip, Slip::Several(_))),
            };
            let Some(slip) = slip else { continue };
            let help = match &slip {
                Slip::Several(terms) => {
                    let apart = format!("Write each into a row of its own: {}.", terms.join(" | "));
                    let way_out = " If it is one term, an example of the driver that holds it says so.";
                    if matches!(at, ListAt::Driver(..)) { apart + way_out } else { apart }
                }
                Slip::Dash(removed) if inherited(base, at).is_some_and(|terms| terms.contains_key(*removed)) => {
                    format!("Write `- {removed}`: a half-width `-`, then a blank.")
                }
                Slip::Dash(removed) => {
                    format!(
                        "This list inherits no `{removed}`: delete the row, or write `{removed}` if it should count."
                    )
                }
            };
            let at = cells.at(&Key::Term(at.clone(), written.clone()));
            problems.push(Problem { at, message: slip.message(written), help });
        }
    }
    problems
}
