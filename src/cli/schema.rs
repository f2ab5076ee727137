//! `verbatim schema`: the dictionary of the tables.

use clap::{Args, ValueEnum};

use super::{Outcome, output};
use crate::error::Result;
use crate::tables::{DictionaryFormat, dictionary, render};

/// Flags of `verbatim schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// How it is printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
}

/// Prints the dictionary.
pub(super) fn schema(args: &SchemaArgs) -> Result<Outcome> {
    let format = match args.format {
        Format::Text => DictionaryFormat::Text,
        Format::Json => DictionaryFormat::Json,
        Format::Markdown => DictionaryFormat::Markdown,
    };
    output::print(&render(&dictionary(None), format)?)?;
    Ok(Outcome::Done)
}
