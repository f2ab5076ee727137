//! Differences as people read them.
//!
//! Not for finding them (`difference`).

use std::collections::HashMap;
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::difference::Change;
use super::layer::{Attribute, Duty, ListAt, PLAIN, Said};
use crate::lexicon::format::{Boundary, Names, Usage};
use crate::types::Role;

/// Changes by file: `+` what is added, `-` what is taken out, `~` what is otherwise, `>` what moves to another list.
pub fn shown(changes: &[Change]) -> String {
    let moves = Moves::new(changes);
    let mut out = String::new();
    let mut file = String::new();
    // Writing into a text cannot fail, here and below.
    for change in changes {
        if change.file() != file {
            file = change.file();
            let _ = writeln!(out, "{file}");
        }
        one(&mut out, change, &moves);
    }
    let _ = writeln!(out, "{}", counted(changes, &moves));
    out
}

/// Terms that leave one list and come into one other.
struct Moves<'c> {
    to: HashMap<(&'c ListAt, &'c str), &'c ListAt>,
    from: HashMap<(&'c ListAt, &'c str), &'c ListAt>,
}

impl<'c> Moves<'c> {
    fn new(changes: &'c [Change]) -> Self {
        let mut by_term: HashMap<&str, [Vec<(&ListAt, Usage)>; 2]> = HashMap::new();
        for change in changes {
            match change {
                Change::Term { list, term, before: Some(usage), after: None } => {
                    by_term.entry(term).or_default()[0].push((list, *usage));
                }
                Change::Term { list, term, before: None, after: Some(usage) } => {
                    by_term.entry(term).or_default()[1].push((list, *usage));
                }
                _ => {}
            }
        }
        let mut moves = Self { to: HashMap::new(), from: HashMap::new() };
        for (term, [gone, come]) in by_term {
            if let ([(from, was)], [(to, is)]) = (&gone[..], &come[..])
                && was == is
            {
                moves.to.insert((*from, term), *to);
                moves.from.insert((*to, term), *from);
            }
        }
        moves
    }
}

fn one(out: &mut String, change: &Change, moves: &Moves<'_>) {
    let _ = match change {
        Change::Head { key, before, after } | Change::Field { key, before, after, .. } => {
            let said = |said: &Option<Said>| said.as_ref().map(text);
            pair(out, key, said(before), said(after))
        }
        Change::Rollups { before, after } => rollups(out, before, after),
        Change::Driver { driver, is_new: true, .. } => writeln!(out, "  + driver {driver}"),
        Change::Driver { driver, holds, .. } => {
            writeln!(out, "  - driver {driver}, with its {holds} terms and examples; the file is deleted")
        }
        Change::Term { list, term, before: Some(usage), after: None } => match moves.to.get(&(list, term.as_str())) {
            Some(to) => writeln!(out, "  > {}  {} → {}", used(term, *usage), place(list), place(to)),
            None => writeln!(out, "  - {}  {}", used(term, *usage), place(list)),
        },
        Change::Term { list, term, before: None, after: Some(usage) } => {
            // One that moves is shown where it comes from, and here where that is another file.
            match moves.from.get(&(list, term.as_str())) {
                Some(from) if is_same_file(from, list) => Ok(()),
                Some(from) => writeln!(out, "  > {}  {} ← {}", used(term, *usage), place(list), place(from)),
                None => writeln!(out, "  + {}  {}", used(term, *usage), place(list)),
            }
        }
        Change::Term { list, term, before, after } => {
            let options = |usage: &Option<Usage>| usage.map_or_else(String::new, options);
            writeln!(out, "  ~ {}  {}: {} → {}", flat(term), place(list), options(before), options(after))
        }
        Change::Example { example, is_new, .. } => {
            let sign = if *is_new { '+' } else { '-' };
            let is_usual = example.role == Role::default();
            let role = if is_usual { String::new() } else { format!(", {}", example.role.as_str()) };
            writeln!(out, "  {sign} example \"{}\": {}{role}", flat(&example.text), example.expect.as_str())
        }
        Change::Duty { driver, function, before, after } => {
            let duty = |duty: &Option<Duty>| {
                let duty = duty.as_ref()?;
                Some(if duty.owner.is_empty() {
                    duty.weight.to_string()
                } else {
                    format!("{} {}", duty.weight, flat(&duty.owner))
                })
            };
            pair(out, &format!("{driver} × {}", flat(function)), duty(before), duty(after))
        }
    };
}

/// Attributes and values that come, go or are called otherwise; where there are none, their order is another.
fn rollups(out: &mut String, before: &[Attribute], after: &[Attribute]) -> std::fmt::Result {
    let named = |all: &[Attribute]| -> IndexMap<String, Names> {
        let attributes = all.iter().flat_map(|attribute| {
            let values = attribute.values.iter().map(|(id, names)| (format!("{}.{id}", attribute.id), names.clone()));
            std::iter::once((attribute.id.clone(), attribute.name.clone())).chain(values)
        });
        attributes.collect()
    };
    let (was, is) = (named(before), named(after));
    if was == is {
        return writeln!(out, "  ~ rollup: another order");
    }
    let called = |names: Option<&Names>| {
        let Names { zh, en } = names?;
        Some([zh, en].into_iter().flatten().map(|name| format!("\"{}\"", flat(name))).collect::<Vec<_>>().join(", "))
    };
    for id in was.keys().chain(is.keys().filter(|id| !was.contains_key(*id))) {
        if was.get(id) != is.get(id) {
            pair(out, &format!("rollup {id}"), called(was.get(id)), called(is.get(id)))?;
        }
    }
    Ok(())
}

fn pair(out: &mut String, key: &str, before: Option<String>, after: Option<String>) -> std::fmt::Result {
    match (before, after) {
        (Some(before), Some(after)) => writeln!(out, "  ~ {key}: {before} → {after}"),
        (Some(before), None) => writeln!(out, "  - {key}: {before}"),
        (None, after) => writeln!(out, "  + {key}: {}", after.unwrap_or_default()),
    }
}

fn text(said: &Said) -> String {
    match said {
        Said::Text(text) => format!("\"{}\"", flat(text)),
        Said::Switch(on) => on.to_string(),
    }
}

fn is_same_file(one: &ListAt, other: &ListAt) -> bool {
    match (one, other) {
        (ListAt::Driver(one, ..), ListAt::Driver(other, ..)) | (ListAt::Words(one, _), ListAt::Words(other, _)) => {
            one == other
        }
        (ListAt::Whole(_), ListAt::Whole(_)) => true,
        _ => false,
    }
}

/// A list as messages call it.
pub fn place(list: &ListAt) -> String {
    match list {
        ListAt::Driver(driver, ..) => format!("{driver} {} {}", list.list(), list.language()),
        ListAt::Words(..) => format!("words {} {}", list.list(), list.language()),
        ListAt::Whole(_) => format!("words kept whole {}", list.language()),
    }
}

fn used(term: &str, usage: Usage) -> String {
    if usage == PLAIN { flat(term) } else { format!("{} ({})", flat(term), options(usage)) }
}

fn options(usage: Usage) -> String {
    let boundary = (usage.boundary == Boundary::Any).then_some("boundary any");
    let bare = (!usage.bare).then_some("bare no");
    let general = (!usage.general).then_some("general no");
    let all: Vec<&str> = boundary.into_iter().chain(bare).chain(general).collect();
    if all.is_empty() { "plain".to_owned() } else { all.join(", ") }
}

/// A text on one line, with nothing that a terminal takes for more than a character.
pub fn flat(text: &str) -> String {
    text.replace('\n', "⏎").replace(char::is_control, " ")
}

fn counted(changes: &[Change], moves: &Moves<'_>) -> String {
    let mut counts = [0_usize; 4];
    for change in changes {
        let sign = match change {
            Change::Term { list, term, after: None, .. } if moves.to.contains_key(&(list, term.as_str())) => 3,
            Change::Term { list, term, before: None, .. } if moves.from.contains_key(&(list, term.as_str())) => {
                continue;
            }
            Change::Driver { is_new, .. } | Change::Example { is_new, .. } => usize::from(!is_new),
            Change::Head { before, after, .. } | Change::Field { before, after, .. } => {
                kind(before.as_ref(), after.as_ref())
            }
            Change::Term { before, after, .. } => kind(before.as_ref(), after.as_ref()),
            Change::Duty { before, after, .. } => kind(before.as_ref(), after.as_ref()),
            Change::Rollups { .. } => 2,
        };
        counts[sign] += 1;
    }
    let [new, gone, otherwise, elsewhere] = counts;
    let held = |change: &Change| match change {
        Change::Driver { is_new: false, holds, .. } => Some(*holds),
        _ => None,
    };
    let drivers: Vec<usize> = changes.iter().filter_map(held).collect();
    let whole = match drivers.len() {
        0 => String::new(),
        1 => format!(" (a whole driver, with {} terms and examples)", drivers[0]),
        many => format!(" ({many} whole drivers, with {} terms and examples)", drivers.iter().sum::<usize>()),
    };
    format!("{new} added, {gone} taken out{whole}, {otherwise} changed, {elsewhere} moved")
}

/// 0: added, 1: taken out, 2: changed.
fn kind<T>(before: Option<&T>, after: Option<&T>) -> usize {
    match (before, after) {
        (None, _) => 0,
        (Some(_), None) => 1,
        (Some(_), Some(_)) => 2,
    }
}
