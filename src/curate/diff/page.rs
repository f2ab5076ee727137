//! The comparison of two lexicons as one page for people: by itself, without scripts, and readable in print.
//!
//! Not for the report of a survey. Everything that was read somewhere is escaped by the templates (`maud`).

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Both, Change, Diff, Found, Group, MentionChange, Moved, Named, OnSurvey};

/// The page's styles: its own, in light and dark.
const STYLE: &str = "
:root { color-scheme: light dark; --faint: light-dark(#5d6470, #a3acb9); --line: light-dark(#d7dbe0, #3c434d);
  --good: light-dark(#0a6b3d, #6fd39b); --bad: light-dark(#a81f2d, #ff9a9a); --mark: light-dark(#fff1b8, #4d4316); }
body { font: 16px/1.5 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
.faint { color: var(--faint); } .good { color: var(--good); } .bad { color: var(--bad); }
code { font: inherit; font-weight: 600; } mark { background: var(--mark); color: inherit; }
.wide { overflow-x: auto; } table { border-collapse: collapse; min-width: 100%; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
blockquote { margin: .25rem 0; padding: .25rem .75rem; border-left: 3px solid var(--line); }
@media print { body { margin: 0; max-width: none; } h2, h3 { break-after: avoid; } }
";

/// What may be loaded: nothing but the styles above.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page.
pub fn page(diff: &Diff) -> String {
    let title = format!("{} → {}", diff.before.given, diff.after.given);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "What a change of the lexicon does" }
                p { (named(&diff.before)) " → " (named(&diff.after)) }
                (rules(&diff.changes))
                @if let Some(survey) = &diff.survey {
                    (comments(survey))
                    (figures(survey))
                }
            }
        }
    };
    page.into_string()
}

fn named(lexicon: &Named) -> Markup {
    html! {
        code { (lexicon.given) }
        " (" @for (at, it) in lexicon.lexicons.iter().enumerate() { @if at > 0 { " + " } (it.name) " " (it.version) } ") "
        span.faint { (lexicon.hash.get(..12).unwrap_or(&lexicon.hash)) }
    }
}

fn rules(changes: &[Change]) -> Markup {
    html! {
        h2 { "Rules: " (changes.len()) " changed" }
        @if changes.is_empty() {
            p { "The rules are the same: no comment is tagged otherwise." }
        } @else {
            div.wide { table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Kind" } th scope="col" { "Before" } th scope="col" { "After" } } }
                tbody { @for it in changes {
                    tr {
                        td { code { (it.what) } }
                        td { (it.kind.as_str().replace('_', " ")) }
                        td.bad { (it.before.join(", ")) }
                        td.good { (it.after.join(", ")) }
                    }
                } }
            } }
        }
    }
}

fn comments(survey: &OnSurvey) -> Markup {
    html! {
        h2 { "Comments of " (survey.on) }
        p {
            (survey.comments) " comments; " (survey.touched) " hold something that changed, "
            (survey.differing) " have mentions that differ, " (survey.whole) " differ only in what they say of no driver."
        }
        @for group in &survey.groups { (group_of(group)) }
    }
}

fn group_of(group: &Group) -> Markup {
    let [gained, lost, flipped, otherwise] = group.mentions;
    html! {
        h3 { @match &group.change {
            Some(it) => {
                code { (it.what) } " "
                span.faint { (it.before.join(", ")) @if !it.before.is_empty() || !it.after.is_empty() { " → " } (it.after.join(", ")) }
            },
            None => "By no single change",
        } }
        p {
            (group.comments) " comments; mentions: " span.good { (gained) " gained" } ", " span.bad { (lost) " lost" } ", "
            (flipped) " on another side, " (otherwise) " found otherwise"
        }
        @for sample in &group.samples { (sampled(sample)) }
    }
}

fn sampled(sample: &MentionChange) -> Markup {
    let side = |found: &Option<Found>| found.as_ref().map_or("–", |it| it.polarity.as_str());
    let (start, end) = sample.shown().map_or((0, 0), |it| (it.at.0 as usize, it.at.1 as usize));
    html! {
        blockquote {
            (sample.answer[..start]) mark { (sample.answer[start..end]) } (sample.answer[end..])
            br;
            span.faint { (sample.driver) ": " (side(&sample.before)) " → " (side(&sample.after)) " · " (sample.id) " · " (sample.period) }
        }
    }
}

fn figures(survey: &OnSurvey) -> Markup {
    let moves = &survey.moves;
    let comments = survey.comments.max(1) as f64;
    let shares = [
        ("Comments that mention a driver", Some(survey.covered.map(|it| it as f64 / comments))),
        ("NPS coverage", moves.coverage),
        ("NPS coverage of promoters", moves.coverage_promoters),
        ("NPS coverage of detractors", moves.coverage_detractors),
    ];
    let drivers: Vec<&Moved> = moves.rows.iter().filter(|it| it.moves()).collect();
    html! {
        h2 { "Figures" }
        p.faint {
            (moves.n) " respondents with a score; contributions are points of all of them."
            @if let Some(nps) = moves.nps { " NPS " (format!("{nps:+.1}")) ": no lexicon moves it." }
        }
        div.wide { table {
            thead { tr { th scope="col" { "Share" } th.number scope="col" { "Before" } th.number scope="col" { "After" } th.number scope="col" { "Moves" } } }
            tbody { @for (name, both) in shares.into_iter().filter_map(|(name, both)| Some((name, both?))) {
                tr {
                    td { (name) }
                    td.number { (format!("{:.2} %", 100.0 * both[0])) }
                    td.number { (format!("{:.2} %", 100.0 * both[1])) }
                    td.number { (points(both)) }
                }
            } }
        } }
        h2 { "Contributions that move" }
        @if drivers.is_empty() { p { "None." } } @else {
            div.wide { table {
                thead { tr {
                    th scope="col" { "Driver" } th.number scope="col" { "Mentioned by" } th.number scope="col" { "Promoters" }
                    th.number scope="col" { "Detractors" } th.number scope="col" { "Net" } th.number scope="col" { "Moves" }
                } }
                tbody { @for it in drivers {
                    tr {
                        td { (it.name_zh) " " (it.name_en) " " span.faint { (it.driver) @if it.level == "parent" { " · with all below" } @if it.level == "rollup" { " · roll-up" } } }
                        td.number { (it.respondents[0]) " → " (it.respondents[1]) }
                        td.number { (arrow(it.promoter)) }
                        td.number { (arrow(it.detractor)) }
                        td.number { (arrow(it.net)) }
                        td.number { (points(it.net)) }
                    }
                } }
            } }
        }
    }
}

fn arrow([before, after]: Both) -> String {
    format!("{:.2} → {:.2}", 100.0 * before, 100.0 * after)
}

fn points([before, after]: Both) -> String {
    format!("{:+.2}", 100.0 * (after - before))
}
