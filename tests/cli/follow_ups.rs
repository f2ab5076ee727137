//! Whom to get back to: everybody who gave a score and did not refuse, with what explains the score and who answers for it.

use std::collections::BTreeMap;

use super::util::{Case, Record};
use verbatim::tables::Table;

/// Calls about noise and price, with a team for each.
fn survey(case: &Case) {
    case.write(
        "survey.csv",
        "id,date,score,why,region,ok\n\
         a,2026-01-05,0,太吵了,north,yes\n\
         b,2026-01-05,3,too expensive and noisy,north,是\n\
         c,2026-01-06,8,服务很好，但是太吵,south,Y\n\
         d,2026-01-06,10,服务态度很好,south,yes\n\
         e,2026-01-06,2,,south,yes\n\
         f,2026-01-07,1,太吵了,north,no\n\
         g,2026-01-07,1,太吵了,north,\n\
         h,2026-01-07,,太吵了,north,yes\n",
    );
}

fn by_id(case: &Case, out: &str) -> BTreeMap<String, Record> {
    let rows = case.records(out, Table::FollowUps, None);
    rows.into_iter().map(|row| (row.word("id").to_owned(), row)).collect()
}

#[test]
fn follow_ups_are_of_those_who_gave_a_score_and_agreed() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --consent ok --by region --quiet").ends(0);
    let found = by_id(&case, "out");
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
    let kinds: Vec<&str> = found.values().map(|row| row.word("kind")).collect();
    assert_eq!(kinds, ["call_back", "call_back", "win_over", "thank", "call_back"]);
    let (a, b, c, e) = (&found["a"], &found["b"], &found["c"], &found["e"]);
    assert_eq!((a.word("driver"), a.word("drivers"), a.word("seg_region")), ("noise", "noise", "north"));
    // Noise makes more detractors than price does; what holds the passive back is what it blames.
    assert_eq!((b.word("driver"), b.word("drivers")), ("noise", "noise / price"));
    assert_eq!(c.word("drivers"), "noise");
    assert_eq!((a.number("priority"), e.number("priority"), e.word("drivers")), (Some(1.0), Some(3.0), "null"));
    let attribution = case.records("out", Table::Attribution, Some("2026-W02"));
    let of_noise = attribution.iter().find(|row| row.word("driver") == "noise").unwrap();
    assert_eq!(a.word("function"), of_noise.word("function"));
    // There is no text in it.
    let columns = verbatim::tables::follow_ups_schema(&case.manifest("out").layout);
    assert!(columns.fields().iter().all(|field| !field.name().starts_with("text")));
}

#[test]
fn follow_ups_of_a_survey_that_does_not_ask_are_all_who_gave_a_score() {
    let case = Case::new().sample();
    case.run("run survey.csv --lexicon appliance --quiet").ends(0);
    let mut kinds: BTreeMap<String, f64> = BTreeMap::new();
    for row in case.records("out", Table::FollowUps, None) {
        *kinds.entry(row.word("kind").to_owned()).or_default() += 1.0;
    }
    let all = case.records("out", Table::Nps, Some("all"));
    let total = all.iter().find(|row| row.word("cell_level") == "total").unwrap();
    for (kind, band) in [("call_back", "detractors"), ("win_over", "passives"), ("thank", "promoters")] {
        assert_eq!(Some(kinds[kind]), total.number(band), "{kind}");
    }
}

#[test]
fn follow_ups_follow_later_answers() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --consent ok --by region --quiet").ends(0);
    // One answers again and refuses now, one more agrees; the column is remembered.
    case.write(
        "later.csv",
        "id,date,score,why,region,ok\na,2026-01-08,9,谢谢,north,否\ng,2026-01-08,1,太吵了,north,同意\n",
    );
    case.run("run later.csv --quiet").ends(0);
    let found = by_id(&case, "out");
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), ["b", "c", "d", "e", "g"]);
}

#[test]
fn a_consent_that_is_neither_yes_nor_no_is_a_reject() {
    let case = Case::new();
    case.write("survey.csv", "id,score,why,ok\n1,0,太吵了,perhaps\n2,9,good,yes\n3,10,good,no\n");
    case.run("run survey.csv --text why --consent ok --date none --quiet").ends(1);
    let rejects = case.records("out", Table::Rejects, None);
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0].word("reason"), rejects[0].word("column")), ("bad_consent", "ok"));
    assert!(!rejects[0].word("message").contains("perhaps"));
    case.run("run survey.csv --consent nope").stops_with("unknown_column");
}

#[test]
fn what_call_backs_found_is_taken_in_and_reported() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --consent ok --by region --quiet").ends(0);
    case.write(
        "results.csv",
        "id,date,resolved,new_score\na,2026-01-08,yes,9\nb,2026-01-09,否,4\ne,2026-01-20,,\nnobody,2026-01-09,yes,9\na,yesterday,yes,9\nb,2026-01-01,yes,9\nb,2026-01-10,perhaps,9\nb,2026-01-10,yes,12\n",
    );
    let told = case.run("follow-up import results.csv").ends(1).stdout;
    insta::assert_snapshot!("follow_up_import", told);
    let rows = case.records("out", Table::Recoveries, None);
    assert_eq!(rows.iter().map(|row| row.word("id")).collect::<Vec<_>>(), ["a", "b", "e"]);
    let a = &rows[0];
    assert_eq!(
        (a.number("days"), a.word("resolved"), a.word("band_before"), a.word("band_after")),
        (Some(3.0), "yes", "detractor", "promoter")
    );
    assert_eq!((a.word("driver"), a.word("answered_in")), ("noise", "2026-W02"));
    // Again, with what was found since: the same contact is replaced, a later one of the same respondent is another.
    case.write("more.csv", "id,date,resolved,score\nb,2026-01-09,yes,7\nb,2026-01-15,yes,9\n");
    let imported = case.run("follow-up import more.csv --json").ends(0).json();
    assert_eq!((&imported["taken"], &imported["replaced"], &imported["contacts"]), (&2.into(), &1.into(), &4.into()));
    // A later run leaves it, and the report shows it.
    case.write("later.csv", "id,date,score,why,region,ok\nz,2026-01-08,9,谢谢,north,yes\n");
    case.run("run later.csv --quiet").ends(0);
    assert_eq!(case.records("out", Table::Recoveries, None).len(), 4);
    case.run("report out --lang en --quiet").ends(0);
    let page = std::fs::read_to_string(case.path("report.html")).unwrap();
    assert!(page.contains("data-contacts=\"4\"") && page.contains("data-rate=\"1\""), "three of three are resolved");
    case.run("follow-up import nowhere.csv").stops_with("bad_results");
    case.write("bad.csv", "who,when\n1,2\n");
    case.run("follow-up import bad.csv").stops_with("bad_results");
    case.run("follow-up import results.csv --out nowhere").stops_with("no_output");
    assert!(!case.path("nowhere").exists());
}

#[test]
fn customers_who_answer_again_move_between_bands_in_the_report() {
    let case = Case::new();
    case.write(
        "survey.csv",
        "id,customer,date,score,why\n1,x,2026-01-05,2,太吵了\n2,y,2026-01-05,9,服务很好\n3,x,2026-01-12,9,不吵了\n4,y,2026-01-13,8,\n5,,2026-01-13,3,吵\n",
    );
    case.run("run survey.csv --text why --customer customer --quiet").ends(0);
    case.run("report out --period all --lang en --quiet").ends(0);
    let page = std::fs::read_to_string(case.path("report.html")).unwrap();
    assert!(page.contains("Customers who answered again · n 2"), "two customers did");
}

#[test]
fn results_are_read_as_spreadsheets_save_them() {
    let case = Case::new();
    case.write("survey.csv", "id,date,score,why\na,2026-01-05,2,太吵了\nb,2026-01-05,9,很好\n");
    case.run("run survey.csv --text why --quiet").ends(0);
    case.write("results.csv", "ID;备注;Date;Resolved\na;打了两次;2026/1/8;是\nb;;2026年1月9日;否\n;;;\n");
    case.run("follow-up import results.csv").ends(0);
    let rows = case.records("out", Table::Recoveries, None);
    let found: Vec<_> = rows.iter().map(|row| (row.word("id"), row.number("days"), row.word("resolved"))).collect();
    assert_eq!(found, [("a", Some(3.0), "yes"), ("b", Some(4.0), "no")]);
}
