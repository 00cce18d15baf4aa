//! Match lists: `mynetworks`, `mydestination`, `relay_domains` and their like.
//! The first entry that applies decides; `!` turns it into an exclusion
//! (postconf(5), `mynetworks`).

use std::borrow::Cow;
use std::net::IpAddr;

use crate::postfix::parameters;
use crate::postfix::table::{
    Lookups, Network, NetworkFault, Unavailable, is_table, is_unsupported,
};

/// A list of patterns, files and tables.
#[derive(Clone, Debug)]
pub(in crate::postfix) struct MatchList<'a> {
    /// The parameter's name, for warnings.
    parameter: &'a str,
    /// Whether `example.com` also stands for its subdomains
    /// (`parent_domain_matches_subdomains`); otherwise `.example.com` does.
    parents: bool,
    entries: Vec<Cow<'a, str>>,
}

/// Which entry decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::postfix) enum Match {
    /// This entry matched, and it is an exclusion (`!`).
    Excluded,
    /// This entry matched.
    Found(String),
    /// No entry matched.
    Nothing,
}

impl Match {
    /// Whether the subject is in the list.
    pub(in crate::postfix) fn is_found(&self) -> bool {
        matches!(self, Self::Found(_))
    }
}

impl<'a> MatchList<'a> {
    /// Reads a list cut into words; a pattern `/file/name` stands for what the file contains.
    pub(in crate::postfix) fn parse(
        parameter: &'a str,
        words: &'a [String],
        parents: bool,
        lookups: &mut Lookups<'_>,
    ) -> Self {
        let mut entries = Vec::with_capacity(words.len());
        for word in words {
            let pattern = word.trim_start_matches('!');
            if !pattern.starts_with('/') {
                entries.push(Cow::Borrowed(word.as_str()));
                continue;
            }
            match lookups.services.read_file(pattern) {
                Ok(text) => {
                    let negation = word.strip_suffix(pattern).unwrap_or_default();
                    let lines = text
                        .lines()
                        .map(|line| line.split_once('#').map_or(line, |it| it.0));
                    entries.extend(
                        lines
                            .flat_map(parameters::list)
                            .map(|inner| Cow::Owned(format!("{negation}{inner}"))),
                    );
                }
                Err(reason) => {
                    lookups.log.push(format!(
                        "warning: {parameter}: open file {pattern}: {reason}"
                    ));
                    entries.push(Cow::Borrowed(word));
                }
            }
        }
        Self {
            parameter,
            parents,
            entries,
        }
    }

    /// Looks for a client, by name and by address.
    pub(in crate::postfix) fn client(
        &self,
        name: &str,
        address: IpAddr,
        lookups: &mut Lookups<'_>,
    ) -> Result<Match, Unavailable> {
        self.first(lookups, |pattern, lookups| {
            Ok(self.is_domain(pattern, name, lookups)?
                || self.is_address(pattern, address, lookups)?)
        })
    }

    /// Looks for a domain, with its parents where the list says so.
    pub(in crate::postfix) fn domain(
        &self,
        name: &str,
        lookups: &mut Lookups<'_>,
    ) -> Result<Match, Unavailable> {
        self.first(lookups, |pattern, lookups| {
            self.is_domain(pattern, name, lookups)
        })
    }

    /// Looks for exactly this text.
    pub(in crate::postfix) fn exact(
        &self,
        text: &str,
        lookups: &mut Lookups<'_>,
    ) -> Result<Match, Unavailable> {
        self.first(lookups, |pattern, lookups| {
            if is_table(pattern) {
                self.ask(pattern, text, lookups)
            } else {
                Ok(pattern.eq_ignore_ascii_case(text))
            }
        })
    }

    fn first(
        &self,
        lookups: &mut Lookups<'_>,
        applies: impl Fn(&str, &mut Lookups<'_>) -> Result<bool, Unavailable>,
    ) -> Result<Match, Unavailable> {
        for entry in &self.entries {
            let pattern = entry.trim_start_matches('!');
            if pattern.starts_with('/') {
                // A file that could not be read.
                return Err(Unavailable);
            }
            if applies(pattern, lookups)? {
                let negations = entry.len() - pattern.len();
                return Ok(if negations % 2 == 0 {
                    Match::Found(entry.to_string())
                } else {
                    Match::Excluded
                });
            }
        }
        Ok(Match::Nothing)
    }

    fn is_domain(
        &self,
        pattern: &str,
        name: &str,
        lookups: &mut Lookups<'_>,
    ) -> Result<bool, Unavailable> {
        if is_table(pattern) {
            let mut key = name;
            loop {
                if self.ask(pattern, key, lookups)? {
                    return Ok(true);
                }
                let next = key
                    .get(1..)
                    .and_then(|rest| rest.split_once('.'))
                    .map(|(_, parent)| parent);
                match next {
                    Some(parent) if lookups.has_fixed_keys(pattern) && !parent.is_empty() => {
                        key = parent;
                    }
                    _ => return Ok(false),
                }
            }
        }
        let (name, pattern) = (name.to_ascii_lowercase(), pattern.to_ascii_lowercase());
        Ok(name == pattern
            || if self.parents {
                name.strip_suffix(&pattern)
                    .is_some_and(|head| head.ends_with('.'))
            } else {
                pattern.starts_with('.') && name.ends_with(&pattern)
            })
    }

    fn is_address(
        &self,
        pattern: &str,
        address: IpAddr,
        lookups: &mut Lookups<'_>,
    ) -> Result<bool, Unavailable> {
        let text = address.to_string();
        if is_table(pattern) {
            return self.ask(pattern, &text, lookups);
        }
        let bare = pattern
            .strip_prefix('[')
            .and_then(|inner| inner.strip_suffix(']'))
            .unwrap_or(pattern);
        if bare.eq_ignore_ascii_case(&text) {
            return Ok(true);
        }
        if address.is_ipv6() != pattern.contains(':') || !has_form_of_network(pattern) {
            return Ok(false);
        }
        match Network::parse(pattern) {
            Ok(network) => Ok(network.contains(address)),
            Err(NetworkFault(words)) => {
                lookups
                    .log
                    .push(format!("warning: {}: {words}", self.parameter));
                Err(Unavailable)
            }
        }
    }

    fn ask(&self, table: &str, key: &str, lookups: &mut Lookups<'_>) -> Result<bool, Unavailable> {
        match lookups.get(table, key) {
            Ok(found) => Ok(found.is_some()),
            Err(unavailable) => {
                // Match lists have their own words instead of the usual ones.
                lookups.log.pop();
                lookups.log.push(format!(
                    "warning: {}: {table}: table lookup problem",
                    self.parameter
                ));
                Err(unavailable)
            }
        }
    }
}

/// Whether Postfix tries to read a pattern as a network: host names and stray
/// words are none, and it passes over them without a word.
fn has_form_of_network(pattern: &str) -> bool {
    let is_written_so = |c: char| c.is_ascii_hexdigit() || ".:[]/".contains(c);
    pattern.contains([':', '/']) && pattern.chars().all(is_written_so)
}

/// What the daemons will say of the entries of a list of clients whenever they
/// come to them: they can judge nobody by such an entry.
pub(in crate::postfix) fn faults(parameter: &str, value: &str) -> Vec<String> {
    let fault = |entry: &String| {
        let pattern = entry.trim_start_matches('!');
        let words = if pattern.starts_with('/') {
            return None;
        } else if is_table(pattern) {
            is_unsupported(pattern).then(|| format!("{pattern}: table lookup problem"))?
        } else if has_form_of_network(pattern) {
            Network::parse(pattern)
                .err()
                .map(|NetworkFault(words)| words)?
        } else {
            return None;
        };
        Some(format!("warning: {parameter}: {words}"))
    };
    parameters::list(value).iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::postfix::table::Tables;
    use crate::postfix::table::tests::Host;

    fn client(value: &str, name: &str, address: &str) -> (Result<Match, Unavailable>, Vec<String>) {
        let host = Host::default();
        let tables = Tables::default();
        let mut lookups = Lookups::new(&tables, "", &host);
        let words = parameters::list(value);
        let list = MatchList::parse("mynetworks", &words, true, &mut lookups);
        let found = list.client(name, address.parse().unwrap(), &mut lookups);
        (found, lookups.log)
    }

    fn found(value: &str, name: &str, address: &str) -> bool {
        client(value, name, address).0.unwrap().is_found()
    }

    #[test]
    fn the_first_entry_that_applies_decides() {
        assert!(found(
            "127.0.0.0/8, 10.0.0.0/24 !10.0.0.99",
            "unknown",
            "10.0.0.99"
        ));
        assert!(!found(
            "127.0.0.0/8 !10.0.0.99 10.0.0.0/24",
            "unknown",
            "10.0.0.99"
        ));
        assert!(found("127.0.0.1 10.0.0.25", "unknown", "10.0.0.25"));
        assert!(!found("0.0.0.0/0", "unknown", "2001:db8::1"));
        assert!(found("[2001:db8:aa::]/64", "unknown", "2001:db8:aa::25"));
        assert!(found("[2001:db8:aa::25]", "unknown", "2001:db8:aa::25"));
        assert_eq!(
            client("10.0.0.0/24", "unknown", "10.0.0.25").0,
            Ok(Match::Found("10.0.0.0/24".into()))
        );
    }

    #[test]
    fn names_stand_for_their_subdomains() {
        assert!(found(
            "proveedor.example",
            "portatil.proveedor.example",
            "198.51.100.77"
        ));
        assert!(!found(
            "veedor.example",
            "portatil.proveedor.example",
            "198.51.100.77"
        ));
    }

    #[test]
    fn wrong_networks_are_reported_in_postfix_words() {
        let words = |value: &str| client(value, "unknown", "10.0.0.25").1;
        assert_eq!(
            words("10.0.0.0/40"),
            ["warning: mynetworks: bad mask length in \"10.0.0.0/40\""]
        );
        assert_eq!(
            words("10.0.0.1/24"),
            [
                "warning: mynetworks: non-null host address bits in \"10.0.0.1/24\", perhaps you should use \"10.0.0.0/24\" instead"
            ]
        );
        assert_eq!(
            words("10.0.0/24"),
            ["warning: mynetworks: bad network value in \"10.0.0/24\""]
        );
        assert_eq!(
            words("10.0.0.0/8abc"),
            ["warning: mynetworks: bad mask value in \"10.0.0.0/8abc\""]
        );
        assert_eq!(words("hola/24"), Vec::<String>::new());
        assert_eq!(
            words("2001:db8::/32"),
            [
                "warning: 2001:db8::/32 is unavailable. unsupported dictionary type: 2001",
                "warning: mynetworks: 2001:db8::/32: table lookup problem"
            ]
        );
    }

    proptest! {
        #[test]
        fn never_panics(value in "[0-9a-f:./!\\[\\], x]{0,40}") {
            let _ = client(&value, "unknown", "10.0.0.25");
            let _ = client(&value, "a.example", "2001:db8::1");
        }
    }
}
