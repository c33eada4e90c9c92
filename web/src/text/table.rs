//! The table of commands.

use countermand_core_model::CommandState;

use crate::state::{fleet::Incomplete, rows::Filter};

/// The heading.
pub const HEADING: &str = "Commands";
/// The group of filters.
pub const FILTERS: &str = "Show";
/// Reads everything again.
pub const REFRESH: &str = "Refresh";
/// The column of the boxes.
pub const COLUMN_SELECT: &str = "Select";
/// A column.
pub const COLUMN_STATE: &str = "State";
/// A column.
pub const COLUMN_COMMAND: &str = "Command";
/// A column.
pub const COLUMN_DEVICE: &str = "Device";
/// A column.
pub const COLUMN_CREATED: &str = "Created";
/// A column.
pub const COLUMN_EXPIRES: &str = "Expires";
/// A column.
pub const COLUMN_VENDOR: &str = "Vendor's word";
/// A column.
pub const COLUMN_OUTCOME: &str = "Cancel";
/// The column of the details.
pub const COLUMN_DETAILS: &str = "Details";
/// A value that is not known.
pub const NONE: &str = "–";
/// The same for a screen reader.
pub const NOT_KNOWN: &str = "not known";
/// No device is chosen.
pub const NO_DEVICES: &str = "Choose devices to see what waits for them";
/// What to do then.
pub const NO_DEVICES_HINT: &str = "Paste their ids, or pick them from the vendor's list.";
/// Nothing could be read.
pub const ALL_FAILED: &str = "None of the devices could be read";
/// What to do then.
pub const ALL_FAILED_HINT: &str = "The reasons are listed above. What waits is not known.";
/// Devices that were not read.
pub const FAILED_HEADING: &str = "Not read:";
/// Shows everything instead.
pub const SHOW_ALL: &str = "Show all commands";
/// Lets go of the selection.
pub const CLEAR: &str = "Clear selection";

/// A filter's words.
pub const fn filter(filter: Filter) -> &'static str {
    match filter {
        Filter::State(CommandState::Pending) => "What waits",
        Filter::State(state) => super::state(state),
        Filter::All => "All",
    }
}

/// The table's caption.
pub fn caption(filter: Filter, taken: usize, kept: usize, devices: usize) -> String {
    let what = match filter {
        Filter::State(CommandState::Pending) => "Commands that wait",
        Filter::State(_) => "Commands in this state",
        Filter::All => "All commands",
    };
    let kept = if kept > 0 {
        format!(", and {kept} of the last run")
    } else {
        String::new()
    };
    format!("{what} on {}: {taken}{kept}", super::devices(devices))
}

/// While devices are read.
pub fn reading(done: usize, total: usize) -> String {
    format!("Reading devices: {done} of {total}")
}

/// When they were read.
pub fn updated(ago: &str) -> String {
    format!("Updated {ago}")
}

/// Nothing in the filter.
pub fn nothing(filter: Filter, devices: usize) -> String {
    let devices = if devices == 1 {
        "this device".to_owned()
    } else {
        format!("these {}", super::devices(devices))
    };
    match filter {
        Filter::State(CommandState::Pending) => format!("Nothing waits on {devices}"),
        Filter::State(state) => format!(
            "No command of {devices} is {}",
            super::state(state).to_lowercase()
        ),
        Filter::All => format!("There are no commands on {devices}"),
    }
}

/// Some devices were not read, so that more may wait.
pub const SOME_NOT_READ: &str = "Some devices could not be read: more may wait there.";

/// Where a list may not be whole.
pub fn incomplete(device: &str, why: Incomplete) -> String {
    match why {
        Incomplete::Repeated => {
            format!(
                "{device}: the vendor promised more commands and then repeated itself. There may be more."
            )
        }
        Incomplete::TooMany => format!("{device}: there are more commands than were read."),
        Incomplete::Undecodable(count) => format!(
            "{device}: {} could not be read and {} not shown.",
            super::commands(count),
            if count == 1 { "is" } else { "are" }
        ),
    }
}

/// The label of a row's box.
pub fn select(title: &str, device: &str) -> String {
    format!("Select {title} on {device}")
}

/// The label of the head's box.
pub fn select_all(count: usize) -> String {
    format!("Select all {count} that can be cancelled")
}

/// Where nothing can be.
pub const SELECT_NONE: &str = "Nothing here can be cancelled";

/// The button that cancels the selected ones.
pub fn cancel(count: usize) -> String {
    match count {
        0 => "Cancel commands".to_owned(),
        count => format!("Cancel {}", super::commands(count)),
    }
}

/// How many are selected.
pub fn selected(count: usize) -> String {
    match count {
        0 => "Nothing selected".to_owned(),
        count => format!("{count} selected"),
    }
}

/// The sort button.
pub const SORT_HINT: &str = "Sort by creation time";

/// The button for more rows.
pub fn more(count: usize, left: usize) -> String {
    format!("Show {} more of {left}", count.min(left))
}

/// Said when all devices were read.
pub fn read_all(waiting: usize, failed: usize) -> String {
    let waiting = match waiting {
        0 => "Nothing waits".to_owned(),
        1 => "1 command waits".to_owned(),
        count => format!("{count} commands wait"),
    };
    match failed {
        0 => format!("{waiting}."),
        failed => format!("{waiting}. {} could not be read.", super::devices(failed)),
    }
}

/// Under "nothing": what else there is.
pub fn others(filter: Filter, total: usize) -> String {
    match (filter, total) {
        (Filter::All, _) | (_, 0) => "The vendor lists none at all.".to_owned(),
        (_, total) => format!(
            "The vendor lists {} in other states.",
            super::commands(total)
        ),
    }
}

/// What is shown of a device that could not be read again.
pub fn stale(ago: &str) -> String {
    format!("What is shown of it was read {ago}.")
}

/// Tries all devices again that could not be read.
pub const TRY_ALL: &str = "Try all of these again";
