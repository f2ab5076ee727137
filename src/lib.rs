//! `verbatim`: what makes promoters and detractors, from what customers write.
//!
//! The pipeline goes one way: [`survey`] → [`text`] → [`tag`] → [`contribution`] → [`tables`]; [`lexicon`] is compiled once and
//! shared by all threads; [`engine`] moves batches through the stops.

pub mod error;
pub mod survey;
pub mod types;

pub use error::{Error, ErrorKind, Place, Result};
