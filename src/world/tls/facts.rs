//! A finished handshake in OpenSSL's and Postfix's spelling.

use tokio_rustls::rustls::{CipherSuite, CommonState, NamedGroup, ProtocolVersion};

use crate::postfix::smtpd::TlsFacts;

/// Protocol version and cipher suite.
pub(in crate::world) fn established(connection: &CommonState) -> (String, String) {
    (
        version(connection).to_owned(),
        cipher(connection).0.to_owned(),
    )
}

/// Everything that Postfix's *TLS connection established* line says. All
/// certificates of the world are ECDSA on P-256.
pub(in crate::world) fn server_facts(connection: &CommonState) -> TlsFacts {
    let (cipher, bits) = cipher(connection);
    let details = match connection.negotiated_key_exchange_group() {
        // TLS 1.2 says all this in the name of the cipher suite.
        Some(group) if connection.protocol_version() == Some(ProtocolVersion::TLSv1_3) => format!(
            " key-exchange {} server-signature ECDSA (prime256v1) server-digest SHA256",
            key_exchange(group.name())
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
