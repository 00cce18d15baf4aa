//! Lists of clients and domains, as the policy matches them.

use crate::postfix::restrictions;

use super::conversation::Conversation;
use super::interface::Services;

/// Whether `parameter` lists the client. What is wrong with the list goes to
/// the log, each time it is looked at.
pub(super) fn is_listed(
    conversation: &mut Conversation,
    parameter: &'static str,
    services: &dyn Services,
) -> bool {
    if conversation.service.text(parameter).is_empty() {
        return false;
    }
    let (listed, log) = restrictions::is_listed_client(
        &conversation.service,
        parameter,
        &conversation.client,
        services,
    );
    conversation.log_all(log);
    listed
}

/// Whether `parameter` lists a domain, or one above it.
pub(super) fn is_domain_listed(conversation: &Conversation, parameter: &str, domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    conversation.service.list(parameter).iter().any(|entry| {
        let entry = entry.to_ascii_lowercase();
        let above = domain.strip_suffix(&entry);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    })
}

/// Whether `text` is an address literal (RFC 5321 §4.1.3).
pub(super) fn is_literal(text: &str) -> bool {
    text.starts_with('[') && crate::postfix::address::literal(text).is_some()
}
