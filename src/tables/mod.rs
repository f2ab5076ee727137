//! What a run writes: one folder of Parquet files a table, the manifest `_run.json` and the log `_log.jsonl`.
//!
//! Here are the tables' columns and their meaning, how rows become files whose bytes depend on nothing but the rows, and how a
//! run's files take the place of the last run's all at once. Not here: any figure (`contribution` computes, this folder writes
//! down), and which respondents belong to a period (`engine` merges).

mod actions;
mod attribution;
mod batch;
mod changes;
mod columns;
mod comments;
mod commit;
mod contributions;
mod dictionary;
mod encode;
mod follow_ups;
mod functions;
mod journal;
mod label;
mod layout;
mod lexicons;
pub mod log;
mod manifest;
mod mentions;
mod named;
mod nps;
mod part;
mod partition;
mod read;
mod recoveries;
mod rejects;
mod rows;
mod schema;
mod seal;
mod sheet;
mod sink;
mod sync;
mod voices;
mod walk;

pub use actions::{ActionRow, actions_rows, actions_schema, actions_sheet};
pub use attribution::{AttributionRow, attribution_rows, attribution_schema, attribution_sheet};
pub use changes::{ChangeRow, ChangeSide, Comparison, changes_rows, changes_schema, changes_sheet};
pub use comments::{comments_rows, comments_schema, respondents_of};
pub use commit::Output;
pub use contributions::{ContributionRow, contributions_rows, contributions_schema, contributions_sheet};
pub use dictionary::{ColumnDoc, DictionaryFormat, TableDoc, columns_of, description, dictionary, render};
pub use follow_ups::{FollowUpRow, Kind, follow_ups_rows, follow_ups_schema, follow_ups_sheet};
pub use functions::{FunctionRow, UNOWNED, functions_rows, functions_schema, functions_sheet};
pub(crate) use journal::{check_journal, holds_staged};
pub use label::{CellLabel, Level, RowLabel};
pub use layout::{Layout, TextColumn};
pub use lexicons::lexicon_folder;
pub(crate) use lexicons::{FOLDER as LEXICON_FOLDER, is_kept_file};
pub use manifest::{InputInfo, LexiconInfo, Manifest, PeriodInfo};
pub use mentions::{mention_struct, mentions_rows, mentions_schema};
pub use named::{Named, day, day_at, number_at, word_at};
pub use nps::{NpsRow, nps_rows, nps_schema, nps_sheet};
pub use part::{PartInfo, PartWriter};
pub use partition::{ALL_PERIODS, PartId, Table, decode_label, encode_label};
pub(crate) use read::check_part;
pub use read::{PartReader, read_part};
pub use recoveries::{RecoveryRow, recoveries_of, recoveries_rows, recoveries_schema, recoveries_sheet};
pub use rejects::{ReadInput, RejectRow, rejects_merged, rejects_rows, rejects_schema, rejects_sheet};
pub(crate) use rows::{Row, Store, Told, record_ids, told_of, write_periods};
pub use schema::{ALL, BLANK, SCHEMA_VERSION, SMALL, described, list_of, long_text, table_schema};
pub use sheet::{Sheet, SheetFormat, SheetWriter};
pub use voices::{VoiceRow, voices_rows, voices_schema, voices_sheet};
pub(crate) use walk::files_below;

#[cfg(test)]
mod tests;
