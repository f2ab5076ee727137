//! Did we close the loop: contacts after the answer, how fast they come, what is resolved, and how scores move.

use maud::{Markup, html};

use super::Page;
use super::lang::{NONE, count, limits, percent, points, signed};
use crate::contribution::recovery::Recovery;

pub(super) fn section(page: &Page<'_>) -> Markup {
    let (lang, recovered) = (page.lang, &page.report.recovered);
    let all = &recovered.all;
    let days = |of: &Recovery| of.median_days.map_or_else(|| NONE.to_owned(), |days| format!("{days:.1}"));
    if all.contacts == 0 && recovered.again.scored_again() == 0 {
        return html! { p { (lang.say("还没有回访结果。用 verbatim follow-up import 导入。", "Nothing has come back from call-backs yet: `verbatim follow-up import` takes it in.")) } };
    }
    html! {
        @if all.contacts > 0 {
            ul.cards {
                li { span.faint { (lang.say("回访", "Contacts")) } b data-contacts=(all.contacts) { (count(all.contacts)) } }
                li { span.faint { (lang.say("已解决", "Resolved")) } b data-rate=[all.rate.map(|rate| rate.value)] { (percent(all.rate.map(|rate| rate.value))) }
                    span.faint { @if let Some(rate) = &all.rate { (limits(rate)) ", " } "n " (count(all.judged)) } }
                li { span.faint { (lang.say("距答卷天数（中位）", "Days after the answer (median)")) } b { (days(all)) } }
                @if let Some((before, after)) = all.scores() {
                    li { span.faint { (lang.say("回访者 NPS", "NPS of those asked again")) } b { (signed(before)) " → " (signed(after)) } span.faint { "n " (count(all.scored_again())) } }
                }
            }
            p.faint { (lang.say("回访的人不是随机抽取的，数字只描述他们自己。", "Who was contacted was not drawn by lot: these figures are of them alone.")) }
            (groups(page, lang.say("按部门", "By function"), &recovered.by_function))
            (groups(page, lang.say("按因素", "By driver"), &recovered.by_driver))
            (moves(page, lang.say("回访前后", "Before and after the contact"), all))
        }
        @if recovered.again.scored_again() > 0 { (moves(page, lang.say("再次作答的客户", "Customers who answered again"), &recovered.again)) }
    }
}

fn groups(page: &Page<'_>, title: &str, groups: &[(String, Recovery)]) -> Markup {
    let lang = page.lang;
    let table = html! { table {
        thead { tr { th scope="col" { (title) } th.number scope="col" { (lang.say("回访", "Contacts")) } th.number scope="col" { (lang.say("已解决 %", "Resolved, %")) } th.number scope="col" { (lang.say("天数（中位）", "Days (median)")) } th.number scope="col" { (lang.say("NPS 前 → 后", "NPS before → after")) } } }
        tbody { @for (name, of) in groups { tr {
            td { @if name.is_empty() { (lang.say("无", "none")) } @else { (page.name_of(name)) } }
            td.number { (count(of.contacts)) }
            td.number { @if let Some(rate) = &of.rate { (points(rate.value)) " " span.faint { (limits(rate)) } } @else { (NONE) } }
            td.number { (of.median_days.map_or_else(|| NONE.to_owned(), |days| format!("{days:.1}"))) }
            td.number { @if let Some((before, after)) = of.scores() { (signed(before)) " → " (signed(after)) } @else { (NONE) } }
        } } }
    } };
    html! { details { summary { (title) } div.wide { (table) } } }
}

/// From band to band.
fn moves(page: &Page<'_>, title: &str, of: &Recovery) -> Markup {
    let lang = page.lang;
    let bands = [lang.say("贬损者", "Detractors"), lang.say("中立者", "Passives"), lang.say("推荐者", "Promoters")];
    let table = html! { table {
        caption { (title) " · n " (count(of.scored_again())) " · " (lang.say("行：之前，列：之后", "rows: before, columns: after")) }
        thead { tr { td {} @for band in bands { th.number scope="col" { (band) } } } }
        tbody { @for (band, row) in bands.iter().zip(&of.moves) { tr { th scope="row" { (band) } @for moved in row { td.number { (count(*moved)) } } } } }
    } };
    html! { @if of.scored_again() > 0 { div.wide { (table) } } }
}
