//! `verbatim explain TEXT`: why a text gets its tags.

use std::fmt::Write as _;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::Args;

use super::output::{FAINT, STRONG};
use super::{Outcome, output};
use crate::error::Result;
use crate::tag::Explanation;
use crate::tag::explain::{ExplainedMention, Words};
use crate::types::{Polarity, Role};

/// Flags of `verbatim explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The text
    text: String,
    /// A lexicon: a bundled name, a folder, or an output (OUT, OUT@PERIOD) for that by which it was tagged; repeat to overlay [default: this
    /// folder where it is one, else those of verbatim.toml, else core]
    #[arg(long, value_name = "NAME|DIR")]
    lexicon: Vec<String>,
    /// The question that the text answers: why, good, improve, other
    #[arg(long, default_value = "why", value_parser = parse_role)]
    role: Role,
    /// A tokenizer.json whose pre-tokenizer cuts English
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

fn parse_role(written: &str) -> Result<Role, String> {
    Role::parse(written).ok_or_else(|| format!("`{written}` is no role: why, good, improve or other"))
}

/// Explains.
pub(super) fn explain(args: &ExplainArgs) -> Result<Outcome> {
    let tagger = super::tagger(&args.lexicon, args.tokenizer.as_deref())?;
    let explanation = tagger.explain(&args.text, args.role);
    if args.json {
        output::print_json(&explanation)?;
    } else {
        output::print(&rendered(&explanation))?;
    }
    Ok(Outcome::Done)
}

fn colour(polarity: Polarity) -> Style {
    match polarity {
        Polarity::Positive => AnsiColor::Green.on_default(),
        Polarity::Negative => AnsiColor::Red.on_default(),
        Polarity::Neutral => AnsiColor::Yellow.on_default(),
    }
}

/// For people; `write!` into a `String` cannot fail.
fn rendered(explanation: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}text{STRONG:#}     {}", marked(explanation));
    let _ = writeln!(out, "{STRONG}tokens{STRONG:#}   {}", explanation.tokens.join(&format!("{FAINT}|{FAINT:#}")));
    for (number, clause) in explanation.clauses.iter().enumerate() {
        let head = if number == 0 { "clauses" } else { "" };
        let _ = writeln!(out, "{STRONG}{head:<9}{STRONG:#}{FAINT}{number}{FAINT:#} {clause}");
    }
    if explanation.mentions.is_empty() {
        let _ = writeln!(out, "{STRONG}mentions{STRONG:#} none ({})", explanation.residual.unwrap_or("no_driver"));
    }
    for mention in &explanation.mentions {
        mention_lines(&mut out, mention);
    }
    let _ = writeln!(
        out,
        "{STRONG}overall{STRONG:#}  {}  voice: {}  languages: {}",
        explanation.sentiment.unwrap_or("no comment"),
        or_none(&explanation.voice),
        or_none(&explanation.languages),
    );
    out
}

fn or_none(words: &[&str]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn mention_lines(out: &mut String, mention: &ExplainedMention) {
    let style = colour(mention.polarity);
    let _ = writeln!(
        out,
        "\n{style}● {}{style:#}  {STRONG}{}{STRONG:#} {} / {}",
        mention.polarity.as_str(),
        mention.driver,
        mention.name_zh,
        mention.name_en
    );
    let _ = writeln!(out, "  term     {}  {FAINT}{}{FAINT:#}", place(&mention.at), mention.term);
    if let Some(cue) = &mention.cue {
        let _ = writeln!(out, "  cue      {}", place(cue));
    }
    if let Some(negator) = &mention.negator {
        let turned = if mention.negated { "" } else { ", turned back" };
        let _ = writeln!(out, "  negator  {}{turned}", place(negator));
    }
    let _ = writeln!(out, "  rule     {}, clause {}", mention.rule, mention.clause);
}

/// A mention with its evidence, for lists.
pub(super) fn in_one_line(mention: &ExplainedMention) -> String {
    let mut line = format!("{} by {} in “{}”", mention.polarity.as_str(), mention.term, mention.at.text);
    for (what, words) in [("cue", &mention.cue), ("negator", &mention.negator)] {
        if let Some(words) = words {
            let _ = write!(line, ", {what} “{}”", words.text);
        }
    }
    let _ = write!(line, ", rule {}, clause {}", mention.rule, mention.clause);
    line
}

fn place(words: &Words) -> String {
    format!(
        "{} {FAINT}(characters {}–{}, bytes {}–{}){FAINT:#}",
        words.text, words.start, words.end, words.start_byte, words.end_byte
    )
}

/// The text with its mentions in colour; where mentions overlap the first one shows.
fn marked(explanation: &Explanation) -> String {
    let mut out = String::new();
    let mut done = 0;
    for mention in &explanation.mentions {
        let (start, end) = (mention.at.start_byte as usize, mention.at.end_byte as usize);
        if start < done {
            continue;
        }
        let style = colour(mention.polarity);
        let _ = write!(out, "{}{style}{}{style:#}", &explanation.text[done..start], &explanation.text[start..end]);
        done = end;
    }
    out.push_str(&explanation.text[done..]);
    out
}
