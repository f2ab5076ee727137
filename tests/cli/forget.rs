//! `verbatim forget`: people who are taken out of an output.
//!
//! Weeks by the hundred, held against those of a survey in which they never answered, are in `tests/reliability`; here is what is printed, and
//! each bug that was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use verbatim::tables::Table;

use super::util::{Case, HEADER, answer, assert_same, week};

const HEADER_OF_CUSTOMERS: &str = "id,customer,date,score,agree,comment\n";
const CUSTOMERS: &str = "--scale 0-10 --consent agree --customer customer --quiet";

/// Three weeks by two lexicons: that of week 23 does not know a word that the other one knows.
fn of_two_lexicons() -> Case {
    let case = Case::new();
    for (name, terms) in [("L1", "\"吵\""), ("L2", "\"吵\", \"响\"")] {
        case.write(&format!("{name}/lexicon.toml"), format!("name = \"{name}\"\nversion = \"1\"\n"));
        let driver =
            format!("id = \"noise\"\nname = {{ zh = \"噪音\", en = \"Noise\" }}\n[negative]\nzh = [{terms}]\n");
        case.write(&format!("{name}/drivers/noise.toml"), driver);
    }
    case
}

const W23: &str = "a01,C,2026-06-01,2,no,太吵了\na02,D,2026-06-02,1,yes,太吵了呀\na03,E,2026-06-03,9,yes,很好\n";
const W24: &str = "b17,C,2026-06-09,2,yes,太吵了\nb18,F,2026-06-10,1,yes,响得很\nb19,G,2026-06-10,1,yes,吵死了\n";
const W25: &str = "c01,H,2026-06-16,2,yes,太吵了\nc02,I,2026-06-17,9,yes,很好\n";

/// Runs these weeks into `out`, each by a lexicon, without the answers of `gone`.
fn run_weeks(case: &Case, out: &str, weeks: &[(&str, &str)], gone: &[&str]) {
    for (week, lexicon) in weeks {
        let stays = |line: &&str| !gone.iter().any(|id| line.starts_with(&format!("{id},")));
        let rows: String = week.lines().filter(stays).map(|line| line.to_owned() + "\n").collect();
        case.write("week.csv", format!("{HEADER_OF_CUSTOMERS}{rows}"));
        case.run(&format!("run week.csv {CUSTOMERS} --lexicon ./{lexicon} --out {out}")).ends(0);
    }
}

/// Tables, but for those of what looks back: where the later week was run first, by another lexicon, it was compared with nothing.
fn of_their_weeks(case: &Case, out: &str) -> BTreeMap<String, Vec<u8>> {
    let mut tables = case.tables(out);
    tables.retain(|name, _| !["attribution/", "changes/", "functions/"].iter().any(|table| name.starts_with(table)));
    tables
}

fn listed(case: &Case, out: &str) -> BTreeSet<String> {
    case.records(out, Table::FollowUps, None).iter().map(|row| row.word("id").to_owned()).collect()
}

#[test]
fn who_is_forgotten_is_in_no_table_and_figures_are_as_if_they_had_never_answered() {
    let case = Case::new();
    case.write("weeks.csv", format!("{HEADER}{}{}", week(0..40, 1), week(40..70, 8)));
    case.run("run weeks.csv --quiet").ends(0);
    let gone = case.records("out", Table::Comments, None)[3].word("id").to_owned();
    let page = case.run(&format!("forget {gone} nobody out")).ends(1).stdout;
    assert!(page.starts_with(&format!("{gone}: 1 answer(s)\nnobody: nobody of this id is in out\n")), "{page}");
    assert!(page.contains("taken out: 1 answer(s) of 2026-W23\nnothing of them is left in out: "), "{page}");
    assert!(case.records("out", Table::Comments, None).iter().all(|row| row.word("id") != gone));
    case.run("verify out").ends(0);
    let survey = fs::read_to_string(case.path("weeks.csv")).unwrap();
    let rest: String = survey
        .lines()
        .filter(|line| !line.starts_with(&format!("{gone},")))
        .fold(String::new(), |all, line| all + line + "\n");
    case.write("rest.csv", rest);
    case.run("run rest.csv --out clean --quiet").ends(0);
    assert_same(&case.tables("clean"), &case.tables("out"));
    case.run("forget out").stops_with("no_ids");
    case.write("ids.txt", format!("\u{feff}{gone}\r\n\r\n"));
    let json = case.run("forget --from ids.txt out --json").ends(1).json();
    assert_eq!((&json["answers"], &json["scan"]["left"]), (&0.into(), &serde_json::json!([])));
}

#[test]
fn everybody_of_a_week_and_everybody_at_all_can_be_forgotten() {
    let case = Case::new();
    case.write(
        "weeks.csv",
        format!("{HEADER}{}{}{}", answer("a", 1, 9, 0), answer("b", 1, 3, 1), answer("c", 8, 3, 1)),
    );
    case.run("run weeks.csv --quiet").ends(0);
    case.run("forget c out").ends(0);
    case.run("verify out").ends(0);
    case.run("drivers out --period 2026-W23").ends(0);
    case.run("forget a b out").ends(0);
    case.run("verify out").ends(0);
    assert!(
        case.records("out", Table::Comments, None).is_empty() && case.records("out", Table::FollowUps, None).is_empty()
    );
    case.run("run weeks.csv --quiet").ends(0);
    assert_eq!(case.records("out", Table::Comments, None).len(), 3);
}

/// A pass by one lexicon put the list of a period of another one back as it was, with who was forgotten in it.
#[test]
fn who_is_forgotten_leaves_the_lists_of_periods_of_other_lexicons() {
    let case = of_two_lexicons();
    let weeks = [(W24, "L2"), (W23, "L1"), (W25, "L2")];
    run_weeks(&case, "out", &weeks, &[]);
    case.run("forget b17 a02 out").ends(0);
    run_weeks(&case, "clean", &weeks, &["b17", "a02"]);
    assert_eq!(listed(&case, "out"), ["a03", "b18", "b19", "c01", "c02"].map(str::to_owned).into());
    assert_same(&of_their_weeks(&case, "clean"), &of_their_weeks(&case, "out"));
    case.run("verify out").ends(0);
}

/// A yes that was forgotten went on counting in periods of other lexicons, so that a customer who refused was to be called.
#[test]
fn who_refused_is_not_called_because_a_yes_was_forgotten() {
    let case = of_two_lexicons();
    let weeks = [(W24, "L2"), (W23, "L1")];
    run_weeks(&case, "out", &weeks, &[]);
    let page = case.run("forget b17 a02 out").ends(0).stdout;
    run_weeks(&case, "clean", &weeks, &["b17", "a02"]);
    assert!(!listed(&case, "out").contains("a01"));
    assert_same(&of_their_weeks(&case, "clean"), &of_their_weeks(&case, "out"));
    // What passes say of each other's periods is nobody's business.
    assert!(
        !page.contains("keep their changes") && !page.contains("--actions") && !page.contains("taken off"),
        "{page}"
    );
    assert!(page.contains("· consent: 1 customer(s) agreed last in an answer that is taken out, and"), "{page}");
}

/// The no of a week that is forgotten, and the list of another one that is not written anew.
#[test]
fn what_a_customer_said_before_counts_again_in_lists_of_other_weeks() {
    let case = of_two_lexicons();
    let no = W24.replace("C,2026-06-09,2,yes", "C,2026-06-09,2,no");
    let yes = W23.replace("C,2026-06-01,2,no", "C,2026-06-01,2,yes");
    for weeks in [[(no.as_str(), "L2"), (yes.as_str(), "L1")], [(no.as_str(), "L1"), (yes.as_str(), "L1")]] {
        let _ = fs::remove_dir_all(case.path("out"));
        let _ = fs::remove_dir_all(case.path("clean"));
        run_weeks(&case, "out", &weeks, &[]);
        assert!(!listed(&case, "out").contains("a01"));
        let page = case.run("forget b17 out").ends(0).stdout;
        assert!(page.contains("their yes before it counts again"), "{page}");
        run_weeks(&case, "clean", &weeks, &["b17"]);
        assert!(listed(&case, "clean").contains("a01"));
        assert_same(&of_their_weeks(&case, "clean"), &of_their_weeks(&case, "out"));
    }
}

/// Nobody was found who stood in a list alone, as earlier engines left it behind.
#[test]
fn who_stands_in_a_list_alone_is_found_and_taken_out() {
    let case = of_two_lexicons();
    run_weeks(&case, "out", &[(W23, "L1")], &[]);
    run_weeks(&case, "other", &[(W23, "L1")], &["a02"]);
    // The list of all three beside the answers of two.
    let list = "follow_ups/period=2026-W23/part-0.parquet";
    fs::copy(case.path(format!("out/{list}")), case.path(format!("other/{list}"))).unwrap();
    let mut manifest = serde_json::to_value(case.manifest("other")).unwrap();
    manifest["files"][list] = serde_json::to_value(case.manifest("out")).unwrap()["files"][list].clone();
    case.write_manifest_without_digest("other", manifest);
    assert!(listed(&case, "other").contains("a02"));
    let page = case.run("forget a02 other").ends(0).stdout;
    assert!(page.starts_with("a02: no answer, 1 row(s) of lists\nnothing of them is left"), "{page}");
    assert_eq!(listed(&case, "other"), BTreeSet::from(["a03".to_owned()]));
    case.run("verify other").ends(0);
    let page = case.run("forget a02 other").ends(1).stdout;
    assert!(page.starts_with("a02: nobody of this id"), "{page}");
}

/// Examples were looked through undecoded, and for what was stored alone: other line ends, and numbers that redaction blots out.
#[test]
fn examples_that_quote_with_other_line_ends_or_unredacted_go() {
    let said = [
        ("p1", "Flat 12: far too loud\r\nand they left at once"),
        ("p3", "Flat 13: it's \\ far too \"loud\" and they left"),
        ("p4", "Flat 14: far too\tloud and they left"),
        ("p5", "太吵了，打13812345678没人接，晚上根本睡不着"),
        ("p6", "很好的服务我很满意"),
    ];
    let written = [
        r#""Flat 12: far too loud\nand they left at once""#,
        r#""Flat 13: it's \\ far too \"loud\" and they left""#,
        r#""Flat 14: far too\tloud and they left""#,
        r#""太吵了，打13812345678没人接，晚上根本睡不着""#,
        r#""吵""#,
    ];
    let case = Case::new();
    case.write("L/lexicon.toml", "name = \"L\"\nversion = \"1\"\n");
    let examples = written.map(|text| format!("[[example]]\ntext = {text}\nexpect = \"negative\"\n")).concat();
    let driver =
        "id = \"noise\"\nname = { zh = \"噪音\", en = \"Noise\" }\n[negative]\nzh = [\"吵\"]\nen = [\"loud\"]\n";
    case.write("L/drivers/noise.toml", format!("{driver}{examples}"));
    let rows = said.map(|(id, text)| format!("{id},2026-06-01,2,\"{}\"\n", text.replace('"', "\"\""))).concat();
    case.write("s.csv", format!("id,date,score,comment\n{rows}"));
    for redaction in ["", " --no-redact"] {
        let _ = fs::remove_dir_all(case.path("out"));
        case.run(&format!("run s.csv --scale 0-10 --lexicon ./L --quiet{redaction}")).ends(0);
        let kept = case.path(format!("out/_lexicon/{}/drivers/noise.toml", case.manifest("out").lexicon_hash));
        for (left, id) in [(4, "p1"), (3, "p3"), (2, "p4"), (1, "p5"), (1, "p6")] {
            case.run(&format!("forget {id} out")).ends(0);
            let kept = fs::read_to_string(&kept).unwrap();
            assert_eq!(kept.matches("[[example]]").count(), left, "{id}: {kept}");
            case.run("verify out").ends(0);
        }
        assert!(!fs::read_to_string(&kept).unwrap().contains("1381234"));
    }
}

/// What is no trace of anybody ended in `still_there`, after the commit, and with advice that would have damaged the output.
#[test]
fn what_only_looks_like_somebody_is_no_trace_of_them() {
    let case = Case::new();
    case.write(
        "week-100124.csv",
        "id,date,score,comment\n100123,2026-06-01,9,arrived on time\n100123-2,2026-06-02,3,Response time\n100124,2026-06-02,3,等了三天才上门实在太慢了吧\n20260601,2026-06-09,3,等了四天才上门实在太慢了吧\n",
    );
    case.run("run week-100124.csv --scale 0-10 --quiet").ends(0);
    // A six-digit id equal to a number of bytes.
    case.run("forget 100123 20260601 out").ends(0);
    case.run("forget 100123-2 out").ends(0);
    let page = case.run("forget 100124 out").ends(0).stdout;
    assert!(page.contains("· _run.json (name): an id, as somebody else wrote it"), "{page}");
    assert!(page.contains("nothing of them is left in out"), "{page}");
}

/// What is left, or cannot be read, was an error that hid what had been done.
#[test]
fn what_is_left_in_files_of_others_is_a_finding_beside_what_was_done() {
    let case = Case::new();
    case.write("weeks.csv", format!("{HEADER}{}{}", answer("cust-4711", 1, 9, 0), answer("b", 1, 3, 1)));
    case.run("run weeks.csv --quiet").ends(0);
    case.write("out/mine/notes.txt", "call cust-4711 back, not cust-4711-2");
    case.write("out/mine/others.txt", "xcust-4711 cust-4711-2");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", case.path("out/gone")).unwrap();
    let found = case.run("forget cust-4711 out --json").ends(1).json();
    assert_eq!(found["answers"], 1);
    let left: Vec<&str> =
        found["scan"]["left"].as_array().unwrap().iter().map(|it| it["file"].as_str().unwrap()).collect();
    assert_eq!(left, if cfg!(unix) { &["gone", "mine/notes.txt"][..] } else { &["mine/notes.txt"] });
    assert!(case.records("out", Table::Comments, None).iter().all(|row| row.word("id") == "b"));
    let page = case.run("forget b out").ends(i32::from(cfg!(unix))).stdout;
    assert!(page.contains("taken out: 1 answer(s)"), "{page}");
}

/// An id of two roles took out whom nobody had named.
#[test]
fn an_id_of_a_respondent_and_of_a_customer_is_not_guessed_at() {
    let case = Case::new();
    case.write(
        "two.csv",
        "id,customer,date,score,comment\n1,3,2026-06-01,9,很好很好\n2,1,2026-06-02,2,太吵\n3,2,2026-06-03,8,可以\n4,1,2026-06-04,7,一般\n5,5,2026-06-04,7,一般\n",
    );
    let run = || {
        let _ = fs::remove_dir_all(case.path("out"));
        case.run("run two.csv --scale 0-10 --customer customer --quiet").ends(0);
    };
    let ids = || -> Vec<String> {
        case.records("out", Table::Comments, None).iter().map(|row| row.word("id").to_owned()).collect()
    };
    run();
    let before = case.bytes("out");
    let refused = case.run("forget 1 out").stops_with("ambiguous_id");
    assert!(refused.stderr.contains("`--respondent`") && refused.stderr.contains("`--customer`"), "{}", refused.stderr);
    let page = case.run("forget 1 out --customer --dry-run").ends(0).stdout;
    assert_eq!(page, "1: 2 answer(s)\nwould be taken out: 2 answer(s) of 2026-W23\nout is as it was (--dry-run)\n");
    assert_eq!(case.bytes("out"), before);
    case.run("forget 1 out --customer").ends(0);
    assert_eq!(ids(), ["1", "3", "5"]);
    run();
    case.run("forget 1 out --respondent").ends(0);
    assert_eq!(ids(), ["2", "3", "4", "5"]);
    // One and the same.
    case.run("forget 5 out").ends(0);
    assert_eq!(ids(), ["2", "3", "4"]);
    assert_eq!(case.run("forget 1 out --respondent --customer").code, 2);
}

/// Each pass said of the periods of the other lexicons what holds for periods of another configuration alone.
#[test]
fn periods_that_keep_their_changes_are_those_of_another_configuration() {
    let case = of_two_lexicons();
    case.write("w24.csv", format!("{HEADER_OF_CUSTOMERS}{W24}"));
    case.run(&format!("run w24.csv {CUSTOMERS} --lexicon ./L2 --smallest-cell 7 --out out")).ends(0);
    run_weeks(&case, "out", &[(W23, "L1")], &[]);
    let page = case.run("forget a03 out").ends(0).stdout;
    assert!(page.contains("· 2026-W24: written by another configuration, and compared with"), "{page}");
    let page = case.run("forget b19 out").ends(0).stdout;
    assert!(!page.contains("keep their changes"), "{page}");
}
