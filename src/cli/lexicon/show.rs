//! `verbatim lexicon show`: what lexicons mean together, with where each term comes from.
//!
//! Not for what is wrong with them (`check`), nor for what they find (`explain`).

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::super::settings::lexicon_limits;
use super::super::{Outcome, output, usage};
use crate::error::Result;
use crate::lexicon::Resolved;
use crate::lexicon::format::{Boundary, Usage};
use crate::nearest::nearest;

/// Flags of `verbatim lexicon show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Lexicons: bundled names or folders; a later one overlays an earlier one [default: this folder where it is one, else those of verbatim.toml, else core]
    #[arg(value_name = "NAME|DIR")]
    lexicons: Vec<String>,
    /// Of these drivers alone; repeat or separate by commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    driver: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// A term, where it stands in the lexicon, and where it is written.
#[derive(Debug, Serialize)]
struct Shown {
    /// Empty for words of all drivers.
    driver: String,
    list: &'static str,
    term: String,
    #[serde(flatten)]
    usage: Usage,
    place: String,
}

/// Prints lexicons resolved.
pub(super) fn show(args: &ShowArgs) -> Result<Outcome> {
    let mut names = super::named::named_or_default(&args.lexicons)?;
    if names.is_empty() {
        names.push(crate::engine::config::DEFAULT_LEXICON.to_owned());
    }
    let resolved = Resolved::load_within(&names, &lexicon_limits()?)?;
    if let Some(id) = args.driver.iter().find(|id| !resolved.drivers.contains_key(*id)) {
        let known = resolved.drivers.keys().map(String::as_str);
        let near = nearest(id, known, str::to_lowercase).map(|near| format!("Did you mean `{near}`?"));
        let message = format!("{} has no driver `{id}`", names.join(" + "));
        return Err(usage("unknown_driver", message)
            .help(near.unwrap_or_else(|| "Without --driver, `verbatim lexicon show` lists all of them.".to_owned())));
    }
    let mut terms = Vec::new();
    for (driver, of) in &resolved.drivers {
        for (sense, set) in &of.terms {
            terms.extend(set.iter().map(|(term, of)| Shown {
                driver: driver.clone(),
                list: sense.as_str(),
                term: term.clone(),
                usage: of.usage,
                place: of.origin.place().to_string(),
            }));
        }
    }
    for (class, set) in &resolved.words {
        terms.extend(set.iter().map(|(term, of)| Shown {
            driver: String::new(),
            list: class.as_str(),
            term: term.clone(),
            usage: of.usage,
            place: of.origin.place().to_string(),
        }));
    }
    if !args.driver.is_empty() {
        terms.retain(|term| args.driver.contains(&term.driver));
    }
    if args.json {
        let lexicons = &resolved.lexicons;
        output::print_json(&serde_json::json!({ "hash": resolved.hash(), "lexicons": lexicons, "terms": terms }))?;
    } else {
        output::print(&rendered(&resolved, &terms))?;
    }
    Ok(Outcome::Done)
}

/// For people: a heading a list, a line a term. Writing into a text cannot fail.
fn rendered(resolved: &Resolved, terms: &[Shown]) -> String {
    let mut out = String::new();
    let names: Vec<String> = resolved.lexicons.iter().map(|of| format!("{} {}", of.name, of.version)).collect();
    let _ = writeln!(out, "{} ({:.12})", names.join(" + "), resolved.hash());
    let mut heading = String::new();
    for term in terms {
        let of = match resolved.drivers.get(&term.driver) {
            Some(driver) => {
                let under = driver.parent.as_ref().map(|parent| format!(", under {parent}")).unwrap_or_default();
                format!("{} ({} · {}{under}): {}", term.driver, driver.name_zh, driver.name_en, term.list)
            }
            None => format!("words: {}", term.list),
        };
        if of != heading {
            let _ = writeln!(out, "\n{of}");
            heading = of;
        }
        let Usage { boundary, bare, general } = term.usage;
        let options: Vec<&str> =
            [(boundary == Boundary::Any, "boundary any"), (!bare, "if judged"), (!general, "not general")]
                .into_iter()
                .filter_map(|(is, word)| is.then_some(word))
                .collect();
        let options = if options.is_empty() { String::new() } else { format!(" [{}]", options.join(", ")) };
        let _ = writeln!(out, "  {} {}", output::left(&format!("{}{options}", term.term), 32), term.place);
    }
    out
}
