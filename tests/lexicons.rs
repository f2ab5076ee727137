//! The bundled lexicons against the engine: every example of a lexicon gets the stance that it expects.

use verbatim::evaluate::run_examples;
use verbatim::lexicon::bundled_names;

#[test]
fn every_example_of_a_bundled_lexicon_holds() {
    for name in bundled_names() {
        let report = run_examples(&name).unwrap_or_else(|error| panic!("{error}"));
        assert!(report.examples > 0, "lexicon `{name}` has no examples");
        let failures: Vec<String> = report
            .failures
            .iter()
            .map(|failure| {
                let said = serde_json::to_string_pretty(&failure.explanation).expect("an explanation is JSON");
                format!("{}: expected {}, got {}\n{said}", failure.place, failure.expected, failure.got)
            })
            .collect();
        assert!(failures.is_empty(), "{name}: {} of {} fail\n{}", failures.len(), report.examples, failures.join("\n"));
    }
}

#[test]
fn every_driver_that_a_bundled_lexicon_writes_has_a_dozen_examples() {
    for name in bundled_names() {
        let report = run_examples(&name).unwrap_or_else(|error| panic!("{error}"));
        let few: Vec<_> = report.drivers.iter().filter(|(_, count)| (1..12).contains(count)).collect();
        assert!(few.is_empty(), "{name}: {few:?}");
    }
}
