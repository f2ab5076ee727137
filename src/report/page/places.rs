//! Where: the score of every segment value beside the total's, what blame it most, and where a driver's blame concentrates.

use maud::{Markup, html};

use super::super::around::Blame;
use super::super::figures::{Cell, Driver};
use super::Page;
use super::chart::{Scale, range};
use super::lang::{NONE, count, percent, plain, points, score_limits, signed};

/// Values of one segment that are drawn; the tables have all.
const SHOWN: usize = 40;

pub(super) fn section(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    if page.report.segments.is_empty() {
        return html! { p { (lang.say("没有分群列。运行时用 --by 指定，例如 --by region,product。", "There are no segments. A run names them: --by region,product.")) } };
    }
    let all = page.report.total().nps.map_or(0.0, |nps| nps.value);
    let cells = || page.report.segments.iter().flat_map(|segment| &segment.cells).filter_map(|cell| cell.nps);
    let low = cells().map(|nps| nps.low).fold(all, f64::min);
    let high = cells().map(|nps| nps.high).fold(all, f64::max);
    let scale = Scale::new(low, high);
    html! {
        p.faint { (lang.say("点为 NPS，线段为区间，虚线为总体；所有分群同一刻度，从", "The mark is the NPS, the line its interval, the dashed line the total; one scale for all, from")) " " (signed(low)) " " (lang.say("到", "to")) " " (signed(high)) (lang.say("。", ".")) }
        div.two { @for segment in &page.report.segments { div {
            h3 { (segment.name) }
            ol.rows { @for cell in segment.cells.iter().take(SHOWN) { li { (row(page, &segment.name, cell, all, scale)) } } }
            @if segment.cells.len() > SHOWN { p.faint { "+ " (segment.cells.len() - SHOWN) } }
        } } }
        (concentration(page))
    }
}

fn value(cell: &Cell) -> &str {
    cell.segments.first().map_or("", |(_, value)| value)
}

fn row(page: &Page<'_>, segment: &str, cell: &Cell, all: f64, scale: Scale) -> Markup {
    let lang = page.lang;
    let by = |driver: &Driver| driver.detractor_contribution.value;
    let leaves = cell.drivers.iter().filter(|driver| driver.level == "leaf" && by(driver) > 0.0);
    let most = leaves.max_by(|a, b| by(a).total_cmp(&by(b)).then_with(|| b.driver.cmp(&a.driver)));
    html! { div.row {
        span.name {
            bdi { (value(cell)) } (page.low(cell.low_base))
            @if let Some(driver) = most { br; span.faint { (lang.say("批评最多", "most blamed")) (lang.colon()) (lang.name(&driver.name_zh, &driver.name_en)) " " (points(by(driver))) } }
        }
        @if let Some(nps) = &cell.nps { (range(nps, all, scale, cell.low_base, &format!("{} {} {}", value(cell), signed(nps.value), lang.brackets(&score_limits(lang, nps))))) } @else { span {} }
        span.number data-segment=(segment) data-of=(value(cell)) data-value=[cell.nps.map(|nps| nps.value)] {
            (cell.nps.map_or_else(|| NONE.to_owned(), |nps| signed(nps.value))) " " span.faint { "n " (count(cell.n)) }
        }
    } }
}

fn concentration(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    // One that may be as everywhere is no finding.
    let found: Vec<(&Blame, &(String, String, crate::contribution::Estimate))> = page
        .report
        .blame
        .iter()
        .filter_map(|blame| Some((blame, blame.concentration.as_ref().filter(|(.., quotient)| quotient.low > 1.0)?)))
        .collect();
    let mut found = found;
    found.sort_by(|(a, (_, _, one)), (b, (_, _, other))| {
        other.low.total_cmp(&one.low).then_with(|| a.driver.cmp(&b.driver))
    });
    html! {
        h3 { (lang.say("批评集中在哪里", "Where blame concentrates")) }
        @if found.is_empty() {
            p { (lang.say("没有哪个因素的批评集中在某一处：到处都差不多。", "No driver's blame concentrates anywhere beyond chance: it is about as everywhere.")) }
        } @else { div.wide { table {
            caption { (lang.say("倍数：该处受访者中批评它的比例 ÷ 全部受访者中的比例；1 表示与各处一样", "Quotient: share of respondents there who blame it ÷ share of all who do; 1 is as everywhere")) }
            thead { tr { th scope="col" { (lang.say("因素", "Driver")) } th scope="col" { (lang.say("集中在", "At")) } th.number scope="col" { (lang.say("倍数", "Quotient")) } th.number scope="col" { (lang.say("区间", "Interval")) } th.number scope="col" { (lang.say("批评者数", "Blamed by")) } th scope="col" { (lang.say("持续", "Lasts")) } } }
            tbody { @for (blame, (segment, value, quotient)) in found { tr {
                td { (page.name(&blame.driver)) } td { (segment) " = " (value) }
                td.number { (format!("{:.1}×", quotient.value)) } td.number { (format!("{:.1}–{:.1}", quotient.low, quotient.high)) } td.number { (count(blame.n)) }
                td { @if let Some((share, periods)) = blame.persistence { (percent(Some(share))) " " span.faint { (lang.say("最近", "of the last")) " " (plain(periods as f64)) " " (lang.say("期", "periods")) } } }
            } } }
        } } }
    }
}
