//! The members of a JSON object, each decoded on its own.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

/// The largest whole number that a floating-point number holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A JSON object whose members are decoded on access.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Members<'a>(#[serde(borrow)] BTreeMap<String, &'a RawValue>);

impl<'a> Members<'a> {
    /// The members of `raw`, where it is an object.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// A member as it stands; null counts as absent.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .get(name)
            .copied()
            .filter(|value| value.get() != "null")
    }

    /// A member that is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.raw(name).and_then(Members::of)
    }

    /// A member as text: a string, or the digits of a number. An empty string counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).and_then(text).map(Cow::into_owned)
    }

    /// Every member that is text, with its name.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, String)> {
        let texts = self.0.iter();
        texts.filter_map(|(name, value)| Some((name.as_str(), text(value)?.into_owned())))
    }

    /// The first text, by name, whose name is a locale (`en_US`, `zh`).
    pub(crate) fn first_locale(&self) -> Option<String> {
        let is_locale = |name: &str| match name.as_bytes() {
            [a, b] | [a, b, b'_' | b'-', ..] => a.is_ascii_lowercase() && b.is_ascii_lowercase(),
            _ => false,
        };
        self.0
            .iter()
            .filter(|(name, _)| is_locale(name))
            .find_map(|(_, value)| text(value))
            .map(Cow::into_owned)
    }

    /// A member as a whole number: a number, or a string that holds one.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        integer(self.raw(name)?)
    }
}

/// A string, or the digits of a number: a 19-digit id never goes through a floating-point number.
pub(super) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let json = raw.get();
    match json.as_bytes().first()? {
        // Without an escape the text is between the quotes.
        b'"' if !json.contains('\\') => json
            .get(1..json.len() - 1)
            .filter(|text| !text.is_empty())
            .map(Cow::Borrowed),
        b'"' => serde_json::from_str(json)
            .ok()
            .filter(|text: &String| !text.is_empty())
            .map(Cow::Owned),
        b'-' | b'0'..=b'9' => Some(json.into()),
        _ => None,
    }
}

/// A whole number, or a string that holds one.
pub(super) fn integer(raw: &RawValue) -> Option<i64> {
    let text = text(raw)?;
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and within what a float holds exactly"
        )]
        (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Members<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_and_texts_are_taken_for_each_other() {
        let escaped: &RawValue = serde_json::from_str(r#""a\u0062\"""#).unwrap();
        assert_eq!(text(escaped).as_deref(), Some("ab\""));
        let members = members(
            r#"{"a":2278935391225618432,"b":"1560505243577","c":1.5e3,"d":null,"e":"","f":true,"g":[1],"h":"x","i":1.5,"j":1e400}"#,
        );
        assert_eq!(members.text("a").as_deref(), Some("2278935391225618432"));
        assert_eq!(members.integer("a"), Some(2_278_935_391_225_618_432));
        assert_eq!(members.integer("b"), Some(1_560_505_243_577));
        assert_eq!(members.integer("c"), Some(1_500));
        for absent in ["d", "e", "f", "g", "z"] {
            assert_eq!(members.text(absent), None, "{absent}");
        }
        for not_whole in ["h", "i", "j"] {
            assert_eq!(members.integer(not_whole), None, "{not_whole}");
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["1", "\"x\"", "[{}]", "null"] {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            assert!(Members::of(raw).is_none(), "{text}");
        }
    }
}
