//! The changes since the step began as an administrator makes them on a
//! Debian server: the commands, the stanzas of the files, the difference.

use std::collections::BTreeSet;

use super::model::Model;
use super::projection::ConfigurationText;
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::{master_cf, postconf};
use crate::sasl::dovecot;
use crate::text::difference::{self, Mark};

/// What was changed on one host.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RealThing {
    /// The host.
    pub host: String,
    /// What root types in a shell, in order.
    pub commands: Vec<String>,
    /// What the changed stanzas look like in the files.
    pub blocks: Vec<Block>,
    /// The files that differ, with the lines that do.
    pub differences: Vec<(String, Vec<(Mark, String)>)>,
}

/// A stanza of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    /// The file's path.
    pub file: &'static str,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Model {
    /// What changed on each host between the beginning of the step and the
    /// shown moment; hosts without a change are left out, the one under study comes first.
    pub fn real_thing(&self) -> Vec<RealThing> {
        if self.beginning() {
            return Vec::new();
        }
        let mut hosts: Vec<&str> = self.projection.hosts().collect();
        hosts.sort_by_key(|host| (*host != self.lesson.study, *host));
        let changed = hosts.into_iter().filter_map(|host| {
            let before = self.projection.configuration_at_start(host)?;
            let after = self.projection.configuration_at(host, self.position())?;
            (before != after).then(|| {
                let written = written(before, after);
                RealThing {
                    host: host.to_owned(),
                    commands: postconf::commands(before.files(), after.files(), &written),
                    blocks: blocks(before, after),
                    differences: differences(before, after, &written),
                }
            })
        });
        changed.collect()
    }
}

/// The paths of the files, but for the two of Postfix, that differ.
fn written<'a>(before: ConfigurationText<'a>, after: ConfigurationText<'a>) -> Vec<&'a str> {
    let paths: BTreeSet<_> = before.others.keys().chain(after.others.keys()).collect();
    let paths = paths.into_iter().map(String::as_str);
    paths
        .filter(|path| before.file(path) != after.file(path))
        .collect()
}

fn blocks(before: ConfigurationText<'_>, after: ConfigurationText<'_>) -> Vec<Block> {
    let services = postconf::changed_services(before.master_cf, after.master_cf);
    let written = |(name, kind): &(String, String)| {
        master_cf::written_lines(after.master_cf, name, kind)
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    let mut blocks: Vec<Block> = services
        .iter()
        .map(|service| Block {
            file: "/etc/postfix/master.cf",
            lines: written(service),
        })
        .collect();
    // Whoever turns AUTH on, or looks for Dovecot elsewhere, needs its socket.
    let asks = |text: ConfigurationText<'_>, name| postconf::values(text.files(), name);
    let turned = ["smtpd_sasl_auth_enable", "smtpd_sasl_path"]
        .iter()
        .any(|name| asks(before, name) != asks(after, name));
    let enabled = asks(after, "smtpd_sasl_auth_enable");
    if turned && enabled.iter().any(|value| value == "yes") {
        blocks.push(Block {
            file: "/etc/dovecot/conf.d/10-master.conf",
            lines: dovecot::SOCKET.lines().map(str::to_owned).collect(),
        });
    }
    blocks
}

fn differences(
    before: ConfigurationText<'_>,
    after: ConfigurationText<'_>,
    written: &[&str],
) -> Vec<(String, Vec<(Mark, String)>)> {
    let paths = [MAIN_CF, MASTER_CF].into_iter();
    let text = |files: ConfigurationText<'_>, path| files.file(path).unwrap_or_default().to_owned();
    paths
        .chain(written.iter().copied())
        .map(|path| {
            let lines = difference::lines(&text(before, path), &text(after, path), 1);
            // Postfix's two are known by their names alone.
            let name = match path {
                MAIN_CF => "main.cf",
                MASTER_CF => "master.cf",
                path => path,
            };
            (name.to_owned(), lines)
        })
        .filter(|(_, lines)| !lines.is_empty())
        .collect()
}
