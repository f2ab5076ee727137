//! What a compiled lexicon says of its drivers beside their terms, and what the bundled ones declare.

use super::rollup::Rollups;
use super::*;
use crate::error::Result;
use crate::types::DriverIx;

/// A folder of these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn compiled(files: &[(&str, &str)]) -> Result<Lexicon> {
    Lexicon::load(&[folder(files).path().display().to_string()])
}

const HEAD: &str = r#"
name = "tree"
version = "1"
[rollup.servqual.values]
tangibles = { zh = "有形性", en = "Tangibles" }
reliability = {}
empathy = {}
[rollup.touchpoint.values]
visit = {}
"#;

/// Above `leaf` stand `branch` and `trunk`; `alone` stands by itself.
fn tree() -> Lexicon {
    compiled(&[
        ("lexicon.toml", HEAD),
        ("drivers/trunk.toml", "id = 'trunk'\ncontrollable = 'partly'\n[rollup]\nservqual = 'empathy'"),
        ("drivers/branch.toml", "id = 'branch'\nparent = 'trunk'\n[rollup]\nservqual = 'tangibles'"),
        ("drivers/leaf.toml", "id = 'leaf'\nparent = 'branch'"),
        ("drivers/bare.toml", "id = 'bare'\nparent = 'branch'\ncontrollable = 'no'\n[rollup]\nservqual = ''"),
        ("drivers/alone.toml", "id = 'alone'"),
        (
            "responsibility.csv",
            "driver,function,weight,owner\ntrunk,technician,3,Li\ntrunk,dispatch,9,\ntrunk,R&D,9,Chen\nbare,R&D,0,\n",
        ),
    ])
    .unwrap()
}

fn driver(lexicon: &Lexicon, id: &str) -> DriverIx {
    lexicon.driver_ix(id).unwrap()
}

#[test]
fn a_driver_has_the_value_of_the_nearest_above_it() {
    let lexicon = tree();
    let rollups = lexicon.rollups();
    // No driver has a touchpoint, and none is `reliability`.
    assert_eq!(rollups.len(), 1);
    let values: Vec<_> = rollups[0].values.iter().map(|value| (&*value.id, &*value.name_zh, &*value.name_en)).collect();
    assert_eq!(values, [("tangibles", "有形性", "Tangibles"), ("empathy", "empathy", "empathy")]);
    for (id, value) in [
        ("trunk", Some("empathy")),
        ("branch", Some("tangibles")),
        ("leaf", Some("tangibles")),
        ("bare", None),
        ("alone", None),
    ] {
        let at = lexicon.rollup_value(0, driver(&lexicon, id));
        assert_eq!(at.map(|at| rollups[0].values[at].id.as_str()), value, "{id}");
    }
    assert_eq!(lexicon.rollup_value(1, driver(&lexicon, "leaf")), None);
}

#[test]
fn a_driver_is_as_controllable_as_the_nearest_above_it() {
    let lexicon = tree();
    for (id, controllable) in
        [("trunk", Some("partly")), ("leaf", Some("partly")), ("bare", Some("no")), ("alone", None)]
    {
        assert_eq!(lexicon.driver(driver(&lexicon, id)).controllable.map(Controllable::as_str), controllable, "{id}");
    }
}

#[test]
fn a_driver_without_rows_has_those_of_the_nearest_above_it() {
    let lexicon = tree();
    let matrix = lexicon.responsibility();
    assert_eq!(matrix.functions(), ["R&D", "dispatch", "technician"]);
    let rows = matrix.matrix();
    for (id, row) in [
        ("trunk", &[(0, 9), (1, 9), (2, 3)][..]),
        ("leaf", &[(0, 9), (1, 9), (2, 3)]),
        // Its own row says that nobody owns it.
        ("bare", &[]),
        ("alone", &[]),
    ] {
        let ix = driver(&lexicon, id);
        assert_eq!(rows[usize::from(ix.0)], row, "{id}");
        assert_eq!(matrix.of(ix).len(), row.len(), "{id}");
        assert_eq!(matrix.owner(ix), (!row.is_empty()).then_some("Chen"), "{id}");
    }
    assert_eq!(matrix.of(driver(&lexicon, "leaf"))[2].owner.as_deref(), Some("Li"));
}

#[test]
fn the_owner_of_a_driver_is_none_who_only_contributes() {
    let lexicon = compiled(&[
        ("lexicon.toml", HEAD),
        ("drivers/a.toml", "id = 'a'"),
        ("responsibility.csv", "driver,function,weight,owner\na,R&D,9,\na,technician,3,Li\n"),
    ])
    .unwrap();
    assert_eq!(lexicon.responsibility().owner(DriverIx(0)), None);
}

#[test]
fn a_term_that_cannot_be_compiled_is_shown_where_it_stands() {
    for (text, code, at) in [
        ("id = 'a'\n[positive]\nzh = ['快', '慢']\n[negative]\nzh = ['吵', '慢']", "conflicting_term", "a.toml:5:12"),
        // Traditional and Simplified find the same, and so do capital and small letters.
        ("id = 'a'\n[positive]\nzh = ['亂']\n[negative]\nzh = ['乱']", "conflicting_term", "a.toml:5:7"),
        ("id = 'a'\n[positive]\nen = ['Sick']\n[negative]\nen = ['sick']", "conflicting_term", "a.toml:5:7"),
        (
            "id = 'a'\n[beside_aspect.positive]\nzh = ['大']\n[beside_aspect.negative]\nzh = ['大']",
            "conflicting_term",
            "a.toml:5:7",
        ),
        ("id = 'a'\n[aspect]\nzh = ['好',\n 're:/(?=x)/']", "regex", "a.toml:4:2"),
        ("id = 'a'\n[aspect]\nen = [{ term = '\u{ffff}' }]", "term", "a.toml:3:7"),
    ] {
        let error = compiled(&[("lexicon.toml", HEAD), ("drivers/a.toml", text)]).map(|_| ()).expect_err(text);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.place().unwrap().to_string().ends_with(at), "{error}");
    }
}

#[test]
fn expressions_that_differ_in_case_alone_are_no_conflict() {
    let text = "id = 'a'\n[positive]\nen = ['re:/\\bok\\b/']\n[negative]\nen = ['re:/\\Bok\\b/']";
    assert!(compiled(&[("lexicon.toml", HEAD), ("drivers/a.toml", text)]).is_ok());
}

/// Places of the drivers, each with its id; compiling the terms of all bundled lexicons would take long.
fn places(resolved: &Resolved) -> impl Iterator<Item = (DriverIx, &String)> {
    (0..).map(DriverIx).zip(resolved.drivers.keys())
}

#[test]
fn every_leaf_of_core_and_appliance_has_a_dimension_or_a_cost() {
    for name in ["core", "appliance"] {
        let resolved = Resolved::load(&[name]).unwrap();
        let rollups = Rollups::new(&resolved);
        let place = |id| rollups.all.iter().position(|rollup| rollup.id == id).unwrap();
        let (servqual, cost) = (place("servqual"), place("cost"));
        let is_parent = |id| resolved.drivers.values().any(|driver| driver.parent.as_ref() == Some(id));
        for (ix, id) in places(&resolved).filter(|(_, id)| !is_parent(id)) {
            let has = |attribute| rollups.value(attribute, ix).is_some();
            assert!(has(servqual) || has(cost), "{name}: {id}");
        }
    }
}

#[test]
fn bundled_roll_ups_are_used_and_named_in_both_languages() {
    let core = Resolved::load(&["core"]).unwrap().rollups;
    for name in bundled_names() {
        let resolved = Resolved::load(&[&name]).unwrap();
        let rollups = Rollups::new(&resolved).all;
        for declared in &resolved.rollups {
            let used = rollups.iter().find(|rollup| rollup.id == declared.name.id).unwrap();
            let of_core = core.iter().filter(|of| name != "core" && of.name.id == declared.name.id);
            // What core declares, another lexicon need not use.
            let of_core: Vec<&str> = of_core.flat_map(|of| &of.values).map(|value| value.id.as_str()).collect();
            for value in &declared.values {
                let is_used = used.values.iter().any(|known| known.id == value.id);
                assert!(is_used || of_core.contains(&value.id.as_str()), "{name}: {}", value.id);
            }
            for named in declared.values.iter().chain([&declared.name]) {
                assert!(named.name_zh != named.id && named.name_en != named.id, "{name}: {}", named.id);
            }
        }
    }
}

#[test]
fn functions_of_a_bundled_lexicon_are_those_that_it_names_itself() {
    for name in bundled_names() {
        let resolved = Resolved::load(&[&name]).unwrap();
        let text = files::open(&name, None).unwrap().responsibility.unwrap().text;
        let own: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
        let matrix = Responsibilities::new(&resolved);
        assert!(matrix.functions().iter().all(|function| own.contains(&function.as_str())), "{name}");
        for (ix, id) in places(&resolved) {
            assert!(!matrix.of(ix).is_empty(), "{name}: {id}");
        }
    }
}
