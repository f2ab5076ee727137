//! `verbatim lexicon export` and `import`: dictionaries of quanteda and LIWC.

use std::fs;

use insta::assert_snapshot;

use crate::sheets::{lexicons, said};
use crate::util::Case;

#[test]
fn dictionaries_say_what_they_can_and_list_the_rest() {
    let case = lexicons();
    assert_snapshot!("export_quanteda", said(&case.run("lexicon export ours --quanteda ours.yml")));
    assert_snapshot!("quanteda", fs::read_to_string(case.path("ours.yml")).unwrap());
    let json = case.run("lexicon export ours --liwc ours.dic --json").ends(1).json();
    assert_eq!(json["terms"], 11);
    assert_snapshot!("liwc", fs::read_to_string(case.path("ours.dic")).unwrap());
    for file in ["ours.yml", "ours.dic"] {
        let into = format!("from_{}", file.replace('.', "_"));
        case.run(&format!("lexicon import {file} --into {into} --yes")).ends(0);
        case.run(&format!("lexicon import {file} --into {into}")).ends(0);
        let noise = fs::read_to_string(case.path(format!("{into}/drivers/noise.toml"))).unwrap();
        assert_snapshot!(format!("import_{}", file.replace('.', "_")), noise);
        // Into a lexicon that has it all already, nothing new comes.
        case.run(&format!("lexicon import {file} --into ours")).ends(0);
    }
    case.write("more.dic", "%\n1\tnoise.negative\n2\tprice\n%\n轰鸣\t1\n贵\t2\n吵\t1\n");
    let more = case.run("lexicon import more.dic --into ours --yes").ends(0);
    assert_snapshot!("import_more", more.stdout);
    case.write("bad.dic", "%\n1\tnoise.negative\n%\na*b\t1\n");
    let bad = case.run("lexicon import bad.dic --into ours --yes").stops_with("bad_sheet");
    assert!(bad.stdout.starts_with("bad.dic:4: `a*b`"), "{}", bad.stdout);
}

/// `ours` extends a base that has `staff` under `top`, with a name and with terms in several lists.
fn with_inherited_staff() -> Case {
    let case = Case::new();
    case.write("base/lexicon.toml", "name = \"base\"\nversion = \"1\"\n");
    case.write("base/drivers/top.toml", "id = \"top\"\n");
    case.write(
        "base/drivers/staff.toml",
        "id = \"staff\"\nparent = \"top\"\nname = { en = \"Our staff\" }\n[aspect_if_judged]\nen = [\"nurse\", \"porter\"]\n\
         [positive]\nen = [\"kind\"]\n",
    );
    case.write("ours/lexicon.toml", "name = \"ours\"\nversion = \"1\"\nextends = \"../base\"\n");
    case
}

#[test]
fn a_dictionary_overrides_nothing_that_is_inherited() {
    let case = with_inherited_staff();
    // `kind` praises already; `porter` was taken away.
    case.write("ours/drivers/staff.toml", "id = \"staff\"\n[aspect_if_judged]\nen = [\"- porter\"]\n");
    case.write("theirs.yml", "Staff:\n  aspect:\n  - nurse\n  - doctor\n  - porter\n  negative:\n  - kind\n");
    let shown = case.run("lexicon import theirs.yml --into ours --yes").ends(0).stdout;
    assert!(
        shown
            .starts_with("drivers/staff.toml\n  + doctor  staff aspect en\n1 added, 0 taken out, 0 changed, 0 moved\n"),
        "{shown}"
    );
    assert_eq!(
        fs::read_to_string(case.path("ours/drivers/staff.toml")).unwrap(),
        "id = \"staff\"\n[aspect_if_judged]\nen = [\"- porter\"]\n\n[aspect]\nen = [\"doctor\"]\n"
    );
    let mentions = |text: &str| {
        let told = case.run_args(&["explain", text, "--json", "--lexicon", "./ours"]).ends(0).json();
        told["mentions"].as_array().unwrap().len()
    };
    assert_eq!(mentions("the nurse met us"), 0);
    assert_eq!(mentions("the doctor met us"), 1);
    case.run("lexicon import theirs.yml --into ours").ends(0);
}

#[test]
fn a_dictionary_neither_names_nor_moves_a_driver_that_is_inherited() {
    let case = with_inherited_staff();
    case.write("theirs.yml", "Care:\n  Staff:\n  - doctor\n  Ward:\n  - ward\n");
    case.run("lexicon import theirs.yml --into ours --yes").ends(0);
    let written = |driver: &str| fs::read_to_string(case.path(format!("ours/drivers/{driver}.toml"))).unwrap();
    assert_eq!(written("staff"), "id = \"staff\"\n\n[aspect]\nen = [\"doctor\"]\n");
    // A driver that nobody had is named and placed as the dictionary has it.
    assert_eq!(
        written("ward"),
        "id = \"ward\"\nparent = \"care\"\nname = { en = \"Ward\" }\n\n[aspect]\nen = [\"ward\"]\n"
    );
    // Of a driver of which all is inherited there is no file.
    let case = with_inherited_staff();
    case.write("theirs.dic", "%\n1\tstaff\n%\nnurse\t1\n");
    let same = case.run("lexicon import theirs.dic --into ours").ends(0);
    assert_eq!(same.stdout, "ours says the same already: nothing to write\n");
}

#[test]
fn a_dictionary_comes_into_no_lexicon_whose_base_is_lost() {
    let case = with_inherited_staff();
    fs::remove_dir_all(case.path("base")).unwrap();
    case.write("theirs.dic", "%\n1\tstaff\n%\nnurse\t1\n");
    let bad = case.run("lexicon import theirs.dic --into ours --yes").stops_with("bad_sheet");
    assert!(bad.stdout.contains("what the lexicon extends cannot be used"), "{}", bad.stdout);
}
