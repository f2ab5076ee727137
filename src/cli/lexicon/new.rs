//! `verbatim lexicon new`: a lexicon to begin with, and the schemas of its files.
//!
//! Not for what is written (`curate::new`, `curate::schema`).

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::{Outcome, output};
use crate::curate::{new, schema};
use crate::error::Result;

/// Flags of `verbatim lexicon new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// The folder to make; its name is the lexicon's
    name: PathBuf,
    /// The lexicon that it starts from: a bundled name, or a folder relative to the new one
    #[arg(long, value_name = "NAME|DIR", default_value = "core")]
    extends: String,
    /// Start from nothing
    #[arg(long, conflicts_with = "extends")]
    empty: bool,
}

/// Makes a lexicon.
pub(super) fn new(args: &NewArgs) -> Result<Outcome> {
    let extends = (!args.empty).then_some(args.extends.as_str());
    let files = new::new(&args.name, extends)?;
    let folder = args.name.display();
    let mut out = String::new();
    for file in &files {
        // Writing into a text cannot fail.
        let _ = writeln!(out, "{folder}/{file}");
    }
    let _ = writeln!(
        out,
        "\nNext: write drivers/*.toml, then `verbatim lexicon check {folder}` and `verbatim lexicon test {folder}`."
    );
    output::print(&out)?;
    Ok(Outcome::Done)
}

/// Flags of `verbatim lexicon schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Of which file
    file: SchemaOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// lexicon.toml
    Lexicon,
    /// drivers/<id>.toml
    Driver,
    /// polarity/<language>.toml
    Polarity,
}

/// Prints a schema.
pub(super) fn schema(args: &SchemaArgs) -> Result<Outcome> {
    let wanted = match args.file {
        SchemaOf::Lexicon => "lexicon.json",
        SchemaOf::Driver => "driver.json",
        SchemaOf::Polarity => "polarity.json",
    };
    for (_, schema) in schema::schemas().into_iter().filter(|(file, _)| *file == wanted) {
        output::print_json(&schema)?;
    }
    Ok(Outcome::Done)
}
