//! Personal data outside of comments, and in answers that an output held before redaction was on.
//!
//! Not for what is found in a text: unit tests of `redact` do that.

use verbatim::tables::Table;

use super::util::{Case, HEADER, answer, assert_same, week};

/// Asserts that no table of an output holds this.
#[track_caller]
fn nowhere(case: &Case, out: &str, secret: &str) {
    for table in Table::ALL {
        let rows = case.rows(out, table, None);
        assert!(!rows.iter().any(|row| row.contains(secret)), "{table:?}: {rows:#?}");
    }
}

/// Twenty answers with a phone number as id, an address as customer, and a phone number in every fourth branch.
fn branches() -> Case {
    let case = Case::new();
    let row = |n: usize| {
        let branch = if n.is_multiple_of(4) { "North 138\u{A0}0000\u{A0}0001" } else { "South" };
        format!("139000000{n:02},c{}@shop.cn,{branch},2026-06-01,{},师傅态度很好\n", n / 2, n % 11)
    };
    let rows: String = (0..20).map(row).collect();
    case.write("a.csv", format!("phone,customer,branch,date,score,comment\n{rows}"));
    case
}

#[test]
fn a_segment_with_a_phone_number_is_redacted() {
    let case = branches();
    let report = case.run("run a.csv --by branch --text comment --json").ends(0).json();
    nowhere(&case, "out", "0000\u{A0}0001");
    let values = case.comments("out", "seg_branch");
    assert_eq!(values.iter().filter(|value| *value == "North ***·****·****").count(), 5, "{values:?}");
    for table in [Table::Nps, Table::Contributions] {
        let rows = case.rows("out", table, Some("all"));
        assert!(rows.iter().any(|row| row.contains("seg_branch=North ***·****·****")), "{rows:#?}");
    }
    assert_eq!(report["redactions"], serde_json::json!([["phone", 5]]));
    assert!(report["notices"].as_array().unwrap().contains(
        &"by: column `branch` holds what looks like phone numbers (5 of 20 values looked at); it is blanked out, and segments that differ in nothing else become one".into()
    ), "{report}");
    let raw = case.run("run a.csv --by branch --text comment --no-redact --json --out raw").ends(0).json();
    assert_eq!(raw["redactions"], serde_json::json!([]));
    assert!(case.comments("raw", "seg_branch").contains(&"North 138\u{A0}0000\u{A0}0001".to_owned()));
}

#[test]
fn ids_that_are_personal_data_stay_and_are_said() {
    let case = branches();
    let columns = "--id phone --customer customer --text comment";
    let ran = case.run(&format!("run a.csv {columns}")).ends(0);
    for notice in [
        "id: column `phone` holds what looks like phone numbers (20 of 20 values looked at); ids are written as they are; name another column with `--id`, or put keys in their place before the run",
        "customer: column `customer` holds what looks like e-mail addresses (20 of 20 values looked at); customer ids are written as they are; name another column with `--customer`, or put keys in their place before the run",
    ] {
        assert!(ran.stdout.contains(notice), "{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("blanked out before tagging"), "{}", ran.stdout);
    assert_eq!(case.comments("out", "id")[7], "13900000007");
    assert_eq!(case.comments("out", "customer")[0], "c0@shop.cn");
    // Who writes all as it is, and who has keys for ids, is told nothing.
    case.write("plain.csv", format!("{HEADER}{}", week(0..20, 1)));
    for args in [&format!("a.csv {columns} --no-redact"), "plain.csv"] {
        let ran = case.run(&format!("run {args} --out other-{}", args.len())).ends(0);
        assert!(!ran.stdout.contains("looks like"), "{}", ran.stdout);
    }
}

/// `a.csv`: two weeks of answers with a phone number in some; `late.csv`: some of the first week again; `whole.csv`: both.
fn stored() -> Case {
    let case = Case::new();
    let telling =
        |n: usize, day| format!("p{n},2026-06-{day:02},3,\"太吵了 13812345{n:03}, noise 138—1234—5{n:03}\"\n");
    let first: String = (0..10).map(|n| telling(n, 2)).collect();
    let second: String = (10..20).map(|n| telling(n, 9)).collect();
    let late: String = (0..5).map(|n| answer(&format!("r{n}"), 2, 10 - n, n + 1)).collect();
    let (week_1, week_2) = (week(5..40, 1), week(40..70, 8));
    case.write("a.csv", format!("{HEADER}{first}{}{week_2}{second}", week(0..40, 1)));
    case.write("late.csv", format!("{HEADER}{late}"));
    case.write("whole.csv", format!("{HEADER}{first}{week_1}{late}{week_2}{second}"));
    case
}

#[test]
fn answers_stored_without_redaction_are_redacted_when_their_period_is_touched() {
    for lexicon in ["core", "appliance"] {
        let case = stored();
        case.run("run a.csv --no-redact").ends(0);
        let report = case.run(&format!("run late.csv --scale 0-10 --lexicon {lexicon} --json")).ends(0).json();
        // Two in each of the first week's ten; the second week is not touched.
        assert_eq!(report["redactions"], serde_json::json!([["phone", 20]]));
        assert!(
            report["notices"].to_string().contains("1 earlier period(s) were written without redaction"),
            "{report}"
        );
        case.run(&format!("run whole.csv --lexicon {lexicon} --out whole")).ends(0);
        let first = Some("2026-W23");
        for table in [Table::Comments, Table::Mentions, Table::Nps, Table::Contributions] {
            assert_eq!(case.rows("out", table, first), case.rows("whole", table, first), "{table:?}");
        }
        assert_eq!(case.rows("out", Table::Nps, Some("all")), case.rows("whole", Table::Nps, Some("all")));
    }
}

#[test]
fn a_period_knows_whether_all_of_its_rows_are_redacted() {
    let case = stored();
    let redacted = || -> Vec<bool> { case.manifest("out").periods.values().map(|it| it.redaction > 0).collect() };
    case.run("run a.csv --no-redact").ends(0);
    assert_eq!(redacted(), [false, false]);
    case.run("run late.csv --scale 0-10").ends(0);
    assert_eq!(redacted(), [true, false]);
    let report = case.run("run late.csv --scale 0-10 --json").ends(0).json();
    assert_eq!(report["redactions"], serde_json::json!([]));
    case.write("one.csv", format!("{HEADER}{}", answer("r40", 8, 7, 0)));
    let report = case.run("run one.csv --scale 0-10 --json").ends(0).json();
    assert_eq!(report["redactions"], serde_json::json!([["phone", 20]]));
    assert!(!report["notices"].to_string().contains("without redaction"), "{report}");
    assert_eq!(redacted(), [true, true]);
    for secret in ["13812345", "138—1234"] {
        nowhere(&case, "out", secret);
    }
    // A run that writes texts as they are leaves a period of both kinds.
    case.run("run late.csv --scale 0-10 --no-redact").ends(0);
    assert_eq!(redacted(), [false, true]);
}

#[test]
fn stored_segments_are_redacted_also_in_the_cells_of_all_periods() {
    let case = Case::new();
    let row = |id: usize, day: usize| format!("r{id},2026-06-{day:02},9,good,138123400{:02}\n", id % 2);
    let header = "id,date,score,comment,branch\n";
    case.write("a.csv", format!("{header}{}{}", row(1, 1), row(2, 8)));
    case.write("b.csv", format!("{header}{}", row(3, 1)));
    case.run("run a.csv --by branch --text comment --no-redact").ends(0);
    case.run("run b.csv --by branch --text comment").ends(0);
    for period in ["2026-W23", "all"] {
        for table in [Table::Comments, Table::Nps, Table::Contributions] {
            let rows = case.rows("out", table, Some(period));
            assert!(!rows.iter().any(|row| row.contains("138123400")), "{table:?}: {rows:#?}");
        }
    }
}

#[test]
fn redacted_rows_keep_their_bytes_in_a_later_run() {
    let case = stored();
    for out in ["out", "twice"] {
        case.run(&format!("run a.csv --out {out}")).ends(0);
        case.run(&format!("run late.csv --scale 0-10 --out {out}")).ends(0);
    }
    case.run("run late.csv --scale 0-10 --out twice").ends(0);
    assert_same(&case.tables("out"), &case.tables("twice"));
}

#[test]
fn rejects_quote_nothing_that_was_written() {
    let case = Case::new();
    let secret = "13812345678";
    let mut rows = week(0..40, 1);
    for row in [
        format!("x1,2026-06-01,call {secret},text,1\n"),
        format!("x2,2026-06-01,{secret},text,1\n"),
        format!("x3,{secret},9,text,1\n"),
        format!("x4,2026-06-01,9,text,{secret}\n"),
        format!("x5,2026-06-01,9,text,1,{secret}\n"),
        format!("x6,2026-06-01,9,{},1\n", format!("{secret} ").repeat(100_000)),
    ] {
        rows += &row;
    }
    let weighted = rows.replace("\"\n", "\",1\n");
    case.write("a.csv", format!("id,date,score,comment,weight\n{weighted}"));
    case.write("a.jsonl", format!("{{\"score\":9,\"comment\":\"fine, thanks\"}}\n{{\"{secret}\": {secret}\n"));
    let columns = "--date date --date-format %Y-%m-%d --scale 0-10 --weight weight";
    let ran = case.run(&format!("run a.csv --id id {columns}")).ends(1);
    assert_eq!(case.rows("out", Table::Rejects, None).len(), 6, "{}", ran.stdout);
    nowhere(&case, "out", secret);
    assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
    let ran = case.run("run a.jsonl --out lines").ends(1);
    nowhere(&case, "lines", secret);
    assert!(!ran.stdout.contains(secret), "{}", ran.stdout);

    case.write("twice.csv", format!("{HEADER}{secret},2026-06-01,9,text\n{secret},2026-06-02,8,text\n"));
    case.run("run twice.csv --id id --out twice").ends(1);
    let rejects = case.rows("twice", Table::Rejects, None);
    assert!(rejects.len() == 1 && !rejects[0].contains(secret), "{rejects:?}");
}

/// A survey whose comments hold a phone number, an address and an order number.
fn ordered() -> Case {
    let case = Case::new();
    let row =
        |n: usize| format!("r{n},2026-06-{:02},{},师傅很好 13812345678 a@b.cn 订单AB12345678\n", n % 9 + 1, n % 11);
    case.write("a.csv", format!("{HEADER}{}", (0..20).map(row).collect::<String>()));
    case.write("late.csv", format!("{HEADER}{}", row(30)));
    case
}

const OWN: &str =
    "[redact]\nkinds = [\"email\"]\n\n[[redact.pattern]]\nname = \"order_number\"\nregex = '[A-Z]{2}[0-9]{8}'\n";

#[test]
fn kinds_and_patterns_are_those_that_are_asked_for() {
    let case = ordered();
    let texts = |args: &str, config: &str| {
        case.write("verbatim.toml", config);
        let out = format!("out-{}", args.len() + config.len());
        let report = case.run(format!("run a.csv --json --out {out} {args}").trim_end()).ends(0).json();
        let text = case.comments(&out, "text")[0].clone();
        (text, report["redactions"].to_string())
    };
    for (args, config, text, counts) in [
        ("", "", "师傅很好 *********** ****** 订单AB12345678", r#"[["email",20],["phone",20]]"#),
        ("--redact phone", "", "师傅很好 *********** a@b.cn 订单AB12345678", r#"[["phone",20]]"#),
        ("--redact phone,email", "", "师傅很好 *********** ****** 订单AB12345678", r#"[["email",20],["phone",20]]"#),
        ("", OWN, "师傅很好 13812345678 ****** 订单**********", r#"[["email",20],["order_number",20]]"#),
        ("--redact phone", OWN, "师傅很好 *********** a@b.cn 订单**********", r#"[["order_number",20],["phone",20]]"#),
        ("--no-redact", OWN, "师傅很好 13812345678 a@b.cn 订单AB12345678", "[]"),
        ("", "[redact]\nkinds = []\n", "师傅很好 13812345678 a@b.cn 订单AB12345678", "[]"),
        ("", "[tagging]\nredact = false\n", "师傅很好 13812345678 a@b.cn 订单AB12345678", "[]"),
    ] {
        assert_eq!(texts(args, config), (text.to_owned(), counts.to_owned()), "{args} {config}");
    }
    let ran = case.run("run a.csv --redact phone --out said").ends(0);
    assert!(ran.stdout.contains("blanked out before tagging: 20 phone"), "{}", ran.stdout);
    assert_eq!(case.manifest("said").redactions, [("phone".to_owned(), 20)].into());
    // Commands that have no flag for it follow the file's patterns, and blank out all kinds.
    case.write("verbatim.toml", OWN);
    case.write(
        "gold.csv",
        (0..20).fold("id,label,polarity\n".to_owned(), |all, n| all + &format!("r{n},price,negative\n")),
    );
    let ran = case.run("evaluate a.csv --gold gold.csv --id id --text comment").ends(0);
    assert!(ran.stdout.contains("师傅很好 *********** ****** 订单**********"), "{}", ran.stdout);
}

#[test]
fn another_choice_of_kinds_redacts_again_what_it_touches() {
    let case = ordered();
    case.run("run a.csv --redact phone").ends(0);
    let version = |case: &Case| case.manifest("out").periods["2026-W23"].redaction;
    let before = (version(&case), case.manifest("out").config_hash);
    case.write("verbatim.toml", OWN);
    let report = case.run("run late.csv --scale 0-10 --json").ends(0).json();
    assert!(before.0 != version(&case) && before.1 != case.manifest("out").config_hash);
    let first: Vec<String> = case.comments("out", "text");
    // Rows of the touched week are redacted by both; the other week's are as they were, and the run says so.
    assert!(first.contains(&"师傅很好 *********** ****** 订单**********".to_owned()), "{first:?}");
    assert!(first.contains(&"师傅很好 *********** a@b.cn 订单AB12345678".to_owned()), "{first:?}");
    assert!(
        report["notices"]
            .to_string()
            .contains("1 earlier period(s) were written without redaction, or with that of another version"),
        "{report}"
    );
}

#[test]
fn what_is_no_pattern_is_named_with_its_place() {
    let case = ordered();
    let pattern = |name: &str, regex: &str| format!("[[redact.pattern]]\nname = \"{name}\"\nregex = '{regex}'\n");
    for (config, code, place) in [
        (pattern("Order", "a"), "bad_pattern", "verbatim.toml:2:8"),
        (pattern("phone", "a"), "bad_pattern", "verbatim.toml:2:8"),
        (pattern("order", "(a"), "bad_pattern", "verbatim.toml:3:9"),
        (pattern("order", "a*"), "bad_pattern", "verbatim.toml:3:9"),
        (pattern("a", "b") + &pattern("a", "c"), "bad_pattern", "verbatim.toml:5:8"),
        ("[redact]\nkinds = [\"phone\", \"name\"]\n".to_owned(), "config", "verbatim.toml:2:"),
        ("[redact]\npatterns = []\n".to_owned(), "config", "verbatim.toml:2:1"),
    ] {
        case.write("verbatim.toml", &config);
        let ran = case.run("run a.csv").stops_with(code);
        assert!(ran.stderr.contains(place), "{config}{}", ran.stderr);
    }
    std::fs::remove_file(case.path("verbatim.toml")).unwrap();
    let ran = case.run("run a.csv --redact names").ends(2);
    assert!(ran.stderr.contains("kinds are phone, email, id_card, bank_card, plate, account"), "{}", ran.stderr);
    case.run("run a.csv --redact phone --no-redact").ends(2);
}

#[test]
fn a_column_that_is_called_by_personal_data_is_refused() {
    let case = Case::new();
    let row = |n: usize| format!("r{n},2026-06-01,{},fine {n},north\n", n % 11);
    let rows: String = (0..20).map(row).collect();
    case.write("a.csv", format!("id,date,score,comment,13812345678\n{rows}"));
    let ran = case.run("run a.csv --by 13812345678").stops_with("personal_column");
    assert!(ran.stderr.contains("column `***********` is called by what looks like phone numbers"), "{}", ran.stderr);
    // One that is not read is nowhere.
    case.run("run a.csv").ends(0);
    case.run("run a.csv --by 13812345678 --no-redact --out raw").ends(0);
}
