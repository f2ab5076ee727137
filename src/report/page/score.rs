//! How are we: the score with its interval and base, its parts, and its course.

use maud::{Markup, html};

use super::super::figures::Change;
use super::lang::{NONE, confidence, count, percent, score_limits, signed};
use super::{Page, behind, chart, period_name};

pub(super) fn section(page: &Page<'_>) -> Markup {
    let (lang, total) = (page.lang, page.report.total());
    let level = confidence(page.report.figures.confidence);
    html! {
        @if let Some(nps) = &total.nps {
            div.score {
                span { "NPS " strong data-nps=(nps.value) { (signed(nps.value)) } }
                span { (score_limits(lang, nps)) span.faint { (lang.brackets(&format!("{level} {}", lang.say("区间", "interval")))) } }
                span { (page.base(total)) (page.low(total.low_base)) }
            }
        } @else { p { (lang.say("没有评分。", "There are no scores.")) } }
        @for (change, label) in [(total.change.as_ref(), lang.say("环比", "Against the period before")),
            (page.report.year_ago.as_ref().and_then(|cell| cell.change.as_ref()), lang.say("同比", "Against a year before"))] {
            @if let Some(change) = change { @if let Some(delta) = change.change {
                p {
                    (label) (lang.brackets(&change.compared_with)) (lang.colon()) strong { (signed(100.0 * delta)) }
                    @if let (Some(low), Some(high)) = (change.low, change.high) {
                        " " span.faint { (signed(100.0 * low)) " " (lang.say("至", "to")) " " (signed(100.0 * high)) ", n " (count(change.n_before)) " → " (count(total.n)) }
                    }
                    " " (verdict(page, change))
                }
            } }
        }
        ul.cards {
            (card(lang.say("推荐者", "Promoters"), &percent(total.promoter_share), "promoters"))
            (card(lang.say("中立者", "Passives"), &percent(total.passive_share), ""))
            (card(lang.say("贬损者", "Detractors"), &percent(total.detractor_share), "detractors"))
            (card(lang.say("提到因素的评论", "Comments that name a driver"), &percent(total.coverage), ""))
            (card(lang.say("写了评论", "Wrote a comment"), &format!("{} / {}", count(total.comments), count(total.n + total.unscored)), ""))
            @if total.response_rate.is_some() { (card(lang.say("回收率", "Response rate"), &percent(total.response_rate), "")) }
        }
        (trend(page))
    }
}

/// Whether a change is told from chance. What would be by itself, and is not among all that is tested together, is said to be that.
pub(super) fn verdict(page: &Page<'_>, change: &Change) -> Markup {
    let alone = matches!((change.low, change.high), (Some(low), Some(high)) if low > 0.0 || high < 0.0);
    direction(page, change.direction.as_deref(), alone)
}

/// The words for `up`, `down`, `flat` or untested; `alone`: the interval leaves out 0.
pub(super) fn direction(page: &Page<'_>, direction: Option<&str>, alone: bool) -> Markup {
    let lang = page.lang;
    html! { @match direction {
        Some("up") => span.promoters { "▲ " (lang.say("显著上升", "up, beyond chance")) },
        Some("down") => span.detractors { "▼ " (lang.say("显著下降", "down, beyond chance")) },
        Some(_) if alone => span.faint { "· " (lang.say("单看超出随机波动，与其他各行一并检验则不显著", "by itself beyond chance, not so among all rows tested together")) },
        Some(_) => span.faint { "· " (lang.say("在随机波动之内", "within chance")) },
        None => span.faint { (lang.say("样本太少，不作检验", "too few to test")) },
    } }
}

fn card(label: &str, value: &str, class: &str) -> Markup {
    html! { li { span.faint { (label) } b class=(class) { (value) } } }
}

fn trend(page: &Page<'_>) -> Markup {
    let (lang, points) = (page.lang, &page.report.trend);
    let table = html! { table {
        thead { tr { th scope="col" { (lang.say("时期", "Period")) } th.number scope="col" { "NPS" } th.number scope="col" { (lang.say("区间", "Interval")) } th.number scope="col" { "n" } } }
        tbody { @for point in points {
            tr {
                td { (period_name(&point.period, lang)) (page.low(point.low_base)) }
                td.number data-trend=[point.nps.map(|nps| nps.value)] { (point.nps.map_or_else(|| NONE.to_owned(), |nps| signed(nps.value))) }
                td.number { (point.nps.map_or_else(|| NONE.to_owned(), |nps| score_limits(lang, &nps))) }
                td.number { (count(point.n)) }
            }
        } }
    } };
    html! {
        @if points.len() > 1 {
            figure {
                figcaption { h3 { (lang.say("各期 NPS 与区间", "NPS by period, with its interval")) } }
                (chart::trend(points, &page.report.figures.period, lang))
                (behind(lang, &table))
            }
        }
    }
}
