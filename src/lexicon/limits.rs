//! How large a lexicon may be: what is beyond is an error with its place and a way out, before it takes the memory or the time.
//!
//! Not for surveys, whose limits are their own. There is none of time: what a slow machine refused would be another lexicon there. What takes
//! time is bounded by its size instead.

use serde::{Deserialize, Serialize};

use super::resolve::Resolved;
use crate::error::{Error, ErrorKind, Place, Result};

/// The limits, `[tagging.limits]` of verbatim.toml; each is at least 1, sizes are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Most files in the folder of a lexicon.
    pub files: u64,
    /// The largest file.
    pub file: u64,
    /// Most drivers of all lexicons of a run together; at most 65,535.
    pub drivers: u64,
    /// How many drivers may stand above each other.
    pub depth: u64,
    /// Most terms of all lexicons of a run together.
    pub terms: u64,
    /// The longest term as it is written.
    pub term: u64,
    /// What one regular expression may compile to.
    pub regex: u64,
    /// What all regular expressions may compile to together, as far as can be told before.
    pub regexes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 10_000,
            file: 16 << 20,
            drivers: 10_000,
            depth: 32,
            terms: 1_000_000,
            term: 64 << 10,
            regex: 1 << 20,
            regexes: 256 << 20,
        }
    }
}

/// Numbers of drivers are 16 bits wide.
const MOST_DRIVERS: u64 = 65_535;

impl Limits {
    /// For copies that an output keeps: whatever a run took is taken again.
    pub(crate) const KEPT: Self = Self {
        files: u64::MAX,
        file: u64::MAX,
        drivers: MOST_DRIVERS,
        depth: u64::MAX,
        terms: u64::MAX,
        term: u64::MAX,
        regex: u64::MAX,
        regexes: u64::MAX,
    };

    /// Their names with what each says and its value, in the order of verbatim.toml.
    pub fn named(&self) -> [(&'static str, &'static str, u64); 8] {
        let Self { files, file, drivers, depth, terms, term, regex, regexes } = *self;
        [
            ("files", "Most files in the folder of a lexicon.", files),
            ("file", "The largest file in bytes.", file),
            ("drivers", "Most drivers of all lexicons of a run together; at most 65535.", drivers),
            ("depth", "How many drivers may stand above each other.", depth),
            ("terms", "Most terms of all lexicons of a run together.", terms),
            ("term", "The longest term as it is written, in bytes.", term),
            ("regex", "What one regular expression may compile to, in bytes.", regex),
            ("regexes", "What all regular expressions may compile to together, in bytes.", regexes),
        ]
    }

    /// Code `bad_limit` where one is 0, or too large to be kept.
    pub fn check(&self) -> Result<()> {
        let bad = |message: String| {
            let names = self.named().map(|(name, ..)| name).join(", ");
            let help = format!("The keys of [tagging.limits] in verbatim.toml are {names}; each is 1 or more.");
            Error::new(ErrorKind::Usage, "bad_limit", message).help(help)
        };
        if let Some((name, ..)) = self.named().into_iter().find(|(.., value)| *value == 0) {
            return Err(bad(format!("the limit `{name}` is 0")));
        }
        if self.drivers > MOST_DRIVERS {
            return Err(bad(format!("the limit `drivers` is more than {MOST_DRIVERS}")));
        }
        Ok(())
    }

    /// Code `lexicon_too_large` where a folder holds more files than may be, or a file is larger.
    pub(super) fn allow_files(&self, files: usize, place: Place) -> Result<()> {
        let what = || format!("the lexicon has {files} files");
        within(files as u64, "files", self.files, what, || place)
    }

    /// Code `lexicon_too_large` where a file is larger than may be.
    pub(super) fn allow_file(&self, bytes: u64, place: Place) -> Result<()> {
        within(bytes, "file", self.file, || format!("the file has {bytes} bytes"), || place)
    }

    /// Code `lexicon_too_large` at the first driver or term that is beyond.
    pub(super) fn allow(&self, resolved: &Resolved) -> Result<()> {
        let mut terms = 0;
        for (drivers, (id, driver)) in (1..).zip(&resolved.drivers) {
            let place = || driver.place.clone().unwrap_or_else(|| Place::file(std::path::Path::new(id)));
            within(drivers, "drivers", self.drivers, || format!("`{id}` is driver number {drivers}"), place)?;
            let most = usize::try_from(self.depth).unwrap_or(usize::MAX).saturating_add(1);
            let depth = resolved.lineage(id).take(most).count() as u64;
            within(depth, "depth", self.depth, || format!("`{id}` is the {depth}th driver below each other"), place)?;
        }
        let of_drivers = resolved.drivers.values().flat_map(|driver| driver.terms.values());
        for (written, term) in of_drivers.chain(resolved.words.values()).flatten() {
            terms += 1;
            let place = || term.origin.place();
            within(terms, "terms", self.terms, || format!("this is term number {terms}"), place)?;
            let bytes = written.len() as u64;
            within(bytes, "term", self.term, || format!("a term of {bytes} bytes"), place)?;
        }
        Ok(())
    }
}

/// Code `lexicon_too_large` where there is more than may be.
fn within(
    value: u64,
    name: &str,
    limit: u64,
    what: impl FnOnce() -> String,
    place: impl FnOnce() -> Place,
) -> Result<()> {
    if value <= limit {
        return Ok(());
    }
    let message = format!("{}: {limit} may be", what());
    Err(Error::new(ErrorKind::Lexicon, "lexicon_too_large", message).at(place()).help(raise(name)))
}

/// How a limit is raised.
pub(super) fn raise(name: &str) -> String {
    format!("Take out what is not needed, or raise `{name}` in [tagging.limits] of verbatim.toml.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::lexicon::tests::folder;

    #[test]
    fn each_limit_is_an_error_at_its_place_one_beyond_it_and_none_before() {
        let dir = folder(&[
            ("lexicon.toml", "name = \"small\"\nversion = \"1\"\n"),
            ("drivers/a.toml", "id = \"a\"\n[aspect]\nen = [\"alpha\"]\n"),
            (
                "drivers/b.toml",
                "id = \"b\"\nparent = \"a\"\n[positive]\nen = [\n  \"re:/x{400}/\",\n  \"re:/y{400}/\",\n]\n",
            ),
            ("polarity/en.toml", "positive = [\"good\"]\n"),
        ]);
        let name = dir.path().display().to_string();
        let load = |limits: &Limits| Lexicon::load_within(&[&name], limits);
        // What it is: 4 files of at most 69 bytes, 2 drivers, one above the other, 4 terms of at most 11 bytes.
        let size = std::fs::metadata(dir.path().join("drivers/b.toml")).unwrap().len();
        for (name, just, file, line) in [
            ("files", 4, "", None),
            ("file", size, "drivers/b.toml", None),
            ("drivers", 2, "drivers/b.toml", Some(2)),
            ("depth", 2, "drivers/b.toml", Some(2)),
            ("terms", 4, "polarity/en.toml", Some(1)),
            ("term", 11, "drivers/b.toml", Some(5)),
        ] {
            let with = |value: u64| {
                let mut limits = Limits::default();
                match name {
                    "files" => limits.files = value,
                    "file" => limits.file = value,
                    "drivers" => limits.drivers = value,
                    "depth" => limits.depth = value,
                    "terms" => limits.terms = value,
                    _ => limits.term = value,
                }
                load(&limits)
            };
            assert!(with(just).is_ok(), "{name}");
            let error = with(just - 1).err().unwrap();
            assert_eq!(error.code(), "lexicon_too_large", "{name}: {error}");
            let place = error.place().unwrap();
            assert!(place.file.ends_with(file) && place.line == line, "{name}: {place:?}");
            assert!(error.way_out().unwrap().contains(&format!("`{name}`")), "{name}");
        }
        // Sizes of what is compiled are those of a crate: one that is surely too small, and the one that is given.
        for limits in [Limits { regex: 1000, ..Limits::default() }, Limits { regexes: 100_000, ..Limits::default() }] {
            let error = load(&limits).err().unwrap();
            assert_eq!(error.place().unwrap().line, Some(if limits.regex == 1000 { 5 } else { 6 }), "{error}");
        }
        assert!(load(&Limits::default()).is_ok());
    }

    #[test]
    fn limits_are_bounded_themselves() {
        assert!(Limits::default().check().is_ok());
        for limits in [Limits { terms: 0, ..Limits::default() }, Limits { drivers: 70_000, ..Limits::default() }] {
            assert_eq!(limits.check().unwrap_err().code(), "bad_limit");
        }
    }
}
