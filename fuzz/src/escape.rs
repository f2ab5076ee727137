//! Any text as label, comment, driver, segment or path: on the page, in CSV, in SQL. Pieces between bytes `FF`.

use std::sync::OnceLock;

use verbatim::doors;
use verbatim::report::page::{Lang, page};
use verbatim::report::sql::Dialect;
use verbatim::report::{Report, ReportOptions};
use verbatim::{RunConfig, run};

use super::Seed;
use super::html::{Parts, parts};

/// A report of a small survey, and what its pages are made of with plain names.
fn plain() -> &'static (Report, [Parts; 2]) {
    static PLAIN: OnceLock<(Report, [Parts; 2])> = OnceLock::new();
    PLAIN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let at = |name: &str| folder.path().join(name);
        for (path, text) in super::small::files() {
            let path = at("lexicon").join(path);
            std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
            std::fs::write(path, text).expect("a file can be written");
        }
        let mut survey = "id,score,comment,date,store\n".to_owned();
        for row in 0..24 {
            let comment = ["服务很好", "too loud", "staff were rude", "安静"][row % 4];
            let answer = format!("r{row},{},{comment},2026-06-{:02},s{}\n", [10, 1, 0, 9][row % 4], row + 1, row % 2);
            survey.push_str(&answer);
        }
        std::fs::write(at("survey.csv"), survey).expect("a file can be written");
        let mut config = RunConfig {
            inputs: vec![at("survey.csv").display().to_string()],
            lexicons: vec![at("lexicon").display().to_string()],
            out: at("out"),
            threads: 1,
            ..RunConfig::default()
        };
        config.wanted.by = vec!["store".to_owned()];
        run(&config, &verbatim::engine::Quiet).expect("a small survey runs");
        let report =
            Report::read(&at("out"), &ReportOptions { quotes: 3, ..ReportOptions::default() }).expect("it can be read");
        let pages = [Lang::En, Lang::Zh].map(|lang| parts(&page(&report, lang)));
        (report, pages)
    })
}

/// The text of each place comes back as it was, and adds no element, no attribute, no formula, nothing after its quotes.
pub fn target(data: &[u8]) -> bool {
    let mut pieces = data[..data.len().min(1 << 10)]
        .split(|byte| *byte == 0xff)
        .map(|piece| String::from_utf8_lossy(piece).into_owned());
    let mut next = || pieces.next().unwrap_or_else(|| "plain".to_owned());
    let (comment, name, segment, value) = (next(), next(), next(), next());
    for text in [&comment, &name, &segment, &value] {
        in_csv(text);
        in_sql(text);
    }
    // A page takes as long as all else a hundred times over.
    let is_on_page = data.len().is_multiple_of(16);
    if is_on_page {
        on_page(&comment, &name, &segment, &value);
    }
    is_on_page
}

fn on_page(comment: &str, name: &str, segment: &str, value: &str) {
    let (report, plain) = plain();
    let mut report = report.clone();
    for cell in report.figures.cells.iter_mut().chain(report.segments.iter_mut().flat_map(|segment| &mut segment.cells))
    {
        for driver in &mut cell.drivers {
            (driver.name_en, driver.name_zh) = (name.to_owned(), name.to_owned());
            driver.owner = driver.owner.as_ref().map(|_| name.to_owned());
        }
        for (column, of) in &mut cell.segments {
            (*column, *of) = (segment.to_owned(), value.to_owned());
        }
    }
    for of in &mut report.segments {
        segment.clone_into(&mut of.name);
    }
    for quote in report.typical.values_mut().flat_map(|voices| &mut voices.quotes) {
        comment.clone_into(&mut quote.text);
        quote.evidence.clear();
        value.clone_into(&mut quote.id);
    }
    for (lang, plain) in [Lang::En, Lang::Zh].into_iter().zip(plain) {
        let parts = parts(&page(&report, lang));
        let new: Vec<_> = parts.kinds.difference(&plain.kinds).collect();
        assert!(new.is_empty(), "elements or attributes of its own: {new:?}");
        for text in [comment, name, segment].into_iter().filter(|text| !text.trim().is_empty()) {
            assert!(parts.texts.iter().any(|shown| shown.contains(text)), "{text:?} is not there in {lang:?}");
        }
    }
}

fn in_csv(text: &str) {
    let cell = doors::cell(text);
    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?} is a formula");
    assert_eq!(doors::of_cell(&cell), text);
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record([cell.as_str(), "next"]).expect("memory takes everything");
    let bytes = out.into_inner().expect("memory takes everything");
    let mut read = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let records: Vec<csv::StringRecord> = read.records().collect::<Result<_, _>>().expect("what was written is CSV");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].iter().collect::<Vec<_>>(), [cell.as_str(), "next"]);
}

/// Reads a quoted name and a quoted text back as databases do.
fn in_sql(text: &str) {
    for dialect in [Dialect::Duckdb, Dialect::Spark, Dialect::Postgres] {
        let (name, literal) = doors::sql(dialect, text);
        let quote = if matches!(dialect, Dialect::Spark) { '`' } else { '"' };
        assert_eq!(unquoted(&name, quote, false).as_deref(), Some(text), "{name}");
        assert_eq!(unquoted(&literal, '\'', matches!(dialect, Dialect::Spark)).as_deref(), Some(text), "{literal}");
    }
}

/// What stands between quotes that end where the text does.
fn unquoted(written: &str, quote: char, backslash: bool) -> Option<String> {
    let mut chars = written.strip_prefix(quote)?.chars().peekable();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' if backslash => text.push(chars.next()?),
            c if c == quote && chars.peek() == Some(&quote) && !backslash => text.push(chars.next()?),
            c if c == quote => return chars.next().is_none().then_some(text),
            c => text.push(c),
        }
    }
    None
}

/// Texts that try.
pub fn seeds() -> Vec<Seed> {
    let texts = [
        vec!["<script>alert(1)</script>", "\"onmouseover=x", "a&b", "=1+1"],
        vec!["&lt;b&gt; &amp;quot; '\"`", "</title><img src=x onerror=y>", "--]]>", "'; DROP TABLE x; --"],
        vec!["好\u{202e}\u{0}\r\n", "<!--", "\\'", "'=cmd"],
    ];
    let seed = |pieces: &Vec<&str>| {
        let mut seed = pieces.iter().map(|piece| piece.as_bytes()).collect::<Vec<_>>().join(&0xff);
        // As long as those are that come on a page.
        seed.resize(seed.len().next_multiple_of(16), b'.');
        Seed::valid(seed)
    };
    texts.iter().map(seed).collect()
}

/// Pieces that mean something somewhere.
pub const WORDS: &[&str] = &[
    "<",
    ">",
    "\"",
    "'",
    "`",
    "&",
    "&amp;",
    "&#60;",
    "<script>",
    "</style>",
    "javascript:",
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r\n",
    "\\",
    "--",
    ";",
    "\0",
    "\u{202e}",
    "\u{2028}",
    "{{",
    "${",
    "%",
    "*",
    "[",
    "全部",
    "(blank)",
];
