//! What happens in the world without a dialogue that would show it: block
//! lists that list and answer, mail that is sent over and over, DNS.

use super::model::Model;
use crate::journal::{Kind, Position};
use crate::text::{Catalogue, visible};

/// The news in a sentence; `None` if the event is no news.
pub fn news(catalogue: &Catalogue, kind: &Kind) -> Option<String> {
    let say = |id: &str, arguments: &[(&str, &str)]| {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (*name, visible::text(value).into()))
            .collect();
        Some(catalogue.say_with(id, &arguments))
    };
    match kind {
        Kind::Listed {
            list,
            address,
            trap,
        } => say(
            "news-listed",
            &[
                ("list", list),
                ("address", &address.to_string()),
                ("trap", trap),
            ],
        ),
        Kind::DelistingAnswered {
            list,
            host,
            removed,
            reply,
        } => {
            let id = if *removed {
                "news-delisted"
            } else {
                "news-delisting-refused"
            };
            say(id, &[("list", list), ("host", host), ("reply", reply)])
        }
        Kind::Repeated { sent, accepted, .. } => say(
            "news-repeated",
            &[
                ("sent", &sent.to_string()),
                ("accepted", &accepted.to_string()),
            ],
        ),
        _ => None,
    }
}

impl Model {
    /// The last news of this step until the shown moment.
    pub fn last_news(&self) -> Option<Position> {
        if self.beginning() {
            return None;
        }
        self.projection.news_at(self.position()).last().copied()
    }

    /// The addresses that are on a block list at the shown moment, with the
    /// list and the trap in which their mail was found.
    pub fn listed(&self) -> Vec<(&str, std::net::IpAddr, &str)> {
        let mut listed: Vec<(&str, std::net::IpAddr, &str)> = Vec::new();
        for at in self.projection.news_at(self.position()) {
            match self.projection.event(*at).map(|event| &event.kind) {
                Some(Kind::Listed {
                    list,
                    address,
                    trap,
                }) => listed.push((list, *address, trap)),
                Some(Kind::DelistingAnswered {
                    list,
                    host,
                    removed: true,
                    ..
                }) => {
                    let of_host = |address: &std::net::IpAddr| {
                        let mut hosts = self.lesson.hosts.iter();
                        hosts.any(|it| it.name == *host && it.addresses.contains(address))
                    };
                    listed.retain(|(on, address, _)| on != list || !of_host(address));
                }
                _ => {}
            }
        }
        listed
    }

    /// What dig was asked in this step, until the shown moment, oldest first;
    /// what was asked twice in a row, once.
    pub fn looked_up(&self) -> Vec<&str> {
        let asked = self.projection.look_ups_at(self.position()).iter();
        let mut questions: Vec<_> = asked
            .filter_map(|at| match &self.projection.event(*at)?.kind {
                Kind::LookedUp { question, .. } => Some(question.as_str()),
                _ => None,
            })
            .collect();
        questions.dedup();
        questions
    }

    /// Whether the host under study is on `list` at the shown moment.
    pub fn is_listed(&self, list: &str) -> bool {
        let study = |address| {
            let mut hosts = self.lesson.hosts.iter();
            hosts.any(|host| host.name == self.lesson.study && host.addresses.contains(address))
        };
        self.listed()
            .iter()
            .any(|(on, address, _)| *on == list && study(address))
    }

    /// What dig printed last in this step, until the shown moment.
    pub fn last_look_up(&self) -> Option<(&str, &[String])> {
        let at = self.projection.look_ups_at(self.position()).last()?;
        match &self.projection.event(*at)?.kind {
            Kind::LookedUp { question, lines } => Some((question, lines)),
            _ => None,
        }
    }
}
