//! The rules about the hosts' Postfix configuration: what Postfix itself would
//! complain of, and edits of parameters and services that are not there.

use super::fault::{Fault, nearest};
use super::place::Path;
use super::rules::Rules;
use crate::lesson::model::{Host, Setting};
use crate::postfix::configuration::{Configuration, DiagnosticKind, Machine};
use crate::postfix::{main_cf, parameters};

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
