//! Drawings of the report, as SVG that takes its colours from the page's styles: bars with intervals, steps, ranges, a line over periods, and
//! importance against performance.
//!
//! Not for what they show. Each says in words what it is, and the number stands beside it or in the table behind it.

use maud::{Markup, html};

use super::super::around::Point;
use super::lang::{Lang, count, score_limits, signed};
use crate::contribution::Estimate;
use crate::survey::UNDATED;

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
    // Answers without a date are no point of a course.
    let points: Vec<&Point> = points.iter().filter(|point| point.period != UNDATED).collect();
    let (left, right, top, bottom) = (48.0, 700.0, 12.0, 190.0);
    let known: Vec<(usize, &Point, Estimate)> =
        points.iter().enumerate().filter_map(|(at, point)| Some((at, *point, point.nps?))).collect();
    let low = known.iter().map(|(.., nps)| nps.low).fold(0.0, f64::min);
    let high = known.iter().map(|(.., nps)| nps.high).fold(0.0, f64::max);
    let step = round_step((high - low).max(1.0));
    let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
    let x = |place: usize| left + (right - left) * (place as f64 + 0.5) / points.len().max(1) as f64;
    let y = |value: f64| bottom - (bottom - top) * (value - low) / (high - low).max(f64::MIN_POSITIVE);
    // Where the period before is not there, the line is broken.
    let mut runs: Vec<Vec<(f64, &Estimate)>> = Vec::new();
    for (at, (place, point, nps)) in known.iter().enumerate() {
        let goes_on = point.follows && at > 0 && known[at - 1].0 + 1 == *place;
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.push((x(*place), nps)),
            None => runs.push(vec![(x(*place), nps)]),
        }
    }
    let corner = |x: f64, value: f64| format!("{},{}", at(x), at(y(value)));
    // Of many labels every so many-th is written, so that they stand apart.
    let every = points.len().div_ceil(8).max(1);
    let marks = (0..=((high - low) / step).round() as i32).map(|mark| low + f64::from(mark) * step);
    let said = known.iter().map(|(_, point, nps)| format!("{} {}", point.period, signed(nps.value)));
    let label =
        format!("{}{}{}", lang.say("各期 NPS", "NPS by period"), lang.colon(), said.collect::<Vec<_>>().join(", "));
    html! {
        div.wide.latest { svg.chart viewBox="0 0 720 216" role="img" aria-label=(label) {
            @for mark in marks {
                line.stroke-line x1=(at(left)) x2=(at(right)) y1=(at(y(mark))) y2=(at(y(mark))) {}
                text.faint x=(at(left - 6.0)) y=(at(y(mark) + 4.0)) text-anchor="end" { (signed(mark).replace(".0", "")) }
            }
            @for run in &runs {
                @if let [(only, nps)] = run.as_slice() {
                    line.stroke-band x1=(at(*only)) x2=(at(*only)) y1=(at(y(nps.low))) y2=(at(y(nps.high))) {}
                } @else {
                    polygon.fill-band points=(run.iter().map(|(x, nps)| corner(*x, nps.high)).chain(run.iter().rev().map(|(x, nps)| corner(*x, nps.low))).collect::<Vec<_>>().join(" ")) {}
                    polyline.stroke-score points=(run.iter().map(|(x, nps)| corner(*x, nps.value)).collect::<Vec<_>>().join(" ")) {}
                }
            }
            @for (place, point, nps) in &known {
                circle class=(if point.low_base { "fill-low" } else if point.period == shown { "fill-score" } else { "fill-back" }) cx=(at(x(*place))) cy=(at(y(nps.value)))
                    r=(if point.period == shown { "6" } else if points.len() > 30 { "2.5" } else { "4" }) {
                    title { (point.period) " " (signed(nps.value)) (lang.brackets(&score_limits(lang, nps))) " n " (count(point.n)) }
                }
            }
            @for (place, point) in points.iter().enumerate().filter(|(place, _)| (points.len() - 1 - place).is_multiple_of(every)) {
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
    /// On which side of the cuts it is.
    pub(super) is_important: bool,
    /// The same of performance.
    pub(super) performs: bool,
}

/// Of a numbered dot.
const RADIUS: f64 = 9.0;

/// For each place where it is drawn, so that no two cover each other: the free place nearest to it on rings around it, as long as there is one.
fn apart(
    places: Vec<(f64, f64)>,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) -> Vec<((f64, f64), (f64, f64))> {
    let mut drawn: Vec<((f64, f64), (f64, f64))> = Vec::with_capacity(places.len());
    for (x, y) in places {
        let is_free = |(x, y): (f64, f64)| drawn.iter().all(|(_, (ox, oy))| (x - ox).hypot(y - oy) >= 2.0 * RADIUS);
        let rings =
            (0..40).flat_map(|ring| (0..16).map(move |turn| (f64::from(ring) * RADIUS / 2.0, f64::from(turn) / 16.0)));
        let around = rings.map(|(far, turn)| {
            let angle = std::f64::consts::TAU * turn;
            (x + far * angle.sin(), y - far * angle.cos())
        });
        let mut inside = around.filter(|(x, y)| (left..=right).contains(x) && (top..=bottom).contains(y));
        let to = inside.find(|place| is_free(*place)).unwrap_or((x, y));
        drawn.push(((x, y), to));
    }
    drawn
}

/// The middle of the gap between what is below a cut and what is not; none where either side is empty.
fn cut(dots: &[Dot<'_>], is_above: impl Fn(&Dot<'_>) -> bool, value: impl Fn(&Dot<'_>) -> f64) -> Option<f64> {
    let below = dots.iter().filter(|dot| !is_above(dot)).map(&value).reduce(f64::max)?;
    let above = dots.iter().filter(|dot| is_above(dot)).map(&value).reduce(f64::min)?;
    Some(f64::midpoint(below, above))
}

/// Importance against performance, drivers by number, with the cuts between quadrants. What lies in one spot is fanned out from it.
pub(super) fn importance(dots: &[Dot<'_>], lang: Lang) -> Markup {
    let (left, right, top, bottom) = (56.0, 680.0, 14.0, 300.0);
    let most = dots.iter().map(|dot| dot.importance).fold(0.0, f64::max).max(1e-9);
    let x = |performance: f64| left + (right - left) * performance;
    let y = |importance: f64| bottom - (bottom - top) * importance / (1.08 * most);
    let spread =
        apart(dots.iter().map(|dot| (x(dot.performance), y(dot.importance))).collect(), (left, right), (top, bottom));
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
            @if let Some(cut) = cut(dots, |dot| dot.is_important, |dot| dot.importance) {
                line.stroke-plain x1=(at(left)) x2=(at(right)) y1=(at(y(cut))) y2=(at(y(cut))) stroke-dasharray="4 4" {}
            }
            @if let Some(cut) = cut(dots, |dot| dot.performs, |dot| dot.performance) {
                line.stroke-plain x1=(at(x(cut))) x2=(at(x(cut))) y1=(at(top)) y2=(at(bottom)) stroke-dasharray="4 4" {}
            }
            @for (dot, (from, to)) in dots.iter().zip(&spread) {
                @if from != to { line.stroke-line x1=(at(from.0)) y1=(at(from.1)) x2=(at(to.0)) y2=(at(to.1)) {} }
                circle class=(format!("fill-{}", dot.class)) cx=(at(to.0)) cy=(at(to.1)) r=(at(RADIUS)) { title { (dot.name) } }
                text.inverse x=(at(to.0)) y=(at(to.1 + 4.0)) text-anchor="middle" { (dot.number) }
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
    fn dots_do_not_cover_each_other() {
        let places: Vec<(f64, f64)> =
            (0..30).map(|at| (100.0 + f64::from(at % 3), 200.0)).chain([(56.0, 300.0)]).collect();
        let drawn = apart(places.clone(), (56.0, 680.0), (14.0, 300.0));
        for (at, (from, to)) in drawn.iter().enumerate() {
            assert_eq!(*from, places[at]);
            assert!((56.0..=680.0).contains(&to.0) && (14.0..=300.0).contains(&to.1), "{to:?}");
            assert!(drawn[..at].iter().all(|(_, other)| (to.0 - other.0).hypot(to.1 - other.1) >= 2.0 * RADIUS - 1e-9));
        }
        assert_eq!(drawn[0], (places[0], places[0]));
    }

    #[test]
    fn a_line_is_broken_where_periods_are_not_there() {
        let point = |period: &str, value: f64, follows| Point {
            period: period.to_owned(),
            n: 100,
            nps: Some(Estimate { value, low: value - 5.0, high: value + 5.0 }),
            low_base: false,
            follows,
        };
        let mut points =
            vec![point("2026-W01", 1.0, false), point("2026-W02", 2.0, true), point("2026-W05", 3.0, false)];
        let lines = |points: &[Point]| {
            let drawn = trend(points, "2026-W05", Lang::En).into_string();
            (drawn.matches("<polyline").count(), drawn.matches("stroke-band").count(), drawn.contains("undated"))
        };
        assert_eq!(lines(&points), (1, 1, false));
        points.push(point("2026-W06", 4.0, true));
        points.push(point(UNDATED, 50.0, false));
        assert_eq!(lines(&points), (2, 0, false));
    }

    #[test]
    fn marks_are_round() {
        for (span, want) in [(1.0, 0.5), (8.0, 2.0), (38.0, 10.0), (41.0, 20.0), (200.0, 50.0)] {
            assert!((round_step(span) - want).abs() < 1e-9, "{span}: {}", round_step(span));
        }
    }
}
