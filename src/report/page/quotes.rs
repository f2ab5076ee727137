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
        p.faint { (lang.say("典型评论：在说法与长短上离其他评论最近的那些，每次生成都一样；个人信息已遮盖，依据已标出。",
            "Typical comments: those nearest to the others in what they name and in length, the same at every run; personal data is blanked out, evidence is marked.")) }
        @for driver in drivers {
            @let sides = [Side::Detractors, Side::Promoters].map(|side| (side, page.said(driver, side)));
            @if sides.iter().any(|(_, voices)| voices.is_some()) {
                details {
                    summary { (lang.name(&driver.name_zh, &driver.name_en)) " " span.faint { (lang.say("提到者", "mentioned by")) " " (count(driver.n)) } }
                    div.inside.two id=(format!("w-{}", driver.driver)) {
                        @for (side, voices) in sides { @if let Some(voices) = voices { div {
                            h4 { (match side {
                                Side::Promoters => lang.say("推荐者的好评", "Promoters who praise it"),
                                Side::Detractors => lang.say("批评者的差评", "Detractors who blame it"),
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
            bdi { (quote.id) } @if quote.period != page.report.figures.period { " · " (quote.period) }
        } }
    } }
}

/// The answer, its evidence marked.
fn marked(quote: &Quote) -> Markup {
    let mut pieces: Vec<(&str, bool)> = Vec::new();
    let mut done = 0;
    for (start, end) in &quote.evidence {
        pieces.push((quote.text.get(done..*start).unwrap_or_default(), false));
        pieces.push((quote.text.get(*start..*end).unwrap_or_default(), true));
        done = *end;
    }
    pieces.push((quote.text.get(done..).unwrap_or_default(), false));
    html! { bdi { @for (piece, is_evidence) in pieces { @if is_evidence { mark { (piece) } } @else { (piece) } } } }
}
