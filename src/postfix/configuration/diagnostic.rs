//! What Postfix would say about main.cf and master.cf when asked (`postfix
//! check`, `postconf`).

use std::collections::{HashMap, HashSet};

use super::Service;
use crate::postfix::expand::{expand, references};
use crate::postfix::main_cf::Severity;
use crate::postfix::{main_cf, master_cf, networks, parameters};

/// Something to be said about one line of the configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// `main.cf` or `master.cf`.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// How grave it is.
    pub kind: DiagnosticKind,
    /// Postfix's own words; for [`DiagnosticKind::NotImitated`] `name=value`.
    pub words: String,
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DiagnosticKind {
    /// The daemons that read the parameter die of its value.
    BadValue,
    /// The daemons go on, but say so whenever they come to the entry of a list,
    /// and can judge nobody by it.
    BadEntry,
    /// Postfix does not start at all.
    Fatal,
    /// The value can't be expanded: whoever reads it dies, `postconf` too.
    Unexpandable,
    /// A real parameter that has no effect in the lab.
    NotImitated,
    /// Postfix goes on, but warns.
    Warning,
}

pub(super) fn diagnose(
    main: &Service,
    settings: &[main_cf::Entry],
    main_faults: &[main_cf::Fault],
    entries: &[master_cf::Entry],
    master_faults: &[main_cf::Fault],
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    diagnostics.extend(when_read(settings, main_faults));
    let names = Names::new(main, settings, entries);
    for entry in settings {
        diagnostics.extend(names.undefined("main.cf", entry.line, &entry.name, &entry.value));
        let value = main.text(&entry.name);
        diagnostics.extend(judge(
            "main.cf",
            entry.line,
            &entry.name,
            &entry.value,
            value,
            &names,
        ));
        diagnostics.extend(bad_entries("main.cf", entry.line, &entry.name, value));
    }
    for service in entries.iter().filter(|entry| entry.command == "smtpd") {
        for setting in &service.overrides {
            let value = if setting.value.contains('$') {
                ""
            } else {
                &setting.value
            };
            let (name, value_as_set) = (&setting.name, &setting.value);
            diagnostics.extend(names.undefined("master.cf", setting.line, name, value_as_set));
            diagnostics.extend(
                judge(
                    "master.cf",
                    setting.line,
                    &setting.name,
                    &setting.value,
                    value,
                    &names,
                )
                .filter(|it| it.kind != DiagnosticKind::BadValue || !setting.value.contains('$')),
            );
            diagnostics.extend(bad_entries("master.cf", setting.line, name, value));
        }
    }
    diagnostics.extend(master_faults.iter().map(|it| of_fault("master.cf", it)));
    diagnostics
}

/// What every program of Postfix says when it reads main.cf.
pub(super) fn when_read(settings: &[main_cf::Entry], faults: &[main_cf::Fault]) -> Vec<Diagnostic> {
    let mut said: Vec<Diagnostic> = faults.iter().map(|it| of_fault("main.cf", it)).collect();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for entry in settings {
        if let Some(earlier) = seen.insert(&entry.name, &entry.value)
            && earlier != entry.value
        {
            said.push(Diagnostic {
                file: "main.cf",
                line: entry.line,
                kind: DiagnosticKind::Warning,
                words: format!(
                    "warning: /etc/postfix/main.cf, line {}: overriding earlier entry: {}={earlier}",
                    entry.line, entry.name
                ),
            });
        }
    }
    said.sort_by_key(|it| it.line);
    said
}

fn of_fault(file: &'static str, fault: &main_cf::Fault) -> Diagnostic {
    let (kind, word) = match fault.severity {
        Severity::Fatal => (DiagnosticKind::Fatal, "fatal"),
        Severity::Warning => (DiagnosticKind::Warning, "warning"),
    };
    Diagnostic {
        file,
        line: fault.line,
        kind,
        words: format!("{word}: {}", fault.words),
    }
}

/// What is to be said of one `name = value`; `effective` is the value expanded.
fn judge(
    file: &'static str,
    line: usize,
    name: &str,
    value: &str,
    effective: &str,
    names: &Names<'_>,
) -> Option<Diagnostic> {
    let (kind, words) = if let Some(parameter) = parameters::find(name) {
        let words = parameter.check(effective).err()?;
        (DiagnosticKind::BadValue, format!("fatal: {words}"))
    } else if parameters::is_known(name) || names.is_of_service(name) {
        (DiagnosticKind::NotImitated, format!("{name}={value}"))
    } else if names.is_used(name) {
        return None;
    } else {
        let words = format!("warning: /etc/postfix/{file}: unused parameter: {name}={value}");
        (DiagnosticKind::Warning, words)
    };
    Some(Diagnostic {
        file,
        line,
        kind,
        words,
    })
}

/// What is to be said of the entries of a list of clients.
fn bad_entries(
    file: &'static str,
    line: usize,
    name: &str,
    effective: &str,
) -> impl Iterator<Item = Diagnostic> {
    let lists = CLIENT_LISTS.contains(&name);
    let words = lists.then(|| networks::faults(name, effective));
    words.into_iter().flatten().map(move |words| Diagnostic {
        file,
        line,
        kind: DiagnosticKind::BadEntry,
        words,
    })
}

/// The parameters that list clients by their addresses.
const CLIENT_LISTS: [&str; 5] = [
    "mynetworks",
    "smtpd_authorized_xclient_hosts",
    "smtpd_authorized_xforward_hosts",
    "smtpd_client_event_limit_exceptions",
    "smtpd_sasl_exceptions_networks",
];

/// Names that are not in Postfix's own list.
struct Names<'a> {
    /// master.cf, whose services bring parameters along.
    entries: &'a [master_cf::Entry],
    /// What is set somewhere.
    values: HashMap<&'a str, &'a str>,
    /// Names of one's own that some value refers to, or that are restriction classes.
    used: HashSet<String>,
    /// Lookup tables whose settings stand in main.cf (`ldap:name`): `name_`.
    sources: Vec<String>,
}

impl<'a> Names<'a> {
    fn new(
        main: &Service,
        settings: &'a [main_cf::Entry],
        entries: &'a [master_cf::Entry],
    ) -> Self {
        let overrides = entries.iter().flat_map(|entry| &entry.overrides);
        let values: HashMap<&str, &str> = settings
            .iter()
            .map(|entry| (entry.name.as_str(), entry.value.as_str()))
            .chain(overrides.map(|it| (it.name.as_str(), it.value.as_str())))
            .collect();
        let used = all_values(settings, entries)
            .flat_map(references)
            .chain(main.list("smtpd_restriction_classes").iter().cloned())
            .collect();
        let sources = all_values(settings, entries)
            .filter(|value| DATABASES.iter().any(|kind| value.contains(kind)))
            .flat_map(parameters::list)
            .filter_map(|word| {
                let (kind, name) = word.split_once(':')?;
                let is_one = DATABASES.contains(&kind) && !name.contains('/');
                is_one.then(|| format!("{name}_"))
            })
            .collect();
        Self {
            entries,
            values,
            used,
            sources,
        }
    }

    /// Whether a service of master.cf brings a parameter of this name along.
    fn is_of_service(&self, name: &str) -> bool {
        self.entries
            .iter()
            .flat_map(parameters::of_service)
            .any(|(brought, _)| brought == name)
    }

    fn is_used(&self, name: &str) -> bool {
        self.used.contains(name) || self.sources.iter().any(|source| name.starts_with(source))
    }

    /// What `postconf` says about references to names that nobody set.
    fn undefined(
        &self,
        file: &'static str,
        line: usize,
        parameter: &str,
        value: &str,
    ) -> Vec<Diagnostic> {
        if super::is_expanded_later(parameter) {
            return Vec::new();
        }
        if let Err(words) = expand(value, &|name| self.values.get(name).copied()) {
            return vec![Diagnostic {
                file,
                line,
                kind: DiagnosticKind::Unexpandable,
                words: format!("warning: {words}"),
            }];
        }
        references(value)
            .into_iter()
            .filter(|name| {
                !parameters::is_known(name)
                    && !self.is_of_service(name)
                    && !self.values.contains_key(name.as_str())
            })
            .map(|name| Diagnostic {
                file,
                line,
                kind: DiagnosticKind::Warning,
                words: format!("warning: /etc/postfix/{file}: undefined parameter: {name}"),
            })
            .collect()
    }
}

/// Every value that main.cf and the `-o` of master.cf set, also where another
/// one takes its place.
fn all_values<'a>(
    settings: &'a [main_cf::Entry],
    entries: &'a [master_cf::Entry],
) -> impl Iterator<Item = &'a str> {
    let overrides = entries.iter().flat_map(|entry| &entry.overrides);
    settings
        .iter()
        .map(|entry| entry.value.as_str())
        .chain(overrides.map(|it| it.value.as_str()))
}

/// Lookup tables that are not files: their settings may stand in main.cf.
const DATABASES: [&str; 5] = ["ldap", "memcache", "mysql", "pgsql", "sqlite"];
