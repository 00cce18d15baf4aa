//! `lab schema`.

use std::io::{self, Write};

use anyhow::Result;

use super::Status;
use crate::lesson::schema::schema_text;

/// Prints the JSON Schema of a lesson file.
pub(super) fn print() -> Result<Status> {
    io::stdout().lock().write_all(schema_text().as_bytes())?;
    Ok(Status::Reached)
}
