//! The identifiers' patterns, as regular expressions that JavaScript (`pattern` of a form field) and
//! Rust's `regex` read alike. Applivery publishes its own; EnOS publishes none, so these only keep
//! out blanks, control characters, invisible and direction-changing characters.
//!
//! `\w` is ASCII: `[A-Za-z0-9_]`.

/// Applivery's organization: an id of 24 hexadecimal digits, or a slug.
pub const APPLIVERY_ORGANIZATION_ID: &str = r"^(([a-fA-F0-9]{24})|([a-zA-Z0-9\-]{3,}))$";
/// Applivery's device: an id of 24 hexadecimal digits, or a serial number, IMEI or enrollment id.
pub const APPLIVERY_DEVICE_ID: &str = r"^(([a-fA-F0-9]{24})|(\w{1,}))$";
/// Applivery's command.
pub const APPLIVERY_COMMAND_ID: &str = r"^[a-fA-F0-9]{24}$";
/// EnOS: `orgId`, `assetId` and `productKey`.
pub const ENOS_KEY: &str =
    r"^[^\s\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]{1,256}$";
/// EnOS: `deviceKey`, which whoever registers a device chooses: whatever is printable, blanks among it, with
/// something visible in it. It has at most 256 characters, which this pattern leaves out.
pub const ENOS_DEVICE_KEY: &str = concat!(
    r"^[^\t-\r\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]*",
    r"[^\s\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]",
    r"[^\t-\r\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]*$",
);
/// EnOS: `commandId`, a decimal number of 19 digits today.
pub const ENOS_COMMAND_ID: &str = r"^[0-9]{1,20}$";

pub(crate) fn applivery_organization_id(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

pub(crate) fn applivery_device_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub(crate) fn applivery_command_id(text: &str) -> bool {
    // All 24 are looked at: without a way out in between, they are looked at together.
    <&[u8; 24]>::try_from(text.as_bytes())
        .is_ok_and(|id| id.iter().fold(true, |all, b| all & b.is_ascii_hexdigit()))
}

/// The most characters of a key of EnOS's.
const LONGEST_ENOS_KEY: usize = 256;

pub(crate) fn enos_key(text: &str) -> bool {
    let is_visible = |c: char| is_printable(c) && !c.is_whitespace();
    (1..=LONGEST_ENOS_KEY).contains(&text.chars().count()) && text.chars().all(is_visible)
}

pub(crate) fn enos_device_key(text: &str) -> bool {
    text.chars().count() <= LONGEST_ENOS_KEY
        && text.chars().all(is_printable)
        && text.chars().any(|c| !c.is_whitespace())
}

/// No control character, and none that is invisible or changes direction.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

pub(crate) fn enos_command_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    type Rule = (Regex, fn(&str) -> bool);

    /// Each hand-written check, and the published pattern that it must agree with.
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let rule = |pattern: &str, check: fn(&str) -> bool| {
            // `\w` of the patterns is ASCII; everything else in them is spelled out.
            (
                Regex::new(&pattern.replace(r"\w", "[A-Za-z0-9_]")).unwrap(),
                check,
            )
        };
        vec![
            rule(APPLIVERY_ORGANIZATION_ID, applivery_organization_id),
            rule(APPLIVERY_DEVICE_ID, applivery_device_id),
            rule(APPLIVERY_COMMAND_ID, applivery_command_id),
            rule(ENOS_KEY, enos_key),
            rule(ENOS_DEVICE_KEY, enos_device_key),
            rule(ENOS_COMMAND_ID, enos_command_id),
        ]
    });

    fn all_agree(text: &str) {
        for (regex, check) in RULES.iter() {
            assert_eq!(regex.is_match(text), check(text), "{regex} on {text:?}");
        }
    }

    proptest! {
        #[test]
        fn checks_agree_with_patterns_on_anything(text in any::<String>()) {
            all_agree(&text);
        }

        #[test]
        fn checks_agree_with_patterns_on_likely_text(text in r"[a-fA-F0-9_\- \n]{0,26}") {
            all_agree(&text);
        }

        #[test]
        fn checks_agree_with_patterns_on_digits(text in "[0-9]{0,22}") {
            all_agree(&text);
        }
    }

    #[test]
    fn a_trailing_line_break_is_never_valid() {
        for check in [
            applivery_organization_id,
            applivery_device_id,
            applivery_command_id,
            enos_key,
            enos_device_key,
            enos_command_id,
        ] {
            assert!(!check("507f1f77bcf86cd799439011\n"));
        }
    }

    #[test]
    fn a_device_key_is_whatever_is_printable_and_not_blank() {
        for text in [
            "a b",
            " a",
            "a ",
            "turbine 7 / north",
            "风机\u{3000}7",
            "a\u{a0}b",
            "a+b&c=d#e?f%20",
        ] {
            assert!(enos_device_key(text), "{text:?}");
        }
        for text in [
            "",
            " ",
            "\u{3000} \u{a0}",
            "a\tb",
            "a\u{200b}b",
            "\u{202e}a",
            "a\u{2028}b",
            "a\u{85}b",
        ] {
            assert!(!enos_device_key(text), "{text:?}");
        }
        assert!(enos_device_key(&"a ".repeat(128)));
        assert!(!enos_device_key(&"a".repeat(257)));
    }
}
