//! The bundled lexicons against the engine: every example of a lexicon gets the stance that it expects.
//!
//! An example is a test of the lexicon that wrote it, so an overlay runs its own alone.

use std::fmt::Write;
use std::sync::Arc;

use verbatim::lexicon::{DriverExample, Lexicon, bundled_names};
use verbatim::tag::{CommentTags, Explanation, Scratch, Tagger, tagger::TaggerOptions};
use verbatim::types::{DriverIx, Polarity, Stance};

/// What the comment says of a driver, a parent standing for itself and all below it.
fn stance(lexicon: &Lexicon, tags: &CommentTags, driver: DriverIx) -> Option<Stance> {
    let mentions =
        tags.mentions.iter().filter(|mention| mention.driver == driver || lexicon.is_above(driver, mention.driver));
    mentions.map(|mention| mention.polarity).fold(None, |stance: Option<Stance>, polarity: Polarity| {
        Some(stance.map_or(Stance::from(polarity), |stance| stance.and(polarity)))
    })
}

fn word(stance: Option<Stance>) -> &'static str {
    stance.map_or("none", Stance::as_str)
}

/// What the engine found, for the person who mends the lexicon.
fn found(explanation: &Explanation) -> String {
    let mut out = format!("        {}", explanation.tokens.join("/"));
    for mention in &explanation.mentions {
        let at = |words: &Option<_>| {
            words.as_ref().map_or_else(String::new, |words: &verbatim::tag::explain::Words| words.text.clone())
        };
        let _ = write!(
            out,
            "\n        {} {} by {} ({}) cue [{}] negator [{}] clause {}",
            mention.driver,
            mention.polarity.as_str(),
            mention.term,
            mention.rule,
            at(&mention.cue),
            at(&mention.negator),
            mention.clause,
        );
    }
    out
}

/// Runs the examples that `name` wrote; how many there are, and those that fail, in words.
fn run(name: &str) -> (usize, Vec<String>) {
    let lexicon = Arc::new(Lexicon::load(&[name]).unwrap_or_else(|error| panic!("{error}")));
    let own = lexicon.names.last().expect("a lexicon has a name").name.clone();
    let tagger = Tagger::new(lexicon.clone(), TaggerOptions::default()).expect("the built-in tokenizer");
    let (mut scratch, mut tags) = (Scratch::default(), CommentTags::default());
    let (mut count, mut failures) = (0, Vec::new());
    for driver in lexicon.drivers() {
        let ix = lexicon.driver_ix(&driver.id).expect("it is listed");
        for DriverExample { example, .. } in driver.examples.iter().filter(|example| example.lexicon == own) {
            count += 1;
            tagger.tag_comment([(0, example.role, example.text.as_str())], &mut scratch, &mut tags);
            let got = stance(&lexicon, &tags, ix);
            if got != example.expect.stance() {
                failures.push(format!(
                    "{}: “{}” ({}): expected {}, got {}\n{}",
                    driver.id,
                    example.text,
                    example.role.as_str(),
                    word(example.expect.stance()),
                    word(got),
                    found(&tagger.explain(&example.text, example.role)),
                ));
            }
        }
    }
    (count, failures)
}

#[test]
fn every_example_of_a_bundled_lexicon_holds() {
    for name in bundled_names() {
        let (count, failures) = run(&name);
        assert!(count > 0, "lexicon `{name}` has no examples");
        assert!(failures.is_empty(), "{name}: {} of {count} examples fail\n{}", failures.len(), failures.join("\n"));
    }
}
