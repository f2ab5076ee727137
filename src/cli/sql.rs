//! `verbatim sql`: views over an output folder, for databases and the dashboards on them.
//!
//! Not for what they select (`report::sql`).

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Outcome, output, usage};
use crate::error::{Error, ErrorKind, Result};
use crate::report::sql;

/// Flags of `verbatim sql`.
#[derive(Debug, Args)]
pub(super) struct SqlArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    /// The database
    #[arg(long, value_enum, default_value = "duckdb")]
    dialect: Dialect,
    /// The folder as the database sees it: another mount, an object store [default: its absolute path]
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dialect {
    Duckdb,
    Spark,
    Postgres,
}

/// Prints the script.
pub(super) fn sql(args: &SqlArgs) -> Result<Outcome> {
    let path = if let Some(path) = &args.path {
        path.clone()
    } else {
        let path =
            std::path::absolute(&args.out).map_err(|error| Error::io(ErrorKind::Output, "find", &args.out, error))?;
        path.into_os_string().into_string().map_err(|path| {
            usage("path_not_unicode", format!("{} is no text that SQL can hold", path.display()))
                .help("Say with --path how the database calls the folder.")
        })?
    };
    let dialect = match args.dialect {
        Dialect::Duckdb => sql::Dialect::Duckdb,
        Dialect::Spark => sql::Dialect::Spark,
        Dialect::Postgres => sql::Dialect::Postgres,
    };
    output::print(&sql::script(&args.out, &path, dialect)?)?;
    Ok(Outcome::Done)
}
