//! Parts of an output that are not what was written: which they are, and how they are made anew.
//!
//! Not for lexicons that an output keeps, nor for looking at everything (`verify`). A run makes anew what it is told to (`--replace --force`)
//! and has the answers for; anything else that is damaged stops it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use rayon::prelude::*;

use super::config::RunConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{Manifest, Output, PartId, PartInfo, Table, check_part};

/// Codes of errors of a part that is not what was written.
pub(super) const CODES: [&str; 2] = ["damaged_file", "missing_file"];

/// Parts of an output that are gone or not what was written.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    parts: BTreeSet<PartId>,
}

impl Damage {
    /// What is damaged of these parts.
    pub(crate) fn new(parts: impl Iterator<Item = PartId>) -> Self {
        Self { parts: parts.collect() }
    }

    /// Of the output folder `out`, every part by its digest.
    fn of(out: &Path, manifest: &Manifest) -> Self {
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

    /// Whether anything is.
    pub(crate) fn is_none(&self) -> bool {
        self.parts.is_empty()
    }

    /// An error where these are not all made anew by a run that has all answers of the periods `answered`.
    pub(crate) fn check_mended(&self, out: &Path, before: &Manifest, answered: &BTreeSet<String>) -> Result<()> {
        let is_left = |part: &&PartId| before.periods.contains_key(&part.period) && !answered.contains(&part.period);
        match self.parts.iter().filter(|part| of_one_period(part)).find(is_left) {
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

    /// A sentence on the periods that are made anew; none where no period is.
    pub(crate) fn made_anew(&self, before: &Manifest) -> Option<String> {
        let periods = self.periods(before);
        let parts: Vec<String> = self.parts.iter().filter(|part| of_one_period(part)).map(PartId::key).collect();
        let uncounted = if self.parts.iter().any(|part| part.table == Table::Comments) {
            "; answers that `comments` held there cannot be counted as such, and are told as new"
        } else {
            ""
        };
        (!periods.is_empty()).then(|| {
            format!(
                "{}: made anew from this run's files alone, since what the output held is damaged ({}){uncounted}",
                periods.join(", "),
                parts.join(", ")
            )
        })
    }

    /// How all of it is mended, in sentences that name the periods and the commands.
    pub(crate) fn way_out(&self, out: &Path, manifest: &Manifest) -> String {
        let out = out.display();
        let has = |table: Table| self.parts.iter().any(|part| part.table == table);
        let periods = self.periods(manifest);
        let files = match (periods.as_slice(), has(Table::Rejects)) {
            ([], true) => "the survey files whose refused rows are to be listed again".to_owned(),
            ([], false) => "all survey files of any period".to_owned(),
            (periods, false) => format!("all survey files of {}, in one run", periods.join(", ")),
            (periods, true) => format!(
                "all survey files of {}, in one run (`rejects` is damaged too: give it all files whose refused rows are to be listed again)",
                periods.join(", ")
            ),
        };
        let actions = if has(Table::Actions) { " --actions ACTIONS" } else { "" };
        let mut help = format!(
            "Restore the files from a backup, or make them anew: `verbatim run FILES… --replace --force{actions} --out {out}`, where FILES are {files}"
        );
        // Writing to a String cannot fail.
        if has(Table::Actions) {
            let _ = write!(help, ", and ACTIONS is the responsibility file: the actions that the output held are gone");
        }
        if has(Table::Recoveries) {
            let _ = write!(
                help,
                "; then bring what contacts found in again: `verbatim follow-up import RESULTS --out {out}`"
            );
        }
        help.push('.');
        help
    }

    /// The periods of which something is damaged, in their order.
    fn periods<'a>(&self, manifest: &'a Manifest) -> Vec<&'a str> {
        let damaged = |period: &&String| self.parts.iter().any(|part| of_one_period(part) && part.period == **period);
        manifest.periods.keys().filter(damaged).map(String::as_str).collect()
    }
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
