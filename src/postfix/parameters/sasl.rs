//! Authentication, as a server and as a client.

use super::{Kind, Parameter, entry, names, some_text, switch, tables, text};

pub(super) const PARAMETERS: &[Parameter] = &[
    switch("smtpd_sasl_auth_enable", "no", "offer AUTH"),
    some_text(
        "smtpd_sasl_type",
        "cyrus",
        "who judges passwords: dovecot or cyrus",
    ),
    some_text("smtpd_sasl_path", "smtpd", "where that program listens"),
    text(
        "smtpd_sasl_local_domain",
        "",
        "the realm for user names without one",
    ),
    names(
        "smtpd_sasl_security_options",
        "noanonymous",
        "mechanisms that are not offered",
    ),
    names(
        "smtpd_sasl_tls_security_options",
        "$smtpd_sasl_security_options",
        "mechanisms that are not offered within TLS",
    ),
    names(
        "smtpd_sasl_mechanism_filter",
        "!external, static:rest",
        "mechanisms that are announced",
    ),
    names(
        "smtpd_sasl_exceptions_networks",
        "",
        "clients that AUTH is not announced to",
    ),
    switch(
        "smtpd_sasl_authenticated_header",
        "no",
        "put the user name into the Received: header",
    ),
    text(
        "smtpd_sasl_service",
        "smtp",
        "the service name passed to the SASL program",
    ),
    entry(
        "smtpd_sasl_response_limit",
        "12288",
        Kind::Number { at_least: 12_288 },
        "longest AUTH response",
    ),
    switch(
        "smtp_sasl_auth_enable",
        "no",
        "log in to servers when sending",
    ),
    tables(
        "smtp_sasl_password_maps",
        "",
        "user name and password by server",
    ),
    names(
        "smtp_sasl_security_options",
        "noplaintext, noanonymous",
        "mechanisms not used when sending",
    ),
    names(
        "smtp_sasl_tls_security_options",
        "$smtp_sasl_security_options",
        "mechanisms not used within TLS when sending",
    ),
    names(
        "smtp_sasl_mechanism_filter",
        "",
        "mechanisms used when sending",
    ),
    some_text(
        "smtp_sasl_type",
        "cyrus",
        "the SASL program used when sending",
    ),
    switch(
        "smtp_sender_dependent_authentication",
        "no",
        "choose the login by the sender",
    ),
];
