//! Whether an output is what the engine wrote: every file by its digest, the lexicons that it keeps, and nothing beside them that a dashboard
//! would read.
//!
//! Not for whether figures are right. Every reader checks the files that it reads; here are all of them at once.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::config::RunConfig;
use super::damage::{CODES, Damage, OLDER};
use super::remake::{Remade, remake};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Resolved;
use crate::lexicon::limits::Limits;
use crate::tables::{
    LEXICON_FOLDER, Manifest, Output, PartId, PartInfo, Table, check_journal, check_part, files_below, holds_staged,
    is_kept_file, lexicon_folder,
};

/// How often an output is looked at again that a run changes meanwhile.
const TRIES: usize = 3;

/// What was found of an output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Periods.
    pub periods: usize,
    /// Files of tables that were looked at.
    pub files: usize,
    /// Their bytes, as the manifest has them.
    pub bytes: u64,
    /// Lexicons that it keeps.
    pub lexicons: usize,
    /// What is not as it was written, in the order of paths; empty where all is.
    pub findings: Vec<Finding>,
    /// What mends it, in sentences that name the periods and the commands; none where all is as it was written.
    pub help: Option<String>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Its path in the output folder, with `/`.
    pub file: String,
    /// A stable code: `missing_file`, `damaged_file`, `extra_file`, `missing_lexicon`, `damaged_lexicon`, `unfinished_commit`,
    /// `damaged_journal`, `io`.
    pub code: &'static str,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl Finding {
    fn new(file: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { file: file.into(), code, message: message.into() }
    }

    fn of(file: impl Into<String>, error: &Error) -> Self {
        Self::new(file, error.code(), error.message())
    }
}

/// Looks at everything that the manifest of the output folder `out` lists, and for what it does not list. Writes nothing.
///
/// # Errors
/// `no_output`, `damaged_manifest`, `schema_version`.
pub fn verify(out: &Path) -> Result<Verified> {
    for _ in 1..TRIES {
        let manifest = Manifest::of_tables(out)?;
        let found = look(out, &manifest);
        // A run may have put other files in place meanwhile.
        if found.findings.is_empty() || Manifest::of_tables(out)? == manifest {
            return Ok(found);
        }
    }
    Ok(look(out, &Manifest::of_tables(out)?))
}

/// What was put right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Mended {
    /// Whether an interrupted run had left something, which is put in place or swept away.
    pub left: bool,
    /// Files of tables that were made anew from the answers that the output holds.
    pub files: Vec<String>,
    /// Sentences for people: what could not be brought back.
    pub notices: Vec<String>,
}

/// Finishes or sweeps what a run left that was interrupted, as the next run would; then makes tables anew that are damaged or gone, where the answers
/// that they are made of are whole. `config`: threads, and the tokenizer where the output was tagged by one.
///
/// # Errors
/// `no_output`, `output_busy`, `damaged_journal`, `io`; `no_kept_lexicon`, `other_tokenizer`. Tables are then what they were.
pub fn mend(out: &Path, config: RunConfig) -> Result<Mended> {
    let left = holds_staged(out);
    if !left {
        // Opening it would make an output of it.
        Manifest::of_tables(out)?;
    }
    let output = Output::open(out)?;
    if Manifest::read(out)?.is_none() {
        // Of a first run nothing was left that could be put in place.
        return Ok(Mended { left, ..Mended::default() });
    }
    let Remade { files, notices } = remake(&output, config)?;
    Ok(Mended { left, files, notices })
}

fn look(out: &Path, manifest: &Manifest) -> Verified {
    let mut findings = Vec::new();
    let files: Vec<(&String, &PartInfo)> = manifest.files.iter().collect();
    let parts = files.par_iter().filter_map(|(key, info)| {
        // Keys come out of a file: they must not lead anywhere else.
        let part = PartId::parse(key);
        let checked = match part {
            Some(part) => check_part(&part.file(out), info),
            None => Err(Error::new(ErrorKind::Damaged, "damaged_manifest", "the manifest lists what is no table")),
        };
        checked.err().map(|error| Finding::of(*key, &error))
    });
    findings.extend(parts.collect::<Vec<_>>());
    findings.extend(extra(out, manifest));
    let hashes: BTreeSet<&str> = manifest.periods.values().map(|period| period.lexicon_hash.as_str()).collect();
    findings.extend(hashes.iter().filter_map(|hash| lexicon(out, manifest, hash)));
    findings.extend(kept(out, manifest));
    // Last: a run that has begun meanwhile is why files are not as they were.
    let journal = check_journal(out);
    findings.extend(match &journal {
        Err(error) => Some(Finding::of("_commit/journal.json", error)),
        Ok(true) => {
            let message = "a run is putting its files in place, or was interrupted while it did";
            Some(Finding::new("_commit", "unfinished_commit", message))
        }
        Ok(false) => None,
    });
    findings.sort();
    // What the rules say may be damaged in several files.
    findings.dedup();
    let help = match journal {
        // What else is found may be otherwise without it.
        Err(error) => error.way_out().map(str::to_owned),
        Ok(_) => help(out, manifest, &findings),
    };
    Verified {
        help,
        periods: manifest.periods.len(),
        files: files.len(),
        bytes: manifest.files.values().map(|info| info.bytes).sum(),
        lexicons: hashes.len(),
        findings,
    }
}

/// What mends these findings.
fn help(out: &Path, manifest: &Manifest, findings: &[Finding]) -> Option<String> {
    let has = |codes: &[&str]| findings.iter().any(|finding| codes.contains(&finding.code));
    if has(&["unfinished_commit"]) {
        // What else is found may be in place afterwards.
        return Some("Wait until the run is done; where none is running, `--mend` puts the rest in place.".to_owned());
    }
    let parts = findings.iter().filter(|finding| CODES.contains(&finding.code));
    let damage = Damage::new(parts.filter_map(|finding| PartId::parse(&finding.file)));
    let mut sentences = Vec::new();
    if !damage.is_none() {
        sentences.push(damage.way_out(out, manifest));
    }
    if has(&["damaged_lexicon", "missing_lexicon"]) {
        sentences.push(
            "A kept lexicon is restored from a backup, or written anew by the next run that tags by it.".to_owned(),
        );
    }
    if has(&["extra_file"]) {
        if !manifest.unlisted(out).is_empty() {
            sentences.push(OLDER.to_owned());
        }
        sentences.push(
            "Take files that are not the engine's out of the folder, or have dashboards read those that _run.json lists."
                .to_owned(),
        );
    }
    if sentences.is_empty() && !findings.is_empty() {
        sentences.push("Restore the files from a backup, or run the survey files into a new output folder.".to_owned());
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Files in the folders of tables that the manifest does not list: who reads a whole folder counts their rows too.
fn extra(out: &Path, manifest: &Manifest) -> Vec<Finding> {
    // A folder that cannot be read is told of by the files in it that the manifest lists.
    let files = Table::ALL.iter().flat_map(|table| files_below(out, table.as_str()).unwrap_or_default());
    let is_extra = |inside: &str, path: &Path| {
        path.extension().is_some_and(|end| end == "parquet") && !manifest.files.contains_key(inside)
    };
    let message = "the manifest does not list this file: whoever reads the whole folder reads it too";
    let extra = files.filter(|(inside, path)| is_extra(inside, path));
    extra.map(|(inside, _)| Finding::new(inside, "extra_file", message)).collect()
}

/// What is wrong with the lexicon of this hash, by what it says.
fn lexicon(out: &Path, manifest: &Manifest, hash: &str) -> Option<Finding> {
    let folder = lexicon_folder(out, hash);
    let inside = format!("{LEXICON_FOLDER}/{hash}");
    if !folder.is_dir() {
        // Earlier engines kept none.
        let ever = manifest.kept.keys().any(|path| path.starts_with(&inside));
        return ever
            .then(|| Finding::new(inside, "missing_lexicon", "the lexicon by which periods are tagged is gone"));
    }
    match Resolved::load_within(&[folder.to_string_lossy()], &Limits::KEPT) {
        Ok(_) => None,
        Err(error) => Some(Finding::new(inside, "damaged_lexicon", error.message())),
    }
}

/// Files of kept lexicons that are not what was kept.
fn kept(out: &Path, manifest: &Manifest) -> Vec<Finding> {
    let check = |(path, digest): (&String, &String)| {
        if !is_kept_file(path) {
            return Some(Finding::new(path, "damaged_manifest", "the manifest lists what is no lexicon of the output"));
        }
        match fs::read(out.join(path)) {
            Ok(content) if blake3::hash(&content).to_hex().as_str() == digest => None,
            Ok(_) => Some(Finding::new(path, "damaged_lexicon", "the content of this file is not what was kept")),
            Err(error) => Some(Finding::new(path, "damaged_lexicon", format!("this file cannot be read: {error}"))),
        }
    };
    manifest.kept.iter().filter_map(check).collect()
}
