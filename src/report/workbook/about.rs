//! The first sheet: what is what, the score, bases, the lexicon, and that contributions add up.
//!
//! Not for charts (`charts`).

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::super::around::{Point, trend};
use super::super::figures::{Cell, Driver, Figures, Wanted};
use super::super::page::Lang;
use super::{MOST_ROWS, SHEETS, Source, is_whole, rows_of};
use crate::error::Result;
use crate::tables::{ALL_PERIODS, Table};

/// What the first two sheets show.
pub(super) struct Facts {
    pub(super) figures: Figures,
    pub(super) trend: Vec<Point>,
}

impl Facts {
    /// Reads them.
    ///
    /// # Errors
    /// `empty_period` where nobody answered, and those of damaged files.
    pub(super) fn read(source: &Source<'_>) -> Result<Self> {
        let wanted = Wanted { period: Some(source.period.to_owned()), ..Wanted::default() };
        Ok(Self {
            figures: Figures::of(source.out, source.manifest, &wanted)?,
            trend: trend(source.out, source.manifest)?,
        })
    }

    /// The total; figures have a cell, or reading them is an error.
    fn total(&self) -> &Cell {
        &self.figures.cells[0]
    }

    /// Leaves and residual buckets, which add up.
    pub(super) fn takers(&self) -> impl Iterator<Item = &Driver> {
        self.total().drivers.iter().filter(|driver| matches!(driver.level, "leaf" | "residual"))
    }
}

/// Characters in a line of the second column.
const WIDTH: usize = 96;

/// A line of the sheet.
enum Line {
    Head(String),
    Words(String, String),
    /// A number, as a percentage or in points.
    Number(String, f64, &'static str),
    Blank,
}

/// Writes the sheet.
pub(super) fn sheet(page: &mut Worksheet, facts: &Facts, source: &Source<'_>, lang: Lang) -> Result<(), XlsxError> {
    page.set_name("About")?;
    page.set_column_width(0, 34)?;
    page.set_column_width(1, WIDTH as f64)?;
    page.set_landscape().set_print_fit_to_pages(1, 0);
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, line) in (0..).zip(lines(facts, source, lang)) {
        match line {
            Line::Head(head) => {
                page.write_string_with_format(row, 0, head, &bold)?;
            }
            Line::Words(label, words) => {
                page.write_string_with_format(row, 0, label, &wrapped)?;
                // Not every spreadsheet makes room for lines that it breaks.
                let lines = words.width().div_ceil(WIDTH - 6).max(1);
                page.set_row_height(row, 16.0 * lines as f64)?;
                page.write_string_with_format(row, 1, words, &wrapped)?;
            }
            Line::Number(label, number, format) => {
                let format = Format::new().set_num_format(format).set_align(FormatAlign::Left);
                page.write_string_with_format(row, 0, label, &wrapped)?;
                page.write_number_with_format(row, 1, number, &format)?;
            }
            Line::Blank => {}
        }
    }
    Ok(())
}

const SHARE: &str = "0.0%";
const POINTS: &str = "+0.0;-0.0;0.0";

fn lines(facts: &Facts, source: &Source<'_>, lang: Lang) -> Vec<Line> {
    let say = |zh: &str, en: &str| if lang == Lang::Zh { zh } else { en }.to_owned();
    let (figures, total) = (&facts.figures, facts.total());
    let period =
        if figures.period == ALL_PERIODS { say("全部时期", "all periods") } else { figures.period.clone() };
    let mut lines = vec![
        Line::Head(say("开放题驱动因素分析", "Verbatim driver analysis")),
        Line::Words(say("时期", "Period"), period),
        Line::Words(say("词库", "Lexicon"), figures.lexicons.join(" + ")),
        Line::Words(
            say("样本", "Base"),
            format!(
                "{} {} · {} {} · {} {}",
                total.n,
                say("人给了评分", "scored"),
                total.unscored,
                say("人未评分", "without a score"),
                total.comments,
                say("人写了评论", "wrote a comment"),
            ),
        ),
    ];
    if total.low_base {
        lines
            .push(Line::Words(String::new(), say("样本小，数字不稳", "The base is small, and the figures are shaky.")));
    }
    if let Some(nps) = &total.nps {
        lines.push(Line::Number("NPS".to_owned(), nps.value, POINTS));
        let confidence = super::super::page::confidence(figures.confidence);
        lines.push(Line::Words(
            say("NPS 区间", "NPS interval"),
            format!("{:+.1} … {:+.1} ({confidence})", nps.low, nps.high),
        ));
    }
    lines.extend(sums(facts, total, &say));
    lines.push(Line::Blank);
    lines.push(Line::Head(say("工作表", "Sheets")));
    lines.push(Line::Words(
        "Charts".to_owned(),
        say("图：推荐者与贬损者的原因，NPS 走势", "What makes promoters and detractors, and the NPS by period"),
    ));
    for table in SHEETS {
        let whole = if is_whole(table) && source.period != ALL_PERIODS {
            say("（全部时期）", " (of all periods)")
        } else {
            String::new()
        };
        let rows = rows_of(source.manifest, table, source.period);
        let words = format!("{}{whole} · {rows} {}", what(table, lang), say("行", "rows"));
        lines.push(Line::Words(table.as_str().to_owned(), words));
    }
    lines.push(Line::Words("Columns".to_owned(), say("每列的含义", "What each column holds")));
    lines.push(Line::Blank);
    lines.push(Line::Head(say("读表须知", "How to read them")));
    for (zh, en) in HOW {
        lines.push(Line::Words(String::new(), say(zh, en)));
    }
    lines.push(Line::Words(
        String::new(),
        say("一张表最多", "A sheet holds at most ")
            + &format!("{MOST_ROWS}")
            + &say("行；更多时按时期导出，或导出 CSV", " rows; export more by period, or as CSV."),
    ));
    lines
}

/// Sums of contributions beside what they add up to.
fn sums(facts: &Facts, total: &Cell, say: &impl Fn(&str, &str) -> String) -> Vec<Line> {
    let mut lines = vec![Line::Blank, Line::Head(say("贡献加总", "Contributions add up"))];
    let shares = [
        (
            total.promoter_share,
            say("推荐者占比", "Share of promoters"),
            say("推荐者贡献之和", "Sum of promoter contributions"),
        ),
        (
            total.detractor_share,
            say("贬损者占比", "Share of detractors"),
            say("贬损者贡献之和", "Sum of detractor contributions"),
        ),
    ];
    for (at, (share, label, sum_label)) in shares.into_iter().enumerate() {
        let Some(share) = share else { continue };
        let of = |driver: &Driver| [driver.promoter_contribution.value, driver.detractor_contribution.value][at];
        lines.push(Line::Number(label, share, SHARE));
        lines.push(Line::Number(sum_label, facts.takers().map(of).sum(), SHARE));
    }
    if let Some(nps) = &total.nps {
        let net = facts.takers().map(|driver| driver.net_contribution.value).sum::<f64>();
        lines.push(Line::Number("NPS".to_owned(), nps.value, POINTS));
        lines.push(Line::Number(say("净贡献之和 × 100", "Sum of net contributions × 100"), 100.0 * net, POINTS));
    }
    lines
}

/// What a table is.
const fn what(table: Table, lang: Lang) -> &'static str {
    let (zh, en) = match table {
        Table::Nps => ("各细分的占比、NPS 与区间、覆盖率", "Shares, NPS with interval, coverage, by cell"),
        Table::Contributions => {
            ("各因素对推荐者与贬损者的贡献及区间", "What each driver contributes, with intervals, by cell")
        }
        Table::Changes => {
            ("与上期、与去年同期相比的变化及检验", "Changes against the period before and a year ago, with tests")
        }
        Table::Functions => ("各职能部门分担的部分", "The part of each function of the organisation"),
        Table::Attribution => {
            ("谁负责、是否持续、集中在哪里", "Who answers for a driver, does it last, where does it concentrate")
        }
        Table::Voices => ("表扬、问题、建议、疑问", "Praise, problems, suggestions, questions"),
        Table::Actions => ("整改措施的前后对比", "Actions, before and after"),
        Table::FollowUps => ("回访名单：为何、关于什么、谁来做", "Whom to get back to, about what, and who does it"),
        Table::Recoveries => ("回访结果", "What contacts after the answer found"),
        Table::Comments => ("每位受访者的评分、评论与因素", "Score, comment and drivers of each respondent"),
        Table::Mentions => ("评论中每次提及的依据", "The evidence of each mention"),
        Table::Rejects => ("未使用的行及原因", "Rows that were not used, with the reason"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What readers have to know.
const HOW: [(&str, &str); 5] = [
    (
        "在 contributions 表中，level 为 leaf 与 residual 的行，在同一时期同一细分内相加等于占比与 NPS；parent 与 rollup 是它们的小计，不要一起相加。",
        "In the sheet contributions, rows of level leaf and residual add up to the shares and the NPS within one period and cell; parent and rollup \
         are sums of them: do not add these as well.",
    ),
    (
        "不要把不同时期的贡献相加：全部时期在 period = all 的行里（--period all 导出）。",
        "Do not add contributions of different periods: all periods together are the rows of period = all (exported by --period all).",
    ),
    (
        "先用 cell_level 筛选：total 是总体，其他是各细分。",
        "Filter by cell_level first: total is everybody, the others are segments.",
    ),
    ("灰色的行样本小，数字不稳。", "Rows in grey have a small base: their figures are shaky."),
    (
        "评论已脱敏，作为文本写入；过长的评论在末尾以 […] 标出截断，CSV 中是全文。",
        "Comments are redacted and written as text. One too long for a cell ends with […]; the CSV has all of it.",
    ),
];
