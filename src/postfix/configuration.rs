//! A host's Postfix configuration as its daemons see it: main.cf, with the
//! `-o` overrides of one master.cf service on top.

mod defaults;
mod diagnostic;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustc_hash::FxHashMap;

pub use diagnostic::{Diagnostic, DiagnosticKind};

use crate::postfix::expand::expand;
use crate::postfix::main_cf::Severity;
use crate::postfix::parameters::{self, Kind};
use crate::postfix::reason::Origin;
use crate::postfix::smtpd::Services;
use crate::postfix::table::{Lookups, Tables};
use crate::postfix::{main_cf, master_cf};

/// The machine that Postfix runs on, as far as defaults depend on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// What `gethostname()` says: the default of `myhostname`.
    pub name: String,
    /// The addresses of its interfaces, loopback included.
    pub addresses: Vec<IpAddr>,
}

/// A whole configuration, as read at start or reload.
#[derive(Clone, Debug)]
pub struct Configuration {
    main: Arc<Service>,
    services: Vec<Arc<Service>>,
}

/// One `smtpd` service of master.cf: its listener and its parameters in force.
#[derive(Debug)]
pub struct Service {
    name: String,
    listener: Option<master_cf::Listener>,
    /// The values that are not the registry's default as it stands there.
    values: FxHashMap<String, Value>,
    /// Where those were set that stand in a file.
    origins: FxHashMap<String, Origin>,
    addresses: Vec<IpAddr>,
    is_chrooted: bool,
    fatal: Option<String>,
    /// What every daemon says about main.cf when it starts.
    remarks: Vec<String>,
    tables: Tables,
}

/// A parameter's value in force.
#[derive(Debug)]
struct Value {
    text: Box<str>,
    /// The same as a list, once somebody asked for that: every command does.
    items: OnceLock<Vec<String>>,
}

impl Value {
    fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            items: OnceLock::new(),
        }
    }
}

impl Configuration {
    /// Reads both files for a machine that has only loopback addresses.
    pub fn parse(main_cf: &str, master_cf: Option<&str>) -> (Self, Vec<Diagnostic>) {
        Self::parse_on(&Machine::default(), main_cf, master_cf)
    }

    /// Reads both files; `None`: Debian's stock master.cf. The configuration
    /// is always usable: what is wrong in it shows when a daemon starts or
    /// asks, as with Postfix, and is listed besides.
    pub fn parse_on(
        machine: &Machine,
        main_cf: &str,
        master_cf: Option<&str>,
    ) -> (Self, Vec<Diagnostic>) {
        let (settings, main_faults) = main_cf::parse(main_cf);
        let (entries, master_faults) = master_cf::parse(master_cf.unwrap_or(master_cf::DEBIAN));
        let syntax = main_faults
            .iter()
            .find(|fault| fault.severity == Severity::Fatal)
            .map(|fault| fault.words.clone());
        let remarks: Vec<String> = diagnostic::when_read(&settings, &main_faults)
            .into_iter()
            .filter(|it| it.kind == DiagnosticKind::Warning)
            .map(|it| it.words)
            .collect();
        let main = Arc::new(Service::new(
            machine,
            None,
            &settings,
            syntax.clone(),
            remarks.clone(),
        ));
        let services = entries
            .iter()
            .filter(|entry| entry.kind == "inet" && entry.command == "smtpd")
            .filter(|entry| master_cf::listener(&entry.name).is_some())
            .map(|entry| {
                Arc::new(Service::new(
                    machine,
                    Some(entry),
                    &settings,
                    syntax.clone().or_else(|| entry.fatal.clone()),
                    remarks.clone(),
                ))
            })
            .collect();
        let diagnostics =
            diagnostic::diagnose(&main, &settings, &main_faults, &entries, &master_faults);
        (Self { main, services }, diagnostics)
    }

    /// The `smtpd` services that listen on the network, in master.cf's order.
    pub fn services(&self) -> &[Arc<Service>] {
        &self.services
    }

    /// The service of this name: `smtp`, `submission`, `submissions` (or `smtps`).
    pub fn service(&self, name: &str) -> Option<&Arc<Service>> {
        self.services
            .iter()
            .find(|service| master_cf::same_service(&service.name, name))
    }

    /// main.cf alone, without any `-o`: what `cleanup`, `qmgr`, `smtp` and `local` see.
    pub fn main(&self) -> &Arc<Service> {
        &self.main
    }
}

impl Service {
    /// Its name in master.cf; empty for [`Configuration::main`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port it listens on; 0 for [`Configuration::main`].
    pub fn port(&self) -> u16 {
        self.listener.map_or(0, |listener| listener.port)
    }

    /// The address it is bound to, if master.cf names one.
    pub fn address(&self) -> Option<IpAddr> {
        self.listener.and_then(|listener| listener.address)
    }

    /// A parameter's value in force, with every `$name` expanded; empty for a
    /// name that nobody set.
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or_else(
            || parameters::find(name).map_or("", |parameter| parameter.default),
            |value| &value.text,
        )
    }

    /// Where a parameter was set.
    pub fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).copied().unwrap_or_default()
    }

    /// A yes/no parameter. (A bad value keeps the daemon from starting: see
    /// [`restrictions::startup`](super::restrictions::startup).)
    pub fn boolean(&self, name: &str) -> bool {
        parameters::boolean(self.text(name)).unwrap_or(false)
    }

    /// A numeric parameter.
    pub fn number(&self, name: &str) -> i64 {
        parameters::number(self.text(name)).unwrap_or(0)
    }

    /// A time parameter (`2s`, `1h`, …).
    pub fn time(&self, name: &str) -> Duration {
        let unit = match parameters::find(name).map(|parameter| parameter.kind) {
            Some(Kind::Time { unit, .. }) => unit,
            _ => 's',
        };
        parameters::time(self.text(name), unit).unwrap_or_default()
    }

    /// A list parameter, split at commas and white space outside braces.
    pub fn list(&self, name: &str) -> &[String] {
        match self.values.get(name) {
            Some(value) => value.items.get_or_init(|| parameters::list(&value.text)),
            None => parameters::default_list(name),
        }
    }

    /// The syslog tag of its `smtpd`: `postfix/submission/smtpd`.
    pub fn program(&self) -> String {
        format!("{}/smtpd", self.text("syslog_name"))
    }

    /// The absolute path of a file on this machine, as a process of this service
    /// sees it: it starts in `queue_directory`, and with `chroot` in master.cf
    /// that is its root.
    pub fn path(&self, name: &str) -> String {
        let queue = self.text("queue_directory").trim_end_matches('/');
        let (root, start) = if self.is_chrooted {
            (queue, "")
        } else if name.starts_with('/') {
            ("", "")
        } else {
            ("", queue)
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in start.split('/').chain(name.split('/')) {
            match part {
                "" | "." => {}
                // That of the root is the root itself.
                ".." => _ = parts.pop(),
                part => parts.push(part),
            }
        }
        format!("{root}/{}", parts.join("/"))
    }

    /// Whether an address is this machine's own, or its proxy's
    /// (`inet_interfaces`, `proxy_interfaces`).
    pub fn owns(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address)
    }

    /// Why no daemon starts with these parameters (without `fatal: `).
    pub(in crate::postfix) fn fatal(&self) -> Option<&str> {
        self.fatal.as_deref()
    }

    /// What a daemon says about main.cf when it starts.
    pub(in crate::postfix) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// A way to ask the tables that this service names.
    pub(in crate::postfix) fn lookups<'a>(&'a self, services: &'a dyn Services) -> Lookups<'a> {
        Lookups::new(&self.tables, self.text("alias_maps"), services)
    }

    fn new(
        machine: &Machine,
        entry: Option<&master_cf::Entry>,
        settings: &[main_cf::Entry],
        syntax: Option<String>,
        remarks: Vec<String>,
    ) -> Self {
        let name = entry.map_or("", |entry| entry.name.as_str());
        let overrides = entry.map_or(&[][..], |entry| &entry.overrides);
        let mut given: FxHashMap<&str, &str> = settings
            .iter()
            .map(|entry| (entry.name.as_str(), entry.value.as_str()))
            .chain(
                overrides
                    .iter()
                    .map(|it| (it.name.as_str(), it.value.as_str())),
            )
            .collect();
        let in_main = settings
            .iter()
            .map(|it| (it.name.clone(), Origin::MainCf { line: it.line }));
        let in_master = overrides
            .iter()
            .map(|it| (it.name.clone(), Origin::MasterCf { line: it.line }));
        let origins = in_main.chain(in_master).collect();
        let derived = defaults::Derived::new(machine, &given);
        derived.add_to(&mut given);
        given.insert("service_name", name);

        let value_of = |name: &str| {
            let given = given.get(name).copied();
            given.or_else(|| parameters::find(name).map(|parameter| parameter.default))
        };
        let mut fatal = syntax;
        let mut remarks = remarks;
        let mut values: FxHashMap<String, Value> = FxHashMap::default();
        let defaults = parameters::with_references()
            .filter(|parameter| !given.contains_key(parameter.name))
            .map(|parameter| (parameter.name, parameter.default));
        for (name, value) in given
            .iter()
            .map(|(&name, &value)| (name, value))
            .chain(defaults)
        {
            let value = if is_expanded_later(name) {
                value.to_owned()
            } else {
                expand(value, &value_of).unwrap_or_else(|words| {
                    if fatal.is_none() && concerns_server(name) {
                        remarks.push(format!("warning: {words}"));
                        fatal = Some("dictionary mail_dict: macro processing error".to_owned());
                    }
                    String::new()
                })
            };
            values.insert(name.to_owned(), Value::new(value.trim()));
        }
        if fatal.is_none() {
            fatal = parameters::all()
                .filter(|parameter| concerns_server(parameter.name))
                .find_map(|parameter| parameter.check(&values.get(parameter.name)?.text).err());
        }
        let mut service = Self {
            name: name.to_owned(),
            listener: master_cf::listener(name),
            is_chrooted: entry.is_some_and(|entry| {
                entry
                    .chroot
                    .unwrap_or_else(|| expand(CHROOT, &value_of).is_ok_and(|usual| usual == "yes"))
            }),
            values,
            origins,
            addresses: machine.addresses.clone(),
            fatal,
            remarks,
            tables: Tables::default(),
        };
        if service
            .text("inet_interfaces")
            .eq_ignore_ascii_case("loopback-only")
        {
            service.addresses.retain(IpAddr::is_loopback);
        }
        let proxies = service.list("proxy_interfaces").iter();
        let proxies: Vec<IpAddr> = proxies.filter_map(|proxy| proxy.parse().ok()).collect();
        service.addresses.extend(proxies);
        service
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

/// What `-` in master.cf's chroot column means (master(5)).
const CHROOT: &str = "${{$compatibility_level} <level {1} ? {yes} : {no}}";

/// Parameters whose `$name` stand for facts of the moment, not for parameters.
const EXPANDED_LATER: [&str; 7] = [
    "command_execution_directory",
    "default_rbl_reply",
    "forward_path",
    "luser_relay",
    "mailbox_command",
    "smtpd_expansion_filter",
    "smtpd_reject_footer",
];

/// Whether a parameter is one of [`EXPANDED_LATER`].
fn is_expanded_later(name: &str) -> bool {
    EXPANDED_LATER.contains(&name)
}

/// Whether `smtpd` reads the parameter: a bad value elsewhere stops other daemons.
fn concerns_server(name: &str) -> bool {
    !name.starts_with("smtp_") && !OTHER_DAEMONS.contains(&name)
}

/// Parameters that `qmgr`, `local`, `anvil` and others read, and `smtpd` does not.
const OTHER_DAEMONS: [&str; 13] = [
    "anvil_rate_time_unit",
    "anvil_status_update_time",
    "biff",
    "bounce_queue_lifetime",
    "default_destination_concurrency_limit",
    "default_destination_recipient_limit",
    "delay_warning_time",
    "mailbox_size_limit",
    "maximal_backoff_time",
    "maximal_queue_lifetime",
    "minimal_backoff_time",
    "queue_run_delay",
    "reject_tempfail_action",
];

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: &str = "smtp inet n - y - - smtpd\n\
        submission inet n - y - - smtpd\n  -o syslog_name=postfix/submission\n  \
        -o smtpd_tls_security_level=encrypt -o smtpd_client_restrictions=$mua_client_restrictions\n\
        127.0.0.1:smtps inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n";

    #[test]
    fn overrides_hold_for_their_service_only() {
        let main = "smtpd_tls_security_level = may\nmua_client_restrictions = permit_sasl_authenticated, reject\n";
        let (configuration, diagnostics) = Configuration::parse(main, Some(MASTER));
        assert_eq!(diagnostics, []);
        let service = |name: &str| configuration.service(name).unwrap();
        assert_eq!(service("smtp").text("smtpd_tls_security_level"), "may");
        assert_eq!(
            service("submission").text("smtpd_tls_security_level"),
            "encrypt"
        );
        assert_eq!(
            service("submission").list("smtpd_client_restrictions"),
            ["permit_sasl_authenticated", "reject"]
        );
        assert_eq!(service("smtp").program(), "postfix/smtpd");
        assert_eq!(service("submission").program(), "postfix/submission/smtpd");
        assert_eq!(
            (service("submissions").port(), service("submission").port()),
            (465, 587)
        );
        assert!(service("submissions").address().is_some());
        assert!(service("submissions").boolean("smtpd_tls_wrappermode"));
    }

    #[test]
    fn a_path_is_what_a_process_in_its_jail_or_outside_sees() {
        let path = |chroot: &str, main_cf: &str, name: &str| {
            let master = format!("smtp inet n - {chroot} - - smtpd\n");
            let (configuration, _) = Configuration::parse(main_cf, Some(&master));
            configuration.services()[0].path(name)
        };
        let modern = "compatibility_level = 3.6\n";
        let socket = "/var/spool/postfix/private/auth";
        assert_eq!(path("n", modern, "private/auth"), socket);
        assert_eq!(path("n", modern, "/private/auth"), "/private/auth");
        assert_eq!(path("n", modern, socket), socket);
        assert_eq!(path("y", modern, "private/auth"), socket);
        assert_eq!(path("y", modern, "/private/auth"), socket);
        assert_eq!(path("y", modern, "../.././private//auth"), socket);
        assert_eq!(
            path("y", modern, socket),
            format!("/var/spool/postfix{socket}")
        );
        assert_eq!(path("-", modern, "/private/auth"), "/private/auth");
        assert_eq!(path("-", "", "/private/auth"), socket);
    }

    #[test]
    fn defaults_depend_on_machine_and_compatibility_level() {
        let machine = Machine {
            name: "mail.aula.example".into(),
            addresses: vec![[127, 0, 0, 1].into(), [192, 0, 2, 10].into()],
        };
        let parse = |main: &str| Configuration::parse_on(&machine, main, None).0;
        let modern = parse("compatibility_level = 3.6\n");
        let main = modern.main();
        assert_eq!(main.text("mydomain"), "aula.example");
        assert_eq!(main.text("mynetworks"), "127.0.0.1/32 192.0.2.10/32");
        assert_eq!(
            main.text("smtpd_relay_restrictions"),
            "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination"
        );
        assert_eq!(main.text("relay_domains"), "");
        assert_eq!(main.time("smtpd_timeout"), Duration::from_mins(5));
        assert_eq!(main.number("smtpd_hard_error_limit"), 20);
        assert_eq!(main.text("smtpd_banner"), "mail.aula.example ESMTP Postfix");
        let old = parse("");
        assert_eq!(old.main().text("mynetworks"), "127.0.0.0/8 192.0.2.0/24");
        assert_eq!(old.main().text("smtpd_relay_restrictions"), "");
        assert_eq!(old.main().text("append_dot_mydomain"), "yes");
    }

    #[test]
    fn an_entry_by_which_nobody_can_be_judged_is_said_beforehand() {
        let main = "mynetworks = 127.0.0.0/8, 192.0.2.10/24 [::1]/128abc\n  2001:db8::/32 hola !10.0.0.0/8\n";
        let (_, diagnostics) = Configuration::parse(main, None);
        let said: Vec<&str> = diagnostics.iter().map(|it| it.words.as_str()).collect();
        assert!(
            diagnostics
                .iter()
                .all(|it| it.kind == DiagnosticKind::BadEntry)
        );
        assert_eq!(
            said,
            [
                "warning: mynetworks: non-null host address bits in \"192.0.2.10/24\", \
                 perhaps you should use \"192.0.2.0/24\" instead",
                "warning: mynetworks: bad mask value in \"::1/128abc\"",
                "warning: mynetworks: 2001:db8::/32: table lookup problem",
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let main = "biff = no\nsmtpd_tls_auth_only = foo\nsmtpd_tls_autonly = yes\n\
            readme_directory = no\nbiff = yes\nclase = permit $nadie\nsmtpd_restriction_classes = clase\n";
        let (configuration, diagnostics) = Configuration::parse(main, None);
        let said: Vec<(usize, DiagnosticKind, &str)> = diagnostics
            .iter()
            .map(|it| (it.line, it.kind, it.words.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (
                    5,
                    DiagnosticKind::Warning,
                    "warning: /etc/postfix/main.cf, line 5: overriding earlier entry: biff=no"
                ),
                (
                    2,
                    DiagnosticKind::BadValue,
                    "fatal: bad boolean configuration: smtpd_tls_auth_only = foo"
                ),
                (
                    3,
                    DiagnosticKind::Warning,
                    "warning: /etc/postfix/main.cf: unused parameter: smtpd_tls_autonly=yes"
                ),
                (4, DiagnosticKind::NotImitated, "readme_directory=no"),
                (
                    6,
                    DiagnosticKind::Warning,
                    "warning: /etc/postfix/main.cf: undefined parameter: nadie"
                ),
            ]
        );
        let smtp = configuration.service("smtp").unwrap();
        assert_eq!(
            smtp.fatal(),
            Some("bad boolean configuration: smtpd_tls_auth_only = foo")
        );
    }
}
