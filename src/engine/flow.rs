//! Blocks → workers → one ordered writer.
//!
//! Each worker (a thread) takes the next block, splits it, waits for its turn and takes it through the stops; the writer (a thread of its
//! own) puts the results back in order. A fixed number of blocks is under way at once, so memory does not grow with the input, and
//! what is written does not depend on who was quicker. Not for what is done with a block (`work`) or with its result (`pipeline`).
//!
//! Nobody waits for ever: a worker takes a place before it takes a block, and blocks are taken in order, so that the first block that is
//! not yet written always has a place and a worker, which waits for no later one (`survey::Split::in_turn`).

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use super::timings::Timings;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::{Block, Blocks, RawBatch};

/// Moves every block through so many workers, each of which does `work` on its rows, to `write`, which sees the results in the order of
/// the blocks.
///
/// # Errors
/// The first one by the order of the blocks, whoever met it first.
pub(super) fn flow<T: Send>(
    threads: usize,
    timings: &Timings,
    blocks: Blocks,
    work: impl Fn(RawBatch) -> Result<T> + Sync,
    write: impl FnMut(T) -> Result<()> + Send,
) -> Result<()> {
    let (give_back, places) = channel();
    for _ in 0..2 * threads + 2 {
        // The receiver is right here.
        let _ = give_back.send(());
    }
    let feed = Mutex::new(Feed { blocks, places, number: 0 });
    let (done, results) = channel();
    let stopped = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (feed, stopped, done, work) = (&feed, &stopped, done.clone(), &work);
            scope.spawn(move || worker(timings, work, feed, stopped, &done));
        }
        drop(done);
        let (stopped, give_back) = (&stopped, give_back);
        let writer = scope.spawn(move || ordered(results, &give_back, stopped, write));
        // A panic in the writer is a bug; it goes on to the caller as one.
        writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Where workers take blocks, one worker at a time.
struct Feed {
    blocks: Blocks,
    /// The places that are free.
    places: Receiver<()>,
    number: u64,
}

impl Feed {
    /// The next block and its number; none at the end, or where the writer has stopped.
    fn next(&mut self, timings: &Timings, stopped: &AtomicBool, buffer: Vec<u8>) -> Option<(u64, Result<Block>)> {
        self.places.recv().ok()?;
        if stopped.load(Ordering::Relaxed) {
            return None;
        }
        let started = Instant::now();
        let block = self.blocks.next(buffer)?;
        let bytes = block.as_ref().map_or(0, Block::bytes);
        timings.add("read", 0, bytes, started.elapsed());
        let number = self.number;
        self.number += 1;
        Some((number, block))
    }
}

fn worker<T>(
    timings: &Timings,
    work: &impl Fn(RawBatch) -> Result<T>,
    feed: &Mutex<Feed>,
    stopped: &AtomicBool,
    done: &Sender<(u64, Result<T>)>,
) {
    let mut buffer = Vec::new();
    loop {
        // Another worker that died in there leaves nothing to go on with; its own panic tells of it.
        let next = feed.lock().ok().and_then(|mut feed| feed.next(timings, stopped, std::mem::take(&mut buffer)));
        let Some((number, block)) = next else { return };
        // A block whose worker died would be waited for without end, so a panic is a result like any other.
        let worked =
            catch_unwind(AssertUnwindSafe(|| block.and_then(|block| work(split(timings, block, &mut buffer)?))));
        // The writer is gone only after an error of its own, which it returns.
        let _ = done.send((number, worked.unwrap_or_else(|_| Err(died()))));
    }
}

/// The rows of a block, and its memory back into `buffer`.
fn split(timings: &Timings, block: Block, buffer: &mut Vec<u8>) -> Result<RawBatch> {
    let bytes = block.bytes();
    let started = Instant::now();
    let (split, spare) = block.split();
    *buffer = spare;
    let rows = split.rows();
    timings.add("split", rows, bytes, started.elapsed());
    timings.stop("ids", rows, bytes, || split.in_turn())
}

/// The error of a bug in a worker.
fn died() -> Error {
    Error::new(ErrorKind::Input, "bug", "the engine failed on a row of the input; nothing was written")
        .help("Please report this with the input that shows it: it is a bug, whatever the input holds.")
}

/// Puts results back in order; on an error it takes and drops the rest, so that nobody waits for it.
fn ordered<T>(
    results: Receiver<(u64, Result<T>)>,
    give_back: &Sender<()>,
    stop: &AtomicBool,
    mut write: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut waiting: BTreeMap<u64, Result<T>> = BTreeMap::new();
    let mut next = 0;
    let mut outcome = Ok(());
    for (number, worked) in results {
        waiting.insert(number, worked);
        while let Some(worked) = waiting.remove(&next) {
            next += 1;
            if outcome.is_ok() {
                outcome = worked.and_then(&mut write);
                stop.store(outcome.is_err(), Ordering::Relaxed);
            }
            // Its block is done with. Where all blocks are, nobody takes the place.
            let _ = give_back.send(());
        }
    }
    outcome
}
