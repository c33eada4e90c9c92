//! Walking through the pages of a list.

use std::hash::{DefaultHasher, Hash, Hasher};

use countermand_core_model::{Listing, Page, PageEnd, PageRequest, PageWalk, Step};
use countermand_transport::{ApiError, BaseUrl, Endpoint, Transport, call};
use serde_json::value::RawValue;

use crate::wire::list::WirePage;

/// The items asked for per page. No maximum is documented; a vendor that gives fewer is coped with.
pub(crate) const PAGE_SIZE: u32 = 100;

/// The query of a list.
pub(crate) const SORT: (&str, &str) = ("sort", "createdAt:desc");

/// An item of a page.
#[derive(Clone, Debug)]
pub enum Item<T> {
    /// One that could be decoded.
    Decoded(T),
    /// One that could not: it has no valid id, say.
    Undecodable(Mark),
}

/// By what an item that could not be decoded is recognised when the same page comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    hash: u64,
    /// Where it stood in its page: two alike are two.
    position: usize,
}

impl Mark {
    fn of(raw: &RawValue, position: usize) -> Self {
        let mut hasher = DefaultHasher::new();
        raw.get().hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            position,
        }
    }
}

/// What tells items apart.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Decoded(Box<str>),
    Undecodable(Mark),
}

/// Decodes a page's items, each once.
pub(crate) fn page<T>(
    wire: WirePage<'_>,
    decode: impl Fn(&RawValue) -> Option<T>,
) -> Page<Item<T>> {
    let items = wire.items.iter().enumerate().map(|(position, raw)| {
        decode(raw).map_or_else(|| Item::Undecodable(Mark::of(raw, position)), Item::Decoded)
    });
    let mut page = Page::new(items.collect());
    page.has_next = wire.has_next;
    page.size = wire.limit;
    page.total = wire.total;
    page
}

/// Asks for page after page until the vendor has no more, or shows that it only repeats itself.
pub(crate) async fn all<T, E: Endpoint<Output = Page<Item<T>>>>(
    transport: &impl Transport,
    base: &BaseUrl,
    endpoint: impl Fn(PageRequest) -> E,
    key: impl Fn(&T) -> Box<str>,
) -> Result<Listing<T>, ApiError> {
    until(transport, base, endpoint, key, |_| false).await
}

/// As [`all`], but no further than a page of which `enough` holds.
pub(crate) async fn until<T, E: Endpoint<Output = Page<Item<T>>>>(
    transport: &impl Transport,
    base: &BaseUrl,
    endpoint: impl Fn(PageRequest) -> E,
    key: impl Fn(&T) -> Box<str>,
    mut enough: impl FnMut(&[Item<T>]) -> bool,
) -> Result<Listing<T>, ApiError> {
    let mut walk = PageWalk::new(PAGE_SIZE);
    let mut items = Vec::new();
    let mut undecodable = 0;
    loop {
        let page = call(transport, base, &endpoint(walk.request()))
            .await?
            .value;
        let is_enough = enough(&page.items);
        let (fresh, step) = walk.take(page, |item| match item {
            Item::Decoded(item) => Key::Decoded(key(item)),
            Item::Undecodable(mark) => Key::Undecodable(*mark),
        });
        for item in fresh {
            match item {
                Item::Decoded(item) => items.push(item),
                Item::Undecodable(_) => undecodable += 1,
            }
        }
        let end = match step {
            Step::End(end) => Some(end),
            Step::Next(_) => is_enough.then_some(PageEnd::Complete),
        };
        if let Some(end) = end {
            let mut listing = Listing::new(items, end);
            listing.undecodable = undecodable;
            return Ok(listing);
        }
    }
}
