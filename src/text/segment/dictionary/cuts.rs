//! Where tokens end: by windows, stretches that no word reaches into or out of.
//!
//! Not for jieba's own sums: those are [`super::route`], for windows where rounding decides.
//!
//! # Why a window's cut is jieba's
//!
//! jieba takes, of all ways to cut a stretch of `n` characters, the one with the largest sum of weights, a word's weight being
//! the logarithm of its share. It sums from the right end of the stretch; here a window is summed by itself, from its left end.
//! In exact arithmetic the best way is the same, since every way has a cut at a window's ends. In floating point both know the
//! same weights, to the bit, and both keep for each place the largest of its sums. A sum has at most `n` additions, and no
//! result above `n · w`, where `w` is the logarithm of all words' sum of frequencies, the largest that a weight can be. So each
//! addition is off by at most `u · n · w`, `u` being half the distance from 1 to the next number, and each sum, or largest of
//! sums, by at most `n · u · n · w`, but for a factor below 1 + 2 n u. If at each place of the best way the second best here is
//! lower by more than four such errors (of two sums, here and of jieba), then jieba's sums prefer the same way at each place:
//! every other way is worse by more than jieba's own errors. [`Words::doubt`] is twice that. Where the second best is closer,
//! often because it is equal, jieba's own sums are done.

use super::Words;
use super::image::{Prefix, code, code_of_bytes};
use super::route::Route;

/// Buffers for cutting, used again: nothing is allocated once they have grown.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    stretch: Stretch,
    places: Vec<Place>,
    /// Ends of a window's tokens, the last first.
    tokens: Vec<u32>,
    route: Route,
    /// How many stretches were done in jieba's own way so far.
    #[cfg(test)]
    pub(super) routes: u64,
}

/// What is cut: characters that jieba looks for words with.
#[derive(Debug, Clone, Default)]
struct Stretch {
    codes: Vec<u32>,
    /// The byte after each character; empty if every character has three bytes.
    ends: Vec<usize>,
    /// Its first byte.
    start: usize,
}

impl Stretch {
    /// Takes in the characters at the beginning of `text`, in place of those of another; gives how many bytes they have. `start`
    /// is where `text` starts in what positions are of.
    #[inline]
    fn take(&mut self, text: &str, start: usize) -> usize {
        self.codes.clear();
        self.ends.clear();
        self.start = start;
        let (threes, rest) = text.as_bytes().as_chunks();
        self.codes.extend(threes.iter().map_while(|bytes| code_of_bytes(*bytes)));
        if rest.is_empty() && self.codes.len() == threes.len() {
            return text.len();
        }
        self.take_any(text)
    }

    /// As [`Self::take`], where characters differ in length.
    #[cold]
    fn take_any(&mut self, text: &str) -> usize {
        self.codes.clear();
        self.ends.clear();
        let mut end = 0;
        for c in text.chars().take_while(|c| is_of_words(*c)) {
            end += c.len_utf8();
            self.codes.push(code(c));
            self.ends.push(self.start + end);
        }
        end
    }

    /// The byte after character `character - 1`.
    #[inline]
    fn end(&self, character: usize) -> usize {
        if self.ends.is_empty() {
            self.start + 3 * character
        } else {
            character.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(self.start)
        }
    }
}

/// The best way from a window's start to a place in it.
#[derive(Debug, Clone, Copy)]
struct Place {
    weight: f64,
    /// Where its last word starts.
    from: u32,
    /// Whether another way is as good or as good as equal.
    is_close: bool,
}

impl Place {
    const UNREACHED: Self = Self { weight: f64::NEG_INFINITY, from: 0, is_close: false };

    /// Takes in another way here.
    #[inline]
    fn offer(&mut self, weight: f64, from: u32, doubt: f64) {
        if weight > self.weight + doubt {
            *self = Self { weight, from, is_close: false };
        } else if weight >= self.weight - doubt {
            self.is_close = true;
            if weight > self.weight {
                (self.weight, self.from) = (weight, from);
            }
        }
    }
}

/// Rounding decides in the window that starts at this character.
struct Close(usize);

impl Words {
    /// Cuts `run`, Chinese characters only, as jieba does without its model; `each` gets the byte after each token, in order.
    pub fn cut(&self, run: &str, scratch: &mut Scratch, mut each: impl FnMut(usize)) {
        let doubt = self.doubt(run.len());
        let mut start = 0;
        while start < run.len() {
            let length = scratch.stretch.take(&run[start..], start);
            self.cut_stretch(scratch, doubt, &mut each);
            start += length;
            // Between stretches stand characters that are tokens by themselves.
            for c in run[start..].chars().take_while(|c| !is_of_words(*c)) {
                start += c.len_utf8();
                each(start);
            }
        }
    }

    /// Cuts what the scratch holds, which is all of a stretch for jieba.
    #[inline]
    fn cut_stretch(&self, scratch: &mut Scratch, doubt: f64, each: &mut impl FnMut(usize)) {
        if let Err(Close(at)) = self.cut_apart(scratch, doubt, each) {
            self.route_from(at, scratch, each);
        }
    }

    /// Cuts what the scratch holds, from character `at` on, in jieba's own way: it holds a stretch up to its end.
    #[cold]
    fn route_from(&self, at: usize, scratch: &mut Scratch, each: &mut impl FnMut(usize)) {
        #[cfg(test)]
        {
            scratch.routes += 1;
        }
        let stretch = &scratch.stretch;
        scratch.route.cut(self, &stretch.codes, at, |end| each(stretch.end(end)));
    }

    /// How close two sums may be before rounding may decide, in a text of so many bytes: see the module.
    fn doubt(&self, bytes: usize) -> f64 {
        // A Chinese character has three bytes or more.
        let characters = (bytes / 3 + 1) as f64;
        4.0 * f64::EPSILON * characters * characters * self.log_total
    }

    /// Cuts what the scratch holds, window by window, up to a window where rounding decides.
    #[inline]
    fn cut_apart(&self, scratch: &mut Scratch, doubt: f64, each: &mut impl FnMut(usize)) -> Result<(), Close> {
        let Scratch { stretch, places, tokens, .. } = scratch;
        let codes = stretch.codes.as_slice();
        let is_short = doubt < SURE;
        let mut at = 0;
        while at < codes.len() {
            // Characters one by one, up to where a window needs its sums.
            let mut double = self.double(&codes[at..]);
            let mut is_second = false;
            while at < codes.len() && (is_second || double == Double::None || double == Double::Whole && is_short) {
                let next = self.double(codes.get(at + 1..).unwrap_or_default());
                let is_first = double == Double::Whole && !is_second;
                if is_first && next != Double::None {
                    break;
                }
                at += 1;
                if !is_first {
                    each(stretch.end(at));
                }
                is_second = is_first;
                double = next;
            }
            if at == codes.len() {
                break;
            }
            let reach = self.open_window(&codes[at..], places, doubt);
            tokens.clear();
            let mut end = reach;
            while end > 0 {
                let Some(place) = places.get(end).filter(|place| !place.is_close) else { return Err(Close(at)) };
                tokens.push(end as u32);
                end = place.from as usize;
            }
            for token in tokens.iter().rev() {
                each(stretch.end(at + *token as usize));
            }
            at += reach;
        }
        Ok(())
    }

    /// What begins with the first two of `codes`.
    #[inline]
    fn double(&self, codes: &[u32]) -> Double {
        let [first, second, rest @ ..] = codes else { return Double::None };
        let prefix = Prefix::pair(*first, *second);
        if self.added.may_begin(*first, *second) {
            Double::Any
        } else if !prefix.is_any() {
            Double::None
        } else if rest.first().is_some_and(|third| prefix.may_have(*third)) {
            Double::Any
        } else if prefix.is_whole() {
            Double::Whole
        } else if prefix.frequency() == 0 {
            Double::None
        } else {
            Double::Any
        }
    }

    /// Finds the best way from the start of `codes` to each place up to the first that no word spans, and gives that place.
    #[inline]
    fn open_window(&self, codes: &[u32], places: &mut Vec<Place>, doubt: f64) -> usize {
        if places.len() <= codes.len() {
            places.resize(codes.len() + 1, Place::UNREACHED);
        }
        let places = places.as_mut_slice();
        places[0] = Place { weight: 0.0, ..Place::UNREACHED };
        let (mut here, mut reach) = (0, 0);
        while here == 0 || here < reach {
            let so_far = places[here].weight;
            if so_far > f64::NEG_INFINITY {
                self.each_at_start(&codes[here..], |length, weight| {
                    let end = here + length;
                    while reach < end {
                        reach += 1;
                        places[reach] = Place::UNREACHED;
                    }
                    places[end].offer(so_far + weight, here as u32, doubt);
                });
            }
            here += 1;
        }
        reach
    }
}

/// A doubt below this turns nothing between a word and one half as likely: it is well below the logarithm of 2.
const SURE: f64 = 0.1;

/// What begins with two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Double {
    /// No word of two or more characters.
    None,
    /// One word, of the two, that is not cut where nothing begins with the second.
    Whole,
    /// Whatever there may be.
    Any,
}

/// Whether jieba looks for words with this character: one of the unified ideographs. 〇 and 々 are none.
#[inline]
const fn is_of_words(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2EBEF}'
        | '\u{2F800}'..='\u{2FA1F}')
}
