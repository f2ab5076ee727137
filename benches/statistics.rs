//! What the statistics of a large cube cost, beside the tagging of the same survey: one million respondents, 52 weeks, four segment columns
//! with 200 values each, every pair of them. First the figures alone, from a reduction of respondents who speak of twenty drivers at random;
//! then a whole run with the drivers of `core`, its tables written.
//!
//! Before that, what the reduction and the figures of a survey without segments need: memory and time.
//!
//! Not a criterion benchmark: one run says enough, and takes minutes. `RESPONDENTS=100000` makes it smaller. The comments are those of
//! `corpus`, again and again, which flatters the caches of tagging and nothing of the statistics. Peak memory is read from /proc.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]

mod corpus;

use std::fs;
use std::io::BufWriter;
use std::sync::Arc;
use std::time::Instant;

use corpus::Corpus;
use verbatim::contribution::change::{Measured, Rule, changes};
use verbatim::contribution::{CellFigures, DriverIx, DriverTree, Grouping, Respondent, Said};
use verbatim::engine::Quiet;
use verbatim::survey::Wanted;
use verbatim::types::{Band, Stance, Voices, Weight};
use verbatim::{Cells, RunConfig};

/// Segment columns, and how many values each has.
const SEGMENTS: [&str; 4] = ["product", "region", "channel", "shop"];
const VALUES: u64 = 200;

fn main() {
    let respondents = std::env::var("RESPONDENTS").map_or(1_000_000, |text| text.parse().expect("a number"));
    weeks(respondents);
    figures(respondents);
    run(respondents);
}

/// The figures of 52 weeks without segments: respondents speak of sixty drivers, of some far more often than of others.
fn weeks(respondents: u64) {
    let drivers = (0..70).map(|at| (format!("d{at}"), (at >= 10).then(|| format!("d{}", at % 10)))).collect();
    let tree = Arc::new(DriverTree::new(drivers).expect("a tree"));
    let weeks: Vec<String> = (1..=52).map(|week| format!("2025-W{week:02}")).collect();
    let mut random = Random(5);
    let mut cells = Cells::new(Arc::clone(&tree), Vec::new());
    let started = Instant::now();
    for _ in 0..respondents {
        // Of two hundred thousand different comments, some far more often than others.
        let mut comment = Random(random.below(60) * random.below(60) * random.below(60));
        let one = |_| {
            let driver = DriverIx(10 + (comment.below(60) * comment.below(60) / 60) as u16);
            let stance = [Stance::Positive, Stance::Negative][comment.below(2) as usize];
            Said { driver, stance, voices: Voices::from_bits(1 << comment.below(2)) }
        };
        let said: Vec<Said> = (0..random.below(4)).map(one).collect();
        let score = random.below(11) as f64;
        let week = &weeks[random.below(52) as usize];
        cells.add(&respondent(week, &[], score, &said));
    }
    let reduced = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let figures = cells.finish(&Grouping::standard(0));
    println!("{respondents} respondents, 60 drivers under 10 parents, 52 weeks");
    println!("   reduction  {reduced:8.1} s");
    println!("     figures  {:8.1} s  ({} cells)", started.elapsed().as_secs_f64(), figures.len());
    say_peak();
}

/// Somebody of weight 1.
fn respondent<'a>(period: &'a str, segments: &'a [&'a str], score: f64, said: &'a [Said]) -> Respondent<'a> {
    let band = match score {
        9.0.. => Band::Promoter,
        7.0.. => Band::Passive,
        _ => Band::Detractor,
    };
    Respondent {
        period,
        segments,
        score: Some(score),
        band: Some(band),
        weight: Weight::ONE,
        said,
        voices: Voices::NONE,
        residual: None,
    }
}

/// The figures of every cell of every period, and changes against the week before, thrown away as they come.
fn figures(respondents: u64) {
    let drivers = (0..24).map(|at| (format!("d{at}"), (at >= 4).then(|| format!("d{}", at % 4)))).collect();
    let tree = Arc::new(DriverTree::new(drivers).expect("a tree"));
    let mut random = Random(11);
    let mut cells = Cells::new(Arc::clone(&tree), SEGMENTS.map(str::to_owned).to_vec());
    let started = Instant::now();
    for _ in 0..respondents {
        let week = format!("2025-W{:02}", 1 + random.below(52));
        let segments = SEGMENTS.map(|segment| format!("{segment}{}", random.below(VALUES)));
        let said: Vec<Said> = (0..random.below(4))
            .map(|_| {
                let stance = Stance::ALL[random.below(4) as usize];
                let driver = DriverIx(4 + random.below(20) as u16);
                Said { driver, stance, voices: Voices::NONE }
            })
            .collect();
        let score = random.below(11) as f64;
        cells.add(&respondent(&week, &segments.each_ref().map(String::as_str), score, &said));
    }
    let reduced = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let spec = Grouping::standard(SEGMENTS.len()).with_pairs(SEGMENTS.len());
    let grouped = cells.group(&spec);
    let (mut made, mut rows, mut moved) = (0_usize, 0_usize, 0_usize);
    for level in grouped.levels() {
        let mut before: Vec<CellFigures> = Vec::new();
        for period in grouped.periods() {
            let members = grouped.members(period, level);
            let mut kept = Vec::new();
            for some in members.chunks(512) {
                let figures = grouped.figures(some);
                made += figures.len();
                rows += figures.iter().map(|cell| cell.drivers.len()).sum::<usize>();
                if level.len() < 2 && period.is_some() {
                    kept.extend(figures);
                }
            }
            moved += kept.iter().zip(&before).map(|(now, then)| tested(now, then)).sum::<usize>();
            before = kept;
        }
    }
    println!("{respondents} respondents, 20 drivers under 4 parents, cells of {} and their pairs", SEGMENTS.join(", "));
    println!("   reduction  {reduced:8.1} s");
    println!("     figures  {:8.1} s  ({made} cells, {rows} rows, {moved} changes)", started.elapsed().as_secs_f64());
    say_peak();
}

/// How many rows of a cell are tested against another.
fn tested(now: &CellFigures, then: &CellFigures) -> usize {
    let measured =
        |cell: &CellFigures| -> Vec<Measured> { cell.drivers.iter().map(|driver| driver.measured(cell.n)).collect() };
    changes(&measured(now), &measured(then), &Rule::default()).iter().filter(|change| change.p.is_some()).count()
}

/// A whole run, by the parts that its log tells apart.
fn run(respondents: u64) {
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
    println!(
        "{} ({} comments, {:.1} MB), {} periods",
        corpus.origin,
        corpus.comments,
        corpus.bytes as f64 / 1e6,
        report.by_period.len()
    );
    for part in ["tagging", "merging", "statistics", "commit"] {
        println!("{part:>12}  {:8.1} s", line["seconds_by_part"][part].as_f64().expect("seconds"));
    }
    for table in ["nps", "contributions", "voices", "changes", "functions", "attribution"] {
        println!("{table:>14}  {:8.1} MB", bytes(&out.join(table)) as f64 / 1e6);
    }
    say_peak();
}

/// Numbers that are spread well enough for cells (Knuth's MMIX generator, its high bits).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
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
    let mut random = Random(7);
    for id in 0..respondents {
        let answer = &answers[(id % answers.len() as u64) as usize];
        let day = first.saturating_add(jiff::Span::new().days(random.below(364).cast_signed()));
        let mut row = vec![id.to_string(), answer[1].to_owned(), day.to_string()];
        row.extend(SEGMENTS.map(|segment| format!("{segment}{}", random.below(VALUES))));
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

fn say_peak() {
    if let Some(peak) = peak_memory() {
        println!(" peak memory  {:8.0} MB", peak as f64 / 1e6);
    }
}

/// The most memory that this process had, in bytes; none where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(1024 * line.split_whitespace().nth(1)?.parse::<u64>().ok()?)
}
