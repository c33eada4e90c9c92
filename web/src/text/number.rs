//! Numbers as they are written in the language that is spoken.

use crate::platform::intl;

/// A whole number.
pub(super) fn written(count: usize) -> String {
    // Below a thousand all languages write alike, and most numbers are.
    if count < 1_000 {
        count.to_string()
    } else {
        intl::number(count)
    }
}
