//! The table of commands.

use countermand_core_model::CommandState;

pub use super::catalogue::table::*;
use crate::state::{fleet::Incomplete, rows::Filter};

/// A filter's words.
pub fn filter(filter: Filter) -> &'static str {
    match filter {
        Filter::State(CommandState::Pending) => filter_waiting(),
        Filter::State(state) => super::state(state),
        Filter::All => filter_all(),
    }
}

/// The table's caption.
pub fn caption(filter: Filter, taken: usize, kept: usize, devices: usize) -> String {
    let caption = match filter {
        Filter::State(CommandState::Pending) => caption_waiting(devices, taken),
        Filter::State(_) => caption_state(devices, taken),
        Filter::All => caption_all(devices, taken),
    };
    if kept > 0 {
        caption_kept(&caption, kept)
    } else {
        caption
    }
}

/// Nothing in the filter.
pub fn nothing(filter: Filter, devices: usize) -> String {
    match filter {
        Filter::State(CommandState::Pending) => nothing_waits(devices),
        Filter::State(state) => nothing_in_state(devices, super::state_within(state)),
        Filter::All => nothing_at_all(devices),
    }
}

/// Where a list may not be whole.
pub fn incomplete(device: &str, why: Incomplete) -> String {
    match why {
        Incomplete::Repeated => repeated(device),
        Incomplete::TooMany => too_many(device),
        Incomplete::Undecodable(count) => undecodable(device, count),
    }
}

/// Under "nothing": what else there is.
pub fn others_than(filter: Filter, total: usize) -> String {
    match (filter, total) {
        (Filter::All, _) | (_, 0) => no_others().to_owned(),
        (_, total) => others(total),
    }
}
