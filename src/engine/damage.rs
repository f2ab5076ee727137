//! Parts of an output that are not what was written: which they are, and how they are made anew.
//!
//! Not for lexicons that an output keeps, nor for looking at everything (`verify`). Figures are made anew from the answers that the output holds
//! (`remake`). Where those are damaged too, a run makes the period anew from the survey files, if it is told to (`--replace --force`); anything else
//! that is damaged stops it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::config::RunConfig;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::tables::{Manifest, Output, PartId, PartInfo, PeriodInfo, Table, check_part};
use crate::typed::word;

/// Codes of errors of a part that is not what was written.
pub(super) const CODES: [&str; 2] = ["damaged_file", "missing_file"];

/// What to do with tables that the manifest does not list.
pub(super) const OLDER: &str = "Where `_run.json` was restored from a backup, restore the whole folder from the same one: the file is older than the tables.";

/// Parts of an output that are gone or not what was written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Damage {
    parts: BTreeSet<PartId>,
}

impl Damage {
    /// What is damaged of these parts.
    pub(crate) fn new(parts: impl Iterator<Item = PartId>) -> Self {
        Self { parts: parts.collect() }
    }

    /// Of the output folder `out`, every part by its digest.
    pub(crate) fn of(out: &Path, manifest: &Manifest) -> Self {
        let damaged = |(key, info): (&String, &PartInfo)| {
            let part = PartId::parse(key)?;
            check_part(&part.file(out), info).is_err_and(|error| is_of_a_part(&error)).then_some(part)
        };
        let files: Vec<_> = manifest.files.iter().collect();
        Self { parts: files.into_par_iter().filter_map(damaged).collect() }
    }

    /// What a run is to make anew without reading it; nothing where it is not told to.
    pub(crate) fn to_mend(output: &Output, config: &RunConfig) -> Result<Self> {
        let before = if config.replace && config.force { Manifest::read(output.root())? } else { None };
        Ok(before.map(|before| Self::of(output.root(), &before)).unwrap_or_default())
    }

    /// Whether this part is among them.
    pub(crate) fn has(&self, part: &PartId) -> bool {
        self.parts.contains(part)
    }

    /// Whether a run that replaces periods is to replace this one: where anything is damaged, those alone of which the answers are.
    pub(crate) fn takes(&self, period: &str) -> bool {
        self.is_none() || self.lacks_answers(period)
    }

    /// Whether the answers of a period are among them, so that survey files alone can bring them back.
    pub(crate) fn lacks_answers(&self, period: &str) -> bool {
        self.has(&PartId::new(Table::Comments, period))
    }

    /// Whether anything is that is made of answers, of one period or of all together.
    pub(crate) fn has_figures(&self) -> bool {
        self.parts.iter().any(of_answers)
    }

    /// Of these tables of all periods, those that are damaged.
    pub(crate) fn of_all_periods(&self) -> impl Iterator<Item = Table> {
        let tables = [Table::Rejects, Table::Actions, Table::Recoveries].into_iter();
        tables.filter(|table| self.has(&PartId::of_all_periods(*table)))
    }

    /// The keys of all of them.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        self.parts.iter().map(PartId::key)
    }

    /// The periods of which something is damaged, and not the answers.
    pub(crate) fn of_figures(&self, before: Option<&Manifest>) -> Vec<String> {
        let damaged = before.map(|before| self.periods(before)).unwrap_or_default();
        damaged.into_iter().filter(|period| !self.lacks_answers(period)).map(str::to_owned).collect()
    }

    /// Whether anything is.
    pub(crate) fn is_none(&self) -> bool {
        self.parts.is_empty()
    }

    /// An error where these are not all made anew by a run that has all answers of the periods `answered`.
    pub(crate) fn check_mended(&self, out: &Path, before: &Manifest, answered: &BTreeSet<String>) -> Result<()> {
        let is_left = |part: &&PartId| part.table == Table::Comments && !answered.contains(&part.period);
        match self.parts.iter().filter(|part| before.periods.contains_key(&part.period)).find(is_left) {
            None => Ok(()),
            Some(part) => {
                // Told as whoever reads it would tell it.
                let info = before.part(part);
                let found = info.and_then(|info| check_part(&part.file(out), info).err());
                found.map_or(Ok(()), Err)
            }
        }
    }

    /// An error where a file is gone that this run does not write anew: it would be in the new manifest. `touched`: the periods that it writes.
    pub(crate) fn check_there(out: &Path, before: &Manifest, touched: &BTreeSet<String>) -> Result<()> {
        let kept = before.files.iter().filter_map(|(key, info)| Some((PartId::parse(key)?, info)));
        let mut kept = kept.filter(|(part, _)| {
            part.table == Table::Recoveries
                || before.periods.contains_key(&part.period) && !touched.contains(&part.period)
        });
        match kept.find(|(part, _)| !part.file(out).is_file()) {
            None => Ok(()),
            Some((part, info)) => check_part(&part.file(out), info),
        }
    }

    /// An error where the folder has answers of periods that the manifest does not list: a run would leave them out of all figures, and dashboards would
    /// read them.
    pub(crate) fn check_listed(out: &Path, before: &Manifest) -> Result<()> {
        let unlisted = before.unlisted(out);
        if unlisted.is_empty() {
            return Ok(());
        }
        let periods = unlisted.join(", ");
        let message = format!("{} holds answers of {periods}, which its `_run.json` does not list", out.display());
        Err(Error::new(ErrorKind::Damaged, "unlisted_period", message).at(Place::file(out)).help(format!(
            "{OLDER} Or take every `period=` folder of {periods} out, and run the survey files of these periods again."
        )))
    }

    /// Sentences on the periods that a run makes anew: from its files, or from the answers that the output held. `now`: all periods after the run.
    pub(crate) fn made_anew(&self, before: &Manifest, now: &BTreeMap<String, PeriodInfo>) -> Vec<String> {
        let mut sentences = Vec::new();
        let of = |is_one_of: &dyn Fn(&str) -> bool| -> String {
            let parts = self.parts.iter().filter(|part| of_one_period(part) && is_one_of(&part.period));
            parts.map(PartId::key).collect::<Vec<_>>().join(", ")
        };
        for period in self.periods(before).into_iter().filter(|period| self.lacks_answers(period)) {
            let (held, has) = (before.periods[period].comments, now.get(period).map_or(0, |info| info.comments));
            let fewer = if has < held {
                format!("; it held {held} answers, and these files have {has}: give it all files of the period")
            } else {
                String::new()
            };
            sentences.push(format!(
                "{period}: made anew from this run's files alone, since what the output held is damaged ({}); its answers cannot be compared, and are told as new{fewer}",
                of(&|other| other == period)
            ));
        }
        let figures = self.of_figures(Some(before));
        if !figures.is_empty() {
            sentences.push(format!(
                "{}: made anew from the answers that the output holds, since something of it is damaged ({}); no period whose answers are whole is replaced",
                figures.join(", "),
                of(&|period| figures.iter().any(|other| other == period))
            ));
        }
        sentences
    }

    /// How all of it is mended, in sentences that name the periods and the commands.
    pub(crate) fn way_out(&self, out: &Path, manifest: &Manifest) -> String {
        let out = out.display().to_string();
        let out = word(&out);
        let has = |table: Table| self.has(&PartId::of_all_periods(table));
        let periods = self.periods(manifest);
        let lacking: Vec<&str> = periods.into_iter().filter(|period| self.lacks_answers(period)).collect();
        let gone = [
            (Table::Rejects, "`rejects` starts anew: rows that were refused come back where their files are run again"),
            (Table::Actions, "`actions` starts anew: `--actions FILE` with a run brings them in again"),
        ];
        let mut sentences = Vec::new();
        if lacking.is_empty() {
            sentences.push(format!(
                "Restore the files from a backup, or have them made anew from the answers that the output holds: `verbatim verify {out} --mend`."
            ));
        } else {
            let lexicons: BTreeSet<&str> =
                lacking.iter().map(|period| manifest.periods[*period].lexicon_hash.as_str()).collect();
            let lexicon = if lexicons.iter().all(|hash| *hash == manifest.lexicon_hash) {
                String::new()
            } else {
                format!(" --lexicon {}", word(&format!("{out}@{}", lacking[0])))
            };
            sentences.push(format!(
                "Restore the files from a backup, or make them anew: `verbatim run FILES… --replace --force{lexicon} --out {out}`, where FILES are all survey files of {}, in one run, as they came first; files that corrected them are run afterwards, one by one, without --replace.",
                lacking.join(", ")
            ));
        }
        sentences.extend(gone.into_iter().filter(|(table, _)| has(*table)).map(|(_, sentence)| format!("{sentence}.")));
        if has(Table::Recoveries) {
            sentences.push(format!(
                "`recoveries` starts anew: bring what contacts found in again by `verbatim follow-up import RESULTS --out {out}`."
            ));
        }
        sentences.join(" ")
    }

    /// The periods of which something is damaged, in their order.
    fn periods<'a>(&self, manifest: &'a Manifest) -> Vec<&'a str> {
        let damaged = |period: &&String| self.parts.iter().any(|part| of_one_period(part) && part.period == **period);
        manifest.periods.keys().filter(damaged).map(String::as_str).collect()
    }
}

/// Whether a part is made of answers, of one period or of all together, and is no answers itself.
fn of_answers(part: &PartId) -> bool {
    of_one_period(part) && part.table != Table::Comments
}

/// Whether a part is made of the answers of its period: of a survey without dates there is one period, all together.
fn of_one_period(part: &PartId) -> bool {
    !matches!(part.table, Table::Rejects | Table::Actions | Table::Recoveries)
}

/// Whether an error says that a part is not what was written.
pub(crate) fn is_of_a_part(error: &Error) -> bool {
    error.kind() == ErrorKind::Damaged && CODES.contains(&error.code())
}

/// The error of a part of the output `out` with all that is damaged there, and what mends it; any other as it is.
pub(crate) fn explained(error: Error, out: &Path) -> Error {
    if !is_of_a_part(&error) {
        return error;
    }
    // A manifest that cannot be read either has been an error of its own.
    let Ok(Some(manifest)) = Manifest::read(out) else { return error };
    let damage = Damage::of(out, &manifest);
    if damage.is_none() { error } else { error.help(damage.way_out(out, &manifest)) }
}
