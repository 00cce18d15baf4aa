//! The tables that a configuration names, and the commands that make the index
//! of one again from its text: postmap(1), postalias(1), newaliases(1).

use std::collections::BTreeMap;

use super::postconf::{Files, settings};
use super::{parameters, table};

/// A table that is a file, as a configuration names it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Named {
    /// `hash`, `texthash`, `cidr`, ….
    pub kind: String,
    /// Its absolute path.
    pub path: String,
}

/// How a table is looked at by those who name it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// `alias_database` names it: newaliases(1) makes its index.
    AliasDatabase,
    /// It has the form of aliases(5): postalias(1) makes its index.
    Aliases,
    /// It has the form of postmap(1).
    Map,
}

impl Named {
    /// A word of a list of tables (`hash:/etc/postfix/virtual`), if it is a
    /// table with a file.
    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix("proxy:").unwrap_or(word);
        let (kind, path) = word.split_once(':')?;
        (KINDS.contains(&kind) && path.starts_with('/')).then(|| Self {
            kind: kind.to_owned(),
            path: path.to_owned(),
        })
    }

    /// Whether the daemons read an index beside the text, and not the text.
    pub fn is_indexed(&self) -> bool {
        INDEXED.contains(&self.kind.as_str())
    }

    /// The command that makes the index again, if the table has one.
    pub fn command(&self, used: Use) -> Option<String> {
        let Self { kind, path } = self;
        self.is_indexed().then(|| match used {
            Use::AliasDatabase => "newaliases".to_owned(),
            Use::Aliases => format!("postalias {kind}:{path}"),
            Use::Map => format!("postmap {kind}:{path}"),
        })
    }

    /// What is said about its text: by the command that makes its index, or by
    /// a daemon that opens it. Each line with the name of who says it, if that
    /// is a command.
    pub fn remarks(&self, used: Use, text: &str) -> Vec<String> {
        let program = match (self.is_indexed(), used) {
            (false, _) => "",
            (true, Use::Map) => "postmap: ",
            (true, _) => "postalias: ",
        };
        table::remarks(&self.kind, &self.path, used != Use::Map, text)
            .into_iter()
            .map(|words| format!("{program}warning: {words}"))
            .collect()
    }
}

/// The tables with files that both files of a configuration name, and how.
pub fn named(files: Files<'_>) -> BTreeMap<Named, Use> {
    let mut tables: BTreeMap<Named, Use> = BTreeMap::new();
    let settings = settings(files);
    let has_database = settings.iter().any(|(name, _)| name == "alias_database");
    for (parameter, value) in settings {
        let used = match parameter.as_str() {
            "alias_database" => Use::AliasDatabase,
            // Without a setting it is the usual file, and newaliases(1) makes it.
            "alias_maps" if !has_database && value == "hash:/etc/aliases" => Use::AliasDatabase,
            "alias_maps" => Use::Aliases,
            _ => Use::Map,
        };
        // A restriction's arguments are tables, too; braces are for others.
        let words = value.split(|c: char| c.is_whitespace() || c == ',');
        for table in parameters::list(&value)
            .iter()
            .map(String::as_str)
            .chain(words)
            .filter_map(Named::parse)
        {
            let known = tables.entry(table).or_insert(used);
            if used == Use::AliasDatabase || *known == Use::Map {
                *known = used;
            }
        }
    }
    tables
}

/// Types of tables that are a text in a file.
const KINDS: [&str; 6] = ["btree", "cidr", "hash", "pcre", "regexp", "texthash"];

/// Those of them that daemons read from an index (`DATABASE_README`).
const INDEXED: [&str; 2] = ["btree", "hash"];

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "alias_maps = hash:/etc/aliases, texthash:/etc/more\n\
        alias_database = hash:/etc/aliases\n\
        transport_maps = proxy:hash:/etc/postfix/transport inline:{a=b}\n\
        smtpd_client_restrictions = check_client_access cidr:/etc/postfix/red, permit\n";

    #[test]
    fn every_table_is_found_with_what_indexes_it() {
        let tables = named(Files {
            main_cf: MAIN,
            master_cf: "smtp inet n - y - - smtpd\n  -o virtual_alias_maps=btree:/etc/postfix/v\n",
        });
        let found: Vec<_> = tables
            .iter()
            .map(|(table, used)| (table.path.as_str(), table.command(*used)))
            .collect();
        assert_eq!(
            found,
            [
                (
                    "/etc/postfix/v",
                    Some("postmap btree:/etc/postfix/v".into())
                ),
                ("/etc/postfix/red", None),
                ("/etc/aliases", Some("newaliases".into())),
                (
                    "/etc/postfix/transport",
                    Some("postmap hash:/etc/postfix/transport".into())
                ),
                ("/etc/more", None),
            ]
        );
    }

    /// As postmap(1) and newaliases(1) of Postfix 3.7.11 said.
    #[test]
    fn remarks_are_those_of_the_commands() {
        let table = |kind: &str, path: &str| Named {
            kind: kind.to_owned(),
            path: path.to_owned(),
        };
        let transport = "a b\nc\n  cont\n# x\nd: e\na f\n\"x y\nz\n";
        assert_eq!(
            table("hash", "/etc/postfix/transport").remarks(Use::Map, transport),
            [
                "postmap: warning: /etc/postfix/transport, line 5: record is in \"key: value\" \
                 format; is this an alias file?",
                "postmap: warning: /etc/postfix/transport.db: duplicate entry: \"a\"",
                "postmap: warning: /etc/postfix/transport, line 7: unbalanced '\"' in '\"x y' \
                 -- ignoring this line",
                "postmap: warning: /etc/postfix/transport, line 8: expected format: key \
                 whitespace value -- ignoring this line",
            ]
        );
        let aliases = "postmaster: root\nbad line\nroot: leo\nroot: ana\n";
        assert_eq!(
            table("hash", "/etc/aliases").remarks(Use::AliasDatabase, aliases),
            [
                "postalias: warning: /etc/aliases, line 2: need name:value pair",
                "postalias: warning: /etc/aliases.db: duplicate entry: \"root\"",
            ]
        );
        assert_eq!(
            table("cidr", "/c")
                .remarks(Use::Map, "10.0.0.1/24 OK\n")
                .len(),
            1
        );
    }
}
