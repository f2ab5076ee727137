//! `init` writes what `run` finds: a run by the file is the run by the flags.

use std::fs;

use super::util::{Case, HEADER, week};

#[test]
fn init_on_the_sample() {
    let case = Case::new().sample();
    let ran = case.run("init survey.csv --lexicon appliance").ends(0);
    insta::assert_snapshot!("init_prints", ran.stdout);
    insta::assert_snapshot!("init_file", fs::read_to_string(case.path("verbatim.toml")).unwrap());
    case.run("run --quiet --out file").ends(0);
    fs::remove_file(case.path("verbatim.toml")).unwrap();
    case.run("run survey.csv --lexicon appliance --quiet --out flags").ends(0);
    case.same("file", "flags");
}

#[test]
fn a_file_in_another_folder_with_every_flag_is_the_run_of_the_flags() {
    let case = Case::new();
    let lines = (0..40).map(|n| {
        let (region, day, month) = (n % 3, n % 9 + 1, n % 5 + 1);
        format!("r{n};k{n};{day}/{month}/2026;{};1.{};区{region};太吵了 {n};more staff\n", n % 5 + 1, n % 2)
    });
    let text = format!("nr;kunde;tag;note;faktor;region;grund;wunsch\n{}", lines.collect::<String>());
    case.write("data/week 1.csv", encoding_rs::GB18030.encode(&text).0);
    case.write("lexicons/own/lexicon.toml", include_str!("../../lexicons/core/lexicon.toml"));
    let core = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons/core");
    for folder in ["drivers", "polarity"] {
        for entry in fs::read_dir(format!("{core}/{folder}")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            case.write(&format!("lexicons/own/{folder}/{name}"), fs::read(path).unwrap());
        }
    }
    case.write("conf/old.toml", "");
    let flags = [
        "data/week 1.csv",
        "--id",
        "nr",
        "--customer",
        "kunde",
        "--date",
        "tag",
        "--date-format",
        "%d/%m/%Y",
        "--score",
        "note",
        "--scale",
        "1-5",
        "--weight",
        "faktor",
        "--by",
        "region",
        "--text",
        "grund",
        "--text",
        "wunsch=improve",
        "--period",
        "month",
        "--delimiter",
        ";",
        "--encoding",
        "gb18030",
        "--lexicon",
        "lexicons/own",
    ];
    let with = |first: &[&str], last: &[&str]| case.run_args(&[first, &flags, last].concat());
    let ran = with(&["init"], &["--config", "conf/week.toml"]).ends(0);
    assert!(ran.stdout.ends_with("next:    verbatim run --config conf/week.toml\n"), "{}", ran.stdout);
    let file = fs::read_to_string(case.path("conf/week.toml")).unwrap();
    assert!(file.contains("inputs = [\"../data/week 1.csv\"]\n"), "{file}");
    assert!(file.contains("lexicons = [\"../lexicons/own\"]"), "{file}");
    case.run("run --config conf/week.toml --out file").ends(0);
    with(&["run"], &["--out", "flags"]).ends(0);
    case.same("file", "flags");
}

#[test]
fn init_asks_what_run_asks() {
    let case = Case::new();
    let survey =
        |date: &str| (0..40).fold(HEADER.to_owned(), |all, n| all + &format!("r{n},{date},{},fine {n}\n", n % 5 + 1));
    case.write("five.csv", survey("2026-06-01"));
    case.write("dates.csv", survey("3/4/2026"));
    for (args, flag) in [("five.csv", "--scale 1-5"), ("dates.csv --scale 1-5", "--date-format %d/%m/%Y")] {
        let (run, init) = (case.run(&format!("run {args}")), case.run(&format!("init {args}")).ends(2));
        assert_eq!(init.stderr, run.stderr);
        assert!(!case.path("verbatim.toml").exists());
        case.run(&format!("init {args} {flag} --config settled.toml --force")).ends(0);
    }
}

#[test]
fn a_file_that_is_there_stays_without_force() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..30, 1)));
    case.write("verbatim.toml", "mine = true\n");
    let ran = case.run("init a.csv").stops_with("config_exists");
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(case.path("verbatim.toml")).unwrap(), "mine = true\n");
    case.run("init a.csv --force").ends(0);
    case.run("run --quiet").ends(0);
}

#[test]
fn standard_input_stays_standard_input() {
    let case = Case::new();
    let text = format!("{HEADER}{}", week(0..30, 1));
    case.write("conf/empty", "");
    case.run_fed("init - --config conf/v.toml", text.as_bytes()).ends(0);
    case.run_fed("run --config conf/v.toml --quiet", text.as_bytes()).ends(0);
    assert_eq!(case.manifest("out").rows_tagged, 30);
}

#[test]
fn notes_quote_no_number_of_somebody() {
    let case = Case::new();
    for number in ["13812345678", "23456789"] {
        case.write("a.csv", format!("{HEADER}{}r99,2026-06-02,{number},fine\n", week(0..30, 1)));
        case.run("init a.csv --score score --scale 0-10 --force").ends(0);
        let file = fs::read_to_string(case.path("verbatim.toml")).unwrap();
        assert!(file.contains("31 answers from 0 to *") && !file.contains(number), "{file}");
    }
}
