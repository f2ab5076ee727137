//! Where: the score of every segment value beside the total's, what blame it most, and where a driver's blame concentrates.

use maud::{Markup, html};

use super::super::around::{Blame, Concentration};
use super::super::figures::{Cell, Driver};
use super::Page;
use super::chart::{Scale, range};
use super::lang::{NONE, count, percent, plain, points, score_limits, signed};

/// Values of one segment that are drawn; the tables have all.
const SHOWN: usize = 40;

pub(super) fn section(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    if page.report.segments.is_empty() {
        return html! { p { (lang.say("没有按地区、产品等分组（运行时用 --by 指定，例如 --by region,product）。", "Nothing is told apart by region, product or the like (a run names such columns: --by region,product).")) } };
    }
    let all = page.report.total().nps.map_or(0.0, |nps| nps.value);
    let cells = || page.report.segments.iter().flat_map(|segment| &segment.cells).filter_map(|cell| cell.nps);
    let low = cells().map(|nps| nps.low).fold(all, f64::min);
    let high = cells().map(|nps| nps.high).fold(all, f64::max);
    let scale = Scale::new(low, high);
    html! {
        p.faint { (lang.say("方块为 NPS，线段为区间，虚线为总体；各组同一刻度，从", "The mark is the NPS, the line its interval, the dashed line the total; one scale for all, from")) " " (signed(low)) " " (lang.say("到", "to")) " " (signed(high)) (lang.say("。", ".")) }
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
            bdi { (page.value(value(cell))) } (page.low(cell.low_base))
            @if let Some(driver) = most { br; span.faint { (lang.say("贬损者抱怨最多", "most of its detractors")) (lang.colon()) (lang.name(&driver.name_zh, &driver.name_en)) " " (points(by(driver))) } }
        }
        @if let Some(nps) = &cell.nps { (range(nps, all, scale, cell.low_base, &format!("{} {} {}", value(cell), signed(nps.value), lang.brackets(&score_limits(lang, nps))))) } @else { span {} }
        span.number data-segment=(segment) data-of=(value(cell)) data-value=[cell.nps.map(|nps| nps.value)] {
            (cell.nps.map_or_else(|| NONE.to_owned(), |nps| signed(nps.value))) " " span.faint { (page.base(cell)) }
        }
    } }
}

/// Below it blame is told from being as everywhere.
const FALSE_DISCOVERY: f64 = 0.05;

fn concentration(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    // Parents whose own terms are blamed stand for these.
    let is_shown = |blame: &&Blame| {
        let own = format!("{}.general", blame.driver);
        page.drivers.get(blame.driver.as_str()).is_some_and(|driver| driver.level == "leaf")
            || page.drivers.contains_key(own.as_str())
    };
    let tested: Vec<(&Blame, &Concentration, f64)> = page
        .report
        .blame
        .iter()
        .filter(is_shown)
        .filter_map(|blame| {
            let at = blame.concentration.as_ref()?;
            Some((blame, at, at.q?))
        })
        .filter(|(_, at, _)| page.report.segments.iter().any(|segment| segment.name == at.segment))
        .collect();
    let mut found: Vec<_> = tested.iter().filter(|(.., q)| *q < FALSE_DISCOVERY).collect();
    found.sort_by(|(a, one, q), (b, other, other_q)| {
        q.total_cmp(other_q)
            .then_with(|| other.quotient.value.total_cmp(&one.quotient.value))
            .then_with(|| a.driver.cmp(&b.driver))
    });
    let lasts = found.iter().any(|(blame, ..)| blame.persistence.is_some());
    html! {
        h3 { (lang.say("抱怨集中在哪里", "Where blame concentrates")) }
        @if tested.is_empty() {
            p { (lang.say("没有一组人数足够，或结果由旧版本写成，无法判断。", "Nothing could be tested: no group has enough respondents, or an older version wrote the tables.")) }
        } @else if found.is_empty() {
            p { (lang.say("没有哪个因素的抱怨集中在某一处到超出随机的程度（q < 5 %）。", "No driver's blame concentrates anywhere beyond chance (q < 5 %).")) }
        } @else { div.wide { table {
            caption { (lang.say("倍数：该处受访者中抱怨它的比例 ÷ 全部受访者中的比例；1 表示与各处一样。只列超出随机的（q < 5 %，已计入比较了多少处）", "Quotient: share of respondents there who blame it ÷ share of all who do; 1 is as everywhere. Only what is beyond chance (q < 5 %, for as many places as were compared)")) }
            thead { tr { th scope="col" { (lang.say("因素", "Driver")) } th scope="col" { (lang.say("集中在", "At")) } th.number scope="col" { (lang.say("倍数", "Quotient")) } th.number scope="col" { (lang.say("区间", "Interval")) } th.number scope="col" { "q" } th.number scope="col" { (lang.say("抱怨它的人数", "Blamed by")) } @if lasts { th scope="col" { (lang.say("持续", "Lasts")) } } } }
            tbody { @for (blame, at, q) in found { tr {
                td { (page.name(&blame.driver)) } td { (at.segment) " = " (page.value(&at.value)) }
                td.number { (format!("{:.1}×", at.quotient.value)) } td.number { (format!("{:.1}–{:.1}", at.quotient.low, at.quotient.high)) } td.number { (format!("{q:.3}")) } td.number { (count(blame.n)) }
                @if lasts { td { @if let Some((share, periods)) = blame.persistence { (percent(Some(share))) " " span.faint { (lang.say("最近", "of the last")) " " (plain(periods as f64)) " " (lang.say("期", "periods")) } } } }
            } } }
        } } }
    }
}
