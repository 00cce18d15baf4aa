//! The `Received:` header that the server puts on top of a message
//! (RFC 5321 §4.4, RFC 3848).

use crate::postfix::date::mail_date;
use crate::smtp::address;

use super::conversation::{Conversation, Protocol};

/// The header's lines.
pub(super) fn received(conversation: &Conversation) -> Vec<String> {
    let Some(transaction) = &conversation.transaction else {
        return Vec::new();
    };
    let service = &conversation.service;
    let client = &conversation.client;
    let helo = match &conversation.helo {
        Some(helo) => helo,
        None => client.shown_name(),
    };
    let mut lines = vec![format!(
        "Received: from {} ({} [{}])",
        helo,
        client.shown_name(),
        client.literal()
    )];
    lines.extend(tls_comment(conversation));
    if let Some(login) = &conversation.login
        && service.boolean("smtpd_sasl_authenticated_header")
    {
        let user = comment(&login.user);
        lines.push(format!("\t(Authenticated sender: {user})"));
    }
    let by = format!(
        "\tby {} ({}) with {} id {}",
        conversation.myhostname(),
        service.text("mail_name"),
        with(conversation, transaction.smtputf8),
        transaction.queue_id.as_deref().unwrap_or_default(),
    );
    let date = mail_date(transaction.arrival);
    if let [only] = &transaction.recipients[..] {
        lines.push(by);
        let recipient = address::external(&only.original);
        lines.push(format!("\tfor <{recipient}>; {date}"));
    } else {
        lines.push(format!("{by};"));
        lines.push(format!("\t{date}"));
    }
    lines
}

/// `SMTP`, `ESMTP`, `ESMTPS`, `ESMTPA`, `ESMTPSA`, or `UTF8SMTP…`.
fn with(conversation: &Conversation, smtputf8: bool) -> String {
    let protocol = if smtputf8 {
        "UTF8SMTP"
    } else {
        conversation.protocol.name()
    };
    let extended = conversation.protocol == Protocol::Esmtp;
    let tls = if extended && conversation.tls.is_some() {
        "S"
    } else {
        ""
    };
    let auth = if extended && conversation.login.is_some() {
        "A"
    } else {
        ""
    };
    format!("{protocol}{tls}{auth}")
}

/// How the connection is protected, if the service tells
/// (`smtpd_tls_received_header`).
fn tls_comment(conversation: &Conversation) -> Vec<String> {
    let Some(tls) = &conversation.tls else {
        return Vec::new();
    };
    if !conversation.service.boolean("smtpd_tls_received_header") {
        return Vec::new();
    }
    let suite = format!(
        "\t(using {} with cipher {} ({bits}/{bits} bits)",
        tls.version,
        tls.cipher,
        bits = tls.bits
    );
    let client = if conversation.service.boolean("smtpd_tls_ask_ccert") {
        "\t(Client did not present a certificate)"
    } else {
        "\t(No client certificate requested)"
    };
    let mut lines = if tls.details.is_empty() {
        vec![format!("{suite})")]
    } else {
        vec![suite, format!("\t{})", tls.details)]
    };
    lines.push(client.to_owned());
    lines
}

/// `text` so that it cannot end the comment it stands in.
fn comment(text: &str) -> String {
    let mut depth = 0_u32;
    let mut comment: String = text
        .chars()
        .map(|character| match character {
            '(' => {
                depth += 1;
                '('
            }
            ')' if depth > 0 => {
                depth -= 1;
                ')'
            }
            ')' | '\\' => '?',
            ' '..='~' => character,
            _ => '?',
        })
        .collect();
    comment.extend((0..depth).map(|_| ')'));
    comment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stays_a_comment() {
        assert_eq!(comment("ana (la) )x\\"), "ana (la) ?x?");
        assert_eq!(comment("((x"), "((x))");
    }
}
