//! Did we close the loop: contacts after the answer, how fast they come, what is resolved, and how scores move.

use maud::{Markup, html};

use super::Page;
use super::lang::{NONE, count, limits, percent, points, signed};
use crate::contribution::recovery::Recovery;
use crate::report::recovered::OfKind;
use crate::tables::{ALL_PERIODS, Kind};

pub(super) fn section(page: &Page<'_>) -> Markup {
    let (lang, recovered) = (page.lang, &page.report.recovered);
    let calls = recovered.call_backs();
    let (all, called) = (&calls.recovery, calls.recovery.people);
    html! {
        @if recovered.contacts() == 0 { (nothing_yet(page)) } @else {
            ul.cards {
                li { span.faint { (lang.say("已回访的贬损者", "Detractors called back")) } b data-called=(called) data-wanted=(calls.wanted) { (count(called)) " / " (count(calls.wanted)) }
                    span.faint data-contacts=(all.contacts) { (lang.say("联系次数 ", "contacts: ")) (count(all.contacts)) } }
                li { span.faint { (lang.say("已解决", "Resolved")) } b data-rate=[all.rate.map(|rate| rate.value)] { (percent(all.rate.map(|rate| rate.value))) }
                    span.faint { @if let Some(rate) = &all.rate { (limits(rate)) ", " } "n " (count(all.judged)) } }
                li { span.faint { (lang.say("距首次联系天数（中位）", "Days to the first contact (median)")) } b { (days(all)) } }
                @if let Some((before, after)) = all.scores() {
                    li { span.faint { (lang.say("再次评分的贬损者 NPS", "NPS of detractors asked again")) } b { (signed(before)) " → " (signed(after)) } span.faint { "n " (count(all.scored_again())) } }
                }
            }
            p.faint { (lang.say("每位受访者只计一次：取最后的结论与评分、首次联系的日期。回访的人不是随机抽取的，数字只描述他们自己。", "Each respondent counts once: by the last verdict and score, and the first contact's day. Who was contacted was not drawn by lot: these figures are of them alone.")) }
            (kinds(page))
            (groups(page, lang.say("按部门", "By function"), &recovered.by_function))
            (groups(page, lang.say("按因素", "By driver"), &recovered.by_driver))
            (moves(page, lang.say("回访前后", "Before and after the contact"), &recovered.by_kind.each_ref().map(|of| &of.recovery)))
        }
        @if recovered.again.scored_again() > 0 { (moves(page, lang.say("再次作答的客户", "Customers who answered again"), &[&recovered.again])) }
    }
}

/// What to do where nothing has come back of this period.
fn nothing_yet(page: &Page<'_>) -> Markup {
    let (lang, recovered) = (page.lang, &page.report.recovered);
    let wanted = recovered.call_backs().wanted;
    let elsewhere: Vec<&str> = recovered.elsewhere.iter().map(String::as_str).collect();
    html! {
        p { @if let Some(last) = elsewhere.last() {
            (lang.say("本期还没有回访结果；有结果的时段：", "Nothing has come back of this period's call-backs yet. There is of ")) (count(elsewhere.len() as u64)) (lang.say(" 个，最近为 ", " other period(s), the last one ")) (last) (lang.say("。", "."))
        } @else { (lang.say("还没有回访结果。", "Nothing has come back from call-backs yet.")) } }
        p { span data-wanted=(wanted) { (lang.say("待回访的贬损者：", "Detractors to call back: ")) (count(wanted)) } (lang.say("。", ". "))
            @let of = if page.report.figures.period == ALL_PERIODS { " --period all" } else { "" };
            code { "verbatim follow-up list OUT" (of) " --csv calls.csv" } (lang.say(" 列出名单，", " says whom to call, ")) code { "verbatim follow-up import calls.csv" } (lang.say(" 导入结果。", " takes in what was found.")) }
    }
}

fn days(of: &Recovery) -> String {
    of.median_days.map_or_else(|| NONE.to_owned(), |days| format!("{days:.1}"))
}

/// What contacts were for. A promoter who is thanked has nothing to be resolved.
fn kinds(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let name = |of: &OfKind| match of.kind {
        Kind::CallBack => lang.say("回访贬损者", "Detractors called back"),
        Kind::WinOver => lang.say("争取中立者", "Passives won over"),
        Kind::Thank => lang.say("致谢推荐者", "Promoters thanked"),
    };
    let table = html! { table {
        thead { tr { td {} th.number scope="col" { (lang.say("应联系", "To contact")) } th.number scope="col" { (lang.say("已联系", "Contacted")) } th.number scope="col" { (lang.say("联系次数", "Contacts")) } th.number scope="col" { (lang.say("已解决 %", "Resolved, %")) } th.number scope="col" { (lang.say("天数（中位）", "Days (median)")) } } }
        tbody { @for of in &page.report.recovered.by_kind { tr { th scope="row" { (name(of)) }
            td.number { (count(of.wanted)) } td.number { (count(of.recovery.people)) } td.number { (count(of.recovery.contacts)) }
            td.number { @if let Some(rate) = of.recovery.rate.as_ref().filter(|_| of.kind != Kind::Thank) { (points(rate.value)) } @else { (NONE) } }
            td.number { (days(&of.recovery)) }
        } } }
    } };
    html! { div.wide { (table) } }
}

fn groups(page: &Page<'_>, title: &str, groups: &[(String, Recovery)]) -> Markup {
    let lang = page.lang;
    let table = html! { table {
        thead { tr { th scope="col" { (title) } th.number scope="col" { (lang.say("贬损者", "Detractors")) } th.number scope="col" { (lang.say("已解决 %", "Resolved, %")) } th.number scope="col" { (lang.say("天数（中位）", "Days (median)")) } th.number scope="col" { (lang.say("NPS 前 → 后", "NPS before → after")) } } }
        tbody { @for (name, of) in groups { tr {
            td { @if name.is_empty() { (lang.say("无", "none")) } @else { (page.name_of(name)) } }
            td.number { (count(of.people)) }
            td.number { @if let Some(rate) = &of.rate { (points(rate.value)) " " span.faint { (limits(rate)) } } @else { (NONE) } }
            td.number { (days(of)) }
            td.number { @if let Some((before, after)) = of.scores() { (signed(before)) " → " (signed(after)) } @else { (NONE) } }
        } } }
    } };
    html! { details { summary { (title) } div.wide { (table) } } }
}

/// From band to band, of several groups together.
fn moves(page: &Page<'_>, title: &str, groups: &[&Recovery]) -> Markup {
    let lang = page.lang;
    let bands = [lang.say("贬损者", "Detractors"), lang.say("中立者", "Passives"), lang.say("推荐者", "Promoters")];
    let scored: u64 = groups.iter().map(|of| of.scored_again()).sum();
    let moved = |before: usize, after: usize| groups.iter().map(|of| of.moves[before][after]).sum::<u64>();
    let table = html! { table {
        caption { (title) " · n " (count(scored)) " · " (lang.say("行：之前，列：之后", "rows: before, columns: after")) }
        thead { tr { td {} @for band in bands { th.number scope="col" { (band) } } } }
        tbody { @for (before, band) in bands.iter().enumerate() { tr { th scope="row" { (band) } @for after in 0..bands.len() { td.number { (count(moved(before, after))) } } } } }
    } };
    html! { @if scored > 0 { div.wide { (table) } } }
}
