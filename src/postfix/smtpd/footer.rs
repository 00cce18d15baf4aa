//! What the service says under every refusal (`smtpd_reject_footer`).

use std::cell::RefCell;

use crate::postfix::expand::expand;
use crate::postfix::restrictions::attributes;
use crate::smtp::Reply;

use super::conversation::Conversation;

/// Adds the footer: as lines of their own, or after the text if it begins with
/// `\c`. A `\n` begins another line.
pub(super) fn add(conversation: &mut Conversation, reply: &mut Reply) {
    let template = conversation.service.text("smtpd_reject_footer");
    if template.is_empty() {
        return;
    }
    let attributes = attributes(
        &conversation.service,
        &conversation.facts(None),
        conversation.now,
    );
    let unknown = RefCell::new(Vec::new());
    let value_of = |name: &str| {
        let value = attributes.get(name).map(String::as_str);
        if value.is_none() {
            unknown.borrow_mut().push(name.to_owned());
        }
        value
    };
    let expanded = expand(template, &value_of);
    for name in unknown.into_inner() {
        conversation.warn(format!(
            "unknown macro name \"{name}\" in expansion request"
        ));
    }
    let Ok(footer) = expanded else {
        return;
    };
    let mut lines = footer.split("\\n");
    if let Some(rest) = footer.strip_prefix("\\c") {
        lines = rest.split("\\n");
        if let (Some(last), Some(first)) = (reply.lines.last_mut(), lines.next()) {
            last.push_str(first);
        }
    }
    reply.lines.extend(lines.map(str::to_owned));
}
