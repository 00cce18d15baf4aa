//! What the student can type, in either language.

use super::file::FileWanted;
use crate::app::Copied;
use crate::journal::event::Attack;
use crate::text::Language;

/// A line, understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Command {
    /// Enter: one line further, or whatever comes next.
    Forward,
    /// A number: an answer, or a dialogue.
    Number(usize),
    /// To the end of the open dialogue.
    Finish,
    /// The last dialogue once more.
    Rerun,
    /// A single letter that is no command: perhaps a toggle's key.
    Letter(char),
    /// An edit; `value` is `None` for `unset`.
    Edit {
        /// The host, if it is not the one under study.
        host: Option<String>,
        /// The master.cf service, if it is not main.cf.
        service: Option<String>,
        /// The parameter.
        parameter: String,
        /// The new value.
        value: Option<String>,
    },
    /// A file of a host, to be shown or edited.
    File(FileWanted),
    /// The last edit back.
    Undo,
    /// The edit that was taken back, again.
    Redo,
    /// The step's changes as on a real server.
    RealThing,
    /// The step from its beginning.
    Reset,
    /// The next hint.
    Hint,
    /// The reference solution.
    Solution,
    /// The list of goals.
    Goals,
    /// The text of the step again, with its question and dialogues.
    Text,
    /// The configuration in force.
    Configuration,
    /// The last dialogue as an eavesdropper sees it.
    Wire,
    /// Why the server decided as it did.
    Why,
    /// What the last exchange means, or this line or word.
    Explain(String),
    /// Every line shown so far that holds this text.
    Find(String),
    /// Another conversation of the step: the delivery, an earlier dialogue.
    Conversation,
    /// The words of the trade, or those that hold this text.
    Glossary(String),
    /// Call a server to type SMTP by hand: the client, the server, and whether
    /// TLS begins with the first byte. `None`: say whom one can call.
    Call(Option<Call>),
    /// Put a text into base64.
    Base64(String),
    /// The last dialogue against the one before.
    Compare,
    /// The next step.
    Next,
    /// The step before.
    Previous,
    /// A step, by number or id.
    Step(String),
    /// The other language.
    Speak(Language),
    /// Whom callers from outside count as; `None`: what they are.
    Outside(Option<String>),
    /// Let the attacker do this to their wire; `None`: whatever comes next.
    Attack(Option<AttackWanted>),
    /// Ask the block list to take the host under study off it.
    Delist,
    /// Look something up in DNS: what is typed after `dig`.
    Dig(String),
    /// The last dialogue, or a command that says the same; `None`: every such command.
    Copy(Option<Copied>),
    /// The journey of the last message.
    Journey,
    /// The messages of this mailbox, `USER` or `USER@HOST`; `None`: the last that came.
    Mailbox(Option<String>),
    /// Let so many seconds pass.
    Wait(u32),
    /// Try again what waits in a host's queue; `None`: the host under study.
    Flush(Option<String>),
    /// Show a host's queue; `None`: the host under study.
    ListQueue(Option<String>),
    /// Take a message, or `ALL`, out of a queue: `QUEUE-ID [HOST]`.
    DeleteQueued(String, Option<String>),
    /// What can be typed.
    Help,
    /// Leave.
    Quit,
    /// Not understood.
    Unknown,
}

/// A call by hand, as typed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Call {
    /// The client's name.
    pub(super) client: String,
    /// The server, as `HOST:PORT`.
    pub(super) to: String,
    /// Whether TLS begins with the first byte.
    pub(super) implicit_tls: bool,
}

impl Call {
    /// `CLIENT HOST[:PORT] [tls]`
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (client, server) = (words.next()?, words.next()?);
        let to = if server.contains(':') {
            server.to_owned()
        } else {
            format!("{server}:25")
        };
        let tls = words.next().map(str::to_lowercase);
        Some(Self {
            client: client.to_owned(),
            to,
            implicit_tls: tls.as_deref() == Some("tls"),
        })
    }
}

/// What is wanted of the attacker: an attack, or nothing any more.
pub(super) type AttackWanted = Option<Attack>;

impl Command {
    /// Whether it changes the step's world, and so waits for the answer to the
    /// step's question.
    pub(super) fn needs_answer(&self) -> bool {
        match self {
            Self::Letter(_) | Self::Edit { .. } | Self::Rerun | Self::Call(_) => true,
            Self::File(wanted) => wanted.change.is_some(),
            Self::Dig(_) | Self::ListQueue(_) => false,
            other => other.is_deed(),
        }
    }

    /// Whether it is an order to the world that is neither dialogue nor edit.
    pub(super) fn is_deed(&self) -> bool {
        matches!(
            self,
            Self::Attack(_)
                | Self::Delist
                | Self::Dig(_)
                | Self::Wait(_)
                | Self::Flush(_)
                | Self::ListQueue(_)
                | Self::DeleteQueued(..)
        )
    }

    /// Understands a line.
    pub(super) fn parse(line: &str) -> Self {
        let line = line.trim();
        let (word, rest) = line
            .split_once(char::is_whitespace)
            .map_or((line, ""), |(word, rest)| (word, rest.trim()));
        if let Some(sought) = line.strip_prefix('/').map(str::trim) {
            return match sought {
                "" => Self::Unknown,
                sought => Self::Find(sought.to_owned()),
            };
        }
        if let Some(command) = capital(word, rest) {
            return command;
        }
        let word = word.to_lowercase();
        match (word.as_str(), rest) {
            ("", _) => Self::Forward,
            ("f" | "fin" | "end", "") => Self::Finish,
            ("r" | "repite" | "rerun", "") => Self::Rerun,
            ("set" | "pon", edit) => edit_of(edit).unwrap_or(Self::Unknown),
            ("unset" | "quita", name) => named(name, None).unwrap_or(Self::Unknown),
            ("fichero" | "ficheros" | "file" | "files", wanted) => {
                FileWanted::parse(wanted).map_or(Self::Unknown, Self::File)
            }
            ("u" | "deshaz" | "undo", "") => Self::Undo,
            ("rehaz" | "redo", "") => Self::Redo,
            ("deverdad" | "forreal", "") => Self::RealThing,
            ("x" | "reinicia" | "reset", "") => Self::Reset,
            ("h" | "pista" | "hint", "") => Self::Hint,
            ("solución" | "solucion" | "solution", "") => Self::Solution,
            ("o" | "objetivos" | "goals", "") => Self::Goals,
            ("t" | "texto" | "text", "") => Self::Text,
            ("c" | "configuración" | "configuracion" | "config", "") => Self::Configuration,
            ("w" | "cable" | "wire", "") => Self::Wire,
            ("porqué" | "porque" | "why", "") | ("por", "qué" | "que") => Self::Why,
            ("e" | "explica" | "explicar" | "explain", what) => Self::Explain(what.to_owned()),
            ("busca" | "find", what) if !what.is_empty() => Self::Find(what.to_owned()),
            ("v" | "conversación" | "conversacion" | "conversation", "") => Self::Conversation,
            ("g" | "glosario" | "glossary", what) => Self::Glossary(what.to_owned()),
            ("i" | "cliente" | "client", call) => Self::Call(Call::parse(call)),
            ("base64", text) => Self::Base64(text.to_owned()),
            ("d" | "diferencias" | "compara" | "compare", "") => Self::Compare,
            ("n" | "siguiente" | "next", "") => Self::Next,
            ("p" | "anterior" | "previous", "") => Self::Previous,
            ("paso" | "step", step) if !step.is_empty() => Self::Step(step.to_owned()),
            ("español" | "espanol" | "es", "") => Self::Speak(Language::Es),
            ("english" | "en", "") => Self::Speak(Language::En),
            ("fuera" | "outside", client) => {
                Self::Outside((!client.is_empty()).then(|| client.to_owned()))
            }
            ("atacante" | "attacker", attack) => attack_of(attack),
            ("baja" | "delist", "") => Self::Delist,
            ("dig", question) if !question.is_empty() => Self::Dig(question.to_owned()),
            ("y" | "copia" | "copy", what) => copy_of(what),
            ("viaje" | "journey", "") => Self::Journey,
            ("buzón" | "buzon" | "mailbox", whose) => Self::Mailbox(host_of(whose)),
            ("mailq" | "cola" | "queue", host) => Self::ListQueue(host_of(host)),
            ("flush" | "vacía" | "vacia", host) => Self::Flush(host_of(host)),
            ("espera" | "wait", time) => time_of(time).map_or(Self::Unknown, Self::Wait),
            ("borra" | "delete", message) => deletion_of(message),
            ("postqueue", rest) => match rest.split_at_checked(2) {
                Some(("-p", host)) => Self::ListQueue(host_of(host)),
                Some(("-f", host)) => Self::Flush(host_of(host)),
                _ => Self::Unknown,
            },
            ("postsuper", rest) => rest.strip_prefix("-d").map_or(Self::Unknown, deletion_of),
            ("?" | "ayuda" | "help", "") => Self::Help,
            ("q" | "salir" | "quit", "") => Self::Quit,
            (word, "") => {
                let mut letters = word.chars();
                match (word.parse(), letters.next(), letters.next()) {
                    (Ok(number), ..) => Self::Number(number),
                    (Err(_), Some(letter), None) => Self::Letter(letter),
                    _ => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        }
    }
}

/// What a capital letter means: the same as the key of the full screen, which
/// the texts of the lessons name.
fn capital(word: &str, rest: &str) -> Option<Command> {
    match (word, rest) {
        ("A", attack) => Some(attack_of(attack)),
        ("B", "") => Some(Command::Delist),
        ("D", "") => Some(Command::Unknown),
        ("D", question) => Some(Command::Dig(question.to_owned())),
        ("J", "") => Some(Command::Journey),
        ("Q", host) => Some(Command::ListQueue(host_of(host))),
        ("R", "") => Some(Command::RealThing),
        ("U", "") => Some(Command::Redo),
        _ => None,
    }
}

fn attack_of(text: &str) -> Command {
    Command::Attack(match text.trim() {
        "" => None,
        "no" | "off" => Some(None),
        "quita" | "strip" => Some(Some(Attack::StripStarttls)),
        "rechaza" | "refuse" => Some(Some(Attack::RefuseStarttls)),
        "cuela" | "inject" => Some(Some(Attack::InjectCommand)),
        "certificado" | "certificate" => Some(Some(Attack::FalseCertificate)),
        _ => return Command::Unknown,
    })
}

fn copy_of(text: &str) -> Command {
    Command::Copy(match text {
        "" => None,
        "diálogo" | "dialogo" | "dialogue" => Some(Copied::Transcript),
        "swaks" => Some(Copied::Swaks),
        "openssl" => Some(Copied::Openssl),
        "curl" => Some(Copied::Curl),
        _ => return Command::Unknown,
    })
}

fn host_of(text: &str) -> Option<String> {
    let host = text.trim();
    (!host.is_empty()).then(|| host.to_owned())
}

/// `QUEUE-ID [HOST]`.
fn deletion_of(text: &str) -> Command {
    let mut words = text.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(id), host, None) => Command::DeleteQueued(id.to_owned(), host.map(str::to_owned)),
        _ => Command::Unknown,
    }
}

/// Seconds of a time as Postfix writes it (`300`, `300s`, `10m`, `5d`); ten
/// minutes without one. At most a month: longer than any mail waits.
fn time_of(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        return Some(10 * 60);
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..)? {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        "w" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    let seconds = digits.parse::<u32>().ok()?.checked_mul(unit)?;
    (seconds <= 31 * 24 * 60 * 60).then_some(seconds)
}

/// `[HOST:][SERVICE/]PARAMETER = VALUE`; the equals sign may be left out.
fn edit_of(text: &str) -> Option<Command> {
    let end = text.find(|c: char| c == '=' || c.is_whitespace())?;
    let (name, value) = text.split_at(end);
    let value = value.trim_start();
    let value = value.strip_prefix('=').unwrap_or(value).trim();
    named(name, Some(value.to_owned()))
}

fn named(name: &str, value: Option<String>) -> Option<Command> {
    let (host, name) = match name.split_once(':') {
        Some((host, name)) => (Some(host), name),
        None => (None, name),
    };
    let (service, parameter) = match name.split_once('/') {
        Some((service, parameter)) => (Some(service), parameter),
        None => (None, name),
    };
    let well_formed = !parameter.is_empty()
        && parameter
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    well_formed.then(|| Command::Edit {
        host: host.map(str::to_owned),
        service: service.map(str::to_owned),
        parameter: parameter.to_owned(),
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(host: Option<&str>, service: Option<&str>, value: Option<&str>) -> Command {
        Command::Edit {
            host: host.map(str::to_owned),
            service: service.map(str::to_owned),
            parameter: "mynetworks".to_owned(),
            value: value.map(str::to_owned),
        }
    }

    #[test]
    fn commands_are_understood_in_both_languages() {
        for (line, command) in [
            ("", Command::Forward),
            (" 2 ", Command::Number(2)),
            ("m", Command::Letter('m')),
            ("PISTA", Command::Hint),
            ("hint", Command::Hint),
            ("explica 4.7.1", Command::Explain("4.7.1".into())),
            ("explain", Command::Explain(String::new())),
            ("por qué", Command::Why),
            ("why", Command::Why),
            ("busca Access denied", Command::Find("Access denied".into())),
            ("find 454", Command::Find("454".into())),
            ("/ 454", Command::Find("454".into())),
            ("/454", Command::Find("454".into())),
            ("busca", Command::Unknown),
            ("cliente", Command::Call(None)),
            (
                "client spammer mail.aula.example:465 tls",
                Command::Call(Some(Call {
                    client: "spammer".into(),
                    to: "mail.aula.example:465".into(),
                    implicit_tls: true,
                })),
            ),
            (r"base64 \0a\0b", Command::Base64(r"\0a\0b".into())),
            ("glosario sobre", Command::Glossary("sobre".into())),
            ("paso relay-abierto", Command::Step("relay-abierto".into())),
            (
                "set mynetworks = 0.0.0.0/0",
                edit(None, None, Some("0.0.0.0/0")),
            ),
            (
                "pon mynetworks 0.0.0.0/0",
                edit(None, None, Some("0.0.0.0/0")),
            ),
            ("set mynetworks=", edit(None, None, Some(""))),
            (
                "set mx.remoto.example:smtp/mynetworks = [::1]/128",
                edit(Some("mx.remoto.example"), Some("smtp"), Some("[::1]/128")),
            ),
            ("unset mynetworks", edit(None, None, None)),
            ("espera", Command::Wait(600)),
            ("wait 5d", Command::Wait(432_000)),
            ("wait 2 days", Command::Unknown),
            ("mailq", Command::ListQueue(None)),
            ("Q", Command::ListQueue(None)),
            ("q", Command::Quit),
            ("U", Command::Redo),
            ("u", Command::Undo),
            ("D", Command::Unknown),
            (
                "D remoto.example mx",
                Command::Dig("remoto.example mx".into()),
            ),
            ("A off", Command::Attack(Some(None))),
            ("J", Command::Journey),
            ("R", Command::RealThing),
            ("B", Command::Delist),
            ("buzón", Command::Mailbox(None)),
            ("mailbox bob", Command::Mailbox(Some("bob".into()))),
            ("atacante", Command::Attack(None)),
            ("attacker off", Command::Attack(Some(None))),
            (
                "attacker strip",
                Command::Attack(Some(Some(Attack::StripStarttls))),
            ),
            ("attacker sleep", Command::Unknown),
            ("copia", Command::Copy(None)),
            ("copy swaks", Command::Copy(Some(Copied::Swaks))),
            ("copy that", Command::Unknown),
            (
                "postqueue -f mx.remoto.example",
                Command::Flush(Some("mx.remoto.example".into())),
            ),
            (
                "postsuper -d ALL",
                Command::DeleteQueued("ALL".into(), None),
            ),
            ("set mynetworks", Command::Unknown),
            ("quit now", Command::Unknown),
            ("-1", Command::Unknown),
        ] {
            assert_eq!(Command::parse(line), command, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_strange(line in ".*") {
            Command::parse(&line);
        }
    }
}
