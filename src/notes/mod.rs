//! The teacher's notes in a second terminal: the presenting instance tells what
//! it shows, and `lab notes` on the same machine follows it.
//!
//! **Invariant**: nothing but what a teacher may read leaves the presenting
//! instance, through a socket that only the same user can open; nothing comes in.

#[cfg(unix)]
mod follower;
#[cfg(not(unix))]
mod nowhere;
mod page;
#[cfg(unix)]
mod publisher;
#[cfg(all(test, unix))]
mod tests;

#[cfg(unix)]
pub use follower::{Follower, presentations};
#[cfg(not(unix))]
pub use nowhere::{Follower, Publisher, presentations};
pub use page::Page;
#[cfg(unix)]
pub use publisher::Publisher;

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// A presentation on this machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Presentation {
    /// The process that presents.
    pub process: u32,
    /// Its socket.
    pub socket: PathBuf,
}

/// Where the sockets are: `$XDG_RUNTIME_DIR/lab`, or beside the progress where
/// that is not set (XDG Base Directory Specification). `None` without a home.
pub fn directory() -> Option<PathBuf> {
    let strategy = etcetera::base_strategy::Xdg::new().ok()?;
    let runtime = strategy.runtime_dir().map(|it| it.join("lab"));
    runtime.or_else(|| Some(strategy.state_dir()?.join("lab").join("run")))
}
