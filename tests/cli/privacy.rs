//! Personal data outside of comments, and in answers that an output held before redaction was on.
//!
//! Not for what is found in a text: unit tests of `redact` do that.

use std::fmt::Write as _;
use std::path::Path;

use verbatim::tables::Table;

use super::util::{Case, HEADER, Ran, answer, assert_same, week};

/// Asserts that no table of an output holds this.
#[track_caller]
fn nowhere(case: &Case, out: &str, secret: &str) {
    for table in Table::ALL {
        let rows = case.rows(out, table, None);
        assert!(!rows.iter().any(|row| row.contains(secret)), "{table:?}: {rows:#?}");
    }
}

/// Twenty answers with a phone number as id, an address as customer, and a phone number in every fourth branch.
fn branches() -> Case {
    let case = Case::new();
    let row = |n: usize| {
        let branch = if n.is_multiple_of(4) { "North 138\u{A0}0000\u{A0}0001" } else { "South" };
        format!("139000000{n:02},c{}@shop.cn,{branch},2026-06-01,{},师傅态度很好\n", n / 2, n % 11)
    };
    let rows: String = (0..20).map(row).collect();
    case.write("a.csv", format!("phone,customer,branch,date,score,comment\n{rows}"));
    case
}

#[test]
fn a_segment_with_a_phone_number_is_redacted() {
    let case = branches();
    let report = case.run("run a.csv --by branch --text comment --json").ends(0).json();
    nowhere(&case, "out", "0000\u{A0}0001");
    let values = case.comments("out", "seg_branch");
    assert_eq!(values.iter().filter(|value| *value == "North ***·****·****").count(), 5, "{values:?}");
    for table in [Table::Nps, Table::Contributions] {
        let rows = case.rows("out", table, Some("all"));
        assert!(rows.iter().any(|row| row.contains("seg_branch=North ***·****·****")), "{rows:#?}");
    }
    assert_eq!(report["redactions"], serde_json::json!([["phone", 5]]));
    assert!(report["notices"].as_array().unwrap().contains(
        &"by: column `branch` holds what looks like phone numbers (5 of 20 values looked at); it is blanked out, and segments that differ in nothing else become one".into()
    ), "{report}");
    let raw = case.run("run a.csv --by branch --text comment --no-redact --json --out raw").ends(0).json();
    assert_eq!(raw["redactions"], serde_json::json!([]));
    assert!(case.comments("raw", "seg_branch").contains(&"North 138\u{A0}0000\u{A0}0001".to_owned()));
}

#[test]
fn ids_that_are_personal_data_stay_and_are_said() {
    let case = branches();
    let columns = "--id phone --customer customer --text comment";
    let ran = case.run(&format!("run a.csv {columns}")).ends(0);
    for notice in [
        "id: column `phone` holds what looks like phone numbers (20 of 20 values looked at); ids are written as they are; name another column with `--id`, or put keys in their place before the run",
        "customer: column `customer` holds what looks like e-mail addresses (20 of 20 values looked at); customer ids are written as they are; name another column with `--customer`, or put keys in their place before the run",
    ] {
        assert!(ran.stdout.contains(notice), "{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("blanked out before tagging"), "{}", ran.stdout);
    assert_eq!(case.comments("out", "id")[7], "13900000007");
    assert_eq!(case.comments("out", "customer")[0], "c0@shop.cn");
    // Who writes all as it is, and who has keys for ids, is told nothing.
    case.write("plain.csv", format!("{HEADER}{}", week(0..20, 1)));
    for args in [&format!("a.csv {columns} --no-redact"), "plain.csv"] {
        let ran = case.run(&format!("run {args} --out other-{}", args.len())).ends(0);
        assert!(!ran.stdout.contains("looks like"), "{}", ran.stdout);
    }
}

/// `a.csv`: two weeks of answers with a phone number in some; `late.csv`: some of the first week again; `whole.csv`: both.
fn stored() -> Case {
    let case = Case::new();
    let telling =
        |n: usize, day| format!("p{n},2026-06-{day:02},3,\"太吵了 13812345{n:03}, noise 138—1234—5{n:03}\"\n");
    let first: String = (0..10).map(|n| telling(n, 2)).collect();
    let second: String = (10..20).map(|n| telling(n, 9)).collect();
    let late: String = (0..5).map(|n| answer(&format!("r{n}"), 2, 10 - n, n + 1)).collect();
    let (week_1, week_2) = (week(5..40, 1), week(40..70, 8));
    case.write("a.csv", format!("{HEADER}{first}{}{week_2}{second}", week(0..40, 1)));
    case.write("late.csv", format!("{HEADER}{late}"));
    case.write("whole.csv", format!("{HEADER}{first}{week_1}{late}{week_2}{second}"));
    case
}

#[test]
fn answers_stored_without_redaction_are_redacted_when_their_period_is_touched() {
    for lexicon in ["core", "appliance"] {
        let case = stored();
        case.run("run a.csv --no-redact").ends(0);
        let report = case.run(&format!("run late.csv --scale 0-10 --lexicon {lexicon} --json")).ends(0).json();
        // Two in each of the first week's ten; the second week is not touched.
        assert_eq!(report["redactions"], serde_json::json!([["phone", 20]]));
        assert!(
            report["notices"].to_string().contains("1 earlier period(s) were written without redaction"),
            "{report}"
        );
        case.run(&format!("run whole.csv --lexicon {lexicon} --out whole")).ends(0);
        let first = Some("2026-W23");
        for table in [Table::Comments, Table::Mentions, Table::Nps, Table::Contributions] {
            assert_eq!(case.rows("out", table, first), case.rows("whole", table, first), "{table:?}");
        }
        assert_eq!(case.rows("out", Table::Nps, Some("all")), case.rows("whole", Table::Nps, Some("all")));
    }
}

#[test]
fn a_period_knows_whether_all_of_its_rows_are_redacted() {
    let case = stored();
    let redacted = || -> Vec<bool> { case.manifest("out").periods.values().map(|it| it.redaction > 0).collect() };
    case.run("run a.csv --no-redact").ends(0);
    assert_eq!(redacted(), [false, false]);
    case.run("run late.csv --scale 0-10").ends(0);
    assert_eq!(redacted(), [true, false]);
    let report = case.run("run late.csv --scale 0-10 --json").ends(0).json();
    assert_eq!(report["redactions"], serde_json::json!([]));
    case.write("one.csv", format!("{HEADER}{}", answer("r40", 8, 7, 0)));
    let report = case.run("run one.csv --scale 0-10 --json").ends(0).json();
    assert_eq!(report["redactions"], serde_json::json!([["phone", 20]]));
    assert!(!report["notices"].to_string().contains("without redaction"), "{report}");
    assert_eq!(redacted(), [true, true]);
    for secret in ["13812345", "138—1234"] {
        nowhere(&case, "out", secret);
    }
    // A run that writes texts as they are leaves a period of both kinds.
    case.run("run late.csv --scale 0-10 --no-redact").ends(0);
    assert_eq!(redacted(), [false, true]);
}

#[test]
fn stored_segments_are_redacted_also_in_the_cells_of_all_periods() {
    let case = Case::new();
    let row = |id: usize, day: usize| format!("r{id},2026-06-{day:02},9,good,138123400{:02}\n", id % 2);
    let header = "id,date,score,comment,branch\n";
    case.write("a.csv", format!("{header}{}{}", row(1, 1), row(2, 8)));
    case.write("b.csv", format!("{header}{}", row(3, 1)));
    case.run("run a.csv --by branch --text comment --no-redact").ends(0);
    case.run("run b.csv --by branch --text comment").ends(0);
    for period in ["2026-W23", "all"] {
        for table in [Table::Comments, Table::Nps, Table::Contributions] {
            let rows = case.rows("out", table, Some(period));
            assert!(!rows.iter().any(|row| row.contains("138123400")), "{table:?}: {rows:#?}");
        }
    }
}

#[test]
fn redacted_rows_keep_their_bytes_in_a_later_run() {
    let case = stored();
    for out in ["out", "twice"] {
        case.run(&format!("run a.csv --out {out}")).ends(0);
        case.run(&format!("run late.csv --scale 0-10 --out {out}")).ends(0);
    }
    case.run("run late.csv --scale 0-10 --out twice").ends(0);
    assert_same(&case.tables("out"), &case.tables("twice"));
}

#[test]
fn rejects_quote_nothing_that_was_written() {
    let case = Case::new();
    let secret = "13812345678";
    let mut rows = week(0..40, 1);
    for row in [
        format!("x1,2026-06-01,call {secret},text,1\n"),
        format!("x2,2026-06-01,{secret},text,1\n"),
        format!("x3,{secret},9,text,1\n"),
        format!("x4,2026-06-01,9,text,{secret}\n"),
        format!("x5,2026-06-01,9,text,1,{secret}\n"),
        format!("x6,2026-06-01,9,{},1\n", format!("{secret} ").repeat(100_000)),
    ] {
        rows += &row;
    }
    let weighted = rows.replace("\"\n", "\",1\n");
    case.write("a.csv", format!("id,date,score,comment,weight\n{weighted}"));
    case.write("a.jsonl", format!("{{\"score\":9,\"comment\":\"fine, thanks\"}}\n{{\"{secret}\": {secret}\n"));
    let columns = "--date date --date-format %Y-%m-%d --scale 0-10 --weight weight";
    let ran = case.run(&format!("run a.csv --id id {columns}")).ends(1);
    assert_eq!(case.rows("out", Table::Rejects, None).len(), 6, "{}", ran.stdout);
    nowhere(&case, "out", secret);
    assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
    let ran = case.run("run a.jsonl --out lines").ends(1);
    nowhere(&case, "lines", secret);
    assert!(!ran.stdout.contains(secret), "{}", ran.stdout);

    case.write("twice.csv", format!("{HEADER}{secret},2026-06-01,9,text\n{secret},2026-06-02,8,text\n"));
    case.run("run twice.csv --id id --out twice").ends(1);
    let rejects = case.rows("twice", Table::Rejects, None);
    assert!(rejects.len() == 1 && !rejects[0].contains(secret), "{rejects:?}");
}

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
            if matches!(&record[1], "id_card" | "bank_card") || digits == 11 && span.starts_with('1') || span.contains('@') {
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
            columns.iter().for_each(|column| write!(all, "{} | ", column.value(row)).unwrap());
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
    let accounts: Vec<&String> = spans.iter().filter(|span| span.starts_with(|c: char| c.is_ascii_lowercase()) && span.contains('_') && !span.contains(['@', ' '])).collect();
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
        "report out --force",
        "lexicon diff core appliance --on out --html page.html --parquet moves",
        "lexicon diff core appliance --on out --json",
    ] {
        secrets.not_said(command, &case.run(command));
    }
    // The survey is no output.
    std::fs::remove_file(case.path("set.csv")).unwrap();
    assert!(secrets.not_under(&case.path("")) > 30);
}

#[test]
fn nothing_that_other_commands_show_holds_personal_data() {
    let case = Case::new();
    let secrets = labelled_survey(&case);
    let gold: String = (0..1600).map(|n| format!("r{n},price,negative\n")).collect();
    case.write("gold.csv", format!("id,label,polarity\n{gold}"));
    let columns = COLUMNS.replace(" --by branch", "");
    let flags = "--id id --text comment";
    for (command, code) in [
        (format!("lexicon diff core appliance --on set.csv --id id --text comment {} --html page.html --parquet moves", "--samples 50"), 0),
        (format!("lexicon diff core appliance --on set.csv {columns} --json --samples 50"), 0),
        (format!("lexicon suggest core --on set.csv {flags} --score score --scale 0-10 --min-count 2 --limit 1000 --samples 9"), 0),
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
    case.write("some.csv", HEADER.to_owned() + &rows(&|n| if n % 9 == 0 { format!("r{n},{},{},x\n", personal(n), personal(n)) } else { good(n) }));
    case.write("ragged.csv", HEADER.to_owned() + &rows(&|n| if n % 9 == 0 { format!("r{n},{}\n", personal(n)) } else { good(n) }));
    case.write("open.csv", HEADER.to_owned() + &rows(&good) + &format!("r50,2026-06-01,9,\"{}\n", phone(3)));
    case.write("named.csv", format!("id,date,score,{}\n", personal(3)) + &rows(&good));
    case.write("branches.csv", format!("id,date,score,comment,{}\n", personal(3)) + &rows(&|n| good(n).replace('\n', ",north\n")));
    case.write("weights.csv", "id,date,score,comment,weight\n".to_owned() + &rows(&|n| good(n).replace('\n', &format!(",{}\n", personal(n)))));
    case.write("twice.csv", HEADER.to_owned() + &rows(&|n| format!("{},2026-06-01,9,fine {n}\n", personal(n / 2))));
    case.write("torn.jsonl", rows(&|n| format!("{{\"score\": 9, \"comment\": \"{}\n", phone(n).replace('"', ""))));
    case.write("scores.jsonl", rows(&|n| format!("{{\"score\": \"{}\", \"comment\": \"x\"}}\n", phone(n).replace('"', ""))));
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
