//! What Postfix would say about main.cf and master.cf when asked (`postfix
//! check`, `postconf`).

use std::collections::{HashMap, HashSet};

use super::Service;
use crate::postfix::expand::references;
use crate::postfix::{main_cf, master_cf, parameters};

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
    /// Postfix, or the service, would not start.
    Fatal,
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
    diagnostics.extend(main_faults.iter().map(|fault| Diagnostic {
        file: "main.cf",
        line: fault.line,
        kind: DiagnosticKind::Fatal,
        words: format!(
            "fatal: /etc/postfix/main.cf, line {}: {}",
            fault.line, fault.words
        ),
    }));
    let used = used_names(main, settings, entries);
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for entry in settings {
        if seen.insert(&entry.name, entry.line).is_some() {
            diagnostics.push(Diagnostic {
                file: "main.cf",
                line: entry.line,
                kind: DiagnosticKind::Warning,
                words: format!(
                    "warning: /etc/postfix/main.cf, line {}: overriding earlier entry: {}={}",
                    entry.line, entry.name, entry.value
                ),
            });
        }
        let value = main.text(&entry.name);
        diagnostics.extend(judge(
            "main.cf",
            entry.line,
            &entry.name,
            &entry.value,
            value,
            &used,
        ));
    }
    for service in entries.iter().filter(|entry| entry.command == "smtpd") {
        for setting in &service.overrides {
            let value = if setting.value.contains('$') {
                ""
            } else {
                &setting.value
            };
            diagnostics.extend(
                judge(
                    "master.cf",
                    setting.line,
                    &setting.name,
                    &setting.value,
                    value,
                    &used,
                )
                .filter(|it| it.kind != DiagnosticKind::Fatal || !setting.value.contains('$')),
            );
        }
    }
    diagnostics.extend(master_faults.iter().map(|fault| Diagnostic {
        file: "master.cf",
        line: fault.line,
        kind: DiagnosticKind::Fatal,
        words: format!("fatal: {}", fault.words),
    }));
    diagnostics
}

/// What is to be said of one `name = value`; `effective` is the value expanded.
fn judge(
    file: &'static str,
    line: usize,
    name: &str,
    value: &str,
    effective: &str,
    used: &HashSet<String>,
) -> Option<Diagnostic> {
    let (kind, words) = if let Some(parameter) = parameters::find(name) {
        let words = parameter.check(effective).err()?;
        (DiagnosticKind::Fatal, format!("fatal: {words}"))
    } else if parameters::is_not_imitated(name) {
        (DiagnosticKind::NotImitated, format!("{name}={value}"))
    } else if used.contains(name) {
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

/// Names of one's own that some value refers to, or that are restriction classes.
fn used_names(
    main: &Service,
    settings: &[main_cf::Entry],
    entries: &[master_cf::Entry],
) -> HashSet<String> {
    let overrides = entries.iter().flat_map(|entry| &entry.overrides);
    settings
        .iter()
        .map(|entry| entry.value.as_str())
        .chain(overrides.map(|it| it.value.as_str()))
        .flat_map(references)
        .chain(main.list("smtpd_restriction_classes"))
        .collect()
}
