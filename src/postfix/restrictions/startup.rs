//! What an `smtpd` process does before it serves anybody: read its parameters,
//! open its tables, and refuse to be an open relay by mistake.

use crate::postfix::configuration::Service;
use crate::postfix::smtpd::Services;
use crate::postfix::table::is_table;

/// One of these must be reached in the relay or the recipient list.
const REQUIRED: [&str; 6] = [
    "reject_unauth_destination",
    "defer_unauth_destination",
    "reject",
    "defer",
    "defer_if_permit",
    "check_relay_domains",
];

/// Parameters that hold restriction lists.
const LISTS: [&str; 8] = [
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_etrn_restrictions",
    "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions",
];

/// Parameters that hold tables which `smtpd` opens, alone or among other words.
const TABLES: [&str; 14] = [
    "mynetworks",
    "mydestination",
    "relay_domains",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
    "virtual_alias_maps",
    "virtual_mailbox_maps",
    "local_recipient_maps",
    "relay_recipient_maps",
    "canonical_maps",
    "sender_canonical_maps",
    "recipient_canonical_maps",
    "smtpd_sender_login_maps",
    "smtpd_command_filter",
];

/// What an `smtpd` process says when it starts, before any client.
///
/// # Errors
/// The process dies: the log texts, of which the last begins `fatal: `. The
/// client gets no greeting, and `master` waits before it tries again.
pub fn startup(service: &Service, services: &dyn Services) -> Result<Vec<String>, Vec<String>> {
    if let Some(words) = service.fatal() {
        let mut log = service.remarks().to_vec();
        log.push(format!("fatal: {words}"));
        return Err(log);
    }
    let lookups = service.lookups(services);
    let mut log = service.remarks().to_vec();
    let classes = service.list("smtpd_restriction_classes");
    if let Some(class) = classes.iter().find(|it| service.text(it).is_empty()) {
        log.push(format!(
            "fatal: restriction class `{class}' needs a definition"
        ));
        return Err(log);
    }
    for table in named_tables(service) {
        for words in lookups.opening(&table) {
            if !log.contains(&words) {
                log.push(words);
            }
        }
    }
    for class in service.list("smtpd_restriction_classes") {
        if service.text(class).is_empty() {
            log.push(format!(
                "fatal: restriction class `{class}' needs a definition"
            ));
            return Err(log);
        }
    }
    let lists = ["smtpd_recipient_restrictions", "smtpd_relay_restrictions"];
    if lists
        .iter()
        .any(|parameter| has_required(service, service.list(parameter), &mut log, 0))
    {
        return Ok(log);
    }
    log.push(
        "fatal: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, \
         specify at least one working instance of: reject_unauth_destination, \
         defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains"
            .to_owned(),
    );
    Err(log)
}

fn has_required(
    service: &Service,
    restrictions: &[String],
    log: &mut Vec<String>,
    depth: usize,
) -> bool {
    let classes = service.list("smtpd_restriction_classes");
    let mut rest = restrictions.iter();
    while let Some(restriction) = rest.next() {
        if restriction == "warn_if_reject" {
            rest.next();
        } else if restriction == "permit" {
            if let Some(next) = rest.next() {
                log.push(format!(
                    "warning: restriction `{next}' after `permit' is ignored"
                ));
            }
            return false;
        } else if REQUIRED.contains(&restriction.as_str())
            || classes.contains(restriction)
                && depth < classes.len()
                && has_required(service, service.list(restriction), log, depth + 1)
        {
            return true;
        }
    }
    false
}

fn named_tables(service: &Service) -> Vec<String> {
    let classes = service.list("smtpd_restriction_classes");
    LISTS
        .iter()
        .chain(&TABLES)
        .copied()
        .chain(classes.iter().map(String::as_str))
        .flat_map(|parameter| service.list(parameter))
        .map(|word| word.trim_start_matches('!').to_owned())
        // `check_policy_service unix:private/policy` has a colon, too.
        .filter(|word| {
            is_table(word) && !word.starts_with("unix:private") && !word.starts_with("inet:")
        })
        .collect()
}
