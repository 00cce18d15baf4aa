//! The editor of the configuration: the directives that stand in a host's
//! main.cf and the `-o` overrides of its services. An edit becomes an order to
//! the world; what Postfix thinks of it is seen in the journal.

mod completion;
mod explanation;
mod file_view;
mod prompt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::keymap::Action;
use super::super::panes::{Shown, standing_lines};
use super::super::scene::{Scene, winning_parameters};
use super::super::screen::Command;
use super::super::seek;
use super::search::Search;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::{Edit, Model, Msg, Place, Since, Standing, last_part};
use crate::text::visible;
use explanation::Explanation;
use file_view::FileView;
use prompt::{Asks, Prompt};

/// The editor.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    host: usize,
    marked: usize,
    /// Whether only what changed since the step began is listed.
    only_changes: bool,
    /// Whether what the marked directive means stands below.
    explains: bool,
    /// The parameters that are sought.
    search: Search,
    /// The line being typed, if one is.
    prompt: Option<Prompt>,
    /// The file that is shown as text; `None`: the directives.
    file: Option<Box<FileView>>,
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

/// The box, and the one where there are longer lines.
const WIDTH: u16 = 92;
const WIDER: u16 = 124;

/// The box around lines of which the longest has so many columns.
fn box_around(longest: usize) -> u16 {
    if longest + 4 <= usize::from(WIDTH) {
        WIDTH
    } else {
        WIDER
    }
}

impl Editor {
    /// An editor that begins where the last edit was made; or else at what the
    /// step is about, at what decided last, or at what the lesson turns on.
    pub fn new(model: &Model) -> Self {
        let mut editor = Self {
            marked: 1,
            ..Self::default()
        };
        if let Some(edit) = model.edits.last() {
            editor.turn_to(edit, model);
            return editor;
        }
        let places = model.places_at_issue();
        let found = [false, true].into_iter().any(|adds| {
            let mut places = places.iter();
            places.any(|(host, place)| editor.go_to(host, place, adds, model))
        });
        if !found {
            let study = model.lesson.study.as_str();
            let decided = decided_by(model);
            let toggled = model.lesson.toggles.iter().map(|toggle| Place::Directive {
                service: toggle.service.clone(),
                parameter: toggle.parameter.clone(),
            });
            decided
                .into_iter()
                .chain(toggled)
                .any(|place| editor.go_to(study, &place, false, model));
        }
        editor
    }

    /// Goes to a place of a host: a file, or a directive if it stands there. For
    /// one that `adds` what does not stand yet, to the heading above it.
    fn go_to(&mut self, host: &str, place: &Place, adds: bool, model: &Model) -> bool {
        let name = host;
        let Some(host) = hosts(model).iter().position(|known| *known == name) else {
            return false;
        };
        if let Place::File { path } = place {
            self.host = host;
            self.file = Some(Box::new(FileView::new(name, path)));
            return true;
        }
        let there = Self {
            host,
            ..Self::default()
        };
        let entries = there.entries(model);
        let marked = entries.iter().position(|entry| entry.is_at(place));
        let marked = marked.or_else(|| {
            let heading = |entry: &Entry| entry.is_heading_of(place);
            entries.iter().position(heading).filter(|_| adds)
        });
        if let Some(marked) = marked {
            (self.host, self.marked) = (host, marked);
        }
        marked.is_some()
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
        let entries = there.entries(model);
        if let Some(marked) = entries.iter().rposition(|entry| entry.is_at(&edit.place)) {
            (self.host, self.marked) = (host, marked);
        }
    }

    /// Whether it shows the file that was edited.
    pub fn shows(&self, edit: &Edit) -> bool {
        let Place::File { path } = &edit.place else {
            return false;
        };
        let file = self.file.as_ref();
        file.is_some_and(|file| file.host == edit.host && file.path == *path)
    }

    /// Index of the marked row.
    pub fn marked(&self) -> usize {
        self.file.as_ref().map_or(self.marked, |file| file.marked)
    }

    /// Index of the marked line of the file that is shown; `None`: none is.
    pub fn line_of_file(&self) -> Option<usize> {
        self.file.as_ref().map(|file| file.marked)
    }

    /// Marks a line of the file that is shown.
    pub fn go_to_line_of_file(&mut self, line: usize) {
        if let Some(file) = &mut self.file {
            file.marked = line;
        }
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

    /// Explains the marked directive below, and those that are marked after it,
    /// or explains no more. `false`: none is marked.
    pub fn explain(&mut self, model: &Model) -> bool {
        let explained = self.explains || self.parameter(model).is_some();
        self.explains = !self.explains && explained;
        explained
    }

    /// Explains no more; `false` if nothing was explained.
    pub fn stop_explaining(&mut self) -> bool {
        std::mem::take(&mut self.explains)
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
                let host = hosts(model).get(self.host).copied().unwrap_or_default();
                self.prompt = Some(Prompt::for_name(host, service));
            }
            Action::Accept => match self.entry(model)? {
                Entry::Directive { service, standing } => {
                    let host = hosts(model).get(self.host).copied().unwrap_or_default();
                    let parameter = standing.directive.parameter;
                    self.prompt = Some(Prompt::for_value(model, host, service, parameter));
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
            KeyCode::Tab => prompt.complete(model),
            KeyCode::Enter => {
                let prompt = self.prompt.take()?;
                let typed = prompt.typed();
                match prompt.asks {
                    Asks::Value(parameter) | Asks::FirstValue(parameter) => {
                        return self.set(model, prompt.service, parameter, Some(typed));
                    }
                    Asks::Name if typed.is_empty() => {}
                    // `name = value` typed at once is what main.cf would hold.
                    Asks::Name => {
                        if let Some((name, value)) = typed.split_once('=') {
                            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
                            return self.set(model, prompt.service, name, Some(value));
                        }
                        let host = hosts(model).get(self.host).copied().unwrap_or_default();
                        self.prompt = Some(Prompt::for_value(model, host, prompt.service, typed));
                    }
                }
            }
            _ => prompt.type_key(event),
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
            prompt.paste(text);
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
    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Shown {
        match &self.file {
            Some(file) => self.draw_file(file, scene, area, buffer),
            None => self.draw_directives(scene, area, buffer).into(),
        }
    }

    fn draw_file(
        &self,
        file: &FileView,
        scene: &Scene<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Shown {
        let host = hosts(scene.model).get(self.host).copied();
        let host = host.unwrap_or_default();
        let mut title = format!("{host}:{}", visible::text(&file.path));
        if !self.is_ours(scene.model) {
            title.extend([" · ", &scene.say("tui-editor-others")]);
        } else if file.is_unsaved(scene.model) {
            title.extend([" · ", &scene.say("tui-editor-unsaved")]);
        }
        // The footer has the keys, but none while all are letters.
        let bottom = if file.is_writing {
            format!(" {} ", scene.say("tui-editor-writing-keys"))
        } else {
            String::new()
        };
        let place = (box_around(file.longest_line(scene.model)), area.height);
        let inside = open_box(scene, area, place, title, bottom, buffer);
        let body = self.draw_tabs(scene, host, inside, buffer);
        let body = match self.explanation(scene, usize::from(body.width)) {
            Some(explanation) => explanation.draw(scene, body, buffer),
            None => body,
        };
        let shown = file.draw(scene, body, buffer);
        if let Some(found) = &shown.found {
            let edge = Rect {
                y: inside.bottom(),
                height: 1,
                ..inside
            };
            seek::draw_edge(scene, found, edge, buffer);
        }
        shown
    }

    /// What the marked directive means, if that is asked for.
    fn explanation(&self, scene: &Scene<'_>, width: usize) -> Option<Explanation> {
        let parameter = self.explains.then(|| self.parameter(scene.model))?;
        Some(Explanation::of(scene, parameter.as_deref(), width))
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
        let entries = self.entries(scene.model);
        let longest = entries.iter().map(Entry::width).max().unwrap_or_default();
        let across = box_around(longest);
        let width = columns_in(across, area);
        let mut lines = Vec::new();
        let mut marked = 0..0;
        for (index, entry) in entries.iter().enumerate() {
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
        let asked = if self.prompt.is_some() {
            prompt::ROWS
        } else {
            0
        };
        let explanation = self.explanation(scene, width);
        let explained = explanation.as_ref().map_or(0, Explanation::rows);
        let host = hosts(scene.model)
            .get(self.host)
            .map(|host| visible::text(host))
            .unwrap_or_default();
        let bottom = match &self.prompt {
            // The footer has the keys, but none while all are letters.
            None => self.search.sought_edge(scene).unwrap_or_default(),
            Some(prompt) if prompt.asks == Asks::Name => {
                format!(" {} ", scene.say("tui-editor-name-keys"))
            }
            Some(_) => format!(" {} ", scene.say("tui-editor-value-keys")),
        };
        let mut title = format!("{} · {host}", scene.say("tui-editor-title"));
        if !self.is_ours(scene.model) {
            title.extend([" · ", &scene.say("tui-editor-others")]);
        }
        let rows = lines.len() + usize::from(asked) + explained + 1;
        let place = (across, height_for(rows));
        let inside = open_box(scene, area, place, title, bottom, buffer);
        let inside = self.draw_tabs(scene, &host, inside, buffer);
        let above = Rect {
            height: inside.height.saturating_sub(asked),
            ..inside
        };
        let list = match explanation {
            Some(explanation) => explanation.draw(scene, above, buffer),
            None => above,
        };
        // The marked row in sight, with what follows it: after a heading, its directives.
        let scroll = marked.end.saturating_sub(usize::from(list.height) * 2 / 3);
        let end = show_lines(scene, lines, scroll, list, buffer);
        if let Some(prompt) = &self.prompt {
            prompt.draw(scene, inside, buffer);
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

    /// The parameter of the marked directive.
    fn parameter(&self, model: &Model) -> Option<String> {
        let Some(file) = &self.file else {
            return match self.entry(model)? {
                Entry::Directive { standing, .. } => Some(standing.directive.parameter),
                Entry::Section(_) => None,
            };
        };
        file.parameter(model)
    }

    fn entry(&self, model: &Model) -> Option<Entry> {
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
}

impl Entry {
    /// Whether it is this directive.
    fn is_at(&self, place: &Place) -> bool {
        match (self, place) {
            (
                Self::Directive { service, standing },
                Place::Directive {
                    service: of_place,
                    parameter,
                },
            ) => standing.directive.parameter == *parameter && service == of_place,
            _ => false,
        }
    }

    /// Whether it is the heading below which this directive belongs.
    fn is_heading_of(&self, place: &Place) -> bool {
        match (self, place) {
            (Self::Section(section), Place::Directive { service, .. }) => section == service,
            _ => false,
        }
    }

    /// The columns that it needs to stand on one line, with what is before it.
    fn width(&self) -> usize {
        match self {
            Self::Section(_) => 0,
            Self::Directive { standing, .. } => {
                let directive = &standing.directive;
                directive.parameter.width() + directive.value.width() + "  -o  = ".width()
            }
        }
    }

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

/// The directives that had the last word on the shown connection, if it is one
/// of the host under study.
fn decided_by(model: &Model) -> Vec<Place> {
    let Some(connection) = model.shown_connection() else {
        return Vec::new();
    };
    let decision = connection.deciding(model.position());
    if connection.to.host != model.lesson.study {
        return Vec::new();
    }
    let parameters = decision.map(winning_parameters).unwrap_or_default();
    let services = [Some(connection.service.clone()), None];
    let places = parameters.into_iter().flat_map(|parameter| {
        services.clone().map(|service| Place::Directive {
            service,
            parameter: parameter.to_owned(),
        })
    });
    places.collect()
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
