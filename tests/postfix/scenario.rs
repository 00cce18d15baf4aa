//! The recordings as they stand in `tests/postfix/golden`; see its README in
//! the source of the recordings for the format.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Where the recordings are.
fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/postfix/golden")
}

/// One recorded dialogue.
#[derive(Debug, Deserialize)]
pub struct Scenario {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub main_cf: Map<String, Value>,
    #[serde(default)]
    pub master_cf: BTreeMap<String, Option<Map<String, Value>>>,
    #[serde(default)]
    pub tables: BTreeMap<String, Vec<String>>,
    pub client: Client,
    pub service: String,
    pub steps: Vec<Map<String, Value>>,
    pub dialogue: Vec<Entry>,
    #[serde(default)]
    pub log: Vec<String>,
    #[serde(default)]
    pub mailboxes: Vec<Mailbox>,
    pub users: Option<Vec<User>>,
    #[serde(default)]
    pub dovecot: BTreeMap<String, String>,
    pub dns: Option<String>,
    #[serde(default)]
    pub no_greeting: bool,
    pub timeout_s: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Client {
    pub addr: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub user: String,
    pub password: String,
}

#[derive(Debug, Deserialize)]
pub struct Mailbox {
    pub lines: Vec<String>,
}

/// One entry of a dialogue: a reply, or something else that happened.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct Entry {
    pub step: usize,
    pub c: Option<String>,
    #[serde(default)]
    pub s: Vec<String>,
    pub event: Option<String>,
    pub delay_s: Option<u64>,
}

/// What every scenario starts from.
#[derive(Debug, Deserialize)]
pub struct Baseline {
    pub main_cf: Map<String, Value>,
    pub master_cf: BTreeMap<String, Map<String, Value>>,
    pub tables: BTreeMap<String, Vec<String>>,
    pub users: Vec<User>,
    pub local_users: Vec<String>,
    pub dns: Dns,
}

#[derive(Debug, Deserialize)]
pub struct Dns {
    pub records: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub hosts: BTreeMap<String, String>,
    pub unconfirmed: Vec<String>,
}

/// The baseline.
pub fn baseline() -> &'static Baseline {
    static BASELINE: OnceLock<Baseline> = OnceLock::new();
    BASELINE.get_or_init(|| {
        let text = std::fs::read_to_string(directory().join("baseline.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

/// All scenarios, by name.
pub fn all() -> Vec<Scenario> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory().join("smtp"))
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
    pub fn configuration(&self, directory: &str) -> (String, String) {
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
        let main_cf: String = main
            .iter()
            .map(|(name, value)| format!("{name} = {}\n", text(value)))
            .collect();
        let mut master_cf = String::new();
        for (name, overrides) in services {
            let name = master_name(&name);
            master_cf.push_str(&format!("{name} inet n - n - - smtpd\n"));
            for (parameter, value) in &overrides {
                let value = text(value);
                master_cf.push_str(&if value.contains(char::is_whitespace) {
                    format!("  -o {{ {parameter} = {value} }}\n")
                } else {
                    format!("  -o {parameter}={value}\n")
                });
            }
        }
        (
            main_cf.replace("{DIR}", directory),
            master_cf.replace("{DIR}", directory),
        )
    }
}

/// How master.cf spells a service.
pub fn master_name(service: &str) -> &str {
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
