//! Surveys with the traits of real ones, from file to tables: several questions, reversed scales, missing codes, Traditional,
//! full-width, HTML entities, U+FEFF and U+3000, bare CR and line breaks in fields, emoji and kaomoji, both languages in one sentence.
//!
//! Not for accuracy on real texts: `verbatim evaluate` measures that.

#![allow(clippy::unwrap_used, reason = "a test ends where a value is missing")]

use std::collections::BTreeMap;
use std::path::Path;

use verbatim::arrow::array::{Array, AsArray, RecordBatch};
use verbatim::engine::Quiet;
use verbatim::survey::{Granularity, Wanted};
use verbatim::tables::{Manifest, PartId, Table};
use verbatim::types::Role;
use verbatim::{RunConfig, RunReport, run};

fn run_on(file: &str, lexicon: &str, wanted: Wanted) -> (tempfile::TempDir, RunReport) {
    let out = tempfile::tempdir().unwrap();
    let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let config = RunConfig {
        inputs: vec![input.display().to_string()],
        wanted,
        lexicons: vec![lexicon.to_owned()],
        out: out.path().join("out"),
        ..RunConfig::default()
    };
    let report = run(&config, &Quiet).unwrap();
    (out, report)
}

fn table(out: &tempfile::TempDir, table: Table) -> Vec<RecordBatch> {
    let root = out.path().join("out");
    let manifest = Manifest::read(&root).unwrap().unwrap();
    let mut batches = Vec::new();
    for period in manifest.periods.keys() {
        let part = manifest.read_part(&root, &PartId::new(table, period), None).unwrap().unwrap();
        batches.extend(part.map(Result::unwrap));
    }
    batches
}

/// id → driver → polarity.
fn drivers(out: &tempfile::TempDir) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut said = BTreeMap::new();
    for batch in table(out, Table::Comments) {
        let ids = batch.column_by_name("id").unwrap().as_string::<i32>();
        let lists = batch.column_by_name("drivers").unwrap().as_list::<i32>();
        for row in 0..batch.num_rows() {
            let list = lists.value(row);
            let pairs = list.as_struct();
            let of = |name: &str| pairs.column_by_name(name).unwrap().as_string::<i32>().clone();
            let (driver, polarity) = (of("driver"), of("polarity"));
            let pairs = (0..list.len()).map(|at| (driver.value(at).to_owned(), polarity.value(at).to_owned()));
            said.insert(ids.value(row).to_owned(), pairs.collect());
        }
    }
    said
}

fn column(out: &tempfile::TempDir, name: &str) -> BTreeMap<String, Option<String>> {
    let mut values = BTreeMap::new();
    for batch in table(out, Table::Comments) {
        let ids = batch.column_by_name("id").unwrap().as_string::<i32>();
        let column = batch.column_by_name(name).unwrap().as_string::<i32>();
        for row in 0..batch.num_rows() {
            values.insert(ids.value(row).to_owned(), column.is_valid(row).then(|| column.value(row).to_owned()));
        }
    }
    values
}

fn questions() -> Wanted {
    Wanted {
        id: Some("id".to_owned()),
        score: Some("score".to_owned()),
        scale: Some("1=promoter,2=passive,3-5=detractor,6-7=missing".to_owned()),
        texts: vec![
            ("why".to_owned(), Role::Why),
            ("good".to_owned(), Role::Good),
            ("improve".to_owned(), Role::Improve),
            ("other".to_owned(), Role::Other),
        ],
        date: Some("date".to_owned()),
        date_format: Some("%d/%m/%Y".to_owned()),
        by: vec!["site".to_owned(), "team".to_owned()],
        period: Some(Granularity::Month),
        ..Wanted::default()
    }
}

#[test]
fn several_questions_on_a_reversed_scale_with_missing_codes() {
    let (out, report) = run_on("questions.csv", "core", questions());
    assert_eq!((report.rows_in, report.rows_tagged, report.rows_rejected), (9, 7, 2));
    assert_eq!(
        report.rejects,
        [("bad_date".to_owned(), 1), ("score_off_scale".to_owned(), 1)],
        "{:?}",
        report.first_rejects
    );
    let all = report.all.unwrap();
    assert_eq!((all.n, all.unscored), (5, 2));
    assert_eq!(report.periods, ["2021-10", "2021-11"]);

    let said = drivers(&out);
    assert_eq!(said["A 1"].get("service_attitude").map(String::as_str), Some("positive"));
    assert_eq!(said["A 3"].get("response_time").map(String::as_str), Some("negative"));
    // A bare aspect takes its side from the question.
    assert_eq!(said["A 4"].get("service").map(String::as_str), Some("positive"));
    assert_eq!(said["A 4"].get("contact").map(String::as_str), Some("negative"));

    let residual = column(&out, "residual");
    for id in ["A 5", "A 6"] {
        assert_eq!(residual[id].as_deref(), Some("no_comment"), "{id}");
    }
    assert_eq!(column(&out, "seg_site")["A 7"].as_deref(), Some("(blank)"));
}

#[test]
fn offsets_point_into_the_delivered_text_whatever_was_folded() {
    let (out, report) = run_on("rough.csv", "appliance", Wanted::default());
    assert_eq!((report.rows_in, report.rows_rejected), (14, 0));
    let texts = column(&out, "text");
    let mut mentions = 0;
    for batch in table(&out, Table::Mentions) {
        let text = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        let number = |name: &str| {
            batch.column_by_name(name).unwrap().as_primitive::<verbatim::arrow::datatypes::UInt32Type>().clone()
        };
        let (ids, matched) = (text("id"), text("text"));
        let (start_byte, end_byte) = (number("start_byte"), number("end_byte"));
        let (start_char, end_char) = (number("start_char"), number("end_char"));
        for row in 0..batch.num_rows() {
            let whole = texts[ids.value(row)].as_deref().unwrap();
            let by_bytes = &whole[start_byte.value(row) as usize..end_byte.value(row) as usize];
            let (start, end) = (start_char.value(row) as usize, end_char.value(row) as usize);
            let by_chars: String = whole.chars().skip(start).take(end - start).collect();
            assert_eq!((by_bytes, by_chars.as_str()), (matched.value(row), matched.value(row)));
            mentions += 1;
        }
    }
    assert!(mentions >= 12, "{mentions} mentions");
}

#[test]
fn rough_texts_get_their_drivers() {
    let (out, _) = run_on("rough.csv", "appliance", Wanted::default());
    let said = drivers(&out);
    for (id, driver, polarity) in [
        ("1", "service_attitude", "positive"),
        ("2", "noise", "negative"),
        ("3", "app_controls", "negative"),
        ("3", "contact", "negative"),
        ("5", "service_attitude", "positive"),
        ("5", "noise", "positive"),
        ("6", "response_time", "negative"),
        ("7", "price", "negative"),
        ("12", "cooling_heating", "positive"),
        ("12", "noise", "positive"),
        ("12", "price", "negative"),
        ("13", "service_attitude", "positive"),
    ] {
        assert_eq!(said[id].get(driver).map(String::as_str), Some(polarity), "{id}: {:?}", said[id]);
    }
    let residual = column(&out, "residual");
    assert_eq!(residual["9"].as_deref(), Some("no_comment"));
    assert_eq!(residual["11"].as_deref(), Some("no_comment"));
    assert_eq!(residual["10"].as_deref(), Some("general_blame"));
}

#[test]
fn personal_data_is_blanked_out_at_the_same_length() {
    let (out, report) = run_on("rough.csv", "appliance", Wanted::default());
    let texts = column(&out, "text");
    let clean = texts["14"].as_deref().unwrap();
    let original = "我的电话是１３８００１３８０００，也可写信到 someone@example.com";
    assert_eq!((clean.len(), clean.chars().count()), (original.len(), original.chars().count()));
    assert!(clean.contains("＊＊＊＊＊＊＊＊＊＊＊") && !clean.contains("example"), "{clean}");
    assert_eq!(report.redactions, [("email".to_owned(), 1), ("phone".to_owned(), 1)]);
}
