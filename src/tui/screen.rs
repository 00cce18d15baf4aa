//! How the student looks at the model: what has the focus, how far a pane is
//! scrolled, what is open on top. Keys change this, or become messages.

mod acting;
mod seeking;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position as Point, Rect};
use serde::{Deserialize, Serialize};

use super::keymap::{Context, Keymap};
use super::layers::{Editor, Layer, newest_message};
use super::notice::Notice;
use super::panes::{Scrolled, Searched};
use super::seek::{Found, Seek};
use super::speed::Speed;
use super::typing::Typing;
use crate::app::{Model, Msg, View};
use crate::journal::Position;

/// How the student looks at the model.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    /// The keys in force.
    pub keymap: Keymap,
    /// The pane that the scrolling keys move.
    pub focus: Pane,
    /// Whether that pane has the whole screen.
    pub zoomed: bool,
    /// The panel that is open at the lower right.
    pub panel: Panel,
    /// The marked option of the step's question.
    pub option: usize,
    /// The run that was chosen to be opened next.
    pub run: Option<usize>,
    /// The chosen row of the shown conversation; `None`: its end is followed.
    pub row: Option<usize>,
    row_kept: RowKept,
    /// Lines scrolled in the lesson.
    pub lesson_scroll: usize,
    /// Lines scrolled in the task.
    pub task_scroll: usize,
    /// Lines scrolled in each panel: from the top, or back from the end in
    /// those that follow what happens. `None`: not scrolled by the student.
    pub panel_scroll: [Option<usize>; Panel::ALL.len()],
    /// What is open on top, the innermost last.
    pub layers: Vec<Layer>,
    /// What is sought in the pane with the focus, if anything is.
    pub seek: Option<Seek>,
    /// What is being typed to a server by hand.
    pub typing: Typing,
    /// Whether every key goes there.
    pub is_typing: bool,
    /// Whether and how the presentation runs.
    pub presentation: Presentation,
    /// Whether the demonstration runs by itself.
    pub demonstration: Demonstration,
    /// Whether the dialogue plays by itself.
    pub playing: bool,
    /// How fast what plays by itself goes.
    pub speed: Speed,
    /// A message of ours to the student, until the next key.
    pub notice: Option<Notice>,
    /// What the last frame found out.
    pub drawn: Drawn,
    explanation: Explanation,
    /// The editor that was closed with something written and not saved in it.
    shelved: Option<Editor>,
    seen: Seen,
}

/// A pane of the lesson's screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Pane {
    /// The step's text.
    #[default]
    Lesson,
    /// The question, the runs and the goals.
    Task,
    /// Client and server.
    Dialogue,
    /// The panel at the lower right.
    Panel,
}

/// What the panel at the lower right can show.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// Why the policy decided as it did.
    #[default]
    Why,
    /// What an eavesdropper sees.
    Wire,
    /// The mail log.
    Log,
    /// The server's certificate.
    Certificate,
    /// Queues and mailboxes.
    Queue,
    /// The configuration in force.
    Configuration,
    /// This run of the dialogue against the one before.
    Differences,
}

/// The presentation mode.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Presentation {
    /// It does not run.
    #[default]
    Off,
    /// Step title and dialogue only.
    On,
    /// A black screen, so that the class looks at the teacher.
    Blank,
}

/// The self-running demonstration.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Demonstration {
    /// The student steps.
    #[default]
    Off,
    /// It plays.
    Playing,
    /// It waits for the space bar.
    Paused,
}

/// What became of the explanation that ends a step.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Explanation {
    /// It is in sight, or there is none yet.
    #[default]
    InSight,
    /// It is out of sight; the student was told that it is there.
    Announced,
}

/// What drawing found out, for the keys and clicks that come next.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Drawn {
    /// Whether lesson and dialogue share the screen by turns.
    pub by_turns: bool,
    /// How far each pane can be scrolled: lesson, task, top layer.
    pub lesson_end: usize,
    /// See [`Drawn::lesson_end`].
    pub task_end: usize,
    /// How the panel stands.
    pub(super) panel: Scrolled,
    /// Where the pane with the focus holds what is sought.
    pub found: Option<Found>,
    /// The search of the log, if that is what has the focus.
    pub(super) searched: Option<Searched>,
    /// The line of the log that is looked at: the lowest one that is in sight,
    /// or the one that was found.
    pub log_line: Option<Position>,
    /// See [`Drawn::lesson_end`].
    pub layer_end: usize,
    /// What can be clicked, the innermost last.
    pub hits: Vec<(Rect, Hit)>,
}

/// Something that can be clicked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hit {
    /// A pane.
    Pane(Pane),
    /// The tab of a panel.
    Tab(Panel),
    /// A row of the conversation.
    Row(usize),
}

/// What a key or a click came to.
#[derive(Clone, Debug)]
pub enum Command {
    /// Tell the model.
    Tell(Msg),
    /// Stop the program, as a shell does on Ctrl-Z.
    Suspend,
    /// Give this text to the terminal's clipboard.
    Copy(String),
    /// Draw everything again.
    Redraw,
}

/// For how long a row stays chosen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum RowKept {
    /// Until the student lets go of it.
    #[default]
    ByStudent,
    /// While its explanation is open: none was chosen before.
    ByExplanation,
}

/// What of the model was there when it was last looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Seen {
    step: usize,
    began: Position,
    reached: bool,
    hints: usize,
    edits: usize,
    view: View,
    position: Position,
    news: Option<Position>,
    beginning: bool,
}

/// Rows moved by the wheel.
const WHEEL: usize = 3;

impl Pane {
    const ALL: [Self; 4] = [Self::Lesson, Self::Task, Self::Dialogue, Self::Panel];
}

impl Panel {
    /// All of them, in the order of their tabs and numbers.
    pub const ALL: [Self; 7] = [
        Self::Why,
        Self::Wire,
        Self::Log,
        Self::Certificate,
        Self::Queue,
        Self::Configuration,
        Self::Differences,
    ];

    /// Its number, counted from 0.
    pub fn index(self) -> usize {
        Self::ALL
            .iter()
            .position(|panel| *panel == self)
            .unwrap_or_default()
    }

    /// The message that names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Why => "tui-panel-why",
            Self::Wire => "tui-panel-wire",
            Self::Log => "tui-panel-log",
            Self::Certificate => "tui-panel-certificate",
            Self::Queue => "tui-panel-queue",
            Self::Configuration => "tui-panel-configuration",
            Self::Differences => "tui-panel-differences",
        }
    }

    /// The message that names it where there is little room.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Log => "tui-panel-log-short",
            Self::Certificate => "tui-panel-certificate-short",
            Self::Differences => "tui-panel-differences-short",
            other => other.name(),
        }
    }

    /// Whether its end is followed, so that scrolling counts from there.
    pub fn follows(self) -> bool {
        matches!(self, Self::Wire | Self::Log)
    }
}

impl Screen {
    /// The screen with which a session begins.
    pub fn begun(model: &Model) -> Self {
        Self {
            notice: model
                .is_in_the_middle()
                .then_some(Notice::Words("tui-notice-resumed")),
            ..Self::default()
        }
    }

    /// Where keys are pressed now, from the innermost context outwards.
    pub fn contexts(&self, model: &Model) -> Vec<Context> {
        let mut contexts = Vec::with_capacity(6);
        match self.present_seek() {
            Some(seek) if seek.is_typing() => return vec![Context::Seeking],
            Some(_) => contexts.push(Context::Sought),
            None => {}
        }
        match self.layers.last() {
            Some(Layer::Confirm(_)) => return vec![Context::Confirmation],
            // Every key is a letter of what is being typed.
            Some(layer) if layer.is_typing() => return Vec::new(),
            Some(Layer::Call(_)) => contexts.push(Context::Call),
            Some(Layer::Copy(_)) => contexts.push(Context::Copying),
            Some(Layer::Editor(_)) => contexts.push(Context::Editor),
            Some(Layer::Queue(_)) => contexts.push(Context::Queue),
            Some(Layer::Explain { .. }) => {
                contexts.extend([Context::Explanation, Context::Reading]);
            }
            Some(Layer::Mailbox { .. }) => {
                contexts.extend([Context::Message, Context::Reading]);
            }
            Some(
                Layer::Dig(_)
                | Layer::Glossary { .. }
                | Layer::Help { .. }
                | Layer::Journey { .. }
                | Layer::Outside { .. }
                | Layer::RealThing { .. }
                | Layer::Steps { .. },
            ) => {
                contexts.push(Context::Reading);
            }
            None if self.is_typing => return vec![Context::Typing],
            None => {
                if model.can_predict() {
                    contexts.push(Context::Question);
                }
                // The choice outlasts a look at the panels, which tell of it.
                if self.row.is_some() && self.focus == Pane::Dialogue {
                    contexts.push(Context::Row);
                }
                if self.is_at_mailboxes(model) {
                    contexts.push(Context::Mailboxes);
                }
                if self.presentation != Presentation::Off {
                    contexts.push(Context::Presentation);
                }
                contexts.push(Context::Lesson);
            }
        }
        contexts.push(Context::Everywhere);
        contexts
    }

    /// Whether there is a message to be read where the student looks, and Enter
    /// is not what goes on with a dialogue.
    fn is_at_mailboxes(&self, model: &Model) -> bool {
        self.focus == Pane::Panel
            && self.panel == Panel::Queue
            && (!model.is_live() || model.open_dialogue().is_none())
            && newest_message(model).is_some()
    }

    /// Takes a key.
    pub fn key(&mut self, event: KeyEvent, model: &Model) -> Vec<Command> {
        self.notice = None;
        if let Some(layer) = self.layers.last_mut().filter(|layer| layer.is_typing()) {
            let told = layer.type_key(event, model).into_iter().collect();
            if matches!(layer, Layer::Dig(dig) if dig.is_over()) {
                self.layers.pop();
            }
            return told;
        }
        if let Some(action) = self.keymap.action(&self.contexts(model), event) {
            return self.act(action, model);
        }
        if self.is_typing && self.layers.is_empty() {
            self.typing.type_key(event);
            return Vec::new();
        }
        if let Some(seek) = self.seek_being_typed() {
            seek.type_key(event);
            return Vec::new();
        }
        match event.code {
            KeyCode::Char(key)
                if self.layers.is_empty()
                    && !event
                        .modifiers
                        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
                    && model.lesson.toggles.iter().any(|toggle| toggle.key == key) =>
            {
                if model.can_predict() {
                    self.notice = Some(Notice::Words("tui-notice-answer-first"));
                    return Vec::new();
                }
                vec![Command::Tell(Msg::Toggle(key))]
            }
            _ => Vec::new(),
        }
    }

    /// Takes pasted text: it goes where text is being typed, and nowhere else.
    pub fn paste(&mut self, text: &str) -> Vec<Command> {
        if let Some(seek) = self.seek_being_typed() {
            seek.paste(text);
            return Vec::new();
        }
        match self.layers.last_mut() {
            Some(layer) => layer.paste(text),
            None if self.is_typing => return self.typing.paste(text),
            None => {}
        }
        Vec::new()
    }

    /// Takes a click or a turn of the wheel.
    pub fn mouse(&mut self, event: MouseEvent, model: &Model) -> bool {
        let point = Point::new(event.column, event.row);
        let under = |wanted: fn(&Hit) -> bool| {
            self.drawn
                .hits
                .iter()
                .rfind(|(area, hit)| area.contains(point) && wanted(hit))
                .map(|(_, hit)| *hit)
        };
        if !self.layers.is_empty() {
            return match event.kind {
                MouseEventKind::ScrollUp => self.scroll_layer(model, -1),
                MouseEventKind::ScrollDown => self.scroll_layer(model, 1),
                _ => false,
            };
        }
        let wheel = match event.kind {
            MouseEventKind::ScrollUp => Some(false),
            MouseEventKind::ScrollDown => Some(true),
            MouseEventKind::Down(MouseButton::Left) => None,
            _ => return false,
        };
        match wheel {
            Some(down) => {
                let Some(Hit::Pane(pane)) = under(|hit| matches!(hit, Hit::Pane(_))) else {
                    return false;
                };
                let focus = std::mem::replace(&mut self.focus, pane);
                for _ in 0..WHEEL {
                    self.scroll(model, down, 1);
                }
                self.focus = focus;
            }
            None => match under(|_| true) {
                Some(Hit::Pane(pane)) => self.focus = pane,
                Some(Hit::Tab(panel)) => {
                    self.panel = panel;
                    self.focus = Pane::Panel;
                }
                Some(Hit::Row(row)) => {
                    self.row = Some(row);
                    self.focus = Pane::Dialogue;
                }
                None => return false,
            },
        }
        true
    }

    /// Looks at what became of the model after a message: a new step is looked
    /// at from its beginning, an explanation from its first line.
    pub fn follow(&mut self, model: &Model) {
        let hints = model.present_state().map_or(0, |state| state.hints.len());
        let seen = Seen {
            step: model.step,
            began: model.projection.step_began,
            reached: model.goals_hold(),
            hints,
            edits: model.edits.len(),
            view: model.view,
            position: model.position(),
            news: model.last_news(),
            beginning: model.beginning(),
        };
        if (seen.step, seen.began) != (self.seen.step, self.seen.began) {
            if seen.step != self.seen.step {
                self.option = 0;
                self.focus = Pane::Lesson;
                self.zoomed = false;
            }
            self.explanation = Explanation::default();
            self.shelved = None;
            self.seek = None;
            self.run = None;
            self.row = None;
            self.playing = false;
            self.lesson_scroll = 0;
            self.task_scroll = 0;
            self.panel_scroll = [None; Panel::ALL.len()];
        }
        if seen.reached && !self.seen.reached {
            self.lesson_scroll = 0;
            self.task_scroll = 0;
            if self.drawn.by_turns && !matches!(self.focus, Pane::Lesson | Pane::Task) {
                self.explanation = Explanation::Announced;
                let ends = model.is_last_step() && model.unsolved_steps() == 0;
                self.notice = Some(Notice::Words(if model.is_solved_for_them() {
                    "tui-notice-reached-by-solution"
                } else if ends {
                    "tui-notice-reached-last"
                } else {
                    "tui-notice-reached"
                }));
            }
        }
        if seen.edits > self.seen.edits
            && let Some(edit) = model.edits.last()
        {
            self.notice = Some(Notice::Edited(edit.clone()));
            if let Some(Layer::Editor(editor)) = self.layers.last_mut() {
                editor.turn_to(edit, model);
                if editor.shows(edit) {
                    // The file itself says below what came of it.
                    self.notice = None;
                }
            }
        }
        // How the step's world was prepared is for the student to find out.
        let prepared = self.seen.beginning || seen.began != self.seen.began;
        if seen.news > self.seen.news && model.is_live() && !prepared {
            self.notice = seen.news.map(Notice::News);
        }
        if seen.hints > self.seen.hints && seen.step == self.seen.step {
            self.show_last_hint();
        }
        if self.is_typing && model.open_by_hand().is_none() && !model.busy() {
            self.is_typing = false;
            if model.trouble.is_none() {
                self.notice = Some(Notice::Words("tui-notice-hung-up"));
            }
        }
        if seen.view != self.seen.view {
            self.row = None;
        }
        if seen.position != self.seen.position {
            // Another decision has another rule to be seen.
            self.look_at_the_rule();
        }
        self.seen = seen;
    }

    /// Turns to the hint that was opened last, which stands below the step's text.
    fn show_last_hint(&mut self) {
        self.lesson_scroll = usize::MAX;
        self.focus = Pane::Lesson;
    }

    /// Lets the panel of reasons choose again what it shows.
    fn look_at_the_rule(&mut self) {
        if let Some(scroll) = self.panel_scroll.get_mut(Panel::Why.index()) {
            *scroll = None;
        }
    }

    /// Remembers what the last frame found out. `true`: because of that the next
    /// one looks different, and has to be drawn.
    #[must_use]
    pub fn remember(&mut self, drawn: Drawn) -> bool {
        self.lesson_scroll = self.lesson_scroll.min(drawn.lesson_end);
        self.task_scroll = self.task_scroll.min(drawn.task_end);
        if let Some(scroll) = self.panel_scroll.get_mut(self.panel.index()) {
            *scroll = scroll.map(|scroll| scroll.min(drawn.panel.end));
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.limit(drawn.layer_end);
        }
        self.drawn = drawn;
        self.go_where_it_is_found()
    }
}
