//! A foreign server: its banner, its replies, its certificate.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;

use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};

use super::corpus::{assert_shown, bytes, text};
use super::folder::{filled, folder, say, served};

/// What a foreign server says, call after call; `□` is the hostile string.
/// The last reply to each call is one that Postfix logs.
const CALLS: [&[&str]; 6] = [
    &["554 no □"],
    &["220 □", "550 no □", "550 no □", "221 x"],
    &[
        "220 x",
        "250-□\r\n250-AUTH □\r\n250 SIZE □",
        "550-□\r\n550 5.1.0 no □",
        "221 x",
    ],
    &[
        "220 x",
        "250 x",
        "250 x",
        "451 4.5.6 later □",
        "250 x",
        "221 x",
    ],
    &[
        "220 x", "250 x", "250 x", "250 x", "354 x", "552 □", "221 x",
    ],
    &[
        "220 x",
        "250 x",
        "250 x",
        "250 x",
        "354 x",
        "250 queued as □",
        "221 x",
    ],
];

/// Mail that leaves.
const MESSAGE: [&str; 7] = [
    "HELO x",
    "MAIL FROM:<a@aula.example>",
    "RCPT TO:<b@remoto.example>",
    "DATA",
    "",
    "x",
    ".",
];

#[test]
fn what_a_foreign_server_says_is_harmless_in_the_log() {
    let hostile: Vec<u8> = bytes().into_iter().filter(|byte| *byte != b'\r').collect();
    for call in CALLS {
        let (folder, listener) = towards_a_foreign_server("");
        let (sender, done) = channel();
        let (log, said) = std::thread::scope(|threads| {
            threads.spawn(|| {
                let (stream, _) = listener.accept().unwrap();
                answer(&stream, call, &hostile);
                // The call is over when the client hangs up.
                let _ = io::copy(&mut &stream, &mut io::sink());
                sender.send(()).unwrap();
            });
            served(folder.path(), |address| {
                say(address, &MESSAGE.map(|line| line.as_bytes().to_vec()));
                done.recv().unwrap();
            })
        });
        assert_shown(&format!("{call:?} in the log"), &log);
        super::corpus::assert_harmless("what it says", &said);
    }
}

#[test]
fn what_a_foreign_certificate_says_is_harmless_in_the_log() {
    let (certificate, key) = certificate();
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let (folder, listener) =
        towards_a_foreign_server("smtp_tls_security_level = verify\nsmtp_tls_loglevel = 2\n");
    let (sender, done) = channel();
    let (log, _) = std::thread::scope(|threads| {
        threads.spawn(|| {
            let (stream, _) = listener.accept().unwrap();
            answer(&stream, &["220 x", "250-x\r\n250 STARTTLS", "220 go"], b"");
            let connection = ServerConnection::new(config).unwrap();
            let mut secured = StreamOwned::new(connection, stream);
            // Postfix looks at the certificate, and hangs up.
            let _ = io::copy(&mut secured, &mut io::sink());
            sender.send(()).unwrap();
        });
        served(folder.path(), |address| {
            say(address, &MESSAGE.map(|line| line.as_bytes().to_vec()));
            done.recv().unwrap();
        })
    });
    assert_shown("the log", &log);
}

/// A folder whose mail leaves through a socket of ours.
fn towards_a_foreign_server(more: &str) -> (tempfile::TempDir, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let more = format!("relayhost = [127.0.0.1]:{port}\n{more}");
    (folder(&more, &[]), listener)
}

/// Says the first reply, and each other one to a line; after a `354`, to a message.
fn answer(mut call: &TcpStream, replies: &[&str], hostile: &[u8]) {
    let mut heard = BufReader::new(call);
    for (at, reply) in replies.iter().enumerate() {
        let is_message = at > 0 && replies[at - 1].starts_with("354");
        let mut line = Vec::new();
        while at > 0 && (line.is_empty() || is_message && line != b".\r\n") {
            line.clear();
            if matches!(heard.read_until(b'\n', &mut line), Ok(0) | Err(_)) {
                return;
            }
        }
        let said = filled(&format!("{reply}\r\n"), hostile);
        // The client may have enough of us.
        if call.write_all(&said).is_err() {
            return;
        }
    }
}

/// A certificate in whose names everything hostile is.
fn certificate() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let mut names = rcgen::DistinguishedName::new();
    names.push(rcgen::DnType::CommonName, text());
    names.push(rcgen::DnType::OrganizationName, text());
    let mut parameters = rcgen::CertificateParams::new(vec!["x.example".to_owned()]).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    let mut authority = rcgen::CertificateParams::default();
    authority.distinguished_name = names;
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = rcgen::Issuer::new(authority, rcgen::KeyPair::generate().unwrap());
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    (certificate.der().clone(), key)
}
