//! Personal data outside of comments.
//!
//! Not for what is found in a text: unit tests of `redact` do that.

use verbatim::tables::Table;

use super::util::{Case, HEADER, week};

const TABLES: [Table; 5] = [Table::Comments, Table::Mentions, Table::Nps, Table::Contributions, Table::Rejects];

/// Asserts that no table of an output holds this.
#[track_caller]
fn nowhere(case: &Case, out: &str, secret: &str) {
    for table in TABLES {
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
