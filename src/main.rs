//! The binary: arguments, one call, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    verbatim::cli::main()
}
