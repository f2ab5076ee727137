//! The report's two languages, and how numbers are written in both.
//!
//! Not for names of drivers: lexicons have those.

use crate::contribution::Estimate;

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// `zh` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// As HTML names it.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// One of two phrases.
    pub(super) const fn say(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// One of two names.
    pub(super) fn name<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// Between an expression and what explains it.
    pub(super) const fn colon(self) -> &'static str {
        self.say("：", ": ")
    }

    /// In brackets.
    pub(super) fn brackets(self, inside: &str) -> String {
        match self {
            Self::Zh => format!("（{inside}）"),
            Self::En => format!(" ({inside})"),
        }
    }
}

/// What is shown where there is no number.
pub(super) const NONE: &str = "–";

/// With a sign; what rounds to nothing has none. The minus is the typographic one.
pub(super) fn signed(value: f64) -> String {
    let text = format!("{value:+.1}");
    if text == "-0.0" || text == "+0.0" { "0.0".to_owned() } else { text.replace('-', "−") }
}

/// A share as points: `8.4`.
pub(super) fn points(share: f64) -> String {
    let text = format!("{:.1}", 100.0 * share);
    if text == "-0.0" { "0.0".to_owned() } else { text.replace('-', "−") }
}

/// A share in per cent: `93.0 %`.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), |share| format!("{} %", points(share)))
}

/// The limits of an estimate of a share, as points: `4.1–15.3`.
pub(super) fn limits(of: &Estimate) -> String {
    format!("{}–{}", points(of.low), points(of.high))
}

/// The confidence of intervals: `95 %`, `99.9 %`.
pub(in super::super) fn confidence(share: f64) -> String {
    // As 0.999 is 99.9 and not 99.90000000000001.
    format!("{} %", (1e6 * share).round() / 1e4)
}

/// The limits of a score: `+0.9 – +14.2`.
pub(super) fn score_limits(lang: Lang, of: &Estimate) -> String {
    format!("{} {} {}", signed(of.low), lang.say("至", "to"), signed(of.high))
}

/// A count, in groups of three digits.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number as it was given: `9`, `4.5`.
pub(super) fn plain(value: f64) -> String {
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(["0.0", "+1.5", "−2.0"], [-0.04, 1.46, -2.0].map(signed).each_ref().map(String::as_str));
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(count).each_ref().map(String::as_str)
        );
        assert_eq!([0.95, 0.999, 0.9].map(confidence), ["95 %", "99.9 %", "90 %"]);
        assert_eq!((points(0.0838), percent(None), plain(9.0)), ("8.4".to_owned(), "–".to_owned(), "9".to_owned()));
    }
}
