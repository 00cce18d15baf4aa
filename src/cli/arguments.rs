//! What can be typed. The words of the help are in the catalogue
//! (`help-…`, see [`help`](super::help)); so the comments here are for readers only.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::text::Language;
use crate::tui::ThemeChoice;

#[derive(Debug, Parser)]
#[command(name = "lab", version)]
pub(super) struct Arguments {
    // Read by `Environment::language` before anything else is; here so that
    // it is allowed, checked and explained.
    #[arg(long, global = true, value_name = "es|en", value_parser = language())]
    pub(super) lang: Option<Language>,
    #[command(flatten)]
    pub(super) menu: Menu,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// How the lessons that are chosen in the menu are shown. What is not typed may
/// stand in the variables of [`Run`].
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Menu {
    #[arg(long, value_name = "auto|dark|light|mono|contrast", value_parser = theme())]
    pub(super) theme: Option<ThemeChoice>,
    #[arg(long)]
    pub(super) plain: bool,
    #[arg(long)]
    pub(super) present: bool,
    #[arg(long)]
    pub(super) no_mouse: bool,
}

impl Menu {
    /// An option that was typed, if any was.
    pub(super) fn typed(self) -> Option<&'static str> {
        let options = [
            (self.theme.is_some(), "--theme"),
            (self.plain, "--plain"),
            (self.present, "--present"),
            (self.no_mouse, "--no-mouse"),
        ];
        let typed = options.into_iter().find(|(is_typed, _)| *is_typed);
        typed.map(|(_, option)| option)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Run(Run),
    Serve(Serve),
    Postconf(Postconf),
    Export {
        #[command(subcommand)]
        command: ExportCommand,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    Lesson {
        #[command(subcommand)]
        command: LessonCommand,
    },
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    Notes {
        #[arg(value_name = "PROCESS")]
        process: Option<u32>,
        #[arg(long, env = "LAB_PLAIN", value_parser = FalseyValueParser::new())]
        plain: bool,
        #[arg(long, env = "LAB_THEME", value_name = "auto|dark|light|mono|contrast", value_parser = theme())]
        theme: Option<ThemeChoice>,
    },
    Doctor,
    Completions {
        shell: Shell,
    },
    Man,
    Schema,
}

#[derive(Debug, Subcommand)]
pub(super) enum LessonCommand {
    Check {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    New {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Watch {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ExportCommand {
    Postfix(Export),
}

#[derive(Args, Debug)]
pub(super) struct Export {
    #[arg(value_name = "LESSON")]
    pub(super) lesson: String,
    #[arg(value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    #[arg(long, value_name = "N|ID")]
    pub(super) step: Option<String>,
    #[arg(long)]
    pub(super) solution: bool,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum ConfigCommand {
    Path,
    Print,
    Check,
}

#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Run {
    #[arg(value_name = "LESSON")]
    pub(super) lesson: String,
    #[arg(long, env = "LAB_STEP", value_name = "N|ID")]
    pub(super) step: Option<String>,
    #[arg(long, env = "LAB_FRESH", value_parser = FalseyValueParser::new())]
    pub(super) fresh: bool,
    #[arg(long, env = "LAB_AUTO", value_parser = FalseyValueParser::new())]
    pub(super) auto: bool,
    #[arg(long, env = "LAB_PLAIN", value_parser = FalseyValueParser::new())]
    pub(super) plain: bool,
    #[arg(long, env = "LAB_JSON", value_parser = FalseyValueParser::new())]
    pub(super) json: bool,
    #[arg(long, env = "LAB_WIRE", value_parser = FalseyValueParser::new())]
    pub(super) wire: bool,
    #[arg(long, env = "LAB_THEME", value_name = "auto|dark|light|mono|contrast", value_parser = theme())]
    pub(super) theme: Option<ThemeChoice>,
    #[arg(long, env = "LAB_PRESENT", value_parser = FalseyValueParser::new())]
    pub(super) present: bool,
    #[arg(long, env = "LAB_SPEED", value_name = "0.25..8", allow_negative_numbers = true, default_value = "1", value_parser = speed)]
    pub(super) speed: f64,
    #[arg(long, env = "LAB_NO_MOUSE", value_parser = FalseyValueParser::new())]
    pub(super) no_mouse: bool,
    #[arg(
        long,
        env = "LAB_SEED",
        value_name = "N",
        allow_negative_numbers = true
    )]
    pub(super) seed: Option<u64>,
    #[arg(long, env = "LAB_LISTEN", value_parser = FalseyValueParser::new())]
    pub(super) listen: bool,
    #[command(flatten)]
    pub(super) ports: Ports,
}

/// Where a server of the lab listens. Read by `serve`, which says why an
/// address will not do.
#[derive(Args, Clone, Debug)]
pub(super) struct Ports {
    #[arg(
        long,
        env = "LAB_SMTP",
        value_name = "A:P|off",
        default_value = "127.0.0.1:2525"
    )]
    pub(super) smtp: String,
    #[arg(
        long,
        env = "LAB_SUBMISSION",
        value_name = "A:P|off",
        default_value = "127.0.0.1:2587"
    )]
    pub(super) submission: String,
    #[arg(
        long,
        env = "LAB_SUBMISSIONS",
        value_name = "A:P|off",
        default_value = "127.0.0.1:2465"
    )]
    pub(super) submissions: String,
}

#[derive(Args, Debug)]
pub(super) struct Serve {
    #[arg(value_name = "LESSON", conflicts_with = "postfix")]
    pub(super) lesson: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub(super) postfix: Option<PathBuf>,
    #[arg(long, value_name = "CLIENT", conflicts_with = "postfix")]
    pub(super) client: Option<String>,
    #[command(flatten)]
    pub(super) ports: Ports,
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(super) ready_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[group(id = "what", required = true,
    args = ["set", "in_force", "defaults", "services", "overrides"])]
pub(super) struct Postconf {
    #[arg(short = 'n', value_name = "DIR")]
    pub(super) set: Option<PathBuf>,
    #[arg(short = 'c', value_name = "DIR")]
    pub(super) in_force: Option<PathBuf>,
    #[arg(short = 'd')]
    pub(super) defaults: bool,
    #[arg(short = 'M', value_name = "DIR")]
    pub(super) services: Option<PathBuf>,
    #[arg(short = 'P', value_name = "DIR")]
    pub(super) overrides: Option<PathBuf>,
    #[arg(value_name = "PARAMETER")]
    pub(super) parameters: Vec<String>,
}

/// The definition of the command line, still without words.
pub(super) fn definition() -> clap::Command {
    Arguments::command()
}

fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(["es", "en"]).map(|code| match code.as_str() {
        "en" => Language::En,
        _ => Language::Es,
    })
}

fn theme() -> impl TypedValueParser<Value = ThemeChoice> {
    let names = ThemeChoice::ALL.map(ThemeChoice::name);
    PossibleValuesParser::new(names).map(|name| {
        let chosen = ThemeChoice::ALL.into_iter().find(|it| it.name() == name);
        chosen.unwrap_or_default()
    })
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.25..=8.0).contains(&speed) => Ok(speed),
        _ => Err("0.25..8".to_owned()),
    }
}
