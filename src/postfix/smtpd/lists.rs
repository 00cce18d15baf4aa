//! Lists of client names and addresses, as the policy matches them.

use super::conversation::Conversation;
use super::interface::Services;

/// Whether `parameter` lists the client. What is wrong with the list goes to
/// the log, each time it is looked at.
pub(super) fn is_listed(
    conversation: &mut Conversation,
    parameter: &'static str,
    services: &mut dyn Services,
) -> bool {
    let _ = services;
    let address = conversation.client.address;
    conversation.service.list(parameter).iter().any(|entry| {
        entry
            .parse::<ipnet::IpNet>()
            .is_ok_and(|net| net.contains(&address))
            || entry.parse() == Ok(address)
    })
}

/// Whether `parameter` lists a domain, or one above it.
pub(super) fn is_domain_listed(
    conversation: &Conversation,
    parameter: &str,
    domain: &str,
    _services: &dyn Services,
) -> bool {
    conversation.service.list(parameter).iter().any(|entry| {
        let domain = domain.to_ascii_lowercase();
        let entry = entry.to_ascii_lowercase();
        domain == entry || domain.ends_with(&format!(".{entry}"))
    })
}

/// Whether `name` could be a host name: labels of letters, digits, hyphens and
/// underscores, no hyphen at an end, and not only digits and dots.
pub(super) fn is_hostname(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 255
        && name.chars().any(|c| !c.is_ascii_digit() && c != '.')
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii())
        })
}

/// Whether `text` is an address literal (RFC 5321 §4.1.3).
pub(super) fn is_literal(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
        return false;
    };
    match inside.split_at_checked(5) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("IPv6:") => {
            rest.parse::<std::net::Ipv6Addr>().is_ok()
        }
        _ => inside.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}
