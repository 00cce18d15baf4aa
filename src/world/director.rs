//! Carries out orders, one after the other. After each one the world is at
//! rest: every session waits for its client, every queue is worked off.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::attacker::Attacker;
use super::blocklist::{self, Blocklists};
use super::by_hand::ByHand;
use super::client_end::{Line, Trust};
use super::conversation::{Conversation, Progress};
use super::delivery;
use super::dig::Question;
use super::host::Host;
use super::installation::{Furniture, Installation};
use super::internet::{Caller, Internet};
use super::letter;
use super::listen::Reception;
use super::pen::Pen;
use super::repetition::Repetition;
use super::timeouts::Timeouts;
use super::upkeep::{self, How};
use crate::clock::Chance;
use crate::journal::Position;
use crate::journal::event::{Attack, Kind, Problem, Purpose};
use crate::lesson::goal;
use crate::lesson::model::{self, Call, Interference, Listing, Mechanism, Setting, TlsMode};
use crate::lesson::{Lesson, Order};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::postconf::needs_restart;
use crate::smtp::dialogue::{self, Dialogue, Plan, Protection};

/// The one who carries out orders.
pub(super) struct Director {
    lesson: Arc<Lesson>,
    pen: Pen,
    chance: Chance,
    connections: Arc<AtomicU32>,
    /// Where callers from outside come in, if anybody listens for them.
    reception: Rc<Reception>,
    /// What each step begins with, once one has begun.
    installation: Option<Installation>,
    /// The step that is on, once one has begun.
    stage: Option<Stage>,
}

/// A step that is on.
struct Stage {
    step: usize,
    began: Position,
    internet: Rc<Internet>,
    /// The block lists that learn.
    blocklists: Blocklists,
    /// The conversation that the student has with a server.
    open: Option<Open>,
    /// The mail that is being sent over and over.
    repetition: Option<Repetition>,
}

/// A conversation of the student's.
enum Open {
    /// A dialogue of the lesson that they step through: the run with this index.
    Dialogue(Box<Conversation>, usize),
    /// One that they type.
    ByHand(Box<ByHand>),
}

impl Stage {
    /// The student hears what a server has said unasked, as it does before it
    /// hangs up on whoever was silent for too long.
    async fn listen(&mut self) {
        let progress = match &mut self.open {
            Some(Open::Dialogue(conversation, _)) => conversation.overhear().await,
            Some(Open::ByHand(by_hand)) => by_hand.listen().await,
            None => return,
        };
        if progress == Progress::Over {
            self.open = None;
        }
    }
}

impl Director {
    /// A director of `lesson`.
    pub(super) fn new(
        lesson: Arc<Lesson>,
        pen: Pen,
        chance: Chance,
        reception: Rc<Reception>,
    ) -> Self {
        Self {
            lesson,
            pen,
            chance,
            connections: Arc::default(),
            reception,
            installation: None,
            stage: None,
        }
    }

    /// Carries out the order with this number. It is settled then, unless it
    /// began a repetition: that goes on by [`Director::repeat`].
    pub(super) async fn carry_out(&mut self, number: u64, order: Order) {
        self.pen.pass(MOMENT_BETWEEN_ORDERS);
        let done = match order {
            Order::Begin { step } => self.begin(step).await,
            Order::Open { run } => self.open(run).await,
            Order::Advance => self.advance(number).await,
            Order::Finish => self.finish(number).await,
            Order::StopRepeating => {
                self.stop_repeating();
                Ok(())
            }
            Order::Call {
                client,
                to,
                implicit_tls,
            } => self.call_by_hand(&client, &to, implicit_tls).await,
            Order::Say { bytes } => self.say(&bytes.0).await,
            Order::HangUp => {
                self.close().await;
                Ok(())
            }
            Order::Set {
                host,
                service,
                parameter,
                value,
            } => self.set(&Setting {
                host,
                service,
                parameter,
                value,
            }),
            Order::Write { host, path, text } => self.write(&host, &path, text),
            Order::CheckGoals => self.check_goals().await,
            Order::Wait { seconds } => self.wait(seconds).await,
            Order::Flush { host } => self.flush(&host).await,
            Order::DeleteQueued { host, queue_id } => self.delete_queued(&host, &queue_id),
            Order::ListQueue { host } => self.list_queue(&host),
            Order::Attack { from, to, attack } => self.attack(&from, &to, attack),
            Order::Delist { list, host } => self.delist(&list, &host).await,
            Order::LookUp { question } => self.look_up(question),
            Order::CountOutsiderAs { client } => self.count_outsider_as(client),
        };
        if let Err(problem) = done {
            self.pen.write(Kind::OrderFailed { problem });
        }
        self.look_into_traps();
        if self.repetition().is_none_or(|it| it.order != number) {
            self.pen.write(Kind::Settled { order: number });
        }
    }

    /// Whether mail is being sent over and over.
    pub(super) fn is_repeating(&self) -> bool {
        self.repetition().is_some()
    }

    fn repetition(&self) -> Option<&Repetition> {
        self.stage.as_ref()?.repetition.as_ref()
    }

    /// Sends the next mail of the repetition that is on; after the last one it
    /// ends, and the order that began it is settled.
    pub(super) async fn repeat(&mut self) {
        match self.send_next().await {
            Ok(true) => self.look_into_traps(),
            Ok(false) => self.stop_repeating(),
            Err(problem) => {
                self.pen.write(Kind::OrderFailed { problem });
                self.stop_repeating();
            }
        }
    }

    /// `false`: all is sent, or nobody takes the call.
    async fn send_next(&mut self) -> Result<bool, Problem> {
        let Some(stage) = &mut self.stage else {
            return Ok(false);
        };
        let Some(repetition) = &mut stage.repetition else {
            return Ok(false);
        };
        let Some((run, next)) = repetition.next() else {
            return Ok(false);
        };
        let purpose = Purpose::Repetition { run };
        let called = call(&self.lesson, &stage.internet, &next, purpose)?;
        let Some(mut conversation) = called else {
            return Ok(false);
        };
        conversation.finish().await;
        repetition.note(&conversation);
        delivery::run(&stage.internet).await;
        Ok(true)
    }

    /// Ends the repetition that is on, wherever it stands.
    fn stop_repeating(&mut self) {
        let stage = self.stage.as_mut();
        if let Some(repetition) = stage.and_then(|stage| stage.repetition.take()) {
            self.pen.write(repetition.ended());
            self.pen.write(Kind::Settled {
                order: repetition.order,
            });
        }
    }

    /// Lets the block lists see what has arrived in their traps.
    fn look_into_traps(&mut self) {
        if let Some(stage) = &mut self.stage {
            stage
                .blocklists
                .look(&self.lesson.blocklists, &stage.internet);
        }
    }

    /// Whoever is still connected hangs up.
    pub(super) async fn close(&mut self) {
        match self.stage.as_mut().and_then(|stage| stage.open.take()) {
            Some(Open::Dialogue(mut conversation, _)) => conversation.hang_up().await,
            Some(Open::ByHand(mut by_hand)) => by_hand.hang_up().await,
            None => {}
        }
    }

    async fn begin(&mut self, index: usize) -> Result<(), Problem> {
        self.close().await;
        self.stop_repeating();
        let lesson = Arc::clone(&self.lesson);
        let step = lesson
            .steps
            .get(index)
            .ok_or_else(|| unknown(index.to_string()))?;
        let now = self.pen.now();
        let known = self.installation.take().filter(|it| it.is_fresh(now));
        let installation = if let Some(installation) = known {
            installation
        } else {
            let furniture = Furniture::of(&lesson, now).map_err(broken)?;
            Installation::of(&lesson, furniture)
        };
        let internet = Internet::start(
            &lesson,
            self.installation.insert(installation),
            self.pen.clone(),
            Chance::seeded(self.chance.number()),
            Arc::clone(&self.connections),
        );
        let began = self.pen.journal().len();
        self.pen.write(Kind::StepBegan {
            step: index,
            id: step.id.clone(),
        });
        let mut refused = None;
        for writing in &step.writes {
            let host = internet.host(&writing.host);
            let written =
                host.is_some_and(|it| it.write(&writing.path, writing.text.as_deref()).is_ok());
            if !written {
                refused.get_or_insert_with(|| unknown(writing.path.clone()));
            }
        }
        for setting in &step.setup {
            if let Err(problem) = edit(&internet, setting) {
                refused.get_or_insert(problem);
            }
        }
        let written = step.writes.iter().map(|writing| &writing.host);
        let edited: BTreeSet<_> = written
            .chain(step.setup.iter().map(|setting| &setting.host))
            .collect();
        for host in edited.into_iter().filter_map(|name| internet.host(name)) {
            host.reload();
        }
        for host in &internet.hosts {
            self.configured(host);
        }
        for interference in &step.attacks {
            let Interference { from, to, does } = interference;
            if let Err(problem) = self.turn_attacker(&internet, from, to, *does) {
                refused.get_or_insert(problem);
            }
        }
        for Listing { list, host } in &step.listed {
            let lists = lesson.blocklists.iter();
            let list = lists.into_iter().find(|known| known.zone == *list);
            // Its mail has left by the first of its addresses.
            let host = internet.host(host);
            let address = host.and_then(|host| host.addresses.first());
            if let (Some(list), Some(address)) = (list, address) {
                blocklist::put(list, *address, &internet);
            }
        }
        let internet = Rc::new(internet);
        self.reception.open(&internet);
        self.stage = Some(Stage {
            step: index,
            began,
            internet,
            blocklists: Blocklists::since(began),
            open: None,
            repetition: None,
        });
        refused.map_or(Ok(()), Err)
    }

    async fn open(&mut self, run: usize) -> Result<(), Problem> {
        self.close().await;
        let lesson = Arc::clone(&self.lesson);
        let stage = self.stage.as_mut().ok_or(Problem::NoDialogue)?;
        let step = lesson.steps.get(stage.step);
        let run_of_step = step
            .and_then(|step| step.runs.get(run))
            .ok_or_else(|| unknown(run.to_string()))?;
        let Some(mut conversation) = call(
            &lesson,
            &stage.internet,
            &run_of_step.call,
            Purpose::Dialogue { run },
        )?
        else {
            return Ok(());
        };
        // With TLS from the first byte the handshake comes before the greeting.
        let mut progress = conversation.step().await;
        if progress == Progress::Secured {
            progress = conversation.step().await;
        }
        if progress != Progress::Over {
            stage.open = Some(Open::Dialogue(Box::new(conversation), run));
        }
        Ok(())
    }

    async fn advance(&mut self, order: u64) -> Result<(), Problem> {
        let stage = self.stage.as_mut().ok_or(Problem::NoDialogue)?;
        let Some(Open::Dialogue(conversation, run)) = &mut stage.open else {
            return Err(Problem::NoDialogue);
        };
        let run = *run;
        let is_over = conversation.step().await == Progress::Over;
        if is_over {
            stage.open = None;
        }
        delivery::run(&stage.internet).await;
        if is_over {
            self.begin_repeating(run, order);
        }
        Ok(())
    }

    /// Begins to send the mail of a run over and over, if the run is of that kind.
    fn begin_repeating(&mut self, run: usize, order: u64) {
        self.stop_repeating();
        let lesson = Arc::clone(&self.lesson);
        let Some(stage) = &mut self.stage else {
            return;
        };
        let step = lesson.steps.get(stage.step);
        let of_step = step.and_then(|step| step.runs.get(run));
        stage.repetition = of_step.and_then(|of_step| Repetition::of(run, of_step, order));
        if let Some(repetition) = &stage.repetition {
            self.pen.write(repetition.began());
        }
    }

    async fn finish(&mut self, order: u64) -> Result<(), Problem> {
        self.advance(order).await?;
        while self
            .stage
            .as_ref()
            .is_some_and(|stage| stage.open.is_some())
        {
            self.advance(order).await?;
        }
        Ok(())
    }

    async fn call_by_hand(
        &mut self,
        client: &str,
        to: &str,
        implicit_tls: bool,
    ) -> Result<(), Problem> {
        self.close().await;
        let lesson = Arc::clone(&self.lesson);
        let stage = self.stage.as_mut().ok_or(Problem::NoDialogue)?;
        let dialled = dial(&lesson, &stage.internet, client, to, Purpose::ByHand)?;
        let Some((line, _, name)) = dialled else {
            return Ok(());
        };
        let trust = Trust {
            roots: Arc::clone(&stage.internet.roots),
            server_name: name.to_owned(),
            expected_names: vec![name.to_owned()],
            required: false,
        };
        let by_hand = ByHand::open(line, trust, implicit_tls).await;
        stage.open = by_hand.map(|by_hand| Open::ByHand(Box::new(by_hand)));
        Ok(())
    }

    async fn say(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let stage = self.stage.as_mut().ok_or(Problem::NoDialogue)?;
        let Some(Open::ByHand(by_hand)) = &mut stage.open else {
            return Err(Problem::NoDialogue);
        };
        if by_hand.say(bytes).await == Progress::Over {
            stage.open = None;
        }
        delivery::run(&stage.internet).await;
        Ok(())
    }

    fn set(&self, setting: &Setting) -> Result<(), Problem> {
        let internet = self.editable(&setting.host)?;
        let (host, old) = edit(internet, setting)?;
        self.pen.write(Kind::ParameterSet {
            host: setting.host.clone(),
            service: setting.service.clone(),
            parameter: setting.parameter.clone(),
            old,
            new: setting.value.clone(),
        });
        let is_restart = setting.service.is_none() && needs_restart(setting.parameter.as_str());
        let how = if is_restart {
            How::Restart
        } else {
            How::Reload
        };
        upkeep::read_again(&self.pen, host, how);
        self.configured(host);
        Ok(())
    }

    fn write(&self, host: &str, path: &str, text: Option<String>) -> Result<(), Problem> {
        let internet = self.editable(host)?;
        let host = internet
            .host(host)
            .ok_or_else(|| unknown(host.to_owned()))?;
        // As every editor does, it ends the last line.
        let text = text.map(|text| match text.as_str() {
            "" => text,
            whole if whole.ends_with('\n') => text,
            cut => format!("{cut}\n"),
        });
        let old = host.write(path, text.as_deref()).map_err(unknown)?;
        self.pen.write(Kind::FileWritten {
            host: host.name.clone(),
            path: path.to_owned(),
            old: old.clone(),
            new: text,
        });
        upkeep::bring_into_force(&self.pen, host, path, old.as_deref());
        self.configured(host);
        Ok(())
    }

    /// The world, if the student may edit the files of this host in it.
    fn editable(&self, host: &str) -> Result<&Internet, Problem> {
        let stage = self.stage.as_ref();
        let stage = stage.ok_or_else(|| unknown(host.to_owned()))?;
        if !self.lesson.is_ours(host) && stage.internet.host(host).is_some() {
            let host = host.to_owned();
            return Err(Problem::NotOurs { host });
        }
        Ok(&stage.internet)
    }

    async fn wait(&mut self, seconds: u32) -> Result<(), Problem> {
        let stage = self.stage.as_mut().ok_or(Problem::NoDialogue)?;
        self.pen.write(Kind::Waiting { seconds });
        let time = Duration::from_secs(u64::from(seconds));
        let end = self.pen.now().plus(time);
        while delivery::wait(&stage.internet, end).await {
            stage.listen().await;
        }
        stage.listen().await;
        Ok(())
    }

    async fn flush(&self, host: &str) -> Result<(), Problem> {
        let (internet, host) = self.mail_host(host)?;
        self.pen.write(Kind::Flushed {
            host: host.name.clone(),
        });
        delivery::flush(internet, host).await;
        Ok(())
    }

    fn delete_queued(&self, host: &str, queue_id: &str) -> Result<(), Problem> {
        let (internet, host) = self.mail_host(host)?;
        if delivery::delete(internet, host, queue_id) {
            Ok(())
        } else {
            Err(unknown(queue_id.to_owned()))
        }
    }

    fn list_queue(&self, host: &str) -> Result<(), Problem> {
        let (internet, host) = self.mail_host(host)?;
        delivery::list(internet, host);
        Ok(())
    }

    /// A mail host of the step that is on.
    fn mail_host(&self, name: &str) -> Result<(&Internet, &Rc<Host>), Problem> {
        let stage = self.stage.as_ref();
        let host = stage.and_then(|stage| Some((&*stage.internet, stage.internet.host(name)?)));
        host.ok_or_else(|| unknown(name.to_owned()))
    }

    fn attack(&self, from: &str, to: &str, attack: Option<Attack>) -> Result<(), Problem> {
        let stage = self.stage.as_ref().ok_or(Problem::NoDialogue)?;
        self.turn_attacker(&stage.internet, from, to, attack)
    }

    /// Puts an attacker on a wire, or takes them off it.
    fn turn_attacker(
        &self,
        internet: &Internet,
        from: &str,
        to: &str,
        attack: Option<Attack>,
    ) -> Result<(), Problem> {
        if internet.host(to).is_none() {
            return Err(unknown(to.to_owned()));
        }
        let is_client = self.lesson.clients.iter().any(|client| client.name == from);
        if !is_client && internet.host(from).is_none() {
            return Err(unknown(from.to_owned()));
        }
        let attacker = match attack {
            Some(attack) => Some(Attacker::new(attack, to, self.pen.now()).map_err(broken)?),
            None => None,
        };
        internet.turn_attacker(from, to, attacker);
        self.pen.write(Kind::AttackerTurned {
            from: from.to_owned(),
            to: to.to_owned(),
            attack,
        });
        Ok(())
    }

    async fn delist(&self, list: &str, host: &str) -> Result<(), Problem> {
        let (internet, host) = self.mail_host(host)?;
        let mut lists = self.lesson.blocklists.iter();
        let list = lists
            .find(|known| known.zone == list)
            .ok_or_else(|| unknown(list.to_owned()))?;
        let address = format!("relaytest@{}", list.zone);
        let test = Call {
            client: list.tester.clone(),
            to: format!("{}:25", host.name),
            tls: TlsMode::None,
            verify: false,
            verify_name: None,
            auth: None,
            mail: Some(model::Mail {
                from: address.clone(),
                to: vec![address],
                subject: None,
                body: None,
                header_from: None,
            }),
        };
        let called = call(&self.lesson, internet, &test, Purpose::RelayTest)?;
        let mut relays = false;
        let mut reply = String::new();
        if let Some(mut conversation) = called {
            conversation.finish().await;
            let answers = conversation.dialogue().recipients();
            if let Some(answer) = answers.first().and_then(Option::as_ref) {
                relays = answer.is_positive();
                reply = answer.to_string();
            }
        }
        if !relays {
            blocklist::strike(list, &host.addresses, internet);
        }
        self.pen.write(Kind::DelistingAnswered {
            list: list.zone.clone(),
            host: host.name.clone(),
            removed: !relays,
            reply,
        });
        Ok(())
    }

    fn look_up(&self, question: String) -> Result<(), Problem> {
        let stage = self.stage.as_ref().ok_or(Problem::NoDialogue)?;
        let asked = Question::parse(&question).map_err(unknown)?;
        // The queries of a resolver are numbered at random.
        let id = stage.internet.chance.borrow_mut().number() & 0xFFFF;
        let lines = asked.ask(&stage.internet.zone, u16::try_from(id).unwrap_or(0));
        self.pen.write(Kind::LookedUp { question, lines });
        Ok(())
    }

    fn count_outsider_as(&self, client: Option<String>) -> Result<(), Problem> {
        let known = |name: &String| self.lesson.clients.iter().any(|it| it.name == *name);
        if let Some(name) = client.as_ref().filter(|name| !known(name)) {
            return Err(unknown(name.clone()));
        }
        self.reception.count_as(client.clone());
        self.pen.write(Kind::OutsiderCountsAs { client });
        Ok(())
    }

    /// Writes what a host has just read.
    fn configured(&self, host: &Rc<Host>) {
        let mut files = host.disk.texts();
        let mut take = |path| files.remove(path).unwrap_or_default();
        let (main_cf, master_cf) = (take(MAIN_CF), take(MASTER_CF));
        self.pen.write(Kind::Configured {
            host: host.name.clone(),
            main_cf,
            master_cf,
            files,
        });
        self.pen.write(Kind::RelayAssessed {
            host: host.name.clone(),
            open: host.is_open_relay(),
        });
    }

    async fn check_goals(&mut self) -> Result<(), Problem> {
        let lesson = Arc::clone(&self.lesson);
        let stage = self.stage.as_ref().ok_or(Problem::NoDialogue)?;
        let step = lesson
            .steps
            .get(stage.step)
            .ok_or_else(|| unknown(stage.step.to_string()))?;
        for (index, sought) in step.goals.iter().enumerate() {
            if let Some(probe) = &sought.probe {
                let purpose = Purpose::Probe { goal: index };
                if let Some(mut conversation) = call(&lesson, &stage.internet, probe, purpose)? {
                    conversation.finish().await;
                }
            }
            let events = self.pen.journal().cursor(stage.began).read();
            let judgement = goal::judge(sought, &goal::evidence(step, index, &events));
            self.pen.write(Kind::GoalChecked {
                step: stage.step,
                goal: index,
                holds: judgement.holds,
                observed: judgement.observed,
            });
        }
        Ok(())
    }
}

/// Edits a parameter of a host; the value before comes back.
fn edit<'a>(
    internet: &'a Internet,
    setting: &Setting,
) -> Result<(&'a Rc<Host>, Option<String>), Problem> {
    let host = internet
        .host(&setting.host)
        .ok_or_else(|| unknown(setting.host.clone()))?;
    let old = host
        .set(
            setting.service.as_deref(),
            &setting.parameter,
            setting.value.as_deref(),
        )
        .map_err(unknown)?;
    Ok((host, old))
}

/// Calls a server, given as `HOST:PORT`, as a client of the lesson; the client
/// and the host's name come back. `None`: nobody took the call.
fn dial<'a>(
    lesson: &'a Lesson,
    internet: &Internet,
    client: &str,
    to: &'a str,
    purpose: Purpose,
) -> Result<Option<(Line, &'a model::Client, &'a str)>, Problem> {
    let client = lesson
        .clients
        .iter()
        .find(|known| known.name == client)
        .ok_or_else(|| unknown(client.to_owned()))?;
    let (name, port) = to.rsplit_once(':').ok_or_else(|| unknown(to.to_owned()))?;
    let port = port.parse().map_err(|_| unknown(to.to_owned()))?;
    let addresses = internet.zone.addresses_of(name);
    if addresses.is_empty() {
        return Err(unknown(name.to_owned()));
    }
    let caller = Caller {
        name: client.name.clone(),
        addresses: client.addresses.clone(),
    };
    let line = internet.call(&caller, name, &addresses, port, purpose);
    Ok(line.ok().map(|line| (line, client, name)))
}

/// Calls as a run or a probe of the lesson does. `None`: nobody took the call.
fn call(
    lesson: &Lesson,
    internet: &Internet,
    call: &Call,
    purpose: Purpose,
) -> Result<Option<Conversation>, Problem> {
    let is_probe = matches!(purpose, Purpose::Probe { .. } | Purpose::RelayTest);
    let Some((line, client, name)) = dial(lesson, internet, &call.client, &call.to, purpose)?
    else {
        return Ok(None);
    };
    let mail = call.mail.as_ref().map(|mail| dialogue::Mail {
        sender: mail.from.clone(),
        recipients: mail.to.clone(),
        content: (!is_probe).then(|| {
            letter::compose(
                mail,
                &client.helo,
                internet.pen.now(),
                &mut internet.chance.borrow_mut(),
            )
        }),
        request: String::new(),
        wishes: Vec::new(),
        size: None,
    });
    let plan = Plan {
        helo: client.helo.clone(),
        protection: protection(call.tls),
        login: call.auth.as_ref().map(login),
        mail,
        pipelining: false,
    };
    let trust = Trust {
        roots: Arc::clone(&internet.roots),
        server_name: name.to_owned(),
        expected_names: vec![call.verify_name.as_deref().unwrap_or(name).to_owned()],
        required: call.verify,
    };
    let dialogue = Dialogue::new(plan);
    Ok(Some(Conversation::new(
        line,
        dialogue,
        trust,
        Timeouts::none(),
    )))
}

fn protection(mode: TlsMode) -> Protection {
    match mode {
        TlsMode::None => Protection::Clear,
        TlsMode::Starttls => Protection::Demanded,
        TlsMode::Opportunistic => Protection::Opportunistic,
        TlsMode::Implicit => Protection::Implicit,
    }
}

fn login(auth: &model::Auth) -> dialogue::Login {
    dialogue::Login {
        mechanism: match auth.mechanism {
            Mechanism::Plain => dialogue::Mechanism::Plain,
            Mechanism::Login => dialogue::Mechanism::Login,
        },
        user: auth.user.clone(),
        password: auth.password.clone(),
        insist: auth.insist,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "to be given to map_err")]
fn broken(error: rcgen::Error) -> Problem {
    Problem::Refused {
        words: error.to_string(),
    }
}

fn unknown(what: String) -> Problem {
    Problem::Unknown { what }
}

/// Time that passes before each order, on the lesson's clock.
const MOMENT_BETWEEN_ORDERS: Duration = Duration::from_millis(400);
