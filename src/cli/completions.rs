//! `lab completions SHELL`.

use std::io::{self, Write};

use anyhow::Result;
use clap_complete::Shell;

use super::Status;

/// Prints the completion script of `shell`.
pub(super) fn print(shell: Shell, mut definition: clap::Command) -> Result<Status> {
    // The generator panics when it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition, "lab", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Status::Reached)
}
