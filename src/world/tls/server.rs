//! The server's side: certificate and key from the files that Postfix's
//! parameters name, or the warnings that Postfix writes when it cannot.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::pki_types::pem::{PemObject, SectionKind};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{Error, ServerConfig};

use x509_parser::prelude::{FromDer, X509Certificate};

use super::{failure, provider};
use crate::postfix::configuration::Service;
use crate::postfix::smtpd::{TlsFailure, TlsProtocols};

/// The files with certificate and key, as the service's parameters name them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::world) struct CertificateFiles {
    /// `smtpd_tls_chain_files`: keys and certificates together; before all others.
    chains: Vec<String>,
    /// `smtpd_tls_cert_file`.
    certificate: String,
    /// `smtpd_tls_key_file`, by default the same file.
    key: String,
    /// `smtpd_tls_CAfile`.
    authorities: String,
    /// The protocol versions allowed, or why the list makes no sense.
    protocols: Result<TlsProtocols, String>,
}

impl CertificateFiles {
    /// What the parameters of `service` say.
    pub(in crate::world) fn of(service: &Service) -> Self {
        let named = |parameter| match service.text(parameter).trim() {
            "none" => String::new(),
            file => file.to_owned(),
        };
        Self {
            chains: service.list("smtpd_tls_chain_files").to_vec(),
            certificate: named("smtpd_tls_cert_file"),
            key: named("smtpd_tls_key_file"),
            authorities: service.text("smtpd_tls_CAfile").to_owned(),
            protocols: TlsProtocols::of(service),
        }
    }

    /// A certificate and its key, for every version that rustls knows.
    pub(in crate::world) fn pair(certificate: &str, key: &str) -> Self {
        Self {
            chains: Vec::new(),
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            authorities: String::new(),
            protocols: Ok(TlsProtocols {
                tls13: true,
                tls12: true,
                older: false,
            }),
        }
    }
}

/// What a service needs for handshakes.
#[derive(Clone, Debug)]
pub(in crate::world) struct Engine {
    /// rustls' configuration.
    pub(in crate::world) config: Arc<ServerConfig>,
    /// The service's certificate.
    pub(in crate::world) leaf: CertificateDer<'static>,
    /// Why no handshake can succeed, in OpenSSL's words: of the protocol
    /// versions that the service allows, rustls knows none.
    pub(in crate::world) impossible: Option<&'static str>,
}

/// The engine that these files make; `read` gives a file's text, or why it
/// cannot be read. `Err`: the lines of the log.
pub(in crate::world) fn engine(
    files: &CertificateFiles,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Engine, Vec<String>> {
    let mixed = if files.chains.is_empty() {
        std::slice::from_ref(&files.certificate)
    } else {
        &files.chains
    };
    let is_mixed = !files.chains.is_empty() || files.certificate == files.key;
    let protocols = files.protocols.clone().map_err(|line| vec![line])?;
    if files.chains.is_empty() && files.certificate.is_empty() {
        return Err(vec![
            "warning: No server certs available. TLS won't be enabled".to_owned(),
        ]);
    }
    let authorities = authorities(&files.authorities, &read)?;
    let (mut chain, key) = if is_mixed {
        key_with_chain(mixed, files.chains.is_empty(), read)?
    } else {
        certificate_and_key(files, read)?
    };
    complete(&mut chain, &authorities);
    let leaf = chain.first().cloned();
    let versions: &[_] = match (protocols.tls12, protocols.tls13) {
        (true, false) => &[&TLS12],
        (false, true) => &[&TLS13],
        _ => &[&TLS12, &TLS13],
    };
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .map(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
    let mut config = match config {
        Ok(Ok(config)) => config,
        Ok(Err(Error::InconsistentKeys(_))) if is_mixed => {
            let file = mixed.first().map_or("", String::as_str);
            return Err(vec![
                format!("warning: key at index 1 in {file} does not match next certificate"),
                "warning: TLS library problem: error:0A000120:SSL routines::private key mismatch:../ssl/ssl_rsa.c:983:".to_owned(),
                format!(
                    "warning: error loading private keys and certificates from: {}: \
                     disabling TLS support",
                    mixed.join(", ")
                ),
            ]);
        }
        Ok(Err(Error::InconsistentKeys(_))) => {
            return Err(key_problem(
                files,
                "error:05800074:x509 certificate routines::key values mismatch:../crypto/x509/x509_cmp.c:403:",
            ));
        }
        Ok(Err(_)) | Err(_) => {
            return Err(key_problem(
                files,
                "error:0A0C0103:SSL routines::internal error:../ssl/ssl_rsa.c:",
            ));
        }
    };
    // A lesson's dialogues never resume a session: tickets would only be noise on the wire.
    config.send_tls13_tickets = 0;
    match leaf {
        Some(leaf) => Ok(Engine {
            config: Arc::new(config),
            leaf,
            impossible: match protocols {
                TlsProtocols {
                    tls12: false,
                    tls13: false,
                    older: true,
                } => Some(
                    "error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1664:",
                ),
                TlsProtocols {
                    tls12: false,
                    tls13: false,
                    older: false,
                } => Some(
                    "error:0A0000BF:SSL routines::no protocols available:../ssl/statem/statem_lib.c:102:",
                ),
                _ => None,
            },
        }),
        // Without a certificate rustls makes no configuration.
        None => Err(Vec::new()),
    }
}

/// Hears what the client offers, and tells it that no version of it will do
/// (RFC 8446 §6.2, `protocol_version`). Returns how the handshake failed.
pub(in crate::world) async fn turn_down<S>(stream: S, words: &str) -> TlsFailure
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match LazyConfigAcceptor::new(Acceptor::default(), stream).await {
        Ok(mut offered) => {
            // Whoever is gone already does not hear it.
            let _ = offered.io.write_all(&PROTOCOL_VERSION_ALERT).await;
            TlsFailure::Other(words.to_owned())
        }
        Err(error) => failure(&error),
    }
}

/// A record of one fatal alert: number 70.
const PROTOCOL_VERSION_ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 70];

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The certificates of `smtpd_tls_CAfile`.
fn authorities(
    file: &str,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<CertificateDer<'static>>, Vec<String>> {
    if file.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |problems: Vec<String>| {
        let mut lines = vec![format!(
            "cannot load Certification Authority data, CAfile=\"{file}\": disabling TLS support"
        )];
        lines.extend(
            problems
                .into_iter()
                .map(|problem| format!("warning: TLS library problem: {problem}")),
        );
        lines
    };
    let text = read(file).map_err(|why| {
        failed(vec![
            format!(
                "error:80000002:system library::{why}:../crypto/bio/bss_file.c:67:calling fopen({file}, r):"
            ),
            "error:10000080:BIO routines::no such file:../crypto/bio/bss_file.c:75:".to_owned(),
            "error:05880002:x509 certificate routines::system lib:../crypto/x509/by_file.c:229:"
                .to_owned(),
        ])
    })?;
    let authorities = certificates(&text);
    if authorities.is_empty() {
        return Err(failed(vec![
            "error:05800088:x509 certificate routines::no certificate or crl found:../crypto/x509/by_file.c:252:".to_owned(),
        ]));
    }
    Ok(authorities)
}

/// Puts the issuers behind a certificate that comes alone, as far as they are
/// known, the root too. OpenSSL does so with what `smtpd_tls_CAfile` has; a chain
/// of more than one certificate it leaves as it is (`SSL_CTX_set_mode(3)`,
/// `SSL_MODE_NO_AUTO_CHAIN`).
fn complete(chain: &mut Vec<CertificateDer<'static>>, authorities: &[CertificateDer<'static>]) {
    let names = |certificate: &CertificateDer<'_>| {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let subject = certificate.subject().as_raw().to_vec();
        Some((subject, certificate.issuer().as_raw().to_vec()))
    };
    if chain.len() != 1 {
        return;
    }
    while let Some((subject, issuer)) = chain.last().and_then(names)
        && subject != issuer
        && chain.len() <= authorities.len()
        && let Some(next) = authorities
            .iter()
            .find(|known| names(known).is_some_and(|(subject, _)| subject == issuer))
    {
        chain.push(next.clone());
    }
}

/// Certificate and key from a file each.
fn certificate_and_key(
    files: &CertificateFiles,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Pair, Vec<String>> {
    let file = &files.certificate;
    let failed = |problems: Vec<String>| warnings("certificate", file, problems);
    let text = read(file).map_err(|why| failed(unreadable(file, &why, 450)))?;
    let chain = certificates(&text);
    if chain.is_empty() {
        return Err(failed(vec![
            "error:0480006C:PEM routines::no start line:../crypto/pem/pem_lib.c:760:Expecting: TRUSTED CERTIFICATE:".to_owned(),
            "error:0A080009:SSL routines::PEM lib:../ssl/ssl_rsa.c:462:".to_owned(),
        ]));
    }
    let file = &files.key;
    let failed = |problems: Vec<String>| warnings("private key", file, problems);
    let text = read(file).map_err(|why| failed(unreadable(file, &why, 368)))?;
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
        failed(vec![
            "error:1E08010C:DECODER routines::unsupported:../crypto/encode_decode/decoder_lib.c:103:No supported data to decode. Input type: PEM:".to_owned(),
            "error:0A080009:SSL routines::PEM lib:../ssl/ssl_rsa.c:385:".to_owned(),
        ])
    })?;
    Ok((chain, key))
}

/// Key and certificates from files that hold both, each in its turn. In the
/// files of `smtpd_tls_chain_files` a key comes before its certificates; the one
/// file of `smtpd_tls_cert_file` may have them in any order.
fn key_with_chain(
    files: &[String],
    any_order: bool,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Pair, Vec<String>> {
    let all = files.join(", ");
    let failed = |words: String| {
        vec![
            format!("warning: {words}"),
            format!(
                "warning: error loading private keys and certificates from: {all}: \
                 disabling TLS support"
            ),
        ]
    };
    let mut chain = Vec::new();
    let mut found: Option<(PrivateKeyDer<'static>, &str)> = None;
    for file in files {
        let text = read(file)
            .map_err(|why| vec![format!("warning: error opening chain file: {file}: {why}")])?;
        let mut is_empty = true;
        for (kind, der) in <(SectionKind, Vec<u8>)>::pem_slice_iter(text.as_bytes()).flatten() {
            is_empty = false;
            if kind == SectionKind::Certificate {
                if found.is_none() && !any_order {
                    return Err(failed(format!(
                        "error loading chain from {file}: key not first"
                    )));
                }
                chain.push(CertificateDer::from(der));
            } else if found.is_none()
                && let Some(key) = PrivateKeyDer::from_pem(kind, der)
            {
                found = Some((key, file));
            }
        }
        if is_empty {
            return Err(failed(format!("No PEM data in {file}")));
        }
    }
    match found {
        None => Err(failed(format!("No private key found in {all}"))),
        Some((_, file)) if chain.is_empty() => {
            Err(failed(format!("No certs for key at index 1 in {file}")))
        }
        Some((key, _)) => Ok((chain, key)),
    }
}

/// The certificates in a PEM text; what is not one is skipped, as OpenSSL does.
pub(super) fn certificates(text: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text.as_bytes())
        .filter_map(Result::ok)
        .collect()
}

fn key_problem(files: &CertificateFiles, problem: &str) -> Vec<String> {
    warnings("private key", &files.key, vec![problem.to_owned()])
}

/// The lines of the log. Postfix calls whatever
/// `smtpd_tls_cert_file` names an RSA certificate.
fn warnings(what: &str, file: &str, problems: Vec<String>) -> Vec<String> {
    let mut lines = vec![format!(
        "warning: cannot get RSA {what} from file \"{file}\": disabling TLS support"
    )];
    lines.extend(
        problems
            .into_iter()
            .map(|problem| format!("warning: TLS library problem: {problem}")),
    );
    lines
}

/// OpenSSL's three lines for a file that it cannot open; `line` is the one of `ssl_rsa.c`.
fn unreadable(file: &str, why: &str, line: u32) -> Vec<String> {
    vec![
        format!(
            "error:80000002:system library::{why}:../crypto/bio/bss_file.c:308:calling fopen({file}, r):"
        ),
        "error:10080002:BIO routines::system lib:../crypto/bio/bss_file.c:311:".to_owned(),
        format!("error:0A080002:SSL routines::system lib:../ssl/ssl_rsa.c:{line}:"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::postfix::configuration::Configuration;
    use crate::world::pki::Authority;

    /// What the log says of this main.cf; certificate and key of one host are
    /// `c` and `k`, the key of another is `other`, and `junk` is no PEM.
    fn said(main_cf: &str) -> Vec<String> {
        let authority = Authority::new(Moment::LESSON_START).unwrap();
        let names = ["mail.aula.example".to_owned()];
        let own = authority.snakeoil(&names, false).unwrap();
        let other = authority.snakeoil(&names, false).unwrap();
        let (configuration, _) = Configuration::parse(main_cf, None);
        let files = CertificateFiles::of(configuration.main());
        let engine = engine(&files, |path| match path {
            "c" => Ok(own.leaf.clone()),
            "k" => Ok(own.key.clone()),
            "ck" => Ok(format!("{}{}", own.leaf, own.key)),
            "other" => Ok(other.key.clone()),
            "junk" => Ok("nada\n".to_owned()),
            _ => Err("No such file or directory".to_owned()),
        });
        engine.err().unwrap_or_default()
    }

    const NOTHING: [&str; 0] = [];

    #[test]
    fn files_in_order_make_an_engine() {
        assert_eq!(
            said("smtpd_tls_cert_file = c\nsmtpd_tls_key_file = k\n"),
            NOTHING
        );
        assert_eq!(said("smtpd_tls_cert_file = ck\n"), NOTHING);
        assert_eq!(said("smtpd_tls_chain_files = k, c\n"), NOTHING);
    }

    #[test]
    fn a_key_file_at_fault_is_named() {
        let with = |key: &str| {
            said(&format!(
                "smtpd_tls_cert_file = c\nsmtpd_tls_key_file = {key}\n"
            ))
        };
        assert_eq!(
            with("missing"),
            [
                "warning: cannot get RSA private key from file \"missing\": disabling TLS support",
                "warning: TLS library problem: error:80000002:system library::No such file or directory:../crypto/bio/bss_file.c:308:calling fopen(missing, r):",
                "warning: TLS library problem: error:10080002:BIO routines::system lib:../crypto/bio/bss_file.c:311:",
                "warning: TLS library problem: error:0A080002:SSL routines::system lib:../ssl/ssl_rsa.c:368:",
            ]
        );
        assert_eq!(
            with("other"),
            [
                "warning: cannot get RSA private key from file \"other\": disabling TLS support",
                "warning: TLS library problem: error:05800074:x509 certificate routines::key values mismatch:../crypto/x509/x509_cmp.c:403:",
            ]
        );
    }

    #[test]
    fn one_file_must_hold_both() {
        let end = |file: &str| {
            format!(
                "warning: error loading private keys and certificates from: {file}: \
                 disabling TLS support"
            )
        };
        assert_eq!(
            said("smtpd_tls_cert_file = c\n"),
            ["warning: No private key found in c".to_owned(), end("c")]
        );
        assert_eq!(
            said("smtpd_tls_cert_file = junk\n"),
            ["warning: No PEM data in junk".to_owned(), end("junk")]
        );
        assert_eq!(
            said("smtpd_tls_cert_file = k\n"),
            [
                "warning: No certs for key at index 1 in k".to_owned(),
                end("k")
            ]
        );
        assert_eq!(
            said("smtpd_tls_chain_files = c, k\n"),
            [
                "warning: error loading chain from c: key not first".to_owned(),
                end("c, k")
            ]
        );
        assert_eq!(
            said("smtpd_tls_chain_files = other, c\n"),
            [
                "warning: key at index 1 in other does not match next certificate".to_owned(),
                "warning: TLS library problem: error:0A000120:SSL routines::private key mismatch:../ssl/ssl_rsa.c:983:".to_owned(),
                end("other, c")
            ]
        );
    }

    #[test]
    fn a_file_of_authorities_at_fault_is_the_end_of_tls() {
        let with = |file: &str| {
            said(&format!(
                "smtpd_tls_cert_file = ck\nsmtpd_tls_CAfile = {file}\n"
            ))
        };
        assert_eq!(with("c"), NOTHING);
        assert_eq!(
            with("missing"),
            [
                "cannot load Certification Authority data, CAfile=\"missing\": disabling TLS support",
                "warning: TLS library problem: error:80000002:system library::No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(missing, r):",
                "warning: TLS library problem: error:10000080:BIO routines::no such file:../crypto/bio/bss_file.c:75:",
                "warning: TLS library problem: error:05880002:x509 certificate routines::system lib:../crypto/x509/by_file.c:229:",
            ]
        );
        assert_eq!(
            with("junk"),
            [
                "cannot load Certification Authority data, CAfile=\"junk\": disabling TLS support",
                "warning: TLS library problem: error:05800088:x509 certificate routines::no certificate or crl found:../crypto/x509/by_file.c:252:",
            ]
        );
    }

    #[test]
    fn a_list_of_protocols_that_makes_no_sense_is_the_end_of_tls() {
        assert_eq!(
            said("smtpd_tls_cert_file = ck\nsmtpd_tls_protocols = TLSv9\n"),
            ["warning: Invalid TLS protocol list \"TLSv9\": disabling TLS support"]
        );
    }
}
