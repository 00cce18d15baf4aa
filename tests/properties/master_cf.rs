//! Any master.cf is read, and an edit of a service keeps to that service.

use smtp_lab::postfix::configuration::Configuration;
use smtp_lab::postfix::master_cf;

pub(crate) fn holds(input: (&str, &str)) {
    let (text, service) = input;
    Configuration::parse("", Some(text));
    let (entries, _) = master_cf::parse(text);
    for entry in &entries {
        let _ = entry.definition();
        let _ = master_cf::listener(&entry.name);
        let _ = master_cf::written_lines(text, &entry.name, &entry.kind);
    }
    if let Some(edited) = master_cf::set(text, service, "smtpd_tls_security_level", Some("may")) {
        let (after, _) = master_cf::parse(&edited);
        assert_eq!(after.len(), entries.len(), "{edited:?}");
    }
}
