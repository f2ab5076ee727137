//! What drivers, attributes and rows of responsibility cannot be, as values: loading stops at the first, a check tells them all.
//!
//! Not for where it is written: whoever asks knows that. Not for terms (`terms`) nor for reading rows (`rows`).

use std::collections::BTreeMap;

use super::rollups::ResolvedRollup;
use crate::error::{Error, ErrorKind};
use crate::nearest::nearest;
use crate::text::chars::is_han;
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

/// The id of the driver that goes by this name, or what [`near`] says; `names`: ids by name.
fn near_driver<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
    names: &BTreeMap<&str, &str>,
    otherwise: String,
) -> String {
    match names.get(written.trim()) {
        Some(id) => format!("This is the name of `{id}`: write `{id}`."),
        None => near(written, known, otherwise),
    }
}

/// Whether drivers, attributes and their values may be called so.
pub(crate) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// What is wrong with the id of a driver whose file has this name, without its ending.
pub(crate) fn of_driver_id(id: &str, stem: &str) -> Option<Problem> {
    let (message, help) = if !is_id(id) {
        let letters = "Use lower-case letters, digits and _ only";
        let help = if is_id(stem) && Residual::parse(stem).is_none() {
            format!("{letters}: write id = \"{stem}\", as the file is called.{}", name_of(id))
        } else if id == stem {
            format!("{letters}: rename the file, to response_time.toml say, and write that id.{}", name_of(id))
        } else {
            format!("{letters}, such as response_time, for the id and for the file's name.{}", name_of(id))
        };
        (format!("`{id}` cannot be a driver's id"), help)
    } else if Residual::parse(id).is_some() {
        (format!("`{id}` is the name of a residual bucket"), "Choose another id for this driver.".to_owned())
    } else if id != stem {
        let help = if is_id(stem) {
            format!("Write id = \"{stem}\", or rename the file to {id}.toml.")
        } else {
            format!("Rename the file to {id}.toml. Where that is there already, this is a copy of it: delete it.")
        };
        (format!("the driver's id `{id}` is not the file's name `{stem}`"), help)
    } else {
        return None;
    };
    Some(Problem { kind: Kind::DriverId, message, help })
}

/// Where what was written as an id in Chinese belongs.
fn name_of(id: &str) -> String {
    let is_chinese = id.chars().any(is_han);
    if is_chinese { format!(" The Chinese is its name: name = {{ zh = \"{id}\" }}.") } else { String::new() }
}

/// Drivers whose parents do not exist, and those that are their own ancestors; `parents`: of all drivers, each with its parent; `names`:
/// their ids by name.
pub(crate) fn of_tree<'a>(
    parents: &BTreeMap<&'a str, Option<&'a str>>,
    names: &BTreeMap<&str, &str>,
) -> Vec<(&'a str, Problem)> {
    parents.iter().filter_map(|(id, parent)| Some((*id, of_parent(id, (*parent)?, parents, names)?))).collect()
}

fn of_parent<'a>(
    id: &'a str,
    parent: &'a str,
    parents: &BTreeMap<&'a str, Option<&'a str>>,
    names: &BTreeMap<&str, &str>,
) -> Option<Problem> {
    if !parents.contains_key(parent) {
        return Some(Problem {
            kind: Kind::UnknownParent,
            message: format!("the parent `{parent}` of driver `{id}` does not exist"),
            help: near_driver(
                parent,
                parents.keys().copied(),
                names,
                if is_id(parent) {
                    format!("Write drivers/{parent}.toml, or name another parent.")
                } else {
                    "Write the id of a driver.".to_owned()
                },
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

/// That rows of responsibility are of no driver; `known`: all drivers; `names`: their ids by name.
pub(crate) fn of_row<'a>(
    driver: &str,
    known: impl IntoIterator<Item = &'a str>,
    names: &BTreeMap<&str, &str>,
) -> Problem {
    let otherwise = if is_id(driver) {
        format!("If the driver is gone, delete its rows; else write drivers/{driver}.toml.")
    } else {
        "Write the id of a driver, or delete the row.".to_owned()
    };
    let help = near_driver(driver, known, names, otherwise);
    let help =
        if help.starts_with("Did you mean") { format!("{help} If the driver is gone, delete its rows.") } else { help };
    Problem { kind: Kind::UnknownRow, message: format!("there is no driver `{driver}`"), help }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_judged_before_files_are_renamed_after_them() {
        for (id, stem, part) in [
            ("Noise level", "noise", "cannot be"),
            ("噪音", "噪音", "cannot be"),
            ("噪音", "noise", "cannot be"),
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
    fn no_help_leads_to_the_next_problem() {
        for (id, stem, part) in [
            ("小料台", "小料台", "rename the file"),
            ("小料台", "sauce_bar", "write id = \"sauce_bar\""),
            ("Sauce", "小料台", "for the file's name"),
            ("sauce_bar", "小料台", "Rename the file to sauce_bar.toml"),
            ("sauce_bar", "sauce_bar - 副本", "a copy of it: delete it"),
            ("sauce", "sauce_bar", "Write id = \"sauce_bar\", or rename"),
        ] {
            let problem = of_driver_id(id, stem).expect(id);
            assert!(problem.help.contains(part), "{id} {stem}: {}", problem.help);
            assert_eq!(problem.help.contains(&format!("zh = \"{id}\"")), id == "小料台", "{}", problem.help);
        }
        let names = BTreeMap::from([("菜品", "product")]);
        assert_eq!(of_row("菜品", ["product"], &names).help, "This is the name of `product`: write `product`.");
        let gone = of_row("member", ["membership"], &names).help;
        assert_eq!(gone, "Did you mean `membership`? If the driver is gone, delete its rows.");
        let parents = BTreeMap::from([("taste", Some("菜品")), ("product", None)]);
        let (_, problem) = of_tree(&parents, &names).swap_remove(0);
        assert_eq!(problem.help, "This is the name of `product`: write `product`.");
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
        let found: Vec<(&str, Kind)> =
            of_tree(&parents, &BTreeMap::new()).into_iter().map(|(id, problem)| (id, problem.kind)).collect();
        assert_eq!(found, [("desk", Kind::UnknownParent), ("hall", Kind::ParentCycle), ("house", Kind::ParentCycle)]);
        let (_, desk) = of_tree(&parents, &BTreeMap::new()).swap_remove(0);
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
            prop_assert_eq!(of_tree(&parents, &BTreeMap::new()).is_empty(), parents.keys().all(|id| is_led(id)));
        }
    }
}
