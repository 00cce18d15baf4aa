//! TLS, as a server and as a client.

use super::{Kind, Parameter, count, entry, names, pause, switch, tables, text};

pub(super) const PARAMETERS: &[Parameter] = &[
    entry(
        "smtpd_tls_security_level",
        "",
        Kind::Text { at_least: 0 },
        "what TLS means to this server: offered, required or absent",
    ),
    switch(
        "smtpd_use_tls",
        "no",
        "the old form of smtpd_tls_security_level = may",
    ),
    switch(
        "smtpd_enforce_tls",
        "no",
        "the old form of smtpd_tls_security_level = encrypt",
    ),
    switch("smtpd_tls_auth_only", "no", "no AUTH before TLS"),
    switch(
        "smtpd_tls_wrappermode",
        "no",
        "begin with TLS, without STARTTLS",
    ),
    text(
        "smtpd_tls_cert_file",
        "",
        "the server's certificate, its issuers behind it",
    ),
    text(
        "smtpd_tls_key_file",
        "$smtpd_tls_cert_file",
        "the certificate's private key",
    ),
    text(
        "smtpd_tls_eccert_file",
        "",
        "a second certificate with an elliptic curve key",
    ),
    text(
        "smtpd_tls_eckey_file",
        "$smtpd_tls_eccert_file",
        "its private key",
    ),
    names(
        "smtpd_tls_chain_files",
        "",
        "keys with their certificate chains",
    ),
    text(
        "smtpd_tls_CAfile",
        "",
        "certificate authorities: they complete our chain, and vouch for client certificates",
    ),
    text("smtpd_tls_CApath", "", "a directory of them"),
    count("smtpd_tls_loglevel", "0", "how much TLS writes to the log"),
    switch(
        "smtpd_tls_received_header",
        "no",
        "put the TLS session into the Received: header",
    ),
    switch("smtpd_tls_ask_ccert", "no", "ask for a client certificate"),
    switch(
        "smtpd_tls_req_ccert",
        "no",
        "insist on a client certificate",
    ),
    names(
        "smtpd_tls_protocols",
        ">=TLSv1",
        "protocol versions when TLS is optional",
    ),
    names(
        "smtpd_tls_mandatory_protocols",
        ">=TLSv1",
        "protocol versions when TLS is required",
    ),
    text(
        "smtpd_tls_ciphers",
        "medium",
        "cipher grade when TLS is optional",
    ),
    text(
        "smtpd_tls_mandatory_ciphers",
        "medium",
        "cipher grade when TLS is required",
    ),
    names("smtpd_tls_exclude_ciphers", "", "ciphers that are not used"),
    text(
        "smtpd_tls_session_cache_database",
        "",
        "where TLS sessions are kept",
    ),
    pause(
        "smtpd_tls_session_cache_timeout",
        "3600s",
        "how long TLS sessions are kept",
    ),
    text(
        "smtpd_tls_dh1024_param_file",
        "",
        "Diffie-Hellman parameters",
    ),
    text(
        "smtpd_tls_fingerprint_digest",
        "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        "digest of certificate fingerprints",
    ),
    switch(
        "tls_preempt_cipherlist",
        "no",
        "the server's order of ciphers counts",
    ),
    tables(
        "relay_clientcerts",
        "",
        "fingerprints of client certificates that may relay",
    ),
    entry(
        "smtp_tls_security_level",
        "",
        Kind::Words(&[
            "none",
            "may",
            "encrypt",
            "dane",
            "dane-only",
            "fingerprint",
            "verify",
            "secure",
        ]),
        "what TLS means when sending",
    ),
    switch(
        "smtp_use_tls",
        "no",
        "the old form of smtp_tls_security_level = may",
    ),
    switch(
        "smtp_enforce_tls",
        "no",
        "the old form of smtp_tls_security_level = verify",
    ),
    switch(
        "smtp_tls_enforce_peername",
        "yes",
        "whether smtp_enforce_tls asks for a certificate with the right name",
    ),
    switch(
        "smtp_tls_wrappermode",
        "no",
        "begin with TLS when sending, without STARTTLS",
    ),
    text(
        "smtp_tls_CAfile",
        "",
        "certificate authorities that servers are checked against",
    ),
    text("smtp_tls_CApath", "", "a directory of them"),
    text("smtp_tls_cert_file", "", "our certificate when sending"),
    text(
        "smtp_tls_key_file",
        "$smtp_tls_cert_file",
        "its private key",
    ),
    count(
        "smtp_tls_loglevel",
        "0",
        "how much TLS writes to the log when sending",
    ),
    tables("smtp_tls_policy_maps", "", "TLS level by destination"),
    names(
        "smtp_tls_protocols",
        ">=TLSv1",
        "protocol versions when sending",
    ),
    names(
        "smtp_tls_mandatory_protocols",
        ">=TLSv1",
        "protocol versions when TLS is required to send",
    ),
    names(
        "smtp_tls_verify_cert_match",
        "hostname",
        "the names that a certificate must have at level verify",
    ),
    names(
        "smtp_tls_secure_cert_match",
        "nexthop, dot-nexthop",
        "the names that a certificate must have at level secure",
    ),
    switch(
        "smtp_tls_note_starttls_offer",
        "no",
        "log servers that offer STARTTLS when TLS is off",
    ),
    text(
        "smtp_tls_session_cache_database",
        "",
        "where TLS sessions are kept when sending",
    ),
    text(
        "tls_random_source",
        "dev:/dev/urandom",
        "where random numbers come from",
    ),
];
