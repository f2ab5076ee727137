//! Respondents and customers taken out of an output for good: out of every week, the lists, the contacts and the examples of kept lexicons,
//! with all figures made anew, and a scan that nothing of them is left.
//!
//! Not for the survey files, which still hold them, nor for what was exported. One step after the other, each of which sees the whole output:
//!
//! 1. `found`: who is meant, in which role, and where they stand. Where an id may mean two, nothing is done.
//! 2. `lists`: what is known of consent without them, over all periods at once, and which lists change by it.
//! 3. The passes: once for each lexicon that tagged a period, the periods of this lexicon and its lists are staged; then the contacts
//!    and the examples (`quotes`: who is quoted, however the sentence was copied).
//! 4. `scan`: what is staged, together with what stays, is read whole. What it finds is said with what was done, not instead of it.
//! 5. The commit: all of it or nothing. A crash before leaves the output as it was.

mod examples;
mod found;
mod ids;
mod lists;
mod quotes;
mod scan;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, json};

use self::found::{Found, stage_contacts};
use self::lists::Lists;
use self::quotes::Quotes;
use self::scan::Staged;
pub use self::scan::{Place, Scan};
use super::config::{Rules, RunConfig};
use super::damage::Damage;
use super::pass::{Job, Passed, as_remembered};
use super::pipeline::threads;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{Manifest, Output, PartId, log};
use crate::text::Redactor;

/// Whose ids are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Respondents: each an answer.
    Respondent,
    /// Customers: all answers of theirs.
    Customer,
}

/// Who is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whom {
    /// Ids as they stand in the tables.
    pub ids: Vec<String>,
    /// Whose ids these are; where it is not said, each is what the output has of that id.
    pub role: Option<Role>,
}

/// What was taken out, or is to be, and that it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// For each id that was named, in that order: what the output held under it.
    pub ids: Vec<Named>,
    /// Answers that were taken out.
    pub answers: u64,
    /// The periods out of which they were taken.
    pub periods: Vec<String>,
    /// Contacts that were taken out.
    pub contacts: u64,
    /// Examples of kept lexicons that quoted an answer, and were taken out.
    pub examples: u64,
    /// Where it was looked, and what was found there; none where nothing was to be changed.
    pub scan: Option<Scan>,
    /// Sentences for people.
    pub notices: Vec<String>,
}

/// What the output held under one id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// Answers of the respondent or of the customer of this id.
    pub answers: u64,
    /// Contacts with this respondent, or with those of this customer.
    pub contacts: u64,
    /// Rows of theirs in lists of follow-ups.
    pub listed: u64,
}

/// Takes everybody out of the output folder `out` who is meant by `whom`, all or nothing.
///
/// Periods keep the lexicons by which they were tagged, and the figures of a period are made by the configuration that the output
/// remembers; `config`: threads, and the tokenizer where the output has one of its own. What the scan finds afterwards is no error: it is in
/// the report.
///
/// # Errors
/// `no_output`, `output_busy`, what reading damaged tables gives; `ambiguous_id` where an id is a respondent's and another customer's too;
/// `no_kept_lexicon` where an earlier engine wrote the output; `other_tokenizer`. The output is then what it was.
pub fn forget(out: &Path, whom: &Whom, config: RunConfig) -> Result<Forgotten> {
    // Before the lock, which would be left in a folder that is no output.
    Manifest::of_tables(out)?;
    let output = Output::open(out)?;
    let before = Manifest::of_tables(out)?;
    let found = Found::of(out, &before, whom)?;
    let mut notices = Vec::new();
    let is_held = found.answers + found.contacts > 0 || !found.listed.is_empty();
    let redactor = redactor(&before, &config);
    let quotes = Quotes::new(&found.texts, &redactor);
    let mut passed = Passed { parts: BTreeMap::new(), periods: before.periods.clone(), stale: None };
    if found.answers > 0 || !found.listed.is_empty() {
        let mapping = before.last_mapping().ok_or_else(|| {
            Error::new(ErrorKind::Output, "table_misfit", "the manifest does not say how the survey was read")
                .help("Run the survey again, into a new output folder, without those who are to be forgotten.")
        })?;
        let config = as_remembered(config, &before, &mapping, &mut notices)?;
        let lists = Lists::new(out, &before, &found)?;
        let pool = threads(config.threads)?;
        let job = Job {
            output: &output,
            before: &before,
            mapping,
            config,
            gone: &found.respondents,
            periods: &found.periods,
            consents: &lists.consents,
            lists: &lists.periods,
            damage: &Damage::default(),
        };
        passed = pool.install(|| job.passes())?;
        notices.extend(lists.notices);
        notices.extend(passed.stale.take());
    }
    if found.contacts > 0 {
        passed.parts.extend([stage_contacts(&output, &before, &found.respondents)?]);
    }
    let rewritten = examples::without_quotes(out, &before, &quotes)?;
    let parts = passed.parts.keys().map(|part| (part.key(), output.stage(part.table, &part.period)));
    let mut staged: Staged = parts.collect();
    for file in &rewritten {
        staged.insert(file.path.clone(), output.stage_kept_file(&file.path, &file.content)?);
    }
    let scan = scan::scan(out, &before, &staged, &found, &quotes);
    if is_held {
        let mut files = before.files.clone();
        files.extend(passed.parts.iter().map(|(part, info)| (part.key(), info.clone())));
        let manifest = Manifest { periods: passed.periods, files, ..before.clone() };
        let entries: Vec<PartId> = passed.parts.into_keys().collect();
        let paths: Vec<String> = rewritten.iter().map(|file| file.path.clone()).collect();
        output.commit_rewritten(&entries, &[], &paths, &manifest)?;
        let mut details = Map::new();
        details.insert("answers".to_owned(), json!(found.answers));
        notices.extend(log::append(out, "forget", &details));
    }
    let examples = rewritten.iter().map(|file| file.gone).sum();
    Ok(Forgotten { examples, scan: Some(scan), ..told(&found, whom, notices) })
}

/// What [`forget`] would take out of the output folder `out`, which stays as it is.
///
/// # Errors
/// As [`forget`], but for what comes of making figures anew.
pub fn would_forget(out: &Path, whom: &Whom, config: &RunConfig) -> Result<Forgotten> {
    let before = Manifest::of_tables(out)?;
    let found = Found::of(out, &before, whom)?;
    let redactor = redactor(&before, config);
    let rewritten = examples::without_quotes(out, &before, &Quotes::new(&found.texts, &redactor))?;
    let notices = if found.answers > 0 { Lists::new(out, &before, &found)?.notices } else { Vec::new() };
    let examples = rewritten.iter().map(|file| file.gone).sum();
    Ok(Forgotten { examples, ..told(&found, whom, notices) })
}

fn told(found: &Found, whom: &Whom, notices: Vec<String>) -> Forgotten {
    Forgotten {
        ids: found.named(&whom.ids),
        answers: found.answers,
        periods: found.periods.iter().cloned().collect(),
        contacts: found.contacts,
        examples: 0,
        scan: None,
        notices,
    }
}

/// What blots out of copies what may be blotted out of answers: as the output remembers it, else all kinds.
fn redactor(before: &Manifest, config: &RunConfig) -> Redactor {
    let rules = serde_json::from_value::<Rules>(before.configuration.clone()).ok();
    let redaction = rules.map_or_else(|| config.redact.clone(), |rules| config.clone().by(&rules).redact);
    if redaction.is_off() { Redactor::new() } else { Redactor::with(&redaction) }
}
