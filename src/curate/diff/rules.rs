//! What changed in the rules between two lexicons: terms, drivers, words kept whole, attributes, who answers for what.
//!
//! Not what follows for any comment (`touched`, `survey`). Both are resolved, so a change is one of meaning: the order of files, comments,
//! examples, names and versions of lexicons are none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::lexicon::format::{Boundary, Usage};
use crate::lexicon::resolve::ResolvedDriver;
use crate::lexicon::{Resolved, Sense, WordClass};

/// What sort of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A term: the lists that it stands in.
    Term,
    /// A driver that only one of the two has: how many terms it has.
    Driver,
    /// The driver above a driver.
    Parent,
    /// Whether a driver's aspects are people.
    People,
    /// A driver's names; nothing is tagged otherwise for it.
    Name,
    /// Whether a driver's owner can change it.
    Controllable,
    /// A driver's values of the attributes that group drivers.
    Rollup,
    /// A word that the segmenter keeps whole.
    WholeWord,
    /// An attribute that groups drivers, with its values.
    Attribute,
    /// Who answers for a driver.
    Responsibility,
}

impl Kind {
    /// The word for it, as tables have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Driver => "driver",
            Self::Parent => "parent",
            Self::People => "people",
            Self::Name => "name",
            Self::Controllable => "controllable",
            Self::Rollup => "rollup",
            Self::WholeWord => "whole_word",
            Self::Attribute => "attribute",
            Self::Responsibility => "responsibility",
        }
    }

    /// Whether comments may be tagged otherwise for it.
    pub const fn tags(self) -> bool {
        matches!(self, Self::Term | Self::Driver | Self::Parent | Self::People | Self::WholeWord)
    }
}

/// One change of the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// Of what sort.
    pub kind: Kind,
    /// The term as written, the driver's id, the word, or the attribute's id.
    pub what: String,
    /// What it was: lists of a term (`noise.negative`), a value; empty where it was not there.
    pub before: Vec<String>,
    /// What it is; empty where it is gone.
    pub after: Vec<String>,
}

/// All changes from one to the other, by kind and what changed. Terms of a driver that only one of the two has are that driver's change.
pub fn changes(before: &Resolved, after: &Resolved) -> Vec<Change> {
    let mut all = Vec::new();
    terms(before, after, &mut all);
    let one_sided = |id: &String, driver: &ResolvedDriver| (id.clone(), vec![described(driver)]);
    let gone = before.drivers.iter().filter(|(id, _)| !after.drivers.contains_key(*id));
    let come = after.drivers.iter().filter(|(id, _)| !before.drivers.contains_key(*id));
    all.extend(gone.map(|(id, driver)| {
        let (what, before) = one_sided(id, driver);
        Change { kind: Kind::Driver, what, before, after: Vec::new() }
    }));
    all.extend(come.map(|(id, driver)| {
        let (what, after) = one_sided(id, driver);
        Change { kind: Kind::Driver, what, before: Vec::new(), after }
    }));
    for (id, one, other) in both(before, after) {
        let mut field = |kind, before: Vec<String>, after: Vec<String>| {
            if before != after {
                all.push(Change { kind, what: id.to_owned(), before, after });
            }
        };
        let of = |of: &dyn Fn(&ResolvedDriver) -> Vec<String>| (of(one), of(other));
        for (kind, (before, after)) in [
            (Kind::Parent, of(&|driver| driver.parent.iter().cloned().collect())),
            (Kind::People, of(&|driver| vec![driver.people.to_string()])),
            (Kind::Name, of(&|driver| vec![driver.name_zh.clone(), driver.name_en.clone()])),
            (Kind::Controllable, of(&|driver| driver.controllable.iter().map(|it| it.as_str().to_owned()).collect())),
            (Kind::Rollup, of(&|driver| driver.rollup.iter().map(|(a, it)| format!("{a}:{}", it.value)).collect())),
        ] {
            field(kind, before, after);
        }
    }
    let words = |kind, what: &String, before: bool| {
        let there = |is: bool| if is { vec!["kept whole".to_owned()] } else { Vec::new() };
        Change { kind, what: what.clone(), before: there(before), after: there(!before) }
    };
    all.extend(before.whole_words.difference(&after.whole_words).map(|word| words(Kind::WholeWord, word, true)));
    all.extend(after.whole_words.difference(&before.whole_words).map(|word| words(Kind::WholeWord, word, false)));
    by_key(&attributes(before), &attributes(after), Kind::Attribute, &mut all);
    by_key(&responsibilities(before), &responsibilities(after), Kind::Responsibility, &mut all);
    all.sort();
    all
}

/// A driver that only one of two lexicons has, in a few words.
fn described(driver: &ResolvedDriver) -> String {
    let terms: usize = driver.terms.values().map(BTreeMap::len).sum();
    let under = driver.parent.as_ref().map(|parent| format!(" under {parent}")).unwrap_or_default();
    format!("{} / {}{under}, {terms} terms", driver.name_zh, driver.name_en)
}

/// The drivers that both have.
fn both<'a>(
    before: &'a Resolved,
    after: &'a Resolved,
) -> impl Iterator<Item = (&'a str, &'a ResolvedDriver, &'a ResolvedDriver)> {
    before.drivers.iter().filter_map(|(id, driver)| Some((id.as_str(), driver, after.drivers.get(id)?)))
}

/// By term as written, the lists in which it stands, of the drivers in `of` and of words of no driver.
fn lists<'a>(resolved: &'a Resolved, of: &BTreeSet<&str>) -> BTreeMap<&'a str, BTreeSet<String>> {
    let mut lists: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (id, driver) in resolved.drivers.iter().filter(|(id, _)| of.contains(id.as_str())) {
        for (sense, terms) in &driver.terms {
            for (term, used) in terms {
                lists.entry(term).or_default().insert(list_of_driver(id, *sense, used.usage));
            }
        }
    }
    for (class, terms) in &resolved.words {
        for (term, used) in terms {
            lists.entry(term).or_default().insert(list_of_words(*class, used.usage));
        }
    }
    lists
}

fn list_of_driver(id: &str, sense: Sense, usage: Usage) -> String {
    format!("{id}.{}{}", sense.as_str(), options(usage))
}

fn list_of_words(class: WordClass, usage: Usage) -> String {
    format!("{}{}", class.as_str(), options(usage))
}

/// How a term is used, where that is not as usual.
fn options(usage: Usage) -> String {
    let Usage { boundary, bare, general } = usage;
    let all =
        [(boundary == Boundary::Any, "anywhere"), (!bare, "only where judged"), (!general, "not by general words")];
    let there: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    if there.is_empty() { String::new() } else { format!(" ({})", there.join(", ")) }
}

fn terms(before: &Resolved, after: &Resolved, all: &mut Vec<Change>) {
    let shared: BTreeSet<&str> = both(before, after).map(|(id, _, _)| id).collect();
    let (before, after) = (lists(before, &shared), lists(after, &shared));
    let none = BTreeSet::new();
    let written: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for term in written {
        let (one, other) = (before.get(term).unwrap_or(&none), after.get(term).unwrap_or(&none));
        if one != other {
            // The lists that are in both say nothing.
            let only = |of: &BTreeSet<String>, not: &BTreeSet<String>| of.difference(not).cloned().collect();
            all.push(Change {
                kind: Kind::Term,
                what: term.to_owned(),
                before: only(one, other),
                after: only(other, one),
            });
        }
    }
}

fn attributes(resolved: &Resolved) -> BTreeMap<String, Vec<String>> {
    let value = |it: &crate::lexicon::resolve::Named| format!("{}: {} / {}", it.id, it.name_zh, it.name_en);
    let all = resolved.rollups.iter().map(|it| {
        let values = std::iter::once(&it.name).chain(&it.values).map(value).collect();
        (it.name.id.clone(), values)
    });
    all.collect()
}

fn responsibilities(resolved: &Resolved) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &resolved.responsibility {
        let owner = if row.owner.is_empty() { String::new() } else { format!(" ({})", row.owner) };
        all.entry(row.driver.clone()).or_default().push(format!("{} {}{owner}", row.function, row.weight));
    }
    all
}

/// A change for each key whose values differ.
fn by_key(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
    kind: Kind,
    all: &mut Vec<Change>,
) {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |map: &BTreeMap<String, Vec<String>>, key: &String| map.get(key).cloned().unwrap_or_default();
    let changed = keys.into_iter().map(|key| (key, of(before, key), of(after, key))).filter(|(_, a, b)| a != b);
    all.extend(changed.map(|(key, before, after)| Change { kind, what: key.clone(), before, after }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::tests::folder;

    fn resolved(files: &[(&str, &str)]) -> Resolved {
        let head = [("lexicon.toml", "name = 'x'\nversion = '1'")];
        let files: Vec<(&str, &str)> = head.iter().chain(files).copied().collect();
        let folder = folder(&files);
        Resolved::load(&[folder.path().display().to_string()]).unwrap()
    }

    fn shown(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let all = changes(&resolved(before), &resolved(after));
        let line = |it: &Change| {
            format!("{} {}: {} -> {}", it.kind.as_str(), it.what, it.before.join(", "), it.after.join(", "))
        };
        all.iter().map(line).collect()
    }

    const NOISE: (&str, &str) =
        ("drivers/noise.toml", "id = 'noise'\n[aspect]\nzh = ['噪音']\n[negative]\nzh = ['吵', '响']");

    #[test]
    fn terms_come_go_move_and_are_used_otherwise() {
        let after = [
            (
                "drivers/noise.toml",
                "id = 'noise'\n[aspect]\nzh = [{ term = '噪音', boundary = 'any' }]\n[positive]\nzh = ['响']\n[negative]\nzh = ['轰鸣']",
            ),
            ("polarity/zh.toml", "negative = ['吵']"),
        ];
        assert_eq!(
            shown(&[NOISE], &after),
            [
                "term 吵: noise.negative -> blame",
                "term 响: noise.negative -> noise.positive",
                "term 噪音: noise.aspect -> noise.aspect (anywhere)",
                "term 轰鸣:  -> noise.negative",
            ]
        );
    }

    #[test]
    fn a_driver_that_comes_or_goes_is_one_change() {
        let quiet = (
            "drivers/quiet.toml",
            "id = 'quiet'\nparent = 'noise'\nname = { zh = '静', en = 'Quiet' }\n[positive]\nzh = ['安静', '吵']",
        );
        assert_eq!(shown(&[NOISE], &[NOISE, quiet]), ["driver quiet:  -> 静 / Quiet under noise, 2 terms"]);
        assert_eq!(shown(&[NOISE, quiet], &[NOISE]), ["driver quiet: 静 / Quiet under noise, 2 terms -> "]);
    }

    #[test]
    fn fields_of_drivers_words_and_rows_are_changes() {
        let before = [
            NOISE,
            ("drivers/room.toml", "id = 'room'\n[aspect]\nen = ['room']"),
            ("responsibility.csv", "driver,function,weight,owner\nroom,Care,9,\n"),
        ];
        let after = [
            ("lexicon.toml", "name = 'y'\nversion = '2'\n[words]\nzh = ['会不会']\n[rollup.area.values]\na = {}"),
            NOISE,
            (
                "drivers/room.toml",
                "id = 'room'\nparent = 'noise'\npeople = true\ncontrollable = 'partly'\nname = { en = 'Room' }\n[rollup]\narea = 'a'\n[aspect]\nen = ['room']",
            ),
            ("responsibility.csv", "driver,function,weight,owner\nroom,Care,3,Li\nroom,Build,9,\n"),
        ];
        assert_eq!(
            shown(&before, &after[1..].iter().copied().chain([after[0]]).collect::<Vec<_>>()),
            [
                "parent room:  -> noise",
                "people room: false -> true",
                "name room: room, room -> room, Room",
                "controllable room:  -> partly",
                "rollup room:  -> area:a",
                "whole_word 会不会:  -> kept whole",
                "attribute area:  -> area: area / area, a: a / a",
                "responsibility room: Care 9 -> Build 9, Care 3 (Li)",
            ]
        );
    }

    #[test]
    fn what_means_the_same_is_no_change() {
        let other = (
            "drivers/noise.toml",
            "# 噪音\nid = 'noise'\n[negative]\nen = ['响']\nzh = ['吵']\n[aspect]\nzh = ['噪音']\n[[example]]\ntext = '吵'\nexpect = 'negative'",
        );
        assert_eq!(shown(&[NOISE], &[other]), [""; 0]);
    }
}
