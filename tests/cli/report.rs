//! The report: what it writes, of which period, in which language; `tests/browser` opens it.

use std::sync::Arc;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::changes::three_weeks;
use super::util::Case;
use verbatim::tables::Table;

/// The values of an attribute of the page's elements, in order.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    page.split(&format!(" {attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn a_report_shows_the_numbers_of_the_tables() {
    let case = Case::new().sample();
    case.run("run survey.csv --lexicon appliance --by region,product --quiet").ends(0);
    let told = case.run("report out --lang en").ends(0).stdout;
    assert!(told.starts_with("report.html: 2026-W30, en, "), "{told}");
    let page = std::fs::read_to_string(case.path("report.html")).unwrap();
    let total = |row: &super::util::Record| row.word("cell_level") == "total";
    assert!(page.contains("2026-W30 (2026-07-20 to 2026-07-26) · 79 respondents"));
    let nps = case.records("out", Table::Nps, Some("2026-W30")).into_iter().find(total).unwrap();
    assert_eq!(values(&page, "data-nps"), [nps.number("nps").unwrap().to_string()]);
    let rows = case.records("out", Table::Contributions, Some("2026-W30"));
    let of = |driver: &str| rows.iter().find(|row| total(row) && row.word("driver") == driver).unwrap();
    for (side, column) in [("detractors", "detractor_contribution"), ("promoters", "promoter_contribution")] {
        let drivers = values(&page, &format!("data-table-{side}"));
        assert!(drivers.len() > 10, "{drivers:?}");
        for driver in drivers {
            let cell = page.split(&format!("data-table-{side}=\"{driver}\" data-value=\"")).nth(1).unwrap();
            assert_eq!(cell.split('"').next().unwrap(), of(driver).number(column).unwrap().to_string(), "{driver}");
        }
    }
}

#[test]
fn a_report_is_the_same_at_every_run_and_loads_nothing() {
    let case = Case::new().sample();
    case.run("run survey.csv --lexicon appliance --quiet").ends(0);
    for lang in ["zh", "en"] {
        case.run(&format!("report out --period all --lang {lang} -o one.html --quiet")).ends(0);
        case.run(&format!("report out --period all --lang {lang} -o other.html --quiet")).ends(0);
        let page = std::fs::read_to_string(case.path("one.html")).unwrap();
        assert_eq!(page, std::fs::read_to_string(case.path("other.html")).unwrap());
        assert!(page.len() < 2_000_000);
        for loads in ["<script", "<link", "<img", "src=", "url(", "@import", "style=\"", "http://", "https://"] {
            assert!(!page.contains(loads), "{loads}");
        }
        assert!(page.contains("default-src 'none'; style-src 'sha256-"), "the policy");
    }
}

#[test]
fn a_report_of_a_survey_without_scores_or_comments_is_a_page_too() {
    let case = Case::new();
    case.write("unscored.csv", "id,why\n1,too noisy\n2,great service\n3,\n");
    case.run("run unscored.csv --score none --date none --out unscored --quiet").ends(0);
    case.run("report unscored --quiet -o unscored.html").ends(0);
    case.write("silent.csv", "id,score,why\n1,0,\n2,10,\n3,8,\n");
    case.run("run silent.csv --date none --out silent --quiet").ends(0);
    case.run("report silent --quiet -o silent.html").ends(0);
    let page = std::fs::read_to_string(case.path("silent.html")).unwrap();
    assert_eq!(values(&page, "data-nps"), ["0"]);
}

#[test]
fn a_report_that_cannot_be_made_says_why() {
    let case = Case::new().sample();
    case.run("report").stops_with("no_output");
    case.run("run survey.csv --lexicon appliance --quiet").ends(0);
    case.run("report out --period 2026-W99").stops_with("unknown_period");
    case.run("report out --by colour").stops_with("unknown_segment");
    case.run("report out -o nowhere/report.html").ends(2);
    assert!(!case.path("report.html").exists());
}

#[test]
fn a_report_says_how_good_its_rules_are_and_whether_those_were_measured() {
    let case = Case::new().sample();
    let labels = concat!(env!("CARGO_MANIFEST_DIR"), "/data/appliance_survey.gold.csv");
    case.run("run survey.csv --lexicon appliance --quiet").ends(0);
    let evaluate = |lexicon: &str, file: &str| {
        let told =
            case.run_args(&["evaluate", "survey.csv", "--gold", labels, "--lexicon", lexicon, "--json"]).ends(0).stdout;
        case.write(file, &told);
        serde_json::from_str::<serde_json::Value>(&told).unwrap()
    };
    let page = |accuracy: &str| {
        case.run(format!("report out --lang en --quiet {accuracy}").trim()).ends(0);
        std::fs::read_to_string(case.path("report.html")).unwrap()
    };
    let found = evaluate("out@2026-W30", "own.json");
    let precision = found["gold"]["total"]["precision"].as_f64().unwrap();
    let own = page("--accuracy own.json");
    assert!(own.contains(&format!("precision {:.1} %", 100.0 * precision)), "{precision}");
    assert!(!own.contains("by other rules"));
    evaluate("core", "core.json");
    assert!(page("--accuracy core.json").contains("by other rules: core "));
    assert!(page("").contains("not given (report --accuracy)"));
    case.run("report out --accuracy out/_run.json").stops_with("bad_accuracy");
}

/// The report of a folder, in English.
fn english(case: &Case, args: &str) -> String {
    case.run(&format!("report {args} --lang en --quiet")).ends(0);
    std::fs::read_to_string(case.path("report.html")).unwrap()
}

#[test]
fn effects_of_rules_have_drivers_that_are_no_more() {
    let case = three_weeks();
    case.run("run early.csv --lexicon one --quiet").ends(0);
    case.run("run late.csv --lexicon two --quiet").ends(0);
    let rows = case.records("out", Table::Changes, Some("2026-W25"));
    let effect = rows.iter().find(|row| row.word("driver") == "price").unwrap().number("lexicon_effect").unwrap();
    let page = english(&case, "out");
    let written = format!("price (no longer in the lexicon) {:+.1}", 100.0 * effect).replace('-', "−");
    assert!(page.contains(&written), "{written}");
    // Of all weeks together, comments and figures are by different rules, and that is said; a driver of old weeks is found by its id.
    assert!(english(&case, "out --period all").contains("Periods were tagged by different rules"));
    assert!(!page.contains("Periods were tagged by different rules"));
    assert!(case.run("comments out --driver price --period all --json").ends(0).json()["count"].as_u64() > Some(0));
}

#[test]
fn intervals_keep_the_confidence_by_which_they_were_made() {
    let case = three_weeks();
    case.run("run early.csv --lexicon one --quiet").ends(0);
    case.write("verbatim.toml", "[figures]\nconfidence = 0.999\n");
    case.run("run late.csv --lexicon one --quiet").ends(0);
    assert!(english(&case, "out --period 2026-W23").contains("(95 % interval)"));
    assert!(english(&case, "out").contains("(99.9 % interval)"));
}

#[test]
fn a_parents_own_terms_are_owned_as_the_parent_is() {
    let case = three_weeks();
    let owned = "driver,function,weight,owner\nservice,operations,9,王敏\n";
    case.write("one/responsibility.csv", owned);
    case.run("run early.csv --lexicon one --quiet").ends(0);
    let found = case.run("drivers out --period all --json").ends(0).json();
    let drivers = found["cells"][0]["drivers"].as_array().unwrap().clone();
    let owned_by = |id: &str| drivers.iter().find(|it| it["driver"] == id).unwrap()["owner"].clone();
    assert_eq!((owned_by("service.general"), owned_by("staff")), ("王敏".into(), "王敏".into()));
}

#[test]
fn nothing_is_said_to_move_or_to_concentrate_where_nothing_was_tested() {
    let case = Case::new();
    let row = |n: usize| {
        format!(
            "r{n},2026-06-{:02},{},{},{}\n",
            1 + n % 14,
            n % 11,
            ["too noisy", "good service"][n % 2],
            ["a", "b"][n % 2]
        )
    };
    case.write("few.csv", format!("id,date,score,why,place\n{}", (0..28).map(row).collect::<String>()));
    case.run("run few.csv --text why --by place --quiet").ends(0);
    let page = english(&case, "out");
    assert!(page.contains("There are too few respondents to test any driver.") && !page.contains("No driver moved"));
    assert!(page.contains("Nothing could be tested: no group has enough respondents"));
}

#[test]
fn segments_that_differ_by_case_alone_are_refused() {
    let case = Case::new();
    case.write("survey.csv", "id,score,why,Region,region\n1,9,good,a,b\n2,0,bad,a,b\n");
    case.run("run survey.csv --date none --by Region,region").stops_with("reserved_segment");
    assert!(!case.path("out").exists());
}

/// Takes a column out of a part, as an engine that did not know it would have written it.
fn without_column(case: &Case, part: &str, column: &str) {
    let path = case.path("out").join(part);
    let file = std::fs::File::open(&path).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = batches.map(Result::unwrap).collect();
    let schema = batches[0].schema();
    let kept: Vec<usize> = (0..schema.fields().len()).filter(|at| schema.field(*at).name() != column).collect();
    assert_eq!(kept.len() + 1, schema.fields().len(), "{part} has no {column}");
    let schema = Arc::new(schema.project(&kept).unwrap());
    let mut writer = ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), schema, None).unwrap();
    for batch in batches {
        writer.write(&batch.project(&kept).unwrap()).unwrap();
    }
    writer.close().unwrap();
    let manifest = case.path("out").join("_run.json");
    let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    json["files"][part]["bytes"] = bytes.len().into();
    json["files"][part]["digest"] = blake3::hash(&bytes).to_hex().as_str().into();
    case.write_manifest_without_digest("out", json);
}

#[test]
fn an_output_from_before_concentration_was_tested_is_still_reported() {
    let case = Case::new().sample();
    case.run("run survey.csv --lexicon appliance --by region --quiet").ends(0);
    assert!(!english(&case, "out --period all").contains("Nothing could be tested"));
    without_column(&case, "attribution/period=all/part-0.parquet", "concentration_q");
    assert!(english(&case, "out --period all").contains("or an older version wrote the tables"));
}
