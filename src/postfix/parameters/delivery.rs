//! Where mail goes from here.

use super::{Kind, Parameter, entry, names, seconds, some_text, switch, tables, text};

pub(super) const PARAMETERS: &[Parameter] = &[
    text(
        "relayhost",
        "",
        "where mail for other domains is sent instead of to their MX",
    ),
    text("fallback_relay", "", "the old name of smtp_fallback_relay"),
    names(
        "smtp_fallback_relay",
        "$fallback_relay",
        "where mail goes that cannot be delivered",
    ),
    text(
        "default_transport",
        "smtp",
        "how mail for other domains is delivered",
    ),
    text(
        "relay_transport",
        "relay",
        "how mail for relay_domains is delivered",
    ),
    text(
        "local_transport",
        "local:$myhostname",
        "how mail for local domains is delivered",
    ),
    text(
        "mailbox_transport",
        "",
        "another delivery for all local users",
    ),
    text(
        "fallback_transport",
        "",
        "another delivery for unknown local users",
    ),
    text("mailbox_command", "", "a command that delivers local mail"),
    text(
        "home_mailbox",
        "",
        "the mailbox below the user's home; a final / means Maildir",
    ),
    text(
        "mail_spool_directory",
        "/var/mail",
        "where mailboxes are without home_mailbox",
    ),
    text("luser_relay", "", "who gets mail for unknown local users"),
    names(
        "forward_path",
        "$home/.forward${recipient_delimiter}${extension}, $home/.forward",
        "where a user's .forward is",
    ),
    names(
        "allow_mail_to_commands",
        "alias, forward",
        "where |command is allowed",
    ),
    names(
        "allow_mail_to_files",
        "alias, forward",
        "where /file is allowed",
    ),
    switch("biff", "yes", "tell the biff service about new mail"),
    tables("sender_dependent_relayhost_maps", "", "relayhost by sender"),
    tables(
        "sender_dependent_default_transport_maps",
        "",
        "default_transport by sender",
    ),
    tables(
        "smtp_generic_maps",
        "",
        "address rewriting when mail leaves",
    ),
    names(
        "smtp_host_lookup",
        "dns",
        "how hosts are found: dns, native",
    ),
    entry(
        "smtp_dns_support_level",
        "",
        Kind::Words(&["disabled", "enabled", "dnssec"]),
        "whether and how DNS is asked",
    ),
    entry(
        "smtp_address_preference",
        "any",
        Kind::Words(&["any", "ipv4", "ipv6"]),
        "which protocol is tried first",
    ),
    text("smtp_bind_address", "", "our address when sending"),
    text("smtp_bind_address6", "", "our IPv6 address when sending"),
    some_text(
        "smtp_helo_name",
        "$myhostname",
        "the name said in EHLO when sending",
    ),
    switch("smtp_always_send_ehlo", "yes", "begin with EHLO"),
    switch("smtp_never_send_ehlo", "no", "begin with HELO"),
    seconds(
        "smtp_connect_timeout",
        "30s",
        "how long a connection may take",
    ),
    seconds(
        "smtp_helo_timeout",
        "300s",
        "how long to wait for the greeting and EHLO",
    ),
    seconds("smtp_mail_timeout", "300s", "how long to wait after MAIL"),
    seconds("smtp_rcpt_timeout", "300s", "how long to wait after RCPT"),
    seconds(
        "smtp_data_init_timeout",
        "120s",
        "how long to wait after DATA",
    ),
    seconds(
        "smtp_data_xfer_timeout",
        "180s",
        "how long to wait for content to go",
    ),
    seconds(
        "smtp_data_done_timeout",
        "600s",
        "how long to wait for the final reply",
    ),
    seconds(
        "smtp_starttls_timeout",
        "300s",
        "how long to wait after STARTTLS, and for the handshake",
    ),
    seconds("smtp_rset_timeout", "20s", "how long to wait after RSET"),
    number(
        "smtp_mx_address_limit",
        "5",
        "addresses tried for one destination, 0 for all",
    ),
    number(
        "smtp_mx_session_limit",
        "2",
        "servers of one destination that mail is offered to, 0 for all",
    ),
    number(
        "initial_destination_concurrency",
        "5",
        "parallel deliveries to one destination at first",
    ),
    number(
        "default_destination_concurrency_failed_cohort_limit",
        "1",
        "rounds of failed deliveries until a destination counts as dead",
    ),
    seconds("smtp_quit_timeout", "300s", "how long to wait after QUIT"),
    switch(
        "smtp_skip_5xx_greeting",
        "yes",
        "try another server after a 5xx greeting",
    ),
    switch("disable_dns_lookups", "no", "never ask DNS when sending"),
    switch(
        "ignore_mx_lookup_error",
        "no",
        "use the A record when MX lookups fail",
    ),
    text(
        "bounce_size_limit",
        "50000",
        "how much of a message is returned in a bounce",
    ),
    text("bounce_template_file", "", "texts of bounces"),
    text(
        "bounce_notice_recipient",
        "postmaster",
        "who gets the copies that notify_classes = bounce asks for",
    ),
    text(
        "delay_notice_recipient",
        "postmaster",
        "who gets the warnings that notify_classes = delay asks for",
    ),
    text(
        "error_notice_recipient",
        "postmaster",
        "who is told of the problems that notify_classes names",
    ),
    text(
        "2bounce_notice_recipient",
        "postmaster",
        "who gets the bounces that nobody can be sent",
    ),
    names("always_bcc", "", "who gets a copy of everything"),
    tables("sender_bcc_maps", "", "who gets a copy, by sender"),
    tables("recipient_bcc_maps", "", "who gets a copy, by recipient"),
];

/// A number that may be 0.
const fn number(name: &'static str, default: &'static str, about: &'static str) -> Parameter {
    entry(name, default, Kind::Number { at_least: 0 }, about)
}
