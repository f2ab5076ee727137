//! `verbatim lexicon suggest`: terms that a survey has and lexicons lack.
//!
//! Not for how they are found (`curate::suggest`). Nothing is written: a word is added by a person or by nobody.

use std::fmt::Write as _;

use clap::Args;

use super::super::evaluate::parse_text;
use super::super::output::{FAINT, STRONG};
use super::super::settings::redaction_of_shown;
use super::super::{Outcome, columns, output};
use super::named::{by_default, kept};
use crate::curate::comments;
use crate::curate::suggest::paste::{Missing, OwnFiles};
use crate::curate::suggest::{self as curate, SuggestOptions, Suggestion};
use crate::engine::config::DEFAULT_LEXICON;
use crate::error::Result;
use crate::evaluate::EvaluateConfig;
use crate::evaluate::texts::Texts;
use crate::lexicon::quoted;
use crate::survey::{HeaderRows, ReadOptions};
use crate::types::Role;

/// Flags of `verbatim lexicon suggest`.
#[derive(Debug, Args)]
pub(super) struct SuggestArgs {
    /// Lexicons: bundled names or folders; a later one overlays an earlier one [default: this folder where it is one, else those of verbatim.toml, else core]
    #[arg(value_name = "NAME|DIR")]
    lexicons: Vec<String>,
    /// The survey whose comments are looked through
    #[arg(long, value_name = "SURVEY|OUT")]
    on: String,
    /// For these drivers alone; repeat or separate by commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    driver: Vec<String>,
    /// Most suggestions
    #[arg(long, value_name = "N", default_value_t = 30)]
    limit: usize,
    /// Most comments that show each
    #[arg(long, value_name = "N", default_value_t = 2)]
    samples: usize,
    /// How often a term stands in the survey, at least
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    min_count: u32,
    /// A column of comments, with its question: why, good, improve, other [default: found]
    #[arg(long, value_name = "COL[=ROLE]", value_parser = parse_text)]
    text: Vec<(String, Option<Role>)>,
    /// The column of the score, by which praise is told from blame [default: found; without one, the sentences tell]
    #[arg(long, value_name = "COL")]
    score: Option<String>,
    /// The scale of the score: 0-10, 1-5, or a mapping such as "1=promoter,2=passive,3-5=detractor,6-7=missing"
    #[arg(long)]
    scale: Option<String>,
    /// The column of the id
    #[arg(long, value_name = "COL")]
    id: Option<String>,
    /// The character between fields of a CSV file [default: found]
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<String>,
    /// The encoding of the survey's file, such as gb18030 or big5 [default: found]
    #[arg(long)]
    encoding: Option<String>,
    /// The sheet of a workbook that holds the comments [default: the only one that holds anything]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The rows of the header of the survey's file, from 1: 3, or 1-2 where it has two [default: found]
    #[arg(long, value_name = "ROWS", value_parser = columns::parsed::<HeaderRows>)]
    header: Option<HeaderRows>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Suggests.
pub(super) fn suggest(args: &SuggestArgs) -> Result<Outcome> {
    let lexicons = if args.lexicons.is_empty() { by_default()?.unwrap_or_default() } else { args.lexicons.clone() };
    let tagger = super::super::tagger(&lexicons, None)?;
    let texts = read(args)?;
    let options = SuggestOptions {
        drivers: args.driver.clone(),
        limit: args.limit,
        samples: args.samples,
        min_count: args.min_count,
    };
    let suggestions = curate::suggest(&texts, &tagger, &options)?;
    if args.json {
        output::print_json(&suggestions)?;
    } else {
        texts.notices.iter().for_each(|notice| output::note(notice));
        let own = Own::of(&lexicons)?;
        let mut out = listed(&suggestions, &own, output::width());
        out += &ended(&suggestions, texts.comments.len(), &own);
        output::print(&out)?;
    }
    Ok(Outcome::Done)
}

/// The comments, with their scores where there are some.
fn read(args: &SuggestArgs) -> Result<Texts> {
    let scored = EvaluateConfig {
        texts: args.on.clone(),
        scores: true,
        id: args.id.clone(),
        score: args.score.clone(),
        scale: args.scale.clone(),
        columns: args.text.clone(),
        read: ReadOptions {
            delimiter: args.delimiter.as_deref().map(columns::delimiter).transpose()?,
            encoding: args.encoding.clone(),
            sheet: args.sheet.clone(),
            header: args.header,
            ..ReadOptions::default()
        },
        redact: redaction_of_shown()?,
        ..EvaluateConfig::default()
    };
    match comments::read(&scored) {
        // Who names no score can do without one.
        Err(error) if args.score.is_none() && args.scale.is_none() => {
            let texts = comments::read(&EvaluateConfig { scores: false, ..scored })?;
            if error.code() != "no_score_column" {
                output::note(&format!("note: scores are not used: {}", error.message()));
            }
            Ok(texts)
        }
        read => read,
    }
}

/// The lexicon that takes the words: the last one, whose files come on top.
enum Own {
    /// A folder, with its files.
    Folder(OwnFiles),
    /// One that nobody edits, as it was named: built in, or kept by an output.
    Fixed(String),
}

impl Own {
    fn of(lexicons: &[String]) -> Result<Self> {
        let name = lexicons.last().map_or(DEFAULT_LEXICON, String::as_str);
        let files = if kept(name)? == name { OwnFiles::read(name)? } else { None };
        Ok(files.map_or_else(|| Self::Fixed(name.to_owned()), Self::Folder))
    }
}

/// For people: where each word goes, why, and the comments. Writing into a text cannot fail, here and below.
fn listed(suggestions: &[Suggestion], own: &Own, width: usize) -> String {
    let mut out = String::new();
    for of in suggestions {
        let head = format!("{} · {} {} · {} comments", of.term, of.driver, of.list, of.comments);
        let _ = writeln!(out, "{STRONG}{}{STRONG:#}", output::cut(&head, width));
        let word = quoted(&of.term);
        let is_missing = matches!(own, Own::Folder(files) if !files.has_list_for(of));
        let below = if is_missing { " (to be made: see below)" } else { "" };
        let _ = writeln!(out, "  add `{word},` to {} of [{}] in {}{below}", of.language, of.list, of.file);
        let _ = writeln!(out, "  {}", of.why);
        for sample in &of.samples {
            let (start, end) = (sample.start as usize, sample.end as usize);
            let (Some(before), Some(term), Some(after)) =
                (sample.text.get(..start), sample.text.get(start..end), sample.text.get(end..))
            else {
                continue;
            };
            // The marks are put in before the cut, so that it counts them.
            let marked = format!("{before}[{term}]{after}");
            let shown = output::cut_around(&marked, start, width.saturating_sub(4));
            let _ = writeln!(out, "    {FAINT}{shown}{FAINT:#}");
        }
        out.push('\n');
    }
    out
}

/// How many there are, and how words are added.
fn ended(suggestions: &[Suggestion], comments: usize, own: &Own) -> String {
    let many = match suggestions.len() {
        0 => return format!("no suggestions from {comments} comments.\n"),
        1 => "1 suggestion".to_owned(),
        more => format!("{more} suggestions"),
    };
    let mut out = format!("{many} from {comments} comments. Nothing was added. ");
    let files = match own {
        Own::Folder(files) => files,
        Own::Fixed(name) => {
            let _ = writeln!(
                out,
                "Words go into a lexicon of your own, which `verbatim lexicon new` makes: name it in place of {name} to see which lists it lacks."
            );
            return out;
        }
    };
    out += "Add the words that are right, each before the first of its list.\n";
    let missing = files.missing(suggestions);
    if !missing.is_empty() {
        out += "\nThese lists are to be made. Leave out the words that are wrong.\n";
    }
    for Missing { at, lines } in missing {
        let _ = writeln!(out, "\n{STRONG}{at}{STRONG:#}");
        for line in lines.lines() {
            let _ = writeln!(out, "{}", format!("    {line}").trim_end());
        }
    }
    out
}
