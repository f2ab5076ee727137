//! The table of what each character folds to: looked up per character, built a page at a time.
//!
//! Not for what depends on neighbours: repeated marks and composing are in the folder's first file; phrases of Traditional
//! Chinese are the one exception, since the converter is here.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::super::chars::{is_han, is_latin_letter};
use super::folded::Folded;
use crate::{Error, ErrorKind, Result};

/// What the folding has to do at a character.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// Stays as it is, next to whatever.
    Solid,
    /// Stays as it is, unless it repeats the one before.
    Repeats,
    /// A Traditional character; stays until the pass that knows phrases.
    Traditional,
    /// Anything else: ask [`Table::fold`].
    Changes,
}

/// The first code point beyond the table: the rest is rare, and worked out each time.
const TABLE: usize = 0x1_0000;

/// Characters of a page.
const PAGE: usize = 0x100;

/// Per character: class and folded form. Made a page at a time, when a character of it is first met: most scripts never are.
pub(super) struct Table {
    pages: Vec<OnceLock<Page>>,
    opencc: OpenCC,
}

/// What is known of [`PAGE`] characters in a row.
struct Page {
    classes: [Class; PAGE],
    /// Simplified forms of Traditional characters of the same length; 0 for all others.
    simplified: [u16; PAGE],
    /// What a character folds to, where that is one character below the table's end; 0 for all others.
    single: [u16; PAGE],
}

impl Table {
    pub(super) fn new() -> Result<Self> {
        let opencc = OpenCC::from_config(BuiltinConfig::T2s).map_err(|e| {
            Error::new(ErrorKind::Usage, "opencc", "the conversion of Traditional Chinese cannot be loaded").source(e)
        })?;
        Ok(Self { pages: (0..TABLE / PAGE).map(|_| OnceLock::new()).collect(), opencc })
    }

    /// The page of a character, and its place there; none beyond the table.
    #[inline]
    fn page(&self, c: char) -> Option<(&Page, usize)> {
        let at = c as usize;
        let page = self.pages.get(at / PAGE)?;
        Some((page.get_or_init(|| self.make(at / PAGE * PAGE)), at % PAGE))
    }

    /// The page that begins with this code point.
    #[cold]
    fn make(&self, first: usize) -> Page {
        let mut page = Page { classes: [Class::Changes; PAGE], simplified: [0; PAGE], single: [0; PAGE] };
        // No character has the code point of a surrogate.
        let all = (0..PAGE).filter_map(|at| Some((at, char::from_u32((first + at) as u32)?)));
        let mut forms = Vec::new();
        let simple = self.all_simple(all.clone().map(|(_, c)| c));
        for ((at, c), simple) in all.zip(simple) {
            if let Some(simple) = simple
                && simple.len_utf8() == c.len_utf8()
            {
                page.simplified[at] = simple as u16;
            }
            forms.clear();
            let simple_of = |form| if form == c { simple } else { self.simple(form) };
            fold_by(c, simple_of, |form| forms.push(form));
            page.classes[at] = work_out(c, simple, &forms);
            if let [form] = forms[..] {
                page.single[at] = u16::try_from(u32::from(form)).unwrap_or_default();
            }
        }
        page
    }

    /// Makes the pages of all common Chinese characters, which takes some milliseconds.
    pub(super) fn warm(&self) {
        for first in ('\u{4E00}'..='\u{9FFF}').step_by(PAGE) {
            self.page(first);
        }
    }

    #[inline]
    pub(super) fn class(&self, c: char) -> Class {
        match self.page(c) {
            Some((page, at)) => page.classes[at],
            // Pictographs, by far the most frequent out here.
            None if matches!(c, '\u{1F300}'..='\u{1FAFF}') => Class::Solid,
            None => Class::Changes,
        }
    }

    /// What `c` folds to where that is one character that the table holds: no other answer than [`Self::fold`]'s.
    #[inline]
    pub(super) fn single(&self, c: char) -> Option<char> {
        let (page, at) = self.page(c)?;
        char::from_u32(u32::from(page.single[at])).filter(|_| page.single[at] != 0)
    }

    /// The Simplified form of a Traditional character.
    fn simple(&self, c: char) -> Option<char> {
        let mut buffer = [0; 4];
        let simple = self.opencc.convert(c.encode_utf8(&mut buffer));
        let mut chars = simple.chars();
        chars.next().filter(|simple| *simple != c && chars.next().is_none())
    }

    /// As [`Self::simple`], of many characters: none of those that are not Chinese.
    fn all_simple(&self, chars: impl Iterator<Item = char> + Clone) -> Vec<Option<char>> {
        // No phrase reaches over the end of a line.
        let lines: String = chars.clone().flat_map(|c| [if is_han(c) { c } else { ' ' }, '\n']).collect();
        let simple = self.opencc.convert(&lines);
        let only = |line: &str| {
            let mut chars = line.chars();
            chars.next().filter(|_| chars.next().is_none())
        };
        chars.zip(simple.lines()).map(|(c, line)| only(line).filter(|simple| is_han(c) && *simple != c)).collect()
    }

    /// Gives the characters to which `c` folds by itself; none where it is left out.
    pub(super) fn fold(&self, c: char, give: impl FnMut(char)) {
        fold_by(c, |form| self.simple(form), give);
    }

    /// Turns the Traditional stretches of a folded text into Simplified ones of the same length, by phrases where the phrase has
    /// as many characters in both.
    pub(super) fn simplify(&self, out: &mut Folded) {
        let mut text = std::mem::take(&mut out.spare);
        text.clear();
        let mut rest = out.text.as_str();
        while !rest.is_empty() {
            let (other, from_han) = rest.split_at(rest.find(is_han).unwrap_or(rest.len()));
            text.push_str(other);
            let (han, after) = from_han.split_at(from_han.find(|c| !is_han(c)).unwrap_or(from_han.len()));
            rest = after;
            if han.chars().all(|c| self.class(c) != Class::Traditional) {
                text.push_str(han);
                continue;
            }
            let by_phrase = self.opencc.convert(han);
            if han.chars().map(char::len_utf8).eq(by_phrase.chars().map(char::len_utf8)) {
                text.push_str(&by_phrase);
            } else {
                text.extend(han.chars().map(|c| self.simplified_or_same(c)));
            }
        }
        debug_assert_eq!(text.len(), out.text.len(), "offsets hold only where lengths stay");
        out.spare = std::mem::replace(&mut out.text, text);
    }

    fn simplified_or_same(&self, c: char) -> char {
        let simple = self.page(c).map_or(0, |(page, at)| page.simplified[at]);
        char::from_u32(u32::from(simple)).filter(|_| simple != 0).unwrap_or(c)
    }
}

/// As [`Table::fold`], where the Simplified forms of characters are told.
fn fold_by(c: char, simple: impl Fn(char) -> Option<char>, mut give: impl FnMut(char)) {
    // Only where the Simplified form has another length than the Traditional one: in the rare planes, and outside phrases.
    let simple_of_other_length = |form: char| {
        let simple = if is_han(form) { simple(form) } else { None };
        simple.filter(|simple| simple.len_utf8() != form.len_utf8() || (form as usize) >= TABLE)
    };
    match special(c) {
        Special::Gone => return,
        Special::Is(one) => return give(one),
        Special::No => {}
    }
    if c.is_ascii() {
        give(c.to_ascii_lowercase());
        return;
    }
    // Unified ideographs are their own compatibility form, and Simplified later.
    if matches!(c, '\u{4E00}'..='\u{9FFF}') {
        give(simple_of_other_length(c).unwrap_or(c));
        return;
    }
    let forms = std::iter::once(c).nfkc();
    // A mark that stands alone (´, ￣) would become a space and a mark that composes with what comes before.
    if forms.clone().next() == Some(' ') && forms.clone().nth(1).is_some() {
        give(c);
        return;
    }
    for form in forms {
        let form = if let Special::Is(other) = special(form) { other } else { form };
        let form = simple_of_other_length(form).unwrap_or(form);
        form.to_lowercase().for_each(&mut give);
    }
}

/// The class of a character with this Simplified form that folds to `forms`.
fn work_out(c: char, simple: Option<char>, forms: &[char]) -> Class {
    if forms != [c] || canonical_combining_class(c) != 0 {
        Class::Changes
    } else if simple.is_some_and(|simple| simple.len_utf8() == c.len_utf8()) {
        Class::Traditional
    } else if c.is_numeric() || c.is_alphabetic() && !is_latin_letter(c) {
        Class::Solid
    } else {
        Class::Repeats
    }
}

/// What a character folds to by a rule of this project, before any of Unicode's.
enum Special {
    /// It is left out.
    Gone,
    /// It folds to this one, perhaps itself.
    Is(char),
    /// No such rule.
    No,
}

fn special(c: char) -> Special {
    Special::Is(match c {
        // Invisible: byte order marks, zero-width characters, directions, soft hyphens, variation selectors.
        '\u{FEFF}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2060}'..='\u{2064}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{AD}'
        | '\u{180E}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0100}'..='\u{E01EF}' => return Special::Gone,
        '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '’' | '‘' | '‛' | '`' | '´' | 'ʼ' | '＇' | '｀' => '\'',
        '“' | '”' | '„' | '＂' => '"',
        '‐' | '‑' | '‒' | '–' | '−' | '﹣' | '－' => '-',
        '〜' => '~',
        '‥' => '…',
        // Compatibility forms that are no words: "™" is not "tm", "№1" says no "no", and a circled number begins an item.
        '…' | '™' | '℠' | '№' | 'ª' | 'º' | '\u{2460}'..='\u{24FF}' => c,
        c if c.is_whitespace() => ' ',
        _ => return Special::No,
    })
}
