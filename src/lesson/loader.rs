//! Reads lesson files.

use std::fs;
use std::io;
use std::path::Path;

use super::Lesson;
use super::check::{Fault, check};
use super::model::FORMAT;

/// The text of a lesson file, with the name to call it by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// The path as given, or the name of a built-in file.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A lesson file that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} has {} faults", file.name, faults.len())]
pub struct Faulty {
    /// The file.
    pub file: Source,
    /// Every fault in it, in the order of the file.
    pub faults: Vec<Fault>,
}

impl Source {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let name = path.display().to_string();
        Ok(Self { name, text })
    }

    /// The lesson, if the file has no fault that can be seen without running it.
    pub fn load(self) -> Result<Lesson, Faulty> {
        let (lesson, faults) = check(&self.text);
        match lesson {
            Some(lesson) if faults.is_empty() => Ok(lesson),
            _ => Err(Faulty { file: self, faults }),
        }
    }

    /// The lesson of a file that was checked before it was built in: read
    /// straight, and looked at closely only if that does not work.
    pub(super) fn load_trusted(self) -> Result<Lesson, Faulty> {
        match toml::from_str::<Lesson>(&self.text) {
            Ok(lesson) if lesson.format == FORMAT => Ok(lesson),
            _ => self.load(),
        }
    }
}
