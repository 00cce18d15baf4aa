//! A host's Postfix configuration as its daemons see it: main.cf, with the
//! `-o` overrides of one master.cf service on top.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// The machine that Postfix runs on, as far as defaults depend on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// What `gethostname()` says: the default of `myhostname`.
    pub name: String,
    /// The addresses of its interfaces, loopback included.
    pub addresses: Vec<IpAddr>,
}

/// Something that Postfix would say about the configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// `main.cf` or `master.cf`.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// Postfix's own words.
    pub words: String,
}

/// A whole configuration, as read at start or reload.
#[derive(Debug)]
pub struct Configuration {
    main: Arc<Service>,
    services: Vec<Arc<Service>>,
}

/// One `smtpd` service of master.cf: its listener and its parameters in force.
#[derive(Debug)]
pub struct Service {
    name: String,
}

impl Configuration {
    /// Reads both files for a machine that has only loopback addresses.
    pub fn parse(main_cf: &str, master_cf: Option<&str>) -> (Self, Vec<Diagnostic>) {
        Self::parse_on(&Machine::default(), main_cf, master_cf)
    }

    /// Reads both files; `None`: Debian's stock master.cf.
    pub fn parse_on(
        _machine: &Machine,
        _main_cf: &str,
        _master_cf: Option<&str>,
    ) -> (Self, Vec<Diagnostic>) {
        todo!()
    }

    /// The `smtpd` services that listen on the network, in master.cf's order.
    pub fn services(&self) -> &[Arc<Service>] {
        &self.services
    }

    /// The service of this name: `smtp`, `submission`, `submissions` (or `smtps`).
    pub fn service(&self, name: &str) -> Option<&Arc<Service>> {
        self.services.iter().find(|service| service.name == name)
    }

    /// main.cf alone, without any `-o`: what `cleanup`, `qmgr`, `smtp` and `local` see.
    pub fn main(&self) -> &Arc<Service> {
        &self.main
    }
}

impl Service {
    /// Its name in master.cf.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port it listens on; 0 for [`Configuration::main`].
    pub fn port(&self) -> u16 {
        todo!()
    }

    /// The address it is bound to, if master.cf names one.
    pub fn address(&self) -> Option<IpAddr> {
        todo!()
    }

    /// A parameter's value in force, with every `$name` expanded.
    pub fn text(&self, _name: &str) -> &str {
        todo!()
    }

    /// A yes/no parameter (a bad value keeps the daemon from starting: see
    /// [`restrictions::startup`](super::restrictions::startup)).
    pub fn boolean(&self, _name: &str) -> bool {
        todo!()
    }

    /// A numeric parameter.
    pub fn number(&self, _name: &str) -> i64 {
        todo!()
    }

    /// A time parameter (`2s`, `1h`, …).
    pub fn time(&self, _name: &str) -> Duration {
        todo!()
    }

    /// A list parameter, split at commas and white space outside braces.
    pub fn list(&self, _name: &str) -> Vec<String> {
        todo!()
    }

    /// The syslog tag of its `smtpd`: `postfix/submission/smtpd`.
    pub fn program(&self) -> String {
        todo!()
    }
}

impl Default for Machine {
    fn default() -> Self {
        use std::net::{Ipv4Addr, Ipv6Addr};
        Self {
            name: "localhost".to_owned(),
            addresses: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        }
    }
}
