//! `verbatim`: what makes promoters and detractors, from what customers write.
//!
//! The pipeline goes one way: [`survey`] → [`text`] → [`tag`] → [`contribution`] → [`tables`]; [`lexicon`] is compiled once and
//! shared by all threads; [`engine`] moves batches through the stops.

pub mod contribution;
pub mod error;
pub mod lexicon;
pub mod tag;
pub mod tables;
pub mod text;
pub mod survey;
pub mod types;

pub use error::{Error, ErrorKind, Place, Result};
