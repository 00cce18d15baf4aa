//! What went wrong with TLS: the reason in the library's own words, and the
//! line that Postfix with OpenSSL 3.0 writes into its log for the same thing.

use std::io;

use tokio_rustls::rustls::{AlertDescription, Error, PeerIncompatible};

use crate::postfix::smtpd::TlsFailure;

/// The reason in the TLS library's words.
pub(in crate::world) fn reason(error: &io::Error) -> String {
    error.to_string()
}

/// Why a server's handshake failed, as its session wants to know it.
pub(in crate::world) fn failure(error: &io::Error) -> TlsFailure {
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    {
        None => TlsFailure::HungUp,
        Some(Error::AlertReceived(alert)) => TlsFailure::Alert(u8::from(*alert)),
        Some(Error::InvalidMessage(_)) => TlsFailure::NotTls,
        Some(Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::SupportedVersionsExtensionRequired,
        )) => TlsFailure::Other(
            "error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1664:"
                .to_owned(),
        ),
        Some(other) => TlsFailure::Other(other.to_string()),
    }
}

/// OpenSSL's words for it, as Postfix logs them after `TLS library problem: `.
/// `None`: the peer just went away.
pub(in crate::world) fn library_problem(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?.downcast_ref::<Error>()?;
    Some(match inner {
        Error::AlertReceived(alert) => alert_received(*alert),
        Error::InvalidCertificate(_) => {
            "error:0A000086:SSL routines::certificate verify failed:../ssl/statem/statem_clnt.c:1889:".to_owned()
        }
        _ => "error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:350:".to_owned(),
    })
}

/// OpenSSL numbers the reason 1000 + alert, and calls the alerts that SSL 3.0
/// knew by that name.
fn alert_received(alert: AlertDescription) -> String {
    let number = u8::from(alert);
    let words = match alert {
        AlertDescription::UnexpectedMessage => "sslv3 alert unexpected message",
        AlertDescription::HandshakeFailure => "sslv3 alert handshake failure",
        AlertDescription::BadCertificate => "sslv3 alert bad certificate",
        AlertDescription::UnsupportedCertificate => "sslv3 alert unsupported certificate",
        AlertDescription::CertificateExpired => "sslv3 alert certificate expired",
        AlertDescription::CertificateUnknown => "sslv3 alert certificate unknown",
        AlertDescription::UnknownCA => "tlsv1 alert unknown ca",
        AlertDescription::DecodeError => "tlsv1 alert decode error",
        AlertDescription::ProtocolVersion => "tlsv1 alert protocol version",
        _ => "tlsv1 alert internal error",
    };
    format!(
        "error:0A{:06X}:SSL routines::{words}:../ssl/record/rec_layer_s3.c:1605:SSL alert number {number}:",
        1000 + u32::from(number)
    )
}
