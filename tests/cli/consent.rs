//! Who may be called: what respondents and customers said is not forgotten, whatever a later file asks.

use std::collections::BTreeSet;

use super::util::Case;
use verbatim::tables::Table;

/// Ids in the lists of follow-ups.
fn listed(case: &Case) -> BTreeSet<String> {
    case.records("out", Table::FollowUps, None).iter().map(|row| row.word("id").to_owned()).collect()
}

#[track_caller]
fn lists(case: &Case, ids: &[&str]) {
    assert_eq!(listed(case), ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>());
}

/// One who agreed, one who refused, one who said nothing.
fn asked() -> Case {
    let case = Case::new();
    case.write(
        "asked.csv",
        "id,date,score,why,agree\nyes,2026-01-05,0,太吵了,yes\nno,2026-01-05,1,太吵了,no\nsilent,2026-01-06,2,太吵了,\n",
    );
    case.run("run asked.csv --text why --consent agree --scale 0-10 --quiet").ends(0);
    lists(&case, &["yes"]);
    case
}

#[test]
fn consent_is_not_forgotten_when_a_later_file_does_not_ask() {
    for (column, flag, said) in [
        (",agree2\n", "", "CONSENT: this input has no column `agree`, by which the output asked"),
        ("\n", "", "CONSENT: this input has no column `agree`, by which the output asked"),
        ("\n", " --consent none", "consent: this input does not ask"),
    ] {
        let case = asked();
        let end = if column == "\n" { "\n" } else { ",yes\n" };
        // The same week: two are replaced, one is new; whoever was not asked anew keeps what was said.
        let rows = ["no,2026-01-07,0,太吵了", "yes,2026-01-07,3,太吵了", "new,2026-01-07,0,太吵了"];
        let rows = rows.map(|row| row.to_owned() + end).concat();
        case.write("later.csv", format!("id,date,score,why{column}{rows}"));
        let report = case.run(&format!("run later.csv --json{flag}")).ends(0).json();
        assert!(report["notices"][0].as_str().unwrap().starts_with(said), "{}", report["notices"]);
        lists(&case, &["yes"]);
        let held = case.records("out", Table::Comments, None);
        let of = |id: &str| held.iter().find(|row| row.word("id") == id).unwrap().word("consent").to_owned();
        assert_eq!([of("no"), of("yes"), of("silent"), of("new")], ["no", "yes", "null", "null"]);
        assert_eq!(case.manifest("out").consent.as_deref(), Some("agree"));
        // A week later the column is there again, and is read without a flag; silence stays no.
        case.write("again.csv", "id,date,score,why,agree\nz,2026-01-12,0,太吵了,同意\nw,2026-01-12,0,太吵了,\n");
        case.run("run again.csv --quiet").ends(0);
        lists(&case, &["yes", "z"]);
    }
}

#[test]
fn another_column_of_consent_asks_anew() {
    let case = asked();
    case.write(
        "later.csv",
        "id,date,score,why,agree2\nno,2026-01-07,0,太吵了,yes\nyes,2026-01-07,0,太吵了,no\nnew,2026-01-07,0,太吵了,\n",
    );
    case.run("run later.csv --consent agree2 --quiet").ends(0);
    lists(&case, &["no"]);
}

#[test]
fn the_column_of_consent_moves_no_figure() {
    let case = asked();
    let before = case.manifest("out").config_hash;
    case.write("later.csv", "id,date,score,why\nnew,2026-01-12,0,太吵了\n");
    case.run("run later.csv --quiet").ends(0);
    assert_eq!(case.manifest("out").config_hash, before);
}

#[test]
fn a_consent_that_cannot_be_read_is_nothing_said_and_the_answer_counts() {
    let case = Case::new();
    case.write("survey.csv", "id,score,why,ok\n1,0,太吵了,ask 王敏\n2,9,good,ＹＥＳ\n3,10,good,拒绝\n4,10,good,N/A\n");
    let report = case.run("run survey.csv --text why --consent ok --date none --json").ends(0).json();
    assert_eq!((&report["rows_rejected"], &report["all"]["n"]), (&0.into(), &4.into()));
    let notices = report["notices"].to_string();
    assert!(notices.contains("of 1 row(s) `ok` says neither yes nor no") && !notices.contains("王敏"), "{notices}");
    lists(&case, &["2"]);
    case.run("run survey.csv --consent nope --out other").stops_with("unknown_column");
}

#[test]
fn codes_of_consent_stop_the_run_until_somebody_says_what_they_mean() {
    let case = Case::new();
    case.write("survey.csv", "id,date,score,why,ok\na,2026-01-05,0,太吵了,1\nb,2026-01-05,1,太吵了,2\n");
    let stopped = case.run("run survey.csv --text why --scale 0-10 --consent ok").stops_with("ambiguous_consent");
    assert!(stopped.stderr.contains("--consent \"ok:1=yes,2=no\""), "{}", stopped.stderr);
    assert!(!case.path("out").exists());
    case.run("run survey.csv --text why --consent ok:1=yes,2=no --scale 0-10 --quiet").ends(0);
    lists(&case, &["a"]);
    // What the values mean is remembered, with the flag and without it.
    case.write("later.csv", "id,date,score,why,ok\nc,2026-01-06,0,太吵了,2\nd,2026-01-06,1,太吵了,1.0\n");
    case.run("run later.csv --quiet").ends(0);
    lists(&case, &["a", "d"]);
    case.run("run later.csv --consent ok --quiet").ends(0);
    case.run("run later.csv --consent ok:1=perhaps").stops_with("bad_consent_values");
}

#[test]
fn the_last_word_of_a_customer_holds_for_all_answers_and_nobody_is_called_twice_about_a_week() {
    let case = Case::new();
    let header = "id,customer,date,score,why,ok\n";
    case.write(
        "survey.csv",
        format!(
            "{header}1,x,2026-01-05,2,太吵了,yes\n2,x,2026-01-07,3,太吵了,\n3,y,2026-01-05,2,太吵了,yes\n4,y,2026-01-06,2,太吵了,no\n\
             5,z,2026-01-05,2,太吵了,no\n6,z,2026-01-06,9,服务很好,yes\n7,,2026-01-06,2,太吵了,yes\n8,w,2026-01-06,2,太吵了,yes\n"
        ),
    );
    case.run("run survey.csv --text why --customer customer --consent ok --quiet").ends(0);
    // x by the newest answer, y not at all, z by the newest of two, who has no customer as always.
    lists(&case, &["2", "6", "7", "8"]);
    // A no of another week takes the customer off the list of a week that the run does not touch.
    case.write("later.csv", format!("{header}9,x,2026-01-13,2,太吵了,no\n10,w,2026-01-13,2,太吵了,yes\n"));
    let report = case.run("run later.csv --json").ends(0).json();
    assert!(report["notices"].to_string().contains("1 customer(s) who no longer agree"), "{}", report["notices"]);
    lists(&case, &["6", "7", "8", "10"]);
    // And off that of a week that is written anew.
    case.write("first.csv", format!("{header}11,x,2026-01-05,2,太吵了,yes\n12,v,2026-01-05,2,太吵了,yes\n"));
    case.run("run first.csv --quiet").ends(0);
    lists(&case, &["6", "7", "8", "10", "12"]);
}
