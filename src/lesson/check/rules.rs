//! The rules of good lessons, each stated once. This file has those about the
//! world that the lesson describes; [`steps`](super::steps) those about its steps.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::IpAddr;

use super::fault::{Fault, nearest};
use super::place::{Locator, Path};
use crate::lesson::model::{FORMAT, Lesson, RESERVED_KEYS, Setting};

/// A lesson being checked.
pub(super) struct Rules<'a> {
    pub(super) lesson: &'a Lesson,
    pub(super) places: &'a Locator<'a>,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Rules<'a> {
    /// Every broken rule.
    pub(super) fn check(lesson: &'a Lesson, places: &'a Locator<'a>) -> Vec<Fault> {
        let mut rules = Self {
            lesson,
            places,
            faults: Vec::new(),
        };
        rules.head();
        rules.machines();
        rules.toggles();
        if let Some(attacker) = &lesson.attacker {
            rules.wire(
                &Path::default().to("attacker"),
                &attacker.from,
                &attacker.to,
            );
        }
        rules.blocklists();
        rules.steps();
        rules.faults
    }

    /// Notes a fault at `path`.
    pub(super) fn fault(&mut self, path: &Path, id: &'static str) -> &mut Fault {
        let index = self.faults.len();
        self.faults.push(Fault::new(self.places.span(path), id));
        // The fault was pushed just now, so the index is there.
        &mut self.faults[index]
    }

    fn head(&mut self) {
        let lesson = self.lesson;
        let root = Path::default();
        if lesson.format != FORMAT {
            self.fault(&root.to("format"), "format")
                .say("format", &lesson.format)
                .say("known", &FORMAT);
        }
        self.identifier(&root.to("id"), &lesson.id);
        if lesson.minutes == 0 {
            self.fault(&root.to("minutes"), "minutes");
        }
        self.known_host(&root.to("study"), &lesson.study);
        for (key, empty) in [
            ("host", lesson.hosts.is_empty()),
            ("client", lesson.clients.is_empty()),
            ("step", lesson.steps.is_empty()),
        ] {
            if empty {
                self.fault(&root.to(key), "none-of").say("key", &key);
            }
        }
    }

    fn machines(&mut self) {
        let lesson = self.lesson;
        let mut names = HashSet::new();
        let mut addresses = HashSet::new();
        // A client may well be at a host's address: a server is a client too.
        for (index, host) in lesson.hosts.iter().enumerate() {
            let path = Path::default().to("host").to(index);
            self.unique(&mut names, &path.to("name"), host.name.clone());
            self.domain(&path.to("name"), &host.name);
            self.addresses(&path, &host.addresses, Loopback::Refused);
            for (number, address) in host.addresses.iter().enumerate() {
                let path = path.to("addresses").to(number);
                self.unique(&mut addresses, &path, *address);
            }
            self.configuration(&path, host);
            let mut users = HashSet::new();
            for (number, user) in host.users.iter().enumerate() {
                let path = path.to("users").to(number).to("name");
                self.unique(&mut users, &path, user.name.clone());
            }
            let mut folders = HashSet::new();
            for (number, certificate) in host.certificates.iter().enumerate() {
                let path = path.to("certificates").to(number);
                self.unique(&mut folders, &path.to("folder"), certificate.folder.clone());
                for (number, name) in certificate.names.iter().enumerate() {
                    let name = name.strip_prefix("*.").unwrap_or(name);
                    self.domain(&path.to("names").to(number), name);
                }
            }
            let mut files = HashSet::new();
            for (number, file) in host.files.iter().enumerate() {
                let path = path.to("files").to(number).to("path");
                self.unique(&mut files, &path, file.path.clone());
                if !file.path.starts_with('/') {
                    self.fault(&path, "relative-path").say("path", &file.path);
                }
            }
        }
        for (index, client) in lesson.clients.iter().enumerate() {
            let path = Path::default().to("client").to(index);
            self.unique(&mut names, &path.to("name"), client.name.clone());
            self.addresses(&path, &client.addresses, Loopback::Allowed);
            if let Some(name) = client.dns_name.as_ref().filter(|name| *name != "localhost") {
                self.domain(&path.to("dns_name"), name);
            }
            if client.helo.trim().is_empty() {
                self.fault(&path.to("helo"), "empty").say("key", &"helo");
            }
        }
    }

    fn addresses(&mut self, machine: &Path, addresses: &[IpAddr], loopback: Loopback) {
        let path = machine.to("addresses");
        if addresses.is_empty() {
            self.fault(&path, "none-of").say("key", &"addresses");
        }
        for (index, address) in addresses.iter().enumerate() {
            let path = path.to(index);
            let local = address.is_loopback() && loopback == Loopback::Allowed;
            if !local && !is_documentation(*address) {
                self.fault(&path, "real-address").say("value", &address);
            }
        }
    }

    fn toggles(&mut self) {
        let mut keys = HashSet::new();
        for (index, toggle) in self.lesson.toggles.iter().enumerate() {
            let path = Path::default().to("toggle").to(index);
            self.unique(&mut keys, &path.to("key"), toggle.key);
            if RESERVED_KEYS.contains(toggle.key) {
                self.fault(&path.to("key"), "reserved-key")
                    .say("value", &toggle.key)
                    .say("reserved", RESERVED_KEYS.trim_start());
            }
            let setting = Setting {
                host: toggle.host.clone(),
                service: toggle.service.clone(),
                parameter: toggle.parameter.clone(),
                value: None,
            };
            self.setting(&path, &setting);
            if toggle.values.len() < 2 {
                self.fault(&path.to("values"), "too-few").say("count", &2);
            }
            let mut values = HashSet::new();
            for (number, value) in toggle.values.iter().enumerate() {
                let path = path.to("values").to(number).to("value");
                self.unique(&mut values, &path, value.value.clone());
            }
        }
    }

    pub(super) fn known_host(&mut self, path: &Path, name: &str) {
        let lesson = self.lesson;
        self.known(
            path,
            name,
            lesson.hosts.iter().map(|host| host.name.as_str()),
        );
    }

    pub(super) fn known_client(&mut self, path: &Path, name: &str) {
        let lesson = self.lesson;
        self.known(
            path,
            name,
            lesson.clients.iter().map(|client| client.name.as_str()),
        );
    }

    fn blocklists(&mut self) {
        for (index, list) in self.lesson.blocklists.iter().enumerate() {
            let path = Path::default().to("blocklist").to(index);
            self.domain(&path.to("zone"), &list.zone);
            self.known_client(&path.to("tester"), &list.tester);
            for (number, trap) in list.traps.iter().enumerate() {
                self.address(&path.to("traps").to(number), trap);
            }
        }
    }

    /// A wire goes from a machine to a host.
    pub(super) fn wire(&mut self, path: &Path, from: &str, to: &str) {
        let lesson = self.lesson;
        let hosts = lesson.hosts.iter().map(|host| host.name.as_str());
        let clients = lesson.clients.iter().map(|client| client.name.as_str());
        self.known(&path.to("from"), from, hosts.chain(clients));
        self.known_host(&path.to("to"), to);
    }

    /// `name` is one of `known`.
    pub(super) fn known<'b>(
        &mut self,
        path: &Path,
        name: &str,
        known: impl Iterator<Item = &'b str> + Clone,
    ) {
        if known.clone().any(|one| one == name) {
            return;
        }
        let near = nearest(name, known.clone());
        let known = known.collect::<Vec<_>>().join(", ");
        match near {
            Some(near) => self.fault(path, "unknown-name-near").say("near", &near),
            None if known.is_empty() => self.fault(path, "unknown-name-none"),
            None => self.fault(path, "unknown-name").say("known", &known),
        }
        .say("name", &name);
    }

    /// `value` was not in `seen` yet.
    pub(super) fn unique<T: Eq + Hash + ToString>(
        &mut self,
        seen: &mut HashSet<T>,
        path: &Path,
        value: T,
    ) {
        let shown = value.to_string();
        if !seen.insert(value) {
            self.fault(path, "duplicate").say("value", &shown);
        }
    }

    /// An id is something to type at a prompt and to name a file with.
    pub(super) fn identifier(&mut self, path: &Path, id: &str) {
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(fine) || id.starts_with('-') {
            self.fault(path, "identifier").say("value", &id);
        }
    }

    /// A domain is one that can never be a real one (RFC 2606 §2).
    pub(super) fn domain(&mut self, path: &Path, name: &str) {
        if !is_reserved(name) {
            self.fault(path, "real-domain").say("value", &name);
        }
    }

    /// A mail address is of a domain that can never be a real one. Odd forms
    /// are allowed: to show what Postfix says to them is what lessons are for.
    pub(super) fn address(&mut self, path: &Path, address: &str) {
        let Some((_, domain)) = address.rsplit_once('@') else {
            return;
        };
        let literal = domain
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .map(|inner| inner.trim_start_matches("IPv6:"));
        match literal.map(str::parse::<IpAddr>) {
            Some(Ok(ip)) if !ip.is_loopback() && !is_documentation(ip) => {
                self.fault(path, "real-address").say("value", &ip);
            }
            None if domain.contains('.') => self.domain(path, domain),
            _ => {}
        }
    }
}

/// Whether a machine may have a loopback address.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Loopback {
    Allowed,
    Refused,
}

/// Whether `address` is for documentation: RFC 5737 §3, RFC 3849 §2.
fn is_documentation(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => matches!(
            address.octets(),
            [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _]
        ),
        IpAddr::V6(address) => matches!(address.segments(), [0x2001, 0xdb8, ..]),
    }
}

/// Whether `name` is under a top-level domain that nobody can own.
fn is_reserved(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    ["example", "test"].iter().any(|top| {
        name.strip_suffix(top)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    })
}
