//! A part of the rows at a time, for who prefers pages to scrolling.

/// How many rows a page may have; zero: all rows are one page.
pub const SIZES: [usize; 4] = [0, 50, 200, 1000];

/// Which page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many rows a page has; zero: all.
    pub size: usize,
    /// Which page, from 0.
    pub number: usize,
}

impl Page {
    /// How many rows stand before it.
    pub fn first(&self) -> usize {
        self.size * self.number
    }

    /// How many rows of `all` it has. A page that is not there any more has none.
    pub fn count(&self, all: usize) -> usize {
        let left = all.saturating_sub(self.first());
        if self.size == 0 {
            left
        } else {
            left.min(self.size)
        }
    }

    /// How many pages there are; at least one.
    pub fn pages(&self, all: usize) -> usize {
        if self.size == 0 {
            1
        } else {
            all.div_ceil(self.size).max(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_one_page() {
        for size in SIZES {
            for all in [0, 1, 49, 50, 51, 2_000, 2_001] {
                let pages = Page { size, number: 0 }.pages(all);
                let counts = (0..pages).map(|number| Page { size, number }.count(all));
                assert_eq!(counts.sum::<usize>(), all, "{size} {all}");
                let after = Page {
                    size,
                    number: pages,
                };
                assert_eq!(after.count(all).min(after.first()), 0, "{size} {all}");
            }
        }
    }
}
