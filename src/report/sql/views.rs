//! What every dashboard asks: the score and its course, drivers, changes, functions, segments, comments with their drivers and evidence.
//!
//! Not for reading files (`tables`). Names of columns are those of the tables; shares are 0–1, as there.

use super::dialect::Dialect;
use crate::tables::{ALL_PERIODS, Manifest};

/// A view, without its beginning.
pub(super) struct View {
    pub(super) name: &'static str,
    /// What it is, in a sentence.
    pub(super) about: &'static str,
    pub(super) select: String,
}

/// The columns of a contribution with its limits.
const CONTRIBUTIONS: &str = "k.promoter_contribution, k.promoter_contribution_low, k.promoter_contribution_high,
  k.detractor_contribution, k.detractor_contribution_low, k.detractor_contribution_high,
  k.net_contribution, k.net_contribution_low, k.net_contribution_high";

/// Of the score, with its limits.
const SCORE: &str =
    "k.nps, k.nps_low, k.nps_high, k.nps_margin, k.promoter_share, k.passive_share, k.detractor_share, k.coverage";

/// Whether a row is of the last period: a dashboard that asks for it moves on with the weeks.
const LATEST: &str = "k.period = (SELECT l.period FROM verbatim_latest l) AS is_latest";

/// All views, each after those that it selects from.
pub(super) fn views(manifest: &Manifest, d: Dialect) -> Vec<View> {
    let mut views = figures(manifest, d);
    views.extend(comments(manifest, d));
    views
}

fn figures(manifest: &Manifest, d: Dialect) -> Vec<View> {
    let segments = &manifest.layout.segments;
    // An output that knows no dates has one period, which is called as all periods together are.
    let apart = if manifest.periods.contains_key(ALL_PERIODS) { "" } else { " AND k.period <> 'all'" };
    let levels = segments.iter().map(|segment| d.literal(segment)).collect::<Vec<_>>().join(", ");
    let levels = if levels.is_empty() { "1 = 0".to_owned() } else { format!("k.cell_level IN ({levels})") };
    let cases = segments
        .iter()
        .map(|segment| format!("WHEN {} THEN k.{}", d.literal(segment), d.name(&format!("seg_{segment}"))));
    let cases = cases.collect::<Vec<_>>().join(" ");
    let value = if cases.is_empty() { "k.cell_level".to_owned() } else { format!("CASE k.cell_level {cases} END") };
    let place = format!("k.cell_level AS segment, {value} AS segment_value");
    let driver = "k.driver, k.name_zh, k.name_en, k.parent, k.level";
    let owner = d.name("function");
    vec![
        View {
            name: "verbatim_trend",
            about: "The score of every period, with its interval and base.",
            select: format!(
                "SELECT k.period, k.n, k.unscored, k.comments, {SCORE}, k.invited, k.response_rate, k.low_base\n\
                 FROM verbatim_nps k\nWHERE k.cell_level = 'total'{apart} AND k.n + k.unscored > 0"
            ),
        },
        View {
            name: "verbatim_latest",
            about: "The last period: its score, and how it changed against the period before, in points of the NPS.",
            // The last one of those with a date, where any has one.
            select: format!(
                "SELECT k.period, k.n, {SCORE}, k.response_rate, k.low_base, b.compared_with, b.n_before,\n  \
                 100 * b.net_before AS nps_before, 100 * b.change AS nps_change, 100 * b.change_low AS nps_change_low,\n  \
                 100 * b.change_high AS nps_change_high, b.p, b.direction\n\
                 FROM verbatim_trend k\nLEFT JOIN verbatim_changes b ON b.period = k.period AND b.cell_level = 'total'\n  \
                 AND b.driver = 'nps' AND b.comparison = 'previous'\n\
                 WHERE k.period = (SELECT COALESCE(MAX(CASE WHEN t.period <> 'undated' THEN t.period END), MAX(t.period))\n  \
                 FROM verbatim_trend t)"
            ),
        },
        View {
            name: "verbatim_drivers",
            about: "What makes promoters and detractors, by period and for `all`: leaves and residual buckets, which add up to the shares and the score.",
            select: format!(
                "SELECT k.period, {LATEST}, {driver}, k.n, k.n_promoters, k.n_passives, k.n_detractors,\n  {CONTRIBUTIONS},\n  \
                 k.performance, k.importance, k.quadrant, a.{owner}, a.owner, k.low_base\n\
                 FROM verbatim_contributions k\n\
                 LEFT JOIN (SELECT DISTINCT period, driver, {owner}, owner FROM verbatim_attribution) a\n  \
                 ON a.period = k.period\n  AND a.driver = CASE WHEN k.driver = k.parent || '.general' THEN k.parent ELSE k.driver END\n\
                 WHERE k.cell_level = 'total' AND k.level IN ('leaf', 'residual')"
            ),
        },
        View {
            name: "verbatim_segments",
            about: "The score of every value of every segment, by period and for `all`.",
            select: format!(
                "SELECT k.period, {LATEST}, {place},\n  k.n, k.unscored, k.comments, {SCORE}, k.low_base\n\
                 FROM verbatim_nps k\nWHERE {levels}"
            ),
        },
        View {
            name: "verbatim_drivers_by_segment",
            about: "The drivers of every value of every segment: within a value they add up to its shares and its score.",
            select: format!(
                "SELECT k.period, {LATEST}, {place},\n  {driver}, k.n, k.n_promoters, k.n_passives, k.n_detractors,\n  \
                 {CONTRIBUTIONS},\n  k.performance, k.quadrant, k.low_base\n\
                 FROM verbatim_contributions k\nWHERE {levels} AND k.level IN ('leaf', 'residual')"
            ),
        },
        View {
            name: "verbatim_driver_changes",
            about: "How contributions changed, against the period before and a year ago; beyond_chance where the test says so (q < 0.05).",
            select: format!(
                "SELECT k.period, {LATEST}, k.comparison, k.compared_with, {driver}, k.n, k.n_before,\n  \
                 k.net_contribution, k.net_before, k.change, k.change_low, k.change_high, k.p, k.q, k.direction,\n  \
                 COALESCE(k.direction IN ('up', 'down'), false) AS beyond_chance, k.volume, k.rate, k.lexicon_effect, k.low_base\n\
                 FROM verbatim_changes k\n\
                 WHERE k.cell_level = 'total' AND k.level IN ('leaf', 'residual') AND k.driver <> 'nps'"
            ),
        },
        View {
            name: "verbatim_by_function",
            about: "Which function of the organisation has which part of the score, and how that changed.",
            select: format!(
                "SELECT k.period, {LATEST}, k.{owner}, k.drivers, k.technical_importance, k.technical_share,\n  {CONTRIBUTIONS},\n  \
                 k.change, k.change_low, k.change_high, k.change_q, k.change_direction, k.low_base\n\
                 FROM verbatim_functions k\nWHERE k.cell_level = 'total'"
            ),
        },
    ]
}

fn comments(manifest: &Manifest, d: Dialect) -> Vec<View> {
    let layout = &manifest.layout;
    let of_comment = |name: &String| format!("c.{}", d.name(name));
    let texts: Vec<String> = layout.text_columns();
    let comment = match texts.as_slice() {
        [one] => of_comment(one),
        several => format!("CONCAT_WS(' / ', {})", several.iter().map(of_comment).collect::<Vec<_>>().join(", ")),
    };
    let respondent = ["c.period", "c.id", "c.date"].map(str::to_owned).into_iter();
    let segments = layout.segment_columns();
    let respondent = respondent.chain(segments.iter().map(of_comment));
    let respondent =
        respondent.chain(["c.score", "c.band", "c.weight"].map(str::to_owned)).collect::<Vec<_>>().join(", ");
    let questions = texts.iter().map(|name| format!("WHEN {} THEN {}", d.literal(name), of_comment(name)));
    let questions = questions.collect::<Vec<_>>().join(" ");
    let question = if questions.is_empty() { "NULL".to_owned() } else { format!("CASE m.question {questions} END") };
    let (each, driver, polarity) = d.each_driver();
    let names = |driver: &str| {
        format!(
            "LEFT JOIN verbatim_contributions n ON n.period = c.period AND n.cell_level = 'total'\n  \
             AND n.driver = {driver} AND n.level IN ('leaf', 'parent')"
        )
    };
    let mut contact = ["k.period", LATEST, "k.id"].map(str::to_owned).to_vec();
    contact.extend(layout.customer.then(|| "k.customer".to_owned()));
    contact.push("k.date".to_owned());
    contact.extend(segments.iter().map(|name| format!("k.{}", d.name(name))));
    let contact = contact.join(", ");
    let function = d.name("function");
    let start = "CAST(e.start_char AS INTEGER)";
    let end = "CAST(e.end_char AS INTEGER)";
    vec![
        View {
            name: "verbatim_comment_drivers",
            about: "One row per comment and driver that it mentions, with what it says of the driver; of comments without a driver none.",
            select: format!(
                "SELECT c.*, n.name_zh, n.name_en\nFROM (\n  \
                 SELECT {respondent}, c.sentiment, {comment} AS comment, {driver} AS driver, {polarity} AS polarity\n  \
                 FROM verbatim_comments c {each}\n) c\n{}",
                names("c.driver")
            ),
        },
        View {
            name: "verbatim_evidence",
            about: "From a driver to its comments: one row per mention, with the words that are the evidence, in brackets in the comment.",
            select: format!(
                "SELECT e.*, substr(e.answer, 1, {start}) || '[' || substr(e.answer, {start} + 1, {end} - {start}) || ']'\n  \
                 || substr(e.answer, {end} + 1) AS marked\n\
                 FROM (\n  SELECT {respondent}, m.driver, n.name_zh, n.name_en, m.parent, m.polarity,\n    \
                 m.{} AS evidence, m.cue, m.negator, m.term, m.rule, m.question, {question} AS answer, m.start_char, m.end_char\n  \
                 FROM verbatim_mentions m JOIN verbatim_comments c ON c.period = m.period AND c.id = m.id\n  {}\n) e",
                d.name("text"),
                names("m.driver").replace('\n', "\n  ")
            ),
        },
        View {
            name: "verbatim_call_list",
            about: "Whom to get back to, with the comment, and what came of the last contact; contacted is null where there was none yet.",
            select: format!(
                "SELECT {contact}, k.score, k.kind, k.priority, k.driver, k.name_zh, k.name_en, k.drivers, k.{function}, k.owner,\n  \
                 {comment} AS comment, r.contacted, r.days, r.resolved, r.score_after, r.band_after\n\
                 FROM verbatim_follow_ups k\n\
                 JOIN verbatim_comments c ON c.period = k.period AND c.id = k.id\n\
                 LEFT JOIN (\n  SELECT f.period, f.id, MAX(m.contacted) AS contacted FROM verbatim_follow_ups f\n  \
                 JOIN verbatim_recoveries m ON m.id = f.id AND (f.date IS NULL OR m.contacted >= f.date)\n  GROUP BY f.period, f.id\n\
                 ) l ON l.period = k.period AND l.id = k.id\n\
                 LEFT JOIN verbatim_recoveries r ON r.id = l.id AND r.contacted = l.contacted"
            ),
        },
    ]
}
