//! Drawings of the report, as SVG that takes its colours from the page's styles: bars with intervals, steps, ranges, a line over periods, and
//! importance against performance.
//!
//! Not for what they show. Each says in words what it is, and the number stands beside it or in the table behind it.

use maud::{Markup, html};

use super::super::around::Point;
use super::lang::{Lang, count, score_limits, signed};
use crate::contribution::Estimate;

/// Units across a bar.
const WIDTH: f64 = 1000.0;

/// A coordinate, short.
fn at(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A range of values, drawn from 0 to [`WIDTH`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From `low` to `high`, with room for neither.
    pub(super) fn new(low: f64, high: f64) -> Self {
        Self { low, high: if high > low { high } else { low + 1.0 } }
    }

    fn x(self, value: f64) -> f64 {
        WIDTH * ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// A bar from 0, with its interval as a line.
pub(super) fn bar(of: &Estimate, scale: Scale, class: &str, label: &str) -> Markup {
    let (from, to) = (scale.x(0.0_f64.min(of.value)), scale.x(0.0_f64.max(of.value)));
    html! {
        svg.bar viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label=(label) {
            rect class=(format!("fill-{class}")) x=(at(from)) y="2" width=(at((to - from).max(1.0))) height="12" {}
            line.stroke x1=(at(scale.x(of.low))) x2=(at(scale.x(of.high))) y1="8" y2="8" vector-effect="non-scaling-stroke" {}
        }
    }
}

/// One step of a waterfall: from one level to another.
pub(super) fn step(from: f64, to: f64, scale: Scale, class: &str, label: &str) -> Markup {
    let (left, right) = (scale.x(from.min(to)), scale.x(from.max(to)));
    html! {
        svg.bar viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label=(label) {
            line.stroke-line x1=(at(scale.x(0.0))) x2=(at(scale.x(0.0))) y1="0" y2="16" vector-effect="non-scaling-stroke" {}
            rect class=(format!("fill-{class}")) x=(at(left)) y="2" width=(at((right - left).max(2.0))) height="12" {}
        }
    }
}

/// A value on its interval.
pub(super) fn range(of: &Estimate, all: f64, scale: Scale, is_low: bool, label: &str) -> Markup {
    let dot = if is_low { "fill-plain" } else { "fill-score" };
    html! {
        svg.bar viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label=(label) {
            line.stroke-plain x1=(at(scale.x(all))) x2=(at(scale.x(all))) y1="0" y2="16" stroke-dasharray="3 3" vector-effect="non-scaling-stroke" {}
            line.stroke x1=(at(scale.x(of.low))) x2=(at(scale.x(of.high))) y1="8" y2="8" vector-effect="non-scaling-stroke" {}
            rect class=(dot) x=(at(scale.x(of.value) - 6.0)) y="3" width="12" height="10" {}
        }
    }
}

/// A round step between marks of an axis.
fn round_step(span: f64) -> f64 {
    let rough = span / 4.0;
    let size = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * size).find(|step| *step >= rough).unwrap_or(rough)
}

/// The score over periods with its interval, the shown period marked.
pub(super) fn trend(points: &[Point], shown: &str, lang: Lang) -> Markup {
    let (left, right, top, bottom) = (48.0, 700.0, 12.0, 190.0);
    let known: Vec<(usize, &Point, Estimate)> =
        points.iter().enumerate().filter_map(|(at, point)| Some((at, point, point.nps?))).collect();
    let low = known.iter().map(|(.., nps)| nps.low).fold(0.0, f64::min);
    let high = known.iter().map(|(.., nps)| nps.high).fold(0.0, f64::max);
    let step = round_step((high - low).max(1.0));
    let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
    let x = |place: usize| left + (right - left) * (place as f64 + 0.5) / points.len().max(1) as f64;
    let y = |value: f64| bottom - (bottom - top) * (value - low) / (high - low).max(f64::MIN_POSITIVE);
    let line: Vec<String> =
        known.iter().map(|(place, _, nps)| format!("{},{}", at(x(*place)), at(y(nps.value)))).collect();
    let upper = known.iter().map(|(place, _, nps)| format!("{},{}", at(x(*place)), at(y(nps.high))));
    let lower = known.iter().rev().map(|(place, _, nps)| format!("{},{}", at(x(*place)), at(y(nps.low))));
    let band: Vec<String> = upper.chain(lower).collect();
    // Of many labels every so many-th is written, so that they stand apart.
    let every = points.len().div_ceil(8).max(1);
    let marks = (0..=((high - low) / step).round() as i32).map(|mark| low + f64::from(mark) * step);
    let said = known.iter().map(|(_, point, nps)| format!("{} {}", point.period, signed(nps.value)));
    let label =
        format!("{}{}{}", lang.say("各期 NPS", "NPS by period"), lang.colon(), said.collect::<Vec<_>>().join(", "));
    html! {
        div.wide { svg.chart viewBox="0 0 720 216" role="img" aria-label=(label) {
            @for mark in marks {
                line.stroke-line x1=(at(left)) x2=(at(right)) y1=(at(y(mark))) y2=(at(y(mark))) {}
                text.faint x=(at(left - 6.0)) y=(at(y(mark) + 4.0)) text-anchor="end" { (signed(mark).replace(".0", "")) }
            }
            polygon.fill-band points=(band.join(" ")) {}
            polyline.stroke-score points=(line.join(" ")) {}
            @for (place, point, nps) in &known {
                circle class=(if point.period == shown { "fill-score" } else { "fill-back" }) cx=(at(x(*place))) cy=(at(y(nps.value)))
                    r=(if point.period == shown { "6" } else if points.len() > 30 { "2.5" } else { "4" }) {
                    title { (point.period) " " (signed(nps.value)) (lang.brackets(&score_limits(lang, nps))) " n " (count(point.n)) }
                }
            }
            @for (place, point) in points.iter().enumerate().filter(|(place, _)| place % every == 0) {
                text.faint x=(at(x(place))) y="210" text-anchor="middle" { (point.period) }
            }
        } }
    }
}

/// A driver in the drawing of importance against performance.
pub(super) struct Dot<'a> {
    pub(super) number: usize,
    pub(super) name: &'a str,
    /// Praise as a share of praise and blame, 0–1.
    pub(super) performance: f64,
    /// Share of explained variance, 0–1.
    pub(super) importance: f64,
    pub(super) class: &'static str,
}

/// Importance against performance, drivers by number.
pub(super) fn importance(dots: &[Dot<'_>], lang: Lang) -> Markup {
    let (left, right, top, bottom) = (56.0, 680.0, 14.0, 300.0);
    let most = dots.iter().map(|dot| dot.importance).fold(0.0, f64::max).max(1e-9);
    let x = |performance: f64| left + (right - left) * performance;
    let y = |importance: f64| bottom - (bottom - top) * importance / (1.08 * most);
    let said: Vec<String> = dots.iter().map(|dot| format!("{} {}", dot.number, dot.name)).collect();
    let label =
        format!("{}{}{}", lang.say("重要度与表现", "Importance against performance"), lang.colon(), said.join(", "));
    html! {
        div.wide { svg.chart viewBox="0 0 720 344" role="img" aria-label=(label) {
            line.stroke-plain x1=(at(left)) x2=(at(right)) y1=(at(bottom)) y2=(at(bottom)) {}
            line.stroke-plain x1=(at(left)) x2=(at(left)) y1=(at(top)) y2=(at(bottom)) {}
            @for mark in [0.0, 0.25, 0.5, 0.75, 1.0] {
                text.faint x=(at(x(mark))) y=(at(bottom + 18.0)) text-anchor="middle" { (format!("{:.0} %", 100.0 * mark)) }
            }
            text.faint x=(at(x(0.5))) y=(at(bottom + 38.0)) text-anchor="middle" { (lang.say("表现：提到者中好评的占比", "Performance: share of praise among those who judge it")) }
            text.faint x=(at(left - 6.0)) y=(at(y(most) + 4.0)) text-anchor="end" { (format!("{:.0} %", 100.0 * most)) }
            text.faint x=(at(left + 6.0)) y=(at(top)) { (lang.say("重要度：对分数差异的解释份额", "Importance: share of explained variance of scores")) }
            @for dot in dots {
                circle class=(format!("fill-{}", dot.class)) cx=(at(x(dot.performance))) cy=(at(y(dot.importance))) r="11" {
                    title { (dot.name) }
                }
                text.inverse x=(at(x(dot.performance))) y=(at(y(dot.importance) + 4.0)) text-anchor="middle" { (dot.number) }
            }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_start_at_nothing() {
        let of = Estimate { value: 0.25, low: 0.1, high: 0.4 };
        let drawn = bar(&of, Scale::new(0.0, 0.5), "promoters", "25").into_string();
        assert!(drawn.contains(r#"x="0" y="2" width="500""#), "{drawn}");
        assert!(drawn.contains(r#"x1="200" x2="800""#), "{drawn}");
    }

    #[test]
    fn marks_are_round() {
        for (span, want) in [(1.0, 0.5), (8.0, 2.0), (38.0, 10.0), (41.0, 20.0), (200.0, 50.0)] {
            assert!((round_step(span) - want).abs() < 1e-9, "{span}: {}", round_step(span));
        }
    }
}
