//! The editor of the configuration: the directives that stand in a host's
//! main.cf and the `-o` overrides of its services. An edit becomes an order to
//! the world; what Postfix thinks of it is seen in the journal.

mod file_view;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Point, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::keymap::Action;
use super::super::notice::said_about;
use super::super::panes::standing_lines;
use super::super::scene::Scene;
use super::super::screen::Command;
use super::search::Search;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::{Edit, Model, Msg, Place, Since, Standing, last_part};
use crate::postfix::{main_cf, master_cf, parameters};
use crate::text::visible;
use file_view::FileView;

/// The editor.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    host: usize,
    marked: usize,
    /// Whether only what changed since the step began is listed.
    only_changes: bool,
    /// The parameters that are sought.
    search: Search,
    /// The line being typed, if one is.
    prompt: Option<Prompt>,
    /// The file that is shown as text; `None`: the directives.
    file: Option<Box<FileView>>,
}

/// A line being typed.
#[derive(Clone, Debug)]
struct Prompt {
    input: Input,
    service: Option<String>,
    asks: Asks,
}

/// What is typed.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Asks {
    /// The name of a parameter to add.
    Name,
    /// The value of this parameter.
    Value(String),
}

/// A row of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Entry {
    /// The heading of main.cf, or of a service of master.cf.
    Section(Option<String>),
    /// A directive, of main.cf or of a service of master.cf.
    Directive {
        service: Option<String>,
        standing: Standing,
    },
}

const WIDTH: u16 = 92;

impl Editor {
    /// An editor that begins where the last edit was made, or else with the
    /// host under study, at the directive that the lesson turns on, if it has one.
    pub fn new(model: &Model) -> Self {
        let mut editor = Self {
            marked: 1,
            ..Self::default()
        };
        let turned_on = |entry: &Entry| {
            let toggles = &model.lesson.toggles;
            matches!(entry, Entry::Directive { service, standing }
            if toggles.iter().any(|toggle| {
                toggle.parameter == standing.directive.parameter && toggle.service == *service
            }))
        };
        if let Some(marked) = editor.entries(model).iter().position(turned_on) {
            editor.marked = marked;
        }
        if let Some(edit) = model.edits.last() {
            editor.turn_to(edit, model);
        }
        editor
    }

    /// Marks the directive that was edited, if it still stands somewhere, or
    /// shows the file.
    pub fn turn_to(&mut self, edit: &Edit, model: &Model) {
        let Some(host) = hosts(model).iter().position(|host| **host == edit.host) else {
            return;
        };
        if let Some(file) = &mut self.file {
            file.follow(model);
        } else if let Place::File { path } = &edit.place {
            self.host = host;
            self.file = Some(Box::new(FileView::new(&edit.host, path)));
        }
        let there = Self {
            host,
            only_changes: self.only_changes,
            ..Self::default()
        };
        let edited = |entry: &Entry| match (entry, &edit.place) {
            (
                Entry::Directive { service, standing },
                Place::Directive {
                    service: of_edit,
                    parameter,
                },
            ) => standing.directive.parameter == *parameter && service == of_edit,
            _ => false,
        };
        if let Some(marked) = there.entries(model).iter().rposition(edited) {
            (self.host, self.marked) = (host, marked);
        }
    }

    /// Index of the marked row.
    pub fn marked(&self) -> usize {
        self.file.as_ref().map_or(self.marked, |file| file.marked)
    }

    /// What is sought among the directives, if they are shown.
    pub fn search(&mut self) -> Option<&mut Search> {
        self.file.is_none().then_some(&mut self.search)
    }

    /// Whether every key is a letter of what is being typed.
    pub fn is_typing(&self) -> bool {
        let is_writing = self.file.as_ref().is_some_and(|file| file.is_writing);
        is_writing || self.prompt.is_some() || self.search.is_typing()
    }

    /// Whether it lists directives, and does not show a file as text.
    pub fn lists_directives(&self) -> bool {
        self.file.is_none()
    }

    /// Whether something was written in a file and not saved.
    pub fn is_unsaved(&self, model: &Model) -> bool {
        let file = self.file.as_ref();
        file.is_some_and(|file| file.is_unsaved(model))
    }

    /// Marks a row.
    pub fn mark(&mut self, row: usize, model: &Model) {
        if let Some(file) = &mut self.file {
            file.mark(row, model);
            return;
        }
        self.marked = row.min(self.entries(model).len().saturating_sub(1));
    }

    /// Carries out a key of the list.
    pub fn act(&mut self, action: Action, model: &Model) -> Option<Command> {
        match (action, &mut self.file) {
            (Action::NextFile | Action::PreviousFile, _) => {
                self.turn_file(action == Action::NextFile, model);
                return None;
            }
            (Action::NextSection | Action::PreviousSection, Some(_)) => {
                self.turn_file(action == Action::NextSection, model);
                return None;
            }
            (action, Some(file)) => return file.act(action, model),
            (_, None) => {}
        }
        match action {
            Action::NextSection => self.next_section(model),
            Action::PreviousSection => self.previous_section(model),
            Action::OnlyChanges => {
                self.only_changes = !self.only_changes;
                self.mark(self.marked, model);
            }
            Action::Add => {
                let service = match self.entry(model) {
                    Some(Entry::Section(service) | Entry::Directive { service, .. }) => service,
                    None => None,
                };
                self.prompt = Some(Prompt {
                    input: Input::default(),
                    service,
                    asks: Asks::Name,
                });
            }
            Action::Accept => match self.entry(model)? {
                Entry::Directive { service, standing } => {
                    let directive = standing.directive;
                    self.prompt = Some(Prompt {
                        input: Input::new(directive.value),
                        service,
                        asks: Asks::Value(directive.parameter),
                    });
                }
                Entry::Section(_) => return self.act(Action::Add, model),
            },
            Action::Remove => {
                if let Entry::Directive { service, standing } = self.entry(model)?
                    && standing.since != Since::Removed
                {
                    return self.set(model, service, standing.directive.parameter, None);
                }
            }
            _ => {}
        }
        None
    }

    /// Takes a key while a line is being typed.
    pub fn type_key(&mut self, event: KeyEvent, model: &Model) -> Option<Command> {
        if self.search.is_typing() {
            self.search.type_key(event);
            let found = self.entries(model);
            let first = |entry: &Entry| matches!(entry, Entry::Directive { .. });
            self.marked = found.iter().position(first).unwrap_or_default();
            return None;
        }
        if let Some(file) = self.file.as_mut().filter(|file| file.is_writing) {
            return file.type_key(event, model);
        }
        let prompt = self.prompt.as_mut()?;
        match event.code {
            KeyCode::Esc => self.prompt = None,
            KeyCode::Char('c') if event.modifiers == KeyModifiers::CONTROL => self.prompt = None,
            KeyCode::Tab => prompt.complete(),
            KeyCode::Enter => {
                let Prompt {
                    input,
                    service,
                    asks,
                } = self.prompt.take()?;
                let typed = input.value().trim().to_owned();
                match asks {
                    Asks::Value(parameter) => {
                        return self.set(model, service, parameter, Some(typed));
                    }
                    Asks::Name if typed.is_empty() => {}
                    // `name = value` typed at once is what main.cf would hold.
                    Asks::Name => {
                        if let Some((name, value)) = typed.split_once('=') {
                            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
                            return self.set(model, service, name, Some(value));
                        }
                        let value = self.value_of(model, service.as_deref(), &typed);
                        self.prompt = Some(Prompt {
                            input: Input::new(value),
                            service,
                            asks: Asks::Value(typed),
                        });
                    }
                }
            }
            _ => {
                prompt.input.handle_event(&Event::Key(event));
            }
        }
        None
    }

    /// Takes pasted text into the line being typed, as one line.
    pub fn paste(&mut self, text: &str) {
        if self.search.is_typing() {
            self.search.paste(text);
        } else if let Some(file) = &mut self.file {
            file.paste(text);
        } else if let Some(prompt) = &mut self.prompt {
            for character in text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
            {
                prompt.input.handle(InputRequest::InsertChar(character));
            }
        }
    }

    /// Goes to the next file of the host, or the one before; the directives
    /// count as one. What was written stays where it is until it is saved.
    fn turn_file(&mut self, forward: bool, model: &Model) {
        if self.is_unsaved(model) {
            return;
        }
        let Some(host) = hosts(model).get(self.host).map(|host| (*host).to_owned()) else {
            return;
        };
        let files = model.files(&host);
        let now = self.file.as_ref().map_or(0, |file| {
            let place = files.iter().position(|path| *path == file.path);
            place.map_or(0, |place| place + 1)
        });
        let count = files.len() + 1;
        let next = (now + if forward { 1 } else { count - 1 }) % count;
        let path = next.checked_sub(1).and_then(|next| files.get(next));
        self.file = path.map(|path| Box::new(FileView::new(&host, path)));
    }

    /// The files of the host, the one that is shown marked, as far as there is room.
    fn tabs(&self, scene: &Scene<'_>, host: &str, width: usize) -> Line<'static> {
        let theme = scene.theme;
        let files = scene.model.files(host);
        let names = files.iter().map(|path| visible::text(last_part(path)));
        let names: Vec<String> = std::iter::once(scene.say("tui-editor-directives"))
            .chain(names)
            .collect();
        let shown = self.file.as_ref().map_or(0, |file| {
            let place = files.iter().position(|path| *path == file.path);
            place.map_or(0, |place| place + 1)
        });
        // From so far left that the one that is shown has room.
        let columns = |names: &[String]| names.iter().map(|name| name.width() + 3).sum::<usize>();
        let first = (0..shown)
            .find(|first| columns(names.get(*first..=shown).unwrap_or_default()) + 2 <= width)
            .unwrap_or(shown);
        let mut spans = Vec::new();
        if first > 0 {
            spans.push(Span::styled("… ", theme.quiet));
        }
        for (index, name) in names.into_iter().enumerate().skip(first) {
            let (text, style) = if index == shown {
                (format!("[{name}]"), theme.heading)
            } else {
                (format!(" {name} "), theme.quiet)
            };
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(" "));
        }
        flow::cut_line(Line::from(spans), width)
    }

    /// Draws what is shown: the directives or a file.
    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
        match &self.file {
            Some(file) => self.draw_file(file, scene, area, buffer),
            None => self.draw_directives(scene, area, buffer),
        }
    }

    fn draw_file(
        &self,
        file: &FileView,
        scene: &Scene<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> usize {
        let host = hosts(scene.model).get(self.host).copied();
        let host = host.unwrap_or_default();
        let is_unsaved = file.is_unsaved(scene.model);
        let bottom = if file.is_writing {
            "tui-editor-writing-keys"
        } else if !self.is_ours(scene.model) {
            "tui-editor-others-keys"
        } else if is_unsaved {
            "tui-editor-unsaved-keys"
        } else {
            "tui-editor-file-keys"
        };
        let mut title = format!(" {host}:{}", visible::text(&file.path));
        if is_unsaved {
            title.extend([" · ", &scene.say("tui-editor-unsaved")]);
        }
        let inside = open_box(
            scene,
            area,
            (WIDTH, area.height),
            format!("{title} "),
            format!(" {} ", scene.say(bottom)),
            buffer,
        );
        let body = self.draw_tabs(scene, host, inside, buffer);
        file.draw(scene, body, buffer)
    }

    /// Draws the names of the files; what is left below them comes back.
    fn draw_tabs(&self, scene: &Scene<'_>, host: &str, inside: Rect, buffer: &mut Buffer) -> Rect {
        let tabs = self.tabs(scene, host, usize::from(inside.width));
        let row = Rect {
            height: inside.height.min(1),
            ..inside
        };
        tabs.render(row, buffer);
        Rect {
            y: inside.y.saturating_add(1),
            height: inside.height.saturating_sub(1),
            ..inside
        }
    }

    /// Draws the list of directives, and the line being typed below it.
    fn draw_directives(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
        let width = columns_in(WIDTH, area);
        let mut lines = Vec::new();
        let mut marked = 0..0;
        for (index, entry) in self.entries(scene.model).iter().enumerate() {
            let mut wrapped = entry.lines(scene, width);
            if index == self.marked {
                marked = lines.len()..lines.len() + wrapped.len();
                wrapped = wrapped
                    .into_iter()
                    .map(|line| Line::styled(line.to_string(), scene.theme.selection))
                    .collect();
            }
            lines.extend(wrapped);
        }
        let prompt = self.prompt.as_ref().map(|prompt| prompt.question(scene));
        let asked = if prompt.is_some() { 4 } else { 0 };
        let host = hosts(scene.model)
            .get(self.host)
            .map(|host| visible::text(host))
            .unwrap_or_default();
        let bottom = match &self.prompt {
            None if !self.is_ours(scene.model) => self.search.edge(scene, "tui-editor-others-keys"),
            None => self.search.edge(scene, "tui-editor-keys"),
            Some(prompt) if prompt.asks == Asks::Name => {
                format!(" {} ", scene.say("tui-editor-name-keys"))
            }
            Some(_) => format!(" {} ", scene.say("tui-editor-value-keys")),
        };
        let title = if self.is_ours(scene.model) {
            "tui-editor-title"
        } else {
            "tui-editor-others-title"
        };
        let inside = open_box(
            scene,
            area,
            (WIDTH, height_for(lines.len() + asked + 1)),
            format!(" {} · {host} ", scene.say(title)),
            bottom,
            buffer,
        );
        let inside = self.draw_tabs(scene, &host, inside, buffer);
        let list = Rect {
            height: inside
                .height
                .saturating_sub(u16::try_from(asked).unwrap_or_default()),
            ..inside
        };
        // The marked row in sight, with what follows it: after a heading, its directives.
        let scroll = marked.end.saturating_sub(usize::from(list.height) * 2 / 3);
        let end = show_lines(scene, lines, scroll, list, buffer);
        if let (Some(prompt), Some(question)) = (&self.prompt, prompt) {
            let said = hosts(scene.model)
                .get(self.host)
                .map_or_else(Vec::new, |host| prompt.said(scene, host));
            prompt.draw(scene, (&question, &said), inside, buffer);
        }
        end
    }

    /// Marks the heading of the next file or service, after a host's last one
    /// that of the next host.
    fn next_section(&mut self, model: &Model) {
        let next = self
            .entries(model)
            .iter()
            .enumerate()
            .skip(self.marked + 1)
            .find(|(_, entry)| matches!(entry, Entry::Section(_)))
            .map(|(index, _)| index);
        self.marked = next.unwrap_or_else(|| {
            self.host = (self.host + 1) % hosts(model).len().max(1);
            0
        });
    }

    /// Marks the heading above; before a host's first one, the last of the
    /// host before.
    fn previous_section(&mut self, model: &Model) {
        let above = |editor: &Self, below: usize| {
            let entries = editor.entries(model);
            let above = entries.get(..below.min(entries.len()));
            above.and_then(|above| {
                above
                    .iter()
                    .rposition(|entry| matches!(entry, Entry::Section(_)))
            })
        };
        if let Some(heading) = above(self, self.marked) {
            self.marked = heading;
            return;
        }
        let last = hosts(model).len().saturating_sub(1);
        self.host = self.host.checked_sub(1).unwrap_or(last);
        self.marked = above(self, usize::MAX).unwrap_or_default();
    }

    /// Whether the host that is shown is the student's to edit.
    pub fn is_ours(&self, model: &Model) -> bool {
        hosts(model)
            .get(self.host)
            .is_some_and(|host| model.lesson.is_ours(host))
    }

    fn set(
        &self,
        model: &Model,
        service: Option<String>,
        parameter: String,
        value: Option<String>,
    ) -> Option<Command> {
        let host = (*hosts(model).get(self.host)?).to_owned();
        Some(Command::Tell(Msg::Set {
            host,
            service,
            parameter,
            value,
        }))
    }

    /// The marked parameter, if it is one that the lab imitates.
    pub fn parameter(&self, model: &Model) -> Option<&'static str> {
        match self.entry(model)? {
            Entry::Directive { standing, .. } => {
                parameters::find(&standing.directive.parameter).map(|known| known.name)
            }
            Entry::Section(_) => None,
        }
    }

    fn entry(&self, model: &Model) -> Option<Entry> {
        if self.file.is_some() {
            return None;
        }
        self.entries(model).into_iter().nth(self.marked)
    }

    fn entries(&self, model: &Model) -> Vec<Entry> {
        let hosts = hosts(model);
        let Some(host) = hosts.get(self.host) else {
            return Vec::new();
        };
        let services = std::iter::once(None).chain(model.services(host).into_iter().map(Some));
        let mut entries = Vec::new();
        for service in services {
            entries.push(Entry::Section(service.clone()));
            let mut standings = model.standings(host, service.as_deref());
            standings.retain(|standing| !self.only_changes || standing.since != Since::Same);
            standings.retain(|standing| self.search.matches(&standing.directive.parameter));
            entries.extend(standings.into_iter().map(|standing| Entry::Directive {
                service: service.clone(),
                standing,
            }));
        }
        entries
    }

    fn value_of(&self, model: &Model, service: Option<&str>, parameter: &str) -> String {
        hosts(model)
            .get(self.host)
            .and_then(|host| {
                model
                    .directives(host, service)
                    .into_iter()
                    .rfind(|directive| directive.parameter == parameter)
            })
            .map(|directive| directive.value)
            // What is not in the file has Postfix's default.
            .or_else(|| parameters::find(parameter).map(|known| known.default.to_owned()))
            .unwrap_or_default()
    }
}

impl Prompt {
    fn question(&self, scene: &Scene<'_>) -> String {
        match (&self.asks, &self.service) {
            (Asks::Name, None) => scene.say("tui-editor-ask-name"),
            (Asks::Name, Some(service)) => {
                scene.say_with("tui-editor-ask-override", &[("service", service)])
            }
            (Asks::Value(parameter), _) => format!("{} =", visible::text(parameter)),
        }
    }

    /// Completes the name, or the last word of the value, as far as what can
    /// stand there agrees.
    fn complete(&mut self) {
        let typed = self.input.value().to_owned();
        let word = self.last_word();
        let candidates = self.candidates();
        let Some((first, others)) = candidates.split_first() else {
            return;
        };
        let common = first
            .char_indices()
            .map(|(index, character)| index + character.len_utf8())
            .take_while(|end| {
                first
                    .get(..*end)
                    .is_some_and(|head| others.iter().all(|other| other.starts_with(head)))
            })
            .last()
            .unwrap_or_default();
        if let Some(completed) = first.get(word.len()..common) {
            self.input = Input::new(typed + completed);
        }
    }

    /// What is being typed: the name, or the value behind its last blank or comma.
    fn last_word(&self) -> &str {
        let typed = self.input.value();
        match self.asks {
            Asks::Name => typed,
            Asks::Value(_) => typed.rsplit([' ', ',']).next().unwrap_or_default(),
        }
    }

    /// What the last word could become.
    fn candidates(&self) -> Vec<&'static str> {
        let word = self.last_word();
        match &self.asks {
            Asks::Name => known_parameters(word).collect(),
            Asks::Value(parameter) => parameters::find(parameter)
                .map_or(&[][..], |known| known.words())
                .iter()
                .copied()
                .filter(|known| !word.is_empty() && known.starts_with(word))
                .collect(),
        }
    }

    /// What Postfix would say about the value that is being typed.
    fn said(&self, scene: &Scene<'_>, host: &str) -> Vec<String> {
        let projection = &scene.model.projection;
        let text = projection.configuration_at(host, projection.last());
        let (Asks::Value(parameter), Some(text)) = (&self.asks, text) else {
            return Vec::new();
        };
        let value = Some(self.input.value().trim());
        let service = self.service.as_deref();
        let (main_cf, master_cf) = match service {
            None => (
                main_cf::set(text.main_cf, parameter, value),
                text.master_cf.to_owned(),
            ),
            Some(service) => {
                let edited = master_cf::set(text.master_cf, service, parameter, value);
                let edited = edited.unwrap_or_else(|| text.master_cf.to_owned());
                (text.main_cf.to_owned(), edited)
            }
        };
        said_about(service, parameter, &main_cf, &master_cf, scene)
    }

    fn draw(
        &self,
        scene: &Scene<'_>,
        (question, said): (&str, &[String]),
        inside: Rect,
        buffer: &mut Buffer,
    ) {
        let top = inside.bottom().saturating_sub(3).max(inside.y);
        let width = usize::from(inside.width);
        buffer.set_stringn(
            inside.x,
            top,
            flow::cut(question, width),
            width,
            scene.theme.heading,
        );
        let row = top.saturating_add(1);
        if row >= inside.bottom() {
            return;
        }
        // Two columns for the mark, one for a cursor behind the last character.
        let room = width.saturating_sub(3).max(1);
        let scroll = self.input.visual_scroll(room);
        let typed = visible::text(self.input.value());
        let shown = skip_columns(&typed, scroll);
        buffer.set_stringn(inside.x, row, "> ", 2, scene.theme.key);
        buffer.set_stringn(
            inside.x.saturating_add(2),
            row,
            &shown,
            room,
            scene.theme.text,
        );
        let cursor = self.input.visual_cursor().saturating_sub(scroll);
        let column = inside
            .x
            .saturating_add(2)
            .saturating_add(u16::try_from(cursor).unwrap_or_default());
        if let Some(cell) = buffer.cell_mut(Point::new(column.min(inside.right() - 1), row)) {
            cell.set_style(Style::new().reversed());
        }
        let candidates = self.candidates();
        if !candidates.is_empty() {
            let hint = format!("{question}  {}", candidates.join("  "));
            buffer.set_stringn(
                inside.x,
                top,
                flow::cut(&hint, width),
                width,
                scene.theme.quiet,
            );
        }
        let below = row.saturating_add(1);
        if let Some(said) = said.first().filter(|_| below < inside.bottom()) {
            let said = flow::cut(said, width);
            buffer.set_stringn(inside.x, below, said, width, scene.theme.refusal);
        }
    }
}

impl Entry {
    fn lines(&self, scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
        let heading = |text| vec![Line::styled(text, scene.theme.heading)];
        match self {
            Self::Section(None) => heading("main.cf".to_owned()),
            Self::Section(Some(service)) => {
                heading(format!("master.cf · {}", visible::text(service)))
            }
            Self::Directive { service, standing } => {
                standing_lines(scene, service.as_deref(), standing, false, width)
            }
        }
    }
}

/// The hosts of the world, the one under study first.
fn hosts(model: &Model) -> Vec<&str> {
    let study = model.lesson.study.as_str();
    let mut hosts: Vec<&str> = model.projection.hosts().collect();
    hosts.sort_by_key(|host| (*host != study, *host));
    hosts
}

fn skip_columns(text: &str, columns: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let mut skipped = 0;
    text.graphemes(true)
        .skip_while(|grapheme| {
            let skip = skipped < columns;
            skipped += grapheme.width();
            skip
        })
        .collect()
}

/// The imitated parameters whose names begin with what was typed.
fn known_parameters(typed: &str) -> impl Iterator<Item = &'static str> {
    parameters::all()
        .map(|parameter| parameter.name)
        .filter(move |name| !typed.is_empty() && name.starts_with(typed))
}
