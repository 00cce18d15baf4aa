//! The files that an administrator writes on a host, as they are when it has
//! just been installed: what every Debian has there, and what the lesson adds.

use std::collections::BTreeMap;

use super::model::{Certificate, Host};
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

    /// The paths of the certificates and keys on its disk: Debian's own, and those
    /// that the lesson adds.
    pub fn certificate_paths(&self) -> Vec<String> {
        let usual = [SNAKEOIL_CERTIFICATE, SNAKEOIL_KEY, TRUSTED_AUTHORITIES];
        let own = self.certificates.iter().flat_map(Certificate::paths);
        usual.map(str::to_owned).into_iter().chain(own).collect()
    }
}

impl Certificate {
    /// What certbot names the files in a certificate's folder: leaf with
    /// intermediate, leaf, intermediate, key.
    pub const FILES: [&str; 4] = ["fullchain.pem", "cert.pem", "chain.pem", "privkey.pem"];

    /// The paths of [`Certificate::FILES`].
    pub fn paths(&self) -> [String; 4] {
        let folder = self.folder.trim_end_matches('/');
        Self::FILES.map(|file| format!("{folder}/{file}"))
    }
}

/// The self-signed certificate that Debian's package ssl-cert makes.
pub const SNAKEOIL_CERTIFICATE: &str = "/etc/ssl/certs/ssl-cert-snakeoil.pem";

/// Its key.
pub const SNAKEOIL_KEY: &str = "/etc/ssl/private/ssl-cert-snakeoil.key";

/// Debian's bundle of the authorities that everybody trusts.
pub const TRUSTED_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
