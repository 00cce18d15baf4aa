//! The recordings as they stand in `tests/postfix/golden` and, more of them, in
//! `tests/postfix/recorded`; see its README in
//! the source of the recordings for the format.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Where the recordings are.
pub(crate) fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/postfix/golden")
}

/// One recorded dialogue.
#[derive(Debug, Deserialize)]
pub(crate) struct Scenario {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) main_cf: Map<String, Value>,
    #[serde(default)]
    pub(crate) master_cf: BTreeMap<String, Option<Map<String, Value>>>,
    /// The chroot column of all services, `n` unless it says so.
    chroot: Option<String>,
    #[serde(default)]
    pub(crate) tables: BTreeMap<String, Vec<String>>,
    pub(crate) client: Client,
    pub(crate) service: String,
    pub(crate) steps: Vec<Map<String, Value>>,
    pub(crate) dialogue: Vec<Entry>,
    #[serde(default)]
    pub(crate) log: Vec<String>,
    pub(crate) users: Option<Vec<User>>,
    #[serde(default)]
    pub(crate) dovecot: BTreeMap<String, String>,
    /// `off`, or records beside those of the baseline.
    #[serde(default)]
    pub(crate) dns: Value,
    #[serde(default)]
    pub(crate) no_greeting: bool,
    pub(crate) timeout_s: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Client {
    pub(crate) addr: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct User {
    pub(crate) user: String,
    pub(crate) password: String,
}

/// One entry of a dialogue: a reply, or something else that happened.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub(crate) struct Entry {
    pub(crate) step: usize,
    pub(crate) c: Option<String>,
    #[serde(default)]
    pub(crate) s: Vec<String>,
    pub(crate) event: Option<String>,
    pub(crate) delay_s: Option<u64>,
}

/// What every scenario starts from.
#[derive(Debug, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) main_cf: Map<String, Value>,
    pub(crate) master_cf: BTreeMap<String, Map<String, Value>>,
    pub(crate) tables: BTreeMap<String, Vec<String>>,
    pub(crate) users: Vec<User>,
    pub(crate) local_users: Vec<String>,
    pub(crate) dns: Dns,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dns {
    pub(crate) records: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub(crate) hosts: BTreeMap<String, String>,
    pub(crate) unconfirmed: Vec<String>,
}

/// The baseline.
pub(crate) fn baseline() -> &'static Baseline {
    static BASELINE: OnceLock<Baseline> = OnceLock::new();
    BASELINE.get_or_init(|| {
        let text = std::fs::read_to_string(directory().join("baseline.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

/// All scenarios, by name.
pub(crate) fn all() -> Vec<Scenario> {
    read(&directory().join("smtp"))
}

/// Our own recordings, by name, made with `scripts/record`.
pub(crate) fn ours() -> Vec<Scenario> {
    read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/postfix/recorded"))
}

fn read(folder: &Path) -> Vec<Scenario> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        })
        .collect()
}

impl Scenario {
    /// main.cf and master.cf: the baseline with this scenario's differences.
    pub(crate) fn configuration(&self, directory: &str) -> (String, String) {
        let mut main = baseline().main_cf.clone();
        edit(&mut main, &self.main_cf);
        let mut services = baseline().master_cf.clone();
        for (name, overrides) in &self.master_cf {
            match overrides {
                Some(overrides) => {
                    let service = services.entry(name.clone()).or_default();
                    if overrides.get("(replace)").is_some() {
                        service.clear();
                    }
                    edit(service, overrides);
                }
                None => {
                    services.remove(name);
                }
            }
        }
        let mut main_cf = String::new();
        for (name, value) in &main {
            writeln!(main_cf, "{name} = {}", text(value)).unwrap();
        }
        let mut master_cf = String::new();
        for (name, overrides) in services {
            let (name, chroot) = (master_name(&name), self.chroot.as_deref().unwrap_or("n"));
            writeln!(master_cf, "{name} inet n - {chroot} - - smtpd").unwrap();
            for (parameter, value) in &overrides {
                let value = text(value);
                if value.contains(char::is_whitespace) {
                    writeln!(master_cf, "  -o {{ {parameter} = {value} }}").unwrap();
                } else {
                    writeln!(master_cf, "  -o {parameter}={value}").unwrap();
                }
            }
        }
        (
            main_cf.replace("{DIR}", directory),
            master_cf.replace("{DIR}", directory),
        )
    }
}

/// How master.cf spells a service.
pub(crate) fn master_name(service: &str) -> &str {
    match service {
        "smtps" => "submissions",
        other => other,
    }
}

fn edit(parameters: &mut Map<String, Value>, differences: &Map<String, Value>) {
    for (name, value) in differences {
        if name == "(replace)" {
            continue;
        }
        if value.is_null() {
            parameters.remove(name);
        } else {
            parameters.insert(name.clone(), value.clone());
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
