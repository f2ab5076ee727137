//! `verbatim lexicon export` and `import`: dictionaries of quanteda and LIWC.

use std::fs;

use insta::assert_snapshot;

use crate::sheets::{lexicons, said};

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
