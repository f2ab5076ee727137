//! `lexicon suggest` on the bundled sample, by a small lexicon that lacks most of what it needs.

use super::util::Case;

/// A lexicon of three drivers with a few terms each, and the sample as `survey.csv`.
fn case() -> Case {
    let case = Case::new().sample();
    let write = |file: &str, text: &str| case.write(&format!("ours/{file}"), text);
    write("lexicon.toml", "name = \"ours\"\nversion = \"1\"\n");
    write(
        "drivers/attitude.toml",
        "id = \"attitude\"\n[aspect]\nzh = [\"态度\", \"师傅\"]\nen = [\"technician\", \"attitude\"]\n\
         [positive]\nzh = [\"热情\", \"客气\", \"耐心\"]\nen = [\"friendly\", \"polite\"]\n\
         [negative]\nzh = [\"敷衍\", \"不耐烦\"]\nen = [\"rude\"]\n",
    );
    write(
        "drivers/noise.toml",
        "id = \"noise\"\n[aspect]\nzh = [\"噪音\", \"声音\"]\nen = [\"noise\"]\n[positive]\nzh = [\"安静\", \"静音\"]\n\
         en = [\"quiet\"]\n[negative]\nzh = [\"吵\"]\nen = [\"noisy\", \"loud\"]\n",
    );
    write(
        "drivers/price.toml",
        "id = \"price\"\n[aspect]\nzh = [\"价格\", \"收费\"]\nen = [\"price\", \"charge\"]\n[positive]\nzh = [\"便宜\"]\n\
         [negative]\nzh = [\"贵\", \"太贵\"]\nen = [\"expensive\"]\n",
    );
    write(
        "polarity/zh.toml",
        "positive = [\"好\", \"不错\"]\nnegative = [\"差\"]\nnegators = [\"不\"]\ndegree = [\"很\", \"太\"]\n",
    );
    write(
        "polarity/en.toml",
        "positive = [\"good\", \"great\"]\nnegative = [\"bad\"]\nnegators = [\"not\"]\ndegree = [\"very\"]\n",
    );
    case
}

#[test]
fn suggestions_come_with_why_and_the_line_to_paste() {
    let case = case();
    let ran = case.run("lexicon suggest ours --on survey.csv --limit 6").ends(0);
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
        let shown = &sample["text"].as_str().unwrap()[at("start")..at("end")];
        assert_eq!(shown.to_lowercase(), of["term"].as_str().unwrap(), "{of}");
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
