//! Orders that move no dialogue and edit no directive, as the administrator
//! would type them on the host, or in our words where there is no command.

use fluent_bundle::FluentValue;

use crate::lesson::Order;
use crate::text::{Catalogue, policy, visible};

/// What the order does, on one line; empty for orders of other kinds.
pub fn deed(catalogue: &Catalogue, order: &Order) -> String {
    let command = |host: &str, command: String| {
        format!("{}# {}", visible::text(host), visible::text(&command))
    };
    match order {
        Order::Wait { seconds } => {
            let (unit, count) = match seconds {
                day if day.is_multiple_of(86_400) => ("days", day / 86_400),
                hour if hour.is_multiple_of(3600) => ("hours", hour / 3600),
                minute if minute.is_multiple_of(60) => ("minutes", minute / 60),
                second => ("seconds", *second),
            };
            let arguments = [("unit", unit.into()), ("count", FluentValue::from(count))];
            catalogue.say_with("deed-wait", &arguments)
        }
        Order::Attack { from, to, attack } => policy::attack(catalogue, from, to, *attack),
        Order::Delist { list, host } => {
            let arguments = [
                ("list", visible::text(list).into()),
                ("host", visible::text(host).into()),
            ];
            catalogue.say_with("deed-delist", &arguments)
        }
        Order::LookUp { question } => format!("$ dig {}", visible::text(question)),
        Order::Flush { host } => command(host, "postqueue -f".to_owned()),
        Order::ListQueue { host } => command(host, "mailq".to_owned()),
        Order::DeleteQueued { host, queue_id } => command(host, format!("postsuper -d {queue_id}")),
        _ => String::new(),
    }
}
