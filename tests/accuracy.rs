//! What the tags of the sample survey are worth: measured against the labels that lie beside it, and held there.
//!
//! Not a target: the floors are what was reached when they were last raised, so that no change makes tags worse in silence. Figures on
//! texts of other industries are in docs/accuracy.md.

use verbatim::evaluate::{EvaluateConfig, Evaluation, evaluate};

fn on_the_sample(lexicon: &str) -> Evaluation {
    let data = |name: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    let config = EvaluateConfig {
        texts: data("appliance_survey.csv").display().to_string(),
        gold: Some(data("appliance_survey.gold.csv")),
        lexicons: vec![lexicon.to_owned()],
        ..EvaluateConfig::default()
    };
    evaluate(&config).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn tags_of_the_sample_survey_are_no_worse_than_they_were() {
    let found = on_the_sample("appliance");
    let labels = found.gold.expect("labels were given");
    assert_eq!((found.comments, labels.lacking.len()), (640, 0), "{:?}", labels.lacking);
    let total = labels.total.expect("there are labels");
    for (what, value, floor) in [
        ("F1 of mentions", total.f1, 0.86),
        ("recall of negatives", total.negative_recall, 0.85),
        ("precision of negatives", total.negative_precision, 0.80),
        ("polarity where both take a side", total.given_side.accuracy, 0.98),
    ] {
        let value = value.unwrap_or_default();
        println!("{what}: {value:.4}");
        assert!(value >= floor, "{what} is {value:.4}, and was {floor}");
    }
}
