//! A page of a list: an object with `items` beside what is said about the pages, or a bare array.

use bytes::Bytes;
use countermand_transport::ApiError;
use http::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{leaf::Leaf, object::Object};
use crate::errors;

/// A page, its items not yet decoded.
#[derive(Debug)]
pub(crate) struct WirePage<'a> {
    pub(crate) items: Vec<&'a RawValue>,
    pub(crate) has_next: Option<bool>,
    pub(crate) limit: Option<u64>,
    pub(crate) total: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Members<'a> {
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    has_next_page: Leaf,
    limit: Leaf,
    total_docs: Leaf,
}

impl<'a> WirePage<'a> {
    /// The page in an answer.
    ///
    /// # Errors
    /// When the vendor refused, or this is no list.
    pub(crate) fn of(response: &'a Response<Bytes>) -> Result<Self, ApiError> {
        Self::read(errors::data(response)?)
            .ok_or_else(|| errors::unreadable(response, "the data are no list"))
    }

    /// Reads `data`. `None` where it is no list: an object without items is only an empty list when
    /// it says itself that there are none, for an empty list claims that nothing waits.
    fn read(data: &'a RawValue) -> Option<Self> {
        if let Some(items) = array(data) {
            return Some(Self {
                items,
                has_next: None,
                limit: None,
                total: None,
            });
        }
        let members = serde_json::from_str::<Object<Members<'a>>>(data.get())
            .ok()?
            .into_members()?;
        let total = members.total_docs.count();
        let items = match members.items {
            Some(items) => array(items)?,
            None if total == Some(0) => Vec::new(),
            None => return None,
        };
        Some(Self {
            items,
            has_next: members.has_next_page.bool(),
            limit: members.limit.count(),
            total,
        })
    }
}

fn array(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get()
        .starts_with('[')
        .then(|| serde_json::from_str(raw.get()).ok())
        .flatten()
}
