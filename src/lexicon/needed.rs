//! What a text must hold for a regular expression to match in it: words, in their order, and how near to each other.
//!
//! Not for the matching itself (`expressions`), nor for where the words stand (`patterns`).
//!
//! Nearly every expression needs one of a few words in the text (`\bhang(s|ing)? up\b` needs "hang up", "hangs up" or "hanging up"),
//! or some of several sets: `等了?[0-9]+天` needs 等 or 等了 with a digit after it, and not before that a digit with 天 after it.

use std::sync::Arc;

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use super::patterns::NO_CHARACTERS;

/// The most words that are looked for at once to know what an expression may match.
const MOST_WORDS: usize = 256;
/// The most words of which an expression may need one: more of them cost more to look for than they save.
const MOST_NEEDED: usize = 128;
/// The most sets of which an expression needs a word each.
pub(super) const SETS: u32 = 4;
/// How often an expression could be tried for what it costs to be told of one word that it needs.
const TRIES_PER_WORD: f64 = 0.012;
/// The most characters of a class that count as words of one character each.
const MOST_OF_CLASS: usize = 40;
/// About how many bytes a comment has.
const COMMENT: f64 = 160.0;

/// Words of which every match of an expression holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordSet {
    pub(super) words: Vec<String>,
    /// The most bytes to where this word starts, from where the one of the set before does, or the match; none where there is no limit.
    pub(super) reach: Option<usize>,
}

/// The sets of which every match holds a word each, in the order in which they start in it.
#[derive(Debug, Default)]
struct Row {
    sets: Vec<WordSet>,
    /// The most bytes from where the last of the words starts, or the match, to the match's end.
    rest: Option<usize>,
}

impl Row {
    /// No word is known of what matches so many bytes at most.
    const fn of_length(rest: Option<usize>) -> Self {
        Self { sets: Vec::new(), rest }
    }

    /// Takes in what comes right after.
    fn push(&mut self, after: Self) {
        let mut before = self.rest;
        for set in after.sets {
            self.sets.push(WordSet { reach: sum(before, set.reach), ..set });
            before = Some(0);
        }
        self.rest = sum(before, after.rest);
    }

    /// One of these words comes right after.
    fn push_words(&mut self, words: Vec<String>) {
        let longest = words.iter().map(String::len).max();
        match telling(words) {
            Some(words) => {
                self.sets.push(WordSet { words, reach: self.rest });
                self.rest = longest;
            }
            None => self.rest = sum(self.rest, longest),
        }
    }
}

fn sum(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a?.checked_add(b?)
}

/// The sets that are worth looking for: they save more tries of the expression than it costs to look for their words. Also the most
/// bytes from where the word of the last of them starts to the match's end.
pub(super) fn worth_looking_for(hir: &Hir) -> (Vec<WordSet>, Option<usize>) {
    let Row { sets, rest } = row(hir);
    let near = |reach: Option<usize>| reach.map_or(1.0, |reach| (reach as f64 / COMMENT).min(1.0));
    let shares = |(at, set): (usize, &WordSet)| {
        let here = likelihood(&set.words);
        // What must stand near to something else is there more seldom than anywhere, but is found, and costs, wherever it is.
        (at, here, here.min(1.0) * if at > 0 { near(set.reach) } else { 1.0 })
    };
    let mut rarest: Vec<(usize, f64, f64)> = sets.iter().enumerate().map(shares).collect();
    rarest.sort_by(|a, b| a.2.total_cmp(&b.2));
    rarest.truncate(SETS as usize);
    let mut tried = 1.0;
    rarest.retain(|(_, anywhere, near)| {
        let worth = tried * (1.0 - near) > anywhere * TRIES_PER_WORD;
        if worth {
            tried *= near;
        }
        worth
    });
    let mut kept = Vec::new();
    let mut reach = Some(0);
    for (at, set) in sets.into_iter().enumerate() {
        reach = sum(reach, set.reach);
        if rarest.iter().any(|(kept, ..)| *kept == at) {
            kept.push(WordSet { reach, ..set });
            reach = Some(0);
        }
    }
    (kept, sum(reach, rest))
}

/// About in how many of a hundred comments one of these words is, as a share: roughly right is enough, because it only decides what is
/// looked for.
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
            5..8 => 0.01,
            8..12 => 0.002,
            _ => 0.0004,
        };
    }
    let of = |c| if COMMON.contains(c) { 0.4 } else { 0.03 };
    let mut chars = word.chars();
    let first = chars.next().map_or(1.0, of);
    chars.fold(first, |all, c| all * of(c) * 0.2)
}

/// The most frequent characters of Chinese comments, with the punctuation.
const COMMON: &str =
    "的了是不一有我人很好这个都没就也在来大还说到上时要去们下多小他吃点可以得过子给会服务感觉味道，。！？、 ";

/// What every match of this holds.
fn row(hir: &Hir) -> Row {
    let length = hir.properties().maximum_len();
    if let Some(words) = all_matches(hir)
        && let Some(words) = telling(words)
    {
        return Row { sets: vec![WordSet { words, reach: Some(0) }], rest: length };
    }
    match hir.kind() {
        HirKind::Capture(capture) => row(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => {
            let mut row = row(&repeated.sub);
            row.rest = sum(row.rest, further(repeated));
            row
        }
        HirKind::Concat(parts) => row_of_parts(parts),
        HirKind::Alternation(ways) => row_of_ways(ways).unwrap_or(Row::of_length(length)),
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => {
            Row::of_length(length)
        }
    }
}

/// The most bytes of all that is repeated, but for one.
fn further(repeated: &Repetition) -> Option<usize> {
    let times = (repeated.max? as usize).saturating_sub(1);
    repeated.sub.properties().maximum_len()?.checked_mul(times)
}

/// The rarest set of each way together.
fn row_of_ways(ways: &[Hir]) -> Option<Row> {
    let (mut words, mut reach, mut rest) = (Vec::new(), Some(0), Some(0));
    let longer = |a: Option<usize>, b: Option<usize>| Some(a?.max(b?));
    for way in ways {
        let row = row(way);
        let likely: Vec<f64> = row.sets.iter().map(|set| likelihood(&set.words)).collect();
        let rarest = (0..likely.len()).min_by(|a, b| likely[*a].total_cmp(&likely[*b]))?;
        let (before, after) = row.sets.split_at(rarest + 1);
        let bytes = |sets: &[WordSet]| sets.iter().map(|set| set.reach).try_fold(0, |all, reach| sum(Some(all), reach));
        reach = longer(reach, bytes(before));
        rest = longer(rest, sum(bytes(after), row.rest));
        words.extend_from_slice(&row.sets[rarest].words);
    }
    Some(Row { sets: vec![WordSet { words: telling(words)?, reach }], rest })
}

/// Parts in a row whose matches are few make words together.
fn row_of_parts(parts: &[Hir]) -> Row {
    let mut row = Row::of_length(Some(0));
    let nothing = || vec![String::new()];
    let mut words = nothing();
    for part in parts {
        if let Some(here) = all_matches(part) {
            match in_row(&words, &here) {
                Some(both) => words = both,
                None => row.push_words(std::mem::replace(&mut words, here)),
            }
        } else if let HirKind::Repetition(repeated) = part.kind()
            && repeated.min > 0
            && let Some(each) = all_matches(&repeated.sub)
        {
            // What stands before the first of them stands beside it, and what stands after the last. They may be one: no set starts
            // before the one that it follows, but it may start where that does.
            match in_row(&words, &each) {
                Some(both) => row.push_words(both),
                None => row.push_words(std::mem::take(&mut words)),
            }
            row.rest = sum(row.rest, further(repeated));
            words = each;
        } else {
            row.push_words(std::mem::replace(&mut words, nothing()));
            row.push(self::row(part));
        }
    }
    row.push_words(words);
    row
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

/// The words, unless one of them is in every text, or nearly, as spaces are, or they are single ASCII letters, which nearly every text
/// holds, and not digits.
fn telling(mut words: Vec<String>) -> Option<Vec<String>> {
    words.sort_unstable();
    words.dedup();
    let says_nothing = words.len() > MOST_NEEDED
        || words.iter().any(|word| word.trim().is_empty() || word.contains(NO_CHARACTERS))
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

/// Words to look for in a text, each with the link for which [`Needed`] is to be told of it; in order.
pub(super) type NeededWords = Vec<(String, u32)>;

/// How near the word of a set must be to that of the set before it, and whether it is the last one of its expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    reach: u32,
    is_last: bool,
}

/// The links of an expression with these sets, [`SETS`] in all; one without any set is tried on every text.
pub(super) fn links(sets: &[WordSet]) -> impl Iterator<Item = Link> {
    let link = |at| sets.get(at).map(|set: &WordSet| bytes(set.reach));
    (0..SETS as usize).map(move |at| Link { reach: link(at).unwrap_or_default(), is_last: at + 1 == sets.len() })
}

/// Bytes of a text, of which there are fewer than `u32::MAX`, which stands for no limit.
pub(super) fn bytes(length: Option<usize>) -> u32 {
    length.and_then(|length| u32::try_from(length).ok()).unwrap_or(u32::MAX)
}

/// How much of what each expression needs a text has, as far as it was looked through; used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Needed {
    links: Arc<[Link]>,
    /// For each link one more than where its word starts that was found last, at a place where those before it allow it; 0 for none.
    found: Vec<u32>,
    /// The expressions of whose first sets a word was found.
    touched: Vec<u32>,
    /// For each expression where the first word of its first set starts, if any was found.
    first: Vec<u32>,
    /// Those of which a word of each set was found.
    ready: Vec<u32>,
}

impl Needed {
    /// Begins a text, for expressions with these links; those of `always` need no word.
    pub(super) fn begin(&mut self, links: &Arc<[Link]>, always: &Vec<u32>) {
        if Arc::ptr_eq(&self.links, links) {
            for at in self.touched.drain(..) {
                let first = (at * SETS) as usize;
                self.found[first..first + SETS as usize].fill(0);
            }
        } else {
            self.links = Arc::clone(links);
            self.found.clear();
            self.found.resize(links.len(), 0);
            self.first.resize(links.len() / SETS as usize, 0);
            self.touched.clear();
        }
        self.ready.clone_from(always);
    }

    /// A word that starts at byte `start` was found for these links. Called in the order of starts, and of those that start at one
    /// place the shortest first.
    #[inline]
    pub(super) fn found(&mut self, links: &[u32], start: u32) {
        for link in links {
            let at = *link as usize;
            let Link { reach, is_last } = self.links[at];
            if link % SETS > 0 {
                let before = self.found[at - 1];
                if before == 0 || start + 1 - before > reach {
                    continue;
                }
            } else if self.found[at] == 0 {
                self.touched.push(link / SETS);
                self.first[at / SETS as usize] = start;
            }
            if is_last && self.found[at] == 0 {
                self.ready.push(link / SETS);
            }
            self.found[at] = start + 1;
        }
    }

    /// Brings the expressions that are worth a try into their order.
    pub(super) fn sort(&mut self) {
        self.ready.sort_unstable();
    }

    /// The expressions that are worth a try.
    pub(super) fn ready(&self) -> &[u32] {
        &self.ready
    }

    /// Where all matches of an expression that needs words, and is worth a try, lie: after its last word starts, they have at most
    /// `rest` bytes. The end may lie behind that of the text, and both within a character.
    pub(super) fn within(&self, expression: u32, rest: u32) -> std::ops::Range<u32> {
        let links = (expression * SETS) as usize..;
        let of_it = self.links[links.clone()].iter().zip(&self.found[links]);
        let last = of_it.take(SETS as usize).find(|(link, _)| link.is_last).map_or(u32::MAX, |(_, found)| found - 1);
        let first = self.first[expression as usize];
        first.saturating_sub(self.links[(expression * SETS) as usize].reach)..last.saturating_add(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(regex: &str) -> Vec<(Vec<String>, Option<usize>)> {
        let hir = regex_syntax::parse(&super::super::expressions::with_ascii_boundaries(regex)).unwrap();
        row(&hir).sets.into_iter().map(|set| (set.words, set.reach)).collect()
    }

    #[test]
    fn an_expression_needs_words_of_each_of_its_sets_in_their_order() {
        type Expected<'e> = &'e [(&'e [&'e str], Option<usize>)];
        let none: Expected<'_> = &[];
        for (regex, expected) in [
            (
                r"等了?[两几]+个?天",
                &[(&["等两", "等了两", "等了几", "等几"][..], Some(0)), (&["两个天", "两天", "几个天", "几天"], None)]
                    [..],
            ),
            (r"等[两几]{1,3}天", &[(&["等两", "等几"], Some(0)), (&["两天", "几天"], Some(12))]),
            (r"\bhang(s|ing)? up\b", &[(&["hang up", "hanging up", "hangs up"], Some(0))]),
            (r"(很|太)?(快|慢)", &[(&["太快", "太慢", "很快", "很慢", "快", "慢"], Some(0))]),
            (r"不[热凉]", &[(&["不凉", "不热"], Some(0))]),
            (r"[^，]{0,2}不[^，]{0,3}热", &[(&["不"], Some(8)), (&["热"], Some(15))]),
            (r"(不.{2}热|[^a]冷)了*水", &[(&["冷", "热"], Some(11)), (&["水"], None)]),
            (r"(a|b)?", none),
            (r"\d+", none),
            (r"[1-3]+[^,]{0,3}", &[(&["1", "2", "3"], Some(0)), (&["1", "2", "3"], None)]),
            (r"x*|y", none),
        ] {
            let expected: Vec<(Vec<String>, Option<usize>)> = expected
                .iter()
                .map(|(words, reach)| (words.iter().map(ToString::to_string).collect(), *reach))
                .collect();
            assert_eq!(sets(regex), expected, "{regex}");
        }
    }

    #[test]
    fn matches_lie_about_their_words() {
        let set = |reach| WordSet { words: Vec::new(), reach };
        let links: Arc<[Link]> = links(&[set(Some(3)), set(Some(4))]).collect();
        let mut needed = Needed::default();
        needed.begin(&links, &Vec::new());
        for (link, start) in [(0, 10), (1, 12), (0, 20), (1, 23), (1, 40)] {
            needed.found(&[link], start);
        }
        assert_eq!((needed.within(0, 6), needed.within(0, u32::MAX)), (7..29, 7..u32::MAX));
    }

    #[test]
    fn words_count_in_their_order_and_near_enough() {
        let set = |reach| WordSet { words: Vec::new(), reach };
        let links: Arc<[Link]> = links(&[set(None), set(Some(4)), set(None)]).collect();
        let ready = |words: &[(u32, u32)]| {
            let mut needed = Needed::default();
            needed.begin(&links, &Vec::new());
            for (link, start) in words {
                needed.found(&[*link], *start);
            }
            !needed.ready().is_empty()
        };
        assert!(ready(&[(0, 0), (1, 4), (2, 90)]));
        assert!(ready(&[(0, 0), (1, 0), (2, 0)]));
        assert!(ready(&[(0, 0), (0, 9), (1, 12), (2, 12)]));
        assert!(!ready(&[(0, 0), (1, 5), (2, 90)]));
        assert!(!ready(&[(1, 0), (0, 1), (2, 90)]));
        assert!(!ready(&[(0, 0), (2, 1), (1, 2)]));
    }
}
