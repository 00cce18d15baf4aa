//! `lab lesson new FILE`.

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
        let mut file = beside(path)?;
        file.write_all(template(catalogue.language()).as_bytes())?;
        file.persist_noclobber(path)
            .map_err(|problem| problem.error)
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

/// A file beside `path` that takes its name once it is whole. It will be read
/// by whoever may read the files that its owner makes: lessons are handed round.
fn beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    let builder = &mut tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(parent.unwrap_or_else(|| Path::new(".")))
}
