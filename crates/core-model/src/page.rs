//! Walking through a vendor's pages, whatever the vendor does.

use std::{collections::HashSet, hash::Hash};

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The page, from 1.
    pub number: u32,
    /// How many items at most.
    pub size: u32,
}

/// One page as the vendor answered it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many items the answer held, undecodable ones included.
    pub received: usize,
    /// What the answer said about a next page; none where it said nothing.
    pub has_next: Option<bool>,
    /// The page size that the answer echoed.
    pub size: Option<u64>,
    /// How many items there are on all pages, where the answer said so.
    pub total: Option<u64>,
    /// The number of the last page that the answer names: a next page, or how many pages there are.
    pub last_named: Option<u64>,
}

impl<T> Page<T> {
    /// A page about which the vendor said nothing but its items.
    pub fn new(items: Vec<T>) -> Self {
        Self {
            received: items.len(),
            items,
            has_next: None,
            size: None,
            total: None,
            last_named: None,
        }
    }
}

/// Everything that a walk through the pages brought.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listing<T> {
    /// The items, each once, in the vendor's order.
    pub items: Vec<T>,
    /// How the walk ended: whether this is all.
    pub end: PageEnd,
    /// How many items could not be decoded (no valid id, say) and are left out.
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

    /// Is this surely everything?
    pub fn is_whole(&self) -> bool {
        self.end == PageEnd::Complete && self.undecodable == 0
    }
}

/// How a walk through the pages ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEnd {
    /// The vendor said, or a short or empty page showed, that this was all.
    Complete,
    /// The vendor promised more than it sent: it then repeated itself, sent nothing, or said that this
    /// was all. There may be more.
    Repeated,
    /// The walk was given up at its limit of pages: there is more.
    TooMany,
}

/// What to do after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask for this page.
    Next(PageRequest),
    /// Stop.
    End(PageEnd),
}

/// Decides after each page whether to ask for another. It ends whatever the server does: an ignored
/// page number, a page that comes again, a "next page" that is always promised. What an answer says of
/// its pages may contradict itself: whichever sign promises most counts, and a list that holds less is
/// not whole.
#[derive(Debug)]
pub struct PageWalk<K> {
    seen: HashSet<K>,
    request: PageRequest,
    /// How many items came that have no key: they are not among the seen.
    keyless: u64,
    /// The smallest number of all items that any page gave. What is given meanwhile adds to it, and was not
    /// there when the walk began.
    total: Option<u64>,
    /// The last page that any page named.
    last_named: Option<u64>,
}

impl<K: Eq + Hash> PageWalk<K> {
    /// More pages than this are not asked for.
    pub const MOST_PAGES: u32 = 10_000;

    /// A walk in pages of `size` items.
    pub fn new(size: u32) -> Self {
        Self {
            seen: HashSet::new(),
            request: PageRequest { number: 1, size },
            keyless: 0,
            total: None,
            last_named: None,
        }
    }

    /// The page to ask for now.
    pub fn request(&self) -> PageRequest {
        self.request
    }

    /// Takes a page in: keeps of its items those that no earlier page had, and says what to do next.
    pub fn take<T>(&mut self, page: Page<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Step) {
        let Page {
            items,
            received,
            has_next,
            size,
            total,
            last_named,
        } = page;
        let decoded = items.len();
        let fresh: Vec<T> = items
            .into_iter()
            .filter(|item| self.seen.insert(key(item)))
            .collect();
        let all_known = decoded > 0 && fresh.is_empty();
        if !all_known {
            self.keyless += received.saturating_sub(decoded) as u64;
        }
        self.total = self.total.into_iter().chain(total).min();
        self.last_named = self.last_named.max(last_named);
        let step = self.step(received, all_known, has_next, size);
        if let Step::Next(request) = step {
            self.request = request;
        }
        (fresh, step)
    }

    fn step(
        &self,
        received: usize,
        all_known: bool,
        has_next: Option<bool>,
        size: Option<u64>,
    ) -> Step {
        let have = self.seen.len() as u64 + self.keyless;
        let is_short = self.total.is_some_and(|total| have < total);
        let number = u64::from(self.request.number);
        let names_more = self.last_named.is_some_and(|last| last > number);
        let end = |promised| match promised {
            true => Step::End(PageEnd::Repeated),
            false => Step::End(PageEnd::Complete),
        };
        if received == 0 || all_known {
            // The first page again is how a server shows that it ignores page numbers.
            let is_named = number > 1 && self.last_named.is_some_and(|last| last >= number);
            return end(has_next == Some(true) || names_more || is_named || is_short);
        }
        let ended = match (has_next, self.total, size) {
            _ if names_more => false,
            (Some(more), ..) => !more,
            (None, Some(_), _) => !is_short,
            (None, None, Some(size)) => (received as u64) < size,
            // Neither a promise nor a size: only a page that brings nothing new is an end.
            (None, None, None) => false,
        };
        if ended {
            end(is_short)
        } else if self.request.number >= Self::MOST_PAGES {
            Step::End(PageEnd::TooMany)
        } else {
            Step::Next(PageRequest {
                number: self.request.number + 1,
                ..self.request
            })
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
        for asked in 1.. {
            let (fresh, step) = walk.take(answer(walk.request()), |item| *item);
            all.extend(fresh);
            match step {
                Step::Next(request) => assert_eq!(request, walk.request()),
                Step::End(end) => return (all, end, asked),
            }
        }
        unreachable!()
    }

    fn page(items: &[u32]) -> Page<u32> {
        Page::new(items.to_vec())
    }

    #[test]
    fn follows_has_next_to_its_end() {
        let seen = walk(|at| Page {
            has_next: Some(at.number < 3),
            ..page(&[at.number * 10, at.number * 10 + 1])
        });
        assert_eq!(seen, (vec![10, 11, 20, 21, 30, 31], PageEnd::Complete, 3));
    }

    #[test]
    fn a_page_that_is_repeated_ends_the_walk_and_is_said_where_more_was_promised() {
        let promised = walk(|_| Page {
            has_next: Some(true),
            ..page(&[1, 2])
        });
        assert_eq!(promised, (vec![1, 2], PageEnd::Repeated, 2));
        let silent = walk(|_| page(&[1, 2]));
        assert_eq!(silent, (vec![1, 2], PageEnd::Complete, 2));
    }

    #[test]
    fn a_page_shorter_than_the_size_it_echoes_is_the_last() {
        let seen = walk(|_| Page {
            size: Some(100),
            ..page(&[1, 2])
        });
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
        let seen = walk(|at| Page {
            total: Some(5 + u64::from(at.number > 1)),
            ..page([&[1, 2][..], &[2, 3], &[4, 5]][at.number as usize - 1])
        });
        assert_eq!(seen, (vec![1, 2, 3, 4, 5], PageEnd::Complete, 3));
    }

    #[test]
    fn whichever_sign_promises_most_counts() {
        let contradictions: [fn(Page<u32>) -> Page<u32>; 5] = [
            |page| Page {
                total: Some(3),
                ..page
            },
            |page| Page {
                total: Some(3),
                size: Some(100),
                ..page
            },
            |page| Page {
                last_named: Some(2),
                ..page
            },
            |page| Page {
                last_named: Some(7),
                size: Some(100),
                total: Some(1),
                ..page
            },
            |page| Page {
                has_next: Some(true),
                total: Some(1),
                ..page
            },
        ];
        for contradict in contradictions {
            for has_next in [None, Some(false)] {
                let one = |_| {
                    let page = contradict(page(&[1]));
                    Page {
                        has_next: page.has_next.or(has_next),
                        ..page
                    }
                };
                let (items, end, asked) = walk(one);
                assert_eq!((items, end), (vec![1], PageEnd::Repeated));
                assert!(asked <= 2);
            }
        }
    }

    #[test]
    fn a_page_that_is_named_is_asked_for_whatever_else_is_said() {
        let seen = walk(|at| Page {
            has_next: Some(false),
            last_named: Some(2),
            total: Some(2),
            ..page(&[at.number])
        });
        assert_eq!(seen, (vec![1, 2], PageEnd::Complete, 2));
    }

    #[test]
    fn fewer_than_the_total_are_not_whole_on_whatever_page_it_ends() {
        let seen = walk(|at| Page {
            has_next: Some(at.number < 2),
            total: Some(5),
            ..page(&[at.number * 2, at.number * 2 + 1])
        });
        assert_eq!(seen, (vec![2, 3, 4, 5], PageEnd::Repeated, 2));
    }

    #[test]
    fn what_has_no_key_counts_towards_the_total() {
        let seen = walk(|_| Page {
            received: 3,
            total: Some(3),
            ..page(&[1])
        });
        assert_eq!(seen, (vec![1], PageEnd::Complete, 1));
    }

    #[test]
    fn an_empty_page_before_the_promised_total_is_said() {
        let seen = walk(|at| Page {
            total: Some(9),
            ..if at.number == 1 {
                page(&[1, 2])
            } else {
                page(&[])
            }
        });
        assert_eq!(seen, (vec![1, 2], PageEnd::Repeated, 2));
    }

    #[test]
    fn ever_new_items_end_at_the_limit() {
        let (items, end, asked) = walk(|at| Page {
            has_next: Some(true),
            ..page(&[at.number])
        });
        assert_eq!(
            (items.len(), end, asked),
            (10_000, PageEnd::TooMany, 10_000)
        );
    }

    #[test]
    fn items_that_cannot_be_decoded_do_not_end_the_walk() {
        let seen = walk(|at| match at.number {
            1 => Page {
                received: 2,
                has_next: Some(true),
                ..page(&[])
            },
            _ => Page {
                has_next: Some(false),
                ..page(&[7])
            },
        });
        assert_eq!(seen, (vec![7], PageEnd::Complete, 2));
    }
}
