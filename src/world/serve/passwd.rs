//! `DIR/users`: Dovecot's passwd-file (`name:{PLAIN}password:…`).

use crate::lesson::model::User;

/// A line that does not give what it seems to give.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct PasswdFault {
    /// The line, from 1.
    pub(super) line: usize,
    /// What is wrong with it.
    pub(super) words: String,
}

/// Reads the users. `name::` is a mailbox whose owner cannot log in, and so is
/// one whose password is kept in a form that is not imitated.
pub(super) fn parse(text: &str) -> (Vec<User>, Vec<PasswdFault>) {
    let mut users: Vec<User> = Vec::new();
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut fault = |words: String| {
            faults.push(PasswdFault {
                line: index + 1,
                words,
            });
        };
        let mut fields = line.split(':');
        let name = fields.next().unwrap_or_default();
        if name.is_empty() {
            fault("no user name".to_owned());
            continue;
        }
        let password = match scheme(fields.next().unwrap_or_default()) {
            (_, "") => None,
            (Some("PLAIN" | "CLEAR" | "CLEARTEXT"), password) => Some(password.to_owned()),
            (scheme, _) => {
                fault(format!(
                    "password scheme {} of user {name}",
                    scheme.unwrap_or("CRYPT")
                ));
                None
            }
        };
        // Dovecot takes the first line of a name.
        if users.iter().all(|user| user.name != name) {
            users.push(User {
                name: name.to_owned(),
                password,
            });
        }
    }
    (users, faults)
}

/// `{PLAIN}secret`: how the password is kept, and the rest.
fn scheme(field: &str) -> (Option<&str>, &str) {
    match field
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
    {
        Some((scheme, password)) => (Some(scheme), password),
        None => (None, field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_a_password_a_mailbox_or_a_fault() {
        let text = "# comment\nalumno:{PLAIN}clase-1234:1000:1000::/home/alumno\nroot::\n\
            ana:{SHA512-CRYPT}$6$x\nluis:secreta\n:x\nalumno:{PLAIN}otra\n";
        let (users, faults) = parse(text);
        let users: Vec<_> = users
            .iter()
            .map(|user| (user.name.as_str(), user.password.as_deref()))
            .collect();
        assert_eq!(
            users,
            [
                ("alumno", Some("clase-1234")),
                ("root", None),
                ("ana", None),
                ("luis", None)
            ]
        );
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line, fault.words.as_str()))
            .collect();
        assert_eq!(
            faults,
            [
                (4, "password scheme SHA512-CRYPT of user ana"),
                (5, "password scheme CRYPT of user luis"),
                (6, "no user name")
            ]
        );
    }
}
