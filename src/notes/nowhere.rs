//! Where there are no Unix sockets, nothing is told and nobody follows.

use std::convert::Infallible;
use std::io;

use super::{Page, Presentation};

/// There is none here.
#[derive(Debug)]
pub struct Publisher(Infallible);

impl Publisher {
    /// There is none here.
    ///
    /// # Errors
    /// Always.
    pub fn open() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Never called.
    pub fn tell(&self, _: &Page) {
        match self.0 {}
    }
}

/// There is none here.
#[derive(Debug)]
pub struct Follower(Infallible);

impl Follower {
    /// There is none here.
    ///
    /// # Errors
    /// Always.
    pub async fn of(_: &Presentation) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Never called.
    ///
    /// # Errors
    /// Never.
    pub async fn next(&mut self) -> io::Result<Option<Page>> {
        match self.0 {}
    }
}

/// None.
pub fn presentations() -> Vec<Presentation> {
    Vec::new()
}
