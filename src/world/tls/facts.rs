//! A finished handshake in OpenSSL's and Postfix's spelling.

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{CipherSuite, CommonState, NamedGroup, ProtocolVersion};

use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::postfix::smtpd::TlsFacts;

/// Protocol version and cipher suite.
pub(in crate::world) fn established(connection: &CommonState) -> (String, String) {
    (
        version(connection).to_owned(),
        cipher(connection).0.to_owned(),
    )
}

/// Everything that Postfix's *TLS connection established* line says. `leaf` is
/// the server's certificate.
pub(in crate::world) fn server_facts(
    connection: &CommonState,
    leaf: Option<&CertificateDer<'_>>,
) -> TlsFacts {
    let (cipher, bits) = cipher(connection);
    let details = match connection.negotiated_key_exchange_group() {
        // TLS 1.2 says all this in the name of the cipher suite.
        Some(group) if connection.protocol_version() == Some(ProtocolVersion::TLSv1_3) => format!(
            " key-exchange {} server-signature {}",
            key_exchange(group.name()),
            leaf.map(signature).unwrap_or_default()
        ),
        _ => String::new(),
    };
    TlsFacts {
        version: version(connection).to_owned(),
        cipher: cipher.to_owned(),
        bits,
        details,
    }
}

fn version(connection: &CommonState) -> &'static str {
    match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
        _ => "TLSv1.2",
    }
}

/// OpenSSL's name of the suite, and its key bits.
fn cipher(connection: &CommonState) -> (&'static str, u16) {
    match connection
        .negotiated_cipher_suite()
        .map(|suite| suite.suite())
    {
        Some(CipherSuite::TLS13_AES_256_GCM_SHA384) => ("TLS_AES_256_GCM_SHA384", 256),
        Some(CipherSuite::TLS13_AES_128_GCM_SHA256) => ("TLS_AES_128_GCM_SHA256", 128),
        Some(CipherSuite::TLS13_CHACHA20_POLY1305_SHA256) => ("TLS_CHACHA20_POLY1305_SHA256", 256),
        Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384) => {
            ("ECDHE-ECDSA-AES256-GCM-SHA384", 256)
        }
        Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256) => {
            ("ECDHE-ECDSA-AES128-GCM-SHA256", 128)
        }
        Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256) => {
            ("ECDHE-ECDSA-CHACHA20-POLY1305", 256)
        }
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) => {
            ("ECDHE-RSA-AES256-GCM-SHA384", 256)
        }
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) => {
            ("ECDHE-RSA-AES128-GCM-SHA256", 128)
        }
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256) => {
            ("ECDHE-RSA-CHACHA20-POLY1305", 256)
        }
        _ => ("(NONE)", 0),
    }
}

fn key_exchange(group: NamedGroup) -> &'static str {
    match group {
        NamedGroup::secp256r1 => "ECDHE (prime256v1)",
        NamedGroup::secp384r1 => "ECDHE (secp384r1)",
        _ => "X25519",
    }
}

/// How a server with this certificate signs, and with which digest.
fn signature(leaf: &CertificateDer<'_>) -> String {
    let key = X509Certificate::from_der(leaf)
        .ok()
        .and_then(|(_, certificate)| match certificate.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => Some(Key::Rsa(key.key_size())),
            Ok(PublicKey::EC(point)) => Some(Key::Curve(point.key_size())),
            _ => None,
        });
    match key {
        Some(Key::Rsa(bits)) => format!("RSA-PSS ({bits} bits) server-digest SHA256"),
        Some(Key::Curve(384)) => "ECDSA (secp384r1) server-digest SHA384".to_owned(),
        Some(Key::Curve(521)) => "ECDSA (secp521r1) server-digest SHA512".to_owned(),
        Some(Key::Curve(_)) => "ECDSA (prime256v1) server-digest SHA256".to_owned(),
        None => "ED25519".to_owned(),
    }
}

/// A certificate's key, with its size in bits.
enum Key {
    Curve(usize),
    Rsa(usize),
}
