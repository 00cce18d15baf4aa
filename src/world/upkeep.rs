//! What root does on a host once a file is written: makes a table's index again,
//! and lets those who read the file read it again, each in its own words.

use std::rc::Rc;

use super::host::Host;
use super::pen::Pen;
use crate::journal::event::Kind;
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::postconf::{Files, moves_sockets};
use crate::postfix::postmap;
use crate::postfix::reload::End;

/// Brings a file of a host into force; `old` is its text before.
pub(super) fn bring_into_force(pen: &Pen, host: &Rc<Host>, path: &str, old: Option<&str>) {
    match path {
        MAIN_CF => {
            let moved = moves_sockets(old.unwrap_or_default(), &host.disk.text(MAIN_CF));
            let how = if moved { How::Restart } else { How::Reload };
            read_again(pen, host, how);
        }
        MASTER_CF => read_again(pen, host, How::Reload),
        path => table(pen, host, path),
    }
}

/// How Postfix is made to read its configuration again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum How {
    /// `postfix reload`
    Reload,
    /// `systemctl restart postfix`
    Restart,
}

/// Makes Postfix read its configuration again.
pub(super) fn read_again(pen: &Pen, host: &Rc<Host>, how: How) {
    let was_down = host.settings().is_down;
    let reload = host.reload();
    let command = match (how, was_down) {
        (How::Reload, false) => "postfix reload",
        _ => "systemctl restart postfix",
    };
    command_run(pen, host, command, reload.said);
    match (&reload.end, how, was_down) {
        (End::Refused(program, words), ..) => {
            host.log(pen, None, program, words);
            return;
        }
        (_, How::Reload, false) => log_all(pen, host, &RELOAD),
        (end, ..) => {
            if !was_down {
                log_all(pen, host, &STOP);
            }
            host.forget_processes();
            log_all(pen, host, &[STARTING]);
            if *end == End::Done {
                log_all(pen, host, &[STARTED]);
            }
        }
    }
    if let End::Died(words) = &reload.end {
        host.log(pen, None, "postfix/master", words);
    }
}

/// A table: its index is made again where it has one, and daemons that have
/// its text in their memory are told.
fn table(pen: &Pen, host: &Rc<Host>, path: &str) {
    let (main_cf, master_cf) = (host.disk.text(MAIN_CF), host.disk.text(MASTER_CF));
    let named = postmap::named(Files {
        main_cf: &main_cf,
        master_cf: &master_cf,
    });
    let text = host.disk.text(path);
    let mut in_memory = false;
    for (table, used) in named.iter().filter(|(table, _)| table.path == path) {
        let Some(command) = table.command(*used) else {
            in_memory = true;
            continue;
        };
        let remarks = table.remarks(*used, &text);
        for remark in &remarks {
            if let Some((program, words)) = remark.split_once(": ") {
                host.log(pen, None, &format!("postfix/{program}"), words);
            }
        }
        command_run(pen, host, &command, remarks);
        // Daemons see that an index has changed, and start anew by themselves
        // (DATABASE_README, "Updating Postfix lookup tables").
        host.reload();
    }
    if in_memory {
        read_again(pen, host, How::Reload);
    }
}

fn command_run(pen: &Pen, host: &Rc<Host>, command: &str, lines: Vec<String>) {
    pen.write(Kind::CommandRun {
        host: host.name.clone(),
        command: command.to_owned(),
        lines,
    });
}

fn log_all(pen: &Pen, host: &Rc<Host>, lines: &[(&str, &str)]) {
    for (program, text) in lines {
        host.log(pen, None, program, *text);
    }
}

/// What `postfix reload` leaves in the log.
const RELOAD: [(&str, &str); 2] = [
    (
        "postfix/postfix-script",
        "refreshing the Postfix mail system",
    ),
    (
        "postfix/master",
        "reload -- version 3.7.11, configuration /etc/postfix",
    ),
];

/// What stopping Postfix leaves in the log.
const STOP: [(&str, &str); 2] = [
    ("postfix/postfix-script", "stopping the Postfix mail system"),
    ("postfix/master", "terminating on signal 15"),
];

/// What starting it leaves there.
const STARTING: (&str, &str) = ("postfix/postfix-script", "starting the Postfix mail system");

/// What `master` says once it runs.
const STARTED: (&str, &str) = (
    "postfix/master",
    "daemon started -- version 3.7.11, configuration /etc/postfix",
);
