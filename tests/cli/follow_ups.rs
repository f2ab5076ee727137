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
    assert!(
        page.contains("data-called=\"3\" data-wanted=\"3\"")
            && page.contains("data-contacts=\"4\"")
            && page.contains("data-rate=\"1\""),
        "three of three are resolved"
    );
    case.run("follow-up import nowhere.csv").stops_with("bad_results");
    case.write("bad.csv", "who,when\n1,2\n");
    case.run("follow-up import bad.csv").stops_with("bad_results");
    case.run("follow-up import results.csv --out nowhere").stops_with("no_output");
    assert!(!case.path("nowhere").exists());
}

/// The page of a report in English.
fn page(case: &Case, flags: &str) -> String {
    case.run(&format!("report out --lang en --quiet{flags}")).ends(0);
    std::fs::read_to_string(case.path("report.html")).unwrap()
}

#[test]
fn the_report_counts_people_and_promoters_who_are_thanked_resolve_nothing() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --by region --quiet").ends(0);
    let empty = page(&case, "");
    assert!(empty.contains("data-wanted=\"5\"") && empty.contains("verbatim follow-up list"), "nobody is called yet");
    // One person three times, who is resolved at last; one who is not; a promoter who is thanked.
    case.write(
        "calls.csv",
        "id,date,resolved,score\na,2026-01-07,no,\na,2026-01-09,yes,7\na,2026-01-12,,\nb,2026-01-09,no,2\nd,2026-01-09,yes,10\n",
    );
    case.run("follow-up import calls.csv --quiet").ends(0);
    let told = page(&case, "");
    for wanted in ["data-called=\"2\" data-wanted=\"5\"", "data-contacts=\"4\"", "data-rate=\"0.5\"", "−100.0 → −50.0"]
    {
        assert!(told.contains(wanted), "{wanted} is not in the section: {}", section(&told));
    }
    // Another week has none, and says where there are some.
    case.write("later.csv", "id,date,score,why,region,ok\nz,2026-01-12,0,太吵了,north,yes\n");
    case.run("run later.csv --quiet").ends(0);
    let later = page(&case, "");
    assert!(later.contains("of 1 other period(s), the last one 2026-W02"), "{}", section(&later));
}

/// The part of a page that tells of contacts.
fn section(page: &str) -> &str {
    let from = page.find("data-wanted").unwrap_or_default();
    &page[page.floor_char_boundary(from.saturating_sub(400))..page.ceil_char_boundary((from + 3000).min(page.len()))]
}

#[test]
fn blank_fields_of_a_later_file_keep_what_was_found() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --by region --quiet").ends(0);
    case.write("one.csv", "id,date,resolved,score\na,2026-01-08,yes,9\n");
    case.write("two.csv", "id,date,resolved,score\na,2026/1/8 0:00,,\n");
    case.run("follow-up import one.csv --quiet").ends(0);
    let before = case.rows("out", Table::Recoveries, None);
    case.run("follow-up import two.csv --quiet").ends(0);
    assert_eq!(case.rows("out", Table::Recoveries, None), before);
}

#[test]
fn a_contact_stays_what_it_was_when_the_answer_is_corrected_or_moves() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --by region --quiet").ends(0);
    case.write("calls.csv", "id,date,resolved,score\na,2026-01-08,yes,9\n");
    case.run("follow-up import calls.csv --quiet").ends(0);
    let before = case.rows("out", Table::Recoveries, None);
    // The score was another one, and the day too: even one after the contact.
    for row in ["a,2026-01-05,8,太吵了,north,yes", "a,2026-01-12,8,太吵了,north,yes"] {
        case.write("later.csv", format!("id,date,score,why,region,ok\n{row}\n"));
        case.run("run later.csv --quiet").ends(0);
        case.run("follow-up import calls.csv --quiet").ends(0);
        assert_eq!(case.rows("out", Table::Recoveries, None), before, "{row}");
    }
    assert!(page(&case, " --period 2026-W02").contains("data-called=\"1\""), "it is counted where it was");
}

#[test]
fn an_id_that_nobody_has_may_be_a_phone_number_and_is_not_printed() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --by region --quiet").ends(0);
    case.write(
        "calls.csv",
        "id,date\n13800138000,2026-01-08\n13800138001,yesterday\nann@mail.com,2199-01-01\nb,2199-01-01\n",
    );
    for flag in ["", " --json"] {
        let told = case.run(&format!("follow-up import calls.csv{flag}")).ends(1).stdout;
        assert!(!told.contains("13800138") && !told.contains("ann@mail.com"), "{told}");
        assert!(told.contains("***********") && told.contains("the day is after today"), "{told}");
    }
}

#[test]
fn what_is_no_workbook_is_refused_by_name_and_a_folder_without_an_output_stays_empty() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --by region --quiet").ends(0);
    case.write("calls.xlsx", b"PK\x03\x04 and so on");
    let told = case.run("follow-up import calls.xlsx").stops_with("bad_results").stderr;
    assert!(
        told.contains("this is no workbook that can be read")
            && told.contains("Save the sheet alone as .xlsx, or as CSV"),
        "{told}"
    );
    case.write("calls.csv", "id,date\na,2026-01-08\n");
    std::fs::create_dir(case.path("empty")).unwrap();
    case.run("follow-up import calls.csv --out empty").stops_with("no_output");
    assert_eq!(std::fs::read_dir(case.path("empty")).unwrap().count(), 0);
}

#[test]
fn an_output_has_an_empty_table_of_recoveries_from_its_first_run() {
    let case = Case::new();
    survey(&case);
    case.run("run survey.csv --text why --by region --quiet").ends(0);
    assert!(case.path("out/recoveries/period=all").is_dir());
    assert_eq!(case.manifest("out").files.iter().filter(|(key, _)| key.starts_with("recoveries/")).count(), 1);
    assert!(case.records("out", Table::Recoveries, None).is_empty());
}

#[test]
fn the_list_says_whom_to_call_and_comes_back_filled_in() {
    let case = Case::new();
    case.write(
        "survey.csv",
        "id,date,score,why\n=1+1,2026-01-05,0,\"太吵了, 打13800138000\"\nb,2026-01-05,3,too noisy\nc,2026-01-06,8,太吵\nd,2026-01-06,10,服务态度很好\n",
    );
    case.run("run survey.csv --text why --quiet").ends(0);
    insta::assert_snapshot!("follow_up_list", case.run("follow-up list out").ends(0).stdout);
    let listed = case.run("follow-up list out --kind call_back --json").ends(0).json();
    assert_eq!(listed["calls"].as_array().unwrap().len(), 2);
    let function = listed["calls"][0]["function"].as_str().unwrap().to_owned();
    let args = ["follow-up", "list", "out", "--function", &function, "--kind", "call_back", "--json"];
    assert_eq!(case.run_args(&args).ends(0).json(), listed);
    case.run("follow-up list out --function nobody").stops_with("unknown_function");
    case.run("follow-up list out --period 2025-W01").stops_with("unknown_period");
    case.run("follow-up list out --kind call_back --csv calls.csv").ends(0);
    let written = std::fs::read_to_string(case.path("calls.csv")).unwrap();
    assert!(
        written.contains("'=1+1,2026-W02,2026-01-05,0,call_back,1,noise,") && !written.contains("13800138000"),
        "{written}"
    );
    // Nothing is filled in: all are open.
    let nothing = case.run("follow-up import calls.csv --json").ends(0).json();
    assert_eq!((&nothing["open"], &nothing["taken"], &nothing["rows"]), (&2.into(), &0.into(), &2.into()));
    let filled: Vec<String> = written
        .lines()
        .map(|line| match line.strip_suffix(",,,").filter(|line| line.starts_with("'=")) {
            Some(row) => format!("{row},2026/1/9,是,9"),
            None => line.to_owned(),
        })
        .collect();
    case.write("calls.csv", filled.join("\r\n"));
    let some = case.run("follow-up import calls.csv --json").ends(0).json();
    assert_eq!((&some["open"], &some["taken"]), (&1.into(), &1.into()));
    let rows = case.records("out", Table::Recoveries, None);
    assert_eq!(
        (rows[0].word("id"), rows[0].number("score_before"), rows[0].number("score_after")),
        ("=1+1", Some(0.0), Some(9.0))
    );
    let open = case.run("follow-up list out --open --kind call_back --json").ends(0).json();
    assert_eq!(open["calls"].as_array().unwrap().iter().map(|call| &call["id"]).collect::<Vec<_>>(), ["b"]);
    let all = case.run("follow-up list out").ends(0).stdout;
    assert!(all.contains("last contact 2026-01-09: resolved, now 9"), "{all}");
    // A new score that is written over that of the answer is not lost in silence.
    case.write("wrong.csv", "id,score,date,resolved,new_score\nb,9,2026-01-09,yes,\n");
    assert!(case.run("follow-up import wrong.csv").ends(1).stdout.contains("goes into `new_score`"));
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
