//! By which lexicons a run tags: those that it is given, else those that the last run into the output folder was given, else the default.
//!
//! Not for what they say (`lexicon`), nor for the copies that an output keeps (`tables::lexicons`): here they are names.

use std::path::{Component, Path, PathBuf};

use super::config::{DEFAULT_LEXICON, RunConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::files::exists;
use crate::tables::{LEXICON_FOLDER, Manifest};
use crate::typed::word;

/// The lexicons of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lexicons {
    /// As they are loaded.
    pub(crate) names: Vec<String>,
    /// As the manifest remembers them; empty where nobody named any.
    pub(crate) given: Vec<String>,
    /// A sentence where the output folder remembered them.
    pub(crate) notice: Option<String>,
}

impl Lexicons {
    /// Chooses them; `held` is what the output folder holds.
    ///
    /// # Errors
    /// `no_remembered_lexicon`, where one that the folder remembers is not there any more.
    pub(crate) fn of(config: &RunConfig, held: Option<&Manifest>) -> Result<Self> {
        if !config.lexicons.is_empty() {
            let given = config.lexicons.iter().map(|name| as_given(name, &config.out)).collect();
            return Ok(Self { names: config.lexicons.clone(), given, notice: None });
        }
        let remembered = held.filter(|held| !held.periods.is_empty()).map(|held| &held.lexicons_given[..]);
        let Some(given @ [_, ..]) = remembered else {
            return Ok(Self { names: vec![DEFAULT_LEXICON.to_owned()], given: Vec::new(), notice: None });
        };
        let names: Vec<String> = given.iter().map(|given| as_loaded(given, &config.out)).collect();
        if let Some(gone) = names.iter().find(|name| !exists(name)) {
            let out = config.out.display();
            let message = format!("the last run into {out} was given the lexicon `{gone}`, which is not there");
            return Err(Error::new(ErrorKind::Usage, "no_remembered_lexicon", message).help(format!(
                "Say where it is now with `--lexicon DIR`; `--lexicon {}` takes the copy that {out} keeps of the rules by which it was tagged.",
                word(&out.to_string())
            )));
        }
        let out = config.out.display();
        let shown = given.iter().map(|given| match as_loaded(given, &config.out) {
            name if name == *given => format!("`{name}`"),
            _ => format!("the copy that {out} keeps"),
        });
        let shown: Vec<String> = shown.collect();
        let notice = format!(
            "lexicon: {}, as the last run into the output folder was given (`--lexicon` changes it)",
            shown.join(" + ")
        );
        Ok(Self { names, given: given.to_vec(), notice: Some(notice) })
    }

    /// Whether it is the default, because nobody named another.
    pub(crate) fn is_default(&self) -> bool {
        self.given.is_empty()
    }
}

/// A name as the manifest of the output folder `out` remembers it.
fn as_given(name: &str, out: &Path) -> String {
    let path = Path::new(name);
    let same =
        |one: &Path, other: &Path| one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|o| o == one));
    // The output's own copy goes where the output goes.
    if let (Some(folder), Some(hash)) = (path.parent(), path.file_name().and_then(|hash| hash.to_str()))
        && same(folder, &out.join(LEXICON_FOLDER))
    {
        return format!("{LEXICON_FOLDER}/{hash}");
    }
    let plain = plain(path);
    if plain != path && same(&plain, path) { plain.display().to_string() } else { name.to_owned() }
}

/// What the manifest of `out` remembers, as it is loaded.
fn as_loaded(given: &str, out: &Path) -> String {
    match given.strip_prefix(LEXICON_FOLDER).and_then(|rest| rest.strip_prefix('/')) {
        Some(hash) => out.join(LEXICON_FOLDER).join(hash).display().to_string(),
        None => given.to_owned(),
    }
}

/// A path without the steps that it takes back: `conf/../ours` is `ours`, whoever names it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir && matches!(plain.components().next_back(), Some(Component::Normal(_))) {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::PeriodInfo;

    fn held(given: &[&str]) -> Manifest {
        Manifest {
            lexicons_given: given.iter().map(|&name| name.to_owned()).collect(),
            periods: [("2026-W30".to_owned(), PeriodInfo::default())].into(),
            ..Manifest::default()
        }
    }

    #[test]
    fn what_is_named_goes_before_what_is_remembered_and_that_before_the_default() {
        let named = RunConfig { lexicons: vec!["dining".to_owned()], ..RunConfig::default() };
        let open = RunConfig::default();
        let appliance = held(&["appliance"]);
        let empty = Manifest { periods: [].into(), ..appliance.clone() };
        for (config, held, names, is_default, said) in [
            (&named, Some(&appliance), "dining", false, false),
            (&open, Some(&appliance), "appliance", false, true),
            (&open, Some(&held(&[])), "core", true, false),
            (&open, Some(&empty), "core", true, false),
            (&open, None, "core", true, false),
        ] {
            let lexicons = Lexicons::of(config, held).unwrap();
            assert_eq!(lexicons.names, [names]);
            assert_eq!((lexicons.is_default(), lexicons.notice.is_some()), (is_default, said), "{lexicons:?}");
        }
    }

    #[test]
    fn a_remembered_folder_that_is_gone_is_an_error_that_leads_on() {
        let config = RunConfig { out: PathBuf::from("own"), ..RunConfig::default() };
        let error = Lexicons::of(&config, Some(&held(&["core", "./not-there"]))).unwrap_err();
        assert_eq!(error.code(), "no_remembered_lexicon");
        assert!(error.message().contains("`./not-there`"), "{error}");
        assert!(error.way_out().unwrap().contains("`--lexicon own`"), "{error}");
    }

    #[test]
    fn a_path_is_remembered_without_steps_back_and_the_outputs_own_copy_by_its_hash() {
        let dir = tempfile::tempdir().unwrap();
        let (out, at) = (dir.path().join("out"), |name: &str| dir.path().join(name).display().to_string());
        for folder in ["conf", "ours", "out/_lexicon/abc"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for (name, want) in [
            ("core".to_owned(), "core".to_owned()),
            ("../ours".to_owned(), "../ours".to_owned()),
            (at("conf/../ours"), at("ours")),
            // Nobody knows where a folder lies that is not there.
            (at("gone/../ours"), at("gone/../ours")),
            (at("out/_lexicon/abc"), "_lexicon/abc".to_owned()),
        ] {
            assert_eq!(as_given(&name, &out), want);
        }
        assert_eq!(as_loaded("_lexicon/abc", &out), at("out/_lexicon/abc"));
        assert_eq!(as_loaded("ours", &out), "ours");
    }
}
