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

/// Members of which the items are surely there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MembersWithItems<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    #[serde(default)]
    has_next_page: Leaf,
    #[serde(default)]
    limit: Leaf,
    #[serde(default)]
    total_docs: Leaf,
}

impl<'a> WirePage<'a> {
    /// The page in an answer.
    ///
    /// # Errors
    /// When the vendor refused, or this is no list.
    pub(crate) fn of(response: &'a Response<Bytes>) -> Result<Self, ApiError> {
        // The usual page is gone through once; what is not one is looked at step by step.
        let at_once = errors::data_at_once::<Object<MembersWithItems<'a>>>(response);
        if let Some(Object::Is(members)) = at_once {
            return Ok(Self {
                items: members.items,
                has_next: members.has_next_page.bool(),
                limit: members.limit.count(),
                total: members.total_docs.count(),
            });
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_reading_see_the_same_page() {
        for data in [
            r#"{"items":[{"id":1},null,"x"],"hasNextPage":true,"limit":2,"totalDocs":"7","page":1}"#,
            r#"{"totalDocs":null,"hasNextPage":"no","items":[],"other":{"items":[1]}}"#,
            r#"{"items":[[{}],2]}"#,
        ] {
            let body = format!(r#"{{"data":{data},"status":true}}"#);
            let response = Response::new(Bytes::from(body));
            let seen = |page: WirePage<'_>| {
                let items: Vec<String> = page
                    .items
                    .iter()
                    .map(|item| item.get().to_owned())
                    .collect();
                (items, page.has_next, page.limit, page.total)
            };
            let at_once = errors::data_at_once::<Object<MembersWithItems<'_>>>(&response);
            assert!(
                at_once.is_some_and(|at_once| at_once.members().is_some()),
                "{data}"
            );
            assert_eq!(
                seen(WirePage::of(&response).unwrap()),
                seen(WirePage::read(errors::data(&response).unwrap()).unwrap()),
                "{data}"
            );
        }
    }

    #[test]
    fn an_array_is_no_object_of_a_list() {
        let response = Response::new(Bytes::from(r#"{"data":[[1],true,1,9]}"#));
        let page = WirePage::of(&response).unwrap();
        assert_eq!(
            (page.items.len(), page.has_next, page.total),
            (4, None, None)
        );
    }
}
