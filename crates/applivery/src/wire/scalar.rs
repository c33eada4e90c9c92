//! A member of any type without members of its own.

use std::{borrow::Cow, fmt, marker::PhantomData};

use countermand_core_model::{ProviderCode, RawJson};
use memchr::memchr_iter;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Number, Value};

/// A value as it was received. An unexpected type is kept and is no error: the rest of the answer still counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Scalar<T = String> {
    /// Missing or null.
    #[default]
    Absent,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(T),
    /// An object or array, which is not expected here.
    Nested,
}

/// A scalar whose text is borrowed from the answer where it has no escape.
pub(crate) type BorrowedScalar<'a> = Scalar<Cow<'a, str>>;

/// How a scalar keeps its text.
pub(crate) trait Text<'de>: AsRef<str> {
    /// Text of the answer.
    fn borrowed(text: &'de str) -> Self;
    /// Unescaped text.
    fn copied(text: &str) -> Self;
}

impl<'de> Text<'de> for String {
    fn borrowed(text: &'de str) -> Self {
        text.to_owned()
    }

    fn copied(text: &str) -> Self {
        text.to_owned()
    }
}

impl<'de: 'a, 'a> Text<'de> for Cow<'a, str> {
    fn borrowed(text: &'de str) -> Self {
        text.into()
    }

    fn copied(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl<T: AsRef<str>> Scalar<T> {
    /// Returns whether it is missing or null.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text, where it is not blank.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            // The first character mostly decides.
            Self::Text(text) => {
                Some(text.as_ref()).filter(|text| !text.chars().all(char::is_whitespace))
            }
            _ => None,
        }
    }

    /// The text for display, without a payload secret in it.
    pub(crate) fn shown(&self) -> Option<String> {
        self.text().map(without_secret)
    }

    /// The number, where it is a non-negative integer.
    pub(crate) fn count(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64(),
            Self::Text(text) => text.as_ref().trim().parse().ok(),
            _ => None,
        }
    }

    /// The boolean, where it is one.
    pub(crate) fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// An error code: a number, or text.
    pub(crate) fn code(&self) -> Option<ProviderCode> {
        match self {
            Self::Number(number) => Some(match number.as_i64() {
                Some(number) => ProviderCode::Number(number),
                None => ProviderCode::Text(number.to_string()),
            }),
            Self::Text(_) => self.shown().map(ProviderCode::Text),
            _ => None,
        }
    }
}

/// A command's secrets are named members, but a member of another name may hold them as JSON in a
/// string, or as an eSIM code.
fn without_secret(text: &str) -> String {
    let has_esim_code = memchr_iter(b':', text.as_bytes()).any(|at| text[..at].ends_with("LPA"));
    if !has_esim_code && !text.trim_start().starts_with(['{', '[']) {
        return text.to_owned();
    }
    let clean = RawJson::from_value(Value::String(text.to_owned()));
    serde_json::from_str(clean.as_str()).unwrap_or_default()
}

impl<'de, T: Text<'de>> Deserialize<'de> for Scalar<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LeafVisitor(PhantomData))
    }
}

struct LeafVisitor<T>(PhantomData<T>);

impl<'de, T: Text<'de>> Visitor<'de> for LeafVisitor<T> {
    type Value = Scalar<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar<T>, E> {
        Ok(Scalar::Absent)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar<T>, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar<T>, E> {
        Ok(Scalar::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar<T>, E> {
        Ok(Scalar::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar<T>, E> {
        Ok(Number::from_f64(value).map_or(Scalar::Nested, Scalar::Number))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Scalar<T>, E> {
        Ok(Scalar::Text(T::borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar<T>, E> {
        Ok(Scalar::Text(T::copied(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Scalar<T>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(json: &str) -> Scalar {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_type_is_taken() {
        assert_eq!(scalar("null"), Scalar::Absent);
        assert_eq!(scalar("true"), Scalar::Bool(true));
        assert_eq!(scalar("-3"), Scalar::Number((-3).into()));
        assert_eq!(scalar("18446744073709551615").count(), Some(u64::MAX));
        assert_eq!(scalar(r#""a\nb""#).text(), Some("a\nb"));
        assert_eq!(scalar(r#"{"a":[1,{}]}"#), Scalar::Nested);
        assert_eq!(scalar(r#"[1,[2]]"#), Scalar::Nested);
    }

    #[test]
    fn codes_are_numbers_or_text() {
        assert_eq!(scalar("4002").code(), Some(ProviderCode::Number(4002)));
        assert_eq!(
            scalar(r#""4002""#).code(),
            Some(ProviderCode::Text("4002".into()))
        );
        assert_eq!(
            scalar("4002.5").code(),
            Some(ProviderCode::Text("4002.5".into()))
        );
        assert_eq!(scalar(r#"" ""#).code(), None);
        assert_eq!(scalar("{}").code(), None);
    }

    #[test]
    fn a_secret_that_strayed_into_a_text_is_not_shown() {
        let text = scalar(r#""{\"newPassword\":\"hunter22\"}""#);
        assert!(!text.shown().unwrap().contains("hunter22"));
        let text = scalar(r#""LPA:1$smdp.example$hunter22""#);
        assert!(!text.shown().unwrap().contains("hunter22"));
        assert_eq!(scalar(r#""LOCK""#).shown().as_deref(), Some("LOCK"));
    }
}
