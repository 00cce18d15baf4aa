//! The keys: one table, from which the event loop learns what a key does, the
//! help what there is, and the footer what acts now.

mod custom;
mod name;

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::Serialize;

pub use custom::Keymap;
pub use name::NoSuchKey;

use crate::text::Language;

/// Something a key asks for. Whether it can be done now is decided elsewhere.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Begin a lesson afresh.
    Afresh,
    /// Take the marked option as the answer to the step's question.
    Answer,
    /// Let the attacker do the next thing to the wire.
    Attack,
    /// Take the option with this number, counted from 0.
    AnswerNumber(usize),
    /// Go back one moment.
    Back,
    /// Put what is typed into base64.
    Base64,
    /// Make the screen of the presentation black, or bring it back.
    Blank,
    /// Type SMTP by hand.
    ByHand,
    /// Call the server that was chosen.
    CallServer,
    /// The next answer to a question of the call.
    CallNext,
    /// The answer before.
    CallPrevious,
    /// Close what is open on top.
    Close,
    /// Complete what is typed.
    Complete,
    /// Open the editor of the configuration.
    Configure,
    /// Show another conversation of the step: the delivery, an earlier run.
    Conversation,
    /// Copy the line, the dialogue, or a command that says the same.
    Copy,
    /// Explain the chosen line.
    Explain,
    /// Explain the line after.
    ExplainNext,
    /// Explain the line before.
    ExplainPrevious,
    /// Ask the block list to take the host off it.
    Delist,
    /// Look something up in DNS.
    Dig,
    /// Try everything in the queue again.
    Flush,
    /// Move the focus to the next pane.
    FocusNext,
    /// Move the focus to the pane before.
    FocusPrevious,
    /// One line further.
    Forward,
    /// Hang up what was called by hand.
    HangUp,
    /// The line typed after this one.
    HistoryNewer,
    /// The line typed before this one.
    HistoryOlder,
    /// Show the words of the trade.
    Glossary,
    /// Show the keys.
    Help,
    /// Open a hint.
    Hint,
    /// Change the language.
    Language,
    /// The next step.
    NextStep,
    /// Show the panel with this number, counted from 0.
    Panel(usize),
    /// Enter or leave the presentation.
    Present,
    /// The step before.
    PreviousStep,
    /// Show the journey of the message.
    Journey,
    /// Show a queue as `mailq` does.
    Queue,
    /// Leave.
    Quit,
    /// Send exactly what is typed, or whole lines again.
    Raw,
    /// Show the step's changes as on a real server.
    RealThing,
    /// Make the edit again that was taken back.
    Redo,
    /// Read the message that came last into a mailbox.
    Read,
    /// Read the message that came after.
    ReadNext,
    /// Read the message that came before.
    ReadPrevious,
    /// Draw the whole screen again.
    Redraw,
    /// Run the last dialogue again.
    Rerun,
    /// Begin the step again.
    ResetStep,
    /// Choose the next run of the step.
    RunNext,
    /// Choose the run before.
    RunPrevious,
    /// Count callers from outside as the next client.
    NextOutsider,
    /// Show how to call from outside.
    Outside,
    /// Mark the next option of the question.
    OptionDown,
    /// Mark the option before.
    OptionUp,
    /// Show only what changed since the step began, or everything again.
    OnlyChanges,
    /// Let what plays by itself wait, or go on; begin to play.
    Pause,
    /// Scroll to the end.
    ScrollBottom,
    /// One line down, or the next row.
    ScrollDown,
    /// Half a page down.
    ScrollHalfDown,
    /// Half a page up.
    ScrollHalfUp,
    /// Scroll to the beginning.
    ScrollTop,
    /// One line up, or the row before.
    ScrollUp,
    /// Seek in what is open on top, or in the pane with the focus.
    Search,
    /// The next place where it is found.
    FoundNext,
    /// The place before.
    FoundPrevious,
    /// What was typed is what is sought.
    KeepSearch,
    /// Send what is typed.
    Send,
    /// Play at half the speed.
    Slower,
    /// Play at twice the speed.
    Faster,
    /// Show the solution.
    Solution,
    /// Choose a step from a list.
    Steps,
    /// Stop, and come back with `fg`.
    Suspend,
    /// To the end of the dialogue; from the past, to the present.
    ToEnd,
    /// To the first moment of the step.
    ToStart,
    /// Take the last edit back.
    Undo,
    /// Let a while pass.
    Wait,
    /// Let a day pass.
    WaitLong,
    /// Give the pane with the focus the whole screen, or take it back.
    Zoom,
    /// Accept: yes, this one.
    Accept,
    /// Add a directive.
    Add,
    /// What comes next in the presentation: a line, a dialogue, a step.
    Advance,
    /// What came before in the presentation.
    Retreat,
    /// Take a directive, or a message of the queue, out.
    Remove,
    /// Take every message out of the queue.
    RemoveAll,
    /// The next file, service or host of the configuration.
    NextSection,
    /// The one before.
    PreviousSection,
    /// The next file of the host.
    NextFile,
    /// The file before.
    PreviousFile,
    /// Save what was written.
    Save,
}

impl Action {
    /// Whether it changes the step's world by itself, and so waits for the
    /// answer to the step's question.
    pub fn needs_answer(self) -> bool {
        matches!(
            self,
            Self::Attack
                | Self::Delist
                | Self::Configure
                | Self::Flush
                | Self::Wait
                | Self::WaitLong
        )
    }
}

/// Where a key is pressed. The innermost context that knows a key decides.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// The menu of lessons.
    Menu,
    /// Everywhere but where text is being typed.
    Everywhere,
    /// The lesson's screen.
    Lesson,
    /// The lesson's screen while a question waits for its answer.
    Question,
    /// What is sought in a pane is being typed.
    Seeking,
    /// Something is sought in a pane.
    Sought,
    /// A row of the dialogue is chosen.
    Row,
    /// The panel of queues and mailboxes, with a message to be read.
    Mailboxes,
    /// A message of a mailbox.
    Message,
    /// The presentation.
    Presentation,
    /// A line is being typed to a server by hand.
    Typing,
    /// A call is being prepared.
    Call,
    /// The explanation of a line.
    Explanation,
    /// A text or a list on top that can be scrolled.
    Reading,
    /// The choice of what is copied.
    Copying,
    /// A question to be answered with yes or no.
    Confirmation,
    /// The editor's list of directives.
    Editor,
    /// A host's queue.
    Queue,
}

/// One row of the table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// The keys.
    pub keys: Cow<'static, [Key]>,
    /// What they do.
    pub action: Action,
    /// The message that says so in the help; `None`: understood.
    pub help: Option<&'static str>,
    /// The message for the footer; `None`: not worth its place there.
    pub footer: Option<&'static str>,
}

/// A key, with what is held down.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const fn key(code: KeyCode) -> Key {
    Key {
        code,
        modifiers: KeyModifiers::NONE,
    }
}

const fn letter(letter: char) -> Key {
    key(KeyCode::Char(letter))
}

const fn control(letter: char) -> Key {
    Key {
        code: KeyCode::Char(letter),
        modifiers: KeyModifiers::CONTROL,
    }
}

const fn shift(code: KeyCode) -> Key {
    Key {
        code,
        modifiers: KeyModifiers::SHIFT,
    }
}

const fn binding(
    context: Context,
    keys: &'static [Key],
    action: Action,
    help: Option<&'static str>,
    footer: Option<&'static str>,
) -> Binding {
    Binding {
        context,
        keys: Cow::Borrowed(keys),
        action,
        help,
        footer,
    }
}

/// Every key there is, in the order of the help and of the footer.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = {
    use Action as A;
    use Context as C;
    use KeyCode as K;
    &[
        binding(C::Menu, &[key(K::Enter), letter(' ')], A::Accept, Some("tui-help-menu-open"), Some("tui-key-menu-open")),
        binding(C::Menu, &[letter('/')], A::Search, Some("tui-help-menu-search"), Some("tui-key-search")),
        binding(C::Menu, &[letter('x')], A::Afresh, Some("tui-help-afresh"), Some("tui-key-afresh")),
        binding(C::Menu, &[key(K::F(5))], A::Present, Some("tui-help-menu-present"), Some("tui-key-present")),
        binding(C::Menu, &[letter('t'), letter('L')], A::Language, Some("tui-help-language"), Some("tui-key-language")),
        binding(C::Menu, &[letter('g')], A::ScrollTop, None, None),
        binding(C::Menu, &[letter('G')], A::ScrollBottom, None, None),
        binding(C::Menu, &[key(K::PageDown)], A::ScrollHalfDown, None, None),
        binding(C::Menu, &[key(K::PageUp)], A::ScrollHalfUp, None, None),
        binding(C::Menu, &[key(K::Esc)], A::Close, None, None),

        binding(C::Question, &[key(K::Enter)], A::Answer, Some("tui-help-answer"), Some("tui-key-answer")),
        binding(C::Question, &[key(K::Up)], A::OptionUp, None, None),
        binding(C::Question, &[key(K::Down)], A::OptionDown, None, None),
        binding(C::Question, &[letter('1')], A::AnswerNumber(0), None, None),
        binding(C::Question, &[letter('2')], A::AnswerNumber(1), None, None),
        binding(C::Question, &[letter('3')], A::AnswerNumber(2), None, None),
        binding(C::Question, &[letter('4')], A::AnswerNumber(3), None, None),
        binding(C::Question, &[letter('5')], A::AnswerNumber(4), None, None),
        binding(C::Question, &[letter('6')], A::AnswerNumber(5), None, None),

        binding(C::Sought, &[letter('n')], A::FoundNext, Some("tui-help-found-next"), Some("tui-key-found-next")),
        binding(C::Sought, &[letter('N')], A::FoundPrevious, Some("tui-help-found-previous"), Some("tui-key-found-previous")),
        binding(C::Sought, &[key(K::Esc)], A::Close, Some("tui-help-drop-search"), Some("tui-key-drop-search")),

        binding(C::Seeking, &[key(K::Enter)], A::KeepSearch, Some("tui-help-keep-search"), Some("tui-key-keep-search")),
        binding(C::Seeking, &[key(K::Down)], A::FoundNext, None, Some("tui-key-found-next")),
        binding(C::Seeking, &[key(K::Up)], A::FoundPrevious, None, Some("tui-key-found-previous")),
        binding(C::Seeking, &[control('l')], A::Redraw, None, None),
        binding(C::Seeking, &[control('z')], A::Suspend, None, None),
        binding(C::Seeking, &[key(K::Esc), control('c')], A::Close, None, Some("tui-key-drop-search")),

        binding(C::Row, &[key(K::Enter)], A::Explain, None, Some("tui-key-explain")),
        binding(C::Row, &[key(K::Esc)], A::Close, None, None),

        binding(C::Mailboxes, &[key(K::Enter), letter('e')], A::Read, Some("tui-help-read"), Some("tui-key-read")),

        binding(C::Presentation, &[letter('b'), letter('.')], A::Blank, Some("tui-help-blank"), Some("tui-key-blank")),
        binding(C::Presentation, &[key(K::PageDown)], A::Advance, Some("tui-help-advance"), None),
        binding(C::Presentation, &[key(K::PageUp)], A::Retreat, Some("tui-help-retreat"), None),
        binding(C::Presentation, &[key(K::Esc)], A::Present, None, None),

        binding(C::Lesson, &[letter('n'), key(K::PageDown)], A::NextStep, Some("tui-help-next-step"), Some("tui-key-next-step")),
        binding(C::Lesson, &[key(K::Enter), key(K::Right), letter('l'), letter('.')], A::Forward, Some("tui-help-forward"), Some("tui-key-forward")),
        binding(C::Lesson, &[key(K::Left)], A::Back, Some("tui-help-back"), Some("tui-key-back")),
        binding(C::Lesson, &[key(K::Tab)], A::FocusNext, Some("tui-help-focus"), Some("tui-key-focus")),
        binding(C::Lesson, &[key(K::BackTab), shift(K::BackTab)], A::FocusPrevious, None, None),
        binding(C::Lesson, &[letter('f'), shift(K::Right)], A::ToEnd, Some("tui-help-to-end"), Some("tui-key-to-end")),
        binding(C::Lesson, &[letter('0'), shift(K::Left)], A::ToStart, Some("tui-help-to-start"), None),
        binding(C::Lesson, &[letter(' ')], A::Pause, Some("tui-help-pause"), Some("tui-key-pause")),
        binding(C::Lesson, &[letter('<'), letter('-')], A::Slower, Some("tui-help-slower"), None),
        binding(C::Lesson, &[letter('>'), letter('+')], A::Faster, Some("tui-help-faster"), None),
        binding(C::Lesson, &[letter('r')], A::Rerun, Some("tui-help-rerun"), Some("tui-key-rerun")),
        binding(C::Lesson, &[letter(']')], A::RunNext, Some("tui-help-run-next"), Some("tui-key-run-next")),
        binding(C::Lesson, &[letter('[')], A::RunPrevious, Some("tui-help-run-previous"), None),
        binding(C::Lesson, &[letter('v')], A::Conversation, Some("tui-help-conversation"), Some("tui-key-conversation")),
        binding(C::Lesson, &[letter('p'), key(K::PageUp)], A::PreviousStep, Some("tui-help-previous-step"), None),
        binding(C::Lesson, &[letter('g')], A::Steps, Some("tui-help-steps"), None),
        binding(C::Lesson, &[letter('o')], A::NextOutsider, Some("tui-help-next-outsider"), None),
        binding(C::Lesson, &[letter('O')], A::Outside, Some("tui-help-outside"), Some("tui-key-outside")),
        binding(C::Lesson, &[letter('i')], A::ByHand, Some("tui-help-by-hand"), Some("tui-key-by-hand")),
        binding(C::Lesson, &[letter('c')], A::Configure, Some("tui-help-configure"), Some("tui-key-configure")),
        binding(C::Lesson, &[letter('A')], A::Attack, Some("tui-help-attack"), Some("tui-key-attack")),
        binding(C::Lesson, &[letter('B')], A::Delist, Some("tui-help-delist"), Some("tui-key-delist")),
        binding(C::Lesson, &[letter('D')], A::Dig, Some("tui-help-dig"), None),
        binding(C::Lesson, &[letter('J')], A::Journey, Some("tui-help-journey"), None),
        binding(C::Lesson, &[letter('Q')], A::Queue, Some("tui-help-queue"), Some("tui-key-queue")),
        binding(C::Lesson, &[letter('u')], A::Undo, Some("tui-help-undo"), Some("tui-key-undo")),
        binding(C::Lesson, &[letter('U')], A::Redo, Some("tui-help-redo"), Some("tui-key-redo")),
        binding(C::Lesson, &[letter('R')], A::RealThing, Some("tui-help-real-thing"), Some("tui-key-real-thing")),
        binding(C::Lesson, &[letter('h'), letter('H')], A::Hint, Some("tui-help-hint"), Some("tui-key-hint")),
        binding(C::Lesson, &[letter('S')], A::Solution, Some("tui-help-solution"), None),
        binding(C::Lesson, &[letter('x')], A::ResetStep, Some("tui-help-reset"), None),
        binding(C::Lesson, &[letter('1')], A::Panel(0), Some("tui-help-panel-1"), None),
        binding(C::Lesson, &[letter('2')], A::Panel(1), Some("tui-help-panel-2"), None),
        binding(C::Lesson, &[letter('3')], A::Panel(2), Some("tui-help-panel-3"), None),
        binding(C::Lesson, &[letter('4')], A::Panel(3), Some("tui-help-panel-4"), None),
        binding(C::Lesson, &[letter('5')], A::Panel(4), Some("tui-help-panel-5"), None),
        binding(C::Lesson, &[letter('6')], A::Panel(5), Some("tui-help-panel-6"), None),
        binding(C::Lesson, &[letter('7'), letter('d')], A::Panel(6), Some("tui-help-panel-7"), Some("tui-key-compare")),
        binding(C::Lesson, &[letter('/')], A::Search, Some("tui-help-seek"), Some("tui-key-search")),
        binding(C::Lesson, &[letter('z')], A::Zoom, Some("tui-help-zoom"), Some("tui-key-zoom")),
        binding(C::Lesson, &[letter('e')], A::Explain, Some("tui-help-explain"), Some("tui-key-explain")),
        binding(C::Lesson, &[letter('y')], A::Copy, Some("tui-help-copy"), Some("tui-key-copy")),
        binding(C::Lesson, &[letter('G')], A::Glossary, Some("tui-help-glossary"), None),
        binding(C::Lesson, &[letter('t'), letter('L')], A::Language, Some("tui-help-language"), None),
        binding(C::Lesson, &[key(K::F(5))], A::Present, Some("tui-help-present"), None),
        binding(C::Lesson, &[key(K::Esc)], A::Close, None, Some("tui-key-stop")),

        binding(C::Call, &[key(K::Enter)], A::CallServer, None, None),
        binding(C::Call, &[key(K::Right), letter('l'), letter(' '), key(K::Tab)], A::CallNext, None, None),
        binding(C::Call, &[key(K::Left)], A::CallPrevious, None, None),
        binding(C::Call, &[key(K::Esc), letter('q'), letter('i')], A::Close, None, Some("tui-key-close")),

        binding(C::Copying, &[key(K::Enter), letter('y')], A::Accept, None, Some("tui-key-copy")),
        binding(C::Copying, &[key(K::PageDown)], A::ScrollHalfDown, None, None),
        binding(C::Copying, &[key(K::PageUp)], A::ScrollHalfUp, None, None),
        binding(C::Copying, &[key(K::Esc), letter('q')], A::Close, None, Some("tui-key-close")),

        binding(C::Typing, &[key(K::Enter)], A::Send, Some("tui-help-send"), Some("tui-key-send")),
        binding(C::Typing, &[key(K::Tab)], A::Complete, Some("tui-help-complete"), Some("tui-key-complete")),
        binding(C::Typing, &[key(K::Up)], A::HistoryOlder, Some("tui-help-history"), None),
        binding(C::Typing, &[key(K::Down)], A::HistoryNewer, None, None),
        binding(C::Typing, &[control('b')], A::Base64, Some("tui-help-base64"), Some("tui-key-base64")),
        binding(C::Typing, &[control('r')], A::Raw, Some("tui-help-raw"), Some("tui-key-raw")),
        binding(C::Typing, &[control('d')], A::HangUp, Some("tui-help-hang-up"), Some("tui-key-hang-up")),
        binding(C::Typing, &[control('l')], A::Redraw, None, None),
        binding(C::Typing, &[control('z')], A::Suspend, None, None),
        binding(C::Typing, &[key(K::Esc), control('c')], A::Close, Some("tui-help-stop-typing"), Some("tui-key-stop-typing")),

        binding(C::Confirmation, &[key(K::Enter), letter('s'), letter('y'), control('c')], A::Accept, None, None),
        binding(C::Confirmation, &[key(K::Esc), letter('n'), letter('q')], A::Close, None, None),

        binding(C::Editor, &[letter('s')], A::Save, Some("tui-help-save"), Some("tui-key-save")),
        binding(C::Editor, &[key(K::Enter)], A::Accept, Some("tui-help-edit"), Some("tui-key-edit")),
        binding(C::Editor, &[letter('e')], A::Explain, Some("tui-help-explain-directive"), Some("tui-key-explain")),
        binding(C::Editor, &[letter('a')], A::Add, Some("tui-help-add"), Some("tui-key-add")),
        binding(C::Editor, &[letter('d'), key(K::Delete)], A::Remove, Some("tui-help-remove"), Some("tui-key-remove")),
        binding(C::Editor, &[letter('u')], A::Undo, None, Some("tui-key-undo")),
        binding(C::Editor, &[letter('U')], A::Redo, None, Some("tui-key-redo")),
        binding(C::Editor, &[letter('R')], A::RealThing, None, Some("tui-key-real-thing")),
        binding(C::Editor, &[letter('=')], A::OnlyChanges, Some("tui-help-only-changes"), Some("tui-key-only-changes")),
        binding(C::Editor, &[key(K::Tab)], A::NextSection, Some("tui-help-next-section"), Some("tui-key-next-section")),
        binding(C::Editor, &[shift(K::BackTab)], A::PreviousSection, Some("tui-help-previous-section"), None),
        binding(C::Editor, &[key(K::Right)], A::NextFile, Some("tui-help-next-file"), Some("tui-key-files")),
        binding(C::Editor, &[key(K::Left)], A::PreviousFile, Some("tui-help-previous-file"), None),
        binding(C::Editor, &[letter('/')], A::Search, Some("tui-help-editor-search"), Some("tui-key-search")),
        binding(C::Editor, &[letter('g')], A::ScrollTop, None, None),
        binding(C::Editor, &[letter('G')], A::ScrollBottom, None, None),
        binding(C::Editor, &[key(K::Esc), letter('q'), letter('c')], A::Close, Some("tui-help-close"), Some("tui-key-close")),

        binding(C::Queue, &[letter('f')], A::Flush, Some("tui-help-flush"), Some("tui-key-flush")),
        binding(C::Queue, &[letter('w')], A::Wait, Some("tui-help-wait"), Some("tui-key-wait")),
        binding(C::Queue, &[letter('W')], A::WaitLong, Some("tui-help-wait-long"), Some("tui-key-wait-long")),
        binding(C::Queue, &[letter('d'), key(K::Delete)], A::Remove, Some("tui-help-delete-queued"), Some("tui-key-delete")),
        binding(C::Queue, &[letter('D')], A::RemoveAll, Some("tui-help-delete-all"), Some("tui-key-delete-all")),
        binding(C::Queue, &[key(K::Tab)], A::NextSection, Some("tui-help-next-host"), Some("tui-key-next-host")),
        binding(C::Queue, &[key(K::Esc), letter('q'), letter('Q')], A::Close, None, Some("tui-key-close")),

        binding(C::Explanation, &[key(K::Right), letter('l'), letter('n')], A::ExplainNext, None, None),
        binding(C::Explanation, &[key(K::Left), letter('p')], A::ExplainPrevious, None, None),
        binding(C::Explanation, &[letter('e')], A::Close, None, None),

        binding(C::Message, &[key(K::Right), letter('l'), letter('n')], A::ReadNext, None, None),
        binding(C::Message, &[key(K::Left), letter('p')], A::ReadPrevious, None, None),
        binding(C::Message, &[letter('e')], A::Close, None, None),

        binding(C::Reading, &[key(K::Enter), letter(' ')], A::Accept, None, None),
        binding(C::Reading, &[letter('/')], A::Search, Some("tui-help-search"), None),
        binding(C::Reading, &[letter('g')], A::ScrollTop, None, None),
        binding(C::Reading, &[letter('G')], A::ScrollBottom, None, None),
        binding(C::Reading, &[key(K::Esc), letter('q')], A::Close, None, Some("tui-key-close")),
        binding(C::Reading, &[key(K::PageDown)], A::ScrollHalfDown, None, None),
        binding(C::Reading, &[key(K::PageUp)], A::ScrollHalfUp, None, None),

        binding(C::Everywhere, &[key(K::Up), letter('k')], A::ScrollUp, Some("tui-help-up"), None),
        binding(C::Everywhere, &[key(K::Down), letter('j')], A::ScrollDown, Some("tui-help-down"), None),
        binding(C::Everywhere, &[control('d')], A::ScrollHalfDown, Some("tui-help-half-down"), None),
        binding(C::Everywhere, &[control('u')], A::ScrollHalfUp, Some("tui-help-half-up"), None),
        binding(C::Everywhere, &[key(K::Home)], A::ScrollTop, Some("tui-help-top"), None),
        binding(C::Everywhere, &[key(K::End)], A::ScrollBottom, Some("tui-help-bottom"), None),
        binding(C::Everywhere, &[letter('?'), key(K::F(1))], A::Help, Some("tui-help-help"), Some("tui-key-help")),
        binding(C::Everywhere, &[control('l')], A::Redraw, Some("tui-help-redraw"), None),
        binding(C::Everywhere, &[control('z')], A::Suspend, Some("tui-help-suspend"), None),
        binding(C::Everywhere, &[letter('q'), control('c')], A::Quit, Some("tui-help-quit"), Some("tui-key-quit")),
    ]
};

impl Context {
    /// Whether its keys are pressed over the lesson's own screen, where the
    /// letters of the lesson's toggles are as well.
    pub fn is_over_lesson(self) -> bool {
        matches!(
            self,
            Self::Everywhere
                | Self::Lesson
                | Self::Question
                | Self::Sought
                | Self::Row
                | Self::Mailboxes
                | Self::Presentation
        )
    }
}

impl Binding {
    /// The first key, as the footer shows it.
    pub fn key(&self, language: Language) -> String {
        self.keys
            .first()
            .map(|key| key.name(language))
            .unwrap_or_default()
    }

    /// All keys, as the help shows them.
    pub fn keys(&self, language: Language) -> String {
        let names: Vec<String> = self.keys.iter().map(|key| key.name(language)).collect();
        names.join("  ")
    }
}

impl Key {
    /// The letter, if it is one without anything held down.
    pub fn letter(self) -> Option<char> {
        let plain = self.modifiers == KeyModifiers::NONE;
        self.code.as_char().filter(|_| plain)
    }

    /// The key of `event`. Whether a capital letter comes with Shift differs
    /// between terminals, and the letter says it all.
    fn of(event: KeyEvent) -> Self {
        let mut modifiers = event.modifiers;
        if matches!(event.code, KeyCode::Char(_)) {
            modifiers.remove(KeyModifiers::SHIFT);
        }
        Self {
            code: event.code,
            modifiers,
        }
    }

    /// The key as keyboards of the language have it printed on them.
    pub fn name(&self, language: Language) -> String {
        let either = |spanish: &str, english: &str| match language {
            Language::Es => spanish.to_owned(),
            Language::En => english.to_owned(),
        };
        let name = match self.code {
            KeyCode::Enter => "⏎".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Tab => "Tab".to_owned(),
            KeyCode::BackTab => "⇧Tab".to_owned(),
            KeyCode::Esc => "Esc".to_owned(),
            KeyCode::Delete => either("Supr", "Del"),
            KeyCode::Home => either("Inicio", "Home"),
            KeyCode::End => either("Fin", "End"),
            KeyCode::PageUp => either("RePág", "PgUp"),
            KeyCode::PageDown => either("AvPág", "PgDn"),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::Char(' ') => "␣".to_owned(),
            KeyCode::Char(letter) if self.modifiers == KeyModifiers::CONTROL => {
                return format!("Ctrl-{}", letter.to_ascii_uppercase());
            }
            KeyCode::Char(letter) => letter.to_string(),
            other => format!("{other}"),
        };
        if self.modifiers == KeyModifiers::SHIFT && self.code != KeyCode::BackTab {
            format!("⇧{name}")
        } else {
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::model::RESERVED_KEYS;
    use std::collections::{BTreeSet, HashSet};

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn no_key_means_two_things_in_one_context() {
        let mut seen = HashSet::new();
        for binding in BINDINGS {
            for key in binding.keys.iter() {
                assert!(
                    seen.insert((binding.context, *key)),
                    "{} twice in {:?}",
                    key.name(Language::En),
                    binding.context
                );
            }
        }
    }

    #[test]
    fn the_innermost_context_decides() {
        let enter = press(KeyCode::Enter, KeyModifiers::NONE);
        let outside = [Context::Lesson, Context::Everywhere];
        let inside = [Context::Question, Context::Lesson, Context::Everywhere];
        assert_eq!(
            Keymap::default().action(&outside, enter),
            Some(Action::Forward)
        );
        assert_eq!(
            Keymap::default().action(&inside, enter),
            Some(Action::Answer)
        );
        let help = press(KeyCode::Char('?'), KeyModifiers::NONE);
        assert_eq!(Keymap::default().action(&inside, help), Some(Action::Help));
        let unknown = press(KeyCode::Char('ñ'), KeyModifiers::NONE);
        assert_eq!(Keymap::default().action(&inside, unknown), None);
    }

    #[test]
    fn a_capital_letter_is_the_same_with_or_without_shift() {
        for modifiers in [KeyModifiers::NONE, KeyModifiers::SHIFT] {
            let event = press(KeyCode::Char('S'), modifiers);
            assert_eq!(
                Keymap::default().action(&[Context::Lesson], event),
                Some(Action::Solution)
            );
        }
    }

    #[test]
    fn a_clicker_turns_the_pages() {
        let contexts = [Context::Presentation, Context::Lesson, Context::Everywhere];
        let pressed = |code| Keymap::default().action(&contexts, press(code, KeyModifiers::NONE));
        assert_eq!(pressed(KeyCode::PageDown), Some(Action::Advance));
        assert_eq!(pressed(KeyCode::PageUp), Some(Action::Retreat));
        assert_eq!(pressed(KeyCode::Char('b')), Some(Action::Blank));
        assert_eq!(pressed(KeyCode::F(5)), Some(Action::Present));
        assert_eq!(pressed(KeyCode::Esc), Some(Action::Present));
    }

    #[test]
    fn lessons_know_which_keys_are_taken() {
        let taken: BTreeSet<char> = BINDINGS
            .iter()
            .filter(|binding| binding.context.is_over_lesson())
            .flat_map(|binding| binding.keys.iter())
            .filter_map(|key| key.letter())
            .collect();
        let reserved: BTreeSet<char> = RESERVED_KEYS.chars().collect();
        assert_eq!(reserved, taken);
    }

    #[test]
    fn every_action_with_a_footer_can_be_found_in_the_help() {
        for binding in BINDINGS {
            if binding.footer.is_some() {
                assert!(
                    binding.help.is_some()
                        || BINDINGS
                            .iter()
                            .any(|other| other.action == binding.action && other.help.is_some()),
                    "{:?}",
                    binding.action
                );
            }
        }
    }
}
