//! A page of a list: an object with `items` beside what is said about the pages, or a bare array.

use bytes::Bytes;
use countermand_core_model::Page;
use countermand_transport::ApiError;
use http::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{object::Object, scalar::Scalar};
use crate::errors;

/// A page, its items not yet decoded.
#[derive(Debug)]
pub(crate) struct WirePage<'a> {
    pub(crate) items: Vec<&'a RawValue>,
    pub(crate) around: Around,
}

/// What is said about the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    pub(crate) has_next: Option<bool>,
    pub(crate) limit: Option<u64>,
    pub(crate) total: Option<u64>,
    /// The number of the last page that is named, as the next or as the number of all.
    pub(crate) last_named: Option<u64>,
}

impl Around {
    /// A page of these items, of which this is said.
    pub(crate) fn page<T>(self, items: Vec<T>) -> Page<T> {
        let mut page = Page::new(items);
        page.has_next = self.has_next;
        page.size = self.limit;
        page.total = self.total;
        page.last_named = self.last_named;
        page
    }
}

/// The members that say it. The vendor's library (mongoose-paginate) may contradict itself in them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AroundMembers {
    has_next_page: Scalar,
    next_page: Scalar,
    total_pages: Scalar,
    limit: Scalar,
    total_docs: Scalar,
}

impl AroundMembers {
    pub(super) fn read(&self) -> Around {
        Around {
            has_next: self.has_next_page.bool(),
            limit: self.limit.count(),
            total: self.total_docs.count(),
            last_named: self.next_page.count().max(self.total_pages.count()),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Items<'a> {
    #[serde(borrow)]
    items: Option<&'a RawValue>,
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
                around: Around::default(),
            });
        }
        let read = |json| serde_json::from_str::<Object<AroundMembers>>(json).ok();
        let around = read(data.get())?.into_members()?.read();
        let object = serde_json::from_str::<Object<Items<'a>>>(data.get());
        let items = match object.ok()?.into_members()?.items {
            Some(items) => array(items)?,
            None if around.total == Some(0) => Vec::new(),
            None => return None,
        };
        Some(Self { items, around })
    }
}

fn array(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get()
        .starts_with('[')
        .then(|| serde_json::from_str(raw.get()).ok())
        .flatten()
}
