//! `verbatim verify`: an output that is not what was written.
//!
//! Damage, crashes and faults by the thousand are in `tests/reliability`; here is what is printed, and each bug that was found there.

use std::fs;

use super::util::{Case, HEADER, week};

/// `out` of two weeks, tagged by `core`.
fn two_weeks() -> Case {
    let case = Case::new();
    case.write("weeks.csv", format!("{HEADER}{}{}", week(0..40, 1), week(40..70, 8)));
    case.run("run weeks.csv --quiet").ends(0);
    case
}

/// Changes one byte in the middle of a file.
fn flip(case: &Case, path: &str) {
    let path = case.path(path);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn verify_names_what_is_not_as_written() {
    let case = two_weeks();
    let whole = case.run("verify out").ends(0);
    assert!(whole.stdout.ends_with("all as written\n"), "{}", whole.stdout);
    assert_eq!(case.run("verify out --quiet").ends(0).stdout, "");
    flip(&case, "out/nps/period=2026-W23/part-0.parquet");
    fs::remove_file(case.path("out/voices/period=all/part-0.parquet")).unwrap();
    case.write("out/comments/period=2026-W23/part-1.parquet", "PAR1");
    let hash = case.manifest("out").lexicon_hash;
    let example = case.path(format!("out/_lexicon/{hash}/drivers/noise.toml"));
    fs::write(&example, fs::read_to_string(&example).unwrap() + "\n# mine\n").unwrap();
    let found = case.run("verify out").ends(1);
    let text = found.stdout.replace(&hash, "[hash]");
    let lines: Vec<&str> = text.lines().take(4).collect();
    assert_eq!(
        lines,
        [
            "damaged_lexicon  _lexicon/[hash]/drivers/noise.toml: the content of this file is not what was kept",
            "extra_file  comments/period=2026-W23/part-1.parquet: the manifest does not list this file: whoever reads the whole folder reads it too",
            "damaged_file  nps/period=2026-W23/part-0.parquet: the content of this file is not what was written",
            "missing_file  voices/period=all/part-0.parquet: the manifest lists this file, and it is not there",
        ]
    );
    assert!(text.contains("4 not as written\nhelp: Restore"), "{text}");
    let json = case.run("verify out --json").ends(1).json();
    assert_eq!((json["findings"].as_array().unwrap().len(), &json["mended"]), (4, &false.into()));
    case.run("verify elsewhere").stops_with("no_output");
    case.run("verify elsewhere --mend").stops_with("no_output");
    assert!(!case.path("elsewhere").exists());
}

#[test]
fn a_manifest_that_was_changed_is_not_believed() {
    let case = two_weeks();
    let path = case.path("out/_run.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"confidence\": 0.95", "\"confidence\": 0.55")).unwrap();
    for command in ["verify out", "drivers out", "report out", "run weeks.csv"] {
        case.run(command).stops_with("damaged_manifest");
    }
}

#[test]
fn kept_rules_that_were_edited_are_not_used_under_their_hash() {
    let case = two_weeks();
    let hash = case.manifest("out").lexicon_hash;
    let driver = case.path(format!("out/_lexicon/{hash}/drivers/noise.toml"));
    fs::write(&driver, fs::read_to_string(&driver).unwrap().replace("\"noise\"", "\"racket\"")).unwrap();
    case.run("verify out").ends(1);
    // The file's name says another id: any reason will do, but not other rules in silence.
    case.run_args(&["explain", "--lexicon", "out", "so loud"]).ends(2);
    let driver = case.path(format!("out/_lexicon/{hash}/drivers/parking.toml"));
    fs::write(&driver, "id = \"parking\"\nname = { zh = \"停车\", en = \"Parking\" }\n[aspect]\nen = [\"loud\"]\n")
        .unwrap();
    let noise = case.path(format!("out/_lexicon/{hash}/drivers/noise.toml"));
    fs::write(&noise, fs::read_to_string(&noise).unwrap().replace("\"racket\"", "\"noise\"")).unwrap();
    case.run_args(&["explain", "--lexicon", "out", "so loud"]).stops_with("damaged_lexicon");
}

#[test]
fn an_unfinished_commit_is_said_and_mended() {
    let case = two_weeks();
    // What a crash leaves that came after the journal: here, one whose only step is done.
    let manifest = case.path("out/_run.json");
    fs::create_dir(case.path("out/_commit")).unwrap();
    fs::rename(&manifest, case.path("out/_commit/_run.json")).unwrap();
    fs::copy(case.path("out/_commit/_run.json"), &manifest).unwrap();
    let journal = r#"{"steps":[{"rename":{"from":"_commit/_run.json","to":"_run.json"}}]}"#;
    case.write("out/_commit/journal.json", journal);
    let said = case.run("verify out").ends(1);
    assert!(
        said.stdout.starts_with("unfinished_commit  _commit: ") && said.stdout.contains("`--mend`"),
        "{}",
        said.stdout
    );
    let json = case.run("verify out --mend --json").ends(0).json();
    assert_eq!(json["mended"], true);
    assert!(!case.path("out/_commit").exists());
}

#[test]
fn an_output_of_an_engine_without_a_digest_of_the_manifest_is_read() {
    let case = two_weeks();
    let path = case.path("out/_run.json");
    let mut old: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for key in ["kept", "configuration"] {
        assert!(old.as_object_mut().unwrap().remove(key).is_some(), "{key}");
    }
    case.write_manifest_without_digest("out", old);
    case.run("verify out").ends(0);
    case.run("run weeks.csv --quiet").ends(0);
    assert!(fs::read_to_string(&path).unwrap().contains("\n  \"digest\": \""));
}

/// Limits that were raised for a run held for `run` alone: the output could be neither checked nor rid of anybody.
#[test]
fn an_output_of_a_lexicon_beyond_the_usual_limits_is_verified_and_forgets() {
    let case = Case::new();
    case.write("deep/lexicon.toml", "name = \"deep\"\nversion = \"1\"\n");
    for level in 0..34 {
        let parent = if level == 0 { String::new() } else { format!("parent = \"d{}\"\n", level - 1) };
        let driver = format!("id = \"d{level}\"\n{parent}[aspect]\nen = [\"word{level}\"]\n");
        case.write(&format!("deep/drivers/d{level}.toml"), driver);
    }
    case.write("weeks.csv", format!("{HEADER}{}", week(0..40, 1)));
    let commands = [
        "run weeks.csv --quiet --lexicon deep",
        "explain --lexicon deep word3",
        "lexicon test deep",
        "lexicon show deep",
        "lexicon diff deep core",
        "lexicon export deep --csv sheets",
        "evaluate weeks.csv --scores --score score --lexicon deep",
    ];
    for command in commands {
        let refused = case.run(command).stops_with("lexicon_too_large");
        assert!(refused.stderr.contains("raise `depth` in [tagging.limits]"), "{command}: {}", refused.stderr);
    }
    let is_too_deep = || case.run("lexicon check deep").stdout.contains("may be");
    assert!(is_too_deep());
    case.write("verbatim.toml", "[tagging.limits]\ndepth = 40\n");
    for command in commands {
        assert!(case.run(command).code < 2, "{command}");
    }
    assert!(!is_too_deep());
    fs::remove_file(case.path("verbatim.toml")).unwrap();
    case.run("verify out").ends(0);
    case.run("forget r1 out").ends(0);
    case.run("verify out").ends(0);
}

/// Such a folder was taken for whole because it was there, and no run ever mended it.
#[test]
fn a_kept_lexicon_that_is_damaged_or_half_there_is_written_anew_by_the_next_run() {
    let case = two_weeks();
    let hash = case.manifest("out").lexicon_hash;
    let kept = format!("out/_lexicon/{hash}");
    fs::remove_file(case.path(format!("{kept}/drivers/noise.toml"))).unwrap();
    case.write(&format!("{kept}/drivers/parking.toml"), "id = \"parking\"\n");
    case.write(&format!("{kept}/drivers/zebra.toml"), "id = \"zebra\"\n");
    case.run("verify out").ends(1);
    case.run("run weeks.csv --quiet --replace").ends(0);
    case.run("verify out").ends(0);
    assert!(!case.path(format!("{kept}/drivers/zebra.toml")).exists());
    case.run("forget r1 out").ends(0);
    // What a crash of an earlier run may leave where there is no output yet.
    let file = fs::read(case.path(format!("{kept}/lexicon.toml"))).unwrap();
    case.write(&format!("new/_lexicon/{hash}/lexicon.toml"), file);
    case.run("run weeks.csv --quiet --out new").ends(0);
    case.run("verify new").ends(0);
    assert!(case.manifest("new").kept.len() > 10);
}

/// The run was told to have failed, and its tables were in place.
#[test]
fn a_log_that_cannot_be_written_is_a_notice() {
    let case = two_weeks();
    fs::remove_file(case.path("out/_log.jsonl")).unwrap();
    fs::create_dir(case.path("out/_log.jsonl")).unwrap();
    let ran = case.run("run weeks.csv --replace").ends(0);
    assert!(ran.stdout.contains("_log.jsonl lacks a line of this run"), "{}\n{}", ran.stdout, ran.stderr);
}

/// The error came after the journal, and every command that was to mend it failed in the same way.
#[cfg(target_os = "linux")]
#[test]
fn a_table_on_another_disk_is_refused_before_anything_is_in_place() {
    use std::os::unix::fs::MetadataExt as _;
    let case = two_weeks();
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else { return };
    if elsewhere.path().metadata().unwrap().dev() == case.path("out").metadata().unwrap().dev() {
        return;
    }
    let nps = case.path("out/nps");
    for period in fs::read_dir(&nps).unwrap() {
        let period = period.unwrap().path();
        let to = elsewhere.path().join(period.file_name().unwrap());
        fs::create_dir(&to).unwrap();
        fs::copy(period.join("part-0.parquet"), to.join("part-0.parquet")).unwrap();
    }
    fs::remove_dir_all(&nps).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &nps).unwrap();
    case.run("verify out").ends(0);
    case.run("run weeks.csv --quiet --replace").stops_with("other_disk");
    case.run("verify out").ends(0);
    assert!(!case.path("out/_commit").exists());
}

/// It was said to hold no tables, though they were all there.
#[test]
fn a_first_run_that_was_interrupted_in_the_end_and_a_lost_manifest_are_told_of() {
    let case = two_weeks();
    fs::create_dir(case.path("out/_commit")).unwrap();
    fs::rename(case.path("out/_run.json"), case.path("out/_commit/_run.json")).unwrap();
    let rename = r#"{"steps":[{"rename":{"from":"_commit/_run.json","to":"_run.json"}}]}"#;
    case.write("out/_commit/journal.json", rename);
    for command in ["verify out", "drivers out", "report out"] {
        let told = case.run(command).stops_with("unfinished_commit");
        assert!(told.stderr.contains("--mend"), "{}", told.stderr);
    }
    case.run("verify out --mend").ends(0);
    fs::remove_file(case.path("out/_run.json")).unwrap();
    for command in ["verify out", "verify out --mend", "drivers out", "forget r1 out"] {
        case.run(command).stops_with("missing_manifest");
    }
}

/// What a link in the place of the lock led to was emptied.
#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_lock_is_not_followed() {
    let case = two_weeks();
    case.write("precious.txt", "mine");
    fs::remove_file(case.path("out/_lock")).unwrap();
    std::os::unix::fs::symlink(case.path("precious.txt"), case.path("out/_lock")).unwrap();
    for command in ["run weeks.csv --replace", "verify out --mend"] {
        case.run(command).stops_with("io");
    }
    assert_eq!(fs::read_to_string(case.path("precious.txt")).unwrap(), "mine");
}

/// The next run left a week out of everything, and took it for somebody else's.
#[test]
fn a_manifest_that_is_older_than_the_tables_stops_the_next_run() {
    let case = two_weeks();
    let old = fs::read(case.path("out/_run.json")).unwrap();
    case.write("w25.csv", format!("{HEADER}{}", week(70..90, 15)));
    case.write("w26.csv", format!("{HEADER}{}", week(90..110, 22)));
    case.run("run w25.csv --quiet").ends(0);
    let new = fs::read(case.path("out/_run.json")).unwrap();
    fs::write(case.path("out/_run.json"), old).unwrap();
    let stopped = case.run("run w26.csv").stops_with("unlisted_period").stderr;
    assert!(stopped.contains("answers of 2026-W25") && stopped.contains("the whole folder"), "{stopped}");
    let found = case.run("verify out").ends(1).stdout;
    assert!(found.contains("the file is older than the tables"), "{found}");
    fs::write(case.path("out/_run.json"), new).unwrap();
    case.run("run w26.csv --quiet").ends(0);
    assert_eq!(case.manifest("out").periods.len(), 4);
    case.run("verify out").ends(0);
}
