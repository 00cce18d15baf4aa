//! The header by which a proxy tells whom it speaks for: the PROXY
//! protocol of `HAProxy`, versions 1 (a line) and 2 (binary). Postfix takes it with
//! `smtpd_upstream_proxy_protocol = haproxy`, before TLS and greeting; it counts
//! on the whole header being in the first segment, as the protocol promises.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What a header says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Header {
    /// The connection is the proxy's own (`LOCAL`).
    Own,
    /// It is made for this client, who spoke to this address of the server's.
    For {
        /// The client.
        client: SocketAddr,
        /// The address it connected to.
        server: SocketAddr,
    },
}

/// Why there is no header, in the words of Postfix's log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProxyError {
    /// Version 2: the addresses are not all there.
    #[error("short address field")]
    Addresses,
    /// The address of the client.
    #[error("bad or missing client address")]
    ClientAddress,
    /// The port of the client.
    #[error("bad or missing client port")]
    ClientPort,
    /// Version 2: neither `LOCAL` nor `PROXY`.
    #[error("bad command in proxy header")]
    Command,
    /// Version 2: no TCP, or no Internet addresses.
    #[error("unsupported network protocol")]
    Network,
    /// The first bytes are not those of a header.
    #[error("unrecognized protocol header")]
    NotAHeader,
    /// Neither `TCP4` nor `TCP6`. `UNKNOWN` would get round every rule about
    /// addresses, so Postfix does not take it.
    #[error("bad or missing protocol type")]
    Protocol,
    /// The address of the server.
    #[error("bad or missing server address")]
    ServerAddress,
    /// The port of the server.
    #[error("bad or missing server port")]
    ServerPort,
    /// Too short for any header.
    #[error("short protocol header")]
    Short,
    /// Version 2: not all there.
    #[error("short version 2 protocol header")]
    ShortBinary,
    /// The line has no end.
    #[error("missing protocol header terminator")]
    Terminator,
    /// A version that is not known.
    #[error("unrecognized protocol version")]
    Version,
}

/// The longest header that Postfix reads.
pub const MAX_HEADER: usize = 536;
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
const PREFIX: &[u8] = b"PROXY ";

/// Reads the header at the beginning of a connection, and how many bytes it
/// takes up; what follows is the client's.
///
/// # Errors
/// If there is no header, or none that can be understood.
pub fn parse(input: &[u8]) -> Result<(Header, usize), ProxyError> {
    if input.starts_with(PREFIX) {
        line(input)
    } else {
        binary(input)
    }
}

/// `PROXY TCP4 198.51.100.7 192.0.2.10 40000 25`.
fn line(input: &[u8]) -> Result<(Header, usize), ProxyError> {
    let end = input.iter().position(|&byte| byte == b'\n');
    let end = end.ok_or(ProxyError::Terminator)?;
    let text = String::from_utf8_lossy(input.get(..end).unwrap_or_default());
    let mut words = text.split([' ', '\r']).filter(|word| !word.is_empty());
    words.next();
    let family = words.next().map(str::to_ascii_uppercase);
    let is_v4 = match family.as_deref() {
        Some("TCP4") => true,
        Some("TCP6") => false,
        _ => return Err(ProxyError::Protocol),
    };
    let mut address = || -> Option<IpAddr> {
        let word = words.next()?;
        if is_v4 {
            word.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
        } else {
            let address = word.parse::<Ipv6Addr>().ok()?;
            Some(IpAddr::V6(address).to_canonical())
        }
    };
    let client = address().ok_or(ProxyError::ClientAddress)?;
    let server = address().ok_or(ProxyError::ServerAddress)?;
    let mut port = || words.next()?.parse::<u16>().ok();
    let from = port().ok_or(ProxyError::ClientPort)?;
    let to = port().ok_or(ProxyError::ServerPort)?;
    let header = Header::For {
        client: SocketAddr::new(client, from),
        server: SocketAddr::new(server, to),
    };
    Ok((header, end + 1))
}

/// Signature, version and command, family, length, addresses.
fn binary(input: &[u8]) -> Result<(Header, usize), ProxyError> {
    let (signature, rest) = input
        .split_first_chunk::<{ SIGNATURE.len() }>()
        .ok_or(ProxyError::Short)?;
    let (&[command, family, high, low], rest) =
        rest.split_first_chunk().ok_or(ProxyError::Short)?;
    if *signature != SIGNATURE {
        return Err(ProxyError::NotAHeader);
    }
    if command & 0xF0 != 0x20 {
        return Err(ProxyError::Version);
    }
    let size = usize::from(u16::from_be_bytes([high, low]));
    let addresses = rest.get(..size).ok_or(ProxyError::ShortBinary)?;
    let header = match (command & 0x0F, family) {
        (0, _) => Header::Own,
        (1, 0x11) => pair::<4>(addresses).ok_or(ProxyError::Addresses)?,
        (1, 0x21) => pair::<16>(addresses).ok_or(ProxyError::Addresses)?,
        (1, _) => return Err(ProxyError::Network),
        _ => return Err(ProxyError::Command),
    };
    Ok((header, SIGNATURE.len() + 4 + size))
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
        SocketAddr::new(
            IpAddr::from(*address).to_canonical(),
            u16::from_be_bytes(*port),
        )
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
        assert_eq!(parse(input), Ok((header, 46)));
        let input = b"PROXY TCP6 2001:db8::25 ::1 40000 2525\r\n";
        let header = for_client("[2001:db8::25]:40000", "[::1]:2525");
        assert_eq!(parse(input), Ok((header, input.len())));
        let input = b"PROXY TCP6 ::ffff:192.0.2.7 ::1 40000 2525\r\n";
        let header = for_client("192.0.2.7:40000", "[::1]:2525");
        assert_eq!(parse(input), Ok((header, input.len())));
    }

    #[test]
    fn the_binary_form_says_the_same() {
        let mut input = SIGNATURE.to_vec();
        input.extend([0x21, 0x11, 0, 12, 203, 0, 113, 66, 127, 0, 0, 1]);
        input.extend([0x9c, 0x40, 0x09, 0xdd]);
        let header = for_client("203.0.113.66:40000", "127.0.0.1:2525");
        assert_eq!(parse(&input), Ok((header, input.len())));
        input.truncate(20);
        assert_eq!(parse(&input), Err(ProxyError::ShortBinary));
        let own = [&SIGNATURE[..], &[0x20, 0, 0, 0]].concat();
        assert_eq!(parse(&own), Ok((Header::Own, own.len())));
    }

    #[test]
    fn anything_else_is_refused_in_postfix_words() {
        let fault = |input: &str| parse(input.as_bytes()).unwrap_err().to_string();
        assert_eq!(fault("EHLO x\r\n"), "short protocol header");
        assert_eq!(
            fault("EHLO cliente.remoto.example\r\n"),
            "unrecognized protocol header"
        );
        assert_eq!(
            fault("PROXY TCP4 192.0.2.1 192.0.2.2 1 2"),
            "missing protocol header terminator"
        );
        assert_eq!(fault("PROXY UNKNOWN\r\n"), "bad or missing protocol type");
        assert_eq!(
            fault("PROXY TCP4 ::1 ::1 1 1\r\n"),
            "bad or missing client address"
        );
        assert_eq!(
            fault("PROXY TCP4 192.0.2.1 192.0.2.2 70000 1\r\n"),
            "bad or missing client port"
        );
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(input in proptest::collection::vec(any::<u8>(), 0..150)) {
            let _ = parse(&input);
            let _ = parse(&[PREFIX, &input].concat());
            let _ = parse(&[&SIGNATURE[..], &input].concat());
        }
    }
}
