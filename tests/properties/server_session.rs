//! Whatever a client sends, in whatever pieces, before and after TLS: the
//! server answers in well-formed lines, executes nothing after TLS that was
//! said before it (RFC 3207 §4.2), and says nothing once it has hung up.

use std::sync::Arc;
use std::sync::OnceLock;

use super::host::{Host, caller};
use arbitrary::Arbitrary;
use smtp_lab::postfix::configuration::{Configuration, Service};
use smtp_lab::postfix::smtpd::{Input, Output, Session, TlsEngine, TlsFacts, TlsFailure};

#[derive(Arbitrary, Debug)]
pub(crate) struct Call {
    policy: u8,
    has_tls: bool,
    said: Vec<Said>,
}

#[derive(Arbitrary, Debug)]
pub(crate) enum Said {
    Bytes(Vec<u8>),
    Line(Verb, Vec<u8>),
    Silence,
    HangUp,
    BadHandshake,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) enum Verb {
    Ehlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Dot,
    Auth,
    Starttls,
    Xclient,
    Vrfy,
    Etrn,
    Rset,
    Quit,
}

pub(crate) fn holds(call: Call) {
    let policies = policies();
    let service = Arc::clone(&policies[usize::from(call.policy) % policies.len()]);
    let mut host = Host::with_file("alumno OK\n/x/ REJECT no\n192.0.2.0/24 DUNNO\n".to_owned());
    let engine = if call.has_tls {
        TlsEngine::Ready
    } else {
        TlsEngine::Broken(vec!["warning: none".to_owned()])
    };
    let mut session = Session::new(service, caller(), engine);
    let mut wants_tls = follow(session.handle(Input::Connected, &mut host));
    for said in call.said {
        let Wants::Go(tls) = wants_tls else {
            return;
        };
        let bytes;
        let input = match said {
            Said::BadHandshake if tls => Input::TlsFailed(TlsFailure::NotTls),
            Said::HangUp => Input::Hangup,
            Said::Silence => Input::Timeout,
            _ if tls => Input::TlsEstablished(TlsFacts {
                version: "TLSv1.3".to_owned(),
                cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
                bits: 256,
                details: String::new(),
            }),
            Said::BadHandshake => continue,
            Said::Bytes(given) => {
                bytes = given;
                Input::Bytes(&bytes)
            }
            Said::Line(verb, rest) => {
                bytes = line(verb, &rest);
                Input::Bytes(&bytes)
            }
        };
        let is_handshake = matches!(input, Input::TlsEstablished(_));
        let outputs = session.handle(input, &mut host);
        if is_handshake {
            let executed = outputs.iter().any(|it| matches!(it, Output::Received(_)));
            assert!(!executed, "something said before TLS was executed after it");
        }
        wants_tls = follow(outputs);
    }
}

enum Wants {
    /// Goes on; with TLS first, or not.
    Go(bool),
    Nothing,
}

/// Looks at what the session wants done.
fn follow(outputs: Vec<Output>) -> Wants {
    let mut wants = Wants::Go(false);
    for output in outputs {
        match output {
            Output::Reply(line) => {
                assert!(
                    matches!(wants, Wants::Go(false)),
                    "a reply after the end or inside a handshake"
                );
                let bytes = line.as_bytes();
                assert!(bytes.len() >= 4, "{line:?}");
                assert!(bytes[..3].iter().all(u8::is_ascii_digit), "{line:?}");
                assert!(matches!(bytes[3], b' ' | b'-'), "{line:?}");
                assert!(
                    !bytes.contains(&b'\n') && !bytes.contains(&b'\r'),
                    "{line:?}"
                );
            }
            Output::StartTls => wants = Wants::Go(true),
            Output::Close | Output::Died => wants = Wants::Nothing,
            Output::Log(line) => assert!(!line.text.contains('\n'), "{:?}", line.text),
            Output::Accepted(message) => {
                assert!(!message.recipients.is_empty());
                assert!(message.message.ends_with(b"\r\n"));
            }
            _ => {}
        }
    }
    wants
}

fn line(verb: Verb, rest: &[u8]) -> Vec<u8> {
    let begin: &[u8] = match verb {
        Verb::Ehlo => b"EHLO ",
        Verb::Mail => b"MAIL FROM:<a@aula.example> ",
        Verb::Rcpt => b"RCPT TO:<alumno@aula.example> ",
        Verb::Data => b"DATA",
        Verb::Bdat => b"BDAT 5 LAST\r\n",
        Verb::Dot => b"\r\n.",
        Verb::Auth => b"AUTH PLAIN ",
        Verb::Starttls => b"STARTTLS",
        Verb::Xclient => b"XCLIENT ADDR=192.0.2.1 ",
        Verb::Vrfy => b"VRFY ",
        Verb::Etrn => b"ETRN ",
        Verb::Rset => b"RSET",
        Verb::Quit => b"QUIT",
    };
    [begin, rest, b"\r\n"].concat()
}

/// Policies unlike one another.
fn policies() -> &'static [Arc<Service>] {
    static POLICIES: OnceLock<Vec<Arc<Service>>> = OnceLock::new();
    POLICIES.get_or_init(|| {
        const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mail.aula.example\n\
            mydestination = aula.example\nmynetworks = 127.0.0.0/8\nsmtpd_sasl_auth_enable = yes\n\
            smtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n";
        [
            "smtpd_tls_security_level = may\n",
            "smtpd_tls_wrappermode = yes\n",
            "smtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\n",
            "smtpd_authorized_xclient_hosts = 0.0.0.0/0\nnotify_classes = bounce, policy, protocol, resource, software\n",
            "smtpd_recipient_restrictions = check_recipient_access regexp:/t, check_sender_access hash:/t, \
             reject_non_fqdn_sender, reject_unknown_recipient_domain, reject_rbl_client list.example, \
             reject_unverified_recipient, permit\nsmtpd_relay_restrictions = reject_unauth_destination\n",
            "smtpd_upstream_proxy_protocol = haproxy\n",
            "message_size_limit = 200\nline_length_limit = 40\nheader_size_limit = 60\nsmtpd_recipient_limit = 2\n\
             smtpd_error_sleep_time = 0\nsmtpd_hard_error_limit = 100\n",
        ]
        .into_iter()
        .filter_map(|more| {
            let (configuration, _) = Configuration::parse(&format!("{MAIN}{more}"), None);
            configuration.service("smtp").cloned()
        })
        .collect()
    })
}
