//! Can I trust it: coverage, small bases, what was not used, the lexicon, and the method in short.

use maud::{Markup, html};

use super::super::accuracy::{Accuracy, OfDriver};
use super::Page;
use super::lang::{count, percent};

pub(super) fn section(page: &Page<'_>) -> Markup {
    let (lang, report, total) = (page.lang, page.report, page.report.total());
    let manifest = &report.manifest;
    let rejected: u64 = report.rejects.values().sum();
    let low = report.segments.iter().flat_map(|segment| &segment.cells).filter(|cell| cell.low_base).count();
    let cells: usize = report.segments.iter().map(|segment| segment.cells.len()).sum();
    let redactions: u64 = manifest.redactions.values().sum();
    let rows = [
        (
            lang.say("受访者", "Respondents"),
            format!(
                "{} {} · {} {}",
                count(total.n),
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
                lang.say("批评者", "detractors"),
                percent(total.coverage_detractors)
            ),
        ),
        (lang.say("基数小的分群", "Segment values with a small base"), format!("{low} / {cells}")),
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
    html! {
        table { tbody { @for (name, value) in &rows { tr { th scope="row" { (name) } td { (value) } } } } }
        @if rejected > 0 { details { summary { (lang.say("未用的行，按原因", "Rows not used, by reason")) } table { tbody { @for (reason, rows) in &report.rejects { tr { th scope="row" { (reason) } td.number { (count(*rows)) } } } } } } }
        @if let Some(accuracy) = &report.accuracy { (by_driver(page, accuracy)) }
        h3 { (lang.say("方法", "Method")) }
        p { (lang.say("NPS = 推荐者占比 − 批评者占比，区间为调整的 Wald 法。每位受访者的分数由其提到的、与分数方向一致的因素平分（即覆盖博弈的 Shapley 值），因此各因素的贡献恰好加总为占比；没提到因素的另列。单侧贡献用 Wilson 区间。变化按 Benjamini–Hochberg 校正检验，并按 Kitagawa 拆为量与率；词库改动的影响单列。重要度为回归 R² 的 Shapley 分解。",
            "NPS = share of promoters − share of detractors, with an adjusted Wald interval. A respondent's score is shared equally by the drivers mentioned on its side (the Shapley value of the coverage game), so that contributions add up to the shares exactly; those who name no driver stand apart. One-sided contributions have Wilson intervals. Changes are tested with Benjamini–Hochberg adjustment and split into volume and rate (Kitagawa); effects of other rules stand apart. Importance is a Shapley decomposition of a regression's R².")) }
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
