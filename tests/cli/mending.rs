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
        _ if help.contains("all survey files of 2026-W23, 2026-W24, in one run") => "w23.csv w24.csv",
        _ if help.contains("all survey files of 2026-W23, in one run") => "w23.csv",
        _ if help.contains("all survey files of 2026-W24, in one run") => "w24.csv",
        _ if help.contains("`verbatim verify out --mend`") => "",
        _ => panic!("{help}"),
    };
    // Of the rest it says what is gone, and how that comes back afterwards.
    let is_command = |piece: &&str| piece.starts_with("verify") || piece.starts_with("run");
    let commands = help.split('`').filter_map(|piece| piece.strip_prefix("verbatim ")).filter(is_command);
    let commands: Vec<String> = commands.map(|command| command.replace("FILES…", files)).collect();
    assert_eq!(commands.len(), 1, "{help}");
    // Rows of the files are refused, which a run tells by its exit code.
    commands.iter().map(|command| case.run(command).ends(i32::from(command.starts_with("run ")))).collect()
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
        let (part, said) = (PartId::parse(key).unwrap(), &ran[0].stdout);
        let told = match part.table {
            Table::Comments => format!("{}: made anew from this run's files alone", part.period),
            _ => format!("made anew  {key}"),
        };
        assert!(said.contains(&told), "{key}: {said}");
        // What is in no answers comes back by what is said of it.
        let gone = match part.table {
            Table::Rejects => "`rejects` starts anew: 2 row(s) are gone",
            Table::Actions => "`actions` starts anew: 1 row(s) are gone",
            Table::Recoveries => "`recoveries` starts anew: 2 row(s) are gone",
            _ => "",
        };
        assert!(said.contains(gone), "{key}: {said}");
        match part.table {
            Table::Rejects => {
                case.run("run w23.csv w24.csv --out out").ends(1);
            }
            Table::Actions => {
                case.run("run w24.csv --actions actions.csv --out out").ends(1);
            }
            Table::Recoveries => {
                case.run("follow-up import results.csv --out out").ends(0);
            }
            _ => {}
        }
        mended(&case, key);
    }
}

/// The help's command took answers out of weeks that were whole: those of theirs that lay in other files.
#[test]
fn mending_a_week_from_its_files_takes_nothing_out_of_another_week() {
    let case = everything();
    // A late answer of the first week comes with the second file, and one of the second week with a third.
    case.write("w24.csv", format!("{HEADER}{}{}", week(40..80, 8), week(80..84, 1)));
    case.write("w25.csv", format!("{HEADER}{}{}", week(90..130, 15), week(84..88, 8)));
    case.run("run w24.csv w25.csv --out out --force --quiet").ends(0);
    let held = |case: &Case| -> Vec<u64> {
        case.manifest("out").periods.values().map(|period| period.comments).collect::<Vec<_>>()
    };
    assert_eq!(held(&case), [44, 44, 40]);
    fs::remove_file(case.path("out/comments/period=2026-W23/part-0.parquet")).unwrap();
    let ran = case.run("run w23.csv w24.csv --replace --force --out out").ends(1);
    assert!(!ran.stdout.contains("it held"), "{}", ran.stdout);
    assert_eq!(held(&case), [44, 44, 40]);
    case.run("verify out").ends(0);
    // Files that lack some of the damaged week are told of.
    fs::remove_file(case.path("out/comments/period=2026-W23/part-0.parquet")).unwrap();
    let ran = case.run("run w23.csv --replace --force --out out").ends(1);
    let said = "it held 44 answers, and these files have 40: give it all files of the period";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert_eq!(held(&case), [40, 44, 40]);
}

/// Files in which answers were corrected came before those that corrected them.
#[test]
fn figures_are_made_anew_from_the_answers_that_were_corrected_since() {
    let case = everything();
    let corrected: Vec<String> = (40..70).map(|n| format!("r{n},2026-06-08,{},corrected\n", n % 11)).collect();
    case.write("corrected.csv", format!("{HEADER}{}", corrected.concat()));
    for out in ["out", "clean"] {
        case.run(&format!("run corrected.csv --out {out} --force --quiet")).ends(0);
    }
    for table in ["nps", "mentions", "contributions", "follow_ups", "changes"] {
        fs::remove_file(case.path(format!("out/{table}/period=2026-W24/part-0.parquet"))).unwrap();
    }
    follow(&case, &help(&case));
    mended(&case, "corrected");
}

/// A week that another lexicon had tagged was tagged by that of the run that mended it.
#[test]
fn periods_of_two_lexicons_are_made_anew_each_by_its_own() {
    let case = everything();
    case.write("lexicon/drivers/noise.toml", "id = \"noise\"\n[negative]\nen = [\"loud\", \"noisy\", \"good\"]\n");
    case.write("w25.csv", format!("{HEADER}{}", week(80..120, 15)));
    for out in ["out", "clean"] {
        case.run(&format!("run w25.csv --out {out} --lexicon lexicon --quiet")).ends(0);
    }
    let files: Vec<String> = case.manifest("out").files.into_keys().collect();
    let is_figure = |key: &&String| {
        let table = PartId::parse(key).unwrap().table;
        !matches!(table, Table::Comments | Table::Rejects | Table::Actions | Table::Recoveries)
    };
    for some in [1, 2, 3] {
        for key in files.iter().filter(is_figure).step_by(some) {
            fs::remove_file(case.path("out").join(key)).unwrap();
        }
        let ran = case.run("verify out --mend").ends(0);
        assert!(ran.stdout.contains("made anew  nps/") || ran.stdout.contains("made anew  "), "{}", ran.stdout);
        mended(&case, "two lexicons");
    }
}

#[test]
fn two_damaged_weeks_stop_runs_of_one_and_are_mended_in_one_run() {
    let case = everything();
    for period in ["2026-W23", "2026-W24"] {
        fs::remove_file(case.path(format!("out/comments/period={period}/part-0.parquet"))).unwrap();
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
    // Nothing can be made anew from answers that are gone.
    assert!(case.run("verify out --mend").ends(1).stdout.contains("all survey files of 2026-W23, 2026-W24"));
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
        let way = if table == "comments" {
            "all survey files of 2026-W23, in one run"
        } else {
            "`verbatim verify out --mend`"
        };
        let ran = case.run("run w25.csv --scale 0-10").stops_with("missing_file");
        assert!(ran.stderr.contains(way), "{table}: {}", ran.stderr);
        if table == "comments" {
            case.run("run w25.csv --scale 0-10 --replace --force").stops_with("missing_file");
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
