//! Flags that say which column is what and how inputs are read, the same for `run` and `init`.
//!
//! Not for keys of `verbatim.toml`: `settings` lays these flags over them.

use std::str::FromStr;

use clap::Args;

use super::usage;
use crate::error::{Error, Result};
use crate::survey::{Granularity, HeaderRows, WeekStart};
use crate::types::Role;

/// Which column is what; what is left out is found from the data.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ColumnArgs {
    /// How long a period is: week, month, quarter, year, none [default: week where there are dates]
    #[arg(long, value_parser = parsed::<Granularity>)]
    pub(super) period: Option<Granularity>,
    /// The day on which a week starts: monday to sunday; weeks that do not start on Monday are called by their first day
    /// (2026-06-07), not by their number (2026-W23) [default: monday]
    #[arg(long, value_name = "DAY", value_parser = parsed::<WeekStart>)]
    pub(super) week_start: Option<WeekStart>,
    /// Columns whose values are segments
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    pub(super) by: Vec<String>,
    /// The column of the respondent's id; `none` for no column
    #[arg(long, value_name = "COL")]
    pub(super) id: Option<String>,
    /// The column of the customer's id, which several respondents may share
    #[arg(long, value_name = "COL")]
    pub(super) customer: Option<String>,
    /// The column that says whether the respondent may be contacted (yes, no; 是, 否), with what its values mean where they are codes:
    /// "agree:1=yes,2=no"; `none` for no column. Who said no, or nothing, is in no list of follow-ups
    #[arg(long, value_name = "COL")]
    pub(super) consent: Option<String>,
    /// The column of the score; `none` for no column
    #[arg(long, value_name = "COL")]
    pub(super) score: Option<String>,
    /// A column of comments, with its question: why, good, improve, other [default: its name where that is one, else why]
    #[arg(long, value_name = "COL[=ROLE]", value_parser = parse_text)]
    pub(super) text: Vec<(String, Role)>,
    /// The column of the date; `none` for no column
    #[arg(long, value_name = "COL")]
    pub(super) date: Option<String>,
    /// How dates are written, such as %d/%m/%Y
    #[arg(long, value_name = "FORMAT")]
    pub(super) date_format: Option<String>,
    /// The time zone in whose days timestamps with an offset or `Z` lie, such as Asia/Shanghai [default: the day as written]
    #[arg(long, value_name = "ZONE")]
    pub(super) time_zone: Option<String>,
    /// The column of the sampling weight; `none` for no column
    #[arg(long, value_name = "COL")]
    pub(super) weight: Option<String>,
    /// The scale: 0-10, 1-5, or a mapping such as "1=promoter,2=passive,3-5=detractor,6-7=missing"
    #[arg(long)]
    pub(super) scale: Option<String>,
    /// The character between fields of a CSV file [default: found]
    #[arg(long, value_name = "CHAR")]
    pub(super) delimiter: Option<String>,
    /// The encoding of text files, such as gb18030 or big5 [default: found]
    #[arg(long)]
    pub(super) encoding: Option<String>,
    /// The sheet of a workbook that holds the survey [default: the only one that holds anything]
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,
    /// The rows of the header, from 1: 3, or 1-2 where it has two; in CSV files the lines [default: found]
    #[arg(long, value_name = "ROWS", value_parser = parsed::<HeaderRows>)]
    pub(super) header: Option<HeaderRows>,
    /// How large inputs may be, such as field=4MB or field=4194304 (bytes); repeat for others: field, row, columns, files, unpacked, pages, footer,
    /// workbook, packing, shared
    #[arg(long, value_name = "NAME=N")]
    pub(super) limit: Vec<String>,
}

/// A value that the library reads; the reason in words, because the command line says itself that it is an error.
pub(super) fn parsed<T: FromStr<Err = Error>>(written: &str) -> Result<T, String> {
    written.parse().map_err(|error: Error| match error.way_out() {
        Some(help) => format!("{}. {help}", error.message()),
        None => error.message().to_owned(),
    })
}

/// `COL` or `COL=ROLE`; a column whose name is a role's word has that role.
pub(super) fn parse_text(written: &str) -> Result<(String, Role), String> {
    match written.rsplit_once('=') {
        None => Ok((written.to_owned(), role_of(written))),
        Some((column, role)) => match Role::parse(role) {
            Some(role) => Ok((column.to_owned(), role)),
            None => Err(format!(
                "`{role}` is no role: why, good, improve or other; a name that holds `=` is said with its role, as in `{written}=why`"
            )),
        },
    }
}

/// The role of a column for which none is named: that of its name, where that is one.
pub(super) fn role_of(column: &str) -> Role {
    Role::parse(&column.to_lowercase()).unwrap_or_default()
}

/// The one byte between fields that a flag or key names.
pub(super) fn delimiter(written: &str) -> Result<u8> {
    let byte = match written {
        "\\t" | "tab" => b'\t',
        other => match other.as_bytes() {
            [byte] if byte.is_ascii() => *byte,
            _ => {
                return Err(usage("bad_delimiter", format!("`{written}` is not one character"))
                    .help("Name one ASCII character, or `tab`."));
            }
        },
    };
    Ok(byte)
}
