//! Addresses: rewriting, classes of domains, tables of known recipients.

use super::{Parameter, names, some_text, switch, tables, text};

pub(super) const PARAMETERS: &[Parameter] = &[
    switch(
        "append_at_myorigin",
        "yes",
        "append @$myorigin to addresses without a domain",
    ),
    switch(
        "append_dot_mydomain",
        "${{$compatibility_level} <level {1} ? {yes} : {no}}",
        "append .$mydomain to domains without a dot",
    ),
    switch(
        "allow_percent_hack",
        "yes",
        "read user%domain as user@domain",
    ),
    switch("swap_bangpath", "yes", "read domain!user as user@domain"),
    switch(
        "resolve_dequoted_address",
        "yes",
        "look for routing operators in quoted local parts too",
    ),
    switch("resolve_null_domain", "no", "read user@ as a local user"),
    switch(
        "resolve_numeric_domain",
        "no",
        "read user@192.0.2.1 as user@[192.0.2.1]",
    ),
    switch(
        "strict_rfc821_envelopes",
        "no",
        "insist on <> around envelope addresses",
    ),
    switch(
        "allow_min_user",
        "no",
        "allow recipients that begin with a hyphen",
    ),
    text(
        "empty_address_recipient",
        "MAILER-DAEMON",
        "the recipient of mail to the null address",
    ),
    some_text(
        "double_bounce_sender",
        "double-bounce",
        "the sender of notices about undeliverable notices",
    ),
    text(
        "recipient_delimiter",
        "",
        "the characters that separate a user from an extension: user+extension",
    ),
    names(
        "relay_domains",
        "${{$compatibility_level} <level {2} ? {$mydestination} : {}}",
        "foreign domains that mail is relayed to",
    ),
    tables(
        "relay_recipient_maps",
        "",
        "known recipients of relay_domains; empty: all",
    ),
    tables(
        "local_recipient_maps",
        "proxy:unix:passwd.byname $alias_maps",
        "known recipients of local domains; empty: all",
    ),
    tables(
        "alias_maps",
        "hash:/etc/aliases, nis:mail.aliases",
        "the aliases(5) of local delivery",
    ),
    names(
        "virtual_alias_domains",
        "$virtual_alias_maps",
        "domains whose addresses are all aliases",
    ),
    tables(
        "virtual_alias_maps",
        "$virtual_maps",
        "aliases of any address (virtual(5))",
    ),
    tables("virtual_maps", "", "the old name of virtual_alias_maps"),
    names(
        "virtual_mailbox_domains",
        "$virtual_mailbox_maps",
        "domains whose mailboxes have no local account",
    ),
    tables(
        "virtual_mailbox_maps",
        "",
        "the mailboxes of virtual_mailbox_domains",
    ),
    text(
        "virtual_transport",
        "virtual",
        "how mail for virtual_mailbox_domains is delivered",
    ),
    tables("canonical_maps", "", "address rewriting for all addresses"),
    tables("sender_canonical_maps", "", "address rewriting for senders"),
    tables(
        "recipient_canonical_maps",
        "",
        "address rewriting for recipients",
    ),
    tables(
        "transport_maps",
        "",
        "how to deliver, by domain or address (transport(5))",
    ),
    tables("relocated_maps", "", "new addresses of users who moved"),
    names(
        "masquerade_domains",
        "",
        "domains whose subdomains are hidden",
    ),
    names(
        "masquerade_exceptions",
        "",
        "users whose subdomains are shown all the same",
    ),
    names(
        "masquerade_classes",
        "envelope_sender, header_sender, header_recipient",
        "which addresses masquerade_domains apply to",
    ),
    names(
        "canonical_classes",
        "envelope_sender, envelope_recipient, header_sender, header_recipient",
        "which addresses canonical_maps apply to",
    ),
    tables(
        "header_checks",
        "",
        "actions by message header (header_checks(5))",
    ),
    tables(
        "mime_header_checks",
        "$header_checks",
        "actions by MIME header",
    ),
    tables(
        "nested_header_checks",
        "$header_checks",
        "actions by header of attached messages",
    ),
    tables("body_checks", "", "actions by line of the body"),
    tables(
        "smtpd_command_filter",
        "",
        "rewriting of SMTP commands before they are read",
    ),
];
