//! Sheets and dictionaries there and back.

use std::path::Path;

use proptest::prelude::*;

use super::super::dictionary::said::said;
use super::super::dictionary::{Format, liwc, quanteda};
use super::super::export::{Target, export, workbook};
use super::super::layer::{DriverList, Layer, ListAt};
use super::super::source::{self, Says};
use super::{draw, hash, import_all, layer, write};
use crate::lexicon::{Resolved, bundled_names, files};

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
            back.add_to(&mut imported);
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
