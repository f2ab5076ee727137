//! An output of which something is damaged: that the help mends it, and that nothing else is done in silence.

use std::fs;

use verbatim::tables::{PartId, Table};

use super::util::{Case, HEADER, Ran, assert_same, week};

/// Rows that are refused at the end of a file: a score that is no number.
fn refused(id: &str, monday: u32) -> String {
    format!("{id},2026-06-{monday:02},great,good\n")
}

/// `out` of two weeks by a small lexicon, one file each, with everything that an output can hold: rejects, actions, contacts. `clean` is the
/// same.
fn everything() -> Case {
    let case = Case::new();
    case.write("lexicon/lexicon.toml", "name = \"ours\"\nversion = \"1\"\n");
    case.write("lexicon/drivers/staff.toml", "id = \"staff\"\n[positive]\nen = [\"friendly\"]\nzh = [\"态度很好\"]\n");
    case.write("lexicon/drivers/noise.toml", "id = \"noise\"\n[negative]\nen = [\"loud\"]\nzh = [\"吵\"]\n");
    case.write("w23.csv", format!("{HEADER}{}{}", week(0..40, 1), refused("x", 1)));
    case.write("w24.csv", format!("{HEADER}{}{}", week(40..80, 8), refused("y", 8)));
    case.write("actions.csv", "driver,function,owner,action,start,target\nnoise,R&D,,insulation,2026-06-08,5%\n");
    case.write("results.csv", "id,date,resolved,new_score\nr3,2026-06-15,yes,9\nr44,2026-06-16,no,2\n");
    for out in ["out", "clean"] {
        case.run(&format!("run w23.csv --lexicon lexicon --scale 0-10 --quiet --out {out}")).ends(1);
        case.run(&format!("run w24.csv --actions actions.csv --quiet --out {out}")).ends(1);
        case.run(&format!("follow-up import results.csv --out {out}")).ends(0);
    }
    assert_same(&case.tables("out"), &case.tables("clean"));
    case
}

/// Does what the help says, to the letter: names of files in the place of its capitals, and nothing else.
#[track_caller]
fn follow(case: &Case, help: &str) -> Vec<Ran> {
    let files = match help {
        _ if help.contains("refused rows") => "w23.csv w24.csv",
        _ if help.contains("all survey files of 2026-W23, 2026-W24, in one run") => "w23.csv w24.csv",
        _ if help.contains("all survey files of 2026-W23, in one run") => "w23.csv",
        _ if help.contains("all survey files of 2026-W24, in one run") => "w24.csv",
        _ if help.contains("all survey files of any period") => "w24.csv",
        _ => panic!("{help}"),
    };
    let commands: Vec<&str> = help.split('`').filter_map(|piece| piece.strip_prefix("verbatim ")).collect();
    assert!(!commands.is_empty(), "{help}");
    let filled = commands.iter().map(|command| {
        command.replace("FILES…", files).replace("ACTIONS", "actions.csv").replace("RESULTS", "results.csv")
    });
    // Rows of the files are refused, which a run tells by its exit code.
    filled.map(|command| case.run(&command).ends(i32::from(command.starts_with("run ")))).collect()
}

/// What `verify` says after `help: `.
#[track_caller]
fn help(case: &Case) -> String {
    let said = case.run("verify out").ends(1).stdout;
    said.split_once("help: ").unwrap_or_else(|| panic!("{said}")).1.trim_end().to_owned()
}

#[track_caller]
fn mended(case: &Case, what: &str) {
    let said = case.run("verify out").stdout;
    assert!(said.ends_with("all as written\n"), "{what}: {said}");
    let (out, clean) = (case.tables("out"), case.tables("clean"));
    let differ: Vec<_> = clean.keys().chain(out.keys()).filter(|name| out.get(*name) != clean.get(*name)).collect();
    assert!(differ.is_empty(), "{what}: {differ:?}");
}

#[test]
fn a_damaged_part_of_any_table_is_mended_by_what_the_help_says() {
    let case = everything();
    let files: Vec<String> = case.manifest("out").files.into_keys().collect();
    for table in Table::ALL {
        assert!(files.iter().any(|key| PartId::parse(key).unwrap().table == table), "{table:?}");
    }
    for (at, key) in files.iter().enumerate() {
        // A part of every table is emptied, another one of it removed.
        if at % 2 == 0 {
            fs::write(case.path("out").join(key), "").unwrap();
        } else {
            fs::remove_file(case.path("out").join(key)).unwrap();
        }
        let help = help(&case);
        let ran = follow(&case, &help);
        mended(&case, key);
        let (part, said) = (PartId::parse(key).unwrap(), &ran[0].stdout);
        let told = match part.table {
            Table::Rejects | Table::Recoveries => {
                format!("`{}` of earlier runs is damaged, and starts anew: 2 row(s) are gone", part.table.as_str())
            }
            _ if part.period == "all" => continue,
            _ => format!("{}: made anew from this run's files alone", part.period),
        };
        assert!(said.contains(&told), "{key}: {said}");
    }
}

#[test]
fn two_damaged_weeks_stop_runs_of_one_and_are_mended_in_one_run() {
    let case = everything();
    for period in ["2026-W23", "2026-W24"] {
        fs::remove_file(case.path(format!("out/nps/period={period}/part-0.parquet"))).unwrap();
    }
    let before = case.bytes("out");
    for flags in ["", " --replace", " --replace --force"] {
        let ran = case.run(&format!("run w23.csv{flags}")).stops_with("missing_file");
        assert!(
            ran.stderr.contains("`verbatim run FILES… --replace --force --out out`")
                && ran.stderr.contains("all survey files of 2026-W23, 2026-W24, in one run"),
            "{flags}: {}",
            ran.stderr
        );
        assert_same(&before, &case.bytes("out"));
    }
    follow(&case, &help(&case));
    mended(&case, "two weeks");
}

#[test]
fn what_is_damaged_of_another_week_stops_the_run() {
    let case = everything();
    for table in ["comments", "mentions", "nps", "follow_ups"] {
        let path = case.path(format!("out/{table}/period=2026-W23/part-0.parquet"));
        let whole = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let before = case.bytes("out");
        case.write("w25.csv", format!("{HEADER}{}", week(80..120, 15)));
        for flags in ["", " --replace --force"] {
            let ran = case.run(&format!("run w25.csv --scale 0-10{flags}")).stops_with("missing_file");
            assert!(ran.stderr.contains("all survey files of 2026-W23, in one run"), "{table}: {}", ran.stderr);
        }
        assert_same(&before, &case.bytes("out"));
        fs::write(&path, whole).unwrap();
    }
    // Readers name the command that says what mends it.
    fs::write(case.path("out/contributions/period=2026-W24/part-0.parquet"), "").unwrap();
    let ran = case.run("drivers out").stops_with("damaged_file");
    assert!(ran.stderr.contains("`verbatim verify out`"), "{}", ran.stderr);
}

#[test]
fn damaged_rejects_and_actions_do_not_stop_a_new_week_and_are_told_of() {
    let case = everything();
    for table in ["rejects", "actions"] {
        fs::write(case.path(format!("out/{table}/period=all/part-0.parquet")), "").unwrap();
    }
    case.write("w25.csv", format!("{HEADER}{}", week(80..120, 15)));
    let ran = case.run("run w25.csv --scale 0-10").ends(0);
    for said in [
        "`actions` of earlier runs is damaged, and starts anew: 1 row(s) are gone (`--actions FILE` brings them in again)",
        "`rejects` of earlier runs is damaged, and starts anew: 2 row(s) are gone",
    ] {
        assert!(ran.stdout.contains(said), "{}", ran.stdout);
    }
    case.run("verify out").ends(0);
    fs::remove_file(case.path("out/recoveries/period=all/part-0.parquet")).unwrap();
    let ran = case.run("run w25.csv --scale 0-10").stops_with("missing_file");
    assert!(ran.stderr.contains("`verbatim follow-up import RESULTS --out out`"), "{}", ran.stderr);
}
