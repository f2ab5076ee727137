//! What drivers, attributes and rows of responsibility cannot be, as values: loading stops at the first, a check tells them all.
//!
//! Not for where it is written: whoever asks knows that. Not for terms (`terms`) nor for reading rows (`rows`).

use std::collections::BTreeMap;

use super::rollups::ResolvedRollup;
use crate::error::{Error, ErrorKind};
use crate::nearest::nearest;
use crate::types::Residual;

/// Of which sort a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What cannot be a driver's id.
    DriverId,
    /// A parent that does not exist.
    UnknownParent,
    /// A driver that is its own ancestor.
    ParentCycle,
    /// What cannot be the id of an attribute or of a value.
    RollupId,
    /// An attribute that nothing declares.
    UnknownAttribute,
    /// A value that its attribute does not have.
    UnknownValue,
    /// A row of responsibility for a driver that does not exist.
    UnknownRow,
}

impl Kind {
    /// The code of the error that loading gives.
    const fn code(self) -> &'static str {
        match self {
            Self::DriverId => "driver_id",
            Self::UnknownParent | Self::ParentCycle => "driver_parent",
            Self::RollupId => "rollup_id",
            Self::UnknownAttribute => "rollup_attribute",
            Self::UnknownValue => "rollup_value",
            Self::UnknownRow => "responsibility",
        }
    }
}

/// Something that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// What it is, in one sentence.
    pub(crate) message: String,
    /// How to mend it.
    pub(crate) help: String,
}

impl Problem {
    /// The error that loading stops with; its place is to be added.
    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::Lexicon, self.kind.code(), self.message).help(self.help)
    }
}

/// "Did you mean", or what to do otherwise.
pub(crate) fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, otherwise: String) -> String {
    nearest(name, known, str::to_lowercase).map_or(otherwise, |near| format!("Did you mean `{near}`?"))
}

/// Whether drivers, attributes and their values may be called so.
pub(crate) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// What is wrong with the id of a driver whose file has this name, without its ending.
pub(crate) fn of_driver_id(id: &str, stem: &str) -> Option<Problem> {
    let (message, help) = if !is_id(id) {
        (
            format!("`{id}` cannot be a driver's id"),
            "Use lower-case letters, digits and _ only, such as response_time.".to_owned(),
        )
    } else if Residual::parse(id).is_some() {
        (format!("`{id}` is the name of a residual bucket"), "Choose another id for this driver.".to_owned())
    } else if id != stem {
        (
            format!("the driver's id `{id}` is not the file's name `{stem}`"),
            format!("Write id = \"{stem}\", or rename the file to {id}.toml."),
        )
    } else {
        return None;
    };
    Some(Problem { kind: Kind::DriverId, message, help })
}

/// Drivers whose parents do not exist, and those that are their own ancestors; `parents`: of all drivers, each with its parent.
pub(crate) fn of_tree<'a>(parents: &BTreeMap<&'a str, Option<&'a str>>) -> Vec<(&'a str, Problem)> {
    parents.iter().filter_map(|(id, parent)| Some((*id, of_parent(id, (*parent)?, parents)?))).collect()
}

fn of_parent<'a>(id: &'a str, parent: &'a str, parents: &BTreeMap<&'a str, Option<&'a str>>) -> Option<Problem> {
    if !parents.contains_key(parent) {
        return Some(Problem {
            kind: Kind::UnknownParent,
            message: format!("the parent `{parent}` of driver `{id}` does not exist"),
            help: near(
                parent,
                parents.keys().copied(),
                format!("Write drivers/{parent}.toml, or name another parent."),
            ),
        });
    }
    let mut line = vec![id];
    let mut next = parent;
    while next != id {
        // A circle further up is that of others.
        if line.contains(&next) {
            return None;
        }
        line.push(next);
        next = (*parents.get(next)?)?;
    }
    Some(Problem {
        kind: Kind::ParentCycle,
        message: format!("driver `{id}` is its own ancestor: {} → {id}", line.join(" → ")),
        help: "Give one of them another parent.".to_owned(),
    })
}

/// What is wrong with the id of an attribute or of a value of one.
pub(crate) fn of_rollup_id(id: &str) -> Option<Problem> {
    (!is_id(id)).then(|| Problem {
        kind: Kind::RollupId,
        message: format!("`{id}` cannot be the id of an attribute or of a value"),
        help: "Use lower-case letters, digits and _ only, such as call_back; names may hold anything.".to_owned(),
    })
}

/// What is wrong with a driver's value of an attribute; an empty one is none, and never wrong.
pub(crate) fn of_choice(attribute: &str, value: &str, declared: &[ResolvedRollup]) -> Option<Problem> {
    let Some(rollup) = declared.iter().find(|rollup| rollup.name.id == attribute) else {
        let known = declared.iter().map(|rollup| rollup.name.id.as_str());
        let declare = format!("Declare it and its values in lexicon.toml, under [rollup.{attribute}.values].");
        return Some(Problem {
            kind: Kind::UnknownAttribute,
            message: format!("no lexicon.toml declares the attribute `{attribute}`"),
            help: near(attribute, known, declare),
        });
    };
    let known: Vec<&str> = rollup.values.iter().map(|value| value.id.as_str()).collect();
    if value.is_empty() || known.contains(&value) {
        return None;
    }
    let declare = format!(
        "Its values are {}; another one is declared in lexicon.toml, under [rollup.{attribute}.values].",
        known.join(", ")
    );
    Some(Problem {
        kind: Kind::UnknownValue,
        message: format!("no lexicon.toml declares the value `{value}` of the attribute `{attribute}`"),
        help: near(value, known, declare),
    })
}

/// That rows of responsibility are of no driver; `known`: all drivers.
pub(crate) fn of_row<'a>(driver: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
    Problem {
        kind: Kind::UnknownRow,
        message: format!("there is no driver `{driver}`"),
        help: near(driver, known, format!("Write drivers/{driver}.toml, or delete the row.")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_judged_before_files_are_renamed_after_them() {
        for (id, stem, part) in [
            ("Noise level", "noise", "cannot be"),
            ("", "noise", "cannot be"),
            ("contrary", "noise", "residual"),
            ("sound", "noise", "file's name `noise`"),
        ] {
            let problem = of_driver_id(id, stem).expect(id);
            assert!(problem.message.contains(part), "{id}: {}", problem.message);
        }
        assert_eq!(of_driver_id("noise", "noise"), None);
    }

    #[test]
    fn whoever_stands_below_a_problem_of_the_tree_has_none_of_its_own() {
        let parents: BTreeMap<&str, Option<&str>> = [
            ("room", Some("hall")),
            ("hall", Some("house")),
            ("house", Some("hall")),
            ("desk", Some("rom")),
            ("drawer", Some("desk")),
            ("town", None),
        ]
        .into();
        let found: Vec<(&str, Kind)> = of_tree(&parents).into_iter().map(|(id, problem)| (id, problem.kind)).collect();
        assert_eq!(found, [("desk", Kind::UnknownParent), ("hall", Kind::ParentCycle), ("house", Kind::ParentCycle)]);
        let (_, desk) = of_tree(&parents).swap_remove(0);
        assert_eq!(desk.help, "Did you mean `room`?");
    }

    proptest! {
        #[test]
        fn a_tree_has_no_problem_where_everybody_is_led_to_the_top(
            above in proptest::collection::vec(proptest::option::of(0..8usize), 0..7)
        ) {
            let names: Vec<String> = (0..8).map(|at| format!("driver_{at}")).collect();
            let parents: BTreeMap<&str, Option<&str>> =
                names.iter().map(String::as_str).zip(above.iter().map(|above| above.map(|at| names[at].as_str()))).collect();
            let is_led = |id: &str| {
                let mut at = Some(id);
                for _ in 0..=parents.len() {
                    let Some(id) = at else { return true };
                    let Some(parent) = parents.get(id) else { return false };
                    at = *parent;
                }
                false
            };
            prop_assert_eq!(of_tree(&parents).is_empty(), parents.keys().all(|id| is_led(id)));
        }
    }
}
