//! The binary: arguments, one call, exit code.

use std::process::ExitCode;

/// In a large survey it takes a fifth less memory than the system's, whose threads keep what they have freed.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    verbatim::cli::main()
}
