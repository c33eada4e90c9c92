//! The provider's own JSON, kept for people to read, without payload secrets.

mod node;
mod redacted_text;
mod redaction;
mod secret_names;

use std::{fmt, ops::Range, sync::Arc};

use serde::{Deserialize, Serialize, Serializer, ser};
use serde_json::{Value, value::RawValue};

use crate::secret::REDACTED;

/// JSON as the provider sent it, its members in the provider's order, with the values of members that
/// hold a secret replaced. Cheap to clone.
///
/// The replacing is done once, when it is made: what is kept never held a secret.
#[derive(Clone)]
pub struct RawJson {
    /// The whole text, which several values may share.
    text: Arc<str>,
    shown: Range<usize>,
}

impl RawJson {
    /// Redacts `raw`.
    pub fn redacted(raw: &RawValue) -> Self {
        Self::of(raw.get())
    }

    /// Redacts the text of a JSON value and of a part of it. Where nothing around the part had to be redacted, both
    /// share one text.
    pub fn redacted_with_part(json: &str, part: &str) -> (Self, Self) {
        if redaction::may_be_needed(json) {
            return Self::cleaned_in_a_part(json, part)
                .unwrap_or_else(|| (Self::cleaned(json), Self::of(part)));
        }
        let whole = Self::clean(json);
        let part = match place(part, json) {
            Some(shown) => whole.showing(shown),
            None => Self::of(part),
        };
        (whole, part)
    }

    /// Redacts the part alone: the secrets are mostly in the request. `None` where that is not enough.
    fn cleaned_in_a_part(json: &str, part: &str) -> Option<(Self, Self)> {
        let Range { start, end } = place(part, json)?;
        let (before, after) = (json.get(..start)?, json.get(end..)?);
        // Before a colon there would be a name, and no value.
        let is_name = after.trim_start().starts_with(':');
        if is_name || redaction::may_be_needed(before) || redaction::may_be_needed(after) {
            return None;
        }
        let part = redaction::cleaned(part);
        let whole = Self::clean(&[before, &part, after].concat());
        let part = whole.showing(start..start + part.len());
        Some((whole, part))
    }

    fn showing(&self, shown: Range<usize>) -> Self {
        let text = Arc::clone(&self.text);
        Self { text, shown }
    }

    /// Redacts the text of a JSON value.
    pub fn redacted_text(json: &str) -> Self {
        Self::of(json)
    }

    /// Redacts the text of a JSON value and an object of some of its members. Where nothing had to be redacted, both
    /// share one text.
    pub fn redacted_with_members<'a>(
        json: &str,
        members: impl Iterator<Item = (&'a str, &'a RawValue)> + Clone,
    ) -> (Self, Self) {
        let is_clean = !redaction::may_be_needed(json)
            && members
                .clone()
                .all(|(_, value)| place(value.get(), json).is_some());
        if !is_clean {
            let mut object = String::new();
            add_object(&mut object, members);
            return (Self::of(json), Self::of(&object));
        }
        let length = |(name, value): (&str, &RawValue)| name.len() + value.get().len() + 4;
        let mut both = String::with_capacity(
            json.len() + "{}".len() + members.clone().map(length).sum::<usize>(),
        );
        both.push_str(json);
        add_object(&mut both, members);
        let (text, middle, end) = (Arc::<str>::from(&*both), json.len(), both.len());
        let shown = 0..middle;
        let whole = Self { text, shown };
        let object = whole.showing(middle..end);
        (whole, object)
    }

    /// Redacts a decoded value.
    pub fn from_value(value: Value) -> Self {
        Self::of(&value.to_string())
    }

    /// Returns whether the value of a member of this name is taken for a secret.
    pub fn is_secret_name(name: &str) -> bool {
        secret_names::is_secret_name(name)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.text.get(self.shown.clone()).unwrap_or("null")
    }

    /// The JSON text, indented for reading.
    pub fn pretty(&self) -> String {
        node::Node::parse(self.as_str())
            .and_then(|value| value.pretty())
            .unwrap_or_else(|| self.as_str().to_owned())
    }

    fn of(json: &str) -> Self {
        if redaction::may_be_needed(json) {
            Self::cleaned(json)
        } else {
            Self::clean(json)
        }
    }

    /// Keeps a text without secrets.
    fn clean(text: &str) -> Self {
        Self {
            text: text.into(),
            shown: 0..text.len(),
        }
    }

    fn cleaned(text: &str) -> Self {
        Self::clean(&redaction::cleaned(text))
    }
}

/// Takes secrets out of a message of a provider, or any other text.
pub fn redact_message(text: &str) -> String {
    let mut clean = text.to_owned();
    // Taking a secret out may change how the rest reads.
    for _ in 0..MOST_LOOKS {
        match redaction::redacted_string(&clean) {
            Some(cleaner) if cleaner != clean => clean = cleaner,
            _ => return clean,
        }
    }
    REDACTED.to_owned()
}

/// A message in which every pass finds a secret is not kept.
const MOST_LOOKS: usize = 8;

/// The range of `part` in `whole`, where it is a slice of it.
fn place(part: &str, whole: &str) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

/// Writes an object of these members.
fn add_object<'a>(text: &mut String, members: impl Iterator<Item = (&'a str, &'a RawValue)>) {
    let mut before = "{\"";
    for (name, value) in members {
        for part in [before, name, "\":", value.get()] {
            text.push_str(part);
        }
        before = ",\"";
    }
    text.push_str(if before == "{\"" { "{}" } else { "}" });
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawJson").field(&self.as_str()).finish()
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.as_str())
            .map_err(ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self::redacted(&raw))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
    fn a_secret_goes_from_json_that_is_broken_or_cut_off() {
        for text in [
            "{\"params\":[{\"name\":\"newPassword\",\"value\":\"hunter22\"}],\"a\":\"b\nc\"}",
            r#"refused: {"params":[{"name":"newPassword","value":"hunter22"#,
            r#"{"params":[{"value":"hunter22","name":"newPassword"},{"na"#,
            r#"at 'x': {\"identifier\":\"unlockToken\",\"value\":\"hunter22\"}..."#,
        ] {
            let clean = redact_message(text);
            assert!(!clean.contains("hunter22"), "{text} -> {clean}");
            assert_eq!(redact_message(&clean), clean);
        }
        let told = r#"{"name":"speed","value":"hunter22"#;
        assert_eq!(redact_message(told), told);
    }

    #[test]
    fn numbers_stay_to_the_letter_beside_a_secret_and_in_the_indented_form() {
        let numbers = "[1.0,1e2,-0.0,2.8888888888888887e+87,12345678901234567890123,432e841]";
        let json = format!(r#"{{"pin":"hunter22","numbers":{numbers}}}"#);
        assert_eq!(
            redacted(&json),
            format!(r#"{{"pin":"[redacted]","numbers":{numbers}}}"#)
        );
        let pretty = RawJson::redacted_text(&json).pretty();
        assert!(
            pretty.contains("12345678901234567890123,\n    432e841\n"),
            "{pretty}"
        );
        let inner = serde_json::json!({"inputData": json}).to_string();
        assert!(redacted(&inner).contains("432e841"), "{}", redacted(&inner));
        // Nor does one of two members of one name go.
        assert_eq!(
            redacted(r#"{"a":1,"pin":2,"a":3}"#),
            r#"{"a":1,"pin":"[redacted]","a":3}"#
        );
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

    #[test]
    fn a_part_is_what_it_was_and_as_clean_as_the_whole() {
        for (whole, part) in [
            (r#"{"a":{"type":"LOCK"},"b":1}"#, r#"{"type":"LOCK"}"#),
            (
                r#"{"a":{"type":"X","pin":"[redacted]"},"b":1}"#,
                r#"{"type":"X","pin":"[redacted]"}"#,
            ),
        ] {
            let sent = whole.replace("[redacted]", "hunter22");
            let inner: BTreeMap<&str, &RawValue> = serde_json::from_str(&sent).unwrap();
            let elsewhere = inner["a"].get().to_owned();
            for inner in [inner["a"].get(), &elsewhere] {
                let (raw, of_it) = RawJson::redacted_with_part(&sent, inner);
                assert_eq!((raw.as_str(), of_it.as_str()), (whole, part));
                assert_eq!(serde_json::to_string(&of_it).unwrap(), part);
                assert!(!format!("{raw:?}{of_it:?}{}", of_it.pretty()).contains("hunter22"));
            }
        }
    }

    #[test]
    fn no_secret_stays_beside_or_around_a_part() {
        for (sent, part, clean) in [
            (
                r#"{"a": 1,"b":{"pin":"hunter22","c": 2},"d": 3}"#,
                r#"{"pin":"hunter22","c": 2}"#,
                // Around the part everything stays to the letter.
                r#"{"a": 1,"b":{"pin":"[redacted]","c":2},"d": 3}"#,
            ),
            (
                r#"{"pin":"hunter22","b":{"c":2}}"#,
                r#"{"c":2}"#,
                r#"{"pin":"[redacted]","b":{"c":2}}"#,
            ),
            (
                r#"{"b":{"pin":"hunter22"},"pin":"hunter22"}"#,
                r#"{"pin":"hunter22"}"#,
                r#"{"b":{"pin":"[redacted]"},"pin":"[redacted]"}"#,
            ),
            (
                r#"{"pin":{"c":"hunter22"}}"#,
                r#"{"c":"hunter22"}"#,
                r#"{"pin":"[redacted]"}"#,
            ),
            (
                r#"{"pin":"hunter22"}"#,
                r#""pin""#,
                r#"{"pin":"[redacted]"}"#,
            ),
            (
                r#"{"b":{"c":2},"LPA:1$hunter22":1,"d":"LPA:1$hunter22"}"#,
                r#"{"c":2}"#,
                r#"{"b":{"c":2},"LPA:1$hunter22":1,"d":"[redacted]"}"#,
            ),
        ] {
            let at = sent.find(part).unwrap();
            let (whole, _) = RawJson::redacted_with_part(sent, &sent[at..at + part.len()]);
            assert_eq!(whole.as_str(), clean, "{sent}");
        }
    }

    #[test]
    fn a_part_from_elsewhere_is_redacted_on_its_own() {
        let part: &RawValue = serde_json::from_str(r#"{"pin":"hunter22"}"#).unwrap();
        let clean = r#"{"pin":"[redacted]"}"#;
        assert_eq!(
            RawJson::redacted_with_part("{}", part.get()).1.as_str(),
            clean
        );
        let (_, object) = RawJson::redacted_with_members("{}", [("x", part)].into_iter());
        assert_eq!(object.as_str(), format!(r#"{{"x":{clean}}}"#));
    }

    #[test]
    fn an_object_of_members() {
        let of = |sent: &str, names: &[&'static str]| {
            let members: BTreeMap<&str, &RawValue> = serde_json::from_str(sent).unwrap();
            let members = names.iter().map(|name| (*name, members[name]));
            let (raw, object) = RawJson::redacted_with_members(sent, members);
            assert_eq!(raw.as_str(), sent.replace("hunter22", "[redacted]"));
            object.as_str().to_owned()
        };
        let secret = r#"{"a":1.5,"b":"x","password":"hunter22"}"#;
        for sent in [secret, r#"{"a":1.5,"c":{},"b":"x"}"#] {
            assert_eq!(of(sent, &["b", "a"]), r#"{"b":"x","a":1.5}"#);
            assert_eq!(of(sent, &["b"]), r#"{"b":"x"}"#);
            assert_eq!(of(sent, &[]), "{}");
        }
        assert_eq!(of(secret, &["password"]), r#"{"password":"[redacted]"}"#);
    }
}
