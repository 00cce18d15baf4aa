//! The rules about the hosts' Postfix configuration: what Postfix itself would
//! complain of, and edits of parameters and services that are not there.

use std::collections::BTreeSet;

use super::fault::{Fault, nearest};
use super::place::Path;
use super::rules::Rules;
use crate::lesson::model::{Host, Setting, Writing};
use crate::postfix::configuration::{Configuration, DiagnosticKind, Machine};
use crate::postfix::postconf::Files;
use crate::postfix::{main_cf, parameters, postmap};

impl Rules<'_> {
    /// What Postfix would say about the host's files when it starts. The world
    /// says it as well, and behaves as Postfix does with such files.
    pub(super) fn configuration(&mut self, path: &Path, host: &Host) {
        let (_, diagnostics) = read(host);
        for diagnostic in diagnostics {
            if diagnostic.kind == DiagnosticKind::NotImitated {
                continue;
            }
            let (key, text) = match (diagnostic.file, &host.master_cf) {
                ("master.cf", Some(text)) => ("master_cf", text),
                ("master.cf", None) => continue,
                _ => ("main_cf", &host.main_cf),
            };
            let span = self.places.line(&path.to(key), text, diagnostic.line);
            let warning = Fault::new(span, "configuration").warning();
            self.faults.push(warning.with("problem", &diagnostic.words));
        }
    }

    /// A setting names a host, one of its services, and a parameter that Postfix has.
    pub(super) fn setting(&mut self, path: &Path, setting: &Setting) {
        self.known_host(&path.to("host"), &setting.host);
        let lesson = self.lesson;
        let Some(host) = lesson.hosts.iter().find(|host| host.name == setting.host) else {
            return;
        };
        if let Some(service) = &setting.service {
            let (configuration, _) = read(host);
            if configuration.service(service).is_none() {
                let names = configuration
                    .services()
                    .iter()
                    .map(|service| service.name());
                let known = names.collect::<Vec<_>>().join(", ");
                self.fault(&path.to("service"), "unknown-service")
                    .say("name", service)
                    .say("host", &host.name)
                    .say("known", &known);
            }
        }
        self.parameter(&path.to("parameter"), &setting.parameter, host);
    }

    /// A file that is written is one that its host has, or a table that some
    /// configuration of it names.
    pub(super) fn writing(&mut self, path: &Path, writing: &Writing) {
        self.known_host(&path.to("host"), &writing.host);
        let lesson = self.lesson;
        let Some(host) = lesson.hosts.iter().find(|host| host.name == writing.host) else {
            return;
        };
        let at = path.to("path");
        if !writing.path.starts_with('/') {
            self.fault(&at, "relative-path").say("path", &writing.path);
            return;
        }
        let mut known: BTreeSet<String> = host.installed_files().into_keys().collect();
        known.extend(self.named_tables(host));
        if !known.contains(&writing.path) {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            self.fault(&at, "unknown-file")
                .say("path", &writing.path)
                .say("host", &host.name)
                .say("known", &known);
        }
    }

    /// The paths of the tables that a host's files name, or that the lesson or its
    /// solution makes them name.
    fn named_tables(&self, host: &Host) -> Vec<String> {
        let steps = self.lesson.steps.iter();
        let settings = steps.flat_map(|step| {
            let solved = step
                .solution
                .iter()
                .filter_map(|action| action.set.as_ref());
            step.setup.iter().chain(solved)
        });
        let mut main_cf = host.main_cf.clone();
        for setting in settings.filter(|setting| setting.host == host.name) {
            // Of a parameter that is set more than once every value counts, so
            // each gets a name of its own.
            let number = main_cf.lines().count();
            let value = setting
                .value
                .as_deref()
                .unwrap_or_default()
                .replace('\n', " ");
            main_cf = format!("{}\nlesson_{number} = {value}\n", main_cf.trim_end());
        }
        let master_cf = host.master_cf.as_deref().unwrap_or_default();
        let main_cf = main_cf.as_str();
        let named = postmap::named(Files { main_cf, master_cf });
        named.into_keys().map(|table| table.path).collect()
    }

    fn parameter(&mut self, path: &Path, name: &str, host: &Host) {
        // A name of the administrator's own, which other values refer to, is
        // set in main.cf.
        let own = || {
            main_cf::parse(&host.main_cf)
                .0
                .into_iter()
                .any(|entry| entry.name == name)
        };
        if parameters::find(name).is_some() || own() {
            return;
        }
        if parameters::is_known(name) {
            self.fault(path, "not-imitated").say("name", name);
            return;
        }
        match nearest(name, parameters::all().map(|parameter| parameter.name)) {
            Some(near) => self.fault(path, "unknown-parameter-near").say("near", near),
            None => self.fault(path, "unknown-parameter"),
        }
        .say("name", name);
    }
}

fn read(
    host: &Host,
) -> (
    Configuration,
    Vec<crate::postfix::configuration::Diagnostic>,
) {
    let machine = Machine {
        name: host.name.clone(),
        addresses: host.addresses.clone(),
    };
    Configuration::parse_on(&machine, &host.main_cf, host.master_cf.as_deref())
}
