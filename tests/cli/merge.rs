//! Runs into an output folder that holds answers: late answers, other lexicons, `--replace`.

use verbatim::tables::Table;

use super::util::{Case, HEADER, answer, assert_same, week};

/// `a.csv`: two weeks; `late.csv`: five of the first week's answers changed, and five new ones.
fn late_answers() -> Case {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}{}", week(0..40, 1), week(40..70, 8)));
    case.write("late.csv", format!("{HEADER}{}", late()));
    case.write("whole.csv", format!("{HEADER}{}{}{}", late(), week(5..40, 1), week(40..70, 8)));
    case
}

fn late() -> String {
    let known: String = (0..5).map(|n| answer(&format!("r{n}"), 2, 10 - n, n + 1)).collect();
    let new: String = (100..105).map(|n| answer(&format!("r{n}"), 3, n % 11, n)).collect();
    known + &new
}

/// Asserts that two outputs say the same, whatever the order of rows in files.
#[track_caller]
fn same_rows(case: &Case, one: &str, other: &str) {
    for table in
        Table::ALL.into_iter().filter(|table| !matches!(table, Table::Actions | Table::Recoveries | Table::Rejects))
    {
        let (one, other) = (case.rows(one, table, None), case.rows(other, table, None));
        assert!(!one.is_empty(), "{table:?}");
        assert_eq!(one, other, "{table:?}");
    }
}

#[test]
fn late_answers_merge_by_id() {
    let case = late_answers();
    case.run("run a.csv").ends(0);
    let before = case.tables("out");
    let ran = case.run("run late.csv --scale 0-10").ends(0);
    assert!(
        ran.stdout.contains("10 rows in = 10 tagged + 0 rejected  (5 new, 5 in place of earlier answers)"),
        "{}",
        ran.stdout
    );
    case.run("run whole.csv --out whole").ends(0);
    same_rows(&case, "out", "whole");
    // The second week keeps the bytes of what says nothing of the first.
    let mut after = case.tables("out");
    let second = |files: &mut std::collections::BTreeMap<String, Vec<u8>>| {
        let of_itself = ["comments", "mentions", "nps", "contributions", "voices"];
        files.retain(|name, _| name.contains("2026-W24") && of_itself.iter().any(|table| name.starts_with(table)));
        assert_eq!(files.len(), of_itself.len(), "{:?}", files.keys());
    };
    let mut before = before;
    second(&mut before);
    second(&mut after);
    assert_same(&before, &after);
}

#[test]
fn replace_takes_a_period_from_this_input_alone() {
    let case = late_answers();
    case.run("run a.csv").ends(0);
    let before = case.bytes("out");
    let ran = case.run("run late.csv --scale 0-10 --replace").stops_with("replace_loses_rows");
    assert!(ran.stderr.contains("35 of the 40 respondents out of period 2026-W23"), "{}", ran.stderr);
    assert_same(&before, &case.bytes("out"));
    case.run("run late.csv --scale 0-10 --replace --force").ends(0);
    case.write("replaced.csv", format!("{HEADER}{}{}", late(), week(40..70, 8)));
    case.run("run replaced.csv --out replaced").ends(0);
    same_rows(&case, "out", "replaced");
    // Two of forty are fewer than 5 %.
    case.write("most.csv", format!("{HEADER}{}", week(2..40, 1)));
    case.run("run a.csv --out few").ends(0);
    case.run("run most.csv --out few --replace").ends(0);
    assert_eq!(case.comments("few", "id").len(), 68);
}

#[test]
fn another_lexicon_tags_the_touched_period_again() {
    let case = late_answers();
    case.run("run a.csv").ends(0);
    let core = case.manifest("out").lexicon_hash;
    let ran = case.run("run late.csv --scale 0-10 --lexicon appliance").ends(0);
    assert!(ran.stdout.contains("1 earlier period(s) were tagged with other lexicons"), "{}", ran.stdout);
    let manifest = case.manifest("out");
    assert_ne!(manifest.lexicon_hash, core);
    assert_eq!(manifest.periods["2026-W23"].lexicon_hash, manifest.lexicon_hash);
    assert_eq!(manifest.periods["2026-W24"].lexicon_hash, core);

    case.run("run whole.csv --lexicon appliance --out whole").ends(0);
    for period in ["2026-W23", "all"] {
        for table in [Table::Comments, Table::Mentions, Table::Nps, Table::Contributions] {
            let rows = case.rows("out", table, Some(period));
            assert_eq!(rows, case.rows("whole", table, Some(period)), "{table:?} {period}");
        }
    }
    case.run("run a.csv --out first").ends(0);
    for table in [Table::Comments, Table::Mentions, Table::Nps, Table::Contributions] {
        let week = Some("2026-W24");
        assert_eq!(case.rows("out", table, week), case.rows("first", table, week), "{table:?}");
    }
}

#[test]
fn other_columns_periods_and_scales_do_not_mix() {
    let case = late_answers();
    case.run("run a.csv").ends(0);
    let before = case.bytes("out");
    for flags in [
        "--by score",
        "--period month",
        "--period none",
        "--week-start sunday",
        "--time-zone UTC",
        "--text comment=good",
        "--customer date --date date",
    ] {
        let ran = case.run(&format!("run a.csv {flags}"));
        assert_eq!(ran.code, 2, "{flags}: {}", ran.stdout);
        assert_same(&before, &case.bytes("out"));
    }
    case.run("run a.csv --by score").stops_with("other_layout");
    case.run("run a.csv --period month").stops_with("other_layout");
    let weeks = case.run("run a.csv --week-start sunday").stops_with("other_layout");
    assert!(weeks.stderr.contains("monday there, sunday here"), "{}", weeks.stderr);
    case.run("run a.csv --time-zone UTC").stops_with("other_layout");
    case.run("run a.csv --scale 1-10").stops_with("other_layout");
}

#[test]
fn ids_weights_and_roles_of_other_columns_do_not_mix_and_the_error_shows_both() {
    let case = late_answers();
    case.run("run a.csv --weight none").ends(0);
    for (flags, shows) in [
        ("--id none", "other respondent ids: id there, none here"),
        ("--weight score", "other weights: none there, score here"),
        ("--text comment=good", "other questions: [comment=why] there, [comment=good] here"),
        ("--customer date --date none", "other customer ids: none there, date here"),
    ] {
        let ran = case.run(&format!("run a.csv {flags} --score none")).stops_with("other_layout");
        assert!(ran.stderr.contains(shows), "{flags}: {}", ran.stderr);
    }
}

#[test]
fn files_one_after_another_are_as_all_at_once() {
    let case = Case::new();
    for (name, ids, monday) in [("a.csv", 0..30, 1), ("b.csv", 30..50, 1), ("c.csv", 50..80, 8)] {
        case.write(name, format!("{HEADER}{}x{name},2026-06-0x,9,lost\n", week(ids, monday)));
    }
    case.run("run a.csv b.csv c.csv --date date --date-format %Y-%m-%d --scale 0-10 --out once").ends(1);
    for name in ["c.csv", "a.csv", "b.csv"] {
        case.run(&format!("run {name} --date date --date-format %Y-%m-%d --scale 0-10")).ends(1);
    }
    same_rows(&case, "out", "once");
    assert_eq!(case.rows("out", Table::Rejects, None), case.rows("once", Table::Rejects, None));
}

#[test]
fn a_respondent_whose_new_answer_lies_in_another_week_counts_once() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}{}", week(0..20, 1), week(20..40, 8)));
    case.run("run a.csv").ends(0);
    // All of the first week but one answer again in the second.
    case.write("b.csv", format!("{HEADER}{}", week(1..20, 8)));
    case.run("run b.csv").stops_with("answers_would_move");
    let summary = case.run("run b.csv --json --force").ends(0).json();
    assert_eq!((&summary["rows_replaced"], &summary["rows_added"]), (&19.into(), &0.into()));
    case.write("all.csv", format!("{HEADER}{}{}", week(0..1, 1), week(1..40, 8)));
    case.run("run all.csv --out once").ends(0);
    let sorted = |out: &str| {
        let mut ids = case.comments(out, "id");
        ids.sort();
        ids
    };
    assert_eq!(sorted("out"), sorted("once"));
    assert_eq!(case.rows("out", Table::Nps, None), case.rows("once", Table::Nps, None));

    // The last one leaves too: the first week is there, and empty.
    case.write("c.csv", format!("{HEADER}{}", week(0..1, 8)));
    case.run("run c.csv --replace --force").ends(0);
    let weeks: Vec<u64> = case.manifest("out").periods.values().map(|period| period.comments).collect();
    assert_eq!(weeks, [0, 1]);
}

#[test]
fn an_output_remembers_columns_scale_and_dates() {
    let case = Case::new();
    let row = |id: usize, day: usize, mark: usize| format!("r{id},{day:02}/06/2026,{mark},住得还行 {id}\n");
    let head = "rid,when,mark,said\n";
    let first: String = (0..30).map(|n| row(n, n % 28 + 1, n % 5 + 1)).collect();
    case.write("a.csv", format!("{head}{first}"));
    let flags = "--id rid --date when --date-format %d/%m/%Y --score mark --scale 1-5 --text said=other --period month";
    case.run(&format!("run a.csv {flags}")).ends(0);
    // Six answers of early days would ask for scale and date format, if the folder did not say.
    let late: String = (30..36).map(|n| row(n, n % 4 + 1, n % 3 + 1)).collect();
    case.write("b.csv", format!("{head}{late}"));
    case.run("run b.csv --text said --score mark --out alone").stops_with("ambiguous_scale");
    let ran = case.run("run b.csv --json").ends(0).json();
    assert_eq!((ran["rows_added"].as_u64(), ran["all"]["n"].as_u64()), (Some(6), Some(36)));
    assert!(ran["notices"].to_string().contains("as in the output folder"), "{}", ran["notices"]);
    // A week without answers is a week.
    case.write("c.csv", head);
    let empty = case.run("run c.csv --json").ends(0).json();
    assert_eq!((empty["rows_in"].as_u64(), empty["all"]["n"].as_u64()), (Some(0), Some(36)));
}

#[test]
fn an_output_remembers_week_start_and_time_zone() {
    let case = Case::new();
    // Half past midnight on Sunday, 7 June, in Shanghai.
    let row = |id: usize| format!("r{id},2026-06-06T16:30:00Z,{},\"还行 {id}\"\n", id % 11);
    case.write("a.csv", format!("{HEADER}{}", (0..20).map(row).collect::<String>()));
    case.write("b.csv", format!("{HEADER}{}", (20..40).map(row).collect::<String>()));
    case.run("run a.csv --week-start sunday --time-zone Asia/Shanghai").ends(0);
    let ran = case.run("run b.csv --scale 0-10").ends(0);
    assert!(ran.stdout.contains("time zone: Asia/Shanghai"), "{}", ran.stdout);
    let manifest = case.manifest("out");
    assert_eq!(manifest.periods.keys().collect::<Vec<_>>(), ["2026-06-07"]);
    assert_eq!(manifest.periods["2026-06-07"].comments, 40);
    assert_eq!(
        (&manifest.mapping["week_start"], &manifest.mapping["time_zone"]),
        (&"sunday".into(), &"Asia/Shanghai".into())
    );
}

#[test]
fn the_invited_are_kept_by_period() {
    let case = late_answers();
    case.write("verbatim.toml", "[survey]\ninvited = { 2026-W23 = 100, 2026-W24 = 60 }\n");
    // Of each row: the period, the people invited and the response rate.
    let rates = |out: &str| -> Vec<String> {
        let rows = case.rows(out, Table::Nps, None);
        let part = |row: &str, name: &str| row.split(" | ").find_map(|it| it.strip_prefix(name)).unwrap().to_owned();
        rows.iter()
            .map(|row| format!("{} {} {}", &row[..8], part(row, "invited="), part(row, "response_rate=")))
            .collect()
    };
    case.run("run a.csv --out told").ends(0);
    // 40 of 100, 30 of 60, 70 of 160.
    assert_eq!(rates("told"), ["2026-W23 100 0.4", "2026-W24 60 0.5", "all: cel 160 0.4375"]);
    case.run("run late.csv --scale 0-10 --out told --config empty.toml").stops_with("io");
    case.write("empty.toml", "");
    // A later run still knows them: 45 of 100, 75 of 160. A flag goes before the key.
    case.run("run late.csv --scale 0-10 --out told --config empty.toml").ends(0);
    assert_eq!(rates("told"), ["2026-W23 100 0.45", "2026-W24 60 0.5", "all: cel 160 0.46875"]);
    case.run("run late.csv --out told --invited 90").ends(0);
    assert_eq!(rates("told"), ["2026-W23 90 0.5", "2026-W24 60 0.5", "all: cel 150 0.5"]);
    let before = case.bytes("told");
    case.run("run late.csv --out told --invited 44").stops_with("invited_too_few");
    assert_same(&before, &case.bytes("told"));
    // One week is not known, so that all together are not.
    case.run("run a.csv --out half --config empty.toml --invited 2026-W24=60").ends(0);
    assert_eq!(rates("half"), ["2026-W23 null null", "2026-W24 60 0.5", "all: cel null null"]);
    case.run("run a.csv --out half --config empty.toml --invited 60").stops_with("invited_which_period");
    // Segments are not known of those who were invited and did not answer.
    case.run("run a.csv --out cells --by score").ends(0);
    let known = rates("cells").iter().filter(|row| !row.ends_with("null null")).count();
    assert_eq!(known, 3);
}

#[test]
fn the_bundled_sample_and_a_survey_do_not_mix() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..30, 1)));
    case.run("run a.csv").ends(0);
    let before = case.bytes("out");
    case.run("run").stops_with("sample_and_survey");
    assert_same(&before, &case.bytes("out"));
    case.run("run --out sample").ends(0);
    case.run("run a.csv --out sample").stops_with("sample_and_survey");
    case.run("run --out sample").ends(0);
}
