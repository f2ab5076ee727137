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
use super::varint;
use crate::types::{Band, Residual, Said, Stance, Voice};

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
/// The most comments whose effects are kept; they take some hundred bytes each. Those of more are worked out again wherever they are
/// needed, so that a survey of any size takes the same memory for them.
const MOST_KEPT: usize = 1 << 19;

/// The effects of one comment.
#[derive(Debug, Default)]
struct Effect {
    slots: Vec<u32>,
    /// Where its slots of all columns end, and where those of each column do.
    ends: [u32; LISTS],
}

/// The slots of all columns, and those of each.
const LISTS: usize = UNSCORED + 2;

impl Effect {
    /// The slots of all columns and those of one.
    fn of(&self, column: usize) -> [&[u32]; 2] {
        let slots = |from: u32, to: u32| &self.slots[from as usize..to as usize];
        [slots(0, self.ends[0]), slots(self.ends[column], self.ends[column + 1])]
    }
}

/// The effects of some comments that follow each other, in few bytes.
#[derive(Debug, Default)]
struct Block {
    /// Of each comment its lists: how many slots, then these.
    bytes: Vec<u8>,
    /// By comment: where its bytes end.
    ends: Vec<u32>,
}

impl Block {
    fn push(&mut self, effect: &Effect) {
        let mut start = 0;
        for end in effect.ends {
            varint::put(&mut self.bytes, end - start);
            for slot in &effect.slots[start as usize..end as usize] {
                varint::put(&mut self.bytes, *slot);
            }
            start = end;
        }
        self.ends.push(self.bytes.len() as u32);
    }

    fn get(&self, at: usize, effect: &mut Effect) {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let mut bytes = self.bytes[start as usize..self.ends[at] as usize].iter();
        effect.slots.clear();
        for end in &mut effect.ends {
            let count = varint::take(&mut bytes);
            effect.slots.extend((0..count).map(|_| varint::take(&mut bytes)));
            *end = effect.slots.len() as u32;
        }
    }
}

/// What the effects of all comments have in common, and the effects of all where these are few.
#[derive(Debug)]
pub(super) struct Store {
    slots: Slots,
    /// By credit, its slot: those of all comments.
    numbered: HashMap<(u32, Fraction), u32>,
    /// By the comments' place in their order.
    kept: Option<Vec<Block>>,
}

impl Store {
    /// Of comments in this order, in those bands in which somebody says them.
    pub(super) fn new(cells: &Cells, order: &[u32], maker: &Effects<'_>) -> Self {
        Self::keeping(MOST_KEPT, cells, order, maker)
    }

    /// Keeps the effects of so many comments at most, if of any.
    fn keeping(most: usize, cells: &Cells, order: &[u32], maker: &Effects<'_>) -> Self {
        let numbered = Mutex::new(HashMap::new());
        let keeps = order.len() <= most;
        let blocks: Vec<Option<Block>> = order
            .par_chunks(BLOCK)
            .map_init(
                || Making::new(maker, Numbering::Open(&numbered)),
                |making, some| {
                    let (mut block, mut effect) = (Block::default(), Effect::default());
                    for comment in some {
                        making.fill(cells, *comment, &mut effect);
                        if keeps {
                            block.push(&effect);
                        }
                    }
                    block.bytes.shrink_to_fit();
                    keeps.then_some(block)
                },
            )
            .collect();
        let numbered = numbered.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut credits: Vec<(u32, (u32, Fraction))> = numbered.iter().map(|(credit, at)| (*at, *credit)).collect();
        credits.sort_unstable_by_key(|(at, _)| *at);
        let credits = credits.into_iter().map(|(_, credit)| credit).collect();
        let slots = Slots { rows: maker.rows.len(), credits };
        Self { slots, numbered, kept: keeps.then(|| blocks.into_iter().flatten().collect()) }
    }

    /// What stands where.
    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }
}

/// Reads effects, by the comments' place in their order; whoever reads them in this order waits least.
pub(super) struct Reader<'a> {
    cells: &'a Cells,
    order: &'a [u32],
    store: &'a Store,
    making: Making<'a>,
    /// The comment whose effects are in `effect`.
    current: Option<u32>,
    effect: Effect,
}

impl<'a> Reader<'a> {
    /// Of a store that was made of the same.
    pub(super) fn new(store: &'a Store, cells: &'a Cells, order: &'a [u32], maker: &'a Effects<'a>) -> Self {
        let making = Making::new(maker, Numbering::Closed(&store.numbered));
        Self { cells, order, store, making, current: None, effect: Effect::default() }
    }

    /// The slots to which a comment adds in a column: those that are the same in all columns, and those of this one.
    pub(super) fn of(&mut self, comment: u32, column: usize) -> [&[u32]; 2] {
        if self.current != Some(comment) {
            let at = comment as usize;
            match &self.store.kept {
                Some(blocks) => blocks[at / BLOCK].get(at % BLOCK, &mut self.effect),
                None => self.making.fill(self.cells, self.order[at], &mut self.effect),
            }
            self.current = Some(comment);
        }
        self.effect.of(column)
    }
}

/// Where the slots of credits are known from.
#[derive(Clone, Copy)]
enum Numbering<'a> {
    /// From all threads together. Which comes first differs from run to run; no figure depends on it.
    Open(&'a Mutex<HashMap<(u32, Fraction), u32>>),
    /// All are known.
    Closed(&'a HashMap<(u32, Fraction), u32>),
}

/// What one thread needs to work out effects.
struct Making<'a> {
    maker: &'a Effects<'a>,
    /// The slot of the first credit.
    base: u32,
    /// The credits that this thread has met, by row: a row has few, and those that are met first are met most.
    known: Vec<Vec<(Fraction, u32)>>,
    numbering: Numbering<'a>,
    draft: Draft,
    said: Vec<Said>,
}

impl<'a> Making<'a> {
    fn new(maker: &'a Effects<'a>, numbering: Numbering<'a>) -> Self {
        let (base, known) = (FIRST + maker.rows.len() as u32 * PER_ROW, vec![Vec::new(); maker.rows.len()]);
        Self { maker, base, known, numbering, draft: Draft::default(), said: Vec::new() }
    }

    /// Works out the effects of a comment.
    fn fill(&mut self, cells: &Cells, comment: u32, effect: &mut Effect) {
        let residual = packed::unpack(cells.comments().get(comment), &mut self.said);
        self.maker.mention(&self.said, residual, &mut self.draft);
        let Effect { slots, ends } = effect;
        slots.clear();
        slots.push(ALL);
        let bucket = residual.map(|(bucket, _)| bucket);
        slots.extend((bucket != Some(Residual::NoComment)).then_some(COMMENTED));
        slots.extend(bucket.is_none().then_some(COVERED));
        let of_row = |row: u32| FIRST + row * PER_ROW;
        slots.extend(self.draft.stances.iter().map(|(row, stance)| of_row(*row) + *stance as u32));
        for (row, voices) in &self.draft.voices {
            slots.extend(voices.iter().map(|voice| of_row(*row) + VOICES + voice as u32));
        }
        ends[0] = slots.len() as u32;
        for column in 0..=UNSCORED {
            if cells.columns(comment) & 1 << column != 0 {
                let band = Band::ALL.get(column).copied();
                let held = self.maker.share_out(band, &self.said, bucket, &mut self.draft);
                slots.extend(held.map(|row| of_row(row) + HELD));
                for at in 0..self.draft.credits.len() {
                    let slot = self.slot(self.draft.credits[at]);
                    slots.push(slot);
                }
            }
            ends[column + 1] = slots.len() as u32;
        }
    }

    /// The slot of a part of the credit.
    fn slot(&mut self, credit: (u32, Fraction)) -> u32 {
        let known = &mut self.known[credit.0 as usize];
        if let Some((_, slot)) = known.iter().find(|(part, _)| *part == credit.1) {
            return *slot;
        }
        let slot = match self.numbering {
            Numbering::Open(numbered) => {
                let mut numbered = numbered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let next = self.base + numbered.len() as u32;
                *numbered.entry(credit).or_insert(next)
            }
            Numbering::Closed(numbered) => numbered[&credit],
        };
        known.push((credit.1, slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::contribution::cells::Respondent;
    use crate::contribution::{Credit, DriverTree};
    use crate::types::{DriverIx, Voices, Weight};

    proptest! {
        /// What is worked out again where it is needed is what would have been kept.
        #[test]
        fn effects_that_are_not_kept_are_the_same(
            people in prop::collection::vec(
                (prop::collection::btree_map(0..4_u16, 0..4_usize, 0..4), prop::option::of(0..3_usize)),
                1..30,
            ),
        ) {
            let drivers = [("food", None), ("taste", Some("food")), ("staff", None), ("price", None)];
            let drivers = drivers.map(|(id, parent)| (id.to_owned(), parent.map(str::to_owned)));
            let mut cells = Cells::new(Arc::new(DriverTree::new(drivers.to_vec()).unwrap()), Vec::new());
            for (said, band) in &people {
                let said: Vec<Said> =
                    said.iter().map(|(driver, stance)| (DriverIx(*driver), Stance::ALL[*stance]).into()).collect();
                cells.add(&Respondent {
                    period: "2026-W23",
                    segments: &[],
                    score: band.map(|band| band as f64),
                    band: band.map(|band| Band::ALL[band]),
                    weight: Weight::ONE,
                    said: &said,
                    voices: Voices::NONE,
                    residual: None,
                });
            }
            let (rows, order) = (cells.rows(None), cells.ordered_comments());
            let maker = Effects { tree: cells.tree(), rows: &rows, credit: Credit::default(), matrix: None };
            let [kept, again] = [usize::MAX, 0].map(|most| Store::keeping(most, &cells, &order, &maker));
            prop_assert!(kept.kept.is_some() && again.kept.is_none());
            let [mut one, mut other] = [&kept, &again].map(|store| Reader::new(store, &cells, &order, &maker));
            for comment in 0..order.len() as u32 {
                for column in 0..=UNSCORED {
                    // Numbers of credits differ from run to run.
                    let meanings = |slots: [&[u32]; 2], store: &Store| {
                        slots.map(|slots| slots.iter().map(|slot| store.slots().meaning(*slot as usize)).collect::<Vec<_>>())
                    };
                    prop_assert_eq!(meanings(one.of(comment, column), &kept), meanings(other.of(comment, column), &again));
                }
            }
        }
    }
}
