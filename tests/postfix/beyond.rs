//! Dialogues that were not recorded, by the manual and the source of Postfix.

use serde_json::{Value, json};

use super::compare;
use super::player::Player;
use super::scenario::Scenario;

/// Plays a dialogue: what the client sends and what it must hear, lines joined
/// by ` | `. The first entry is the greeting. `(closed)`: the server hung up.
#[track_caller]
fn check(main_cf: &Value, talk: &[(&str, &str)], log: &[&str]) {
    let mut dialogue = Vec::new();
    let mut steps = Vec::new();
    for (index, (command, reply)) in talk.iter().enumerate() {
        if index > 0 {
            steps.push(if command.is_empty() {
                json!({"expect_close": true})
            } else {
                json!({"send": command})
            });
        }
        dialogue.push(if *reply == "(closed)" {
            json!({"step": index, "c": null, "event": "closed"})
        } else {
            let lines: Vec<&str> = reply.split(" | ").collect();
            json!({"step": index, "c": command, "s": lines})
        });
    }
    let scenario: Scenario = serde_json::from_value(json!({
        "id": "beyond", "title": "beyond the recordings",
        "main_cf": main_cf,
        "client": {"addr": "203.0.113.66"},
        "service": "smtp",
        "steps": steps,
        "dialogue": dialogue,
        "log": log,
    }))
    .unwrap();
    let differences = compare::differences(&scenario, &Player::play(&scenario));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

const BANNER: (&str, &str) = ("", "220 mail.aula.example ESMTP Postfix (Debian/GNU)");
const MAIL: (&str, &str) = ("MAIL FROM:<ana@remoto.example>", "250 2.1.0 Ok");
const RCPT: (&str, &str) = ("RCPT TO:<alumno@aula.example>", "250 2.1.5 Ok");
const HELO: (&str, &str) = ("HELO cliente.example", "250 mail.aula.example");
const QUIT: (&str, &str) = ("QUIT", "221 2.0.0 Bye");

#[test]
fn a_client_refused_at_once_may_only_leave() {
    check(
        &json!({"smtpd_delay_reject": "no", "smtpd_client_restrictions": "reject"}),
        &[
            (
                "",
                "554 5.7.1 <unknown[203.0.113.66]>: Client host rejected: Access denied",
            ),
            (
                "EHLO cliente.example",
                "503 5.7.0 Error: access denied for unknown[203.0.113.66]",
            ),
            QUIT,
        ],
        &[
            "postfix/smtpd: connect from unknown[203.0.113.66]",
            "postfix/smtpd: NOQUEUE: reject: CONNECT from unknown[203.0.113.66]: 554 5.7.1 \
             <unknown[203.0.113.66]>: Client host rejected: Access denied; proto=SMTP",
            "postfix/smtpd: disconnect from unknown[203.0.113.66] ehlo=0/1 quit=1 commands=1/2",
        ],
    );
}

#[test]
fn a_name_refused_at_once_does_not_end_the_session() {
    check(
        &json!({
            "smtpd_delay_reject": "no",
            "smtpd_helo_restrictions": "reject_non_fqdn_helo_hostname",
        }),
        &[
            BANNER,
            (
                "HELO portatil",
                "504 5.5.2 <portatil>: Helo command rejected: need fully-qualified hostname",
            ),
            MAIL,
            QUIT,
        ],
        &[],
    );
}

#[test]
fn commands_out_of_order_are_told_what_comes_first() {
    check(
        &json!({}),
        &[
            BANNER,
            HELO,
            ("DATA", "503 5.5.1 Error: need RCPT command"),
            MAIL,
            (
                "MAIL FROM:<ana@remoto.example>",
                "503 5.5.1 Error: nested MAIL command",
            ),
            ("DATA", "554 5.5.1 Error: no valid recipients"),
            RCPT,
            ("STARTTLS now", "501 5.5.4 Syntax: STARTTLS"),
            QUIT,
        ],
        &[],
    );
}

#[test]
fn parameters_of_mail_that_do_not_fit() {
    check(
        &json!({"smtpd_sasl_auth_enable": "yes"}),
        &[
            BANNER,
            HELO,
            (
                "MAIL FROM:<a@b.example> BODY=BINARYMIME",
                "555 5.5.4 Unsupported option: BODY=BINARYMIME",
            ),
            (
                "MAIL FROM:<a@b.example> SIZE=99999999999999999999",
                "552 5.3.4 Message size exceeds file system imposed limit",
            ),
            (
                "MAIL FROM:<a@b.example> ENVID=a+2",
                "501 5.5.4 Bad ENVID parameter syntax",
            ),
            (
                "MAIL FROM:<a@b.example> AUTH=x@y.example AUTH=x@y.example",
                "503 5.5.4 Error: multiple AUTH= options",
            ),
            (
                "MAIL FROM:<a@b.example> body=8bitmime ret=hdrs",
                "250 2.1.0 Ok",
            ),
            QUIT,
        ],
        &[],
    );
}

#[test]
fn login_takes_the_user_name_at_once() {
    check(
        &json!({"smtpd_sasl_auth_enable": "yes"}),
        &[
            BANNER,
            ("AUTH LOGIN QUxVTU5P", "334 UGFzc3dvcmQ6"),
            ("Y2xhc2UtMTIzNA==", "235 2.7.0 Authentication successful"),
            MAIL,
            RCPT,
            QUIT,
        ],
        &[
            "postfix/smtpd: connect from unknown[203.0.113.66]",
            "postfix/smtpd: {QID1}: client=unknown[203.0.113.66], sasl_method=LOGIN, \
             sasl_username=alumno",
            "postfix/smtpd: disconnect from unknown[203.0.113.66] auth=1 mail=1 rcpt=1 quit=1 \
             commands=4",
        ],
    );
}

#[test]
fn without_its_dovecot_the_server_dies_before_it_greets() {
    check(
        &json!({"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_path": "private/otro"}),
        &[("", "(closed)")],
        &[
            "postfix/smtpd: connect from unknown[203.0.113.66]",
            "postfix/smtpd: warning: SASL: Connect to Dovecot auth socket 'private/otro' failed: \
             No such file or directory",
            "postfix/smtpd: fatal: no SASL authentication mechanisms",
        ],
    );
}

#[test]
fn chunks_after_a_fault_are_skipped() {
    check(
        &json!({}),
        &[
            BANNER,
            HELO,
            MAIL,
            RCPT,
            ("BDAT 0", "551 5.7.1 Null BDAT request"),
            (
                "RCPT TO:<profesor@aula.example>",
                "503 5.5.1 Error: RCPT after BDAT",
            ),
            (
                "BDAT 0 LAST",
                "551 5.0.0 Discarded 0 bytes after earlier error",
            ),
            MAIL,
            QUIT,
        ],
        &[],
    );
}

#[test]
fn a_hidden_keyword_is_a_command_that_does_not_work() {
    check(
        &json!({"smtpd_discard_ehlo_keywords": "chunking, dsn, silent-discard"}),
        &[
            BANNER,
            (
                "EHLO cliente.example",
                "250-mail.aula.example | 250-PIPELINING | 250-SIZE 10240000 | 250-VRFY | 250-ETRN \
                 | 250-STARTTLS | 250-ENHANCEDSTATUSCODES | 250-8BITMIME | 250 SMTPUTF8",
            ),
            (
                "MAIL FROM:<a@b.example> RET=FULL",
                "501 5.7.1 DSN support is disabled",
            ),
            ("BDAT 4", "521 5.5.1 Error: command not implemented"),
            ("", "(closed)"),
        ],
        &[],
    );
}

#[test]
fn keywords_can_be_hidden_from_one_client() {
    check(
        &json!({
            "smtpd_discard_ehlo_keyword_address_maps":
                "inline:{ {203.0.113.66 = pipelining, starttls, etrn, silent-discard} }",
        }),
        &[
            BANNER,
            (
                "EHLO cliente.example",
                "250-mail.aula.example | 250-SIZE 10240000 | 250-VRFY \
                 | 250-ENHANCEDSTATUSCODES | 250-8BITMIME | 250-DSN | 250-SMTPUTF8 | 250 CHUNKING",
            ),
            QUIT,
        ],
        &[],
    );
}

#[test]
fn a_browser_and_a_message_are_no_clients() {
    for command in ["GET / HTTP/1.1", "Subject: hola"] {
        check(
            &json!({}),
            &[
                BANNER,
                (command, "221 2.7.0 Error: I can break rules, too. Goodbye."),
                ("", "(closed)"),
            ],
            &[],
        );
    }
}

#[test]
fn a_trusted_client_may_speak_for_another() {
    check(
        &json!({"smtpd_authorized_xclient_hosts": "203.0.113.0/24"}),
        &[
            BANNER,
            (
                "XCLIENT NAME=pc25.aula.example ADDR=10.0.0.25 LOGIN=alumno",
                BANNER.1,
            ),
            (
                "XCLIENT ADDR=10.0.0.26",
                "550 5.7.0 Error: insufficient authorization",
            ),
            HELO,
            MAIL,
            RCPT,
            QUIT,
        ],
        &[
            "postfix/smtpd: connect from unknown[203.0.113.66]",
            "postfix/smtpd: {QID1}: client=pc25.aula.example[10.0.0.25], sasl_method=XCLIENT, \
             sasl_username=alumno",
            "postfix/smtpd: disconnect from pc25.aula.example[10.0.0.25] helo=1 xclient=0/2 mail=1 \
             rcpt=1 quit=1 commands=4/6",
        ],
    );
}

#[test]
fn a_refusal_may_have_a_footer() {
    check(
        &json!({"smtpd_reject_footer": r"\c. Ayuda:\nhttps://aula.example/correo"}),
        &[
            BANNER,
            (
                "HOLA",
                "500-5.5.2 Error: command not recognized. Ayuda: \
                 | 500 5.5.2 https://aula.example/correo",
            ),
            QUIT,
        ],
        &[],
    );
    check(
        &json!({"smtpd_reject_footer": "Ayuda en aula.example"}),
        &[
            BANNER,
            (
                "HOLA",
                "500-5.5.2 Error: command not recognized | 500 5.5.2 Ayuda en aula.example",
            ),
            QUIT,
        ],
        &[],
    );
}

#[test]
fn a_footer_may_tell_of_the_session() {
    check(
        &json!({"smtpd_reject_footer":
            r"\c. Ask $server_name ($client_address:$client_port)\n[$sender] ${client_name} <$foo> $$x {$helo_name}"}),
        &[
            BANNER,
            HELO,
            (
                "HOLA",
                "500-5.5.2 Error: command not recognized. Ask mail.aula.example (203.0.113.66:40000) \
                 | 500 5.5.2 [] unknown <> $x {cliente.example}",
            ),
            ("MAIL FROM:<a$sender{@remoto.example>", "250 2.1.0 Ok"),
            (
                "RCPT TO:<x@otro.example>",
                "454-4.7.1 <x@otro.example>: Relay access denied. Ask mail.aula.example (203.0.113.66:40000) \
                 | 454 4.7.1 [a$sender{@remoto.example] unknown <> $x {cliente.example}",
            ),
            QUIT,
        ],
        &[
            "postfix/smtpd: connect from unknown[203.0.113.66]",
            "postfix/smtpd: warning: unknown macro name \"foo\" in expansion request",
            "postfix/smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 \
             <x@otro.example>: Relay access denied; from=<a$sender{@remoto.example> \
             to=<x@otro.example> proto=SMTP helo=<cliente.example>",
            "postfix/smtpd: warning: unknown macro name \"foo\" in expansion request",
            "postfix/smtpd: disconnect from unknown[203.0.113.66] helo=1 mail=1 rcpt=0/1 quit=1 \
             unknown=0/1 commands=3/5",
        ],
    );
}

#[test]
fn a_bare_newline_can_end_the_session() {
    let conversation = json!({"smtpd_forbid_bare_newline": "reject"});
    check(
        &conversation,
        &[
            BANNER,
            (
                "NOOP\nNOOP",
                "550 5.5.2 mail.aula.example Error: bare <LF> received",
            ),
            ("", "(closed)"),
        ],
        &[],
    );
}

#[test]
fn nobody_else_may() {
    check(
        &json!({}),
        &[
            BANNER,
            (
                "XCLIENT ADDR=10.0.0.25",
                "550 5.7.0 Error: insufficient authorization",
            ),
            (
                "XFORWARD NAME=pc25.aula.example",
                "550 5.7.0 Error: insufficient authorization",
            ),
            QUIT,
        ],
        &[],
    );
}
