//! What the replies that a site words itself may say of the session:
//! `default_rbl_reply`, `smtpd_reject_footer` (postconf(5)).

use std::collections::HashMap;

use crate::clock::Moment;
use crate::postfix::configuration::Service;

use super::Facts;

/// The attributes of the session by name, ready to be expanded: what the filter
/// lets through (`smtpd_expansion_filter`), and none of it a reference itself.
pub fn attributes(
    service: &Service,
    facts: &Facts<'_>,
    now: Moment,
) -> HashMap<&'static str, String> {
    let client = facts.client;
    // The escapes of its default (unescape(3)); others are rare enough.
    let filter = service
        .text("smtpd_expansion_filter")
        .replace(r"\t", "\t")
        .replace(r"\40", " ");
    let value = |text: &str| {
        let shown = |c| if filter.contains(c) { c } else { '_' };
        let shown: String = text.chars().map(shown).collect();
        shown.replace('$', "$$")
    };
    [
        ("client", value(&facts.client_name())),
        ("client_address", value(&client.address.to_string())),
        ("client_name", value(facts.peer_name())),
        ("client_port", client.port.to_string()),
        (
            "reverse_client_name",
            value(client.reverse_name.as_deref().unwrap_or("unknown")),
        ),
        ("helo_name", value(facts.helo.unwrap_or_default())),
        ("sender", value(facts.sender.unwrap_or_default())),
        ("recipient", value(facts.recipient.unwrap_or_default())),
        ("localtime", now.to_syslog()),
        ("server_name", service.text("myhostname").to_owned()),
    ]
    .into()
}
