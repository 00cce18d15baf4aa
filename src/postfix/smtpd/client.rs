//! How the log and the replies speak of a client.

use std::net::IpAddr;

use super::interface::Identity;

/// What stands for a name that is not known or not confirmed.
pub(super) const UNKNOWN: &str = "unknown";

impl Identity {
    /// Its verified name, or `unknown`.
    pub fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or(UNKNOWN)
    }

    /// Its name and address as in every log line: `unknown[203.0.113.66]`.
    pub fn named_address(&self) -> String {
        format!("{}[{}]", self.shown_name(), self.address)
    }

    /// Its address as in a domain literal: `IPv6:2001:db8::25`.
    pub(super) fn literal(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("IPv6:{address}"),
        }
    }
}
