//! The comments that a lexicon is tried on: of a survey, or of the output of a run.
//!
//! Not how a survey is read (`evaluate::texts`), nor what is looked for in its comments.

use std::path::Path;

use crate::engine::visit::{Place, Visited};
use crate::error::Result;
use crate::evaluate::EvaluateConfig;
use crate::evaluate::texts::{Comment, Texts};

/// Reads the comments of `config.texts`: a survey file, of whose columns the configuration says which is what, or the folder that a run
/// wrote, which knows its columns itself.
///
/// # Errors
/// Where the survey or the output cannot be read; `no_output` where a folder is no output.
pub fn read(config: &EvaluateConfig) -> Result<Texts> {
    if !Path::new(&config.texts).is_dir() {
        return Texts::read(config, None);
    }
    let place = Place::open(&config.texts, &config.read, &crate::survey::Wanted::default(), &config.redact)?;
    let mut comments = Vec::new();
    let keep = |kept: &mut Vec<Comment>, one: &Visited<'_>| {
        let answers = one.texts.iter().map(|text| text.as_deref().map(str::to_owned)).collect();
        kept.push(Comment { id: one.id.to_owned(), answers, band: one.band });
        Ok(())
    };
    place.visit(None, Vec::new, keep, |kept| {
        comments.extend(kept);
        Ok(())
    })?;
    let is_scored = comments.iter().any(|comment| comment.band.is_some());
    Ok(Texts {
        columns: place.layout.texts,
        comments,
        rejected: 0,
        notices: Vec::new(),
        score: is_scored.then(|| "score".to_owned()),
    })
}
