//! The attacker of the lesson: on which wire they sit, what they do to it, and
//! what they would do next.

use super::model::Model;
use crate::journal::event::Attack;
use crate::lesson::Order;
use crate::lesson::model::Wire;

impl Model {
    /// The wire that a key hands to the attacker: the one on which the step has
    /// them, or the lesson; without one, that of the shown connection, or of the
    /// dialogue that comes next. Where the step says it, pressing the key again
    /// goes on with the same wire, whichever conversation is looked at.
    pub fn attackers_wire(&self) -> Option<Wire> {
        if let Some(at_work) = self.present_step().and_then(|step| step.attacks.first()) {
            return Some(Wire {
                from: at_work.from.clone(),
                to: at_work.to.clone(),
            });
        }
        if let Some(wire) = &self.lesson.attacker {
            return Some(wire.clone());
        }
        if let Some(connection) = self.shown_connection() {
            return Some(Wire {
                from: connection.from.host.clone(),
                to: connection.to.host.clone(),
            });
        }
        let call = &self.run(self.next_run()?)?.call;
        let (host, _) = call.to.rsplit_once(':')?;
        Some(Wire {
            from: call.client.clone(),
            to: host.to_owned(),
        })
    }

    /// What is done to a wire at the shown moment, if anything.
    pub fn attack_on(&self, wire: &Wire) -> Option<Attack> {
        if self.beginning() {
            return None;
        }
        self.projection
            .attack_at(&wire.from, &wire.to, self.position())
    }

    /// What is done to the attacker's wire at the shown moment, if anything.
    pub fn under_attack(&self) -> Option<Attack> {
        self.attack_on(&self.attackers_wire()?)
    }

    /// The order that lets the attacker do the next thing: one attack after the
    /// other, then nothing.
    pub fn next_attack(&self) -> Option<Order> {
        let Wire { from, to } = self.attackers_wire()?;
        let now = self
            .projection
            .attack_at(&from, &to, self.projection.last());
        let place = now.and_then(|now| Attack::ALL.iter().position(|attack| *attack == now));
        let next = place.map_or(0, |place| place + 1);
        Some(Order::Attack {
            from,
            to,
            attack: Attack::ALL.get(next).copied(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::Msg;
    use crate::app::testing::Stage;
    use crate::lesson::model::Interference;

    fn wire(from: &str, to: &str) -> Wire {
        Wire {
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    #[test]
    fn the_attacker_stays_on_the_wire_of_the_step_whatever_is_looked_at() {
        let mut stage = Stage::answered();
        // The dialogue that comes next, and then the one that is shown.
        let dialogue = wire("spammer", "mail.aula.example");
        assert_eq!(stage.model.attackers_wire(), Some(dialogue.clone()));
        stage.play(Msg::Forward);
        assert_eq!(stage.model.attackers_wire(), Some(dialogue.clone()));

        let of_lesson = wire("mail.aula.example", "mx.remoto.example");
        let lesson = Arc::make_mut(&mut stage.model.lesson);
        lesson.attacker = Some(of_lesson.clone());
        assert_eq!(stage.model.attackers_wire(), Some(of_lesson));

        let of_step = wire("portatil", "mail.aula.example");
        let lesson = Arc::make_mut(&mut stage.model.lesson);
        lesson.steps[0].attacks.push(Interference {
            from: of_step.from.clone(),
            to: of_step.to.clone(),
            does: Some(Attack::StripStarttls),
        });
        assert_eq!(stage.model.attackers_wire(), Some(of_step.clone()));
        let Some(Order::Attack { from, to, .. }) = stage.model.next_attack() else {
            panic!("{:?}", stage.model.next_attack());
        };
        assert_eq!(wire(&from, &to), of_step);
    }
}
