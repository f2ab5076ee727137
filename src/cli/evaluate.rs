//! `verbatim evaluate`: how well tags agree with labels that people gave, or with the score.
//!
//! Not for how it is shown (`evaluation`).

use std::path::PathBuf;

use clap::Args;

use super::lexicon::named::all_kept;
use super::settings::{lexicon_limits, redaction_of_shown};
use super::{Outcome, columns, evaluation, output};
use crate::error::Result;
use crate::evaluate::{EvaluateConfig, evaluate as evaluate_texts};
use crate::survey::{HeaderRows, ReadOptions};
use crate::types::Role;

/// Flags of `verbatim evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// The file of comments
    texts: String,
    /// The file of labels, with the columns id, label, polarity, and column where labels are of single answers
    #[arg(long, value_name = "FILE", required_unless_present = "scores")]
    gold: Option<PathBuf>,
    /// What labels stand for: a file with the columns label, driver [default: a label is a driver's id]
    #[arg(long, value_name = "FILE", requires = "gold")]
    map: Option<PathBuf>,
    /// Rank comments against their scores: promoters above detractors
    #[arg(long)]
    scores: bool,
    /// A lexicon: a bundled name, a folder, or an output (OUT, OUT@PERIOD) for that by which it was tagged; repeat to overlay [default: core]
    #[arg(long, value_name = "NAME|DIR")]
    lexicon: Vec<String>,
    /// The column of the id
    #[arg(long, value_name = "COL")]
    id: Option<String>,
    /// The column of the score
    #[arg(long, value_name = "COL", requires = "scores")]
    score: Option<String>,
    /// The scale of the score: 0-10, 1-5, or a mapping such as "1=promoter,2=passive,3-5=detractor,6-7=missing"
    #[arg(long, requires = "scores")]
    scale: Option<String>,
    /// A column of comments, with its question: why, good, improve, other [default: those that the labels name]
    #[arg(long, value_name = "COL[=ROLE]", value_parser = parse_text)]
    text: Vec<(String, Option<Role>)>,
    /// Most misses of each kind that are shown for each driver
    #[arg(long, value_name = "N", default_value_t = 5)]
    misses: usize,
    /// The character between fields of the comments' file [default: found]
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<String>,
    /// The encoding of the comments' file, such as gb18030 or big5 [default: found]
    #[arg(long)]
    encoding: Option<String>,
    /// The sheet of a workbook that holds the comments [default: the only one that holds anything]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The rows of the header of the comments' file, from 1: 3, or 1-2 where it has two [default: found]
    #[arg(long, value_name = "ROWS", value_parser = columns::parsed::<HeaderRows>)]
    header: Option<HeaderRows>,
    /// A tokenizer.json whose pre-tokenizer cuts English
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// `COL` or `COL=ROLE`; without a role, a column that is called by one has that.
pub(super) fn parse_text(written: &str) -> Result<(String, Option<Role>), String> {
    let (column, role) = columns::parse_text(written)?;
    Ok((column, written.contains('=').then_some(role)))
}

/// Evaluates.
pub(super) fn evaluate(args: &EvaluateArgs) -> Result<Outcome> {
    let defaults = EvaluateConfig::default();
    let config = EvaluateConfig {
        texts: args.texts.clone(),
        gold: args.gold.clone(),
        map: args.map.clone(),
        scores: args.scores,
        lexicons: if args.lexicon.is_empty() { defaults.lexicons } else { all_kept(&args.lexicon)? },
        lexicon_limits: lexicon_limits()?,
        id: args.id.clone(),
        score: args.score.clone(),
        scale: args.scale.clone(),
        columns: args.text.clone(),
        tokenizer: args.tokenizer.clone(),
        read: ReadOptions {
            delimiter: args.delimiter.as_deref().map(columns::delimiter).transpose()?,
            encoding: args.encoding.clone(),
            sheet: args.sheet.clone(),
            header: args.header,
            ..defaults.read
        },
        redact: redaction_of_shown()?,
        misses: args.misses,
    };
    let found = evaluate_texts(&config)?;
    if args.json {
        output::print_json(&found)?;
    } else {
        found.notices.iter().for_each(|notice| output::note(notice));
        output::print(&evaluation::rendered(&found))?;
    }
    Ok(Outcome::Done)
}
