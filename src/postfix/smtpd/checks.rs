//! What `cleanup` does with a message while it comes in: how many servers it
//! came through, what its headers and its body say (`header_checks`,
//! `body_checks`; `header_checks(5)`), and which Message-ID it has.

use std::borrow::Cow;
use std::sync::Arc;

use crate::postfix::cleanup::{self, Envelope, Header};
use crate::postfix::long_header;
use crate::postfix::reason::Rule;
use crate::postfix::rewrite;

use super::conversation::{Conversation, shortened};
use super::interface::{Recipient, Services};
use super::notice::ErrorClass;
use super::outcome::Refusal;

/// A message that may go in, and what the checks made of it.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) message: Vec<u8>,
    /// It goes to the hold queue.
    pub(super) hold: bool,
    /// It is thrown away without a word.
    pub(super) discard: bool,
    /// It goes to these and nobody else, or to these besides.
    pub(super) redirect: Option<Recipient>,
    pub(super) bcc: Vec<Recipient>,
}

/// What a table said about a line, besides nothing.
enum Action {
    Bcc(String),
    Discard(String),
    Hold(String),
    Ignore,
    Info(String),
    Prepend(String),
    Redirect(String),
    Reject(String),
    Replace(String),
    Warn(String),
}

/// Which part of the message a line belongs to.
#[derive(Clone, Copy)]
enum Part {
    /// The header, of whose fields so many bytes are kept (`header_size_limit`).
    Header(usize),
    Body,
}

impl Part {
    /// What is written of a line, or of a field with its continuation lines.
    fn kept(self, line: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Header(limit) => long_header::cut(line, limit),
            Self::Body => Cow::Borrowed(line),
        }
    }
}

/// Looks at the message, and completes its header if the client is local.
pub(super) fn check(
    conversation: &mut Conversation,
    message: &[u8],
    services: &dyn Services,
) -> Result<Taken, Refusal> {
    let mut taken = Taken::default();
    take(conversation, &mut taken, message, services)?;
    Ok(taken)
}

/// What `cleanup` has written into its log of a message that broke off, or that
/// `smtpd` turned away in the end: the checks' findings, and the Message-ID.
pub(super) fn abandon(conversation: &mut Conversation, part: &[u8], services: &dyn Services) {
    let mut taken = Taken::default();
    let (mut last, mut rest) = (0, part);
    while !rest.is_empty() && !starts_body(rest) {
        last = part.len() - rest.len();
        rest = next_header(rest).1;
    }
    // The verdict comes too late.
    let _ = if rest.is_empty() {
        // The last field might have gone on.
        let fields = part.get(..last).unwrap_or_default();
        take_header(conversation, &mut taken, fields, services).map(|_| ())
    } else {
        take(conversation, &mut taken, part, services)
    };
}

fn take(
    conversation: &mut Conversation,
    taken: &mut Taken,
    message: &[u8],
    services: &dyn Services,
) -> Result<(), Refusal> {
    let (header, mut rest) = take_header(conversation, taken, message, services)?;
    end_header(conversation, taken, &header, services);
    let service = Arc::clone(&conversation.service);
    let tables = service.list("body_checks");
    if tables.is_empty() {
        taken.message.extend_from_slice(rest);
        return Ok(());
    }
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        check_line(conversation, taken, tables, Part::Body, line, services)?;
    }
    Ok(())
}

/// Takes the fields of the header; what comes after them is left.
fn take_header<'a>(
    conversation: &mut Conversation,
    taken: &mut Taken,
    message: &'a [u8],
    services: &dyn Services,
) -> Result<(Header, &'a [u8]), Refusal> {
    let service = Arc::clone(&conversation.service);
    let tables = service.list("header_checks");
    let limit = conversation.service.number("hopcount_limit");
    let bytes = |parameter| usize::try_from(conversation.service.number(parameter));
    let longest = bytes("header_size_limit").unwrap_or(usize::MAX);
    let longest_line = bytes("line_length_limit").unwrap_or(usize::MAX);
    let is_ours = is_local(conversation);
    let mut header = Header::default();
    let mut hops = 0;
    let mut rest = message;
    while !rest.is_empty() && !starts_body(rest) {
        let (field, after) = next_header(rest);
        rest = after;
        let mut field = long_header::collected(field, longest, longest_line);
        if is_ours {
            field = Cow::Owned(cleanup::completed(&conversation.service, &field));
        }
        let part = Part::Header(longest);
        check_line(conversation, taken, tables, part, &field, services)?;
        hops += i64::from(is_hop(&field));
        let queue_id = conversation.queue_id().to_owned();
        if hops >= limit {
            log(
                conversation,
                format!("warning: {queue_id}: message rejected: hopcount exceeded"),
            );
            let refusal = Refusal::new(Rule::TooManyHops, 554, "5.4.0", "Error: too many hops");
            return Err(refusal.of(ErrorClass::Bounce).about(&hops));
        }
        if let Some(line) = header.field(&queue_id, &field) {
            log(conversation, line);
        }
    }
    Ok((header, rest))
}

/// Adds what the header lacks, if it may be added.
fn end_header(
    conversation: &mut Conversation,
    taken: &mut Taken,
    header: &Header,
    services: &dyn Services,
) {
    let service = conversation.service.clone();
    let transaction = conversation.transaction.as_ref();
    let sender = transaction.map_or("", |transaction| &transaction.sender);
    let envelope = Envelope {
        queue_id: conversation.queue_id(),
        sender: &rewrite::rewrite(&service, sender),
        now: services.now(),
    };
    let may_add = is_local(conversation) || service.boolean("always_add_missing_headers");
    let (added, line) = header.end(&service, &envelope, may_add);
    taken.message.extend_from_slice(added.as_bytes());
    if let Some(line) = line {
        log(conversation, line);
    }
}

/// Looks a header or a body line up and does what the tables say.
fn check_line(
    conversation: &mut Conversation,
    taken: &mut Taken,
    tables: &[String],
    part: Part,
    line: &[u8],
    services: &dyn Services,
) -> Result<(), Refusal> {
    let kept = part.kept(line);
    if tables.is_empty() {
        taken.message.extend_from_slice(&kept);
        return Ok(());
    }
    let text = String::from_utf8_lossy(line).replace("\r\n", "\n");
    let text = text.trim_end_matches('\n');
    let Some(action) = find(conversation, tables, text, services) else {
        taken.message.extend_from_slice(&kept);
        return Ok(());
    };
    let kind = match part {
        Part::Header(_) => "header",
        Part::Body => "body",
    };
    let mut report = |verb: &str, optional: &str| {
        let line = report(conversation, verb, kind, text, optional);
        log(conversation, line);
    };
    match action {
        Action::Reject(optional) => {
            let (enhanced, words) = with_enhanced_code(&optional);
            let said = if words.is_empty() {
                "message content rejected"
            } else {
                words
            };
            report("reject", &format!("{enhanced} {said}"));
            let reply = if words.is_empty() {
                "Error: message content rejected"
            } else {
                words
            };
            let rule = match part {
                Part::Header(_) => Rule::HeaderRejected,
                Part::Body => Rule::BodyRejected,
            };
            let refusal = Refusal::new(rule, 550, enhanced, reply).about(text);
            return Err(refusal.of(ErrorClass::Policy));
        }
        Action::Warn(optional) => report("warning", &optional),
        Action::Info(optional) => report("info", &optional),
        Action::Hold(optional) => {
            report("hold", &optional);
            taken.hold = true;
        }
        Action::Discard(optional) => {
            report("discard", &optional);
            taken.discard = true;
        }
        Action::Redirect(address) => {
            report("redirect", &address);
            taken.redirect = Some(recipient(address));
        }
        Action::Bcc(address) => {
            report("bcc", &address);
            taken.bcc.push(recipient(address));
        }
        Action::Prepend(text) => {
            report("prepend", &text);
            add(&mut taken.message, &text);
        }
        Action::Replace(text) => {
            report("replace", &text);
            let line = format!("{text}\r\n");
            taken.message.extend_from_slice(&part.kept(line.as_bytes()));
            return Ok(());
        }
        Action::Ignore => return Ok(()),
    }
    taken.message.extend_from_slice(&kept);
    Ok(())
}

fn recipient(address: String) -> Recipient {
    Recipient {
        original: address.clone(),
        address,
        ..Recipient::default()
    }
}

fn add(message: &mut Vec<u8>, line: &str) {
    message.extend_from_slice(line.as_bytes());
    message.extend_from_slice(b"\r\n");
}

/// The first table that has something to say decides.
fn find(
    conversation: &mut Conversation,
    tables: &[String],
    text: &str,
    services: &dyn Services,
) -> Option<Action> {
    let service = conversation.service.clone();
    let mut lookups = service.lookups(services);
    let value = tables
        .iter()
        .find_map(|table| lookups.get(table, text).ok().flatten())?;
    let (word, optional) = match value.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim().to_owned()),
        None => (value.as_str(), String::new()),
    };
    Some(match word.to_ascii_uppercase().as_str() {
        "BCC" => Action::Bcc(optional),
        "DISCARD" => Action::Discard(optional),
        "HOLD" => Action::Hold(optional),
        "IGNORE" => Action::Ignore,
        "INFO" => Action::Info(optional),
        "PREPEND" => Action::Prepend(optional),
        "REDIRECT" => Action::Redirect(optional),
        "REJECT" => Action::Reject(optional),
        "REPLACE" => Action::Replace(optional),
        "WARN" => Action::Warn(optional),
        // `DUNNO` and `OK` end the search.
        _ => return None,
    })
}

/// The enhanced status code that a text begins with, or the usual one.
fn with_enhanced_code(text: &str) -> (&str, &str) {
    match crate::smtp::reply::enhanced_code(500, text) {
        Some(code) => (code, text.strip_prefix(code).unwrap_or(text).trim_start()),
        None => ("5.7.1", text),
    }
}

/// `QID: reject: header Subject: … from client[address]; from=<…> …: text`.
fn report(
    conversation: &Conversation,
    verb: &str,
    kind: &str,
    content: &str,
    optional: &str,
) -> String {
    let mut line = format!(
        "{}: {verb}: {kind} {} from {};{}",
        conversation.queue_id(),
        shortened(&content.replace('\n', "?"), 200),
        conversation.client_name(),
        conversation.circumstances()
    );
    if !optional.is_empty() {
        line.push_str(": ");
        line.push_str(optional);
    }
    line
}

/// Whether a field says that another server had the message.
fn is_hop(field: &[u8]) -> bool {
    let name = field.split_at_checked(9).map(|(name, _)| name);
    name.is_some_and(|name| name.eq_ignore_ascii_case(b"received:"))
}

fn starts_body(rest: &[u8]) -> bool {
    rest.starts_with(b"\r\n")
}

/// The first line, with its line end, and the rest.
fn next_line(message: &[u8]) -> (&[u8], &[u8]) {
    let end = message
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(message.len(), |position| position + 1);
    message.split_at(end)
}

/// The first header with its continuation lines, and the rest.
fn next_header(message: &[u8]) -> (&[u8], &[u8]) {
    let mut end = next_line(message).0.len();
    while let Some(rest @ [b' ' | b'\t', ..]) = message.get(end..) {
        end += next_line(rest).0.len();
    }
    message.split_at(end)
}

/// `cleanup` could not write the last of a queue file that grew too long.
pub(super) fn complain_of_size(conversation: &mut Conversation) {
    let text = "warning: mail_stream_cleanup: close error";
    log(conversation, text.to_owned());
}

/// Writes a line of `cleanup`'s log.
fn log(conversation: &mut Conversation, text: String) {
    conversation.log_of("cleanup", text);
}

/// Whether the client counts as local, so that missing headers are added
/// (`local_header_rewrite_clients = permit_inet_interfaces`).
fn is_local(conversation: &Conversation) -> bool {
    let address = conversation.client.address;
    address.is_loopback() || conversation.service.owns(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_unfolded() {
        let message = b"Received: a\r\n\tb\r\nreceived: c\r\nX: y\r\n\r\nReceived: no\r\n";
        let (first, rest) = next_header(message);
        assert_eq!(first, b"Received: a\r\n\tb\r\n");
        assert!(rest.starts_with(b"received: c"));
    }

    #[test]
    fn a_rejection_may_bring_its_own_code() {
        assert_eq!(with_enhanced_code("5.7.99 no"), ("5.7.99", "no"));
        assert_eq!(with_enhanced_code("no"), ("5.7.1", "no"));
        assert_eq!(with_enhanced_code(""), ("5.7.1", ""));
    }
}
