//! Files put in place: all or none, and nothing over what somebody else wrote.
//!
//! Not for what the files say (`edits`).

use super::super::export::Target;
use super::super::import::Import;
use super::{export, import};
use crate::lexicon::tests::folder;

const HEAD: &str = "name = \"ours\"\nversion = \"1\"\n";

const NOISE: &str = "id = \"noise\"\n[aspect]\nen = [\"noise\"] # names\n";

#[test]
fn where_one_file_cannot_be_written_the_others_are_put_back() {
    // A file where a folder has to be.
    let dir = folder(&[("a/lexicon.toml", HEAD), ("a/drivers/noise.toml", NOISE), ("a/polarity", "")]);
    let (lexicon, sheets) = (dir.path().join("a"), dir.path().join("csv"));
    export(&lexicon.display().to_string(), false, &Target::Csv(sheets.clone()), false).unwrap();
    for (file, row) in [("terms.csv", "noise,aspect,en,din,,,\r\n"), ("words.csv", "positive,en,good,\r\n")] {
        let text = std::fs::read_to_string(sheets.join(file)).unwrap() + row;
        std::fs::write(sheets.join(file), text).unwrap();
    }
    let Import::Ready(ready) = import(&sheets, &lexicon).unwrap() else { panic!("refused") };
    assert_eq!(ready.write().unwrap_err().code(), "io");
    assert_eq!(std::fs::read_to_string(lexicon.join("drivers/noise.toml")).unwrap(), NOISE);
    assert_eq!(std::fs::read_to_string(lexicon.join("lexicon.toml")).unwrap(), HEAD);
}

#[test]
fn nothing_is_written_over_what_somebody_changed_meanwhile() {
    let dir = folder(&[("a/lexicon.toml", HEAD), ("a/drivers/noise.toml", NOISE)]);
    let (lexicon, sheets) = (dir.path().join("a"), dir.path().join("csv"));
    export(&lexicon.display().to_string(), false, &Target::Csv(sheets.clone()), false).unwrap();
    let terms = sheets.join("terms.csv");
    let text = std::fs::read_to_string(&terms).unwrap() + "noise,aspect,en,din,,,\r\n";
    std::fs::write(&terms, text).unwrap();
    let Import::Ready(ready) = import(&sheets, &lexicon).unwrap() else { panic!("refused") };
    assert_eq!(ready.changes.len(), 1);
    let changed = format!("{NOISE}# later\n");
    std::fs::write(lexicon.join("drivers/noise.toml"), &changed).unwrap();
    assert_eq!(ready.write().unwrap_err().code(), "changed_meanwhile");
    assert_eq!(std::fs::read_to_string(lexicon.join("drivers/noise.toml")).unwrap(), changed);
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn nothing_is_written_over_a_file_that_somebody_made_meanwhile() {
    let dir = folder(&[("a/lexicon.toml", HEAD), ("theirs.dic", "%\n1\tprice\n%\ncheap\t1\n")]);
    let (lexicon, theirs) = (dir.path().join("a"), dir.path().join("theirs.dic"));
    let Import::Ready(ready) = import(&theirs, &lexicon).unwrap() else { panic!("refused") };
    let made = "id = \"price\"\n# of somebody else\n";
    std::fs::create_dir(lexicon.join("drivers")).unwrap();
    std::fs::write(lexicon.join("drivers/price.toml"), made).unwrap();
    assert_eq!(ready.write().unwrap_err().code(), "changed_meanwhile");
    assert_eq!(std::fs::read_to_string(lexicon.join("drivers/price.toml")).unwrap(), made);
    // A lexicon that was not there at all.
    let Import::Ready(ready) = import(&theirs, &dir.path().join("b")).unwrap() else { panic!("refused") };
    std::fs::create_dir(dir.path().join("b")).unwrap();
    std::fs::write(dir.path().join("b/lexicon.toml"), HEAD).unwrap();
    assert_eq!(ready.write().unwrap_err().code(), "changed_meanwhile");
    assert_eq!(std::fs::read_dir(dir.path().join("b")).unwrap().count(), 1);
}

#[test]
fn nothing_lies_beside_a_lexicon_while_a_person_is_asked() {
    let dir = folder(&[("a/lexicon.toml", HEAD), ("theirs.dic", "%\n1\tprice\n%\ncheap\t1\n")]);
    let beside = || {
        let entries = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
        entries.collect::<std::collections::BTreeSet<_>>()
    };
    let before = beside();
    let Import::Ready(ready) = import(&dir.path().join("theirs.dic"), &dir.path().join("a")).unwrap() else {
        panic!("refused")
    };
    assert_eq!(beside(), before);
    assert_eq!(ready.write().unwrap(), ["drivers/price.toml"]);
    assert_eq!(beside(), before);
}
