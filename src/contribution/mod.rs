//! From who-mentioned-what to numbers: how much each driver contributes to promoters, detractors and the NPS of each cell.
//!
//! Not for reading surveys, tagging text or writing tables: nothing here knows files, Arrow or language, so that every number
//! can be checked by hand and partial results of threads and machines merge to the same bits in any order.
//!
//! [`Cells`] is the reduction of a survey (pattern → count); [`Cells::finish`] makes [`CellFigures`] of it, by way of the
//! integer sums of each cell. [`credits`] is the rule by which one respondent's score is shared among drivers.

mod cells;
mod credit;
mod figures;
mod grouping;
mod interval;
mod sums;
mod tree;

pub use cells::{Cells, Respondent};
pub use credit::{Credit, Row, Taker, credits};
pub use figures::{BandFigures, CellFigures, DriverFigures, Mentions, Nps};
pub use grouping::{CellKey, Grouping, Periods};
pub use tree::{DriverIx, DriverTree};

pub use crate::types::Said;
