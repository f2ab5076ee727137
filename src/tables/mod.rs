//! What a run writes: one folder of Parquet files a table, the manifest `_run.json` and the log `_log.jsonl`.
//!
//! Here are the tables' columns and their meaning, how rows become files whose bytes depend on nothing but the rows, and how a
//! run's files take the place of the last run's all at once. Not here: any figure (`contribution` computes, this folder writes
//! down), and which respondents belong to a period (`engine` merges).

mod batch;
mod columns;
mod comments;
mod commit;
mod contributions;
mod dictionary;
mod journal;
mod layout;
pub mod log;
mod manifest;
mod mentions;
mod nps;
mod part;
mod partition;
mod read;
mod rejects;
mod schema;

pub use comments::{comments_rows, comments_schema, respondents_of};
pub use commit::Output;
pub use contributions::{ContributionRow, Level, contributions_rows, contributions_schema};
pub use dictionary::{ColumnDoc, DictionaryFormat, TableDoc, dictionary, render};
pub use layout::{Layout, TextColumn};
pub use manifest::{InputInfo, LexiconInfo, Manifest, PeriodInfo};
pub use mentions::{mention_struct, mentions_rows, mentions_schema};
pub use nps::{NpsRow, nps_rows, nps_schema};
pub use part::{PartInfo, PartWriter};
pub use partition::{ALL_PERIODS, PartId, Table, decode_label, encode_label};
pub use read::{PartReader, read_part};
pub use rejects::{RejectRow, rejects_merged, rejects_rows, rejects_schema};
pub use schema::{ALL, BLANK, SCHEMA_VERSION, SMALL, described, list_of, long_text, table_schema};

#[cfg(test)]
mod tests;
