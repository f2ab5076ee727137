//! What comes in: inputs, their columns, the scale and its bands, periods, and the rows that cannot be used.
//!
//! [`open`] looks at each input once; [`sample`] and [`map_columns`] find what each column is, or say which flag settles it;
//! a [`Reader`] gives raw batches, or [`Blocks`] of which many threads make them; [`respondents`] makes respondents of them. Every row comes out once: as a respondent or as a
//! [`Reject`].
//!
//! Not for what comments say: text goes on exactly as it was written.

mod asking;
mod blocks;
mod choose;
mod consent;
mod cut;
mod dates;
mod delimited;
mod delimiter;
mod encoding;
mod frequent;
mod header;
mod held;
mod ids;
mod jsonl;
mod labelled;
mod limits;
mod mapping;
mod names;
mod pages;
mod parquet;
mod period;
mod reader;
mod records;
mod reject;
mod remembered;
mod respondents;
mod rows;
mod sample;
mod scale;
mod scale_of;
mod scores;
mod segments;
mod sheet;
mod sheet_rows;
mod small;
mod source;
mod sums;
mod thrift;
mod turns;
mod when;
mod zone;

pub use choose::{map_columns, map_comments};
pub(crate) use consent::unclear_consents;
pub use consent::{ConsentValues, Reading};
pub use dates::DateFormat;
pub use encoding::Encoding;
pub use header::HeaderRows;
pub use limits::Limits;
pub use mapping::{Mapping, TextColumn, Wanted};
pub(crate) use names::is_surely_a_date;
pub use period::{Calendar, Granularity, UNDATED, WeekStart};
pub use reader::{Block, Blocks, RawBatch, Reader, Split};
pub use reject::{Reason, Reject};
pub use respondents::{BLANK, respondent_schema, respondents};
pub use sample::{SAMPLE_ROWS, Sample, sample};
pub use scale::{Judged, Scale};
pub(crate) use scale_of::shorter;
pub(crate) use small::SmallFile;
pub use source::{Format, ReadOptions, Source, open};
pub use zone::Zone;

#[cfg(test)]
mod choose_tests;
#[cfg(test)]
mod reader_tests;
#[cfg(test)]
mod sheet_tests;
#[cfg(test)]
mod tests;
