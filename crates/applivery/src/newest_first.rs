//! How far back a list that is sorted newest first has come.

use countermand_core_model::{Command, Page, Timestamp};

/// Follows the pages of a list and detects when they are older than a point in time. Sorting is not
/// documented, so the order is trusted only while it is seen: a list that goes up anywhere, or has not yet
/// gone down, is read to its end.
#[derive(Debug)]
pub(crate) struct NewestFirst {
    oldest: Timestamp,
    last: Option<Timestamp>,
    has_gone_down: bool,
    has_gone_up: bool,
}

impl NewestFirst {
    /// Follows a list back to `oldest`.
    pub(crate) fn back_to(oldest: Timestamp) -> Self {
        Self {
            oldest,
            last: None,
            has_gone_down: false,
            has_gone_up: false,
        }
    }

    /// Takes in the next page. Returns whether it, and so every page after it, has older commands only.
    pub(crate) fn has_passed(&mut self, page: &Page<Command>) -> bool {
        let mut all_older = page.received() > 0 && page.undecodable.is_empty();
        for command in &page.items {
            let at = command.created_at;
            // A command without a time may be newer.
            all_older &= at.is_some_and(|at| at < self.oldest);
            if let (Some(last), Some(at)) = (self.last, at) {
                self.has_gone_down |= at < last;
                self.has_gone_up |= at > last;
            }
            self.last = at.or(self.last);
        }
        all_older && self.has_gone_down && !self.has_gone_up
    }
}
