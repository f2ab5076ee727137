//! The examples that a lexicon carries, run against the engine: its own tests.
//!
//! Not a measure of accuracy: examples are written beside the terms. An example is a test of the lexicon that wrote it, so an overlay
//! runs its own alone.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::error::{Place, Result};
use crate::lexicon::{DriverExample, Lexicon};
use crate::tag::tagger::{Scratch, TaggerOptions};
use crate::tag::{CommentTags, Explanation, Tagger};
use crate::types::{DriverIx, Role, Stance};

/// The examples of one lexicon and what became of them.
#[derive(Debug, Serialize)]
pub struct ExampleReport {
    /// The lexicon's name.
    pub lexicon: String,
    /// Its content hash, in hexadecimal.
    pub hash: String,
    /// How many examples there are.
    pub examples: usize,
    /// For each driver of the lexicon, sorted by id: how many examples this lexicon wrote for it.
    pub drivers: Vec<(String, usize)>,
    /// Those that fail, in the order of drivers, then of files.
    pub failures: Vec<ExampleFailure>,
}

/// An example that the engine judges otherwise than its author.
#[derive(Debug, Serialize)]
pub struct ExampleFailure {
    /// Where it stands: file, line and column.
    #[serde(serialize_with = "as_text")]
    pub place: Place,
    /// The driver's id.
    pub driver: String,
    /// The question that it answers.
    pub role: Role,
    /// What was expected: a stance, or `none`.
    pub expected: &'static str,
    /// What the engine says.
    pub got: &'static str,
    /// Why.
    pub explanation: Explanation,
}

fn as_text<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

/// Runs the examples that the lexicon of this name, or in this folder, wrote itself.
///
/// # Errors
/// Those of [`Lexicon::load`] and [`Tagger::new`]; a failing example is none.
pub fn run_examples(lexicon: &str) -> Result<ExampleReport> {
    let lexicon = Arc::new(Lexicon::load(&[lexicon])?);
    Ok(run_examples_of(&Tagger::new(lexicon, TaggerOptions::default())?))
}

/// Runs the examples that the last of a tagger's lexicons wrote itself.
pub fn run_examples_of(tagger: &Tagger) -> ExampleReport {
    let lexicon = tagger.lexicon();
    // The last name is that of the lexicon itself, after what it extends.
    let own = lexicon.names.last().map(|name| name.name.clone()).unwrap_or_default();
    let (mut scratch, mut tags) = (Scratch::default(), CommentTags::default());
    let mut report = ExampleReport {
        lexicon: own.clone(),
        hash: lexicon.hash.clone(),
        examples: 0,
        drivers: Vec::new(),
        failures: Vec::new(),
    };
    for (ix, driver) in (0u16..).map(DriverIx).zip(lexicon.drivers()) {
        let mut count = 0;
        for DriverExample { example, origin, .. } in driver.examples.iter().filter(|example| example.lexicon == own) {
            count += 1;
            let text = example.text.get_ref();
            tagger.tag_comment([(0, example.role, text.as_str())], &mut scratch, &mut tags);
            let (expected, got) = (example.expect.stance(), stance(lexicon, &tags, ix));
            if got != expected {
                report.failures.push(ExampleFailure {
                    place: origin.place(),
                    driver: driver.id.clone(),
                    role: example.role,
                    expected: word(expected),
                    got: word(got),
                    explanation: tagger.explain(text, example.role),
                });
            }
        }
        report.examples += count;
        report.drivers.push((driver.id.clone(), count));
    }
    report.drivers.sort();
    report
}

/// What a comment says of a driver, a parent standing for itself and all below it.
fn stance(lexicon: &Lexicon, tags: &CommentTags, driver: DriverIx) -> Option<Stance> {
    let mentions =
        tags.mentions.iter().filter(|mention| mention.driver == driver || lexicon.is_above(driver, mention.driver));
    mentions.map(|mention| mention.polarity).fold(None, |stance: Option<Stance>, polarity| {
        Some(stance.map_or(Stance::from(polarity), |stance| stance.and(polarity)))
    })
}

fn word(stance: Option<Stance>) -> &'static str {
    stance.map_or("none", Stance::as_str)
}
