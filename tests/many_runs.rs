//! Run after run in one process, as a service would: neither memory nor open files grow.
//!
//! Not for runs in processes of their own, one a week, of which `tests/reliability/weeks.py` does hundreds. A file of its own, so that no other test
//! opens files meanwhile.

#![cfg(target_os = "linux")]
// Helpers of tests fail by panic, as tests do.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;

use verbatim::{RunConfig, run};

/// Runs at the beginning, and at the end; as many lie between them.
const PART: usize = 8;
/// How much more the lowest of the last runs may hold than the highest of the first, in MiB: what each run leaves behind would add up.
const GROWTH: f64 = 2.0;

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Resident memory in MiB.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
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
        (open_files(), resident())
    };
    let held: Vec<(usize, f64)> = (0..3 * PART).map(after_each).collect();
    assert!(held.iter().all(|(files, _)| *files == held[0].0), "{held:?}");
    let highest = held[..PART].iter().fold(0.0, |most: f64, (_, memory)| most.max(*memory));
    let lowest = held[2 * PART..].iter().fold(f64::MAX, |least: f64, (_, memory)| least.min(*memory));
    assert!(lowest < highest + GROWTH, "{held:?}");
}
