//! `check_…_access`: the keys that are looked up, in order, and what the
//! right-hand side of an entry does (access(5)).

use std::net::IpAddr;

use super::client::parents_match;
use super::judge::{Conclusion, Finding, Judge};
use super::{Action, ReplyClass};
use crate::postfix::address::{split, without_extension};
use crate::postfix::decision::Fact;
use crate::postfix::parameters;
use crate::postfix::rewrite::resolve;

/// Something to look up in an access table.
pub(super) struct Subject {
    /// What the reply calls it.
    pub(super) name: String,
    pub(super) class: ReplyClass,
    /// The keys in order.
    pub(super) keys: Vec<Key>,
    /// Whether a permission is not to be trusted: a recipient with routing in it.
    pub(super) is_suspicious: bool,
}

/// One key: the whole of something, or a part that only tables with fixed
/// keys are asked for.
pub(super) enum Key {
    Part(String),
    Whole(String),
}

impl Judge<'_> {
    /// `check_client_access` and the like; `of` is the middle of the name.
    pub(super) fn access(&mut self, of: &str, table: &str) -> Finding {
        let nothing = || {
            Finding::nothing(Fact::TableSilent {
                table: table.to_owned(),
                subject: String::new(),
            })
        };
        let subject = match of {
            "client" => Subject {
                name: self.facts.client_name(),
                class: ReplyClass::Client,
                keys: self.client_keys(self.facts.peer_name(), self.facts.client.address),
                is_suspicious: false,
            },
            "reverse_client_hostname" => {
                let name = self
                    .facts
                    .client
                    .reverse_name
                    .as_deref()
                    .unwrap_or("unknown");
                Subject {
                    name: name.to_owned(),
                    class: ReplyClass::ReverseClient,
                    keys: self.client_keys(name, self.facts.client.address),
                    is_suspicious: false,
                }
            }
            "helo" | "etrn" => {
                let (name, class) = match of {
                    "helo" => (self.facts.helo, ReplyClass::Helo),
                    _ => (self.etrn, ReplyClass::Etrn),
                };
                let Some(name) = name else { return nothing() };
                Subject {
                    name: name.to_owned(),
                    class,
                    keys: self.domain_keys(name),
                    is_suspicious: false,
                }
            }
            "sasl" => {
                let Some(user) = self.facts.sasl_user else {
                    return nothing();
                };
                Subject {
                    name: user.to_owned(),
                    class: ReplyClass::Sasl,
                    keys: vec![Key::Whole(user.to_owned())],
                    is_suspicious: false,
                }
            }
            "sender" if self.facts.sender == Some("") => Subject {
                name: String::new(),
                class: ReplyClass::Sender,
                keys: vec![Key::Whole(
                    self.service.text("smtpd_null_access_lookup_key").to_owned(),
                )],
                is_suspicious: false,
            },
            "sender" | "recipient" => {
                let class = match of {
                    "sender" => ReplyClass::Sender,
                    _ => ReplyClass::Recipient,
                };
                let Some(address) = self.envelope(class) else {
                    return nothing();
                };
                let Ok(resolved) = resolve(self.service, &mut self.lookups, address) else {
                    return self.lookup_failed(address);
                };
                Subject {
                    name: address.to_owned(),
                    class,
                    keys: self.mail_keys(&resolved.recipient),
                    is_suspicious: class == ReplyClass::Recipient
                        && resolved.routed
                        && !self.service.boolean("allow_untrusted_routing"),
                }
            }
            // Client certificates: the lab's clients have none.
            _ => return nothing(),
        };
        let finding = self.look_up(table, &subject);
        if of == "reverse_client_hostname" {
            self.no_permission(
                "check_reverse_client_hostname_access",
                finding,
                &subject.name,
            )
        } else {
            finding
        }
    }

    /// A name with its parent domains, then an address with its networks.
    pub(super) fn client_keys(&self, name: &str, address: IpAddr) -> Vec<Key> {
        let mut keys = self.domain_keys(name);
        keys.extend(address_keys(address));
        keys
    }

    /// A domain and its parents: `example.com`, or `.example.com` where
    /// `parent_domain_matches_subdomains` leaves access tables out.
    pub(super) fn domain_keys(&self, name: &str) -> Vec<Key> {
        let mut keys = vec![Key::Whole(name.to_owned())];
        if name.parse::<IpAddr>().is_err() {
            let dot = if parents_match(self.service, "smtpd_access_maps") {
                ""
            } else {
                "."
            };
            keys.extend(parents(name).map(|parent| Key::Part(format!("{dot}{parent}"))));
        }
        keys
    }

    /// `user+ext@domain`, `user@domain`, domain and parents, `user+ext@`, `user@`.
    fn mail_keys(&self, address: &str) -> Vec<Key> {
        let (local, domain) = split(address);
        let domain = domain.unwrap_or_default();
        let bare = without_extension(local, self.service.text("recipient_delimiter"));
        let mut keys = vec![Key::Whole(address.to_owned())];
        keys.extend(bare.map(|bare| Key::Part(format!("{bare}@{domain}"))));
        keys.extend(self.domain_keys(domain).into_iter().map(Key::into_part));
        keys.push(Key::Part(format!("{local}@")));
        keys.extend(bare.map(|bare| Key::Part(format!("{bare}@"))));
        keys
    }

    /// Looks the keys up until one is found, and does what its entry says.
    pub(super) fn look_up(&mut self, table: &str, subject: &Subject) -> Finding {
        let parts_too = self.lookups.has_fixed_keys(table);
        for key in &subject.keys {
            let key = match key {
                Key::Whole(key) => key,
                Key::Part(key) if parts_too => key,
                Key::Part(_) => continue,
            };
            match self.lookups.get(table, key) {
                Ok(None) => {}
                Ok(Some(value)) => return self.entry(table, key, &value, subject),
                Err(_) => {
                    let problem = self.lookups.log.last().cloned().unwrap_or_default();
                    let text = format!(
                        "<{}>: {} rejected: Server configuration error",
                        subject.name,
                        subject.class.words()
                    );
                    return Finding {
                        fact: Fact::Misconfigured {
                            problem: problem.trim_start_matches("warning: ").to_owned(),
                        },
                        conclusion: Conclusion::Fail(self.refusal(451, "4.3.5", &text)),
                    };
                }
            }
        }
        Finding::nothing(Fact::TableSilent {
            table: table.to_owned(),
            subject: subject.name.clone(),
        })
    }

    /// Permission by something that the client controls is no permission.
    pub(super) fn no_permission(&mut self, name: &str, finding: Finding, of: &str) -> Finding {
        if !matches!(finding.conclusion, Conclusion::Permit) {
            return finding;
        }
        self.warn(format!("restriction {name} returns OK for {of}"));
        self.warn("this is not allowed for security reasons");
        self.misconfigured("use DUNNO instead of OK if you want to make an exception")
    }

    /// Does what an access(5) action says that stands in no table, but is the
    /// answer of `origin`.
    pub(super) fn act(
        &mut self,
        origin: &str,
        action: &str,
        subject: &str,
        class: ReplyClass,
    ) -> Finding {
        let subject = Subject {
            name: subject.to_owned(),
            class,
            keys: Vec::new(),
            is_suspicious: false,
        };
        self.entry(origin, "", action, &subject)
    }

    fn entry(&mut self, table: &str, key: &str, value: &str, subject: &Subject) -> Finding {
        let fact = Fact::TableMatched {
            table: table.to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let (command, text) = value
            .split_once([' ', '\t'])
            .map_or((value, ""), |(command, text)| (command, text.trim_start()));
        let of = format!("<{}>: {}", subject.name, subject.class.words());
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let conclusion = match command.to_ascii_uppercase().as_str() {
            "DUNNO" => Conclusion::Continue,
            "REJECT" => self.refuse_entry(
                self.service.number("access_map_reject_code"),
                "5.7.1",
                text,
                subject,
            ),
            "DEFER" => self.refuse_entry(
                self.service.number("access_map_defer_code"),
                "4.7.1",
                text,
                subject,
            ),
            "WARN" | "INFO" => {
                self.note(&command.to_ascii_lowercase(), text);
                Conclusion::Continue
            }
            verb @ ("HOLD" | "DISCARD") => self.fate(verb, text, &of),
            verb @ ("FILTER" | "REDIRECT" | "BCC" | "PREPEND") => {
                self.message_action(verb, text, table, key, &of);
                Conclusion::Continue
            }
            "DEFER_IF_PERMIT" | "DEFER_IF_REJECT" => {
                let (enhanced, words) = split_enhanced("4.7.1", text, subject.class);
                let words = if words.is_empty() {
                    "Service unavailable"
                } else {
                    words
                };
                let refusal = self.refusal(450, &enhanced, &format!("{of} rejected: {words}"));
                if command.eq_ignore_ascii_case("DEFER_IF_PERMIT") {
                    Conclusion::DeferIfPermit(refusal)
                } else {
                    Conclusion::DeferIfReject(refusal)
                }
            }
            "OK" | "RELAY" => Conclusion::Permit,
            _ if !value.is_empty() && is_number(value) => Conclusion::Permit,
            code if code.len() == 3
                && !text.is_empty()
                && is_number(code)
                && code.starts_with(['4', '5']) =>
            {
                let enhanced = if code.starts_with('4') {
                    "4.7.1"
                } else {
                    "5.7.1"
                };
                self.refuse_entry(code.parse().unwrap_or(450), enhanced, text, subject)
            }
            _ if value.contains(':') => {
                self.warn(format!(
                    "access table {table} has entry with lookup table: {value}"
                ));
                self.warn("do not specify lookup tables inside SMTPD access maps");
                return self
                    .misconfigured("define a restriction class and specify its name instead.");
            }
            _ => {
                let restrictions = parameters::list(value);
                if restrictions.is_empty() {
                    self.warn(format!("access table {table} entry {key} has empty value"));
                    Conclusion::Permit
                } else {
                    Conclusion::Delegate(restrictions)
                }
            }
        };
        let conclusion = match conclusion {
            Conclusion::Permit if subject.is_suspicious => Conclusion::Continue,
            conclusion => conclusion,
        };
        Finding { fact, conclusion }
    }

    /// `HOLD` and `DISCARD`: what becomes of the whole message.
    fn fate(&mut self, verb: &str, text: &str, of: &str) -> Conclusion {
        let (action, conclusion) = match verb {
            "HOLD" => (Action::Hold, Conclusion::Continue),
            _ => (Action::Discard, Conclusion::Permit),
        };
        // It is said once a message.
        if !self.facts.actions.contains(&action) {
            let default = format!("triggers {verb} action");
            let what = if text.is_empty() { &default } else { text };
            self.note(&verb.to_ascii_lowercase(), &format!("{of} {what}"));
        }
        self.is_discarded |= action == Action::Discard;
        self.actions.push(action);
        conclusion
    }

    fn refuse_entry(&self, code: i64, enhanced: &str, text: &str, subject: &Subject) -> Conclusion {
        let (enhanced, words) = split_enhanced(enhanced, text, subject.class);
        let words = if words.is_empty() {
            "Access denied"
        } else {
            words
        };
        let text = format!(
            "<{}>: {} rejected: {words}",
            subject.name,
            subject.class.words()
        );
        Conclusion::Refuse(self.refusal(code, &enhanced, &text))
    }

    fn message_action(&mut self, verb: &str, text: &str, table: &str, key: &str, of: &str) {
        let problem = match verb {
            _ if text.is_empty() => Some(format!("has {verb} entry without value")),
            "FILTER" if !text.contains(':') => Some("requires transport:destination".to_owned()),
            "REDIRECT" | "BCC" if !text.contains('@') => {
                Some("requires user@domain target".to_owned())
            }
            "PREPEND" if !text.contains(':') => Some("requires header: text".to_owned()),
            _ => None,
        };
        if let Some(problem) = problem {
            self.warn(format!("access table {table} entry \"{key}\" {problem}"));
            return;
        }
        if verb != "PREPEND" {
            let words = format!("{of} triggers {verb} {text}");
            self.note(&verb.to_ascii_lowercase(), &words);
        }
        let text = text.to_owned();
        self.actions.push(match verb {
            "FILTER" => Action::Filter(text),
            "REDIRECT" => Action::Redirect(text),
            "BCC" => Action::Bcc(text),
            _ => Action::Prepend(text),
        });
    }
}

impl Key {
    fn into_part(self) -> Self {
        match self {
            Self::Part(key) | Self::Whole(key) => Self::Part(key),
        }
    }
}

/// An address and the networks it is in: octet by octet, or group by group.
pub(super) fn address_keys(address: IpAddr) -> Vec<Key> {
    let text = address.to_string();
    let delimiter = if address.is_ipv6() { ':' } else { '.' };
    let mut keys = vec![Key::Whole(text.clone())];
    let mut rest = text.as_str();
    while let Some((network, _)) = rest.rsplit_once(delimiter) {
        keys.push(Key::Part(network.to_owned()));
        rest = network;
    }
    keys
}

fn parents(domain: &str) -> impl Iterator<Item = String> {
    domain
        .match_indices('.')
        .filter(|(at, _)| *at > 0)
        .filter_map(|(at, _)| domain.get(at + 1..))
        .filter(|parent| !parent.is_empty())
        .map(str::to_owned)
}

/// Takes an enhanced status code off the front of a text, and makes one about
/// mailboxes fit what is being refused (RFC 3463 §3.2).
fn split_enhanced<'t>(default: &str, text: &'t str, class: ReplyClass) -> (String, &'t str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let parts: Vec<&str> = first.split('.').collect();
    let is_code = parts.len() == 3
        && matches!(parts[0], "2" | "4" | "5")
        && parts.iter().all(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        });
    if !is_code {
        return (default.to_owned(), text);
    }
    let detail = match (class, parts[1], parts[2]) {
        (ReplyClass::Sender, "1", "1" | "4" | "6") => "1.0",
        (ReplyClass::Sender, "1", "2") => "1.8",
        (ReplyClass::Sender, "1", "3") => "1.7",
        (ReplyClass::Recipient, "1", "7") => "1.3",
        (ReplyClass::Recipient, "1", "8") => "1.2",
        (ReplyClass::Sender | ReplyClass::Recipient, _, _) => {
            return (first.to_owned(), rest.trim_start());
        }
        (_, "1", _) => "0.0",
        _ => return (first.to_owned(), rest.trim_start()),
    };
    (format!("{}.{detail}", parts[0]), rest.trim_start())
}
