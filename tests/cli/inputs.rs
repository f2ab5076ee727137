//! Inputs of every form give the same tables, and every row of them is somewhere.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use serde_json::json;
use verbatim::survey::Reason;
use verbatim::tables::Table;

use super::util::{Case, HEADER, week};

/// The rows of `a.csv`, field by field.
fn fields() -> Vec<Vec<String>> {
    let text = format!("{HEADER}{}", week(0..40, 1));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Runs `a.csv` into `csv`, this into `out`, and asserts that both say the same of everyone.
#[track_caller]
fn as_csv(case: &Case, args: &str) {
    case.write("a.csv", format!("{HEADER}{}", week(0..40, 1)));
    case.run("run a.csv --out csv").ends(0);
    case.run(&format!("run {args}")).ends(0);
    for table in [Table::Comments, Table::Mentions, Table::Nps] {
        assert_eq!(case.rows("csv", table, None), case.rows("out", table, None), "{args}");
    }
}

#[test]
fn json_lines_are_as_csv() {
    let case = Case::new();
    let line = |row: &Vec<String>| {
        let score: i64 = row[2].parse().unwrap();
        json!({"id": row[0], "date": row[1], "score": score, "comment": row[3], "extra": null}).to_string() + "\n"
    };
    case.write("a.jsonl", fields().iter().map(line).collect::<String>());
    as_csv(&case, "a.jsonl");
}

#[test]
fn parquet_is_as_csv() {
    let case = Case::new();
    let rows = fields();
    let text = |at: usize| Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row[at]))) as ArrayRef;
    let score = Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row[2].parse().unwrap()))) as ArrayRef;
    let batch =
        RecordBatch::try_from_iter([("id", text(0)), ("date", text(1)), ("score", score), ("comment", text(3))])
            .unwrap();
    let file = std::fs::File::create(case.path("a.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    as_csv(&case, "a.parquet");
}

#[test]
fn workbooks_are_as_csv() {
    let case = Case::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.merge_range(0, 0, 0, 3, "Survey of June", &rust_xlsxwriter::Format::new()).unwrap();
    page.write_row(2, 0, ["id", "date", "score", "comment"]).unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("d mmm yyyy");
    for (row, fields) in (3..).zip(fields()) {
        page.write_row(row, 0, &fields).unwrap();
        page.write_number(row, 2, fields[2].parse::<f64>().unwrap()).unwrap();
        let date = rust_xlsxwriter::ExcelDateTime::parse_from_str(&fields[1]).unwrap();
        page.write_datetime_with_format(row, 1, &date, &day).unwrap();
    }
    book.save(case.path("a.xlsx")).unwrap();
    as_csv(&case, "a.xlsx");
    let manifest = case.manifest("out");
    assert_eq!((manifest.inputs[0].name.as_str(), manifest.inputs[0].rows), ("a.xlsx", 40));
    // What takes a survey takes a workbook.
    case.run("init a.xlsx").ends(0);
    case.run("run --out again").ends(0);
    assert_eq!(case.rows("again", Table::Comments, None), case.rows("csv", Table::Comments, None));
    case.run("lexicon suggest --on a.xlsx --min-count 1").ends(0);
}

#[test]
fn evaluate_takes_workbooks_of_answers_and_of_labels_as_csv() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..40, 1)));
    let labels: Vec<[String; 3]> = fields()
        .iter()
        .step_by(2)
        .map(|row| [row[0].clone(), "noise".to_owned(), ["negative", "positive"][row[0].len() % 2].to_owned()])
        .collect();
    let write = |name: &str, head: &[&str], rows: &[Vec<String>]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let page = book.add_worksheet();
        page.write_row(0, 0, head.iter().copied()).unwrap();
        page.write_row_matrix(1, 0, rows.iter().map(|row| row.iter())).unwrap();
        book.save(case.path(name)).unwrap();
    };
    write("a.xlsx", &["id", "date", "score", "comment"], &fields());
    let rows: Vec<Vec<String>> = labels.iter().map(|row| row.to_vec()).collect();
    write("labels.xlsx", &["id", "label", "polarity"], &rows);
    let lines: String = labels.iter().map(|row| row.join(",") + "\n").collect();
    case.write("labels.csv", format!("id,label,polarity\n{lines}"));
    let measured = |survey: &str, labels: &str| {
        let ran = case.run(&format!("evaluate {survey} --gold {labels} --id id --text comment --json")).ends(0);
        ran.json()["gold"].clone()
    };
    let of_csv = measured("a.csv", "labels.csv");
    assert!(of_csv["total"]["precision"].is_number(), "{of_csv}");
    assert_eq!(measured("a.xlsx", "labels.csv"), of_csv);
    assert_eq!(measured("a.csv", "labels.xlsx"), of_csv);
    assert_eq!(measured("a.xlsx", "labels.xlsx"), of_csv);
}

/// Every Parquet survey with a list was refused as damaged; a workbook's first answer was part of its header.
#[test]
fn a_survey_with_lists_or_with_a_column_that_has_no_name_is_read_to_its_last_row() {
    let case = Case::new();
    let rows = fields();
    let text = |at: usize| Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row[at]))) as ArrayRef;
    let lists = (0..rows.len()).map(|row| (row % 3 > 0).then(|| vec![Some(1_i32); row % 4]));
    let lists = Arc::new(arrow::array::ListArray::from_iter_primitive::<arrow::datatypes::Int32Type, _, _>(lists));
    let columns = [("id", text(0)), ("date", text(1)), ("score", text(2)), ("comment", text(3)), ("tags", lists)];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(case.path("a.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    as_csv(&case, "a.parquet");
    let ran = case.run("run a.parquet --out again").ends(0);
    assert!(ran.stdout.contains("nested columns are read as blank: `tags`"), "{}", ran.stdout);

    let rest: String = week(1..40, 1).lines().map(|line| line.to_owned() + ",\n").collect();
    case.write("b.csv", format!("{},\nr0,,,too noisy,vip\n{rest}", HEADER.trim_end()));
    case.run("run b.csv --out b").ends(0);
    assert_eq!(case.comments("b", "id").len(), 40);
}

#[test]
fn what_is_found_in_workbooks_is_said_or_asked() {
    let case = Case::new();
    let (bold, plain) = (rust_xlsxwriter::Format::new().set_bold(), rust_xlsxwriter::Format::new());
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in ["2026-06", "2026-07"] {
        let page = book.add_worksheet().set_name(name).unwrap();
        page.write_row(0, 0, ["id", "nps", "Q2", "", "region", "Why?"]).unwrap();
        page.merge_range(0, 2, 0, 3, "Q2", &bold).unwrap();
        page.write_row(1, 2, ["Service", "Price"]).unwrap();
        for row in 2..12_u32 {
            page.write_number(row, 0, 12_345_678_901_234_567_890.0 + f64::from(row) * 1e10).unwrap();
            page.write_number(row, 1, f64::from(row % 11)).unwrap();
            page.write_row(row, 2, ["5", "4"]).unwrap();
            page.write_string(row, 5, format!("too noisy at night {row}")).unwrap();
        }
        page.merge_range(2, 4, 6, 4, "north", &plain).unwrap();
        page.write_formula(8, 4, rust_xlsxwriter::Formula::new("NA()").set_result("#N/A")).unwrap();
        page.write_row(13, 0, ["合计"]).unwrap();
    }
    book.add_worksheet().set_name("notes").unwrap().set_hidden(true).write_string(0, 0, "internal").unwrap();
    book.save(case.path("week.xlsx")).unwrap();
    case.write("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on");
    case.write(
        "book.ods",
        [b"PK\x03\x04", &[0; 26][..], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"].concat(),
    );
    case.write("cut.xlsx", &std::fs::read(case.path("week.xlsx")).unwrap()[..900]);
    let mut transcript = String::new();
    for (args, code) in [
        ("run week.xlsx", 2),
        ("run week.xlsx --sheet 2026-8", 2),
        ("run week.xlsx --sheet notes", 2),
        ("run week.xlsx --sheet 2026-06 --header 13", 2),
        ("run week.xlsx --sheet 2026-06 --header 2-1", 2),
        ("run week.xlsx --sheet 2026-06 --by region --scale 0-10", 1),
        ("run old.xls", 2),
        ("run book.ods", 2),
        ("run cut.xlsx", 2),
    ] {
        let ran = case.run(args);
        assert_eq!(ran.code, code, "{args}: {}", ran.stderr);
        let said = ran.stdout.split("\n\n").next().unwrap_or_default();
        transcript += &format!("$ verbatim {args}\n{}{}[exit {}]\n\n", said, ran.stderr, ran.code);
    }
    let piped = case.run_fed("run -", &std::fs::read(case.path("week.xlsx")).unwrap());
    transcript += &format!("$ verbatim run - < week.xlsx\n{}[exit {}]\n", piped.stderr, piped.code);
    insta::assert_snapshot!("workbooks", transcript);
}

#[test]
fn other_encodings_delimiters_and_line_ends_are_as_csv() {
    let text = format!("{HEADER}{}", week(0..40, 1));
    let utf16 =
        |order: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect();
    let tabs = || -> String {
        let rows = fields().into_iter().map(|row| row.join("\t") + "\r\n");
        HEADER.replace(',', "\t").replace('\n', "\r\n") + &rows.collect::<String>()
    };
    for (name, bytes) in [
        ("gb.csv", encoding_rs::GB18030.encode(&text).0.into_owned()),
        ("le.csv", utf16(u16::to_le_bytes)),
        ("be.csv", utf16(u16::to_be_bytes)),
        ("mark.csv", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("tabs.tsv", tabs().into_bytes()),
    ] {
        let case = Case::new();
        case.write(name, bytes);
        as_csv(&case, name);
    }
}

#[test]
fn what_is_found_about_an_input_is_said_once() {
    let case = Case::new();
    case.write("gb.csv", encoding_rs::GB18030.encode(&format!("{HEADER}{}", week(0..40, 1))).0);
    let ran = case.run("run gb.csv").ends(0);
    assert_eq!(ran.stdout.matches("gb.csv: read as gb18030").count(), 1, "{}", ran.stdout);
}

#[test]
fn limits_are_set_by_the_file_and_by_flags() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..40, 1)));
    case.write("limits.toml", "[limits]\ncolumns = 3\n");
    let ran = case.run("run a.csv --config limits.toml").ends(2);
    assert!(ran.stderr.starts_with("error[too_many_columns]"), "{}", ran.stderr);
    case.run("run a.csv --config limits.toml --limit columns=4").ends(0);
    let report = case.run("run a.csv --out other --limit row=60 --json").ends(1).json();
    assert_eq!(report["rows_in"], 40);
    assert!(report["rejects"].to_string().contains("row_too_large"), "{}", report["rejects"]);
    for limit in ["columns=0", "rows=1", "row=536870913"] {
        let ran = case.run(&format!("run a.csv --limit {limit}")).ends(2);
        assert!(ran.stderr.starts_with("error[bad_limit]"), "{limit}: {}", ran.stderr);
    }
}

#[test]
fn full_width_commas_between_fields_are_asked_about() {
    let case = Case::new();
    case.write("a.csv", "编号，评分，评论\n1，9，很好\n2，3，太吵\n");
    let ran = case.run("run a.csv").ends(2);
    assert!(ran.stderr.starts_with("error[ambiguous_delimiter]"), "{}", ran.stderr);
}

#[test]
fn standard_input_is_as_a_file() {
    let case = Case::new();
    let text = format!("{HEADER}{}", week(0..40, 1));
    case.write("a.csv", &text);
    case.run("run a.csv --out csv").ends(0);
    case.run_fed("run -", text.as_bytes()).ends(0);
    assert_eq!(case.tables("csv"), case.tables("out"));
    assert_eq!(case.manifest("out").inputs[0].name, "-");
}

#[test]
fn every_row_is_tagged_or_rejected() {
    let case = Case::new();
    let mut bytes = b"id,date,score,weight,comment,ok\n".to_vec();
    for n in 0..30 {
        bytes.extend(format!("g{n},2026-06-{:02},{},1.5,挺好的,yes\n", n % 28 + 1, n % 11).bytes());
    }
    bytes.extend(b"few,2026-06-01,9\n");
    bytes.extend(b"many,2026-06-01,9,1,x,yes,y\n");
    bytes.extend(b"quotes,2026-06-01,9,1,\"x\ny\"z,\n");
    bytes.extend(b"bytes,2026-06-01,9,1,\xff\xfe,\n");
    bytes.extend(b"nan,2026-06-01,nine,1,x,\n");
    bytes.extend(b"off,2026-06-01,11,1,x,\n");
    bytes.extend(b"date,2026-06-31,9,1,x,\n");
    bytes.extend(b"weight,2026-06-01,9,-1,x,\n");
    bytes.extend(b"consent,2026-06-01,9,1,x,perhaps\n");
    bytes.extend(b"g3,2026-06-01,9,1,x,\n");
    bytes.extend(format!("large,2026-06-01,9,1,{},\n", "x".repeat((1 << 20) + 1)).bytes());
    bytes.extend(format!("larger,2026-06-01,9,1,{},\n", "x".repeat((8 << 20) + 1)).bytes());
    bytes.extend(b"blank,,,,,\n");
    case.write("a.csv", bytes);
    case.write(
        "b.jsonl",
        "{\"id\": \"j1\", \"date\": \"2026-06-01\", \"score\": 9, \"weight\": 1, \"comment\": \"ok\", \"ok\": \"\"}\n{\"id\": \"j2\"\n",
    );
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    let rows = [
        ["id", "date", "score", "weight", "comment", "ok"],
        ["x1", "2026-06-01", "9", "1", "fine", ""],
        ["x2", "2026-06-01", "9", "#REF!", "fine", ""],
        ["Total", "", "9", "", "", ""],
    ];
    for (row, cells) in (0..).zip(rows) {
        page.write_row(row, 0, cells).unwrap();
    }
    page.write_formula(2, 3, rust_xlsxwriter::Formula::new("A0").set_result("#REF!")).unwrap();
    book.save(case.path("c.xlsx")).unwrap();
    let columns = "--weight weight --consent ok --date date --date-format %Y-%m-%d --scale 0-10 --encoding utf-8";
    let report = case.run(&format!("run a.csv b.jsonl c.xlsx --json {columns}")).ends(1).json();
    let count = |key: &str| usize::try_from(report[key].as_u64().unwrap()).unwrap();
    let of = |reason: &str| {
        let found = report["rejects"].as_array().unwrap().iter().find(|pair| pair[0] == reason);
        found.map_or(0, |pair| pair[1].as_u64().unwrap())
    };
    assert!(report["notices"].to_string().contains("of 1 row(s) `ok` says neither"), "{}", report["notices"]);
    for reason in Reason::ALL {
        let wanted = if reason == Reason::BadColumns { 2 } else { 1 };
        assert_eq!(of(reason.as_str()), wanted, "{reason}: {}", report["rejects"]);
    }
    assert_eq!((count("rows_in"), count("rows_tagged"), count("rows_rejected")), (48, 34, 14));
    assert_eq!(case.rows("out", Table::Comments, None).len(), 34);
    assert_eq!(case.rows("out", Table::Rejects, None).len(), 14);
    assert!(case.comments("out", "id").contains(&"blank".to_owned()));
    assert_eq!(case.manifest("out").periods["undated"].comments, 1);
}

#[test]
fn a_survey_of_comments_alone_runs_and_says_so() {
    let case = Case::new();
    case.write("a.csv", "feedback\n\"too noisy, 太吵了\"\n师傅态度很好\nfine I guess\n");
    let ran = case.run("run a.csv").ends(0);
    for said in [
        "score: no column; comments are tagged, and no NPS is computed",
        "date: no column; all answers are one period",
        "id: no column; ids are made of the file's digest and the row number",
        "No scores: 3 comments are tagged, and take no part in shares.",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let manifest = case.manifest("out");
    assert_eq!(manifest.periods.keys().collect::<Vec<_>>(), ["all"]);
    let ids: Vec<String> = (1..=3).map(|row| format!("{}-{row}", &manifest.inputs[0].digest[..12])).collect();
    assert_eq!(case.comments("out", "id"), ids);
    case.run("run a.csv").ends(0);
    assert_eq!(case.comments("out", "id"), ids);
}

#[test]
fn weights_weigh() {
    let case = Case::new();
    case.write("a.csv", "id,score,weight,comment\na,10,1.5,ok\nb,0,0.5,bad\nc,8,,so so\n");
    let all = case.run("run a.csv --json").ends(0).json()["all"].clone();
    let share = |key: &str| all[key].as_f64().unwrap();
    assert!((share("nps") - 100.0 / 3.0).abs() < 1e-9, "{all}");
    assert!((share("promoter_share") - 0.5).abs() < 1e-12, "{all}");
    assert_eq!(all["n"], 3);
}

#[test]
fn a_scale_of_labels() {
    let case = Case::new();
    case.write("a.csv", "id,score,comment\na,好,快\nb,一般,慢\nc,差,吵\nd,不知道,x\ne,很好,x\nf,,x\n");
    case.run("run a.csv --score score").stops_with("ambiguous_scale");
    let scale = "好=promoter,一般=passive,差=detractor,不知道=missing";
    let report = case.run(&format!("run a.csv --score score --scale {scale} --json")).ends(1).json();
    assert_eq!(report["rejects"], json!([["score_off_scale", 1]]));
    let all = &report["all"];
    assert_eq!((&all["n"], &all["unscored"], &all["nps"]), (&3.into(), &2.into(), &0.0.into()));
}

/// The numbers of forty answers, what follows each, and comments.
fn forty(answer: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..40).map(|n| format!("{},第{n}次用，师傅准时上门，服务很好\n", answer(n))).collect();
    rows.concat()
}

/// The scale was remembered without its quotes, and the second week was all rejects.
#[test]
fn a_scale_with_labels_that_look_like_ranges_is_remembered() {
    let case = Case::new();
    for (week, day) in [("1", 1), ("2", 8)] {
        let answers = forty(|n| format!("{week}-{n},2026-06-{day:02},{}", ["0-6", "7-8", "9-10"][n % 3]));
        case.write(&format!("{week}.csv"), format!("id,date,nps,comment\n{answers}"));
    }
    case.run("run 1.csv --out out --scale '0-6'=detractor,'7-8'=passive,'9-10'=promoter").ends(0);
    let ran = case.run("run 2.csv --out out").ends(0);
    assert!(ran.stdout.contains("40 rows in = 40 tagged + 0 rejected"), "{}", ran.stdout);
}

/// The day was that of eleven in the morning.
#[test]
fn an_afternoon_with_an_offset_lies_on_its_day_in_a_zone() {
    for written in ["2026/6/7 下午11:30:00 +08:00", "2026/6/7 11:30 PM +08:00"] {
        let case = Case::new();
        case.write("a.csv", format!("date,nps,comment\n{}", forty(|n| format!("{written},{}", n % 11))));
        case.run("run a.csv --out out --time-zone Asia/Tokyo").ends(0);
        assert!(case.rows("out", Table::Comments, None)[0].contains("2026-06-08"), "{written}");
    }
}

/// What was offered named no column, or was read as a flag.
#[test]
fn flags_that_are_offered_can_be_typed() {
    let case = Case::new();
    let answers = forty(|n| format!("{},{},第{n}次用，师傅准时上门，服务很好", n % 11, n % 10));
    case.write("a.csv", format!("-recommend A,-recommend B,Your reason? a=good,Your reason? b\n{answers}"));
    let help = case.run("run a.csv --out out").ends(2).stderr;
    assert!(help.contains("`--score=\"-recommend A\"`"), "{help}");
    let help = case.run_args(&["run", "a.csv", "--out", "out", "--score=-recommend A"]).ends(2).stderr;
    assert!(help.contains("`--text \"Your reason? a=good=why\"`"), "{help}");
    case.run_args(&["run", "a.csv", "--out", "out", "--score=-recommend A", "--text", "Your reason? a=good=why"])
        .ends(0);
}

#[test]
fn limits_in_the_file_have_units() {
    let case = Case::new();
    case.write("a.csv", format!("nps,comment\n{}", forty(|n| (n % 11).to_string())));
    case.write("verbatim.toml", "[limits]\nfield = \"16B\"\n");
    let error = case.run("run a.csv --out out").ends(2).stderr;
    assert!(error.contains("`16B` is not a size"), "{error}");
    case.write("verbatim.toml", "[limits]\nfield = \"1KB\"\n");
    case.run("run a.csv --out out").ends(0);
}

/// The file forgot that there is no date, and the run that it was written for asked again.
#[test]
fn what_init_is_told_to_go_without_stays_so() {
    let case = Case::new();
    case.write("a.csv", format!("EndDate,nps,comment\n{}", forty(|n| format!("{}.5,{}", 46_182 + n, n % 11))));
    case.run("init a.csv").ends(2);
    case.run("init a.csv --date none").ends(0);
    let ran = case.run("run").ends(0);
    assert!(ran.stdout.contains("40 rows in = 40 tagged + 0 rejected"), "{}", ran.stdout);
}
