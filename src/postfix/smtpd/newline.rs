//! What becomes of lines that end in a bare LF (`smtpd_forbid_bare_newline`):
//! the defence against smuggled messages.

use crate::postfix::configuration::Service;

/// How strict the server is about line ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BareNewline {
    /// Any LF ends a line (`no`, the default of 3.7).
    Allowed,
    /// The message ends only at CRLF.CRLF (`normalize`, `yes`).
    Normalized,
    /// Besides, whoever uses one is turned away (`reject`).
    Rejected,
}

impl BareNewline {
    /// As the service says.
    pub(super) fn of(service: &Service) -> Self {
        match service
            .text("smtpd_forbid_bare_newline")
            .to_ascii_lowercase()
            .as_str()
        {
            "yes" | "normalize" | "note" => Self::Normalized,
            "reject" => Self::Rejected,
            _ => Self::Allowed,
        }
    }
}
