//! What every comment of a reduction adds to the sums of a cell, worked out once: the slots of sums, as numbers.
//!
//! Not for who says it in which cell. Sums of a cell are one list of slots for each column; see [`Slots`] for what stands where.

use std::collections::HashMap;
use std::sync::Mutex;

use rayon::prelude::*;

use super::cells::Cells;
use super::credit::Fraction;
use super::packed;
use super::rows::{Draft, Effects};
use super::sums::UNSCORED;
use crate::types::{Band, Residual, Stance, Voice};

/// What a slot of sums counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Everyone.
    All,
    /// Who left a comment.
    Commented,
    /// Who mentions at least one driver.
    Covered,
    /// Who mentions a row with this stance.
    Stance(usize, Stance),
    /// Who raises a row with this voice.
    Voice(usize, Voice),
    /// Whom a residual bucket holds.
    Held(usize),
    /// Who gives a row this part of the credit.
    Credit(usize, Fraction),
}

const ALL: u32 = 0;
const COMMENTED: u32 = 1;
const COVERED: u32 = 2;
/// Slots before those of rows.
const FIRST: u32 = 3;
/// Slots of a row, but for those of credits: four stances, four voices, whom it holds.
const PER_ROW: u32 = 9;
/// Where a row's voices begin.
const VOICES: u32 = 4;
/// Where a row counts whom it holds.
const HELD: u32 = 8;

/// What stands where: the cell's own slots, then [`PER_ROW`] for each row, then one for each part of the credit that any row gets.
#[derive(Debug)]
pub(super) struct Slots {
    rows: usize,
    credits: Vec<(u32, Fraction)>,
}

impl Slots {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.before_credits() + self.credits.len()
    }

    fn before_credits(&self) -> usize {
        FIRST as usize + self.rows * PER_ROW as usize
    }

    /// What a slot counts.
    pub(super) fn meaning(&self, slot: usize) -> Meaning {
        if let Some(credit) = slot.checked_sub(self.before_credits()) {
            let (row, part) = self.credits[credit];
            return Meaning::Credit(row as usize, part);
        }
        let Some(of_row) = slot.checked_sub(FIRST as usize) else {
            return [Meaning::All, Meaning::Commented, Meaning::Covered][slot];
        };
        let (row, place) = (of_row / PER_ROW as usize, of_row % PER_ROW as usize);
        match place {
            0..4 => Meaning::Stance(row, Stance::ALL[place]),
            4..8 => Meaning::Voice(row, Voice::ALL[place - VOICES as usize]),
            _ => Meaning::Held(row),
        }
    }
}

/// Comments whose effects one thread works out at a time.
const BLOCK: usize = 512;

/// The effects of some comments that follow each other.
#[derive(Debug, Default)]
struct Block {
    slots: Vec<u32>,
    /// By comment: where its slots of all columns end, and where those of each column do.
    ends: Vec<[u32; 5]>,
}

/// The effects of all comments, by their place in the order of comments.
#[derive(Debug)]
pub(super) struct Store {
    slots: Slots,
    blocks: Vec<Block>,
}

impl Store {
    /// Of comments in this order, in those bands in which somebody says them.
    pub(super) fn new(cells: &Cells, order: &[u32], maker: &Effects<'_>) -> Self {
        let numbered = Mutex::new(HashMap::new());
        let base = FIRST + maker.rows.len() as u32 * PER_ROW;
        let blocks = order
            .par_chunks(BLOCK)
            .map_init(
                || Making { maker, base, known: HashMap::new(), numbered: &numbered, draft: Draft::default() },
                |making, some| making.block(cells, some),
            )
            .collect();
        let numbered = numbered.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut credits: Vec<(u32, (u32, Fraction))> = numbered.into_iter().map(|(credit, at)| (at, credit)).collect();
        credits.sort_unstable_by_key(|(at, _)| *at);
        let credits = credits.into_iter().map(|(_, credit)| credit).collect();
        Self { slots: Slots { rows: maker.rows.len(), credits }, blocks }
    }

    /// What stands where.
    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }

    /// The slots to which a comment adds in a column: those that are the same in all columns, and those of this one.
    pub(super) fn of(&self, comment: u32, column: usize) -> [&[u32]; 2] {
        let (block, at) = (&self.blocks[comment as usize / BLOCK], comment as usize % BLOCK);
        let start = if at == 0 { 0 } else { block.ends[at - 1][4] };
        let ends = block.ends[at];
        let slots = |from: u32, to: u32| &block.slots[from as usize..to as usize];
        [slots(start, ends[0]), slots(ends[column], ends[column + 1])]
    }
}

/// What one thread needs to work out effects.
struct Making<'a> {
    maker: &'a Effects<'a>,
    /// The slot of the first credit.
    base: u32,
    /// The credits that this thread has met, by what they are.
    known: HashMap<(u32, Fraction), u32>,
    /// Those that all threads have met. Which comes first differs from run to run; no figure depends on it.
    numbered: &'a Mutex<HashMap<(u32, Fraction), u32>>,
    draft: Draft,
}

impl Making<'_> {
    fn block(&mut self, cells: &Cells, comments: &[u32]) -> Block {
        let mut block = Block::default();
        let mut said = Vec::new();
        for comment in comments {
            let residual = packed::unpack(cells.comments().get(*comment), &mut said);
            self.maker.mention(&said, residual, &mut self.draft);
            let slots = &mut block.slots;
            slots.push(ALL);
            let bucket = residual.map(|(bucket, _)| bucket);
            slots.extend((bucket != Some(Residual::NoComment)).then_some(COMMENTED));
            slots.extend(bucket.is_none().then_some(COVERED));
            let of_row = |row: u32| FIRST + row * PER_ROW;
            slots.extend(self.draft.stances.iter().map(|(row, stance)| of_row(*row) + *stance as u32));
            for (row, voices) in &self.draft.voices {
                slots.extend(voices.iter().map(|voice| of_row(*row) + VOICES + voice as u32));
            }
            let mut ends = [slots.len() as u32; 5];
            for column in 0..=UNSCORED {
                if cells.columns(*comment) & 1 << column != 0 {
                    let band = Band::ALL.get(column).copied();
                    let held = self.maker.share_out(band, &said, bucket, &mut self.draft);
                    block.slots.extend(held.map(|row| of_row(row) + HELD));
                    for at in 0..self.draft.credits.len() {
                        let slot = self.slot(self.draft.credits[at]);
                        block.slots.push(slot);
                    }
                }
                ends[column + 1] = block.slots.len() as u32;
            }
            block.ends.push(ends);
        }
        block.slots.shrink_to_fit();
        block
    }

    /// The slot of a part of the credit.
    fn slot(&mut self, credit: (u32, Fraction)) -> u32 {
        let (numbered, base) = (self.numbered, self.base);
        *self.known.entry(credit).or_insert_with(|| {
            let mut numbered = numbered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let next = base + numbered.len() as u32;
            *numbered.entry(credit).or_insert(next)
        })
    }
}
