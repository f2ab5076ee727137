//! The second sheet: what makes detractors and promoters as bars, and the NPS by period with its interval; the numbers of the charts beside them.
//!
//! Not for more charts: a pivot table on `contributions` makes any.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFormat, ChartLine, ChartLineDashType, ChartSolidFill, ChartType, Color, Format,
    Worksheet, XlsxError,
};

use super::super::figures::Driver;
use super::super::page::Lang;
use super::about::Facts;
use super::xlsx::head;

/// Bars of drivers that have one to themselves; the others share one, so that all add up.
const BARS: usize = 14;
/// The first column of numbers: charts stand before it.
const DATA: u16 = 20;
/// Rows from one chart to the next.
const APART: u32 = 26;

const BAD: Color = Color::RGB(0x00B2_3A2E);
const GOOD: Color = Color::RGB(0x0026_7F59);
const FAINT: Color = Color::RGB(0x009A_9A9A);

/// A contribution of a driver.
type Of = fn(&Driver) -> f64;

/// Writes the sheet.
pub(super) fn sheet(page: &mut Worksheet, facts: &Facts, lang: Lang) -> Result<(), XlsxError> {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    page.set_name("Charts")?;
    page.set_column_width(DATA, 32)?;
    page.set_landscape().set_print_fit_to_pages(1, 0);
    let period = &facts.figures.period;
    let detractors: Of = |driver| driver.detractor_contribution.value;
    let promoters: Of = |driver| driver.promoter_contribution.value;
    let bars: [(&str, Color, Of); 2] = [
        (say("贬损者的原因", "What makes detractors"), BAD, detractors),
        (say("推荐者的原因", "What makes promoters"), GOOD, promoters),
    ];
    for (top, (title, color, of)) in (0..).step_by(APART as usize).zip(bars) {
        let title = format!("{title} · {period}");
        let rows = bar_rows(facts.takers(), of, say("其余因素", "Other drivers"), lang);
        bar_chart(page, top, &title, color, &rows)?;
    }
    trend(page, 2 * APART, facts, say("各时期 NPS（细线为区间）", "NPS by period (thin lines: interval)"))
}

/// Names with their contributions, the largest first, and the rest as one.
fn bar_rows<'a>(drivers: impl Iterator<Item = &'a Driver>, of: Of, rest: &str, lang: Lang) -> Vec<(String, f64)> {
    let mut all: Vec<(&Driver, f64)> = drivers.map(|driver| (driver, of(driver))).collect();
    all.sort_by(|(one, a), (other, b)| b.total_cmp(a).then_with(|| one.driver.cmp(&other.driver)));
    let name = |driver: &Driver| if lang == Lang::Zh { driver.name_zh.clone() } else { driver.name_en.clone() };
    let left: f64 = all.iter().skip(BARS).map(|(_, value)| value).sum();
    let mut rows: Vec<(String, f64)> = all.iter().take(BARS).map(|(driver, value)| (name(driver), *value)).collect();
    if all.len() > BARS {
        rows.push((rest.to_owned(), left));
    }
    rows
}

fn bar_chart(
    page: &mut Worksheet,
    top: u32,
    title: &str,
    color: Color,
    rows: &[(String, f64)],
) -> Result<(), XlsxError> {
    let share = Format::new().set_num_format("0.0%");
    page.write_string_with_format(top, DATA, title, &head())?;
    for (row, (name, value)) in (top + 1..).zip(rows) {
        page.write_string(row, DATA, name)?;
        page.write_number_with_format(row, DATA + 1, *value, &share)?;
    }
    let last = top + (rows.len() as u32).max(1);
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_categories(("Charts", top + 1, DATA, last, DATA))
        .set_values(("Charts", top + 1, DATA + 1, last, DATA + 1))
        .set_gap(40)
        .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color)));
    chart.title().set_name(title);
    chart.legend().set_hidden();
    // The first row on top; of bars the axis of values is that of x.
    chart.y_axis().set_reverse();
    chart.x_axis().set_num_format("0%");
    chart.set_width(1100).set_height(500);
    page.insert_chart(top, 0, &chart)?;
    Ok(())
}

fn trend(page: &mut Worksheet, top: u32, facts: &Facts, title: &str) -> Result<(), XlsxError> {
    let heads = [title, "NPS", "nps_low", "nps_high", "n"];
    for (column, name) in (DATA..).zip(heads) {
        page.write_string_with_format(top, column, name, &head())?;
    }
    let points = Format::new().set_num_format("+0.0;-0.0;0.0");
    for (row, point) in (top + 1..).zip(&facts.trend) {
        page.write_string(row, DATA, &point.period)?;
        if let Some(nps) = &point.nps {
            for (column, value) in (DATA + 1..).zip([nps.value, nps.low, nps.high]) {
                page.write_number_with_format(row, column, value, &points)?;
            }
        }
        page.write_number(row, DATA + 4, point.n as f64)?;
    }
    let last = top + (facts.trend.len() as u32).max(1);
    let mut chart = Chart::new(ChartType::Line);
    for (column, color, width) in [(DATA + 1, Color::Black, 2.25), (DATA + 2, FAINT, 1.0), (DATA + 3, FAINT, 1.0)] {
        let mut line = ChartLine::new();
        line.set_color(color).set_width(width);
        if color == FAINT {
            line.set_dash_type(ChartLineDashType::Dash);
        }
        chart
            .add_series()
            .set_name(("Charts", top, column))
            .set_categories(("Charts", top + 1, DATA, last, DATA))
            .set_values(("Charts", top + 1, column, last, column))
            .set_format(ChartFormat::new().set_line(&line));
    }
    chart.title().set_name(title);
    chart.x_axis().set_label_position(ChartAxisLabelPosition::Low);
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    chart.set_width(1100).set_height(500);
    page.insert_chart(top, 0, &chart)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::Estimate;

    #[test]
    fn bars_add_up_however_many_drivers_there_are() {
        let estimate = |value| Estimate { value, low: value, high: value };
        let driver = |at: usize| Driver {
            driver: format!("d{at:02}"),
            parent: None,
            level: "leaf",
            name_zh: format!("因素{at}"),
            name_en: format!("Driver {at}"),
            n: 0,
            promoter_contribution: estimate(0.0),
            detractor_contribution: estimate(at as f64),
            net_contribution: estimate(0.0),
            n_promoters: 0,
            n_detractors: 0,
            performance: None,
            importance: None,
            importance_method: None,
            quadrant: None,
            owner: None,
            change: None,
        };
        for count in [0, 1, BARS, BARS + 1, 40] {
            let drivers: Vec<Driver> = (0..count).map(driver).collect();
            let rows = bar_rows(drivers.iter(), |driver| driver.detractor_contribution.value, "rest", Lang::En);
            assert_eq!(rows.len(), count.min(BARS + 1));
            let sum: f64 = (0..count).map(|at| at as f64).sum();
            assert!((rows.iter().map(|(_, value)| value).sum::<f64>() - sum).abs() < 1e-9);
            assert!(rows.windows(2).all(|pair| pair[1].0 == "rest" || pair[0].1 >= pair[1].1));
        }
    }
}
