//! `lexicon suggest` on the bundled sample, by the lexicon that belongs to it less two of its words.

use super::util::Case;

/// The lexicon `ours`, and the sample as `survey.csv`.
fn case() -> Case {
    let case = Case::new().sample();
    case.write("ours/lexicon.toml", "name = \"ours\"\nversion = \"1\"\nextends = \"appliance\"\n");
    let less = |driver: &str, word: &str| {
        case.write(
            &format!("ours/drivers/{driver}.toml"),
            format!("id = \"{driver}\"\n[aspect]\nzh = [\"- {word}\"]\n"),
        );
    };
    less("service_attitude", "师傅");
    less("contact", "电话");
    case
}

#[test]
fn suggestions_come_with_why_and_the_line_to_paste() {
    let case = case();
    let ran = case.run("lexicon suggest ours --on survey.csv --limit 4").ends(0);
    insta::assert_snapshot!("lexicon_suggest", ran.stdout);
}

#[test]
fn suggestions_are_the_same_at_any_number_of_threads_and_as_data() {
    let case = case();
    let with = |threads: &str| {
        let args = "lexicon suggest ours --on survey.csv --limit 50 --json";
        let out = case.command(args).env("RAYON_NUM_THREADS", threads).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    let one = with("1");
    assert_eq!(one, with("4"));
    let all: serde_json::Value = serde_json::from_str(&one).unwrap();
    let all = all.as_array().unwrap();
    assert!(!all.is_empty() && all.len() <= 50, "{}", all.len());
    for of in all {
        let sample = &of["samples"][0];
        let at = |key: &str| usize::try_from(sample[key].as_u64().unwrap()).unwrap();
        // What is folded (Traditional characters, capitals) is as long as it was.
        let shown = &sample["text"].as_str().unwrap()[at("start")..at("end")];
        assert_eq!(shown.chars().count(), of["term"].as_str().unwrap().chars().count(), "{of}");
        assert_eq!(of["side"]["by"], "score");
    }
}

#[test]
fn suggestions_are_for_the_drivers_that_are_asked_for() {
    let case = case();
    let of_noise =
        case.run("lexicon suggest ours --on survey.csv --driver noise --samples 0 --limit 3 --json").ends(0).json();
    let of_noise = of_noise.as_array().unwrap();
    assert!(!of_noise.is_empty() && of_noise.iter().all(|of| of["driver"] == "noise"), "{of_noise:?}");
    let wrong = case.run("lexicon suggest ours --on survey.csv --driver nois").stops_with("unknown_driver");
    assert!(wrong.stderr.contains("Did you mean `noise`?"), "{}", wrong.stderr);
    let many = case.run("lexicon suggest ours --on survey.csv --min-count 5000").ends(0);
    assert!(many.stdout.starts_with("no suggestions"), "{}", many.stdout);
    case.run("lexicon suggest ours").ends(2);
}
