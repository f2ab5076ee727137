//! Which personal data is blanked out: the flags, the keys under `[redact]`, and what the two say together.
//!
//! Not how it is found: `text::redact` does that.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use clap::Args;
use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::text::Redaction;
use crate::text::redact::{Kind, OwnPattern};

/// Flags of those commands that write texts.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::doc_markdown, reason = "the help of a flag has no backticks")]
pub(super) struct RedactArgs {
    /// Blank out these kinds of personal data alone: phone, email, id_card, bank_card, plate, account [default: all]
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = parse_kind)]
    redact: Vec<Kind>,
    /// Leave texts and segments as they are, with personal data in them
    #[arg(long, conflicts_with = "redact")]
    no_redact: bool,
}

fn parse_kind(written: &str) -> std::result::Result<Kind, String> {
    Kind::parse(written).ok_or_else(|| format!("kinds are {}", Kind::ALL.map(Kind::as_str).join(", ")))
}

/// `[redact]`: kinds, and patterns of the survey's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(super) struct RedactSettings {
    kinds: Option<BTreeSet<Kind>>,
    pattern: Vec<PatternSettings>,
    /// The patterns as they are used; [`RedactSettings::check`] makes them.
    #[serde(skip)]
    own: Vec<OwnPattern>,
}

/// `[[redact.pattern]]`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
struct PatternSettings {
    name: Spanned<String>,
    regex: Spanned<String>,
}

impl RedactSettings {
    /// Makes patterns of what the file says.
    ///
    /// # Errors
    /// `bad_pattern`, with its place in the file: what no pattern can be made of, and a name that another has.
    pub(super) fn check(&mut self, path: &Path, text: &str) -> Result<()> {
        let wrong = |span: Range<usize>, message: String| {
            Error::new(ErrorKind::Usage, "bad_pattern", message).at(Place::of_byte(path, text, span.start)).help(
                "A pattern is `name = \"order_number\"` and `regex = '[A-Z]{2}[0-9]{8}'`; the syntax is that of the Rust crate regex.",
            )
        };
        for pattern in &self.pattern {
            let name = pattern.name.get_ref();
            if self.own.iter().any(|own| &**own.name() == name) {
                return Err(wrong(pattern.name.span(), format!("two patterns are called `{name}`")));
            }
            let own = OwnPattern::new(name, pattern.regex.get_ref()).map_err(|bad| {
                let span = if bad.is_of_name() { pattern.name.span() } else { pattern.regex.span() };
                wrong(span, bad.to_string())
            })?;
            self.own.push(own);
        }
        Ok(())
    }

    /// What the file says, where redaction is on.
    pub(super) fn redaction(&self) -> Redaction {
        let kinds = self.kinds.clone().unwrap_or_else(|| Kind::ALL.into());
        Redaction { kinds, own: self.own.clone() }
    }

    /// All kinds and the file's patterns, for those who show texts and have no flag that would leave them as they are.
    pub(super) fn all(&self) -> Redaction {
        Redaction { own: self.own.clone(), ..Redaction::default() }
    }
}

impl RedactArgs {
    /// What flags and file say together; a flag goes before the file's key, and the file's patterns stay.
    pub(super) fn over(&self, file: Redaction) -> Redaction {
        match self {
            Self { no_redact: true, .. } => Redaction::off(),
            Self { redact, .. } if redact.is_empty() => file,
            Self { redact, .. } => Redaction { kinds: redact.iter().copied().collect(), own: file.own },
        }
    }
}
