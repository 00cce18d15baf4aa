//! `lab lesson new FILE`.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;

use super::Status;
use super::status::Failure;
use crate::lesson::template::template;
use crate::text::Catalogue;

/// Writes a commented lesson to `path`, unless something is there already.
pub(super) fn create(path: &Path, catalogue: &Catalogue) -> Result<Status> {
    let shown = path.display().to_string();
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(template(catalogue.language()).as_bytes())
    };
    write().map_err(|problem| match problem.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(catalogue.say_with("file-exists", &[("file", shown.as_str().into())]))
        }
        _ => Failure::environment(catalogue.say_with(
            "cannot-write",
            &[
                ("file", shown.as_str().into()),
                ("problem", problem.to_string().into()),
            ],
        )),
    })?;
    let said = catalogue.say_with("lesson-written", &[("file", shown.as_str().into())]);
    writeln!(io::stderr().lock(), "{}", crate::text::visible::text(&said))?;
    Ok(Status::Reached)
}
