//! The restrictions by name: which does what, and which arguments they take.

use std::time::Duration;

use super::ReplyClass;
use super::judge::{Conclusion, Finding, Judge};
use super::server::ServerKind;
use crate::postfix::decision::Fact;
use crate::postfix::table::is_table;

/// One restriction of a list, about to be evaluated.
pub(super) struct Call<'l> {
    pub(super) name: &'l str,
    /// What follows it in the list; an argument is taken from here.
    pub(super) rest: &'l [String],
    /// What the list is about: the recipient, the sender, ….
    pub(super) subject: &'l str,
    pub(super) class: ReplyClass,
    /// The argument, once taken.
    pub(super) argument: Option<&'l str>,
}

impl<'l> Call<'l> {
    /// Takes the next word as the argument.
    fn take(&mut self) -> Option<&'l str> {
        let (argument, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.argument = Some(argument);
        Some(argument)
    }
}

impl Judge<'_> {
    /// Evaluates one restriction.
    pub(super) fn call(&mut self, call: &mut Call<'_>) -> Finding {
        let name = call.name.to_ascii_lowercase();
        if is_table(&name) {
            return self.bare_table(call);
        }
        if let Some(rest) = name.strip_prefix("check_")
            && let Some(subject) = rest.strip_suffix("_access")
        {
            return self.check_access(subject, call);
        }
        let (subject, class) = (call.subject, call.class);
        match name.as_str() {
            "permit" | "reject" | "defer" => self.unconditional(&name, call),
            "defer_if_permit" | "defer_if_reject" => {
                let text = format!("<{subject}>: {} rejected: {name} requested", class.words());
                let refusal = self.refusal(450, "4.7.0", &text);
                Finding {
                    fact: Fact::Unconditional,
                    conclusion: if name == "defer_if_permit" {
                        Conclusion::DeferIfPermit(refusal)
                    } else {
                        Conclusion::DeferIfReject(refusal)
                    },
                }
            }
            "sleep" => match call.take() {
                Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    let seconds = number.parse().unwrap_or(i32::MAX.unsigned_abs());
                    self.pause += Duration::from_secs(seconds.into());
                    Finding::nothing(Fact::Unconditional)
                }
                _ => self.misconfigured("restriction sleep must be followed by number"),
            },
            "check_policy_service" => self.check_policy_service(call),
            "permit_mynetworks" => self.permit_mynetworks(subject),
            "permit_inet_interfaces" => self.permit_inet_interfaces(),
            "permit_sasl_authenticated" => self.permit_sasl_authenticated(),
            // The lab's clients have no certificates.
            "permit_tls_clientcerts" | "permit_tls_all_clientcerts" => {
                Finding::nothing(Fact::NotAuthenticated)
            }
            "reject_plaintext_session" => self.reject_plaintext_session(),
            "reject_unauth_pipelining" => self.reject_unauth_pipelining(subject, class),
            "reject_unknown_client_hostname" | "reject_unknown_client" => {
                self.reject_unknown_client_hostname()
            }
            "reject_unknown_reverse_client_hostname" => {
                self.reject_unknown_reverse_client_hostname()
            }
            "reject_invalid_helo_hostname" | "reject_invalid_hostname" => {
                self.reject_invalid_helo_hostname()
            }
            "reject_non_fqdn_helo_hostname" | "reject_non_fqdn_hostname" => {
                self.reject_non_fqdn_helo_hostname()
            }
            "reject_unknown_helo_hostname" | "reject_unknown_hostname" => {
                self.reject_unknown_helo_hostname()
            }
            "reject_non_fqdn_sender" => self.reject_non_fqdn_address(ReplyClass::Sender),
            "reject_non_fqdn_recipient" => self.reject_non_fqdn_address(ReplyClass::Recipient),
            "reject_unknown_sender_domain" | "reject_unknown_address" => {
                self.reject_unknown_domain(ReplyClass::Sender)
            }
            "reject_unknown_recipient_domain" => self.reject_unknown_domain(ReplyClass::Recipient),
            "reject_unlisted_sender" => self.reject_unlisted(ReplyClass::Sender),
            "reject_unlisted_recipient" | "check_recipient_maps" => {
                self.reject_unlisted(ReplyClass::Recipient)
            }
            "reject_sender_login_mismatch"
            | "reject_authenticated_sender_login_mismatch"
            | "reject_unauthenticated_sender_login_mismatch"
            | "reject_known_sender_login_mismatch" => self.reject_sender_login_mismatch(&name),
            "permit_auth_destination" => self.permit_auth_destination(subject),
            "reject_unauth_destination" => self.reject_unauth_destination(subject, 0),
            "check_relay_domains" => self.check_relay_domains(subject),
            "permit_naked_ip_address" => self.permit_naked_ip_address(),
            "reject_maps_rbl" => self.reject_maps_rbl(),
            "defer_unauth_destination" => self.reject_unauth_destination(subject, 100),
            "permit_mx_backup" => self.permit_mx_backup(subject),
            "reject_multi_recipient_bounce" => self.reject_multi_recipient_bounce(subject, class),
            "reject_rbl_client"
            | "reject_rbl"
            | "permit_dnswl_client"
            | "reject_rhsbl_client"
            | "reject_rhsbl_reverse_client"
            | "reject_rhsbl_helo"
            | "reject_rhsbl_sender"
            | "reject_rhsbl_recipient"
            | "permit_rhswl_client" => {
                let Some(domain) = call.take() else {
                    let problem =
                        format!("restriction {} requires domain name argument", call.name);
                    self.warn(problem.clone());
                    return Finding::nothing(Fact::Misconfigured { problem });
                };
                self.block_list(&name, domain)
            }
            // Probing addresses needs a network that the lab does not have.
            "reject_unverified_sender" | "reject_unverified_recipient" => {
                Finding::nothing(Fact::Unconditional)
            }
            _ => self.restriction_class(call.name),
        }
    }

    /// Nothing but the name decides: `permit`, `reject`, `defer`.
    fn unconditional(&mut self, name: &str, call: &Call<'_>) -> Finding {
        if let Some(next) = call.rest.first()
            && (name == "permit" || !self.is_warning_only())
        {
            self.warn(format!("restriction `{next}' after `{name}' is ignored"));
        }
        if name == "permit" {
            return Finding::permit(Fact::Unconditional);
        }
        let (parameter, enhanced, reason) = match name {
            "reject" => ("reject_code", "5.7.1", "Access denied"),
            _ => ("defer_code", "4.3.2", "Try again later"),
        };
        let text = format!(
            "<{}>: {} rejected: {reason}",
            call.subject,
            call.class.words()
        );
        let refusal = self.refusal(self.service.number(parameter), enhanced, &text);
        Finding::refuse(Fact::Unconditional, refusal)
    }

    /// A table without `check_…_access` before it looks up what the list is about.
    fn bare_table(&mut self, call: &Call<'_>) -> Finding {
        let subject = match call.class {
            ReplyClass::Client => "client",
            ReplyClass::Helo => "helo",
            ReplyClass::Sender => "sender",
            ReplyClass::Recipient => "recipient",
            ReplyClass::Etrn => "etrn",
            ReplyClass::Data
            | ReplyClass::EndOfData
            | ReplyClass::ReverseClient
            | ReplyClass::Sasl => {
                return self.misconfigured(&format!(
                    "specify one of (check_client_access, check_reverse_client_hostname_access, \
                     check_helo_access, check_sender_access, check_recipient_access, \
                     check_etrn_access) before {} restriction \"{}\"",
                    call.class.words(),
                    call.name
                ));
            }
        };
        self.access(subject, call.name)
    }

    fn check_access(&mut self, subject: &str, call: &mut Call<'_>) -> Finding {
        let server = subject.rsplit_once('_').and_then(|(of, kind)| {
            let kind = ServerKind::from_name(kind)?;
            Some((of.strip_suffix("_hostname").unwrap_or(of).to_owned(), kind))
        });
        let known = [
            "client",
            "reverse_client_hostname",
            "helo",
            "sender",
            "recipient",
            "etrn",
            "sasl",
            "ccert",
        ];
        if server.is_none() && !known.contains(&subject) {
            return self.restriction_class(call.name);
        }
        let argument = call.take().unwrap_or(call.name);
        if !is_table(argument) {
            return self.misconfigured(&format!(
                "restriction {}: bad argument \"{argument}\": need maptype:mapname",
                call.name
            ));
        }
        let table = argument;
        if subject == "sasl" && !self.service.boolean("smtpd_sasl_auth_enable") {
            return self.without_sasl(call.name);
        }
        if subject == "ccert" && !self.service.boolean("smtpd_tls_ask_ccert") {
            let name = call.name;
            self.warn(format!(
                "{name} is requested, but \"smtpd_tls_ask_ccert = no\""
            ));
        }
        match server {
            Some((of, kind)) => self.server_access(call.name, &of, kind, table),
            None => self.access(subject, table),
        }
    }

    /// No policy service runs in the lab, so Postfix answers as when one is down.
    fn check_policy_service(&mut self, call: &mut Call<'_>) -> Finding {
        let Some(server) = call.take().filter(|server| server.contains(':')) else {
            return self.misconfigured(
                "restriction check_policy_service must be followed by transport:server",
            );
        };
        let (transport, path) = server.split_once(':').unwrap_or(("", server));
        let tries = self.service.number("smtpd_policy_service_try_limit");
        let problem = if transport == "inet" {
            // One line of the connection, one of the request, at each try.
            let reason = "Connection refused";
            for _ in 1..tries {
                self.warn(format!("connect to {path}: {reason}"));
                self.warn(format!("problem talking to server {path}: {reason}"));
            }
            self.warn(format!("connect to {path}: {reason}"));
            format!("problem talking to server {path}: {reason}")
        } else {
            let reason = "No such file or directory";
            for _ in 0..tries {
                self.warn(format!("connect to {path}: {reason}"));
            }
            format!("problem talking to server {path}: {reason}")
        };
        self.warn(problem.clone());
        let waits = u32::try_from(tries.saturating_sub(1)).unwrap_or(0);
        self.pause += self.service.time("smtpd_policy_service_retry_delay") * waits;
        let action = self
            .service
            .text("smtpd_policy_service_default_action")
            .to_owned();
        let finding = self.act("policy query", &action, call.subject, call.class);
        Finding {
            fact: Fact::Misconfigured { problem },
            ..finding
        }
    }

    /// A restriction list of the administrator's own (`smtpd_restriction_classes`).
    fn restriction_class(&mut self, name: &str) -> Finding {
        let classes = self.service.list("smtpd_restriction_classes");
        match classes
            .iter()
            .find(|class| class.eq_ignore_ascii_case(name))
        {
            Some(class) => Finding {
                fact: Fact::Unconditional,
                conclusion: Conclusion::Delegate(self.service.list(class).to_vec()),
            },
            None => self.misconfigured(&format!("unknown smtpd restriction: \"{name}\"")),
        }
    }

    /// The configuration is wrong: `451 4.3.5 Server configuration error`.
    pub(super) fn misconfigured(&mut self, words: &str) -> Finding {
        self.warn(words);
        Finding {
            fact: Fact::Misconfigured {
                problem: words.to_owned(),
            },
            conclusion: Conclusion::Fail(self.refusal(451, "4.3.5", "Server configuration error")),
        }
    }

    /// A table or list could not be asked; the log has said why.
    pub(super) fn lookup_failed(&mut self, subject: &str) -> Finding {
        let problem = self
            .lookups
            .log
            .last()
            .map(|line| line.trim_start_matches("warning: ").to_owned())
            .unwrap_or_default();
        let text = format!("<{subject}>: Temporary lookup failure");
        Finding {
            fact: Fact::Misconfigured { problem },
            conclusion: Conclusion::Fail(self.refusal(451, "4.3.0", &text)),
        }
    }
}
