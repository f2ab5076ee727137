//! How well tags agree with what people say: with labels, per driver and over whole comments; with scores; with a lexicon's own examples.
//!
//! Nothing here changes a lexicon, and nothing is written.
//!
//! - [`examples`]: a lexicon's own examples.
//! - [`table`]: the small files of labels and of what they stand for.
//! - [`texts`]: the comments, read and redacted as a run reads them.
//! - [`gold`]: what people said: labels → drivers, several labels of one unit → one side.
//! - [`measure`]: counts → precision, recall, F1, macro-F1, accuracy, AUC.
//! - [`compare`]: gold against tags, unit by unit.
//! - [`blame`]: what of the lexicon is to blame for them.
//! - [`misses`]: the units on which the two differ most tellingly.
//! - [`report`]: what comes out.
//!
//! A *unit* is a comment and a driver; where the gold names columns, one answer of a comment and a driver.

pub mod blame;
pub mod compare;
pub mod examples;
pub mod gold;
pub mod measure;
pub mod misses;
pub mod report;
pub mod table;
pub mod texts;

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

pub use examples::{ExampleFailure, ExampleReport, run_examples, run_examples_of};
pub use report::Evaluation;

use self::compare::{Comparison, Said};
use self::gold::{Gold, Targets};
use self::misses::Context;
use self::texts::{Comment, Texts};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;
use crate::lexicon::limits::Limits;
use crate::survey::ReadOptions;
use crate::tag::tagger::{Scratch, TaggerOptions};
use crate::tag::{CommentTags, Tagger};
use crate::text::Redaction;
use crate::types::{Band, Polarity, Role};

/// What is to be evaluated.
#[derive(Debug, Clone)]
pub struct EvaluateConfig {
    /// The file of comments.
    pub texts: String,
    /// The file of labels: `id,label,polarity[,column]`.
    pub gold: Option<PathBuf>,
    /// What the labels stand for: `label,driver`.
    pub map: Option<PathBuf>,
    /// Whether comments are ranked against their scores.
    pub scores: bool,
    /// Lexicons by name or folder; a later one overlays an earlier one.
    pub lexicons: Vec<String>,
    /// How large they may be.
    pub lexicon_limits: Limits,
    /// The column of the id.
    pub id: Option<String>,
    /// The column of the score.
    pub score: Option<String>,
    /// The scale of the score.
    pub scale: Option<String>,
    /// The columns of comments; a role that is not given is the one that the column is called by.
    pub columns: Vec<(String, Option<Role>)>,
    /// A `tokenizer.json` whose pre-tokenizer cuts English.
    pub tokenizer: Option<PathBuf>,
    /// How the file of comments is read.
    pub read: ReadOptions,
    /// Which personal data is blanked out in comments.
    pub redact: Redaction,
    /// Most misses of each kind for each driver.
    pub misses: usize,
}

impl Default for EvaluateConfig {
    fn default() -> Self {
        Self {
            texts: String::new(),
            gold: None,
            map: None,
            scores: false,
            lexicons: vec![crate::engine::config::DEFAULT_LEXICON.to_owned()],
            lexicon_limits: Limits::default(),
            id: None,
            score: None,
            scale: None,
            columns: Vec::new(),
            tokenizer: None,
            read: ReadOptions::default(),
            redact: Redaction::default(),
            misses: 5,
        }
    }
}

/// Tags the comments and compares with what people say of them. The same files give the same result, whatever the threads.
///
/// # Errors
/// Where a file, the lexicon or a flag cannot be used; codes of its own: `nothing_to_evaluate`, `bad_labels`, `no_id_column`.
pub fn evaluate(config: &EvaluateConfig) -> Result<Evaluation> {
    if config.gold.is_none() && !config.scores {
        return Err(Error::new(ErrorKind::Usage, "nothing_to_evaluate", "neither labels nor scores to compare with")
            .help("Name a file of labels with `--gold FILE`, or compare with the score by `--scores`."));
    }
    let lexicon = Arc::new(Lexicon::load_within(&config.lexicons, &config.lexicon_limits)?);
    let rows = config.gold.as_ref().map(|path| table::labels(path)).transpose()?;
    let map = config.map.as_ref().map(|path| table::map(path)).transpose()?;
    let texts = Texts::read(config, rows.as_ref())?;
    let targets = Targets::new(&lexicon, rows.as_ref(), map.as_deref());
    let gold = rows.as_ref().map(|rows| Gold::new(rows, &targets, &texts)).transpose()?;

    let options = TaggerOptions { english: config.tokenizer.clone(), ..TaggerOptions::default() };
    let tagger = Tagger::new(Arc::clone(&lexicon), options)?;
    let wanted = |comment: &&Comment| config.scores || gold.as_ref().is_some_and(|gold| gold.ids.contains(&comment.id));
    let comments: Vec<&Comment> = texts.comments.iter().filter(wanted).collect();
    let said = tag(&tagger, &texts, &comments);

    let mut comparison = Comparison::new(&targets);
    if let Some(gold) = &gold {
        for (at, (comment, of)) in comments.iter().zip(&said).enumerate() {
            comparison.add(gold, &targets, at, comment, of);
        }
    }
    let context = Context { tagger: &tagger, targets: &targets, texts: &texts, comments: &comments, said: &said };
    let misses = context.misses(&comparison, config.misses);
    let blame = context.blame(&comparison);
    let overall = gold.as_ref().filter(|gold| !gold.overall.is_empty()).map(|gold| {
        let side = |comment: &Comment| match gold.overall.get(&comment.id)?.polarity()? {
            Polarity::Positive => Some(true),
            Polarity::Negative => Some(false),
            Polarity::Neutral => None,
        };
        ranked(&comments, &said, side)
    });
    let scores = config.scores.then(|| {
        let side = |comment: &Comment| match comment.band? {
            Band::Promoter => Some(true),
            Band::Detractor => Some(false),
            Band::Passive => None,
        };
        ranked(&comments, &said, side)
    });
    Ok(report::evaluation(report::Parts {
        lexicon: &lexicon,
        texts: &texts,
        gold: gold.as_ref(),
        targets: &targets,
        comparison: &comparison,
        misses,
        blame,
        overall,
        scores,
    }))
}

/// The AUC of the balance, praise against blame, over the comments that have a side.
fn ranked(comments: &[&Comment], said: &[Said], side: impl Fn(&Comment) -> Option<bool>) -> measure::Auc {
    let sided = comments.iter().zip(said).filter_map(|(comment, said)| Some((said.balance, side(comment)?)));
    measure::auc(sided.collect())
}

/// Tags all comments, in their order.
fn tag(tagger: &Tagger, texts: &Texts, comments: &[&Comment]) -> Vec<Said> {
    let fresh = || (Scratch::default(), CommentTags::default());
    let said = |(scratch, tags): &mut (Scratch, CommentTags), comment: &&Comment| {
        let answers = comment.answers.iter().zip(&texts.columns).enumerate();
        let given = answers.filter_map(|(at, (answer, column))| Some((at as u16, column.role, answer.as_deref()?)));
        tagger.tag_comment(given, scratch, tags);
        Said { balance: tags.balance(), mentions: tags.mentions.clone() }
    };
    comments.par_iter().map_init(fresh, said).collect()
}
