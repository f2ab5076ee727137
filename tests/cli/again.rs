//! Weeks whose ids, sheets, rows or scores would take the place of others, or count twice, in silence.
//!
//! Not for how rows are merged (`merge`), nor for what a folder remembers (`weekly`).

use verbatim::tables::Table;

use super::util::{Case, HEADER, Ran, assert_same};

/// A folder with the lexicon `small`.
fn case() -> Case {
    let case = Case::new();
    case.write("small/lexicon.toml", "name = \"ours\"\nversion = \"1\"\n");
    case.write("small/drivers/noise.toml", "id = \"noise\"\n[negative]\nen = [\"loud\"]\n");
    case
}

/// The first run into `out`, then another one by what the folder remembers.
fn first(case: &Case, args: &str) {
    case.run(&format!("run {args} --lexicon small --scale 0-10 --quiet")).ends(0);
}

/// So many answers from a day of June on, three a day, numbered from 1: `id,date,score,comment`; `what` is in all comments.
fn answers(count: usize, monday: usize, what: &str) -> Vec<String> {
    let row = |n: usize| {
        format!("{},2026-06-{:02},{},{what} number {n} of all machines\n", n + 1, monday + n % 7, n * 7 % 11)
    };
    (0..count).map(row).collect()
}

/// The same without ids.
fn without_ids(rows: &[String]) -> String {
    let rows: String = rows.iter().map(|row| row.split_once(',').unwrap().1).collect();
    format!("date,score,comment\n{rows}")
}

fn with_ids(rows: &[String]) -> String {
    format!("{HEADER}{}", rows.concat())
}

/// Asserts that a run stops with this code and these words, and changes nothing.
#[track_caller]
fn stops(case: &Case, args: &str, code: &str, words: &[&str]) -> Ran {
    let before = case.bytes("out");
    let ran = case.run(args).stops_with(code);
    for word in words {
        assert!(ran.stderr.contains(word), "no `{word}`: {}", ran.stderr);
    }
    assert_same(&before, &case.bytes("out"));
    ran
}

fn counted(case: &Case) -> Vec<u64> {
    case.manifest("out").periods.values().map(|period| period.comments).collect()
}

#[test]
fn ids_that_begin_anew_each_week_do_not_rewrite_the_week_before() {
    let case = case();
    case.write("w23.csv", with_ids(&answers(80, 1, "first")));
    case.write("w24.csv", with_ids(&answers(60, 8, "second")));
    first(&case, "w23.csv");
    for flags in ["", " --replace"] {
        let said = ["60 of the 80 respondents of 2026-W23", "`--id COLUMN`", "`--id none`", "--force"];
        stops(&case, &format!("run w24.csv{flags}"), "answers_would_move", &said);
    }
    case.run("run w24.csv --force --quiet").ends(0);
    assert_eq!(counted(&case), [20, 60]);
    // One week's dates corrected by a few, and late answers, are no other people's.
    let mut corrected = answers(60, 8, "second");
    for row in &mut corrected[..3] {
        *row = row
            .replace("2026-06-08", "2026-06-16")
            .replace("2026-06-09", "2026-06-16")
            .replace("2026-06-10", "2026-06-16");
    }
    case.write("corrected.csv", with_ids(&corrected));
    case.run("run corrected.csv --quiet").ends(0);
    assert_eq!(counted(&case), [20, 57, 3]);
}

#[test]
fn ids_that_begin_anew_stop_where_both_weeks_are_touched() {
    let case = case();
    case.write("w23.csv", with_ids(&answers(80, 1, "first")));
    let mut rows = answers(60, 8, "second");
    rows.push("900,2026-06-03,9,late\n".to_owned());
    case.write("w24.csv", with_ids(&rows));
    first(&case, "w23.csv");
    for flags in ["", " --replace"] {
        stops(&case, &format!("run w24.csv{flags}"), "answers_would_move", &["60 of the 80 respondents of 2026-W23"]);
    }
}

#[test]
fn a_cumulative_export_without_ids_does_not_count_people_twice() {
    let case = case();
    let (old, new) = (answers(80, 1, "first"), answers(60, 8, "second"));
    case.write("w23.csv", without_ids(&old));
    case.write("both.csv", without_ids(&[old.clone(), new].concat()));
    first(&case, "w23.csv");
    let said = ["80 of 80 answers of 2026-W23", "--replace", "--id COLUMN", "--force"];
    stops(&case, "run both.csv", "answers_come_again", &said);
    // The same file again is the same rows.
    case.run("run w23.csv --quiet").ends(0);
    assert_eq!(counted(&case), [80]);
    // The way out is one: nobody is lost by it.
    case.run("run both.csv --replace --quiet").ends(0);
    assert_eq!(counted(&case), [80, 60]);
    case.run("run w23.csv --force --quiet").ends(0);
    assert_eq!(counted(&case), [160, 60]);
}

#[test]
fn a_corrected_export_without_ids_replaces_and_one_of_other_people_does_not() {
    let case = case();
    let rows = answers(80, 1, "first");
    case.write("w23.csv", without_ids(&rows));
    let mut fixed = rows.clone();
    fixed[5] = "6,2026-06-06,10,corrected by hand\n".to_owned();
    case.write("fixed.csv", without_ids(&fixed));
    case.write("others.csv", without_ids(&answers(80, 1, "other")));
    first(&case, "w23.csv");
    stops(&case, "run fixed.csv", "answers_come_again", &["79 of 80 answers of 2026-W23"]);
    stops(&case, "run others.csv --replace", "replace_loses_rows", &["80 of the 80"]);
    case.run("run fixed.csv --replace --quiet").ends(0);
    assert_eq!(counted(&case), [80]);
    // Other people of the same week come beside them.
    case.run("run others.csv --quiet").ends(0);
    assert_eq!(counted(&case), [160]);
}

/// A file with other line ends, and one whose scores were corrected, counted everybody again.
#[test]
fn short_answers_and_answers_with_other_scores_that_come_again_are_asked_about() {
    let case = case();
    let short = |n: usize| format!("2026-06-{:02},{},{}\n", 1 + n % 7, n * 7 % 11, ["很吵", "态度好", "太贵"][n % 3]);
    let short: String = (0..200).map(short).collect();
    case.write("short.csv", format!("date,score,comment\n{short}"));
    case.write("resaved.csv", format!("\u{feff}date,score,comment\n{short}").replace('\n', "\r\n"));
    first(&case, "short.csv");
    stops(&case, "run resaved.csv", "answers_come_again", &["of 2026-W23", "that can be told apart"]);
    let long = answers(80, 8, "second");
    case.write("long.csv", without_ids(&long));
    let other = |row: &String| {
        let fields: Vec<&str> = row.splitn(4, ',').collect();
        format!("{},{},{},{}", fields[0], fields[1], 10 - fields[2].parse::<u32>().unwrap(), fields[3])
    };
    case.write("corrected.csv", without_ids(&long.iter().map(other).collect::<Vec<_>>()));
    case.run("run long.csv --quiet").ends(0);
    stops(&case, "run corrected.csv", "answers_come_again", &["80 of 80 answers of 2026-W24"]);
    case.run("run corrected.csv --replace --quiet").ends(0);
    assert_eq!(counted(&case), [200, 80]);
}

/// Two states of a cumulative export in one run counted everybody of the earlier one twice.
#[test]
fn files_of_one_run_that_hold_the_same_answers_without_ids_are_asked_about() {
    let case = case();
    let answers = answers(80, 1, "first");
    case.write("monday.csv", without_ids(&answers[..40]));
    case.write("sunday.csv", without_ids(&answers));
    let flags = "--lexicon small --scale 0-10";
    let asked = case.run(&format!("run *day.csv {flags}")).stops_with("answers_come_again").stderr;
    for word in ["monday.csv", "sunday.csv", "hold 40 longer answers in common", "of the 40"] {
        assert!(asked.contains(word), "no `{word}`: {asked}");
    }
    assert!(!case.path("out/_run.json").exists());
    case.run(&format!("run *day.csv {flags} --quiet --force")).ends(0);
    assert_eq!(counted(&case), [120]);
    // With ids, a row that comes again is a reject, as ever.
    case.write("monday-ids.csv", with_ids(&answers[..40]));
    case.write("sunday-ids.csv", with_ids(&answers));
    case.run(&format!("run *-ids.csv {flags} --quiet --id id --out ids")).ends(1);
    assert_eq!(case.comments("ids", "id").len(), 80);
}

#[test]
fn short_answers_and_set_phrases_that_repeat_are_other_people() {
    let case = case();
    let row = |n: usize, said: &str| format!("{n},2026-06-{:02},10,{said}\n", 1 + n % 7);
    let set = |from: usize, what: &str| -> Vec<String> {
        let phrases = (from..from + 60).map(|n| row(n, "the customer left no words and is pleased by default"));
        let short = (from..from + 60).map(|n| row(n, "all fine"));
        let own = (from..from + 20).map(|n| row(n, &format!("{what} machine number {n} of mine")));
        phrases.chain(short).chain(own).collect()
    };
    case.write("a.csv", without_ids(&set(0, "first")));
    case.write("b.csv", without_ids(&set(100, "second")));
    first(&case, "a.csv");
    case.run("run b.csv --quiet").ends(0);
    assert_eq!(counted(&case), [280]);
}

#[test]
fn a_second_sheet_without_ids_does_not_erase_the_first() {
    let case = case();
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, monday) in [("W23", 1), ("W24", 8)] {
        let page = book.add_worksheet().set_name(name).unwrap();
        page.write_row(0, 0, ["date", "score", "comment"]).unwrap();
        for (row, answer) in (1..).zip(answers(30, monday, name)) {
            let fields: Vec<&str> = answer.trim_end().split(',').skip(1).collect();
            page.write_row(row, 0, fields).unwrap();
        }
    }
    book.save(case.path("weeks.xlsx")).unwrap();
    first(&case, "weeks.xlsx --sheet W23");
    for _ in 0..2 {
        case.run("run weeks.xlsx --sheet W24 --quiet").ends(0);
        assert_eq!(counted(&case), [30, 30]);
    }
    let digest = case.manifest("out").inputs[0].digest[..12].to_owned();
    let ids = case.comments("out", "id");
    for id in ["1-1", "1-30", "2-1", "2-30"] {
        assert!(ids.contains(&format!("{digest}-{id}")), "{id}: {ids:?}");
    }
}

/// The rejects of a workbook were kept by the file alone: reading its second sheet forgot those of the first.
#[test]
fn a_second_sheet_does_not_erase_the_rejects_of_the_first() {
    let case = case();
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, day) in [("W23", "2026-06-01"), ("W24", "2026-06-08")] {
        let page = book.add_worksheet().set_name(name).unwrap();
        page.write_row(0, 0, ["id", "date", "score", "comment"]).unwrap();
        for (row, score) in (1..).zip(["0", "77", "10"]) {
            page.write_row(row, 0, [&format!("{name}-{row}"), day, score, "clean rooms"]).unwrap();
        }
    }
    book.save(case.path("weeks.xlsx")).unwrap();
    case.run("run weeks.xlsx --sheet W23 --period week --scale 0-10 --out out --quiet").ends(1);
    for _ in 0..2 {
        case.run("run weeks.xlsx --sheet W24 --quiet").ends(1);
        let rejects = case.records("out", Table::Rejects, None);
        let sheets: Vec<&str> = rejects.iter().map(|row| row.word("sheet")).collect();
        assert_eq!(sheets, ["W23", "W24"]);
    }
}

#[test]
fn a_week_on_a_shorter_scale_is_not_read_by_the_remembered_one_in_silence() {
    let case = case();
    case.write("w23.csv", with_ids(&answers(80, 1, "first")));
    first(&case, "w23.csv");
    let short = |count: usize| -> String {
        let rows = (0..count).map(|n| format!("s{n},2026-06-{:02},{},service\n", 8 + n % 7, 1 + n % 5));
        format!("{HEADER}{}", rows.collect::<String>())
    };
    case.write("short.csv", short(40));
    case.write("few.csv", short(19));
    let said = ["above 5", "holds answers on 0–10", "`--scale 0-10`", "`--scale 1-5 --out DIR`"];
    stops(&case, "run short.csv", "ambiguous_scale", &said);
    stops(&case, "run short.csv --scale 1-5", "other_layout", &["0-10 there, 1-5 here"]);
    case.run("run few.csv --quiet").ends(0);
    case.run("run short.csv --scale 0-10 --quiet").ends(0);
    assert_eq!(counted(&case), [80, 40]);
}
