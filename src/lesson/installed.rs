//! The files that an administrator writes on a host, as they are when it has
//! just been installed: what every Debian has there, and what the lesson adds.

use std::collections::BTreeMap;

use super::model::Host;
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::{self, MASTER_CF};

impl Host {
    /// Every such file with its text, by its absolute path. Certificates and keys
    /// are made by programs, and are not among them.
    pub fn installed_files(&self) -> BTreeMap<String, String> {
        let master_cf = self.master_cf.as_deref().unwrap_or(master_cf::DEBIAN);
        let usual = [
            (MAIN_CF, self.main_cf.clone()),
            (MASTER_CF, master_cf.to_owned()),
            ("/etc/mailname", format!("{}\n", self.name)),
            ("/etc/aliases", "postmaster:    root\n".to_owned()),
        ];
        let usual = usual.map(|(path, text)| (path.to_owned(), text));
        let files = self.files.iter();
        let own = files.map(|file| (file.path.clone(), file.text.clone()));
        usual.into_iter().chain(own).collect()
    }
}
