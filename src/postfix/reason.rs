//! Why `smtpd` turned a command away, or kept a keyword of EHLO to itself,
//! where no restriction list had a say: the rule, the parameters that make it
//! so, and where the rule stands written.

use serde::{Serialize, Serializer};

use super::configuration::Service;

/// What decided about a command besides the restriction lists.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// What it was about, as found: a number, a keyword, a word of the client's;
    /// empty where the rule says it all.
    pub found: String,
    /// The parameters that make it so, the one to look at first in front; none
    /// where the protocol leaves no choice.
    pub settings: Vec<Setting>,
    /// The RFC and its section; empty where the rule is Postfix's own.
    pub source: &'static str,
}

/// A parameter as it was in force.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Setting {
    /// Its name.
    pub parameter: &'static str,
    /// Its value, with every `$name` expanded.
    pub value: String,
    /// Where it was set.
    pub origin: Origin,
}

/// Where a parameter was set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Origin {
    /// Nowhere: it is Postfix's default.
    #[default]
    Default,
    /// In main.cf.
    MainCf {
        /// The line, from 1.
        line: usize,
    },
    /// By an `-o` of the service in master.cf.
    MasterCf {
        /// The line, from 1.
        line: usize,
    },
}

/// One entry a rule: its name, the word for it in messages and in `--json`, the
/// parameters that it depends on, and its RFC.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident: $word:literal, [$($parameter:literal),*], $source:literal;)+) => {
        /// A rule by which `smtpd` turns a command away.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)+
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// Its word in messages and in `--json`: `tls-first`.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$rule => $word,)+
                }
            }

            /// The parameters that it depends on, as a rule.
            fn usual_parameters(self) -> &'static [&'static str] {
                match self {
                    $(Self::$rule => &[$($parameter),*],)+
                }
            }

            /// Where it stands written, whatever the command.
            fn usual_source(self) -> &'static str {
                match self {
                    $(Self::$rule => $source,)+
                }
            }
        }
    };
}

rules! {
    // ---- the order of things ------------------------------------------------
    /// HELO or EHLO must come first here.
    HelloFirst: "hello-first", ["smtpd_helo_required"], "RFC 5321 §4.1.4";
    /// There is no transaction: MAIL must come before RCPT.
    MailFirst: "mail-first", [], "RFC 5321 §4.1.4";
    /// A transaction is open: MAIL can't begin another.
    MailTwice: "mail-twice", [], "RFC 5321 §4.1.4";
    /// RCPT must come before the message.
    RecipientFirst: "recipient-first", [], "RFC 5321 §4.1.4";
    /// There were recipients, and none was accepted.
    NoValidRecipients: "no-valid-recipients", [], "RFC 5321 §3.3";
    /// The command has no place inside a transaction.
    InTransaction: "in-transaction", [], "";
    /// The message has begun with BDAT, and must end with it.
    AfterChunks: "after-chunks", [], "RFC 3030 §2";
    /// An earlier chunk was refused, and with it those that follow.
    ChunkAfterError: "chunk-after-error", [], "RFC 3030 §2";
    /// A chunk without bytes that is not the last.
    EmptyChunk: "empty-chunk", [], "RFC 3030 §2";
    /// The client did not wait where it must.
    OutOfTurn: "out-of-turn", ["smtpd_forbid_unauth_pipelining"], "RFC 2920 §3.1";
    /// The client was turned away when it connected; all it can do is leave.
    TurnedAway: "turned-away", ["smtpd_delay_reject", "smtpd_client_restrictions"], "RFC 5321 §3.1";
    /// The client said nothing for too long.
    Silent: "silent", ["smtpd_timeout"], "RFC 5321 §4.5.3.2.7";

    // ---- syntax ---------------------------------------------------------------
    /// The command is not written as it should be.
    Syntax: "syntax", [], "";
    /// A parameter of the command has an impossible value.
    ParameterSyntax: "parameter-syntax", [], "";
    /// A parameter of the command that nobody knows here.
    UnknownParameter: "unknown-parameter", [], "RFC 5321 §4.1.1.11";
    /// A line without a command.
    EmptyCommand: "empty-command", [], "RFC 5321 §4.1.1";
    /// A command that nobody knows here.
    UnknownCommand: "unknown-command", [], "RFC 5321 §4.2.4";
    /// A line of a message where a command should be.
    HeaderAsCommand: "header-as-command", [], "";
    /// A command after which Postfix hangs up.
    ForbiddenCommand: "forbidden-command", ["smtpd_forbidden_commands"], "";
    /// The command line is not UTF-8.
    NotUtf8: "not-utf8", ["smtputf8_enable"], "RFC 6531 §3.3";
    /// A line ended in a bare LF.
    BareNewline: "bare-newline", ["smtpd_forbid_bare_newline"], "RFC 5321 §2.3.8";
    /// No address that mail could be sent to.
    AddressSyntax: "address-syntax", [], "RFC 5321 §4.1.2";
    /// An address as RFC 5321 does not write it, where Postfix insists.
    StrictAddress: "strict-address", ["strict_rfc821_envelopes"], "RFC 5321 §4.1.2";
    /// An address with characters that need SMTPUTF8, which the client did not ask for.
    UnicodeAddress: "unicode-address", ["strict_smtputf8"], "RFC 6531 §3.5";
    /// A domain with characters that need SMTPUTF8, which the client did not ask for.
    UnicodeDomain: "unicode-domain", ["smtputf8_enable"], "RFC 6531 §3.5";

    // ---- what is offered --------------------------------------------------------
    /// The keyword is kept from this client, and what it stands for refused.
    KeywordDiscarded: "keyword-discarded", ["smtpd_discard_ehlo_keywords"], "";
    /// VRFY is not answered.
    VrfyOff: "vrfy-off", ["disable_vrfy_command"], "RFC 5321 §7.3";
    /// SMTPUTF8 is not offered.
    SmtpUtf8Off: "smtputf8-off", ["smtputf8_enable"], "RFC 6531 §3.2";
    /// ETRN does nothing for this domain.
    EtrnNotServed: "etrn-not-served", ["fast_flush_domains"], "RFC 1985 §5";
    /// The client may not speak for others.
    XclientNotTrusted: "xclient-not-trusted", ["smtpd_authorized_xclient_hosts"], "";
    /// The client may not tell where mail came from.
    XforwardNotTrusted: "xforward-not-trusted", ["smtpd_authorized_xforward_hosts"], "";

    // ---- TLS ----------------------------------------------------------------------
    /// Nothing of weight is done before STARTTLS.
    TlsFirst: "tls-first", ["smtpd_tls_security_level"], "RFC 3207 §4";
    /// TLS is not offered.
    TlsOff: "tls-off", ["smtpd_tls_security_level"], "RFC 3207 §4";
    /// TLS is on already.
    TlsAlready: "tls-already", [], "RFC 3207 §4.2";
    /// There is no certificate with its key to do TLS with.
    NoCertificate: "no-certificate", ["smtpd_tls_cert_file", "smtpd_tls_key_file"], "RFC 3207 §4";
    /// The client showed no certificate of its own.
    ClientCertificate: "client-certificate", ["smtpd_tls_req_ccert"], "";

    // ---- AUTH ---------------------------------------------------------------------
    /// AUTH is not offered.
    AuthOff: "auth-off", ["smtpd_sasl_auth_enable"], "RFC 4954 §3";
    /// AUTH is offered inside TLS only.
    AuthNeedsTls: "auth-needs-tls", ["smtpd_tls_auth_only"], "RFC 4954 §4";
    /// AUTH is not announced to this client.
    AuthExcepted: "auth-excepted", ["smtpd_sasl_exceptions_networks"], "";
    /// No mechanism is left to announce.
    AuthFiltered: "auth-filtered", ["smtpd_sasl_mechanism_filter"], "";
    /// The client is logged in already.
    AuthAlready: "auth-already", [], "RFC 4954 §4";
    /// The mechanism is not on offer.
    MechanismUnknown: "mechanism-unknown", ["smtpd_sasl_security_options"], "RFC 4954 §4";
    /// The client's answer is not base64.
    NotBase64: "not-base64", [], "RFC 4954 §4";
    /// The client's answer is not what the mechanism asks for.
    AuthMalformed: "auth-malformed", [], "";
    /// The client's answer is too long.
    AuthTooLong: "auth-too-long", ["smtpd_sasl_response_limit"], "RFC 4954 §4";
    /// The client gave up.
    AuthAborted: "auth-aborted", [], "RFC 4954 §4";
    /// Dovecot does not know the user, or not with this password.
    WrongCredentials: "wrong-credentials", ["smtpd_sasl_path"], "RFC 4954 §6";

    // ---- limits -------------------------------------------------------------------
    /// The message is too big.
    TooBig: "too-big", ["message_size_limit"], "RFC 1870 §6";
    /// A size that no file can have.
    SizeOverflow: "size-overflow", [], "RFC 1870 §6";
    /// The message came through too many servers.
    TooManyHops: "too-many-hops", ["hopcount_limit"], "RFC 5321 §6.3";
    /// Too many recipients for one message.
    TooManyRecipients: "too-many-recipients", ["smtpd_recipient_limit"], "RFC 5321 §4.5.3.1.10";
    /// Too many mistakes in one session.
    TooManyErrors: "too-many-errors", ["smtpd_hard_error_limit"], "";
    /// Too many connections of the client at the same time.
    TooManyConnections: "too-many-connections", ["smtpd_client_connection_count_limit"], "";
    /// Too many connections of the client in a time unit.
    ConnectionsTooOften: "connections-too-often", ["smtpd_client_connection_rate_limit", "anvil_rate_time_unit"], "";
    /// Too many AUTH commands of the client in a time unit.
    AuthTooOften: "auth-too-often", ["smtpd_client_auth_rate_limit", "anvil_rate_time_unit"], "";
    /// Too many messages of the client in a time unit.
    MailTooOften: "mail-too-often", ["smtpd_client_message_rate_limit", "anvil_rate_time_unit"], "";
    /// Too many recipients of the client in a time unit.
    RecipientsTooOften: "recipients-too-often", ["smtpd_client_recipient_rate_limit", "anvil_rate_time_unit"], "";
    /// Too many TLS handshakes of the client in a time unit.
    TlsTooOften: "tls-too-often", ["smtpd_client_new_tls_session_rate_limit", "anvil_rate_time_unit"], "";
    /// The disk that holds the queue is full, or nearly.
    DiskFull: "disk-full", ["queue_minfree", "message_size_limit"], "RFC 1870 §6";

    // ---- content and tables ---------------------------------------------------
    /// A table says that a header is not to pass.
    HeaderRejected: "header-rejected", ["header_checks"], "";
    /// A table says that a line of the body is not to pass.
    BodyRejected: "body-rejected", ["body_checks"], "";
    /// The aliases of a recipient lead to no end.
    EndlessAlias: "endless-alias", ["virtual_alias_maps", "virtual_alias_recursion_limit", "virtual_alias_expansion_limit"], "";
    /// A table that must be asked cannot be.
    TableUnavailable: "table-unavailable", ["smtpd_command_filter"], "";

    // ---- beside another reason ------------------------------------------------
    /// What would have been refused for good is refused for now.
    SoftBounce: "soft-bounce", ["soft_bounce"], "";
}

impl Reason {
    /// Why a command at `stage` (as [`Decision::stage`](super::decision::Decision::stage))
    /// was turned away by a service.
    pub fn new(service: &Service, stage: &str, rule: Rule, found: impl Into<String>) -> Self {
        let found = found.into();
        let parameters = rule.parameters(service, &found);
        Self {
            settings: parameters
                .iter()
                .map(|parameter| Setting::in_force(service, parameter))
                .collect(),
            source: rule.source(stage),
            rule,
            found,
        }
    }
}

impl Setting {
    /// A parameter as a service has it.
    fn in_force(service: &Service, parameter: &'static str) -> Self {
        Self {
            parameter,
            value: service.text(parameter).to_owned(),
            origin: service.origin(parameter),
        }
    }
}

impl Rule {
    /// The parameters that make it so in this service: where one counts more
    /// than another, the one that counted.
    fn parameters(self, service: &Service, found: &str) -> &'static [&'static str] {
        let is_set = |parameter| !service.text(parameter).is_empty();
        match self {
            Self::AddressSyntax
                if found.trim_start_matches('<').starts_with('-')
                    && !service.boolean("allow_min_user") =>
            {
                &["allow_min_user"]
            }
            Self::TlsFirst if !is_set("smtpd_tls_security_level") => &["smtpd_enforce_tls"],
            Self::AuthNeedsTls if !service.boolean("smtpd_tls_auth_only") => {
                Self::TlsFirst.parameters(service, found)
            }
            Self::NoCertificate if is_set("smtpd_tls_chain_files") => &["smtpd_tls_chain_files"],
            Self::KeywordDiscarded if is_set("smtpd_discard_ehlo_keyword_address_maps") => &[
                "smtpd_discard_ehlo_keyword_address_maps",
                "smtpd_discard_ehlo_keywords",
            ],
            _ => self.usual_parameters(),
        }
    }

    /// Where it stands written for the command at `stage`.
    fn source(self, stage: &str) -> &'static str {
        match (self, stage) {
            (Self::Syntax, "HELO" | "EHLO") => "RFC 5321 §4.1.1.1",
            (Self::Syntax, "MAIL") => "RFC 5321 §4.1.1.2",
            (Self::Syntax, "RCPT") => "RFC 5321 §4.1.1.3",
            (Self::Syntax, "DATA") => "RFC 5321 §4.1.1.4",
            (Self::Syntax, "RSET") => "RFC 5321 §4.1.1.5",
            (Self::Syntax, "VRFY") => "RFC 5321 §4.1.1.6",
            (Self::Syntax, "STARTTLS") => "RFC 3207 §4",
            (Self::Syntax | Self::InTransaction, "AUTH") => "RFC 4954 §4",
            (Self::Syntax, "BDAT") => "RFC 3030 §2",
            (Self::Syntax | Self::InTransaction, "ETRN") => "RFC 1985 §5",
            (Self::ParameterSyntax, "MAIL") => "RFC 5321 §4.1.1.11",
            (Self::ParameterSyntax, "RCPT") => "RFC 3461 §4",
            _ => self.usual_source(),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
