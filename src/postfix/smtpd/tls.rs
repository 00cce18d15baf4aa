//! What the service says about TLS (`smtpd_tls_security_level` and its kin).

use crate::postfix::configuration::Service;

/// The sum of a service's TLS parameters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct TlsPolicy {
    /// TLS before anything is said (`smtpd_tls_wrappermode`).
    pub(super) wrapper: bool,
    /// STARTTLS is on offer.
    pub(super) offered: bool,
    /// Nothing goes without TLS.
    pub(super) required: bool,
    /// AUTH goes only with TLS (`smtpd_tls_auth_only`).
    pub(super) auth_only: bool,
}

impl TlsPolicy {
    /// As the service says. Wrapper mode counts more than the level.
    pub(super) fn of(service: &Service) -> Self {
        let wrapper = service.boolean("smtpd_tls_wrappermode");
        let level = service.text("smtpd_tls_security_level");
        let (offered, required) = match level.to_ascii_lowercase().as_str() {
            _ if wrapper => (true, true),
            "" => (
                service.boolean("smtpd_use_tls"),
                service.boolean("smtpd_enforce_tls"),
            ),
            "none" => (false, false),
            "may" => (true, false),
            _ => (true, true),
        };
        Self {
            wrapper,
            offered: offered || required,
            required,
            auth_only: required || service.boolean("smtpd_tls_auth_only"),
        }
    }

    /// What `smtpd` says at its start about a level that it cannot keep.
    /// `Err`: it dies of it.
    pub(super) fn complaint(service: &Service) -> Result<Option<String>, String> {
        let level = service.text("smtpd_tls_security_level");
        if service.boolean("smtpd_tls_wrappermode") {
            return Ok(None);
        }
        match level.to_ascii_lowercase().as_str() {
            "" | "none" | "may" | "encrypt" => Ok(None),
            "fingerprint" | "secure" | "verify" => Ok(Some(format!(
                "warning: smtpd_tls_security_level: unsupported TLS level \"{level}\", using \"encrypt\""
            ))),
            _ => Err(format!("fatal: Invalid TLS level \"{level}\"")),
        }
    }
}
