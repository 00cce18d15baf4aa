//! What `trivial-rewrite` does with an address: complete it, follow routing
//! operators, and say which class its domain belongs to
//! (`ADDRESS_CLASS_README`, `allow_percent_hack`, `swap_bangpath`).

use std::net::IpAddr;

use crate::postfix::address::{is_hostname, join, literal, needs_quotes, split};
use crate::postfix::configuration::Service;
use crate::postfix::networks::{Match, MatchList};
use crate::postfix::smtpd::Services;
use crate::postfix::table::{Lookups, Unavailable};

/// The class of a domain, which says what is done with mail for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// `mydestination`, or an address literal of this host.
    Local,
    /// None of ours.
    Other,
    /// `relay_domains`.
    Relay,
    /// `virtual_alias_domains`.
    VirtualAlias,
    /// `virtual_mailbox_domains`.
    VirtualMailbox,
}

/// An address after rewriting and resolving.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resolved {
    /// The address in `user@domain` form.
    pub recipient: String,
    /// The class of its domain.
    pub class: Class,
    /// Whether another destination is hidden in the local part of what is left
    /// after following the operators that this host follows itself:
    /// `user%there@relay`, `there!user@relay`, `user@there@relay`.
    pub routed: bool,
    /// Whether Postfix sends to no such address: the domain cannot be one
    /// (`a@b..c`, `a@[300.1.1.1]`), or the user looks like a program's option
    /// (`-a@b.c`, see `allow_min_user`).
    pub is_malformed: bool,
}

impl Class {
    /// The parameter that puts a domain in this class.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Local => "mydestination",
            Self::Other => "default_transport",
            Self::Relay => "relay_domains",
            Self::VirtualAlias => "virtual_alias_domains",
            Self::VirtualMailbox => "virtual_mailbox_domains",
        }
    }

    /// Whether mail for the domain ends its journey here.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Local | Self::VirtualAlias | Self::VirtualMailbox
        )
    }
}

impl Resolved {
    /// The domain of the address.
    pub fn domain(&self) -> &str {
        split(&self.recipient).1.unwrap_or_default()
    }
}

/// Completes an address as local mail's are: `user` becomes `user@$myorigin`,
/// `domain!user` and `user%domain` become `user@domain`.
pub fn rewrite(service: &Service, address: &str) -> String {
    let quoted = split(address).1.is_none() && needs_quotes(address);
    rewrite_operators(service, address, !quoted)
}

/// Rewrites and resolves an address.
///
/// # Errors
/// A table of a domain list cannot be asked; the reason is in the log.
pub(in crate::postfix) fn resolve(
    service: &Service,
    lookups: &mut Lookups<'_>,
    address: &str,
) -> Result<Resolved, Unavailable> {
    let percent = service.boolean("allow_percent_hack");
    let bang = service.boolean("swap_bangpath");
    let look_inside = service.boolean("resolve_dequoted_address");
    let mut rest = rewrite(service, address);
    let mut nothing = rest.is_empty();
    let mut stripped: Option<String> = None;
    // Every round takes at least one character away, so this ends.
    let foreign = loop {
        if let Some(shorter) = rest.strip_suffix('.')
            && !shorter.ends_with(['.', '@'])
        {
            rest.truncate(shorter.len());
        }
        if service.boolean("resolve_null_domain")
            && let Some(shorter) = rest.strip_suffix('@')
        {
            rest.truncate(shorter.len());
        }
        if let (local, Some(domain)) = split(&rest) {
            if !domain.is_empty() && is_local(service, lookups, domain)?.is_none() {
                break true;
            }
            let (local, domain) = (local.to_owned(), domain.to_owned());
            stripped = Some(domain);
            rest = local;
        }
        let operators =
            rest.contains('@') || (bang && rest.contains('!')) || (percent && rest.contains('%'));
        if !operators || (!look_inside && needs_quotes(&rest)) {
            break false;
        }
        rest = rewrite_operators(service, &rest, true);
        nothing |= rest.is_empty();
    };
    if foreign {
        return finish_foreign(service, lookups, &rest);
    }
    if rest.is_empty() {
        service
            .text("empty_address_recipient")
            .clone_into(&mut rest);
    }
    let domain = stripped.unwrap_or_else(|| service.text("myhostname").to_owned());
    let (recipient, domain) = with_literal(service, join(&rest, &domain));
    Ok(Resolved {
        is_malformed: nothing || is_malformed(service, &recipient, &domain),
        routed: is_routed(&recipient, &domain),
        recipient,
        class: Class::Local,
    })
}

/// Whether an envelope address has a possible domain: `smtpd` answers
/// `501 5.1.7 Bad sender address syntax` (`5.1.3 Bad recipient …`) if not.
pub fn is_valid(service: &Service, address: &str, services: &dyn Services) -> bool {
    address.is_empty()
        || !resolve(service, &mut service.lookups(services), address)
            .is_ok_and(|resolved| resolved.is_malformed)
}

/// What `trivial-rewrite` complains of in an address literal that cannot be one
/// (`valid_ipv4_hostaddr`). `None`: there is none, or nothing is wrong with it.
pub fn literal_fault(address: &str) -> Option<String> {
    let inner = split(address).1?.strip_prefix('[')?.strip_suffix(']')?;
    let is_ipv6 = inner
        .split_at_checked(5)
        .is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case("ipv6:"));
    if is_ipv6 {
        let address = inner.get(5..).unwrap_or_default();
        let odd = address
            .chars()
            .find(|&it| !it.is_ascii_hexdigit() && it != ':')?;
        let number = u32::from(odd);
        return Some(format!(
            "valid_ipv6_hostaddr: invalid character {number}(decimal) in IPv6 address: {address}"
        ));
    }
    let odd = inner.chars().find(|&it| !it.is_ascii_digit() && it != '.');
    let octets: Vec<&str> = inner.split('.').collect();
    let fault = if let Some(odd) = odd {
        format!("invalid character {}(decimal)", u32::from(odd))
    } else if !inner.is_empty() && octets.iter().any(|octet| octet.is_empty()) {
        "misplaced dot".to_owned()
    } else if !inner.is_empty() && octets.iter().any(|octet| octet.parse::<u8>().is_err()) {
        "invalid octet value".to_owned()
    } else if octets.len() != 4 {
        "invalid octet count".to_owned()
    } else {
        return None;
    };
    Some(format!("valid_ipv4_hostaddr: {fault}: {inner}"))
}

/// Resolves an address for those outside the policy (delivery, the queue).
///
/// # Errors
/// A table of a domain list cannot be asked.
pub fn classify(
    service: &Service,
    address: &str,
    services: &dyn Services,
) -> Result<Resolved, Unavailable> {
    resolve(service, &mut service.lookups(services), address)
}

/// Which entry of `mydestination` (or which address of ours) makes a domain local.
pub(in crate::postfix) fn is_local(
    service: &Service,
    lookups: &mut Lookups<'_>,
    domain: &str,
) -> Result<Option<String>, Unavailable> {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let bare: Option<IpAddr> = domain.parse().ok();
    if service.boolean("resolve_numeric_domain") && bare.is_some_and(|it| service.owns(it)) {
        return Ok(Some(domain.to_owned()));
    }
    if let Match::Found(entry) = matched(service, lookups, "mydestination", false, domain)? {
        return Ok(Some(entry));
    }
    Ok(literal(domain)
        .filter(|address| service.owns(*address))
        .map(|_| domain.to_owned()))
}

fn finish_foreign(
    service: &Service,
    lookups: &mut Lookups<'_>,
    address: &str,
) -> Result<Resolved, Unavailable> {
    let (recipient, domain) = with_literal(service, address.to_owned());
    let is_malformed = is_malformed(service, &recipient, &domain);
    let parents = service
        .list("parent_domain_matches_subdomains")
        .iter()
        .any(|feature| feature == "relay_domains");
    let class = if is_malformed {
        Class::Other
    } else if matched(service, lookups, "virtual_alias_domains", false, &domain)?.is_found() {
        Class::VirtualAlias
    } else if matched(service, lookups, "virtual_mailbox_domains", false, &domain)?.is_found() {
        Class::VirtualMailbox
    } else if matched(service, lookups, "relay_domains", parents, &domain)?.is_found() {
        Class::Relay
    } else {
        Class::Other
    };
    Ok(Resolved {
        routed: is_routed(&recipient, &domain),
        recipient,
        class,
        is_malformed,
    })
}

/// `user@192.0.2.1` as `user@[192.0.2.1]`, where that is meant
/// (`resolve_numeric_domain`); and the domain of it.
fn with_literal(service: &Service, recipient: String) -> (String, String) {
    let (local, domain) = split(&recipient);
    let domain = domain.unwrap_or_default().to_owned();
    if service.boolean("resolve_numeric_domain") && domain.parse::<IpAddr>().is_ok() {
        let domain = format!("[{domain}]");
        return (join(local, &domain), domain);
    }
    (recipient, domain)
}

/// Operators count even where this host would not follow them: the next one may.
fn is_routed(recipient: &str, domain: &str) -> bool {
    let first = recipient
        .find(['@', '!', '%'])
        .map_or(recipient.len(), |at| at + 1);
    recipient.get(first..) != Some(domain)
}

fn is_malformed(service: &Service, recipient: &str, domain: &str) -> bool {
    !is_domain(service, domain)
        || (recipient.starts_with('-') && !service.boolean("allow_min_user"))
}

fn matched(
    service: &Service,
    lookups: &mut Lookups<'_>,
    parameter: &str,
    parents: bool,
    domain: &str,
) -> Result<Match, Unavailable> {
    let list = MatchList::parse(parameter, service.list(parameter), parents, lookups);
    if parameter == "relay_domains" {
        list.domain(domain, lookups)
    } else {
        list.exact(domain, lookups)
    }
}

fn rewrite_operators(service: &Service, address: &str, follow: bool) -> String {
    if address.is_empty() || address == "@" {
        return String::new();
    }
    let mut address = address.to_owned();
    if !address.contains('@') {
        let bang = address
            .split_once('!')
            .filter(|_| follow && service.boolean("swap_bangpath"));
        let percent = address
            .rsplit_once('%')
            .filter(|_| follow && service.boolean("allow_percent_hack"));
        let origin = service.text("myorigin");
        if let Some((domain, user)) = bang {
            address = join(user, domain);
        } else if let Some((user, domain)) = percent {
            address = join(user, domain);
        } else if service.boolean("append_at_myorigin") && !origin.is_empty() {
            address = join(&address, origin);
        }
    }
    let domain = split(&address).1.unwrap_or_default();
    if service.boolean("append_dot_mydomain")
        && !domain.is_empty()
        && !domain.contains(['.', '['])
        && !service.text("mydomain").is_empty()
    {
        address = format!("{address}.{}", service.text("mydomain"));
    }
    match address.strip_suffix('.') {
        Some(shorter) if !shorter.ends_with(['.', '@']) => shorter.to_owned(),
        _ => address,
    }
}

fn is_domain(service: &Service, domain: &str) -> bool {
    if domain.starts_with('[') {
        literal(domain).is_some()
    } else {
        is_hostname(domain) && (domain.is_ascii() || service.boolean("smtputf8_enable"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::postfix::configuration::Configuration;
    use crate::postfix::table::tests::Host;

    const MAIN: &str = "compatibility_level = 3.6\n\
        myhostname = mail.aula.example\nmyorigin = aula.example\n\
        mydestination = $myhostname, aula.example, localhost\n\
        relay_domains = sede.example\nproxy_interfaces = 10.0.0.10\n\
        virtual_alias_domains = club.example\n";

    fn resolved(address: &str) -> Resolved {
        let (configuration, _) = Configuration::parse(MAIN, None);
        classify(configuration.main(), address, &Host::default()).unwrap()
    }

    fn class(address: &str) -> (Class, bool) {
        let resolved = resolved(address);
        (resolved.class, resolved.routed)
    }

    #[test]
    fn plain_addresses_have_classes() {
        assert_eq!(class("alumno@aula.example"), (Class::Local, false));
        assert_eq!(class("alumno@AULA.Example"), (Class::Local, false));
        assert_eq!(class("alumno@aula.example."), (Class::Local, false));
        assert_eq!(class("alumno@[10.0.0.10]"), (Class::Local, false));
        assert_eq!(class("alumno"), (Class::Local, false));
        assert_eq!(class("a@norte.sede.example"), (Class::Relay, false));
        assert_eq!(class("info@club.example"), (Class::VirtualAlias, false));
        assert_eq!(class("bob@remoto.example"), (Class::Other, false));
        assert_eq!(resolved("alumno").recipient, "alumno@aula.example");
    }

    #[test]
    fn routing_tricks_are_seen_through() {
        for trick in [
            "bob%remoto.example@aula.example",
            "remoto.example!bob@aula.example",
            "bob@remoto.example@aula.example",
            "bob%remoto.example@[10.0.0.10]",
        ] {
            assert_eq!(class(trick), (Class::Other, false), "{trick}");
            assert_eq!(resolved(trick).recipient, "bob@remoto.example", "{trick}");
        }
        assert_eq!(class("remoto.example!bob"), (Class::Other, false));
        assert_eq!(class("aula.example!alumno"), (Class::Local, false));
        assert_eq!(
            class("alumno%aula.example@localhost"),
            (Class::Local, false)
        );
        assert_eq!(
            class("bob%remoto.example@sede.example"),
            (Class::Relay, true)
        );
    }

    #[test]
    fn impossible_domains_are_malformed() {
        for address in [
            "ana@remoto..example",
            "ana@-remoto.example",
            "ana@[300.1.1.1]",
            "a@aula.example..",
            "-a@aula.example",
            "@",
        ] {
            assert!(resolved(address).is_malformed, "{address}");
        }
        for address in ["ana@@remoto.example", ".ana@remoto.example"] {
            assert!(!resolved(address).is_malformed, "{address}");
        }
    }

    #[test]
    fn impossible_literals_are_complained_of() {
        let fault = |literal: &str| {
            let fault = literal_fault(&format!("ana@[{literal}]"))?;
            Some(fault.strip_prefix("valid_ipv4_hostaddr: ")?.to_owned())
        };
        for (literal, words) in [
            ("300.1.1.1", "invalid octet value"),
            ("1.2.3", "invalid octet count"),
            ("1.2.3.4.5", "invalid octet count"),
            ("1.2.3.x", "invalid character 120(decimal)"),
            ("1..2.3", "misplaced dot"),
            ("", "invalid octet count"),
        ] {
            assert_eq!(fault(literal), Some(format!("{words}: {literal}")));
        }
        assert_eq!(fault("10.0.0.10"), None);
        assert_eq!(literal_fault("ana@remoto..example"), None);
    }

    proptest! {
        #[test]
        fn resolving_ends(address in "[ab@!%.\\[\\]: \"]{0,24}") {
            resolved(&address);
        }
    }
}
