//! A folder of its own for each test, the binary run in it, and its tables as rows of text.
//!
//! Not for assertions. Snapshots lie in `tests/cli/snapshots`; after a change that is meant, `INSTA_UPDATE=always cargo test --test
//! cli` writes them anew, and `git diff` shows what changed. Those that change with the words of a lexicon are
//! `run_on_the_sample`, `explain_text`, `explain_json`, the three of `drivers`, the two of `comments`, `plan_from`, and `lexicon_suggest`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;
use verbatim::tables::{Manifest, PartId, Table};

/// A folder of its own.
pub struct Case {
    dir: tempfile::TempDir,
}

/// One row of a table by column, and its period.
#[derive(Debug, Clone, PartialEq)]
pub struct Record(BTreeMap<String, Value>);

impl Record {
    #[track_caller]
    fn value(&self, column: &str) -> &Value {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}: {:?}", self.0))
    }

    /// A word; `null` where it is not there.
    #[track_caller]
    pub fn word(&self, column: &str) -> &str {
        self.value(column).as_str().unwrap_or("null")
    }

    /// A number or a count, if it is there.
    #[track_caller]
    pub fn number(&self, column: &str) -> Option<f64> {
        self.value(column).as_f64()
    }

    /// The row without a column.
    pub fn without(mut self, column: &str) -> Self {
        self.0.remove(column).unwrap();
        self
    }
}

/// A value of a column.
fn value(column: &ArrayRef, row: usize) -> Value {
    match column.data_type() {
        _ if column.is_null(row) => Value::Null,
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
        DataType::Boolean => column.as_boolean().value(row).into(),
        _ => ArrayFormatter::try_new(column, &FormatOptions::default()).unwrap().value(row).to_string().into(),
    }
}

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Asserts the exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// Asserts that it stopped with exit code 2 and this error code.
    #[track_caller]
    pub fn stops_with(self, error: &str) -> Self {
        assert!(self.stderr.starts_with(&format!("error[{error}]: ")), "{}\n{}", self.stdout, self.stderr);
        self.ends(2)
    }
}

impl Case {
    /// An empty folder.
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A path in the folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The bundled sample, as `survey.csv`.
    pub fn sample(self) -> Self {
        self.write("survey.csv", include_bytes!("../../data/appliance_survey.csv"));
        self
    }

    /// The binary with these arguments, separated by single blanks; in the folder, without a terminal, in black and white.
    pub fn command(&self, args: &str) -> Command {
        self.command_of(&args.split(' ').collect::<Vec<_>>())
    }

    fn command_of(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verbatim"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
        command
    }

    /// Runs it.
    pub fn run(&self, args: &str) -> Ran {
        self.ran(self.command(args).output().unwrap())
    }

    /// Runs it in a folder of the folder.
    pub fn run_in(&self, folder: &str, args: &str) -> Ran {
        self.ran(self.command(args).current_dir(self.path(folder)).output().unwrap())
    }

    /// Runs it with arguments that hold blanks.
    pub fn run_args(&self, args: &[&str]) -> Ran {
        self.ran(self.command_of(args).output().unwrap())
    }

    /// Runs it with this on standard input.
    pub fn run_fed(&self, args: &str, input: &[u8]) -> Ran {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        self.ran(child.wait_with_output().unwrap())
    }

    fn ran(&self, output: std::process::Output) -> Ran {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let text = anstream::adapter::strip_str(&text).to_string();
            text.replace(&self.dir.path().display().to_string(), "[dir]")
        };
        Ran { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// `_run.json` of an output folder.
    pub fn manifest(&self, out: &str) -> Manifest {
        Manifest::read(&self.path(out)).unwrap().unwrap()
    }

    /// Writes `_run.json` as engines did that gave it no digest of itself: the map of files comes last.
    pub fn write_manifest_without_digest(&self, out: &str, mut manifest: Value) {
        let keys = manifest.as_object_mut().unwrap();
        keys.remove("digest");
        let files = serde_json::to_string_pretty(&keys.remove("files").unwrap()).unwrap().replace('\n', "\n  ");
        let head = serde_json::to_string_pretty(&manifest).unwrap();
        let text = format!("{},\n  \"files\": {files}\n}}\n", head.trim_end_matches("\n}"));
        fs::write(self.path(out).join("_run.json"), text).unwrap();
    }

    /// The batches of a table's period, or of all its periods, with their periods; digests checked.
    fn batches(&self, out: &str, table: Table, period: Option<&str>) -> Vec<(String, RecordBatch)> {
        let manifest = self.manifest(out);
        let parts = manifest.files.keys().map(|key| PartId::parse(key).unwrap());
        let parts = parts.filter(|part| part.table == table && period.is_none_or(|period| part.period == period));
        let mut batches = Vec::new();
        for part in parts {
            let read = manifest.read_part(&self.path(out), &part, None).unwrap().unwrap();
            batches.extend(read.map(|batch| (part.period.clone(), batch.unwrap())));
        }
        batches
    }

    /// The rows of a table's period, or of all its periods, as text, sorted.
    pub fn rows(&self, out: &str, table: Table, period: Option<&str>) -> Vec<String> {
        let mut rows = Vec::new();
        for (period, batch) in self.batches(out, table, period) {
            let options = FormatOptions::default().with_null("null");
            let columns: Vec<ArrayFormatter> =
                batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
            rows.extend((0..batch.num_rows()).map(|row| {
                let values = batch.schema_ref().fields().iter().zip(&columns);
                let values = values.map(|(field, column)| format!("{}={}", field.name(), column.value(row)));
                format!("{period}: {}", values.collect::<Vec<_>>().join(" | "))
            }));
        }
        rows.sort();
        rows
    }

    /// The rows of a table's period, or of all its periods, in their order.
    pub fn records(&self, out: &str, table: Table, period: Option<&str>) -> Vec<Record> {
        let mut records = Vec::new();
        for (period, batch) in self.batches(out, table, period) {
            let schema = batch.schema();
            let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
            records.extend((0..batch.num_rows()).map(|row| {
                let values = names.iter().zip(batch.columns());
                let values = values.map(|(name, column)| ((*name).clone(), value(column, row)));
                Record(values.chain([("period".to_owned(), period.clone().into())]).collect())
            }));
        }
        records
    }

    /// The values of one text column of `comments`, sorted.
    pub fn comments(&self, out: &str, column: &str) -> Vec<String> {
        let manifest = self.manifest(out);
        let parts = manifest.files.keys().map(|key| PartId::parse(key).unwrap());
        let mut values = Vec::new();
        for part in parts.filter(|part| part.table == Table::Comments) {
            for batch in manifest.read_part(&self.path(out), &part, Some(&[column])).unwrap().unwrap() {
                let batch = batch.unwrap();
                let column = batch.column(0).as_any().downcast_ref::<arrow::array::StringArray>().unwrap();
                values.extend(column.iter().map(|value| value.unwrap_or("null").to_owned()));
            }
        }
        values.sort();
        values
    }

    /// Every file of an output folder but those that say who wrote it and when.
    pub fn bytes(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path(out)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.path(out)).unwrap().display().to_string();
                if ["_log.jsonl", "_lock", "_commit"].contains(&name.as_str()) {
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// The same, tables alone.
    pub fn tables(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.bytes(out);
        files.retain(|name, _| name.ends_with(".parquet"));
        files
    }

    /// Asserts that two output folders hold the same, and names what differs.
    #[track_caller]
    pub fn same(&self, one: &str, other: &str) {
        assert_same(&self.bytes(one), &self.bytes(other));
    }
}

/// Asserts that two sets of files are the same, and names those that differ.
#[track_caller]
pub fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    assert!(!one.is_empty(), "no files");
    let names = one.keys().chain(other.keys());
    let mut differ: Vec<&String> = names.filter(|name| one.get(*name) != other.get(*name)).collect();
    differ.dedup();
    assert!(differ.is_empty(), "these differ: {differ:?}");
}

/// What respondents say, in turn.
const COMMENTS: [&str; 6] = [
    "师傅态度很好",
    "way too expensive, 太贵了",
    "",
    "delivery was late but the staff were friendly",
    "声音太大，很吵",
    "还行",
];

/// One answer: `id,date,score,comment`.
pub fn answer(id: &str, day: u32, score: usize, comment: usize) -> String {
    format!("{id},2026-06-{day:02},{score},\"{}\"\n", COMMENTS[comment % COMMENTS.len()])
}

/// The header of [`answer`].
pub const HEADER: &str = "id,date,score,comment\n";

/// Answers `ids` of the week that starts on this day of June 2026.
pub fn week(ids: std::ops::Range<usize>, monday: u32) -> String {
    ids.map(|n| answer(&format!("r{n}"), monday + (n % 7) as u32, n * 7 % 11, n)).collect()
}
