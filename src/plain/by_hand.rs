//! Typing SMTP by hand: while such a connection is open every line typed goes
//! to the server, but for those that begin with `!`, which are for the lab.

use std::io::{self, Write};

use super::command::Command;
use super::session::Session;
use crate::app::{Model, Msg, in_base64, unescape};
use crate::text::{Catalogue, visible};

/// Takes a line typed while a connection by hand is open. What comes back is a
/// command for the lab.
pub(super) fn heed<W: Write>(
    session: &mut Session<'_, W>,
    line: &str,
) -> io::Result<Option<Command>> {
    let Some(command) = line.strip_prefix('!') else {
        session.update(Msg::Say(format!("{line}\r\n").into_bytes()));
        return Ok(None);
    };
    let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
    match word {
        "" | "fin" | "end" => session.update(Msg::HangUp),
        "crudo" | "raw" => match unescape(rest) {
            Ok(bytes) => session.update(Msg::Say(bytes)),
            Err(bad) => complain(session, &bad.0)?,
        },
        _ => return Ok(Some(Command::parse(command))),
    }
    Ok(None)
}

/// Says `text` in base64.
pub(super) fn encode<W: Write>(session: &mut Session<'_, W>, text: &str) -> io::Result<()> {
    match in_base64(text, true) {
        Ok(encoded) => session.page(&[encoded]),
        Err(bad) => complain(session, &bad.0),
    }
}

/// As whom and whom one can call.
pub(super) fn whom(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = vec![String::new(), catalogue.say("plain-call-how")];
    let clients = model.lesson.clients.iter().map(|client| {
        let label = client.label.in_language(catalogue.language());
        visible::text(&format!("  {}  {label}", client.name))
    });
    lines.extend(clients);
    lines.push(catalogue.say("plain-call-servers"));
    let servers = model.servers().into_iter();
    lines.extend(servers.map(|server| format!("  {}", visible::text(&server))));
    lines
}

fn complain<W: Write>(session: &mut Session<'_, W>, escape: &str) -> io::Result<()> {
    let escape = [("escape", visible::text(escape).into())];
    session.remark_with("plain-bad-escape", &escape)
}
