//! Sorts texts by their first bytes as a number, which is much faster than comparing texts all over memory.

use std::cmp::Ordering;

use crate::sorting::{Keyed, compare, sort};

/// Returns the first 16 bytes as a number that sorts like them.
fn first_bytes(text: &str) -> u128 {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(text.as_bytes()) {
        *to = *from;
    }
    u128::from_be_bytes(bytes)
}

/// Returns the rank of each of `count` texts. Equal texts share one.
pub(crate) fn ranks<'a>(count: usize, text: impl Fn(usize) -> &'a str) -> Vec<u32> {
    let mut keyed: Vec<Keyed> = (0..count)
        .map(|ix| (first_bytes(text(ix)), ix as u32))
        .collect();
    let tie = |a: u32, b: u32| rest(text(a as usize)).cmp(rest(text(b as usize)));
    sort(&mut keyed, &tie);
    let mut ranks = vec![0; count];
    let (mut rank, mut before) = (0, None);
    for one in &keyed {
        if before.is_some_and(|before| compare(before, one, &tie) != Ordering::Equal) {
            rank += 1;
        }
        if let Some(place) = ranks.get_mut(one.1 as usize) {
            *place = rank;
        }
        before = Some(one);
    }
    ranks
}

fn rest(text: &str) -> &[u8] {
    text.as_bytes().get(16..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_the_texts_themselves_sort(texts in proptest::collection::vec("[ab\u{e9}]{0,20}", 0..40)) {
            let ranks = ranks(texts.len(), |ix| &texts[ix]);
            for (a, left) in texts.iter().enumerate() {
                for (b, right) in texts.iter().enumerate() {
                    prop_assert_eq!(ranks[a].cmp(&ranks[b]), left.as_bytes().cmp(right.as_bytes()));
                }
            }
        }
    }
}
