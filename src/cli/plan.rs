//! `verbatim plan`: how many answers a wanted margin needs, before anybody is asked.
//!
//! Not for surveys that are there: their margins stand in the table `nps`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::output::{FAINT, STRONG};
use super::summary::whole_percent;
use super::{Outcome, output, usage};
use crate::contribution::plan::{Plan, invitations};
use crate::error::Result;
use crate::report::{Figures, Wanted};
use crate::tables::ALL_PERIODS;
use crate::types::Share;

/// Margins beside the one that is asked for, in points.
const MARGINS: [f64; 6] = [2.0, 3.0, 5.0, 7.5, 10.0, 15.0];

/// Flags of `verbatim plan`.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The margin that is wanted: half the interval's width, in NPS points
    #[arg(long, value_name = "POINTS", default_value_t = 5.0)]
    margin: f64,
    /// The share of promoters that is expected, such as 0.45 or 45% [default: that of --from, else 50%]
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "detractors")]
    promoters: Option<f64>,
    /// The share of detractors that is expected [default: that of --from, else 50%]
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "promoters")]
    detractors: Option<f64>,
    /// Expect the shares of this output folder, over all periods
    #[arg(long, value_name = "DIR", conflicts_with = "promoters")]
    from: Option<PathBuf>,
    /// The confidence of the interval, between 0 and 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    confidence: f64,
    /// By how much weights blow up the variance: respondents / effective base
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    design_effect: f64,
    /// How many customers there are, where they are few
    #[arg(long, value_name = "N")]
    population: Option<u64>,
    /// The share of those invited who answer, such as 0.2 or 20%
    #[arg(long, value_name = "SHARE", value_parser = rate)]
    response_rate: Option<f64>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// What one margin takes.
#[derive(Debug, Serialize)]
struct Needed {
    margin: f64,
    respondents: u64,
    invitations: Option<u64>,
}

/// `0.2`, `20%`.
fn share(written: &str) -> Result<f64, String> {
    let share = Share::parse(written).ok_or_else(|| format!("`{written}` is not a share such as 0.2 or 20%"))?;
    Ok(share.get())
}

/// A share above 0.
fn rate(written: &str) -> Result<f64, String> {
    share(written).and_then(|share| if share > 0.0 { Ok(share) } else { Err("nobody would answer".to_owned()) })
}

/// Says how many answers are needed.
pub(super) fn plan(args: &PlanArgs) -> Result<Outcome> {
    let (promoters, detractors, expected) = shares(args)?;
    let plan = Plan {
        promoters,
        detractors,
        confidence: args.confidence,
        design_effect: args.design_effect,
        population: args.population,
    };
    let needed = |margin: f64| {
        let respondents = plan.respondents_for_margin(margin)?;
        let invitations = args.response_rate.and_then(|rate| invitations(respondents, rate));
        Some(Needed { margin, respondents, invitations })
    };
    let asked = needed(args.margin).ok_or_else(|| {
        usage("bad_plan", "no survey can be planned for these numbers").help(
            "The margin is between 0 and 100 points, the confidence between 0 and 1, shares of promoters and detractors add up to 100 % at most, and the design effect is above 0.",
        )
    })?;
    let others: Vec<Needed> = MARGINS.iter().filter_map(|margin| needed(*margin)).collect();
    if args.json {
        output::print_json(&serde_json::json!({
            "promoters": promoters,
            "detractors": detractors,
            "confidence": args.confidence,
            "asked": asked,
            "others": others,
        }))?;
    } else {
        output::print(&page(args, &asked, &others, &expected))?;
    }
    Ok(Outcome::Done)
}

/// The shares that are expected, and in words where they come from.
fn shares(args: &PlanArgs) -> Result<(f64, f64, String)> {
    let words = |promoters: f64, detractors: f64, source: &str| {
        format!("promoters {:.1} %, detractors {:.1} % ({source})", 100.0 * promoters, 100.0 * detractors)
    };
    if let (Some(promoters), Some(detractors)) = (args.promoters, args.detractors) {
        return Ok((promoters, detractors, words(promoters, detractors, "as you say")));
    }
    if let Some(out) = &args.from {
        let all = Wanted { period: Some(ALL_PERIODS.to_owned()), ..Wanted::default() };
        let figures = Figures::read(out, &all)?;
        let found = figures.cells.first().and_then(|cell| Some((cell.promoter_share?, cell.detractor_share?, cell)));
        let (promoters, detractors, cell) = found.ok_or_else(|| {
            usage("no_scores", format!("nobody in {} has a score", out.display()))
                .help("Give --promoters and --detractors.")
        })?;
        let small = if cell.low_base { ", a small base" } else { "" };
        let source = format!("as {} respondents of {}{small}", cell.n, out.display());
        return Ok((promoters, detractors, words(promoters, detractors, &source)));
    }
    Ok((0.5, 0.5, words(0.5, 0.5, "the case that takes the most; --from DIR takes those of a survey")))
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.

fn page(args: &PlanArgs, asked: &Needed, others: &[Needed], expected: &str) -> String {
    let mut out = String::new();
    let of = |needed: &Needed| match needed.invitations {
        Some(invited) => format!("{} respondents, {invited} invitations", needed.respondents),
        None => format!("{} respondents", needed.respondents),
    };
    let percent = whole_percent(args.confidence);
    let _ = writeln!(out, "{STRONG}±{} points take {}{STRONG:#}  ({percent} %)", asked.margin, of(asked));
    let _ = writeln!(out, "expected: {expected}");
    if let Some(population) = args.population {
        let _ = writeln!(out, "of {population} customers in all");
        if asked.invitations.is_some_and(|invited| invited > population) {
            let _ =
                writeln!(out, "there are not so many customers to invite: a wider margin, or more of them must answer");
        }
    }
    let mut rows = vec![vec!["±".to_owned(), "respondents".to_owned()]];
    if args.response_rate.is_some() {
        rows[0].push("invitations".to_owned());
    }
    for needed in others {
        let mut row = vec![needed.margin.to_string(), needed.respondents.to_string()];
        row.extend(needed.invitations.map(|invited| invited.to_string()));
        rows.push(row);
    }
    out.push('\n');
    let lines = output::aligned(&rows);
    let _ = writeln!(out, "{FAINT}{}{FAINT:#}", lines[0]);
    for line in &lines[1..] {
        let _ = writeln!(out, "{line}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_both_ways() {
        assert_eq!((share("0.2"), share("20%"), share("20 ％")), (Ok(0.2), Ok(0.2), Ok(0.2)));
        for bad in ["20", "-1%", "a", "", "101%"] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }
}
