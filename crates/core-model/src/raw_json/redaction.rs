//! Takes secrets out of JSON values.

use std::borrow::Cow;

use super::{
    node::Node,
    redacted_text,
    secret_names::{is_of_value, is_secret_name},
};
use crate::secret::REDACTED;

/// The beginning of an eSIM activation code.
const ESIM: &str = "LPA:";

/// A quick look through JSON text: most of it holds no secret, and need not be taken apart. An escape
/// may hide a name, and only with one can a string hold JSON with names of its own, so any backslash
/// counts, as do the signs of other forms in which a text may hold a secret. Without one, whatever stands in
/// quotes before a colon is a name, and no name stands elsewhere but as the value of a member.
pub(super) fn may_be_needed(json: &str) -> bool {
    if memchr::memchr_iter(b'=', json.as_bytes()).any(|at| follows_name(json.as_bytes(), at))
        || memchr::memchr(b'>', json.as_bytes()).is_some()
    {
        return true;
    }
    let bytes = json.as_bytes();
    // Colons are so frequent that it pays to mark those of a whole block first.
    let (blocks, rest) = bytes.as_chunks();
    let mut end_of_rest = [b' '; BLOCK];
    end_of_rest[..rest.len()].copy_from_slice(rest);
    let blocks = blocks.iter().chain([&end_of_rest]).enumerate();
    blocks.into_iter().any(|(place, block)| {
        let (mut colons, has_backslash) = marked(block);
        while colons != 0 {
            let colon = BLOCK * place + colons.trailing_zeros() as usize;
            if is_suspicious(&bytes[..colon], &bytes[colon + 1..]) {
                return true;
            }
            // Without the lowest.
            colons &= colons - 1;
        }
        has_backslash
    })
}

/// The bytes of a block: one bit of a mark for each.
const BLOCK: usize = u64::BITS as usize;

/// The colons of a block, one bit for each byte, and whether there is any backslash.
fn marked(block: &[u8; BLOCK]) -> (u64, bool) {
    // Gathers the highest bits of eight bytes in the highest byte.
    const GATHER: u64 = 0x0002_0408_1020_4081;
    let (words, _) = block.as_chunks();
    let (mut colons, mut backslashes) = (0, 0);
    for word in words {
        let word = u64::from_le_bytes(*word);
        let marks = bytes_that_are(b':', word).wrapping_mul(GATHER) >> 56;
        colons = colons >> 8 | marks << 56;
        backslashes |= bytes_that_are(b'\\', word);
    }
    (colons, backslashes != 0)
}

/// The highest bit of each byte that is this ASCII character.
fn bytes_that_are(character: u8, word: u64) -> u64 {
    const LOWER: u64 = u64::from_ne_bytes([0x7f; 8]);
    let differences = word ^ u64::from_ne_bytes([character; 8]);
    // The sum sets the highest bit wherever one of the lower ones is set, and never carries over.
    !(((differences & LOWER) + LOWER) | differences | LOWER)
}

/// Returns whether the text before and after a colon has to be parsed.
fn is_suspicious(before: &[u8], after: &[u8]) -> bool {
    match before {
        // An eSIM code has a colon of its own.
        [.., b'L', b'P', b'A'] => true,
        [.., b'"' | b' ' | b'\n' | b'\r' | b'\t'] => {
            follows_secret_name(before) || is_secret_name_first(after)
        }
        // In a text.
        _ => follows_name(before, before.len()),
    }
}

/// Returns whether this beginning of a JSON text ends with the name of a secret, in quotes or before blanks.
fn follows_secret_name(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let Some(name) = before.strip_suffix(b"\"") else {
        return follows_name(before, before.len());
    };
    let start = memchr::memrchr(b'"', name).map_or(0, |quote| quote + 1);
    // Where this is no text, it is none of JSON either.
    std::str::from_utf8(&name[start..]).map_or(true, is_secret_name)
}

/// Returns whether the name of a secret comes before this place of a text.
fn follows_name(text: &[u8], at: usize) -> bool {
    const LONGEST: usize = 160;
    let start = at.saturating_sub(LONGEST);
    let name = String::from_utf8_lossy(&text[start..at]);
    let name = name.trim_end().trim_end_matches(['"', '\'', '`']);
    is_secret_name(redacted_text::last_name(name))
}

/// Returns whether the value of this member is a string with the name of a secret.
fn is_secret_name_first(after: &[u8]) -> bool {
    let Some(text) = after.trim_ascii_start().strip_prefix(b"\"") else {
        return false;
    };
    let end = memchr::memchr(b'"', text).unwrap_or(text.len());
    std::str::from_utf8(&text[..end]).map_or(true, is_secret_name)
}

/// The text of a JSON value without its secrets. A value that is nested too deeply is not kept.
pub(super) fn cleaned(json: &str) -> String {
    let clean = Node::parse(json).and_then(|mut value| {
        redact(&mut value);
        value.compact()
    });
    clean.unwrap_or_else(|| "null".to_owned())
}

/// Takes out the values of members that hold a secret. Returns whether there was one.
fn redact(value: &mut Node<'_>) -> bool {
    let mut found = false;
    match value {
        Node::Object(members) => {
            // `{"name":"newPassword","value":"..."}`: a list of parameters names them this way. What is taken out of
            // a name may leave another one.
            let is_named = |members: &[(Cow<'_, str>, Node<'_>)]| {
                let mut members = members.iter();
                members.any(|(name, value)| names_secret(value) && !is_of_value(name))
            };
            let mut names_secret = is_named(members);
            for (name, value) in members.iter_mut() {
                found |= match is_secret_name(name) {
                    true => take_out(value),
                    false => redact(value),
                };
            }
            names_secret |= is_named(members);
            for (name, value) in members.iter_mut() {
                if names_secret && is_of_value(name) {
                    found |= take_out(value);
                }
            }
        }
        Node::Array(items) => {
            for item in items {
                found |= redact(item);
            }
        }
        Node::Text(text) => {
            if let Some(clean) = redacted_string(text) {
                *text = clean.into();
                found = true;
            }
        }
        Node::Plain(_) => {}
    }
    found
}

/// Replaces a value, if there is one.
fn take_out(value: &mut Node<'_>) -> bool {
    let is_null = matches!(value, Node::Plain(raw) if raw.get() == "null");
    if !is_null {
        *value = Node::Text(REDACTED.into());
    }
    !is_null
}

/// Returns whether this is the name of a secret, alone or in several languages.
fn names_secret(value: &Node<'_>) -> bool {
    let is_named = |value: &Node<'_>| matches!(value, Node::Text(text) if is_secret_name(text));
    match value {
        Node::Object(members) => members.iter().any(|(_, value)| is_named(value)),
        value => is_named(value),
    }
}

/// Takes the secrets out of a string: it may be one, hold JSON, or assign a value to the name of one. `None` where it
/// has no secret.
pub(super) fn redacted_string(text: &str) -> Option<String> {
    if text.contains(ESIM) {
        return Some(REDACTED.to_owned());
    }
    if text.trim_start().starts_with(['{', '[', '"'])
        && let Some(mut inner) = Node::parse(text)
    {
        return redact(&mut inner).then(|| inner.compact()).flatten();
    }
    redacted_text::redacted(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{
        super::secret_names::tests::{ORDINARY, SECRETS, rewritten},
        *,
    };

    fn redacted(value: &Value) -> Value {
        serde_json::from_str(&cleaned(&value.to_string())).unwrap()
    }

    fn any_name() -> impl Strategy<Value = String> {
        let secret = prop::sample::select(SECRETS).prop_map(str::to_owned);
        prop_oneof![
            secret.clone(),
            secret.clone().prop_map(|name| name.to_uppercase()),
            (secret.clone(), "[_ .é-]", 0_usize..4).prop_map(|(mut name, between, at)| {
                name.insert_str(name.floor_char_boundary(at), &between);
                name
            }),
            (secret, "[_ .\u{212a}-]").prop_map(|(name, end)| name + &end),
            prop::sample::select(ORDINARY).prop_map(str::to_owned),
            "[a-zA-Z_:\"{]{0,9}(rd|in|ey|on|e|:)?",
        ]
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z:]{0,9}",
            any_name(),
            (any_name(), "[:=>]|: |</").prop_map(|(name, sign)| format!("{name}{sign}x1")),
            any_name().prop_map(|name| serde_json::json!({ name: "hunter22" }).to_string()),
            Just("LPA:1$smdp.example$hunter22".to_owned()),
        ]
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            any_text().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((any_name(), inner), 0..3)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_the_quick_look_lets_pass_has_nothing_to_redact(value in any_json()) {
            for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap().replace("\":", "\" \n:")] {
                if !may_be_needed(&json) {
                    prop_assert_eq!(&redacted(&value), &value, "{}", json);
                }
            }
        }
    }

    /// A value with `hunter22` under the name of a secret somewhere, in one of the ways in which providers write it.
    fn with_a_secret() -> impl Strategy<Value = Value> {
        let name = (
            prop::sample::select(SECRETS),
            any::<u64>(),
            prop::sample::select(vec!['_', '-', '.', ' ']),
        )
            .prop_map(|(name, cases, between)| rewritten(name, cases, between));
        let secret = prop_oneof![
            Just(serde_json::json!("hunter22")),
            Just(serde_json::json!(["hunter22"])),
            Just(serde_json::json!({"x": {"y": "hunter22"}})),
        ];
        let naming = prop::sample::select(vec![
            "name",
            "key",
            "identifier",
            "code",
            "id",
            "paramName",
            "field",
        ]);
        let of_value = prop::sample::select(vec![
            "value",
            "val",
            "Value",
            "paramValue",
            "data",
            "content",
            "new_value",
        ]);
        let direct = (name, secret, naming, of_value, 0..5_u8).prop_map(|(name, secret, naming, of_value, form)| match form {
            0 => serde_json::json!({ name: secret }),
            1 => serde_json::json!({"params": [{naming: "user", of_value: "bob"}, {naming: name, of_value: secret}]}),
            2 => serde_json::json!([{of_value: secret, "type": "string", naming: name}]),
            3 => serde_json::json!({"command": serde_json::json!({ name: secret }).to_string()}),
            _ => serde_json::json!({of_value: secret, naming: {"defaultValue": name}}),
        });
        (
            direct,
            prop::collection::vec((any_name(), any::<bool>()), 0..5),
        )
            .prop_map(|(mut value, around)| {
                for (name, is_array) in around {
                    value = if is_array {
                        serde_json::json!([1, value, name])
                    } else {
                        serde_json::json!({"a": 1, name: value})
                    };
                }
                value
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_secret_never_stays_however_deep_and_in_whatever_form(value in with_a_secret()) {
            let json = value.to_string();
            for json in [json.clone(), json.replace(":", " :\n "), serde_json::to_string_pretty(&value).unwrap()] {
                let raw = crate::RawJson::redacted_text(&json);
                prop_assert!(!format!("{raw:?}{}", raw.pretty()).contains("hunter22"), "{} -> {:?}", json, raw);
            }
            prop_assert!(!crate::RawJson::from_value(value).as_str().contains("hunter22"));
        }

        #[test]
        fn ids_stay_to_the_letter(name in prop::sample::select(ORDINARY), cases: u64, value in "[a-z0-9]{1,9}") {
            let name = rewritten(name, cases | 1, '_');
            prop_assume!(!is_secret_name(&name));
            let json = serde_json::json!({"a": [{name.clone(): value.clone()}], "b": {"value": value}}).to_string();
            let raw = crate::RawJson::redacted_text(&json);
            prop_assert_eq!(raw.as_str(), json);
        }

        #[test]
        fn redacting_twice_is_redacting_once(value in any_json()) {
            let once = redacted(&value);
            prop_assert_eq!(&redacted(&once), &once);
        }
    }

    #[test]
    fn every_secret_name_is_seen_and_ordinary_ones_are_passed_over() {
        for name in SECRETS {
            assert!(may_be_needed(&format!(r#"{{"{name}":1}}"#)), "{name}");
            let name = name.to_uppercase();
            assert!(
                may_be_needed(&format!(r#"{{"a":"b","{name}" : 1}}"#)),
                "{name}"
            );
        }
        for json in [
            r#"{"deviceKey":"d","productKey":"p","at":"2026-02-10T12:00:00Z","organization":{"duration":"3600s"}}"#,
            r#"{"a":"tokens of it","b":["pin","secret"],"c":":"}"#,
        ] {
            assert!(!may_be_needed(json), "{json}");
        }
    }
}
