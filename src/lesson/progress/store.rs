//! One file a lesson, saved atomically, shared by every instance of the program.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use super::Progress;

/// Version of the file format.
const FORMAT: u32 = 1;

/// Room, in bytes, for the largest file that is kept.
const ROOM: usize = 64 * 1024;

/// How the name of a file begins that is being written.
const UNFINISHED: &str = ".unfinished-";

/// Where one lesson's progress is kept.
///
/// A save reads what is there under a lock, merges it in and replaces the file
/// whole: two instances do not lose each other's work, and a machine that
/// stops half-way leaves the old file or the new one.
#[derive(Clone, Debug)]
pub struct Store {
    place: Option<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    directory: PathBuf,
    lesson: String,
    /// How the system locks a file.
    locks: fn(&File) -> io::Result<()>,
}

/// Whether instances of the program can keep out of each other's way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Locking {
    /// Each waits until the other has saved.
    Works,
    /// The file system has no locks, as NFS without its lock service: progress
    /// is kept, but of two instances that save in the same moment one may lose.
    Missing,
}

/// Replaces a file whole by this value, or leaves what was there. The temporary
/// file is the user's alone (0600), and so is what it becomes.
///
/// # Errors
///
/// If its directory cannot be written.
pub fn replace(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let mut file = unfinished(path.parent().unwrap_or(path))?;
    serde_json::to_writer_pretty(&mut file, value)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|problem| problem.error)?;
    Ok(())
}

/// A file to be written, under a name that nobody reads.
fn unfinished(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED).tempfile_in(directory)
}

/// What was found in the store.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Loaded {
    /// The progress; `None` for a lesson never begun.
    pub progress: Option<Progress>,
    /// Where a damaged file was set aside, if there was one.
    pub set_aside: Option<PathBuf>,
}

/// Why progress cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("{}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Its reason.
        #[source]
        source: io::Error,
    },
    /// The file was written by a later version of the program, and is left as it is.
    #[error("{} has format {format}, which only a later version of the program can read", path.display())]
    LaterFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
}

impl StoreError {
    /// Whether there is no room: on the disk, or in what the user may have of it.
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let Self::Io { source, .. } = self else {
            return false;
        };
        matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge)
    }
}

/// The directory for what the program remembers: `$XDG_STATE_HOME/lab`, or
/// `~/.local/state/lab` (XDG Base Directory Specification). `None` without a home.
pub fn state_directory() -> Option<PathBuf> {
    let strategy = etcetera::base_strategy::Xdg::new().ok()?;
    Some(strategy.state_dir()?.join("lab"))
}

impl Store {
    /// The store of `lesson` (its id) under the state directory `state`.
    pub fn new(state: &Path, lesson: &str) -> Self {
        // An id is letters, digits and hyphens in a lesson that passed the
        // checker; whatever it is, it must not climb out of the directory.
        let safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let lesson = lesson
            .chars()
            .map(|c| if safe(c) { c } else { '_' })
            .collect();
        Self {
            place: Some(Place {
                directory: state.join("progress"),
                lesson,
                locks: File::lock,
            }),
        }
    }

    /// The same on a file system that locks files so.
    #[cfg(test)]
    pub(super) fn locking_by(mut self, locks: fn(&File) -> io::Result<()>) -> Self {
        if let Some(place) = &mut self.place {
            place.locks = locks;
        }
        self
    }

    /// A store that keeps nothing.
    pub fn nowhere() -> Self {
        Self { place: None }
    }

    /// The file, if there is one.
    pub fn path(&self) -> Option<PathBuf> {
        self.place.as_ref().map(Place::file)
    }

    /// Reads the progress. A damaged file is renamed, never overwritten.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let Some(place) = &self.place else {
            return Ok(Loaded::default());
        };
        match place.read()? {
            Found::Nothing => Ok(Loaded::default()),
            Found::Progress(progress) => Ok(Loaded {
                progress: Some(progress),
                set_aside: None,
            }),
            Found::Damaged => {
                let _lock = place.lock()?;
                // Another instance may have mended it before the lock was ours.
                if let Found::Progress(progress) = place.read()? {
                    return Ok(Loaded {
                        progress: Some(progress),
                        set_aside: None,
                    });
                }
                place.set_aside("damaged").map(|set_aside| Loaded {
                    progress: None,
                    set_aside,
                })
            }
        }
    }

    /// Reads the progress and leaves everything as it is; `None` if there is
    /// none to be read.
    pub fn peek(&self) -> Option<Progress> {
        match self.place.as_ref()?.read() {
            Ok(Found::Progress(progress)) => Some(progress),
            _ => None,
        }
    }

    /// Saves `progress`, together with what another instance reached meanwhile.
    pub fn save(&self, progress: &Progress) -> Result<(), StoreError> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        let _lock = place.lock()?;
        let mut progress = progress.clone();
        match place.read()? {
            Found::Nothing => {}
            Found::Progress(other) => progress.merge(&other),
            Found::Damaged => {
                place.set_aside("damaged")?;
            }
        }
        place.write(&progress)
    }

    /// Makes room for a fresh start: what there is moves to a file of another
    /// name, which is returned.
    pub fn start_afresh(&self) -> Result<Option<PathBuf>, StoreError> {
        let Some(place) = &self.place else {
            return Ok(None);
        };
        if !place.file().exists() {
            return Ok(None);
        }
        let _lock = place.lock()?;
        place.set_aside("before")
    }

    /// Makes sure that saving will work, before the student has done anything:
    /// as much is written as the largest file takes, and removed. What a process
    /// that was killed left half written is cleared away.
    pub fn probe(&self) -> Result<Locking, StoreError> {
        self.try_to_write(|_| Ok(()))
    }

    /// [`Store::probe`], and what is written is carried to the disk, which takes
    /// a while.
    pub fn rehearse(&self) -> Result<Locking, StoreError> {
        self.try_to_write(File::sync_all)
    }

    fn try_to_write(
        &self,
        finish: impl FnOnce(&File) -> io::Result<()>,
    ) -> Result<Locking, StoreError> {
        let Some(place) = &self.place else {
            return Ok(Locking::Works);
        };
        let lock = place.lock()?;
        let write = || {
            if matches!(lock, Lock::Held(_)) {
                place.clear_away()?;
            }
            let mut file = unfinished(&place.directory)?;
            file.write_all(&vec![0; ROOM])?;
            finish(file.as_file())
        };
        write().map_err(|source| refusal(&place.directory, source))?;
        Ok(match lock {
            Lock::Held(_) => Locking::Works,
            Lock::Missing => Locking::Missing,
        })
    }
}

/// What keeps other instances out, as long as it is held.
enum Lock {
    Held(#[expect(dead_code, reason = "its end is what counts")] File),
    /// There is none to be had.
    Missing,
}

/// Whether a system that answers a lock with `problem` has no locks there, as
/// against one that refuses this one.
fn has_no_locks(problem: &io::Error) -> bool {
    problem.kind() == io::ErrorKind::Unsupported
        || problem.raw_os_error() == Some(NO_LOCKS_AVAILABLE)
}

/// What a file system on the network says that has no locks, as NFS does without
/// its lock service; the standard library has no name for it. `ENOLCK`, and
/// `ERROR_NOT_SUPPORTED` of Windows.
const NO_LOCKS_AVAILABLE: i32 = if cfg!(windows) {
    50
} else if cfg!(target_os = "linux") {
    37
} else {
    77
};

/// The file as it is on disk.
#[derive(Deserialize, Serialize)]
struct Saved<P> {
    format: u32,
    lesson: String,
    #[serde(flatten)]
    progress: P,
}

/// The part that every format has.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

enum Found {
    Nothing,
    Progress(Progress),
    Damaged,
}

fn refusal(path: &Path, source: io::Error) -> StoreError {
    let path = path.to_owned();
    StoreError::Io { path, source }
}

impl Place {
    fn file(&self) -> PathBuf {
        self.directory.join(format!("{}.json", self.lesson))
    }

    fn read(&self) -> Result<Found, StoreError> {
        let path = self.file();
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(problem) => return Err(refusal(&path, problem)),
        };
        let Ok(Header { format }) = serde_json::from_slice(&bytes) else {
            return Ok(Found::Damaged);
        };
        if format > FORMAT {
            return Err(StoreError::LaterFormat { path, format });
        }
        match serde_json::from_slice::<Saved<Progress>>(&bytes) {
            Ok(saved) => Ok(Found::Progress(saved.progress)),
            Err(_) => Ok(Found::Damaged),
        }
    }

    /// Held while the file is read and replaced. The lock is a file of its
    /// own, because the file itself is replaced by another at every save.
    fn lock(&self) -> Result<Lock, StoreError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.directory)
            .map_err(|source| refusal(&self.directory, source))?;
        let path = self.directory.join(".lock");
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|source| refusal(&path, source))?;
        match (self.locks)(&lock) {
            Ok(()) => Ok(Lock::Held(lock)),
            Err(problem) if has_no_locks(&problem) => Ok(Lock::Missing),
            Err(source) => Err(refusal(&path, source)),
        }
    }

    /// Removes what was never finished. For whoever holds the lock: they are the
    /// only one who writes, so that nobody is still at it.
    fn clear_away(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Replaces the file.
    fn write(&self, progress: &Progress) -> Result<(), StoreError> {
        let path = self.file();
        let saved = Saved {
            format: FORMAT,
            lesson: self.lesson.clone(),
            progress,
        };
        replace(&path, &saved).map_err(|source| refusal(&path, source))
    }

    /// Renames the file to the first free `….WORD-N`. `None`: another instance
    /// was quicker.
    fn set_aside(&self, word: &str) -> Result<Option<PathBuf>, StoreError> {
        let file = self.file();
        let mut number = 1_u32;
        let aside = loop {
            let name = format!("{}.json.{word}-{number}", self.lesson);
            let aside = self.directory.join(name);
            if !aside.exists() {
                break aside;
            }
            number += 1;
        };
        match fs::rename(&file, &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(problem) => Err(refusal(&file, problem)),
        }
    }
}
