//! `verbatim lexicon check`: everything that is wrong with lexicons.
//!
//! Not for what is looked for (`curate::check`), nor for how a finding looks (`diagnostics`).

use clap::{Args, ValueEnum};

use super::super::evaluate::parse_text;
use super::super::settings::{lexicon_limits, redaction_of_shown};
use super::super::{Outcome, output};
use super::diagnostics;
use super::named::by_default;
use crate::curate::check::{self, Report, Severity};
use crate::curate::comments;
use crate::error::Result;
use crate::evaluate::EvaluateConfig;
use crate::lexicon::bundled_names;
use crate::types::Role;

/// Flags of `verbatim lexicon check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Lexicons: folders or bundled names [default: this folder where it holds a lexicon.toml, else all bundled ones]
    #[arg(value_name = "NAME|DIR")]
    lexicons: Vec<String>,
    /// A survey file, or the folder that a run wrote: also say which terms stand in too many of its comments, and which never count there by themselves
    #[arg(long, value_name = "SURVEY|OUT")]
    on: Option<String>,
    /// A column of comments of the survey, with its question [default: found]
    #[arg(long, value_name = "COL[=ROLE]", value_parser = parse_text, requires = "on")]
    text: Vec<(String, Option<Role>)>,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Print as JSON; the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Show notes too: what is worth knowing, and need not be mended
    #[arg(long)]
    notes: bool,
    /// Print nothing but errors of the command itself; the exit code says whether there are findings
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One object a lexicon
    Json,
    /// SARIF 2.1.0, as code hosts and editors read it
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// Checks lexicons.
pub(super) fn check(args: &CheckArgs) -> Result<Outcome> {
    let names = match (&args.lexicons[..], by_default()?) {
        ([], Some(meant)) => meant,
        ([], None) => bundled_names(),
        (named, _) => named.to_vec(),
    };
    let texts = |survey: &String| {
        let config = EvaluateConfig {
            texts: survey.clone(),
            columns: args.text.clone(),
            redact: redaction_of_shown()?,
            ..EvaluateConfig::default()
        };
        comments::read(&config)
    };
    let survey = args.on.as_ref().map(texts).transpose()?;
    let limits = lexicon_limits()?;
    let mut reports =
        names.iter().map(|name| check::check(name, survey.as_ref(), &limits)).collect::<Result<Vec<_>>>()?;
    let notes: usize = reports.iter().map(|report| report.count(Severity::Note)).sum();
    if !args.notes {
        for report in &mut reports {
            report.findings.retain(|finding| finding.rule.severity != Severity::Note);
        }
    }
    if !args.quiet {
        match if args.json { Format::Json } else { args.format } {
            Format::Text => output::print(&diagnostics::text(&reports, if args.notes { 0 } else { notes }))?,
            Format::Json => output::print_json(&reports)?,
            Format::Sarif => output::print_json(&diagnostics::sarif(&reports))?,
            Format::Github => output::print(&diagnostics::github(&reports))?,
        }
    }
    let is_mended = |report: &Report| report.count(Severity::Error) + report.count(Severity::Warning) == 0;
    Ok(if reports.iter().all(is_mended) { Outcome::Done } else { Outcome::Findings })
}
