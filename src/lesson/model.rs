//! The lesson file as Rust types: one TOML file a lesson, both languages inside.
//! Every unknown key is an error, so that a typing mistake is never silently
//! ignored. `lab schema` prints the JSON Schema that a test makes from these types.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::journal::event::{Attack, DeliveryStatus};
use crate::text::Language;

/// The `format` this program reads.
pub const FORMAT: u32 = 1;

/// A whole lesson.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Version of the file format; 1.
    pub format: u32,
    /// Short name to call it by: `caso5`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// One sentence on what it is for.
    pub summary: Text,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// The name of the host under study: the one whose configuration the
    /// student edits and whose relay state is shown.
    pub study: String,
    /// The mail servers.
    #[serde(rename = "host")]
    pub hosts: Vec<Host>,
    /// The machines that connect to them.
    #[serde(rename = "client")]
    pub clients: Vec<Client>,
    /// The whole DNS of the world: an RFC 1035 master file. Addresses of hosts
    /// and clients need not be repeated: A, AAAA and PTR records are made from them.
    #[serde(default)]
    pub zone: String,
    /// The wire on which somebody sits who can do more than listen; without it
    /// that is the wire of the dialogue that is looked at.
    pub attacker: Option<Wire>,
    /// Block lists that learn from spam traps.
    #[serde(default, rename = "blocklist")]
    pub blocklists: Vec<Blocklist>,
    /// Directives that one key cycles through.
    #[serde(default, rename = "toggle")]
    pub toggles: Vec<Toggle>,
    /// The steps, in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

impl Lesson {
    /// Whether the student may edit the configuration of `host`. Nobody edits
    /// other people's servers.
    pub fn is_ours(&self, host: &str) -> bool {
        let ours = |known: &Host| known.ours && known.name == host;
        host == self.study || self.hosts.iter().any(ours)
    }
}

/// A text in both languages. Texts of more than a sentence are Markdown.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Es => &self.es,
            Language::En => &self.en,
        }
    }
}

/// A mail server, configured by real Postfix text.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its fully qualified name.
    pub name: String,
    /// Its addresses, from the documentation ranges.
    pub addresses: Vec<IpAddr>,
    /// Whether the student runs this host too and may edit its configuration,
    /// as they may that of the host under study.
    #[serde(default)]
    pub ours: bool,
    /// Its main.cf.
    pub main_cf: String,
    /// Its master.cf; without it, Debian's stock one (only port 25 enabled).
    pub master_cf: Option<String>,
    /// Its users: system accounts with a mailbox, which its Dovecot knows.
    #[serde(default)]
    pub users: Vec<User>,
    /// Certificates on its disk, beside the self-signed one that every host
    /// has as /etc/ssl/certs/ssl-cert-snakeoil.pem (key in /etc/ssl/private/ssl-cert-snakeoil.key).
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// Other files on its disk: lookup tables, a user's `/home/alumno/.forward`.
    #[serde(default)]
    pub files: Vec<File>,
}

/// An account of a host.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Its password; without one it has a mailbox but cannot log in.
    pub password: Option<String>,
}

/// A certificate with its key, laid out as certbot does: the folder holds
/// fullchain.pem (leaf and intermediate), cert.pem (the leaf alone), chain.pem
/// and privkey.pem.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The folder.
    pub folder: String,
    /// Who signs it.
    pub issuer: Issuer,
    /// The DNS names in it; the host's own name if empty.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether its validity ended before the lesson's clock starts.
    #[serde(default)]
    pub expired: bool,
}

/// Who signs a certificate.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Issuer {
    /// The lab's authority (a root that clients trust, and an intermediate),
    /// which plays the part of Let's Encrypt.
    LabCa,
    /// The certificate itself.
    Snakeoil,
}

/// The wire between two machines.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// Who calls: a host or a client.
    pub from: String,
    /// Who is called: a host.
    pub to: String,
}

/// A block list in DNS (RFC 5782). Whoever sends mail to one of its traps is
/// listed; whoever asks is taken off, unless it still relays for strangers.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Blocklist {
    /// The zone under which it is asked: `rbl.example`.
    pub zone: String,
    /// What its TXT record says of a listed address.
    pub text: String,
    /// Mail addresses that nobody was ever given. They must have a mailbox.
    pub traps: Vec<String>,
    /// The client with which it tries whether a host still relays.
    pub tester: String,
}

/// A host on a block list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The list's zone.
    pub list: String,
    /// The host.
    pub host: String,
}

/// The same mail many times over.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Repetition {
    /// How often, after the dialogue itself: up to 5000.
    pub times: u32,
    /// The recipient, with `{n}` where the number of the mail goes.
    pub to: String,
}

/// What an attacker does to a wire from now on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Interference {
    /// Who calls: a host or a client.
    pub from: String,
    /// Who is called: a host.
    pub to: String,
    /// What is done; without it, nothing any more.
    pub does: Option<Attack>,
}

/// A file on a host's disk.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its absolute path.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// A machine that speaks SMTP to the hosts: a laptop, a spammer, a program.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The name by which the lesson calls it: `spammer`.
    pub name: String,
    /// What it is, in a word or two for the screen.
    pub label: Text,
    /// Its addresses, from the documentation ranges or loopback.
    pub addresses: Vec<IpAddr>,
    /// Its name in DNS (PTR and back); without one it is `unknown`.
    pub dns_name: Option<String>,
    /// What it says after EHLO.
    pub helo: String,
}

/// The characters that are keys of the full screen itself while a lesson is
/// on it; a toggle on one of them would never be heard.
pub const RESERVED_KEYS: &str = " +-./01234567<>?ABDGHJLNOQRSU[]bcdefghijklnopqrtuvxyz";

/// A directive that one key cycles through.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Toggle {
    /// The key, such as `m`: none that the screen itself uses.
    pub key: char,
    /// The host.
    pub host: String,
    /// The master.cf service whose `-o` is meant; without it, main.cf.
    pub service: Option<String>,
    /// The parameter.
    pub parameter: String,
    /// The values it goes through.
    pub values: Vec<ToggleValue>,
}

/// One position of a toggle.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ToggleValue {
    /// What it means, in a few words: *solo este servidor*.
    pub label: Text,
    /// The value as Postfix wants it.
    pub value: String,
}

/// A step: predict, do, observe, explain.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Short name, unique in the lesson: `relay-abierto`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What to read first: Markdown.
    pub text: Text,
    /// What a teacher says here.
    pub notes: Option<Text>,
    /// Files written on the hosts before the step begins.
    #[serde(default, rename = "write")]
    pub writes: Vec<Writing>,
    /// Changes to the hosts' configuration before the step begins.
    #[serde(default)]
    pub setup: Vec<Setting>,
    /// Attackers who are at work when the step begins.
    #[serde(default, rename = "attack")]
    pub attacks: Vec<Interference>,
    /// Hosts that block lists have found in their traps before the step begins.
    #[serde(default)]
    pub listed: Vec<Listing>,
    /// The question asked before anything runs.
    pub predict: Option<Predict>,
    /// Dialogues that the student can step through.
    #[serde(default, rename = "run")]
    pub runs: Vec<Run>,
    /// What must hold in the end.
    #[serde(rename = "goal")]
    pub goals: Vec<Goal>,
    /// Shown when the goals hold: what was seen and why. Markdown.
    pub explain: Text,
    /// The ladder of hints.
    #[serde(default)]
    pub hints: Hints,
    /// Hints for those who have just tried something that leads nowhere: they
    /// come before the ladder. Of several that fit the first is given.
    #[serde(default, rename = "hint_when")]
    pub hints_when: Vec<HintWhen>,
    /// Where the course text is dated or imprecise: the current standard, with its source. Markdown.
    pub standard: Option<Text>,
    /// Actions that reach the goals; `--auto` and the checker play them.
    #[serde(default)]
    pub solution: Vec<Action>,
}

/// An edit of a directive.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The host.
    pub host: String,
    /// The master.cf service whose `-o` is meant; without it, main.cf.
    pub service: Option<String>,
    /// The parameter.
    pub parameter: String,
    /// Its new value; without one the parameter is taken out.
    pub value: Option<String>,
}

/// A file to be written on a host, and brought into force as an administrator
/// does: `postmap`, `postfix reload`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Writing {
    /// The host.
    pub host: String,
    /// Its absolute path: main.cf, master.cf, a table that they name, or a file
    /// that the host has.
    pub path: String,
    /// Its whole text; without one the file is removed.
    pub text: Option<String>,
}

/// A question with its options, answered before anything runs.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// The question.
    pub question: Text,
    /// What to choose from; exactly one is correct.
    pub options: Vec<PredictOption>,
}

/// One answer to choose.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PredictOption {
    /// The answer in Spanish.
    pub es: String,
    /// The answer in English.
    pub en: String,
    /// Shown afterwards to whoever chose it: why it is right or wrong.
    pub why: Text,
    /// Whether it is the right one.
    #[serde(default)]
    pub correct: bool,
}

impl PredictOption {
    /// The answer in `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Es => &self.es,
            Language::En => &self.en,
        }
    }
}

/// A dialogue: who calls whom, how, and what they want to send.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Short name, unique in the step: the solution and the goals refer to it.
    pub id: String,
    /// What it is, in a few words.
    pub label: Text,
    /// What the client does.
    #[serde(flatten)]
    pub call: Call,
    /// The same mail again and again once the dialogue is over, as spammers do.
    pub again: Option<Repetition>,
}

/// What a client does: the connection, its protection, who it says it is and the mail.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The client's name.
    pub client: String,
    /// The server and port: `mail.aula.example:25`.
    pub to: String,
    /// How the client uses TLS.
    #[serde(default)]
    pub tls: TlsMode,
    /// Whether the client insists on a good certificate: if it is not, it hangs up.
    #[serde(default)]
    pub verify: bool,
    /// The name the client expects in the certificate; the server's name if not given.
    pub verify_name: Option<String>,
    /// Who the client says it is.
    pub auth: Option<Auth>,
    /// The mail; without it the client says EHLO (and what the fields above ask for) and QUIT.
    pub mail: Option<Mail>,
}

/// How a client uses TLS.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// Not at all.
    #[default]
    None,
    /// STARTTLS, whether it is offered or not; if it is refused the client gives up.
    Starttls,
    /// STARTTLS if the server offers it, in clear otherwise.
    Opportunistic,
    /// TLS from the first byte, as on port 465.
    Implicit,
}

/// A login.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// The mechanism.
    #[serde(default)]
    pub mechanism: Mechanism,
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Send AUTH even if the server does not list it.
    #[serde(default)]
    pub insist: bool,
}

/// A SASL mechanism that the lab's clients speak.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Mechanism {
    /// RFC 4616.
    #[default]
    #[serde(rename = "PLAIN")]
    Plain,
    /// draft-murchison-sasl-login, as everybody speaks it.
    #[serde(rename = "LOGIN")]
    Login,
}

/// A message with its envelope.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Envelope sender; empty for `<>`.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Subject, if it is not the default one.
    pub subject: Option<String>,
    /// Body, if it is not the default one.
    pub body: Option<String>,
    /// The From: header, if it is not the envelope sender.
    pub header_from: Option<String>,
}

/// Something that must hold. Exactly one of `probe`, `ran`, `mailbox`,
/// `delivery` and `queue` is given.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Short name, unique in the step, if a hint speaks of it.
    pub id: Option<String>,
    /// What must hold, for the list of goals.
    pub text: Text,
    /// A call made now, out of the student's sight, with `expect` to hold it against.
    /// It stops before DATA, so it leaves nothing behind.
    pub probe: Option<Call>,
    /// Something seen in a dialogue that the student ran in this step.
    pub ran: Option<Ran>,
    /// A message that has arrived since the step began.
    pub mailbox: Option<Arrived>,
    /// How a host's last attempt to deliver to somebody must have ended.
    pub delivery: Option<Delivered>,
    /// Mail that must not wait in a queue any more.
    pub queue: Option<Emptied>,
    /// What the probe, or the run, must show.
    #[serde(default)]
    pub expect: Expect,
    /// What was required and what may be missing: behaviour, never the line to write.
    pub explain: Text,
    /// Whether this is something to keep rather than to reach: it may hold when
    /// the step begins, and must hold when it ends. At least one goal of a step
    /// is not of this kind.
    #[serde(default)]
    pub keep: bool,
}

/// Which of the student's dialogues is meant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ran {
    /// The run's id.
    pub run: String,
}

/// A message in a mailbox.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// The address it came for.
    pub recipient: String,
    /// Envelope sender (Return-Path) it must have, if that matters.
    pub from: Option<String>,
}

/// How a host's last attempt since the step began to deliver to a recipient
/// must have ended. Everything given must hold.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// The host that delivers.
    pub host: String,
    /// The recipient.
    pub recipient: String,
    /// How it ended.
    pub status: DeliveryStatus,
    /// The enhanced status code.
    pub dsn: Option<String>,
    /// A part of the reason, as the log's parentheses have it.
    pub text: Option<String>,
    /// Whether the envelope must have travelled inside TLS.
    pub protected: Option<bool>,
    /// OpenSSL's verify return code for the certificate that was shown.
    pub certificate: Option<u8>,
}

/// What must have been seen in a dialogue. Everything given must hold.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The moment that `code`, `enhanced` and `text` speak of; `rcpt` if not given.
    #[serde(default)]
    pub at: Stage,
    /// The reply code.
    pub code: Option<u16>,
    /// The enhanced status code.
    pub enhanced: Option<String>,
    /// A part of the reply's text.
    pub text: Option<String>,
    /// Keywords that the last EHLO answer must list.
    #[serde(default)]
    pub offers: Vec<String>,
    /// Keywords that the last EHLO answer must not list.
    #[serde(default)]
    pub withholds: Vec<String>,
    /// OpenSSL's verify return code for the server's certificate.
    pub certificate: Option<u8>,
    /// Whether the mail's envelope must travel inside TLS.
    pub protected: Option<bool>,
    /// `true`: neither end may say a word (port and mode crossed).
    pub stalled: Option<bool>,
    /// Whether the TLS handshake must succeed; `false`: it must be tried and fail.
    pub handshake: Option<bool>,
}

/// A moment of a dialogue.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The greeting.
    Greeting,
    /// The (last) answer to EHLO.
    Ehlo,
    /// The answer to STARTTLS.
    Starttls,
    /// The last answer to AUTH.
    Auth,
    /// The answer to MAIL FROM.
    Mail,
    /// The last answer to RCPT TO.
    #[default]
    Rcpt,
    /// The answer to DATA.
    Data,
    /// The answer to the message.
    Message,
}

/// A queue without the mail of a sender.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Emptied {
    /// The host whose queue it is.
    pub host: String,
    /// The envelope sender of whom nothing may wait in it.
    pub without: String,
}

/// The ladder of hints: where to look, which concept, which parameter.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Hints {
    /// In Spanish.
    pub es: Vec<String>,
    /// In English.
    pub en: Vec<String>,
}

impl Hints {
    /// The ladder in `language`.
    pub fn in_language(&self, language: Language) -> &[String] {
        match language {
            Language::Es => &self.es,
            Language::En => &self.en,
        }
    }
}

/// A hint for whoever has just tried a certain thing. At least one of `edited`, `wrote`,
/// `ran` and `unmet` is given, and all that are given must hold.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HintWhen {
    /// A directive that the student has changed in this step.
    pub edited: Option<Edited>,
    /// A file that the student has written in this step.
    pub wrote: Option<Wrote>,
    /// A run whose last call shows what `expect` says.
    pub ran: Option<Ran>,
    /// What the last call of `ran` showed.
    #[serde(default)]
    pub expect: Expect,
    /// A goal that does not hold now.
    pub unmet: Option<Unmet>,
    /// The hint: Markdown. `{value}` stands for the directive's present value, or
    /// for the line of the file that `wrote` found, `{observed}` for what the run, or else the goal, showed.
    pub text: Text,
    /// What somebody does to deserve it. The checker does it too, and sees
    /// that this hint is given.
    pub tried: Vec<Action>,
}

/// A directive whose value is not the one with which the step began. Values
/// are compared word by word; several words must stand one after the other.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Edited {
    /// The host; the one under study if not given.
    pub host: Option<String>,
    /// The master.cf service whose `-o` is meant; without it, main.cf.
    pub service: Option<String>,
    /// The parameter.
    pub parameter: String,
    /// What must be in its present value.
    pub contains: Option<String>,
    /// What must not be in its present value.
    pub lacks: Option<String>,
}

/// A file whose text is not the one with which the step began. Its lines are
/// compared word by word, without those that begin with `#`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wrote {
    /// The host; the one under study if not given.
    pub host: Option<String>,
    /// The file's absolute path.
    pub path: String,
    /// Words that must stand one after the other in one of its lines.
    pub contains: Option<String>,
    /// Words that must not.
    pub lacks: Option<String>,
}

/// A goal that does not hold.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unmet {
    /// The goal's id.
    pub goal: String,
    /// A part of what was observed in its place: `554 5.7.1`.
    pub observed: Option<String>,
}

/// One action of the reference solution. Exactly one field is given.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Edit a directive.
    pub set: Option<Setting>,
    /// Write a file.
    pub write: Option<Writing>,
    /// Play a run to its end, by its id.
    pub run: Option<String>,
    /// Let time pass, in seconds; the queue managers go on working.
    pub wait: Option<u32>,
    /// Try everything again that waits in this host's queue (`postqueue -f`).
    pub flush: Option<String>,
    /// Show this host's queue (`mailq`).
    pub list_queue: Option<String>,
    /// Take mail out of a host's queue (`postsuper -d`).
    pub delete_queued: Option<Deletion>,
    /// Let an attacker tamper with a wire, or stop.
    pub attack: Option<Interference>,
    /// Ask a block list to take a host off it.
    pub delist: Option<Listing>,
    /// Look something up in DNS: what to type after `dig`.
    pub dig: Option<String>,
}

/// Mail to be taken out of a queue.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// The host.
    pub host: String,
    /// The queue id, or `ALL` for the whole queue.
    pub queue_id: String,
}
