//! The fuzz targets under stable Rust: seeds, mutated by a generator of a fixed seed, thousands of times a target; counts executions, time and
//! memory.
//!
//! Not guided by coverage, as libFuzzer is (`fuzz/README.md`). An input follows from seed, target and number alone, so that each can be made
//! again; a child process runs each target, so that what ends it is found too.
//!
//!     fuzz [--executions N] [--seconds S] [--seed S] [--found FOLDER] [TARGET …]
//!     fuzz --input FILE TARGET
//!
//! The last line of each target is JSON. Ends with 1 where an input failed, which then lies in FOLDER, and with 2 where it was called in
//! another way.

#[path = "../lib.rs"]
mod targets;

mod mutate;

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use targets::{TARGETS, Target};

/// The longest that one execution may take.
const LONGEST: Duration = Duration::from_secs(5);
/// The most memory that a target may take, in KiB.
const MOST: u64 = 1 << 20;

/// What the command line says.
#[derive(Debug, Clone)]
struct Asked {
    executions: u64,
    seconds: u64,
    seed: u64,
    found: PathBuf,
    names: Vec<String>,
    input: Option<PathBuf>,
    child: bool,
}

fn asked() -> Option<Asked> {
    let mut asked = Asked {
        executions: 20_000,
        seconds: u64::MAX,
        seed: 8,
        found: PathBuf::from("fuzz/found"),
        names: Vec::new(),
        input: None,
        child: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--executions" => asked.executions = words.next()?.parse().ok()?,
            "--seconds" => asked.seconds = words.next()?.parse().ok()?,
            "--seed" => asked.seed = words.next()?.parse().ok()?,
            "--found" => asked.found = words.next()?.into(),
            "--input" => asked.input = Some(words.next()?.into()),
            "--child" => asked.child = true,
            name if TARGETS.iter().any(|target| target.name == name) => asked.names.push(name.to_owned()),
            _ => return None,
        }
    }
    Some(asked)
}

#[expect(clippy::print_stderr, reason = "a program that says what it takes")]
fn main() -> ExitCode {
    let Some(asked) = asked() else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!(
            "fuzz [--executions N] [--seconds S] [--seed S] [--found FOLDER] [TARGET …]\nfuzz --input FILE TARGET"
        );
        eprintln!("targets: {}", names.join(" "));
        return ExitCode::from(2);
    };
    let named =
        || TARGETS.iter().filter(|target| asked.names.is_empty() || asked.names.iter().any(|n| n == target.name));
    if let Some(path) = &asked.input {
        return match (std::fs::read(path), named().next()) {
            (Ok(bytes), Some(target)) => {
                (target.run)(&bytes);
                ExitCode::SUCCESS
            }
            _ => ExitCode::from(2),
        };
    }
    if asked.child {
        return named().next().map_or(ExitCode::from(2), |target| child(target, &asked));
    }
    let waiting: Mutex<Vec<&Target>> = Mutex::new(named().collect());
    let failed = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(target) = waiting.lock().ok().and_then(|mut waiting| waiting.pop()) {
                    if !parent(target, &asked) {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    ExitCode::from(u8::from(failed.into_inner() > 0))
}

/// Where the input under way is written before it is run.
fn journal(found: &Path, target: &Target) -> PathBuf {
    found.join(format!("{}.input", target.name))
}

/// Runs a target in a process of its own; whether all went well.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that says what it found")]
fn parent(target: &Target, asked: &Asked) -> bool {
    let journal = journal(&asked.found, target);
    let run = || -> std::io::Result<std::process::Output> {
        std::fs::create_dir_all(&asked.found)?;
        Command::new(std::env::current_exe()?)
            .args(["--child", "--executions", &asked.executions.to_string(), "--seconds", &asked.seconds.to_string()])
            .args(["--seed", &asked.seed.to_string(), "--found"])
            .arg(&asked.found)
            .arg(target.name)
            .stdin(Stdio::null())
            .output()
    };
    let output = match run() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("{}: cannot be run: {error}", target.name);
            return false;
        }
    };
    print!("{}", String::from_utf8_lossy(&output.stdout));
    if output.status.success() {
        let _ = std::fs::remove_file(journal);
        return true;
    }
    let kept = asked.found.join(format!("{}-{}.bin", target.name, asked.seed));
    let moved = std::fs::rename(&journal, &kept);
    // Before its last words stand panics of other people's readers, which the engine takes for what they are: damaged files.
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.rfind("\nthread '").unwrap_or_default();
    eprintln!("{}: {} ({})", target.name, said[last..].trim(), output.status);
    match moved {
        Ok(()) => eprintln!("  again: fuzz --input {} {}", kept.display(), target.name),
        Err(error) => eprintln!("  its input cannot be kept: {error}"),
    }
    false
}

/// Runs a target in this process. A panic ends it, as anything else does that fails.
#[expect(clippy::print_stdout, reason = "a program that says what it did")]
fn child(target: &'static Target, asked: &Asked) -> ExitCode {
    let Ok(mut journal) = std::fs::File::create(journal(&asked.found, target)) else { return ExitCode::from(2) };
    let started = Instant::now();
    // What is made once is made before anything is measured.
    let seeds = (target.seeds)();
    for (number, seed) in seeds.iter().enumerate() {
        keep(&mut journal, &seed.bytes);
        assert_eq!((target.run)(&seed.bytes), seed.is_valid, "seed {number} is taken: not as it is meant to be");
    }
    let seeds: Vec<Vec<u8>> = seeds.into_iter().map(|seed| seed.bytes).collect();
    let ready = started.elapsed();
    let base = status("VmHWM");
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let clock = Instant::now();
    let began = std::sync::Arc::new(AtomicU64::new(0));
    let watched = std::sync::Arc::clone(&began);
    std::thread::spawn(move || watch(clock, &watched));
    let (mut executions, mut bytes, mut slowest) = (0, 0, Duration::ZERO);
    let mut input = Vec::new();
    while executions < asked.executions && clock.elapsed().as_secs() < asked.seconds {
        mutate::input(&seeds, target.words, asked.seed, executions, &mut input);
        keep(&mut journal, &input);
        let from = clock.elapsed();
        began.store(from.as_millis() as u64 + 1, Ordering::Relaxed);
        (target.run)(&input);
        slowest = slowest.max(clock.elapsed().saturating_sub(from));
        executions += 1;
        bytes += input.len() as u64;
    }
    began.store(0, Ordering::Relaxed);
    println!(
        "{{\"target\": \"{}\", \"seed\": {}, \"executions\": {executions}, \"seconds\": {:.2}, \"slowest_ms\": {:.1}, \"peak_mb\": {}, \"ready_seconds\": {:.2}, \"ready_peak_mb\": {}, \"mean_bytes\": {}}}",
        target.name,
        asked.seed,
        clock.elapsed().as_secs_f64(),
        slowest.as_secs_f64() * 1e3,
        status("VmHWM") / 1024,
        ready.as_secs_f64(),
        base / 1024,
        bytes / executions.max(1),
    );
    ExitCode::SUCCESS
}

/// Puts an input where it is found should it end this process.
fn keep(journal: &mut std::fs::File, input: &[u8]) {
    let written = journal
        .seek(SeekFrom::Start(0))
        .and_then(|_| journal.write_all(input))
        .and_then(|()| journal.set_len(input.len() as u64));
    assert!(written.is_ok(), "the input under way cannot be kept: {written:?}");
}

/// Ends the process where an execution takes too long, or the process too much memory.
#[expect(clippy::print_stderr, reason = "a program that says why it ends")]
fn watch(clock: Instant, began: &AtomicU64) {
    loop {
        std::thread::sleep(Duration::from_millis(20));
        let from = began.load(Ordering::Relaxed);
        if from > 0 && clock.elapsed() > Duration::from_millis(from) + LONGEST {
            eprintln!("an execution takes more than {} s", LONGEST.as_secs());
            std::process::exit(3);
        }
        let taken = status("VmRSS");
        if taken > MOST {
            eprintln!("{} MB are taken", taken / 1024);
            std::process::exit(3);
        }
    }
}

/// A figure of this process, in KiB; 0 where the system does not tell.
fn status(key: &str) -> u64 {
    let mut text = String::new();
    let read = std::fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut text));
    let line = read.ok().and_then(|_| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::TARGETS;

    /// The richest lexicon among the seeds never loaded, so that hardly anything that came of it was looked at.
    #[test]
    fn seeds_are_taken_as_they_are_meant_to_be() {
        for target in &TARGETS {
            let seeds = (target.seeds)();
            assert!(seeds.iter().any(|seed| seed.is_valid), "{}", target.name);
            let others: Vec<_> = seeds
                .iter()
                .enumerate()
                .filter(|(_, seed)| (target.run)(&seed.bytes) != seed.is_valid)
                .map(|(number, seed)| (number, String::from_utf8_lossy(&seed.bytes)))
                .collect();
            assert!(others.is_empty(), "{}: {others:#?}", target.name);
        }
    }
}
