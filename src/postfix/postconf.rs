//! The commands with which an administrator makes a change: postconf(1),
//! postmap(1), newaliases(1) and the reload.

use crate::postfix::{main_cf, master_cf, postmap};

/// The two files of a configuration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Files<'a> {
    /// The text of main.cf.
    pub main_cf: &'a str,
    /// The text of master.cf.
    pub master_cf: &'a str,
}

/// The settings of a file, the last of each name, in order.
type Settings = Vec<(String, String)>;

/// What to type in a shell, one command each, to come from one configuration
/// to the other, once the files at the paths in `written` have their new text;
/// nothing if both mean the same.
pub fn commands(before: Files<'_>, after: Files<'_>, written: &[&str]) -> Vec<String> {
    let (had, has) = (main_settings(before.main_cf), main_settings(after.main_cf));
    let mut commands = Vec::new();
    for (name, value) in &has {
        if value_of(&had, name) != Some(value) {
            commands.push(format!("postconf -e {}", quoted(&setting(name, value))));
        }
    }
    for (name, _) in &had {
        if value_of(&has, name).is_none() {
            commands.push(format!("postconf -X {name}"));
        }
    }
    commands.extend(of_services(before.master_cf, after.master_cf));
    let mut to_be_read = !commands.is_empty();
    let had = postmap::named(before);
    for (table, used) in postmap::named(after) {
        let is_written = written.contains(&table.path.as_str());
        match table.command(used) {
            Some(command) if is_written || !had.contains_key(&table) => commands.push(command),
            Some(_) => {}
            None => to_be_read |= is_written,
        }
    }
    if !to_be_read {
        return commands;
    }
    let moved = moves_sockets(before.main_cf, after.main_cf);
    let how = if moved { "restart" } else { "reload" };
    commands.push(format!("systemctl {how} postfix"));
    commands
}

/// Parameters that move the sockets on which Postfix listens.
const MOVING: [&str; 2] = ["inet_interfaces", "inet_protocols"];

/// Whether a change of a parameter in main.cf comes into force only when Postfix
/// is stopped and started: at a reload `master` warns, and goes on as before
/// (postconf(5) on both parameters).
pub fn needs_restart(parameter: &str) -> bool {
    MOVING.contains(&parameter)
}

/// Whether that is so of a change from one main.cf to another.
pub fn moves_sockets(before: &str, after: &str) -> bool {
    let (had, has) = (main_settings(before), main_settings(after));
    MOVING
        .iter()
        .any(|name| value_of(&had, name) != value_of(&has, name))
}

/// The services of master.cf, as name and type, that differ between two
/// states of it and stand in the later one.
pub fn changed_services(before: &str, after: &str) -> Vec<(String, String)> {
    let (had, _) = master_cf::parse(before);
    let (has, _) = master_cf::parse(after);
    has.into_iter()
        .filter(|entry| {
            let same = |old: &master_cf::Entry| {
                old.definition() == entry.definition()
                    && settings_of(&old.overrides) == settings_of(&entry.overrides)
            };
            !find(&had, entry).is_some_and(same)
        })
        .map(|entry| (entry.name, entry.kind))
        .collect()
}

/// Every value of both files that names `parameter`, expanded or not.
pub fn values(files: Files<'_>, parameter: &str) -> Vec<String> {
    settings(files)
        .into_iter()
        .filter(|(name, _)| name == parameter)
        .map(|(_, value)| value)
        .collect()
}

fn main_settings(text: &str) -> Settings {
    let (entries, _) = main_cf::parse(text);
    last_of_each(entries.into_iter().map(|it| (it.name, it.value)))
}

fn settings_of(overrides: &[master_cf::Override]) -> Settings {
    last_of_each(
        overrides
            .iter()
            .map(|it| (it.name.clone(), it.value.clone())),
    )
}

fn last_of_each(settings: impl Iterator<Item = (String, String)>) -> Settings {
    let mut last: Settings = Vec::new();
    for (name, value) in settings {
        last.retain(|(known, _)| *known != name);
        last.push((name, one_line(&value)));
    }
    last
}

fn value_of<'a>(settings: &'a Settings, name: &str) -> Option<&'a String> {
    settings
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
}

fn find<'a>(
    entries: &'a [master_cf::Entry],
    wanted: &master_cf::Entry,
) -> Option<&'a master_cf::Entry> {
    entries
        .iter()
        .find(|it| it.name == wanted.name && it.kind == wanted.kind)
}

fn of_services(before: &str, after: &str) -> Vec<String> {
    let (had, _) = master_cf::parse(before);
    let (has, _) = master_cf::parse(after);
    let mut commands = Vec::new();
    for entry in &has {
        let service = format!("{}/{}", entry.name, entry.kind);
        let old = find(&had, entry).filter(|old| old.definition() == entry.definition());
        if old.is_none() {
            let line = format!("{service}={}", entry.definition());
            commands.push(format!("postconf -M {}", quoted(&line)));
        }
        // A service put there anew comes without any override.
        let overrides = old.map_or_else(Vec::new, |old| settings_of(&old.overrides));
        let wanted = settings_of(&entry.overrides);
        for (name, value) in &wanted {
            if value_of(&overrides, name) != Some(value) {
                let setting = format!("{service}/{name}={value}");
                commands.push(format!("postconf -P {}", quoted(&setting)));
            }
        }
        for (name, _) in &overrides {
            if value_of(&wanted, name).is_none() {
                commands.push(format!("postconf -PX {service}/{name}"));
            }
        }
    }
    for entry in &had {
        if find(&has, entry).is_none() {
            commands.push(format!("postconf -MX {}/{}", entry.name, entry.kind));
        }
    }
    commands
}

/// Every setting of main.cf and every `-o` of master.cf, expanded or not.
pub(super) fn settings(files: Files<'_>) -> Settings {
    let (services, _) = master_cf::parse(files.master_cf);
    let overrides = services.into_iter().flat_map(|entry| entry.overrides);
    main_settings(files.main_cf)
        .into_iter()
        .chain(overrides.map(|it| (it.name, it.value)))
        .collect()
}

/// As postconf(1) takes it; an empty value ends after the sign.
fn setting(name: &str, value: &str) -> String {
    format!("{name} = {value}").trim_end().to_owned()
}

fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word of a shell, between single quotes.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "mynetworks = 0.0.0.0/0\nbiff = no\n";
    const MASTER: &str = "smtp inet n - y - - smtpd\n  -o a=b\n";

    fn between(main_cf: &str, master_cf: &str) -> Vec<String> {
        let before = Files {
            main_cf: MAIN,
            master_cf: MASTER,
        };
        commands(before, Files { main_cf, master_cf }, &[])
    }

    #[test]
    fn directives_are_set_and_taken_out() {
        assert_eq!(
            between("mynetworks = 127.0.0.0/8\n  [::1]/128\n", MASTER),
            [
                "postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'",
                "postconf -X biff",
                "systemctl reload postfix"
            ]
        );
        assert_eq!(between(MAIN, MASTER), [] as [&str; 0]);
    }

    #[test]
    fn services_come_with_their_overrides() {
        let master = "smtp inet n - y - - smtpd -v\n\
            submission inet n - y - - smtpd\n  -o {c = it's d}\n";
        assert_eq!(
            between(MAIN, master),
            [
                "postconf -M 'smtp/inet=smtp inet n - y - - smtpd -v'",
                "postconf -M 'submission/inet=submission inet n - y - - smtpd'",
                r"postconf -P 'submission/inet/c=it'\''s d'",
                "systemctl reload postfix"
            ]
        );
        assert_eq!(
            between(MAIN, "smtp inet n - y - - smtpd\n"),
            ["postconf -PX smtp/inet/a", "systemctl reload postfix"]
        );
        assert_eq!(
            between(MAIN, ""),
            ["postconf -MX smtp/inet", "systemctl reload postfix"]
        );
    }

    #[test]
    fn tables_are_indexed_and_sockets_need_a_restart() {
        let main = format!(
            "{MAIN}virtual_alias_maps = hash:/etc/postfix/virtual\n\
             alias_maps = hash:/etc/aliases\ninet_interfaces = all\n"
        );
        assert_eq!(
            between(&main, MASTER)[3..],
            [
                "newaliases",
                "postmap hash:/etc/postfix/virtual",
                "systemctl restart postfix"
            ]
        );
    }

    #[test]
    fn a_written_table_is_indexed_or_read_again() {
        let files = Files {
            main_cf: "transport_maps = hash:/t\nrelay_domains = cidr:/c\n",
            master_cf: MASTER,
        };
        assert_eq!(commands(files, files, &["/t"]), ["postmap hash:/t"]);
        assert_eq!(
            commands(files, files, &["/c"]),
            ["systemctl reload postfix"]
        );
        assert_eq!(commands(files, files, &["/x"]), [] as [&str; 0]);
    }
}
