//! SMTP smuggling (CVE-2023-51764): a second message hidden in the first,
//! behind something that is not quite the end of a message. The ten ends are
//! those that the tool `smtpsmug` tries.

use crate::served::{Client, MAIN_CF, Server};

/// How the server is set up (`smtpd_forbid_bare_newline`).
const SETTINGS: [Option<&str>; 3] = [None, Some("normalize"), Some("reject")];

/// What becomes of the two messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fate {
    /// The hidden message is a message.
    Smuggled,
    /// There is one message, with commands in its text.
    Whole,
    /// There is none.
    Refused,
}
use Fate::{Refused, Smuggled, Whole};

/// What stands where the end of the first message would be, and its fate with
/// each of [`SETTINGS`].
const ENDS: [(&str, [Fate; 3]); 10] = [
    ("\n.\n", [Smuggled, Whole, Refused]),
    ("\r.\r", [Whole, Whole, Whole]),
    ("\r.\n", [Whole, Whole, Refused]),
    ("\n.\r", [Whole, Whole, Refused]),
    ("\n.\r\n", [Smuggled, Whole, Refused]),
    ("\r\n.\n", [Smuggled, Whole, Refused]),
    ("\r.\r\n", [Whole, Whole, Whole]),
    ("\r\n.\r", [Whole, Whole, Whole]),
    ("\r\n\0.\r\n", [Whole, Whole, Whole]),
    ("\r\n.\0\r\n", [Whole, Whole, Whole]),
];

const HIDDEN: &str = "MAIL FROM:<director@aula.example>\r\n\
    RCPT TO:<alumno@aula.example>\r\nDATA\r\n\
    Message-ID: <2@x.example>\r\n\r\ncontrabando\r\n.\r\n";

/// What the server says to both messages, as one text; queue ids are `ID`.
fn answer(fate: Fate) -> &'static str {
    match fate {
        Smuggled => {
            "250 2.0.0 Ok: queued as ID\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n\
             354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued as ID\r\n221 2.0.0 Bye\r\n"
        }
        Whole => "250 2.0.0 Ok: queued as ID\r\n221 2.0.0 Bye\r\n",
        Refused => "550 5.5.2 mail.aula.example Error: bare <LF> received\r\n221 2.0.0 Bye\r\n",
    }
}

fn without_ids(said: &str) -> String {
    let mut text = String::new();
    for line in said.split_inclusive("\r\n") {
        match line.split_once("queued as ") {
            Some((before, _)) => text.extend([before, "queued as ID\r\n"]),
            None => text.push_str(line),
        }
    }
    text
}

#[test]
fn every_end_of_data_is_treated_as_postfix_treats_it() {
    for (column, setting) in SETTINGS.iter().enumerate() {
        let forbid = setting.map(|value| format!("smtpd_forbid_bare_newline = {value}\n"));
        // Who is trusted may do as they like: smtpd_forbid_bare_newline_exclusions.
        let main_cf = format!("{MAIN_CF}mynetworks =\n{}", forbid.unwrap_or_default());
        let server = Server::with(&main_cf);
        let mut messages = 0;
        for (end, fates) in ENDS {
            let mut client = Client::connect(server.address("smtp"));
            client.reply();
            for command in [
                "EHLO pc.aula.example",
                "MAIL FROM:<ana@remoto.example>",
                "RCPT TO:<alumno@aula.example>",
                "DATA",
            ] {
                client.ask(command);
            }
            client.send(&format!(
                "Message-ID: <1@x.example>\r\n\r\nuno{end}{HIDDEN}QUIT\r\n"
            ));
            let fate = fates[column];
            assert_eq!(
                without_ids(&client.rest()),
                answer(fate),
                "{end:?} with {setting:?}"
            );
            messages += match fate {
                Smuggled => 2,
                Whole => 1,
                Refused => 0,
            };
        }
        let log = server.stop();
        assert_eq!(log.matches("status=sent").count(), messages, "{log}");
    }
}
