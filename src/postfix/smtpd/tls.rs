//! What the service says about TLS (`smtpd_tls_security_level` and its kin).

use crate::postfix::configuration::Service;

/// The sum of a service's TLS parameters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct TlsPolicy {
    /// TLS before anything is said (`smtpd_tls_wrappermode`).
    pub(super) wrapper: bool,
    level: Level,
    /// AUTH goes only with TLS (`smtpd_tls_auth_only`).
    auth_only: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Level {
    None,
    May,
    Encrypt,
}

impl TlsPolicy {
    /// As the service says. Wrapper mode counts more than the level, and the
    /// level more than its forerunners.
    pub(super) fn of(service: &Service) -> Self {
        let wrapper = service.boolean("smtpd_tls_wrappermode");
        let level = service.text("smtpd_tls_security_level");
        let level = match level.to_ascii_lowercase().as_str() {
            _ if wrapper => Level::Encrypt,
            "" if service.boolean("smtpd_enforce_tls") => Level::Encrypt,
            "" if service.boolean("smtpd_use_tls") => Level::May,
            "" | "none" => Level::None,
            "may" => Level::May,
            _ => Level::Encrypt,
        };
        Self {
            wrapper,
            level,
            auth_only: service.boolean("smtpd_tls_auth_only"),
        }
    }

    /// Whether STARTTLS is on offer.
    pub(super) fn offers(self) -> bool {
        self.level != Level::None
    }

    /// Whether nothing goes without TLS.
    pub(super) fn requires(self) -> bool {
        self.level == Level::Encrypt
    }

    /// Whether AUTH goes only with TLS.
    pub(super) fn protects_auth(self) -> bool {
        self.requires() || self.auth_only
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
                "warning: smtpd_tls_security_level: unsupported TLS level \"{level}\", \
                 using \"encrypt\""
            ))),
            _ => Err(format!("fatal: Invalid TLS level \"{level}\"")),
        }
    }
}
