//! Where folded terms stand in a folded text: every place, and what each may stand for.
//!
//! Not for whether a place counts: word boundaries are asked of the segmenters by `tag::matching`, and this only leaves out places
//! that start, or can only end, inside a Latin word.
//!
//! The text is looked at place by place: a few bits tell whether any pattern begins like this, and a trie is walked only where one
//! may. At most places none does.

use super::compile::{Owner, TermIx};
use super::needed::{Needed, NeededWords};
use super::sense::{Sense, WordClass};
use super::trie::Trie;
use super::variants;
use crate::text::chars::{Chars, NOTHING};
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

impl Use {
    /// Whether this may begin a longer token as a negator does (没 in 没坏过): it negates nothing outside, but other drivers' terms
    /// inside that token.
    pub(crate) fn may_open_a_token(&self) -> bool {
        matches!((self.what, self.owner), (What::Term(_), Owner::Word(WordClass::Negator | WordClass::Absence)))
    }

    /// Whether it may stand where no token ends, as most of what is found in English does ("no" in "not").
    pub(crate) fn may_end_inside(&self) -> bool {
        self.anywhere || self.open_end || self.may_open_a_token()
    }
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
    /// Whether it ends inside a Latin word.
    pub(crate) ends_inside: bool,
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
    /// All but those of the last two.
    all: Trie,
    /// Those of them that may begin inside a Latin word.
    free: Trie,
    /// Slips of the pen: hardly any text has one.
    slips: Trie,
    /// Words with a letter drawn out, for the few texts that have three or more of a letter in a row.
    drawn_out: Trie,
    /// Those of all patterns, one after the other.
    uses: Vec<Use>,
    spellings: Vec<Spelling>,
    /// What regular expressions need, of all patterns, one after the other.
    needed: Vec<u32>,
}

/// What a trie knows of a pattern: its first place in the list of spellings, and these bits.
type Found = u32;

/// It has a spelling that begins where a word may begin, and that comes first.
const BOUND: Found = 1 << 31;
/// That one can only end where a word may end.
const CLOSED: Found = 1 << 30;
/// It has a spelling that may stand inside words, or is a word that regular expressions need.
const FREE: Found = 1 << 29;
const SPELLING: Found = FREE - 1;

/// Where in the lists the uses of a pattern start, its cues, and what needs it; they end where those of the next start.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    uses: u32,
    cues: u32,
    needed: u32,
}

impl Patterns {
    /// Every place of a pattern that does not start inside a Latin word, nor end inside one if it must not, by where they start, those
    /// that start at one place by their length; `needed` is told of the words that expressions need. `chars` are those of the
    /// folded text.
    pub(crate) fn scan(
        &self,
        folded: &Folded,
        chars: &Chars,
        joins: &Joins,
        needed: &mut Needed,
        mut found: impl FnMut(Place<'_>),
    ) {
        let mut before = NOTHING;
        for at in 0..chars.len() {
            let ahead = chars.from(at);
            let inside = joins.join(before, ahead[0]);
            before = ahead[0];
            let mut each = |length: usize, value: Found| {
                let ends_inside = joins.join(ahead[length - 1], ahead[length]);
                let place = |spelling| self.place(chars.start(at), chars.start(at + length), ends_inside, spelling);
                let mut spelling = value & SPELLING;
                if value & BOUND != 0 {
                    if !(inside || ends_inside && value & CLOSED != 0) {
                        found(place(spelling));
                    }
                    spelling += 1;
                }
                if value & FREE != 0 {
                    let (this, next) = self.spelling(spelling);
                    let links = &self.needed[this.needed as usize..next.needed as usize];
                    needed.found(links, chars.start(at));
                    if this.uses < next.uses {
                        found(place(spelling));
                    }
                }
            };
            if inside {
                self.free.walk(ahead, each);
                continue;
            }
            self.all.walk(ahead, &mut each);
            if ahead[0].is_ascii_alphabetic() {
                self.slips.walk(ahead, &mut each);
                if folded.has_drawn_out() {
                    self.drawn_out.walk(ahead, |length, value| {
                        if folded.is_drawn_out(chars.start(at)..chars.start(at + length)) {
                            each(length, value);
                        }
                    });
                }
            }
        }
    }

    /// The cues of a place.
    pub(crate) fn cues(&self, cues: Cues) -> &[Use] {
        let (this, next) = self.spelling(cues.0);
        &self.uses[this.cues as usize..next.uses as usize]
    }

    /// Whether something stands in a text of symbols and punctuation alone: an emoticon, say.
    pub(crate) fn draws(&self, chars: &Chars) -> bool {
        let mut any = false;
        for at in 0..chars.len() {
            self.free.walk(chars.from(at), |_, value| {
                let (this, next) = self.spelling((value & SPELLING) + Found::from(value & BOUND != 0));
                any |= this.uses < next.uses;
            });
        }
        any
    }

    fn spelling(&self, at: u32) -> (Spelling, Spelling) {
        (self.spellings[at as usize], self.spellings[at as usize + 1])
    }

    fn place(&self, start: u32, end: u32, ends_inside: bool, spelling: u32) -> Place<'_> {
        let (this, next) = self.spelling(spelling);
        let uses = &self.uses[this.uses as usize..this.cues as usize];
        Place { start, end, ends_inside, uses, cues: (this.cues < next.uses).then_some(Cues(spelling)) }
    }
}

/// Patterns while they are gathered, in no order.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    right: Vec<(String, Use)>,
    slips: Vec<(String, Use)>,
}

impl Gathered {
    /// Adds a folded term, or part of one, and its slips of the pen where these are forgiven.
    pub(super) fn add(&mut self, folded: &str, forgiven: bool, one: Use) {
        if forgiven {
            self.slips.extend(variants::slips(folded).into_iter().map(|slip| (slip, one)));
        }
        self.right.push((folded.to_owned(), one));
    }

    /// Brings them into order, and adds the forms with a letter drawn out.
    pub(super) fn spell(self) -> Spelled {
        let (right, mut rare) = (grouped(self.right), grouped(self.slips));
        // A slip that is a word of the lexicon itself is that word.
        rare.retain(|(slip, _)| right.binary_search_by(|(pattern, _)| pattern.cmp(slip)).is_err());
        let closed = |ways: &Ways| ways.bound.iter().filter(|one| !one.open_end).copied().collect::<Vec<Use>>();
        let drawn_out = right.iter().flat_map(|(pattern, ways)| {
            let forms = if ways.bound.is_empty() { Vec::new() } else { variants::drawn_out(pattern) };
            let closed = if forms.is_empty() { Vec::new() } else { closed(ways) };
            forms.into_iter().flat_map(move |form| closed.clone().into_iter().map(move |one| (form.clone(), one)))
        });
        let drawn_out = grouped(drawn_out.collect());
        let (slips, free): (Vec<_>, Vec<_>) = rare.into_iter().partition(|(_, ways)| !ways.bound.is_empty());
        let slips = slips.into_iter().map(|(slip, ways)| (slip, Ways { free: Vec::new(), ..ways })).collect();
        Spelled { right, free, slips, drawn_out }
    }
}

/// The patterns in order, each with its uses in the order in which they were added.
fn grouped(mut gathered: Vec<(String, Use)>) -> Vec<(String, Ways)> {
    gathered.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut all: Vec<(String, Ways)> = Vec::new();
    for (pattern, one) in gathered {
        let ways = match all.last_mut() {
            Some((last, ways)) if *last == pattern => ways,
            _ => &mut all.push_mut((pattern, Ways::default())).1,
        };
        if one.anywhere { &mut ways.free } else { &mut ways.bound }.push(one);
    }
    all
}

/// Patterns in order, those of each list apart.
pub(super) struct Spelled {
    right: Vec<(String, Ways)>,
    /// Slips that may stand anywhere.
    free: Vec<(String, Ways)>,
    slips: Vec<(String, Ways)>,
    drawn_out: Vec<(String, Ways)>,
}

impl Spelled {
    /// The patterns, with the words that regular expressions need.
    ///
    /// # Errors
    /// Where there are more than the tries can hold; the message says of what.
    pub(super) fn finish(self, needed: NeededWords) -> Result<Patterns, String> {
        let Self { right, free, slips, drawn_out } = self;
        let mut all = right;
        all.extend(free);
        all.extend(needed.into_iter().map(|(word, link)| (word, Ways { needed: vec![link], ..Ways::default() })));
        // Both are in order but for the slips between them, which a stable sort finds out soon.
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        all.dedup_by(|(later, more), (word, ways)| {
            let same = later == word;
            if same {
                ways.needed.append(&mut more.needed);
            }
            same
        });
        let mut lists = Lists::default();
        let [all, slips, drawn_out] = [all, slips, drawn_out].map(|patterns| lists.add_all(patterns));
        let (all, slips, drawn_out) = (all?, slips?, drawn_out?);
        lists.end();
        let free: Vec<(String, Found)> = all.iter().filter(|(_, value)| value & FREE != 0).cloned().collect();
        let Lists { uses, spellings, needed } = lists;
        let (all, (free, (slips, drawn_out))) =
            rayon::join(|| Trie::new(&all), || (Trie::new(&free), (Trie::new(&slips), Trie::new(&drawn_out))));
        Ok(Patterns { all: all?, free: free?, slips: slips?, drawn_out: drawn_out?, uses, spellings, needed })
    }
}

/// What one pattern may be.
#[derive(Debug, Default)]
struct Ways {
    bound: Vec<Use>,
    free: Vec<Use>,
    /// What regular expressions need of it.
    needed: Vec<u32>,
}

/// The lists of [`Patterns`] while they grow.
#[derive(Default)]
struct Lists {
    uses: Vec<Use>,
    spellings: Vec<Spelling>,
    needed: Vec<u32>,
}

impl Lists {
    /// Adds patterns; each with its value.
    fn add_all(&mut self, patterns: Vec<(String, Ways)>) -> Result<Vec<(String, Found)>, String> {
        let mut values = Vec::with_capacity(patterns.len());
        for (pattern, Ways { bound, free, needed }) in patterns {
            let mut value = self.spellings.len() as Found;
            if value > SPELLING {
                return Err(format!("more than {SPELLING} patterns"));
            }
            if !bound.is_empty() {
                value |= if bound.iter().any(Use::may_end_inside) { BOUND } else { BOUND | CLOSED };
                self.add(bound, &[]);
            }
            if !free.is_empty() || !needed.is_empty() {
                value |= FREE;
                self.add(free, &needed);
            }
            values.push((pattern, value));
        }
        Ok(values)
    }

    /// Adds a spelling.
    fn add(&mut self, mut uses: Vec<Use>, needed: &[u32]) {
        let is_cue = |one: &Use| {
            let beside = matches!(one.owner, Owner::Driver(_, Sense::BesidePositive | Sense::BesideNegative));
            beside && matches!(one.what, What::Term(_))
        };
        uses.sort_by_key(is_cue);
        let first = self.uses.len() as u32;
        let cues = first + uses.iter().filter(|one| !is_cue(one)).count() as u32;
        self.spellings.push(Spelling { uses: first, cues, needed: self.needed.len() as u32 });
        self.uses.extend(uses);
        self.needed.extend_from_slice(needed);
    }

    fn end(&mut self) {
        self.add(Vec::new(), &[]);
    }
}

/// What no pattern may hold: code points that are no characters.
pub(super) const NO_CHARACTERS: [char; 2] = [NOTHING, '\u{FFFF}'];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::needed::{SETS, WordSet, links};
    use super::*;
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
            let needed = NEEDED.iter().zip(0..).map(|(word, at)| ((*word).to_owned(), at * SETS)).collect();
            let patterns = gathered.spell().finish(needed).unwrap();
            let segmenters = Segmenters::new(&SegmentOptions::default()).unwrap();
            let mut folded = Folded::default();
            Normalizer::new().unwrap().fold(&text, &mut folded);
            let text = folded.text.as_str();
            let mut chars = Chars::default();
            chars.read(text);

            let (mut found, mut by) = (Vec::new(), Needed::default());
            let one = WordSet { words: Vec::new(), reach: None };
            by.begin(&NEEDED.iter().flat_map(|_| links(std::slice::from_ref(&one))).collect(), &Vec::new());
            patterns.scan(&folded, &chars, segmenters.joins(), &mut by, |place| {
                found.extend(place.uses.iter().map(|one| (place.start, place.end, one.what)));
            });
            let mut all = Vec::new();
            for (start, _) in text.char_indices() {
                let at = |pattern: &str| text[start..].starts_with(pattern);
                let inside = segmenters.joins().are_around(text, start as u32);
                let place = |pattern: &str, ix| (start as u32, (start + pattern.len()) as u32, term(ix, true).what);
                all.extend((100..).zip(ANYWHERE).filter(|(_, p)| at(p)).map(|(ix, p)| place(p, ix)));
                let cut = |p: &str| segmenters.joins().are_around(text, (start + p.len()) as u32);
                all.extend((0..).zip(BOUND).filter(|(_, p)| at(p) && !inside && !cut(p)).map(|(ix, p)| place(p, ix)));
            }
            let key = |(start, end, what): &(u32, u32, What)| (*start, *end, matches!(what, What::Term(TermIx(100..))));
            found.sort_by_key(key);
            all.sort_by_key(key);
            prop_assert_eq!(found, all);
            let expected: Vec<u32> = (0..).zip(NEEDED).filter(|(_, word)| text.contains(word)).map(|(at, _)| at).collect();
            by.sort();
            prop_assert_eq!(by.ready(), expected);
        }
    }

    #[test]
    fn drawn_out_words_need_three_letters_delivered() {
        let mut gathered = Gathered::default();
        gathered.add("slow", false, term(0, false));
        let patterns = gathered.spell().finish(Vec::new()).unwrap();
        let segmenters = Segmenters::new(&SegmentOptions::default()).unwrap();
        for (text, places) in [
            ("sloooow", 1),
            ("sloow", 0),
            ("slow", 1),
            ("slowww slow", 2),
            ("veryslooow", 0),
            ("ｓloow", 0),
            ("ｓｌｏｏｏｗ", 1),
        ] {
            let mut folded = Folded::default();
            Normalizer::new().unwrap().fold(text, &mut folded);
            let mut chars = Chars::default();
            chars.read(&folded.text);
            let mut count = 0;
            patterns.scan(&folded, &chars, segmenters.joins(), &mut Needed::default(), |_| count += 1);
            assert_eq!(count, places, "{text}");
        }
    }
}
