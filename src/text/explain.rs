//! What a line means: every verb, reply code, enhanced code, EHLO keyword, TLS
//! message and log line that the world can produce, from `assets/explain.toml`,
//! each with the place where it is defined.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::{Language, read_toml};
use crate::postfix::parameters;

/// One thing that a line holds, explained.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explained {
    /// What kind of thing it is.
    pub aspect: Aspect,
    /// The thing itself, as it stands in the line.
    pub subject: String,
    /// What it means.
    pub words: String,
    /// Where it is defined: an RFC with its section, a postconf(5) parameter,
    /// a manual page.
    pub source: String,
}

/// The kinds of things that are explained.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Aspect {
    /// A command of SMTP, or a word that is none.
    Verb,
    /// A parameter of main.cf.
    Directive,
    /// A parameter of a command, a mechanism, a special address.
    Parameter,
    /// A line of a message or of its header.
    Message,
    /// A reply code (RFC 5321 §4.2).
    Code,
    /// An enhanced status code (RFC 3463).
    Enhanced,
    /// What a server lists in its answer to EHLO.
    Keyword,
    /// The words of a reply.
    Phrase,
    /// A part of TLS.
    Tls,
    /// A daemon that writes to the log.
    Program,
    /// What a daemon writes to the log.
    Log,
    /// Words that are not Postfix's own.
    Foreign,
}

/// What the client is saying.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Speaking {
    /// A command.
    Command,
    /// An answer to a challenge of AUTH (RFC 4954 §4).
    SaslResponse,
    /// A line of a message's header (RFC 5322 §2.2).
    Header,
    /// A line of a message's body, or its end.
    Body,
}

/// What a reply answers, as far as its meaning depends on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answering {
    /// The connection, or a command whose answer says all by itself.
    Anything,
    /// EHLO or HELO: the first line holds a name, the others keywords.
    Ehlo {
        /// Whether this is the first line.
        first: bool,
    },
    /// VRFY: the text is an address.
    Vrfy,
}

/// An entry of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    es: String,
    en: String,
    see: String,
}

/// An entry that holds for every text that matches.
#[derive(Debug, Deserialize)]
struct Pattern {
    #[serde(rename = "match")]
    pattern: String,
    #[serde(flatten)]
    entry: Entry,
}

type Named = BTreeMap<String, Entry>;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    verb: Named,
    unknown_verb: Entry,
    null_sender: Entry,
    address_literal: Entry,
    sasl_response: Entry,
    message: Named,
    header: Named,
    parameter: Named,
    mechanism: Named,
    code: Named,
    class: Named,
    enhanced: Named,
    keyword: Named,
    ehlo_name: Entry,
    vrfy_answer: Entry,
    reply: Vec<Pattern>,
    tls: Named,
    tls_reason: Vec<Pattern>,
    verification: Named,
    program: Named,
    log: Vec<Pattern>,
    foreign: Named,
    directive: Named,
    directive_default: Entry,
    directive_empty: Entry,
    directive_other: Entry,
}

/// The file with its patterns ready.
struct Book {
    file: File,
    reply: Vec<Regex>,
    tls_reason: Vec<Regex>,
    log: Vec<Regex>,
}

static BOOK: LazyLock<Option<Book>> = LazyLock::new(|| {
    let read = Book::read(include_str!("../../assets/explain.toml"));
    debug_assert!(read.is_ok(), "assets/explain.toml: {:?}", read.err());
    read.ok()
});

impl Book {
    fn read(text: &str) -> Result<Self, String> {
        let file: File = read_toml(text).map_err(|error| error.to_string())?;
        let compiled = |patterns: &[Pattern]| -> Result<Vec<Regex>, String> {
            patterns
                .iter()
                .map(|known| Regex::new(&known.pattern).map_err(|error| error.to_string()))
                .collect()
        };
        Ok(Self {
            reply: compiled(&file.reply)?,
            tls_reason: compiled(&file.tls_reason)?,
            log: compiled(&file.log)?,
            file,
        })
    }
}

/// Explains lines in one language.
#[derive(Clone, Copy, Debug)]
pub struct Explainer {
    language: Language,
}

impl Explainer {
    /// An explainer that speaks `language`.
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// What the client says with `line`.
    pub fn client(self, line: &str, speaking: Speaking) -> Vec<Explained> {
        let Some(book) = book() else {
            return Vec::new();
        };
        match speaking {
            Speaking::Command => self.command(book, line),
            Speaking::SaslResponse => {
                vec![self.say(Aspect::Parameter, line, &book.file.sasl_response)]
            }
            Speaking::Header => self.header(book, line).into_iter().collect(),
            Speaking::Body => {
                let name = match line {
                    "." => "dot",
                    line if line.starts_with('.') => "stuffed",
                    _ => "line",
                };
                self.named(Aspect::Message, line, &book.file.message, name)
            }
        }
    }

    /// What a server says with `line`.
    pub fn reply(self, line: &str, answering: Answering) -> Vec<Explained> {
        let Some(book) = book() else {
            return Vec::new();
        };
        let Some((code, rest)) = code_of(line) else {
            return vec![self.foreign(book, line, "reply")];
        };
        let mut all = self.named(Aspect::Code, code, &book.file.code, code);
        let (enhanced, text) = enhanced_of(rest);
        all.extend(enhanced.and_then(|enhanced| self.enhanced(book, enhanced)));
        match answering {
            Answering::Ehlo { first: true } if code == "250" => {
                all.push(self.say(Aspect::Phrase, text, &book.file.ehlo_name));
            }
            Answering::Ehlo { .. } if code == "250" => all.extend(self.keyword(book, text)),
            Answering::Vrfy if code == "252" => {
                all.push(self.say(Aspect::Phrase, text, &book.file.vrfy_answer));
            }
            // The challenge means what the code says.
            _ if code == "334" || text.is_empty() => {}
            _ => all.push(self.phrase(book, text)),
        }
        all
    }

    /// What a line of the mail log says, written by `program`.
    pub fn log(self, program: &str, text: &str) -> Vec<Explained> {
        let Some(book) = book() else {
            return Vec::new();
        };
        let daemon = program.rsplit('/').next().unwrap_or(program);
        let mut all = self.named(Aspect::Program, program, &book.file.program, daemon);
        match matching(&book.log, &book.file.log, text) {
            Some((found, entry)) => all.push(self.say(Aspect::Log, found, entry)),
            None => all.push(self.foreign(book, text, "log")),
        }
        if let Some(said) = reply_within(text) {
            all.extend(self.reply(said, Answering::Anything));
        } else if let Some(dsn) = text
            .split("dsn=")
            .nth(1)
            .and_then(|rest| rest.split(',').next())
        {
            all.extend(self.enhanced(book, dsn));
        }
        all
    }

    /// A part of TLS by its name in the file: `begins`, `established`,
    /// `failed`, `silence`, `closed_client`, `closed_server`, or a version.
    pub fn tls(self, subject: &str, name: &str) -> Vec<Explained> {
        book().map_or_else(Vec::new, |book| {
            self.named(Aspect::Tls, subject, &book.file.tls, name)
        })
    }

    /// Why a handshake failed, in the library's words.
    pub fn tls_reason(self, reason: &str) -> Vec<Explained> {
        let Some(book) = book() else {
            return Vec::new();
        };
        vec![
            match matching(&book.tls_reason, &book.file.tls_reason, reason) {
                Some((_, entry)) => self.say(Aspect::Tls, reason, entry),
                None => self.foreign(book, reason, "tls"),
            },
        ]
    }

    /// What a client made of a certificate, by OpenSSL's number.
    pub fn verification(self, code: u8) -> Vec<Explained> {
        book().map_or_else(Vec::new, |book| {
            let code = code.to_string();
            self.named(Aspect::Tls, &code, &book.file.verification, &code)
        })
    }

    /// A word by itself, as somebody types who wants to know what it means: a
    /// verb, a code, a keyword, a parameter of a command, a daemon. Empty if it
    /// is none of them.
    pub fn word(self, word: &str) -> Vec<Explained> {
        let Some(book) = book() else {
            return Vec::new();
        };
        let file = &book.file;
        let capitals = word.to_ascii_uppercase();
        let mut all = self.named(Aspect::Code, word, &file.code, word);
        all.extend(self.enhanced(book, word));
        all.extend(self.named(Aspect::Verb, &capitals, &file.verb, &capitals));
        all.extend(self.named(Aspect::Keyword, &capitals, &file.keyword, &capitals));
        all.extend(self.named(Aspect::Parameter, &capitals, &file.parameter, &capitals));
        all.extend(self.named(Aspect::Parameter, &capitals, &file.mechanism, &capitals));
        let daemon = word.rsplit('/').next().unwrap_or(word);
        all.extend(self.named(Aspect::Program, word, &file.program, daemon));
        let header = file
            .header
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word.trim_end_matches(':')));
        all.extend(header.map(|(name, entry)| self.say(Aspect::Message, name, entry)));
        all.extend(self.directive(&word.to_ascii_lowercase()));
        all
    }

    /// What a parameter of main.cf is for, and its default. `None`: Postfix has
    /// none of that name.
    pub fn directive(self, name: &str) -> Option<Explained> {
        let file = &book()?.file;
        let known = file.directive.get(name);
        if known.is_none() && !parameters::is_known(name) {
            return None;
        }
        let entry = known.unwrap_or(&file.directive_other);
        let default = parameters::find(name)
            .map(|parameter| parameter.default)
            .or_else(|| parameters::default(name))
            // One that is itself a computation would explain nothing; nor would
            // one that depends on the machine, which nobody knows here.
            .filter(|default| !default.contains("${") && parameters::default(name).is_some());
        let after = default.map(|default| match default {
            "" => file.directive_empty.in_language(self.language).to_owned(),
            _ => file
                .directive_default
                .in_language(self.language)
                .replace("{default}", default),
        });
        let mut explained = self.say(Aspect::Directive, name, entry);
        explained
            .words
            .extend(after.map(|after| format!(" {after}")));
        Some(explained)
    }

    fn command(self, book: &Book, line: &str) -> Vec<Explained> {
        let file = &book.file;
        let mut words = line.split_ascii_whitespace();
        let verb = words.next().unwrap_or_default();
        let capitals = verb.to_ascii_uppercase();
        let Some(entry) = file.verb.get(&capitals) else {
            return vec![self.say(Aspect::Verb, verb, &file.unknown_verb)];
        };
        let mut all = vec![self.say(Aspect::Verb, &capitals, entry)];
        if capitals == "AUTH" {
            let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
            all.extend(self.named(Aspect::Parameter, &mechanism, &file.mechanism, &mechanism));
            return all;
        }
        if line.contains("<>") {
            all.push(self.say(Aspect::Parameter, "<>", &file.null_sender));
        }
        if matches!(capitals.as_str(), "EHLO" | "HELO") && line.contains('[') {
            let literal = words.next().unwrap_or_default();
            all.push(self.say(Aspect::Parameter, literal, &file.address_literal));
            return all;
        }
        if matches!(capitals.as_str(), "MAIL" | "RCPT") {
            let parameters = line.rsplit_once('>').map_or("", |(_, rest)| rest);
            for parameter in parameters.split_ascii_whitespace() {
                let name = parameter.split('=').next().unwrap_or_default();
                let name = name.to_ascii_uppercase();
                all.extend(self.named(Aspect::Parameter, parameter, &file.parameter, &name));
            }
        }
        all
    }

    fn header(self, book: &Book, line: &str) -> Option<Explained> {
        let message = &book.file.message;
        if line.is_empty() {
            return Some(self.say(Aspect::Message, "", message.get("blank")?));
        }
        let name = line.split(':').next().unwrap_or_default();
        let known = book
            .file
            .header
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        Some(match known {
            Some((name, entry)) => self.say(Aspect::Message, name, entry),
            None => self.say(Aspect::Message, line, message.get("line")?),
        })
    }

    fn enhanced(self, book: &Book, code: &str) -> Option<Explained> {
        let (class, detail) = code.split_once('.')?;
        let class = book.file.class.get(class)?;
        let detail = book.file.enhanced.get(detail)?;
        Some(Explained {
            aspect: Aspect::Enhanced,
            subject: code.to_owned(),
            words: format!(
                "{} {}",
                class.in_language(self.language),
                capitalised(detail.in_language(self.language))
            ),
            source: detail.see.clone(),
        })
    }

    fn keyword(self, book: &Book, text: &str) -> Vec<Explained> {
        let word = text.split_ascii_whitespace().next().unwrap_or_default();
        let capitals = word.to_ascii_uppercase();
        let name = match capitals.split_once('=') {
            Some((name, _)) => format!("{name}="),
            None => capitals,
        };
        let mut all = self.named(Aspect::Keyword, word, &book.file.keyword, &name);
        if name.starts_with("AUTH") {
            for mechanism in text.split([' ', '=']).skip(1) {
                all.extend(self.named(
                    Aspect::Parameter,
                    mechanism,
                    &book.file.mechanism,
                    mechanism,
                ));
            }
        }
        all
    }

    fn phrase(self, book: &Book, text: &str) -> Explained {
        match matching(&book.reply, &book.file.reply, text) {
            Some((found, entry)) => self.say(Aspect::Phrase, found, entry),
            None => self.foreign(book, text, "reply"),
        }
    }

    fn foreign(self, book: &Book, text: &str, name: &str) -> Explained {
        let mut found = self.named(Aspect::Foreign, text, &book.file.foreign, name);
        found.pop().unwrap_or_else(|| Explained {
            aspect: Aspect::Foreign,
            subject: text.to_owned(),
            words: String::new(),
            source: String::new(),
        })
    }

    fn named(self, aspect: Aspect, subject: &str, entries: &Named, name: &str) -> Vec<Explained> {
        entries
            .get(name)
            .map(|entry| self.say(aspect, subject, entry))
            .into_iter()
            .collect()
    }

    fn say(self, aspect: Aspect, subject: &str, entry: &Entry) -> Explained {
        Explained {
            aspect,
            subject: subject.to_owned(),
            words: entry.in_language(self.language).to_owned(),
            source: entry.see.clone(),
        }
    }
}

impl Entry {
    fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Es => &self.es,
            Language::En => &self.en,
        }
    }
}

fn book() -> Option<&'static Book> {
    BOOK.as_ref()
}

/// The first pattern that `text` matches, with the part that did.
fn matching<'a, 'b>(
    patterns: &[Regex],
    entries: &'a [Pattern],
    text: &'b str,
) -> Option<(&'b str, &'a Entry)> {
    patterns.iter().zip(entries).find_map(|(pattern, known)| {
        let found = pattern.find(text)?;
        Some((found.as_str().trim(), &known.entry))
    })
}

/// The code of a reply's line, and what follows it.
fn code_of(line: &str) -> Option<(&str, &str)> {
    let (code, rest) = line.split_at_checked(3)?;
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    let rest = rest
        .strip_prefix([' ', '-'])
        .or_else(|| rest.is_empty().then_some(""))?;
    digits.then_some((code, rest))
}

/// The enhanced code at the beginning of a reply's text (RFC 2034 §4), and the rest.
fn enhanced_of(text: &str) -> (Option<&str>, &str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut numbers = first.split('.');
    let class = matches!(numbers.next(), Some("2" | "4" | "5"));
    let details = numbers.clone().count() == 2
        && numbers.all(|number| (1..=3).contains(&number.len()) && number.parse::<u16>().is_ok());
    if class && details {
        (Some(first), rest)
    } else {
        (None, text)
    }
}

/// The reply that a line of the log tells of: after `reject: RCPT from …[…]: `,
/// `said: `, `refused to talk to me: ` or `status=sent (`.
fn reply_within(text: &str) -> Option<&str> {
    let (_, after) = ["said: ", "refused to talk to me: ", "status=sent ("]
        .iter()
        .find_map(|sign| text.split_once(sign))
        .or_else(|| {
            let (_, rejected) = text.split_once("reject: ")?;
            rejected.split_once("]: ")
        })?;
    let end = after
        .find(" (in reply to ")
        .or_else(|| after.find("; from=<"))
        .or_else(|| after.find("; proto="))
        .unwrap_or(after.len());
    let reply = after.get(..end)?.trim_end_matches(')');
    code_of(reply).map(|_| reply)
}

/// The text with a capital letter at its beginning.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENGLISH: Explainer = Explainer::new(Language::En);

    fn subjects(explained: &[Explained]) -> Vec<(Aspect, &str)> {
        explained
            .iter()
            .map(|one| (one.aspect, one.subject.as_str()))
            .collect()
    }

    #[test]
    fn the_file_can_be_read() {
        Book::read(include_str!("../../assets/explain.toml")).unwrap();
    }

    #[test]
    fn a_refusal_is_explained_by_code_enhanced_code_and_words() {
        let all = ENGLISH.reply(
            "454 4.7.1 <v@remoto.example>: Relay access denied",
            Answering::Anything,
        );
        assert_eq!(
            subjects(&all),
            [
                (Aspect::Code, "454"),
                (Aspect::Enhanced, "4.7.1"),
                (Aspect::Phrase, "Relay access denied"),
            ]
        );
        assert!(all[1].words.starts_with("4: not now"), "{}", all[1].words);
        assert!(all[2].source.contains("reject_unauth_destination"));
    }

    #[test]
    fn the_answer_to_ehlo_holds_a_name_and_keywords() {
        let name = ENGLISH.reply("250-mail.aula.example", Answering::Ehlo { first: true });
        assert_eq!(name[1].subject, "mail.aula.example");
        let keyword = ENGLISH.reply("250 AUTH PLAIN LOGIN", Answering::Ehlo { first: false });
        assert_eq!(
            subjects(&keyword)[1..],
            [
                (Aspect::Keyword, "AUTH"),
                (Aspect::Parameter, "PLAIN"),
                (Aspect::Parameter, "LOGIN")
            ]
        );
    }

    #[test]
    fn a_command_is_explained_with_its_parameters() {
        let all = ENGLISH.client("MAIL FROM:<> SIZE=200 BODY=8BITMIME", Speaking::Command);
        assert_eq!(
            subjects(&all),
            [
                (Aspect::Verb, "MAIL"),
                (Aspect::Parameter, "<>"),
                (Aspect::Parameter, "SIZE=200"),
                (Aspect::Parameter, "BODY=8BITMIME"),
            ]
        );
        let all = ENGLISH.client("GET / HTTP/1.1", Speaking::Command);
        assert_eq!(all[0].subject, "GET");
    }

    #[test]
    fn a_line_of_the_log_is_explained_with_the_reply_in_it() {
        let all = ENGLISH.log(
            "postfix/smtpd",
            "NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 \
             <v@remoto.example>: Relay access denied; from=<a@b.example> to=<v@remoto.example> \
             proto=ESMTP helo=<spam.example>",
        );
        let aspects: Vec<_> = all.iter().map(|one| one.aspect).collect();
        assert_eq!(
            aspects,
            [
                Aspect::Program,
                Aspect::Log,
                Aspect::Code,
                Aspect::Enhanced,
                Aspect::Phrase
            ]
        );
    }

    #[test]
    fn words_are_found_however_they_are_typed() {
        for word in [
            "rcpt",
            "454",
            "4.7.1",
            "pipelining",
            "plain",
            "qmgr",
            "received",
        ] {
            assert!(!ENGLISH.word(word).is_empty(), "{word}");
        }
        assert!(ENGLISH.word("xyzzy").is_empty());
    }

    proptest! {
        #[test]
        fn no_line_is_too_strange(line in ".{0,60}") {
            ENGLISH.client(&line, Speaking::Command);
            ENGLISH.reply(&line, Answering::Ehlo { first: false });
            ENGLISH.log("postfix/smtpd", &line);
            ENGLISH.word(&line);
        }
    }
}
