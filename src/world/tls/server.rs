//! The server's side: certificate and key from the files that Postfix's
//! parameters name, or the warnings that Postfix writes when it cannot.

use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, ServerConfig};

use super::provider;
use crate::postfix::configuration::Service;

/// The files with certificate and key, as the service's parameters name them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::world) struct CertificateFiles {
    /// `smtpd_tls_chain_files`: keys and certificates together; before all others.
    chains: Vec<String>,
    /// `smtpd_tls_cert_file`.
    certificate: String,
    /// `smtpd_tls_key_file`, by default the same file.
    key: String,
}

impl CertificateFiles {
    /// What the parameters of `service` say.
    pub(in crate::world) fn of(service: &Service) -> Self {
        let named = |parameter| match service.text(parameter).trim() {
            "none" => String::new(),
            file => file.to_owned(),
        };
        Self {
            chains: service.list("smtpd_tls_chain_files"),
            certificate: named("smtpd_tls_cert_file"),
            key: named("smtpd_tls_key_file"),
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
}

/// The engine that these files make; `read` gives a file's text, or why it
/// cannot be read. `Err`: the lines of the log.
pub(in crate::world) fn engine(
    files: &CertificateFiles,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Engine, Vec<String>> {
    let (chain, key) = if !files.chains.is_empty() {
        chain_files(&files.chains, read)?
    } else if files.certificate.is_empty() {
        return Err(vec![
            "warning: No server certs available. TLS won't be enabled".to_owned(),
        ]);
    } else {
        certificate_and_key(files, read)?
    };
    let leaf = chain.first().cloned();
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
    let mut config = match config {
        Ok(Ok(config)) => config,
        Ok(Err(Error::InconsistentKeys(_))) => {
            return Err(key_problem(
                files,
                "error:05800074:x509 certificate routines::key values mismatch:../crypto/x509/x509_cmp.c:408:",
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
        }),
        // Without a certificate rustls makes no configuration.
        None => Err(Vec::new()),
    }
}

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

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
            "error:0480006C:PEM routines::no start line:../crypto/pem/pem_lib.c:763:Expecting: TRUSTED CERTIFICATE".to_owned(),
            "error:0A080009:SSL routines::PEM lib:../ssl/ssl_rsa.c:468:".to_owned(),
        ]));
    }
    let file = &files.key;
    let failed = |problems: Vec<String>| warnings("private key", file, problems);
    let text = read(file).map_err(|why| failed(unreadable(file, &why, 227)))?;
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
        failed(vec![
            "error:1E08010C:DECODER routines::unsupported:../crypto/encode_decode/decoder_lib.c:101:No supported data to decode. Input type: PEM".to_owned(),
            "error:0A080009:SSL routines::PEM lib:../ssl/ssl_rsa.c:251:".to_owned(),
        ])
    })?;
    Ok((chain, key))
}

/// Every file of the list together: a key, then its certificates.
fn chain_files(
    files: &[String],
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Pair, Vec<String>> {
    let mut texts = String::new();
    for file in files {
        let text = read(file)
            .map_err(|why| vec![format!("warning: error opening chain file: {file}: {why}")])?;
        texts.push_str(&text);
        texts.push('\n');
    }
    let first = files.first().map_or("", String::as_str);
    let key = PrivateKeyDer::from_pem_slice(texts.as_bytes()).map_err(|_| {
        vec![format!(
            "warning: error loading chain from {first}: key not first"
        )]
    })?;
    Ok((certificates(&texts), key))
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
