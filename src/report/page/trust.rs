//! Can I trust it: coverage, small bases, what was not used, the lexicon, and the method in short.

use maud::{Markup, html};

use super::super::accuracy::{Accuracy, OfDriver};
use super::Page;
use super::lang::{count, percent};
use crate::contribution::Credit;

pub(super) fn section(page: &Page<'_>) -> Markup {
    let (lang, report, total) = (page.lang, page.report, page.report.total());
    let manifest = &report.manifest;
    let rejected: u64 = report.rejects.values().sum();
    let low = report.segments.iter().flat_map(|segment| &segment.cells).filter(|cell| cell.low_base).count();
    let cells: usize = report.segments.iter().map(|segment| segment.cells.len()).sum();
    let importance = total.drivers.iter().find_map(|driver| driver.importance_method.as_deref());
    let redactions: u64 = manifest.redactions.values().sum();
    let rows = [
        (
            lang.say("受访者", "Respondents"),
            format!(
                "{} {} · {} {}",
                page.base(total),
                lang.say("有评分", "with a score"),
                count(total.unscored),
                lang.say("无评分", "without")
            ),
        ),
        (
            lang.say("覆盖率（提到因素的评论）", "Coverage (comments that name a driver)"),
            format!(
                "{} · {} {} · {} {}",
                percent(total.coverage),
                lang.say("推荐者", "promoters"),
                percent(total.coverage_promoters),
                lang.say("贬损者", "detractors"),
                percent(total.coverage_detractors)
            ),
        ),
        (lang.say("未用的行（全部运行）", "Rows not used (of all runs)"), count(rejected)),
        (
            lang.say("词库", "Lexicon"),
            format!(
                "{} · {}",
                report.figures.lexicons.join(" + "),
                report.lexicon_hash().get(..12).unwrap_or_default()
            ),
        ),
        (lang.say("标注准确度", "Accuracy of tags"), accuracy(page)),
        (lang.say("最近一次运行遮盖的个人信息", "Personal data blanked out in the last run"), count(redactions)),
        (lang.say("引擎", "Engine"), format!("{} {}", manifest.engine, manifest.engine_version)),
    ];
    let rows = rows.into_iter().chain((cells > 0).then(|| {
        (lang.say("基数小的组（地区、产品等）", "Segment values with a small base"), format!("{low} / {cells}"))
    }));
    let rows: Vec<(&str, String)> = rows.collect();
    html! {
        table { tbody { @for (name, value) in &rows { tr { th scope="row" { (name) } td { (value) } } } } }
        @if rejected > 0 { details { summary { (lang.say("未用的行，按原因", "Rows not used, by reason")) } table { tbody { @for (reason, rows) in &report.rejects { tr { th scope="row" { (reason) } td.number { (count(*rows)) } } } } } } }
        @if let Some(accuracy) = &report.accuracy { (by_driver(page, accuracy)) }
        h3 { (lang.say("方法", "Method")) }
        ul {
            li { (lang.say("NPS = 推荐者占比 − 贬损者占比。方括号里的区间表示：只调查了一部分客户，真值大致在哪个范围（调整的 Wald 法；单侧贡献为 Wilson 法）。",
                "NPS = share of promoters − share of detractors. Intervals say how far off a figure may be since not every customer answered (adjusted Wald; Wilson for one-sided contributions).")) }
            li { (match page.report.manifest.credit {
                Credit::Equal => lang.say("每位受访者的评分只解释一次，由与评分同向的因素平分（覆盖博弈的 Shapley 值），所以各因素之和恰好等于占比；没提到因素的另列。",
                    "Each score is explained once, shared equally by the drivers mentioned on its side (the Shapley value of the coverage game), so that drivers add up to the shares exactly; those who name no driver stand apart."),
                Credit::Grouped => lang.say("每位受访者的评分只解释一次，先由与评分同向的大类平分，再在大类之内平分（覆盖博弈的 Owen 值），所以各因素之和恰好等于占比；没提到因素的另列。",
                    "Each score is explained once, shared equally by the top-level drivers mentioned on its side and then within each (the Owen value of the coverage game), so that drivers add up to the shares exactly; those who name no driver stand apart."),
            }) }
            li { (lang.say("变化：检验是否超出随机波动，并考虑到同时检验了许多项（Benjamini–Hochberg）；分为“量”（提到的人多了或少了）与“率”（提到的人评分变了；Kitagawa）；词库改动的影响单列。",
                "Changes are tested against chance, allowing for how many are tested together (Benjamini–Hochberg), and split into volume and rate (Kitagawa); effects of other rules stand apart.")) }
            @if let Some(method) = importance { li { (match method {
                "lmg" => lang.say("重要度：回归 R² 的 Shapley 分解（LMG）。", "Importance is the Shapley decomposition of a regression's R² (LMG)."),
                _ => lang.say("重要度：回归的相对权重（Johnson）。", "Importance is by relative weights of a regression (Johnson)."),
            }) } }
        }
        p.faint { (lang.say("每个数字都来自同一文件夹里的 Parquet 表；每条标注都能用 verbatim explain 追溯到词条。", "Every number stands in the Parquet tables of the same folder; `verbatim explain` traces every tag to a term.")) }
    }
}

/// How well tags agree with labels, in a sentence.
fn accuracy(page: &Page<'_>) -> String {
    let lang = page.lang;
    let Some(Accuracy { lexicons, lexicon_hash, gold }) = &page.report.accuracy else {
        return lang.say("未提供（report --accuracy）", "not given (report --accuracy)").to_owned();
    };
    let all = &gold.total;
    let measured = format!(
        "{} {} · {} {} · {} {} ({} {})",
        lang.say("精确率", "precision"),
        percent(all.precision),
        lang.say("召回率", "recall"),
        percent(all.recall),
        lang.say("褒贬一致", "side right"),
        percent(all.given_side.accuracy),
        count(gold.comments),
        lang.say("条人工标注的评论", "comments labelled by people"),
    );
    if lexicon_hash == page.report.lexicon_hash() {
        return measured;
    }
    let other = lang.say("用的是另一套规则", "by other rules");
    format!("{measured} — {other}{}{} ({:.12})", lang.colon(), lexicons.join(" + "), lexicon_hash)
}

fn by_driver(page: &Page<'_>, accuracy: &Accuracy) -> Markup {
    let lang = page.lang;
    let table = html! { table {
        thead { tr {
            th scope="col" { (lang.say("因素", "Driver")) }
            th.number scope="col" { (lang.say("标注", "Labels")) }
            th.number scope="col" { (lang.say("找到", "Found")) }
            th.number scope="col" { (lang.say("精确率", "Precision")) }
            th.number scope="col" { (lang.say("召回率", "Recall")) }
            th.number scope="col" { (lang.say("褒贬一致", "Side right")) }
        } }
        tbody { @for OfDriver { driver, agreement } in &accuracy.gold.drivers { tr {
            th scope="row" { (page.name_of(driver)) }
            td.number { (count(agreement.gold)) }
            td.number { (count(agreement.found)) }
            td.number { (percent(agreement.precision)) }
            td.number { (percent(agreement.recall)) }
            td.number { (percent(agreement.given_side.accuracy)) }
        } } }
    } };
    html! { details { summary { (lang.say("标注准确度，按因素", "Accuracy of tags, by driver")) } div.wide { (table) } } }
}
