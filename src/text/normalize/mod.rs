//! Folding: delivered text to the one form on which terms are matched, with the way back kept for every byte.
//!
//! Not for showing: what people see is the delivered text. Not stemming either: words stay as they were written.
//!
//! What folds: case, full-width and other compatibility forms, Traditional characters, HTML entities, invisible characters,
//! kinds of space, apostrophe and dash, repeated punctuation, and the third and further of one Latin letter in a row.

pub(in crate::text) mod entities;
mod folded;
mod table;

use unicode_normalization::char::{canonical_combining_class, compose};

use super::chars::is_latin_letter;
use crate::Result;

pub use folded::Folded;
use table::{Class, Table};

/// Folds texts; made once, shared by all threads.
pub struct Normalizer {
    table: Table,
}

/// What the last character that was written means for the next.
#[derive(Clone, Copy)]
struct Before {
    /// The last character, folded; none at the start and after what never repeats.
    last: char,
    /// How many of it stood in a row.
    row: u32,
}

const NOTHING: Before = Before { last: '\0', row: 0 };

impl Normalizer {
    /// Loads the conversion of Traditional Chinese; tables are built when they are needed.
    pub fn new() -> Result<Self> {
        Ok(Self { table: Table::new()? })
    }

    /// Builds now what folding common Chinese needs.
    pub fn warm(&self) {
        self.table.warm();
    }

    /// Folds `delivered` into `out`, whose buffers are used again.
    pub fn fold(&self, delivered: &str, out: &mut Folded) {
        out.clear();
        out.text.reserve(delivered.len());
        let mut before = NOTHING;
        let mut traditional = false;
        // `copied..` is not written yet; as far as `i` it is folded already.
        let (mut copied, mut i) = (0, 0);
        let mut rest = delivered.chars();
        while let Some(c) = rest.next() {
            let class = self.table.class(c);
            let mut end = i + c.len_utf8();
            match class {
                Class::Solid => before = NOTHING,
                Class::Traditional => (before, traditional) = (NOTHING, true),
                Class::Repeats if c != before.last && c != '&' && (c, before.last) != ('.', '…') => {
                    before = Before { last: c, row: 1 }
                }
                // Two of a letter are common, and need no look at what was written.
                Class::Repeats if before.row == 1 && c.is_ascii_lowercase() => before.row = 2,
                _ => {
                    out.text.push_str(&delivered[copied..i]);
                    if c == '&'
                        && let Some((entity, length)) = entities::decode(&delivered[i..])
                    {
                        end = i + length;
                        rest = delivered[end..].chars();
                        traditional |= self.put_folded(entity, i..end, &mut before, out);
                    } else {
                        traditional |= self.put_folded(c, i..end, &mut before, out);
                    }
                    copied = end;
                }
            }
            i = end;
        }
        out.text.push_str(&delivered[copied..]);
        if traditional {
            self.table.simplify(out);
        }
    }

    /// Folds one character that stands for bytes `from` of the delivered text; whether a Traditional one was written.
    fn put_folded(&self, c: char, from: std::ops::Range<usize>, before: &mut Before, out: &mut Folded) -> bool {
        if let Some(folded) = self.table.single(c) {
            put(folded, from, true, before, out);
            return self.table.class(folded) == Class::Traditional;
        }
        let mut traditional = false;
        let mut first = true;
        self.table.fold(c, |folded| {
            traditional |= matches!(self.table.class(folded), Class::Traditional);
            put(folded, from.clone(), first, before, out);
            first = false;
        });
        if first {
            out.remove(from);
        }
        traditional
    }
}

/// Writes one folded character, unless it only repeats the last. `first`: it is the first that its delivered character gives.
fn put(c: char, from: std::ops::Range<usize>, first: bool, before: &mut Before, out: &mut Folded) {
    if before.row > 0 && c == before.last {
        before.row += 1;
        if c == '.' {
            // Two dots or more trail off; they do not end a sentence.
            out.text.pop();
            out.extend(from.end, '.'.len_utf8());
            out.append('…');
            before.last = '…';
            return;
        }
        let letter = is_latin_letter(c);
        if if letter { before.row > 2 } else { !c.is_alphanumeric() } {
            out.extend(from.end, 0);
            if letter {
                out.draw_out();
            }
            return;
        }
    } else if c == '.' && before.last == '…' {
        out.extend(from.end, 0);
        return;
    } else if canonical_combining_class(c) != 0
        && out.ends_in_character()
        && let Some(base) = out.text.chars().next_back()
        && let Some(both) = compose(base, c)
    {
        out.text.pop();
        out.extend(from.end, base.len_utf8());
        out.append(both);
        *before = Before { last: both, row: 1 };
        return;
    } else {
        *before = Before { last: c, row: 1 };
    }
    out.push(c, from, first);
}

#[cfg(test)]
mod tests;
