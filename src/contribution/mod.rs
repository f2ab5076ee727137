//! From who-mentioned-what to numbers: how much each driver contributes to promoters, detractors and the NPS of each cell.
//!
//! Not for reading surveys, tagging text or writing tables: nothing here knows files, Arrow or language, so that every number
//! can be checked by hand and partial results of threads and machines merge to the same bits in any order.
//!
//! [`Cells`] is the reduction of a survey (pattern → count); [`Cells::finish`] makes [`CellFigures`] of it, by way of the
//! integer sums of each cell, and [`Cells::group`] does so a period and a level at a time. [`credits`] is the rule by which one
//! respondent's score is shared among drivers. What is computed from figures stands beside them: [`change`] between periods,
//! [`attribution`], [`actions`], [`plan`].

pub mod actions;
pub mod attribution;
mod cells;
pub mod change;
mod credit;
mod driver;
mod effects;
mod figures;
pub mod functions;
mod grouping;
mod interval;
mod lists;
mod log;
pub mod mix;
mod packed;
mod patterns;
pub mod plan;
pub mod recovery;
mod regressed;
mod regression;
mod rows;
mod spread;
mod sums;
mod tree;
mod varint;

pub use cells::{Cells, Place, Respondent};
pub use credit::{Credit, Row, Taker, credits};
pub use driver::{DriverFigures, Lift, Mentions, Quadrant, Regressed};
pub use figures::{BandFigures, Base, CellFigures, Fit, FunctionFigures};
pub use functions::{Matrix, Part};
pub use grouping::{CellKey, Grouped, Grouping, Member, Periods, SegmentValue};
pub use interval::Estimate;
pub use regression::{Coefficient, ImportanceMethod, Note, Side};
pub use tree::{DriverIx, DriverTree, Rollup, SCORE};

pub use crate::types::Said;
