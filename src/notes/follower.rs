//! The reading side.

use std::fs::{read_dir, remove_file};
use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::UnixStream;

use super::{Page, Presentation, directory};

/// Follows a presentation.
#[derive(Debug)]
pub struct Follower(Lines<BufReader<UnixStream>>);

/// The presentations on this machine that this user may follow, by process.
pub fn presentations() -> Vec<Presentation> {
    directory().map_or_else(Vec::new, |directory| presentations_in(&directory))
}

/// Those with a socket in `directory`. A socket that nobody answers is taken away.
pub(super) fn presentations_in(directory: &Path) -> Vec<Presentation> {
    let entries = read_dir(directory).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let process = name.strip_prefix("notes-")?.strip_suffix(".sock")?;
            Some(Presentation {
                process: process.parse().ok()?,
                socket: entry.path(),
            })
        })
        .filter(|presentation| {
            let socket = &presentation.socket;
            match std::os::unix::net::UnixStream::connect(socket) {
                Ok(_) => true,
                Err(problem) => {
                    if problem.kind() == io::ErrorKind::ConnectionRefused {
                        let _ = remove_file(socket);
                    }
                    false
                }
            }
        })
        .collect();
    found.sort_by_key(|presentation| presentation.process);
    found
}

impl Follower {
    /// Begins to follow.
    ///
    /// # Errors
    /// It is over.
    pub async fn of(presentation: &Presentation) -> io::Result<Self> {
        let stream = UnixStream::connect(&presentation.socket).await?;
        Ok(Self(BufReader::new(stream).lines()))
    }

    /// Waits for the next page; `None`: the presentation is over.
    ///
    /// # Errors
    /// What came is no page.
    pub async fn next(&mut self) -> io::Result<Option<Page>> {
        loop {
            let line = match self.0.next_line().await {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(None),
                Err(problem) if problem.kind() == io::ErrorKind::ConnectionReset => {
                    return Ok(None);
                }
                Err(problem) => return Err(problem),
            };
            // Before the first page there is an empty one.
            if !line.is_empty() {
                return Ok(Some(serde_json::from_str(&line)?));
            }
        }
    }
}
