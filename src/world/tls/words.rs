//! What went wrong with TLS, in OpenSSL's words: the reason alone, as a client
//! such as `openssl s_client` shows it, and the line that Postfix with OpenSSL 3.0
//! writes into its log for the same thing.

use std::io;

use tokio_rustls::rustls::{Error, PeerIncompatible};

use crate::journal::event::HANDSHAKE_CUT;
use crate::postfix::openssl;
use crate::postfix::smtpd::TlsFailure;

/// The reason, as `openssl errstr` words it. `verdict` is what the client made
/// of the server's certificate, if that is what it stumbled over.
pub(in crate::world) fn reason(error: &io::Error, verdict: Option<&str>) -> String {
    let Some(inner) = library_error(error) else {
        return match error.kind() {
            io::ErrorKind::TimedOut => "Connection timed out",
            _ => HANDSHAKE_CUT,
        }
        .to_owned();
    };
    let (_, words) = openssl_reason(inner);
    match (inner, verdict) {
        (Error::InvalidCertificate(_), Some(verdict)) => format!("{words}: {verdict}"),
        _ => words.to_owned(),
    }
}

/// Whether the peer does not speak TLS at all.
pub(in crate::world) fn is_no_tls(error: &io::Error) -> bool {
    matches!(library_error(error), Some(Error::InvalidMessage(_)))
}

/// The TLS library's error; `None`: the peer just went away.
fn library_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// OpenSSL's number of a reason, and its words for it.
type Reason = (u32, &'static str);

/// OpenSSL's reason for an error of rustls'.
fn openssl_reason(error: &Error) -> Reason {
    match error {
        Error::AlertReceived(alert) => {
            let number = u8::from(*alert);
            (1000 + u32::from(number), openssl::alert(number))
        }
        Error::InvalidCertificate(_) => (0x86, "certificate verify failed"),
        Error::InvalidMessage(_) => (0x10B, "wrong version number"),
        Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::SupportedVersionsExtensionRequired,
        ) => UNSUPPORTED_PROTOCOL,
        Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon) => {
            (0xC1, "no shared cipher")
        }
        Error::PeerIncompatible(PeerIncompatible::NoKxGroupsInCommon) => {
            (0x65, "no suitable key share")
        }
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            (0xF4, "unexpected message")
        }
        Error::DecryptError => (0x119, "decryption failed or bad record mac"),
        Error::PeerSentOversizedRecord => (0xC6, "packet length too long"),
        _ => (0xE5, "ssl handshake failure"),
    }
}

const UNSUPPORTED_PROTOCOL: Reason = (0x102, "unsupported protocol");

/// Why a server's handshake failed, as its session wants to know it.
pub(in crate::world) fn failure(error: &io::Error) -> TlsFailure {
    match library_error(error) {
        None => TlsFailure::HungUp,
        Some(Error::AlertReceived(alert)) => TlsFailure::Alert(u8::from(*alert)),
        Some(Error::InvalidMessage(_)) => TlsFailure::NotTls,
        Some(other) => {
            let reason = openssl_reason(other);
            let place = match reason {
                UNSUPPORTED_PROTOCOL => ":../ssl/statem/statem_srvr.c:1664:",
                _ => "",
            };
            let (number, words) = reason;
            TlsFailure::Other(format!("error:0A{number:06X}:SSL routines::{words}{place}"))
        }
    }
}

/// OpenSSL's words for it, as Postfix logs them after `TLS library problem: `.
/// `None`: the peer just went away.
pub(in crate::world) fn library_problem(error: &io::Error) -> Option<String> {
    let inner = library_error(error)?;
    Some(match inner {
        Error::AlertReceived(alert) => openssl::alert_received(u8::from(*alert), 1605),
        Error::InvalidCertificate(_) => {
            "error:0A000086:SSL routines::certificate verify failed:../ssl/statem/statem_clnt.c:1889:".to_owned()
        }
        _ => "error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:350:".to_owned(),
    })
}
