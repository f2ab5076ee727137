//! The regular expressions of a lexicon, and which of them a text is worth trying on.
//!
//! Not for terms of plain words, which are in the lexicon's tries (`patterns`). Nearly every expression needs one of a few words in
//! the text (`等了?[0-9]+天` needs 等 and 天, `\bhang(s|ing)? up\b` needs "hang up", "hangs up" or "hanging up"): `patterns` finds
//! these, and only expressions whose words are there are tried. That changes nothing of what is found.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::patterns::NO_CHARACTERS;

/// The most memory that one compiled expression may take, in bytes.
const LIMIT: usize = 1 << 20;
/// What is estimated at so many states stays far below [`LIMIT`]: a state takes some tens of bytes.
const SURELY_SMALL: usize = 8192;
/// The most words that are looked for at once to know what an expression may match.
const MOST_WORDS: usize = 256;
/// The most words of which an expression may need one: more of them cost more to look for than they save.
const MOST_NEEDED: usize = 64;
/// The most sets of which an expression needs a word each.
pub(super) const SETS: u32 = 4;
/// How often an expression could be tried for what it costs to be told of one word that it needs.
const TRIES_PER_WORD: f64 = 0.01;
/// The most characters of a class that count as words of one character each.
const MOST_OF_CLASS: usize = 40;

/// The expressions, each with what a match of it is.
pub(super) struct Expressions<W> {
    all: Vec<(W, Expression)>,
    /// The words that are needed, each with the expressions that need it and the set of words it is for.
    words: BTreeMap<String, Vec<u32>>,
    /// For each expression the sets of which it needs a word each: a bit each, at most [`SETS`].
    sets: Arc<[u8]>,
    /// Those that need no word.
    always: Vec<u32>,
}

/// One expression, compiled when it is first tried: most are not, in a survey of one trade.
struct Expression {
    written: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    /// The expression and what it is made of. The error says what is wrong with it, also where it is too large.
    fn new(written: String) -> Result<(Self, Hir), String> {
        let hir = regex_syntax::parse(&written).map_err(|error| error.to_string())?;
        let compiled = OnceLock::new();
        if states(&hir) > SURELY_SMALL {
            let regex = RegexBuilder::new(&written).size_limit(LIMIT).build().map_err(|error| error.to_string())?;
            // Nobody else has set it.
            let _ = compiled.set(Some(regex));
        }
        Ok((Self { written, compiled }, hir))
    }

    /// None never: it parses, and is known to be small.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.written).ok()).as_ref()
    }
}

/// About how many states the automaton has that an expression compiles to.
fn states(hir: &Hir) -> usize {
    let all = |parts: &[Hir]| parts.iter().map(states).fold(1, usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() + 1,
        // A range of characters is a few sequences of up to four ranges of bytes, most of which share their ends.
        HirKind::Class(Class::Unicode(class)) => 1 + 3 * class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => 1 + class.ranges().len(),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min + 1).max(1) as usize;
            (states(&repeated.sub) + 1).saturating_mul(times)
        }
        HirKind::Capture(capture) => 2 + states(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => all(parts),
    }
}

/// What is still missing of a text for each expression to be worth a try; used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Needed {
    /// What is missing of an empty text, as the expressions say that it was last used for.
    all: Arc<[u8]>,
    /// For each expression the sets of which no word was found yet.
    missing: Vec<u8>,
    /// The expressions of which a word was found.
    touched: Vec<u32>,
    /// Those of which nothing is missing.
    ready: Vec<u32>,
}

impl Needed {
    /// A word was found that these need: numbers of expressions and sets, as [`Expressions::words`] gives them.
    #[inline]
    pub(super) fn found(&mut self, by: &[u32]) {
        for one in by {
            let (at, set) = (one / SETS, 1 << (one % SETS));
            let missing = &mut self.missing[at as usize];
            if *missing & set != 0 {
                *missing &= !set;
                self.touched.push(at);
                if *missing == 0 {
                    self.ready.push(at);
                }
            }
        }
    }
}

impl<W: Copy> Expressions<W> {
    /// Compiles expressions on folded text. The error is the place of one that cannot be compiled, and why.
    pub(super) fn new(written: impl IntoIterator<Item = (W, String)>) -> Result<Self, (usize, String)> {
        let (mut all, mut always, mut sets) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = BTreeMap::<String, Vec<u32>>::new();
        for (at, (what, pattern)) in written.into_iter().enumerate() {
            let (expression, hir) = Expression::new(with_ascii_boundaries(&pattern)).map_err(|why| (at, why))?;
            all.push((what, expression));
            let needed = worth_looking_for(needed(&hir));
            sets.push((1 << needed.len()) - 1);
            if needed.is_empty() {
                always.push(at as u32);
            }
            for (set, needed) in (0..).zip(needed) {
                for word in needed {
                    words.entry(word).or_default().push(at as u32 * SETS + set);
                }
            }
        }
        Ok(Self { all, words, sets: sets.into(), always })
    }

    /// The words to look for in a text, and what each one found is to tell [`Needed`].
    pub(super) const fn words(&self) -> &BTreeMap<String, Vec<u32>> {
        &self.words
    }

    /// Begins a text.
    pub(super) fn begin(&self, needed: &mut Needed) {
        if Arc::ptr_eq(&needed.all, &self.sets) {
            for at in needed.touched.drain(..) {
                needed.missing[at as usize] = self.sets[at as usize];
            }
        } else {
            needed.all = Arc::clone(&self.sets);
            needed.missing = self.sets.to_vec();
            needed.touched.clear();
        }
        needed.ready.clone_from(&self.always);
    }

    /// Every place where an expression matches something; `needed` was told of the text's words since [`Self::begin`].
    pub(super) fn scan(&self, folded: &str, needed: &mut Needed, mut found: impl FnMut(u32, u32, W)) {
        needed.ready.sort_unstable();
        for at in &needed.ready {
            let (what, expression) = &self.all[*at as usize];
            for hit in
                expression.regex().into_iter().flat_map(|regex| regex.find_iter(folded)).filter(|hit| !hit.is_empty())
            {
                found(hit.start() as u32, hit.end() as u32, *what);
            }
        }
    }
}

#[cfg(test)]
impl Needed {
    /// Of so many expressions that need a word of one set each, nothing is found yet.
    pub(super) fn of_one_set_each(count: usize) -> Self {
        Self { missing: vec![1; count], ..Self::default() }
    }

    /// The expressions of which nothing is missing.
    pub(super) fn ready(&mut self) -> &[u32] {
        self.ready.sort_unstable();
        &self.ready
    }
}

/// Of sets of words those that save more tries than it costs to look for their words, the rarest first.
fn worth_looking_for(mut sets: Vec<Vec<String>>) -> Vec<Vec<String>> {
    sets.sort_by(|a, b| likelihood(a).total_cmp(&likelihood(b)));
    let mut tried = 1.0;
    sets.truncate(SETS as usize);
    sets.retain(|set| {
        let likely = likelihood(set);
        let saved = tried * (1.0 - likely.min(1.0));
        let worth = saved > likely * TRIES_PER_WORD;
        if worth {
            tried *= likely;
        }
        worth
    });
    sets
}

/// About how many of these words are in a comment: roughly right is enough, because it only decides what is looked for.
fn likelihood(words: &[String]) -> f64 {
    words.iter().map(|word| likelihood_of(word)).sum()
}

fn likelihood_of(word: &str) -> f64 {
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return 0.05;
    }
    // What stands right beside a digit is one of many things.
    if word.bytes().any(|b| b.is_ascii_digit()) {
        return 0.002;
    }
    if word.is_ascii() {
        return match word.len() {
            0..=2 => 0.2,
            3 => 0.08,
            4 => 0.03,
            _ => 0.01,
        };
    }
    let of = |c| if COMMON.contains(c) { 0.4 } else { 0.03 };
    let mut chars = word.chars();
    let first = chars.next().map_or(1.0, of);
    chars.fold(first, |all, c| all * of(c) * 0.4)
}

/// The most frequent characters of Chinese comments, with the punctuation.
const COMMON: &str =
    "的了是不一有我人很好这个都没就也在来大还说到上时要去们下多小他吃点可以得过子给会服务感觉味道，。！？、 ";

/// Sets of words of which every match holds at least one each; none where no such few words are known.
fn needed(hir: &Hir) -> Vec<Vec<String>> {
    if let Some(words) = all_matches(hir).and_then(telling) {
        return vec![words];
    }
    match hir.kind() {
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => needed(&repeated.sub),
        HirKind::Concat(parts) => needed_in_row(parts),
        HirKind::Alternation(ways) => {
            let rarest = |a: &Vec<String>, b: &Vec<String>| likelihood(a).total_cmp(&likelihood(b));
            let best = |way| needed(way).into_iter().min_by(rarest);
            let words = ways.iter().map(best).collect::<Option<Vec<_>>>();
            Vec::from_iter(words.and_then(|words| telling(words.concat())))
        }
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => {
            Vec::new()
        }
    }
}

/// As [`needed`]: parts in a row whose matches are few make words together.
fn needed_in_row(parts: &[Hir]) -> Vec<Vec<String>> {
    let mut sets = Vec::new();
    let mut row = vec![String::new()];
    for part in parts {
        let Some(words) = all_matches(part) else {
            sets.extend(telling(std::mem::replace(&mut row, vec![String::new()])));
            sets.extend(needed(part));
            continue;
        };
        match in_row(&row, &words) {
            Some(both) => row = both,
            None => sets.extend(telling(std::mem::replace(&mut row, words))),
        }
    }
    sets.extend(telling(row));
    sets
}

/// All texts that this can match, whatever stands around them, where they are few.
fn all_matches(hir: &Hir) -> Option<Vec<String>> {
    let words = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![std::str::from_utf8(&literal.0).ok()?.to_owned()],
        HirKind::Capture(capture) => return all_matches(&capture.sub),
        HirKind::Class(class) => of_class(class)?,
        HirKind::Repetition(repeated) if repeated.max == Some(1) => {
            let mut words = all_matches(&repeated.sub)?;
            words.extend((repeated.min == 0).then(String::new));
            words
        }
        HirKind::Concat(parts) => {
            let mut row = vec![String::new()];
            for part in parts {
                row = in_row(&row, &all_matches(part)?)?;
            }
            row
        }
        HirKind::Alternation(ways) => ways.iter().map(all_matches).collect::<Option<Vec<_>>>()?.concat(),
        HirKind::Repetition(_) => return None,
    };
    (words.len() <= MOST_WORDS).then_some(words)
}

/// Each of the heads with each of the words after it, where that is not too many.
fn in_row(heads: &[String], words: &[String]) -> Option<Vec<String>> {
    let all = || heads.iter().flat_map(|head| words.iter().map(move |word| format!("{head}{word}")));
    (heads.len() * words.len() <= MOST_NEEDED).then(|| all().collect())
}

/// The words, unless one of them is in every text, or they are single ASCII letters, which nearly every text holds, and not digits.
fn telling(mut words: Vec<String>) -> Option<Vec<String>> {
    words.sort_unstable();
    words.dedup();
    let says_nothing = words.len() > MOST_NEEDED
        || words.iter().any(|word| word.is_empty() || word.contains(NO_CHARACTERS))
        || words.len() > 1 && words.iter().any(|word| word.len() == 1 && !word.bytes().all(|b| b.is_ascii_digit()));
    (!says_nothing).then_some(words)
}

/// The characters of a small class.
fn of_class(class: &Class) -> Option<Vec<String>> {
    let Class::Unicode(class) = class else { return None };
    let count: usize = class.ranges().iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
    let characters = || class.ranges().iter().flat_map(|range| range.start()..=range.end());
    (count <= MOST_OF_CLASS).then(|| characters().map(String::from).collect())
}

/// The expression with `\b` as the boundary of Latin letters and digits: "app" stands alone in "这app很好", and `regex` has a fast way
/// through texts that are not ASCII.
fn with_ascii_boundaries(regex: &str) -> String {
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

    use super::*;

    /// What a text has, word by word.
    fn tried<W: Copy>(expressions: &Expressions<W>, text: &str) -> Needed {
        let mut needed = Needed::default();
        expressions.begin(&mut needed);
        for (word, by) in expressions.words() {
            if text.contains(word.as_str()) {
                needed.found(by);
            }
        }
        needed
    }

    fn words(regex: &str) -> Vec<Vec<String>> {
        needed(&regex_syntax::parse(&with_ascii_boundaries(regex)).unwrap())
    }

    #[test]
    fn an_expression_needs_words_of_each_of_its_sets() {
        let none: &[&[&str]] = &[];
        let digits: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        for (regex, expected) in [
            (
                r"等了?[0-9两]+个?小时",
                &[&["等", "等了"][..], &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "两"], &["个小时", "小时"]]
                    [..],
            ),
            (r"\bhang(s|ing)? up\b", &[&["hang up", "hanging up", "hangs up"]]),
            (r"(很|太)?(快|慢)", &[&["太快", "太慢", "很快", "很慢", "快", "慢"]]),
            (r"不[热凉]", &[&["不凉", "不热"]]),
            (r"[0-9]+ ?(db|分贝)", &[digits, &[" db", " 分贝", "db", "分贝"]]),
            (r"(不.*热|冷)了*水", &[&["冷", "热"], &["水"]]),
            (r"(a|b)?", none),
            (r"\d+", none),
            (r"[0-9]+[^,]{0,3}", &[digits]),
            (r"x*|y", none),
        ] {
            assert_eq!(words(regex), expected, "{regex}");
        }
    }

    #[test]
    fn a_boundary_stands_between_latin_and_han() {
        assert_eq!(with_ascii_boundaries(r"\bapp\b|\\b\d等\b{start}"), r"(?-u:\b)app(?-u:\b)|\\b\d等\b{start}");
        let found = Expressions::new([((), r"\bapp\b".to_owned())]).ok().unwrap();
        for (text, times) in [("这app很好", 1), ("apps", 0), ("app", 1), ("an app", 1)] {
            let mut count = 0;
            found.scan(text, &mut tried(&found, text), |_, _, ()| count += 1);
            assert_eq!(count, times, "{text}");
        }
    }

    const PATTERNS: [&str; 10] = [
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
        let of = |written: &str| Expression::new(written.to_owned());
        for large in [r"\w{2000}", r"(好{1000}){100}", r"[^a]{900}x{900}{900}"] {
            assert!(of(large).is_err(), "{large}");
        }
        for small in ["等了?[0-9两]+个?小时", r"[^，。]{0,20}好", r"(a|b)*c{3,9}"] {
            let (expression, hir) = of(small).ok().unwrap();
            assert!(states(&hir) <= SURELY_SMALL && expression.compiled.get().is_none(), "{small}");
            assert!(
                RegexBuilder::new(small).size_limit(LIMIT).build().is_ok() && expression.regex().is_some(),
                "{small}"
            );
        }
        // Just large enough to be compiled at once, and small enough to be taken.
        let (expression, _) = of(r"\w{1,6}").ok().unwrap();
        assert!(expression.compiled.get().is_some());
    }

    proptest! {
        /// Trying only what can match finds what trying all finds.
        #[test]
        fn no_match_is_missed(text in "(等|了|小时|[0-9]|hang|ing| |up|很|太|快|慢|不|热|凉|db|分贝|a|b|,){0,12}") {
            let expressions = Expressions::new((0..).zip(PATTERNS.map(str::to_owned))).ok().unwrap();
            let mut found = Vec::new();
            let mut tried = tried(&expressions, &text);
            expressions.scan(&text, &mut tried, |start, end, what: usize| found.push((what, start, end)));
            let mut all = Vec::new();
            for (at, pattern) in PATTERNS.iter().enumerate() {
                let regex = Regex::new(&with_ascii_boundaries(pattern)).unwrap();
                all.extend(regex.find_iter(&text).map(|hit| (at, hit.start() as u32, hit.end() as u32)));
            }
            prop_assert_eq!(found, all);
        }
    }
}
