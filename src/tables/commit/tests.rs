//! Crashes at every step of a commit, two writers, and folders of others.

use super::super::manifest::PeriodInfo;
use super::super::part::PartWriter;
use super::super::rejects::{RejectRow, rejects_rows, rejects_schema};
use super::*;

const PERIODS: [&str; 3] = ["2024-01", "2024/02", "gone"];

/// Stages a part whose one row says `message`.
fn stage(output: &Output, manifest: &mut Manifest, period: &str, message: &str) -> PartId {
    let part = PartId::new(Table::Rejects, period);
    let mut writer = PartWriter::create(&output.stage(part.table, period), &rejects_schema()).unwrap();
    writer.push(&rejects_rows(&[RejectRow { message: message.to_string(), ..RejectRow::default() }]).unwrap()).unwrap();
    manifest.files.insert(part.key(), writer.finish().unwrap());
    let info = PeriodInfo { lexicon_hash: message.to_string(), comments: 1, ..PeriodInfo::default() };
    manifest.periods.insert(period.to_string(), info);
    part
}

/// An output with three periods, and its manifest.
fn old_state(out: &Path) -> Manifest {
    let output = Output::open(out).unwrap();
    let mut manifest = Manifest::default();
    let entries = PERIODS.map(|period| stage(&output, &mut manifest, period, "old"));
    output.commit(&entries, &[], &manifest).unwrap();
    manifest
}

/// What the next run stages: one period again, a new one, and one to be removed.
fn new_state(output: &Output, old: &Manifest) -> (Vec<PartId>, Vec<PartId>, Manifest) {
    let mut manifest = old.clone();
    let entries = ["2024/02", "2024-03"].map(|period| stage(output, &mut manifest, period, "new"));
    let gone = PartId::new(Table::Rejects, "gone");
    manifest.files.remove(&gone.key());
    manifest.periods.remove("gone");
    (entries.to_vec(), vec![gone], manifest)
}

/// An output that a run is about to write into.
struct Begun {
    out: tempfile::TempDir,
    old: Manifest,
    output: Output,
    entries: Vec<PartId>,
    deletions: Vec<PartId>,
    new: Manifest,
}

/// The old state, opened by a run that has staged the new one.
fn begun() -> Begun {
    let out = tempfile::tempdir().unwrap();
    let old = old_state(out.path());
    let output = Output::open(out.path()).unwrap();
    let (entries, deletions, new) = new_state(&output, &old);
    Begun { out, old, output, entries, deletions, new }
}

/// The folder holds exactly what `manifest` says, and nothing of a commit.
fn assert_state(out: &Path, manifest: &Manifest) {
    assert_eq!(Manifest::read(out).unwrap().as_ref(), Some(manifest));
    let folders = fs::read_dir(out.join("rejects")).unwrap().count();
    assert_eq!(folders, manifest.files.len());
    for key in manifest.files.keys() {
        let rows = manifest.read_part(out, &PartId::parse(key).unwrap(), None).unwrap().unwrap();
        assert_eq!(rows.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 1);
    }
    assert!(!out.join(FOLDER).exists());
}

/// What the next command does first.
fn reopen(out: &Path) {
    drop(Output::open(out).unwrap());
}

#[test]
fn a_commit_replaces_adds_and_removes() {
    let out = tempfile::tempdir().unwrap();
    let old = old_state(out.path());
    assert_state(out.path(), &old);
    let output = Output::open(out.path()).unwrap();
    let (entries, deletions, new) = new_state(&output, &old);
    output.commit(&entries, &deletions, &new).unwrap();
    assert_state(out.path(), &new);
}

#[test]
fn a_crash_after_the_journal_leaves_the_new_state_at_every_step() {
    // Two renames, a deletion and the manifest: a crash before each of them and after the last.
    for done in 0..=4 {
        let Begun { out, old, output, entries, deletions, new } = begun();
        let journal = output.prepare(&entries, &deletions, &[], &new).unwrap();
        assert_eq!(journal.steps.len(), 4);
        for step in &journal.steps[..done] {
            step.apply(out.path()).unwrap();
        }
        assert_eq!(Manifest::read(out.path()).unwrap(), Some(if done == 4 { new.clone() } else { old }));
        drop(output);
        reopen(out.path());
        assert_state(out.path(), &new);
        reopen(out.path());
        assert_state(out.path(), &new);
    }
}

#[test]
fn a_crash_of_an_engine_that_staged_in_folders_is_recovered_from() {
    let Begun { out, output, entries, deletions, new, .. } = begun();
    let mut journal = output.prepare(&entries, &deletions, &[], &new).unwrap();
    for step in &mut journal.steps {
        if let Step::Rename { from, to } = step {
            let nested = format!("{FOLDER}/{to}");
            fs::create_dir_all(out.path().join(&nested).parent().unwrap()).unwrap();
            fs::rename(out.path().join(&*from), out.path().join(&nested)).unwrap();
            *from = nested;
        }
    }
    journal.write(out.path()).unwrap();
    drop(output);
    reopen(out.path());
    assert_state(out.path(), &new);
}

#[test]
fn a_crash_in_the_recovery_is_recovered_from() {
    let Begun { out, output, entries, deletions, new, .. } = begun();
    let journal = output.prepare(&entries, &deletions, &[], &new).unwrap();
    drop(output);
    for done in [1, 3, 2, 4] {
        for step in &journal.steps[..done] {
            step.apply(out.path()).unwrap();
        }
    }
    reopen(out.path());
    assert_state(out.path(), &new);
}

#[test]
fn a_crash_in_the_first_commit_leaves_its_state() {
    for done in 0..=2 {
        let out = tempfile::tempdir().unwrap();
        let output = Output::open(out.path()).unwrap();
        let mut manifest = Manifest::default();
        let entries = [stage(&output, &mut manifest, "2024-01", "first")];
        let journal = output.prepare(&entries, &[], &[], &manifest).unwrap();
        for step in &journal.steps[..done] {
            step.apply(out.path()).unwrap();
        }
        drop(output);
        reopen(out.path());
        assert_state(out.path(), &manifest);
    }
}

/// The journal ended with an error of the file that was not there, for ever.
#[test]
fn a_staged_file_that_is_gone_is_missing_and_the_rest_is_put_in_place() {
    let Begun { out, output, entries, deletions, new, .. } = begun();
    output.prepare(&entries, &deletions, &[], &new).unwrap();
    drop(output);
    // One of a new period, and one of a period whose old file stays.
    for part in &entries {
        fs::remove_file(out.path().join(FOLDER).join(part.staged())).unwrap();
    }
    reopen(out.path());
    assert_eq!(Manifest::read(out.path()).unwrap().as_ref(), Some(&new));
    let code = |period| new.read_part(out.path(), &PartId::new(Table::Rejects, period), None).err().map(|e| e.code());
    assert_eq!(["2024-01", "2024/02", "2024-03"].map(code), [None, Some("damaged_file"), Some("missing_file")]);
    assert!(!out.path().join(FOLDER).exists() && !out.path().join("rejects/period=gone").exists());
}

#[test]
fn without_the_staged_manifest_nothing_more_is_put_in_place() {
    let Begun { out, old, output, entries, deletions, new } = begun();
    output.prepare(&entries, &deletions, &[], &new).unwrap();
    drop(output);
    fs::remove_file(out.path().join(FOLDER).join(manifest::FILE)).unwrap();
    reopen(out.path());
    assert_state(out.path(), &old);
}

/// It came to light after the journal, when nothing could be taken back.
#[test]
fn what_stands_where_a_file_belongs_is_told_of_before_the_journal() {
    for (way, wrong) in [("rejects/period=2024-03/part-0.parquet", "a file"), ("rejects/period=2024-03", "a folder")] {
        let Begun { out, old, output, entries, deletions, new } = begun();
        let way = out.path().join(way);
        if wrong == "a file" {
            fs::create_dir_all(&way).unwrap();
        } else {
            fs::write(&way, "").unwrap();
        }
        let error = output.commit(&entries, &deletions, &new).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Output, "in_the_way"));
        assert!(error.message().contains(wrong) && error.message().contains("period=2024-03"), "{error}");
        assert!(!is_unfinished(out.path()));
        drop(output);
        if way.is_dir() {
            fs::remove_dir_all(way.parent().unwrap()).unwrap();
        } else {
            fs::remove_file(way).unwrap();
        }
        assert_state(out.path(), &old);
    }
}

/// It was said to be damaged, and to be restored from a backup.
#[test]
fn a_reader_that_a_run_overtakes_is_told_to_read_again() {
    let Begun { out, old, output, entries, deletions, new } = begun();
    let journal = output.prepare(&entries, &deletions, &[], &new).unwrap();
    let read = |manifest: &Manifest| {
        let part = PartId::new(Table::Rejects, "2024/02");
        manifest.read_part(out.path(), &part, None).err().map(|error| error.to_string())
    };
    journal.steps[0].apply(out.path()).unwrap();
    let told = read(&old).unwrap();
    assert!(told.starts_with("error[unfinished_commit]: a run is putting"), "{told}");
    journal.finish(out.path()).unwrap();
    let told = read(&old).unwrap();
    assert!(told.starts_with("error[unfinished_commit]: a run put other files"), "{told}");
    assert!(told.contains("again") && !told.contains("backup"), "{told}");
    assert_eq!(read(&new), None);
    // Damage is damage, once nobody is at work.
    fs::write(PartId::new(Table::Rejects, "2024/02").file(out.path()), "").unwrap();
    assert!(read(&new).unwrap().starts_with("error[damaged_file]"));
}

#[test]
fn a_crash_before_the_journal_leaves_the_old_state() {
    let out = tempfile::tempdir().unwrap();
    let old = old_state(out.path());
    let output = Output::open(out.path()).unwrap();
    new_state(&output, &old);
    // The journal, written aside and torn.
    fs::write(Journal::path(out.path()).with_extension("new"), "{\"steps\":[{\"ren").unwrap();
    drop(output);
    reopen(out.path());
    assert_state(out.path(), &old);
}

#[test]
fn a_crash_before_the_first_journal_leaves_an_empty_output() {
    let out = tempfile::tempdir().unwrap();
    let output = Output::open(out.path()).unwrap();
    stage(&output, &mut Manifest::default(), "2024-01", "first");
    drop(output);
    reopen(out.path());
    assert_eq!(Manifest::read(out.path()).unwrap(), None);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1, "the lock alone");
}

#[test]
fn a_journal_moves_only_what_is_the_outputs() {
    for step in [
        r#"{"rename":{"from":"_commit/../../a","to":"../../a"}}"#,
        r#"{"rename":{"from":"/etc/passwd","to":"_run.json"}}"#,
        r#"{"rename":{"from":"_commit/nps-2024-01.parquet","to":"rejects/period=2024-01/part-0.parquet"}}"#,
        r#"{"delete":{"path":"_run.json"}}"#,
        r#"{"delete":{"path":"rejects/period=../part-0.parquet/x"}}"#,
        "torn",
    ] {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join(FOLDER)).unwrap();
        fs::write(Journal::path(out.path()), format!("{{\"steps\":[{step}]}}")).unwrap();
        let error = Output::open(out.path()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Damaged, "damaged_journal"), "{step}");
    }
}

#[test]
fn one_writer_at_a_time() {
    let out = tempfile::tempdir().unwrap();
    let first = Output::open(out.path()).unwrap();
    let staged = out.path().join(FOLDER).join(stage(&first, &mut Manifest::default(), "2024-01", "first").staged());
    let error = Output::open(out.path()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Busy, "output_busy"));
    #[cfg(unix)]
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    assert!(staged.exists(), "the second has swept nothing");
    drop(first);
    reopen(out.path());
}

#[test]
fn somebody_elses_folder_is_left_alone() {
    let files =
        [("notes.txt", false), ("comments/period=a/part-0.parquet", false), ("_log.jsonl", true), ("_lock", true)];
    for (file, ours) in files {
        let out = tempfile::tempdir().unwrap();
        let path = out.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        match Output::open(out.path()) {
            Ok(_) => assert!(ours, "{file}"),
            Err(error) => {
                assert_eq!((ours, error.kind(), error.code()), (false, ErrorKind::Output, "output_not_ours"), "{file}");
                assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
            }
        }
    }
    let out = tempfile::tempdir().unwrap();
    fs::create_dir(out.path().join("comments")).unwrap();
    reopen(out.path());
    reopen(&out.path().join("new/folder"));
}

#[test]
fn a_manifest_that_lists_something_else_is_refused() {
    let Begun { out, old, output, entries, deletions, new } = begun();
    let cases = [
        (&entries[..], &deletions[..], &old),
        (&entries[..1], &deletions[..], &new),
        (&entries[..], &entries[..1], &new),
        (&[PartId::new(Table::Nps, "2024-01")][..], &[][..], &old),
    ];
    for (entries, deletions, manifest) in cases {
        let error = output.commit(entries, deletions, manifest).unwrap_err();
        assert_eq!(error.code(), "manifest_mismatch");
    }
    drop(output);
    reopen(out.path());
    assert_state(out.path(), &old);
}
