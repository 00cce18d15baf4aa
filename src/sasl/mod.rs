//! SASL mechanisms (RFC 4422), pure: bytes in, bytes out, and every value in
//! between has a name.

pub mod client;
pub mod dovecot;
pub mod server;
