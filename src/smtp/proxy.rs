//! The header by which a proxy tells whom it speaks for: the PROXY
//! protocol of `HAProxy`, versions 1 (a line) and 2 (binary). Postfix takes it with
//! `smtpd_upstream_proxy_protocol = haproxy`, before TLS and greeting.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What a header says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Header {
    /// The connection is the proxy's own (`UNKNOWN`, `LOCAL`).
    Own,
    /// It is made for this client, who spoke to this address of the server's.
    For {
        /// The client.
        client: SocketAddr,
        /// The address it connected to.
        server: SocketAddr,
    },
}

/// Why there is no header.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProxyError {
    /// The first bytes are not those of a header.
    #[error("not a proxy header")]
    NotAHeader,
    /// It begins well and goes on badly.
    #[error("malformed proxy header")]
    Malformed,
}

/// The longest header of version 1, with its CRLF.
const MAX_LINE: usize = 107;
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const PREFIX: &[u8] = b"PROXY ";

/// Reads the header at the beginning of a connection. `None`: more must come.
/// Otherwise also how many bytes it takes up; what follows is the client's.
///
/// # Errors
/// If there is no header, or none that can be understood.
pub fn parse(input: &[u8]) -> Result<Option<(Header, usize)>, ProxyError> {
    if begins(input, SIGNATURE) {
        binary(input)
    } else if begins(input, PREFIX) {
        line(input)
    } else {
        Err(ProxyError::NotAHeader)
    }
}

/// Whether `input` begins with `expected`, as far as it goes.
fn begins(input: &[u8], expected: &[u8]) -> bool {
    input.iter().zip(expected).all(|(a, b)| a == b)
}

/// `PROXY TCP4 198.51.100.7 192.0.2.10 40000 25`.
fn line(input: &[u8]) -> Result<Option<(Header, usize)>, ProxyError> {
    let head = input.get(..MAX_LINE).unwrap_or(input);
    let Some(end) = head.iter().position(|&byte| byte == b'\n') else {
        return if input.len() < MAX_LINE {
            Ok(None)
        } else {
            Err(ProxyError::Malformed)
        };
    };
    let text = head
        .get(..end)
        .and_then(|line| line.strip_suffix(b"\r"))
        .and_then(|line| std::str::from_utf8(line).ok())
        .ok_or(ProxyError::Malformed)?;
    let words: Vec<&str> = text.split(' ').collect();
    let header = match words[..] {
        [_, "UNKNOWN", ..] => Header::Own,
        [_, family @ ("TCP4" | "TCP6"), client, server, from, to] => {
            let address = |text: &str| -> Option<IpAddr> {
                match family {
                    "TCP4" => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
                    _ => text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
                }
            };
            let socket = |text: &str, port: &str| -> Option<SocketAddr> {
                Some(SocketAddr::new(address(text)?, port.parse().ok()?))
            };
            socket(client, from)
                .zip(socket(server, to))
                .map(|(client, server)| Header::For { client, server })
                .ok_or(ProxyError::Malformed)?
        }
        _ => return Err(ProxyError::Malformed),
    };
    Ok(Some((header, end + 1)))
}

/// Signature, version and command, family, length, addresses.
fn binary(input: &[u8]) -> Result<Option<(Header, usize)>, ProxyError> {
    let Some(&[command, family, high, low]) = input
        .get(SIGNATURE.len()..)
        .and_then(|rest| rest.first_chunk())
    else {
        return Ok(None);
    };
    let start = SIGNATURE.len() + 4;
    let end = start + usize::from(u16::from_be_bytes([high, low]));
    let Some(addresses) = input.get(start..end) else {
        return Ok(None);
    };
    let header = match (command, family) {
        (0x20, _) => Some(Header::Own),
        (0x21, 0x11) => pair::<4>(addresses),
        (0x21, 0x21) => pair::<16>(addresses),
        _ => None,
    };
    Ok(Some((header.ok_or(ProxyError::Malformed)?, end)))
}

/// Two addresses of `SIZE` bytes, then their two ports.
fn pair<const SIZE: usize>(bytes: &[u8]) -> Option<Header>
where
    IpAddr: From<[u8; SIZE]>,
{
    let (client, rest) = bytes.split_first_chunk::<SIZE>()?;
    let (server, rest) = rest.split_first_chunk::<SIZE>()?;
    let (from, rest) = rest.split_first_chunk::<2>()?;
    let to = rest.first_chunk::<2>()?;
    let socket = |address: &[u8; SIZE], port: &[u8; 2]| {
        SocketAddr::new(IpAddr::from(*address), u16::from_be_bytes(*port))
    };
    Some(Header::For {
        client: socket(client, from),
        server: socket(server, to),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn for_client(client: &str, server: &str) -> Header {
        Header::For {
            client: client.parse().unwrap(),
            server: server.parse().unwrap(),
        }
    }

    #[test]
    fn a_line_says_whom_the_proxy_speaks_for() {
        let input = b"PROXY TCP4 203.0.113.66 127.0.0.1 40000 2525\r\nEHLO x\r\n";
        let header = for_client("203.0.113.66:40000", "127.0.0.1:2525");
        assert_eq!(parse(input), Ok(Some((header, 46))));
        let input = b"PROXY TCP6 2001:db8::25 ::1 40000 2525\r\n";
        let header = for_client("[2001:db8::25]:40000", "[::1]:2525");
        assert_eq!(parse(input), Ok(Some((header, input.len()))));
        let input = b"PROXY UNKNOWN\r\n";
        assert_eq!(parse(input), Ok(Some((Header::Own, input.len()))));
    }

    #[test]
    fn the_binary_form_says_the_same() {
        let mut input = SIGNATURE.to_vec();
        input.extend([0x21, 0x11, 0, 12, 203, 0, 113, 66, 127, 0, 0, 1]);
        input.extend([0x9c, 0x40, 0x09, 0xdd]);
        let header = for_client("203.0.113.66:40000", "127.0.0.1:2525");
        assert_eq!(parse(&input), Ok(Some((header, input.len()))));
    }

    #[test]
    fn anything_else_is_refused_at_its_first_wrong_byte() {
        assert_eq!(parse(b"E"), Err(ProxyError::NotAHeader));
        assert_eq!(parse(b"PROXX"), Err(ProxyError::NotAHeader));
        for line in ["TCP4 ::1 ::1 1 1", "TCP4 127.0.0.1 127.0.0.1 1", "UDP4"] {
            let input = format!("PROXY {line}\r\n");
            assert_eq!(parse(input.as_bytes()), Err(ProxyError::Malformed));
        }
        assert_eq!(
            parse(format!("PROXY {}", "x".repeat(200)).as_bytes()),
            Err(ProxyError::Malformed)
        );
    }

    proptest! {
        #[test]
        fn it_waits_for_the_whole_header(cut in 0_usize..46) {
            let input = b"PROXY TCP4 203.0.113.66 127.0.0.1 40000 2525\r\n";
            prop_assert_eq!(parse(&input[..cut]), Ok(None));
        }

        #[test]
        fn nothing_makes_it_panic(input in proptest::collection::vec(any::<u8>(), 0..150)) {
            let _ = parse(&input);
            let _ = parse(&[PREFIX, &input].concat());
            let _ = parse(&[SIGNATURE, &input].concat());
        }
    }
}
