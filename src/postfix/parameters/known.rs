//! What Postfix 3.7 itself knows, imitated or not: the names that `postconf`
//! takes without a warning, and their defaults.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::postfix::master_cf;

/// The default of a parameter as `postconf -d` of Postfix 3.7 on Debian prints
/// it. `myhostname`, `mydomain` and `mynetworks` depend on the machine, and are
/// not here.
pub fn default(name: &str) -> Option<&'static str> {
    DEFAULTS.get(name).copied()
}

/// All of these, by name.
pub fn defaults() -> impl Iterator<Item = (&'static str, &'static str)> {
    DEFAULTS.iter().map(|(&name, &value)| (name, value))
}

/// The parameters that a service of master.cf brings along, such as
/// `relay_destination_rate_delay` (postconf(5), `transport_…`), with their
/// defaults.
pub fn of_service(service: &master_cf::Entry) -> impl Iterator<Item = (String, String)> {
    let (delivers, limited) = match service.command.as_str() {
        "pipe" => (true, true),
        "error" | "lmtp" | "local" | "smtp" | "virtual" => (true, false),
        "spawn" => (false, true),
        _ => (false, false),
    };
    let of = |suffix: &str, default: String| (format!("{}_{suffix}", service.name), default);
    let scheduling = if delivers { SCHEDULING } else { &[] };
    let scheduling = scheduling.iter().map(move |suffix| {
        let default = match *suffix {
            "initial_destination_concurrency" => "$initial_destination_concurrency".to_owned(),
            suffix => format!("$default_{suffix}"),
        };
        of(suffix, default)
    });
    let limit = limited.then(|| of("time_limit", "$command_time_limit".to_owned()));
    scheduling
        .chain(limit)
        .filter(|(name, _)| default(name).is_none())
}

/// Whether Postfix takes the name for compatibility's sake, without a default.
pub(super) fn is_legacy(name: &str) -> bool {
    LEGACY.contains(&name)
}

static DEFAULTS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("defaults.cf")
        .lines()
        .filter_map(|line| line.split_once(" ="))
        .map(|(name, value)| (name, value.trim_start()))
        .collect()
});

/// What the queue manager knows about each transport.
const SCHEDULING: &[&str] = &[
    "delivery_slot_cost",
    "delivery_slot_discount",
    "delivery_slot_loan",
    "destination_concurrency_failed_cohort_limit",
    "destination_concurrency_limit",
    "destination_concurrency_negative_feedback",
    "destination_concurrency_positive_feedback",
    "destination_rate_delay",
    "destination_recipient_limit",
    "extra_recipient_limit",
    "initial_destination_concurrency",
    "minimum_delivery_slots",
    "recipient_limit",
    "recipient_refill_delay",
    "recipient_refill_limit",
    "transport_rate_delay",
];

const LEGACY: &[&str] = &[
    "authorized_verp_clients",
    "fallback_relay",
    "lmtp_per_record_deadline",
    "smtp_per_record_deadline",
    "smtpd_client_connection_limit_exceptions",
    "smtpd_per_record_deadline",
    "virtual_maps",
];
