//! How well personal data is found, on texts that were labelled for it; and what holds for every text.
//!
//! Not for single patterns: unit tests of `text::redact` have those. `UPDATE_DOCS=1 cargo test --test redaction` writes the table of
//! docs/privacy.md anew; `-- --nocapture` names every miss.

#![allow(clippy::unwrap_used, reason = "a test ends where a value is missing")]
#![allow(clippy::print_stdout, reason = "it names what it misses")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use verbatim::text::redact::Kind;
use verbatim::text::{Redaction, Redactor};

static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::new);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One labelled text.
struct Labelled {
    id: String,
    kind: String,
    half: String,
    text: String,
    spans: Vec<Range<usize>>,
}

fn labelled() -> Vec<Labelled> {
    let mut reader = csv::Reader::from_path(root().join("tests/data/redaction/redaction.csv")).unwrap();
    let row = |row: csv::StringRecord| {
        let text = row[3].to_owned();
        let span = |span: &str| {
            let start = text.find(span).unwrap_or_else(|| panic!("{span} is not in {text}"));
            start..start + span.len()
        };
        let spans = row[4].split(" ⟂ ").filter(|span| !span.is_empty()).map(span).collect();
        Labelled { id: row[0].to_owned(), kind: row[1].to_owned(), half: row[2].to_owned(), text, spans }
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn redacted(text: &str) -> String {
    REDACTOR.redact(text).map_or_else(|| text.to_owned(), |(redacted, _)| redacted)
}

/// The runs of characters that differ.
fn blotted(text: &str, redacted: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for ((at, old), new) in text.char_indices().zip(redacted.chars()).filter(|((_, old), new)| old != new) {
        assert_eq!(old.len_utf8(), new.len_utf8(), "{text}");
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += old.len_utf8(),
            _ => runs.push(at..at + old.len_utf8()),
        }
    }
    runs
}

/// Of one kind and half: spans, and how many of them are gone; blots, and how many of them lie in a span.
#[derive(Clone, Copy, Default)]
struct Score {
    texts: u32,
    spans: u32,
    gone: u32,
    blots: u32,
    right: u32,
}

impl Score {
    fn add(&mut self, one: &Labelled) {
        let redacted = redacted(&one.text);
        assert_eq!(redacted.len(), one.text.len(), "{}", one.id);
        assert_eq!(redacted.chars().count(), one.text.chars().count(), "{}", one.id);
        self.texts += 1;
        for span in &one.spans {
            self.spans += 1;
            let both = one.text[span.clone()].chars().zip(redacted[span.clone()].chars());
            let survive = both.filter(|(old, new)| old == new && old.is_alphanumeric()).count();
            self.gone += u32::from(survive == 0);
            if survive > 0 {
                println!("survives: {} {redacted}", one.id);
            }
        }
        for blot in blotted(&one.text, &redacted) {
            self.blots += 1;
            let right = one.spans.iter().any(|span| span.start <= blot.start && blot.end <= span.end);
            self.right += u32::from(right);
            if !right {
                println!("too much: {} {redacted}", one.id);
            }
        }
    }

    fn merge(mut self, other: Self) -> Self {
        self.texts += other.texts;
        self.spans += other.spans;
        self.gone += other.gone;
        self.blots += other.blots;
        self.right += other.right;
        self
    }

    fn recall(self) -> f64 {
        f64::from(self.gone) / f64::from(self.spans)
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.blots)
    }

    fn line(self, kind: &str, half: &str) -> String {
        let share = |share: f64| if share.is_nan() { String::new() } else { format!("{share:.3}") };
        let Self { texts, spans, gone, blots, right, .. } = self;
        let (recall, precision) = (share(self.recall()), share(self.precision()));
        format!("| {kind} | {half} | {texts} | {spans} | {gone} | {recall} | {blots} | {right} | {precision} |\n")
    }
}

#[test]
fn labelled_personal_data_is_gone_and_all_else_is_there() {
    let rows = labelled();
    let mut scores: BTreeMap<(&str, &str), Score> = BTreeMap::new();
    for row in &rows {
        scores.entry((&row.kind, &row.half)).or_default().add(row);
    }
    let over = |kind: Option<&str>, half: Option<&str>| {
        let of = |key: &(&str, &str)| kind.is_none_or(|kind| kind == key.0) && half.is_none_or(|half| half == key.1);
        scores.iter().filter(|(key, _)| of(key)).fold(Score::default(), |sum, (_, score)| sum.merge(*score))
    };
    let mut table = "| kind | half | texts | spans | gone | recall | blots | right | precision |\n".to_owned();
    table += "| --- | --- | --: | --: | --: | --: | --: | --: | --: |\n";
    for kind in Kind::ALL.map(Kind::as_str).into_iter().chain(["none"]) {
        for half in ["tune", "held"] {
            table += &over(Some(kind), Some(half)).line(kind, half);
        }
    }
    for half in ["tune", "held"] {
        table += &over(None, Some(half)).line("all", half);
    }
    let all = over(None, None);
    table += &all.line("all", "both");
    println!("{table}");

    assert!(all.spans >= 500 && over(Some("none"), None).texts >= 500, "the set is smaller than it was");
    assert!(all.recall() >= 0.99 && all.precision() >= 0.98, "recall {}, precision {}", all.recall(), all.precision());
    for kind in Kind::ALL.map(Kind::as_str) {
        let score = over(Some(kind), None);
        assert!(
            score.recall() >= 0.95 && score.precision() >= 0.95,
            "{kind}: {} {}",
            score.recall(),
            score.precision()
        );
    }
    in_docs(&table);
}

/// Sees that docs/privacy.md has this table, or writes it there.
fn in_docs(table: &str) {
    let path = root().join("docs/privacy.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- measured -->\n").expect("the page marks the table");
    let (_, after) = rest.split_once("<!-- /measured -->").expect("the page marks the table's end");
    let fresh = format!("{before}<!-- measured -->\n{table}<!-- /measured -->{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        assert!(page == fresh, "docs/privacy.md is stale: UPDATE_DOCS=1 cargo test --test redaction");
    }
}

/// The shortest of three times that a look at so many bytes of this takes.
fn time(unit: &str, bytes: usize) -> Duration {
    let text = unit.repeat(bytes / unit.len());
    let once = || {
        let start = Instant::now();
        std::hint::black_box(REDACTOR.redact(&text));
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

#[test]
fn no_text_takes_longer_than_its_length() {
    let mut slow = String::new();
    for unit in [
        "1",
        " ",
        "@",
        "1 ",
        "1-",
        "a@",
        "a.",
        "(",
        "+1 ",
        "0086",
        "dot ",
        " at ",
        "微信",
        "vx ",
        "wx:ab1234 ",
        "qq1",
        "&#49;",
        "京A1",
        "13812345678.",
        "13812345678 ",
        "６",
        "身份证1",
        "a@b.cn,",
        "微信a_12345、",
    ] {
        // Four times the length: what grows with its square takes sixteen times as long. Whoever else is at work on the machine may
        // make a time longer, but not each of five.
        let times = || (time(unit, 16 * 1024), time(unit, 64 * 1024));
        let grows = |(short, long): &(Duration, Duration)| *long > 9 * *short + Duration::from_millis(10);
        let tries: Vec<(Duration, Duration)> = (0..5).map(|_| times()).take_while(grows).collect();
        if tries.len() == 5 {
            let _ = writeln!(slow, "{unit:?}: {tries:?}");
        }
    }
    for unit in ["1", " ", "@"] {
        let whole = time(unit, 1024 * 1024);
        if whole > Duration::from_secs(30) {
            let _ = writeln!(slow, "{unit:?}: {whole:?}");
        }
    }
    assert!(slow.is_empty(), "{slow}");
}

/// The check digit of Luhn, by the table of doubled digits.
fn luhn_digit(number: &[u32]) -> u32 {
    let doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let sum: u32 =
        number.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { doubled[*d as usize] } else { *d }).sum();
    (10 - sum % 10) % 10
}

/// The check digit of an identity card, by the weights of GB 11643.
fn identity_digit(number: &[u32]) -> char {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = number.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11]
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn only(kind: Kind) -> Redactor {
    Redactor::with(&Redaction { kinds: [kind].into(), own: Vec::new() })
}

static CARDS: LazyLock<Redactor> = LazyLock::new(|| only(Kind::BankCard));
static IDENTITIES: LazyLock<Redactor> = LazyLock::new(|| only(Kind::IdCard));
static PHONES: LazyLock<Redactor> = LazyLock::new(|| only(Kind::Phone));

/// Whether digits between characters of Chinese are a phone number: mobiles and landlines of the mainland, mobiles of Britain, numbers
/// of Hong Kong.
fn is_phone(run: &str) -> bool {
    let rest = |prefix| run.strip_prefix(prefix).unwrap_or_default();
    let mobile = |run: &str| run.len() == 11 && run.starts_with('1') && run[1..2] >= *"3";
    let hong_kong = run.len() == 11 && run.starts_with("852") && "45679".contains(&run[3..4]);
    let landline = |code: &str, number: &str| {
        let long = number.len() == 8;
        let short = code.len() == 4 && number.len() == 7;
        let codes = if code.len() == 3 {
            code == "010" || code.starts_with("02")
        } else {
            code[1..2] >= *"3" && code[2..3] != *"0"
        };
        codes && (long || short) && number[..1] >= *"2"
    };
    let split = |at: usize| run.len() > at && run.starts_with('0') && landline(&run[..at], &run[at..]);
    let service = run.starts_with("0800") || run.starts_with("0808");
    mobile(run)
        || hong_kong
        || mobile(rest("86"))
        || mobile(rest("0086"))
        || !service && (split(3) || split(4) || run.len() == 11 && run.starts_with("07"))
}

proptest! {
    /// Rows of the set in any order, cut anywhere, with anything between them.
    #[test]
    fn whatever_is_redacted_stays_redacted(
        picked in proptest::collection::vec((any::<prop::sample::Index>(), 0..40_usize, "[ ，.\\-1a@]{0,3}"), 1..6),
    ) {
        static ROWS: LazyLock<Vec<Labelled>> = LazyLock::new(labelled);
        let texts: Vec<String> = picked.iter().map(|(row, cut, between)| {
            let text = &row.get(&ROWS).text;
            format!("{}{between}", &text[text.ceil_char_boundary(*cut)..])
        }).collect();
        let text = texts.concat();
        let once = redacted(&text);
        prop_assert_eq!(once.len(), text.len());
        for (old, new) in text.chars().zip(once.chars()) {
            prop_assert_eq!(old.len_utf8(), new.len_utf8());
            prop_assert!(old == new || "*·＊".contains(new), "{} became {}", old, new);
        }
        prop_assert_eq!(REDACTOR.redact(&once), None);
    }

    /// Both check digits find every wrong digit.
    #[test]
    fn a_card_with_one_wrong_digit_is_none(body in "62[0-9]{13,16}", at in 0..15_usize, by in 1..10_u32) {
        let right = format!("{body}{}", luhn_digit(&digits(&body)));
        prop_assert!(CARDS.redact(&right).is_some(), "{}", right);
        let mut wrong = digits(&right);
        wrong[at] = (wrong[at] + by) % 10;
        let wrong: String = wrong.iter().map(ToString::to_string).collect();
        prop_assert_eq!(CARDS.redact(&wrong), None);
    }

    #[test]
    fn an_identity_card_with_one_wrong_digit_is_none(
        body in "(11|31|44|51|65)[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])[0-9]{3}", at in 0..17_usize, by in 1..10_u32,
    ) {
        let right = format!("{body}{}", identity_digit(&digits(&body)));
        prop_assert!(IDENTITIES.redact(&right).is_some(), "{}", right);
        let mut wrong: Vec<char> = right.chars().collect();
        wrong[at] = char::from_digit((wrong[at].to_digit(10).unwrap() + by) % 10, 10).unwrap();
        let wrong: String = wrong.into_iter().collect();
        prop_assert_eq!(IDENTITIES.redact(&wrong), None);
    }

    #[test]
    fn phone_numbers_in_one_piece_are_those_that_a_plain_rule_finds(
        runs in proptest::collection::vec("[0-9]{1,16}|1[3-9][0-9]{9}|(86|0086)1[2-9][0-9]{9}|0[1-9][0-9]{8,11}", 1..5),
    ) {
        let expected = runs.iter().map(|run| if is_phone(run) { "*".repeat(run.len()) } else { run.clone() });
        // International numbers that begin with two noughts have a rule of their own.
        prop_assume!(!runs.iter().any(|run| run.starts_with("00") && !is_phone(run)));
        let text = runs.join("中");
        let got = PHONES.redact(&text).map_or(text, |(got, _)| got);
        prop_assert_eq!(got, expected.collect::<Vec<_>>().join("中"));
    }
}
