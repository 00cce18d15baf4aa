//! A host's files: certificates, tables, whatever its configuration names.

use std::collections::BTreeMap;

/// The files of a host, by absolute path.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    files: BTreeMap<String, String>,
}

impl Disk {
    /// Puts a file there, in place of one that was.
    pub(super) fn write(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// A file's text.
    pub(super) fn read(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }
}

/// What the C library says of a file that is not there.
pub(super) const NO_SUCH_FILE: &str = "No such file or directory";
