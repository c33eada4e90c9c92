//! The pages of a list.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::value::RawValue;

/// Which page to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The page, from 1.
    pub number: u32,
    /// How many items at most.
    pub size: u32,
}

/// What an answer says about its pages. Each member is none where the answer does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageSigns {
    /// Whether there is a next page.
    pub has_next: Option<bool>,
    /// The page size that the answer echoes.
    pub size: Option<u64>,
    /// How many items there are on all pages.
    pub total: Option<u64>,
    /// The number of the last page that the answer names: a next page, or how many pages there are.
    pub last_named: Option<u64>,
}

/// Recognizes an item that could not be decoded when the same page comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemFingerprint {
    hash: u64,
    /// Its place in the page: two equal items are two.
    position: usize,
}

/// One page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items that could be decoded.
    pub items: Vec<T>,
    /// The items that could not: without a valid id, for example.
    pub undecodable: Vec<ItemFingerprint>,
    /// What the answer says about its pages.
    pub signs: PageSigns,
}

impl<T> Page<T> {
    /// A page of `items`, all of them decodable.
    pub fn new(items: Vec<T>, signs: PageSigns) -> Self {
        Self {
            items,
            undecodable: Vec::new(),
            signs,
        }
    }

    /// Decodes the items of a page.
    pub fn decode<'a>(
        items: impl IntoIterator<Item = &'a RawValue>,
        signs: PageSigns,
        decode: impl Fn(&'a RawValue) -> Option<T>,
    ) -> Self {
        let mut page = Self::new(Vec::new(), signs);
        for raw in items {
            page.push(raw.get().as_bytes(), decode(raw));
        }
        page
    }

    /// Adds the item that stands as `raw` in the answer. None is one that could not be decoded.
    pub fn push(&mut self, raw: &[u8], item: Option<T>) {
        if let Some(item) = item {
            self.items.push(item);
            return;
        }
        let mut hasher = DefaultHasher::new();
        raw.hash(&mut hasher);
        self.undecodable.push(ItemFingerprint {
            hash: hasher.finish(),
            position: self.received(),
        });
    }

    /// Adds the items of the next part of the same page.
    pub fn append(&mut self, next: Self) {
        let before = self.received();
        let undecodable = next.undecodable.into_iter();
        self.undecodable
            .extend(undecodable.map(|one| ItemFingerprint {
                position: before + one.position,
                ..one
            }));
        self.items.extend(next.items);
    }

    /// How many items the answer held, undecodable ones included.
    pub fn received(&self) -> usize {
        self.items.len() + self.undecodable.len()
    }
}

/// The items of all pages of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listing<T> {
    /// The items, each once, in the provider's order.
    pub items: Vec<T>,
    /// How the list ended.
    pub end: PageEnd,
    /// How many items could not be decoded (no valid id, for example) and are left out.
    pub undecodable: usize,
}

impl<T> Listing<T> {
    /// A listing of `items`, all of them decodable.
    pub fn new(items: Vec<T>, end: PageEnd) -> Self {
        Self {
            items,
            end,
            undecodable: 0,
        }
    }

    /// Returns whether these are surely all items.
    pub fn is_whole(&self) -> bool {
        self.end == PageEnd::Complete && self.undecodable == 0
    }
}

/// How a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEnd {
    /// The provider said, or a short or empty page showed, that this was all.
    Complete,
    /// The provider announced more than it sent, or repeated a page of which nothing can be read. There
    /// may be more.
    Repeated,
    /// The limit of pages was reached: there is more.
    TooMany,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_parts_is_the_page_at_once() {
        let raw = |at: u8| (!at.is_multiple_of(3)).then_some(at);
        let page = |items: std::ops::Range<u8>| {
            let mut page = Page::new(Vec::new(), PageSigns::default());
            items.for_each(|at| page.push(b"the same", raw(at)));
            page
        };
        let mut parts = page(0..5);
        parts.append(page(5..7));
        parts.append(page(7..12));
        // Every part begins with one that is decodable or not, as it comes.
        let whole = page(0..12);
        assert_eq!(parts.items, whole.items);
        assert_eq!(parts.undecodable, whole.undecodable);
    }
}
