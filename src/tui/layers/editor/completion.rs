//! What the word being typed could become: a parameter, a word that Postfix
//! knows, a file of the host.

use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::parameters::{self, Kind, Parameter};

/// The types of lookup tables that the lab reads (postmap(1), `DATABASE_README`).
const TABLE_TYPES: &[&str] = &[
    "btree:",
    "cidr:",
    "fail:",
    "hash:",
    "inline:",
    "pcre:",
    "regexp:",
    "static:",
    "texthash:",
];

/// The words that a parameter's value is made of, where they are known. A level
/// that it does not know Postfix takes for another one, and says so.
fn words(parameter: &Parameter) -> &'static [&'static str] {
    match parameter.name {
        "smtpd_tls_security_level" => &["none", "may", "encrypt"],
        _ => parameter.words(),
    }
}

/// The names of imitated parameters that begin with `typed`.
pub(super) fn names(typed: &str) -> Vec<String> {
    if typed.is_empty() {
        return Vec::new();
    }
    let known = parameters::all().map(|parameter| parameter.name);
    let fitting = known.filter(|name| name.starts_with(typed));
    fitting.map(str::to_owned).collect()
}

/// What the last word of the value `typed` for `parameter` could become, on a
/// host with files at `paths`.
pub(super) fn values(parameter: &str, typed: &str, paths: &[String]) -> Vec<String> {
    let word = last_word(typed);
    let known = parameters::find(parameter);
    let fitting = |words: &[&str]| -> Vec<String> {
        let words = words.iter().filter(|known| known.starts_with(word));
        words.map(|known| (*known).to_owned()).collect()
    };
    if let Some(name) = word.strip_prefix('$') {
        let names = names(name).into_iter();
        return names.map(|name| format!("${name}")).collect();
    }
    let (before, path) = match word.split_once(":/") {
        Some((table, _)) => word.split_at(table.len() + 1),
        None => ("", word),
    };
    if path.starts_with('/') {
        let files = paths.iter().filter(|file| file.starts_with(path));
        return files.map(|file| format!("{before}{file}")).collect();
    }
    if typed.is_empty() {
        return match known {
            Some(known) if names_file(known) => files_for(known, paths),
            Some(known) if names_tables(known) => tables(paths),
            // All restrictions would be too many to choose from.
            Some(known) if known.kind != Kind::Restrictions => fitting(words(known)),
            _ => Vec::new(),
        };
    }
    if word.is_empty() {
        return Vec::new();
    }
    let mut found = known.map_or_else(Vec::new, |known| fitting(words(known)));
    if known.is_some_and(|known| names_tables(known) || known.kind == Kind::Restrictions) {
        found.extend(fitting(TABLE_TYPES));
    }
    found
}

/// What stands behind the last blank or comma.
pub(super) fn last_word(typed: &str) -> &str {
    typed.rsplit([' ', ',']).next().unwrap_or_default()
}

/// How far all of `candidates` agree.
pub(super) fn common(candidates: &[String]) -> &str {
    let Some((first, others)) = candidates.split_first() else {
        return "";
    };
    let ends = first
        .char_indices()
        .map(|(index, character)| index + character.len_utf8());
    let agreed = ends.take_while(|end| {
        let head = first.get(..*end);
        head.is_some_and(|head| others.iter().all(|other| other.starts_with(head)))
    });
    first.get(..agreed.last().unwrap_or_default()).unwrap_or("")
}

fn names_file(parameter: &Parameter) -> bool {
    parameter.name.ends_with("_file") || parameter.name.ends_with("CAfile")
}

fn names_tables(parameter: &Parameter) -> bool {
    matches!(parameter.kind, Kind::Tables)
}

/// Keys for a key, certificates for what is no key.
fn files_for(parameter: &Parameter, paths: &[String]) -> Vec<String> {
    let is_key = |path: &str| path.ends_with("privkey.pem") || path.contains("/private/");
    let wants_key = parameter.name.contains("key_file");
    let is_pem = |path: &str| {
        [".pem", ".key", ".crt"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    let files = paths.iter();
    files
        .filter(|path| is_pem(path) && is_key(path) == wants_key)
        .cloned()
        .collect()
}

/// The files beside main.cf, as the tables of Debian's default type.
fn tables(paths: &[String]) -> Vec<String> {
    let tables = paths.iter().filter(|path| {
        path.starts_with("/etc/postfix/") && ![MAIN_CF, MASTER_CF].contains(&path.as_str())
    });
    tables.map(|path| format!("hash:{path}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Vec<String> {
        [
            "/etc/postfix/main.cf",
            "/etc/postfix/master.cf",
            "/etc/postfix/virtual",
            "/etc/postfix/transport",
            "/etc/letsencrypt/live/mail.aula.example/fullchain.pem",
            "/etc/letsencrypt/live/mail.aula.example/privkey.pem",
            "/etc/ssl/private/ssl-cert-snakeoil.key",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn found(parameter: &str, typed: &str) -> Vec<String> {
        values(parameter, typed, &paths())
    }

    #[test]
    fn words_that_postfix_knows_are_offered() {
        assert_eq!(found("smtpd_tls_auth_only", ""), ["no", "yes"]);
        assert_eq!(found("smtpd_tls_auth_only", "y"), ["yes"]);
        assert_eq!(
            found("smtpd_tls_security_level", ""),
            ["none", "may", "encrypt"]
        );
        let relay = "smtpd_relay_restrictions";
        assert_eq!(found(relay, ""), [""; 0]);
        assert_eq!(
            found(relay, "permit_mynetworks, permit_sasl"),
            ["permit_sasl_authenticated"]
        );
        assert_eq!(found("mydestination", "$mydom"), ["$mydomain"]);
    }

    #[test]
    fn files_of_the_host_are_offered_where_they_fit() {
        let certificate = "/etc/letsencrypt/live/mail.aula.example/fullchain.pem";
        assert_eq!(found("smtpd_tls_cert_file", ""), [certificate]);
        assert_eq!(
            found("smtpd_tls_key_file", ""),
            [
                "/etc/letsencrypt/live/mail.aula.example/privkey.pem",
                "/etc/ssl/private/ssl-cert-snakeoil.key"
            ]
        );
        assert_eq!(
            found("smtpd_tls_cert_file", "/etc/letsencrypt/live/m").len(),
            2
        );
        let virtual_table = "hash:/etc/postfix/virtual";
        assert_eq!(
            found("virtual_alias_maps", "hash:/etc/postfix/v"),
            [virtual_table]
        );
        assert!(found("virtual_alias_maps", "").contains(&virtual_table.to_owned()));
        assert_eq!(found("virtual_alias_maps", "ha"), ["hash:"]);
        assert_eq!(
            found(
                "smtpd_sender_restrictions",
                "check_sender_access hash:/etc/postfix/t"
            ),
            ["hash:/etc/postfix/transport"]
        );
    }

    #[test]
    fn several_are_completed_as_far_as_they_agree() {
        assert_eq!(
            common(&found("smtpd_tls_cert_file", "/etc/p")),
            "/etc/postfix/"
        );
        assert_eq!(common(&[]), "");
    }
}
