//! `verbatim comments`: the comments behind a figure.

use verbatim::tables::Table;

use crate::util::Case;

/// The cells of a CSV file, its mark taken off.
fn csv(case: &Case, name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(case.path(name)).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn comments_are_shown_with_their_evidence() {
    let case = Case::new().sample();
    case.run("run survey.csv --by region --out out --lexicon appliance --quiet").ends(0);
    insta::assert_snapshot!(
        "comments",
        case.run("comments --driver noise --side detractor --period all --limit 3").ends(0).stdout
    );
    insta::assert_snapshot!("comments_no_driver", case.run("comments out --no-driver").ends(0).stdout);

    // As many as the tables have, driver by driver; of a parent those of all beneath it, each once.
    let rows = case.records("out", Table::Contributions, Some("all"));
    let mut looked = 0;
    for row in rows.iter().filter(|row| row.word("cell_level") == "total" && row.number("n") > Some(5.0)) {
        let (driver, level) = (row.word("driver"), row.word("level"));
        if level == "rollup" || driver == "no_comment" {
            continue;
        }
        let json = case.run(&format!("comments --period all --side detractor --json --driver {driver}")).ends(0).json();
        assert_eq!(json["count"].as_f64(), row.number("n_detractors"), "{driver}");
        assert_eq!(json["comments"].as_array().unwrap().len() as u64, json["count"].as_u64().unwrap());
        looked += 1;
    }
    assert!(looked > 20, "{looked}");

    // Evidence is where mentions say; the words of a cue count too.
    let json = case.run("comments --driver response_time --polarity negative --json").ends(0).json();
    assert_eq!(json["driver"]["name_en"], "Response time");
    let mentions = case.records("out", Table::Mentions, Some("2026-W30"));
    for comment in json["comments"].as_array().unwrap() {
        let answer = &comment["answers"][0];
        let text = answer["text"].as_str().unwrap();
        let own = mentions.iter().filter(|row| row.word("id") == comment["id"].as_str().unwrap());
        for mention in own.filter(|row| row.word("driver") == "response_time") {
            let marked = answer["evidence"].as_array().unwrap().iter().map(|place| {
                let at = |end: usize| usize::try_from(place[end].as_u64().unwrap()).unwrap();
                &text[at(0)..at(1)]
            });
            assert!(marked.into_iter().any(|part| part.contains(mention.word("text"))), "{comment} {mention:?}");
        }
    }
    let everything = case.run("comments --period all --json").ends(0).json();
    let written = case.records("out", Table::Comments, None).iter().filter(|row| row.word("text") != "null").count();
    assert_eq!(everything["count"].as_u64(), Some(written as u64));
}

#[test]
fn what_is_not_there_is_asked_for_by_name() {
    let case = Case::new().sample();
    case.run("run survey.csv --out out --lexicon appliance --quiet").ends(0);
    for (args, near) in [
        ("comments --driver nois", "Did you mean `noise`?"),
        ("comments --driver colour --csv c.csv", "verbatim drivers --json"),
    ] {
        let ran = case.run(args).stops_with("unknown_driver");
        assert!(ran.stderr.contains(near), "{}", ran.stderr);
    }
    assert!(!case.path("c.csv").exists());
    // Its names will do.
    for name in ["Noise", "噪音"] {
        let found = case.run(&format!("comments --driver {name} --json")).ends(0).json();
        assert_eq!(found["driver"]["driver"], "noise");
    }
    case.run("comments --period 2026-W99").stops_with("unknown_period");
    case.run("comments nowhere").stops_with("no_output");
    case.run("comments --driver noise --no-driver").ends(2);
    // Nobody is no error.
    let ran = case.run("comments --driver noise --side passive --polarity mixed --period 2026-W23").ends(0);
    assert!(ran.stdout.ends_with("· 0 comments\n"), "{}", ran.stdout);
    case.run("comments --driver noise --side passive --polarity mixed --period 2026-W23 --csv none.csv").ends(0);
    assert_eq!(csv(&case, "none.csv").len(), 1);
}

#[test]
fn hostile_comments_do_no_harm() {
    let case = Case::new();
    case.write("hostile.csv", include_bytes!("../data/hostile.csv"));
    case.run("run hostile.csv --text why=why --scale 0-10 --period week --out out --no-redact --quiet").ends(0);
    let ran = case.run("comments out --period all --limit 1000").ends(0);
    assert!(ran.stdout.chars().all(|c| c == '\n' || !c.is_control()), "a control character reaches the terminal");
    case.run("comments out --period all --csv all.csv").ends(0);
    let rows = csv(&case, "all.csv");
    let column = rows[0].iter().position(|name| name == "text").unwrap();
    let mut texts = Vec::new();
    for row in &rows[1..] {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
        }
        texts.push(row[column].clone());
    }
    texts.sort();
    let mut wanted = case.comments("out", "text");
    wanted.retain(|text| text != "null");
    assert_eq!(texts.len(), wanted.len());
    let unguarded = |text: &String| {
        let begins = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        if begins { text[1..].to_owned() } else { text.clone() }
    };
    let mut back: Vec<String> = texts.iter().map(unguarded).collect();
    back.sort();
    assert_eq!(back, wanted);
}
