//! Parsed JSON that keeps its numbers as they were written.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The deepest nesting that is parsed.
const DEEPEST: usize = 127;

/// A JSON value.
pub(super) enum Node<'a> {
    /// A number, a boolean or null.
    Plain(&'a RawValue),
    Text(Cow<'a, str>),
    Array(Vec<Self>),
    /// Members in their order, also where two have one name.
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl<'a> Node<'a> {
    /// Parses JSON. None where it is none, or nested too deeply.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        Self::of(serde_json::from_str(json).ok()?, DEEPEST)
    }

    fn of(raw: &'a RawValue, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let json = raw.get();
        Some(match json.as_bytes().first()? {
            b'{' => {
                let Members(members) = serde_json::from_str(json).ok()?;
                let members = members.into_iter();
                let members = members.map(|(Name(name), raw)| Some((name, Self::of(raw, depth)?)));
                Self::Object(members.collect::<Option<_>>()?)
            }
            b'[' => {
                let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
                let items = items.into_iter().map(|raw| Self::of(raw, depth));
                Self::Array(items.collect::<Option<_>>()?)
            }
            b'"' => Self::Text(serde_json::from_str::<Name<'a>>(json).ok()?.0),
            _ => Self::Plain(raw),
        })
    }

    /// Its text, on one line.
    pub(super) fn compact(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Its text, indented for reading.
    pub(super) fn pretty(&self) -> Option<String> {
        serde_json::to_string_pretty(self).ok()
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(raw) => raw.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Array(items) => items.serialize(serializer),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<'a>(Vec<(Name<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfAnObject;
        impl<'de> Visitor<'de> for OfAnObject {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(OfAnObject)
    }
}
