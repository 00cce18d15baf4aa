//! Who may do what: restriction lists and what goes with them.

use super::{
    Kind, Parameter, count, entry, names, pause, restrictions, seconds, some_text, switch, tables,
    text,
};

const REJECT_CODE: Kind = Kind::Number { at_least: 0 };
const TEMPORARY: Kind = Kind::Words(&["defer_if_permit", "defer"]);

pub(super) const PARAMETERS: &[Parameter] = &[
    restrictions(
        "smtpd_client_restrictions",
        "",
        "restrictions on who connects",
    ),
    restrictions(
        "smtpd_helo_restrictions",
        "",
        "restrictions on HELO and EHLO",
    ),
    restrictions(
        "smtpd_sender_restrictions",
        "",
        "restrictions on the envelope sender (MAIL FROM)",
    ),
    restrictions(
        "smtpd_relay_restrictions",
        "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}",
        "who may relay mail to which destination (RCPT TO), before smtpd_recipient_restrictions",
    ),
    restrictions(
        "smtpd_recipient_restrictions",
        "",
        "restrictions on the envelope recipient (RCPT TO), after smtpd_relay_restrictions",
    ),
    restrictions("smtpd_data_restrictions", "", "restrictions on DATA"),
    restrictions(
        "smtpd_end_of_data_restrictions",
        "",
        "restrictions on the end of the message",
    ),
    restrictions("smtpd_etrn_restrictions", "", "restrictions on ETRN"),
    names(
        "smtpd_restriction_classes",
        "",
        "names of parameters that hold restriction lists of one's own",
    ),
    switch(
        "smtpd_delay_reject",
        "yes",
        "judge client, HELO and sender lists only at RCPT",
    ),
    switch(
        "smtpd_relay_before_recipient_restrictions",
        "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        "evaluate smtpd_relay_restrictions before smtpd_recipient_restrictions",
    ),
    switch(
        "smtpd_reject_unlisted_recipient",
        "yes",
        "refuse recipients that no table of the domain's class knows",
    ),
    switch(
        "smtpd_reject_unlisted_sender",
        "no",
        "refuse senders that no table of the domain's class knows",
    ),
    switch(
        "allow_untrusted_routing",
        "no",
        "relay user@there@here from strangers",
    ),
    switch(
        "show_user_unknown_table_name",
        "yes",
        "name the table in User unknown replies",
    ),
    some_text(
        "smtpd_null_access_lookup_key",
        "<>",
        "the key that stands for the null sender in access tables",
    ),
    tables(
        "smtpd_sender_login_maps",
        "",
        "which logins own a sender address",
    ),
    names(
        "permit_mx_backup_networks",
        "",
        "for permit_mx_backup: only domains whose primary MX is in these networks",
    ),
    some_text(
        "default_rbl_reply",
        "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain${rbl_reason?; $rbl_reason}",
        "the reply to clients in a DNS block list",
    ),
    tables(
        "rbl_reply_maps",
        "",
        "block list replies by block list domain",
    ),
    names(
        "maps_rbl_domains",
        "",
        "block lists of the old reject_maps_rbl",
    ),
    entry(
        "access_map_reject_code",
        "554",
        REJECT_CODE,
        "reply code of REJECT in access tables",
    ),
    entry(
        "access_map_defer_code",
        "450",
        REJECT_CODE,
        "reply code of DEFER in access tables",
    ),
    entry("defer_code", "450", REJECT_CODE, "reply code of defer"),
    entry("reject_code", "554", REJECT_CODE, "reply code of reject"),
    entry(
        "invalid_hostname_reject_code",
        "501",
        REJECT_CODE,
        "reply code of reject_invalid_helo_hostname",
    ),
    entry(
        "maps_rbl_reject_code",
        "554",
        REJECT_CODE,
        "reply code of block list rejections",
    ),
    entry(
        "multi_recipient_bounce_reject_code",
        "550",
        REJECT_CODE,
        "reply code of reject_multi_recipient_bounce",
    ),
    entry(
        "non_fqdn_reject_code",
        "504",
        REJECT_CODE,
        "reply code of reject_non_fqdn_*",
    ),
    entry(
        "plaintext_reject_code",
        "450",
        REJECT_CODE,
        "reply code of reject_plaintext_session",
    ),
    entry(
        "relay_domains_reject_code",
        "554",
        REJECT_CODE,
        "reply code of reject_unauth_destination; defer_unauth_destination uses 100 less",
    ),
    entry(
        "unknown_address_reject_code",
        "450",
        REJECT_CODE,
        "reply code of reject_unknown_{sender,recipient}_domain",
    ),
    entry(
        "unknown_client_reject_code",
        "450",
        REJECT_CODE,
        "reply code of reject_unknown_client_hostname",
    ),
    entry(
        "unknown_hostname_reject_code",
        "450",
        REJECT_CODE,
        "reply code of reject_unknown_helo_hostname",
    ),
    entry(
        "unknown_local_recipient_reject_code",
        "550",
        REJECT_CODE,
        "reply code for unknown local recipients",
    ),
    entry(
        "unknown_relay_recipient_reject_code",
        "550",
        REJECT_CODE,
        "reply code for unknown relay recipients",
    ),
    entry(
        "unknown_virtual_alias_reject_code",
        "550",
        REJECT_CODE,
        "reply code for unknown virtual alias recipients",
    ),
    entry(
        "unknown_virtual_mailbox_reject_code",
        "550",
        REJECT_CODE,
        "reply code for unknown virtual mailbox recipients",
    ),
    entry(
        "unknown_address_tempfail_action",
        "$reject_tempfail_action",
        TEMPORARY,
        "what to do when DNS fails for reject_unknown_{sender,recipient}_domain",
    ),
    entry(
        "unknown_helo_hostname_tempfail_action",
        "$reject_tempfail_action",
        TEMPORARY,
        "what to do when DNS fails for reject_unknown_helo_hostname",
    ),
    entry(
        "unverified_sender_tempfail_action",
        "$reject_tempfail_action",
        TEMPORARY,
        "what to do when a sender cannot be probed",
    ),
    entry(
        "unverified_recipient_tempfail_action",
        "$reject_tempfail_action",
        TEMPORARY,
        "what to do when a recipient cannot be probed",
    ),
    entry(
        "reject_tempfail_action",
        "defer_if_permit",
        TEMPORARY,
        "what a restriction does about a temporary failure",
    ),
    text(
        "smtpd_policy_service_default_action",
        "451 4.3.5 Server configuration problem",
        "what to do when a policy service does not answer",
    ),
    pause(
        "smtpd_policy_service_retry_delay",
        "1s",
        "the wait before a policy service is asked again",
    ),
    count(
        "smtpd_policy_service_try_limit",
        "2",
        "how often a policy service is asked",
    ),
    seconds(
        "smtpd_policy_service_max_idle",
        "300s",
        "after how long an idle policy connection is closed",
    ),
    names(
        "smtpd_authorized_xclient_hosts",
        "",
        "clients that may use XCLIENT",
    ),
    names(
        "smtpd_authorized_xforward_hosts",
        "",
        "clients that may use XFORWARD",
    ),
    names(
        "smtpd_authorized_verp_clients",
        "$authorized_verp_clients",
        "clients that may ask for VERP",
    ),
    names(
        "authorized_verp_clients",
        "$mynetworks",
        "clients that may ask for VERP",
    ),
    text(
        "smtpd_expansion_filter",
        r##"\t\40!"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"##,
        "characters of the session that a worded reply may repeat",
    ),
    text(
        "smtpd_reject_footer",
        "",
        "text appended to every 4xx and 5xx reply",
    ),
    names(
        "local_header_rewrite_clients",
        "permit_inet_interfaces",
        "clients whose missing headers are added",
    ),
    text(
        "remote_header_rewrite_domain",
        "",
        "the domain appended to addresses in headers from other clients",
    ),
];
