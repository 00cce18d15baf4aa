//! TLS on the wires of the world, by rustls: the server's side from the files
//! that its configuration names, the client's side with a verification told
//! in OpenSSL's terms, and both described in the words of Postfix's log.

mod chance;
mod client;
mod facts;
mod server;
mod words;

pub(super) use client::{Examination, connector, facts};
pub(super) use facts::{established, server_facts};
pub(super) use server::{CertificateFiles, Engine, engine, turn_down};
pub(super) use words::{failure, is_no_tls, library_problem, reason};

use std::sync::Arc;

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};

/// The cryptography of servers: always truly random.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
