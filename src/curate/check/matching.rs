//! What only the engine can say: terms that find nothing, examples that it judges otherwise, terms that fire too often in a survey.
//!
//! Not for what files say by themselves.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Parsed;
use super::finding::Finding;
use super::rules::{COMMON_TERM, EXCLUDED_TERM, FAILING_EXAMPLE, NEVER_MATCHES, SHADOWED_TERM};
use super::terms::{List, Written};
use crate::evaluate::ExampleFailure;
use crate::evaluate::texts::Comment;
use crate::lexicon::compile::Owner;
use crate::lexicon::term::{self, Pattern, Phrase};
use crate::lexicon::{Sense, TermIx};
use crate::tag::tagger::Scratch;
use crate::tag::{Hit, Tagger};

/// The share of comments from which on a term that counts by itself is too common, 0 to 1.
const TOO_COMMON: f64 = 0.2;

/// Terms that do not find themselves.
pub(super) fn themselves(terms: &[Written<'_>], tagger: &Tagger, found: &mut Vec<Finding>) {
    let mut scratch = Scratch::default();
    let ids = by_id(tagger);
    for term in terms.iter().filter(|term| !term.removes && stands_alone(&term.list)) {
        let texts = itself(term.text);
        let Some(ix) = ids.get(id(term).as_str()) else { continue };
        let lexicon = tagger.lexicon();
        let has_it = |text: &&String| tagger.places(text, &mut scratch).iter().any(|hit| hit.term == *ix);
        let Some(text) = texts.iter().find(has_it) else {
            if texts.is_empty() {
                continue;
            }
            let help = "Write it as it stands between other words of a comment, or with boundary = \"any\".";
            found.push(term.finding(&NEVER_MATCHES, format!("`{}` does not find itself", term.text), help));
            continue;
        };
        let hits = tagger.places(text, &mut scratch);
        let own: Vec<&Hit> = hits.iter().filter(|hit| hit.term == *ix).collect();
        let Owner::Driver(driver, sense) = lexicon.term(*ix).owner else { continue };
        if sense == Sense::Exclude {
            continue;
        }
        let excluded = |hit: &&Hit| {
            hits.iter().find(|wide| {
                wide.owner == Owner::Driver(driver, Sense::Exclude) && wide.start <= hit.start && hit.end <= wide.end
            })
        };
        if let Some(by) = own.iter().map(excluded).collect::<Option<Vec<_>>>().and_then(|by| by.first().copied()) {
            let wide = lexicon.term(by.term).id.clone();
            let message = format!("`{}` never counts: `{wide}` excludes it wherever it stands", term.text);
            found.push(term.finding(&EXCLUDED_TERM, message, "Exclude a wider expression, or delete the term."));
        }
    }
}

/// Lists whose terms are found whatever else a text says.
fn stands_alone(list: &List) -> bool {
    match list {
        List::Driver(_, sense) => matches!(sense, Sense::Aspect | Sense::Positive | Sense::Negative | Sense::Exclude),
        List::Words(_) => false,
    }
}

/// Texts that are the term and next to nothing else; none where no text is surely one.
fn itself(written: &str) -> Vec<String> {
    let text = |phrase: &Phrase| (!phrase.text.contains(['<', '>'])).then(|| phrase.text.clone());
    let texts: Vec<String> = match term::parse(written) {
        Ok(Pattern::Words(phrase)) => text(&phrase).into_iter().collect(),
        Ok(Pattern::Near { parts, .. } | Pattern::Together(parts)) => {
            // Beside each other parts may be one word together, and apart two clauses.
            let parts: Option<Vec<String>> = parts.iter().map(text).collect();
            parts
                .map(|parts| ["", " ", "1", "的", " a "].map(|between| parts.join(between)))
                .into_iter()
                .flatten()
                .collect()
        }
        Ok(Pattern::Regex(_)) | Err(_) => Vec::new(),
    };
    // An answer that is nothing but the term may be one that says nothing ("no response"): then it is looked for beside something.
    let beside: Vec<String> = texts.iter().map(|text| format!("1, {text}, 1")).collect();
    texts.into_iter().chain(beside).collect()
}

/// As compiled lexicons call terms.
fn id(term: &Written<'_>) -> String {
    match &term.list {
        List::Driver(driver, sense) => format!("{driver}.{}:{}", sense.as_str(), term.text),
        List::Words(class) => format!("{}:{}", class.as_str(), term.text),
    }
}

fn by_id(tagger: &Tagger) -> BTreeMap<&str, TermIx> {
    tagger.lexicon().terms().map(|(ix, info)| (info.id.as_str(), ix)).collect()
}

/// Examples that fail.
pub(super) fn examples(parsed: &Parsed<'_>, failures: &[ExampleFailure], found: &mut Vec<Finding>) {
    for failure in failures {
        let ExampleFailure { place, driver, expected, got, explanation, .. } = failure;
        let written = parsed.drivers.iter().find(|(source, _)| source.path == place.file);
        let example = written.and_then(|(source, file)| {
            let example = file.example.iter().find(|example| example.text.get_ref() == &explanation.text)?;
            Some((*source, example.text.span()))
        });
        let terms: Vec<String> = explanation
            .mentions
            .iter()
            .filter(|mention| mention.driver == *driver)
            .map(|mention| format!("`{}`", mention.term))
            .collect();
        let why =
            if terms.is_empty() { "no term of it is found".to_owned() } else { format!("by {}", terms.join(", ")) };
        let message = format!("expected {expected} of {driver}, and the engine says {got} ({why})");
        let help = "`verbatim explain` with the text shows every step.".to_owned();
        found.push(match example {
            Some((source, bytes)) => source.finding(&FAILING_EXAMPLE, bytes, message, help),
            None => Finding::of_file(&FAILING_EXAMPLE, &place.file, message, help),
        });
    }
}

/// How often terms stand in the comments of a survey.
#[derive(Default)]
struct Fired {
    /// By term: comments in which it stands, and those in which it stands outside every longer term of its driver.
    by_term: BTreeMap<TermIx, (u64, u64)>,
}

impl Fired {
    /// Adds one comment.
    fn add(&mut self, comment: &Comment, tagger: &Tagger, scratch: &mut Scratch) {
        let mut here: BTreeMap<TermIx, bool> = BTreeMap::new();
        for answer in comment.answers.iter().flatten() {
            let hits = tagger.places(answer, scratch);
            for hit in hits {
                let Owner::Driver(driver, sense) = hit.owner else { continue };
                let is_wider = |other: &&Hit| {
                    let is_its =
                        matches!(other.owner, Owner::Driver(of, what) if of == driver && what != Sense::Exclude);
                    let holds = other.start <= hit.start && hit.end <= other.end;
                    is_its && holds && (other.start, other.end) != (hit.start, hit.end)
                };
                if sense != Sense::Exclude {
                    *here.entry(hit.term).or_default() |= !hits.iter().any(|other| is_wider(&other));
                }
            }
        }
        for (term, counts) in here {
            let of_term = self.by_term.entry(term).or_default();
            of_term.0 += 1;
            of_term.1 += u64::from(counts);
        }
    }

    fn join(mut self, other: Self) -> Self {
        for (term, (stands, counts)) in other.by_term {
            let of_term = self.by_term.entry(term).or_default();
            of_term.0 += stands;
            of_term.1 += counts;
        }
        self
    }
}

/// Terms that fire too often in a survey, or never by themselves.
pub(super) fn in_survey(terms: &[Written<'_>], tagger: &Tagger, comments: &[Comment], found: &mut Vec<Finding>) {
    let add = |(mut fired, mut scratch): (Fired, Scratch), comment: &Comment| {
        fired.add(comment, tagger, &mut scratch);
        (fired, scratch)
    };
    let fired =
        comments.par_iter().fold(Default::default, add).map(|(fired, _)| fired).reduce(Fired::default, Fired::join);
    let ids = by_id(tagger);
    let all = comments.iter().filter(|comment| comment.answers.iter().any(Option::is_some)).count();
    for term in terms.iter().filter(|term| !term.removes) {
        let List::Driver(_, Sense::Aspect | Sense::Positive | Sense::Negative) = &term.list else { continue };
        let of_term = ids.get(id(term).as_str()).and_then(|ix| fired.by_term.get(ix));
        let Some((stands, counts)) = of_term.copied() else { continue };
        let share = stands as f64 / all.max(1) as f64;
        if share >= TOO_COMMON {
            let message = format!("`{}` stands in {stands} of {all} comments ({:.0} %)", term.text, 100.0 * share);
            let help = "Look at some of these comments: does each of them mean this driver?";
            found.push(term.finding(&COMMON_TERM, message, help));
        }
        if counts == 0 {
            let message =
                format!("`{}` stands in {stands} comments, in each inside a longer term of the driver", term.text);
            let help = "Delete it, unless comments to come will have it by itself.";
            found.push(term.finding(&SHADOWED_TERM, message, help));
        }
    }
}
