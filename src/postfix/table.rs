//! Lookup tables (`DATABASE_README`): `hash:`, `btree:`, `texthash:`,
//! `inline:`, `static:`, `fail:`, `cidr:`, `regexp:`, `pcre:` and `unix:passwd.byname`,
//! read from their source text. Nothing has to be compiled by `postmap`.

mod address;
mod cidr;
mod expression;
mod source;
mod syntax;

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::postfix::smtpd::Services;
use syntax::Flavour;

pub(in crate::postfix) use address::find_address;
pub(in crate::postfix) use cidr::{Network, NetworkFault};

/// The tables that a service has opened: each is read once, as by an `smtpd`
/// process. A reload makes a new service and so reads them again.
#[derive(Default)]
pub struct Tables {
    opened: Mutex<HashMap<String, Arc<Opened>>>,
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

/// A table, and what is said when it is opened.
struct Opened {
    table: Table,
    /// Without `warning: `.
    warnings: Vec<String>,
}

enum Table {
    Cidr(Vec<cidr::Rule>),
    Entries(HashMap<String, String>),
    Expressions(Vec<expression::Rule>),
    /// It never answers: `fail:`, for tests.
    Failing,
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
        let found = match &self.open(table).table {
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
            Table::Failing => {
                self.log
                    .push(format!("warning: {table} lookup error for \"{key}\""));
                return Err(Unavailable);
            }
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
        !matches!(
            &self.open(table).table,
            Table::Cidr(_) | Table::Expressions(_)
        )
    }

    /// What the log says when the table is opened.
    pub(in crate::postfix) fn opening(&self, table: &str) -> Vec<String> {
        let opened = self.open(table);
        let mut said: Vec<String> = opened
            .warnings
            .iter()
            .map(|words| format!("warning: {words}"))
            .collect();
        if let Table::Surrogate(reason) = &opened.table {
            said.push(format!("error: {reason}"));
        }
        said
    }

    fn open(&self, name: &str) -> Arc<Opened> {
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

/// The types that Debian's package postfix has, and the lab.
const TYPES: [&str; 12] = [
    "hash", "btree", "texthash", "inline", "static", "fail", "cidr", "regexp", "pcre", "unix",
    "nis", "environ",
];

/// Whether a table's type is none that Postfix has here: nobody can ask it.
pub(in crate::postfix) fn is_unsupported(name: &str) -> bool {
    let name = name.strip_prefix("proxy:").unwrap_or(name);
    let kind = name.split_once(':').map_or("hash", |(kind, _)| kind);
    !TYPES.contains(&kind)
}

fn read(name: &str, form: Form, services: &dyn Services) -> Opened {
    let name = name.strip_prefix("proxy:").unwrap_or(name);
    let (kind, rest) = name.split_once(':').unwrap_or(("hash", name));
    let file = |missing: &str| {
        services
            .read_file(rest)
            .map_err(|reason| format!("open {missing}: {reason}"))
    };
    // Patterns may stand in main.cf itself.
    let patterns = || source::inline_rules(kind, rest).unwrap_or_else(|| file(rest));
    let opened = match kind {
        "hash" | "btree" => file(&format!("database {rest}.db")).map(|text| Opened {
            // `postmap` says it when the administrator runs it, and not the daemon.
            warnings: Vec::new(),
            ..source::entries(rest, &text, form, true)
        }),
        "texthash" => {
            // Only postalias(1) reads the form of aliases(5), and nobody runs it for this type.
            file(&format!("database {rest}"))
                .map(|text| source::entries(rest, &text, Form::Map, false))
        }
        "inline" => source::inline(name, rest)
            .map(Table::Entries)
            .map(Opened::from),
        "static" if rest.is_empty() => Err(format!(
            "open dictionary: expecting \"type:name\" form instead of \"{name}\""
        )),
        "static" => source::braced(rest)
            .map(|value| Table::Static(value.to_owned()).into())
            .map_err(|problem| format!("bad static:name syntax: {problem}")),
        "fail" => Ok(Table::Failing.into()),
        "cidr" => patterns().map(|text| cidr::rules(rest, &text)),
        "regexp" => patterns().map(|text| expression::rules(Flavour::Posix, rest, &text)),
        "pcre" => patterns().map(|text| expression::rules(Flavour::Perl, rest, &text)),
        "unix" if rest == "passwd.byname" => Ok(Table::Passwd.into()),
        "unix" if rest != "group.byname" => Err(format!("unknown table: {name}")),
        // No NIS domain and no group file in the lab: there, but empty.
        "nis" | "unix" | "environ" => Ok(Table::Entries(HashMap::new()).into()),
        // Debian's package postfix has no more; others come in packages of their own.
        _ => Err(format!("unsupported dictionary type: {kind}")),
    };
    opened.unwrap_or_else(|reason| Table::Surrogate(reason).into())
}

/// What Postfix says about a table's text, without `warning: `: the command that
/// makes the index of a `hash:` or `btree:` one, a daemon that opens another.
pub(in crate::postfix) fn remarks(
    kind: &str,
    path: &str,
    is_alias: bool,
    text: &str,
) -> Vec<String> {
    let form = if is_alias { Form::Aliases } else { Form::Map };
    let opened = match kind {
        "hash" | "btree" => source::entries(path, text, form, true),
        "texthash" => source::entries(path, text, Form::Map, false),
        "cidr" => cidr::rules(path, text),
        "regexp" => expression::rules(Flavour::Posix, path, text),
        "pcre" => expression::rules(Flavour::Perl, path, text),
        _ => return Vec::new(),
    };
    opened.warnings
}

impl From<Table> for Opened {
    fn from(table: Table) -> Self {
        Self {
            table,
            warnings: Vec::new(),
        }
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
        Lookups::new(&tables, "hash:/aliases, texthash:/aliases", &host).get(table, key)
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
            some("REJECT Red  bloqueada")
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
        assert_eq!(get(&aliases, "texthash:/aliases", "postmaster"), Ok(None));
        assert_eq!(
            get(&aliases, "texthash:/aliases", "postmaster:"),
            some("root")
        );
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

    /// What `postmap -q` of the real Postfix said, for hundreds of tables.
    #[test]
    fn tables_answer_as_postmap_does() {
        #[derive(serde::Deserialize)]
        struct Recorded {
            table: String,
            text: String,
            keys: std::collections::BTreeMap<String, Option<String>>,
            said: Vec<String>,
        }
        let recorded = include_str!("../../tests/postfix/oracle/tables.json");
        let recorded: Vec<Recorded> = serde_json::from_str(recorded).unwrap();
        let mut different = Vec::new();
        for it in &recorded {
            let host = Host {
                files: HashMap::from([("t".to_owned(), it.text.clone())]),
                ..Host::default()
            };
            let tables = Tables::default();
            let mut lookups = Lookups::new(&tables, "", &host);
            let said: Vec<String> = lookups
                .opening(&it.table)
                .into_iter()
                // What stops a command makes a daemon go on with a substitute.
                .map(|words| words.replace("error: ", "fatal: "))
                .collect();
            if said != it.said {
                different.push(format!(
                    "{it:?}: {said:?}",
                    it = (&it.table, &it.text, &it.said)
                ));
            }
            for (key, value) in &it.keys {
                let found = lookups.get(&it.table, key).unwrap_or_default();
                if found != *value {
                    different.push(format!(
                        "{} {:?} {key:?}: {value:?}, but {found:?}",
                        it.table, it.text
                    ));
                }
            }
        }
        assert!(
            different.is_empty(),
            "{}\n{}",
            different.len(),
            different.join("\n")
        );
    }
}
