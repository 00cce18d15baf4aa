//! Any text as a lookup table of every kind, asked about any address.

use std::sync::Arc;

use super::host::{Host, caller};
use smtp_lab::postfix::configuration::Configuration;
use smtp_lab::postfix::restrictions::{self, Facts};

const KINDS: [&str; 8] = [
    "hash:/t",
    "texthash:/t",
    "cidr:/t",
    "regexp:/t",
    "pcre:/t",
    "inline:{ a@b = REJECT }",
    "unionmap:{ hash:/t, regexp:/t }",
    "pipemap:{ hash:/t, static:OK }",
];

pub(crate) fn holds(input: (u8, &str, &str)) {
    let (kind, table, address) = input;
    // An address is a part of a line, and is logged as such.
    if address.contains('\n') {
        return;
    }
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    let main_cf = format!(
        "mydestination = aula.example\nsmtpd_recipient_restrictions = check_client_access {kind}, \
         check_recipient_access {kind}, check_sender_access {kind}, permit\n\
         virtual_alias_maps = {kind}\nrelay_recipient_maps = {kind}\n"
    );
    let (configuration, _) = Configuration::parse(&main_cf, None);
    let Some(service) = configuration.service("smtp").map(Arc::clone) else {
        return;
    };
    let host = Host::with_file(table.to_owned());
    let client = caller();
    let facts = Facts {
        client: &client,
        protocol: "ESMTP",
        queue_id: None,
        helo: Some("spam.example"),
        sender: Some(address),
        recipient: Some(address),
        recipients: 0,
        sasl_user: None,
        tls: None,
        pipelined: false,
        actions: &[],
    };
    let evaluation = restrictions::at_rcpt(&service, &facts, &host);
    for line in &evaluation.log {
        assert!(!line.contains('\n'), "{line:?}");
    }
}
