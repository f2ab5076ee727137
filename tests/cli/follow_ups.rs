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
    assert_eq!((a.number("priority"), e.number("priority"), e.word("drivers")), (Some(1.0), Some(3.0), ""));
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
