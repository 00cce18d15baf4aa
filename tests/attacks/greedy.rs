//! A client who wants ever more recipients for one message:
//! `smtpd_recipient_limit` (1000), then `smtpd_recipient_overshoot_limit` (1000).

use crate::served::{Client, MAIN_CF, Server};

#[test]
fn a_message_has_a_thousand_recipients_and_who_insists_is_hung_up_on() {
    // Every one is an address of its own.
    let server = Server::with(&format!(
        "{MAIN_CF}recipient_delimiter = +\nsmtpd_error_sleep_time = 0\n"
    ));
    let mut client = Client::connect(server.address("smtp"));
    client.reply();
    for command in ["EHLO pc", "MAIL FROM:<profesor@aula.example>"] {
        client.ask(command);
    }
    let mut wish = |number: usize| client.ask(&format!("RCPT TO:<alumno+{number}@aula.example>"));
    let (ok, too_many) = ("250 2.1.5 Ok", "452 4.5.3 Error: too many recipients");
    for number in 0..2000 {
        let answer = if number < 1000 { ok } else { too_many };
        assert_eq!(wish(number), answer, "recipient {number}");
    }
    // From here on each is an error, of which smtpd_hard_error_limit is 20.
    for number in 2000..2020 {
        assert_eq!(wish(number), too_many, "recipient {number}");
    }
    let last = "421 4.7.0 mail.aula.example Error: too many errors";
    assert_eq!(wish(2020), last);
    assert_eq!(client.rest(), "");
}
