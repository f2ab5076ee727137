//! The same work gives the same bytes: whatever the threads, the batches, the order of files, and how often.

use verbatim::tables::Table;

use super::util::{Case, HEADER, assert_same, week};

#[test]
fn threads_and_batches_do_not_show() {
    let case = Case::new().sample();
    let action = "response_time,dispatch,,night shift,2026-06-29,8%\n";
    case.write("actions.csv", format!("driver,function,owner,action,start,target\n{action}"));
    let mut first = None;
    for (threads, bytes) in [1, 2, 7].into_iter().flat_map(|threads| [1, 997, 65536].map(|bytes| (threads, bytes))) {
        let out = format!("out-{threads}-{bytes}");
        let by = "--by region,product --cube 2 --control product --actions actions.csv --lexicon appliance";
        case.run(&format!("run survey.csv {by} --threads {threads} --block-bytes {bytes} --out {out} --quiet")).ends(0);
        let bytes = case.bytes(&out);
        assert_same(first.get_or_insert_with(|| bytes.clone()), &bytes);
    }
    let files = first.unwrap();
    // What nobody brought in is in no table.
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Recoveries) {
        assert!(files.keys().any(|name| name.starts_with(table.as_str())), "{table:?}");
    }
    assert_eq!(case.records("out-7-997", Table::Actions, Some("all"))[0].word("verdict"), "worse");
}

#[test]
fn rejects_come_in_the_same_order_whatever_the_batch() {
    let case = Case::new();
    let rows: String = (0..40)
        .map(|n| match n % 4 {
            0 => format!("r{n},2026-06-01,eleven,x\n"),
            1 => format!("r{n},2026-06-01,9\n"),
            2 => format!("r{n},2026-13-01,9,x\n"),
            _ => format!("r{n},2026-06-01,9,x\n"),
        })
        .collect();
    case.write("a.csv", format!("{HEADER}{}{rows}", week(100..200, 1)));
    let printed = |bytes: u32| {
        let scale = "--scale 0-10 --date date --score score --date-format %Y-%m-%d";
        let ran = case.run(&format!("run a.csv {scale} --block-bytes {bytes} --threads 3 --out o{bytes}")).ends(1);
        ran.stdout.replace(&format!("o{bytes}"), "out")
    };
    let whole = printed(100_000);
    assert_eq!(printed(1), whole);
    assert_eq!(printed(97), whole);
    case.same("o1", "o100000");
    assert!(whole.contains("a.csv:102: score_not_a_number") && whole.contains("a.csv:103: bad_columns"), "{whole}");
}

#[test]
fn the_order_of_files_does_not_show() {
    let case = Case::new();
    case.write("one/a.csv", format!("{HEADER}{}x1,2026-06-01,77,off\n", week(0..20, 1)));
    case.write("two/a.csv", format!("{HEADER}{}x2,2026-06-01,88,off\n", week(20..40, 1)));
    case.run("run one/a.csv two/a.csv --out forth").ends(1);
    case.run("run two/a.csv one/a.csv --out back").ends(1);
    case.same("forth", "back");
    case.run("run */a.csv --out glob").ends(1);
    case.same("forth", "glob");
}

#[test]
fn rejects_name_the_digest_of_their_own_file_where_names_are_the_same() {
    let case = Case::new();
    case.write("one/a.csv", format!("{HEADER}{}x1,2026-06-01,77,off\n", week(0..20, 1)));
    case.write("two/a.csv", format!("{HEADER}{}x2,2026-06-01,88,off\n", week(20..40, 1)));
    case.run("run one/a.csv two/a.csv").ends(1);
    let rejects = case.rows("out", Table::Rejects, None);
    let inputs = case.manifest("out").inputs;
    assert_eq!((rejects.len(), inputs.len()), (2, 2));
    for input in inputs {
        assert_eq!(rejects.iter().filter(|reject| reject.contains(&input.digest)).count(), 1, "{rejects:?}");
    }
}

#[test]
fn the_same_input_twice_changes_nothing() {
    let case = Case::new();
    case.write("a.csv", format!("{HEADER}{}{}x,2026-06-01,77,off\n", week(0..60, 1), week(60..90, 8)));
    case.run("run a.csv").ends(1);
    let before = case.tables("out");
    let again = case.run("run a.csv --json").ends(1).json();
    assert_same(&before, &case.tables("out"));
    assert_eq!((&again["rows_added"], &again["rows_replaced"]), (&0.into(), &90.into()));
    // A third run finds what the second found.
    let manifest = case.bytes("out");
    case.run("run a.csv").ends(1);
    assert_same(&manifest, &case.bytes("out"));
}
