//! Lookup tables (`DATABASE_README`): `hash:`, `btree:`, `lmdb:`, `texthash:`,
//! `inline:`, `static:`, `cidr:`, `regexp:`, `pcre:` and `unix:passwd.byname`,
//! read from their source text. Nothing has to be compiled by `postmap`.

mod address;
mod cidr;
mod expression;
mod source;

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::postfix::smtpd::Services;

pub(in crate::postfix) use address::find_address;
pub(in crate::postfix) use cidr::{Network, NetworkFault};

/// The tables that a service has opened: each is read once, as by an `smtpd`
/// process. A reload makes a new service and so reads them again.
#[derive(Default)]
pub struct Tables {
    opened: Mutex<HashMap<String, Arc<Table>>>,
}

/// A table could not be asked. The reason is in the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Unavailable;

/// One way to ask tables: those of a service, with the host behind them and a
/// log for what goes wrong.
pub(in crate::postfix) struct Lookups<'a> {
    tables: &'a Tables,
    /// Tables that are written in the form of aliases(5).
    aliases: &'a str,
    pub(in crate::postfix) services: &'a dyn Services,
    pub(in crate::postfix) log: Vec<String>,
}

/// How a table's source is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// `name: value` (aliases(5)).
    Aliases,
    /// `key value` (postmap(1)).
    Map,
}

enum Table {
    Cidr(Vec<cidr::Rule>),
    Entries(HashMap<String, String>),
    Expressions(Vec<expression::Rule>),
    /// Accounts of the system: `unix:passwd.byname`.
    Passwd,
    Static(String),
    /// It could not be opened, for this reason.
    Surrogate(String),
}

impl<'a> Lookups<'a> {
    pub(in crate::postfix) fn new(
        tables: &'a Tables,
        aliases: &'a str,
        services: &'a dyn Services,
    ) -> Self {
        Self {
            tables,
            aliases,
            services,
            log: Vec::new(),
        }
    }

    /// Asks one table for one key.
    pub(in crate::postfix) fn get(
        &mut self,
        table: &str,
        key: &str,
    ) -> Result<Option<String>, Unavailable> {
        let found = match &*self.open(table) {
            Table::Entries(entries) => entries.get(&key.to_lowercase()).cloned(),
            Table::Static(value) => Some(value.clone()),
            Table::Passwd => self
                .services
                .has_user(&key.to_lowercase())
                .then(|| format!("{key}:x")),
            Table::Cidr(rules) => key
                .parse::<IpAddr>()
                .ok()
                .and_then(|address| cidr::find(rules, address)),
            Table::Expressions(rules) => expression::find(rules, key),
            Table::Surrogate(reason) => {
                self.log
                    .push(format!("warning: {table} is unavailable. {reason}"));
                self.log
                    .push(format!("warning: {table} lookup error for \"{key}\""));
                return Err(Unavailable);
            }
        };
        Ok(found)
    }

    /// Whether parts of a name may be looked up, too: not in tables of patterns.
    pub(in crate::postfix) fn has_fixed_keys(&self, table: &str) -> bool {
        !matches!(&*self.open(table), Table::Cidr(_) | Table::Expressions(_))
    }

    /// Why the table cannot be opened, in the words of the log.
    pub(in crate::postfix) fn open_fault(&self, table: &str) -> Option<String> {
        match &*self.open(table) {
            Table::Surrogate(reason) => Some(format!("error: {reason}")),
            _ => None,
        }
    }

    fn open(&self, name: &str) -> Arc<Table> {
        let mut opened = self
            .tables
            .opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = opened.get(name) {
            return Arc::clone(table);
        }
        let is_alias = self
            .aliases
            .split(|c: char| c.is_whitespace() || c == ',')
            .any(|alias| alias == name);
        let form = if is_alias { Form::Aliases } else { Form::Map };
        let table = Arc::new(read(name, form, self.services));
        opened.insert(name.to_owned(), Arc::clone(&table));
        table
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tables")
    }
}

/// Whether a word of a list names a table: `type:name`, and not `[2001:db8::1]`.
pub(in crate::postfix) fn is_table(word: &str) -> bool {
    word.contains(':') && !word.starts_with('[')
}

fn read(name: &str, form: Form, services: &dyn Services) -> Table {
    let name = name.strip_prefix("proxy:").unwrap_or(name);
    let (kind, rest) = name.split_once(':').unwrap_or(("hash", name));
    let text = || services.read_file(rest);
    match kind {
        "hash" | "btree" | "lmdb" | "dbm" | "cdb" => match text() {
            Ok(text) => Table::Entries(source::entries(&text, form)),
            Err(reason) => {
                let suffix = if kind == "lmdb" { "lmdb" } else { "db" };
                Table::Surrogate(format!("open database {rest}.{suffix}: {reason}"))
            }
        },
        "texthash" => match text() {
            Ok(text) => Table::Entries(source::entries(&text, form)),
            Err(reason) => Table::Surrogate(format!("open database {rest}: {reason}")),
        },
        "inline" => match source::inline(rest) {
            Ok(entries) => Table::Entries(entries),
            Err(problem) => Table::Surrogate(format!("bad syntax: \"{name}\"; {problem}")),
        },
        "static" => Table::Static(source::unbraced(rest).to_owned()),
        "cidr" => match text() {
            Ok(text) => Table::Cidr(cidr::rules(&text)),
            Err(reason) => Table::Surrogate(format!("open {rest}: {reason}")),
        },
        "regexp" | "pcre" => match text() {
            Ok(text) => Table::Expressions(expression::rules(&text)),
            Err(reason) => Table::Surrogate(format!("open {rest}: {reason}")),
        },
        "unix" if rest == "passwd.byname" => Table::Passwd,
        // No NIS domain and no group file in the lab: there, but empty.
        "nis" | "unix" | "environ" => Table::Entries(HashMap::new()),
        _ => Table::Surrogate(format!("unsupported dictionary type: {kind}")),
    }
}

#[cfg(test)]
pub(in crate::postfix) mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::postfix::smtpd::{DnsAnswer, RecordKind};

    /// A host with the users, files and zone that a test names.
    #[derive(Default)]
    pub(in crate::postfix) struct Host {
        pub(in crate::postfix) users: Vec<&'static str>,
        pub(in crate::postfix) files: HashMap<String, String>,
        pub(in crate::postfix) zone: HashMap<(String, RecordKind), Vec<String>>,
        pub(in crate::postfix) dns_off: bool,
    }

    impl Services for Host {
        fn now(&self) -> Moment {
            Moment::LESSON_START
        }

        fn new_queue_id(&mut self) -> String {
            "4F1A2B3C4D".to_owned()
        }

        fn authenticate(&mut self, _: &[u8], _: &[u8]) -> bool {
            false
        }

        fn has_user(&self, name: &str) -> bool {
            self.users.contains(&name)
        }

        fn resolve(&self, name: &str, kind: RecordKind) -> DnsAnswer {
            if self.dns_off {
                DnsAnswer::Failed
            } else if let Some(values) = self.zone.get(&(name.to_lowercase(), kind)) {
                DnsAnswer::Found(values.clone())
            } else if self
                .zone
                .keys()
                .any(|(known, _)| known.eq_ignore_ascii_case(name))
            {
                DnsAnswer::NoRecord
            } else {
                DnsAnswer::NoName
            }
        }

        fn read_file(&self, path: &str) -> Result<String, String> {
            self.files
                .get(path)
                .cloned()
                .ok_or_else(|| "No such file or directory".to_owned())
        }
    }

    fn get(files: &[(&str, &str)], table: &str, key: &str) -> Result<Option<String>, Unavailable> {
        let host = Host {
            users: vec!["alumno"],
            files: files
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
            ..Host::default()
        };
        let tables = Tables::default();
        Lookups::new(&tables, "hash:/aliases", &host).get(table, key)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with a whole answer"
    )]
    fn some(value: &str) -> Result<Option<String>, Unavailable> {
        Ok(Some(value.to_owned()))
    }

    #[test]
    fn hash_reads_the_source_and_folds_case() {
        let access = [(
            "/a",
            "# c\n203.0.113 REJECT Red\n  bloqueada\nAula.example OK\n",
        )];
        assert_eq!(
            get(&access, "hash:/a", "203.0.113"),
            some("REJECT Red bloqueada")
        );
        assert_eq!(get(&access, "hash:/a", "AULA.example"), some("OK"));
        assert_eq!(get(&access, "hash:/a", "otro"), Ok(None));
        assert_eq!(get(&access, "hash:/b", "otro"), Err(Unavailable));
    }

    #[test]
    fn aliases_have_colons() {
        let aliases = [(
            "/aliases",
            "postmaster: root\n\"con blanco\": root\nroot:\talumno\n",
        )];
        assert_eq!(get(&aliases, "hash:/aliases", "Postmaster"), some("root"));
        assert_eq!(
            get(&aliases, "proxy:unix:passwd.byname", "alumno"),
            some("alumno:x")
        );
        assert_eq!(get(&aliases, "hash:/aliases", "con blanco"), some("root"));
    }

    #[test]
    fn inline_static_and_unknown_types() {
        let inline = "inline:{ alumno=x, {a@b.example = c d} }";
        assert_eq!(get(&[], inline, "alumno"), some("x"));
        assert_eq!(get(&[], inline, "a@b.example"), some("c d"));
        assert_eq!(get(&[], "static:OK", "x"), some("OK"));
        assert_eq!(get(&[], "static:{REJECT no}", "x"), some("REJECT no"));
        assert_eq!(get(&[], "2001:db8::/64", "x"), Err(Unavailable));
    }

    #[test]
    fn patterns_are_tried_in_order() {
        let files = [
            (
                "/c",
                "!10.0.0.0/8 DUNNO\n10.1.0.0/16 OK\nif 10.2.0.0/16\n10.2.3.4 REJECT\nendif\n",
            ),
            (
                "/r",
                "/^Subject:.*(secreto)/ REJECT $1 no\nif /a/\n/b/i OK\nendif\n",
            ),
        ];
        assert_eq!(get(&files, "cidr:/c", "10.1.2.3"), some("OK"));
        assert_eq!(get(&files, "cidr:/c", "10.2.3.4"), some("REJECT"));
        assert_eq!(get(&files, "cidr:/c", "10.9.0.1"), Ok(None));
        assert_eq!(get(&files, "cidr:/c", "192.0.2.1"), some("DUNNO"));
        assert_eq!(
            get(&files, "regexp:/r", "SUBJECT: es SECRETO"),
            some("REJECT SECRETO no")
        );
        assert_eq!(get(&files, "regexp:/r", "xb"), Ok(None));
        assert_eq!(get(&files, "pcre:/r", "ab"), some("OK"));
        assert_eq!(get(&files, "pcre:/r", "aB"), Ok(None));
    }
}
