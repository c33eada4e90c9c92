//! The vendor's own JSON, kept for people to read, without payload secrets.

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use crate::secret::REDACTED;

/// Names of members whose values are secrets, in lower case without `_`, `-` and spaces.
const SECRET_NAMES: &[&str] = &[
    "newpassword",
    "password",
    "passwd",
    "passcode",
    "pin",
    "activationcode",
    "devicesecret",
    "productsecret",
    "appsecret",
    "secret",
    "secretkey",
    "accesstoken",
    "refreshtoken",
    "token",
    "apikey",
    "privatekey",
    "authorization",
];

/// How the value of an eSIM activation code begins, whatever the member is called.
const ESIM: &str = "LPA:";

/// JSON as the vendor sent it, its members in the vendor's order, with the values of members that
/// hold a secret replaced.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Takes over `raw`, redacted.
    pub fn redacted(raw: &RawValue) -> Self {
        if !may_hold_secret(raw.get()) {
            return Self(raw.to_owned());
        }
        // A value nested too deeply to be looked through is not kept at all.
        let clean = serde_json::from_str::<Value>(raw.get()).map_or(Value::Null, redact);
        Self(serde_json::value::to_raw_value(&clean).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// Takes over a value that has been decoded already, redacted.
    pub fn from_value(value: Value) -> Self {
        Self(
            serde_json::value::to_raw_value(&redact(value))
                .unwrap_or_else(|_| RawValue::NULL.to_owned()),
        )
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The JSON text, indented for reading.
    pub fn pretty(&self) -> String {
        serde_json::from_str::<Value>(self.as_str())
            .and_then(|value| serde_json::to_string_pretty(&value))
            .unwrap_or_else(|_| self.as_str().to_owned())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self::redacted(&raw))
    }
}

/// A quick look: most commands hold no secret, and need not be taken apart. An escape may hide a
/// name, so any backslash counts.
fn may_hold_secret(text: &str) -> bool {
    text.contains('\\') || text.contains(ESIM) || {
        let lower = text.to_ascii_lowercase();
        ["pass", "secret", "token", "code", "key", "pin", "auth"]
            .iter()
            .any(|part| lower.contains(part))
    }
}

fn redact(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| {
                    let value = if names_secret(&name) && !value.is_null() {
                        Value::String(REDACTED.to_owned())
                    } else {
                        redact(value)
                    };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(redact).collect()),
        Value::String(text) if text.contains(ESIM) => Value::String(REDACTED.to_owned()),
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            Value::String(redact_text(text))
        }
        other => other,
    }
}

/// A string may itself hold JSON.
fn redact_text(text: String) -> String {
    match serde_json::from_str::<Value>(&text) {
        Ok(inner) => {
            let clean = redact(inner.clone());
            if clean == inner {
                text
            } else {
                clean.to_string()
            }
        }
        Err(_) => text,
    }
}

fn names_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    SECRET_NAMES.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        RawJson::redacted(&serde_json::from_str::<Box<RawValue>>(text).unwrap())
            .as_str()
            .to_owned()
    }

    #[test]
    fn secrets_go_wherever_they_are() {
        for text in [
            r#"{"metadata":{"newPassword":"hunter22"}}"#,
            r#"{"config":[{"deep":{"new_password":"hunter22"}}]}"#,
            r#"{"new\u0050assword":"hunter22"}"#,
            r#"{"NEWPASSWORD":{"value":"hunter22"}}"#,
            r#"{"addEsimParams":{"activationCode":"hunter22"}}"#,
            r#"{"inputData":"{\"password\":\"hunter22\"}"}"#,
            r#"{"anything":"LPA:1$smdp.example$hunter22"}"#,
            r#"{"deviceSecret":"hunter22"}"#,
        ] {
            assert!(
                !redacted(text).contains("hunter22"),
                "{text} -> {}",
                redacted(text)
            );
        }
    }

    #[test]
    fn everything_else_stays_to_the_letter() {
        for text in [
            r#"{"b":1,"a":12345678901234567890,"c":1.50}"#,
            r#"{"type":"LOCK", "createTime":"2026-02-10T12: 00:00Z"}"#,
            "222",
            "null",
        ] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn order_and_large_numbers_survive_a_redaction() {
        assert_eq!(
            redacted(r#"{"z":2278935391225618432,"password":"x","a":null}"#),
            r#"{"z":2278935391225618432,"password":"[redacted]","a":null}"#
        );
    }

    #[test]
    fn the_deepest_nesting_is_dropped_rather_than_shown_unread() {
        let text = format!(
            "{}{{\"password\":\"hunter22\"}}{}",
            "[".repeat(120),
            "]".repeat(120)
        );
        assert!(!redacted(&text).contains("hunter22"));
    }
}
