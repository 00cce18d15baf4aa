//! How much is too much.

use super::{Kind, Parameter, count, entry, names, seconds};

const AT_LEAST_ONE: Kind = Kind::Number { at_least: 1 };

pub(super) const PARAMETERS: &[Parameter] = &[
    count(
        "message_size_limit",
        "10240000",
        "largest message, envelope included, in bytes; 0: no limit",
    ),
    count(
        "mailbox_size_limit",
        "51200000",
        "largest mailbox, in bytes; 0: no limit",
    ),
    count(
        "queue_minfree",
        "0",
        "free bytes that the queue's file system must have",
    ),
    entry(
        "hopcount_limit",
        "50",
        AT_LEAST_ONE,
        "most Received: headers before a message counts as looping",
    ),
    count(
        "header_size_limit",
        "102400",
        "most bytes of one header that are kept",
    ),
    entry(
        "line_length_limit",
        "2048",
        Kind::Number { at_least: 512 },
        "longest command line",
    ),
    entry(
        "smtpd_recipient_limit",
        "1000",
        AT_LEAST_ONE,
        "most recipients of one message",
    ),
    entry(
        "smtpd_recipient_overshoot_limit",
        "1000",
        AT_LEAST_ONE,
        "recipients beyond the limit before they count as errors",
    ),
    entry(
        "smtpd_history_flush_threshold",
        "100",
        AT_LEAST_ONE,
        "lines of the session kept for postmaster notices",
    ),
    entry(
        "smtpd_soft_error_limit",
        "10",
        AT_LEAST_ONE,
        "errors after which replies are delayed",
    ),
    entry(
        "smtpd_hard_error_limit",
        "${stress?{1}:{20}}",
        AT_LEAST_ONE,
        "errors after which the client is turned away",
    ),
    entry(
        "smtpd_junk_command_limit",
        "${stress?{1}:{100}}",
        AT_LEAST_ONE,
        "NOOP, VRFY, ETRN and RSET commands before they count as errors",
    ),
    count(
        "smtpd_client_connection_count_limit",
        "50",
        "simultaneous connections of one client",
    ),
    count(
        "smtpd_client_connection_rate_limit",
        "0",
        "connections of one client per anvil_rate_time_unit",
    ),
    count(
        "smtpd_client_message_rate_limit",
        "0",
        "messages of one client per anvil_rate_time_unit",
    ),
    count(
        "smtpd_client_recipient_rate_limit",
        "0",
        "recipients of one client per anvil_rate_time_unit",
    ),
    count(
        "smtpd_client_new_tls_session_rate_limit",
        "0",
        "TLS handshakes of one client per anvil_rate_time_unit",
    ),
    count(
        "smtpd_client_auth_rate_limit",
        "0",
        "AUTH commands of one client per anvil_rate_time_unit",
    ),
    names(
        "smtpd_client_event_limit_exceptions",
        "${smtpd_client_connection_limit_exceptions:$mynetworks}",
        "clients without such limits",
    ),
    names(
        "smtpd_client_connection_limit_exceptions",
        "",
        "the old name of smtpd_client_event_limit_exceptions",
    ),
    seconds(
        "anvil_rate_time_unit",
        "60s",
        "the time over which rates are counted",
    ),
    seconds(
        "anvil_status_update_time",
        "600s",
        "how often peak rates are logged",
    ),
    seconds(
        "max_idle",
        "100s",
        "how long a process waits for something to do before it ends",
    ),
    entry(
        "default_process_limit",
        "100",
        AT_LEAST_ONE,
        "most processes of one service",
    ),
    entry(
        "maximal_queue_lifetime",
        "5d",
        Kind::Time {
            unit: 'd',
            at_least: 0,
        },
        "how long a message may wait",
    ),
    entry(
        "bounce_queue_lifetime",
        "5d",
        Kind::Time {
            unit: 'd',
            at_least: 0,
        },
        "how long a bounce may wait",
    ),
    seconds(
        "queue_run_delay",
        "300s",
        "how often the deferred queue is looked at",
    ),
    seconds(
        "minimal_backoff_time",
        "300s",
        "shortest wait before another attempt",
    ),
    seconds(
        "maximal_backoff_time",
        "4000s",
        "longest wait before another attempt",
    ),
    entry(
        "delay_warning_time",
        "0h",
        Kind::Time {
            unit: 'h',
            at_least: 0,
        },
        "after how long the sender is told of a delay",
    ),
    entry(
        "virtual_alias_expansion_limit",
        "1000",
        AT_LEAST_ONE,
        "addresses that one may stand for",
    ),
    entry(
        "virtual_alias_recursion_limit",
        "1000",
        AT_LEAST_ONE,
        "aliases of aliases that are followed",
    ),
    entry(
        "virtual_alias_address_length_limit",
        "1000",
        AT_LEAST_ONE,
        "characters of an address that an alias stands for",
    ),
    entry(
        "qmgr_message_active_limit",
        "20000",
        AT_LEAST_ONE,
        "messages being delivered at the same time",
    ),
    count(
        "default_destination_recipient_limit",
        "50",
        "recipients per delivery, 0 for all",
    ),
    count(
        "default_destination_concurrency_limit",
        "20",
        "parallel deliveries to one destination, 0 for any number",
    ),
];
