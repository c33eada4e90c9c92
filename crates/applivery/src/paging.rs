//! Walking through the pages of a list.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use countermand_core_model::{
    JsonPath, Listing, Page, PageEnd, PageRequest, PageWalk, Step, salvage,
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, Transport, call, with_body};
use http::Response;
use serde_json::value::RawValue;

use crate::wire::list::WirePage;

/// The items asked for per page. No maximum is documented; a vendor that gives fewer is coped with.
pub(crate) const PAGE_SIZE: u32 = 100;

/// The query of a list.
pub(crate) const SORT: (&str, &str) = ("sort", "createdAt:desc");

/// Where a list stands in an answer, and what is said about it.
const LISTS: [JsonPath<'static>; 2] = [&["data", "items"], &["data"]];
const COUNTS: [JsonPath<'static>; 1] = [&["data"]];

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
    fn of(raw: &[u8], position: usize) -> Self {
        let mut hasher = DefaultHasher::new();
        raw.hash(&mut hasher);
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
        decode(raw).map_or_else(
            || Item::Undecodable(Mark::of(raw.get().as_bytes(), position)),
            Item::Decoded,
        )
    });
    wire.around.page(items.collect())
}

/// Decodes a page. Of one of which not all can be read, the items that cannot are undecodable, and no
/// more than that.
pub(crate) fn salvaging<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&Response<Bytes>) -> Result<Page<Item<T>>, ApiError>,
) -> Result<Page<Item<T>>, ApiError> {
    let error = match decode(response) {
        Err(error) if response.status().is_success() => error,
        decided => return decided,
    };
    let Some(salvaged) = salvage(response.body(), &LISTS, &COUNTS) else {
        return Err(error);
    };
    let mut page = decode(&with_body(response, salvaged.text))?;
    let first = page.items.len();
    let broken = salvaged.broken.into_iter().enumerate();
    let marks = broken.map(|(at, raw)| Item::Undecodable(Mark::of(raw, first + at)));
    page.items.extend(marks);
    page.received = page.items.len();
    Ok(page)
}

/// Asks for page after page until the vendor has no more, or shows that it only repeats itself.
pub(crate) async fn all<T, E: Endpoint<Output = Page<Item<T>>>>(
    transport: &impl Transport,
    base: &BaseUrl,
    size: u32,
    endpoint: impl Fn(PageRequest) -> E,
    key: impl Fn(&T) -> Box<str>,
) -> Result<Listing<T>, ApiError> {
    let mut walk = Walk::new(size);
    loop {
        let page = call(transport, base, &endpoint(walk.request())).await?;
        if let Step::End(end) = walk.take(page.value, &key) {
            return Ok(walk.end(end));
        }
    }
}

/// As [`all`], but no further than a page of which `enough` holds.
pub(crate) async fn until<T, E: Endpoint<Output = Page<Item<T>>>>(
    transport: &impl Transport,
    base: &BaseUrl,
    endpoint: impl Fn(PageRequest) -> E,
    key: impl Fn(&T) -> Box<str>,
    mut enough: impl FnMut(&[Item<T>]) -> bool,
) -> Result<Listing<T>, ApiError> {
    let mut walk = Walk::new(PAGE_SIZE);
    loop {
        let page = call(transport, base, &endpoint(walk.request()))
            .await?
            .value;
        let is_enough = enough(&page.items);
        match walk.take(page, &key) {
            Step::End(end) => return Ok(walk.end(end)),
            Step::Next(_) if is_enough => return Ok(walk.end(PageEnd::Complete)),
            Step::Next(_) => {}
        }
    }
}

/// The pages that came so far.
#[derive(Debug)]
pub(crate) struct Walk<T> {
    pages: PageWalk<Key>,
    items: Vec<T>,
    undecodable: usize,
}

impl<T> Walk<T> {
    /// A walk in pages of `size` items.
    pub(crate) fn new(size: u32) -> Self {
        Self {
            pages: PageWalk::new(size),
            items: Vec::new(),
            undecodable: 0,
        }
    }

    /// The page to ask for now.
    pub(crate) fn request(&self) -> PageRequest {
        self.pages.request()
    }

    /// What was decoded since that was last asked for, each once.
    pub(crate) fn take_items(&mut self) -> Vec<T> {
        std::mem::take(&mut self.items)
    }

    /// Takes a page in, and says what to do next.
    pub(crate) fn take(&mut self, page: Page<Item<T>>, key: &impl Fn(&T) -> Box<str>) -> Step {
        let (fresh, step) = self.pages.take(page, |item| match item {
            Item::Decoded(item) => Key::Decoded(key(item)),
            Item::Undecodable(mark) => Key::Undecodable(*mark),
        });
        for item in fresh {
            match item {
                Item::Decoded(item) => self.items.push(item),
                Item::Undecodable(_) => self.undecodable += 1,
            }
        }
        step
    }

    /// What it brought, where it ended so.
    pub(crate) fn end(self, end: PageEnd) -> Listing<T> {
        let mut listing = Listing::new(self.items, end);
        listing.undecodable = self.undecodable;
        listing
    }
}
