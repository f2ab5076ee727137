//! What makes promoters and what makes detractors: every leaf's and bucket's part of either share, which they add up to.

use maud::{Markup, html};

use super::super::figures::Driver;
use super::super::typical::Side;
use super::chart::{Scale, bar};
use super::lang::{count, limits, percent, points, signed};
use super::{Page, behind, quotes};
use crate::contribution::Estimate;

/// Drivers with a row of their own; the others share one.
const SHOWN: usize = 12;

pub(super) fn section(page: &Page<'_>) -> Markup {
    let (lang, total) = (page.lang, page.report.total());
    let both = || page.leaves().flat_map(|driver| [part(driver, Side::Detractors), part(driver, Side::Promoters)]);
    let scale = Scale::new(0.0, both().filter(|part| part.value > 0.0).map(|part| part.high).fold(0.0, f64::max));
    html! {
        p.faint {
            (lang.say("每位受访者的评分由解释它的因素平分（推荐者：其称赞的因素；贬损者：其抱怨的因素），各行相加恰好等于占比。单位：全部有评分受访者的百分点；线段为区间；两张图同一刻度。点开一行看原话。",
                "Each respondent's credit is shared by the drivers that explain the score, so that the rows add up to the share. Unit: points of all respondents with a score; the line is the interval; both charts have one scale. Open a row for comments."))
            " " (page.base(total)) (lang.say("。", "."))
        }
        (side(page, Side::Detractors, scale))
        (side(page, Side::Promoters, scale))
        p.faint { (lang.say("灰色各行不属于任何因素：与评分相反（提到的因素都与评分方向相反）、笼统好评、笼统差评、未提及因素、未填写。",
            "Grey rows are of no driver: against the score (all that is named speaks against it), general praise, general blame, no driver named, no comment.")) }
        (behind(lang, &table(page)))
        (rollups(page))
    }
}

fn part(driver: &Driver, side: Side) -> &Estimate {
    match side {
        Side::Promoters => &driver.promoter_contribution,
        Side::Detractors => &driver.detractor_contribution,
    }
}

const fn class(side: Side) -> &'static str {
    match side {
        Side::Promoters => "promoters",
        Side::Detractors => "detractors",
    }
}

fn side(page: &Page<'_>, side: Side, scale: Scale) -> Markup {
    let (lang, total) = (page.lang, page.report.total());
    let (share, title) = match side {
        Side::Promoters => (total.promoter_share, lang.say("推荐者因为什么", "What makes promoters")),
        Side::Detractors => (total.detractor_share, lang.say("贬损者因为什么", "What makes detractors")),
    };
    let (mut leaves, buckets): (Vec<&Driver>, Vec<&Driver>) = page.leaves().partition(|driver| driver.level == "leaf");
    leaves.retain(|driver| part(driver, side).value > 0.0);
    leaves.sort_by(|a, b| part(b, side).value.total_cmp(&part(a, side).value).then_with(|| a.driver.cmp(&b.driver)));
    let more = leaves.split_off(leaves.len().min(SHOWN));
    let rest: f64 = more.iter().map(|driver| part(driver, side).value).sum();
    let buckets: Vec<&Driver> = buckets.into_iter().filter(|driver| part(driver, side).value > 0.0).collect();
    html! {
        h3 class=(class(side)) { (title) " · " (lang.say("合计", "adds up to")) " " (percent(share)) }
        ol.rows {
            @for driver in &leaves { li { (row(page, driver, side, scale)) } }
            @if !more.is_empty() { li { div.row {
                span.name { (lang.say("其余", "Others")) (lang.brackets(&format!("{} {}", more.len(), lang.say("个因素，见数据表", "drivers, in the table")))) }
                span {}
                span.number { (points(rest)) }
            } } }
            @for driver in &buckets { li { (row(page, driver, side, scale)) } }
        }
    }
}

fn row(page: &Page<'_>, driver: &Driver, side: Side, scale: Scale) -> Markup {
    let (lang, of) = (page.lang, part(driver, side));
    let name = lang.name(&driver.name_zh, &driver.name_en);
    let band = match side {
        Side::Promoters => driver.n_promoters,
        Side::Detractors => driver.n_detractors,
    };
    let kind = if driver.level == "leaf" { class(side) } else { "plain" };
    let label = format!("{name} {} {}", points(of.value), lang.brackets(&limits(of)));
    let head = html! {
        span.name { (name) }
        (bar(of, scale, kind, &label))
        span.number data-driver=(driver.driver) data-side=(class(side)) data-value=(of.value) {
            (points(of.value)) " " span.faint { (limits(of)) }
        }
    };
    let said = page.said(driver, side);
    html! { @match said {
        None => div.row { (head) },
        Some(voices) => details {
            summary.row { (head) }
            div.inside {
                p.faint {
                    (match side {
                        Side::Promoters => lang.say("提到它的推荐者", "Promoters who mention it"),
                        Side::Detractors => lang.say("提到它的贬损者", "Detractors who mention it"),
                    }) " " (count(band))
                    @if !page.report.has_mixed_rules() { (lang.say("，其中", ", of whom ")) (match side {
                        Side::Promoters => lang.say("称赞它的", "praise it"),
                        Side::Detractors => lang.say("抱怨它的", "blame it"),
                    }) " " (count(voices.count)) }
                    @if let Some(owner) = &driver.owner { " · " (lang.say("主要负责", "owned mainly by")) (lang.colon()) (owner) }
                    " · " a href=(format!("#w-{}", driver.driver)) { (lang.say("正反两面的原话", "both sides in their own words")) }
                }
                (quotes::list(page, voices, side))
            }
        },
    } }
}

fn table(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let mut leaves: Vec<&Driver> = page.leaves().filter(|driver| driver.n > 0).collect();
    leaves.sort_by(|a, b| {
        let by = |driver: &Driver| driver.detractor_contribution.value;
        by(b).total_cmp(&by(a)).then_with(|| a.driver.cmp(&b.driver))
    });
    let net: f64 = leaves.iter().map(|driver| driver.net_contribution.value).sum();
    html! { table {
        caption { (lang.say("全部因素，百分点", "All drivers, in points")) }
        thead { tr {
            th scope="col" { (lang.say("因素", "Driver")) } th.number scope="col" { (lang.say("提及人数", "Mentioned by")) }
            th.number scope="col" { (lang.say("贬损者贡献", "Detractors")) } th.number scope="col" { (lang.say("推荐者贡献", "Promoters")) } th.number scope="col" { (lang.say("净贡献", "Net")) }
        } }
        tbody { @for driver in leaves {
            tr {
                td { (lang.name(&driver.name_zh, &driver.name_en)) " " span.faint { (driver.driver) } }
                td.number { (count(driver.n)) }
                td.number data-table-detractors=(driver.driver) data-value=(driver.detractor_contribution.value) { (points(driver.detractor_contribution.value)) " " span.faint { (limits(&driver.detractor_contribution)) } }
                td.number data-table-promoters=(driver.driver) data-value=(driver.promoter_contribution.value) { (points(driver.promoter_contribution.value)) " " span.faint { (limits(&driver.promoter_contribution)) } }
                td.number { (signed(100.0 * driver.net_contribution.value)) }
            }
        } }
        tfoot { tr { th scope="row" { (lang.say("合计 = NPS", "Sum = NPS")) } td {} td.number { (percent(page.report.total().detractor_share)) } td.number { (percent(page.report.total().promoter_share)) } td.number { (signed(100.0 * net)) } } }
    } }
}

/// The same points by the attributes that group drivers.
fn rollups(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let rolled = page.report.total().drivers.iter().filter(|driver| driver.level == "rollup" && driver.n > 0);
    let mut groups: Vec<(&str, Vec<&Driver>)> = Vec::new();
    for driver in rolled {
        let attribute = driver.parent.as_deref().unwrap_or_default();
        match groups.iter_mut().find(|(of, _)| *of == attribute) {
            Some((_, values)) => values.push(driver),
            None => groups.push((attribute, vec![driver])),
        }
    }
    html! { @if !groups.is_empty() { details {
        summary { (lang.say("按其他维度归并", "Rolled up by other attributes")) }
        div.two { @for (attribute, values) in groups { div.wide { table {
            caption { (attribute) " · " (lang.say("百分点", "points")) }
            thead { tr { th scope="col" { (lang.say("类别", "Value")) } th.number scope="col" { (lang.say("贬损者", "Detractors")) } th.number scope="col" { (lang.say("推荐者", "Promoters")) } } }
            tbody { @for driver in values { tr {
                td { (lang.name(&driver.name_zh, &driver.name_en)) }
                td.number { (points(driver.detractor_contribution.value)) }
                td.number { (points(driver.promoter_contribution.value)) }
            } } }
        } } } }
    } } }
}
