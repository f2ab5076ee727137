//! Tests that go through several files of this folder: each table from rows to file and back, and what a file's bytes depend on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    StructArray, UInt32Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef, UInt32Type};
use parquet::basic::Encoding;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::comments::driver_struct;
use super::*;
use crate::contribution::{Cells, DriverFigures, DriverIx, DriverTree, Grouping, Respondent, Said};
use crate::error::{Error, ErrorKind};
use crate::types::{Band, Role, Stance, Voices, Weight};

fn layout() -> Layout {
    Layout {
        segments: vec!["product".to_string(), "区域".to_string()],
        texts: vec![
            TextColumn { name: "why".to_string(), role: Role::Why },
            TextColumn { name: "better".to_string(), role: Role::Improve },
        ],
        customer: true,
    }
}

/// `rows` respondents as `survey` gives them: every third without score, every fifth without text, every seventh blank.
fn respondents(rows: usize) -> RecordBatch {
    let some = |at: usize, every: usize, value: String| (!at.is_multiple_of(every)).then_some(value);
    let text = |every: usize, word: &str| -> ArrayRef {
        Arc::new((0..rows).map(|at| some(at, every, format!("{word} {at} 服务很好"))).collect::<StringArray>())
    };
    let products: StringArray = (0..rows).map(|at| some(at, 7, format!("p{}", at % 3))).collect();
    let score = |at: usize| (!at.is_multiple_of(3)).then_some((at % 11) as f64);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(StringArray::from_iter_values((0..rows).map(|at| format!("r{at:07}"))))),
        ("customer", text(4, "c")),
        ("consent", Arc::new((0..rows).map(|at| [Some("yes"), Some("no"), None][at % 3]).collect::<StringArray>())),
        ("period", Arc::new(StringArray::from_iter_values((0..rows).map(|_| "2024-01")))),
        ("date", Arc::new((19_000..).take(rows).map(|day| (day % 9 != 0).then_some(day)).collect::<Date32Array>())),
        ("score", Arc::new((0..rows).map(score).collect::<Float64Array>())),
        (
            "band",
            Arc::new(
                (0..rows)
                    .map(|at| score(at).map(|s| if s > 8.0 { "promoter" } else { "passive" }))
                    .collect::<StringArray>(),
            ),
        ),
        ("weight", Arc::new(Int64Array::from_iter_values((1_000_000..).take(rows)))),
        (
            "seg_product",
            cast(&products, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))).unwrap(),
        ),
        ("seg_区域", text(2, "r")),
        ("text_why", text(5, "why")),
        ("text_better", text(3, "better")),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
}

/// Lists of `len(row)` elements each.
fn lists(kind: DataType, values: ArrayRef, lengths: impl Iterator<Item = usize>) -> ArrayRef {
    let DataType::List(element) = list_of(kind) else { unreachable!() };
    Arc::new(ListArray::new(element, OffsetBuffer::from_lengths(lengths), values, None))
}

/// What `tag` gives for them: row `at` has `at % 4` mentions and as many drivers.
fn tags(rows: usize) -> RecordBatch {
    let lengths = || (0..rows).map(|at| at % 4);
    let total: usize = lengths().sum();
    let words = |word: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..total).map(|at| format!("{word}{}", at % 5))))
    };
    let voices = lists(DataType::Utf8, words("praise"), std::iter::repeat_n(1, total));
    let drivers = StructArray::new(driver_struct(), vec![words("driver"), words("positive"), voices], None);
    let fields = mention_struct();
    let mentions = fields.iter().map(|field| -> ArrayRef {
        match field.data_type() {
            DataType::Utf8 if field.is_nullable() => Arc::new(
                (0..total).map(|at| (at % 2 == 0).then(|| format!("{}{at}", field.name()))).collect::<StringArray>(),
            ),
            DataType::Utf8 => words(field.name()),
            DataType::UInt32 => Arc::new((0..total as u32).map(Some).collect::<UInt32Array>()),
            _ => Arc::new((0..total).map(|at| Some(at % 3 == 0)).collect::<BooleanArray>()),
        }
    });
    let mentions = StructArray::new(mention_struct(), mentions.collect(), None);
    let languages: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|_| "zh")));
    let columns: Vec<ArrayRef> = vec![
        lists(DataType::Utf8, languages, (0..rows).map(|_| 1)),
        lists(DataType::Struct(driver_struct()), Arc::new(drivers), lengths()),
        Arc::new((0..rows).map(|at| (at % 5 != 0).then_some("mixed")).collect::<StringArray>()),
        lists(DataType::Utf8, words("praise"), lengths()),
        Arc::new((0..rows).map(|at| (at % 4 == 0).then_some("no_driver")).collect::<StringArray>()),
        lists(DataType::Struct(mention_struct()), Arc::new(mentions), lengths()),
    ];
    let names = ["languages", "drivers", "sentiment", "voice", "residual", "mentions"];
    RecordBatch::try_from_iter_with_nullable(names.into_iter().zip(columns).map(|(name, column)| (name, column, true)))
        .unwrap()
}

fn write(path: &Path, schema: &SchemaRef, rows: &RecordBatch, batch_rows: usize) -> PartInfo {
    let mut writer = PartWriter::create(path, schema).unwrap();
    for from in (0..rows.num_rows()).step_by(batch_rows) {
        writer.push(&rows.slice(from, batch_rows.min(rows.num_rows() - from))).unwrap();
    }
    writer.finish().unwrap()
}

/// The rows written to a file and read back, which also keeps the schema with its descriptions.
fn round_trip(rows: &RecordBatch) -> RecordBatch {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b.parquet");
    let info = write(&path, &rows.schema(), rows, 1_000);
    assert_eq!(info.rows, rows.num_rows() as u64);
    assert_eq!(info.bytes, fs::metadata(&path).unwrap().len());
    assert_eq!(info.digest, blake3::hash(&fs::read(&path).unwrap()).to_hex().as_str());
    let reader = read_part(&path, Some(&info), None).unwrap();
    let schema = reader.schema().clone();
    assert_eq!(schema, rows.schema());
    for field in schema.fields() {
        assert!(field.metadata().get("description").is_some_and(|text| text.ends_with('.')), "{}", field.name());
    }
    concat_batches(&schema, &reader.map(Result::unwrap).collect::<Vec<_>>()).unwrap()
}

#[test]
fn comments_come_back_as_they_were() {
    let rows = comments_rows(&respondents(5_000), &tags(5_000), &layout()).unwrap();
    assert_eq!(round_trip(&rows), rows);
    assert_eq!(rows.column_by_name("seg_product").unwrap().as_string::<i32>().value(7), BLANK);
    let weights = rows.column_by_name("weight").unwrap().as_primitive::<Float64Type>();
    assert_eq!(weights.value(25).to_bits(), 1.000_025_f64.to_bits());
    assert!(rows.column_by_name("period").is_none(), "the period is the partition");
}

#[test]
fn respondents_are_had_back_from_comments() {
    let before = respondents(50);
    let comments = comments_rows(&before, &tags(50), &layout()).unwrap();
    let after = respondents_of(&comments, "2024-01", &layout()).unwrap();
    assert_eq!(after.num_columns(), before.num_columns());
    let weights = |batch: &RecordBatch| batch.column_by_name("weight").unwrap().as_primitive::<Int64Type>().clone();
    assert_eq!(weights(&after), weights(&before));
    assert_eq!(after.column_by_name("text_why"), before.column_by_name("text_why"));
    assert_eq!(comments_rows(&after, &tags(50), &layout()).unwrap(), comments);
}

#[test]
fn comments_of_engines_that_did_not_ask_for_consent_are_read() {
    let comments = comments_rows(&respondents(9), &tags(9), &layout()).unwrap();
    let kept: Vec<usize> =
        (0..comments.num_columns()).filter(|at| comments.schema().field(*at).name() != "consent").collect();
    let after = respondents_of(&comments.project(&kept).unwrap(), "2024-01", &layout()).unwrap();
    assert_eq!(after.column_by_name("consent").unwrap().null_count(), 9);
    assert_eq!(after.schema(), respondents_of(&comments, "2024-01", &layout()).unwrap().schema());
}

#[test]
fn one_question_is_the_column_text() {
    let layout = Layout { texts: vec![TextColumn { name: "why".to_string(), role: Role::Why }], ..Layout::default() };
    let schema = comments_schema(&layout);
    assert!(schema.field_with_name("text").is_ok());
    assert!(schema.field_with_name("customer").is_err());
}

#[test]
fn rows_that_do_not_fit_are_an_error() {
    let misfit = |result: Result<RecordBatch, Error>| assert_eq!(result.unwrap_err().code(), "table_misfit");
    misfit(comments_rows(&respondents(3), &tags(4), &layout()));
    misfit(comments_rows(&respondents(3).project(&[0, 1, 2]).unwrap(), &tags(3), &layout()));
    misfit(nps_rows(&[NpsRow::default()], &layout()));
    misfit(mentions_rows(&StringArray::from(vec!["a"]), &tags(2)));
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PartWriter::create(&folder.path().join("a"), &rejects_schema()).unwrap();
    assert_eq!(writer.push(&respondents(1)).unwrap_err().code(), "table_misfit");
}

#[test]
fn mentions_lie_flat_beside_their_ids() {
    let (respondents, tags) = (respondents(2_000), tags(2_000));
    let rows = mentions_rows(respondents.column(0), &tags).unwrap();
    assert_eq!(rows.num_rows(), 3_000);
    assert_eq!(round_trip(&rows), rows);
    let ids: Vec<_> = rows.column(0).as_string::<i32>().iter().take(7).flatten().collect();
    assert_eq!(ids, ["r0000001", "r0000002", "r0000002", "r0000003", "r0000003", "r0000003", "r0000005"]);
    // A part of the batch gives that part of the mentions.
    let part = mentions_rows(&respondents.column(0).slice(5, 3), &tags.slice(5, 3)).unwrap();
    assert_eq!(part, rows.slice(6, 6));
    assert_eq!(mentions_rows(&respondents.column(0).slice(0, 1), &tags.slice(0, 1)).unwrap().num_rows(), 0);
}

#[test]
fn a_null_list_of_mentions_is_nobodys() {
    let tags = tags(4);
    let lists = tags.column_by_name("mentions").unwrap().as_list::<i32>();
    let DataType::List(element) = lists.data_type() else { unreachable!() };
    let nulls = Some(vec![true, true, false, true].into());
    let lists: ArrayRef =
        Arc::new(ListArray::new(element.clone(), lists.offsets().clone(), lists.values().clone(), nulls));
    let tags = RecordBatch::try_from_iter_with_nullable([("mentions", lists, true)]).unwrap();
    let rows = mentions_rows(&StringArray::from(vec!["a", "b", "c", "d"]), &tags).unwrap();
    let ids: Vec<_> = rows.column(0).as_string::<i32>().iter().flatten().collect();
    assert_eq!(ids, ["b", "d", "d", "d"]);
    let starts = rows.column_by_name("start_char").unwrap().as_primitive::<UInt32Type>();
    assert_eq!(starts.values().as_ref(), [0, 3, 4, 5]);
}

/// The figures of a driver that one of two promoters praises.
fn attitude() -> DriverFigures {
    let tree = Arc::new(DriverTree::new(vec![("attitude".to_string(), None)]).unwrap());
    let mut cells = Cells::new(tree, Vec::new());
    let praise = Said { driver: DriverIx(0), stance: Stance::Positive, voices: Voices::NONE };
    for said in [&[praise][..], &[]] {
        cells.add(&Respondent {
            period: "2026-W23",
            segments: &[],
            score: Some(10.0),
            band: Some(Band::Promoter),
            weight: Weight::ONE,
            said,
            voices: Voices::NONE,
            residual: None,
        });
    }
    cells.finish(&Grouping::standard(0))[0].drivers[0].clone()
}

#[test]
fn cells_come_back_as_they_were() {
    let layout = layout();
    let segments = vec!["p1".to_string(), ALL.to_string()];
    let nps = NpsRow {
        cell_level: "product".to_string(),
        segments: segments.clone(),
        n: 3,
        nps: Some(-33.3),
        ..NpsRow::default()
    };
    let rows = nps_rows(&[nps.clone(), NpsRow { nps: None, low_base: true, ..nps }], &layout).unwrap();
    assert_eq!(round_trip(&rows), rows);
    assert_eq!(rows.column_by_name("seg_区域").unwrap().as_string::<i32>().value(0), "(all)");
    let label =
        RowLabel { driver: "service.attitude".to_string(), parent: Some("service".to_string()), ..RowLabel::default() };
    let row = ContributionRow {
        cell: Arc::new(CellLabel { level: "product".to_string(), segments }),
        label: Arc::new(label),
        figures: attitude(),
        scored: true,
        fit: None,
        low_base: true,
    };
    let bucket = RowLabel { level: Level::Residual, ..RowLabel::default() };
    let other = ContributionRow { label: Arc::new(bucket), scored: false, ..row.clone() };
    let rows = contributions_rows(&[row, other], &layout).unwrap();
    assert_eq!(round_trip(&rows), rows);
    assert_eq!(rows.column_by_name("level").unwrap().as_string::<i32>().value(1), "residual");
    let contribution = rows.column_by_name("promoter_contribution").unwrap().as_primitive::<Float64Type>();
    assert_eq!((contribution.value(0), contribution.is_null(1)), (0.5, true), "nobody scored: no contribution");
    let none = nps_rows(&[], &layout).unwrap();
    assert_eq!(round_trip(&none), none);
}

#[test]
fn rejects_of_inputs_that_are_not_read_again_stay() {
    let reject = |(digest, sheet): (&str, Option<&str>), line: u64| RejectRow {
        file_digest: digest.to_string(),
        sheet: sheet.map(str::to_owned),
        line: Some(line),
        reason: "score_off_scale".to_string(),
        ..RejectRow::default()
    };
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|digest| (digest, None));
    // Two sheets of one workbook are two inputs, which an earlier run of the other one does not empty.
    let [w23, w24] = ["W23", "W24"].map(|sheet| ("workbook", Some(sheet)));
    let old = [reject(b, 1), reject(b, 10), reject(c, 2), reject(w24, 5), reject(w23, 6), reject(a, 7)];
    let old = rejects_rows(&old).unwrap();
    assert_eq!(round_trip(&old), old);
    let inputs = [b, d, w23].map(|(digest, sheet)| (digest.to_owned(), sheet.map(str::to_owned)));
    let inputs = BTreeSet::from(inputs);
    let new = [reject(d, 3), reject(w23, 4), reject(b, 9), reject(b, 2)];
    let merged = rejects_merged([Ok(old)], &new, &inputs).unwrap();
    let expected =
        [reject(a, 7), reject(b, 2), reject(b, 9), reject(c, 2), reject(d, 3), reject(w23, 4), reject(w24, 5)];
    assert_eq!(merged, rejects_rows(&expected).unwrap());
    assert_eq!(rejects_merged([], &[], &inputs).unwrap().num_rows(), 0);
}

#[test]
fn rejects_written_before_sheets_were_kept_leave_with_any_sheet_of_their_file() {
    let reject = |digest: &str| RejectRow { file_digest: digest.to_string(), ..RejectRow::default() };
    let old = rejects_rows(&[reject("a"), reject("b")]).unwrap();
    let all = 0..old.num_columns();
    let others: Vec<usize> = all.filter(|at| old.schema().field(*at).name() != "sheet").collect();
    let old = old.project(&others).unwrap();
    let inputs = BTreeSet::from([("b".to_owned(), Some("W23".to_owned()))]);
    assert_eq!(rejects_merged([Ok(old)], &[], &inputs).unwrap(), rejects_rows(&[reject("a")]).unwrap());
}

#[test]
fn a_files_bytes_do_not_depend_on_batches() {
    // 33,500 rows are more than one row group, the second of which ends within a chunk.
    let folder = tempfile::tempdir().unwrap();
    for (rows, sizes) in [(4_500, [1, 97, 65_536]), (33_500, [97, 8_192, 65_536])] {
        let tags = tags(rows);
        let comments = comments_rows(&respondents(rows), &tags, &layout()).unwrap();
        let mentions = mentions_rows(comments.column(0), &tags).unwrap();
        for (table, rows) in [("comments", comments), ("mentions", mentions)] {
            let files = sizes.map(|batch_rows| {
                let path = folder.path().join(format!("{table}-{batch_rows}"));
                write(&path, &rows.schema(), &rows, batch_rows);
                fs::read(path).unwrap()
            });
            assert!(files[0] == files[1] && files[1] == files[2], "{table} of {} rows", rows.num_rows());
        }
    }
}

#[test]
fn long_texts_have_no_dictionary_and_no_statistics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comments.parquet");
    let rows = comments_rows(&respondents(3_000), &tags(3_000), &layout()).unwrap();
    write(&path, &rows.schema(), &rows, 3_000);
    let file = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let footer = file.metadata().file_metadata();
    assert!(footer.created_by().unwrap().starts_with("verbatim version "));
    let keys: Vec<_> =
        footer.key_value_metadata().unwrap().iter().map(|pair| (pair.key.as_str(), pair.value.as_deref())).collect();
    assert!(
        keys.contains(&("verbatim.table", Some("comments"))) && keys.contains(&("verbatim.schema_version", Some("2")))
    );
    for column in file.metadata().row_group(0).columns() {
        let name = column.column_path().string();
        let is_text = name.starts_with("text_");
        assert_eq!(column.encodings().any(|encoding| encoding == Encoding::RLE_DICTIONARY), !is_text, "{name}");
        assert_eq!(column.statistics().is_some(), !is_text, "{name}");
    }
}

#[test]
fn columns_are_read_in_the_order_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comments.parquet");
    let rows = comments_rows(&respondents(10), &tags(10), &layout()).unwrap();
    write(&path, &rows.schema(), &rows, 10);
    let mut reader = read_part(&path, None, Some(&["text_why", "id", "drivers"])).unwrap();
    let batch = reader.next().unwrap().unwrap();
    assert_eq!(batch.schema(), *reader.schema());
    for name in ["text_why", "id", "drivers"] {
        assert_eq!(batch.column_by_name(name), rows.column_by_name(name));
    }
    assert_eq!(batch.schema().field(1).name(), "id");
    assert_eq!(read_part(&path, None, Some(&["x"])).err().unwrap().code(), "no_such_column");
}

#[test]
fn a_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nps.parquet");
    let rows = rejects_rows(&[RejectRow::default()]).unwrap();
    let info = write(&path, &rows.schema(), &rows, 10);
    let whole = fs::read(&path).unwrap();
    let mut turned = whole.clone();
    turned[10] ^= 1;
    for (bytes, code) in
        [(Some(&turned[..]), "damaged_file"), (Some(&whole[1..]), "damaged_file"), (None, "missing_file")]
    {
        match bytes {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let error = read_part(&path, Some(&info), None).err().unwrap();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Damaged, code));
        assert_eq!(error.place().unwrap().file, path);
    }
    assert_eq!(read_part(&path, None, None).err().unwrap().kind(), ErrorKind::Output);
}

#[test]
fn a_part_of_another_version_is_taken_with_this_ones_descriptions() {
    let rows = comments_rows(&respondents(5), &tags(5), &layout()).unwrap();
    // The same columns, with other names of list elements and without any description.
    let bare = |kind: &DataType| match kind {
        DataType::List(element) => match element.data_type() {
            DataType::Struct(fields) => {
                let fields: Vec<Field> =
                    fields.iter().map(|f| Field::new(f.name(), f.data_type().clone(), true)).collect();
                DataType::new_list(DataType::Struct(fields.into()), true)
            }
            kind => DataType::new_list(kind.clone(), true),
        },
        kind => kind.clone(),
    };
    let fields: Vec<Field> =
        rows.schema().fields().iter().map(|f| Field::new(f.name(), bare(f.data_type()), true)).collect();
    let columns = fields.iter().zip(rows.columns()).map(|(field, array)| cast(array, field.data_type()).unwrap());
    let other = RecordBatch::try_new(Arc::new(Schema::new(fields.clone())), columns.collect()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ours = write(&folder.path().join("ours"), &rows.schema(), &rows, 5);
    let theirs = write(&folder.path().join("theirs"), &rows.schema(), &other, 5);
    assert_eq!(ours, theirs);
}

#[test]
fn a_manifest_comes_back_and_says_what_is_wrong_with_it() {
    let out = tempfile::tempdir().unwrap();
    assert_eq!(Manifest::read(out.path()).unwrap(), None);
    let manifest =
        Manifest { layout: layout(), mapping: serde_json::json!({"score": "Q1", "id": "Nr"}), ..Manifest::default() };
    Output::open(out.path()).unwrap().commit(&[], &[], &manifest).unwrap();
    assert_eq!(Manifest::read(out.path()).unwrap(), Some(manifest));
    let path = out.path().join("_run.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("{\n  \"engine\": \"verbatim\",\n") && text.ends_with("}\n"), "{text}");
    fs::write(&path, text.replace("\"schema_version\": 2", "\"schema_version\": 1")).unwrap();
    assert_eq!(Manifest::read(out.path()).unwrap_err().code(), "schema_version");
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    let error = Manifest::read(out.path()).unwrap_err();
    assert_eq!((error.kind(), &error.place().unwrap().file), (ErrorKind::Damaged, &path));
}

#[test]
fn the_log_has_a_line_a_run() {
    let out = tempfile::tempdir().unwrap();
    for threads in [1, 2] {
        let details = serde_json::json!({ "threads": threads });
        assert_eq!(log::append(out.path(), "run", details.as_object().unwrap()), None);
    }
    let text = fs::read_to_string(out.path().join("_log.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[1]["threads"], 2);
    assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn the_dictionary_describes_every_column() {
    let tables = dictionary(None);
    for column in tables.iter().flat_map(|table| &table.columns) {
        assert!(column.description.ends_with('.'), "{}", column.name);
    }
    let names: Vec<_> = tables[0].columns.iter().map(|column| column.name.as_str()).collect();
    for name in ["period", "customer", "seg_<name>", "text", "text_<column>", "drivers[].polarity"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(dictionary(Some(&layout()))[2].columns.iter().any(|column| column.name == "seg_区域"));
    let markdown = render(&tables, DictionaryFormat::Markdown).unwrap();
    assert!(
        markdown.contains("\n## `nps`\n")
            && markdown.contains("| `nps` | `double` | yes | Net Promoter Score, −100–100")
    );
    let json: serde_json::Value = serde_json::from_str(&render(&tables, DictionaryFormat::Json).unwrap()).unwrap();
    assert_eq!(json["tables"][1]["columns"][1]["name"], "id");
    assert!(render(&tables, DictionaryFormat::Text).unwrap().contains("rejects: one row per input row"));
}
