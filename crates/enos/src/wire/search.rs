//! The body of a search, and the page that answers it.

use bytes::Bytes;
use countermand_core_model::{InvalidValue, JsonPath, Page, PageRequest, salvage};
use countermand_transport::{ApiError, with_body};
use http::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Envelope;

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

/// What an answer says about its pages.
pub(super) struct Counts {
    /// The page size that it echoed.
    pub(super) size: Option<u64>,
    /// How many items there are on all pages.
    pub(super) total: Option<u64>,
}

impl Counts {
    pub(super) fn of(envelope: &Envelope<'_>) -> Self {
        let pagination = envelope.members.object("pagination");
        let count = |name| {
            let number = pagination.as_ref()?.integer(name)?;
            u64::try_from(number).ok()
        };
        Self {
            size: count("pageSize").filter(|size| *size > 0),
            total: count("totalSize"),
        }
    }
}

/// A page of a search, its items not yet looked at.
pub(crate) struct WirePage<'a> {
    /// The items.
    items: Vec<&'a RawValue>,
    /// The page size that the answer echoed.
    size: Option<u64>,
    /// How many items there are on all pages.
    total: Option<u64>,
}

impl<'a> WirePage<'a> {
    /// The page in a good answer.
    ///
    /// # Errors
    /// When there is no list. A list that is not there claims nothing; an empty one claims that
    /// nothing waits, so only a total of 0 makes up for a missing one.
    pub(crate) fn of(envelope: &Envelope<'a>) -> Result<Self, ApiError> {
        let Counts { size, total } = Counts::of(envelope);
        let items = match envelope.members.raw("data") {
            Some(data) => serde_json::from_str(data.get())
                .map_err(|_| envelope.unreadable("the data is not a list"))?,
            None if total == Some(0) => Vec::new(),
            None => return Err(envelope.unreadable("the answer has no data")),
        };
        Ok(Self { items, size, total })
    }

    /// The page, with those items that `decode` makes something of.
    pub(crate) fn page<T>(&self, decode: impl Fn(&'a RawValue) -> Option<T>) -> Page<T> {
        let mut page = Page::new(self.items.iter().filter_map(|item| decode(item)).collect());
        page.received = self.items.len();
        page.size = self.size;
        page.total = self.total;
        page
    }
}

/// Where a search's items stand in an answer, and what is said about its pages.
const LISTS: [JsonPath<'static>; 1] = [&["data"]];
const COUNTS: [JsonPath<'static>; 1] = [&["pagination"]];

/// Decodes a page. Of one of which not all can be read, the items that cannot count as received, and no
/// more than that.
pub(crate) fn salvaging<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&Response<Bytes>) -> Result<Page<T>, ApiError>,
) -> Result<Page<T>, ApiError> {
    let error = match decode(response) {
        Err(error) if response.status().is_success() => error,
        decided => return decided,
    };
    let Some(salvaged) = salvage(response.body(), &LISTS, &COUNTS) else {
        return Err(error);
    };
    let mut page = decode(&with_body(response, salvaged.text))?;
    page.received += salvaged.broken.len();
    Ok(page)
}
