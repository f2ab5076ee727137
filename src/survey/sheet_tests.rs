//! Tests of workbooks as surveys: which sheet, where the header is, and the same respondents as from CSV.
//!
//! Not for what a workbook may take (`xlsx`), nor for headers alone (`header`).

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::tests::{Case, texts};
use super::*;
use crate::error::ErrorKind;

/// Rows of text; a number is written as one, `=` begins a formula.
fn fill(page: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            match (cell.parse::<f64>(), cell.strip_prefix('=')) {
                (Ok(number), _) => page.write_number(row, column, number).map(drop).unwrap(),
                (_, Some(formula)) => {
                    let (formula, result) = formula.split_once(" -> ").unwrap();
                    page.write_formula(row, column, Formula::new(formula).set_result(result)).map(drop).unwrap();
                }
                _ if cell.is_empty() => {}
                _ => page.write_string(row, column, *cell).map(drop).unwrap(),
            }
        }
    }
}

/// A case with one workbook, made by this.
fn case(make: impl FnOnce(&mut Workbook)) -> Case {
    let mut book = Workbook::new();
    make(&mut book);
    Case::new(&[("week.xlsx", &book.save_to_buffer().unwrap())])
}

fn case_of(make: impl FnOnce(&mut Worksheet)) -> Case {
    case(|book| make(book.add_worksheet()))
}

fn one(rows: &[&[&str]]) -> Case {
    case(|book| fill(book.add_worksheet(), rows))
}

const HEAD: &[&str] = &["id", "date", "score", "comment", "region"];

/// A workbook of the header and these rows, in which the first row's cell of some columns is merged over all rows.
fn merged(rows: &[&[&str]], columns: &[u16]) -> Case {
    case(|book| {
        let page = book.add_worksheet();
        for column in columns {
            page.merge_range(1, *column, rows.len() as u32, *column, "", &Format::new()).unwrap();
        }
        fill(page, &[&[HEAD], rows].concat());
    })
}

/// Where rejects are, and why.
fn why(rejects: &[Reject]) -> Vec<(u64, &str, Option<&str>)> {
    rejects.iter().map(|reject| (reject.line, reject.reason.as_str(), reject.column.as_deref())).collect()
}

#[test]
fn a_sheet_becomes_respondents() {
    let case = case(|book| {
        let page = book.add_worksheet();
        fill(
            page,
            &[HEAD, &["1", "", "9", "很好", "north"], &[], &["2", "", "3", "too noisy", "south"], &["3", "", "0"]],
        );
        let day = Format::new().set_num_format("yyyy/m/d h:mm");
        for (row, day_of_month) in [(1, 1), (3, 9), (4, 9)] {
            let date = ExcelDateTime::from_ymd(2026, 6, day_of_month).unwrap().and_hms(9, 30, 0).unwrap();
            page.write_datetime_with_format(row, 1, &date, &day).unwrap();
        }
        // Formatted, and empty: no rows, no columns.
        for row in 5..50 {
            page.write_blank(row, 9, &day).unwrap();
        }
    });
    let (batch, rejects) = case.run(&Wanted::default());
    assert_eq!(rejects, []);
    assert_eq!(texts(&batch, "id"), ["1", "2", "3"]);
    assert_eq!(texts(&batch, "text"), ["很好", "too noisy", "-"]);
    assert_eq!(texts(&batch, "period"), ["2026-W23", "2026-W24", "2026-W24"]);
    let notices = case.map(&Wanted::default()).unwrap().1;
    assert_eq!(notices[0], "week.xlsx: sheet `Sheet1`, header in row 1");
    assert_eq!(sample(&case.open().unwrap()).unwrap().columns, HEAD);
}

#[test]
fn errors_and_rows_below_the_table_are_rejects_with_their_rows() {
    let case = one(&[
        HEAD,
        &["a", "2026-06-01", "9", "good", "=VLOOKUP(1,A:A,1) -> #N/A"],
        &["b", "2026-06-01", "=1/0 -> #DIV/0!", "good", "north"],
        &["c", "2026-06-01", "=4+5 -> 9", "=A1 -> fine", "north"],
        &["total", "2026-06-01", "9", "in the middle of the table", "north"],
        &["合计", "", "9"],
        &[],
        &["Exported by a tool"],
    ]);
    // rust_xlsxwriter writes results that look like errors as such.
    let (batch, rejects) = case.run(&Wanted { by: vec!["region".to_owned()], ..Wanted::default() });
    let wanted = [
        (2, "cell_error", Some("region")),
        (3, "cell_error", Some("score")),
        (6, "below_table", None),
        (8, "below_table", None),
    ];
    assert_eq!(why(&rejects), wanted);
    assert_eq!(texts(&batch, "id"), ["c", "total"]);
    assert_eq!(texts(&batch, "text"), ["fine", "in the middle of the table"]);
    // What is not used may show what it likes.
    assert_eq!(case.run(&Wanted::default()).1.len(), 3);
}

/// An error or a text that is too long at the top of a merged range became a blank in the rows below.
#[test]
fn what_is_wrong_at_the_top_of_merged_cells_is_wrong_in_each_row() {
    let rows: &[&[&str]] = &[
        &["a", "2026-06-01", "=NA() -> #N/A", "good", "north"],
        &["b", "2026-06-01", "", "bad", "north"],
        &["c", "2026-06-01", "9", "written over", "north"],
        &["d", "2026-06-01", "", "bad", "north"],
    ];
    let (batch, rejects) = merged(rows, &[2]).run(&Wanted::default());
    let error = |row| (row, "cell_error", Some("score"));
    assert_eq!((why(&rejects), texts(&batch, "id")), (vec![error(2), error(3), error(5)], vec!["c".to_owned()]));

    let long = "x".repeat(50);
    let rows: &[&[&str]] = &[
        &["a", "2026-06-01", "9", &long, "n"],
        &["b", "2026-06-01", "8", "", "n"],
        &["c", "2026-06-01", "7", "", "n"],
    ];
    let mut case = merged(rows, &[3]);
    case.options.limits.field = 49;
    let (batch, rejects) = case.run(&Wanted::default());
    let large = |row| (row, "field_too_large", Some("comment"));
    assert_eq!((why(&rejects), batch.num_rows()), (vec![large(2), large(3), large(4)], 0));
    // Where the row is too large and the text is not, the rows below have the text.
    let long_id = "a".repeat(40);
    let rows: &[&[&str]] = &[&[&long_id, "2026-06-01", "9", &long, "n"], rows[1], rows[2]];
    let mut case = merged(rows, &[3]);
    case.options.limits.row = 80;
    let (batch, rejects) = case.run(&Wanted::default());
    assert_eq!(why(&rejects), [(2, "row_too_large", None)]);
    assert_eq!(texts(&batch, "text"), [long.as_str(); 2]);
}

/// What merged cells say counted once, however many rows and columns had it: 5 KB of a workbook became 10 MB, and could become a TiB.
#[test]
fn merged_cells_count_in_each_row_against_the_limits() {
    let long = "x".repeat(1000);
    let rows: Vec<Vec<String>> = (0..50).map(|n| vec![format!("r{n}"), "2026-06-01".into(), "9".into()]).collect();
    let mut rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    rows[0].extend([long.as_str(), long.as_str()]);
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let of_region = Wanted { by: vec!["region".to_owned()], ..Wanted::default() };

    let mut case = merged(&rows, &[3]);
    case.options.limits.workbook = 60_000;
    assert_eq!(case.run(&Wanted::default()).0.num_rows(), 50);
    case.options.limits.workbook = 50_000;
    let error = case.open().unwrap_err();
    assert_eq!(error.code(), "workbook_too_large");
    assert!(error.message().ends_with("its cells hold more than 50000 bytes of text"), "{error}");
    assert!(error.way_out().is_some_and(|help| help.contains("--limit NAME=N")), "{error}");
    // A range counts as far as the sheet goes.
    let mut case = case_of(|page| {
        fill(page, &[HEAD, rows[0], rows[1]]);
        page.merge_range(1, 3, 400, 3, &long, &Format::new()).map(drop).unwrap();
    });
    case.options.limits.workbook = 60_000;
    assert_eq!(case.run(&Wanted::default()).0.num_rows(), 2);

    // Two columns are too much for a row, in the first row and below it.
    let mut case = merged(&rows, &[3, 4]);
    case.options.limits.row = 1900;
    let (batch, rejects) = case.run(&of_region);
    assert_eq!((batch.num_rows(), rejects.len()), (0, 50));
    assert!(rejects.iter().all(|reject| reject.reason.as_str() == "row_too_large"));
    case.options.limits.row = 2100;
    assert_eq!(case.run(&of_region).0.num_rows(), 50);
}

#[test]
fn merged_cells_hold_for_all_their_rows() {
    let case = case(|book| {
        let page = book.add_worksheet();
        fill(
            page,
            &[
                HEAD,
                &["1", "", "9", "a", ""],
                &["2", "", "8", "b", ""],
                &["3", "", "7", "c", ""],
                &["4", "", "6", "d", "south"],
            ],
        );
        page.merge_range(1, 4, 3, 4, "north", &Format::new()).unwrap();
    });
    let (batch, _) = case.run(&Wanted { by: vec!["region".to_owned()], ..Wanted::default() });
    assert_eq!(texts(&batch, "seg_region"), ["north", "north", "north", "south"]);
    let notices = case.map(&Wanted::default()).unwrap().1;
    assert!(notices[1].contains("1 merged range(s)"), "{notices:?}");
}

#[test]
fn the_sheet_with_the_survey_is_found_or_asked_for() {
    let rows: &[&[&str]] = &[HEAD, &["1", "2026-06-01", "9", "good", "north"]];
    let book = |shown: &[&str], hidden: &[&str]| {
        case(|book| {
            fill(book.add_worksheet(), rows);
            for name in shown.iter().chain(hidden) {
                let page = book.add_worksheet().set_name(*name).unwrap();
                fill(page, rows);
                if hidden.contains(name) {
                    page.set_hidden(true);
                }
            }
            book.add_worksheet().set_name("empty").unwrap();
        })
    };
    assert_eq!(book(&[], &["old"]).run(&Wanted::default()).0.num_rows(), 1);
    let mut two = book(&["June"], &["old"]);
    let error = two.open().unwrap_err();
    assert_eq!((error.code(), error.kind()), ("ambiguous_sheet", ErrorKind::Ambiguous));
    assert_eq!(error.way_out(), Some("Say which is the survey: `--sheet Sheet1`; there are `Sheet1`, `June`."));
    for name in ["June", "old"] {
        two.options.sheet = Some(name.to_owned());
        assert_eq!(two.run(&Wanted::default()).0.num_rows(), 1);
    }
    two.options.sheet = Some("june ".to_owned());
    let error = two.open().unwrap_err();
    assert_eq!((error.code(), error.way_out()), ("unknown_sheet", Some("Did you mean `--sheet June`?")));
    two.options.sheet = Some("empty".to_owned());
    assert_eq!(two.open().unwrap_err().code(), "empty_input");
}

#[test]
fn layouts_of_survey_tools_are_read_from_sheets_and_from_text() {
    let import = |id| format!("{{\"ImportId\":\"{id}\"}}");
    let imports: Vec<String> = ["_recordId", "recordedDate", "QID1", "QID2_TEXT"].map(import).to_vec();
    let imports: Vec<&str> = imports.iter().map(String::as_str).collect();
    let rows: &[&[&str]] = &[
        &["ResponseId", "RecordedDate", "Q1", "Q2"],
        &[
            "Response ID",
            "Recorded Date",
            "How likely are you to recommend us to a friend?",
            "What is the main reason for your answer?",
        ],
        &imports,
        &["R_1", "2026-06-01", "9", "good"],
        &["R_2", "2026-06-02", "3", "too noisy"],
    ];
    let csv: String = rows
        .iter()
        .map(|row| {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            cells.join(",") + "\n"
        })
        .collect();
    for case in [one(rows), Case::new(&[("a.csv", csv.as_bytes())])] {
        let (mapping, notices) = case.map(&Wanted::default()).unwrap();
        let found =
            (mapping.id.as_deref(), mapping.date.as_deref(), mapping.score.as_deref(), mapping.texts[0].name.as_str());
        assert_eq!(found, (Some("ResponseId"), Some("RecordedDate"), Some("Q1"), "Q2"));
        assert!(notices[0].contains("1-3"), "{notices:?}");
        let (batch, rejects) = case.run(&Wanted::default());
        assert_eq!((texts(&batch, "id"), rejects), (vec!["R_1".to_owned(), "R_2".to_owned()], vec![]));
    }
}

#[test]
fn questions_as_headers_are_understood() {
    let case = one(&[
        &["门店服务调查"],
        &[],
        &["序号", "提交答卷时间", "所用时间", "1、您有多大可能向朋友推荐我们？", "2、您给出这个分数的主要原因是什么？"],
        &["1", "2026/6/1 9:30:00", "35秒", "9", "师傅的态度很好，下次还会来"],
        &["2", "2026/6/9 12:01:00", "123秒", "3", "晚上太吵了，根本睡不着觉啊"],
    ]);
    let (mapping, notices) = case.map(&Wanted::default()).unwrap();
    assert_eq!(mapping.score.as_deref(), Some("1、您有多大可能向朋友推荐我们？"));
    assert_eq!(mapping.texts[0].name, "2、您给出这个分数的主要原因是什么？");
    assert_eq!(mapping.date.as_deref(), Some("提交答卷时间"));
    assert_eq!(notices[0], "week.xlsx: sheet `Sheet1`, header in row 3");
}

#[test]
fn a_header_that_cannot_be_told_is_asked_for_and_named() {
    let mut case = one(&[&["note"], &["1", "9", "good"], &["2", "3", "bad"]]);
    let error = case.open().unwrap_err();
    assert_eq!((error.code(), error.kind()), ("ambiguous_header", ErrorKind::Ambiguous));
    case.options.header = Some("1".parse().unwrap());
    assert_eq!(sample(&case.open().unwrap()).unwrap().columns, ["note", "column_2", "column_3"]);
    case.options.header = Some("9".parse().unwrap());
    assert_eq!(case.open().unwrap_err().code(), "ambiguous_header");
    let twice = one(&[&["id", "Other", "Other"], &["1", "a", "b"]]);
    let error = twice.open().unwrap_err();
    assert_eq!((error.code(), error.message()), ("duplicate_column", "two columns are called `Other`: B and C"));
}

#[test]
fn ids_that_a_spreadsheet_has_rounded_are_told() {
    let case = one(&[HEAD, &["123456789012345678", "2026-06-01", "9", "good", "north"]]);
    let notices = case.map(&Wanted::default()).unwrap().1;
    assert!(
        notices.iter().any(|notice| notice.contains("beyond 2⁵³") && notice.contains("week.xlsx:2")),
        "{notices:?}"
    );
    // Where two are the same by then, the question says why.
    let row = ["123456789012345678", "2026-06-01", "9", "good", "north"];
    let error = one(&[HEAD, &row, &row]).map(&Wanted::default()).unwrap_err();
    assert_eq!(error.code(), "ambiguous_column");
    assert!(error.message().contains("1 of 2 values repeat") && error.message().contains("week.xlsx:2"), "{error}");
}

#[test]
fn two_workbooks_are_one_survey() {
    let mut book = Workbook::new();
    fill(book.add_worksheet(), &[HEAD, &["b", "2026-06-01", "3", "bad", "north"]]);
    let case = one(&[HEAD, &["a", "2026-06-01", "9", "good", "north"]]);
    std::fs::write(case.folder.path().join("other.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    let mut ids = texts(&case.run(&Wanted::default()).0, "id");
    ids.sort();
    assert_eq!(ids, ["a", "b"]);
}

/// Texts as people and programs write them.
fn text() -> impl Strategy<Value = String> {
    "[a-z好,;\" \n\r\t_x000D-]{0,12}|_x000D_|=1\\+1| lead|trail |\u{3000}|👍🏽|&amp;<b>"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A table gives the same respondents and the same rejects from a workbook as from CSV, whatever the size of a block.
    #[test]
    fn a_workbook_gives_what_csv_gives(
        rows in prop::collection::vec((text(), prop_oneof![(0..=11_i32).prop_map(|n| n.to_string()), text()], text(), 0_u8..30), 1..30),
        numbers: bool,
        block_bytes in prop_oneof![Just(1_usize), 20_usize..400, Just(1 << 20)],
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(HEAD).unwrap();
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        fill(page, &[HEAD]);
        for (at, (comment, score, region, day)) in (1_u32..).zip(&rows) {
            // Every seventh id is one that was there.
            // One day at least is one: a format that reads none is an error.
            let day = if at == 1 { &1 } else { day };
            let fields = [format!("r{}", at - at / 7), format!("2026-06-{day:02}"), score.clone(), comment.clone(), region.clone()];
            writer.write_record(&fields).unwrap();
            for (column, field) in (0..).zip(&fields) {
                match field.parse::<f64>() {
                    // As a number `00` would be 0, and so would `-0`.
                    Ok(number) if numbers && number.is_finite() && field != "-0" && number.to_string() == *field => page.write_number(at, column, number).map(drop).unwrap(),
                    _ => page.write_string(at, column, field).map(drop).unwrap(),
                }
            }
        }
        let wanted = Wanted {
            id: Some("id".to_owned()),
            score: Some("score".to_owned()),
            texts: vec![("comment".to_owned(), crate::types::Role::Why)],
            date: Some("date".to_owned()),
            date_format: Some("%Y-%m-%d".to_owned()),
            scale: Some("0-10".to_owned()),
            by: vec!["region".to_owned()],
            ..Wanted::default()
        };
        let [text, sheet] = [("a.csv", writer.into_inner().unwrap()), ("a.xlsx", book.save_to_buffer().unwrap())].map(|(name, bytes)| {
            let mut case = Case::new(&[(name, &bytes)]);
            case.options.block_bytes = block_bytes;
            case.options.delimiter = Some(b',');
            let (batch, mut rejects) = case.run(&wanted);
            rejects.sort_by_key(|reject| reject.line);
            let rejects: Vec<_> = rejects.into_iter().map(|reject| (reject.column, reject.reason, reject.message)).collect();
            (batch, rejects)
        });
        prop_assert_eq!(text, sheet);
    }
}

/// Sums that are called otherwise were answers with a score.
#[test]
fn rows_that_sum_up_in_other_words_are_below_the_table() {
    for first in ["Average score", "平均推荐分", "均分", "汇总", "总计(60份)", "总计：120", "共60条", "NPS"]
    {
        let case = one(&[
            HEAD,
            &["a", "2026-06-01", "9", "good", "north"],
            &["b", "2026-06-02", "3", "", ""],
            &[first, "", "8"],
        ]);
        let (batch, rejects) = case.run(&Wanted::default());
        assert_eq!(texts(&batch, "id"), ["a", "b"], "{first}");
        assert_eq!(why(&rejects), [(4, "below_table", None)], "{first}");
    }
    // Ids that begin so are ids, to the last of them.
    let (batch, rejects) =
        one(&[HEAD, &["Count 1", "2026-06-01", "9", "good", "north"], &["Count 2", "2026-06-02", "3"]])
            .run(&Wanted::default());
    assert_eq!((batch.num_rows(), rejects.len()), (2, 0));
}

type Rows<'a> = Vec<&'a [&'a str]>;

/// Sums that stood above a row with an unknown word were answers, and so were subtotals; values of a group column, and numbered ids, were sums.
#[test]
fn sums_are_told_from_answers_by_where_they_stand_and_how_often_they_come() {
    let whole: &[&str] = &["a", "2026-06-01", "9", "good", "north"];
    let part: &[&str] = &["b", "2026-06-02", "3", "loud"];
    let cases: [(&str, Rows<'_>, &[u64]); 10] = [
        ("sums below a sum", vec![whole, &["Average", "", "7"], &["Peak", "", "10"], &["底", "", "0"]], &[3, 4, 5]),
        ("two measures", vec![whole, &["Mean score", "", "8"], &["Net Promoter Score", "", "45"]], &[3, 4]),
        ("a word joined to Chinese", vec![whole, &["NPS值", "", "5"], &["NPS得分", "", "5"]], &[3, 4]),
        ("each band once", vec![whole, &["推荐者", "", "5"], &["被动者", "", "2"], &["贬损者", "", "1"]], &[3, 4, 5]),
        ("a group column", vec![whole, &["贬损者", "2026-06-02", "3", "loud"], &["贬损者", "2026-06-02", "2"]], &[]),
        (
            "a group column whose other value has been seen",
            vec![&["推荐者", "2026-06-01", "9", "good", "north"], &["贬损者", "2026-06-02", "3"]],
            &[],
        ),
        ("numbered ids", vec![&["NPS 001", "2026-06-01", "9"], &["NPS 002", "2026-06-01", "3"]], &[]),
        ("subtotals", vec![whole, &["合计", "", "9"], part, whole, &["合计", "", "6"]], &[3, 6]),
        (
            "a brand",
            vec![&["Total", "2026-06-01", "9"], &["Total", "2026-06-01", "3", "loud", "north"], &["Total", "", "9"]],
            &[],
        ),
        ("answers after a subtotal", vec![whole, &["小计", "", "9"], part, part], &[3]),
    ];
    for (name, rows, below) in cases {
        let rows: Vec<&[&str]> = [HEAD].into_iter().chain(rows).collect();
        let (batch, rejects) = one(&rows).run(&Wanted { id: Some("none".to_owned()), ..Wanted::default() });
        let wanted: Vec<_> = below.iter().map(|row| (*row, "below_table", None)).collect();
        assert_eq!(why(&rejects), wanted, "{name}");
        assert_eq!(batch.num_rows() + below.len() + 1, rows.len(), "{name}");
    }
}

/// A workbook in which results `nil` are left out, as programs do that work nothing out.
fn not_worked_out(case: Case) -> Case {
    let path = case.folder.path().join("week.xlsx");
    let mut from = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        let text = text.replace(" t=\"str\"><f>SUM(1,1)</f>", "><f>SUM(1,1)</f>").replace("<v>nil</v>", "<v></v>");
        std::io::Write::write_all(&mut to, text.as_bytes()).unwrap();
    }
    std::fs::write(&path, to.finish().unwrap().into_inner()).unwrap();
    case
}

/// A formula that nobody worked out was a blank score.
#[test]
fn a_formula_without_a_value_is_a_reject_and_one_that_comes_to_nothing_is_blank() {
    let case = not_worked_out(one(&[
        HEAD,
        &["a", "2026-06-01", "9", "good", "north"],
        &["b", "2026-06-01", "=SUM(1,1) -> nil", "good", "north"],
        &["c", "2026-06-01", "=IF(1,\"\") -> nil", "fine", "north"],
        &["d", "2026-06-01", "9", "fine", "=SUM(1,1) -> nil"],
        &["", "", "=SUM(1,1) -> nil"],
        &["average", "", "=SUM(1,1) -> nil"],
    ]));
    let (batch, rejects) = case.run(&Wanted::default());
    // What stands below the table need not be worked out.
    assert_eq!(why(&rejects), [(3, "cell_error", Some("score")), (7, "below_table", None)]);
    assert_eq!(rejects[0].message, "a formula without a value: open the file in a spreadsheet and save it");
    assert_eq!(texts(&batch, "id"), ["a", "c", "d"]);
    let notices = case.map(&Wanted::default()).unwrap().1;
    assert!(
        notices.iter().any(|notice| notice.contains("4 formula(s) without a value, first in row 3")),
        "{notices:?}"
    );
}

/// The rows below it were blank.
#[test]
fn a_formula_without_a_value_at_the_top_of_merged_cells_is_a_reject_in_each_row() {
    let rows: &[&[&str]] = &[
        &["a", "2026-06-01", "=SUM(1,1) -> nil", "good", "north"],
        &["b", "2026-06-01", "", "bad", "north"],
        &["c", "2026-06-01", "9", "written over", "north"],
    ];
    let (batch, rejects) = not_worked_out(merged(rows, &[2])).run(&Wanted::default());
    let error = |row| (row, "cell_error", Some("score"));
    assert_eq!((why(&rejects), texts(&batch, "id")), (vec![error(2), error(3)], vec!["c".to_owned()]));
}

#[test]
fn a_hidden_sheet_that_holds_something_is_said() {
    let case = case(|book| {
        fill(book.add_worksheet(), &[HEAD, &["a", "2026-06-01", "9", "good", "north"]]);
        let hidden = book.add_worksheet().set_name("数据 2").unwrap().set_hidden(true);
        fill(hidden, &[HEAD, &["b", "2026-06-01", "9", "good", "north"]]);
    });
    let notices = case.map(&Wanted::default()).unwrap().1;
    assert!(
        notices.iter().any(|notice| notice.contains("`数据 2`") && notice.contains("`--sheet \"数据 2\"`")),
        "{notices:?}"
    );
    // Where what is shown is no survey, the error says it too.
    let case = case_with_note();
    let help = case.map(&Wanted::default()).unwrap_err().way_out().unwrap().to_owned();
    assert!(help.ends_with("Hidden sheets hold something too: `--sheet 数据`."), "{help}");
}

/// A note on a sheet that is shown, and the survey on one that is not.
fn case_with_note() -> Case {
    case(|book| {
        fill(book.add_worksheet(), &[&["note", "by"], &["7", "8"]]);
        let hidden = book.add_worksheet().set_name("数据").unwrap().set_hidden(true);
        fill(hidden, &[HEAD, &["b", "2026-06-01", "9", "good", "north"]]);
    })
}
