//! The folded text and the way back from it: a sparse list of the places where lengths differ.
//!
//! Not for deciding what folds: that is the folder's other files.

use std::ops::Range;

/// A folded text that knows which bytes of the delivered text each of its bytes stands for.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// Where folding changed a length, in order and apart; between two of them the texts go byte by byte.
    edits: Vec<Edit>,
    /// Bytes of the letters that each stand for the third and further of a row, in order.
    drawn_out: Vec<u32>,
    /// A buffer of the size of the text, for passes over all of it.
    pub(super) spare: String,
}

/// Bytes `start..end` of the folded text stand, all together, for `from..to` of the delivered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edit {
    start: u32,
    end: u32,
    from: u32,
    to: u32,
}

impl Folded {
    /// The bytes of the delivered text for which bytes `folded` of the folded text stand: whole characters of it. Characters that
    /// folding removed are inside where they stand between two that remain, not at the ends.
    pub fn delivered(&self, folded: Range<u32>) -> Range<u32> {
        let after = self.edits.partition_point(|edit| edit.start <= folded.start);
        let start = match after.checked_sub(1).map(|i| self.edits[i]) {
            None => folded.start,
            Some(edit) if folded.start < edit.end => edit.from,
            Some(edit) => edit.to + (folded.start - edit.end),
        };
        let after = self.edits.partition_point(|edit| edit.start < folded.end);
        let end = match after.checked_sub(1).map(|i| self.edits[i]) {
            None => folded.end,
            Some(edit) if folded.end <= edit.end => edit.to,
            Some(edit) => edit.to + (folded.end - edit.end),
        };
        start..end.max(start)
    }

    /// Whether folding kept every byte where it was.
    pub fn is_aligned(&self) -> bool {
        self.edits.is_empty()
    }

    /// Whether the text delivered more of a letter in a row than these bytes hold: "sloow" of "sloooow".
    pub fn is_drawn_out(&self, folded: Range<u32>) -> bool {
        let first = self.drawn_out.partition_point(|at| *at < folded.start);
        self.drawn_out.get(first).is_some_and(|at| *at < folded.end)
    }

    /// Whether any letter of the text is drawn out.
    pub fn has_drawn_out(&self) -> bool {
        !self.drawn_out.is_empty()
    }

    /// Empties it and keeps its buffers.
    pub fn clear(&mut self) {
        self.text.clear();
        self.edits.clear();
        self.drawn_out.clear();
    }

    /// Where in the delivered text the end of the folded text is.
    fn reached(&self) -> u32 {
        match self.edits.last() {
            None => self.len(),
            Some(edit) => edit.to + (self.len() - edit.end),
        }
    }

    fn len(&self) -> u32 {
        self.text.len() as u32
    }

    /// Writes `c` for bytes `from` of the delivered text; `first` unless it is a further character for the same bytes.
    pub(super) fn push(&mut self, c: char, from: Range<usize>, first: bool) {
        let start = self.len();
        self.text.push(c);
        if !first {
            // The first one made, or lengthened, an edit or has the same bytes without one.
            self.widen(start, from);
        } else if c.len_utf8() != from.len() {
            self.edits.push(Edit { start, end: self.len(), from: from.start as u32, to: from.end as u32 });
        }
    }

    /// Takes the character just written, from `start` on, into the edit of what was written for the same bytes.
    fn widen(&mut self, start: u32, from: Range<usize>) {
        let end = self.len();
        match self.edits.last_mut() {
            Some(edit) if edit.end == start => edit.end = end,
            _ => {
                let length = self.text[..start as usize].chars().next_back().map_or(0, char::len_utf8) as u32;
                self.edits.push(Edit { start: start - length, end, from: from.start as u32, to: from.end as u32 });
            }
        }
    }

    /// Lets the last character of the folded text stand for the delivered text up to byte `to` too. `popped` bytes of it were
    /// just taken away, for [`Self::append`] to write anew.
    pub(super) fn extend(&mut self, to: usize, popped: usize) {
        let to = to as u32;
        let end = self.len();
        if let Some(edit) = self.edits.last_mut()
            && edit.end == end + popped as u32
        {
            edit.end = end;
            edit.to = to;
            return;
        }
        // Without an edit at the end, the character has the same length in both texts.
        let reached = match self.edits.last() {
            None => end + popped as u32,
            Some(edit) => edit.to + (end + popped as u32 - edit.end),
        };
        let length = match popped {
            0 => self.text.chars().next_back().map_or(0, char::len_utf8),
            popped => popped,
        } as u32;
        let start = end + popped as u32 - length;
        self.edits.push(Edit { start, end, from: reached - length, to });
    }

    /// Notes that the last character of the folded text stands for more of a row than it holds.
    pub(super) fn draw_out(&mut self) {
        let length = self.text.chars().next_back().map_or(0, char::len_utf8) as u32;
        let at = self.len() - length;
        if self.drawn_out.last() != Some(&at) {
            self.drawn_out.push(at);
        }
    }

    /// Writes `c` into the edit that [`Self::extend`] left at the end.
    pub(super) fn append(&mut self, c: char) {
        self.text.push(c);
        let end = self.len();
        if let Some(edit) = self.edits.last_mut() {
            edit.end = end;
        }
    }

    /// Leaves bytes `from` of the delivered text out.
    pub(super) fn remove(&mut self, from: Range<usize>) {
        debug_assert_eq!(
            self.reached() as usize,
            from.start,
            "nothing is left between what is written and what is removed"
        );
        let end = self.len();
        match self.edits.last_mut() {
            Some(edit) if edit.start == end && edit.end == end => edit.to = from.end as u32,
            _ => self.edits.push(Edit { start: end, end, from: from.start as u32, to: from.end as u32 }),
        }
    }

    /// Whether nothing was removed after the last character.
    pub(super) fn ends_in_character(&self) -> bool {
        let end = self.len();
        end > 0 && self.edits.last().is_none_or(|edit| edit.start < end)
    }
}
