//! What each action does to how the student looks at the model, or to the model.

use super::{Command, Demonstration, Explanation, Pane, Panel, Presentation, RowKept, Screen};
use crate::app::{Model, Msg, NextHint, Row};
use crate::lesson::Order;
use crate::tui::keymap::Action;
use crate::tui::layers::{
    Call, Copy, Dig, Editor, Layer, Question, Queue, Search, Subject, chosen_hop,
    neighbouring_message, newest_message,
};
use crate::tui::notice::Notice;
use crate::tui::panes::Scrolled;

/// Rows moved by half a page.
const HALF_PAGE: usize = 8;

impl Screen {
    /// Carries out what a key asks for.
    pub(super) fn act(&mut self, action: Action, model: &Model) -> Vec<Command> {
        let tell = |msg| vec![Command::Tell(msg)];
        match action {
            Action::Answer => return self.answer(self.option, model),
            Action::AnswerNumber(option) => return self.answer(option, model),
            Action::Forward => return self.forward(model),
            Action::Advance => return self.advance(model),
            Action::Retreat => return self.retreat(model),
            Action::Back | Action::ToStart => {
                self.playing = false;
                let back = action == Action::Back;
                return tell(if back { Msg::Back } else { Msg::ToStart });
            }
            Action::ToEnd => return tell(Msg::ToEnd),
            Action::Rerun => return self.rerun(model),
            Action::RunNext => self.choose_run(model, 1),
            Action::RunPrevious => self.choose_run(model, -1),
            Action::Conversation => return self.next_conversation(model),
            Action::NextStep if model.is_last_step() => {
                self.notice = Some(Notice::LastStep);
            }
            Action::NextStep => return tell(Msg::NextStep),
            Action::PreviousStep => return tell(Msg::PreviousStep),
            Action::Undo if model.edits.is_empty() => {
                self.notice = Some(Notice::Words("tui-notice-nothing-to-undo"));
            }
            Action::Undo => {
                self.notice = model.edits.last().cloned().map(Notice::Undone);
                return tell(Msg::Undo);
            }
            Action::Redo if model.undone.is_empty() => {
                self.notice = Some(Notice::Words("tui-notice-nothing-to-redo"));
            }
            Action::Redo => return tell(Msg::Redo),
            Action::Hint => return self.hint(model),
            Action::Language => return tell(Msg::Speak(model.language.other())),
            Action::NextOutsider if model.listening.is_empty() => {
                self.notice = Some(Notice::Words("tui-notice-nobody-listens"));
            }
            Action::NextOutsider => return tell(Msg::NextOutsider),
            action if action.needs_answer() && model.can_predict() => {
                self.notice = Some(Notice::Words("tui-notice-answer-first"));
            }
            Action::Accept | Action::Add | Action::Remove | Action::Save
                if self.reads_only(model) =>
            {
                self.notice = Some(Notice::Words("tui-notice-not-yours"));
            }
            Action::Accept => return self.accept(model),
            Action::Close if self.is_bare() && model.projection.repetition.is_some() => {
                return tell(Msg::Order(Order::StopRepeating));
            }
            Action::Close => self.close(model),
            Action::Quit if self.layers.is_empty() && model.open_dialogue().is_some() => {
                self.layers.push(Layer::Confirm(Question::Quit));
            }
            Action::Quit => return tell(Msg::Quit),
            Action::Pause => return self.pause(model),
            Action::Slower | Action::Faster => {
                self.speed = match action {
                    Action::Slower => self.speed.slower(),
                    _ => self.speed.faster(),
                };
                self.notice = Some(Notice::Speed(self.speed));
            }
            Action::Attack
            | Action::Delist
            | Action::Queue
            | Action::Add
            | Action::Remove
            | Action::RemoveAll
            | Action::NextSection
            | Action::PreviousSection
            | Action::OnlyChanges
            | Action::NextFile
            | Action::PreviousFile
            | Action::Save
            | Action::Flush
            | Action::Wait
            | Action::WaitLong => return self.act_on_world(action, model),
            // That is for the menu.
            Action::Afresh => {}
            Action::ByHand => self.take_up_typing(model),
            Action::CallServer => return self.call_server(model),
            Action::Send
            | Action::Complete
            | Action::HistoryOlder
            | Action::HistoryNewer
            | Action::Base64
            | Action::Raw
            | Action::HangUp => match self.typing.act(action, model) {
                Ok(command) => return command.into_iter().collect(),
                Err(notice) => self.notice = Some(notice),
            },
            Action::Suspend => return vec![Command::Suspend],
            Action::Redraw => return vec![Command::Redraw],
            other => self.look(other, model),
        }
        Vec::new()
    }

    /// What only changes how the lesson is looked at.
    fn look(&mut self, action: Action, model: &Model) {
        match action {
            // There the explanation is that was just announced.
            Action::FocusNext if self.explanation == Explanation::Announced => {
                self.explanation = Explanation::InSight;
                self.focus = Pane::Lesson;
            }
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
            Action::FoundNext => self.go_on_seeking(true),
            Action::FoundPrevious => self.go_on_seeking(false),
            Action::KeepSearch => self.keep_seeking(),
            Action::OptionUp => self.option = self.option.saturating_sub(1),
            Action::OptionDown => self.mark_next_option(model),
            other => self.open(other, model),
        }
    }

    /// What opens something on top, or turns its pages.
    fn open(&mut self, action: Action, model: &Model) {
        match action {
            Action::Solution => self.layers.push(Layer::Confirm(Question::Solution)),
            Action::ResetStep => self.layers.push(Layer::Confirm(Question::Reset)),
            Action::Steps => self.layers.push(Layer::Steps {
                search: Search::default(),
                chosen: model.step,
            }),
            Action::Outside if model.listening.is_empty() => {
                self.notice = Some(Notice::Words("tui-notice-nobody-listens"));
            }
            Action::Outside => self.layers.push(Layer::Outside { scroll: 0 }),
            Action::Help => self.layers.push(Layer::Help {
                search: Search::default(),
                scroll: 0,
            }),
            Action::Glossary => self.layers.push(Layer::Glossary {
                search: Search::default(),
                scroll: 0,
            }),
            Action::Configure => {
                let shelved = self.shelved.take();
                let editor = shelved.unwrap_or_else(|| Editor::new(model));
                self.layers.push(Layer::Editor(editor));
            }
            Action::CallNext | Action::CallPrevious => {
                if let Some(Layer::Call(call)) = self.layers.last_mut() {
                    call.turn(model, action == Action::CallNext);
                }
            }
            Action::Dig => self.layers.push(Layer::Dig(Dig::default())),
            Action::RealThing => self.layers.push(Layer::RealThing { scroll: 0 }),
            Action::Journey => self.layers.push(Layer::Journey { chosen: 0 }),
            Action::Copy => self
                .layers
                .push(Layer::Copy(Copy::new(self.line_looked_at(model)))),
            Action::Explain => self.open_explanation(model),
            Action::ExplainNext => self.explain_neighbour(model, true),
            Action::ExplainPrevious => self.explain_neighbour(model, false),
            Action::Read => {
                let newest = newest_message(model);
                self.layers
                    .extend(newest.map(|at| Layer::Mailbox { at, scroll: 0 }));
            }
            Action::ReadNext | Action::ReadPrevious => {
                if let Some(Layer::Mailbox { at, scroll }) = self.layers.last_mut() {
                    *at = neighbouring_message(*at, model, action == Action::ReadNext);
                    *scroll = 0;
                }
            }
            Action::Search => self.search(),
            _ => {}
        }
    }

    fn mark_next_option(&mut self, model: &Model) {
        let options = model
            .present_step()
            .and_then(|step| step.predict.as_ref())
            .map_or(0, |predict| predict.options.len());
        self.option = (self.option + 1).min(options.saturating_sub(1));
    }

    fn turn_attacker(&mut self, model: &Model) -> Vec<Command> {
        let Some(order) = model.next_attack() else {
            self.notice = Some(Notice::Words("tui-notice-no-wire"));
            return Vec::new();
        };
        self.notice = Some(Notice::Done(order.clone()));
        vec![Command::Tell(Msg::Order(order))]
    }

    fn ask_delisting(&mut self, model: &Model) -> Vec<Command> {
        let Some(list) = model.lesson.blocklists.first() else {
            self.notice = Some(Notice::Words("tui-notice-no-blocklist"));
            return Vec::new();
        };
        if !model.is_listed(&list.zone) {
            self.notice = Some(Notice::NotListed(list.zone.clone()));
            return Vec::new();
        }
        let order = Order::Delist {
            list: list.zone.clone(),
            host: model.lesson.study.clone(),
        };
        vec![Command::Tell(Msg::Order(order))]
    }

    /// Whether the configuration of somebody else's server is open on top.
    fn reads_only(&self, model: &Model) -> bool {
        matches!(self.layers.last(), Some(Layer::Editor(editor)) if !editor.is_ours(model))
    }

    fn open_queue(&mut self, model: &Model) -> Vec<Command> {
        let queue = Queue::new(model);
        let commands = queue.list(model);
        self.layers.push(Layer::Queue(queue));
        commands
    }

    /// What is done to the wire, to the queue, or to the list that is open on top.
    fn act_on_world(&mut self, action: Action, model: &Model) -> Vec<Command> {
        match self.layers.last_mut() {
            None if action == Action::Attack => self.turn_attacker(model),
            None if action == Action::Delist => self.ask_delisting(model),
            None if action == Action::Queue => self.open_queue(model),
            Some(Layer::Editor(editor)) => editor.act(action, model).into_iter().collect(),
            Some(Layer::Queue(queue)) => queue.act(action, model),
            _ => Vec::new(),
        }
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
            self.notice = Some(Notice::Words("tui-notice-answer-first"));
            self.focus = Pane::Lesson;
            return Vec::new();
        }
        if self.drawn.by_turns && matches!(self.focus, Pane::Lesson | Pane::Task) {
            self.focus = Pane::Dialogue;
        }
        if model.is_live() && model.open_by_hand().is_some() {
            self.take_up_typing(model);
            return Vec::new();
        }
        self.row = None;
        let idle = model.is_live() && model.open_dialogue().is_none();
        if idle && let Some(run) = self.run.take() {
            return vec![Command::Tell(Msg::OpenRun(run))];
        }
        if idle && !model.busy() && model.next_run().is_none() {
            if model.can_only_repeat() {
                self.choose_run(model, 1);
            } else {
                self.notice = Some(match (model.goals_hold(), model.is_last_step()) {
                    (true, true) => Notice::LastStep,
                    (true, false) => Notice::Words("tui-notice-step-done"),
                    (false, _) => Notice::Words("tui-no-runs"),
                });
            }
            return Vec::new();
        }
        vec![Command::Tell(Msg::Forward)]
    }

    /// Lets what plays by itself wait or go on, or begins to play.
    fn pause(&mut self, model: &Model) -> Vec<Command> {
        match self.demonstration {
            Demonstration::Playing => self.demonstration = Demonstration::Paused,
            Demonstration::Paused => self.demonstration = Demonstration::Playing,
            Demonstration::Off if self.playing => self.playing = false,
            Demonstration::Off => {
                let next = self.run.or_else(|| model.next_run());
                self.playing = !model.can_predict()
                    && model.open_by_hand().is_none()
                    && (!model.is_live() || model.open_dialogue().is_some() || next.is_some());
                return self.forward(model);
            }
        }
        Vec::new()
    }

    /// What a clicker's key for the next page does: the answer that is marked,
    /// the next line, the next dialogue, and when all were played the next step.
    fn advance(&mut self, model: &Model) -> Vec<Command> {
        if model.can_predict() {
            return self.answer(self.option, model);
        }
        let more = !model.is_live()
            || model.busy()
            || model.open_dialogue().is_some()
            || self.run.or_else(|| model.next_run()).is_some();
        let action = if more {
            Action::Forward
        } else {
            Action::NextStep
        };
        self.act(action, model)
    }

    /// What a clicker's key for the page before does: a line back, and where
    /// nothing was said yet the step before.
    fn retreat(&mut self, model: &Model) -> Vec<Command> {
        let said = model
            .shown_connection()
            .map_or(0, |connection| connection.rows_at(model.position()).len());
        let first = model.dialogues().count() <= 1;
        let action = if said == 0 || (first && said == 1) {
            Action::PreviousStep
        } else {
            Action::Back
        };
        self.act(action, model)
    }

    fn rerun(&mut self, model: &Model) -> Vec<Command> {
        if model.can_predict() {
            self.notice = Some(Notice::Words("tui-notice-answer-first"));
            return Vec::new();
        }
        if model.last_run().is_none() {
            self.notice = Some(Notice::Words("tui-notice-nothing-ran"));
        }
        if self.drawn.by_turns && matches!(self.focus, Pane::Lesson | Pane::Task) {
            self.focus = Pane::Dialogue;
        }
        self.row = None;
        vec![Command::Tell(Msg::Rerun)]
    }

    fn hint(&mut self, model: &Model) -> Vec<Command> {
        if model.goals_hold() {
            self.notice = Some(Notice::Words("tui-notice-hint-reached"));
            return Vec::new();
        }
        let words = match model.next_hint() {
            NextHint::Ready if self.presentation != Presentation::Off => {
                // The lesson, where hints are, is out of sight.
                self.notice = Some(Notice::Hint);
                return vec![Command::Tell(Msg::Hint)];
            }
            NextHint::Ready => None,
            NextHint::AfterAttempt => Some("tui-notice-hint-after-attempt"),
            NextHint::None => Some("tui-notice-no-more-hints"),
            NextHint::Never => Some("tui-notice-no-hints"),
        };
        self.notice = words.map(Notice::Words).or_else(|| self.notice.take());
        if words.is_some() && !model.open_hints().is_empty() {
            self.show_last_hint();
        }
        vec![Command::Tell(Msg::Hint)]
    }

    fn choose_run(&mut self, model: &Model, by: isize) {
        let runs = model.present_step().map_or(0, |step| step.runs.len());
        if runs == 0 || model.open_dialogue().is_some() {
            return;
        }
        let to = match self.run.or_else(|| model.next_run()) {
            Some(from) => from
                .checked_add_signed(by)
                .map_or(runs - 1, |next| next % runs),
            None if by > 0 => 0,
            None => runs - 1,
        };
        self.run = Some(to);
        // On narrow screens the list of runs is out of sight.
        self.notice = Some(Notice::NextRun(to));
    }

    fn next_conversation(&mut self, model: &Model) -> Vec<Command> {
        let Some(next) = model.next_conversation() else {
            self.notice = Some(Notice::Words("tui-notice-one-conversation"));
            return Vec::new();
        };
        // It is read from its beginning.
        self.row = Some(0);
        self.focus = Pane::Dialogue;
        vec![Command::Tell(Msg::Show(Some(next)))]
    }

    /// Explains the line that is looked at; the editor does so below its own.
    fn open_explanation(&mut self, model: &Model) {
        if let Some(Layer::Editor(editor)) = self.layers.last_mut() {
            if !editor.explain(model) {
                self.notice = Some(Notice::Words("tui-notice-no-directive"));
            }
            return;
        }
        match self.line_looked_at(model) {
            Some(subject) => self.layers.push(Layer::Explain { subject, scroll: 0 }),
            None => self.notice = Some(Notice::Words("tui-notice-nothing-to-explain")),
        }
    }

    /// The line that is looked at: the lowest one of the log while that has the
    /// focus, the handshake where its certificate has, or else the chosen row
    /// of the conversation, or its last one.
    fn line_looked_at(&self, model: &Model) -> Option<Subject> {
        let rows = model
            .shown_connection()
            .map_or(&[][..], |connection| connection.rows_at(model.position()));
        let last = rows.len().checked_sub(1);
        let in_panel = |panel| self.focus == Pane::Panel && self.panel == panel;
        let log_line = self.drawn.log_line.filter(|_| in_panel(Panel::Log));
        let handshake = rows
            .iter()
            .position(|row| matches!(row, Row::Tls(_)))
            .filter(|_| in_panel(Panel::Certificate));
        let chosen = self.row.zip(last).map(|(row, last)| row.min(last));
        let row = handshake.or(chosen).or(last);
        log_line.map(Subject::Log).or_else(|| row.map(Subject::Row))
    }

    /// Goes on typing on the open connection, or asks whom to call.
    fn take_up_typing(&mut self, model: &Model) {
        if model.can_predict() {
            self.notice = Some(Notice::Words("tui-notice-answer-first"));
        } else if model.open_by_hand().is_some() {
            self.is_typing = true;
            self.focus = Pane::Dialogue;
        } else {
            self.layers.push(Layer::Call(Call::new(model)));
        }
    }

    fn call_server(&mut self, model: &Model) -> Vec<Command> {
        let Some(Layer::Call(call)) = self.layers.last() else {
            return Vec::new();
        };
        let placed = call.place(model);
        self.layers.pop();
        self.row = None;
        self.is_typing = placed.is_some();
        self.focus = Pane::Dialogue;
        placed.into_iter().collect()
    }

    fn explain_neighbour(&mut self, model: &Model, after: bool) {
        if let Some(Layer::Explain { subject, scroll }) = self.layers.last_mut() {
            *subject = subject.neighbour(model, after);
            *scroll = 0;
            if let Subject::Row(row) = *subject {
                if self.row.is_none() {
                    self.row_kept = RowKept::ByExplanation;
                }
                self.row = Some(row);
            }
        }
    }

    fn accept(&mut self, model: &Model) -> Vec<Command> {
        if let Some(Layer::Editor(editor)) = self.layers.last_mut() {
            return editor.act(Action::Accept, model).into_iter().collect();
        }
        if let Some(Layer::Copy(copy)) = self.layers.last() {
            return match copy.text(model) {
                Some(text) => {
                    self.layers.pop();
                    self.notice = Some(Notice::Words("tui-notice-copied"));
                    vec![Command::Copy(text)]
                }
                None => Vec::new(),
            };
        }
        match self.close_layer() {
            Some(Layer::Confirm(Question::Quit)) => vec![Command::Tell(Msg::Quit)],
            Some(Layer::Confirm(Question::Reset)) => vec![Command::Tell(Msg::ResetStep)],
            Some(Layer::Confirm(Question::Solution)) => {
                vec![Command::Tell(Msg::ShowSolution)]
            }
            Some(Layer::Journey { chosen }) => {
                self.row = None;
                chosen_hop(chosen, model).into_iter().collect()
            }
            Some(layer) => layer
                .chosen_step(model)
                .map(|step| Command::Tell(Msg::GoToStep(step)))
                .into_iter()
                .collect(),
            None => Vec::new(),
        }
    }

    /// Whether nothing lies over the lesson that could be closed first.
    fn is_bare(&self) -> bool {
        self.layers.is_empty() && !self.is_typing && self.seek.is_none()
    }

    /// Closes the innermost of what is open, and only that.
    fn close(&mut self, model: &Model) {
        if !self.is_typing && self.drop_seek() {
            return;
        }
        if let Some(Layer::Editor(editor)) = self.layers.last_mut()
            && editor.stop_explaining()
        {
            return;
        }
        if let Some(search) = self.layers.last_mut().and_then(Layer::search)
            && search.clear()
        {
            return;
        }
        if let Some(layer) = self.close_layer() {
            // What was written and not saved is there again when it is opened.
            if let Layer::Editor(editor) = layer
                && editor.is_unsaved(model)
            {
                self.shelved = Some(editor);
                self.notice = Some(Notice::Words("tui-notice-unsaved"));
            }
            return;
        }
        if std::mem::take(&mut self.is_typing) {
            return;
        }
        if self.row.take().is_none() {
            self.zoomed = false;
        }
    }

    /// Closes what is open on top; a row that was only chosen to be explained
    /// is let go.
    fn close_layer(&mut self) -> Option<Layer> {
        let closed = self.layers.pop();
        if matches!(closed, Some(Layer::Explain { .. }))
            && std::mem::take(&mut self.row_kept) == RowKept::ByExplanation
        {
            self.row = None;
        }
        closed
    }

    fn turn_focus(&mut self, by: usize) {
        let place = Pane::ALL.iter().position(|pane| *pane == self.focus);
        let next = (place.unwrap_or_default() + by) % Pane::ALL.len();
        if let Some(pane) = Pane::ALL.get(next) {
            self.focus = *pane;
        }
    }

    pub(super) fn scroll(&mut self, model: &Model, down: bool, by: usize) {
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
                let Scrolled { at, end } = self.drawn.panel;
                let towards_end = down != self.panel.follows();
                if let Some(scroll) = self.panel_scroll.get_mut(self.panel.index()) {
                    *scroll = Some(moved(scroll.unwrap_or(at), towards_end).min(end));
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
        self.look_at_the_rule();
        self.row = match (self.row, down) {
            (None, false) => Some(last.saturating_sub(by - 1)),
            (None, true) => None,
            (Some(row), false) => Some(row.saturating_sub(by)),
            // Past the last row, the end is followed again.
            (Some(row), true) => Some(row.saturating_add(by)).filter(|row| *row <= last),
        };
    }

    pub(super) fn scroll_layer(&mut self, model: &Model, by: isize) -> bool {
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
