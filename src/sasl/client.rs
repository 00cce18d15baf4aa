//! The client's side: what to send after `AUTH`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The response of PLAIN (RFC 4616), in base64 and ready for the wire: no
/// authorization identity, then user name and password, each after a NUL.
pub fn plain(user: &str, password: &str) -> String {
    encode(format!("\0{user}\0{password}").as_bytes())
}

/// The two responses of LOGIN in base64: the answers to `Username:` and to
/// `Password:`.
pub fn login(user: &str, password: &str) -> [String; 2] {
    [encode(user.as_bytes()), encode(password.as_bytes())]
}

/// `bytes` in base64, as a response goes over the wire (RFC 4954 §4).
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_as_the_classroom_sees_them() {
        assert_eq!(plain("alumno", "clase-1234"), "AGFsdW1ubwBjbGFzZS0xMjM0");
        assert_eq!(
            login("alumno", "clase-1234"),
            ["YWx1bW5v".to_owned(), "Y2xhc2UtMTIzNA==".to_owned()]
        );
    }
}
