//! What to fix first: importance against performance, the functions that own the points, and what is being done.

use maud::{Markup, html};

use super::super::around::Function;
use super::super::figures::Driver;
use super::chart::{Dot, Scale, bar, importance};
use super::lang::{NONE, count, limits, percent, points, signed};
use super::score::direction;
use super::{Page, behind};
use crate::tables::UNOWNED;

/// Respondents with a score that a regression takes (docs/method.md, section 5).
const LEAST_SCORED: u64 = 300;

/// Quadrants in the order in which they matter: key, names, colour.
const QUADRANTS: [(&str, &str, &str, &str); 4] = [
    ("fix_first", "优先改进：影响大、表现差", "Fix first: important, performs badly", "detractors"),
    ("keep_up", "继续保持：影响大、表现好", "Keep up: important, performs well", "promoters"),
    ("low_priority", "其次：影响较小、表现差", "Next: less important, performs badly", "plain"),
    ("maintain", "维持：影响较小、表现好", "Maintain: less important, performs well", "plain"),
];

pub(super) fn section(page: &Page<'_>) -> Markup {
    html! { (matrix(page)) (functions(page)) (actions(page)) }
}

fn matrix(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let mut drivers: Vec<(&Driver, f64, f64)> = page
        .leaves()
        .filter(|driver| driver.quadrant.is_some())
        .filter_map(|driver| Some((driver, driver.importance?.abs(), driver.performance?)))
        .collect();
    drivers.sort_by(|(a, one, _), (b, other, _)| other.total_cmp(one).then_with(|| a.driver.cmp(&b.driver)));
    if drivers.is_empty() {
        return html! { p { @if page.report.total().n < LEAST_SCORED {
            (lang.say("受访者太少，无法计算重要度（需要至少 300 人有评分）。", "There are too few respondents to measure importance (it takes 300 with a score)."))
        } @else {
            (lang.say("无法计算重要度：评分或各因素的提法没有差异。", "Importance cannot be measured: scores, or what is said of drivers, do not differ."))
        } } };
    }
    let class = |driver: &Driver| {
        QUADRANTS.iter().find(|(key, ..)| driver.quadrant.as_deref() == Some(key)).map_or("plain", |(.., class)| class)
    };
    let dots: Vec<Dot<'_>> = drivers
        .iter()
        .enumerate()
        .map(|(at, (driver, importance, performance))| Dot {
            number: at + 1,
            name: lang.name(&driver.name_zh, &driver.name_en),
            performance: *performance,
            importance: *importance,
            class: class(driver),
            is_important: matches!(driver.quadrant.as_deref(), Some("fix_first" | "keep_up")),
            performs: matches!(driver.quadrant.as_deref(), Some("keep_up" | "maintain")),
        })
        .collect();
    let table = html! { table {
        thead { tr { th scope="col" { (lang.say("因素", "Driver")) } th.number scope="col" { (lang.say("提及人数", "Mentioned by")) } th.number scope="col" { (lang.say("重要度", "Importance")) } th.number scope="col" { (lang.say("表现", "Performance")) } th scope="col" { (lang.say("负责", "Owner")) } } }
        tbody { @for (driver, importance, performance) in &drivers { tr {
            td { (lang.name(&driver.name_zh, &driver.name_en)) } td.number { (count(driver.n)) }
            td.number { (percent(Some(*importance))) } td.number { (percent(Some(*performance))) } td { (driver.owner.as_deref().unwrap_or(NONE)) }
        } } }
    } };
    html! { figure {
        figcaption { h3 { (lang.say("重要度与表现", "Importance against performance")) " " span.faint { "n = " (count(page.report.total().n)) } } }
        p.faint { (lang.say("上面的图说的是占比由什么组成；这里说的是：谁提到它、怎么提，最能分出高分与低分。很多人提到、但高分低分的人都提的因素，占比可以大而影响小。虚线为分界（按提及人数加权的平均）。",
            "The bars above say what the shares are made of. This says what best tells high scores from low ones: a driver that many mention, whatever they score, can be large there and small here. Dashed lines are the cuts (means weighted by mentions).")) }
        (importance(&dots, lang))
        div.quadrants { @for (key, zh, en, class) in QUADRANTS {
            @let members: Vec<(usize, &Driver)> = drivers.iter().enumerate().filter(|(_, (driver, ..))| driver.quadrant.as_deref() == Some(key)).map(|(at, (driver, ..))| (at + 1, *driver)).collect();
            div { h4 class=(class) { (lang.say(zh, en)) }
                @if members.is_empty() { p.faint { (lang.say("无", "none")) } }
                ol { @for (number, driver) in members { li value=(number) { (lang.name(&driver.name_zh, &driver.name_en)) @if let Some(owner) = &driver.owner { " " span.faint { (owner) } } } } }
            }
        } }
        (behind(lang, &table))
    } }
}

fn functions(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let mut functions: Vec<&Function> = page.report.functions.iter().collect();
    if functions.iter().all(|function| function.function == UNOWNED) {
        return html! {};
    }
    functions.sort_by(|a, b| {
        let last = |function: &Function| function.function == UNOWNED;
        last(a)
            .cmp(&last(b))
            .then(b.detractor.value.total_cmp(&a.detractor.value))
            .then_with(|| a.function.cmp(&b.function))
    });
    let scale = Scale::new(0.0, functions.iter().map(|function| function.detractor.high).fold(0.0, f64::max));
    let name = |function: &Function| {
        if function.function == UNOWNED {
            lang.say("无人负责", "nobody's").to_owned()
        } else {
            function.function.clone()
        }
    };
    let table = html! { table {
        thead { tr { th scope="col" { (lang.say("部门", "Function")) } th.number scope="col" { (lang.say("因素数", "Drivers")) } th.number scope="col" { (lang.say("贬损者", "Detractors")) } th.number scope="col" { (lang.say("推荐者", "Promoters")) } th.number scope="col" { (lang.say("净变化", "Net change")) } th scope="col" { (lang.say("判断", "Verdict")) } } }
        tbody { @for function in &functions { tr {
            td { (name(function)) } td.number { (function.drivers) } td.number { (points(function.detractor.value)) } td.number { (points(function.promoter.value)) }
            td.number { (function.change.map_or_else(|| NONE.to_owned(), |change| signed(100.0 * change))) } td { @if function.function == UNOWNED || function.change.is_none() { (NONE) } @else { (direction(page, function.direction.as_deref(), false)) } }
        } } }
    } };
    html! { figure {
        figcaption { h3 { (lang.say("贬损者的百分点由哪些部门分担", "Who owns the detractors' points")) " · " (lang.say("合计", "adds up to")) " " (percent(page.report.total().detractor_share)) } }
        p.faint { (lang.say("一个因素由几个部门按责任权重分担，所以部门的数字不等于其主要负责的因素之和。", "A driver is shared by functions by their weights of responsibility, so that a function's points are not the sum of the drivers that it mainly owns.")) }
        ol.rows { @for function in &functions { li { div.row {
            span.name { (name(function)) }
            (bar(&function.detractor, scale, if function.function == UNOWNED { "plain" } else { "detractors" }, &format!("{} {}", name(function), points(function.detractor.value))))
            span.number data-function=(function.function) data-value=(function.detractor.value) { (points(function.detractor.value)) " " span.faint { (limits(&function.detractor)) } }
        } } } }
        (behind(lang, &table))
    } }
}

fn actions(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let word = |verdict: &str| match verdict {
        "improved" => lang.say("已改善", "improved"),
        "worse" => lang.say("变差", "worse"),
        "no_data" => lang.say("缺一侧的数据", "one side has no period"),
        _ => lang.say("尚无证据", "no evidence yet"),
    };
    let share = |share: Option<f64>| share.map_or_else(|| NONE.to_owned(), points);
    html! { @if !page.report.actions.is_empty() {
        h3 { (lang.say("改进行动与效果", "Actions, and whether they work")) }
        div.wide { table {
            caption { (lang.say("因素的贬损者贡献，行动前后相同期数，百分点", "Detractor contribution of the driver, equal numbers of periods before and after, in points")) }
            thead { tr { th scope="col" { (lang.say("因素", "Driver")) } th scope="col" { (lang.say("行动", "Action")) } th scope="col" { (lang.say("负责", "Owner")) } th scope="col" { (lang.say("开始", "Start")) } th.number scope="col" { (lang.say("前", "Before")) } th.number scope="col" { (lang.say("后", "After")) } th.number scope="col" { (lang.say("变化", "Change")) } th scope="col" { (lang.say("判断", "Verdict")) } } }
            tbody { @for action in &page.report.actions { tr {
                td { (page.name(&action.driver)) } td { (action.action) } td { (action.function) @if let Some(owner) = &action.owner { " · " (owner) } } td { (action.start) }
                td.number { (share(action.before)) } td.number { (share(action.after)) }
                td.number { (action.change.map_or_else(|| NONE.to_owned(), |change| signed(100.0 * change.value))) } td { (word(&action.verdict)) }
            } } }
        } }
    } }
}
