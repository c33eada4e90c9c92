//! Lenient reading of fields and lists.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::IgnoredAny};

#[derive(Deserialize)]
#[serde(untagged)]
enum Any<T> {
    Readable(T),
    Other(IgnoredAny),
}

impl<T: Default> Any<T> {
    fn or_default(self) -> T {
        match self {
            Self::Readable(value) => value,
            Self::Other(IgnoredAny) => T::default(),
        }
    }
}

/// Reads a field; a value of another type counts as missing.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Any::deserialize(deserializer).map(Any::or_default)
}

/// Reads a list; an entry of another type is there as the default of its type, so that it can be counted.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let entries: Vec<Any<T>> = or_default(deserializer)?;
    Ok(entries.into_iter().map(Any::or_default).collect())
}

/// Reads a number. One that is too large for this machine is never reached on it.
pub(crate) fn count<'de, D>(deserializer: D) -> Result<Option<usize>, D::Error>
where
    D: Deserializer<'de>,
{
    let count: Option<u64> = or_default(deserializer)?;
    Ok(count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)))
}

/// Reads the fields that are strings, and passes over the others. What is no object has no fields.
///
/// # Errors
/// When the text is not JSON.
pub fn texts<'de, D>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    let fields: BTreeMap<String, Any<String>> = or_default(deserializer)?;
    let texts = fields.into_iter().filter_map(|(name, value)| match value {
        Any::Readable(text) => Some((name, text)),
        Any::Other(IgnoredAny) => None,
    });
    Ok(texts.collect())
}
