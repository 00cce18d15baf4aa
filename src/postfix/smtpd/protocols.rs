//! Which protocol versions a service does TLS with (`smtpd_tls_protocols`,
//! `smtpd_tls_mandatory_protocols`).

use crate::postfix::configuration::Service;

use super::tls::TlsPolicy;

/// Protocol versions, as far as they make a difference in the lab.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TlsProtocols {
    /// TLS 1.3.
    pub tls13: bool,
    /// TLS 1.2.
    pub tls12: bool,
    /// Anything older.
    pub older: bool,
}

impl TlsProtocols {
    /// What `service` allows: by one parameter if TLS is required, by the other
    /// if it is optional.
    ///
    /// # Errors
    /// The list makes no sense: the line of the log. The service has no TLS then.
    pub fn of(service: &Service) -> Result<Self, String> {
        let parameter = if TlsPolicy::of(service).requires() {
            "smtpd_tls_mandatory_protocols"
        } else {
            "smtpd_tls_protocols"
        };
        let list = service.text(parameter);
        Self::parse(list).ok_or_else(|| {
            format!("warning: Invalid TLS protocol list \"{list}\": disabling TLS support")
        })
    }

    /// Bounds (`>=TLSv1.2`), names to be excluded (`!TLSv1`) and names to be
    /// included, which exclude all others.
    fn parse(list: &str) -> Option<Self> {
        let (mut lowest, mut highest) = (0, u16::MAX);
        let (mut included, mut excluded) = (Vec::new(), Vec::new());
        for word in list
            .split(|c: char| c.is_whitespace() || c == ',' || c == ':')
            .filter(|word| !word.is_empty())
        {
            if let Some(bound) = word.strip_prefix(">=") {
                lowest = version(bound).or_else(|| number(bound))?;
            } else if let Some(bound) = word.strip_prefix("<=") {
                highest = match version(bound).or_else(|| number(bound))? {
                    0 => u16::MAX,
                    bound => bound,
                };
            } else if let Some(name) = word.strip_prefix('!') {
                excluded.push(version(name)?);
            } else {
                included.push(version(word)?);
            }
        }
        let allows = |version: u16| {
            (lowest..=highest).contains(&version)
                && !excluded.contains(&version)
                && (included.is_empty() || included.contains(&version))
        };
        Some(Self {
            tls13: allows(0x0304),
            tls12: allows(0x0303),
            older: (0x0300..=0x0302).any(allows),
        })
    }
}

/// The number of a version on the wire (RFC 8446 §4.1.2).
fn version(name: &str) -> Option<u16> {
    Some(match name.to_ascii_lowercase().as_str() {
        "sslv2" => 0x0200,
        "sslv3" => 0x0300,
        "tlsv1" => 0x0301,
        "tlsv1.1" => 0x0302,
        "tlsv1.2" => 0x0303,
        "tlsv1.3" => 0x0304,
        _ => return None,
    })
}

/// A bound may be that number, in hexadecimal.
fn number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(list: &str) -> Option<(bool, bool, bool)> {
        TlsProtocols::parse(list).map(|it| (it.older, it.tls12, it.tls13))
    }

    #[test]
    fn bounds_names_and_exclusions() {
        assert_eq!(allowed(""), Some((true, true, true)));
        assert_eq!(allowed(">=TLSv1"), Some((true, true, true)));
        assert_eq!(allowed(">=TLSv1.2, <=TLSv1.2"), Some((false, true, false)));
        assert_eq!(allowed("<=0303"), Some((true, true, false)));
        assert_eq!(allowed("TLSv1.2"), Some((false, true, false)));
        assert_eq!(allowed("!tlsv1.3:!TLSv1"), Some((true, true, false)));
        assert_eq!(allowed(">=TLSv1.3, <=TLSv1.2"), Some((false, false, false)));
        assert_eq!(allowed("TLSv9"), None);
        assert_eq!(allowed(">=TLSv9"), None);
    }
}
