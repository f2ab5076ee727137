//! In their own words: for each driver typical comments of both sides, with the evidence marked.

use maud::{Markup, html};

use super::super::figures::Driver;
use super::super::typical::{Quote, Side, Voices};
use super::Page;
use super::lang::{count, plain};

pub(super) fn section(page: &Page<'_>) -> Markup {
    let lang = page.lang;
    let mut drivers: Vec<&Driver> = page.leaves().filter(|driver| driver.level == "leaf" && driver.n > 0).collect();
    drivers.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.driver.cmp(&b.driver)));
    html! {
        p.faint { (lang.say("典型评论：所提因素与长短最接近其他评论的几条，每次生成都一样；个人信息已遮盖，标记处为判断依据。",
            "Typical comments: those nearest to the others in what they name and in length, the same at every run; personal data is blanked out, evidence is marked.")) }
        @if page.report.has_mixed_rules() { p.notice { (lang.say("各期由不同版本的词库标注：原话及其人数按当时的词库，上面的数字按现在的词库。",
            "Periods were tagged by different rules: comments and their counts here are by the rules of their time, the figures above by those of now.")) } }
        @for driver in drivers {
            @let sides = [Side::Detractors, Side::Promoters].map(|side| (side, page.said(driver, side)));
            @if sides.iter().any(|(_, voices)| voices.is_some()) {
                details.voices {
                    summary { (lang.name(&driver.name_zh, &driver.name_en)) " " span.faint { (lang.say("提及人数", "mentioned by")) " " (count(driver.n)) } }
                    div.inside.two id=(format!("w-{}", driver.driver)) {
                        @for (side, voices) in sides { @if let Some(voices) = voices { div {
                            h4 { (match side {
                                Side::Promoters => lang.say("称赞它的推荐者", "Promoters who praise it"),
                                Side::Detractors => lang.say("抱怨它的贬损者", "Detractors who blame it"),
                            }) " " span.faint { (count(voices.count)) } }
                            (list(page, voices, side))
                        } } }
                    }
                }
            }
        }
    }
}

/// Comments of one side.
pub(super) fn list(page: &Page<'_>, voices: &Voices, side: Side) -> Markup {
    let class = match side {
        Side::Promoters => "promoters",
        Side::Detractors => "detractors",
    };
    html! { @for quote in &voices.quotes {
        blockquote class=(class) { (marked(quote)) footer.faint {
            @if let Some(score) = quote.score { (page.lang.say("评分", "score")) " " (plain(score)) " · " }
            @if page.report.manifest.layout.texts.len() > 1 { (question(page, &quote.question)) " · " }
            bdi { (quote.id) } @if quote.period != page.report.figures.period { " · " (quote.period) }
        } }
    } }
}

/// What was asked, by the name that the survey's configuration gives it.
fn question<'q>(page: &'q Page<'_>, column: &'q str) -> &'q str {
    let layout = &page.report.manifest.layout;
    let mut named = layout.text_columns().into_iter().zip(&layout.texts);
    named.find(|(name, _)| name == column).map_or(column, |(_, text)| &text.name)
}

/// Characters of a comment that are shown before its first evidence, and after what is shown last.
const AROUND: usize = 1000;

/// The answer, its evidence marked; of a long one what stands around the first evidence.
fn marked(quote: &Quote) -> Markup {
    let text = quote.text.as_str();
    let first = quote.evidence.first().copied().unwrap_or_default();
    let from = text[..first.0].char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
    let to = text[first.1..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| first.1 + at);
    let mut pieces: Vec<(&str, bool)> = Vec::new();
    let mut done = from;
    for (start, end) in quote.evidence.iter().filter(|(start, end)| from <= *start && *end <= to) {
        pieces.push((text.get(done..*start).unwrap_or_default(), false));
        pieces.push((text.get(*start..*end).unwrap_or_default(), true));
        done = *end;
    }
    pieces.push((text.get(done..to).unwrap_or_default(), false));
    html! { bdi {
        @if from > 0 { "… " }
        @for (piece, is_evidence) in pieces { @if is_evidence { mark { (piece) } } @else { (piece) } }
        @if to < text.len() { " …" }
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_comment_is_cut_around_its_evidence() {
        let shown = |before: usize, after: usize| {
            let text = format!("{}噪音{}", "好".repeat(before), "吵".repeat(after));
            let evidence = vec![(3 * before, 3 * before + 6)];
            let quote = Quote {
                id: String::new(),
                period: String::new(),
                score: None,
                question: String::new(),
                text,
                evidence,
            };
            marked(&quote).into_string()
        };
        assert_eq!(shown(1, 2), "<bdi>好<mark>噪音</mark>吵吵</bdi>");
        let cut = shown(40_000, 40_000);
        assert!(cut.starts_with("<bdi>… 好") && cut.contains("<mark>噪音</mark>") && cut.ends_with("吵 …</bdi>"));
        assert!((2000..2020).contains(&cut.matches(['好', '吵']).count()), "{}", cut.len());
    }
}
