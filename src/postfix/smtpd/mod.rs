//! The `smtpd` session: a state machine that consumes input and returns
//! outputs. It awaits nothing; [`crate::world`] drives it over any stream.

mod interface;

pub use interface::{
    Accepted, DnsAnswer, Identity, Input, LogLine, Output, RecordKind, Services, TlsEngine,
    TlsFacts,
};
