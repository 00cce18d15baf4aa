//! What `postfix reload` says and does with the two files as they are:
//! `postfix` reads main.cf, `postfix-script` lets postconf(1) read both, and
//! only then `master` is told.

use super::configuration::{Configuration, Diagnostic, DiagnosticKind, Machine};
use super::master_cf;
use super::postconf::Files;

/// What a reload comes to.
#[derive(Debug)]
pub struct Reload {
    /// What is shown in the terminal.
    pub said: Vec<String>,
    /// How it ends.
    pub end: End,
    /// Both files, understood.
    pub configuration: Configuration,
    /// All there is to be said about them.
    pub diagnostics: Vec<Diagnostic>,
}

/// How a reload ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum End {
    /// `master` reads both files.
    Done,
    /// `postfix` or `postfix-script` stops before `master` is told: it goes on
    /// as before, with daemons that read main.cf when they start. With the
    /// program, and the line of its log.
    Refused(&'static str, String),
    /// `master` reads master.cf and dies of it: there is no Postfix any more.
    /// With its last words.
    Died(String),
}

/// Reloads with these files, on this machine.
pub fn reload(machine: &Machine, files: Files<'_>) -> Reload {
    let (configuration, diagnostics) =
        Configuration::parse_on(machine, files.main_cf, Some(files.master_cf));
    let (said, end) = judge(files, &diagnostics);
    Reload {
        said,
        end,
        configuration,
        diagnostics,
    }
}

/// What is said of the files, and how a reload with them ends.
fn judge(files: Files<'_>, diagnostics: &[Diagnostic]) -> (Vec<String>, End) {
    let fatal = |file: &str| {
        let found = diagnostics
            .iter()
            .find(|it| it.file == file && it.kind == DiagnosticKind::Fatal);
        found.map(|it| it.words.clone())
    };
    if let Some(words) = fatal("main.cf") {
        let said = vec![format!("postfix: {words}")];
        return (said, End::Refused("postfix", words));
    }
    let postconf = |words: &str| format!("/usr/sbin/postconf: {words}");
    let mut said: Vec<String> = diagnostics
        .iter()
        .filter(|it| it.kind == DiagnosticKind::Warning)
        .map(|it| postconf(&it.words))
        .collect();
    if let Some(words) = master_cf::refused_by_postconf(files.master_cf) {
        said.push(postconf(&format!("fatal: {words}")));
        let words = "fatal: cannot execute /usr/sbin/postconf!".to_owned();
        return (said, End::Refused("postfix/postfix-script", words));
    }
    (said, fatal("master.cf").map_or(End::Done, End::Died))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMTP: &str = "smtp inet n - y - - smtpd\n";

    fn with(main_cf: &str, more: &str) -> (Vec<String>, End) {
        let master_cf = format!("{SMTP}{more}");
        let files = Files {
            main_cf,
            master_cf: &master_cf,
        };
        let reload = reload(&Machine::default(), files);
        (reload.said, reload.end)
    }

    /// Asked of Postfix 3.7.11, with `postfix reload`.
    #[test]
    fn what_stops_a_reload_is_said_by_the_program_that_sees_it() {
        assert_eq!(with("biff = no\n", ""), (Vec::new(), End::Done));
        let words = "fatal: /etc/postfix/main.cf, line 2: missing '=' after attribute name: \
                     \"mynetworks 127.0.0.0/8\"";
        assert_eq!(
            with("biff = no\nmynetworks 127.0.0.0/8\n", ""),
            (
                vec![format!("postfix: {words}")],
                End::Refused("postfix", words.to_owned())
            )
        );
        let refused = || {
            End::Refused(
                "postfix/postfix-script",
                "fatal: cannot execute /usr/sbin/postconf!".to_owned(),
            )
        };
        for (line, said) in [
            (
                "submission inot n - y - - smtpd\n  -o a=b\n",
                "fatal: invalid type field \"inot\" in \"submission inot n - y - - smtpd  -o a=b\"",
            ),
            (
                "submission inet x - y - - smtpd\n",
                "fatal: invalid private field \"x\" in \"submission inet x - y - - smtpd\"",
            ),
            (
                "submission inet n - y x - smtpd\n",
                "fatal: invalid wakeup field \"x\" in \"submission inet n - y x - smtpd\"",
            ),
            (
                "submission inet n - y - 1? smtpd\n",
                "fatal: invalid process_limit field \"1?\" in \"submission inet n - y - 1? smtpd\"",
            ),
            (
                "submission inet n - y - -\n",
                "fatal: file /etc/postfix/master.cf: line 2: bad field count",
            ),
        ] {
            let said = format!("/usr/sbin/postconf: {said}");
            assert_eq!(with("", line), (vec![said], refused()), "{line}");
        }
        assert_eq!(
            with("", "submission inet y - y - - smtpd\n"),
            (
                Vec::new(),
                End::Died(
                    "fatal: /etc/postfix/master.cf: line 2: inet service cannot be private"
                        .to_owned()
                )
            )
        );
    }

    #[test]
    fn warnings_stop_nothing() {
        assert_eq!(
            with("smtpd_tls_autonly = yes\n", ""),
            (
                vec![
                    "/usr/sbin/postconf: warning: /etc/postfix/main.cf: unused parameter: \
                     smtpd_tls_autonly=yes"
                        .to_owned()
                ],
                End::Done
            )
        );
    }
}
