//! The client's side: a real verification by webpki, told in the numbers and
//! words of OpenSSL that students meet elsewhere (openssl-verify(1), DIAGNOSTICS):
//! the first fault that it finds. `openssl s_client` goes on, and prints the last as
//! *Verify return code*: 21 after 20, if the server sent its own certificate only.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{
    Resumption, verify_server_cert_signed_by_trust_anchor, verify_server_name,
};
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::chance;
use super::server::certificates;
use crate::clock::Moment;
use crate::journal::event::{CertificateFacts, Verification};

/// What a client expects of the server's certificate, and, after the
/// handshake, what it found.
#[derive(Debug)]
pub(in crate::world) struct Examination {
    roots: Arc<RootCertStore>,
    algorithms: WebPkiSupportedAlgorithms,
    now: Moment,
    /// One of these; `.domain` stands for every name below it.
    names: Vec<String>,
    required: bool,
    found: Mutex<Option<(Vec<CertificateFacts>, Verification)>>,
}

/// A connector whose handshake examines the server's certificate. `roots` is
/// the PEM text of the authorities trusted, `hello` decides the random parts
/// of the client's first message.
pub(in crate::world) fn connector(
    roots: &str,
    names: &[String],
    required: bool,
    now: Moment,
    hello: u64,
) -> Result<(TlsConnector, Arc<Examination>), Error> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates(roots));
    let provider = chance::provider(hello);
    let examination = Arc::new(Examination {
        roots: Arc::new(store),
        algorithms: provider.signature_verification_algorithms,
        now,
        names: names.to_vec(),
        required,
        found: Mutex::default(),
    });
    let verifier: Arc<dyn ServerCertVerifier> = examination.clone();
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok((TlsConnector::from(Arc::new(config)), examination))
}

impl Examination {
    /// The chain and what was made of it, once the server has shown it.
    pub(in crate::world) fn result(&self) -> Option<(Vec<CertificateFacts>, Verification)> {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The first fault that a strict OpenSSL client meets: the chain is built
    /// first, then the name is compared, then the dates.
    fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> Result<(), (u8, Error)> {
        let chain = ParsedCertificate::try_from(leaf).and_then(|certificate| {
            let now = UnixTime::since_unix_epoch(self.now.since(Moment::from_micros(0)));
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots,
                intermediates,
                now,
                self.algorithms.all,
            )?;
            Ok(())
        });
        let code = match &chain {
            Ok(()) => 0,
            _ if signs_itself(leaf) => 18,
            Err(Error::InvalidCertificate(error)) => code(error),
            Err(_) => 1,
        };
        if matches!(code, 0 | 9 | 10)
            && let Err(error) = self.verify_name(leaf)
        {
            return Err((62, error));
        }
        chain.map_err(|error| (code, error))
    }

    fn verify_name(&self, leaf: &CertificateDer<'_>) -> Result<(), Error> {
        let fits = self.names.iter().any(|name| bears(leaf, name));
        fits.then_some(())
            .ok_or(Error::InvalidCertificate(CertificateError::NotValidForName))
    }

    /// The name to speak of: the one that fits, or the first that would have.
    fn name(&self, leaf: &CertificateDer<'_>) -> String {
        let fits = self.names.iter().find(|name| bears(leaf, name));
        fits.or_else(|| self.names.first())
            .cloned()
            .unwrap_or_default()
    }
}

impl ServerCertVerifier for Examination {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.verify(leaf, intermediates);
        let code = verified.as_ref().err().map_or(0, |(code, _)| *code);
        let chain = std::iter::once(leaf)
            .chain(intermediates)
            .filter_map(facts)
            .collect();
        let verification = Verification {
            code,
            words: words(code),
            name: self.name(leaf),
            required: self.required,
        };
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some((chain, verification));
        match verified {
            Err((_, error)) if self.required => Err(error),
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Whether the certificate is for this name or, with a dot before it, for one
/// below it (RFC 6125 §6.4; postconf(5) `smtp_tls_secure_cert_match`).
fn bears(leaf: &CertificateDer<'_>, name: &str) -> bool {
    if name.starts_with('.') {
        let below = |it: &String| it.to_lowercase().ends_with(&name.to_lowercase());
        return facts(leaf).is_some_and(|facts| facts.names.iter().any(below));
    }
    let (Ok(certificate), Ok(name)) = (
        ParsedCertificate::try_from(leaf),
        ServerName::try_from(name),
    ) else {
        return false;
    };
    verify_server_name(&certificate, &name).is_ok()
}

/// OpenSSL's number for a fault of the chain.
fn code(error: &CertificateError) -> u8 {
    match error {
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => 9,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => 10,
        CertificateError::UnknownIssuer => 20,
        CertificateError::BadSignature => 7,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => 26,
        _ => 1,
    }
}

/// OpenSSL's words for its number.
fn words(code: u8) -> &'static str {
    match code {
        0 => "ok",
        7 => "certificate signature failure",
        9 => "certificate is not yet valid",
        10 => "certificate has expired",
        18 => "self-signed certificate",
        20 => "unable to get local issuer certificate",
        26 => "unsuitable certificate purpose",
        62 => "hostname mismatch",
        _ => "unspecified certificate verification error",
    }
}

fn signs_itself(certificate: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(certificate).is_ok_and(|(_, certificate)| {
        certificate.subject().as_raw() == certificate.issuer().as_raw()
    })
}

/// What a certificate says; `None` if it cannot be read.
pub(in crate::world) fn facts(certificate: &CertificateDer<'_>) -> Option<CertificateFacts> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let moment = |time: x509_parser::time::ASN1Time| {
        Moment::from_micros(time.timestamp().saturating_mul(1_000_000))
    };
    let names = certificate
        .subject_alternative_name()
        .ok()
        .flatten()
        .map_or_else(Vec::new, |extension| {
            extension
                .value
                .general_names
                .iter()
                .filter_map(name)
                .collect()
        });
    Some(CertificateFacts {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        names,
        not_before: moment(certificate.validity().not_before),
        not_after: moment(certificate.validity().not_after),
        self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
    })
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match **bytes {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(a, b, c, d).to_string()),
            _ => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::pki::Authority;

    #[test]
    fn names_as_a_certificate_may_have_them() {
        let authority = Authority::new(Moment::LESSON_START).unwrap();
        for (certified, name, fits) in [
            ("MX.remoto.example", "mx.remoto.example", true),
            ("mx.remoto.example", "MX.Remoto.example", true),
            ("mx.remoto.example", "remoto.example", false),
            ("mx.remoto.example", ".remoto.example", true),
            ("MX.remoto.example", ".Remoto.Example", true),
            ("mx.remoto.example", ".mx.remoto.example", false),
            ("malremoto.example", ".remoto.example", false),
            ("*.remoto.example", "mx.remoto.example", true),
            ("mx.remoto.example", "", false),
        ] {
            let issued = authority.issue(&[certified.to_owned()], false).unwrap();
            let leaf = certificates(&issued.leaf).remove(0);
            assert_eq!(bears(&leaf, name), fits, "{certified} for {name}");
        }
    }
}
