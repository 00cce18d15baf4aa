//! The promise that `lab serve` is heard on this machine only, as a type.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::str::FromStr;

use super::ServeError;

/// A loopback address with a port; port 0 lets the system choose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Loopback(SocketAddr);

/// Why an address is none to listen on.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LoopbackError {
    /// It is not of the form `127.0.0.1:2525` or `[::1]:2525`.
    #[error("not an address with a port")]
    Malformed,
    /// Others could reach it.
    #[error("not a loopback address")]
    NotLoopback,
}

impl Loopback {
    /// Listens there.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    pub(in crate::world) fn listen(self) -> Result<TcpListener, ServeError> {
        let Self(address) = self;
        let bound = |problem| ServeError::Bind { address, problem };
        let listener = TcpListener::bind(address).map_err(bound)?;
        listener.set_nonblocking(true).map_err(bound)?;
        Ok(listener)
    }
}

impl FromStr for Loopback {
    type Err = LoopbackError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = match text.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}"),
            None => text.to_owned(),
        };
        let address: SocketAddr = text.parse().map_err(|_| LoopbackError::Malformed)?;
        if address.ip().is_loopback() {
            Ok(Self(address))
        } else {
            Err(LoopbackError::NotLoopback)
        }
    }
}

impl fmt::Display for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_taken() {
        let parse = |text: &str| text.parse::<Loopback>().map(|it| it.to_string());
        assert_eq!(parse("127.0.0.1:2525"), Ok("127.0.0.1:2525".to_owned()));
        assert_eq!(parse("127.9.8.7:0"), Ok("127.9.8.7:0".to_owned()));
        assert_eq!(parse("[::1]:25"), Ok("[::1]:25".to_owned()));
        assert_eq!(parse("localhost:587"), Ok("127.0.0.1:587".to_owned()));
        for outside in [
            "0.0.0.0:25",
            "[::]:25",
            "192.0.2.1:25",
            "[::ffff:192.0.2.1]:25",
        ] {
            assert_eq!(parse(outside), Err(LoopbackError::NotLoopback), "{outside}");
        }
        for nonsense in ["", "25", "127.0.0.1", "127.0.0.1:70000", "example:25"] {
            assert_eq!(parse(nonsense), Err(LoopbackError::Malformed), "{nonsense}");
        }
    }
}
