//! `verbatim lexicon rules`: what the check looks for, and why.
//!
//! Not for finding it (`check`).

use std::fmt::Write as _;

use clap::Args;

use super::super::{Outcome, output, usage};
use crate::curate::check::{RULES, Rule};
use crate::error::Result;

/// Flags of `verbatim lexicon rules`.
#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// A code or a name, such as L013 or `conflicting_term` [default: a line on each]
    rule: Option<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print all of them as Markdown, as docs/lexicon-rules.md has them
    #[arg(long, conflicts_with_all = ["rule", "json"])]
    markdown: bool,
}

/// Prints rules.
pub(super) fn rules(args: &RulesArgs) -> Result<Outcome> {
    let chosen: Vec<&'static Rule> = match &args.rule {
        None => RULES.to_vec(),
        Some(wanted) => {
            let is_it = |rule: &&&Rule| rule.code.eq_ignore_ascii_case(wanted) || rule.name == wanted;
            let rule = RULES.iter().find(is_it).ok_or_else(|| {
                usage("unknown_rule", format!("there is no rule `{wanted}`"))
                    .help("`verbatim lexicon rules` lists them.")
            })?;
            vec![rule]
        }
    };
    if args.json {
        output::print_json(&chosen)?;
    } else if args.markdown {
        output::print(&markdown())?;
    } else if args.rule.is_some() {
        output::print(&chosen.iter().map(|rule| page(rule)).collect::<String>())?;
    } else {
        output::print(&chosen.iter().map(|rule| line(rule)).collect::<String>())?;
    }
    Ok(Outcome::Done)
}

fn line(rule: &Rule) -> String {
    format!("{} {} {} {}\n", rule.code, output::left(rule.severity.as_str(), 7), output::left(rule.name, 17), rule.what)
}

fn page(rule: &Rule) -> String {
    let Rule { code, name, what, why, example, instead, .. } = rule;
    let severity = rule.severity.as_str();
    format!("{code} {name} ({severity})\n\nWhat     {what}\nWhy      {why}\nExample  {example}\nInstead  {instead}\n")
}

/// The page of all rules.
fn markdown() -> String {
    let mut out = String::from(
        "# What `verbatim lexicon check` looks for\n\n\
         Made by `verbatim lexicon rules --markdown`. A code keeps its meaning, and is never given again. Errors and warnings make the \
         exit code 1; notes do not, and are shown by `--notes`.\n",
    );
    for Rule { code, name, severity, what, why, example, instead } in RULES {
        // Writing into a text cannot fail.
        let _ = write!(
            out,
            "\n## {code} {name} ({})\n\n- **What**: {what}\n- **Why**: {why}\n- **Example**: {example}\n- **Instead**: {instead}\n",
            severity.as_str()
        );
    }
    out
}
