//! The files of a host that an administrator writes, as of the shown moment.

use super::model::Model;
use crate::journal::Kind;
use crate::lesson::model::Host;
use crate::postfix::configuration::{DiagnosticKind, Machine};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::postconf::Files;
use crate::postfix::{postmap, reload};

impl Model {
    /// The paths of a host's files: main.cf and master.cf, the tables that they
    /// name (written already or not), and whatever else is there.
    pub fn files(&self, host: &str) -> Vec<String> {
        let Some(text) = self.projection.configuration_at(host, self.position()) else {
            return Vec::new();
        };
        let mut paths = vec![MAIN_CF.to_owned(), MASTER_CF.to_owned()];
        let mut tables: Vec<String> = postmap::named(text.files())
            .into_keys()
            .map(|table| table.path)
            .collect();
        tables.sort();
        let others = text.others.keys().cloned();
        for path in tables.into_iter().chain(others) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// The paths of all that is on a host's disk: its files, certificates and keys.
    pub fn paths(&self, host: &str) -> Vec<String> {
        let mut paths = self.files(host);
        let known = self.lesson.hosts.iter().find(|known| known.name == host);
        paths.extend(known.map(Host::certificate_paths).unwrap_or_default());
        paths
    }

    /// A file's text; `None`: it is not there.
    pub fn file(&self, host: &str, path: &str) -> Option<&str> {
        let text = self.projection.configuration_at(host, self.position())?;
        text.file(path)
    }

    /// The text that it had when the step began.
    pub fn file_at_start(&self, host: &str, path: &str) -> Option<&str> {
        self.projection.configuration_at_start(host)?.file(path)
    }

    /// What Postfix would say of a file with this text: the programs that read
    /// main.cf and master.cf, or those that read or index a table.
    pub fn said_of_file(&self, host: &str, path: &str, text: &str) -> Vec<String> {
        let Some(now) = self.projection.configuration_at(host, self.position()) else {
            return Vec::new();
        };
        let files = match path {
            MAIN_CF => Files {
                main_cf: text,
                ..now.files()
            },
            MASTER_CF => Files {
                master_cf: text,
                ..now.files()
            },
            path => {
                let named = postmap::named(now.files()).into_iter();
                let remarks = named
                    .filter(|(table, _)| table.path == path)
                    .map(|(table, used)| table.remarks(used, text));
                return remarks.flatten().collect();
            }
        };
        let reload = reload::reload(&Machine::default(), files);
        let bad = reload.diagnostics.into_iter().filter(|it| {
            let is_bad = matches!(
                it.kind,
                DiagnosticKind::BadValue | DiagnosticKind::BadEntry | DiagnosticKind::Unexpandable
            );
            is_bad && last_part(path) == it.file
        });
        let mut said = reload.said;
        said.extend(bad.map(|it| it.words));
        said
    }

    /// The commands that were typed since the last edit to bring it into force,
    /// each with what it printed.
    pub fn commands_after_edit(&self) -> Vec<(&str, &[String])> {
        let Some(edited) = self.projection.edits.last() else {
            return Vec::new();
        };
        let events = self.projection.events.get(*edited..).unwrap_or_default();
        let commands = events.iter().filter_map(|event| match &event.kind {
            Kind::CommandRun { command, lines, .. } => Some((command.as_str(), lines.as_slice())),
            _ => None,
        });
        commands.collect()
    }

    /// The path of a host's file that is called by its path or by the last part
    /// of it: `transport`.
    pub fn find_file(&self, host: &str, name: &str) -> Option<String> {
        let is_meant = |path: &String| path == name || last_part(path) == name;
        self.files(host).into_iter().find(is_meant)
    }
}

/// What stands behind the last `/` of a path.
pub fn last_part(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
