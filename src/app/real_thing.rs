//! The changes since the step began as an administrator makes them on a
//! Debian server: the commands, the stanzas of the files, the difference.

use super::model::Model;
use super::projection::ConfigurationText;
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
    pub differences: Vec<(&'static str, Vec<(Mark, String)>)>,
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
            (before != after).then(|| RealThing {
                host: host.to_owned(),
                commands: postconf::commands(files(before), files(after)),
                blocks: blocks(before, after),
                differences: differences(before, after),
            })
        });
        changed.collect()
    }
}

fn files(text: ConfigurationText<'_>) -> postconf::Files<'_> {
    postconf::Files {
        main_cf: text.main_cf,
        master_cf: text.master_cf,
    }
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
    let asks = |text, name| postconf::values(files(text), name);
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
) -> Vec<(&'static str, Vec<(Mark, String)>)> {
    [
        ("main.cf", before.main_cf, after.main_cf),
        ("master.cf", before.master_cf, after.master_cf),
    ]
    .into_iter()
    .map(|(name, before, after)| (name, difference::lines(before, after, 1)))
    .filter(|(_, lines)| !lines.is_empty())
    .collect()
}
