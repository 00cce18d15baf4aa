//! Colours and weights, from the sixteen that every terminal has, so that the
//! student's own palette decides what they look like. Nothing is told by
//! colour alone: a theme only repeats what a word, an arrow or a mark says.
//!
//! Black, white and the two greys between them are left alone: in a palette
//! such as Solarized one of them is the background itself, and another the
//! loudest colour there is. What is quiet is dim, in the terminal's own colour.

use std::borrow::Cow;
use std::time::Duration;

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};

use super::signals;

/// Which theme was asked for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ThemeChoice {
    /// Ask the terminal for its background.
    #[default]
    Auto,
    /// For light text on a dark background.
    Dark,
    /// For dark text on a light background.
    Light,
    /// No colours.
    Mono,
    /// The strongest differences there are.
    Contrast,
}

/// The look of everything on the screen, by what it means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// What may be overlooked: positions, times, what already passed.
    pub quiet: Style,
    /// Headings and the names of panes.
    pub heading: Style,
    /// Stressed words.
    pub strong: Style,
    /// Emphasised words.
    pub emphasis: Style,
    /// Directives, commands and replies within a text.
    pub code: Style,
    /// Frames.
    pub border: Style,
    /// Frames around what is over.
    pub past: Style,
    /// The frame of the pane that the scrolling keys move.
    pub focus: Style,
    /// What the client says.
    pub client: Style,
    /// What the server says.
    pub server: Style,
    /// A refusal, an open relay, a goal that fails.
    pub refusal: Style,
    /// What stood in a file and stands there no longer.
    pub removed: Style,
    /// A goal that holds, a closed relay.
    pub success: Style,
    /// TLS: the boundary and what is inside.
    pub tls: Style,
    /// The rule that decided, and its parameter.
    pub winner: Style,
    /// The chosen row.
    pub selection: Style,
    /// Keys, in the footer and the help.
    pub key: Style,
    /// A notice that wants to be read: the past, a problem.
    pub notice: Style,
    /// The title bar.
    pub bar: Style,
}

/// How long the terminal may take to tell its background.
const PATIENCE: Duration = Duration::from_millis(150);

impl ThemeChoice {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Auto,
        Self::Dark,
        Self::Light,
        Self::Mono,
        Self::Contrast,
    ];

    /// The choice without [`ThemeChoice::Auto`]. `may_ask` says whether somebody
    /// is there whose terminal could answer a question; it is asked before the
    /// alternate screen is entered.
    #[must_use]
    pub fn settle(self, may_ask: bool) -> Self {
        match self {
            // Whoever ends the program while it asks is heard when it has asked.
            Self::Auto if may_ask && signals::take_over().is_ok() => {
                let mut options = QueryOptions::default();
                options.timeout = PATIENCE;
                match theme_mode(options) {
                    Ok(ThemeMode::Light) => Self::Light,
                    Ok(ThemeMode::Dark) | Err(_) => Self::Dark,
                }
            }
            Self::Auto => Self::Dark,
            chosen => chosen,
        }
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
            Self::Mono => "mono",
        }
    }

    /// The theme to use; see [`ThemeChoice::settle`].
    pub fn resolve(self, may_ask: bool) -> &'static Theme {
        match self.settle(may_ask) {
            Self::Auto | Self::Dark => &Theme::DARK,
            Self::Light => &Theme::LIGHT,
            Self::Mono => &Theme::MONO,
            Self::Contrast => &Theme::CONTRAST,
        }
    }
}

/// A colour, in full strength also on top of what is dim.
const fn colour(colour: Color) -> Style {
    Style::new().fg(colour).remove_modifier(Modifier::DIM)
}

/// The terminal's own colour, also where the frame around has another. A blank
/// screen has it already.
pub(super) const PLAIN: Style = colour(Color::Reset);

/// The same in less strength, also on top of what is bold.
const fn dim(style: Style) -> Style {
    style
        .remove_modifier(Modifier::BOLD)
        .add_modifier(Modifier::DIM)
}

const fn bold(style: Style) -> Style {
    style.add_modifier(Modifier::BOLD)
}

const fn reversed(style: Style) -> Style {
    style.add_modifier(Modifier::REVERSED)
}

impl Theme {
    /// For dark backgrounds.
    pub const DARK: Self = Self {
        text: PLAIN,
        quiet: dim(PLAIN),
        heading: bold(colour(Color::Cyan)),
        strong: bold(PLAIN),
        emphasis: PLAIN.add_modifier(Modifier::ITALIC),
        code: colour(Color::Yellow),
        border: dim(PLAIN),
        past: bold(colour(Color::LightYellow)),
        focus: bold(colour(Color::Cyan)),
        client: colour(Color::LightCyan),
        server: PLAIN,
        refusal: bold(colour(Color::LightRed)),
        removed: colour(Color::LightRed),
        success: bold(colour(Color::LightGreen)),
        tls: colour(Color::LightMagenta),
        winner: bold(colour(Color::LightYellow)),
        selection: reversed(PLAIN),
        key: bold(colour(Color::LightCyan)),
        notice: bold(colour(Color::LightYellow)),
        bar: bold(PLAIN),
    };

    /// For light backgrounds: none of the colours that vanish on white.
    pub const LIGHT: Self = Self {
        text: PLAIN,
        quiet: dim(PLAIN),
        heading: bold(colour(Color::Blue)),
        strong: bold(PLAIN),
        emphasis: PLAIN.add_modifier(Modifier::ITALIC),
        code: colour(Color::Magenta),
        border: dim(PLAIN),
        past: bold(colour(Color::Magenta)),
        focus: bold(colour(Color::Blue)),
        client: colour(Color::Blue),
        server: PLAIN,
        refusal: bold(colour(Color::Red)),
        removed: colour(Color::Red),
        success: bold(colour(Color::Green)),
        tls: colour(Color::Magenta),
        winner: bold(colour(Color::Magenta)),
        selection: reversed(PLAIN),
        key: bold(colour(Color::Blue)),
        notice: bold(colour(Color::Magenta)),
        bar: bold(PLAIN),
    };

    /// White on black and the other way round, nothing in between.
    pub const CONTRAST: Self = {
        let text = Style::new().fg(Color::White).bg(Color::Black);
        let loud = bold(text);
        Self {
            text,
            quiet: text,
            heading: loud.add_modifier(Modifier::UNDERLINED),
            strong: loud,
            emphasis: text.add_modifier(Modifier::UNDERLINED),
            code: loud,
            border: text,
            past: text,
            focus: loud,
            client: loud,
            server: text,
            refusal: reversed(loud),
            removed: text,
            success: loud,
            tls: text,
            winner: reversed(loud),
            selection: reversed(loud),
            key: loud.add_modifier(Modifier::UNDERLINED),
            notice: reversed(loud),
            bar: reversed(loud),
        }
    };

    /// No colours at all, only weights.
    pub const MONO: Self = Self {
        text: PLAIN,
        quiet: dim(PLAIN),
        heading: bold(PLAIN).add_modifier(Modifier::UNDERLINED),
        strong: bold(PLAIN),
        emphasis: PLAIN.add_modifier(Modifier::UNDERLINED),
        code: bold(PLAIN),
        border: dim(PLAIN),
        past: PLAIN,
        focus: bold(PLAIN),
        client: bold(PLAIN),
        server: PLAIN,
        refusal: bold(PLAIN),
        removed: dim(PLAIN),
        success: bold(PLAIN),
        tls: PLAIN,
        winner: reversed(PLAIN),
        selection: reversed(PLAIN),
        key: bold(PLAIN),
        notice: reversed(PLAIN),
        bar: reversed(PLAIN),
    };
}

impl Theme {
    /// A heading in the edge of a frame, with a blank on each side that no
    /// weight can be seen on.
    pub fn title(&self, text: impl Into<Cow<'static, str>>) -> Line<'static> {
        Line::from(vec![
            Span::raw(" "),
            Span::styled(text, self.heading),
            Span::raw(" "),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_that_was_chosen_is_not_asked_for() {
        assert_eq!(ThemeChoice::Light.resolve(true), &Theme::LIGHT);
        assert_eq!(ThemeChoice::Contrast.resolve(true), &Theme::CONTRAST);
        assert_eq!(ThemeChoice::Auto.resolve(false), &Theme::DARK);
    }

    /// Every look of a theme; one that is added has to be named here.
    fn looks(theme: &Theme) -> [Style; 20] {
        let Theme {
            text,
            quiet,
            heading,
            strong,
            emphasis,
            code,
            border,
            past,
            focus,
            client,
            server,
            refusal,
            removed,
            success,
            tls,
            winner,
            selection,
            key,
            notice,
            bar,
        } = *theme;
        [
            text, quiet, heading, strong, emphasis, code, border, past, focus, client, server,
            refusal, removed, success, tls, winner, selection, key, notice, bar,
        ]
    }

    #[test]
    fn mono_has_no_colour() {
        for style in looks(&Theme::MONO) {
            assert_eq!((style.fg, style.bg), (Some(Color::Reset), None));
        }
    }

    #[test]
    fn no_colour_that_a_palette_may_have_for_its_background_is_used() {
        let risky = [Color::Black, Color::Gray, Color::DarkGray, Color::White];
        for theme in [&Theme::DARK, &Theme::LIGHT, &Theme::MONO] {
            for style in looks(theme) {
                let used = [style.fg, style.bg];
                let found = risky.iter().find(|colour| used.contains(&Some(**colour)));
                assert_eq!(found, None);
            }
        }
    }

    #[test]
    fn what_is_quiet_is_dim_and_nothing_else_stays_dim_on_top_of_it() {
        for theme in [&Theme::DARK, &Theme::LIGHT, &Theme::MONO] {
            for style in looks(theme) {
                let on_top = theme.quiet.patch(style).add_modifier;
                let is_quiet = [theme.quiet, theme.border, theme.removed].contains(&style);
                assert!(is_quiet || !on_top.contains(Modifier::DIM), "{style:?}");
            }
            for quiet in [theme.quiet, theme.border] {
                assert!(quiet.add_modifier.contains(Modifier::DIM));
                let on_top = theme.focus.patch(quiet).add_modifier;
                assert!(!on_top.contains(Modifier::BOLD), "{quiet:?}");
            }
        }
    }
}
