//! `lab man`.

use std::io::{self, Write};

use anyhow::Result;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::Status;
use crate::text::Catalogue;

/// Prints the manual page, in roff: one page for the program and all that it
/// can be told to do, with its exit statuses and its files.
pub(super) fn print(mut definition: Command, catalogue: &Catalogue) -> Result<Status> {
    definition.build();
    let mut page = Vec::new();
    let man = Man::new(definition.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in definition.get_subcommands() {
        describe(command, &mut page)?;
    }
    for (heading, message) in [("EXIT STATUS", "man-exit-status"), ("FILES", "man-files")] {
        tabulate(heading, &catalogue.say(message), &mut page)?;
    }
    man.render_version_section(&mut page)?;
    io::stdout().lock().write_all(&page)?;
    Ok(Status::Reached)
}

/// A section for a command, and one for each command in it.
fn describe(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    writeln!(page, ".SH \"{name}\"")?;
    let mut section = Vec::new();
    let man = Man::new(command.clone());
    man.render_synopsis_section(&mut section)?;
    man.render_description_section(&mut section)?;
    man.render_options_section(&mut section)?;
    // The sections of a page of its own are subsections of this one.
    let section = String::from_utf8_lossy(&section).replace(".SH ", ".SS ");
    page.extend_from_slice(section.as_bytes());
    command
        .get_subcommands()
        .try_for_each(|inner| describe(inner, page))
}

/// A section of lines `term: what it is`, as a list of terms.
fn tabulate(heading: &str, lines: &str, page: &mut Vec<u8>) -> io::Result<()> {
    let mut section = Roff::new();
    section.control("SH", [heading]);
    for (term, words) in lines.lines().filter_map(|line| line.split_once(": ")) {
        section.control("TP", []);
        section.text([roman(term)]);
        section.text([roman(words)]);
    }
    section.to_writer(page)
}
