//! `verbatim`: what makes promoters and detractors, from what customers write.
//!
//! The pipeline goes one way: [`survey`] → [`text`] → [`tag`] → [`contribution`] → [`tables`]; [`lexicon`] is compiled once and
//! shared by all threads; [`engine`] moves batches through the stops.

pub mod cli;
pub mod contribution;
pub mod engine;
pub mod error;
pub mod evaluate;
pub mod lexicon;
pub mod survey;
pub mod tables;
pub mod tag;
pub mod text;
pub mod types;

pub use contribution::Cells;
pub use engine::{RunConfig, RunReport, run};
pub use error::{Error, ErrorKind, Place, Result};
pub use lexicon::Lexicon;
pub use tag::Tagger;
