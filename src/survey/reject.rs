//! Rows that cannot be used, each with its place and its reason.
//!
//! Not for errors: a reject never stops a run, and `rows in = respondents + rejects` holds for every source.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a row is not used; the words are stable and stand in the `rejects` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Another number of fields than the header has.
    BadColumns,
    /// A quoted field that ends where the quotes do not say so, with line breaks in it: rows may be in it.
    BadQuotes,
    /// Bytes that are not text in the source's encoding.
    BadEncoding,
    /// A line that is not one JSON object.
    BadJson,
    /// A score that is not a number, on a scale of numbers.
    ScoreNotANumber,
    /// A score that the scale does not have.
    ScoreOffScale,
    /// A date that the date format does not read.
    BadDate,
    /// A weight that is not a number above 0 and at most 10⁶.
    BadWeight,
    /// An id that an earlier row of the same input has.
    DuplicateId,
    /// A field that is longer than the limit ([`super::Limits::field`]).
    FieldTooLarge,
    /// A row that is longer than the limit ([`super::Limits::row`]).
    RowTooLarge,
    /// A cell of a workbook that shows an error, such as `#N/A`.
    CellError,
    /// A row below the table of a workbook: a sum of the rows above, or a note.
    BelowTable,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 13] = [
        Self::BadColumns,
        Self::BadQuotes,
        Self::BadEncoding,
        Self::BadJson,
        Self::ScoreNotANumber,
        Self::ScoreOffScale,
        Self::BadDate,
        Self::BadWeight,
        Self::DuplicateId,
        Self::FieldTooLarge,
        Self::RowTooLarge,
        Self::CellError,
        Self::BelowTable,
    ];

    /// The word that tables and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadColumns => "bad_columns",
            Self::BadQuotes => "bad_quotes",
            Self::BadEncoding => "bad_encoding",
            Self::BadJson => "bad_json",
            Self::ScoreNotANumber => "score_not_a_number",
            Self::ScoreOffScale => "score_off_scale",
            Self::BadDate => "bad_date",
            Self::BadWeight => "bad_weight",
            Self::DuplicateId => "duplicate_id",
            Self::FieldTooLarge => "field_too_large",
            Self::RowTooLarge => "row_too_large",
            Self::CellError => "cell_error",
            Self::BelowTable => "below_table",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One row that is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The source's name ([`super::Source::name`]).
    pub source: String,
    /// The line on which the row starts, from 1; in Parquet and workbooks the row number.
    pub line: u64,
    /// The byte at which the row starts, from 0, in the source's UTF-8 form; 0 in Parquet and workbooks.
    pub byte: u64,
    /// The column at fault, where it is one column.
    pub column: Option<String>,
    /// Why.
    pub reason: Reason,
    /// One sentence for people; never quotes what the respondent wrote.
    pub message: String,
}
