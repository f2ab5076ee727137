//! What a run says of the periods before: changes, what other rules move, what actions did.

use std::collections::{BTreeMap, BTreeSet};

use verbatim::tables::Table;

use super::util::{Case, HEADER, Record, assert_same};

/// Tables of figures and of respondents; `actions` and `rejects` are not of one period.
const OF_PERIODS: [Table; 8] = [
    Table::Comments,
    Table::Mentions,
    Table::Nps,
    Table::Contributions,
    Table::Voices,
    Table::Changes,
    Table::Functions,
    Table::Attribution,
];

/// The lexicon `one`: five drivers of few words; and `two`, which says the same but that `loud` is no noise, that there is no price, and
/// that there is food.
fn lexicons(case: &Case) {
    let noise = "id = \"noise\"\n[negative]\nen = [\"noisy\", \"loud\"]\n";
    let food = "id = \"food\"\n[positive]\nen = [\"tasty\"]\n[negative]\nen = [\"cold soup\"]\n";
    let price = "id = \"price\"\n[positive]\nen = [\"cheap\"]\n[negative]\nen = [\"expensive\"]\n";
    for name in ["one", "two"] {
        let write = |file: &str, text: &str| case.write(&format!("{name}/{file}"), text);
        write("lexicon.toml", "name = \"ours\"\nversion = \"1\"\n");
        write("drivers/service.toml", "id = \"service\"\n[positive]\nen = [\"good service\"]\n");
        write(
            "drivers/staff.toml",
            "id = \"staff\"\nparent = \"service\"\n[positive]\nen = [\"friendly\"]\n[negative]\nen = [\"rude\"]\n",
        );
        write("drivers/queue.toml", "id = \"queue\"\nparent = \"service\"\n[negative]\nen = [\"long queue\"]\n");
    }
    case.write("one/drivers/noise.toml", noise);
    case.write("one/drivers/price.toml", price);
    case.write("two/drivers/noise.toml", noise.replace(", \"loud\"", ""));
    case.write("two/drivers/food.toml", food);
}

const SAID: [&str; 11] = [
    "too noisy",
    "loud music",
    "long queue",
    "friendly waiters",
    "expensive",
    "cold soup but cheap",
    "tasty",
    "rude and loud",
    "",
    "good service",
    "fine",
];

/// One answer.
fn answer(id: &str, date: &str, score: usize, said: &str) -> String {
    format!("{id},{date},{score},{said}\n")
}

/// Answers of the week that starts on this day of June 2026.
fn week(ids: std::ops::Range<usize>, monday: usize) -> String {
    let day = |n: usize| format!("2026-06-{:02}", monday + n % 7);
    ids.map(|n| answer(&format!("r{n}"), &day(n), n * 7 % 11, SAID[(n + n / 11) % 11])).collect()
}

/// Both lexicons; `early.csv` of 2026-W23 and W24, `late.csv` of W25.
pub(super) fn three_weeks() -> Case {
    let case = Case::new();
    lexicons(&case);
    case.write("early.csv", format!("{HEADER}{}{}", week(0..60, 1), week(60..125, 8)));
    case.write("late.csv", format!("{HEADER}{}", week(125..185, 15)));
    case
}

/// Files of these periods.
fn files_of(case: &Case, out: &str, periods: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut files = case.tables(out);
    files.retain(|name, _| periods.iter().any(|period| name.contains(&format!("period={period}/"))));
    files
}

/// Asserts that two outputs say the same of these periods, whatever the order of rows in files.
#[track_caller]
fn same_rows(case: &Case, one: &str, other: &str, tables: &[Table], periods: &[&str]) {
    for (table, period) in tables.iter().flat_map(|table| periods.iter().map(move |period| (*table, *period))) {
        let (one, other) = (case.rows(one, table, Some(period)), case.rows(other, table, Some(period)));
        assert_eq!(one, other, "{table:?} {period}");
    }
}

/// The effects of other rules on each leaf and residual bucket.
fn effects(changes: &[Record]) -> Vec<f64> {
    let rows = changes.iter().filter(|row| ["leaf", "residual"].contains(&row.word("level")));
    rows.map(|row| row.number("lexicon_effect").unwrap()).collect()
}

#[test]
fn what_other_rules_move_stands_apart_and_earlier_tables_stay() {
    let case = three_weeks();
    case.run("run early.csv --lexicon one").ends(0);
    let before = files_of(&case, "out", &["2026-W23", "2026-W24"]);
    let ran = case.run("run late.csv --lexicon two").ends(0);
    assert!(ran.stdout.contains("2 earlier period(s) were tagged with other lexicons"), "{}", ran.stdout);
    assert_same(&before, &files_of(&case, "out", &["2026-W23", "2026-W24"]));

    let changes = case.records("out", Table::Changes, Some("2026-W25"));
    let published: BTreeMap<String, f64> = case
        .records("out", Table::Contributions, Some("2026-W24"))
        .iter()
        .map(|row| (row.word("driver").to_owned(), row.number("net_contribution").unwrap()))
        .collect();
    for row in &changes {
        let (driver, effect) = (row.word("driver"), row.number("lexicon_effect").unwrap());
        assert_eq!((row.word("comparison"), row.word("compared_with")), ("previous", "2026-W24"));
        let was = published.get(driver).copied().unwrap_or(0.0);
        let moved = if driver == "nps" { 0.0 } else { row.number("net_before").unwrap() - was };
        assert!((effect - moved).abs() < 1e-12, "{row:?}");
    }
    let effects = effects(&changes);
    assert!(effects.iter().sum::<f64>().abs() < 1e-12 && effects.iter().any(|it| it.abs() > 0.01), "{effects:?}");
    // The driver that is no more has a row of its own, and no change.
    let price = changes.iter().find(|row| row.word("driver") == "price").unwrap();
    assert!(published["price"].abs() > 0.01);
    assert_eq!((price.number("change"), price.number("lexicon_effect")), (None, Some(-published["price"])));

    // Everything else is as if all weeks had been tagged so from the start.
    case.run("run early.csv late.csv --lexicon two --out whole").ends(0);
    let without_effects = |rows: Vec<Record>| -> Vec<Record> {
        let rows = rows.into_iter().filter(|row| row.word("driver") != "price");
        rows.map(|row| row.without("lexicon_effect")).collect()
    };
    let whole = case.records("whole", Table::Changes, Some("2026-W25"));
    assert!(whole.iter().all(|row| row.number("lexicon_effect").is_none()));
    assert_eq!(without_effects(changes), without_effects(whole));
    same_rows(&case, "out", "whole", &[Table::Nps, Table::Contributions, Table::Functions], &["2026-W25", "all"]);
}

#[test]
fn restate_rewrites_earlier_weeks_under_the_rules_of_now() {
    let case = three_weeks();
    case.run("run early.csv --lexicon one").ends(0);
    case.run("run late.csv --lexicon two --restate").ends(0);
    let manifest = case.manifest("out");
    assert_eq!(manifest.periods.len(), 3);
    assert!(manifest.periods.values().all(|period| period.lexicon_hash == manifest.lexicon_hash));

    let weeks = ["2026-W23", "2026-W24", "2026-W25"];
    case.run("run early.csv late.csv --lexicon two --out whole").ends(0);
    let without_changes: Vec<Table> = OF_PERIODS.into_iter().filter(|table| *table != Table::Changes).collect();
    same_rows(&case, "out", "whole", &without_changes, &weeks);
    // Nothing is left to restate: no rules stand between the weeks.
    let ran = case.run("run late.csv --lexicon two").ends(0);
    assert!(!ran.stdout.contains("other lexicons"), "{}", ran.stdout);
    same_rows(&case, "out", "whole", &[Table::Changes], &["2026-W25"]);
}

#[test]
fn a_week_that_changed_under_other_rules_has_no_effect_of_theirs() {
    let case = three_weeks();
    case.run("run early.csv --lexicon one --out came").ends(0);
    case.run("run early.csv --lexicon one --out left").ends(0);
    // A new answer to the second week; and a respondent of it whose new answer lies in the third.
    for (out, row) in [("came", "x,2026-06-09,10,friendly waiters\n"), ("left", "r60,2026-06-16,10,friendly waiters\n")]
    {
        case.write("moved.csv", format!("{HEADER}{}{row}", week(125..185, 15)));
        case.run(&format!("run moved.csv --lexicon two --out {out}")).ends(0);
        let changes = case.records(out, Table::Changes, Some("2026-W25"));
        assert!(changes.len() > 10);
        assert!(changes.iter().all(|row| row.number("lexicon_effect").is_none()), "{out}: {changes:?}");
        // The second week itself is compared with the first, which only the rules moved.
        let effects = effects(&case.records(out, Table::Changes, Some("2026-W24")));
        assert!(effects.iter().sum::<f64>().abs() < 1e-12 && effects.iter().any(|it| it.abs() > 0.01), "{effects:?}");
    }
}

#[test]
fn a_late_answer_rewrites_the_comparison_of_the_week_after() {
    let case = three_weeks();
    case.run("run early.csv late.csv --lexicon one").ends(0);
    let weeks = ["2026-W23", "2026-W24", "2026-W25"];
    let before = weeks.map(|week| files_of(&case, "out", &[week]));
    let more: String = (0..9).map(|n| answer(&format!("x{n}"), "2026-06-10", 1, "too noisy")).collect();
    case.write("more.csv", format!("{HEADER}{more}"));
    case.run("run more.csv --lexicon one --scale 0-10").ends(0);
    let after = weeks.map(|week| files_of(&case, "out", &[week]));
    let changed = |at: usize| -> Vec<&str> {
        let names = before[at].iter().filter(|(name, bytes)| after[at].get(*name) != Some(*bytes));
        names.map(|(name, _)| name.split('/').next().unwrap()).collect()
    };
    assert_eq!(before[0].len(), 9);
    assert_eq!(changed(0), Vec::<&str>::new());
    assert_eq!(changed(1).len(), 9);
    // What the third week says of the second; of itself it says what it did.
    assert_eq!(changed(2), ["changes", "functions"]);
    case.run("run early.csv late.csv more.csv --lexicon one --out whole").ends(0);
    same_rows(&case, "out", "whole", &OF_PERIODS, &["2026-W23", "2026-W24", "2026-W25"]);
}

#[test]
fn a_gap_is_a_gap_and_a_year_ago_is_the_same_week() {
    let case = Case::new();
    lexicons(&case);
    let answers = |monday: &str, ids: std::ops::Range<usize>| -> String {
        ids.map(|n| answer(&format!("r{n}"), monday, n * 7 % 11, SAID[n % 11])).collect()
    };
    // 2025-W23, then 2026-W22 and W23, nobody in W24, W25.
    let weeks = [("2025-06-02", 0..30), ("2026-05-25", 30..60), ("2026-06-01", 60..90), ("2026-06-15", 90..120)];
    let rows: String = weeks.into_iter().map(|(monday, ids)| answers(monday, ids)).collect();
    case.write("a.csv", format!("{HEADER}{rows}"));
    case.run("run a.csv --lexicon one").ends(0);
    let found: BTreeSet<(String, String, String)> = case
        .records("out", Table::Changes, None)
        .iter()
        .map(|row| ["period", "comparison", "compared_with"].map(|column| row.word(column).to_owned()).into())
        .collect();
    let expected = [("2026-W23", "previous", "2026-W22"), ("2026-W23", "year_ago", "2025-W23")];
    assert_eq!(found, expected.map(|(one, two, three)| (one.into(), two.into(), three.into())).into());
    for row in case.records("out", Table::Functions, None) {
        assert_eq!(row.number("change").is_some(), row.word("period") == "2026-W23", "{row:?}");
        assert_eq!(row.number("year_change").is_some(), row.word("period") == "2026-W23", "{row:?}");
    }
}

/// Four weeks of 50 answers each: so many of each week blame the noise, so many the price, all others praise the staff.
fn noise_goes_and_prices_rise(case: &Case) {
    lexicons(case);
    let blame = [(15, 2), (15, 2), (3, 14), (3, 14)];
    let row = |week: usize, n: usize| {
        let (score, said) = match n {
            n if n < blame[week].0 => (2, "too noisy"),
            n if n < blame[week].0 + blame[week].1 => (3, "expensive"),
            _ => (10, "friendly waiters"),
        };
        answer(&format!("w{week}r{n}"), &format!("2026-06-{:02}", 1 + 7 * week + n % 7), score, said)
    };
    let rows: String = (0..200).map(|n| row(n / 50, n % 50)).collect();
    case.write("a.csv", format!("{HEADER}{rows}"));
}

const ACTIONS: &str = "driver,function,owner,action,start,target\n";

#[test]
fn actions_are_judged_by_what_came_after() {
    let case = Case::new();
    noise_goes_and_prices_rise(&case);
    case.write(
        "actions.csv",
        format!(
            "{ACTIONS}noise,R&D,李工,insulation,2026-06-15,5%\n\
             price,pricing,,new list,2026-06-15,\n\
             service,front line,,training,2026-06-17,0.01\n\
             staff,front line,,bonus,2026-07-06,\n"
        ),
    );
    case.run("run a.csv --lexicon one --actions actions.csv").ends(0);
    let rows = case.records("out", Table::Actions, Some("all"));
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let number = |column: &str| row.number(column);
            (row.word("driver"), row.word("verdict"), number("periods"), number("before"), number("after"))
        })
        .collect();
    // Noise: 30 of 100 before, 6 of 100 after; price: 4 and 28. The week in which the training starts is neither before nor after it, which
    // leaves one week on each side; nobody blames service. After 6 July nobody has answered.
    let expected = [
        ("noise", "improved", Some(2.0), Some(0.30), Some(0.06)),
        ("price", "worse", Some(2.0), Some(0.04), Some(0.28)),
        ("service", "no_evidence", Some(1.0), Some(0.0), Some(0.0)),
        ("staff", "no_data", Some(0.0), None, None),
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((found.0, found.1, found.2), (expected.0, expected.1, expected.2));
        for (found, expected) in [(found.3, expected.3), (found.4, expected.4)] {
            let close = found.zip(expected).is_some_and(|(one, other)| (one - other).abs() < 1e-12);
            assert!(close || found == expected, "{found:?} {expected:?}");
        }
    }
    let row = &rows[0];
    assert_eq!((row.word("owner"), row.word("start"), row.number("target")), ("李工", "2026-06-15", Some(0.05)));
    // SE² = 0.3·0.7/100 + 0.06·0.94/100 = 0.002664, so that −0.24 ± 1.96·0.0516 is −0.341 to −0.139; V* of docs/method.md 4 differs from
    // such shares' variance by no more than a few percent.
    let (low, high) = (row.number("change_low").unwrap(), row.number("change_high").unwrap());
    assert!((low + 0.341).abs() < 0.005 && (high + 0.139).abs() < 0.005, "{low} {high}");
    assert_eq!((rows[1].word("owner"), rows[1].number("target")), ("null", None));
}

#[test]
fn what_is_done_is_redacted_and_who_answers_for_it_is_not() {
    let case = Case::new();
    noise_goes_and_prices_rise(&case);
    case.write("actions.csv", format!("{ACTIONS}noise,R&D,ann@mail.com,请回电13812345678,2026-06-15,5%\n"));
    let said = |run: &str| {
        case.run(run).ends(0);
        let row = &case.records("out", Table::Actions, Some("all"))[0];
        (row.word("owner").to_owned(), row.word("action").to_owned())
    };
    let (owner, raw) = ("ann@mail.com".to_owned(), "请回电13812345678".to_owned());
    let clean = "请回电***********".to_owned();
    let run = "run a.csv --lexicon one --actions actions.csv";
    assert_eq!(said(&format!("{run} --no-redact")), (owner.clone(), raw));
    // Those that the output holds are redacted by this run, too.
    assert_eq!(said("run a.csv --lexicon one"), (owner.clone(), clean.clone()));
    assert_eq!(said(run), (owner, clean));
}

#[test]
fn a_responsibility_file_that_is_wrong_stops_the_run_at_its_line() {
    let case = Case::new();
    noise_goes_and_prices_rise(&case);
    let good = "noise,R&D,,insulation,2026-06-15,5%\n";
    for (row, code, place) in [
        ("nosie,R&D,,insulation,2026-06-15,5%\n", "unknown_driver", "actions.csv:3"),
        ("noise,R&D,,insulation,15 June,5%\n", "bad_actions", "actions.csv:3"),
        ("noise,R&D,,insulation,2026-06-15,500%\n", "bad_actions", "actions.csv:3"),
        ("noise,R&D\n", "bad_actions", "actions.csv:3"),
    ] {
        case.write("actions.csv", format!("{ACTIONS}{good}{row}"));
        let ran = case.run("run a.csv --lexicon one --actions actions.csv").stops_with(code);
        assert!(ran.stderr.contains(place), "{}", ran.stderr);
    }
    case.write("actions.csv", "driver,what\nnoise,insulation\n");
    let ran = case.run("run a.csv --lexicon one --actions actions.csv").stops_with("bad_actions");
    assert!(ran.stderr.contains("actions.csv:1"), "{}", ran.stderr);
    let ran = case.run("run a.csv --lexicon one --actions nowhere.csv").stops_with("bad_actions");
    assert!(ran.stderr.contains("nowhere.csv"), "{}", ran.stderr);
    assert!(!case.path("out").exists());
}
