//! What the statistics of a large cube cost, beside the tagging of the same survey: one million respondents, 52 weeks, four segment columns
//! with 200 values each, every pair of them, the drivers of `core`.
//!
//! Not a criterion benchmark: one run says enough, and takes minutes. `RESPONDENTS=100000` makes it smaller. The comments are those of
//! `corpus`, again and again, which flatters the caches of tagging and nothing of the statistics. Peak memory is read from /proc.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]

mod corpus;

use std::fs;
use std::io::BufWriter;

use corpus::Corpus;
use verbatim::RunConfig;
use verbatim::engine::Quiet;
use verbatim::survey::Wanted;

/// Segment columns, and how many values each has.
const SEGMENTS: [&str; 4] = ["product", "region", "channel", "shop"];
const VALUES: u64 = 200;

fn main() {
    let respondents = std::env::var("RESPONDENTS").map_or(1_000_000, |text| text.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let survey = folder.path().join("survey.csv");
    let corpus = Corpus::make();
    write(&survey, &corpus, respondents);
    let out = folder.path().join("out");
    let config = RunConfig {
        inputs: vec![survey.display().to_string()],
        wanted: Wanted { by: SEGMENTS.map(str::to_owned).to_vec(), ..Wanted::default() },
        cube: 2,
        out: out.clone(),
        ..RunConfig::default()
    };
    let report = verbatim::run(&config, &Quiet).expect("a run");
    let log = fs::read_to_string(out.join("_log.jsonl")).expect("a log");
    let line: serde_json::Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    println!("{} ({} comments, {:.1} MB)", corpus.origin, corpus.comments, corpus.bytes as f64 / 1e6);
    println!(
        "{respondents} respondents, {} periods, cells of {} and their pairs",
        report.by_period.len(),
        SEGMENTS.join(", ")
    );
    for part in ["tagging", "merging", "statistics", "commit"] {
        println!("{part:>12}  {:8.1} s", line["seconds_by_part"][part].as_f64().expect("seconds"));
    }
    for table in ["nps", "contributions", "voices", "changes", "functions", "attribution"] {
        println!("{table:>14}  {:8.1} MB", bytes(&out.join(table)) as f64 / 1e6);
    }
    if let Some(peak) = peak_memory() {
        println!("peak memory  {:8.0} MB", peak as f64 / 1e6);
    }
}

/// The survey: the corpus's answers in turn, with segments and days by a simple generator.
fn write(path: &std::path::Path, corpus: &Corpus, respondents: u64) {
    let mut rows = csv::Reader::from_path(&corpus.path).expect("the corpus");
    let answers: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("rows in UTF-8");
    let mut out = csv::Writer::from_writer(BufWriter::new(fs::File::create(path).expect("a new file")));
    let header = ["id", "score", "date"].into_iter().chain(SEGMENTS).chain(["text"]);
    out.write_record(header).expect("a row goes to the file");
    let first = jiff::civil::date(2025, 1, 6);
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        // Knuth's MMIX generator; its high bits are good enough for spreading rows over cells.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    for id in 0..respondents {
        let answer = &answers[(id % answers.len() as u64) as usize];
        let day = first.saturating_add(jiff::Span::new().days(below(364).cast_signed()));
        let mut row = vec![id.to_string(), answer[1].to_owned(), day.to_string()];
        row.extend(SEGMENTS.map(|segment| format!("{segment}{}", below(VALUES))));
        row.push(answer[5].to_owned());
        out.write_record(&row).expect("a row goes to the file");
    }
    out.flush().expect("the file takes all rows");
}

/// Bytes of all files under a folder.
fn bytes(folder: &std::path::Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// The most memory that this process had, in bytes; none where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(1024 * line.split_whitespace().nth(1)?.parse::<u64>().ok()?)
}
