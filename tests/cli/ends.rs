//! Commands that do not come to their end, and what those find that come after them: interruptions, commits that are not done, places that are
//! taken.
//!
//! Crashes, kills and full disks by the thousand are in `tests/reliability`; here is each bug that was found there, and what is said.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use verbatim::tables::PartId;

use super::util::{Case, HEADER, assert_same, week};

/// `out` of two weeks, and `next` of one more.
fn weeks() -> Case {
    let case = Case::new();
    case.write("weeks.csv", format!("{HEADER}{}{}", week(0..40, 1), week(40..70, 8)));
    case.write("w25.csv", format!("{HEADER}{}", week(70..100, 15)));
    for out in ["out", "next"] {
        case.run(&format!("run weeks.csv --quiet --out {out}")).ends(0);
    }
    case.run("run w25.csv --quiet --out next").ends(0);
    case
}

fn wait_until(is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_mins(1), "it never came");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", child.id())).status().unwrap();
    assert!(sent.success());
}

/// Makes what blocks whoever opens it.
fn pipe(path: &Path) {
    fs::remove_file(path).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn start(case: &Case, args: &str) -> Child {
    case.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The exit code, if there is one, and standard error.
fn ended(child: Child) -> (Option<i32>, String) {
    let ended = child.wait_with_output().unwrap();
    (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
}

/// The files had come into their places one by one.
#[test]
fn an_export_that_is_stopped_leaves_the_files_of_the_last_one() {
    let case = weeks();
    case.run("export out --csv sheets --period all --quiet").ends(0);
    let before = case.bytes("sheets");
    // `mentions` comes near the end.
    let blocked = case.path("next/mentions/period=2026-W25/part-0.parquet");
    let whole = fs::read(&blocked).unwrap();
    pipe(&blocked);
    for (name, code) in [("INT", Some(130)), ("KILL", None)] {
        let child = start(&case, "export next --csv sheets --period all --quiet");
        wait_until(|| case.path("sheets/.verbatim-aside/comments.csv").exists());
        signal(&child, name);
        let (ends, said) = ended(child);
        assert_eq!(ends, code, "{said}");
        let mut after = case.bytes("sheets");
        if name == "INT" {
            assert_eq!(said, "interrupted: nothing was written, and what was there before is as it was\n");
        } else {
            after.retain(|path, _| !path.starts_with(".verbatim-aside/"));
        }
        assert_same(&before, &after);
    }
    assert!(case.path("sheets/.verbatim-aside").exists());
    fs::remove_file(&blocked).unwrap();
    fs::write(&blocked, whole).unwrap();
    case.run("export next --csv sheets --period all --quiet").ends(0);
    case.run("export next --csv clean --period all --quiet").ends(0);
    assert_same(&case.bytes("sheets"), &case.bytes("clean"));
    assert!(!case.path("sheets/.verbatim-aside").exists(), "what was left is swept");
}

#[test]
fn an_export_one_of_whose_files_cannot_be_placed_replaces_none() {
    let case = weeks();
    case.run("export out --csv sheets --quiet").ends(0);
    case.run("lexicon export core --csv rules --quiet").ends(0);
    for (folder, taken, command) in [
        ("sheets", "rejects.csv", "export next --csv sheets"),
        ("rules", "terms.csv", "lexicon export appliance --csv rules --overwrite"),
    ] {
        fs::remove_file(case.path(folder).join(taken)).unwrap();
        fs::create_dir(case.path(folder).join(taken)).unwrap();
        let before = case.bytes(folder);
        let told = case.run(command).stops_with("io");
        assert!(told.stderr.contains(taken) && told.stderr.contains("No file was replaced"), "{}", told.stderr);
        assert_same(&before, &case.bytes(folder));
    }
}

/// It said `interrupted`, and nothing of the output.
#[test]
fn a_run_that_is_interrupted_while_it_reads_says_what_the_output_holds() {
    let case = weeks();
    let before = case.bytes("out");
    for wait in [200, 800, 3_200, 12_800] {
        // It waits for its input, which never ends.
        let child = start(&case, "run - --out out");
        std::thread::sleep(Duration::from_millis(wait));
        signal(&child, "INT");
        let (code, said) = ended(child);
        if code.is_none() {
            // Before it listened.
            continue;
        }
        assert_eq!((code, said.as_str()), (Some(130), "interrupted: the output folder holds what it held before\n"));
        assert_same(&before, &case.bytes("out"));
        return;
    }
    panic!("it never listened");
}

/// A reader was told of damage, and to restore the file from a backup.
#[test]
fn a_reader_that_a_run_overtakes_is_told_to_read_again() {
    let case = weeks();
    case.run("export out --csv sheets --quiet").ends(0);
    let before = case.bytes("sheets");
    let blocked = case.path("out/nps/period=all/part-0.parquet");
    pipe(&blocked);
    let child = start(&case, "export out --csv sheets --period all");
    wait_until(|| case.path("sheets/.verbatim-aside").exists());
    // A run has put its files in place, the manifest too, before the export comes to any that is new.
    fs::hard_link(&blocked, case.path("pipe")).unwrap();
    for (name, bytes) in case.bytes("next") {
        case.write("moved", bytes);
        let place = case.path("out").join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::rename(case.path("moved"), place).unwrap();
    }
    // Whether it waits already at the pipe, or comes to the file that is there now: that is not the one it looks for.
    drop(fs::OpenOptions::new().read(true).write(true).open(case.path("pipe")).unwrap());
    let (code, said) = ended(child);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.starts_with("error[unfinished_commit]: ") && !said.contains("backup"), "{said}");
    assert_same(&before, &case.bytes("sheets"));
    case.run("verify out").ends(0);
    case.run("export out --csv sheets --period all").ends(0);
}

/// What a run leaves in `out` that is killed after its journal: all of `next` is staged.
fn unfinished(case: &Case) -> Vec<String> {
    let (old, new) = (case.bytes("out"), case.bytes("next"));
    let mut steps = Vec::new();
    for (name, bytes) in new.iter().filter(|(name, bytes)| old.get(*name) != Some(bytes) && *name != "_run.json") {
        let Some(part) = PartId::parse(name) else { continue };
        let staged = format!("{}-{}.parquet", part.table.as_str(), part.period);
        case.write(&format!("out/_commit/{staged}"), bytes);
        steps.push((staged, name.clone()));
    }
    case.write("out/_commit/_run.json", &new["_run.json"]);
    steps.push(("_run.json".to_owned(), "_run.json".to_owned()));
    let rename = |(from, to): &(String, String)| format!(r#"{{"rename":{{"from":"_commit/{from}","to":"{to}"}}}}"#);
    let journal = steps.iter().map(rename).collect::<Vec<_>>().join(",");
    case.write("out/_commit/journal.json", format!(r#"{{"steps":[{journal}]}}"#));
    steps.into_iter().map(|(from, _)| from).collect()
}

/// The command that `verify` names is given the files, to the letter.
#[track_caller]
fn mended_by(case: &Case, files: &str) {
    let said = case.run("verify out").ends(1).stdout;
    let command = said.split('`').find_map(|piece| piece.strip_prefix("verbatim ")).expect(&said);
    case.run(&format!("{} --quiet", command.replace("FILES…", files))).ends(0);
    case.run("verify out").ends(0);
    assert_same(&case.tables("next"), &case.tables("out"));
}

#[test]
fn an_unfinished_commit_is_carried_out_though_a_staged_file_is_gone() {
    let case = weeks();
    unfinished(&case);
    case.run("verify out --mend").ends(0);
    case.same("out", "next");
    for lost in ["nps-2026-W25.parquet", "comments-2026-W25.parquet", "contributions-all.parquet"] {
        let case = weeks();
        assert!(unfinished(&case).iter().any(|staged| staged == lost), "{lost}");
        fs::remove_file(case.path("out/_commit").join(lost)).unwrap();
        // What was lost is made anew at once, if it is no answers.
        let is_answers = lost.starts_with("comments");
        case.run("verify out --mend").ends(i32::from(is_answers));
        assert!(!case.path("out/_commit").exists());
        if is_answers {
            mended_by(&case, "w25.csv");
        }
        assert_same(&case.tables("next"), &case.tables("out"));
    }
}

#[test]
fn an_unfinished_commit_without_its_manifest_is_swept() {
    let case = weeks();
    let before = case.bytes("out");
    unfinished(&case);
    fs::remove_file(case.path("out/_commit/_run.json")).unwrap();
    case.run("verify out --mend").ends(0);
    assert_same(&before, &case.bytes("out"));
}

/// `verify` named `--mend`, and that a new folder.
#[test]
fn a_damaged_journal_has_a_way_out_that_works() {
    for cut in [0, 20] {
        let case = weeks();
        unfinished(&case);
        let journal = case.path("out/_commit/journal.json");
        fs::OpenOptions::new().write(true).open(&journal).unwrap().set_len(cut).unwrap();
        // Some of it was put in place.
        fs::rename(case.path("out/_commit/nps-all.parquet"), case.path("out/nps/period=all/part-0.parquet")).unwrap();
        let said = case.run("verify out").ends(1).stdout;
        assert!(said.contains("damaged_journal  _commit/journal.json: ") && !said.contains("--mend"), "{said}");
        assert!(said.contains("remove `out/_commit`: `verbatim verify out` then names"), "{said}");
        for command in ["verify out --mend", "run w25.csv", "drivers out --period all"] {
            let told = case.run(command).stops_with("damaged_journal");
            assert!(told.stderr.contains("remove `out/_commit`"), "{}", told.stderr);
        }
        fs::remove_dir_all(case.path("out/_commit")).unwrap();
        let said = case.run("verify out").ends(1).stdout;
        assert!(said.contains("damaged_file  nps/period=all/part-0.parquet"), "{said}");
        // The old output again, from its answers; then the week that was coming.
        let command = said.split('`').find_map(|piece| piece.strip_prefix("verbatim ")).expect(&said);
        case.run(command).ends(0);
        case.run("run w25.csv --quiet").ends(0);
        assert_same(&case.tables("next"), &case.tables("out"));
    }
}

#[test]
fn a_folder_where_a_table_belongs_is_told_of_before_anything_is_in_place() {
    let case = weeks();
    let part = case.path("out/nps/period=all/part-0.parquet");
    fs::remove_file(&part).unwrap();
    fs::create_dir(&part).unwrap();
    let before = case.bytes("out");
    let told = case.run("run w25.csv").stops_with("in_the_way");
    assert!(told.stderr.contains("out/nps/period=all/part-0.parquet stands where a file"), "{}", told.stderr);
    assert_same(&before, &case.bytes("out"));
    assert!(!case.path("out/_commit").exists());
    // The way out, of this one and of a commit that an earlier engine left so.
    unfinished(&case);
    case.run("verify out --mend").stops_with("in_the_way");
    fs::remove_dir(&part).unwrap();
    case.run("verify out --mend").ends(0);
    case.same("out", "next");
}

#[test]
fn an_output_folder_that_is_a_link_to_nothing_is_told_of() {
    let case = weeks();
    symlink("nowhere", case.path("link")).unwrap();
    let told = case.run("run weeks.csv --out link").stops_with("io");
    assert!(told.stderr.contains("a link to nowhere, which is not there"), "{}", told.stderr);
}

/// It ended as though the run had failed.
#[cfg(target_os = "linux")]
#[test]
fn a_summary_that_cannot_be_printed_says_that_the_tables_are_in_place() {
    let case = weeks();
    for flags in ["", " --json"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = case.command(&format!("run w25.csv{flags}")).stdout(full).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error[stdout]: ") && said.contains("The tables are in place"), "{said}");
        assert_same(&case.tables("out"), &case.tables("next"));
    }
}
