//! STARTTLS command injection (CVE-2011-0411, RFC 3207 §4.2): what somebody in
//! the middle writes in clear behind STARTTLS is never carried out after the
//! handshake. Its mirror, replies in clear for our client, is among the
//! recordings of `tests/postfix/delivery/tls.json` (`attack-injected-…`).

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned,
};

use crate::served::{Client, Server};

/// Behind STARTTLS and in the same packet; then what the client says in TLS,
/// with the last line of the answer.
const INJECTIONS: &[(&str, &[(&str, &str)])] = &[
    ("NOOP\r\n", &[]),
    ("RSET\r\nNOOP\r\n", &[]),
    ("EHLO injected.example\r\n", &[]),
    ("QUIT\r\n", &[]),
    // Half a line must not be the beginning of the next one, either.
    ("MAIL FR", &[]),
    ("NOOP\r", &[]),
    (
        "MAIL FROM:<x@injected.example>\r\nRCPT TO:<alumno@aula.example>\r\nDATA\r\n",
        &[
            (
                "RCPT TO:<alumno@aula.example>",
                "503 5.5.1 Error: need MAIL command",
            ),
            ("DATA", "503 5.5.1 Error: need RCPT command"),
        ],
    ),
    (
        "EHLO injected.example\r\nAUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0\r\n",
        &[
            ("MAIL FROM:<alumno@aula.example>", "250 2.1.0 Ok"),
            (
                "RCPT TO:<x@remoto.example>",
                "554 5.7.1 <x@remoto.example>: Recipient address rejected: Access denied",
            ),
        ],
    ),
];

#[test]
fn nothing_said_in_clear_is_carried_out_in_tls() {
    let server = Server::start();
    for (injected, talk) in INJECTIONS {
        let mut client = Client::connect(server.address("submission"));
        client.reply();
        client.ask("EHLO pc.aula.example");
        client.send(&format!("STARTTLS\r\n{injected}"));
        assert_eq!(client.reply(), ["220 2.0.0 Ready to start TLS"]);
        assert_eq!(client.0.buffer(), b"", "{injected:?} was answered in clear");
        let mut tls = Protected::over(client.0.into_inner());
        assert_eq!(
            tls.ask("EHLO pc.aula.example"),
            "250 CHUNKING",
            "{injected:?}"
        );
        for (said, answer) in *talk {
            assert_eq!(tls.ask(said), *answer, "{injected:?}");
        }
        assert_eq!(tls.ask("QUIT"), "221 2.0.0 Bye", "{injected:?}");
    }
    let log = server.stop();
    assert!(!log.contains("injected"), "{log}");
    assert!(!log.contains("sasl_username"), "{log}");
}

/// A client inside TLS, who takes any certificate.
struct Protected(BufReader<StreamOwned<ClientConnection, TcpStream>>);

impl Protected {
    fn over(stream: TcpStream) -> Self {
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Credulous(provider)))
            .with_no_client_auth();
        let name = ServerName::try_from("mail.aula.example").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        Self(BufReader::new(StreamOwned::new(connection, stream)))
    }

    /// The last line of the answer.
    fn ask(&mut self, line: &str) -> String {
        let stream = self.0.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "closed");
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }
}

/// Believes any certificate.
#[derive(Debug)]
struct Credulous(Arc<CryptoProvider>);

impl ServerCertVerifier for Credulous {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
