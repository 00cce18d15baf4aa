//! The instances of the program that this user runs. Each keeps a file in
//! [`notes::directory`] with the command that it is, and holds it locked as
//! long as it lives. A file that nobody holds was left behind by a process
//! that was killed; whoever looks next takes it away.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::notes;

/// How the names of the files begin, before the number of the process.
const PREFIX: &str = "instance-";

/// This instance, as long as it is kept.
#[derive(Debug)]
pub(super) struct Instance {
    path: PathBuf,
    /// Locked.
    _file: File,
}

/// Another instance.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Running {
    /// Its process.
    pub(super) process: u32,
    /// What it was called to do, as somebody would type it.
    pub(super) command: String,
}

impl Instance {
    /// Makes it known that this process is `command`. Where nothing can be
    /// written nobody learns of it, and nothing else is missing.
    pub(super) fn register(command: &str) -> Option<Self> {
        let directory = notes::directory()?;
        Self::register_in(&directory, std::process::id(), command)
            .inspect_err(|problem| tracing::info!(%problem, "this instance is not made known"))
            .ok()
    }

    fn register_in(directory: &Path, process: u32, command: &str) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
        // So that nothing piles up where people do not ask the doctor.
        drop(running_in(directory));
        // Locked before it has the name by which others look for it.
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(command.as_bytes())?;
        file.as_file().try_lock()?;
        let path = directory.join(format!("{PREFIX}{process}"));
        let file = file.persist(&path).map_err(|problem| problem.error)?;
        Ok(Self { path, _file: file })
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // If it stays, whoever looks next takes it away.
        let _ = fs::remove_file(&self.path);
    }
}

/// The instances that run beside this process, by process.
pub(super) fn others() -> Vec<Running> {
    notes::directory().map_or_else(Vec::new, |directory| running_in(&directory))
}

fn running_in(directory: &Path) -> Vec<Running> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut running: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let process = name.strip_prefix(PREFIX)?.parse().ok()?;
            let path = entry.path();
            let file = File::open(&path).ok()?;
            if file.try_lock().is_ok() {
                let _ = fs::remove_file(&path);
                return None;
            }
            let command = io::read_to_string(file).unwrap_or_default();
            Some(Running { process, command })
        })
        .collect();
    running.sort_by_key(|running| running.process);
    running
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_known_while_it_lives() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("lab");
        assert_eq!(running_in(&directory), []);
        let one = Instance::register_in(&directory, 7, "lab run caso5").unwrap();
        let other = Instance::register_in(&directory, 5, "lab serve caso5").unwrap();
        let seen = || -> Vec<_> {
            running_in(&directory)
                .into_iter()
                .map(|it| it.process)
                .collect()
        };
        assert_eq!(seen(), [5, 7]);
        drop(other);
        assert_eq!(seen(), [7]);
        let [running] = &running_in(&directory)[..] else {
            panic!("one instance");
        };
        assert_eq!(running.command, "lab run caso5");
        drop(one);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_process_left_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("instance-77"), "lab run caso5").unwrap();
        fs::write(folder.path().join("instance-x"), "").unwrap();
        fs::write(folder.path().join("something-else"), "").unwrap();
        assert_eq!(running_in(folder.path()), []);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        fs::write(folder.path().join("instance-78"), "lab run caso5").unwrap();
        let _known = Instance::register_in(folder.path(), 7, "lab run caso5").unwrap();
        assert!(!folder.path().join("instance-78").exists());
    }
}
