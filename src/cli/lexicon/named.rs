//! Lexicons as commands name them: folders, bundled ones, git revisions, and those by which an output was tagged.
//!
//! Not for how any of them is read (`lexicon`, `curate::revision`).

use std::path::Path;

use super::super::settings::{Settings, lexicon_limits};
use super::super::usage;
use crate::curate::diff::Loaded;
use crate::curate::revision;
use crate::error::Result;
use crate::tables::{Manifest, lexicon_folder};

/// The folder of the lexicon that an output keeps, where `name` is the folder of one, or one with a period: `OUT`, `OUT@2026-W23`; else the
/// name itself.
///
/// # Errors
/// `unknown_period`; `no_kept_lexicon` where an output does not keep it.
pub(in crate::cli) fn kept(name: &str) -> Result<String> {
    let (out, period) = match name.rsplit_once('@') {
        Some((out, period)) => (out, Some(period)),
        None => (name, None),
    };
    let out = Path::new(out);
    let Some(manifest) = out.join("_run.json").is_file().then(|| Manifest::read(out)).transpose()?.flatten() else {
        return Ok(name.to_owned());
    };
    let hash = match period {
        None => &manifest.lexicon_hash,
        Some(period) => {
            let Some(info) = manifest.periods.get(period) else {
                let known: Vec<&str> = manifest.periods.keys().map(String::as_str).collect();
                return Err(usage("unknown_period", format!("{} holds no period `{period}`", out.display()))
                    .help(format!("Its periods are {}.", known.join(", "))));
            };
            &info.lexicon_hash
        }
    };
    let folder = lexicon_folder(out, hash);
    if folder.is_dir() {
        return Ok(folder.display().to_string());
    }
    let message = format!("{} does not keep the lexicon by which it was tagged", out.display());
    Err(usage("no_kept_lexicon", message).help("Outputs of earlier engines do not: run the period again."))
}

/// [`kept`], of each.
pub(in crate::cli) fn all_kept(names: &[String]) -> Result<Vec<String>> {
    names.iter().map(|name| kept(name)).collect()
}

/// Loads a lexicon to be compared with `beside`.
pub(super) fn load(name: &str, beside: Option<&str>) -> Result<Loaded> {
    let resolved = revision::load(&kept(name)?, beside, &lexicon_limits()?)?;
    Ok(Loaded { given: name.to_owned(), resolved })
}

/// What is meant where no lexicon is named: the one in whose folder one stands, since that is what a quality team works on, else those of
/// verbatim.toml; none where neither says anything.
pub(in crate::cli) fn by_default() -> Result<Option<Vec<String>>> {
    if Path::new("lexicon.toml").is_file() {
        return Ok(Some(vec![".".to_owned()]));
    }
    let settings = Settings::load(None)?;
    Ok((!settings.names_no_lexicon()).then(|| settings.lexicons()))
}

/// The lexicons that are named, else those that are meant.
pub(in crate::cli) fn named_or_default(named: &[String]) -> Result<Vec<String>> {
    match (named, by_default()?) {
        ([], Some(meant)) => Ok(meant),
        (named, _) => all_kept(named),
    }
}
