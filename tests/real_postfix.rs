//! What the lab tells an administrator to do, done with the real Postfix.
//! Where there is none these tests say so and pass.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
#![expect(clippy::print_stderr, reason = "a test that proves nothing says so")]

use std::fs;
use std::path::Path;
use std::process::Command;

use smtp_lab::lesson::library;
use smtp_lab::postfix::postconf::{Files, commands};
use smtp_lab::world::serve::{Folder, Remark};

/// Whether postconf(1) is on this machine; if not, says that the test proves nothing.
fn has_postfix() -> bool {
    let found = Command::new("postconf")
        .arg("-h")
        .arg("mail_version")
        .output();
    let there = found.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: there is no Postfix on this machine");
    }
    there
}

/// Types a command into a shell, with `folder` in the place of /etc/postfix.
fn type_in(folder: &Path, command: &str) {
    let words = command.strip_prefix("postconf ").unwrap();
    let command = format!("postconf -c '{}' {words}", folder.display());
    let output = Command::new("sh").arg("-c").arg(&command).output().unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
}

#[test]
fn the_commands_bring_a_real_postfix_from_one_configuration_to_the_other() {
    if !has_postfix() {
        return;
    }
    let main = "compatibility_level = 3.6\nmynetworks = 0.0.0.0/0\nbiff = no\nrelayhost =\n";
    let master = "smtp inet n - y - - smtpd\n  -o syslog_name=postfix/mx\n\
        submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\n  \
        -o smtpd_sasl_auth_enable=yes\npickup unix n - y 60 1 pickup\n";
    let cases = [
        (
            "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\n  [::1]/128\nmyorigin =\n",
            master,
        ),
        (
            main,
            "smtp inet n - y - - smtpd -v\npickup unix n - y 60 1 pickup\n",
        ),
        (
            main,
            "smtp inet n - y - - smtpd\n  -o syslog_name=postfix/mx\n\
             submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  \
             -o { smtpd_relay_restrictions = permit_sasl_authenticated, reject }\n\
             submissions inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n\
             pickup unix n - y 60 1 pickup\n",
        ),
        (
            "compatibility_level = 3.6\nsmtpd_banner = it's $myhostname\n",
            master,
        ),
    ];
    for (main_after, master_after) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        fs::write(path("main.cf"), main).unwrap();
        fs::write(path("master.cf"), master).unwrap();
        let before = Files {
            main_cf: main,
            master_cf: master,
        };
        let wanted = Files {
            main_cf: main_after,
            master_cf: master_after,
        };
        let todo = commands(before, wanted, &[]);
        let (reload, edits) = todo.split_last().unwrap();
        assert_eq!(reload, "systemctl reload postfix");
        for command in edits {
            type_in(folder.path(), command);
        }
        let main_cf = fs::read_to_string(path("main.cf")).unwrap();
        let master_cf = fs::read_to_string(path("master.cf")).unwrap();
        let reached = Files {
            main_cf: &main_cf,
            master_cf: &master_cf,
        };
        assert_eq!(commands(reached, wanted, &[]), [] as [&str; 0], "{todo:#?}");
    }
}

/// Whether `postfix check` may be run: it is reserved for the superuser.
fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    let root = id.stdout == b"0\n";
    if !root {
        eprintln!("skipped: postfix check is reserved for the superuser");
    }
    root
}

#[test]
fn a_real_postfix_and_lab_serve_read_what_is_taken_home_of_every_lesson() {
    let home = tempfile::tempdir().unwrap();
    for lesson in library::ids() {
        let folder = home.path().join(&lesson);
        let mut export = assert_cmd::Command::cargo_bin("lab").unwrap();
        export.args(["export", "postfix", &lesson, "--solution"]);
        export.arg(&folder).assert().success();
        let read = Folder::read(&folder).unwrap();
        let faults: Vec<_> = read
            .remarks()
            .iter()
            .filter(|remark| matches!(remark, Remark::Fault { .. }))
            .collect();
        assert!(faults.is_empty(), "{lesson}: {faults:?}");
    }
    if !has_postfix() {
        return;
    }
    for lesson in library::ids() {
        let folder = home.path().join(&lesson);
        let mut postconf = Command::new("postconf");
        let said = postconf.arg("-c").arg(&folder).arg("-n").output().unwrap();
        assert!(said.status.success(), "{lesson}: {said:?}");
        assert_eq!(said.stderr, b"", "{lesson}");
        if !is_root() {
            continue;
        }
        // What a check makes on its way is not to be made on this machine.
        let main_cf = folder.join("main.cf");
        let text = fs::read_to_string(&main_cf).unwrap();
        let spool = home.path().join(format!("{lesson}-spool"));
        let data = home.path().join(format!("{lesson}-data"));
        let elsewhere = format!(
            "{text}queue_directory = {}\ndata_directory = {}\nmaillog_file_prefixes = {}\n",
            spool.display(),
            data.display(),
            home.path().display(),
        );
        fs::write(&main_cf, elsewhere).unwrap();
        fs::create_dir(&spool).unwrap();
        fs::create_dir(&data).unwrap();
        let mut postfix = Command::new("postfix");
        let checked = postfix
            .arg("-c")
            .arg(&folder)
            .arg("check")
            .output()
            .unwrap();
        assert!(checked.status.success(), "{lesson}: {checked:?}");
    }
}
