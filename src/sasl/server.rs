//! The server's side, as Dovecot plays it: each step either asks for more or
//! ends with what the client wants judged.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A mechanism that can be played.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mechanism {
    /// RFC 2195: the password proves itself without travelling.
    CramMd5,
    /// Never a standard: asks for user name and password one after the other.
    Login,
    /// RFC 4616: both at once, with NULs between.
    Plain,
}

/// An exchange that waits for the client's response.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Exchange {
    /// The challenge was sent.
    CramMd5 {
        /// What the client must answer to.
        challenge: Vec<u8>,
    },
    /// `Username:` was asked.
    LoginUser,
    /// `Password:` was asked.
    LoginPassword {
        /// The answer to `Username:`.
        user: Vec<u8>,
    },
    /// The response was asked for with an empty challenge.
    Plain,
}

/// What a step leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// Ask this and wait.
    Ask {
        /// The challenge, not yet in base64.
        challenge: Vec<u8>,
        /// How it goes on.
        next: Exchange,
    },
    /// A user name and its password, to be judged.
    Password {
        /// The name to log in as.
        user: Vec<u8>,
        /// The password.
        password: Vec<u8>,
    },
    /// The answer to a CRAM-MD5 challenge, to be judged.
    Digest {
        /// The name to log in as.
        user: Vec<u8>,
        /// What it answers to.
        challenge: Vec<u8>,
        /// The keyed digest, in hexadecimal.
        digest: Vec<u8>,
    },
    /// There is nothing to judge.
    Malformed {
        /// The user name, if that much was understood.
        user: Option<Vec<u8>>,
    },
}

impl Mechanism {
    /// The mechanism of this name, in any letter case.
    pub fn named(name: &str) -> Option<Self> {
        [
            ("CRAM-MD5", Self::CramMd5),
            ("LOGIN", Self::Login),
            ("PLAIN", Self::Plain),
        ]
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, mechanism)| mechanism)
    }

    /// Begins an exchange, with the initial response if the client sent one.
    /// `challenge` is for the mechanism that needs a fresh one.
    pub fn begin(self, initial: Option<&[u8]>, challenge: impl FnOnce() -> Vec<u8>) -> Step {
        match (self, initial) {
            (Self::CramMd5, _) => {
                let challenge = challenge();
                Step::Ask {
                    next: Exchange::CramMd5 {
                        challenge: challenge.clone(),
                    },
                    challenge,
                }
            }
            (Self::Login, None | Some([])) => Step::Ask {
                challenge: b"Username:".to_vec(),
                next: Exchange::LoginUser,
            },
            (Self::Login, Some(user)) => Exchange::LoginUser.step(user),
            (Self::Plain, None) => Step::Ask {
                challenge: Vec::new(),
                next: Exchange::Plain,
            },
            (Self::Plain, Some(message)) => Exchange::Plain.step(message),
        }
    }
}

impl Exchange {
    /// Takes the client's response, already out of base64.
    pub fn step(self, response: &[u8]) -> Step {
        match self {
            Self::Plain => plain(response),
            Self::LoginUser if !is_user_name(response) => Step::Malformed {
                user: Some(response.to_vec()),
            },
            Self::LoginUser => Step::Ask {
                challenge: b"Password:".to_vec(),
                next: Self::LoginPassword {
                    user: response.to_vec(),
                },
            },
            Self::LoginPassword { user } => Step::Password {
                user,
                password: response.to_vec(),
            },
            Self::CramMd5 { challenge } => match response.iter().rposition(|&byte| byte == b' ') {
                Some(space) => {
                    let (user, digest) = response.split_at(space);
                    Step::Digest {
                        user: user.to_vec(),
                        challenge,
                        digest: digest.trim_ascii_start().to_vec(),
                    }
                }
                None => Step::Malformed { user: None },
            },
        }
    }
}

/// The answer to a CRAM-MD5 challenge that proves `password`: its HMAC-MD5 in
/// lower-case hexadecimal (RFC 2195 §2).
pub fn cram_md5(password: &[u8], challenge: &[u8]) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    use std::fmt::Write;
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<md5::Md5>::new_from_slice(password) else {
        return String::new();
    };
    mac.update(challenge);
    let digest = mac.finalize().into_bytes();
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `authorization identity NUL user NUL password`. Nobody may act as somebody
/// else here, so the identity must be absent or the user's own.
fn plain(message: &[u8]) -> Step {
    let parts: Vec<&[u8]> = message.split(|&byte| byte == 0).collect();
    let [identity, user, password] = parts[..] else {
        return Step::Malformed { user: None };
    };
    let user = user.to_vec();
    if !is_user_name(&user) || !(identity.is_empty() || identity == user) {
        return Step::Malformed { user: Some(user) };
    }
    Step::Password {
        user,
        password: password.to_vec(),
    }
}

/// Whether Dovecot takes this for a user name at all (`auth_username_chars`).
fn is_user_name(name: &[u8]) -> bool {
    !name.is_empty()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_@".contains(byte))
}

/// A response out of base64, as Dovecot decodes it: white space does not
/// matter, padding does. `None`: it is no base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let text: String = text
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect();
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_challenge() -> Vec<u8> {
        Vec::new()
    }

    fn password(user: &str, password: &str) -> Step {
        Step::Password {
            user: user.into(),
            password: password.into(),
        }
    }

    #[test]
    fn a_cram_md5_answer_is_that_of_the_standard() {
        let challenge = b"<1896.697170952@postoffice.reston.mci.net>";
        assert_eq!(
            cram_md5(b"tanstaaftanstaaf", challenge),
            "b913a602c7eda7a495b4e6e7334d3890"
        );
    }

    #[test]
    fn plain_comes_at_once_or_when_asked() {
        let message = b"\0alumno\0clase-1234";
        let at_once = Mechanism::Plain.begin(Some(message), no_challenge);
        assert_eq!(at_once, password("alumno", "clase-1234"));
        let Step::Ask { challenge, next } = Mechanism::Plain.begin(None, no_challenge) else {
            panic!("it must be asked for");
        };
        assert_eq!(challenge, b"");
        assert_eq!(next.step(message), password("alumno", "clase-1234"));
    }

    #[test]
    fn an_identity_must_be_ones_own() {
        let own = Exchange::Plain.step(b"alumno\0alumno\0x");
        assert_eq!(own, password("alumno", "x"));
        let other = Exchange::Plain.step(b"profesor\0alumno\0x");
        assert_eq!(
            other,
            Step::Malformed {
                user: Some(b"alumno".to_vec())
            }
        );
    }

    #[test]
    fn login_asks_twice() {
        let Step::Ask { challenge, next } = Mechanism::Login.begin(Some(b""), no_challenge) else {
            panic!("it must ask");
        };
        assert_eq!(challenge, b"Username:");
        let Step::Ask { challenge, next } = next.step(b"alumno") else {
            panic!("it must ask again");
        };
        assert_eq!(challenge, b"Password:");
        assert_eq!(next.step(b"x"), password("alumno", "x"));
    }

    #[test]
    fn what_is_no_message_names_no_user() {
        for message in [&b""[..], b"sin-ceros", b"a\0b", b"a\0b\0c\0d"] {
            let step = Exchange::Plain.step(message);
            assert_eq!(step, Step::Malformed { user: None });
        }
        let empty = Step::Malformed {
            user: Some(Vec::new()),
        };
        assert_eq!(Exchange::Plain.step(b"\0\0"), empty);
        assert_eq!(Exchange::LoginUser.step(b""), empty);
        let strange = Step::Malformed {
            user: Some(b"E!".to_vec()),
        };
        assert_eq!(Exchange::LoginUser.step(b"E!"), strange);
    }

    #[test]
    fn base64_must_be_padded() {
        assert_eq!(decode("YWx1bW5v"), Some(b"alumno".to_vec()));
        assert_eq!(decode(""), Some(Vec::new()));
        assert_eq!(decode("???"), None);
        assert_eq!(decode("YQ"), None);
    }
}
