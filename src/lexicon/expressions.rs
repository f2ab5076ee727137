//! The regular expressions of a lexicon, and which of them a text is worth trying on.
//!
//! Not for terms of plain words, which are in the lexicon's tries (`patterns`), nor for what an expression needs of a text: that is
//! `needed`. `patterns` finds the words that expressions need, and only expressions that have theirs are tried. That changes nothing of
//! what is found.

use std::fmt;
use std::sync::{Arc, OnceLock};

use regex_automata::Input;
use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::limits::Limits;
use super::needed::{self, Link, Needed, NeededWords, SETS, links, worth_looking_for};

/// The most memory that an expression's cache of states may take in each thread, in bytes: texts are short, so that a larger one is no
/// quicker, and there are hundreds of expressions.
const MOST_CACHED: usize = 128 << 10;
/// Why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is none, or of a kind that takes more than linear time.
    Written(String),
    /// It is larger than the limit of this name, with that limit.
    TooLarge(&'static str, u64),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(why) => f.write_str(why),
            Self::TooLarge("regexes", limit) => {
                write!(f, "with those before it, the regular expressions compile to more than {limit} bytes")
            }
            Self::TooLarge(_, limit) => write!(f, "the regular expression compiles to more than {limit} bytes"),
        }
    }
}

/// The expressions, each with what a match of it is.
pub(super) struct Expressions<W> {
    all: Vec<(W, Expression)>,
    /// The links of all expressions.
    links: Arc<[Link]>,
    /// Those that need no word.
    always: Vec<u32>,
}

/// One expression, compiled when it is first tried: most are not, in a survey of one trade.
struct Expression {
    written: String,
    compiled: OnceLock<Option<Regex>>,
    /// If it needs words: the most bytes from the last of these to the match's end, or `u32::MAX`.
    rest: Option<u32>,
}

impl Expression {
    /// The expression and what it is made of; `limit`: the most bytes that it may compile to.
    fn new(written: String, limit: u64) -> Result<(Self, Hir), Wrong> {
        let hir = regex_syntax::parse(&written).map_err(|error| Wrong::Written(error.to_string()))?;
        let compiled = OnceLock::new();
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        // What is estimated at half of the limit stays below it.
        if size(&hir) > most / 2 {
            let regex = Regex::builder().configure(config().nfa_size_limit(Some(most))).build(&written);
            let wrong = |error: BuildError| match error.size_limit() {
                Some(_) => Wrong::TooLarge("regex", limit),
                None => Wrong::Written(error.to_string()),
            };
            // Nobody else has set it.
            let _ = compiled.set(Some(regex.map_err(wrong)?));
        }
        Ok((Self { written, compiled, rest: None }, hir))
    }

    /// None never: it parses, and is known to be small.
    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            // Where the words of a match are known, there is little to search for what may begin one.
            let config = config().auto_prefilter(self.rest.is_none());
            Regex::builder().configure(config).build(&self.written).ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// Matches and nothing of groups, by automata that are built as far as texts need them: there are hundreds of expressions, and it must not
/// take longer to compile one than to find its few matches.
fn config() -> Config {
    let config = Config::new().which_captures(WhichCaptures::Implicit).onepass(false).dfa(false);
    config.hybrid_cache_capacity(MOST_CACHED)
}

/// What is wrong with a regular expression on folded text, if anything is: what it cannot be, or that it is too large.
pub(crate) fn regex_problem(pattern: &str) -> Option<String> {
    Expression::new(with_ascii_boundaries(pattern), Limits::default().regex).err().map(|wrong| wrong.to_string())
}

/// About how many bytes the automaton takes that an expression compiles to: rather too many than too few. What `regex` takes for a state
/// was measured by the least limit that it accepts.
fn size(hir: &Hir) -> usize {
    const STATE: usize = 40;
    let all =
        |parts: &[Hir]| parts.iter().map(|part| size(part).saturating_add(STATE)).fold(STATE, usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => (literal.0.len() + 1) * STATE,
        // A few ranges of characters make many sequences of bytes; many of them share most of theirs.
        HirKind::Class(Class::Unicode(class)) => match class.ranges().len() {
            few @ ..10 => 1000 + 170 * few,
            many => 2060 + 64 * many,
        },
        HirKind::Class(Class::Bytes(class)) => STATE + 16 * class.ranges().len(),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min + 1).max(1) as usize;
            (size(&repeated.sub).saturating_add(2 * STATE)).saturating_mul(times)
        }
        HirKind::Capture(capture) => size(&capture.sub).saturating_add(3 * STATE),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => all(parts),
    }
}

impl<W: Copy> Expressions<W> {
    /// Compiles expressions on folded text. Gives also the words that they need. The error is the place of one that cannot be compiled,
    /// and why.
    pub(super) fn new(
        written: impl IntoIterator<Item = (W, String)>,
        limits: &Limits,
    ) -> Result<(Self, NeededWords), (usize, Wrong)> {
        let mut sizes = 0;
        let (mut all, mut always, mut all_links) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = Vec::new();
        for (at, (what, pattern)) in written.into_iter().enumerate() {
            let made = Expression::new(with_ascii_boundaries(&pattern), limits.regex);
            let (mut expression, hir) = made.map_err(|why| (at, why))?;
            sizes += size(&hir) as u64;
            if sizes > limits.regexes {
                return Err((at, Wrong::TooLarge("regexes", limits.regexes)));
            }
            let (sets, rest) = worth_looking_for(&hir);
            if !sets.is_empty() {
                expression.rest = Some(needed::bytes(rest));
            }
            all.push((what, expression));
            all_links.extend(links(&sets));
            if sets.is_empty() {
                always.push(at as u32);
            }
            for (link, set) in (at as u32 * SETS..).zip(sets) {
                words.extend(set.words.into_iter().map(|word| (word, link)));
            }
        }
        words.sort_unstable();
        Ok((Self { all, links: all_links.into(), always }, words))
    }

    /// Gives back the memory of what was compiled when it was first tried, with the caches of every thread.
    pub(super) fn rest(&mut self) {
        for (_, expression) in &mut self.all {
            expression.compiled = OnceLock::new();
        }
    }

    /// Begins a text.
    pub(super) fn begin(&self, needed: &mut Needed) {
        needed.begin(&self.links, &self.always);
    }

    /// Every place where an expression matches something; `needed` was told of the text's words since [`Self::begin`].
    pub(super) fn scan(&self, folded: &str, needed: &mut Needed, mut found: impl FnMut(u32, u32, W)) {
        needed.sort();
        for at in needed.ready() {
            let (what, expression) = &self.all[*at as usize];
            let Some(regex) = expression.regex() else { continue };
            let within = expression.rest.map_or(0..u32::MAX, |rest| needed.within(*at, rest));
            let start = folded.floor_char_boundary(within.start as usize);
            let end = folded.ceil_char_boundary((within.end as usize).min(folded.len()));
            // What stands beside the part that is searched is seen.
            let part = Input::new(folded).range(start..end);
            for hit in regex.find_iter(part).filter(|hit| !hit.is_empty()) {
                found(hit.start() as u32, hit.end() as u32, *what);
            }
        }
    }
}

/// The expression with `\b` as the boundary of Latin letters and digits: "app" stands alone in "这app很好", and `regex` has a fast way
/// through texts that are not ASCII.
pub(super) fn with_ascii_boundaries(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len() + 16);
    let mut rest = regex;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
        // What has already been made ASCII, and `\b{start}` and its like, stay.
        let plain = rest.starts_with(r"\b") && !rest.starts_with(r"\b{") && !out.ends_with("(?-u:");
        out.push_str(if plain { r"(?-u:\b)" } else { &rest[..end] });
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::{Regex, RegexBuilder};

    use super::*;

    /// What a text has, word by word.
    fn tried<W: Copy>((expressions, words): &(Expressions<W>, NeededWords), text: &str) -> Needed {
        let mut needed = Needed::default();
        expressions.begin(&mut needed);
        for (start, _) in text.char_indices() {
            let mut here: Vec<_> = words.iter().filter(|(word, _)| text[start..].starts_with(word.as_str())).collect();
            here.sort_by_key(|(word, link)| (word.len(), *link));
            for (_, link) in here {
                needed.found(&[*link], start as u32);
            }
        }
        needed
    }

    #[test]
    fn a_boundary_stands_between_latin_and_han() {
        assert_eq!(with_ascii_boundaries(r"\bapp\b|\\b\d等\b{start}"), r"(?-u:\b)app(?-u:\b)|\\b\d等\b{start}");
        let found = Expressions::new([((), r"\bapp\b".to_owned())], &Limits::default()).ok().unwrap();
        for (text, times) in [("这app很好", 1), ("apps", 0), ("app", 1), ("an app", 1)] {
            let mut count = 0;
            found.0.scan(text, &mut tried(&found, text), |_, _, ()| count += 1);
            assert_eq!(count, times, "{text}");
        }
    }

    const LIMIT: usize = 1 << 20;

    const PATTERNS: [&str; 14] = [
        r"(等|了)+(小时|快)[0-9]{1,2}(很|太)",
        r"[0-9]+(等|热)+[^b]{0,3}不",
        r"(不|不热)+热{2,3}凉",
        r"(等|很)?[0-9两]+个?(小时)*(快|慢|了)(不|a|db)",
        r"(等|了)[^,]{0,2}(小时|快)",
        r"(不.*b|热)(凉|db)?a",
        r"等了?[0-9两]+个?小时",
        r"\bhang(s|ing)? up\b",
        r"(很|太)?(快|慢)",
        r"不[热凉]",
        r"[0-9]+ ?(db|分贝)",
        r"a*b",
        r"\d+",
        r"(小|时)[^,]{0,2}不",
    ];

    #[test]
    fn what_is_too_large_is_an_error_at_once_and_what_is_small_compiles() {
        let of = |written: &str| Expression::new(written.to_owned(), LIMIT as u64);
        for large in [r"\w{2000}", r"(好{1000}){100}", r"[^a]{900}x{900}{900}"] {
            assert!(of(large).is_err(), "{large}");
        }
        for small in [
            "等了?[0-9两]+个?小时",
            r"[^，。]{0,20}好",
            r"(a|b)*c{3,9}",
            r"\w{8}( \d+){3}",
            r"[^a]{350}",
            r"(a|b|好){200}",
            r"[^，。！？a-z]{200}",
            r"(\b(x|)){500}",
        ] {
            let (expression, hir) = of(small).ok().unwrap();
            assert!(size(&hir) <= LIMIT / 2 && expression.compiled.get().is_none(), "{small}");
            assert!(
                RegexBuilder::new(small).size_limit(LIMIT).build().is_ok() && expression.regex().is_some(),
                "{small}"
            );
        }
        // Just large enough to be tried out at once, and small enough to be taken.
        let (expression, hir) = of(r"\w{12}").ok().unwrap();
        assert!(size(&hir) > LIMIT / 2 && expression.regex().is_some());
    }

    proptest! {
        /// Trying only what can match finds what trying all finds.
        #[test]
        fn no_match_is_missed(text in "(等|了|小时|[0-9]|hang|ing| |up|很|太|快|慢|不|热|凉|db|分贝|a|b|,){0,12}") {
            let expressions = Expressions::new((0..).zip(PATTERNS.map(str::to_owned)), &Limits::default()).ok().unwrap();
            let mut found = Vec::new();
            let mut tried = tried(&expressions, &text);
            expressions.0.scan(&text, &mut tried, |start, end, what: usize| found.push((what, start, end)));
            let mut all = Vec::new();
            for (at, pattern) in PATTERNS.iter().enumerate() {
                let regex = Regex::new(&with_ascii_boundaries(pattern)).unwrap();
                all.extend(regex.find_iter(&text).map(|hit| (at, hit.start() as u32, hit.end() as u32)));
            }
            prop_assert_eq!(found, all);
        }
    }
}
