//! Who this mail system is.

use super::{Kind, Parameter, entry, names, some_text, switch, text};

pub(super) const PARAMETERS: &[Parameter] = &[
    text(
        "compatibility_level",
        "0",
        "the Postfix version whose defaults apply",
    ),
    some_text(
        "mail_name",
        "Postfix",
        "the name of the mail system, as in the greeting and Received: headers",
    ),
    text("mail_version", "3.7.11", "the version of the mail system"),
    some_text(
        "myhostname",
        "",
        "the Internet name of this machine; by default what gethostname() says",
    ),
    some_text(
        "mydomain",
        "",
        "the domain of this machine; by default $myhostname without its first label",
    ),
    some_text(
        "myorigin",
        "$myhostname",
        "the domain that is appended to addresses without one",
    ),
    names(
        "mydestination",
        "$myhostname, localhost.$mydomain, localhost",
        "the domains whose mail is delivered to local accounts",
    ),
    names(
        "mynetworks",
        "",
        "the clients that are trusted more than strangers (permit_mynetworks)",
    ),
    entry(
        "mynetworks_style",
        "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
        Kind::Words(&["class", "host", "subnet"]),
        "how mynetworks is made up when it is not set",
    ),
    names(
        "inet_interfaces",
        "all",
        "the addresses that mail is received on",
    ),
    entry(
        "inet_protocols",
        "all",
        Kind::Mask(&["all", "ipv4", "ipv6"]),
        "the Internet protocols in use: ipv4, ipv6 or all",
    ),
    names(
        "proxy_interfaces",
        "",
        "addresses of proxies or address translators in front of this host, ours too",
    ),
    text(
        "queue_directory",
        "/var/spool/postfix",
        "where the queue is",
    ),
    text(
        "config_directory",
        "/etc/postfix",
        "where main.cf and master.cf are",
    ),
    text(
        "data_directory",
        "/var/lib/postfix",
        "where caches and generated keys are",
    ),
    some_text("mail_owner", "postfix", "the account that owns the queue"),
    text(
        "multi_instance_name",
        "",
        "the name of this instance, if there are several",
    ),
    text(
        "syslog_name",
        "${multi_instance_name?{$multi_instance_name}:{postfix}}",
        "the name in front of log records",
    ),
    some_text("syslog_facility", "mail", "the syslog facility"),
    text(
        "service_name",
        "",
        "the master.cf service, as $service_name in values",
    ),
    names(
        "alias_database",
        "hash:/etc/aliases",
        "the alias tables that newaliases rebuilds",
    ),
    some_text(
        "default_database_type",
        "hash",
        "the table type of postalias and postmap when none is given",
    ),
    names(
        "parent_domain_matches_subdomains",
        "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps",
        "the features in which example.com also means its subdomains",
    ),
    switch(
        "soft_bounce",
        "no",
        "answer 4xx where 5xx is meant, so that nothing is lost while testing",
    ),
    switch(
        "smtputf8_enable",
        "${{$compatibility_level} <level {1} ? {no} : {yes}}",
        "accept internationalised addresses (RFC 6531)",
    ),
    switch(
        "strict_smtputf8",
        "no",
        "insist on SMTPUTF8 in MAIL for internationalised addresses",
    ),
    switch(
        "helpful_warnings",
        "yes",
        "warn about settings that contradict each other",
    ),
    switch(
        "respectful_logging",
        "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        "avoid the words whitelist and blacklist in the log",
    ),
];
