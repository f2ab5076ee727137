//! What cannot be done: the sentence, the place, the way out, and exit code 2.

use std::fmt::Write as _;

use verbatim::tables::Output;

use super::util::{Case, HEADER, answer, week};

/// A survey of as many rows with these scores and dates.
fn survey(score: impl Fn(usize) -> usize, date: impl Fn(usize) -> String) -> String {
    (0..40).fold(HEADER.to_owned(), |all, n| all + &format!("r{n},{},{},quite good {n}\n", date(n), score(n)))
}

#[test]
fn errors_say_what_where_and_the_way_out() {
    let case = Case::new();
    let iso = |n| format!("2026-06-{:02}", n % 28 + 1);
    case.write("good.csv", survey(|n| n % 11, iso));
    case.write("five.csv", survey(|n| n % 5 + 1, iso));
    case.write("seven.csv", survey(|n| n % 7 + 1, iso));
    case.write("hundred.csv", survey(|n| n * 5 % 101, iso));
    case.write("dates.csv", survey(|n| n % 11, |n| format!("{}/{}/2026", n % 5 + 1, n % 7 + 1)));
    let mixed =
        |n: usize| if n.is_multiple_of(10) { "5/31/2026".to_owned() } else { format!("{:02}/05/2026", n % 28 + 1) };
    case.write("mixed.csv", survey(|n| n % 11, mixed));
    case.write("open.csv", survey(|n| n % 11, iso).replace("quite good 30", "\"quite good 30"));
    case.write("words.csv", survey(|n| n % 11, iso).replace(",9,", ",great,").replace(",3,", ",bad,"));
    case.write("bytes.csv", [HEADER.as_bytes(), b"r1,2026-06-01,9,\xb5\xa3\n"].concat());
    case.write("codes.csv", "id,date,score\nr1,2026-06-01,9\nr2,2026-06-02,3\n");
    case.write("undated.csv", "id,date,score,comment\nr1,early June,9,quite good\nr2,late June,3,too loud\n");
    case.write("outlier.csv", survey(|n| if n == 20 { 99 } else { n % 5 + 1 }, iso));
    case.write(
        "torn.csv",
        survey(|n| n % 11, iso).replace("quite good 30", "\"quite good 30").replace("quite good 35", "\"quite\""),
    );
    let repeats =
        (0..40).fold(HEADER.to_owned(), |all, n| all + &format!("r{},2026-06-01,{},fine {n}\n", n / 2, n % 11));
    case.write("repeats.csv", repeats);
    case.write("empty.csv", "");
    case.write("other.csv", "id,date,score,reason\nr1,2026-06-01,9,fine\n");
    case.write("key.toml", "[survey]\ninputs = [\"good.csv\"]\nscor = \"nps\"\n");
    case.write("role.toml", "[survey]\ntext = [{ column = \"comment\", role = \"praise\" }]\n");
    case.write("syntax.toml", "[survey]\nscore = nps\n");
    case.write("taken/thesis.docx", "mine");
    let mut transcript = String::new();
    for args in [
        "run good.csv --score scor",
        "run good.csv --by reigon",
        "run good.csv --id id --text id",
        "run five.csv",
        "run seven.csv",
        "run hundred.csv",
        "run outlier.csv",
        "run mixed.csv",
        "run torn.csv",
        "run repeats.csv",
        "run open.csv",
        "run good.csv --by comment --text comment",
        "run words.csv",
        "run good.csv --scale 0-100",
        "run dates.csv",
        "run good.csv --date-format dd/mm/yyyy",
        "run undated.csv --date-format %d.%b.%Y",
        "run undated.csv --period month",
        "run good.csv --period fortnight",
        "run good.csv --week-start sun",
        "run good.csv --time-zone Asia/Shangai",
        "run good.csv --invited 2026-23=500",
        "run good.csv --invited 2026-W23=many",
        "run good.csv --invited 2026-W23=50 --invited 40",
        "run bytes.csv",
        "run good.csv --encoding klingon",
        "run good.csv --delimiter ab",
        "run good.csv --lexicon appliances",
        "run good.csv --lexicon ./taken",
        "run codes.csv",
        "run empty.csv",
        "run nowhere.csv",
        "run week-*.csv",
        "run taken",
        "run good.csv other.csv",
        "run good.csv good.csv ./good.csv",
        "run --config key.toml",
        "run --config role.toml",
        "run --config syntax.toml",
        "run --config nowhere.toml",
        "run good.csv --out taken",
        "run good.csv --text comment=praise",
        "run good.csv --credit shapley",
        "explain hello --role praise",
        "explain hello --lexicon nowhere",
        "schema --format xml",
        "init",
        "tag",
    ] {
        let ran = case.run(args);
        assert_eq!(ran.stdout, "", "{args}");
        let _ = writeln!(transcript, "$ verbatim {args}\n{}[exit {}]\n", ran.stderr, ran.code);
        assert_eq!(ran.code, 2, "{args}");
    }
    insta::assert_snapshot!("errors", transcript);
    assert!(!case.path("out").exists(), "an error before the first row makes no output folder");
}

#[test]
fn a_second_writer_is_told_who_the_first_is() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}", week(0..10, 1)));
    let held = Output::open(&case.path("out")).unwrap();
    let ran = case.run("run a.csv").stops_with("output_busy");
    assert!(ran.stderr.contains(&format!("process {}", std::process::id())), "{}", ran.stderr);
    drop(held);
    case.run("run a.csv").ends(0);
}

#[test]
fn an_unscaled_answer_does_not_stop_a_run() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}{}", week(0..30, 1), answer("x", 3, 77, 0)));
    let ran = case.run("run a.csv").ends(1);
    assert!(
        ran.stdout.contains("31 rows in = 30 tagged + 1 rejected\n  1 score_off_scale\n  a.csv:32: "),
        "{}",
        ran.stdout
    );
}
