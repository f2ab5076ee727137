//! The report as one page for people: by itself, without scripts, in light and dark, on paper and on a phone, in Chinese or English.
//!
//! Not for any number: all of them are the tables', and are only written here. Everything that was read somewhere is escaped by the templates (`maud`).

mod change;
mod chart;
mod closed;
mod drivers;
mod lang;
mod places;
mod priorities;
mod quotes;
mod score;
mod trust;

use std::collections::BTreeMap;

use base64::Engine as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use self::lang::{count, plain};
use super::figures::{Cell, Driver, parent_of_general};
use super::typical::{Side, Voices};
use super::whole::Report;
use crate::survey::UNDATED;
use crate::tables::{ALL_PERIODS, BLANK};
pub use lang::Lang;
pub(super) use lang::confidence;

/// The page's styles, the only thing that it may load.
const STYLE: &str = include_str!("style.css");

/// The report as HTML.
pub fn page(report: &Report, lang: Lang) -> String {
    let page = Page::new(report, lang);
    let title = format!("NPS {} · verbatim", page.period());
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'");
    let sections = [
        ("score", lang.say("现状", "How are we"), score::section(&page)),
        ("drivers", lang.say("推荐与贬损的原因", "What makes promoters and detractors"), drivers::section(&page)),
        ("change", lang.say("变化", "What changed"), change::section(&page)),
        ("priorities", lang.say("先改什么", "What to fix first"), priorities::section(&page)),
        ("places", lang.say("在哪里", "Where"), places::section(&page)),
        ("loop", lang.say("回访闭环", "Closing the loop"), closed::section(&page)),
        ("words", lang.say("客户原话", "In their own words"), quotes::section(&page)),
        ("trust", lang.say("可信度", "Can I trust it"), trust::section(&page)),
    ];
    let html = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#score" { (lang.say("跳到内容", "Skip to the content")) }
                header {
                    h1 { (lang.say("客户说了什么：NPS 驱动因素报告", "What customers say: NPS driver report")) }
                    p.faint { (page.subtitle()) }
                    nav aria-label=(lang.say("目录", "Contents")) { ul {
                        @for (id, title, _) in &sections { li { a href=(format!("#{id}")) { (title) } } }
                    } }
                }
                main { @for (id, title, content) in &sections {
                    section id=(id) aria-labelledby=(format!("h-{id}")) { h2 id=(format!("h-{id}")) { (title) } (content) }
                } }
            }
        }
    };
    html.into_string()
}

/// A report with what its sections ask for again and again.
struct Page<'r> {
    report: &'r Report,
    lang: Lang,
    /// The rows of the total by id.
    drivers: BTreeMap<&'r str, &'r Driver>,
}

impl<'r> Page<'r> {
    fn new(report: &'r Report, lang: Lang) -> Self {
        let drivers = report.total().drivers.iter().map(|driver| (driver.driver.as_str(), driver)).collect();
        Self { report, lang, drivers }
    }

    /// The period as people call it.
    fn period(&self) -> String {
        period_name(&self.report.figures.period, self.lang)
    }

    fn subtitle(&self) -> String {
        let total = self.report.total();
        let everybody = count(total.n + total.unscored);
        let days = self.report.days.map(|(first, last)| {
            let between = self.lang.say("至", "to");
            self.lang.brackets(&format!("{first} {between} {last}"))
        });
        let period = self.period() + &days.unwrap_or_default();
        format!("{period} · {everybody} {}", self.lang.say("位受访者", "respondents"))
    }

    /// A base: respondents, and to how many of equal weight they are worth where weights make that fewer.
    fn base(&self, cell: &Cell) -> String {
        let worth = cell.n_eff.round();
        if (worth - cell.n as f64).abs() < 0.5 {
            return format!("n {}", count(cell.n));
        }
        let worth = format!("{} {}", self.lang.say("加权后相当于", "weighted, worth"), plain(worth));
        format!("n {}{}", count(cell.n), self.lang.brackets(&worth))
    }

    /// A value of a segment; where the survey has none, that is said in the report's language.
    fn value<'v>(&self, value: &'v str) -> &'v str {
        if value == BLANK { self.lang.say("（空白）", BLANK) } else { value }
    }

    /// A driver's name; its id where the period has no such driver.
    fn name(&self, id: &'r str) -> &'r str {
        self.drivers.get(id).map_or(id, |driver| self.lang.name(&driver.name_zh, &driver.name_en))
    }

    /// A name for what may be a driver's id.
    fn name_of<'a>(&self, id: &'a str) -> &'a str
    where
        'r: 'a,
    {
        self.drivers.get(id).map_or(id, |driver| self.lang.name(&driver.name_zh, &driver.name_en))
    }

    /// The leaves and buckets, which add up to the score.
    fn leaves(&self) -> impl Iterator<Item = &'r Driver> + use<'r> {
        self.report.total().drivers.iter().filter(|driver| matches!(driver.level, "leaf" | "residual"))
    }

    /// Typical comments of a driver's row. The row of a parent's own terms has those that mention the parent.
    fn said(&self, driver: &Driver, side: Side) -> Option<&'r Voices> {
        let id = parent_of_general(&driver.driver, driver.parent.as_deref());
        let voices = self.report.typical.get(&(id.unwrap_or(&driver.driver).to_owned(), side))?;
        (!voices.quotes.is_empty()).then_some(voices)
    }

    /// A note where a base is small.
    fn low(&self, is_low: bool) -> Markup {
        html! { @if is_low { " " span.low { (self.lang.say("基数小", "small base")) } } }
    }
}

/// A period's label; all of them together have none, nor have answers without a date.
fn period_name(label: &str, lang: Lang) -> String {
    match label {
        ALL_PERIODS => lang.say("全部时期", "all periods").to_owned(),
        UNDATED => lang.say("无日期", "undated").to_owned(),
        label => label.to_owned(),
    }
}

/// A table behind a chart, folded away.
fn behind(lang: Lang, table: &Markup) -> Markup {
    html! { details { summary { (lang.say("数据表", "Table")) } div.wide { (table) } } }
}
