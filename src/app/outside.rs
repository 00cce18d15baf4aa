//! The commands with which a student tries the lesson's server from outside:
//! ready to be typed into another terminal.

use std::net::SocketAddr;

use super::model::Model;
use crate::lesson::model::{Auth, Call, Mail};

impl Model {
    /// Commands for every service that listens, with the addresses and the
    /// login of the present step (or else of the lesson). Empty if nobody listens.
    pub fn commands_from_outside(&self) -> Vec<String> {
        let step = self.lesson.steps.get(self.step..).unwrap_or_default();
        let calls = || {
            step.iter()
                .chain(&self.lesson.steps)
                .flat_map(|step| &step.runs)
                .map(|run| &run.call)
        };
        let mail = calls().find_map(|call: &Call| call.mail.as_ref());
        let auth = calls().find_map(|call: &Call| call.auth.as_ref());
        self.listening
            .iter()
            .flat_map(|(service, address)| commands(service, *address, mail, auth))
            .collect()
    }
}

/// The commands for one service, as swaks(1) and openssl-s_client(1) want them.
fn commands(
    service: &str,
    address: SocketAddr,
    mail: Option<&Mail>,
    auth: Option<&Auth>,
) -> Vec<String> {
    let (swaks_tls, openssl_tls, login) = match service {
        "smtp" => ("", "-starttls smtp ", None),
        "submission" => (" --tls", "-starttls smtp ", auth),
        _ => (" --tlsc", "", auth),
    };
    let envelope = mail.map_or_else(String::new, |mail| {
        let to = mail.to.first().map_or("", String::as_str);
        format!(" --from '{}' --to '{to}'", mail.from)
    });
    let login = login.map_or_else(String::new, |login| {
        let (user, password) = (&login.user, &login.password);
        format!(" --auth PLAIN --auth-user '{user}' --auth-password '{password}'")
    });
    let swaks = format!("swaks --server {address}{swaks_tls}{envelope}{login}");
    let openssl = format!("openssl s_client {openssl_tls}-crlf -quiet -connect {address}");
    vec![swaks, openssl]
}

#[cfg(test)]
mod tests {
    use super::super::testing::Stage;
    use super::super::{Effect, Msg};
    use crate::journal::event::Kind;
    use crate::lesson::Order;

    fn listening() -> Stage {
        let mut stage = Stage::answered();
        for (service, port) in [("smtp", 2525), ("submissions", 2465)] {
            stage.happen(Kind::Listening {
                service: service.to_owned(),
                address: ([127, 0, 0, 1], port).into(),
            });
        }
        stage
    }

    #[test]
    fn nobody_listens_unless_asked() {
        let mut model = Stage::answered().model;
        assert!(model.commands_from_outside().is_empty());
        assert!(model.update(Msg::NextOutsider).is_empty());
    }

    #[test]
    fn every_service_has_its_commands() {
        let commands = listening().model.commands_from_outside();
        assert_eq!(commands.len(), 4);
        assert!(commands[0].starts_with("swaks --server 127.0.0.1:2525"));
        assert!(commands[1].contains("-starttls smtp"));
        assert!(commands[2].contains("--tlsc"));
        assert_eq!(
            commands[3],
            "openssl s_client -crlf -quiet -connect 127.0.0.1:2465"
        );
    }

    #[test]
    fn callers_from_outside_count_as_one_client_after_the_other() {
        let mut stage = listening();
        let names: Vec<_> = stage
            .model
            .lesson
            .clients
            .iter()
            .map(|client| Some(client.name.clone()))
            .chain([None])
            .collect();
        for client in names {
            let order = Order::CountOutsiderAs {
                client: client.clone(),
            };
            assert_eq!(
                stage.model.update(Msg::NextOutsider),
                [Effect::Order(order)]
            );
            stage.happen(Kind::OutsiderCountsAs {
                client: client.clone(),
            });
            assert_eq!(stage.model.outsider, client);
        }
    }
}
