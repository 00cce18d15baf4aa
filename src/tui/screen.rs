//! How the student looks at the model: what has the focus, how far a pane is
//! scrolled, what is open on top. Keys change this, or become messages.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position as Point, Rect};

use super::keymap::{self, Action, Context};
use super::layers::{Editor, Layer, Question};
use crate::app::{Model, Msg, View};
use crate::journal::Position;

/// How the student looks at the model.
#[derive(Clone, Debug, Default)]
pub struct Screen {
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
    /// Lines scrolled in the lesson.
    pub lesson_scroll: usize,
    /// Lines scrolled in the task.
    pub task_scroll: usize,
    /// Lines scrolled in each panel: from the top, or back from the end in
    /// those that follow what happens.
    pub panel_scroll: [usize; Panel::ALL.len()],
    /// What is open on top, the innermost last.
    pub layers: Vec<Layer>,
    /// Whether and how the presentation runs.
    pub presentation: Presentation,
    /// Whether the demonstration runs by itself.
    pub demonstration: Demonstration,
    /// A message of ours to the student, until the next key.
    pub notice: Option<&'static str>,
    /// What the last frame found out.
    pub drawn: Drawn,
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
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
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

/// What drawing found out, for the keys and clicks that come next.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Drawn {
    /// Whether lesson and dialogue share the screen by turns.
    pub by_turns: bool,
    /// How far each pane can be scrolled: lesson, task, panel, top layer.
    pub lesson_end: usize,
    /// See [`Drawn::lesson_end`].
    pub task_end: usize,
    /// See [`Drawn::lesson_end`].
    pub panel_end: usize,
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
    /// Draw everything again.
    Redraw,
}

/// What of the model was there when it was last looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Seen {
    step: usize,
    began: Position,
    reached: bool,
    hints: usize,
    view: View,
}

/// Rows moved by half a page or by the wheel.
const HALF_PAGE: usize = 8;
const WHEEL: usize = 3;

impl Pane {
    const ALL: [Self; 4] = [Self::Lesson, Self::Task, Self::Dialogue, Self::Panel];
}

impl Panel {
    /// All of them, in the order of their tabs and numbers.
    pub const ALL: [Self; 6] = [
        Self::Why,
        Self::Wire,
        Self::Log,
        Self::Certificate,
        Self::Queue,
        Self::Configuration,
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
        }
    }

    /// Whether its end is followed, so that scrolling counts from there.
    pub fn follows(self) -> bool {
        matches!(self, Self::Wire | Self::Log)
    }
}

impl Screen {
    /// Where keys are pressed now, from the innermost context outwards.
    pub fn contexts(&self, model: &Model) -> Vec<Context> {
        let mut contexts = Vec::with_capacity(6);
        match self.layers.last() {
            Some(Layer::Confirm(_)) => return vec![Context::Confirmation],
            // Every key is a letter of what is being typed.
            Some(Layer::Editor(editor)) if editor.prompt.is_some() => return Vec::new(),
            Some(Layer::Editor(_)) => contexts.push(Context::Editor),
            Some(Layer::Help { .. } | Layer::Steps { .. } | Layer::Whole { .. }) => {
                contexts.push(Context::Reading);
            }
            None => {
                if self.demonstration != Demonstration::Off {
                    contexts.push(Context::Demonstration);
                }
                if model.can_predict() {
                    contexts.push(Context::Question);
                }
                if self.row.is_some() {
                    contexts.push(Context::Row);
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

    /// Takes a key.
    pub fn key(&mut self, event: KeyEvent, model: &Model) -> Vec<Command> {
        self.notice = None;
        if let Some(Layer::Editor(editor)) = self.layers.last_mut()
            && editor.prompt.is_some()
        {
            return editor.type_key(event, model).into_iter().collect();
        }
        if let Some(action) = keymap::action(&self.contexts(model), event) {
            return self.act(action, model);
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
                    self.notice = Some("tui-notice-answer-first");
                    return Vec::new();
                }
                vec![Command::Tell(Msg::Toggle(key))]
            }
            _ => Vec::new(),
        }
    }

    /// Takes pasted text: it goes where text is being typed, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        if let Some(Layer::Editor(editor)) = self.layers.last_mut() {
            editor.paste(text);
        }
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
        let hints = model.present_state().map_or(0, |state| state.hints);
        let seen = Seen {
            step: model.step,
            began: model.projection.step_began,
            reached: model.goals_hold(),
            hints,
            view: model.view,
        };
        if (seen.step, seen.began) != (self.seen.step, self.seen.began) {
            if seen.step != self.seen.step {
                self.option = 0;
                self.focus = Pane::Lesson;
                self.zoomed = false;
            }
            self.run = None;
            self.row = None;
            self.lesson_scroll = 0;
            self.task_scroll = 0;
            self.panel_scroll = [0; Panel::ALL.len()];
        }
        if seen.reached && !self.seen.reached {
            self.lesson_scroll = 0;
            self.task_scroll = 0;
            if self.drawn.by_turns && !matches!(self.focus, Pane::Lesson | Pane::Task) {
                self.notice = Some("tui-notice-reached");
            }
        }
        if seen.hints > self.seen.hints && seen.step == self.seen.step {
            // The hint stands below the text.
            self.lesson_scroll = usize::MAX;
            self.focus = Pane::Lesson;
        }
        if seen.view != self.seen.view {
            self.row = None;
        }
        self.seen = seen;
    }

    /// Remembers what the last frame found out.
    pub fn remember(&mut self, drawn: Drawn) {
        self.lesson_scroll = self.lesson_scroll.min(drawn.lesson_end);
        self.task_scroll = self.task_scroll.min(drawn.task_end);
        if let Some(scroll) = self.panel_scroll.get_mut(self.panel.index()) {
            *scroll = (*scroll).min(drawn.panel_end);
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.limit(drawn.layer_end);
        }
        self.drawn = drawn;
    }

    fn act(&mut self, action: Action, model: &Model) -> Vec<Command> {
        let tell = |msg| vec![Command::Tell(msg)];
        match action {
            Action::Answer => return self.answer(self.option, model),
            Action::AnswerNumber(option) => return self.answer(option, model),
            Action::Forward => return self.forward(model),
            Action::Back => return tell(Msg::Back),
            Action::ToEnd => return tell(Msg::ToEnd),
            Action::ToStart => return tell(Msg::ToStart),
            Action::Rerun => return self.rerun(model),
            Action::RunNext => self.choose_run(model, 1),
            Action::RunPrevious => self.choose_run(model, -1),
            Action::Conversation => return self.next_conversation(model),
            Action::NextStep if model.is_last_step() => {
                self.notice = Some("tui-notice-last-step");
            }
            Action::NextStep => return tell(Msg::NextStep),
            Action::PreviousStep => return tell(Msg::PreviousStep),
            Action::Undo if model.edits.is_empty() => {
                self.notice = Some("tui-notice-nothing-to-undo");
            }
            Action::Undo => return tell(Msg::Undo),
            Action::Hint => return self.hint(model),
            Action::Language => return tell(Msg::Speak(model.language.other())),
            Action::Solution => self.layers.push(Layer::Confirm(Question::Solution)),
            Action::ResetStep => self.layers.push(Layer::Confirm(Question::Reset)),
            Action::Steps => self.layers.push(Layer::Steps { chosen: model.step }),
            Action::Help => self.layers.push(Layer::Help { scroll: 0 }),
            Action::Configure if model.can_predict() => {
                self.notice = Some("tui-notice-answer-first");
            }
            Action::Configure => self.layers.push(Layer::Editor(Editor::new(model))),
            Action::Whole => self.open_whole(model),
            Action::Accept => return self.accept(model),
            Action::Close => self.close(),
            Action::Quit if self.layers.is_empty() && model.open_dialogue().is_some() => {
                self.layers.push(Layer::Confirm(Question::Quit));
            }
            Action::Quit => return tell(Msg::Quit),
            Action::FocusNext => self.turn_focus(1),
            Action::FocusPrevious => self.turn_focus(Pane::ALL.len() - 1),
            Action::Panel(number) => {
                if let Some(panel) = Panel::ALL.get(number) {
                    self.panel = *panel;
                    self.focus = Pane::Panel;
                }
            }
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Present => {
                self.presentation = match self.presentation {
                    Presentation::Off => Presentation::On,
                    Presentation::On | Presentation::Blank => Presentation::Off,
                };
            }
            Action::Blank => {
                self.presentation = match self.presentation {
                    Presentation::Blank => Presentation::On,
                    Presentation::Off | Presentation::On => Presentation::Blank,
                };
            }
            Action::ScrollUp => self.scroll(model, false, 1),
            Action::ScrollDown => self.scroll(model, true, 1),
            Action::ScrollHalfUp => self.scroll(model, false, HALF_PAGE),
            Action::ScrollHalfDown => self.scroll(model, true, HALF_PAGE),
            Action::ScrollTop => self.scroll(model, false, usize::MAX),
            Action::ScrollBottom => self.scroll(model, true, usize::MAX),
            Action::OptionUp => self.option = self.option.saturating_sub(1),
            Action::OptionDown => {
                let options = model
                    .present_step()
                    .and_then(|step| step.predict.as_ref())
                    .map_or(0, |predict| predict.options.len());
                self.option = (self.option + 1).min(options.saturating_sub(1));
            }
            Action::Pause => {
                self.demonstration = match self.demonstration {
                    Demonstration::Playing => Demonstration::Paused,
                    Demonstration::Paused => Demonstration::Playing,
                    Demonstration::Off => Demonstration::Off,
                };
            }
            Action::Add | Action::Remove | Action::NextHost => {
                if let Some(Layer::Editor(editor)) = self.layers.last_mut() {
                    return editor.act(action, model).into_iter().collect();
                }
            }
            Action::Suspend => return vec![Command::Suspend],
            Action::Redraw => return vec![Command::Redraw],
        }
        Vec::new()
    }

    fn answer(&mut self, option: usize, model: &Model) -> Vec<Command> {
        let exists = model
            .present_step()
            .and_then(|step| step.predict.as_ref())
            .is_some_and(|predict| option < predict.options.len());
        if !exists {
            return Vec::new();
        }
        self.option = option;
        vec![Command::Tell(Msg::Predict(option))]
    }

    fn forward(&mut self, model: &Model) -> Vec<Command> {
        if model.can_predict() {
            self.notice = Some("tui-notice-answer-first");
            self.focus = Pane::Lesson;
            return Vec::new();
        }
        if self.drawn.by_turns && matches!(self.focus, Pane::Lesson | Pane::Task) {
            self.focus = Pane::Dialogue;
        }
        self.row = None;
        let idle = model.is_live() && model.open_dialogue().is_none();
        if idle && let Some(run) = self.run.take() {
            return vec![Command::Tell(Msg::OpenRun(run))];
        }
        if idle && !model.busy() && model.next_run().is_none() {
            self.notice = Some(if model.goals_hold() {
                "tui-notice-step-done"
            } else {
                "tui-notice-all-played"
            });
        }
        vec![Command::Tell(Msg::Forward)]
    }

    fn rerun(&mut self, model: &Model) -> Vec<Command> {
        if model.can_predict() {
            self.notice = Some("tui-notice-answer-first");
            return Vec::new();
        }
        if model.last_run().is_none() {
            self.notice = Some("tui-notice-nothing-ran");
        }
        if self.drawn.by_turns && matches!(self.focus, Pane::Lesson | Pane::Task) {
            self.focus = Pane::Dialogue;
        }
        self.row = None;
        vec![Command::Tell(Msg::Rerun)]
    }

    fn hint(&mut self, model: &Model) -> Vec<Command> {
        if !model.can_hint() {
            let attempted = model.present_state().is_some_and(|state| state.attempted);
            self.notice = Some(if attempted {
                "tui-notice-no-more-hints"
            } else {
                "tui-notice-hint-after-attempt"
            });
        }
        vec![Command::Tell(Msg::Hint)]
    }

    fn choose_run(&mut self, model: &Model, by: isize) {
        let runs = model.present_step().map_or(0, |step| step.runs.len());
        if runs == 0 {
            return;
        }
        let from = self.run.or_else(|| model.next_run()).unwrap_or(0);
        let to = from
            .checked_add_signed(by)
            .map_or(runs - 1, |next| next % runs);
        self.run = Some(to);
    }

    fn next_conversation(&mut self, model: &Model) -> Vec<Command> {
        let shown: Vec<_> = model.showable().map(|connection| connection.id).collect();
        let present = model.shown_connection().map(|connection| connection.id);
        let place = shown.iter().position(|id| Some(*id) == present);
        let next = place.map_or(0, |place| (place + 1) % shown.len().max(1));
        let Some(next) = shown.get(next).filter(|_| shown.len() > 1) else {
            self.notice = Some("tui-notice-one-conversation");
            return Vec::new();
        };
        self.row = None;
        vec![Command::Tell(Msg::Show(Some(*next)))]
    }

    fn open_whole(&mut self, model: &Model) {
        let rows = model
            .shown_connection()
            .map_or(0, |connection| connection.rows_at(model.position()).len());
        if let Some(last) = rows.checked_sub(1) {
            let row = self.row.map_or(last, |row| row.min(last));
            self.layers.push(Layer::Whole { row, scroll: 0 });
        }
    }

    fn accept(&mut self, model: &Model) -> Vec<Command> {
        if let Some(Layer::Editor(editor)) = self.layers.last_mut() {
            return editor.act(Action::Accept, model).into_iter().collect();
        }
        match self.layers.pop() {
            Some(Layer::Confirm(Question::Quit)) => vec![Command::Tell(Msg::Quit)],
            Some(Layer::Confirm(Question::Reset)) => vec![Command::Tell(Msg::ResetStep)],
            Some(Layer::Confirm(Question::Solution)) => {
                vec![Command::Tell(Msg::ShowSolution)]
            }
            Some(Layer::Steps { chosen }) => vec![Command::Tell(Msg::GoToStep(chosen))],
            _ => Vec::new(),
        }
    }

    /// Closes the innermost of what is open, and only that.
    fn close(&mut self) {
        if self.layers.pop().is_none() && self.row.take().is_none() {
            self.zoomed = false;
        }
    }

    fn turn_focus(&mut self, by: usize) {
        let place = Pane::ALL.iter().position(|pane| *pane == self.focus);
        let next = (place.unwrap_or_default() + by) % Pane::ALL.len();
        if let Some(pane) = Pane::ALL.get(next) {
            self.focus = *pane;
        }
    }

    fn scroll(&mut self, model: &Model, down: bool, by: usize) {
        if !self.layers.is_empty() {
            let by = isize::try_from(by).unwrap_or(isize::MAX);
            self.scroll_layer(model, if down { by } else { -by });
            return;
        }
        let moved = |offset: usize, towards_end: bool| {
            if towards_end {
                offset.saturating_add(by)
            } else {
                offset.saturating_sub(by)
            }
        };
        match self.focus {
            Pane::Lesson => {
                self.lesson_scroll = moved(self.lesson_scroll, down).min(self.drawn.lesson_end);
            }
            Pane::Task => {
                self.task_scroll = moved(self.task_scroll, down).min(self.drawn.task_end);
            }
            Pane::Dialogue => self.choose_row(model, down, by),
            Pane::Panel => {
                let end = self.drawn.panel_end;
                let towards_end = down != self.panel.follows();
                if let Some(scroll) = self.panel_scroll.get_mut(self.panel.index()) {
                    *scroll = moved(*scroll, towards_end).min(end);
                }
            }
        }
    }

    fn choose_row(&mut self, model: &Model, down: bool, by: usize) {
        let rows = model
            .shown_connection()
            .map_or(0, |connection| connection.rows_at(model.position()).len());
        let Some(last) = rows.checked_sub(1) else {
            return;
        };
        self.row = match (self.row, down) {
            (None, false) => Some(last.saturating_sub(by - 1)),
            (None, true) => None,
            (Some(row), false) => Some(row.saturating_sub(by)),
            // Past the last row, the end is followed again.
            (Some(row), true) => Some(row.saturating_add(by)).filter(|row| *row <= last),
        };
    }

    fn scroll_layer(&mut self, model: &Model, by: isize) -> bool {
        let end = self.drawn.layer_end;
        match self.layers.last_mut() {
            Some(layer) => {
                layer.scroll(by, end, model);
                true
            }
            None => false,
        }
    }
}
