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
fn suggestions_come_with_why_and_where_they_go() {
    let case = case();
    let ran = case.run("lexicon suggest ours --on survey.csv --limit 4").ends(0);
    insta::assert_snapshot!("lexicon_suggest", ran.stdout);
}

/// The text of a file of `ours`, edited; of one that is not there, the empty text.
fn edit(case: &Case, file: &str, edit: impl FnOnce(&str) -> String) {
    let text = std::fs::read_to_string(case.path("ours").join(file)).unwrap_or_default();
    case.write(&format!("ours/{file}"), edit(&text));
}

#[test]
fn what_suggest_says_to_paste_can_be_pasted() {
    let case = case();
    // One file has the list, and of another language not; one has not the table; one is not there.
    case.write("ours/drivers/app_controls.toml", "id = \"app_controls\"\n[aspect]\nen = [\"zigbee\"]\n");
    case.write("ours/drivers/cooling_heating.toml", "id = \"cooling_heating\"\n[positive]\nen = [\"icy\"]");
    let args = "lexicon suggest ./ours --on survey.csv --limit 4 --samples 0";
    let told = case.run(args).ends(0).stdout;
    insta::assert_snapshot!("lexicon_suggest_lists", told);
    let (listed, missing) = told.split_once("\nThese lists are to be made.").unwrap();
    for section in missing.split("\n\ndrivers/").skip(1) {
        let (at, lines) = section.split_once('\n').unwrap();
        let (file, place) = at.split_once(", ").unwrap();
        edit(&case, &format!("drivers/{file}"), |text| match place {
            "a new file" | "at its end" => format!("{text}\n{lines}\n"),
            inside => {
                let head = inside.strip_prefix("in ").unwrap();
                text.replacen(head, &format!("{head}\n{lines}\n"), 1)
            }
        });
    }
    let add = regex::Regex::new(r"(?m)^  add `(.+)` to (\w+) of \[(\w+)\] in (\S+)$").unwrap();
    let there: Vec<_> = add.captures_iter(listed).map(|found| found.extract::<4>().1).collect();
    assert_eq!(there.len(), 1, "{listed}");
    for [word, language, _, file] in there {
        let list = format!("{language} = [");
        edit(&case, file, |text| text.replacen(&list, &format!("{list}{word} "), 1));
    }
    let shown = case.run("lexicon show ./ours --json").ends(0).json();
    let all = case.run(&format!("{args} --json")).ends(0).json();
    let known = |of: &serde_json::Value| {
        shown["terms"]
            .as_array()
            .unwrap()
            .iter()
            .any(|term| ["driver", "list", "term"].iter().all(|key| term[*key] == of[*key]))
    };
    // What was pasted is in the lexicon, so that other words are suggested.
    let heads: Vec<&str> = listed.lines().filter(|line| line.contains(" comments") && line.contains(" · ")).collect();
    assert_eq!(heads.len(), 4);
    for head in heads {
        let mut parts = head.split(" · ");
        let (term, list) = (parts.next().unwrap(), parts.next().unwrap());
        let (driver, list) = list.split_once(' ').unwrap();
        assert!(known(&serde_json::json!({ "driver": driver, "list": list, "term": term })), "{head}\n{shown}");
    }
    for of in all.as_array().unwrap() {
        assert!(!known(of), "{of}");
        let pasted: toml::Table = of["paste"].as_str().unwrap().parse().unwrap();
        let list = &pasted[of["list"].as_str().unwrap()][of["language"].as_str().unwrap()];
        assert_eq!(list.as_array().unwrap(), &[toml::Value::from(of["term"].as_str().unwrap())]);
        assert_eq!(of["file"], format!("drivers/{}.toml", pasted["id"].as_str().unwrap()));
    }
}

#[test]
fn suggestions_for_a_lexicon_that_is_built_in_go_into_another() {
    let case = case();
    let told = case.run("lexicon suggest appliance --on survey.csv --limit 2 --samples 0").ends(0).stdout;
    assert!(told.contains("Words go into a lexicon of your own") && !told.contains("to be made"), "{told}");
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
