//! The whole of an evaluation on small files: labels, roll-up, columns, scores, misses.
//!
//! Not for the measures one by one: those are tested where they are computed.

// Helpers of tests fail by panic, as tests do.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use verbatim::evaluate::compare::Kind;
use verbatim::evaluate::misses::Misses;
use verbatim::evaluate::report::{Counted, DriverReport};
use verbatim::evaluate::{EvaluateConfig, Evaluation, evaluate};

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn driver<'a>(found: &'a Evaluation, id: &str) -> &'a DriverReport {
    found.gold.as_ref().unwrap().drivers.iter().find(|driver| driver.driver == id).unwrap()
}

fn kind(driver: &DriverReport, kind: Kind) -> &Misses {
    driver.misses.iter().find(|misses| misses.kind == kind).unwrap()
}

const TEXTS: &str = "id,score,comment\n\
    a,10,声音很安静\n\
    b,2,\"太吵了，地上很脏\"\n\
    c,9,非常好\n\
    d,1,噪音大\n\
    e,0,这里噪音很大\n\
    d,5,an id that is there already\n";

#[test]
fn labels_are_compared_by_whole_comments() {
    let folder = tempfile::tempdir().unwrap();
    let texts = write(folder.path(), "texts.csv", TEXTS);
    // The first bytes are a byte order mark, as Excel writes it.
    let gold = write(
        folder.path(),
        "gold.csv",
        "\u{feff}id,label,polarity\na,Noise,positive\nb,Noise,negative\nb,Room,negative\nc,Noise,negative\nc,thanks,positive\n\
         d,,\nb,overall,negative\na,overall,positive\nc,overall,positive\nd,overall,negative\nz,Noise,negative\n",
    );
    let map = write(folder.path(), "map.csv", "label,driver\nNoise,noise\nRoom,surroundings\nFar,no_such_driver\n");
    let config = EvaluateConfig {
        texts: texts.display().to_string(),
        gold: Some(gold),
        map: Some(map),
        scores: true,
        // One id comes twice, so that the column is not found by its content.
        id: Some("id".to_owned()),
        ..EvaluateConfig::default()
    };
    let found = evaluate(&config).unwrap();
    assert_eq!((found.comments, found.rejected, found.lexicons.len()), (5, 1, 1));
    let labels = found.gold.as_ref().unwrap();
    assert_eq!((labels.comments, labels.ids_without_text, labels.by_column), (4, 1, false));
    assert_eq!(labels.unmapped, [Counted { name: "thanks".to_owned(), labels: 1 }]);
    assert_eq!(labels.lacking, [Counted { name: "no_such_driver".to_owned(), labels: 0 }]);

    // Gold: a, b, c; found: a, b, d.
    let noise = driver(&found, "noise");
    assert_eq!((noise.measures.gold, noise.measures.found, noise.measures.both), (3, 3, 2));
    assert_eq!(noise.measures.given_side.accuracy, Some(1.0));
    assert_eq!((noise.measures.negative_precision, noise.measures.negative_recall), (Some(0.5), Some(0.5)));
    assert_eq!(kind(noise, Kind::MissedNegative).shown[0].id, "c");
    let wrong = kind(noise, Kind::False);
    assert_eq!((wrong.n, wrong.shown[0].id.as_str()), (1, "d"));
    assert!(wrong.shown[0].because[0].term.starts_with("noise."), "{wrong:?}");

    // The parent takes what is said of noise and of cleanliness: a positive, b negative, d negative.
    let surroundings = driver(&found, "surroundings");
    assert!(surroundings.with.iter().any(|id| id == "noise"));
    assert_eq!((surroundings.measures.gold, surroundings.measures.found, surroundings.measures.both), (1, 3, 1));
    assert_eq!(labels.total.unwrap().gold, 4);

    assert_eq!(labels.overall.unwrap().auc, Some(1.0));
    let scores = found.scores.unwrap();
    assert_eq!((scores.auc, scores.positive, scores.negative), (Some(1.0), 2, 3));

    let again = evaluate(&config).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&found).unwrap());
}

#[test]
fn labels_with_a_column_are_compared_answer_by_answer() {
    let folder = tempfile::tempdir().unwrap();
    let texts =
        write(folder.path(), "texts.csv", "id,good,improve,why\n1,The staff were friendly,parking,\n2,,,too noisy\n");
    let gold = write(
        folder.path(),
        "gold.csv",
        "id,label,polarity,column\n1,service_attitude,positive,good\n1,parking,negative,improve\n2,noise,,why\n2,noise,negative,good\n",
    );
    let config = EvaluateConfig { texts: texts.display().to_string(), gold: Some(gold), ..EvaluateConfig::default() };
    let found = evaluate(&config).unwrap();
    assert_eq!(found.columns, ["good=good", "improve=improve", "why=why"]);
    // Units: three answers, and the one that is blank but labelled.
    assert_eq!(driver(&found, "parking").measures.units, 3);
    let noise = &driver(&found, "noise").measures;
    assert_eq!(
        (noise.gold, noise.found, noise.both, noise.units),
        (2, 1, 1, 3),
        "an unknown side counts for mention only"
    );
    assert_eq!(kind(driver(&found, "noise"), Kind::MissedNegative).shown[0].column.as_deref(), Some("good"));
    assert_eq!(driver(&found, "service_attitude").measures.given_side.accuracy, Some(1.0));

    let one = EvaluateConfig { columns: vec![("why".to_owned(), None)], ..config };
    let found = evaluate(&one).unwrap();
    assert_eq!(found.gold.as_ref().unwrap().other_columns, 3);
    assert_eq!(driver(&found, "noise").measures.gold, 1);
}

#[test]
fn what_cannot_be_used_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let texts = write(folder.path(), "texts.csv", TEXTS).display().to_string();
    let error = |gold: &str| {
        let gold = Some(write(folder.path(), "gold.csv", gold));
        evaluate(&EvaluateConfig { texts: texts.clone(), gold, ..EvaluateConfig::default() }).unwrap_err()
    };
    let bad = error("id,label,polarity\na,noise,good\n");
    assert_eq!((bad.code(), bad.place().and_then(|place| place.line)), ("bad_labels", Some(2)));
    assert_eq!(error("id,label\na,noise\n").code(), "unknown_column");
    let nothing = evaluate(&EvaluateConfig { texts, ..EvaluateConfig::default() }).unwrap_err();
    assert_eq!(nothing.code(), "nothing_to_evaluate");
}
