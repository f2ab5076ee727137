//! The labelled set of personal data as a survey: nothing of it is in any file, log, error or page that a command leaves.
//!
//! Not for how much of it is found (`tests/redaction.rs`), nor for what redaction does to a run (`privacy`).

use std::fmt::Write as _;
use std::path::Path;

use verbatim::tables::Table;

use super::util::{Case, HEADER, Ran};

/// The labelled set: its texts, what in them is personal, and those of the latter that can be known without a word before them.
fn set() -> (Vec<String>, Vec<String>, Vec<String>) {
    let mut reader = csv::Reader::from_reader(include_bytes!("../data/redaction/redaction.csv").as_slice());
    let (mut texts, mut spans, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.unwrap();
        texts.push(record[3].to_owned());
        for span in record[4].split(" ⟂ ").filter(|span| !span.is_empty()) {
            spans.push(span.to_owned());
            let digits = span.chars().filter(char::is_ascii_digit).count();
            // Prices and sizes are written so too.
            let groups: Vec<usize> = span.split(' ').map(str::len).collect();
            let ambiguous = span.contains(['/', ',', '。', '*']) || matches!(groups[..], [3, 4, 3, 1] | [1, 3, 3, 4]);
            if matches!(&record[1], "id_card" | "bank_card")
                || digits == 11 && span.starts_with('1') && !ambiguous
                || span.contains('@')
            {
                plain.push(span.to_owned());
            }
        }
    }
    (texts, spans, plain)
}

/// What must be nowhere.
struct Secrets {
    all: regex::bytes::Regex,
    /// Those of nine digits or of other characters: shorter ones may stand in a figure or in a digest by chance.
    long: regex::bytes::Regex,
}

impl Secrets {
    fn of(spans: &[String]) -> Self {
        let any = |spans: Vec<String>| regex::bytes::Regex::new(&spans.join("|")).unwrap();
        let long = |span: &&String| span.len() > 8 || span.contains(|c: char| !c.is_ascii_digit());
        Self {
            all: any(spans.iter().map(|span| regex::escape(span)).collect()),
            long: any(spans.iter().filter(long).map(|span| regex::escape(span)).collect()),
        }
    }

    #[track_caller]
    fn not_in(&self, what: &str, bytes: &[u8]) {
        if let Some(found) = self.long.find(bytes) {
            let around = &bytes[found.start().saturating_sub(60)..(found.end() + 60).min(bytes.len())];
            panic!("{what}: {} in {}", String::from_utf8_lossy(found.as_bytes()), String::from_utf8_lossy(around));
        }
    }

    /// Nothing that a command said holds any.
    #[track_caller]
    fn not_said(&self, what: &str, ran: &Ran) {
        self.not_in(&format!("{what}: stdout"), ran.stdout.as_bytes());
        self.not_in(&format!("{what}: stderr"), ran.stderr.as_bytes());
    }

    /// No file of a folder holds any: neither its bytes, nor what the Parquet in it says.
    #[track_caller]
    fn not_under(&self, folder: &Path) -> usize {
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files += self.not_under(&path);
                continue;
            }
            files += 1;
            let name = path.display().to_string();
            self.not_in(&name, name.as_bytes());
            self.not_in(&name, &std::fs::read(&path).unwrap());
            if path.extension().is_some_and(|extension| extension == "parquet") {
                self.not_in(&name, decoded(&path).as_bytes());
            }
        }
        files
    }
}

/// All that a Parquet file says, a row a line, and what it says of its columns.
fn decoded(path: &Path) -> String {
    let file = std::fs::File::open(path).unwrap();
    let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mut all = format!("{:?}\n", builder.schema());
    for batch in builder.build().unwrap() {
        let batch = batch.unwrap();
        let options = arrow::util::display::FormatOptions::default();
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow::util::display::ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            for column in &columns {
                write!(all, "{} | ", column.value(row)).unwrap();
            }
            all.push('\n');
        }
    }
    all
}

/// A CSV field.
fn field(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// `set.csv`: the labelled set as a survey, with personal data in some segments, and in a column that is not read.
fn labelled_survey(case: &Case) -> Secrets {
    let (texts, spans, plain) = set();
    let accounts: Vec<&String> = spans
        .iter()
        .filter(|span| {
            span.starts_with(|c: char| c.is_ascii_lowercase()) && span.contains('_') && !span.contains(['@', ' '])
        })
        .collect();
    let mut rows = format!("id,date,score,comment,branch,{}\n", field(&plain[0]));
    for (n, text) in texts.iter().enumerate() {
        let branch = if n % 20 == 0 { format!("North {}", plain[n % plain.len()]) } else { "South".to_owned() };
        // An account's name says what it is only beside a word, and a segment has none.
        let branch = if n % 40 == 0 { format!("微信：{}", accounts[n % accounts.len()]) } else { branch };
        let (day, score) = (n % 28 + 1, n % 11);
        let other = &spans[n % spans.len()];
        writeln!(rows, "r{n},2026-06-{day:02},{score},{},{},{}", field(text), field(&branch), field(other)).unwrap();
    }
    case.write("set.csv", rows);
    Secrets::of(&spans)
}

const COLUMNS: &str = "--id id --date date --score score --scale 0-10 --by branch --text comment";

#[test]
fn nothing_that_a_run_leaves_holds_personal_data() {
    let case = Case::new();
    let secrets = labelled_survey(&case);
    secrets.not_said("run", &case.run(&format!("run set.csv {COLUMNS}")).ends(0));
    let again = case.run(&format!("run set.csv {COLUMNS} --json --timings")).ends(0);
    secrets.not_said("run --json", &again);
    let report = again.json();
    let kinds: Vec<&str> =
        report["redactions"].as_array().unwrap().iter().map(|pair| pair[0].as_str().unwrap()).collect();
    assert_eq!(kinds, ["account", "bank_card", "email", "id_card", "phone", "plate"]);
    for table in [Table::Comments, Table::Mentions] {
        for row in case.rows("out", table, None) {
            assert!(!secrets.all.is_match(row.as_bytes()), "{table:?}: {row}");
        }
    }
    for command in [
        "drivers out",
        "drivers out --by branch --json",
        "report out",
        "lexicon diff core appliance --on out --html page.html --parquet moves",
        "lexicon diff core appliance --on out --json",
    ] {
        secrets.not_said(command, &case.run(command).ends(0));
    }
    // The survey is no output.
    std::fs::remove_file(case.path("set.csv")).unwrap();
    assert!(secrets.not_under(&case.path("")) > 30);
}

#[test]
fn nothing_that_other_commands_show_holds_personal_data() {
    let case = Case::new();
    let secrets = labelled_survey(&case);
    let gold = (0..1600).fold("id,label,polarity\n".to_owned(), |all, n| all + &format!("r{n},price,negative\n"));
    case.write("gold.csv", gold);
    let columns = COLUMNS.replace(" --by branch", "");
    let flags = "--id id --text comment";
    for (command, code) in [
        (
            format!(
                "lexicon diff core appliance --on set.csv --id id --text comment {} --html page.html --parquet moves",
                "--samples 50"
            ),
            0,
        ),
        (format!("lexicon diff core appliance --on set.csv {columns} --json --samples 50"), 0),
        (
            format!(
                "lexicon suggest core --on set.csv {flags} --score score --scale 0-10 --min-count 2 --limit 1000 --samples 9"
            ),
            0,
        ),
        (format!("lexicon suggest core --on set.csv {flags} --min-count 2 --limit 1000 --samples 9 --json"), 0),
        (format!("evaluate set.csv --gold gold.csv {flags} --misses 500"), 0),
        (format!("evaluate set.csv --gold gold.csv {flags} --misses 500 --json"), 0),
        (format!("lexicon test core --gold gold.csv --on set.csv {flags} --json"), 0),
        ("lexicon check core --on set.csv --text comment".to_owned(), 1),
        ("init set.csv".to_owned(), 0),
    ] {
        let ran = case.run(&command);
        assert!(ran.code <= code, "{command}: {}", ran.stderr);
        secrets.not_said(&command, &ran);
        // It shows texts with blots in them, and does not leave them out.
        assert!(
            command.starts_with("init")
                || command.contains(" check ")
                || command.contains(" test ")
                || ran.stdout.contains("***"),
            "{command}: {}",
            ran.stdout
        );
    }
    for name in ["set.csv", "gold.csv"] {
        std::fs::remove_file(case.path(name)).unwrap();
    }
    assert!(secrets.not_under(&case.path("")) >= 5);
}

#[test]
fn no_error_quotes_personal_data() {
    let case = Case::new();
    let (_, spans, plain) = set();
    let secrets = Secrets::of(&spans);
    let phone = |n: usize| plain[n % plain.len()].clone();
    let rows = |row: &dyn Fn(usize) -> String| (0..40).map(row).collect::<String>();
    let good = |n: usize| format!("r{n},2026-06-{:02},{},fine {n}\n", n % 28 + 1, n % 11);
    let personal = |n: usize| field(&phone(n));
    // No row of names: the first answer is taken for it.
    case.write("headless.csv", rows(&|n| format!("{},{},9,{}\n", personal(n), personal(n + 1), personal(n + 2))));
    case.write("dates.csv", HEADER.to_owned() + &rows(&|n| format!("r{n},{},9,fine\n", personal(n))));
    case.write("scores.csv", HEADER.to_owned() + &rows(&|n| format!("r{n},2026-06-01,{},fine\n", personal(n))));
    case.write(
        "some.csv",
        HEADER.to_owned()
            + &rows(&|n| if n % 9 == 0 { format!("r{n},{},{},x\n", personal(n), personal(n)) } else { good(n) }),
    );
    case.write(
        "ragged.csv",
        HEADER.to_owned() + &rows(&|n| if n % 9 == 0 { format!("r{n},{}\n", personal(n)) } else { good(n) }),
    );
    case.write("open.csv", HEADER.to_owned() + &rows(&good) + &format!("r50,2026-06-01,9,\"{}\n", phone(3)));
    case.write("named.csv", format!("id,date,score,{}\n", personal(3)) + &rows(&good));
    case.write(
        "branches.csv",
        format!("id,date,score,comment,{}\n", personal(3)) + &rows(&|n| good(n).replace('\n', ",north\n")),
    );
    case.write(
        "weights.csv",
        "id,date,score,comment,weight\n".to_owned() + &rows(&|n| good(n).replace('\n', &format!(",{}\n", personal(n)))),
    );
    case.write("twice.csv", HEADER.to_owned() + &rows(&|n| format!("{},2026-06-01,9,fine {n}\n", personal(n / 2))));
    case.write("torn.jsonl", rows(&|n| format!("{{\"score\": 9, \"comment\": \"{}\n", phone(n).replace('"', ""))));
    case.write(
        "scores.jsonl",
        rows(&|n| format!("{{\"score\": \"{}\", \"comment\": \"x\"}}\n", phone(n).replace('"', ""))),
    );
    case.write("actions.csv", format!("driver,function,owner,action,start,target\n{0},{0},x,y,{0},z\n", personal(4)));
    case.write("labels.csv", format!("id,label,polarity\n{0},{0},{0}\n", personal(5)));
    let good_file = HEADER.to_owned() + &rows(&good);
    case.write("good.csv", good_file);
    let mut codes = Vec::new();
    for command in [
        "run headless.csv",
        "run dates.csv",
        "run dates.csv --date date --date-format %Y-%m-%d",
        "run scores.csv",
        "run scores.csv --score score --scale 0-10",
        "run some.csv --date date --date-format %Y-%m-%d --scale 0-10",
        "run ragged.csv",
        "run open.csv",
        "run named.csv",
        "run named.csv --score score --id id --date date",
        "run branches.csv",
        "run weights.csv",
        "run weights.csv --weight weight",
        "run twice.csv --id id",
        "run torn.jsonl",
        "run scores.jsonl",
        "run good.csv --text nothing",
        "run headless.csv --text nothing",
        "run good.csv --actions actions.csv",
        "evaluate good.csv --gold labels.csv",
        "evaluate headless.csv --gold labels.csv",
        "lexicon suggest core --on headless.csv",
        "lexicon diff core appliance --on headless.csv",
        "init headless.csv --force",
        "init named.csv --force",
    ] {
        let ran = case.run(&format!("{command}{}", if command.starts_with("run") { " --out out" } else { "" }));
        secrets.not_said(command, &ran);
        codes.push(ran.code);
        if case.path("out").is_dir() {
            let ids = command.contains("twice");
            let held = std::fs::read_dir(case.path("out")).unwrap().count();
            assert!(ids || secrets.not_under(&case.path("out")) >= held.min(1), "{command}");
            std::fs::remove_dir_all(case.path("out")).unwrap();
        }
    }
    assert!(codes.iter().filter(|code| **code == 2).count() >= 10, "{codes:?}");
}
