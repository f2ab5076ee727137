//! What a change to a lexicon does, as `lexicon diff` tells it; and the lexicons that outputs keep.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use verbatim::tables::Table;

use super::util::Case;

/// `own` extends `appliance`: with one term more, and one that blames something else.
fn change(case: &Case) {
    case.write("own/lexicon.toml", "name = \"own\"\nversion = \"1\"\nextends = \"appliance\"\n");
    case.write("own/drivers/noise.toml", "id = \"noise\"\n[negative]\nzh = [\"- 吵\", \"夜里\"]\n");
    case.write("own/drivers/product_quality.toml", "id = \"product_quality\"\n[negative]\nzh = [\"吵\"]\n");
}

/// The mentions of an output as text, by respondent.
fn mentions(case: &Case, out: &str) -> BTreeMap<String, Vec<String>> {
    let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in case.records(out, Table::Mentions, None) {
        let id = row.word("id").to_owned();
        by_id.entry(id).or_default().push(format!("{row:?}"));
    }
    by_id
}

/// The batches of a Parquet file.
fn batches(case: &Case, file: &str) -> Vec<RecordBatch> {
    let file = std::fs::File::open(case.path(file)).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap).collect()
}

/// The ids in a column of a Parquet file.
fn ids(case: &Case, file: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for batch in batches(case, file) {
        let column = batch.column_by_name("id").unwrap().as_string::<i32>();
        ids.extend(column.iter().flatten().map(str::to_owned));
    }
    ids
}

#[test]
fn comments_and_figures_that_differ_are_those_of_two_runs() {
    let case = Case::new().sample();
    change(&case);
    case.run("run survey.csv --lexicon appliance --out a --quiet").ends(0);
    case.run("run survey.csv --lexicon own --out b --quiet").ends(0);
    let (a, b) = (mentions(&case, "a"), mentions(&case, "b"));
    let everyone: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differing: BTreeSet<String> = everyone.into_iter().filter(|id| a.get(*id) != b.get(*id)).cloned().collect();
    assert!(differing.len() > 2, "{differing:?}");

    let of_survey = case.run("lexicon diff appliance own --on survey.csv --parquet s --json").ends(0).json();
    let of_output = case.run("lexicon diff appliance own --on a --parquet o --json").ends(0).json();
    // What comes from a file and what the output has of it are the same, to the last bit.
    for key in ["groups", "moves", "differing", "touched", "comments", "covered", "whole"] {
        assert_eq!(of_survey["survey"][key], of_output["survey"][key], "{key}");
    }
    for folder in ["s", "o"] {
        assert_eq!(ids(&case, &format!("{folder}/mention_changes.parquet")), differing);
    }
    assert_eq!(of_survey["survey"]["differing"], differing.len());

    // Every row of `contributions` over all periods, under both.
    let figures = |out: &str| -> BTreeMap<String, [Option<f64>; 3]> {
        let rows = case.records(out, Table::Contributions, Some("all"));
        let rows = rows.iter().filter(|row| row.word("cell_level") == "total");
        let of = |column: &'static str| move |row: &super::util::Record| row.number(column);
        let [promoter, detractor, net] =
            [of("promoter_contribution"), of("detractor_contribution"), of("net_contribution")];
        rows.map(|row| (row.word("driver").to_owned(), [promoter(row), detractor(row), net(row)])).collect()
    };
    let (before, after) = (figures("a"), figures("b"));
    let rows = &batches(&case, "s/contribution_moves.parquet")[0];
    assert_eq!(rows.num_rows(), after.len());
    let drivers = rows.column_by_name("driver").unwrap().as_string::<i32>();
    let mut moved = 0;
    for (at, figure) in ["promoter", "detractor", "net"].into_iter().enumerate() {
        let column = |side: &str| {
            let column = rows.column_by_name(&format!("{figure}_contribution_{side}")).unwrap();
            column.as_primitive::<Float64Type>().clone()
        };
        let (was, is) = (column("before"), column("after"));
        for (row, driver) in drivers.iter().flatten().enumerate() {
            assert_eq!(Some(was.value(row)), before[driver][at], "{driver} {figure}");
            assert_eq!(Some(is.value(row)), after[driver][at], "{driver} {figure}");
            moved += u32::from(was.value(row).to_bits() != is.value(row).to_bits());
        }
    }
    assert!(moved > 2);
    let coverage = |out: &str| case.records(out, Table::Nps, Some("all"))[0].number("coverage").unwrap();
    let told = &of_survey["survey"]["moves"]["coverage"];
    // What is read back of JSON may be one off in the last place.
    assert!((told[0].as_f64().unwrap() - coverage("a")).abs() < 1e-15);
    assert!((told[1].as_f64().unwrap() - coverage("b")).abs() < 1e-15);
}

#[test]
fn a_change_is_told_by_term_with_samples_and_figures() {
    let case = Case::new();
    let head = |name: &str| format!("name = \"{name}\"\nversion = \"1\"\n");
    let noise = "id = \"noise\"\nname = { zh = \"噪音\", en = \"Noise\" }\n[aspect]\nen = [\"sound\"]\n[negative]\nzh = [\"吵\"]\nen = [\"loud\"]\n";
    case.write("old/lexicon.toml", head("ours"));
    case.write("old/drivers/noise.toml", noise);
    case.write("new/lexicon.toml", head("ours"));
    case.write(
        "new/drivers/noise.toml",
        noise.replace("\"吵\"", "\"轰鸣\"") + "[positive]\nen = [\"pleasantly loud\"]\n",
    );
    let said = [
        (0, "空调一开就轰鸣，晚上睡不着"),
        (2, "太吵了"),
        (9, "pleasantly loud"),
        (10, "nice"),
        (3, "吵，也轰鸣"),
        (8, ""),
    ];
    let rows = said.iter().enumerate().map(|(at, (score, text))| format!("r{at},{score},{text}\n"));
    case.write("week.csv", format!("id,score,comment\n{}", rows.collect::<String>()));
    let ran = case.run("lexicon diff old new --on week.csv --html page.html").ends(0);
    insta::assert_snapshot!("lexicon_diff", super::output::without_hash(&ran.stdout));
    insta::assert_snapshot!("lexicon_diff_notices", ran.stderr);
    let page = std::fs::read_to_string(case.path("page.html")).unwrap();
    for part in ["<mark>轰鸣</mark>", "pleasantly loud", "default-src 'none'", "noise.negative"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    let same = case.run("lexicon diff old old --on week.csv").ends(0);
    assert!(same.stdout.contains("The rules are the same") && same.stdout.contains("No contribution moves."));
}

#[test]
fn a_comparison_that_fails_leaves_the_parquet_of_the_last_one() {
    let case = Case::new();
    for (name, term) in [("old", "quiet"), ("new", "loud")] {
        case.write(&format!("{name}/lexicon.toml"), format!("name = \"{name}\"\nversion = \"1\"\n"));
        case.write(&format!("{name}/drivers/noise.toml"), format!("id = \"noise\"\n[negative]\nen = [\"{term}\"]\n"));
    }
    case.write("week.csv", "id,score,comment\nr1,3,so loud\nr2,9,quiet\n");
    case.run("lexicon diff old new --on week.csv --parquet pq -q").ends(0);
    let first = case.bytes("pq");
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        ["contribution_moves.parquet", "lexicon_changes.parquet", "mention_changes.parquet"]
    );
    // No such lexicon, and no such survey; a folder that was not there is not made.
    for folder in ["pq", "new_folder/pq"] {
        case.run(&format!("lexicon diff old nwe --on week.csv --parquet {folder}")).stops_with("unknown_lexicon");
        case.run(&format!("lexicon diff old new --on weak.csv --parquet {folder}")).ends(2);
    }
    assert!(case.bytes("pq") == first);
    assert!(!case.path("new_folder").exists());
    // The last of the files cannot be put in its place: nor are the others.
    std::fs::remove_file(case.path("pq/contribution_moves.parquet")).unwrap();
    case.write("pq/contribution_moves.parquet/note.txt", "in the way");
    let before = case.bytes("pq");
    case.run("lexicon diff new old --on week.csv --parquet pq").stops_with("io");
    assert!(case.bytes("pq") == before);
    std::fs::remove_dir_all(case.path("pq/contribution_moves.parquet")).unwrap();
    // And one that succeeds replaces them, and leaves nothing beside them.
    case.run("lexicon diff new old --on week.csv --parquet pq -q").ends(0);
    let second = case.bytes("pq");
    assert!(second.keys().eq(first.keys()) && second != first);
}

#[test]
fn text_of_comments_is_text_on_the_page() {
    let case = Case::new();
    for (name, term) in [("old", "quiet"), ("new", "loud")] {
        case.write(&format!("{name}/lexicon.toml"), "name = \"<b>x</b>\"\nversion = \"1\"\n");
        case.write(&format!("{name}/drivers/noise.toml"), format!("id = \"noise\"\n[negative]\nen = [\"{term}\"]\n"));
    }
    case.write("week.csv", "id,score,comment\nr1,3,\"<script>alert(1)</script> loud & </blockquote>\"\n");
    case.run("lexicon diff old new --on week.csv --scale 0-10 --html page.html -q").ends(0);
    let page = std::fs::read_to_string(case.path("page.html")).unwrap();
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt; <mark>loud</mark> &amp; &lt;/blockquote&gt;"),
        "{page}"
    );
    assert!(page.contains("&lt;b&gt;x&lt;/b&gt;"));
}

#[test]
fn an_output_keeps_the_lexicons_by_which_its_periods_are_tagged() {
    let case = Case::new().sample();
    change(&case);
    case.run("run survey.csv --lexicon appliance --quiet").ends(0);
    let first = case.manifest("out").lexicon_hash;
    assert!(case.path("out/_lexicon").join(&first).join("lexicon.toml").is_file());
    // Another lexicon tags one week anew; the others keep theirs, and both are there.
    case.write("week.csv", "respondent_id,survey_date,score,comment\nnew1,2030-01-07,3,夜里很吵\n");
    case.run("run week.csv --lexicon own --quiet").ends(0);
    let manifest = case.manifest("out");
    assert_ne!(manifest.lexicon_hash, first);
    let kept = |case: &Case| -> BTreeSet<String> {
        let folders = std::fs::read_dir(case.path("out/_lexicon")).unwrap();
        folders.map(|folder| folder.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(kept(&case), BTreeSet::from([first.clone(), manifest.lexicon_hash.clone()]));
    // An old week is explained by its own rules, a new one by the new ones.
    let old = manifest.periods.iter().find(|(_, info)| info.lexicon_hash == first).unwrap().0;
    let drivers = |lexicon: &str| {
        let told = case.run_args(&["explain", "夜里很吵", "--json", "--lexicon", lexicon]).ends(0).json();
        told["drivers"].to_string()
    };
    assert_eq!(drivers(&format!("out@{old}")), drivers("appliance"));
    assert_eq!(drivers("out"), drivers("own"));
    assert_ne!(drivers("out"), drivers("appliance"));
    let rules = case.run(&format!("lexicon diff out@{old} out")).ends(0);
    assert!(rules.stdout.contains("+ 夜里"), "{}", rules.stdout);
    case.run("lexicon diff out@2019-W01 own").stops_with("unknown_period");
    // Where all of it is tagged anew, the first one is nobody's any more.
    case.run("run survey.csv --lexicon own --restate --quiet").ends(0);
    assert_eq!(kept(&case), BTreeSet::from([case.manifest("out").lexicon_hash]));
}

#[test]
fn an_output_is_tagged_again_by_a_kept_lexicon_to_the_same_bytes() {
    let case = Case::new().sample();
    case.run("run survey.csv --lexicon appliance --out a --quiet").ends(0);
    case.run("run survey.csv --lexicon a --out b --quiet").ends(0);
    assert_eq!(case.manifest("a").lexicon_hash, case.manifest("b").lexicon_hash);
    super::util::assert_same(&case.tables("a"), &case.tables("b"));
}

#[test]
fn a_revision_is_compared_with_the_folder() {
    let case = Case::new();
    change(&case);
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"];
        let done =
            std::process::Command::new("git").args(who).args(args).current_dir(case.path("own")).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "one"]);
    case.write("own/drivers/product_quality.toml", "id = \"product_quality\"\n[negative]\nzh = [\"吵\", \"轰鸣声\"]\n");
    let ran = case.run("lexicon diff HEAD own").ends(0);
    assert!(ran.stdout.contains("+ 轰鸣声  product_quality.negative"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Rules: 1 change\n"), "{}", ran.stdout);
    case.run("lexicon diff no-such-thing own").stops_with("unknown_lexicon");
    case.run("lexicon diff own own --on own").stops_with("no_output");
}

/// A driver of few words, three labelled comments, and one that the lexicon cannot know.
fn labelled(case: &Case) {
    case.write("own/lexicon.toml", "name = \"own\"\nversion = \"1\"\n");
    case.write(
        "own/drivers/noise.toml",
        "id = \"noise\"\n[aspect]\nen = [\"sound\"]\n[positive]\nen = [\"quiet\"]\n[negative]\nen = [\"loud\"]\n",
    );
    case.write("own/polarity/en.toml", "positive = [\"good\"]\nnegators = [\"not\"]\n");
    case.write(
        "week.csv",
        "id,comment\n1,so loud\n2,a loud shirt\n3,the sound is good enough to hide the racket\n4,what a racket\n5,quiet\n",
    );
    case.write(
        "labels.csv",
        "id,label,polarity\n1,noise,negative\n2,style,negative\n3,noise,negative\n4,noise,negative\n5,noise,positive\n",
    );
}

#[test]
fn labels_name_the_term_and_the_rule_to_blame() {
    let case = Case::new();
    labelled(&case);
    let ran = case.run("lexicon test own --gold labels.csv --on week.csv --min-recall 0.9 --min-labels 1").ends(1);
    insta::assert_snapshot!("lexicon_test_gold", super::output::without_hash(&ran.stdout));
    let test = |more: &str| case.run(format!("lexicon test own --gold labels.csv --on week.csv {more}").trim());
    test("").ends(0);
    test("--min-recall 0.7 --min-precision 0.7 --min-labels 1").ends(0);
    // Four labels are too few to fail anybody by.
    test("--min-recall 0.9").ends(0);
    let json = test("--json").ends(0).json();
    assert_eq!(json[0]["gold"]["blame"]["mentions"][0]["term"], "noise.negative:loud");
    case.run("lexicon test own --gold labels.csv").ends(2);
    case.run("lexicon test own --gold labels.csv --on week.csv --min-recall 7").ends(2);
}

#[test]
fn a_lexicon_is_tried_on_an_output_as_on_its_survey() {
    let case = Case::new().sample();
    case.run("run survey.csv --lexicon appliance --quiet").ends(0);
    for command in ["lexicon check appliance --json --on", "lexicon suggest appliance --json --samples 0 --on"] {
        let ran = |on: &str| case.run(&format!("{command} {on}")).stdout;
        assert_eq!(ran("out"), ran("survey.csv"), "{command}");
    }
    case.run("lexicon check appliance --on appliance").ends(2);
}

#[test]
fn a_run_of_few_files_keeps_its_lexicon() {
    let case = Case::new();
    labelled(&case);
    // Without dates there is one period, and of so few files each is synced by itself.
    case.write("few.csv", "id,score,comment\n1,10,quiet\n2,0,so loud\n");
    case.run("run few.csv --lexicon own --quiet").ends(0);
    let kept = case.path("out/_lexicon").join(case.manifest("out").lexicon_hash);
    assert!(kept.join("drivers/noise.toml").is_file());
}
