//! What is damaged of an output, made anew from the answers that it holds: every table but `comments`.
//!
//! Not for answers that are damaged themselves, which survey files bring back (`damage`), nor for what an interrupted run left (`tables::commit`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, json};

use super::config::RunConfig;
use super::consent::Consents;
use super::damage::Damage;
use super::pass::{Job, as_remembered};
use super::pipeline::threads;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{ALL_PERIODS, Manifest, Output, PartId, PartWriter, Table, log, recoveries_schema, rejects_schema};

/// What was made anew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remade {
    /// The files that were not what was written, by their paths in the output.
    pub files: Vec<String>,
    /// Sentences for people: what could not be brought back.
    pub notices: Vec<String>,
}

/// Makes everything anew that is damaged or gone in the output folder `out`, all or nothing; nothing where answers are, too. Each period by the lexicon
/// that tagged it and by the configuration that the output remembers, so that a table is what it was, to the byte, where it was written so. `config`:
/// threads, and the tokenizer where the output has one of its own.
///
/// # Errors
/// `no_output`, `output_busy`; `no_kept_lexicon` and what reading a kept lexicon gives; `other_tokenizer`; `io`. The output is then what it was.
pub(super) fn remake(output: &Output, config: RunConfig) -> Result<Remade> {
    let out = output.root();
    let before = Manifest::of_tables(out)?;
    let damage = Damage::of(out, &before);
    if damage.is_none() || before.periods.keys().any(|period| damage.lacks_answers(period)) {
        return Ok(Remade::default());
    }
    let mut notices = Vec::new();
    let mut parts = BTreeMap::new();
    let mut periods = before.periods.clone();
    if damage.has_figures() || damage.of_all_periods().any(|table| table == Table::Actions) {
        let mapping = before.last_mapping().ok_or_else(|| {
            Error::new(ErrorKind::Output, "table_misfit", "the manifest does not say how the survey was read")
                .help("Run the survey files again, into a new output folder.")
        })?;
        let config = as_remembered(config, &before, &mapping, &mut notices)?;
        let damaged: BTreeSet<String> = damage.of_figures(Some(&before)).into_iter().collect();
        notices.extend(other_configuration(&damaged, &before));
        let consents = Consents::of_output(out, &before, &BTreeSet::new())?;
        let pool = threads(config.threads)?;
        let job = Job {
            output,
            before: &before,
            mapping,
            config,
            gone: &BTreeSet::new(),
            periods: &damaged,
            consents: &consents,
            lists: &BTreeSet::new(),
            damage: &damage,
        };
        let passed = pool.install(|| job.passes())?;
        parts = passed.parts;
        periods = passed.periods;
    }
    for table in damage.of_all_periods() {
        notices.push(gone(table, &before, out));
        if table != Table::Actions {
            let schema = if table == Table::Rejects { rejects_schema() } else { recoveries_schema() };
            let writer = PartWriter::create(&output.stage(table, ALL_PERIODS), &schema)?;
            parts.insert(PartId::of_all_periods(table), writer.finish()?);
        }
    }
    let mut files = before.files.clone();
    files.extend(parts.iter().map(|(part, info)| (part.key(), info.clone())));
    let manifest = Manifest { periods, files, ..before.clone() };
    output.commit(&parts.into_keys().collect::<Vec<PartId>>(), &[], &manifest)?;
    let mut details = Map::new();
    details.insert("files".to_owned(), json!(damage.keys().count()));
    notices.extend(log::append(out, "mend", &details));
    Ok(Remade { files: damage.keys().collect(), notices })
}

/// A sentence on periods that were written by another configuration than the one that is remembered.
fn other_configuration(damaged: &BTreeSet<String>, before: &Manifest) -> Option<String> {
    let is_other = |period: &&String| before.periods[*period].config_hash != before.config_hash;
    let other: Vec<&str> = damaged.iter().filter(is_other).map(String::as_str).collect();
    (!other.is_empty()).then(|| {
        format!(
            "{}: written by another configuration than that of the last run, which alone is remembered: figures are made by that one now",
            other.join(", ")
        )
    })
}

/// A sentence on a table that no answers bring back.
fn gone(table: Table, before: &Manifest, out: &Path) -> String {
    let rows = before.part(&PartId::of_all_periods(table)).map_or(0, |info| info.rows);
    let back = match table {
        Table::Actions => "`--actions FILE` with a run brings them in again".to_owned(),
        Table::Recoveries => {
            format!("`verbatim follow-up import RESULTS --out {}` brings them in again", out.display())
        }
        _ => "rows that were refused come back where their files are run again".to_owned(),
    };
    format!("`{}` starts anew: {rows} row(s) are gone ({back})", table.as_str())
}
