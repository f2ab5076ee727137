//! Run after run in one process, as a service would: neither memory nor open files grow.
//!
//! Not for runs in processes of their own, one a week, of which `tests/reliability/weeks.py` does hundreds. A file of its own, so that no other test
//! opens files meanwhile.

#![cfg(target_os = "linux")]
// Helpers of tests fail by panic, as tests do.
#![allow(clippy::unwrap_used)]

use std::alloc::System;
use std::fmt::Write as _;
use std::fs;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use verbatim::{RunConfig, run};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Runs until what is made once and kept is made: dictionaries, patterns, what threads of the process keep.
const FIRST: usize = 4;
/// Runs after those.
const THEN: usize = 16;
/// How many bytes more may be held after all runs than after the first: less than a run's 400 rows, which it would leave behind each time.
const GROWTH: usize = 16 * 1024;

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Bytes on the heap that are asked for and not given back.
fn live() -> usize {
    let so_far = HEAP.stats();
    so_far.bytes_allocated - so_far.bytes_deallocated
}

#[test]
fn files_and_memory_stay_as_they_are_over_many_runs_of_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let survey = folder.path().join("week.csv");
    let mut rows = "id,date,score,comment\n".to_owned();
    for n in 0..400 {
        let comment = ["很好", "服务差，等了很久", "too noisy at night", "价格贵 but the staff were great"][n % 4];
        writeln!(rows, "r{n},2026-06-{:02},{},\"{comment}\"", 1 + n % 28, n % 11).unwrap();
    }
    fs::write(&survey, rows).unwrap();
    let config = RunConfig {
        inputs: vec![survey.display().to_string()],
        lexicons: vec!["core".to_owned()],
        out: folder.path().join("out"),
        threads: 2,
        replace: true,
        force: true,
        ..RunConfig::default()
    };
    let after_each = |_| {
        run(&config, &verbatim::engine::Quiet).unwrap();
        (open_files(), live())
    };
    let held: Vec<(usize, usize)> = (0..FIRST + THEN).map(after_each).collect();
    assert!(held.iter().all(|(files, _)| *files == held[0].0), "{held:?}");
    let highest = held[FIRST..].iter().map(|(_, bytes)| *bytes).max().unwrap();
    assert!(highest < held[FIRST - 1].1 + GROWTH, "{held:?}");
}
