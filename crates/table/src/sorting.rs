//! Sorting by a key, in one place: every further sort that is compiled costs the page some kilobytes.

use std::cmp::Ordering;

/// A key, and the number of what has it.
pub(crate) type Keyed = (u128, u32);

/// Decides between two numbers of one key.
pub(crate) type Tie<'a> = &'a dyn Fn(u32, u32) -> Ordering;

/// Compares two of them.
#[inline]
pub(crate) fn compare(a: &Keyed, b: &Keyed, tie: Tie<'_>) -> Ordering {
    match a.0.cmp(&b.0) {
        Ordering::Equal => tie(a.1, b.1),
        decided => decided,
    }
}

/// Sorts by key, and equal keys as `tie` says.
#[inline(never)]
pub(crate) fn sort(keyed: &mut [Keyed], tie: Tie<'_>) {
    keyed.sort_unstable_by(|a, b| compare(a, b, tie));
}

/// Something that was in order once, and mostly still is: what is in its place is not sorted again.
#[derive(Default)]
pub(crate) struct Nearly {
    /// In order.
    kept: Vec<Keyed>,
    /// Not in place.
    others: Vec<Keyed>,
}

impl Nearly {
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self {
            kept: Vec::with_capacity(count),
            others: Vec::new(),
        }
    }

    /// Adds the next of those that were in order once.
    pub(crate) fn push(&mut self, one: Keyed) {
        let Some(last) = self.kept.last().copied() else {
            return self.kept.push(one);
        };
        if last <= one {
            return self.kept.push(one);
        }
        // One of the two is out of its place. The one before decides which.
        let before = self.kept.len().checked_sub(2);
        if before
            .and_then(|at| self.kept.get(at))
            .is_none_or(|before| *before <= one)
        {
            self.kept.pop();
            self.kept.push(one);
            self.others.push(last);
        } else {
            self.others.push(one);
        }
    }

    /// Adds one that was not there.
    pub(crate) fn push_new(&mut self, one: Keyed) {
        self.others.push(one);
    }

    /// The numbers in order; of equal keys the smaller number comes first.
    pub(crate) fn sorted(self) -> Vec<u32> {
        let Self { kept, mut others } = self;
        sort(&mut others, &|a, b| a.cmp(&b));
        let mut all = Vec::with_capacity(kept.len() + others.len());
        let mut others = others.into_iter().peekable();
        for one in kept {
            while let Some((_, number)) = others.next_if(|other| *other < one) {
                all.push(number);
            }
            all.push(one.1);
        }
        all.extend(others.map(|(_, number)| number));
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_moved_comes_where_it_belongs(
            mut once in proptest::collection::vec(0_u128..50, 0..60),
            moved in proptest::collection::vec((0_usize..60, 0_u128..50), 0..5),
            added in proptest::collection::vec(0_u128..50, 0..10),
        ) {
            once.sort_unstable();
            for (at, key) in moved {
                if let Some(place) = once.get_mut(at) {
                    *place = key;
                }
            }
            let mut all: Vec<Keyed> = once.into_iter().chain(added.iter().copied()).zip(0..).collect();
            let mut nearly = Nearly::default();
            for (at, one) in all.iter().enumerate() {
                if at + added.len() < all.len() {
                    nearly.push(*one);
                } else {
                    nearly.push_new(*one);
                }
            }
            all.sort_unstable();
            let expected: Vec<u32> = all.into_iter().map(|(_, number)| number).collect();
            prop_assert_eq!(nearly.sorted(), expected);
        }
    }

    #[test]
    fn one_that_moved_far_leaves_the_others_in_place() {
        let mut nearly = Nearly::with_capacity(4);
        for one in [(9, 0), (2, 1), (3, 2), (1, 3), (4, 4)] {
            nearly.push(one);
        }
        assert_eq!(nearly.others, [(9, 0), (1, 3)]);
        assert_eq!(nearly.sorted(), [3, 1, 2, 4, 0]);
    }
}
