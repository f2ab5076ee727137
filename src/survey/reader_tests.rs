//! Tests of blocks: rows, places and rejects are the same whatever the size of a block and the number of threads.
//!
//! Not for what rows mean, which the stop's other tests look at.

use std::fs;
use std::sync::Mutex;

use arrow::array::AsArray;
use proptest::prelude::*;

use super::*;
use crate::Result;
use crate::types::Role;

/// What all batches of an input say together: rows with their places, then rejects; or the code and line of the error.
type Told = std::result::Result<(Vec<String>, Vec<Reject>), (&'static str, Option<u64>)>;

fn told(batches: Vec<Result<RawBatch>>) -> Told {
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    for batch in batches {
        let raw = batch.map_err(|error| (error.code(), error.place().and_then(|place| place.line)))?;
        let columns: Vec<_> = raw.batch.columns().iter().map(AsArray::as_string::<i32>).collect();
        for row in 0..raw.batch.num_rows() {
            let fields: Vec<Option<&str>> = columns.iter().map(|column| column.iter().nth(row).flatten()).collect();
            rows.push(format!("{} {} {} {fields:?}", raw.lines[row], raw.bytes[row], raw.rows[row]));
        }
        rejects.extend(raw.rejects);
    }
    Ok((rows, rejects))
}

fn mapping() -> Mapping {
    let text = TextColumn { name: "text".to_owned(), role: Role::Why };
    Mapping { id: Some("id".to_owned()), ..Mapping::of_texts(vec![text]) }
}

fn with_threads(sources: &[Source], options: &ReadOptions, threads: usize) -> Told {
    let blocks = Blocks::new(sources.to_vec(), &mapping(), options).unwrap();
    let feed = Mutex::new((0_usize, blocks));
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let (number, block) = {
                        let mut feed = feed.lock().unwrap();
                        feed.0 += 1;
                        (feed.0, feed.1.next(Vec::new()))
                    };
                    let Some(block) = block else { return };
                    let batch = block.and_then(|block| block.split().0.in_turn());
                    done.lock().unwrap().push((number, batch));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    told(done.into_iter().map(|(_, batch)| batch).collect())
}

/// Two inputs, read whole in one thread and in small blocks by several, come to the same.
fn same_at_any_size(names: [&str; 2], texts: [Vec<u8>; 2], block_bytes: usize, encoding: Encoding) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in names.iter().zip(texts) {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let inputs = [folder.path().join("*").display().to_string()];
    let whole = ReadOptions { delimiter: Some(b','), encoding: Some(encoding.to_string()), ..ReadOptions::default() };
    let sources = open(&inputs, &whole).unwrap();
    let wanted = told(Reader::new(sources.clone(), &mapping(), &whole).unwrap().collect());
    let small = ReadOptions { block_bytes, ..whole };
    assert_eq!(told(Reader::new(sources.clone(), &mapping(), &small).unwrap().collect()), wanted);
    assert_eq!(with_threads(&sources, &small, 3), wanted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn delimited_text_is_the_same_at_any_size(
        one in "([0-9]{0,2},[ab满\",\n\r]{0,6}\n|[0-9]{0,2},\"[ab,\n]{0,6}\"\r?\n|\n){0,12}",
        other in "([0-9]{0,2},[ab]{0,3}\n){1,6}\n?",
        damage in prop::option::of(0usize..40),
        block_bytes in 1usize..50,
    ) {
        let mut one = format!("id,text\n{one}").into_bytes();
        if let Some(byte) = damage.and_then(|at| one.get_mut(8 + at)) {
            *byte = 0xff;
        }
        let other = format!("\u{feff}\n\ntext,\"id\"\r\n{other}").into_bytes();
        same_at_any_size(["one.csv", "other.csv"], [one.clone(), other.clone()], block_bytes, Encoding::UTF_8);
        same_at_any_size(["one.csv", "other.csv"], [one, other], block_bytes, Encoding::GB18030);
    }

    #[test]
    fn json_lines_are_the_same_at_any_size(
        lines in prop::collection::vec("\\{\"id\":[0-9],\"text\":\"[a满\"]{0,3}\"\\}|[ a]{0,3}", 1..12),
        block_bytes in 1usize..50,
    ) {
        let one = format!("{{\"id\":\"first\"}}\n{}", lines.join("\n")).into_bytes();
        let other = b"\n{\"text\":\"x\",\"id\":1}\n{\"text\":\"y\"}\n".to_vec();
        same_at_any_size(["one.jsonl", "other.jsonl"], [one, other], block_bytes, Encoding::UTF_8);
    }
}

#[test]
fn a_row_of_many_mib_is_a_reject_of_its_line_at_any_size() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x,".repeat(9 * 1024 * 1024);
    fs::write(folder.path().join("a.csv"), format!("id,text\n1,a\n\n2,\"b\nc\"\n3,{long}\n4,d\n")).unwrap();
    let inputs = [folder.path().join("a.csv").display().to_string()];
    for block_bytes in [1, 1 << 20, usize::MAX] {
        let options = ReadOptions { block_bytes, delimiter: Some(b','), ..ReadOptions::default() };
        let sources = open(&inputs, &options).unwrap();
        let told = with_threads(&sources, &options, 2);
        assert_eq!(reasons(&told), [(6, 21, Reason::RowTooLarge)], "{block_bytes}");
        assert_eq!(told.unwrap().0.len(), 3);
    }
    let none = ReadOptions { block_bytes: 0, ..ReadOptions::default() };
    assert_eq!(Reader::new(Vec::new(), &mapping(), &none).err().unwrap().code(), "bad_block_bytes");
}

/// What an input says, with blocks of every size alike.
#[track_caller]
fn told_alike(name: &str, content: &[u8], limits: Limits) -> Told {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    let read = |block_bytes| {
        let options = ReadOptions { block_bytes, limits, ..ReadOptions::default() };
        let sources = open(&[path.display().to_string()], &options).unwrap();
        told(Reader::new(sources, &mapping(), &options).unwrap().collect())
    };
    let first = read(1);
    for block_bytes in [7, 64, 1 << 20] {
        assert_eq!(read(block_bytes), first, "{block_bytes}");
    }
    first
}

fn reasons(told: &Told) -> Vec<(u64, u64, Reason)> {
    let rejects = &told.as_ref().unwrap().1;
    rejects.iter().map(|reject| (reject.line, reject.byte, reject.reason)).collect()
}

#[test]
fn a_row_that_is_too_long_is_a_reject_and_ends_no_run() {
    let limits = Limits { field: 20, row: 64, ..Limits::default() };
    let long = "x".repeat(100);
    let csv = format!("id,text\n1,ok\n2,{long}\n3,\"{long}\n{long}\"\n4,{}\n5,ok\n", &long[..30]);
    let said = told_alike("a.csv", csv.as_bytes(), limits);
    let wanted = [(3, 13, Reason::RowTooLarge), (4, 116, Reason::RowTooLarge), (6, 322, Reason::FieldTooLarge)];
    assert_eq!(reasons(&said), wanted);
    assert_eq!(said.unwrap().0.len(), 2);
    let line = |id: u32, text: &str| format!("{{\"id\":{id},\"text\":\"{text}\"}}\n");
    let lines = [line(1, "ok"), line(2, &long), line(3, &long[..30]), line(4, "ok")].concat();
    let said = told_alike("a.jsonl", lines.as_bytes(), limits);
    assert_eq!(reasons(&said), [(2, 21, Reason::RowTooLarge), (3, 140, Reason::FieldTooLarge)]);
    assert_eq!(said.unwrap().0.len(), 2);
    // The last row, which no line end follows.
    let said = told_alike("a.csv", format!("id,text\n1,ok\n2,{long}").as_bytes(), limits);
    assert_eq!(reasons(&said), [(3, 13, Reason::RowTooLarge)]);
}

#[test]
fn rows_behind_an_open_quote_are_not_lost_in_a_row_that_is_too_long() {
    let limits = Limits { row: 200, ..Limits::default() };
    let rows = "2,fine\n".repeat(100);
    for (end, line) in [("", 2), ("100,\"ok\"\n", 2)] {
        let csv = format!("id,text\n1,\"good\n{rows}{end}");
        assert_eq!(told_alike("a.csv", csv.as_bytes(), limits), Err(("open_quote", Some(line))), "{end}");
    }
}

#[test]
fn a_key_that_stands_twice_with_two_values_is_a_reject() {
    let lines = "{\"id\":1,\"id\":1,\"text\":\"ok\"}\n{\"id\":2,\"text\":\"good\",\"text\":\"bad\"}\n";
    let said = told_alike("a.jsonl", lines.as_bytes(), Limits::default());
    assert_eq!(reasons(&said), [(2, 28, Reason::BadJson)]);
}

/// A JSON line of very many keys took many times its size, and so did a row of very many delimiters.
#[test]
fn a_json_line_with_very_many_keys_ends_at_the_limit() {
    let keys: Vec<String> = (0..200_000).map(|key| format!("\"{key}\":1")).collect();
    let lines = format!("{{\"id\":1,\"text\":\"ok\"}}\n{{{}}}\n{{\"id\":3,\"text\":\"ok\"}}\n", keys.join(","));
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.jsonl"), &lines).unwrap();
    let sources = open(&[dir.path().join("a.jsonl").display().to_string()], &ReadOptions::default()).unwrap();
    let error = sample(&sources).unwrap_err();
    assert_eq!((error.code(), error.place().and_then(|place| place.line)), ("too_many_columns", Some(2)));
    // Below the lines by which columns are found, it is a row as others: keys that are no columns say nothing.
    let (rows, rejects) = told_alike("a.jsonl", lines.as_bytes(), Limits::default()).unwrap();
    assert_eq!((rows.len(), rejects.len()), (3, 0));
}

#[test]
fn columns_and_files_have_limits() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        fs::write(dir.path().join(name), content).unwrap();
        dir.path().join(name).display().to_string()
    };
    let limits = Limits { columns: 2, files: 2, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    for (name, content) in [("a.csv", "a,b,c\n1,2,3\n"), ("a.jsonl", "{\"a\":1,\"b\":2}\n{\"c\":3}\n")] {
        let sources = open(&[write(name, content)], &options).unwrap();
        assert_eq!(sample(&sources).unwrap_err().code(), "too_many_columns", "{name}");
    }
    let files: Vec<String> = (0..3).map(|n| write(&format!("{n}.csv"), &format!("a\n{n}\n"))).collect();
    assert_eq!(open(&files, &options).unwrap_err().code(), "too_many_files");
    assert_eq!(open(&files[..2], &options).unwrap().len(), 2);
}
