//! Holds a file against the schema of a lesson: unknown and missing keys, wrong
//! types, unknown choices, missing languages. It goes on after a fault by
//! putting something harmless in its place, so that what comes out can always
//! be read as a lesson and the rules can be asked about the rest.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::fault::{Fault, nearest};
use super::place::{first_line, narrow};
use crate::text::visible;

/// What a number may be if its schema sets no bound.
const LARGEST: i64 = u32::MAX as i64;

/// The walk over the file.
pub(super) struct Shape<'a> {
    source: &'a str,
    schema: &'a Json,
    faults: Vec<Fault>,
}

impl<'a> Shape<'a> {
    /// Holds the file `source`, parsed as `root`, against `schema`. Returns the
    /// file as it should be, and the faults.
    pub(super) fn check(
        source: &'a str,
        schema: &'a Json,
        root: &DeTable<'_>,
    ) -> (Value, Vec<Fault>) {
        let mut shape = Self {
            source,
            schema,
            faults: Vec::new(),
        };
        let table = shape.table(schema, root, first_line(source));
        (table, shape.faults)
    }

    fn value(&mut self, schema: &Json, value: &Spanned<DeValue<'_>>) -> Value {
        let schema = resolve(self.schema, schema);
        if let Some(choices) = choices(schema) {
            return self.choice(&choices, value);
        }
        let expected = type_of(schema);
        match (expected, value.get_ref()) {
            ("object", DeValue::Table(table)) => {
                self.table(schema, table, narrow(self.source, value))
            }
            ("array", DeValue::Array(array)) => {
                let items = &schema["items"];
                Value::Array(array.iter().map(|item| self.value(items, item)).collect())
            }
            ("string", DeValue::String(text)) => self.string(schema, text, value),
            ("boolean", DeValue::Boolean(truth)) => Value::Boolean(*truth),
            ("integer", DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                let least = schema["minimum"].as_i64().unwrap_or(0);
                let most = schema["maximum"].as_i64().unwrap_or(LARGEST);
                if let Some(number) = number.filter(|it| (least..=most).contains(it)) {
                    return Value::Integer(number);
                }
                let fault = Fault::new(value.span(), "number-range")
                    .with("least", &least)
                    .with("most", &most);
                self.replace(schema, fault)
            }
            (expected, found) => {
                let fault = Fault::new(narrow(self.source, value), "wrong-type")
                    .with("expected", &expected)
                    .with("found", &toml_name(found));
                self.replace(schema, fault)
            }
        }
    }

    fn table(&mut self, schema: &Json, table: &DeTable<'_>, span: std::ops::Range<usize>) -> Value {
        let none = serde_json::Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let mut result = toml::Table::new();
        let mut meant = Vec::new();
        for (key, value) in table {
            if let Some(property) = properties.get(key.get_ref().as_ref()) {
                result.insert(key.get_ref().to_string(), self.value(property, value));
                continue;
            }
            let known = properties.keys().map(String::as_str);
            let fault = match nearest(key.get_ref(), known) {
                Some(near) => {
                    meant.push(near);
                    Fault::new(key.span(), "unknown-key-near").with("near", near)
                }
                None => Fault::new(key.span(), "unknown-key").with(
                    "known",
                    &properties
                        .keys()
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
            };
            self.faults.push(fault.with("key", &key.get_ref()));
        }
        let bilingual = properties.contains_key("es") && properties.contains_key("en");
        for required in schema["required"].as_array().into_iter().flatten() {
            let Some(required) = required.as_str() else {
                continue;
            };
            let is_language = bilingual && matches!(required, "es" | "en");
            let written = table.get(required);
            let blank = written.is_some_and(|value| {
                value
                    .get_ref()
                    .as_str()
                    .is_some_and(|text| text.trim().is_empty())
            });
            if written.is_some() && !(is_language && blank) {
                continue;
            }
            let property = &properties[required];
            if meant.contains(&required) {
                // Whoever mends the misspelt key mends this as well.
                result.insert(required.to_owned(), harmless(self.schema, property));
                continue;
            }
            let id = if is_language {
                "missing-language"
            } else {
                "missing-key"
            };
            let place = written.map_or_else(|| span.clone(), Spanned::span);
            let fault = Fault::new(place, id).with("key", &required);
            let value = self.replace(property, fault);
            result.insert(required.to_owned(), value);
        }
        Value::Table(result)
    }

    fn string(&mut self, schema: &Json, text: &str, value: &Spanned<DeValue<'_>>) -> Value {
        if schema["format"] == "ip" && text.parse::<IpAddr>().is_err() {
            let fault = Fault::new(value.span(), "not-an-address").with("value", &text);
            return self.replace(schema, fault);
        }
        if schema["maxLength"] == 1 && text.chars().count() != 1 {
            return self.replace(
                schema,
                Fault::new(value.span(), "not-a-key").with("value", &text),
            );
        }
        // Line ends and tabs are for texts and Postfix's files to have.
        let shown = |c: &char| visible::is_unsafe(*c) && !matches!(c, '\n' | '\t' | '\r');
        if let Some(character) = text.chars().find(shown) {
            let code = format!("U+{:04X}", u32::from(character));
            let fault = Fault::new(value.span(), "control-character").with("code", &code);
            self.faults.push(fault);
        }
        Value::String(text.to_owned())
    }

    fn choice(&mut self, choices: &[&str], value: &Spanned<DeValue<'_>>) -> Value {
        let given = value.get_ref().as_str().unwrap_or_default();
        if choices.contains(&given) {
            return Value::String(given.to_owned());
        }
        let shown = self.source.get(value.span()).unwrap_or_default();
        let mut fault = Fault::new(narrow(self.source, value), "unknown-choice");
        fault = fault
            .with("value", &shown.trim_matches('"'))
            .with("known", &choices.join(", "));
        self.faults.push(fault);
        Value::String(choices.first().copied().unwrap_or_default().to_owned())
    }

    /// Notes the fault, and goes on with something harmless.
    fn replace(&mut self, schema: &Json, fault: Fault) -> Value {
        self.faults.push(fault);
        harmless(self.schema, schema)
    }
}

/// A value that `schema` allows.
fn harmless(root: &Json, schema: &Json) -> Value {
    let schema = resolve(root, schema);
    if let Some(choices) = choices(schema) {
        return Value::String(choices.first().copied().unwrap_or_default().to_owned());
    }
    match type_of(schema) {
        "array" => Value::Array(Vec::new()),
        "boolean" => Value::Boolean(false),
        "integer" => Value::Integer(schema["minimum"].as_i64().unwrap_or(0)),
        "object" => {
            let required = schema["required"].as_array().into_iter().flatten();
            let fields = required.filter_map(Json::as_str).map(|name| {
                let value = harmless(root, &schema["properties"][name]);
                (name.to_owned(), value)
            });
            Value::Table(fields.collect())
        }
        _ if schema["format"] == "ip" => Value::String(Ipv4Addr::new(192, 0, 2, 0).to_string()),
        _ if schema["maxLength"] == 1 => Value::String("?".to_owned()),
        _ => Value::String(String::new()),
    }
}

/// Follows references, and takes what an optional value is if it is there.
fn resolve<'a>(root: &'a Json, schema: &'a Json) -> &'a Json {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return root.pointer(pointer).unwrap_or(&Json::Null);
    }
    schema["anyOf"]
        .as_array()
        .and_then(|ways| ways.iter().find(|way| way["type"] != "null"))
        .map_or(schema, |way| resolve(root, way))
}

/// The words that a schema of choices allows.
fn choices(schema: &Json) -> Option<Vec<&str>> {
    let ways = schema["oneOf"].as_array()?;
    Some(
        ways.iter()
            .filter_map(|way| way["const"].as_str())
            .collect(),
    )
}

/// The type a schema asks for, `null` apart.
fn type_of(schema: &Json) -> &str {
    match &schema["type"] {
        Json::Array(types) => types
            .iter()
            .filter_map(Json::as_str)
            .find(|name| *name != "null")
            .unwrap_or_default(),
        other => other.as_str().unwrap_or_default(),
    }
}

/// What a value is, in the schema's words where it has one.
fn toml_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::Table(_) => "object",
        other => other.type_str(),
    }
}
