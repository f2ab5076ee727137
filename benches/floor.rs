//! The floor that `benches/compare` measures a run against: a program that reads a survey, parses it, and writes `comments` and `mentions`
//! with empty tags, by the same code as `verbatim run`.
//!
//! Not for anything else: `floor SURVEY OUT [THREADS [BY]]`; `OUT` must be new, `THREADS` is one for each processor where it is 0, `BY`
//! names columns that are segments, separated by commas.

use std::path::Path;
use std::process::ExitCode;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a small program that says what it did")]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (survey, out) = match words.as_slice() {
        [survey, out, ..] if words.len() <= 4 => (survey, Path::new(out)),
        _ => return usage(),
    };
    let Ok(threads) = words.get(2).map_or(Ok(0), |threads| threads.parse()) else { return usage() };
    let by = words.get(3).map(|by| by.split(',').map(str::to_owned).collect()).unwrap_or_default();
    match verbatim::engine::floor(survey, by, out, threads) {
        Ok(rows) => {
            println!("{rows} rows written without tags");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stderr, reason = "a small program that says what it takes")]
fn usage() -> ExitCode {
    eprintln!("floor SURVEY OUT [THREADS [BY]]");
    ExitCode::from(2)
}
