//! The rules about steps: predict, do, observe, explain.

use std::collections::HashSet;

use super::place::Path;
use super::rules::Rules;
use crate::lesson::hint::placeholders;
use crate::lesson::model::{
    Action, Call, Expect, Goal, HintWhen, Hints, Interference, Listing, Predict, Setting, Stage,
    Step, TlsMode, Writing,
};

/// How often a run may be repeated: more would only take time.
const MOST_REPETITIONS: u32 = 5000;

impl Rules<'_> {
    pub(super) fn steps(&mut self) {
        let mut ids = HashSet::new();
        for (index, step) in self.lesson.steps.iter().enumerate() {
            let path = Path::default().to("step").to(index);
            self.identifier(&path.to("id"), &step.id);
            self.unique(&mut ids, &path.to("id"), step.id.clone());
            for (number, writing) in step.writes.iter().enumerate() {
                self.writing(&path.to("write").to(number), writing);
            }
            for (number, setting) in step.setup.iter().enumerate() {
                self.setting(&path.to("setup").to(number), setting);
            }
            for (number, Interference { from, to, .. }) in step.attacks.iter().enumerate() {
                self.wire(&path.to("attack").to(number), from, to);
            }
            for (number, listing) in step.listed.iter().enumerate() {
                self.listing(&path.to("listed").to(number), listing);
            }
            if let Some(predict) = &step.predict {
                self.predict(&path.to("predict"), predict);
            }
            self.runs(&path.to("run"), step);
            if step.goals.iter().all(|goal| goal.keep) {
                self.fault(&path, "none-of").say("key", &"goal");
            } else if step.solution.is_empty() {
                self.fault(&path, "none-of").say("key", &"solution");
            }
            let mut goals = HashSet::new();
            for (number, goal) in step.goals.iter().enumerate() {
                let path = path.to("goal").to(number);
                if let Some(id) = &goal.id {
                    self.identifier(&path.to("id"), id);
                    self.unique(&mut goals, &path.to("id"), id.clone());
                }
                self.goal(&path, step, goal);
            }
            for (number, action) in step.solution.iter().enumerate() {
                self.action(&path.to("solution").to(number), step, action);
            }
            self.hints(&path.to("hints"), &step.hints, &step.solution);
            for (number, hint) in step.hints_when.iter().enumerate() {
                self.hint_when(&path.to("hint_when").to(number), step, hint);
            }
        }
    }

    fn predict(&mut self, path: &Path, predict: &Predict) {
        let options = path.to("options");
        if predict.options.len() < 2 {
            self.fault(&options, "too-few").say("count", &2);
        }
        let correct = predict
            .options
            .iter()
            .filter(|option| option.correct)
            .count();
        if correct != 1 {
            self.fault(&options, "correct-options")
                .say("count", &correct);
        }
        let (mut es, mut en) = (HashSet::new(), HashSet::new());
        for (number, option) in predict.options.iter().enumerate() {
            self.unique(&mut es, &options.to(number).to("es"), option.es.clone());
            self.unique(&mut en, &options.to(number).to("en"), option.en.clone());
        }
    }

    fn runs(&mut self, path: &Path, step: &Step) {
        let mut ids = HashSet::new();
        for (number, run) in step.runs.iter().enumerate() {
            let path = path.to(number);
            self.identifier(&path.to("id"), &run.id);
            self.unique(&mut ids, &path.to("id"), run.id.clone());
            self.call(&path, &run.call);
            if let Some(again) = &run.again {
                let path = path.to("again");
                self.address(&path.to("to"), &again.to);
                if !(1..=MOST_REPETITIONS).contains(&again.times) {
                    self.fault(&path.to("times"), "too-many")
                        .say("count", &MOST_REPETITIONS);
                }
            }
        }
    }

    fn call(&mut self, path: &Path, call: &Call) {
        self.known_client(&path.to("client"), &call.client);
        let to = path.to("to");
        match call.to.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok_and(|port| port > 0) => {
                self.known_host(&to, host);
            }
            _ => {
                self.fault(&to, "no-port").say("value", &call.to);
            }
        }
        if call.tls == TlsMode::None && (call.verify || call.verify_name.is_some()) {
            let key = if call.verify { "verify" } else { "verify_name" };
            self.fault(&path.to(key), "verify-without-tls");
        }
        if let Some(mail) = &call.mail {
            let path = path.to("mail");
            self.address(&path.to("from"), &mail.from);
            if mail.to.is_empty() {
                self.fault(&path.to("to"), "none-of").say("key", &"to");
            }
            for (number, recipient) in mail.to.iter().enumerate() {
                self.address(&path.to("to").to(number), recipient);
            }
            if let Some(from) = &mail.header_from {
                self.address(&path.to("header_from"), from.trim_end_matches('>'));
            }
        }
    }

    fn goal(&mut self, path: &Path, step: &Step, goal: &Goal) {
        let given = [
            goal.probe.is_some(),
            goal.ran.is_some(),
            goal.mailbox.is_some(),
            goal.delivery.is_some(),
            goal.queue.is_some(),
        ];
        let count = given.into_iter().filter(|given| *given).count();
        if count != 1 {
            self.fault(path, "goal-kinds").say("count", &count);
        }
        if let Some(call) = &goal.probe {
            self.call(&path.to("probe"), call);
        }
        let mut call = goal.probe.as_ref();
        if let Some(ran) = &goal.ran {
            let runs = step.runs.iter();
            self.known(
                &path.to("ran").to("run"),
                &ran.run,
                runs.clone().map(|run| run.id.as_str()),
            );
            call = runs
                .into_iter()
                .find(|run| run.id == ran.run)
                .map(|run| &run.call);
        }
        if let Some(delivered) = &goal.delivery {
            let path = path.to("delivery");
            self.known_host(&path.to("host"), &delivered.host);
            self.address(&path.to("recipient"), &delivered.recipient);
        }
        if let Some(emptied) = &goal.queue {
            let path = path.to("queue");
            self.known_host(&path.to("host"), &emptied.host);
            self.address(&path.to("without"), &emptied.without);
        }
        let expects = goal.expect != Expect::default();
        if let Some(arrived) = &goal.mailbox {
            self.address(&path.to("mailbox").to("recipient"), &arrived.recipient);
            if expects && count == 1 {
                self.fault(&path.to("expect"), "expect-of-mailbox");
            }
        } else if (goal.delivery.is_some() || goal.queue.is_some()) && expects && count == 1 {
            self.fault(&path.to("expect"), "expect-of-mailbox");
        } else if let Some(call) = call {
            self.expectation(&path.to("expect"), &goal.expect, call, goal.probe.is_some());
        }
    }

    /// What is expected can be seen in the call at all.
    fn expectation(&mut self, path: &Path, expect: &Expect, call: &Call, is_probe: bool) {
        let answer = expect.code.is_some() || expect.enhanced.is_some() || expect.text.is_some();
        let other = !expect.offers.is_empty()
            || !expect.withholds.is_empty()
            || expect.certificate.is_some()
            || expect.protected.is_some()
            || expect.stalled.is_some()
            || expect.handshake.is_some();
        if !answer && !other {
            self.fault(path, "expect-nothing");
        }
        if let Some(code) = expect.code
            && !(200..600).contains(&code)
        {
            self.fault(&path.to("code"), "reply-code")
                .say("value", &code);
        }
        if let Some(enhanced) = &expect.enhanced {
            let class = expect.code.map(|code| (code / 100).to_string());
            let parts: Vec<_> = enhanced.split('.').collect();
            let numbers = parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok());
            if !numbers || class.is_some_and(|class| parts.first() != Some(&class.as_str())) {
                self.fault(&path.to("enhanced"), "enhanced-code")
                    .say("value", &enhanced);
            }
        }
        let reachable = match expect.at {
            Stage::Greeting | Stage::Ehlo => true,
            Stage::Starttls => matches!(call.tls, TlsMode::Starttls | TlsMode::Opportunistic),
            Stage::Auth => call.auth.is_some(),
            Stage::Mail | Stage::Rcpt => call.mail.is_some(),
            Stage::Data | Stage::Message => call.mail.is_some() && !is_probe,
        };
        if answer && !reachable {
            self.fault(path, "stage-unreachable");
        }
        if expect.certificate.is_some() && call.tls == TlsMode::None {
            self.fault(&path.to("certificate"), "verify-without-tls");
        }
        if expect.protected.is_some() && call.mail.is_none() {
            self.fault(&path.to("protected"), "stage-unreachable");
        }
    }

    fn action(&mut self, path: &Path, step: &Step, action: &Action) {
        let given = [
            action.set.is_some(),
            action.write.is_some(),
            action.run.is_some(),
            action.wait.is_some(),
            action.flush.is_some(),
            action.list_queue.is_some(),
            action.delete_queued.is_some(),
            action.attack.is_some(),
            action.delist.is_some(),
            action.dig.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            self.fault(path, "action-kinds");
        }
        if let Some(setting) = &action.set {
            self.setting(&path.to("set"), setting);
        }
        if let Some(writing) = &action.write {
            self.writing(&path.to("write"), writing);
        }
        if let Some(Interference { from, to, .. }) = &action.attack {
            self.wire(&path.to("attack"), from, to);
        }
        if let Some(delisting) = &action.delist {
            self.listing(&path.to("delist"), delisting);
        }
        if let Some(host) = &action.flush {
            self.known_host(&path.to("flush"), host);
        }
        if let Some(host) = &action.list_queue {
            self.known_host(&path.to("list_queue"), host);
        }
        if let Some(deletion) = &action.delete_queued {
            self.known_host(&path.to("delete_queued").to("host"), &deletion.host);
        }
        if let Some(run) = &action.run {
            self.known(
                &path.to("run"),
                run,
                step.runs.iter().map(|run| run.id.as_str()),
            );
        }
    }

    fn listing(&mut self, path: &Path, listing: &Listing) {
        let lesson = self.lesson;
        let lists = lesson.blocklists.iter().map(|list| list.zone.as_str());
        self.known(&path.to("list"), &listing.list, lists);
        self.known_host(&path.to("host"), &listing.host);
    }

    fn hints(&mut self, path: &Path, hints: &Hints, solution: &[Action]) {
        if hints.es.len() != hints.en.len() {
            self.fault(path, "hints-uneven")
                .say("es", &hints.es.len())
                .say("en", &hints.en.len());
        }
        for (language, ladder) in [("es", &hints.es), ("en", &hints.en)] {
            for (number, hint) in ladder.iter().enumerate() {
                let path = path.to(language).to(number);
                if hint.trim().is_empty() {
                    self.fault(&path, "empty").say("key", &language);
                }
                self.discreet(&path, hint, solution);
            }
        }
    }

    /// A hint does not give the solution's value away.
    fn discreet(&mut self, path: &Path, hint: &str, solution: &[Action]) {
        let settings = solution.iter().filter_map(|action| action.set.as_ref());
        let told = settings
            .filter_map(|setting| Some((&setting.parameter, setting.value.as_ref()?)))
            .find(|(parameter, value)| tells(hint, parameter, value));
        if let Some((_, value)) = told {
            self.fault(path, "hint-tells").say("value", &value);
        }
    }

    fn hint_when(&mut self, path: &Path, step: &Step, hint: &HintWhen) {
        let asks = [
            hint.edited.is_some(),
            hint.wrote.is_some(),
            hint.ran.is_some(),
            hint.unmet.is_some(),
        ];
        if asks == [false; 4] {
            self.fault(path, "hint-when-nothing");
        }
        let lesson = self.lesson;
        let studied = lesson.hosts.iter().any(|host| host.name == lesson.study);
        // That the host under study is not there is said in its own place.
        if let Some(edited) = &hint.edited
            && (edited.host.is_some() || studied)
        {
            let setting = Setting {
                host: edited.host.as_ref().unwrap_or(&lesson.study).clone(),
                service: edited.service.clone(),
                parameter: edited.parameter.clone(),
                value: None,
            };
            self.setting(&path.to("edited"), &setting);
        }
        if let Some(wrote) = &hint.wrote
            && (wrote.host.is_some() || studied)
        {
            let writing = Writing {
                host: wrote.host.as_ref().unwrap_or(&lesson.study).clone(),
                path: wrote.path.clone(),
                text: None,
            };
            self.writing(&path.to("wrote"), &writing);
        }
        if let Some(ran) = &hint.ran {
            let ids = step.runs.iter().map(|run| run.id.as_str());
            self.known(&path.to("ran").to("run"), &ran.run, ids);
            if let Some(run) = step.runs.iter().find(|run| run.id == ran.run) {
                self.expectation(&path.to("expect"), &hint.expect, &run.call, false);
            }
        } else if hint.expect != Expect::default() {
            self.fault(&path.to("expect"), "expect-without-ran");
        }
        if let Some(unmet) = &hint.unmet {
            let ids = step.goals.iter().filter_map(|goal| goal.id.as_deref());
            self.known(&path.to("unmet").to("goal"), &unmet.goal, ids);
        }
        let wrote = hint.wrote.as_ref();
        let finds_a_line = wrote.is_some_and(|wrote| wrote.contains.is_some());
        for (language, text) in [("es", &hint.text.es), ("en", &hint.text.en)] {
            let path = path.to("text").to(language);
            self.discreet(&path, text, &step.solution);
            for name in placeholders(text) {
                let known = match name {
                    "value" => hint.edited.is_some() || finds_a_line,
                    "observed" => hint.ran.is_some() || hint.unmet.is_some(),
                    _ => false,
                };
                if !known {
                    self.fault(&path, "placeholder").say("name", name);
                }
            }
        }
        if hint.tried.is_empty() {
            self.fault(path, "none-of").say("key", &"tried");
        }
        for (number, action) in hint.tried.iter().enumerate() {
            self.action(&path.to("tried").to(number), step, action);
        }
    }
}

/// Whether a hint gives the solution's value away: it writes the line itself,
/// or the value as code, or a value that no sentence contains by chance.
fn tells(hint: &str, parameter: &str, value: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (hint, value) = (plain(hint), plain(value));
    if value.is_empty() {
        return false;
    }
    let by_chance = value.len() < 4 || value.chars().all(char::is_alphabetic);
    hint.contains(&format!("`{value}`"))
        || hint.contains(&format!("{parameter} = {value}"))
        || hint.contains(&format!("{parameter}={value}"))
        || (!by_chance && hint.contains(&value))
}
