//! Parses the command line, runs, and returns the exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    smtp_lab::cli::main()
}
