//! Whether an address of ours exists: `reject_unlisted_recipient`,
//! `reject_unlisted_sender` and their implicit forms.

use super::ReplyClass;
use super::judge::{Finding, Judge};
use crate::postfix::address::split;
use crate::postfix::configuration::Service;
use crate::postfix::decision::Fact;
use crate::postfix::parameters;
use crate::postfix::rewrite::{Class, Resolved, is_local, resolve};
use crate::postfix::table::{Lookups, Unavailable, find_address};
use crate::postfix::transport::Transport;
use crate::smtp::reply::enhanced_code;

/// Whether an address is known, by the tables of its domain's class.
enum Standing {
    /// It is, or is not ours to know: the fact that says so.
    Known(Fact),
    /// It is not: the parameter with the code, and the table's name in the reply.
    Unknown(&'static str, &'static str),
    /// Its transport is `error` or `retry`: the code, and what that says.
    Undeliverable(i64, String),
}

impl Judge<'_> {
    pub(super) fn reject_unlisted(&mut self, class: ReplyClass) -> Finding {
        let Some(address) = self.envelope(class) else {
            return Finding::nothing(Fact::NoAddress);
        };
        let is_sender = class == ReplyClass::Sender;
        if is_sender {
            self.sender_was_checked = true;
        } else {
            self.recipient_was_checked = true;
        }
        let standing = resolve(self.service, &mut self.lookups, address)
            .and_then(|resolved| standing(self.service, &mut self.lookups, &resolved, is_sender));
        let address = address.to_owned();
        let (code, table) = match standing {
            Err(Unavailable) => return self.lookup_failed(&address),
            Ok(Standing::Undeliverable(code, words)) => {
                let (usual, kind) = if code >= 500 {
                    ("5.1.1", 500)
                } else {
                    ("4.1.1", 400)
                };
                let given = enhanced_code(kind, &words);
                let why = words.strip_prefix(given.unwrap_or_default());
                let text = format!(
                    "<{address}>: {} rejected: {}",
                    class.words(),
                    why.unwrap_or(&words).trim()
                );
                let refusal = self.refusal(code, given.unwrap_or(usual), &text);
                return Finding::refuse(Fact::Unlisted { address }, refusal);
            }
            Ok(Standing::Known(fact)) => return Finding::nothing(fact),
            Ok(Standing::Unknown(code, table)) => (code, table),
        };
        let table = if self.service.boolean("show_user_unknown_table_name") {
            format!(" in {table} table")
        } else {
            String::new()
        };
        let enhanced = if is_sender { "5.1.0" } else { "5.1.1" };
        let text = format!(
            "<{address}>: {} rejected: User unknown{table}",
            class.words()
        );
        let refusal = self.refusal(self.service.number(code), enhanced, &text);
        Finding::refuse(Fact::Unlisted { address }, refusal)
    }
}

/// Looks an address up in tables as Postfix does for maps of addresses.
pub(super) fn find(
    service: &Service,
    lookups: &mut Lookups<'_>,
    parameter: &str,
    address: &str,
) -> Result<Option<(String, String, String)>, Unavailable> {
    let tables = service.list(parameter);
    if tables.is_empty() {
        return Ok(None);
    }
    let domain = split(address).1.unwrap_or_default();
    let is_ours = domain.eq_ignore_ascii_case(service.text("myorigin"))
        || is_local(service, lookups, domain)?.is_some();
    let delimiter = service.text("recipient_delimiter");
    find_address(lookups, tables, address, delimiter, is_ours)
}

fn standing(
    service: &Service,
    lookups: &mut Lookups<'_>,
    resolved: &Resolved,
    is_sender: bool,
) -> Result<Standing, Unavailable> {
    let address = resolved.recipient.as_str();
    let rewriting = [
        "recipient_canonical_maps",
        "sender_canonical_maps",
        "canonical_maps",
        "virtual_alias_maps",
    ];
    for parameter in rewriting {
        if parameter == "sender_canonical_maps" && !is_sender {
            continue;
        }
        if find(service, lookups, parameter, address)?.is_some() {
            return Ok(listed(address, parameter));
        }
    }
    let transport = Transport::of(service, resolved, lookups.services)?;
    match transport.agent.as_str() {
        "error" if resolved.class != Class::VirtualAlias => {
            return Ok(Standing::Undeliverable(550, transport.next_hop));
        }
        "retry" => return Ok(Standing::Undeliverable(450, transport.next_hop)),
        _ => {}
    }
    let (maps, code, table) = match resolved.class {
        Class::VirtualAlias => {
            return Ok(Standing::Unknown(
                "unknown_virtual_alias_reject_code",
                "virtual alias",
            ));
        }
        Class::Other => {
            let domain = resolved.domain().to_owned();
            return Ok(Standing::Known(Fact::ForeignDestination { domain }));
        }
        Class::Local if is_reserved(service, address) => {
            let address = address.to_owned();
            return Ok(Standing::Known(Fact::Reserved { address }));
        }
        Class::Local => (
            "local_recipient_maps",
            "unknown_local_recipient_reject_code",
            "local recipient",
        ),
        Class::Relay => (
            "relay_recipient_maps",
            "unknown_relay_recipient_reject_code",
            "relay recipient",
        ),
        Class::VirtualMailbox => (
            "virtual_mailbox_maps",
            "unknown_virtual_mailbox_reject_code",
            "virtual mailbox",
        ),
    };
    if parameters::list(service.text(maps)).is_empty() {
        Ok(Standing::Known(Fact::NoList { parameter: maps }))
    } else if find(service, lookups, maps, address)?.is_some() {
        Ok(listed(address, maps))
    } else {
        Ok(Standing::Unknown(code, table))
    }
}

fn listed(address: &str, parameter: &'static str) -> Standing {
    Standing::Known(Fact::Listed {
        address: address.to_owned(),
        parameter,
    })
}

/// Names that always exist: Postfix uses them itself.
fn is_reserved(service: &Service, address: &str) -> bool {
    let local = split(address).0;
    [
        "postmaster",
        "MAILER-DAEMON",
        service.text("double_bounce_sender"),
    ]
    .iter()
    .any(|name| local.eq_ignore_ascii_case(name))
}
