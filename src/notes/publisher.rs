//! The presenting side.

use std::fs::{DirBuilder, Permissions, remove_file, set_permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Page, directory};

/// Tells whoever follows where the presentation stands. Dropping it ends that.
#[derive(Debug)]
pub struct Publisher {
    page: watch::Sender<String>,
    socket: PathBuf,
    reception: JoinHandle<()>,
}

impl Publisher {
    /// Opens this process's socket. Needs a running tokio runtime.
    ///
    /// # Errors
    /// There is no place for it that belongs to the user alone.
    pub fn open() -> io::Result<Self> {
        let directory = directory().ok_or(io::ErrorKind::NotFound)?;
        Self::open_in(&directory)
    }

    /// Opens it in `directory`, which becomes the user's alone (0700).
    pub(super) fn open_in(directory: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(directory)?;
        set_permissions(directory, Permissions::from_mode(0o700))?;
        let socket = directory.join(format!("notes-{}.sock", std::process::id()));
        // What has our number and is not ours was left behind by a process that
        // could not take it away.
        match remove_file(&socket) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
            _ => {}
        }
        let listener = UnixListener::bind(&socket)?;
        set_permissions(&socket, Permissions::from_mode(0o600))?;
        let (page, told) = watch::channel(String::new());
        let reception = tokio::spawn(receive(listener, told));
        Ok(Self {
            page,
            socket,
            reception,
        })
    }

    /// Tells everyone who follows, and those who come later.
    pub fn tell(&self, page: &Page) {
        // A page is a few texts and numbers, which can always be written.
        let mut line = serde_json::to_string(page).unwrap_or_default();
        line.push('\n');
        self.page.send_replace(line);
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.reception.abort();
        // If it stays, the next reader takes it away.
        let _ = remove_file(&self.socket);
    }
}

async fn receive(listener: UnixListener, told: watch::Receiver<String>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, told.clone()));
    }
}

/// Tells one reader every page, from the present one on, until either leaves.
async fn serve(mut stream: UnixStream, mut told: watch::Receiver<String>) {
    told.mark_changed();
    while told.changed().await.is_ok() {
        let line = told.borrow_and_update().clone();
        if stream.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}
