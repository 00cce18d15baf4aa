//! A host's files: certificates, tables, whatever its configuration names.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a host, by absolute path. A host of a lesson has only those
/// that were written here; one that serves a folder reads that folder, and what
/// its configuration names elsewhere on this machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    /// What an administrator writes.
    texts: RefCell<BTreeMap<String, String>>,
    /// Certificates and their keys.
    certificates: BTreeMap<String, String>,
    folder: Option<PathBuf>,
}

impl Disk {
    /// A disk on which `/etc/postfix` is `folder`.
    pub(super) fn on(folder: &Path) -> Self {
        Self {
            folder: Some(folder.to_owned()),
            ..Self::default()
        }
    }

    /// Puts a certificate or a key there, as a program makes it.
    pub(super) fn install(&mut self, path: impl Into<String>, pem: impl Into<String>) {
        self.certificates.insert(path.into(), pem.into());
    }

    /// Whether a certificate or a key is there, which nobody writes by hand.
    pub(super) fn is_certificate(&self, path: &str) -> bool {
        self.certificates.contains_key(path)
    }

    /// Writes a file in place of the one that was; its text before comes back.
    pub(super) fn write(&self, path: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.texts.borrow_mut().insert(path.into(), text.into())
    }

    /// Removes a file that was written; its text comes back.
    pub(super) fn remove(&self, path: &str) -> Option<String> {
        self.texts.borrow_mut().remove(path)
    }

    /// Every file that was written, by its path.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        self.texts.borrow().clone()
    }

    /// A file that was written; empty if it was not.
    pub(super) fn text(&self, path: &str) -> String {
        self.texts.borrow().get(path).cloned().unwrap_or_default()
    }

    /// The text of a file of one of the host's users. In a folder that is
    /// `DIR/home/alumno/.forward`; those who live on this machine are not asked.
    pub(super) fn read_at_home(&self, path: &str) -> Result<String, String> {
        match &self.folder {
            Some(folder) if HOMES.iter().any(|home| path.starts_with(home)) => {
                let here = folder.join(path.trim_start_matches('/'));
                self.read(&here.to_string_lossy())
            }
            _ => self.read(path),
        }
    }

    /// A file's text, or why it cannot be read, in the C library's words.
    pub(super) fn read(&self, path: &str) -> Result<String, String> {
        if let Some(text) = self.texts.borrow().get(path) {
            return Ok(text.clone());
        }
        if let Some(pem) = self.certificates.get(path) {
            return Ok(pem.clone());
        }
        let Some(folder) = &self.folder else {
            return Err(NO_SUCH_FILE.to_owned());
        };
        let here = path
            .strip_prefix("/etc/postfix/")
            .map(|name| folder.join(name))
            .filter(|here| here.exists())
            .unwrap_or_else(|| PathBuf::from(path));
        match std::fs::read(here) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(problem) => Err(words(&problem)),
        }
    }
}

/// Where users live.
const HOMES: [&str; 2] = ["/home/", "/root/"];

/// A problem of the system, without the number that Rust adds.
pub(super) fn words(problem: &io::Error) -> String {
    let words = problem.to_string();
    match words.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => words,
    }
}

/// What the C library says of a file that is not there.
pub(super) const NO_SUCH_FILE: &str = "No such file or directory";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_the_directory_of_postfix() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("virtual"), "a b\n").unwrap();
        let home = folder.path().join("home/alumno");
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join(".forward"), "profesor\n").unwrap();
        let disk = Disk::on(folder.path());
        disk.write("/etc/mailname", "aula.example\n");
        assert_eq!(disk.read("/etc/postfix/virtual").unwrap(), "a b\n");
        assert_eq!(
            disk.read_at_home("/home/alumno/.forward").unwrap(),
            "profesor\n"
        );
        assert_eq!(disk.read("/etc/mailname").unwrap(), "aula.example\n");
        assert_eq!(
            disk.read("/etc/postfix/transport"),
            Err(NO_SUCH_FILE.to_owned())
        );
        assert_eq!(
            Disk::default().read("/etc/passwd"),
            Err(NO_SUCH_FILE.to_owned())
        );
    }
}
