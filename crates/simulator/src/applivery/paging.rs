//! `page`, `limit`, `sort`, and the envelope of a list.

use serde_json::{Value, json};

use crate::applivery::envelope;
use crate::faults::FaultKind;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// The default of a page and the most it can have; neither is documented.
const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 500;
/// The most that the list over all platforms can have (inferred).
const MOST_OF_ALL_PLATFORMS: usize = 10_000;

#[derive(Clone, Copy, Debug)]
pub(super) struct Paging {
    pub(super) page: usize,
    pub(super) limit: usize,
    pub(super) newest_first: bool,
}

impl Paging {
    pub(super) fn of(call: Call<'_>) -> Result<Self, Reply> {
        Self::up_to(MOST, call)
    }

    pub(super) fn of_all_platforms(call: Call<'_>) -> Result<Self, Reply> {
        Self::up_to(MOST_OF_ALL_PLATFORMS, call)
    }

    fn up_to(most: usize, call: Call<'_>) -> Result<Self, Reply> {
        if call.meets(&FaultKind::PagingIgnored) {
            return Ok(Self {
                page: 1,
                limit: DEFAULT_LIMIT,
                newest_first: true,
            });
        }
        let number = |name: &str, default: usize| match call.parameter(name) {
            None => Ok(default),
            Some(text) => match text.parse::<usize>() {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(envelope::validation(name, "a number from 1")),
            },
        };
        let newest_first = match call.parameter("sort") {
            None | Some("createdAt:desc") => true,
            Some("createdAt:asc") => false,
            Some(_) => {
                let rule = "createdAt:asc or createdAt:desc";
                return Err(envelope::validation("sort", rule));
            }
        };
        Ok(Self {
            page: number("page", 1)?,
            limit: number("limit", DEFAULT_LIMIT)?.min(most),
            newest_first,
        })
    }

    /// Answers with the page's items, made by `item` from their place among all.
    pub(super) fn answer(
        &self,
        call: Call<'_>,
        total: usize,
        item: impl FnMut(usize) -> Option<Value>,
    ) -> Reply {
        let range = call.page_range(self.page, self.limit, total);
        let items: Vec<Value> = range.filter_map(item).collect();
        let data = match call.fault {
            Some(FaultKind::BareArray) => Value::Array(items),
            fault => self.envelope(items, total, fault),
        };
        envelope::ok(&data)
    }

    fn envelope(&self, items: Vec<Value>, total: usize, fault: Option<&FaultKind>) -> Value {
        if fault == Some(&FaultKind::ItemsOnly) {
            return json!({"items": items});
        }
        let pages = total.div_ceil(self.limit).max(1);
        let always = matches!(
            fault,
            Some(FaultKind::HasNextAlways | FaultKind::PageRepeated)
        );
        let next = (always || self.page < pages).then_some(self.page + 1);
        let previous = (self.page > 1).then(|| self.page - 1);
        let counter = (self.page - 1).saturating_mul(self.limit) + 1;
        let mut data = json!({
            "items": items, "totalDocs": total, "limit": self.limit,
            "hasPrevPage": previous.is_some(), "page": self.page, "pagingCounter": counter,
            "prevPage": previous, "hasNextPage": next.is_some(), "totalPages": pages, "nextPage": next,
        });
        if fault == Some(&FaultKind::HasNextMissing)
            && let Some(data) = data.as_object_mut()
        {
            for name in ["totalDocs", "hasNextPage", "totalPages", "nextPage"] {
                data.shift_remove(name);
            }
        }
        data
    }
}
