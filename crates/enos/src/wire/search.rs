//! The body of a search.

use countermand_core_model::PageRequest;
use serde::{Deserialize, Serialize};

/// The body of a search.
#[derive(Serialize)]
pub(crate) struct SearchBody<'a> {
    /// Only the items for which this expression holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expression: Option<String>,
    pub(crate) pagination: Pagination,
    /// Only these members of each item.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) projection: &'a [&'a str],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Pagination {
    page_no: u32,
    page_size: u32,
}

impl From<PageRequest> for Pagination {
    fn from(page: PageRequest) -> Self {
        Self {
            page_no: page.number,
            page_size: page.size,
        }
    }
}

/// A search that is passed on: a new one is built from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenSearch {
    pub(crate) expression: Option<String>,
    pagination: Pagination,
    /// Not passed on.
    #[serde(rename = "projection")]
    _projection: Option<Vec<String>>,
}

impl WrittenSearch {
    /// Reads the body of a search.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The page, where it is one of at most `most` items.
    pub(crate) fn page(&self, most: u32) -> Option<PageRequest> {
        let Pagination { page_no, page_size } = self.pagination;
        let is_one = page_no > 0 && (1..=most).contains(&page_size);
        is_one.then_some(PageRequest {
            number: page_no,
            size: page_size,
        })
    }
}
