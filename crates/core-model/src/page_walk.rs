//! The rule for where a list in pages ends.

use std::{collections::HashSet, hash::Hash};

use crate::page::{ItemFingerprint, Listing, Page, PageEnd, PageRequest, PageSigns};

/// Decides after each page whether to ask for another. It ends whatever the server does: an ignored
/// page number, a repeated page, a next page that is always announced. The signs of an answer may
/// contradict each other: the one that announces most counts, and a list that holds less is not whole.
#[derive(Debug)]
pub struct PageWalk<K> {
    seen: HashSet<K>,
    undecodable: HashSet<ItemFingerprint>,
    request: PageRequest,
    end: Option<PageEnd>,
    /// The smallest total of any page. Items that are added during the walk raise it, and were not there
    /// when the walk began.
    total: Option<u64>,
    /// The last page that any page named.
    last_named: Option<u64>,
    /// How many pages in a row had no item that could be decoded.
    illegible: u32,
}

/// After so many pages in a row without an item that can be decoded, no more are asked for.
const MOST_ILLEGIBLE: u32 = 3;

impl<K: Eq + Hash> PageWalk<K> {
    /// The most pages that are asked for.
    pub const MOST_PAGES: u32 = 10_000;

    /// A walk in pages of `size` items.
    pub fn new(size: u32) -> Self {
        Self {
            seen: HashSet::new(),
            undecodable: HashSet::new(),
            request: PageRequest { number: 1, size },
            end: None,
            total: None,
            last_named: None,
            illegible: 0,
        }
    }

    /// The page to ask for now; none at the end of the list.
    pub fn request(&self) -> Option<PageRequest> {
        self.end.is_none().then_some(self.request)
    }

    /// Takes in the page that was asked for, and returns those of its items that no earlier page had.
    pub fn take<T>(&mut self, page: Page<T>, key: impl Fn(&T) -> K) -> Vec<T> {
        let (received, decoded) = (page.received(), page.items.len());
        let known = self.undecodable.len();
        let mut items = page.items;
        items.retain(|item| self.seen.insert(key(item)));
        self.undecodable.extend(page.undecodable);
        let is_known = items.is_empty() && self.undecodable.len() == known;
        self.total = self.total.into_iter().chain(page.signs.total).min();
        self.last_named = self.last_named.max(page.signs.last_named);
        self.illegible = if decoded == 0 { self.illegible + 1 } else { 0 };
        self.end = if is_known {
            Some(self.end_of_known(received > 0 && decoded == 0, page.signs))
        } else {
            self.end_of_new(received, page.signs)
        };
        if self.end.is_none() {
            self.request.number += 1;
        }
        items
    }

    /// Ends the walk before the end of the list: no further page is wanted.
    pub fn stop(&mut self) {
        self.end.get_or_insert(PageEnd::Complete);
    }

    /// The result of the walk, which brought `items`.
    pub fn listing<T>(&self, items: Vec<T>) -> Listing<T> {
        Listing {
            items,
            end: self.end.unwrap_or(PageEnd::Repeated),
            undecodable: self.undecodable.len(),
        }
    }

    fn is_short(&self) -> bool {
        let received = (self.seen.len() + self.undecodable.len()) as u64;
        self.total.is_some_and(|total| received < total)
    }

    /// After a page without a new item.
    fn end_of_known(&self, is_illegible: bool, signs: PageSigns) -> PageEnd {
        let number = u64::from(self.request.number);
        // The first page again is how a server shows that it ignores page numbers.
        let first_unsent = if number > 1 { number } else { 2 };
        let is_named = self.last_named.is_some_and(|last| last >= first_unsent);
        if signs.has_next == Some(true) || is_named || is_illegible || self.is_short() {
            PageEnd::Repeated
        } else {
            PageEnd::Complete
        }
    }

    /// After a page with new items.
    fn end_of_new(&self, received: usize, signs: PageSigns) -> Option<PageEnd> {
        let number = u64::from(self.request.number);
        let ended = match (signs.has_next, self.total, signs.size) {
            _ if self.last_named.is_some_and(|last| last > number) => false,
            (Some(more), ..) => !more,
            (None, Some(_), _) => !self.is_short(),
            (None, None, Some(size)) => (received as u64) < size,
            // Neither a promise nor a size: only a page without a new item is an end.
            (None, None, None) => false,
        };
        match ended {
            true if self.is_short() => Some(PageEnd::Repeated),
            true => Some(PageEnd::Complete),
            false if self.illegible >= MOST_ILLEGIBLE => Some(PageEnd::Repeated),
            false => (self.request.number >= Self::MOST_PAGES).then_some(PageEnd::TooMany),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks over `answer` and tells the items, the end, and how many pages were asked for.
    fn walk(mut answer: impl FnMut(PageRequest) -> Page<u32>) -> (Vec<u32>, PageEnd, u32) {
        let mut walk = PageWalk::new(2);
        let mut all = Vec::new();
        let mut asked = 0;
        while let Some(request) = walk.request() {
            asked += 1;
            assert_eq!(
                request,
                PageRequest {
                    number: asked,
                    size: 2
                }
            );
            all.extend(walk.take(answer(request), |item| *item));
        }
        let listing = walk.listing(all);
        (listing.items, listing.end, asked)
    }

    fn page(items: &[u32]) -> Page<u32> {
        said(items, PageSigns::default())
    }

    fn said(items: &[u32], signs: PageSigns) -> Page<u32> {
        Page::new(items.to_vec(), signs)
    }

    /// A page with so many undecodable items behind these.
    fn illegible(items: &[u32], undecodable: u8, signs: PageSigns) -> Page<u32> {
        let mut page = said(items, signs);
        (0..undecodable).for_each(|raw| page.push(&[raw], None));
        page
    }

    fn has_next(more: bool) -> PageSigns {
        PageSigns {
            has_next: Some(more),
            ..PageSigns::default()
        }
    }

    fn total(total: u64) -> PageSigns {
        PageSigns {
            total: Some(total),
            ..PageSigns::default()
        }
    }

    #[test]
    fn follows_has_next_to_its_end() {
        let seen = walk(|at| {
            let items = [at.number * 10, at.number * 10 + 1];
            said(&items, has_next(at.number < 3))
        });
        assert_eq!(seen, (vec![10, 11, 20, 21, 30, 31], PageEnd::Complete, 3));
    }

    #[test]
    fn a_page_that_is_repeated_ends_the_walk_and_is_said_where_more_was_promised() {
        let promised = walk(|_| said(&[1, 2], has_next(true)));
        assert_eq!(promised, (vec![1, 2], PageEnd::Repeated, 2));
        let silent = walk(|_| page(&[1, 2]));
        assert_eq!(silent, (vec![1, 2], PageEnd::Complete, 2));
    }

    #[test]
    fn a_page_shorter_than_the_size_it_echoes_is_the_last() {
        let signs = PageSigns {
            size: Some(100),
            ..PageSigns::default()
        };
        let seen = walk(|_| said(&[1, 2], signs));
        assert_eq!(seen, (vec![1, 2], PageEnd::Complete, 1));
    }

    #[test]
    fn without_an_echo_one_page_more_is_asked_for() {
        let seen = walk(|at| {
            if at.number == 1 {
                page(&[1])
            } else {
                page(&[])
            }
        });
        assert_eq!(seen, (vec![1], PageEnd::Complete, 2));
    }

    #[test]
    fn items_that_shift_between_pages_come_once() {
        // One more is given after the first page: it moves the others down, and counts from then on.
        let seen = walk(|at| {
            let items = [&[1, 2][..], &[2, 3], &[4, 5]][at.number as usize - 1];
            said(items, total(5 + u64::from(at.number > 1)))
        });
        assert_eq!(seen, (vec![1, 2, 3, 4, 5], PageEnd::Complete, 3));
    }

    #[test]
    fn whichever_sign_promises_most_counts() {
        let contradictions = [
            total(3),
            PageSigns {
                size: Some(100),
                ..total(3)
            },
            PageSigns {
                last_named: Some(2),
                ..PageSigns::default()
            },
            PageSigns {
                last_named: Some(7),
                size: Some(100),
                ..total(1)
            },
            PageSigns {
                total: Some(1),
                ..has_next(true)
            },
        ];
        for signs in contradictions {
            for has_next in [None, Some(false)] {
                let signs = PageSigns {
                    has_next: signs.has_next.or(has_next),
                    ..signs
                };
                let (items, end, asked) = walk(|_| said(&[1], signs));
                assert_eq!((items, end), (vec![1], PageEnd::Repeated));
                assert!(asked <= 2);
            }
        }
    }

    #[test]
    fn a_page_that_is_named_is_asked_for_whatever_else_is_said() {
        let signs = PageSigns {
            last_named: Some(2),
            total: Some(2),
            ..has_next(false)
        };
        let seen = walk(|at| said(&[at.number], signs));
        assert_eq!(seen, (vec![1, 2], PageEnd::Complete, 2));
    }

    #[test]
    fn fewer_than_the_total_are_not_whole_on_whatever_page_it_ends() {
        let seen = walk(|at| {
            let signs = PageSigns {
                total: Some(5),
                ..has_next(at.number < 2)
            };
            said(&[at.number * 2, at.number * 2 + 1], signs)
        });
        assert_eq!(seen, (vec![2, 3, 4, 5], PageEnd::Repeated, 2));
    }

    #[test]
    fn what_has_no_key_counts_towards_the_total() {
        let seen = walk(|_| illegible(&[1], 2, total(3)));
        assert_eq!(seen, (vec![1], PageEnd::Complete, 1));
    }

    #[test]
    fn an_empty_page_before_the_promised_total_is_said() {
        let seen = walk(|at| match at.number {
            1 => said(&[1, 2], total(9)),
            _ => said(&[], total(9)),
        });
        assert_eq!(seen, (vec![1, 2], PageEnd::Repeated, 2));
    }

    #[test]
    fn ever_new_illegible_pages_are_given_up() {
        let mut raw = 0_u32;
        let mut illegible_page = || {
            let mut page = said(&[], has_next(true));
            for _ in 0..2 {
                raw += 1;
                page.push(&raw.to_le_bytes(), None);
            }
            page
        };
        let seen = walk(|_| illegible_page());
        assert_eq!(seen, (vec![], PageEnd::Repeated, 3));
        let seen = walk(|at| match at.number {
            3 => said(&[1, 2], has_next(true)),
            _ => illegible_page(),
        });
        assert_eq!(seen, (vec![1, 2], PageEnd::Repeated, 6));
    }

    #[test]
    fn ever_new_items_end_at_the_limit() {
        let (items, end, asked) = walk(|at| said(&[at.number], has_next(true)));
        assert_eq!(
            (items.len(), end, asked),
            (10_000, PageEnd::TooMany, 10_000)
        );
    }

    #[test]
    fn items_that_cannot_be_decoded_do_not_end_the_walk() {
        let seen = walk(|at| match at.number {
            1 => illegible(&[], 2, has_next(true)),
            _ => said(&[7], has_next(false)),
        });
        assert_eq!(seen, (vec![7], PageEnd::Complete, 2));
    }

    #[test]
    fn a_page_that_comes_again_is_never_complete_where_nothing_of_it_can_be_read() {
        let seen = walk(|_| illegible(&[], 2, PageSigns::default()));
        assert_eq!(seen, (vec![], PageEnd::Repeated, 2));
    }
}
