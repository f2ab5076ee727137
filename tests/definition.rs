//! The quick ways of cutting against their definition: `--segment full`, by which jieba-rs and `tokenizers` themselves cut every run, finds
//! the same.
//!
//! Not for what is found to be right: the lexicons' examples and `verbatim evaluate` tell that.

#![allow(clippy::unwrap_used, reason = "a test ends where a value is missing")]
#![allow(clippy::print_stderr, reason = "a check that is skipped says so")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use verbatim::lexicon::Lexicon;
use verbatim::tag::tagger::{SegmentMode, TaggerOptions};
use verbatim::tag::{CommentTags, Scratch, Tagger};
use verbatim::types::Role;

/// Both ways with one lexicon.
fn both(lexicons: &[&str]) -> [Tagger; 2] {
    let lexicon = Arc::new(Lexicon::load(lexicons).unwrap());
    [SegmentMode::Demand, SegmentMode::Full].map(|segment| {
        Tagger::new(Arc::clone(&lexicon), TaggerOptions { segment, ..TaggerOptions::default() }).unwrap()
    })
}

/// Compares every field of a file as an answer of its own; how many there are.
fn compare(taggers: &[Tagger; 2], file: &Path) -> usize {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).unwrap();
    let mut scratches = [Scratch::default(), Scratch::default()];
    let mut tags = [CommentTags::default(), CommentTags::default()];
    let mut count = 0;
    for record in reader.records() {
        for field in record.unwrap().iter().filter(|field| field.chars().nth(3).is_some()) {
            for ((tagger, scratch), tags) in taggers.iter().zip(&mut scratches).zip(&mut tags) {
                tagger.tag_comment([(0, Role::Why, field)], scratch, tags);
            }
            let [quick, full] = tags.each_ref().map(|tags| format!("{tags:?}"));
            assert_eq!(quick, full, "{}: {field}", file.display());
            count += 1;
        }
    }
    count
}

#[test]
fn the_sample_is_tagged_the_same_both_ways() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/appliance_survey.csv");
    assert!(compare(&both(&["core", "appliance"]), &sample) > 640);
}

/// All texts of `../shared/data`: `cargo test --release --test definition -- --ignored`, some minutes.
#[test]
#[ignore = "minutes without optimisation, and needs texts that are no part of the project"]
fn real_texts_are_tagged_the_same_both_ways() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: there is no {}", folder.display());
        return;
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    let taggers = [&["core", "appliance"][..], &["dining"], &["patient"], &["telecom"], &["air"]].map(both);
    let count: usize = files.iter().flat_map(|file| taggers.iter().map(|taggers| compare(taggers, file))).sum();
    eprintln!("{count} answers are tagged the same");
    assert!(count > 100_000);
}
