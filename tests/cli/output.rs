//! What commands print, and their exit codes.

use std::process::Stdio;

use verbatim::tables::Table;

use super::util::{Case, HEADER, week};

const TEXT: &str = "空调声音有点大，但是师傅态度很好, arrived on time";

/// Hashes of lexicons change with every word.
pub fn without_hash(text: &str) -> String {
    regex::Regex::new(r"\([0-9a-f]{12}\)").unwrap().replace_all(text, "([hash])").into_owned()
}

#[test]
fn the_lexicon_that_a_file_names_is_used_for_the_bundled_sample_too() {
    let case = Case::new();
    case.write("verbatim.toml", "[tagging]\nlexicons = [\"core\"]\n");
    let report = case.run("run --json").ends(0).json();
    assert!(report["lexicons"].to_string().contains("core"), "{}", report["lexicons"]);
    assert!(!report["lexicons"].to_string().contains("appliance"), "{}", report["lexicons"]);
}

#[test]
fn run_on_the_sample() {
    let case = Case::new();
    let ran = case.run("run").ends(0);
    insta::assert_snapshot!("run_on_the_sample", without_hash(&ran.stdout));
    assert_eq!(ran.stderr, "");
    assert_eq!(case.manifest("out").inputs[0].name, "appliance_survey.csv");
}

#[test]
fn comments_say_what_is_done_about_each_driver() {
    let case = Case::new();
    case.write(
        "a.csv",
        format!("{HEADER}r1,2026-06-01,2,师傅态度很好。希望价格便宜一点\nr2,2026-06-01,3,怎么这么吵？\n"),
    );
    case.run("run a.csv --scale 0-10 --lexicon appliance").ends(0);
    let rows = case.rows("out", Table::Comments, None);
    for (row, drivers, voice) in [
        (
            &rows[0],
            "[{driver: price, polarity: negative, voice: [suggestion]}, {driver: service_attitude, polarity: positive, voice: [praise]}]",
            "voice=[praise, problem, suggestion]",
        ),
        (&rows[1], "[{driver: noise, polarity: negative, voice: [problem, question]}]", "voice=[problem, question]"),
    ] {
        assert!(row.contains(&format!("drivers={drivers}")) && row.contains(voice), "{row}");
    }
}

#[test]
fn a_run_says_where_its_time_went_only_where_it_is_asked() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..30, 1)));
    assert_eq!(case.run("run a.csv").ends(0).stderr, "");
    let shown = case.run("run a.csv --out timed --timings --quiet").ends(0);
    assert_eq!(shown.stdout, "");
    for stop in ["open", "lexicon", "split", "ids", "tag", "stage", "write", "statistics", "commit"] {
        assert!(shown.stderr.lines().any(|line| line.starts_with(stop)), "{stop}: {}", shown.stderr);
    }
    let report = case.run("run a.csv --out json --timings --json").ends(0).json();
    let stops = report["timings"].as_array().unwrap();
    let tag = stops.iter().find(|stop| stop["stop"] == "tag").unwrap();
    assert_eq!(tag["rows"], 30);
    assert!(stops.iter().all(|stop| stop["seconds"].as_f64().unwrap() >= 0.0));
}

#[test]
fn run_as_json_has_its_keys() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..30, 1)));
    let report = case.run("run a.csv --json").ends(0).json();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join("\n");
    let all = &report["all"];
    insta::assert_snapshot!(
        "run_json_keys",
        format!("{}\n\nall:\n{}\n\nall.drivers:\n{}", keys(&report), keys(all), keys(&all["drivers"][0]))
    );
    assert_eq!(report["rows_in"], 30);
}

#[test]
fn quiet_prints_nothing_and_rejects_are_findings() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..30, 1)));
    case.write("b.csv", format!("{HEADER}{}x,2026-06-01,eleven,text\n", week(0..30, 1)));
    let ran = case.run("run a.csv --quiet").ends(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let ran = case.run("run b.csv --quiet --out b").ends(1);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    assert_eq!(case.rows("b", Table::Rejects, None).len(), 1);
}

#[test]
fn explain() {
    let case = Case::new();
    let ran = case.run_args(&["explain", TEXT, "--lexicon", "appliance"]).ends(0);
    insta::assert_snapshot!("explain_text", ran.stdout);
    let ran = case.run_args(&["explain", TEXT, "--lexicon", "appliance", "--json"]).ends(0);
    insta::assert_snapshot!("explain_json", ran.stdout);
    let explained = ran.json();
    for mention in explained["mentions"].as_array().unwrap() {
        let at = |key: &str| usize::try_from(mention["at"][key].as_u64().unwrap()).unwrap();
        assert_eq!(&TEXT[at("start_byte")..at("end_byte")], mention["at"]["text"].as_str().unwrap());
        let characters: String = TEXT.chars().skip(at("start")).take(at("end") - at("start")).collect();
        assert_eq!(characters, mention["at"]["text"].as_str().unwrap());
    }
}

#[test]
fn schema() {
    let case = Case::new();
    let text = case.run("schema").ends(0).stdout;
    insta::assert_snapshot!("schema_text", text.lines().take(15).collect::<Vec<_>>().join("\n"));
    insta::assert_snapshot!("schema_markdown", case.run("schema --format markdown").ends(0).stdout);
    case.run("schema --format json").ends(0).json();
}

#[test]
fn help() {
    let case = Case::new();
    let mut help = String::new();
    for command in ["", "run ", "drivers ", "plan ", "init ", "explain ", "evaluate ", "schema "] {
        help += &format!("$ verbatim {command}--help\n{}\n", case.run(&format!("{command}--help")).ends(0).stdout);
    }
    insta::assert_snapshot!("help", help);
    let version = case.run("--version").ends(0).stdout;
    assert_eq!(version, format!("verbatim {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..30, 1)));
    for args in [
        "schema",
        "schema --format json",
        "run a.csv",
        "run a.csv --json",
        "run --help",
        "explain hello",
        "drivers",
        "drivers --json",
        "plan",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = case.command(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args}");
        assert_eq!(output.status.code(), Some(0), "{args}");
    }
    assert_eq!(case.manifest("out").rows_tagged, 30);
}

#[test]
fn lexicon_test_says_which_example_fails_where_and_why() {
    let case = Case::new();
    case.write("mine/lexicon.toml", "name = \"mine\"\nversion = \"1\"\nextends = \"core\"\n");
    let driver = "id = \"noise\"\n[[example]]\ntext = \"噪音不大\"\nexpect = \"positive\"\n\n[[example]]\ntext = \"very noisy\"\nexpect = \"positive\"\n";
    case.write("mine/drivers/noise.toml", driver);
    let ran = case.run("lexicon test mine").ends(1);
    insta::assert_snapshot!("lexicon_test", without_hash(&ran.stdout).replace('\\', "/"));
    assert_eq!(case.run("lexicon test mine --quiet").ends(1).stdout, "");
    let json = case.run("lexicon test mine --json").ends(1).json();
    assert_eq!((json[0]["examples"].as_u64(), json[0]["failures"][0]["got"].as_str()), (Some(2), Some("negative")));
    case.write("mine/drivers/noise.toml", driver.replace("very noisy", "not noisy"));
    case.run("lexicon test mine core").ends(0);
}

#[test]
fn a_lexicon_file_that_would_not_be_read_is_an_error() {
    for name in ["drivers/queue.toml.txt", "drivers/queue.tml", "driver/queue.toml"] {
        let case = Case::new();
        case.write("mine/lexicon.toml", "name = \"mine\"\nversion = \"1\"\nextends = \"core\"\n");
        case.write(&format!("mine/{name}"), "id = \"queue\"\n");
        case.write("mine/drivers/.draft", "");
        case.write("mine/notes/read.md", "");
        case.run("lexicon test mine").stops_with("lexicon_file");
    }
}
