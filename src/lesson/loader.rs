//! Reads lesson files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Lesson;
use super::check::{Fault, check, prevents};
use super::model::FORMAT;
use crate::text::{read_toml, visible};

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

/// Why there is no text of a lesson to speak of.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What is there is no text, or too much of it.
    #[error(transparent)]
    Faulty(#[from] Faulty),
}

/// The largest lesson file that is read, in bytes; no lesson comes near, and
/// what is meant for one may be a device without an end.
const LARGEST: u64 = 1 << 20;

/// How often a watched file is looked at. To read a small file twice a second
/// costs nothing that can be measured; unlike notifications it works on every
/// file system, a folder shared over the network too, and does not care whether
/// an editor writes into the file or puts a new one in its place.
pub const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A lesson file that somebody is writing, as it was when it was last read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Watched {
    path: PathBuf,
    text: String,
}

impl Watched {
    /// The file at `path`, in which `file` was read.
    pub fn new(path: &Path, file: &Source) -> Self {
        Self {
            path: path.to_owned(),
            text: file.text.clone(),
        }
    }

    /// Whether something else is in the file now. While it cannot be read (an
    /// editor is just putting it in place) it counts as not yet saved.
    pub fn is_saved_anew(&self) -> bool {
        match Source::read(&self.path) {
            Ok(file) | Err(ReadError::Faulty(Faulty { file, .. })) => file.text != self.text,
            Err(ReadError::Io(_)) => false,
        }
    }
}

impl Source {
    /// Reads the file at `path`, which must be UTF-8 as TOML wants it.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)?;
        let mut text = String::with_capacity(bytes.len());
        let mut faults = Vec::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                let start = text.len();
                text.push(char::REPLACEMENT_CHARACTER);
                let shown = visible::bytes(chunk.invalid());
                faults.push(Fault::new(start..text.len(), "not-utf8").with("bytes", &shown));
            }
        }
        if bytes.len() as u64 > LARGEST {
            let kibibytes = LARGEST >> 10;
            faults = vec![Fault::new(0..0, "too-large").with("kibibytes", &kibibytes)];
        }
        let name = path.display().to_string();
        let file = Self { name, text };
        if faults.is_empty() {
            Ok(file)
        } else {
            Err(Faulty { file, faults }.into())
        }
    }

    /// The lesson, if the file has no fault that can be seen without running it.
    pub fn load(self) -> Result<Lesson, Faulty> {
        let (lesson, faults) = check(&self.text);
        match lesson {
            Some(lesson) if !prevents(&faults) => Ok(lesson),
            _ => Err(Faulty { file: self, faults }),
        }
    }

    /// The lesson of a file that was checked before it was built in: read
    /// straight, and looked at closely only if that does not work.
    pub(super) fn load_trusted(self) -> Result<Lesson, Faulty> {
        match read_toml::<Lesson>(&self.text) {
            Ok(lesson) if lesson.format == FORMAT => Ok(lesson),
            _ => self.load(),
        }
    }
}
