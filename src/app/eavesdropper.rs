//! What somebody who listens to the wire can make of its bytes: SMTP lines as
//! long as they go in clear, TLS records by type and length afterwards, and
//! what still leaks then.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::journal::End;
use crate::journal::event::Tampering;
use crate::text::visible;

/// One thing seen on the wire.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sight {
    /// A line that can be read, safe to show.
    Line {
        /// Who sent it.
        from: End,
        /// Whether it went inside TLS: then somebody in the middle reads it.
        protected: bool,
        /// The line.
        text: String,
        /// What its base64 says to whoever cares to decode it, safe to show.
        decoded: Option<String>,
    },
    /// Something else that somebody in the middle did.
    Tampered(Tampering),
    /// A TLS record.
    Record {
        /// Who sent it.
        from: End,
        /// What kind of record, in the specification's words (RFC 8446 §5.1).
        kind: &'static str,
        /// The handshake message in it, while those are still readable.
        message: Option<&'static str>,
        /// Length of what it carries, in bytes.
        length: usize,
        /// The server's name, sent in clear (RFC 6066 §3).
        server_name: Option<String>,
    },
}

/// Listens to one connection.
#[derive(Clone, Debug, Default)]
pub struct Eavesdropper {
    client: Direction,
    server: Direction,
    /// Whether the client's next line answers a challenge, and so is base64.
    answers: bool,
    seen: Vec<Sight>,
}

/// What is known of one direction.
#[derive(Clone, Debug, Default)]
struct Direction {
    pending: Vec<u8>,
    /// Whether the TLS of this direction has begun to encrypt its handshake.
    encrypted: bool,
}

/// Bytes of a TLS record's header (RFC 8446 §5.1).
const HEADER: usize = 5;

impl Eavesdropper {
    /// Hears `bytes` sent by `from`.
    pub fn hear(&mut self, from: End, bytes: &[u8]) {
        let direction = match from {
            End::Client => &mut self.client,
            End::Server => &mut self.server,
        };
        direction.pending.extend_from_slice(bytes);
        let heard: Vec<_> = std::iter::from_fn(|| direction.next(from)).collect();
        for sight in heard {
            let sight = self.understand(sight);
            self.seen.push(sight);
        }
    }

    /// Learns what whoever sits in the middle did.
    pub fn learn(&mut self, tampering: &Tampering) {
        let sight = match tampering {
            Tampering::Read { from, line } => self.understand(Sight::Line {
                from: *from,
                protected: true,
                text: line.visible(),
                decoded: None,
            }),
            other => Sight::Tampered(other.clone()),
        };
        self.seen.push(sight);
    }

    /// The last thing heard whole.
    pub fn last(&self) -> Option<&Sight> {
        self.seen.last()
    }

    /// Everything heard, with what is left of unfinished lines.
    pub fn finish(mut self) -> Vec<Sight> {
        for (from, direction) in [(End::Client, self.client), (End::Server, self.server)] {
            if !direction.pending.is_empty() {
                self.seen.push(Sight::Line {
                    from,
                    protected: false,
                    text: visible::bytes(&direction.pending),
                    decoded: None,
                });
            }
        }
        self.seen
    }

    /// Decodes credentials, which only look secret.
    fn understand(&mut self, sight: Sight) -> Sight {
        let Sight::Line {
            from,
            protected,
            text,
            ..
        } = sight
        else {
            return sight;
        };
        let decoded = match from {
            End::Server => {
                let challenge = text.strip_prefix("334 ");
                self.answers = text.starts_with("334");
                challenge.and_then(decode)
            }
            End::Client if std::mem::take(&mut self.answers) => decode(&text),
            End::Client => {
                let mut words = text.split_ascii_whitespace();
                let auth = words
                    .next()
                    .is_some_and(|verb| verb.eq_ignore_ascii_case("AUTH"));
                auth.then(|| words.nth(1)).flatten().and_then(decode)
            }
        };
        Sight::Line {
            from,
            protected,
            text,
            decoded,
        }
    }
}

impl Direction {
    /// Takes the next whole line or record off what is pending.
    fn next(&mut self, from: End) -> Option<Sight> {
        match self.pending.as_slice() {
            // Content types 20 to 24, protocol version 3.x: no SMTP line begins so.
            [kind @ 20..=24, 3, ..] => {
                let kind = *kind;
                let length = self.pending.get(3..HEADER).map(|bytes| {
                    bytes
                        .iter()
                        .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
                })?;
                if self.pending.len() < HEADER + length {
                    return None;
                }
                let record: Vec<u8> = self.pending.drain(..HEADER + length).collect();
                let body = record.get(HEADER..).unwrap_or_default();
                Some(self.record(from, kind, body))
            }
            pending => {
                let end = pending.iter().position(|byte| *byte == b'\n')?;
                let line: Vec<u8> = self.pending.drain(..=end).collect();
                Some(Sight::Line {
                    from,
                    protected: false,
                    text: visible::bytes(line.trim_ascii_end()),
                    decoded: None,
                })
            }
        }
    }

    fn record(&mut self, from: End, kind: u8, body: &[u8]) -> Sight {
        let message = match (kind, self.encrypted, body.first()) {
            (22, false, Some(message)) => handshake_message(*message),
            _ => None,
        };
        let server_name = match message {
            Some("ClientHello") => server_name(body),
            _ => None,
        };
        // After ChangeCipherSpec (TLS 1.2) or the first encrypted record (1.3)
        // nothing of the handshake can be read any more.
        self.encrypted |= kind == 20 || kind == 23;
        Sight::Record {
            from,
            kind: match kind {
                20 => "change_cipher_spec",
                21 => "alert",
                22 => "handshake",
                23 => "application_data",
                _ => "heartbeat",
            },
            message,
            length: body.len(),
            server_name,
        }
    }
}

/// Names of handshake messages (RFC 8446 §4, RFC 5246 §7.4).
fn handshake_message(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "ClientHello",
        2 => "ServerHello",
        4 => "NewSessionTicket",
        11 => "Certificate",
        12 => "ServerKeyExchange",
        13 => "CertificateRequest",
        14 => "ServerHelloDone",
        16 => "ClientKeyExchange",
        _ => return None,
    })
}

/// The name in the `server_name` extension of a `ClientHello` (RFC 6066 §3).
fn server_name(hello: &[u8]) -> Option<String> {
    // Message type and length, protocol version, random.
    let (_, rest) = hello.split_at_checked(4 + 2 + 32)?;
    let (_session, rest) = prefixed(rest, 1)?;
    let (_suites, rest) = prefixed(rest, 2)?;
    let (_compressions, rest) = prefixed(rest, 1)?;
    let (mut extensions, _) = prefixed(rest, 2)?;
    while let Some((kind, rest)) = extensions.split_at_checked(2) {
        let (content, rest) = prefixed(rest, 2)?;
        extensions = rest;
        if kind == [0, 0] {
            let (list, _) = prefixed(content, 2)?;
            let (_kind, name) = list.split_at_checked(1)?;
            let (name, _) = prefixed(name, 2)?;
            return Some(visible::bytes(name));
        }
    }
    None
}

/// A vector whose length stands before it in so many bytes, and what follows.
fn prefixed(bytes: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(size)?;
    let length = length
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    rest.split_at_checked(length)
}

fn decode(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    // NUL parts the fields of PLAIN (RFC 4616).
    let fields: Vec<_> = bytes.split(|byte| *byte == 0).map(visible::bytes).collect();
    Some(fields.join(r"\0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clear(from: End, text: &str, decoded: Option<&str>) -> Sight {
        Sight::Line {
            from,
            protected: false,
            text: text.to_owned(),
            decoded: decoded.map(str::to_owned),
        }
    }

    #[test]
    fn credentials_in_clear_are_decoded() {
        let mut listener = Eavesdropper::default();
        listener.hear(End::Client, b"AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0\r\n");
        listener.hear(End::Server, b"334 VXNlcm5hbWU6\r\n");
        listener.hear(End::Client, b"YWx1");
        listener.hear(End::Client, b"bW5v\r\nNOOP\r\n");
        assert_eq!(
            listener.finish(),
            [
                clear(
                    End::Client,
                    "AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0",
                    Some(r"\0alumno\0clase-1234")
                ),
                clear(End::Server, "334 VXNlcm5hbWU6", Some("Username:")),
                clear(End::Client, "YWx1bW5v", Some("alumno")),
                clear(End::Client, "NOOP", None),
            ]
        );
    }

    #[test]
    fn records_show_type_and_length_however_the_bytes_are_cut() {
        let bytes = [23, 3, 3, 0, 4, 9, 9, 9, 9, 21, 3, 3, 0, 1, 7];
        let mut listener = Eavesdropper::default();
        for byte in bytes {
            listener.hear(End::Server, &[byte]);
        }
        let kinds: Vec<_> = listener
            .finish()
            .into_iter()
            .map(|sight| match sight {
                Sight::Record { kind, length, .. } => (kind, length),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(kinds, [("application_data", 4), ("alert", 1)]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..10)
        ) {
            let mut listener = Eavesdropper::default();
            for part in &parts {
                listener.hear(End::Client, part);
            }
            for sight in listener.finish() {
                if let Sight::Line { text, .. } = sight {
                    prop_assert!(!text.chars().any(visible::is_unsafe));
                }
            }
            let _ = server_name(&parts.concat());
        }
    }
}
