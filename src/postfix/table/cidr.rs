//! Networks: `10.0.0.0/8`, `[2001:db8::]/32`, and `cidr_table`(5).

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Opened, Table, source};
use crate::postfix::logical_lines::is_space;

/// A network or a single address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::postfix) struct Network(IpNet);

/// Why a pattern is no network, in Postfix's own words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::postfix) struct NetworkFault(pub(in crate::postfix) String);

pub(super) struct Rule {
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
        let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return fault(format!("bad mask value in \"{bare}\""));
        }
        let longest = if address.contains(':') { 128 } else { 32 };
        let Some(length) = length.parse::<u8>().ok().filter(|it| *it <= longest) else {
            return fault(format!("bad mask length in \"{bare}\""));
        };
        let address = address.parse::<IpAddr>().ok();
        match address.and_then(|it| IpNet::new(it, length).ok()) {
            None => fault(format!("bad network value in \"{bare}\"")),
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

/// Reads a table. A line that Postfix can't use is passed over, with its words.
pub(super) fn rules(file: &str, text: &str) -> Opened {
    let (lines, mut warnings) = source::lines(file, text);
    let mut rules = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (line, text) in lines {
        match rule(&text, open.len()) {
            Ok(rule) => {
                match rule.action {
                    Action::Begin => open.push(line),
                    Action::End => drop(open.pop()),
                    Action::Result(_) => {}
                }
                rules.push(rule);
            }
            Err(words) => warnings.push(format!(
                "cidr map {file}, line {line}: {words}: skipping this rule"
            )),
        }
    }
    let unmatched = open.into_iter().rev();
    warnings.extend(
        unmatched.map(|line| format!("cidr map {file}, line {line}: IF has no matching ENDIF")),
    );
    Opened {
        table: Table::Cidr(rules),
        warnings,
    }
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
    /// A network says nothing about addresses of the other family, negated or not.
    fn matches(&self, address: IpAddr) -> bool {
        self.network.0.addr().is_ipv4() == address.is_ipv4()
            && self.network.contains(address) != self.negated
    }
}

/// Reads a line inside of so many `if`. `Err`: Postfix's words.
fn rule(line: &str, depth: usize) -> Result<Rule, String> {
    let (word, _) = line.split_at(
        line.find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(line.len()),
    );
    if word.eq_ignore_ascii_case("endif") {
        return if word.len() < line.len() {
            Err("garbage after ENDIF".to_owned())
        } else if depth == 0 {
            Err("ENDIF without IF".to_owned())
        } else {
            Ok(Rule {
                network: Network(IpNet::default()),
                negated: false,
                action: Action::End,
            })
        };
    }
    let begins = word.eq_ignore_ascii_case("if");
    let rest = if begins {
        line.strip_prefix(word).unwrap_or_default()
    } else {
        line
    };
    let rest = rest.trim_start_matches(is_space);
    let pattern = rest.trim_start_matches(|c| c == '!' || is_space(c));
    let marks = rest.strip_suffix(pattern).unwrap_or_default();
    let negated = marks.matches('!').count() % 2 == 1;
    if pattern.is_empty() {
        return Err("no address pattern".to_owned());
    }
    let (pattern, action) = if begins {
        (pattern, Action::Begin)
    } else {
        let (pattern, result) = pattern.split_once(is_space).unwrap_or((pattern, ""));
        if result.is_empty() {
            return Err("no lookup result".to_owned());
        }
        let result = result.trim_start_matches(is_space).to_owned();
        (pattern, Action::Result(result))
    };
    let network = Network::parse(pattern).map_err(|NetworkFault(words)| words)?;
    Ok(Rule {
        network,
        negated,
        action,
    })
}
