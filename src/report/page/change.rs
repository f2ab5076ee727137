//! What changed, and is it real: the steps from one score to the other, volume against rate, and what other rules alone moved.

use maud::{Markup, html};

use super::super::around::Moved;
use super::super::figures::{Change, Driver};
use super::chart::{Scale, step};
use super::lang::{NONE, count, signed};
use super::score::verdict;
use super::{Page, behind};
use crate::tables::ALL_PERIODS;

/// What moves less than this is not written as an effect of rules: half of a tenth of a point.
const SMALLEST_EFFECT: f64 = 5e-4;

pub(super) fn section(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let Some(change) = &page.report.total().change else {
        let why = if page.report.total().n == 0 && page.report.trend.len() > 1 {
            lang.say("本期没有评分，无法比较。", "This period has no scores to compare.")
        } else if page.report.figures.period == ALL_PERIODS {
            lang.say("全部时期合在一起，没有可比的上一期。", "All periods together have none before them.")
        } else {
            lang.say("没有可比的上一期。", "There is no earlier period to compare with.")
        };
        return html! { p { (why) } (last_moved(page)) };
    };
    let (Some(before), Some(delta)) = (change.before, change.change) else {
        return html! { p { (lang.say("其中一期没有评分，无法比较。", "One of the two periods has no scores.")) } };
    };
    let moved: Vec<(&Driver, &Change, f64)> = page
        .leaves()
        .filter_map(|driver| Some((driver, driver.change.as_ref()?, driver.change.as_ref()?.change?)))
        .collect();
    let is_real = |change: &Change| matches!(change.direction.as_deref(), Some("up" | "down"));
    let (mut real, rest): (Vec<_>, Vec<_>) = moved.iter().copied().partition(|(_, change, _)| is_real(change));
    real.sort_by(|(a, _, one), (b, _, other)| other.abs().total_cmp(&one.abs()).then_with(|| a.driver.cmp(&b.driver)));
    let tested = moved.iter().filter(|(_, change, _)| change.q.is_some()).count();
    let within: f64 = rest.iter().map(|(.., delta)| delta).sum();
    html! {
        p {
            (change.compared_with) " " strong { (signed(100.0 * before)) } " → " (page.period()) " " strong { (signed(100.0 * (before + delta))) }
            (lang.colon()) strong data-change=(delta) { (signed(100.0 * delta)) } " "
            span.faint { "n " (count(change.n_before)) " → " (count(page.report.total().n)) } " " (verdict(page, change))
        }
        p { @if real.is_empty() && tested == 0 {
            (lang.say("样本太少，没有因素可以检验。", "There are too few respondents to test any driver."))
        } @else if real.is_empty() {
            (lang.say("没有哪个因素的变化超出随机波动（q < 5 %）", "No driver moved beyond chance (q < 5 %)")) (lang.colon())
            (lang.say("检验了", "tested were")) " " (tested) (lang.say(" 项，其余样本太少。", ", the others have too few respondents."))
        } @else {
            (lang.say("超出随机波动的因素", "Beyond chance (q < 5 %)")) (lang.colon())
            @for (at, (driver, _, delta)) in real.iter().enumerate() {
                @if at > 0 { (lang.say("、", ", ")) } (lang.name(&driver.name_zh, &driver.name_en)) " " (signed(100.0 * delta))
            }
            (lang.say("。", "."))
        } }
        (waterfall(page, before, delta, &real, (rest.len(), within)))
        @if real.is_empty() { (last_moved(page)) }
        (effects(page, &moved))
        (behind(lang, &table(page, moved)))
    }
}

/// When drivers last moved beyond chance: a step that lasts is seen in one period alone.
fn last_moved(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    html! { @if let Some(Moved { period, drivers }) = &page.report.last_moved { p {
        (lang.say("最近一次超出随机波动的变化在", "Drivers last moved beyond chance in")) " " (period) (lang.colon())
        @for (at, (driver, delta)) in drivers.iter().enumerate() {
            @if at > 0 { (lang.say("、", ", ")) } (page.name(driver)) " " (signed(100.0 * delta))
        }
        (lang.say("。", "."))
    } } }
}

fn waterfall(
    page: &Page<'_>,
    before: f64,
    delta: f64,
    real: &[(&Driver, &Change, f64)],
    (others, within): (usize, f64),
) -> Markup {
    let (lang, after) = (page.lang, before + delta);
    let mut level = before;
    let mut steps: Vec<(String, f64, f64, &str)> = Vec::new();
    for (driver, _, delta) in real {
        let class = if *delta >= 0.0 { "promoters" } else { "detractors" };
        steps.push((lang.name(&driver.name_zh, &driver.name_en).to_owned(), level, level + delta, class));
        level += delta;
    }
    let rest = format!("{others} {}", lang.say("项其余，未见超出随机", "others, not told from chance"));
    steps.push((rest, level, level + within, "plain"));
    let levels = || steps.iter().flat_map(|(_, from, to, _)| [*from, *to]).chain([before, after, 0.0]);
    let scale = Scale::new(levels().fold(f64::INFINITY, f64::min), levels().fold(f64::NEG_INFINITY, f64::max));
    let line = |name: &str, from: f64, to: f64, class: &str, shown: f64| {
        let label = format!("{name} {}", signed(100.0 * shown));
        html! { li { div.row { span.name { (name) } (step(from, to, scale, class, &label)) span.number { (signed(100.0 * shown)) } } } }
    };
    html! { figure {
        figcaption { h3 { (lang.say("从上期到本期的 NPS", "From the earlier score to this one")) } }
        ol.rows {
            (line(&format!("NPS {}", page.report.total().change.as_ref().map_or("", |change| &change.compared_with)), 0.0, before, "plain", before))
            @for (name, from, to, class) in &steps { (line(name, *from, *to, class, to - from)) }
            (line(&format!("NPS {}", page.period()), 0.0, after, "plain", after))
        }
    } }
}

/// What other rules alone moved; no part of the change.
fn effects(page: &Page<'_>, moved: &[(&Driver, &Change, f64)]) -> Markup {
    let lang = page.lang;
    let kept = moved.iter().filter_map(|(driver, change, _)| {
        Some((lang.name(&driver.name_zh, &driver.name_en).to_owned(), change.lexicon_effect?))
    });
    let gone = page.report.total().gone.iter().map(|gone| {
        let name = lang.name(&gone.name_zh, &gone.name_en);
        (format!("{name}{}", lang.brackets(lang.say("已从词库删去", "no longer in the lexicon"))), gone.lexicon_effect)
    });
    let effects: Vec<(String, f64)> = kept.chain(gone).filter(|(_, effect)| effect.abs() >= SMALLEST_EFFECT).collect();
    html! { @if !effects.is_empty() { div.notice {
        p { (lang.say("两期用了不同的词库。上期已按本期词库重新标注后再比较；仅由词库改动造成的差异单列于此，不计入变化：",
            "The two periods were tagged by different lexicons. The earlier one is compared as this period's lexicon tags it; what the rules alone moved stands here, and is no part of the change:")) }
        p { @for (at, (driver, effect)) in effects.iter().enumerate() {
            @if at > 0 { (lang.say("、", ", ")) } (driver) " " (signed(100.0 * effect))
        } }
    } } }
}

fn table(page: &Page<'_>, mut moved: Vec<(&Driver, &Change, f64)>) -> Markup {
    let lang = page.lang;
    moved.sort_by(|(a, _, one), (b, _, other)| other.abs().total_cmp(&one.abs()).then_with(|| a.driver.cmp(&b.driver)));
    let number = |value: Option<f64>| value.map_or_else(|| NONE.to_owned(), |value| signed(100.0 * value));
    html! { table {
        caption { (lang.say("净贡献的变化，百分点。量：提到它的人多了或少了；率：提到它的人评分变了。量 + 率 = 变化。",
            "Changes of net contributions, in points. Volume: more or fewer respondents; rate: their scores. Volume + rate = change.")) }
        thead { tr {
            th scope="col" { (lang.say("因素", "Driver")) } th.number scope="col" { (lang.say("上期", "Before")) } th.number scope="col" { (lang.say("变化", "Change")) }
            th.number scope="col" { (lang.say("区间", "Interval")) } th.number scope="col" { (lang.say("量", "Volume")) } th.number scope="col" { (lang.say("率", "Rate")) } th.number scope="col" { "q" } th scope="col" { (lang.say("判断", "Verdict")) }
        } }
        tbody { @for (driver, change, delta) in moved { tr {
            td { (lang.name(&driver.name_zh, &driver.name_en)) }
            td.number { (number(change.before)) }
            td.number data-moved=(driver.driver) data-value=(delta) { (signed(100.0 * delta)) }
            td.number { (number(change.low)) " " (lang.say("至", "to")) " " (number(change.high)) }
            td.number { (number(change.volume)) } td.number { (number(change.rate)) }
            td.number { (change.q.map_or_else(|| NONE.to_owned(), |q| format!("{q:.3}"))) }
            td { (verdict(page, change)) }
        } } }
    } }
}
