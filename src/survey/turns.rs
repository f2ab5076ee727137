//! What blocks can only know one after the other: which line and row each begins with, and which ids came before.
//!
//! Not for what takes time: everything else of a block is done side by side with others.
//!
//! Nobody waits for ever. Blocks are numbered as they are handed out, and a block's turn comes when all with smaller numbers have had
//! theirs. So the block with the smallest number of those that are out never waits; whoever holds it comes to its turn, or drops it,
//! which breaks the order and sends all that wait home with an error. This needs whoever takes a block to hold no other one whose turn
//! is still to come, and to do nothing in between but split it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::ids::Ids;
use crate::error::{Error, ErrorKind, Result};

/// The order of all blocks of a reader.
#[derive(Debug, Default)]
pub(super) struct Turns {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The number of the block whose turn it is.
    next: u64,
    is_broken: bool,
    before: Before,
}

/// What came before a block.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// Lines of its source.
    pub(super) lines: u64,
    /// Rows of its source.
    pub(super) rows: u64,
    /// Ids of all sources.
    pub(super) ids: Ids,
}

/// One block's place in the order; the turn passes on when it has been taken.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    number: u64,
    is_over: bool,
}

impl Turns {
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in a turn breaks the order, which is all that others must know of it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// The place of the block with this number; each number is given once, in order, from 0.
    pub(super) fn new(turns: &Arc<Turns>, number: u64) -> Self {
        Self { turns: Arc::clone(turns), number, is_over: false }
    }

    /// Waits for the turn, does `work`, and passes the turn on. Where that fails, or an earlier block did, the order is broken: no later
    /// block has a turn, and gets an error instead, which tells nothing that the first one does not.
    pub(super) fn take<T>(mut self, work: impl FnOnce(&mut Before) -> Result<T>) -> Result<T> {
        let turns = Arc::clone(&self.turns);
        let waiting = turns.state();
        let mut state = turns
            .moved
            .wait_while(waiting, |state| !state.is_broken && state.next != self.number)
            .unwrap_or_else(PoisonError::into_inner);
        if state.is_broken {
            return Err(Error::new(ErrorKind::Input, "stopped", "rows before these cannot be read"));
        }
        let done = work(&mut state.before)?;
        state.next += 1;
        self.is_over = true;
        drop(state);
        turns.moved.notify_all();
        Ok(done)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            self.turns.state().is_broken = true;
            self.turns.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn turns_come_in_order_whoever_is_first() {
        let turns = Arc::new(Turns::default());
        let took = Mutex::new(Vec::new());
        thread::scope(|threads| {
            for number in [3, 1, 0, 2] {
                let (turn, took) = (Turn::new(&turns, number), &took);
                threads.spawn(move || {
                    turn.take(|before| {
                        before.rows += 10;
                        took.lock().unwrap().push((number, before.rows));
                        Ok(())
                    })
                });
            }
        });
        assert_eq!(took.into_inner().unwrap(), [(0, 10), (1, 20), (2, 30), (3, 40)]);
    }

    #[test]
    fn nobody_waits_for_a_block_that_failed_or_is_gone() {
        for is_dropped in [false, true] {
            let turns = Arc::new(Turns::default());
            let (first, second) = (Turn::new(&turns, 0), Turn::new(&turns, 1));
            thread::scope(|threads| {
                let waiting = threads.spawn(move || second.take(|_| Ok(())));
                if is_dropped {
                    drop(first);
                } else {
                    let failed = first.take(|_| Err::<(), _>(Error::new(ErrorKind::Input, "io", "gone")));
                    assert_eq!(failed.unwrap_err().code(), "io");
                }
                assert_eq!(waiting.join().unwrap().unwrap_err().code(), "stopped");
            });
        }
    }
}
