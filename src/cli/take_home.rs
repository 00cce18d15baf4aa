//! What `lab export postfix` writes: the files of a host of a lesson, as they
//! go into `/etc/postfix` and as `lab serve --postfix` reads them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::lesson::Lesson;
use crate::lesson::model::Host;
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::postconf::{self, Files};
use crate::postfix::smtpd::{DnsAnswer, RecordKind};
use crate::sasl::dovecot;
use crate::text::{Catalogue, difference};
use crate::world::zone::{Zone, reverse_name};

/// A host's configuration, by the absolute paths of its files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Configuration {
    files: BTreeMap<String, String>,
}

impl Configuration {
    /// That of the host under study, as the lesson has it.
    pub(super) fn of_host(lesson: &Lesson) -> Option<Self> {
        let host = studied(lesson)?;
        let files = host.installed_files();
        Some(Self { files })
    }

    /// Puts a file in the place of the one that was; what has no path is one of
    /// Postfix's.
    pub(super) fn put(&mut self, path: &str, text: &str) {
        let path = match path {
            "main.cf" => MAIN_CF,
            "master.cf" => MASTER_CF,
            path => path,
        };
        self.files.insert(path.to_owned(), text.to_owned());
    }

    fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// The files whose text is another one there.
    fn paths_unlike(&self, other: &Self) -> Vec<&str> {
        let paths = self.files.keys().map(String::as_str);
        paths
            .filter(|path| self.text(path) != other.text(path))
            .collect()
    }

    /// The files as they lie in the folder.
    fn laid_out(&self) -> BTreeMap<String, String> {
        let files = self.files.iter();
        let own = files.filter(|(path, _)| *path != "/etc/mailname");
        let mut laid: BTreeMap<String, String> = own
            .map(|(path, text)| (place(path), text.clone()))
            .collect();
        laid.insert("dovecot.conf".to_owned(), dovecot::CONFIGURATION.to_owned());
        laid
    }
}

/// Every file of the folder, with its text.
pub(super) fn take_home(
    lesson: &Lesson,
    step: usize,
    configuration: &Configuration,
    catalogue: &Catalogue,
) -> BTreeMap<String, String> {
    let start = Configuration::of_host(lesson);
    let changes = start
        .as_ref()
        .map_or_else(String::new, |start| changes(start, configuration));
    let commands = start.map_or_else(Vec::new, |start| {
        let written = configuration.paths_unlike(&start);
        postconf::commands(both(&start), both(configuration), &written)
    });
    let made = [
        ("changes.diff", changes),
        ("users", users(lesson, catalogue)),
        ("zone", zone(lesson)),
        ("README.md", readme(lesson, step, &commands, catalogue)),
    ];
    let mut files = configuration.laid_out();
    for (name, text) in made {
        // A table of the same name is more the student's than this is.
        files.entry(name.to_owned()).or_insert(text);
    }
    files
}

fn studied(lesson: &Lesson) -> Option<&Host> {
    lesson.hosts.iter().find(|host| host.name == lesson.study)
}

fn both(configuration: &Configuration) -> Files<'_> {
    Files {
        main_cf: configuration.text(MAIN_CF),
        master_cf: configuration.text(MASTER_CF),
    }
}

/// Where `lab serve --postfix` looks for a file of the host. Whatever a lesson
/// names, it stays inside the folder.
fn place(path: &str) -> String {
    let inside = path
        .strip_prefix("/etc/postfix/")
        .or_else(|| path.strip_prefix("/etc/").filter(|name| *name == "aliases"));
    let parts: Vec<&str> = inside
        .unwrap_or(path)
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    parts.join("/")
}

fn changes(start: &Configuration, now: &Configuration) -> String {
    let paths = now.files.keys();
    paths
        .map(|path| difference::unified(&place(path), start.text(path), now.text(path)))
        .collect()
}

/// Dovecot's passwd-file without the passwords, which are the lesson's.
fn users(lesson: &Lesson, catalogue: &Catalogue) -> String {
    let mut lines: Vec<String> = catalogue
        .say("take-home-users")
        .lines()
        .map(|line| format!("# {line}"))
        .collect();
    let users = studied(lesson).map_or(&[][..], |host| &host.users);
    lines.extend(users.iter().map(|user| format!("{}::", user.name)));
    lines.join("\n") + "\n"
}

/// The lesson's whole DNS, with the records of its machines.
fn zone(lesson: &Lesson) -> String {
    let (known, _) = Zone::parse(&lesson.zone);
    let mut lines = vec![lesson.zone.trim_end().to_owned()];
    let hosts = lesson.hosts.iter().map(|it| (&it.name, &it.addresses));
    let clients = lesson.clients.iter();
    let clients = clients.filter_map(|it| Some((it.dns_name.as_ref()?, &it.addresses)));
    for (name, addresses) in hosts.chain(clients) {
        for address in addresses {
            let kind = match address {
                IpAddr::V4(_) => RecordKind::A,
                IpAddr::V6(_) => RecordKind::Aaaa,
            };
            let value = address.to_string();
            let stands =
                |answer| matches!(answer, DnsAnswer::Found(values) if values.contains(&value));
            let record = format!("{name}. {} {value}", kind.word());
            if !stands(known.resolve(name, kind)) && !lines.contains(&record) {
                lines.push(record);
            }
            let reverse = format!("{}. PTR ", reverse_name(*address));
            let is_known = known.resolve(&reverse_name(*address), RecordKind::Ptr);
            let stands = matches!(is_known, DnsAnswer::Found(_));
            if !stands && !lines.iter().any(|line| line.starts_with(&reverse)) {
                lines.push(format!("{reverse}{name}."));
            }
        }
    }
    lines.join("\n") + "\n"
}

fn readme(lesson: &Lesson, step: usize, commands: &[String], catalogue: &Catalogue) -> String {
    let language = catalogue.language();
    let title = lesson.title.in_language(language);
    let of_step = lesson.steps.get(step);
    let of_step = of_step.map_or("", |step| step.title.in_language(language));
    let arguments = [
        ("lesson", title.into()),
        ("host", lesson.study.as_str().into()),
        ("number", (step + 1).to_string().into()),
        ("step", of_step.into()),
    ];
    let mut text = catalogue.say_with("take-home-readme", &arguments);
    text.push_str("\n\n");
    if commands.is_empty() {
        text.push_str(&catalogue.say("take-home-unchanged"));
        text.push('\n');
    } else {
        text.push_str(&catalogue.say("take-home-commands"));
        text.push_str("\n\n```sh\n");
        text.push_str(&commands.join("\n"));
        text.push_str("\n```\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_stays_inside_the_folder() {
        assert_eq!(place("/etc/postfix/virtual"), "virtual");
        assert_eq!(place("/etc/aliases"), "aliases");
        assert_eq!(place("/etc/../../root/.ssh/x"), "etc/root/.ssh/x");
        assert_eq!(place("/home/alumno/.forward"), "home/alumno/.forward");
    }
}
