//! What in a JSON value is a secret, and how it is taken out.

use serde_json::Value;

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

/// A quick look through JSON text: most of it holds no secret, and need not be taken apart. An escape
/// may hide a name, and only with one can a string hold JSON with names of its own, so any backslash
/// counts. Without one, whatever stands in quotes before a colon is a name, and no name stands elsewhere.
pub(super) fn may_be_needed(json: &str) -> bool {
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
            if is_suspicious(&bytes[..colon]) {
                return true;
            }
            // Without the lowest.
            colons &= colons - 1;
        }
        has_backslash
    })
}

/// As many bytes as a mark for each has bits.
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

/// Is this, the begin of a JSON text up to a colon, one that calls for a closer look?
fn is_suspicious(before: &[u8]) -> bool {
    match before {
        // An eSIM code has a colon of its own.
        [.., b'L', b'P', b'A'] => true,
        [.., a, b, b'"'] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
            ends_like_a_secret_name(*a, *b)
                && may_end_a_secret_name(before)
                && follows_secret_name(before)
        }
        _ => follows_secret_name(before),
    }
}

/// How the names above end: most names need no closer look.
fn ends_like_a_secret_name(a: u8, b: u8) -> bool {
    matches!(
        &[a.to_ascii_lowercase(), b.to_ascii_lowercase()],
        b"rd" | b"wd" | b"de" | b"in" | b"et" | b"ey" | b"en" | b"on"
    )
}

/// Of those that do, most are told by some more letters: `duration` is no `authorization`.
fn may_end_a_secret_name(before: &[u8]) -> bool {
    let Some((end, b"\"")) = before.split_last_chunk::<1>() else {
        return true;
    };
    match end.last_chunk::<8>() {
        Some(end) if end.iter().all(u8::is_ascii_alphanumeric) => SECRET_NAMES
            .iter()
            .filter_map(|name| name.as_bytes().last_chunk::<8>())
            .any(|end_of_name| end_of_name.eq_ignore_ascii_case(end)),
        // A short name, or one with something between its letters.
        _ => true,
    }
}

/// Does this begin of a JSON text end with the name of a secret, in quotes?
fn follows_secret_name(before: &[u8]) -> bool {
    let Some(name) = before.trim_ascii_end().strip_suffix(b"\"") else {
        return false;
    };
    let start = memchr::memrchr(b'"', name).map_or(0, |quote| quote + 1);
    // Where this is no text, it is none of JSON either.
    std::str::from_utf8(&name[start..]).map_or(true, is_secret_name)
}

/// Does a member of this name hold a secret?
pub(super) fn is_secret_name(name: &str) -> bool {
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return SECRET_NAMES
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(name));
    }
    let plain: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    SECRET_NAMES.contains(&plain.as_str())
}

/// The text of a JSON value without its secrets. A value nested too deeply to be looked through is not kept at
/// all.
pub(super) fn cleaned(json: &str) -> String {
    redacted(serde_json::from_str(json).unwrap_or(Value::Null)).to_string()
}

/// `value` without the values of members that hold a secret.
pub(super) fn redacted(mut value: Value) -> Value {
    redact(&mut value);
    value
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if is_secret_name(name) && !value.is_null() {
                    *value = Value::String(REDACTED.to_owned());
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) if text.contains(ESIM) => REDACTED.clone_into(text),
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            if let Some(clean) = redacted_text(text) {
                *text = clean;
            }
        }
        _ => {}
    }
}

/// A string may itself hold JSON. `None` where nothing in it is a secret.
fn redacted_text(text: &str) -> Option<String> {
    let inner = serde_json::from_str::<Value>(text).ok()?;
    let clean = redacted(inner.clone());
    (clean != inner).then(|| clean.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_name() -> impl Strategy<Value = String> {
        let secret = (0..SECRET_NAMES.len()).prop_map(|at| SECRET_NAMES[at].to_owned());
        prop_oneof![
            secret.clone(),
            secret.clone().prop_map(|name| name.to_uppercase()),
            (secret.clone(), "[_ .é-]", 0_usize..4).prop_map(|(mut name, between, at)| {
                name.insert_str(at.min(name.len()), &between);
                name
            }),
            (secret, "[_ .\u{212a}-]").prop_map(|(name, end)| name + &end),
            "[a-zA-Z_:\"{]{0,9}(rd|in|ey|on|e|:)?",
        ]
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z:]{0,9}",
            any_name(),
            any_name().prop_map(|name| format!("{name}:x")),
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
                    prop_assert_eq!(&redacted(value.clone()), &value, "{}", json);
                }
            }
        }
    }

    #[test]
    fn every_secret_name_is_seen_and_ordinary_ones_are_passed_over() {
        for name in SECRET_NAMES {
            assert!(may_be_needed(&format!(r#"{{"{name}":1}}"#)), "{name}");
            let name = name.to_uppercase();
            assert!(
                may_be_needed(&format!(r#"{{"a":"b","{name}" : 1}}"#)),
                "{name}"
            );
        }
        for json in [
            r#"{"deviceKey":"d","productKey":"p","at":"2026-02-10T12:00:00Z","organization":{"duration":"3600s"}}"#,
            r#"{"a":"token","b":["pin","secret"],"c":":"}"#,
        ] {
            assert!(!may_be_needed(json), "{json}");
        }
    }
}
