//! Sheets and dictionaries there and back.

use std::path::Path;

use proptest::prelude::*;

use super::super::dictionary::said::said;
use super::super::dictionary::{Format, List, liwc, quanteda};
use super::super::export::{Target, workbook};
use super::super::layer::{DriverList, Head, Layer, ListAt};
use super::super::source::{self, Says};
use super::{draw, export, hash, import_all, layer, write};
use crate::lexicon::{Resolved, Sense, bundled_names, files};

/// Exports the lexicon in a folder and imports it: into itself, which changes nothing, and into a new folder, which says the same.
fn there_and_back(folder: &Path, target: &Target, file: &Path) {
    let name = folder.join("a");
    export(&name.display().to_string(), false, target, false).unwrap();
    let read = |folder: &Path| {
        let mut files = Vec::new();
        for sub in ["", "drivers", "polarity"] {
            let entries = std::fs::read_dir(folder.join(sub)).into_iter().flatten().map(|entry| entry.unwrap().path());
            files
                .extend(entries.filter(|path| path.is_file()).map(|path| (path.clone(), std::fs::read(path).unwrap())));
        }
        files.sort();
        files
    };
    let before = read(&name);
    assert_eq!(import_all(file, &name), 0);
    assert_eq!(read(&name), before);
    let copy = folder.join("b");
    import_all(file, &copy);
    assert_eq!(layer(&copy), layer(&name));
    assert_eq!(hash(&copy), hash(&name));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_workbook_and_a_folder_of_csv_say_all(drawn in draw::layer()) {
        let dir = tempfile::tempdir().unwrap();
        write(&drawn, &dir.path().join("a"));
        prop_assert_eq!(&layer(&dir.path().join("a")), &drawn);
        let file = dir.path().join("x.xlsx");
        there_and_back(dir.path(), &Target::Xlsx(file.clone()), &file);
        std::fs::remove_dir_all(dir.path().join("b")).unwrap();
        let folder = dir.path().join("csv");
        there_and_back(dir.path(), &Target::Csv(folder.clone()), &folder);
    }

    /// What a dictionary says comes back as it was, and each term is said or listed as unsaid.
    #[test]
    fn a_dictionary_says_what_it_does_not_list(drawn in draw::layer()) {
        for format in [Format::Quanteda, Format::Liwc] {
            let (dictionary, unsaid) = said(&drawn, format);
            let read = match format {
                Format::Quanteda => quanteda::read(&quanteda::write(&dictionary), "x"),
                Format::Liwc => liwc::read(&liwc::write(&dictionary), "x"),
            };
            prop_assert_eq!(&read.problems, &[]);
            let mut back = read.dictionary;
            // The order of categories is no part of what they say.
            back.categories.sort_keys();
            let mut there = dictionary.clone();
            there.categories.sort_keys();
            prop_assert_eq!(&back, &there);
            let mut imported = Layer::default();
            back.add_to(&mut imported, &Resolved::default());
            for (at, terms) in &drawn.lists {
                for term in terms.keys() {
                    let listed = unsaid.iter().any(|one| one.what.ends_with(&format!(": {term}")));
                    let ListAt::Driver(driver, list, _) = at else {
                        prop_assert!(listed, "{term}");
                        continue;
                    };
                    let is_back = imported.lists.iter().any(|(other, terms)| {
                        matches!(other, ListAt::Driver(of, what, _) if of == driver && what == list) && terms.contains_key(term)
                    });
                    prop_assert!(is_back || listed, "{term} of {driver} is neither said nor listed");
                    let can = matches!(list, DriverList::Aspect | DriverList::Positive | DriverList::Negative);
                    prop_assert!(can || !is_back);
                }
            }
            // Said once more it is the same.
            let mut again = said(&imported, format).0;
            again.categories.sort_keys();
            prop_assert_eq!(&again, &there);
        }
    }

    /// Into a lexicon that extends another comes exactly what its drivers lack, and nothing that is inherited is another afterwards.
    #[test]
    fn a_dictionary_leaves_what_is_inherited(base in draw::layer(), theirs in draw::layer(), known in 0..=draw::DRIVERS.len()) {
        let dir = tempfile::tempdir().unwrap();
        write(&first_drivers(base, known), &dir.path().join("base"));
        let head = Head { name: "ours".to_owned(), version: "1".to_owned(), extends: Some("../base".to_owned()), ..Head::default() };
        let mut ours = Layer { head, ..Layer::default() };
        let folder = dir.path().join("ours");
        write(&ours, &folder);
        let before = Resolved::load(&[folder.display().to_string()]).unwrap();
        let dictionary = said(&theirs, Format::Quanteda).0;
        dictionary.add_to(&mut ours, &before);
        write(&ours, &folder);
        let after = Resolved::load(&[folder.display().to_string()]).unwrap();

        for (id, was) in &before.drivers {
            let is = &after.drivers[id];
            prop_assert_eq!((&is.parent, &is.name_zh, &is.name_en), (&was.parent, &was.name_zh, &was.name_en));
            for (sense, terms) in &was.terms {
                for (term, of) in terms {
                    prop_assert_eq!(is.terms[sense].get(term).map(|of| of.usage), Some(of.usage), "{} of {}", term, id);
                }
            }
        }
        let mut lacking = 0;
        for (id, category) in &dictionary.categories {
            for (list, term) in category.lists.iter().flat_map(|(list, terms)| terms.iter().map(move |term| (list, term))) {
                let has = |lexicon: &Resolved, senses: &[Sense]| {
                    lexicon.drivers.get(id).is_some_and(|driver| {
                        driver.terms.iter().any(|(sense, terms)| senses.contains(sense) && terms.contains_key(term))
                    })
                };
                let all = [Sense::Aspect, Sense::Positive, Sense::Negative, Sense::BesidePositive, Sense::BesideNegative, Sense::Exclude];
                if !has(&before, &all) {
                    lacking += 1;
                    let sense = match list {
                        List::Aspect => Sense::Aspect,
                        List::Positive => Sense::Positive,
                        List::Negative => Sense::Negative,
                    };
                    prop_assert!(has(&after, &[sense]), "{term} of {id}");
                }
            }
        }
        let terms = |lexicon: &Resolved| -> usize {
            lexicon.drivers.values().flat_map(|driver| driver.terms.values()).map(std::collections::BTreeMap::len).sum()
        };
        prop_assert_eq!(terms(&after), terms(&before) + lacking);
    }
}

/// A lexicon with the first drivers of all alone: parents stand before what is under them.
fn first_drivers(mut layer: Layer, many: usize) -> Layer {
    let known = &draw::DRIVERS[..many];
    let is_known = |id: &str| known.contains(&id);
    layer.drivers.retain(|id, _| is_known(id));
    layer.lists.retain(|at, _| !matches!(at, ListAt::Driver(id, ..) if !is_known(id)));
    layer.examples.retain(|id, _| is_known(id));
    layer.responsibility.retain(|(id, _), _| is_known(id));
    layer
}

#[test]
fn bundled_lexicons_go_there_and_back() {
    for name in bundled_names() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.xlsx");
        let whole = Resolved::load(&[&name]).unwrap();
        let bundled = Layer::read(&files::open(&name, None).unwrap()).unwrap();
        std::fs::write(&file, workbook(&bundled, &whole).unwrap()).unwrap();
        let source = source::read(&file).unwrap();
        assert_eq!(source.problems, [], "{name}");
        let Says::All(back) = source.says else { panic!("a dictionary") };
        assert_eq!(*back, bundled, "{name}");
        let copy = dir.path().join("copy");
        write(&back, &copy);
        assert_eq!(hash(&copy), whole.hash(), "{name}");
        assert_eq!(workbook(&layer(&copy), &whole).unwrap(), std::fs::read(&file).unwrap(), "{name}");
    }
}
