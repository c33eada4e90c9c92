//! The body of a search.

use bytes::Bytes;
use countermand_core_model::{InvalidValue, PageRequest};
use serde::{Deserialize, Serialize};

/// The body of a search.
#[derive(Serialize)]
pub(crate) struct SearchBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    pagination: Pagination,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    projection: &'a [&'a str],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pagination {
    page_no: u32,
    page_size: u32,
}

impl<'a> SearchBody<'a> {
    /// Everything, one page of it.
    pub(crate) fn page(page: PageRequest) -> Self {
        Self {
            expression: None,
            pagination: Pagination {
                page_no: page.number,
                page_size: page.size,
            },
            projection: &[],
        }
    }

    /// Only what this expression holds for.
    pub(crate) fn with_expression(self, expression: Option<String>) -> Self {
        Self { expression, ..self }
    }

    /// Only these members of each item.
    pub(crate) fn with_projection(self, projection: &'a [&'a str]) -> Self {
        Self { projection, ..self }
    }

    /// The body's bytes.
    pub(crate) fn bytes(&self) -> Result<Bytes, InvalidValue> {
        serde_json::to_vec(self)
            .map(Bytes::from)
            .map_err(|_| InvalidValue::new("search", "must be writable as JSON", ""))
    }
}

/// A search as somebody else wrote it: whoever passes searches on builds them anew from this.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenSearch {
    /// What is searched for.
    pub(crate) expression: Option<String>,
    pagination: Pagination,
    /// What is asked for of each item. It is not passed on.
    #[serde(rename = "projection")]
    _projection: Option<Vec<String>>,
}

impl WrittenSearch {
    /// The search in `body`; none where that is none.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Its page, where that can be one of at most `most` items.
    pub(crate) fn page(&self, most: u32) -> Option<PageRequest> {
        let Pagination { page_no, page_size } = self.pagination;
        let is_one = page_no > 0 && (1..=most).contains(&page_size);
        is_one.then_some(PageRequest {
            number: page_no,
            size: page_size,
        })
    }
}
