//! Where the time of a run goes: seconds, bytes and rows of each stop.
//!
//! Not for what a stop does, and no part of any table: times differ from run to run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// What the stops of a run took so far; threads share one.
///
/// ```
/// use verbatim::engine::Timings;
/// let timings = Timings::default();
/// let sum = timings.stop("add", 2, 16, || 1 + 1);
/// assert_eq!((sum, timings.stops()[0].rows), (2, 2));
/// ```
#[derive(Debug, Default)]
pub struct Timings {
    stops: Mutex<Vec<Stop>>,
}

/// What one stop took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stop {
    /// Its name.
    pub stop: &'static str,
    /// Seconds in it, of all threads together: with two threads at work, up to two for each second that passes.
    pub seconds: f64,
    /// Rows that went through it; 0 where it does not take rows.
    pub rows: u64,
    /// Bytes that went through it; 0 where it does not take bytes.
    pub bytes: u64,
}

/// The stops of a run, in their order; others come after them, in the order in which they are first entered.
const ORDER: [&str; 15] = [
    "open",
    "lexicon",
    "sample",
    "prepare",
    "read",
    "split",
    "ids",
    "respondents",
    "tag",
    "stage",
    "collect",
    "write",
    "group",
    "statistics",
    "commit",
];

impl Timings {
    /// Does `work` and enters how long it took, with the rows and bytes that it takes.
    pub fn stop<T>(&self, name: &'static str, rows: u64, bytes: u64, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        self.add(name, rows, bytes, started.elapsed());
        done
    }

    /// Enters a time that was taken elsewhere.
    pub fn add(&self, name: &'static str, rows: u64, bytes: u64, time: Duration) {
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        let at = stops.iter().position(|stop| stop.stop == name).unwrap_or_else(|| {
            stops.push(Stop { stop: name, seconds: 0.0, rows: 0, bytes: 0 });
            stops.len() - 1
        });
        let stop = &mut stops[at];
        stop.seconds += time.as_secs_f64();
        stop.rows += rows;
        stop.bytes += bytes;
    }

    /// All stops that were entered, in the order of a run.
    pub fn stops(&self) -> Vec<Stop> {
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner).clone();
        stops.sort_by_key(|stop| ORDER.iter().position(|name| *name == stop.stop).unwrap_or(ORDER.len()));
        stops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_add_up_and_come_in_order() {
        let timings = Timings::default();
        timings.add("something else", 1, 0, Duration::from_millis(250));
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| timings.add("tag", 10, 100, Duration::from_millis(500)));
            }
        });
        assert_eq!(timings.stop("split", 3, 7, || "done"), "done");
        let stops = timings.stops();
        let names: Vec<&str> = stops.iter().map(|stop| stop.stop).collect();
        assert_eq!(names, ["split", "tag", "something else"]);
        assert_eq!(stops[1], Stop { stop: "tag", seconds: 2.0, rows: 40, bytes: 400 });
        assert_eq!((stops[0].rows, stops[0].bytes), (3, 7));
    }
}
