//! Records from tags to files and back, against the same rows laid out by Arrow.

use std::borrow::Cow;
use std::fs::File;
use std::sync::{Arc, LazyLock};

use arrow::array::{AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use parquet::basic::Encoding;
use parquet::file::reader::{FileReader, SerializedFileReader};
use proptest::prelude::*;

use super::record::{Head, Record};
use super::store::{Limits, Store};
use super::write::{PeriodParts, write_periods};
use super::{Row, record_ids};
use crate::lexicon::Lexicon;
use crate::survey::TextColumn;
use crate::tables::{
    Layout, PartInfo, Table, comments_rows, comments_schema, mentions_rows, mentions_schema, read_part,
};
use crate::tag::tagger::TaggerOptions;
use crate::tag::{CommentTags, Question, Scratch, Tagger};
use crate::types::{Band, Consent, Role, Weight};

/// What people write: of drivers and of none, in both languages, long and not at all.
const TEXTS: [&str; 12] = [
    "师傅态度很好，但是噪音太大了",
    "too noisy at night, the technician was not friendly",
    "安装师傅很专业，物流也快，就是价格贵",
    "",
    "好",
    "I wish delivery was faster. Why is the price so high?",
    "制冷效果不好，客服也不理人，希望改进",
    "nothing",
    "一点都不吵",
    "😀 great value",
    "没有意见",
    "噪音。噪音！噪音？声音大，声音小，不是很吵也不安静",
];

fn layout() -> Layout {
    let text = |name: &str, role| TextColumn { name: name.to_owned(), role };
    Layout {
        segments: vec!["product".to_owned(), "区域".to_owned()],
        texts: vec![text("why", Role::Why), text("better", Role::Improve)],
        customer: true,
    }
}

/// One for all tests: a lexicon takes a while.
fn tagger() -> &'static Tagger {
    static TAGGER: LazyLock<Tagger> = LazyLock::new(|| {
        let questions = layout().text_columns().into_iter().zip([Role::Why, Role::Improve]);
        let questions = questions.map(|(column, role)| Question { column, role }).collect();
        let lexicon = Arc::new(Lexicon::load(&["appliance"]).unwrap());
        Tagger::new(lexicon, TaggerOptions { questions, ..TaggerOptions::default() }).unwrap()
    });
    &TAGGER
}

/// One respondent, by small numbers.
#[derive(Debug, Clone)]
struct Answer {
    why: Option<usize>,
    better: Option<usize>,
    score: Option<u8>,
    date: Option<i32>,
    customer: Option<u8>,
    weight: u64,
    segment: u8,
}

fn answers(most: usize) -> impl Strategy<Value = Vec<Answer>> {
    let text = || prop::option::of(0..TEXTS.len());
    let small = || prop::option::of(0_u8..11);
    let one = (text(), text(), small(), prop::option::of(-400_i32..20_000), small(), 1_u64..5_000_000, 0_u8..4);
    let answer = one.prop_map(|(why, better, score, date, customer, weight, segment)| Answer {
        why,
        better,
        score,
        date,
        customer,
        weight,
        segment,
    });
    prop::collection::vec(answer, 0..most)
}

impl Answer {
    fn band(&self) -> Option<Band> {
        self.score.map(|score| match score {
            0..7 => Band::Detractor,
            7..9 => Band::Passive,
            _ => Band::Promoter,
        })
    }
}

/// The same respondents as a batch, as `survey` makes it.
fn batch(answers: &[Answer]) -> RecordBatch {
    let texts = |of: fn(&Answer) -> Option<usize>| -> StringArray {
        answers.iter().map(|answer| of(answer).map(|at| TEXTS[at])).collect()
    };
    let words = |of: &dyn Fn(usize, &Answer) -> Option<String>| -> StringArray {
        answers.iter().enumerate().map(|(at, answer)| of(at, answer)).collect()
    };
    RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(words(&|at, _| Some(format!("r{at}")))) as _, false),
        ("customer", Arc::new(words(&|_, answer| answer.customer.map(|number| format!("c{number}")))) as _, true),
        (
            "consent",
            Arc::new(words(&|_, answer| {
                answer.customer.map(|number| if number % 2 == 0 { "yes" } else { "no" }.to_owned())
            })) as _,
            true,
        ),
        ("period", Arc::new(words(&|_, _| Some("2026-W23".to_owned()))) as _, false),
        ("date", Arc::new(answers.iter().map(|answer| answer.date).collect::<Date32Array>()) as _, true),
        ("score", Arc::new(answers.iter().map(|a| a.score.map(f64::from)).collect::<Float64Array>()) as _, true),
        ("band", Arc::new(words(&|_, answer| answer.band().map(|band| band.as_str().to_owned()))) as _, true),
        ("weight", Arc::new(answers.iter().map(|a| a.weight.cast_signed()).collect::<Int64Array>()) as _, false),
        ("seg_product", Arc::new(words(&|_, answer| Some(format!("p{}", answer.segment)))) as _, false),
        ("seg_区域", Arc::new(words(&|at, _| Some(format!("区{}", at % 2)))) as _, false),
        ("text_why", Arc::new(texts(|answer| answer.why)) as _, true),
        ("text_better", Arc::new(texts(|answer| answer.better)) as _, true),
    ])
    .unwrap()
}

/// The records of respondents, each by itself.
fn records(tagger: &Tagger, answers: &[Answer]) -> Vec<Vec<u8>> {
    let (mut scratch, mut tags) = (Scratch::default(), CommentTags::default());
    let record = |(at, answer): (usize, &Answer)| {
        let texts = [answer.why, answer.better].map(|text| text.map(|text| Cow::Borrowed(TEXTS[text])));
        let asked = (0..).zip([Role::Why, Role::Improve]).zip(&texts);
        let given = asked.filter_map(|((question, role), text)| Some((question, role, text.as_deref()?)));
        tagger.tag_comment(given, &mut scratch, &mut tags);
        let segments = [format!("p{}", answer.segment).into(), format!("区{}", at % 2).into()];
        let mut record = Vec::new();
        Row {
            id: &format!("r{at}"),
            customer: answer.customer.map(|number| format!("c{number}")).as_deref(),
            consent: answer.customer.map(|number| if number % 2 == 0 { Consent::Yes } else { Consent::No }),
            date: answer.date,
            score: answer.score.map(f64::from),
            band: answer.band(),
            weight: Weight::from_micros(answer.weight).unwrap(),
            segments: &segments,
            texts: &texts,
            zh: tags.zh,
            en: tags.en,
            sentiment: tags.sentiment(),
            voices: tags.voices(),
            residual: tags.residual(),
            said: &tags.said,
            mentions: &tags.mentions,
        }
        .write(&mut record);
        record
    };
    answers.iter().enumerate().map(record).collect()
}

/// Writes the records of one period, a few at a time, and reads the files back.
fn written(
    tagger: &Tagger,
    records: &[Vec<u8>],
    at_once: usize,
    limits: Limits,
    threads: usize,
) -> (Files, PeriodParts) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::with_limits(folder.path().join("aside"), limits);
    store.push("2026-W23", &[]).unwrap();
    for some in records.chunks(at_once) {
        store.push("2026-W23", &some.concat()).unwrap();
    }
    let place = |table: Table, _: &str| folder.path().join(format!("{}.parquet", table.as_str()));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let parts = pool.install(|| write_periods(&store, tagger.lexicon(), &layout(), place)).unwrap();
    drop(store);
    assert!(!folder.path().join("aside").exists());
    let parts = parts["2026-W23"].clone();
    let read = |table, part: &PartInfo, schema: SchemaRef| {
        let batches: Vec<RecordBatch> =
            read_part(&place(table, ""), Some(part), None).unwrap().map(Result::unwrap).collect();
        concat_batches(&schema, &batches).unwrap()
    };
    let files = Files {
        comments: read(Table::Comments, &parts.comments, comments_schema(&layout())),
        mentions: read(Table::Mentions, &parts.mentions, mentions_schema()),
    };
    (files, parts)
}

#[derive(Debug, PartialEq)]
struct Files {
    comments: RecordBatch,
    mentions: RecordBatch,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn files_hold_what_arrow_would_lay_out(answers in answers(120), at_once in 1_usize..40, threads in 1_usize..4) {
        let tagger = tagger();
        let batch = batch(&answers);
        let tags = tagger.tag(&batch).unwrap();
        let wanted = Files {
            comments: comments_rows(&batch, &tags, &layout()).unwrap(),
            mentions: mentions_rows(batch.column(0), &tags).unwrap(),
        };
        let records = records(tagger, &answers);
        let small = Limits { group_rows: 17, group_text: 600, in_memory: 900 };
        let (files, parts) = written(tagger, &records, at_once, small, threads);
        prop_assert_eq!(&files, &wanted);
        // The bytes depend on nothing but the rows.
        let (_, again) = written(tagger, &records, 1_000, Limits { in_memory: 1 << 20, ..small }, 2);
        prop_assert_eq!(parts, again);
        let (whole, _) = written(tagger, &records, 1_000, Limits::default(), 2);
        prop_assert_eq!(&whole, &wanted);
    }

    #[test]
    fn a_damaged_record_is_an_error_or_another_record(answers in answers(4), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = records(tagger(), &answers).concat();
        prop_assume!(!bytes.is_empty());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(bytes.len() - usize::from(byte % 3));
        let mut rest = bytes.as_slice();
        while let Ok(Some(mut record)) = Record::next(&mut rest) {
            let Ok(_) = record.segment().and_then(|_| record.segment()) else { break };
            let (Ok(why), Ok(better)) = (record.text(), record.text()) else { break };
            let Ok(said) = record.said() else { break };
            prop_assert!(said.count() < 1_000);
            while record.mention(&[why, better]).is_ok() {}
        }
    }
}

#[test]
fn a_head_says_where_the_record_ends() {
    let tagger = tagger();
    let answer =
        Answer { why: Some(2), better: Some(3), score: None, date: None, customer: None, weight: 1, segment: 0 };
    let records = records(tagger, &[answer.clone(), answer]);
    let bytes = records.concat();
    let head = Head::of(&bytes).unwrap().unwrap();
    assert_eq!((head.len, head.text_bytes as usize), (records[0].len(), TEXTS[2].len()));
    assert!(head.mentions >= 3);
    let ids: Vec<&[u8]> = record_ids(&bytes).map(Result::unwrap).collect();
    assert_eq!(ids, [b"r0", b"r1"]);
    assert!(Head::of(&bytes[..5]).is_err());
}

#[test]
fn rows_put_before_others_come_first() {
    let tagger = tagger();
    let answer =
        |text| Answer { why: Some(text), better: None, score: None, date: None, customer: None, weight: 1, segment: 0 };
    let records = records(tagger, &(0..40).map(|at| answer(at % TEXTS.len())).collect::<Vec<_>>());
    let folder = tempfile::tempdir().unwrap();
    for in_memory in [1, 700, 1 << 20] {
        let limits = Limits { group_rows: 7, group_text: 1 << 20, in_memory };
        let mut store = Store::with_limits(folder.path().join("aside"), limits);
        store.push("later", &records[..9].concat()).unwrap();
        store.push("p", &records[25..].concat()).unwrap();
        let new = store.take("p");
        for record in &records[..25] {
            store.push("p", record).unwrap();
        }
        store.append("p", new).unwrap();
        let (_, rows) = store.iter().find(|(period, _)| *period == "p").unwrap();
        let read: Vec<u8> =
            (0..rows.comment_groups()).flat_map(|group| store.comment_group(rows, group).unwrap()).collect();
        assert_eq!((read, rows.comment_groups(), rows.respondents()), (records.concat(), 6, 40));
        assert_eq!(store.periods().collect::<Vec<_>>(), ["later", "p"]);
    }
}

#[test]
fn a_text_longer_than_a_page_has_pages_of_its_own() {
    let tagger = tagger();
    let long = "声音很大。".repeat(100_000);
    let mut bytes = Vec::new();
    for at in 0..5 {
        let text = if at == 3 { None } else { Some(Cow::Borrowed(long.as_str())) };
        Row {
            id: &at.to_string(),
            customer: None,
            consent: None,
            date: None,
            score: None,
            band: None,
            weight: Weight::ONE,
            segments: &["p".into(), "r".into()],
            texts: &[text, None],
            zh: true,
            en: false,
            sentiment: None,
            voices: crate::types::Voices::NONE,
            residual: None,
            said: &[],
            mentions: &[],
        }
        .write(&mut bytes);
    }
    let (files, parts) = written(tagger, &[bytes], 1, Limits::default(), 2);
    assert_eq!((parts.comments.rows, parts.mentions.rows), (5, 0));
    let texts = files.comments.column_by_name("text_why").unwrap().as_string::<i32>().clone();
    let wanted = [Some(long.as_str()), Some(&long), Some(&long), None, Some(&long)];
    assert_eq!(texts.iter().collect::<Vec<_>>(), wanted);
}

#[test]
fn the_footer_repeats_no_text() {
    let tagger = tagger();
    let answer =
        Answer { why: Some(0), better: Some(1), score: Some(9), date: Some(1), customer: None, weight: 1, segment: 0 };
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::with_limits(folder.path().join("aside"), Limits::default());
    store.push("2026-W23", &records(tagger, &[answer]).concat()).unwrap();
    let place = |table: Table, _: &str| folder.path().join(table.as_str());
    write_periods(&store, tagger.lexicon(), &layout(), place).unwrap();
    let file = SerializedFileReader::new(File::open(place(Table::Comments, "")).unwrap()).unwrap();
    let footer = file.metadata().file_metadata();
    assert!(footer.created_by().unwrap().starts_with("verbatim version "));
    assert!(footer.key_value_metadata().unwrap().iter().any(|pair| pair.key == "verbatim.table"));
    for column in file.metadata().row_group(0).columns() {
        let name = column.column_path().string();
        let is_plain = name == "id" || name.starts_with("text_");
        assert_eq!(column.encodings().any(|encoding| encoding == Encoding::RLE_DICTIONARY), !is_plain, "{name}");
        // A column without any value has no least one.
        let is_empty = ["customer", "consent", "residual"].contains(&name.as_str());
        assert_eq!(column.statistics().is_some(), !is_plain && !is_empty, "{name}");
    }
}
