//! Edits of files that people wrote: nothing changes but what was asked for.

use std::path::Path;

use proptest::prelude::*;

use super::super::difference::difference;
use super::super::edit::edit;
use super::super::import::Import;
use super::super::layer::{DriverList, Duty, Language, Layer, ListAt, OwnExample, PLAIN};
use super::{draw, import, layer, write};
use crate::lexicon::format::Expect;
use crate::lexicon::tests::folder;
use crate::types::Role;

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// From any lexicon to any other.
    #[test]
    fn files_say_what_the_difference_says(before in draw::layer(), after in draw::layer()) {
        let dir = tempfile::tempdir().unwrap();
        write(&before, dir.path());
        let current = files_of(dir.path());
        let changes = difference(&before, &after);
        for (path, text) in edit(&current, &changes).unwrap() {
            let path = dir.path().join(path);
            match text {
                Some(text) => {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, text).unwrap();
                }
                None => std::fs::remove_file(path).unwrap(),
            }
        }
        prop_assert_eq!(layer(dir.path()), after);
    }
}

fn files_of(folder: &Path) -> std::collections::BTreeMap<String, String> {
    let mut files = std::collections::BTreeMap::new();
    for sub in ["", "drivers/", "polarity/"] {
        for entry in std::fs::read_dir(folder.join(sub)).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = format!("{sub}{}", path.file_name().unwrap().to_string_lossy());
                files.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

const HEAD: &str = "# ours\nname = \"ours\"   # the name\nversion = \"1\"\n\n[rollup.place]\nname = { zh = \"处\" }\n[rollup.place.values]\n# first\na = { en = \"A\" }\nb = {} # second\n";

const NOISE: &str = "\
# what customers hear
id = \"noise\"

name = { en = \"Noise\" } # short
[rollup]
place = \"a\" # here

[aspect]
en = [\"noise\", \"sound\"] # names
[beside_aspect]
negative = { en = [\"big\"] }

# sentences
[[example]]
text = \"so loud\"
expect = \"none\"
";

#[test]
fn an_edited_file_keeps_its_comments_and_its_layout() {
    let dir = folder(&[("lexicon.toml", HEAD), ("drivers/noise.toml", NOISE)]);
    let before = layer(dir.path());
    let mut after = before.clone();
    after.head.version = "2".to_owned();
    after.rollups[0].values.insert(1, ("c".to_owned(), crate::lexicon::format::Names::default()));
    let noise = after.drivers.get_mut("noise").unwrap();
    noise.parent = Some(String::new());
    noise.name.zh = Some("噪音".to_owned());
    noise.rollup.insert("place".to_owned(), "b".to_owned());
    let lists: Vec<_> = after.lists.keys().cloned().collect();
    for at in lists {
        let terms = after.lists.get_mut(&at).unwrap();
        if terms.contains_key("sound") {
            terms.shift_remove("noise");
            terms.insert("din".to_owned(), PLAIN);
        }
    }
    let negative = ListAt::Driver("noise".to_owned(), DriverList::Negative, Language::Zh);
    after.lists.entry(negative).or_default().insert("吵".to_owned(), PLAIN);
    let duty = Duty { weight: 9, owner: String::new() };
    after.responsibility.insert(("noise".to_owned(), "R&D".to_owned()), duty);
    let edited = edit(&files_of(dir.path()), &difference(&before, &after)).unwrap();
    let shown: Vec<String> =
        edited.iter().map(|(path, text)| format!("-- {path}\n{}", text.as_deref().unwrap())).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    -- drivers/noise.toml
    # what customers hear
    id = "noise"

    name = { en = "Noise", zh = "噪音" } # short
    parent = ""
    [rollup]
    place = "b" # here

    [aspect]
    en = ["sound", "din"] # names
    [beside_aspect]
    negative = { en = ["big"] }

    [negative]
    zh = ["吵"]

    # sentences
    [[example]]
    text = "so loud"
    expect = "none"

    -- lexicon.toml
    # ours
    name = "ours"   # the name
    version = "2"

    [rollup.place]
    name = { zh = "处" }
    [rollup.place.values]
    # first
    a = { en = "A" }
    c = {}
    b = {} # second

    -- responsibility.csv
    driver,function,weight,owner
    noise,R&D,9,
    "#);
}

#[test]
fn line_ends_of_windows_and_a_missing_last_one_stay() {
    let text = "id = \"noise\"\r\n[aspect]\r\nen = [\"noise\"]";
    let dir = folder(&[("lexicon.toml", "\u{feff}name = 'x'\nversion = '1'\n"), ("drivers/noise.toml", text)]);
    let before = layer(dir.path());
    let mut after = before.clone();
    after.head.version = "2".to_owned();
    after.lists.values_mut().for_each(|terms| {
        terms.insert("din".to_owned(), PLAIN);
    });
    let edited = edit(&files_of(dir.path()), &difference(&before, &after)).unwrap();
    assert_eq!(
        edited["drivers/noise.toml"].as_deref(),
        Some("id = \"noise\"\r\n[aspect]\r\nen = [\"noise\", \"din\"]")
    );
    assert_eq!(edited["lexicon.toml"].as_deref(), Some("\u{feff}name = 'x'\nversion = \"2\"\n"));
}

#[test]
fn files_that_are_laid_out_otherwise_are_edited_too() {
    let drawn = [
        "id = 'a'\naspect = { zh = ['一'] }\nbeside_aspect = { positive = { zh = ['二'] } }\nexample = [{ text = 'x', expect = 'none' }]\n",
        "id = 'a'\naspect.zh = ['一']\nbeside_aspect.positive.zh = ['二']\nname.zh = '甲'\n[[example]]\nexpect = 'none'\ntext = 'x'\n",
        "[aspect]\nzh = ['一']\n",
        "id = 'a'\n[beside_aspect]\n[beside_aspect.positive]\nzh = [\n'二' ]\n[aspect] # c\n zh = [ { term = '一' } ]",
    ];
    for text in drawn {
        let text = if text.contains("id = ") { text.to_owned() } else { format!("id = 'a'\n{text}") };
        let dir = folder(&[("lexicon.toml", HEAD), ("drivers/a.toml", &text)]);
        let before = layer(dir.path());
        let mut after = before.clone();
        let a = after.drivers.get_mut("a").unwrap();
        a.name.en = Some("A".to_owned());
        a.name.zh = None;
        a.people = Some(true);
        a.rollup.insert("place".to_owned(), "a".to_owned());
        for list in DriverList::ALL {
            for language in Language::ALL {
                let terms = after.lists.entry(ListAt::Driver("a".to_owned(), list, language)).or_default();
                terms.shift_remove("一");
                terms.insert("三".to_owned(), PLAIN);
            }
        }
        let example = OwnExample { text: "y".to_owned(), role: Role::Good, expect: Expect::Mixed };
        after.examples.insert("a".to_owned(), [example].into_iter().collect());
        for (path, text) in edit(&files_of(dir.path()), &difference(&before, &after)).unwrap() {
            std::fs::write(dir.path().join(path), text.unwrap()).unwrap();
        }
        assert_eq!(layer(dir.path()), after, "{text}");
    }
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_not_opened() {
    use std::io::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    archive.start_file("_rels/.rels", zip::write::SimpleFileOptions::default()).unwrap();
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..65 {
        archive.write_all(&chunk).unwrap();
    }
    archive.finish().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 1 << 20);
    assert_eq!(import(&path, &dir.path().join("a")).unwrap_err().code(), "workbook_too_large");
    std::fs::write(&path, "no workbook").unwrap();
    assert_eq!(import(&path, &dir.path().join("a")).unwrap_err().code(), "workbook");
}

/// The reader takes memory for as many shared texts as a workbook claims to have: of a few hundred bytes it asked for terabytes.
#[test]
fn a_workbook_that_claims_more_texts_than_it_holds_is_not_opened() {
    use std::io::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (part, text) in [
        (
            "_rels/.rels",
            "<Relationships><Relationship Id='r' Type='/relationships/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        ),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"terms\" sheetId=\"1\"/></sheets></workbook>"),
        ("xl/sharedStrings.xml", "<sst uniqueCount = '99999999999'><si><t>driver</t></si></sst>"),
    ] {
        archive.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let error = import(&path, &dir.path().join("a")).unwrap_err();
    assert_eq!(error.code(), "workbook_too_large");
    assert!(error.message().ends_with("its shared strings take more than 64 MiB"), "{error}");
}

#[test]
fn cells_at_the_far_end_of_a_sheet_take_no_memory() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.set_name("Terms").unwrap();
    page.write_string(0, 0, "driver").unwrap();
    page.write_string(1_048_575, 16_383, "far").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.xlsx");
    book.save(&path).unwrap();
    let Import::Refused(problems) = import(&path, &dir.path().join("a")).unwrap() else { panic!("not refused") };
    assert!(problems.iter().any(|problem| problem.message.contains("the column `term` is not there")), "{problems:?}");
}

#[test]
fn what_no_cell_can_say_is_refused() {
    let dir =
        folder(&[("lexicon.toml", "name = 'x'\nversion = '1'"), ("drivers/a.toml", "id = 'a'\nname = { en = ' ' }")]);
    let folder = crate::lexicon::files::open(&dir.path().display().to_string(), None).unwrap();
    assert_eq!(Layer::read(&folder).unwrap_err().code(), "blank_text");
}
