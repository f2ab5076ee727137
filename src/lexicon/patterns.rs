//! Where folded terms stand in a folded text: every place, and what each may stand for.
//!
//! Not for whether a place counts: word boundaries are asked of the segmenters by `tag::matching`, and this only leaves out places
//! that start inside a Latin word.
//!
//! The text is looked at place by place: a few bits tell whether any pattern begins like this, and a trie is walked only where one
//! may. At most places none does.

use std::collections::BTreeMap;

use crawdad::{END_MARKER, MpTrie};

use super::compile::{Owner, TermIx};
use super::sense::Sense;
use super::variants;
use crate::text::normalize::Folded;
use crate::text::segment::Joins;

/// What a pattern may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) what: What,
    pub(crate) owner: Owner,
    /// Any ending may follow.
    pub(crate) open_end: bool,
    /// It may stand inside longer words.
    pub(crate) anywhere: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A whole term.
    Term(TermIx),
    /// A part of a term of several parts.
    Part { compound: u32, part: u8 },
}

/// A place of a pattern in a folded text: bytes `start..end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// What it may stand for, but for cues.
    pub(crate) uses: &'p [Use],
    /// Where to find the cues that it may stand for, if any.
    pub(crate) cues: Option<Cues>,
}

/// The cues that a pattern may stand for: each says something only where its driver is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cues(u32);

/// All patterns, ready for scanning.
pub(crate) struct Patterns {
    /// Those that begin where a word may begin.
    bound: Trie,
    /// Words with a letter drawn out: only where the text has three or more of it.
    drawn_out: Trie,
    /// Those that may stand inside words, and the words that regular expressions need.
    free: Trie,
    heads: Heads,
    /// Those of all patterns, one after the other.
    uses: Vec<Use>,
    spellings: Vec<Spelling>,
    /// What regular expressions need, of all patterns, one after the other.
    needed: Vec<u32>,
}

/// Where in the lists the uses of a pattern start, its cues, and what needs it; they end where those of the next start.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    uses: u32,
    cues: u32,
    needed: u32,
}

impl Patterns {
    /// Every place of a pattern that does not start inside a Latin word, in the order of their starts; what the places of needed
    /// words say is added to `tried`.
    pub(crate) fn scan(
        &self,
        folded: &Folded,
        joins: &Joins,
        scratch: &mut ScanScratch,
        tried: &mut Vec<u32>,
        mut found: impl FnMut(Place<'_>),
    ) {
        scratch.read(&folded.text);
        let text = &*scratch;
        let drawn_out = folded.has_drawn_out();
        let mut before = '\0';
        for (at, window) in text.chars.windows(3).enumerate() {
            let (head, inside) = (window[0], joins.join(before, window[0]));
            before = head;
            let heads = self.heads.of_window(window);
            let start = text.starts[at];
            if heads & FREE != 0 {
                self.free.walk(text, at, |end, value| {
                    let (this, next) = self.spelling(value);
                    tried.extend_from_slice(&self.needed[this.needed as usize..next.needed as usize]);
                    if this.uses < next.uses {
                        found(self.place(start, end, value));
                    }
                });
            }
            if inside {
                continue;
            }
            if heads & BOUND != 0 {
                self.bound.walk(text, at, |end, value| found(self.place(start, end, value)));
            }
            if heads & DRAWN_OUT != 0 && drawn_out {
                self.drawn_out.walk(text, at, |end, value| {
                    if folded.is_drawn_out(start..end) {
                        found(self.place(start, end, value));
                    }
                });
            }
        }
    }

    /// The cues of a place.
    pub(crate) fn cues(&self, cues: Cues) -> &[Use] {
        let (this, next) = self.spelling(cues.0);
        &self.uses[this.cues as usize..next.uses as usize]
    }

    /// Whether something stands in a text of symbols and punctuation alone: an emoticon, say.
    pub(crate) fn draws(&self, text: &str, scratch: &mut ScanScratch) -> bool {
        scratch.read(text);
        let mut any = false;
        for at in 0..scratch.chars.len() {
            self.free.walk(scratch, at, |_, value| {
                let (this, next) = self.spelling(value);
                any |= this.uses < next.uses;
            });
        }
        any
    }

    fn spelling(&self, value: u32) -> (Spelling, Spelling) {
        (self.spellings[value as usize], self.spellings[value as usize + 1])
    }

    fn place(&self, start: u32, end: u32, value: u32) -> Place<'_> {
        let (this, next) = self.spelling(value);
        let uses = &self.uses[this.uses as usize..this.cues as usize];
        Place { start, end, uses, cues: (this.cues < next.uses).then_some(Cues(value)) }
    }
}

/// Patterns while they are gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    right: BTreeMap<String, Vec<Use>>,
    slips: BTreeMap<String, Vec<Use>>,
}

impl Gathered {
    /// Adds a folded term, or part of one, and its slips of the pen where these are forgiven.
    pub(super) fn add(&mut self, folded: &str, forgiven: bool, one: Use) {
        if forgiven {
            for slip in variants::slips(folded) {
                self.slips.entry(slip).or_default().push(one);
            }
        }
        self.right.entry(folded.to_owned()).or_default().push(one);
    }

    /// The patterns, with the words that regular expressions need, and by which of them.
    ///
    /// # Errors
    /// Where there are more than the libraries can hold; the message says of what.
    pub(super) fn finish(self, needed: &BTreeMap<String, Vec<u32>>) -> Result<Patterns, String> {
        let Self { right, mut slips } = self;
        // A slip that is a word of the lexicon itself is that word.
        slips.retain(|slip, _| !right.contains_key(slip));
        let mut drawn_out: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        for (pattern, uses) in &right {
            for form in variants::drawn_out(pattern) {
                let closed = uses.iter().filter(|one| !one.open_end && !one.anywhere);
                drawn_out.entry(form).or_default().extend(closed);
            }
        }
        let mut lists = Lists::default();
        let (mut bound, mut drawn, mut free) = (Vec::new(), Vec::new(), BTreeMap::<String, Vec<Use>>::new());
        for (pattern, uses) in right.into_iter().chain(slips) {
            let (anywhere, inside) = uses.into_iter().partition::<Vec<_>, _>(|one| one.anywhere);
            if !inside.is_empty() {
                bound.push((pattern.clone(), lists.add(inside, &[])));
            }
            if !anywhere.is_empty() {
                free.insert(pattern, anywhere);
            }
        }
        for (pattern, uses) in drawn_out.into_iter().filter(|(_, uses)| !uses.is_empty()) {
            drawn.push((pattern, lists.add(uses, &[])));
        }
        for word in needed.keys() {
            free.entry(word.clone()).or_default();
        }
        let free: Vec<(String, u32)> = free
            .into_iter()
            .map(|(pattern, uses)| {
                let value = lists.add(uses, needed.get(&pattern).map_or(&[], Vec::as_slice));
                (pattern, value)
            })
            .collect();
        lists.end();
        let Lists { uses, spellings, needed } = lists;
        let heads = Heads::of(&[(BOUND, &bound), (DRAWN_OUT, &drawn), (FREE, &free)]);
        let (bound, drawn_out, free) = (trie(&bound)?, trie(&drawn)?, trie(&free)?);
        Ok(Patterns { bound, drawn_out, free, heads, uses, spellings, needed })
    }
}

/// The lists of [`Patterns`] while they grow.
#[derive(Default)]
struct Lists {
    uses: Vec<Use>,
    spellings: Vec<Spelling>,
    needed: Vec<u32>,
}

impl Lists {
    /// Adds a pattern; its value.
    fn add(&mut self, mut uses: Vec<Use>, needed: &[u32]) -> u32 {
        let is_cue = |one: &Use| {
            let beside = matches!(one.owner, Owner::Driver(_, Sense::BesidePositive | Sense::BesideNegative));
            beside && matches!(one.what, What::Term(_))
        };
        uses.sort_by_key(is_cue);
        let first = self.uses.len() as u32;
        let cues = first + uses.iter().filter(|one| !is_cue(one)).count() as u32;
        let value = self.spellings.len() as u32;
        self.spellings.push(Spelling { uses: first, cues, needed: self.needed.len() as u32 });
        self.uses.extend(uses);
        self.needed.extend_from_slice(needed);
        value
    }

    fn end(&mut self) {
        self.add(Vec::new(), &[]);
    }
}

/// A text as its characters; used again from text to text.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScanScratch {
    /// With two more after the last, which are in no text.
    chars: Vec<char>,
    /// The byte at which each starts.
    starts: Vec<u32>,
}

/// Stands for no character: no pattern holds it.
const NOTHING: char = '\u{FFFE}';

/// What no pattern may hold: this, and the library's own end of a key.
pub(super) const NO_CHARACTERS: [char; 2] = [NOTHING, END_MARKER];

impl ScanScratch {
    fn read(&mut self, text: &str) {
        self.chars.clear();
        self.starts.clear();
        for (start, c) in text.char_indices() {
            // The library's own end of a key is no character of any pattern either.
            self.chars.push(if c == END_MARKER { NOTHING } else { c });
            self.starts.push(start as u32);
        }
        self.chars.extend([NOTHING; 2]);
        self.starts.extend([text.len() as u32; 2]);
    }
}

/// Patterns, to be found where they begin; none where there are none.
struct Trie(Option<MpTrie>);

fn trie(patterns: &[(String, u32)]) -> Result<Trie, String> {
    if patterns.is_empty() {
        return Ok(Trie(None));
    }
    let records = patterns.iter().map(|(pattern, value)| (pattern.as_str(), *value));
    Ok(Trie(Some(MpTrie::from_records(records).map_err(|error| error.to_string())?)))
}

impl Trie {
    /// All patterns that begin with character `at`: the bytes where they end, and their values.
    #[inline]
    fn walk(&self, text: &ScanScratch, at: usize, mut found: impl FnMut(u32, u32)) {
        let Some(trie) = &self.0 else { return };
        for (value, length) in trie.common_prefix_search(text.chars[at..].iter().copied()) {
            found(text.starts[at + length], value);
        }
    }
}

const BOUND: u8 = 1;
const DRAWN_OUT: u8 = 2;
const FREE: u8 = 4;

/// In which tries a pattern may begin with given characters: those of one character, of two, and longer ones, each by a hash of
/// its first characters. Two hashes may be one, so that a trie is asked in vain now and then.
struct Heads([Vec<u8>; 3]);

/// Few enough that all three stay near the processor, and enough that hashes are rarely one.
const HASHES: usize = 1 << 15;

impl Heads {
    fn of(tries: &[(u8, &[(String, u32)])]) -> Self {
        let mut heads = Self([(); 3].map(|()| vec![0; HASHES]));
        for (bit, patterns) in tries {
            for (pattern, _) in *patterns {
                let mut chars = pattern.chars().chain([NOTHING; 2]);
                let window = [(); 3].map(|()| chars.next().unwrap_or(NOTHING));
                let length = pattern.chars().take(3).count().max(1) - 1;
                heads.0[length][hashes(&window)[length]] |= bit;
            }
        }
        heads
    }

    /// What may begin with the first of these three characters.
    #[inline]
    fn of_window(&self, window: &[char]) -> u8 {
        let &[first, second, third] = window else { return 0 };
        let [one, two, three] = hashes(&[first, second, third]);
        self.0[0][one] | self.0[1][two] | self.0[2][three]
    }
}

/// Hashes of the first character, the first two, and all three.
#[inline]
fn hashes(window: &[char; 3]) -> [usize; 3] {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut mixed = 0u64;
    window.map(|c| {
        mixed = (mixed ^ u64::from(c)).wrapping_mul(MIX);
        (mixed >> (64 - HASHES.ilog2())) as usize
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lexicon::WordClass;
    use crate::text::{Normalizer, SegmentOptions, Segmenters};

    const BOUND: [&str; 9] = ["不", "不好", "不好吃", "好吃", "no", "not bad", "nobody", "a", "坏 ok"];
    const ANYWHERE: [&str; 3] = [":)", "好", "ob"];
    const NEEDED: [&str; 3] = ["好", "bad", "吃"];

    fn term(ix: u32, anywhere: bool) -> Use {
        Use { what: What::Term(TermIx(ix)), owner: Owner::Word(WordClass::Degree), open_end: false, anywhere }
    }

    proptest! {
        /// What the text is looked through for place by place is what comparing it with every pattern at every place finds.
        #[test]
        fn every_place_is_found(text in "(不|好|吃|坏|no|not|bad|body|ob|ok|a|:\\)| |\u{ffff}|x){0,14}") {
            let mut gathered = Gathered::default();
            for (ix, pattern) in (0..).zip(BOUND) {
                gathered.add(pattern, false, term(ix, false));
            }
            for (ix, pattern) in (100..).zip(ANYWHERE) {
                gathered.add(pattern, false, term(ix, true));
            }
            let needed = NEEDED.iter().zip(7..).map(|(word, at)| ((*word).to_owned(), vec![at])).collect();
            let patterns = gathered.finish(&needed).unwrap();
            let segmenters = Segmenters::new(&SegmentOptions::default()).unwrap();
            let mut folded = Folded::default();
            Normalizer::new().unwrap().fold(&text, &mut folded);
            let text = folded.text.as_str();

            let (mut found, mut by) = (Vec::new(), Vec::new());
            patterns.scan(&folded, segmenters.joins(), &mut ScanScratch::default(), &mut by, |place| {
                found.extend(place.uses.iter().map(|one| (place.start, place.end, one.what)));
            });
            let mut all = Vec::new();
            for (start, _) in text.char_indices() {
                let at = |pattern: &str| text[start..].starts_with(pattern);
                let inside = segmenters.joins().are_around(text, start as u32);
                let place = |pattern: &str, ix| (start as u32, (start + pattern.len()) as u32, term(ix, true).what);
                all.extend((100..).zip(ANYWHERE).filter(|(_, p)| at(p)).map(|(ix, p)| place(p, ix)));
                all.extend((0..).zip(BOUND).filter(|(_, p)| at(p) && !inside).map(|(ix, p)| place(p, ix)));
            }
            let key = |(start, end, what): &(u32, u32, What)| (*start, *end, matches!(what, What::Term(TermIx(100..))));
            found.sort_by_key(key);
            all.sort_by_key(key);
            prop_assert_eq!(found, all);
            by.sort_unstable();
            by.dedup();
            let expected: Vec<u32> = NEEDED.iter().zip(7..).filter(|(p, _)| text.contains(**p)).map(|(_, at)| at).collect();
            prop_assert_eq!(by, expected);
        }
    }

    #[test]
    fn drawn_out_words_need_three_letters_delivered() {
        let mut gathered = Gathered::default();
        gathered.add("slow", false, term(0, false));
        let patterns = gathered.finish(&BTreeMap::new()).unwrap();
        let segmenters = Segmenters::new(&SegmentOptions::default()).unwrap();
        // "slow" also begins "sloww", and it is for the segmenters to say that no word ends there.
        for (text, places) in [
            ("sloooow", 1),
            ("sloow", 0),
            ("slow", 1),
            ("slowww slow", 3),
            ("veryslooow", 0),
            ("ｓloow", 0),
            ("ｓｌｏｏｏｗ", 1),
        ] {
            let mut folded = Folded::default();
            Normalizer::new().unwrap().fold(text, &mut folded);
            let mut count = 0;
            patterns.scan(&folded, segmenters.joins(), &mut ScanScratch::default(), &mut Vec::new(), |_| count += 1);
            assert_eq!(count, places, "{text}");
        }
    }
}
