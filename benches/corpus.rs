//! The survey that all benchmarks read: real sentences, recombined, in one CSV file; the same bytes every time.
//!
//! Not for shipping texts and not for accuracy: sentences repeat, which flatters caches, and nobody wrote these comments as they
//! stand. The sentences come from the shared folder (`../shared`, or `VERBATIM_SHARED`); where that is missing, the rows are those of
//! the bundled sample survey, again and again under new ids.

use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// The survey's text, about this much of it.
pub const TEXT_BYTES: u64 = 10_000_000;

/// The columns that the file has, whatever its sentences come from.
const COLUMNS: [&str; 6] = ["id", "score", "date", "product", "region", "text"];

/// Sets of the shared folder by language.
const CHINESE: [&str; 6] =
    ["shopping_zh", "hotel_zh", "delivery_zh", "rough_text_zh", "dining_zh_aic", "dining_zhhant_dimabsa"];
const ENGLISH: [&str; 6] = [
    "patient_en_fft",
    "patient_en_phase1",
    "seat_reviews_en",
    "dining_en_semeval14",
    "dining_en_mams",
    "dining_en_dimabsa",
];

/// A survey of [`TEXT_BYTES`].
pub struct Corpus {
    /// The CSV file; it goes with the folder.
    pub path: PathBuf,
    /// Bytes of comment text in it.
    pub bytes: u64,
    /// Comments in it.
    pub comments: u64,
    /// What it is made of, for people.
    pub origin: String,
    _folder: tempfile::TempDir,
}

impl Corpus {
    /// Makes the survey.
    pub fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("corpus.csv");
        let file = BufWriter::new(File::create(&path).expect("a new file in an empty folder"));
        let mut out = Out { csv: csv::Writer::from_writer(file), bytes: 0, comments: 0 };
        out.csv.write_record(COLUMNS).expect("a row goes to the file");
        let data = shared_data();
        let origin = match &data {
            Some(data) => recombined(data, &mut out),
            None => repeated_sample(&mut out),
        };
        out.csv.flush().expect("the file takes all rows");
        let Out { bytes, comments, .. } = out;
        let origin = format!("{origin}: {comments} comments, {:.1} MB of text", bytes as f64 / 1e6);
        Self { path, bytes, comments, origin, _folder: folder }
    }
}

/// The file under construction.
struct Out {
    csv: csv::Writer<BufWriter<File>>,
    bytes: u64,
    comments: u64,
}

impl Out {
    fn push(&mut self, [score, date, product, region, text]: [&str; 5]) {
        self.comments += 1;
        self.bytes += text.len() as u64;
        let id = self.comments.to_string();
        self.csv.write_record([&id, score, date, product, region, text]).expect("a row goes to the file");
    }
}

/// The folder of real texts, if this machine has it.
fn shared_data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let data = env::var_os("VERBATIM_SHARED").map_or_else(beside, PathBuf::from).join("data");
    CHINESE.iter().chain(&ENGLISH).all(|set| data.join(format!("{set}.csv")).is_file()).then_some(data)
}

/// One to four sentences a comment, four fifths of the bytes Chinese, days over 52 weeks.
fn recombined(data: &Path, out: &mut Out) -> String {
    let (chinese, english) = (sentences(data, &CHINESE), sentences(data, &ENGLISH));
    let mut random = Random(7);
    let first = jiff::civil::date(2025, 1, 6);
    let mut chinese_bytes = 0;
    while out.bytes < TEXT_BYTES {
        let in_chinese = 5 * chinese_bytes <= 4 * out.bytes;
        let (list, between) = if in_chinese { (&chinese, "") } else { (&english, " ") };
        let count = random.pick(&[1, 1, 2, 2, 3, 4]);
        let text = (0..*count).map(|_| random.pick(list).as_str()).collect::<Vec<_>>().join(between);
        chinese_bytes += if in_chinese { text.len() as u64 } else { 0 };
        let score = random.pick(&["0", "2", "4", "5", "6", "7", "7", "8", "8", "9", "9", "10", "10", "10"]);
        let day = first.saturating_add(jiff::Span::new().days(random.below(364).cast_signed()));
        let (product, region) = (format!("P{}", random.below(12)), format!("R{}", random.below(30)));
        out.push([score, &day.to_string(), &product, &region, &text]);
    }
    format!("{} Chinese and {} English sentences of the shared folder, recombined", chinese.len(), english.len())
}

/// All different sentences of 4 to 200 characters in these sets, sorted.
fn sentences(data: &Path, sets: &[&str]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for set in sets {
        // Where a text holds a bare CR outside of quotes, its row breaks off there.
        let reader = csv::ReaderBuilder::new().flexible(true).from_path(data.join(format!("{set}.csv")));
        let mut rows = reader.expect("a set of the shared folder");
        let headers = rows.headers().expect("a header").clone();
        let texts: Vec<usize> = (0..headers.len())
            .filter(|at| matches!(&headers[*at], "text" | "why" | "good" | "improve" | "other"))
            .collect();
        for row in rows.records() {
            let row = row.expect("a row in UTF-8");
            for text in texts.iter().filter_map(|at| row.get(*at)) {
                let cut = text.split_inclusive(['。', '！', '？', '!', '?', '.', '；', ';', '\n']).map(str::trim);
                found.extend(cut.filter(|s| (4..=200).contains(&s.chars().count())).map(str::to_owned));
            }
        }
    }
    found.into_iter().collect()
}

/// The rows of the bundled sample, as often as it takes.
fn repeated_sample(out: &mut Out) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/appliance_survey.csv");
    let mut rows = csv::Reader::from_path(path).expect("the bundled sample survey");
    let headers = rows.headers().expect("a header").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("a column of the sample survey");
    let columns = ["score", "survey_date", "product", "region", "comment"].map(at);
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("rows in UTF-8");
    while out.bytes < TEXT_BYTES {
        for row in &rows {
            out.push(columns.map(|column| &row[column]));
        }
    }
    "the bundled sample survey, repeated (the shared folder is not there)".to_owned()
}

/// `SplitMix64`: small, and the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.next() % list.len() as u64) as usize]
    }
}
