//! What is wrong with drivers as a whole: ids, parents, names, attributes, examples, and who answers for them.
//!
//! Not for their terms (`terms`).

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::Parsed;
use super::finding::Finding;
use super::rules::{
    CONTRADICTION, DRIVER_ID, MISSING_NAME, NO_EXAMPLES, PARENT_CYCLE, RESPONSIBILITY, ROLLUP, Rule, SAME_NAME,
    UNKNOWN_DRIVER, UNKNOWN_PARENT,
};
use super::source::Source;
use crate::lexicon::format::Names;
use crate::lexicon::resolve::problems::{self, Kind, Problem, near};
use crate::lexicon::resolve::{Resolved, declare, responsibility_rows, wrong_ids};

/// Everything that `parsed` says of drivers, on top of `base`, which it extends.
pub(super) fn check(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    for (source, file) in &parsed.drivers {
        let problem = problems::of_driver_id(file.id.get_ref(), &source.stem);
        found.extend(problem.map(|problem| told(source, &file.id, problem)));
    }
    switches(parsed, base, found);
    parents(parsed, base, found);
    names(parsed, base, found);
    rollups(parsed, base, found);
    examples(parsed, base, found);
    responsibility(parsed, base, found);
}

fn at(source: &Source, spanned: &Spanned<String>, rule: &'static Rule, message: String, help: String) -> Finding {
    source.finding(rule, spanned.span(), message, help)
}

/// What loading would stop at, as a finding.
fn told(source: &Source, spanned: &Spanned<String>, problem: Problem) -> Finding {
    at(source, spanned, rule(problem.kind), problem.message, problem.help)
}

/// The rule that a problem breaks.
const fn rule(kind: Kind) -> &'static Rule {
    match kind {
        Kind::DriverId => &DRIVER_ID,
        Kind::UnknownParent => &UNKNOWN_PARENT,
        Kind::ParentCycle => &PARENT_CYCLE,
        Kind::RollupId | Kind::UnknownAttribute | Kind::UnknownValue => &ROLLUP,
        Kind::UnknownRow => &UNKNOWN_DRIVER,
    }
}

/// Drivers of this lexicon and of what it extends, but for those that are switched off. A file that cannot be read says nothing of its
/// driver, but that there is one.
fn known<'a>(parsed: &'a Parsed<'_>, base: &'a Resolved) -> BTreeSet<&'a str> {
    let mut known: BTreeSet<&str> = base.drivers.keys().map(String::as_str).collect();
    known.extend(&parsed.unread);
    for (_, file) in &parsed.drivers {
        if file.enabled == Some(false) {
            known.remove(file.id.get_ref().as_str());
        } else {
            known.insert(file.id.get_ref());
        }
    }
    known
}

/// The ids of all drivers by their names, for messages.
fn ids_by_name<'a>(parsed: &'a Parsed<'_>, base: &'a Resolved) -> BTreeMap<&'a str, &'a str> {
    let mut ids = base.ids_by_name();
    for (_, file) in &parsed.drivers {
        let names = [&file.name.zh, &file.name.en].into_iter().flatten();
        ids.extend(names.map(|name| (name.as_str(), file.id.get_ref().as_str())));
    }
    ids
}

fn switches(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    for (source, file) in &parsed.drivers {
        let id = file.id.get_ref();
        if file.enabled == Some(false) && !base.drivers.contains_key(id) {
            let known = base.drivers.keys().map(String::as_str);
            let help = near(id, known, "Delete the file: there is nothing to switch off.".to_owned());
            let message = format!("no driver `{id}` is inherited, so it cannot be switched off");
            found.push(at(source, &file.id, &UNKNOWN_DRIVER, message, help));
        }
    }
}

fn parents(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    let mut parents: BTreeMap<&str, Option<&str>> = known(parsed, base)
        .into_iter()
        .map(|id| (id, base.drivers.get(id).and_then(|driver| driver.parent.as_deref())))
        .collect();
    let mut written = BTreeMap::new();
    for (source, file) in parsed.drivers.iter().filter(|(_, file)| file.enabled != Some(false)) {
        let id = file.id.get_ref().as_str();
        if let Some(parent) = &file.parent {
            parents.insert(id, Some(parent.get_ref().as_str()).filter(|parent| !parent.is_empty()));
        }
        written.insert(id, (source, file.parent.as_ref().unwrap_or(&file.id)));
    }
    for (id, problem) in problems::of_tree(&parents, &ids_by_name(parsed, base)) {
        if let Some((source, place)) = written.get(id) {
            found.push(told(source, place, problem));
            continue;
        }
        // An inherited driver was in order before this lexicon took the driver above it out.
        let parent = parents.get(id).copied().flatten();
        let off = parsed.drivers.iter().find(|(_, file)| Some(file.id.get_ref().as_str()) == parent);
        if let Some((source, file)) = off {
            let help = format!("Switch `{id}` off too, or give it another parent.");
            found.push(told(source, &file.id, Problem { help, ..problem }));
        }
    }
}

/// The languages in which a name is missing.
fn missing(names: &Names, inherited: (bool, bool)) -> Vec<&'static str> {
    let is_there =
        |name: &Option<String>, inherited: bool| inherited || name.as_ref().is_some_and(|name| !name.trim().is_empty());
    let zh = (!is_there(&names.zh, inherited.0)).then_some("Chinese");
    let en = (!is_there(&names.en, inherited.1)).then_some("English");
    zh.into_iter().chain(en).collect()
}

fn names(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    let help = |what: &str| format!("Write name = {{ zh = \"…\", en = \"…\" }} for the {what}.");
    for (source, file) in parsed.drivers.iter().filter(|(_, file)| file.enabled != Some(false)) {
        let id = file.id.get_ref();
        // A name that is not written is the id.
        let inherited =
            base.drivers.get(id).map_or((false, false), |driver| (driver.name_zh != *id, driver.name_en != *id));
        let lacking = missing(&file.name, inherited);
        if !lacking.is_empty() {
            let message = format!("driver `{id}` has no {} name", lacking.join(" and no "));
            found.push(at(source, &file.id, &MISSING_NAME, message, help("driver")));
        }
    }
    if let Some((source, head)) = &parsed.head {
        for (id, attribute) in &head.rollup {
            let declared = base.rollups.iter().find(|known| known.name.id == *id.get_ref());
            let has = |name: &str, id: &str| name != id;
            let inherited = declared.map_or((false, false), |known| {
                (has(&known.name.name_zh, id.get_ref()), has(&known.name.name_en, id.get_ref()))
            });
            let mut check = |spanned: &Spanned<String>, names: &Names, inherited, what: &str| {
                let lacking = missing(names, inherited);
                if !lacking.is_empty() {
                    let message =
                        format!("the {what} `{}` has no {} name", spanned.get_ref(), lacking.join(" and no "));
                    found.push(at(source, spanned, &MISSING_NAME, message, help(what)));
                }
            };
            check(id, &attribute.name, inherited, "attribute");
            for (value, names) in &attribute.values {
                let known = declared.and_then(|known| known.values.iter().find(|known| known.id == *value.get_ref()));
                let inherited = known.map_or((false, false), |known| {
                    (has(&known.name_zh, value.get_ref()), has(&known.name_en, value.get_ref()))
                });
                check(value, names, inherited, "value");
            }
        }
    }
    same_names(parsed, base, found);
}

/// Drivers whose names readers cannot tell apart.
fn same_names(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    let mut by_name: BTreeMap<(bool, &str), &str> = BTreeMap::new();
    let here: BTreeSet<&str> = parsed.drivers.iter().map(|(_, file)| file.id.get_ref().as_str()).collect();
    for (id, driver) in base.drivers.iter().filter(|(id, _)| !here.contains(id.as_str())) {
        by_name.insert((true, &driver.name_zh), id);
        by_name.insert((false, &driver.name_en), id);
    }
    for (source, file) in parsed.drivers.iter().filter(|(_, file)| file.enabled != Some(false)) {
        let id = file.id.get_ref().as_str();
        for (is_zh, name) in [(true, &file.name.zh), (false, &file.name.en)] {
            let Some(name) = name.as_deref() else { continue };
            match by_name.insert((is_zh, name), id) {
                Some(other) if other != id => {
                    let message = format!("drivers `{other}` and `{id}` are both called `{name}`");
                    found.push(at(source, &file.id, &SAME_NAME, message, "Give one of them another name.".to_owned()));
                }
                _ => {}
            }
        }
    }
}

fn rollups(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    let mut declared = base.rollups.clone();
    if let Some((source, head)) = &parsed.head {
        found.extend(wrong_ids(&head.rollup).map(|(id, problem)| told(source, id, problem)));
        declare(&mut declared, &head.rollup);
    }
    for (source, file) in &parsed.drivers {
        for (attribute, value) in &file.rollup {
            if let Some(problem) = problems::of_choice(attribute.get_ref(), value.get_ref().trim(), &declared) {
                let place = if problem.kind == Kind::UnknownAttribute { attribute } else { value };
                found.push(told(source, place, problem));
            }
        }
    }
}

fn examples(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    for (source, file) in parsed.drivers.iter().filter(|(_, file)| file.enabled != Some(false)) {
        let id = file.id.get_ref();
        // A driver that is changed has the examples of the lexicon that it comes from.
        if file.example.is_empty() && !base.drivers.contains_key(id) {
            let help = "Write [[example]] with a text that customers could have written, and expect = \"negative\" or what it says.".to_owned();
            found.push(at(source, &file.id, &NO_EXAMPLES, format!("driver `{id}` has no example"), help));
        }
        for (at_example, example) in file.example.iter().enumerate() {
            let same = file.example[..at_example]
                .iter()
                .find(|other| other.text.get_ref() == example.text.get_ref() && other.role == example.role);
            if same.is_some_and(|other| other.expect != example.expect) {
                let message = format!("two examples of `{id}` have this text and expect different things");
                found.push(at(
                    source,
                    &example.text,
                    &CONTRADICTION,
                    message,
                    "Keep the one that is meant.".to_owned(),
                ));
            }
        }
    }
}

fn responsibility(parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    let Some(source) = parsed.responsibility else { return };
    let known = known(parsed, base);
    let switched_off: BTreeSet<&str> = parsed
        .drivers
        .iter()
        .filter(|(_, file)| file.enabled == Some(false))
        .map(|(_, file)| file.id.get_ref().as_str())
        .collect();
    let names = ids_by_name(parsed, base);
    let mut said = BTreeSet::new();
    for row in responsibility_rows(&source.path, &source.text) {
        match row {
            Err(error) => {
                let at = error.place().and_then(|place| place.line);
                let help = error.way_out().unwrap_or_default().to_owned();
                found.push(line(source, at, &RESPONSIBILITY, error.message().to_owned(), help));
            }
            Ok((row, place)) => {
                let driver = row.driver.as_str();
                if !known.contains(driver) && !switched_off.contains(driver) && said.insert(driver.to_owned()) {
                    let Problem { kind, message, help } = problems::of_row(driver, known.iter().copied(), &names);
                    found.push(line(source, place.line, rule(kind), message, help));
                }
            }
        }
    }
}

/// A finding about a whole line.
fn line(source: &Source, number: Option<u64>, rule: &'static Rule, message: String, help: String) -> Finding {
    let before = usize::try_from(number.unwrap_or(1).saturating_sub(1)).unwrap_or_default();
    let start: usize = source.text.split_inclusive('\n').take(before).map(str::len).sum();
    let len = source.text[start..].find('\n').unwrap_or(source.text.len() - start);
    source.finding(rule, start..start + len, message, help)
}
