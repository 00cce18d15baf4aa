//! The SMTP server's dialogue.

use super::{Kind, Parameter, entry, names, pause, seconds, some_text, switch, tables, text};

pub(super) const PARAMETERS: &[Parameter] = &[
    some_text(
        "smtpd_banner",
        "$myhostname ESMTP $mail_name",
        "the text behind 220 in the greeting",
    ),
    switch(
        "smtpd_helo_required",
        "no",
        "insist on HELO or EHLO before MAIL",
    ),
    switch("disable_vrfy_command", "no", "refuse VRFY"),
    switch(
        "smtpd_delay_open_until_valid_rcpt",
        "yes",
        "give a message its queue id only when a recipient was accepted",
    ),
    switch(
        "cleanup_replace_stray_cr_lf",
        "yes",
        "replace a stray CR or LF in a message by a space",
    ),
    names(
        "fast_flush_domains",
        "$relay_domains",
        "sites whose mail may be asked for with ETRN",
    ),
    names(
        "smtpd_noop_commands",
        "",
        "commands that are answered like NOOP",
    ),
    names(
        "smtpd_forbidden_commands",
        "CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}",
        "commands after which the client is turned away",
    ),
    names(
        "smtpd_discard_ehlo_keywords",
        "",
        "extensions that are not announced in EHLO",
    ),
    tables(
        "smtpd_discard_ehlo_keyword_address_maps",
        "",
        "extensions not announced, by client address",
    ),
    entry(
        "smtpd_upstream_proxy_protocol",
        "",
        Kind::Words(&["haproxy"]),
        "the protocol of a proxy in front: haproxy",
    ),
    seconds(
        "smtpd_upstream_proxy_timeout",
        "5s",
        "how long to wait for the proxy's line",
    ),
    seconds(
        "smtpd_timeout",
        "${stress?{10}:{300}}s",
        "how long to wait for the client",
    ),
    pause(
        "smtpd_error_sleep_time",
        "1s",
        "delay of replies after smtpd_soft_error_limit errors",
    ),
    seconds(
        "smtpd_starttls_timeout",
        "${stress?{10}:{300}}s",
        "how long the TLS handshake may take",
    ),
    switch(
        "smtpd_peername_lookup",
        "yes",
        "look up the client's name in DNS",
    ),
    switch(
        "smtpd_forbid_unauth_pipelining",
        "no",
        "hang up on commands sent before they may be",
    ),
    entry(
        "smtpd_forbid_bare_newline",
        "no",
        Kind::Words(&["no", "yes", "normalize", "reject", "note"]),
        "what to do about lines that end in a bare LF",
    ),
    names(
        "smtpd_forbid_bare_newline_exclusions",
        "$mynetworks",
        "clients that may send a bare LF",
    ),
    entry(
        "smtpd_forbid_bare_newline_reject_code",
        "550",
        Kind::Number { at_least: 0 },
        "reply code for a bare LF",
    ),
    text("stress", "", "set while all smtpd processes are busy"),
    switch(
        "broken_sasl_auth_clients",
        "no",
        "announce AUTH=… too, for very old clients",
    ),
    switch(
        "enable_long_queue_ids",
        "no",
        "use long, never repeated queue ids",
    ),
    switch(
        "detect_8bit_encoding_header",
        "yes",
        "look at Content-Transfer-Encoding in headers",
    ),
    switch("strict_7bit_headers", "no", "refuse 8-bit text in headers"),
    switch(
        "strict_8bitmime",
        "no",
        "refuse 8-bit text that is not announced",
    ),
    entry(
        "info_log_address_format",
        "external",
        Kind::Words(&["external", "internal"]),
        "how addresses are written in the log",
    ),
    names(
        "notify_classes",
        "resource, software",
        "problems that the postmaster is told about",
    ),
    names(
        "always_add_missing_headers",
        "no",
        "add missing From:, Date: and Message-Id: headers",
    ),
    names(
        "message_drop_headers",
        "bcc, content-length, resent-bcc, return-path",
        "headers that are removed",
    ),
    names(
        "smtpd_milters",
        "",
        "mail filters for mail that comes by SMTP",
    ),
    names("non_smtpd_milters", "", "mail filters for other mail"),
    text(
        "milter_macro_daemon_name",
        "$myhostname",
        "the {daemon_name} that milters are told",
    ),
    text(
        "milter_default_action",
        "tempfail",
        "what to do when a milter is not there",
    ),
    text("milter_protocol", "6", "the milter protocol version"),
    text("content_filter", "", "where all mail goes for inspection"),
    names(
        "receive_override_options",
        "",
        "parts of the processing that are left out",
    ),
    text(
        "smtpd_proxy_filter",
        "",
        "a filter that mail passes before it is queued",
    ),
];
