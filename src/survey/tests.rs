//! Tests of the whole stop: files in, respondents and rejects out.
//!
//! Not for single parts, whose tests stand beside them.

use std::fmt::Write;
use std::fs::{self, File};
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow::array::{
    ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::types::Role;

/// Files in a folder of their own, opened with these options.
pub(super) struct Case {
    pub(super) folder: TempDir,
    pub(super) options: ReadOptions,
}

impl Case {
    pub(super) fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        Self { folder, options: ReadOptions::default() }
    }

    pub(super) fn open(&self) -> crate::Result<Vec<Source>> {
        open(&[self.folder.path().join("*").display().to_string()], &self.options)
    }

    pub(super) fn map(&self, wanted: &Wanted) -> crate::Result<(Mapping, Vec<String>)> {
        map_columns(&sample(&self.open()?)?, wanted)
    }

    /// All respondents as one batch, and all rejects.
    pub(super) fn run(&self, wanted: &Wanted) -> (RecordBatch, Vec<Reject>) {
        let sources = self.open().unwrap();
        let (mapping, _) = map_columns(&sample(&sources).unwrap(), wanted).unwrap();
        let reader = Reader::new(sources.clone(), &mapping, &self.options).unwrap();
        let (mut batches, mut rejects) = (Vec::new(), Vec::new());
        for raw in reader {
            let raw = raw.unwrap();
            let (batch, more) = respondents(&raw, &sources[raw.source], &mapping).unwrap();
            batches.push(batch);
            rejects.extend(raw.rejects);
            rejects.extend(more);
        }
        let schema = respondent_schema(&mapping);
        (arrow::compute::concat_batches(&schema, &batches).unwrap(), rejects)
    }
}

/// A column of text; null is `-`.
pub(super) fn texts(batch: &RecordBatch, name: &str) -> Vec<String> {
    let column = batch.column_by_name(name).unwrap().as_string::<i32>().clone();
    column.iter().map(|value| value.unwrap_or("-").to_owned()).collect()
}

fn text_wanted() -> Wanted {
    Wanted { texts: vec![("text".to_owned(), Role::Why)], ..Wanted::default() }
}

const SMALL: &str = "id,score,comment,date\n1,10,很好,2026-06-01\n2,3,太慢了,2026-06-09\n";

#[test]
fn a_small_survey_becomes_respondents() {
    let case = Case::new(&[("a.csv", SMALL.as_bytes())]);
    let (batch, rejects) = case.run(&Wanted::default());
    assert_eq!(rejects, []);
    assert_eq!(texts(&batch, "id"), ["1", "2"]);
    assert_eq!(texts(&batch, "text"), ["很好", "太慢了"]);
    assert_eq!(texts(&batch, "band"), ["promoter", "detractor"]);
    assert_eq!(texts(&batch, "period"), ["2026-W23", "2026-W24"]);
    assert_eq!(batch.column_by_name("score").unwrap().as_primitive::<Float64Type>().values(), &[10.0, 3.0]);
    assert_eq!(batch.column_by_name("weight").unwrap().as_primitive::<Int64Type>().values(), &[1_000_000; 2]);
    let names: Vec<&str> = batch.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(names, ["id", "consent", "period", "date", "score", "band", "weight", "text"]);
}

#[test]
fn blanks_have_their_meaning_and_two_texts_their_names() {
    let csv = "id,customer_id,score,date,w,region,why,good\n,C1,,,,,  ,价格好\n a ,,9, 2026/1/1,0.5, 北京 ,\" x \",\n";
    let case = Case::new(&[("a.csv", csv.as_bytes())]);
    let some = |name: &str| Some(name.to_owned());
    let wanted = Wanted {
        id: some("id"),
        customer: some("customer_id"),
        weight: some("w"),
        by: vec!["region".to_owned()],
        texts: vec![("why".to_owned(), Role::Why), ("good".to_owned(), Role::Good)],
        period: Some(Granularity::Month),
        ..Wanted::default()
    };
    let (batch, rejects) = case.run(&wanted);
    assert_eq!(rejects, []);
    let digest = case.open().unwrap()[0].digest.clone();
    for (name, values) in [
        ("id", [format!("{}-1", &digest[..12]), "a".to_owned()]),
        ("customer", ["C1".to_owned(), "-".to_owned()]),
        ("period", ["undated".to_owned(), "2026-01".to_owned()]),
        ("band", ["-".to_owned(), "promoter".to_owned()]),
        ("seg_region", ["(blank)".to_owned(), "北京".to_owned()]),
        ("text_why", ["-".to_owned(), " x ".to_owned()]),
        ("text_good", ["价格好".to_owned(), "-".to_owned()]),
    ] {
        assert_eq!(texts(&batch, name), values, "{name}");
    }
    assert_eq!(batch.column_by_name("weight").unwrap().as_primitive::<Int64Type>().values(), &[1_000_000, 500_000]);
}

#[test]
fn every_reject_has_its_place_and_reason() {
    let csv = b"id,score,text,date,weight\r\n\
        1,9,ok,2026-01-01,1\r\n\
        \r\n\
        2,9,\"two\r\nlines\",2026-01-01,1\r\n\
        3,nine,ok,2026-01-01,1\r\n\
        4,11,ok,2026-01-01,1\r\n\
        5,9,ok,2026-02-30,1\r\n\
        6,9,ok,2026-01-01,0\r\n\
        7,9,ok,2026-01-01\r\n\
        2,9,again,2026-01-01,1\r\n\
        8,9,\xe6\x9c\x8d\xff,2026-01-01,1\r\n\
        9,9,ok,2026-01-01,1";
    let mut csv = csv.to_vec();
    // Enough Chinese for the one damaged sequence to be damage.
    for n in 100..120 {
        csv.extend_from_slice(format!("\r\n{n},9,服务很好服务很好,2026-01-01,1").as_bytes());
    }
    let mut case = Case::new(&[("a.csv", &csv)]);
    let wanted = Wanted {
        weight: Some("weight".to_owned()),
        date_format: Some("%Y-%m-%d".to_owned()),
        date: Some("date".to_owned()),
        ..Wanted::default()
    };
    let mut before = None;
    for block_bytes in [1, 40, 97, 1 << 20] {
        case.options.block_bytes = block_bytes;
        let (batch, mut rejects) = case.run(&wanted);
        rejects.sort_by_key(|reject| reject.line);
        let got: Vec<(u64, Reason, Option<&str>)> =
            rejects.iter().map(|r| (r.line, r.reason, r.column.as_deref())).collect();
        assert_eq!(
            got,
            [
                (6, Reason::ScoreNotANumber, Some("score")),
                (7, Reason::ScoreOffScale, Some("score")),
                (8, Reason::BadDate, Some("date")),
                (9, Reason::BadWeight, Some("weight")),
                (10, Reason::BadColumns, None),
                (11, Reason::DuplicateId, Some("id")),
                (12, Reason::BadEncoding, Some("text")),
            ]
        );
        for reject in &rejects {
            let line = &csv[usize::try_from(reject.byte).unwrap()..];
            assert!(csv[..usize::try_from(reject.byte).unwrap()].ends_with(b"\n") && line[0].is_ascii_digit());
        }
        assert_eq!(batch.num_rows(), 23);
        assert_eq!(texts(&batch, "text")[1], "two\r\nlines");
        assert_eq!(before.get_or_insert_with(|| batch.clone()), &batch);
    }
}

#[test]
fn line_ends_marks_and_bare_cr_are_read() {
    for (name, bytes, wanted) in [
        ("crlf and BOM", "\u{feff}id,text\r\n1,a\r\n2,b\r\n", [("1", "a", 2), ("2", "b", 3)]),
        ("bare CR ends", "id,text\r1,\"a\ra\"\r2,b\r", [("1", "a\na", 2), ("2", "b", 4)]),
        ("bare CR inside", "id,text\n1,\"a\rb\"\n2,c\rd\n", [("1", "a\rb", 2), ("2", "c\rd", 3)]),
        ("no last end", "id,text\n\n\n1,a\n\n2,b", [("1", "a", 4), ("2", "b", 6)]),
        ("quotes", "id;text\n1;\"a;\"\"x\"\"\"\n2;b,c\n", [("1", "a;\"x\"", 2), ("2", "b,c", 3)]),
        ("tabs", "id\ttext\n1\ta,b\n2\tc;d\n", [("1", "a,b", 2), ("2", "c;d", 3)]),
    ] {
        let case = Case::new(&[("a.csv", bytes.as_bytes())]);
        let sources = case.open().unwrap();
        let wanted_columns = Wanted { id: Some("id".to_owned()), ..text_wanted() };
        let (mapping, _) = map_columns(&sample(&sources).unwrap(), &wanted_columns).unwrap();
        let raw = Reader::new(sources, &mapping, &case.options).unwrap().next().unwrap().unwrap();
        assert_eq!(raw.rejects, [], "{name}");
        let (ids, comments) = (texts(&raw.batch, "id"), texts(&raw.batch, "text"));
        for (at, (id, comment, line)) in wanted.into_iter().enumerate() {
            assert_eq!((ids[at].as_str(), comments[at].as_str(), raw.lines[at]), (id, comment, line), "{name}");
            let byte = usize::try_from(raw.bytes[at]).unwrap();
            assert!(bytes[byte..].starts_with(id), "{name}: byte {byte}");
        }
    }
}

#[test]
fn a_reader_goes_to_another_thread() {
    fn goes<T: Send>() {}
    goes::<Reader>();
    goes::<Source>();
}

#[test]
fn json_lines_are_read() {
    let json = "{\"id\":1,\"text\":\"好\\n用\",\"score\":10.0}\n\n{\"score\":null,\"id\":\"b\"}\nnonsense\n{\"id\":3,\"text\":[\"x\"]}";
    let case = Case::new(&[("a.jsonl", json.as_bytes())]);
    let wanted = Wanted { id: Some("id".to_owned()), score: Some("score".to_owned()), ..text_wanted() };
    let (batch, rejects) = case.run(&wanted);
    assert_eq!(texts(&batch, "id"), ["1", "b", "3"]);
    assert_eq!(texts(&batch, "text"), ["好\n用", "-", "[\"x\"]"]);
    assert_eq!(texts(&batch, "band"), ["promoter", "-", "-"]);
    assert_eq!(rejects.iter().map(|r| (r.line, r.reason)).collect::<Vec<_>>(), [(4, Reason::BadJson)]);
    assert_eq!(&json[usize::try_from(rejects[0].byte).unwrap()..][..8], "nonsense");
}

#[test]
fn parquet_of_many_types_is_read() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![7, 8]))),
        ("score", Arc::new(Float64Array::from(vec![Some(10.0), None]))),
        ("text", Arc::new(LargeStringArray::from(vec!["很好", "bad"]))),
        ("view", Arc::new(StringViewArray::from(vec!["a", "b"]))),
        ("kind", Arc::new(vec!["x", "y"].into_iter().collect::<DictionaryArray<Int32Type>>())),
        ("flag", Arc::new(BooleanArray::from(vec![true, false]))),
        ("date", Arc::new(Date32Array::from(vec![20_606, 20_607]))),
        ("stamp", Arc::new(TimestampMillisecondArray::from(vec![0, 1000]))),
        ("weight", Arc::new(Decimal128Array::from(vec![1_250, 500]).with_precision_and_scale(10, 3).unwrap())),
        ("list", Arc::new(StringArray::from(vec!["l", "m"]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let case = Case::new(&[]);
    let file = File::create(case.folder.path().join("a.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let by = ["view", "kind", "flag", "stamp"].map(str::to_owned).to_vec();
    let (batch, rejects) = case.run(&Wanted { by, weight: Some("weight".to_owned()), ..Wanted::default() });
    assert_eq!(rejects, []);
    for (name, values) in [
        ("id", ["7", "8"]),
        ("text", ["很好", "bad"]),
        ("period", ["2026-W23", "2026-W23"]),
        ("band", ["promoter", "-"]),
        ("seg_view", ["a", "b"]),
        ("seg_kind", ["x", "y"]),
        ("seg_flag", ["true", "false"]),
        ("seg_stamp", ["1970-01-01T00:00:00", "1970-01-01T00:00:01"]),
    ] {
        assert_eq!(texts(&batch, name), values, "{name}");
    }
    assert_eq!(batch.column_by_name("weight").unwrap().as_primitive::<Int64Type>().values(), &[1_250_000, 500_000]);
}

/// Such a field was blank, as if nobody had written anything.
#[test]
fn bytes_of_parquet_that_are_no_text_make_the_row_a_reject() {
    let texts_of = BinaryArray::from(vec![Some("很好".as_bytes()), Some(b"\xe5\x9d bad"), None]);
    let columns: Vec<(&str, ArrayRef)> =
        vec![("id", Arc::new(StringArray::from(vec!["1", "2", "3"]))), ("comment", Arc::new(texts_of))];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, it)| (name, it, true))).unwrap();
    let case = Case::new(&[]);
    let file = File::create(case.folder.path().join("a.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let (batch, rejects) = case.run(&Wanted::default());
    assert_eq!(texts(&batch, "id"), ["1", "3"]);
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0].line, rejects[0].reason), (2, Reason::BadEncoding));
}

#[test]
fn encodings_are_told_and_named() {
    let rows = "id,comment\n1,师傅很准时，修得也快\n2,价格太贵了，而且要等很久\n3,冰箱的声音太大\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(rows);
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(rows.encode_utf16().flat_map(u16::to_le_bytes));
    for (bytes, name) in [(gbk.to_vec(), "gb18030"), (utf16, "UTF-16LE"), (rows.as_bytes().to_vec(), "UTF-8")] {
        let case = Case::new(&[("a.csv", &bytes)]);
        let sources = case.open().unwrap();
        assert!(
            matches!(sources[0].format, Format::Delimited { encoding, .. } if encoding.name() == name),
            "{sources:?}"
        );
        assert_eq!(sources[0].notices.len(), usize::from(name != "UTF-8"));
        let (batch, rejects) = case.run(&Wanted::default());
        assert_eq!((texts(&batch, "text")[2].as_str(), rejects.len()), ("冰箱的声音太大", 0));
    }
    let mut case = Case::new(&[("a.csv", b"id,comment\n1,\xff\xfe\x81\n")]);
    assert_eq!(case.open().unwrap_err().code(), "ambiguous_encoding");
    case.options.delimiter = Some(b'"');
    case.options.encoding = Some("latin1".to_owned());
    assert_eq!(case.open().unwrap_err().code(), "bad_delimiter");
    case.options.delimiter = None;
    case.options.encoding = Some("gbk".to_owned());
    assert_eq!(case.run(&Wanted { texts: vec![("comment".to_owned(), Role::Why)], ..Wanted::default() }).1.len(), 1);
}

#[test]
fn text_of_two_encodings_in_one_file_is_asked_about() {
    let simplified = "2,价格太贵了，而且要等很久才有人来，师傅倒是很客气\n";
    let traditional = "3,價格太貴了，而且要等很久才有人來，師傅倒是很客氣\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(simplified);
    let (big5, _, unmapped) = encoding_rs::BIG5.encode(traditional);
    assert!(!unmapped);
    let of = |rows: &[&[u8]]| Case::new(&[("a.csv", &[b"id,comment\n", &rows.concat()[..]].concat())]).open();
    let name = |sources: Vec<Source>| match sources[0].format {
        Format::Delimited { encoding, .. } => encoding.name(),
        _ => "",
    };
    assert_eq!(name(of(&[&gbk, &gbk]).unwrap()), "gb18030");
    assert_eq!(name(of(&[&big5, &big5]).unwrap()), "Big5");
    let error = of(&[&gbk, &big5]).unwrap_err();
    assert_eq!(error.code(), "ambiguous_encoding");
    assert!(error.way_out().unwrap().contains("--encoding"), "{error}");
}

#[test]
fn what_cannot_be_opened_says_why() {
    for (files, code) in [
        (&[][..], "no_input"),
        (&[("a.csv", &b""[..])], "empty_input"),
        (&[("a.csv", b"\n \n")], "empty_input"),
        (&[("a.csv", b"PK\x03\x04...")], "workbook"),
        (&[("a.xls", b"\xd0\xcf\x11\xe0...")], "not_a_table"),
        (&[("a.json", b"[{\"a\":1}]")], "not_a_table"),
        (&[("a.csv", b"a,b\n1,2\n"), ("b.csv", b"a,b\n1,2\n")], "same_input_twice"),
        (&[("a.csv", b"a,a\n1,2\n")], "duplicate_column"),
        (&[("a.csv", b"a,b\n1,2\n"), ("b.csv", b"a,c\n1,2\n")], "different_columns"),
        (&[("a.csv", b"a,b;c\n1,2;3\n4,5;6\n")], "ambiguous_delimiter"),
        (&[("a.parquet", b"PAR1 and nothing more")], "not_a_table"),
    ] {
        let case = Case::new(files);
        let got = case.open().and_then(|sources| sample(&sources)).unwrap_err();
        assert_eq!(got.code(), code, "{got}");
    }
}

#[test]
fn sources_come_by_digest_and_headers_in_any_order() {
    let case = Case::new(&[("a.csv", b"id,text\n1,one\n"), ("b.csv", b"text,id\ntwo,2\n")]);
    let (batch, _) = case.run(&Wanted { id: Some("id".to_owned()), ..text_wanted() });
    let mut got: Vec<(String, String)> = texts(&batch, "id").into_iter().zip(texts(&batch, "text")).collect();
    got.sort();
    assert_eq!(got, [("1".to_owned(), "one".to_owned()), ("2".to_owned(), "two".to_owned())]);
    let digests: Vec<String> = case.open().unwrap().into_iter().map(|source| source.digest).collect();
    assert!(digests.is_sorted());
}

/// A survey of `rows` rows whose score and date are made by these.
fn survey(rows: usize, score: impl Fn(usize) -> String, date: impl Fn(usize) -> String) -> String {
    let mut csv = "respondent_id,lang,nps,reason,date\n".to_owned();
    for n in 0..rows {
        writeln!(csv, "R{n},zh,{},第{n}次用，还不错,{}", score(n), date(n)).unwrap();
    }
    csv
}

#[test]
fn what_two_readings_fit_is_an_error_that_names_the_flag() {
    let iso = |n: usize| format!("2026-01-{:02}", n % 28 + 1);
    for (csv, code, help) in [
        (survey(40, |n| (n % 5 + 1).to_string(), iso), "ambiguous_scale", "--scale 1-5"),
        (survey(40, |n| (n % 7 + 1).to_string(), iso), "ambiguous_scale", "--scale 1-7"),
        (survey(40, |n| (n * 2 + 1).to_string(), iso), "unknown_scale", "--scale"),
        (survey(9, |n| ["满意", "不满意"][n % 2].to_owned(), iso), "ambiguous_scale", "满意=?"),
        (survey(9, |n| n.to_string(), |n| format!("{}/4/2026", n + 1)), "ambiguous_date", "--date-format %d/%m/%Y"),
        ("id,comment,feedback\n1,很好很好,不错不错\n".to_owned(), "ambiguous_column", "--text"),
        ("id,score,rating_score,nps_rating,comment,q1_score,q2_score\n".to_owned(), "", ""),
        ("id,q1_score,q2_score,comment\n1,9,8,a b\n".to_owned(), "ambiguous_column", "--score"),
        ("id,score\n1,9\n".to_owned(), "no_text_column", "--text"),
    ] {
        let case = Case::new(&[("a.csv", csv.as_bytes())]);
        match case.map(&Wanted::default()) {
            Ok(_) => assert_eq!(code, "", "{csv}"),
            Err(error) => {
                assert_eq!(error.code(), code, "{error}");
                assert!(error.way_out().unwrap().contains(help), "{error}");
            }
        }
    }
}

#[test]
fn columns_are_found_and_said() {
    let csv = survey(40, |n| (n % 11).to_string(), |n| format!("{}/6/2026", n % 28 + 1));
    let (mapping, notices) = Case::new(&[("a.csv", csv.as_bytes())]).map(&Wanted::default()).unwrap();
    assert_eq!(mapping.id.as_deref(), Some("respondent_id"));
    assert_eq!(mapping.score.as_deref(), Some("nps"));
    assert_eq!(mapping.texts[0].name, "reason");
    assert_eq!(mapping.date_format.as_ref().map(DateFormat::as_str), Some("%d/%m/%Y"));
    assert_eq!(mapping.calendar.granularity(), Granularity::Week);
    assert!(notices.iter().any(|notice| notice == "score: column `nps` (0–10)"), "{notices:?}");
    let written = serde_json::to_string(&mapping).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&written).unwrap(), mapping);

    let only_text = "编码,说了什么\nA1,师傅来得很快 也很客气\nA2,等了很久 没人接电话\n";
    let (mapping, notices) = Case::new(&[("a.csv", only_text.as_bytes())]).map(&Wanted::default()).unwrap();
    assert_eq!((mapping.texts[0].name.as_str(), mapping.calendar.granularity()), ("说了什么", Granularity::None));
    for what in ["score: no column", "date: no column", "id: no column"] {
        assert!(notices.iter().any(|notice| notice.starts_with(what)), "{notices:?}");
    }
}

#[test]
fn timestamps_with_offsets_lie_on_days_of_the_zone() {
    // Sunday in New York is Monday in Shanghai.
    let csv = "id,score,comment,date\n1,10,很好,2026-06-07T20:00:00-04:00\n2,3,太慢了,2026-06-07T12:00:00Z\n\
               3,9,不错,2026-06-07 20:00\n4,8,还行,2026-06-08\n5,8,还行,2026-06-08T24:00Z\n";
    let case = Case::new(&[("a.csv", csv.as_bytes())]);
    let zone = |name: &str| Wanted { time_zone: Some(name.to_owned()), ..Wanted::default() };
    let (batch, rejects) = case.run(&Wanted::default());
    assert_eq!(texts(&batch, "period"), ["2026-W23", "2026-W23", "2026-W23", "2026-W24", "2026-W24"]);
    assert!(rejects.is_empty());
    let (batch, rejects) = case.run(&zone("Asia/Shanghai"));
    assert_eq!(texts(&batch, "period"), ["2026-W24", "2026-W23", "2026-W23", "2026-W24"]);
    assert_eq!((rejects.len(), rejects[0].reason), (1, Reason::BadDate));

    let says = |wanted: &Wanted| case.map(wanted).unwrap().1;
    let as_written =
        "date: timestamps carry offsets, and the day as written counts (`--time-zone` changes it)".to_owned();
    assert!(says(&Wanted::default()).contains(&as_written));
    let zoned = says(&zone("asia/shanghai"));
    assert!(
        zoned.contains(&"time zone: Asia/Shanghai (days of timestamps that carry offsets)".to_owned()),
        "{zoned:?}"
    );
    assert!(!zoned.contains(&as_written));

    // One offset is that of the place, and days alone have none.
    for dates in [["2026-06-07T20:00:00+08:00", "2026-06-08T20:00:00+08:00"], ["2026-06-07", "2026-06-08"]] {
        let csv = format!("id,score,comment,date\n1,10,很好,{}\n2,3,太慢了,{}\n", dates[0], dates[1]);
        let case = Case::new(&[("a.csv", csv.as_bytes())]);
        assert!(!case.map(&Wanted::default()).unwrap().1.contains(&as_written));
        let said = case.map(&zone("UTC")).unwrap().1.join("\n");
        assert_eq!(said.contains("no value in `date` carries an offset"), dates[0].len() == 10, "{said}");
    }
}

#[test]
fn weeks_start_when_the_user_says() {
    let sunday = Wanted { week_start: Some(WeekStart::Sunday), ..Wanted::default() };
    let case = Case::new(&[("a.csv", SMALL.as_bytes())]);
    assert_eq!(texts(&case.run(&sunday).0, "period"), ["2026-05-31", "2026-06-07"]);
    let (mapping, notices) = case.map(&sunday).unwrap();
    assert!(notices.contains(&"period: week from sunday on, called by its first day".to_owned()), "{notices:?}");
    let written = serde_json::to_value(&mapping).unwrap();
    assert_eq!((&written["period"], &written["week_start"]), (&"week".into(), &"sunday".into()));
    assert_eq!(serde_json::from_value::<Mapping>(written).unwrap(), mapping);
    // Where periods are no weeks it does not count.
    let month = Wanted { period: Some(Granularity::Month), ..sunday.clone() };
    assert_eq!(case.map(&month).unwrap().0.calendar, Calendar::new(Granularity::Month, WeekStart::Monday));
    let undated = Case::new(&[("a.csv", b"id,text\n1,a b\n")]);
    for (wanted, code) in [
        (Wanted { texts: text_wanted().texts, ..sunday }, "no_date_for_period"),
        (Wanted { time_zone: Some("UTC".to_owned()), ..text_wanted() }, "no_date_for_time_zone"),
    ] {
        assert_eq!(undated.map(&wanted).unwrap_err().code(), code);
    }
}

#[test]
fn what_the_user_asks_for_must_be_there() {
    let some = |name: &str| Some(name.to_owned());
    for (wanted, code, help) in [
        (Wanted { score: some("scor"), ..Wanted::default() }, "unknown_column", "--score score"),
        (Wanted { by: vec!["x".to_owned()], ..Wanted::default() }, "unknown_column", "`id`"),
        (Wanted { id: some("id"), score: some("id"), ..Wanted::default() }, "column_used_twice", "--score"),
        (Wanted { scale: some("0-9"), ..Wanted::default() }, "bad_scale", "--scale"),
        (Wanted { date_format: some("%d/%m/%Y"), ..Wanted::default() }, "bad_date_format", "--date-format"),
    ] {
        let error = Case::new(&[("a.csv", SMALL.as_bytes())]).map(&wanted).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.way_out().unwrap().contains(help), "{error}");
    }
    let undated = Case::new(&[("a.csv", b"id,text\n1,a b\n")]);
    let error = undated.map(&Wanted { period: Some(Granularity::Week), ..text_wanted() }).unwrap_err();
    assert_eq!(error.code(), "no_date_for_period");
}

#[test]
fn a_field_that_is_too_large_is_a_reject_and_an_open_quote_stops() {
    let large = format!("id,text\n1,{}\n2,b\n", "x".repeat(1024 * 1024 + 1));
    let (batch, rejects) = Case::new(&[("a.csv", large.as_bytes())]).run(&text_wanted());
    assert_eq!((batch.num_rows(), rejects[0].reason), (1, Reason::FieldTooLarge));
    let case = Case::new(&[("a.csv", b"id,text\n1,a\n2,\"b\n3,c\n4,d\n")]);
    let error = sample(&case.open().unwrap()).unwrap_err();
    assert_eq!((error.code(), error.place().unwrap().line), ("open_quote", Some(3)), "{error}");
    // A quote inside a field opens nothing, and a closed one may be followed by text.
    let (batch, _) = Case::new(&[("a.csv", b"id,text\n1,5\" pipe\n2,\"b\"c\n3,\"d \"\"e\"\"\"")]).run(&text_wanted());
    assert_eq!(texts(&batch, "text"), ["5\" pipe", "bc", "d \"e\""]);
    let open = format!("id,text\n1,\"{}", "x\n".repeat(9 * 1024 * 1024));
    let case = Case::new(&[("a.csv", open.as_bytes())]);
    let error = sample(&case.open().unwrap()).unwrap_err();
    assert_eq!(error.place().unwrap().line, Some(2), "{error}");
}

#[test]
fn a_quote_that_another_rows_quote_closes_swallows_no_rows_in_silence() {
    let wide = |rows: &str| format!("id,score,text,more\n1,9,fine,x\n{rows}8,9,good,x\n");
    for (name, rows, says) in [
        // The next quoted field's opening quote closes this one, and its text follows.
        ("torn", "2,3,\"open,x\n3,9,c,x\n4,9,\"d\",x\n", "open_quote"),
        // A quote that is the last of its field closes it as if all were right.
        ("closed by chance", "2,3,\"open,x\n3,9,c,x\n4,9,d,x\n5,9,e\",x\n", "open_quote"),
        ("no row inside", "2,3,\"he said\nno\"thing\",x\n", "bad_quotes"),
        ("a list inside", "2,3,\"one\ntwo, three, four, five\nsix\",x\n", ""),
        ("lines inside", "2,3,\"one\ntwo\r\n\nthree\"\"x\"\"\",x\r\n", ""),
    ] {
        let csv = wide(rows);
        let case = Case::new(&[("a.csv", csv.as_bytes())]);
        let wanted = Wanted { id: Some("id".to_owned()), score: Some("score".to_owned()), ..text_wanted() };
        if says == "open_quote" {
            let sources = case.open().unwrap();
            let error = sample(&sources).unwrap_err();
            assert_eq!((error.code(), error.place().unwrap().line), (says, Some(3)), "{name}: {error}");
        } else {
            let (batch, rejects) = case.run(&wanted);
            let reasons: Vec<&str> = rejects.iter().map(|reject| reject.reason.as_str()).collect();
            assert_eq!((reasons.join(" ").as_str(), batch.num_rows() + rejects.len()), (says, 3), "{name}");
        }
    }
}

#[test]
fn a_column_that_is_called_a_weight_or_an_id_is_never_dropped_in_silence() {
    let survey = |head: &str, value: &dyn Fn(usize) -> String| {
        let rows: Vec<String> = (0..40).map(|n| format!("{},{},comment number {n}", value(n), n % 11)).collect();
        format!("{head},score,comment\n{}\n", rows.join("\n"))
    };
    // One slip among good weights is a reject.
    let csv = survey("weight", &|n| if n == 7 { "0".to_owned() } else { format!("0.{}", 50 + n) });
    let (batch, rejects) = Case::new(&[("a.csv", csv.as_bytes())]).run(&Wanted::default());
    assert_eq!((batch.num_rows(), rejects[0].reason, rejects.len()), (39, Reason::BadWeight, 1));
    for (head, value, help) in [
        ("weight", &(|n: usize| format!("{}.5", 30 + n)) as &dyn Fn(usize) -> String, "--weight none"),
        ("权重", &|_| "heavy".to_owned(), "--weight 权重"),
        ("respondent_id", &|n: usize| format!("R{}", n % 20), "--id respondent_id"),
        ("nps", &|n| format!("{}", n * 1000), "--score none"),
    ] {
        let csv = survey(head, value).replace(",score", if head == "nps" { ",branch" } else { ",score" });
        let case = Case::new(&[("a.csv", csv.as_bytes())]);
        let error = case.map(&Wanted::default()).unwrap_err();
        assert_eq!(error.code(), "ambiguous_column", "{error}");
        assert!(error.way_out().unwrap().contains(help), "{error}");
        // Both ways out are ways out.
        for wanted in [head, "none"] {
            let mut asked = Wanted { scale: Some("0-10".to_owned()), ..Wanted::default() };
            match head {
                "weight" | "权重" => asked.weight = Some(wanted.to_owned()),
                "nps" => asked.score = Some(wanted.to_owned()),
                _ => asked.id = Some(wanted.to_owned()),
            }
            let (mapping, _) = case.map(&asked).unwrap();
            let used = [mapping.weight, mapping.score, mapping.id].into_iter().flatten().any(|column| column == head);
            assert_eq!(used, wanted == head, "{head} {wanted}");
        }
    }
}

#[test]
fn a_score_that_is_also_a_segment_is_still_the_score() {
    let csv = survey(40, |n| (n % 11).to_string(), |n| format!("2026-01-{:02}", n % 28 + 1));
    let by = vec!["nps".to_owned(), "date".to_owned()];
    let (mapping, _) = Case::new(&[("a.csv", csv.as_bytes())]).map(&Wanted { by, ..Wanted::default() }).unwrap();
    assert_eq!((mapping.score.as_deref(), mapping.date.as_deref()), (Some("nps"), Some("date")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Rows in = respondents + rejects, in the same order and unchanged, whatever is in the fields.
    #[test]
    fn rows_in_are_respondents_and_rejects(
        rows in prop::collection::vec(("[0-9a-c]{0,2}", "(10|[0-9]|x|12)?", "[a好，,;\"\r\n ]{0,8}", any::<bool>()), 1..30),
        block_bytes in 1_usize..90,
        crlf in any::<bool>(),
    ) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(terminator)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        writer.write_record(["id", "score", "text", "more"]).unwrap();
        for (id, score, text, whole) in &rows {
            let fields = [id.as_str(), score, text, ""];
            writer.write_record(if *whole { &fields[..] } else { &fields[..2] }).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut case = Case::new(&[("a.csv", &bytes)]);
        case.options = ReadOptions { delimiter: Some(b','), block_bytes, ..ReadOptions::default() };
        let wanted = Wanted {
            id: Some("id".to_owned()),
            score: Some("score".to_owned()),
            scale: Some("0-10".to_owned()),
            ..text_wanted()
        };
        let (batch, rejects) = case.run(&wanted);
        // A row that holds nothing is none.
        let holds = |(id, score, text, whole): &&(String, String, String, bool)| {
            !(id.is_empty() && score.is_empty() && (!whole || text.trim().is_empty()))
        };
        prop_assert_eq!(batch.num_rows() + rejects.len(), rows.iter().filter(holds).count());
        let mut seen = std::collections::HashSet::new();
        let good = rows.iter().filter(holds).filter(|(id, score, _, whole)| {
            *whole && (id.is_empty() || seen.insert(id)) && !matches!(score.as_str(), "x" | "12")
        });
        let wanted: Vec<&str> = good.map(|(_, _, text, _)| if text.trim().is_empty() { "-" } else { text }).collect();
        prop_assert_eq!(texts(&batch, "text"), wanted);
    }
}

/// Rows that a spreadsheet writes for cleared ones were respondents without a date.
#[test]
fn rows_of_delimiters_alone_are_no_answers() {
    let rows = ["1,9,fine", ",,", " , \t,\u{3000}", "\"\",\"\",", ",,,,", ",,x", "3,2,loud", ",,"];
    for end in ["\n", "\r\n"] {
        for block_bytes in [1, 1 << 20] {
            let mut case = Case::new(&[("a.csv", format!("id,score,text{end}{}", rows.join(end)).as_bytes())]);
            case.options.block_bytes = block_bytes;
            let sources = case.open().unwrap();
            let wanted = Wanted { scale: Some("0-10".to_owned()), ..text_wanted() };
            let (mapping, _) = map_columns(&sample(&sources).unwrap(), &wanted).unwrap();
            let raw: Vec<RawBatch> =
                Reader::new(sources, &mapping, &case.options).unwrap().map(Result::unwrap).collect();
            assert_eq!(raw.iter().map(|raw| raw.blank).sum::<u64>(), 5, "{end:?} {block_bytes}");
            let places: Vec<(u64, u64)> =
                raw.iter().flat_map(|raw| raw.lines.iter().copied().zip(raw.rows.clone())).collect();
            // Each keeps its number: ids that are made of numbers are those of an output of before.
            assert_eq!(places, [(2, 1), (7, 6), (8, 7)]);
            assert_eq!(raw.iter().map(|raw| raw.rejects.len()).sum::<usize>(), 0);
        }
    }
}

/// Of the encodings that were named, each spoilt nearly all of the text.
#[test]
fn a_few_lines_in_another_encoding_are_asked_about_with_utf_8_first() {
    let survey = |foreign: usize| {
        let mut bytes = b"id,score,text\n".to_vec();
        for n in 0..40 {
            bytes.extend(format!("{n},9,").into_bytes());
            // 服务很好 in GB 18030.
            bytes.extend_from_slice(if n < foreign {
                b"\xb7\xfe\xce\xf1\xba\xdc\xba\xc3"
            } else {
                "服务很好".as_bytes()
            });
            bytes.push(b'\n');
        }
        bytes
    };
    let mut case = Case::new(&[("a.csv", &survey(2))]);
    let error = case.open().unwrap_err();
    assert_eq!(error.code(), "ambiguous_encoding");
    let help = error.way_out().unwrap();
    assert!(help.starts_with("Say `--encoding utf-8`, and 2 lines of 40"), "{help}");
    case.options.encoding = Some("utf-8".to_owned());
    let (batch, rejects) = case.run(&text_wanted());
    assert_eq!((batch.num_rows(), rejects.len(), rejects[0].reason), (38, 2, Reason::BadEncoding));
    let help = Case::new(&[("a.csv", &survey(20))]).open().map(|_| String::new());
    assert!(help.is_ok() || !help.unwrap_err().way_out().unwrap().contains("utf-8"));
}

/// The reject named the line of the quote alone.
#[test]
fn a_row_that_swallows_the_next_one_names_the_lines_that_it_takes_in() {
    let rows = ["1,9,fine,x", "2,8,\"half,x", "3,7,\"quoted\",x", "4,6,fine,x", "5,6,fine"];
    for block_bytes in [1, 1 << 20] {
        let mut case = Case::new(&[("a.csv", format!("id,score,text,more\n{}\n", rows.join("\n")).as_bytes())]);
        case.options.block_bytes = block_bytes;
        let wanted = Wanted { scale: Some("0-10".to_owned()), ..text_wanted() };
        let (batch, rejects) = case.run(&wanted);
        assert_eq!((batch.num_rows(), rejects.len()), (2, 2));
        assert!(rejects[0].message.ends_with("the row takes in lines 3 to 4"), "{}", rejects[0].message);
        assert_eq!(rejects[1].message, "3 fields, and the header has 4");
    }
}

#[test]
fn a_page_that_is_called_a_workbook_is_refused_by_name() {
    for (start, what) in [
        ("<html><table><tr><td>1,2</td></tr></table></html>", "an HTML page"),
        ("\u{feff}\r\n<!DOCTYPE HTML>\n<html>", "an HTML page"),
        ("<!-- saved from a browser -->\n<html>", "an HTML page"),
        ("<Table><tr><td>1</td></tr></Table>", "an HTML page"),
        ("<?xml version=\"1.0\"?><Workbook/>", "XML"),
    ] {
        let error = Case::new(&[("a.xls", start.as_bytes())]).open().unwrap_err();
        assert!(error.code() == "not_a_table" && error.message().contains(what), "{error}");
    }
}
