//! The DNS of the world: an RFC 1035 master file (§5) and the records that the
//! machines of the world bring with them. Pure; nothing ever asks a real server.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;

use crate::postfix::parameters;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};

/// All records of the world, by lower-case name without the final dot.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    names: HashMap<String, Vec<Record>>,
    /// Records that come and go while the world runs: those of block lists.
    published: RefCell<HashMap<String, Vec<Record>>>,
    /// Nobody answers, whatever is asked.
    silent: bool,
}

/// A record that answers can be made from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Record {
    /// Its type.
    pub(super) kind: RecordKind,
    /// Its value in master-file form, without the final dot.
    pub(super) value: String,
    /// How long it may be remembered, in seconds.
    pub(super) ttl: u32,
}

/// A record of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Found {
    /// The name that it belongs to.
    pub(super) name: String,
    /// Its type.
    pub(super) kind: RecordKind,
    /// Its value in master-file form, without the final dot.
    pub(super) value: String,
    /// How long it may be remembered, in seconds.
    pub(super) ttl: u32,
}

/// What DNS answers, with the canonical names on the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Answered {
    /// The name exists; perhaps without a record of that type.
    Records(Vec<Found>),
    /// The name that was asked for, or that the last record leads to, does not exist.
    NoName(Vec<Found>),
    /// Nobody answers for that name just now.
    Failed,
}

/// What is wrong with a line of a master file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct ZoneError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: ZoneFault,
}

/// A fault of a master file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ZoneFault {
    /// The value does not fit the type.
    #[error("bad {kind} data: {value}")]
    BadData {
        /// The record type.
        kind: String,
        /// What stands there.
        value: String,
    },
    /// A directive other than `$ORIGIN` and `$TTL`.
    #[error("unknown directive: {0}")]
    Directive(String),
    /// A record without an owner name before it.
    #[error("no owner name")]
    NoOwner,
    /// A parenthesis without its partner.
    #[error("unbalanced parentheses")]
    Parentheses,
    /// A quotation mark without its partner.
    #[error("unbalanced quotes")]
    Quotes,
    /// A record type that is not known.
    #[error("unknown record type: {0}")]
    Type(String),
}

impl Zone {
    /// Reads a master file. What can be read is in the zone even if other
    /// lines are faulty.
    pub fn parse(text: &str) -> (Self, Vec<ZoneError>) {
        let mut zone = Self::default();
        let mut errors = Vec::new();
        let mut reader = Reader::default();
        for entry in entries(text, &mut errors) {
            let line = entry.line;
            if let Err(fault) = reader.read(&entry, &mut zone) {
                errors.push(ZoneError { line, fault });
            }
        }
        errors.sort_by_key(|error| error.line);
        (zone, errors)
    }

    /// DNS that does not answer.
    pub fn silent() -> Self {
        Self {
            silent: true,
            ..Self::default()
        }
    }

    /// Adds a machine: its addresses under its name, and its name under each
    /// address, unless the zone says something else there.
    pub fn add_machine(&mut self, name: &str, addresses: &[IpAddr]) {
        for address in addresses {
            let kind = match address {
                IpAddr::V4(_) => RecordKind::A,
                IpAddr::V6(_) => RecordKind::Aaaa,
            };
            let value = address.to_string();
            let known = self
                .records(name)
                .iter()
                .any(|record| record.kind == kind && record.value == value);
            if !known {
                self.add(name, machine_record(kind, value));
            }
            let reverse = reverse_name(*address);
            if self
                .records(&reverse)
                .iter()
                .all(|record| record.kind != RecordKind::Ptr)
            {
                self.add(&reverse, machine_record(RecordKind::Ptr, absolute(name)));
            }
        }
    }

    /// Answers a question, following canonical names as a resolver does.
    pub fn resolve(&self, name: &str, kind: RecordKind) -> DnsAnswer {
        let records = match self.look_up(name, kind) {
            Answered::Records(records) => records,
            Answered::NoName(_) => return DnsAnswer::NoName,
            Answered::Failed => return DnsAnswer::Failed,
        };
        let found: Vec<String> = records
            .into_iter()
            .filter(|record| record.kind == kind)
            .map(|record| record.value)
            .collect();
        if found.is_empty() {
            DnsAnswer::NoRecord
        } else {
            DnsAnswer::Found(found)
        }
    }

    /// Answers a question as a resolver does, with all that led to the answer.
    pub(super) fn look_up(&self, name: &str, kind: RecordKind) -> Answered {
        let mut name = absolute(name);
        let mut answer = Vec::new();
        // A chain longer than this is a loop.
        for _ in 0..16 {
            if self.silent || self.is_lame(&name) {
                return Answered::Failed;
            }
            let records = self.all_records(&name);
            let known = !records.is_empty() || self.exists(&name);
            let found = |record: Record| Found {
                name: name.clone(),
                kind: record.kind,
                value: record.value,
                ttl: record.ttl,
            };
            let (wanted, others): (Vec<_>, Vec<_>) =
                records.into_iter().partition(|record| record.kind == kind);
            let alias = others
                .into_iter()
                .find(|record| record.kind == RecordKind::Cname);
            match alias {
                Some(alias) if wanted.is_empty() => {
                    let next = alias.value.clone();
                    answer.push(found(alias));
                    name = next;
                }
                _ => {
                    answer.extend(wanted.into_iter().map(found));
                    return if known {
                        Answered::Records(answer)
                    } else {
                        Answered::NoName(answer)
                    };
                }
            }
        }
        Answered::Failed
    }

    /// Adds records to a name while the world runs. `false`: it has some already.
    pub(super) fn publish(&self, name: &str, records: Vec<Record>) -> bool {
        if !self.all_records(&absolute(name)).is_empty() {
            return false;
        }
        self.published.borrow_mut().insert(absolute(name), records);
        true
    }

    /// Takes the records that were added to a name back. `false`: there were none.
    pub(super) fn retract(&self, name: &str) -> bool {
        self.published
            .borrow_mut()
            .remove(&absolute(name))
            .is_some()
    }

    /// The name that an address points to, and whether that name points back:
    /// what `smtpd` calls verified.
    pub fn name_of(&self, address: IpAddr) -> Option<(String, bool)> {
        let DnsAnswer::Found(names) = self.resolve(&reverse_name(address), RecordKind::Ptr) else {
            return None;
        };
        let name = names.into_iter().next()?;
        let confirmed = self.addresses_of(&name).contains(&address);
        Some((name, confirmed))
    }

    /// The addresses of a name, IPv4 first.
    pub fn addresses_of(&self, name: &str) -> Vec<IpAddr> {
        [RecordKind::A, RecordKind::Aaaa]
            .into_iter()
            .filter_map(|kind| match self.resolve(name, kind) {
                DnsAnswer::Found(values) => Some(values),
                _ => None,
            })
            .flatten()
            .filter_map(|value| value.parse().ok())
            .collect()
    }

    fn add(&mut self, name: &str, record: Record) {
        self.names.entry(absolute(name)).or_default().push(record);
    }

    /// The records of a name, given in lower case without its final dot.
    fn all_records(&self, name: &str) -> Vec<Record> {
        let published = self.published.borrow();
        let published = published.get(name).into_iter().flatten();
        self.records(name)
            .iter()
            .chain(published)
            .cloned()
            .collect()
    }

    /// Whether the zone is, at this name or above, in the hands of name servers
    /// of which none has an address: a resolver that asks gets no answer.
    fn is_lame(&self, name: &str) -> bool {
        let mut above = Some(name);
        while let Some(place) = above {
            let servers = |record: &&Record| record.kind == RecordKind::Ns;
            let mut servers = self.records(place).iter().filter(servers).peekable();
            let has_address = |server: &Record| {
                let of_address =
                    |record: &Record| matches!(record.kind, RecordKind::A | RecordKind::Aaaa);
                self.records(&server.value).iter().any(of_address)
            };
            if servers.peek().is_some() {
                return !servers.any(has_address);
            }
            above = place.split_once('.').map(|(_, rest)| rest);
        }
        false
    }

    fn records(&self, name: &str) -> &[Record] {
        self.names.get(&absolute(name)).map_or(&[], Vec::as_slice)
    }

    /// A name exists if it or anything below it has a record (RFC 8020).
    fn exists(&self, name: &str) -> bool {
        self.names.contains_key(name)
            || self.names.keys().any(|known| {
                known
                    .strip_suffix(name)
                    .is_some_and(|rest| rest.ends_with('.'))
            })
    }
}

/// The name under which DNS keeps the name of an address.
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let mut name = String::with_capacity(72);
            for octet in address.octets().into_iter().rev() {
                for digit in [octet & 0xF, octet >> 4] {
                    name.extend(char::from_digit(u32::from(digit), 16));
                    name.push('.');
                }
            }
            name.push_str("ip6.arpa");
            name
        }
    }
}

/// A record that a machine brings with it.
fn machine_record(kind: RecordKind, value: String) -> Record {
    Record {
        kind,
        value,
        ttl: DEFAULT_TTL,
    }
}

/// How long a record may be remembered of which the master file does not say
/// it, in seconds.
const DEFAULT_TTL: u32 = 3600;

/// `name` in lower case without its final dot.
fn absolute(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// One entry of a master file: a line, or several held together by parentheses.
#[derive(Debug)]
struct Entry {
    line: usize,
    /// Whether it begins with white space, and so speaks of the last owner.
    indented: bool,
    words: Vec<String>,
}

/// Cuts a master file into entries.
fn entries(text: &str, errors: &mut Vec<ZoneError>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut open: Option<Entry> = None;
    let mut depth = 0_usize;
    for (index, source) in text.lines().enumerate() {
        let line = index + 1;
        let entry = open.get_or_insert_with(|| Entry {
            line,
            indented: source.starts_with([' ', '\t']),
            words: Vec::new(),
        });
        if let Err(fault) = split(source, &mut entry.words, &mut depth) {
            errors.push(ZoneError { line, fault });
            depth = 0;
            open = None;
        }
        if depth == 0 {
            entries.extend(open.take().filter(|entry| !entry.words.is_empty()));
        }
    }
    if let Some(entry) = open {
        errors.push(ZoneError {
            line: entry.line,
            fault: ZoneFault::Parentheses,
        });
    }
    entries
}

/// The words of a line, without its comment; parentheses only count depth.
fn split(source: &str, words: &mut Vec<String>, depth: &mut usize) -> Result<(), ZoneFault> {
    let mut characters = source.chars();
    let mut word: Option<String> = None;
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                let quoted = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(ZoneFault::Quotes)? {
                        '"' => break,
                        '\\' => quoted.extend(characters.next()),
                        other => quoted.push(other),
                    }
                }
                words.extend(word.take());
            }
            ';' => break,
            '(' => *depth += 1,
            ')' => *depth = depth.checked_sub(1).ok_or(ZoneFault::Parentheses)?,
            _ if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
        if matches!(character, '(' | ')') {
            words.extend(word.take());
        }
    }
    words.extend(word);
    Ok(())
}

/// What earlier entries of the file say about later ones.
#[derive(Debug, Default)]
struct Reader {
    origin: String,
    owner: Option<String>,
    ttl: Option<u32>,
}

impl Reader {
    fn read(&mut self, entry: &Entry, zone: &mut Zone) -> Result<(), ZoneFault> {
        let mut words = entry.words.iter().map(String::as_str).peekable();
        if let Some(directive) = words.next_if(|word| word.starts_with('$')) {
            return match directive.to_ascii_uppercase().as_str() {
                "$ORIGIN" => {
                    self.origin = self.full(words.next().unwrap_or_default());
                    Ok(())
                }
                "$TTL" => {
                    self.ttl = words.next().and_then(seconds);
                    Ok(())
                }
                _ => Err(ZoneFault::Directive(directive.to_owned())),
            };
        }
        if !entry.indented {
            self.owner = words.next().map(|name| self.full(name));
        }
        let owner = self.owner.clone().ok_or(ZoneFault::NoOwner)?;
        let mut ttl = self.ttl.unwrap_or(DEFAULT_TTL);
        while let Some(word) = words.next_if(|word| is_class_or_ttl(word)) {
            ttl = seconds(word).unwrap_or(ttl);
        }
        let kind = words.next().unwrap_or_default();
        let data: Vec<&str> = words.collect();
        if let Some((kind, value)) = self.record(kind, &data)? {
            zone.add(&owner, Record { kind, value, ttl });
        } else {
            // Known to exist, even if nobody here asks for such a record.
            zone.names.entry(owner).or_default();
        }
        Ok(())
    }

    /// A record's kind and value; `None` for types that nobody asks for.
    fn record(&self, kind: &str, data: &[&str]) -> Result<Option<(RecordKind, String)>, ZoneFault> {
        let bad = || ZoneFault::BadData {
            kind: kind.to_owned(),
            value: data.join(" "),
        };
        let one = || match data {
            [only] => Ok(*only),
            _ => Err(bad()),
        };
        Ok(Some(match kind.to_ascii_uppercase().as_str() {
            "A" => {
                let address: std::net::Ipv4Addr = one()?.parse().map_err(|_| bad())?;
                (RecordKind::A, address.to_string())
            }
            "AAAA" => {
                let address: std::net::Ipv6Addr = one()?.parse().map_err(|_| bad())?;
                (RecordKind::Aaaa, address.to_string())
            }
            "CNAME" => (RecordKind::Cname, self.full(one()?)),
            "NS" => (RecordKind::Ns, self.full(one()?)),
            "PTR" => (RecordKind::Ptr, self.full(one()?)),
            "MX" => {
                let [preference, exchange] = data else {
                    return Err(bad());
                };
                let preference: u16 = preference.parse().map_err(|_| bad())?;
                // A null MX (RFC 7505) stays a lone dot.
                let exchange = if *exchange == "." {
                    ".".to_owned()
                } else {
                    self.full(exchange)
                };
                (RecordKind::Mx, format!("{preference} {exchange}"))
            }
            "TXT" if !data.is_empty() => (RecordKind::Txt, data.concat()),
            "SOA" | "SRV" | "CAA" | "TLSA" | "HINFO" if !data.is_empty() => return Ok(None),
            "TXT" | "SOA" | "SRV" | "CAA" | "TLSA" | "HINFO" => return Err(bad()),
            _ => return Err(ZoneFault::Type(kind.to_owned())),
        }))
    }

    /// A name of the file in full: relative ones end in the origin.
    fn full(&self, name: &str) -> String {
        if name == "@" {
            self.origin.clone()
        } else if name.ends_with('.') || self.origin.is_empty() {
            absolute(name)
        } else {
            format!("{}.{}", name.to_ascii_lowercase(), self.origin)
        }
    }
}

/// A time in seconds, or with units as in `1h30m`.
fn seconds(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut number = None;
    for character in text.chars() {
        if let Some(digit) = character.to_digit(10) {
            let tens = number.unwrap_or(0_u32).checked_mul(10)?;
            number = Some(tens.checked_add(digit)?);
            continue;
        }
        let unit = parameters::seconds_in(character)?;
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    total.checked_add(number.unwrap_or(0))
}

fn is_class_or_ttl(word: &str) -> bool {
    let ttl = word.starts_with(|first: char| first.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"smhdwSMHDW".contains(&byte));
    ttl || word.eq_ignore_ascii_case("IN")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLASSROOM: &str = "
$TTL 1h
$ORIGIN aula.example.
@       IN SOA mail root ( 1 2h ; refresh
                           3 4 5 )
        IN NS  mail
        3600 IN MX 10 mail
mail    A 192.0.2.10
        AAAA 2001:db8::10
smtp    CNAME mail
@       TXT \"v=spf1 \" \"a -all\" ; both strings are one
solo.example.  A 198.51.100.80
null.example.  MX 0 .
";

    #[test]
    fn a_master_file_answers_questions() {
        let (zone, errors) = Zone::parse(CLASSROOM);
        assert_eq!(errors, []);
        let found = |value: &str| DnsAnswer::Found(vec![value.to_owned()]);
        assert_eq!(
            zone.resolve("AULA.example.", RecordKind::Mx),
            found("10 mail.aula.example")
        );
        assert_eq!(
            zone.resolve("smtp.aula.example", RecordKind::A),
            found("192.0.2.10")
        );
        assert_eq!(
            zone.resolve("mail.aula.example", RecordKind::Aaaa),
            found("2001:db8::10")
        );
        assert_eq!(
            zone.resolve("aula.example", RecordKind::Txt),
            found("v=spf1 a -all")
        );
        assert_eq!(zone.resolve("null.example", RecordKind::Mx), found("0 ."));
        assert_eq!(
            zone.resolve("solo.example", RecordKind::Mx),
            DnsAnswer::NoRecord
        );
        assert_eq!(zone.resolve("example", RecordKind::A), DnsAnswer::NoRecord);
        assert_eq!(
            zone.resolve("nadie.example", RecordKind::A),
            DnsAnswer::NoName
        );
    }

    #[test]
    fn machines_have_a_name_that_points_back() {
        let (mut zone, _) = Zone::parse("7.2.0.192.in-addr.arpa. PTR falso.example.");
        let address = "2001:db8::a".parse().unwrap();
        zone.add_machine("pc.aula.example", &[address]);
        assert_eq!(
            zone.name_of(address),
            Some(("pc.aula.example".to_owned(), true))
        );
        assert_eq!(
            zone.name_of("192.0.2.7".parse().unwrap()),
            Some(("falso.example".to_owned(), false))
        );
        assert_eq!(zone.name_of("192.0.2.8".parse().unwrap()), None);
    }

    #[test]
    fn every_fault_is_told_with_its_line_and_the_rest_stays_good() {
        let text = "a.example. A 1.2.3\nb.example. WHAT x\n$INCLUDE other\nc.example. TXT \"open\nd.example. A 192.0.2.1\ne.example. MX ( 10";
        let (zone, errors) = Zone::parse(text);
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 1: bad A data: 1.2.3",
                "line 2: unknown record type: WHAT",
                "line 3: unknown directive: $INCLUDE",
                "line 4: unbalanced quotes",
                "line 6: unbalanced parentheses",
            ]
        );
        assert_eq!(zone.addresses_of("d.example").len(), 1);
    }

    #[test]
    fn a_circle_of_aliases_is_no_answer() {
        let (zone, _) = Zone::parse("a.example. CNAME b.example.\nb.example. CNAME a.example.");
        assert_eq!(zone.resolve("a.example", RecordKind::A), DnsAnswer::Failed);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[ -~\n\t]{0,200}") {
            let (zone, errors) = Zone::parse(&text);
            let lines = text.lines().count().max(1);
            prop_assert!(errors.iter().all(|error| (1..=lines).contains(&error.line)));
            zone.resolve("a", RecordKind::A);
        }
    }
}
