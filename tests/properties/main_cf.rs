//! Any main.cf gives a usable configuration; an edit changes what it says it
//! changes and can be taken back.

use super::host::Host;
use smtp_lab::postfix::configuration::Configuration;
use smtp_lab::postfix::{main_cf, relay};

pub(crate) fn holds(input: (&str, &str)) {
    let (text, value) = input;
    let (configuration, _) = Configuration::parse(text, None);
    let host = Host::with_file(value.to_owned());
    relay::is_open(&configuration, &host);
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let edited = main_cf::set(text, "mynetworks", Some(value));
    let (entries, _) = main_cf::parse(&edited);
    let last = entries.iter().rev().find(|it| it.name == "mynetworks");
    assert_eq!(last.map(|it| it.value.as_str()), Some(value), "{edited:?}");
    let without = main_cf::set(&edited, "mynetworks", None);
    let (entries, _) = main_cf::parse(&without);
    assert!(
        entries.iter().all(|it| it.name != "mynetworks"),
        "{without:?}"
    );
}
