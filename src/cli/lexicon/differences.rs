//! How the comparison of two lexicons looks on a terminal.
//!
//! Not for what differs: that is `curate::diff`.

use std::fmt::Write as _;

use anstyle::Style;

use super::super::output::{BAD, FAINT, GOOD, STRONG};
use super::super::output::{aligned, cut_around, left};
use crate::curate::diff::rules::Kind as Sort;
use crate::curate::diff::{Both, Change, Diff, Found, Group, MentionChange, Moved, Named, OnSurvey};
use crate::types::Polarity;

/// Most changes of the rules that are printed one by one.
const CHANGES_SHOWN: usize = 40;
/// Most changes whose comments are shown.
const GROUPS_SHOWN: usize = 20;
/// Most drivers whose figures are printed.
const DRIVERS_SHOWN: usize = 30;
/// Columns of a sample.
const SAMPLE_WIDTH: usize = 72;

/// For people; `write!` into a `String` cannot fail.
pub(super) fn rendered(diff: &Diff) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} → {}", named(&diff.before), named(&diff.after));
    rules(&mut out, diff);
    if let Some(survey) = &diff.survey {
        comments(&mut out, survey);
        figures(&mut out, survey);
    }
    out
}

fn named(lexicon: &Named) -> String {
    let made_of: Vec<String> = lexicon.lexicons.iter().map(|it| format!("{} {}", it.name, it.version)).collect();
    format!("{STRONG}{}{STRONG:#} {FAINT}({}, {:.12}){FAINT:#}", lexicon.given, made_of.join(" + "), lexicon.hash)
}

fn rules(out: &mut String, diff: &Diff) {
    if diff.changes.is_empty() {
        let _ = writeln!(out, "\nThe rules are the same: no comment is tagged otherwise.");
        return;
    }
    let _ = writeln!(out, "\n{STRONG}Rules: {}{STRONG:#}", counted(diff.changes.len() as u64, "change"));
    let shown = &diff.changes[..diff.changes.len().min(CHANGES_SHOWN)];
    let width =
        shown.iter().map(|it| unicode_width::UnicodeWidthStr::width(it.what.as_str())).max().unwrap_or_default();
    for change in shown {
        let _ = writeln!(out, "  {}", in_one_line(change, width.min(SAMPLE_WIDTH / 2)));
    }
    if diff.changes.len() > shown.len() {
        let more = diff.changes.len() - shown.len();
        let _ = writeln!(out, "  {FAINT}… {more} more: `--json` has all of them{FAINT:#}");
    }
}

/// `+ 轰鸣  noise.negative`, with what changed in so many columns.
pub(super) fn in_one_line(change: &Change, width: usize) -> String {
    let Change { kind, what, before, after } = change;
    let (before, after) = (before.join(", "), after.join(", "));
    let (style, mark, said) = match (before.is_empty(), after.is_empty()) {
        (true, _) => (GOOD, '+', after),
        (false, true) => (BAD, '-', before),
        (false, false) => (FAINT, '~', format!("{before} → {after}")),
    };
    // Of a term the lists say enough.
    let sort = if *kind == Sort::Term { String::new() } else { format!("{} ", kind.as_str().replace('_', " ")) };
    format!("{style}{mark}{style:#} {}  {sort}{said}", left(what, width)).trim_end().to_owned()
}

fn comments(out: &mut String, survey: &OnSurvey) {
    let OnSurvey { on, comments, touched, differing, whole, groups, .. } = survey;
    let _ = writeln!(out, "\n{STRONG}On {on}{STRONG:#}: {}", counted(*comments, "comment"));
    let _ = writeln!(
        out,
        "  {touched} hold something that changed; {differing} have mentions that differ, {whole} differ only in what they say of no driver"
    );
    for group in groups.iter().take(GROUPS_SHOWN) {
        group_lines(out, group);
    }
    if groups.len() > GROUPS_SHOWN {
        let more = groups.len() - GROUPS_SHOWN;
        let _ = writeln!(out, "\n  {FAINT}… {more} more changes do less: `--json` has all of them{FAINT:#}");
    }
}

fn group_lines(out: &mut String, group: &Group) {
    let what = group.change.as_ref().map_or_else(|| "by no single change".to_owned(), |it| in_one_line(it, 0));
    let comments = counted(group.comments, "comment");
    let _ = writeln!(out, "\n  {what}\n    {comments}: {}", by_kind(group.mentions));
    for (driver, mentions) in group.drivers.iter().filter(|_| group.drivers.len() > 1) {
        let _ = writeln!(out, "      {driver}: {}", by_kind(*mentions));
    }
    for sample in &group.samples {
        let _ = writeln!(out, "    {}", sampled(sample));
    }
}

fn by_kind(mentions: [u64; 4]) -> String {
    let words = ["gained", "lost", "on another side", "found otherwise"];
    let there = mentions.iter().zip(words).filter(|(count, _)| **count > 0);
    there.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// `+ negative noise: 空调一开就[轰鸣]，晚上睡不着 (1832)`
fn sampled(sample: &MentionChange) -> String {
    let side =
        |found: &Found| format!("{}{}{:#}", colour(found.polarity), found.polarity.as_str(), colour(found.polarity));
    let said = match (&sample.before, &sample.after) {
        (Some(before), Some(after)) if before.polarity != after.polarity => {
            format!("~ {} → {}", side(before), side(after))
        }
        (Some(_), Some(after)) => format!("= {}", side(after)),
        (Some(before), None) => format!("- {}", side(before)),
        (None, Some(after)) => format!("+ {}", side(after)),
        (None, None) => String::new(),
    };
    let (text, focus) = marked(sample);
    format!("{said} {}: {} {FAINT}({}){FAINT:#}", sample.driver, cut_around(&text, focus, SAMPLE_WIDTH), sample.id)
}

/// The answer with its evidence in brackets, and the byte of it around which it may be cut.
fn marked(sample: &MentionChange) -> (String, usize) {
    let mut places: Vec<(u32, u32)> = Vec::new();
    for found in [&sample.before, &sample.after].into_iter().flatten() {
        places.extend([Some(found.at), found.cue, found.negator].into_iter().flatten());
    }
    places.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (start, end) in places.into_iter().map(|(start, end)| (start as usize, end as usize)) {
        match apart.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    let (mut text, mut done) = (String::new(), 0);
    let focus = apart.first().map_or(0, |(start, _)| *start);
    for (start, end) in apart {
        let _ = write!(text, "{}[{}]", &sample.answer[done..start], &sample.answer[start..end]);
        done = end;
    }
    text.push_str(&sample.answer[done..]);
    (text, focus)
}

const fn colour(polarity: Polarity) -> Style {
    match polarity {
        Polarity::Positive => GOOD,
        Polarity::Negative => BAD,
        Polarity::Neutral => Style::new(),
    }
}

fn figures(out: &mut String, survey: &OnSurvey) {
    let moves = &survey.moves;
    let _ =
        writeln!(out, "\n{STRONG}Figures{STRONG:#} {FAINT}({} with a score){FAINT:#}", counted(moves.n, "respondent"));
    let comments = survey.comments.max(1) as f64;
    let covered = survey.covered.map(|it| it as f64 / comments);
    let percent = |[before, after]: Both| {
        vec![
            format!("{:.2} %", 100.0 * before),
            "→".to_owned(),
            format!("{:.2} %", 100.0 * after),
            points(after - before),
        ]
    };
    let mut rows = vec![[vec!["  comments that mention a driver".to_owned()], percent(covered)].concat()];
    let scored = [
        ("NPS coverage", moves.coverage),
        ("  of promoters", moves.coverage_promoters),
        ("  of detractors", moves.coverage_detractors),
    ];
    for (name, both) in scored {
        rows.extend(both.map(|both| [vec![format!("  {name}")], percent(both)].concat()));
    }
    for line in aligned(&rows) {
        let _ = writeln!(out, "{line}");
    }
    if let Some(nps) = moves.nps {
        let _ = writeln!(out, "  {FAINT}NPS {nps:+.1}: no lexicon moves it{FAINT:#}");
    }
    let mut drivers: Vec<&Moved> = moves.rows.iter().filter(|it| it.level != "rollup" && it.moves()).collect();
    let size = |it: &Moved| {
        let by = |both: Both| (both[1] - both[0]).abs();
        by(it.net).max(by(it.promoter)).max(by(it.detractor))
    };
    let mentioned = |it: &Moved| it.respondents[0].abs_diff(it.respondents[1]);
    drivers.sort_by(|one, other| {
        let by_mentions = || mentioned(other).cmp(&mentioned(one));
        size(other).total_cmp(&size(one)).then_with(by_mentions).then_with(|| one.driver.cmp(&other.driver))
    });
    let still = moves.rows.iter().filter(|it| it.level != "rollup").count() - drivers.len();
    if drivers.is_empty() {
        let _ = writeln!(out, "\n  No contribution moves.");
        return;
    }
    let (what, of) = match moves.n {
        0 => ("Drivers that move", "there are no scores, so no contributions"),
        _ => ("Contributions that move", "points of all respondents; those of leaves and buckets add up to 0"),
    };
    let _ = writeln!(out, "\n{STRONG}{what}{STRONG:#} {FAINT}({of}){FAINT:#}");
    let head = ["  driver", "mentioned by", "promoters", "detractors", "net", "moves"];
    // Without scores there are no contributions.
    let columns = if moves.n == 0 { 2 } else { head.len() };
    let mut rows = vec![head[..columns].iter().map(|head| (*head).to_owned()).collect::<Vec<_>>()];
    for it in drivers.iter().take(DRIVERS_SHOWN) {
        let both = |[before, after]: Both| format!("{:.2} → {:.2}", 100.0 * before, 100.0 * after);
        let row = [
            format!("  {} {}{}", it.name_zh, it.name_en, if it.level == "parent" { " (with all below)" } else { "" }),
            format!("{} → {}", it.respondents[0], it.respondents[1]),
            both(it.promoter),
            both(it.detractor),
            format!("{} → {}", points(it.net[0]), points(it.net[1])),
            points(it.net_move()),
        ];
        rows.push(row.into_iter().take(columns).collect());
    }
    for line in aligned(&rows) {
        let _ = writeln!(out, "{line}");
    }
    if drivers.len() > DRIVERS_SHOWN {
        let _ = writeln!(out, "  {FAINT}… {} more move less{FAINT:#}", drivers.len() - DRIVERS_SHOWN);
    }
    let _ = writeln!(out, "  {FAINT}{still} other drivers and buckets do not move{FAINT:#}");
}

/// A difference of shares in points; what rounds to nothing has no sign.
fn points(difference: f64) -> String {
    let text = format!("{:+.2}", 100.0 * difference);
    if text == "-0.00" || text == "+0.00" { "0.00".to_owned() } else { text }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
