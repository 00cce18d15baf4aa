//! `lab schema`.

use std::io::{self, Write};

use anyhow::Result;

use super::Status;
use crate::lesson::schema::SCHEMA;

/// Prints the JSON Schema of a lesson file.
pub(super) fn print() -> Result<Status> {
    io::stdout().lock().write_all(SCHEMA.as_bytes())?;
    Ok(Status::Reached)
}
