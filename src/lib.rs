//! `verbatim`: what makes promoters and detractors, from what customers write.
//!
//! The pipeline goes one way: [`survey`] → [`text`] → [`tag`] → [`contribution`] → [`tables`]; [`lexicon`] is compiled once and
//! shared by all threads; [`engine`] moves batches through the stops. [`run`] does the whole job; the stops can be used by
//! themselves:
//!
//! ```
//! use std::sync::Arc;
//! use verbatim::arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
//! use verbatim::contribution::{Grouping, Respondent, Row, Taker};
//! use verbatim::types::{Band, Stance, Voices, Weight};
//! use verbatim::{Cells, Lexicon, Tagger};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Tags for a column of texts.
//! let lexicon = Arc::new(Lexicon::load(&["appliance"])?);
//! let tagger = Tagger::new(Arc::clone(&lexicon), Default::default())?;
//! let texts = StringArray::from(vec!["师傅态度很好", "too noisy at night"]);
//! let batch = RecordBatch::try_from_iter([("text", Arc::new(texts) as ArrayRef)])?;
//! let tags = tagger.tag(&batch)?;
//! assert_eq!(tags.num_rows(), 2);
//! assert_eq!(tags.column_by_name("sentiment").unwrap().as_string::<i32>().value(1), "negative");
//!
//! // What drivers contribute, from who said what.
//! let tree = verbatim::engine::config::driver_tree(&lexicon)?;
//! let noise = tree.ix("noise").unwrap();
//! let mut cells = Cells::new(tree, Vec::new());
//! for (score, band, stance) in [(10.0, Band::Promoter, Stance::Positive), (2.0, Band::Detractor, Stance::Negative)] {
//!     cells.add(&Respondent {
//!         period: "2026-W23",
//!         segments: &[],
//!         score: Some(score),
//!         band: Some(band),
//!         weight: Weight::ONE,
//!         said: &[(noise, stance).into()],
//!         voices: Voices::NONE,
//!         residual: None,
//!     });
//! }
//! let figures = cells.finish(&Grouping::standard(0));
//! let driver = figures[0].driver(Row::Taker(Taker::Leaf(noise))).unwrap();
//! assert_eq!(driver.promoter_contribution.value, 0.5);
//! assert_eq!(driver.net_contribution.value, 0.0);
//! # Ok(())
//! # }
//! ```

pub mod cli;
pub mod contribution;
pub mod curate;
#[doc(hidden)]
pub mod doors;
pub mod engine;
pub mod error;
pub mod evaluate;
mod foreign;
mod harmless;
mod interrupt;
pub mod lexicon;
mod nearest;
pub mod report;
pub mod survey;
pub mod tables;
pub mod tag;
pub mod text;
mod together;
mod typed;
pub mod types;
mod whole;
mod xlsx;

pub use arrow;
pub use contribution::Cells;
pub use engine::{RunConfig, RunReport, run};
pub use error::{Error, ErrorKind, Place, Result};
pub use lexicon::Lexicon;
pub use tag::Tagger;
