//! How findings look: for people, as SARIF, as annotations of GitHub Actions.
//!
//! Not for what is found (`curate::check`).

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::curate::check::{Excerpt, Finding, RULES, Report, Severity};

/// For people; `hidden`: how many notes are not shown, all of them on terms that two drivers claim.
pub(super) fn text(reports: &[Report], hidden: usize) -> String {
    let mut out = String::new();
    for report in reports {
        report.findings.iter().for_each(|finding| one(&mut out, finding));
    }
    let files: usize = reports.iter().map(|report| report.files).sum();
    let count = |severity| reports.iter().map(|report| report.count(severity)).sum::<usize>();
    let counted = |severity: Severity| {
        let count = count(severity);
        let many = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{many}", severity.as_str()))
    };
    let found: Vec<String> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(counted).collect();
    let found = if found.is_empty() { "nothing to mend".to_owned() } else { found.join(", ") };
    let names: Vec<&str> = reports.iter().map(|report| report.lexicon.as_str()).collect();
    // Writing into a text cannot fail.
    let _ = write!(out, "{}: {files} files, {found}", names.join(", "));
    if hidden > 0 {
        let (notes, terms) = if hidden == 1 { ("note", "a term") } else { ("notes", "terms") };
        let _ = write!(out, " ({hidden} {notes} not shown, on {terms} of two drivers: `--notes`)");
    }
    out.push('\n');
    out
}

fn one(out: &mut String, finding: &Finding) {
    let rule = finding.rule;
    let style = style(rule.severity);
    let bold = Style::new().bold();
    let _ =
        writeln!(out, "{style}{}[{}]{style:#}{bold}: {}{bold:#}", rule.severity.as_str(), rule.code, finding.message);
    let number = finding.at.map(|(line, _)| line.to_string()).unwrap_or_default();
    let margin = " ".repeat(number.len());
    let _ = writeln!(out, "{margin}--> {}", finding.place());
    if let Some(Excerpt { line, from, to }) = &finding.excerpt {
        let (before, meant, after) = cut(line, *from, *to);
        let shown = |text: &str| text.replace('\t', " ");
        let carets = "^".repeat(meant.width().max(1));
        let _ = writeln!(out, "{margin} |");
        let _ = writeln!(out, "{number} | {}{}{}", shown(&before), shown(&meant), shown(&after));
        let _ = writeln!(out, "{margin} | {}{style}{carets}{style:#}", " ".repeat(before.width()));
    }
    let _ = writeln!(out, "{margin} = why: {}", rule.why);
    if !finding.help.is_empty() {
        let _ = writeln!(out, "{margin} = help: {}", finding.help);
    }
    out.push('\n');
}

fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    Style::new().bold().fg_color(Some(color.into()))
}

/// The most characters that are shown before and after what is meant: lists of terms stand in long lines.
const AROUND: usize = 40;

/// What stands before what is meant in a line, that itself, and what stands after it, cut to what a terminal can show.
fn cut(line: &str, from: usize, to: usize) -> (String, String, String) {
    let chars: Vec<char> = line.chars().collect();
    let (from, to) = (from.min(chars.len()), to.clamp(from.min(chars.len()), chars.len()));
    let of = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
    let start = from.saturating_sub(AROUND);
    let before = if start > 0 { format!("…{}", of(start..from)) } else { of(0..from) };
    let end = (to + AROUND).min(chars.len());
    let after = if end < chars.len() { format!("{}…", of(to..end)) } else { of(to..end) };
    let meant = if to - from > 2 * AROUND { format!("{}…", of(from..from + 2 * AROUND)) } else { of(from..to) };
    (before, meant, after)
}

/// Annotations of GitHub Actions, a line each.
pub(super) fn github(reports: &[Report]) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let mut out = String::new();
    for finding in reports.iter().flat_map(|report| &report.findings) {
        let command = match finding.rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = finding.at.map(|(line, column)| format!(",line={line},col={column}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "::{command} file={}{place},title={}::{}",
            property(&finding.file.display().to_string()),
            property(&format!("{} {}", finding.rule.code, finding.rule.name)),
            escaped(&sentences(finding)),
        );
    }
    out
}

/// What is found and how to mend it.
fn sentences(finding: &Finding) -> String {
    format!("{}. {}", finding.message, finding.help).trim_end().to_owned()
}

/// SARIF 2.1.0.
pub(super) fn sarif(reports: &[Report]) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": { "text": rule.what },
                "fullDescription": { "text": rule.why },
                "help": { "text": format!("Instead of: {}\nWrite: {}", rule.example, rule.instead) },
                "defaultConfiguration": { "level": rule.severity.as_str() },
            })
        })
        .collect();
    let results: Vec<Value> = reports.iter().flat_map(|report| &report.findings).map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "verbatim", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": finding.file.display().to_string().replace('\\', "/") } });
    if let Some((line, column)) = finding.at {
        let end = finding.excerpt.as_ref().map_or(column + 1, |excerpt| excerpt.to as u64 + 1);
        place["region"] = json!({ "startLine": line, "startColumn": column, "endColumn": end.max(column) });
    }
    json!({
        "ruleId": finding.rule.code,
        "level": finding.rule.severity.as_str(),
        "message": { "text": sentences(finding) },
        "locations": [{ "physicalLocation": place }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_knows_what_notes_are_on() {
        let notes: Vec<&str> =
            RULES.iter().filter(|rule| rule.severity == Severity::Note).map(|rule| rule.name).collect();
        assert_eq!(notes, ["shared_term"]);
        let report = Report { lexicon: "ours".to_owned(), files: 3, findings: Vec::new() };
        let last = "ours: 3 files, nothing to mend (4 notes not shown, on terms of two drivers: `--notes`)\n";
        assert_eq!(text(&[report], 4), last);
    }
}
