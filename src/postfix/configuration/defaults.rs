//! Defaults that are computed: `myhostname`, `mydomain`, `mynetworks`, and
//! Debian's `myorigin = /etc/mailname`.

use std::net::IpAddr;

use ipnet::IpNet;
use rustc_hash::FxHashMap;

use super::Machine;
use crate::postfix::expand::expand;
use crate::postfix::parameters;

/// The values that a machine gives to parameters nobody set.
pub(super) struct Derived {
    hostname: String,
    domain: String,
    networks: String,
    origin_is_file: bool,
}

impl Derived {
    /// `given`: what main.cf and master.cf set, unexpanded.
    pub(super) fn new(machine: &Machine, given: &FxHashMap<&str, &str>) -> Self {
        let value_of = |name: &str| {
            let given = given.get(name).copied();
            given.or_else(|| parameters::find(name).map(|parameter| parameter.default))
        };
        let expanded = |value: &str| expand(value, &value_of).unwrap_or_default();
        let hostname = given.get("myhostname").map_or_else(
            || {
                if machine.name.contains('.') {
                    machine.name.clone()
                } else {
                    format!("{}.localdomain", machine.name)
                }
            },
            |name| expanded(name),
        );
        let domain = hostname
            .split_once('.')
            .map_or("localdomain", |(_, domain)| domain)
            .to_owned();
        let style = value_of("mynetworks_style").map_or_else(String::new, expanded);
        let mut networks: Vec<String> = Vec::new();
        for address in &machine.addresses {
            let network = network_of(*address, &style);
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        Self {
            hostname,
            domain,
            networks: networks.join(" "),
            origin_is_file: value_of("myorigin").is_some_and(|origin| origin.starts_with('/')),
        }
    }

    pub(super) fn add_to<'a>(&'a self, given: &mut FxHashMap<&'a str, &'a str>) {
        let derived = [
            ("myhostname", self.hostname.as_str()),
            ("mydomain", self.domain.as_str()),
            ("mynetworks", self.networks.as_str()),
        ];
        for (name, value) in derived {
            given.entry(name).or_insert(value);
        }
        if self.origin_is_file {
            // Debian reads a file name as the file's first line; the course's
            // installer answer ("System mail name") is the domain.
            given.insert("myorigin", "$mydomain");
        }
    }
}

/// One machine's part of `mynetworks`, as `mynetworks_style` says.
fn network_of(address: IpAddr, style: &str) -> String {
    let length = match (style, address) {
        ("class" | "subnet", IpAddr::V4(v4)) if v4.is_loopback() => 8,
        ("class", IpAddr::V4(v4)) => match v4.octets()[0] {
            0..=127 => 8,
            128..=191 => 16,
            _ => 24,
        },
        ("subnet", IpAddr::V4(_)) => 24,
        ("class" | "subnet", IpAddr::V6(v6)) if !v6.is_loopback() => 64,
        (_, IpAddr::V4(_)) => 32,
        (_, IpAddr::V6(_)) => 128,
    };
    let network =
        IpNet::new(address, length).map_or_else(|_| IpNet::from(address), |net| net.trunc());
    match address {
        IpAddr::V4(_) => network.to_string(),
        IpAddr::V6(_) => format!("[{}]/{}", network.network(), network.prefix_len()),
    }
}
