//! Lexicons as commands name, make and copy them.
//!
//! Not for what is wrong inside one (`tests/lint`).

use super::util::Case;

/// A lexicon with one driver, whose negative list holds one term.
fn lexicon(case: &Case, folder: &str, name: &str, term: &str) {
    case.write(&format!("{folder}/lexicon.toml"), format!("name = \"{name}\"\nversion = \"1\"\n"));
    let driver = format!("id = \"noise\"\nname = {{ zh = \"噪音\", en = \"Noise\" }}\n[negative]\nen = [\"{term}\"]\n");
    let example = format!("[[example]]\ntext = \"it was {term}\"\nexpect = \"negative\"\n");
    case.write(&format!("{folder}/drivers/noise.toml"), driver + &example);
}

#[test]
fn a_folder_of_a_revision_is_named_from_where_one_is() {
    let case = Case::new();
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"];
        let ran = std::process::Command::new("git").current_dir(case.path("")).args(who).args(args).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
    };
    lexicon(&case, "a", "a", "loud");
    lexicon(&case, "b", "b", "noisy");
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "one"]);
    // From inside `a` there is no `b`, nor anything else of these names.
    let inside = |args: &str| case.run_in("a", args);
    assert!(inside("lexicon diff HEAD:b").stops_with("no_lexicon").stderr.contains("HEAD:a/b holds no lexicon.toml"));
    inside("lexicon diff HEAD:nonsense").stops_with("no_lexicon");
    let found = inside("lexicon diff HEAD:../b --json").ends(0).json();
    assert_eq!(found["changes"].as_array().unwrap().len(), 2, "{found}");
    // A folder that has another name by now.
    std::fs::rename(case.path("b"), case.path("c")).unwrap();
    let found = case.run("lexicon diff HEAD:b c --json").ends(0).json();
    assert_eq!(found["changes"].as_array().unwrap().len(), 0, "{found}");
}

#[test]
fn order_of_taking_away_and_adding_says_nothing() {
    let case = Case::new();
    lexicon(&case, "base", "base", "loud");
    for (folder, terms) in [("one", "\"- loud\", \"noisy\", \"loud\""), ("other", "\"loud\", \"noisy\", \"- loud\"")] {
        case.write(&format!("{folder}/lexicon.toml"), "name = \"over\"\nversion = \"1\"\nextends = \"../base\"\n");
        case.write(&format!("{folder}/drivers/noise.toml"), format!("id = \"noise\"\n[negative]\nen = [{terms}]\n"));
    }
    let hash = |folder: &str| case.run(&format!("lexicon show {folder} --json")).ends(0).json()["hash"].clone();
    assert_eq!(hash("one"), hash("other"));
}

#[test]
fn a_new_lexicon_extends_a_folder_beside_it() {
    let case = Case::new();
    lexicon(&case, "base", "base", "loud");
    case.run("lexicon new ours --extends ../base").ends(0);
    let shown = case.run("lexicon show ours").ends(0).stdout;
    assert!(shown.contains("loud") && shown.contains("base/drivers/noise.toml"), "{shown}");
    let told = case.run("lexicon new theirs --extends base").stops_with("unknown_lexicon").stderr;
    assert!(told.contains("--extends ../base"), "{told}");
    assert!(!case.path("theirs").exists());
}

#[test]
fn a_resolved_copy_carries_its_own_examples_alone() {
    let case = Case::new();
    case.run("lexicon export telecom --resolved --csv sheets --quiet").ends(0);
    case.run("lexicon import sheets --into alone --yes --quiet").ends(0);
    let told = case.run("lexicon test alone").ends(0).stdout;
    let own = case.run("lexicon test telecom").ends(0).stdout;
    let held = |told: &str| told.split_once(": ").unwrap().1.to_owned();
    assert_eq!(held(&told), held(&own));
}

#[test]
fn two_lexicons_of_one_name_are_told_apart() {
    let case = Case::new();
    lexicon(&case, "a/ours", "ours", "loud");
    lexicon(&case, "b/ours", "ours", "noisy");
    lexicon(&case, "c/ours", "ours", "loud");
    let told = case.run("lexicon show a/ours b/ours").stops_with("two_of_one_name").stderr;
    assert!(told.contains("b/ours/lexicon.toml") && told.contains("a/ours/lexicon.toml"), "{told}");
    // The same one, reached twice.
    case.run("lexicon show a/ours c/ours").ends(0);
}

#[test]
fn where_one_stands_is_what_is_tested_and_shown() {
    let case = Case::new();
    lexicon(&case, "ours", "ours", "loud");
    let told = case.run_in("ours", "lexicon test").ends(0).stdout;
    assert!(told.starts_with("ours (") && told.lines().count() == 1, "{told}");
    assert!(case.run_in("ours", "lexicon show").ends(0).stdout.starts_with("ours 1 ("));
}

#[test]
fn a_comparison_reads_comments_as_the_configuration_says() {
    let case = Case::new();
    lexicon(&case, "one", "one", "loud");
    lexicon(&case, "two", "two", "13812345678");
    case.write("survey.csv", "id,score,why\n1,0,call 13812345678 now\n2,9,fine\n3,10,good\n");
    let differing =
        || case.run("lexicon diff one two --on survey.csv --json").ends(0).json()["survey"]["differing"].clone();
    assert_eq!(differing(), 0);
    case.write("verbatim.toml", "[tagging]\nredact = false\n");
    assert_eq!(differing(), 1);
    case.write("verbatim.toml", "[tagging]\ntokenizer = \"nope.json\"\n");
    assert_eq!(case.run("lexicon diff one two --on survey.csv").code, 2);
}
