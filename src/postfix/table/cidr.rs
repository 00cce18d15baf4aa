//! Networks: `10.0.0.0/8`, `[2001:db8::]/32`, and `cidr_table`(5).

use std::net::IpAddr;

use ipnet::IpNet;

use super::source;

/// A network or a single address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::postfix) struct Network(IpNet);

/// Why a pattern is no network, in Postfix's own words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::postfix) struct NetworkFault(pub(in crate::postfix) String);

pub(super) struct Rule {
    /// `None`: the pattern was wrong, and the rule is skipped.
    network: Network,
    negated: bool,
    action: Action,
}

enum Action {
    Begin,
    End,
    Result(String),
}

impl Network {
    /// Reads `address`, `address/length`, `[address]/length` or `[address/length]`.
    pub(in crate::postfix) fn parse(pattern: &str) -> Result<Self, NetworkFault> {
        let fault = |words: String| Err(NetworkFault(words));
        let bare = match pattern.strip_prefix('[') {
            Some(inner) => match inner.split_once(']') {
                None => return fault(format!("missing ']' character after \"[{inner}\"")),
                Some((address, "")) => address.to_owned(),
                Some((address, rest)) if rest.starts_with('/') => format!("{address}{rest}"),
                Some((address, _)) => return fault(format!("garbage after \"[{address}]\"")),
            },
            None => pattern.to_owned(),
        };
        let Some((address, length)) = bare.split_once('/') else {
            return match bare.parse::<IpAddr>() {
                Ok(address) => Ok(Self(IpNet::from(address))),
                Err(_) => fault(format!("bad address pattern: \"{bare}\"")),
            };
        };
        let all_digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let Some(address) = address.parse::<IpAddr>().ok().filter(|_| all_digits) else {
            return fault(format!("bad net/mask pattern: \"{bare}\""));
        };
        let network = length
            .parse::<u8>()
            .ok()
            .and_then(|length| IpNet::new(address, length).ok());
        match network {
            None => fault(format!("bad mask length in \"{bare}\"")),
            Some(network) if network.addr() != network.network() => fault(format!(
                "non-null host address bits in \"{bare}\", perhaps you should use \"{}\" instead",
                network.trunc()
            )),
            Some(network) => Ok(Self(network)),
        }
    }

    /// Whether the address is in the network.
    pub(in crate::postfix) fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

pub(super) fn rules(text: &str) -> Vec<Rule> {
    source::lines(text)
        .iter()
        .filter_map(|(_, line)| rule(line))
        .collect()
}

/// The result of the first rule that matches.
pub(super) fn find(rules: &[Rule], address: IpAddr) -> Option<String> {
    let mut skipping = 0_usize;
    for rule in rules {
        match &rule.action {
            Action::End => skipping = skipping.saturating_sub(1),
            Action::Begin if skipping > 0 => skipping += 1,
            Action::Begin if !rule.matches(address) => skipping = 1,
            Action::Result(result) if skipping == 0 && rule.matches(address) => {
                return Some(result.clone());
            }
            _ => {}
        }
    }
    None
}

impl Rule {
    fn matches(&self, address: IpAddr) -> bool {
        self.network.contains(address) != self.negated
    }
}

fn rule(line: &str) -> Option<Rule> {
    let any = Network(IpNet::default());
    if line.eq_ignore_ascii_case("endif") {
        return Some(Rule {
            network: any,
            negated: false,
            action: Action::End,
        });
    }
    let (first, rest) = line.split_once(char::is_whitespace)?;
    let (pattern, action) = if first.eq_ignore_ascii_case("if") {
        (rest.trim(), Action::Begin)
    } else {
        (first, Action::Result(rest.trim().to_owned()))
    };
    let negated = pattern.starts_with('!');
    let network = Network::parse(pattern.trim_start_matches('!').trim_start()).ok()?;
    Some(Rule {
        network,
        negated,
        action,
    })
}
