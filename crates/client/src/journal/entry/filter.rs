//! A filter in a line.

use countermand_core_model::{KindName, SearchText, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

use super::time::Time;
use crate::Filter;

/// A filter as a line has it.
#[derive(Serialize)]
struct WrittenFilter<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_after: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_before: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// Writes a filter. The states that it names are not: what waits is meant.
pub(super) fn serialize<S: Serializer>(
    filter: &Option<Filter>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let shown = filter.as_ref().map(|filter| WrittenFilter {
        kinds: filter.kinds.iter().map(KindName::as_str).collect(),
        created_after: filter.created_after,
        created_before: filter.created_before,
        text: filter.text.as_ref().map(SearchText::folded),
    });
    shown.serialize(serializer)
}

/// A filter as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    #[serde(default)]
    kinds: Vec<String>,
    created_after: Option<Time>,
    created_before: Option<Time>,
    text: Option<String>,
}

impl Read {
    /// None where a part of it does not hold what it should, or it narrows nothing.
    pub(crate) fn into_filter(self) -> Option<Filter> {
        let kinds = self.kinds.iter();
        let kinds = kinds.map(|kind| KindName::parse("kinds", kind).ok());
        let text = self.text.map(|text| SearchText::parse("text", &text).ok());
        let filter = Filter {
            states: Vec::new(),
            kinds: kinds.collect::<Option<_>>()?,
            created_after: self.created_after.map(|time| time.0),
            created_before: self.created_before.map(|time| time.0),
            text: match text {
                Some(None) => return None,
                Some(text) => text,
                None => None,
            },
        };
        (filter != Filter::default()).then_some(filter)
    }
}
