//! BDAT (RFC 3030): the message in counted chunks, without an end mark.

use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;
use crate::postfix::restrictions;
use crate::smtp::{LineEnd, LineReader, Overlong, Reply};

use super::command::Word;
use super::content::{self, Content, Fault, Way};
use super::conversation::{Conversation, shortened};
use super::interface::Services;
use super::newline::BareNewline;
use super::notice::ErrorClass;
use super::outcome::{Answer, Next, Refusal, refuse};

/// How the chunks of this transaction stand.
#[derive(Debug, Default)]
pub(super) enum Chunks {
    /// There was none.
    #[default]
    None,
    /// Some came; the message so far, between two of them.
    Some(Box<Assembly>),
    /// One went wrong: the others are skipped, up to the last.
    Failed,
}

/// Fragments made into lines.
#[derive(Debug)]
pub(super) struct Assembly {
    content: Content,
    /// What is not yet a whole line.
    lines: LineReader,
}

/// A chunk that is coming in.
#[derive(Debug)]
pub(super) struct Chunk {
    size: u64,
    left: u64,
    last: bool,
    purpose: Purpose,
}

#[derive(Debug)]
enum Purpose {
    Keep(Box<Assembly>),
    /// Thrown away; then this is said.
    Skip(Reply),
}

impl PartialEq for Chunks {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// `BDAT size [LAST]`.
pub(super) fn bdat(
    conversation: &mut Conversation,
    arguments: &[Word],
    line: &str,
    services: &mut dyn Services,
) -> Answer {
    if conversation.discarded.has("CHUNKING") {
        let text = "Error: command not implemented";
        let refusal = Refusal::new(Rule::KeywordDiscarded, 521, "5.5.1", text);
        return Err(refusal.about("CHUNKING"));
    }
    let Some((size, last)) = size_of(arguments) else {
        conversation.warn(format!(
            "{}: malformed BDAT command syntax from {}: {}",
            conversation.queue_id(),
            conversation.client_name(),
            shortened(&printable(line), 100)
        ));
        return refuse(Rule::Syntax, 521, "5.5.4", "Syntax: BDAT count [LAST]");
    };
    let purpose = purpose(conversation, size, last, services);
    Ok(Next::Chunk(Chunk {
        size,
        left: size,
        last,
        purpose,
    }))
}

fn size_of(arguments: &[Word]) -> Option<(u64, bool)> {
    let (size, last) = match arguments {
        [size] => (size, false),
        [size, last] if last.text.eq_ignore_ascii_case("LAST") => (size, true),
        _ => return None,
    };
    let digits = &size.text;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().ok()?;
    Some((u64::try_from(size).ok()?, last))
}

/// What is to be done with a chunk.
fn purpose(
    conversation: &mut Conversation,
    size: u64,
    last: bool,
    services: &mut dyn Services,
) -> Purpose {
    let refusal = |rule, code, enhanced, text: &str| {
        let refusal = Refusal::new(rule, code, enhanced, text);
        refusal.of(None)
    };
    if size == 0 && !last {
        conversation.warn(format!(
            "{}: null BDAT request from {}",
            conversation.queue_id(),
            conversation.client_name()
        ));
        let refusal = refusal(Rule::EmptyChunk, 551, "5.7.1", "Null BDAT request");
        return skip(conversation, refusal);
    }
    let before = match std::mem::take(&mut conversation.chunks) {
        Chunks::Failed => {
            conversation.chunks = Chunks::Failed;
            let text = format!("Discarded {size} bytes after earlier error");
            let refusal = refusal(Rule::ChunkAfterError, 551, "5.0.0", &text);
            return skip(conversation, refusal);
        }
        Chunks::Some(assembly) => Some(assembly),
        Chunks::None => None,
    };
    if before.is_none() {
        match &conversation.transaction {
            None => {
                let text = "Error: need RCPT command";
                let refusal = refusal(Rule::RecipientFirst, 503, "5.5.1", text);
                return skip(conversation, refusal);
            }
            Some(transaction) if transaction.recipients.is_empty() => {
                let text = "Error: no valid recipients";
                let refusal = refusal(Rule::NoValidRecipients, 554, "5.5.1", text);
                return skip(conversation, refusal);
            }
            Some(_) => {}
        }
        let evaluation =
            restrictions::at_data(&conversation.service, &conversation.facts(None), services);
        if let Err(reply) = conversation.accept_silently(evaluation) {
            return Purpose::Skip(reply);
        }
    }
    let limit = conversation.service.number("message_size_limit");
    let so_far = conversation.transaction.as_ref().map_or(0, |t| t.size);
    if limit > 0 && so_far.saturating_add(size) > u64::try_from(limit).unwrap_or_default() {
        conversation.warn(format!(
            "{}: BDAT request from {} exceeds message size limit",
            conversation.queue_id(),
            conversation.client_name()
        ));
        let text = "Chunk exceeds message size limit";
        let refusal = Refusal::new(Rule::TooBig, 552, "5.3.4", text);
        let refusal = refusal.about(&so_far.saturating_add(size));
        return skip(conversation, refusal.of(ErrorClass::Policy));
    }
    Purpose::Keep(before.unwrap_or_else(|| {
        Box::new(Assembly {
            content: Content::begin(conversation, Way::Bdat),
            lines: LineReader::default(),
        })
    }))
}

/// Turns a chunk down; the client hears of it when the chunk is there.
fn skip(conversation: &mut Conversation, refusal: Refusal) -> Purpose {
    Purpose::Skip(conversation.decide_against("BDAT", refusal))
}

/// Takes the bytes of a chunk. `Err`: more must come.
pub(super) fn receive(
    conversation: &mut Conversation,
    input: &mut LineReader,
    mut chunk: Chunk,
    services: &mut dyn Services,
) -> Result<Next, Chunk> {
    let wanted = usize::try_from(chunk.left).unwrap_or(usize::MAX);
    let bytes = input.take(wanted);
    chunk.left -= u64::try_from(bytes.len()).unwrap_or_default();
    if let Purpose::Keep(assembly) = &mut chunk.purpose {
        assembly.take(conversation, &bytes);
    }
    if chunk.left > 0 {
        return Err(chunk);
    }
    Ok(complete(conversation, chunk, services))
}

fn complete(conversation: &mut Conversation, chunk: Chunk, services: &mut dyn Services) -> Next {
    let mut assembly = match chunk.purpose {
        Purpose::Keep(assembly) => assembly,
        Purpose::Skip(reply) => {
            conversation.say_decided(reply);
            if chunk.last {
                conversation.reset_mail();
            } else {
                conversation.chunks = Chunks::Failed;
            }
            return Next::Failed;
        }
    };
    if chunk.last {
        assembly.finish(conversation);
        conversation.place = "END-OF-MESSAGE";
        return content::deliver(conversation, &assembly.content, services);
    }
    conversation.place = "BDAT";
    if assembly.content.is_faulty() {
        let next = content::deliver(conversation, &assembly.content, services);
        conversation.chunks = Chunks::Failed;
        return next;
    }
    conversation.chunks = Chunks::Some(assembly);
    conversation.reply(250, "2.0.0", format!("Ok: {} bytes", chunk.size));
    Next::Done
}

impl Chunk {
    /// The rest does not come any more.
    pub(super) fn abandon(&self, conversation: &mut Conversation, services: &dyn Services) {
        if let Purpose::Keep(assembly) = &self.purpose {
            assembly.content.abandon(conversation, services);
        }
    }

    /// Whether it becomes part of a message.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self.purpose, Purpose::Keep(_))
    }
}

impl Assembly {
    fn take(&mut self, conversation: &mut Conversation, bytes: &[u8]) {
        let limit = conversation.service.number("line_length_limit");
        let limit = usize::try_from(limit).unwrap_or(2048);
        self.lines.push(bytes);
        while let Some(line) = self.lines.next_line(limit, Overlong::Split) {
            if line.end == LineEnd::BareLf && conversation.bare_newline == BareNewline::Rejected {
                self.content.fault(Fault::BareNewline);
            }
            self.content
                .line(conversation, &line.bytes, line.end != LineEnd::Limit);
        }
    }

    /// The last line may have no end.
    fn finish(&mut self, conversation: &mut Conversation) {
        let rest = self.lines.take(usize::MAX);
        if !rest.is_empty() {
            self.content.line(conversation, &rest, true);
        }
    }
}
