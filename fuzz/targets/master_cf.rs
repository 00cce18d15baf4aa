//! Any master.cf is read, and an edit of a service keeps to that service.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smtp_lab::postfix::configuration::Configuration;
use smtp_lab::postfix::master_cf;

fuzz_target!(|input: (&str, &str)| {
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
});
