//! Choosing devices.

use countermand_core_model::Provider;

/// The heading.
pub const HEADING: &str = "Devices";
/// The box's label.
pub const BOX: &str = "Add devices";
/// The box's button.
pub const ADD: &str = "Add";
/// Opens the vendor's list.
pub const PICK: &str = "Pick from the vendor's list";
/// The list of the chosen ones.
pub const CHOSEN: &str = "Chosen devices";
/// Nothing chosen.
pub const NONE: &str = "No device yet.";
/// Takes all out.
pub const REMOVE_ALL: &str = "Remove all";
/// Being read.
pub const READING: &str = "Reading…";
/// Could not be read.
pub const FAILED: &str = "Not read";
/// Over the words that are no devices.
pub const BAD_HEADING: &str = "Not added:";

/// The picker's title.
pub const PICKER: &str = "Pick devices";
/// The picker's search.
pub const SEARCH: &str = "Search";
/// What the search looks at.
pub const SEARCH_HINT: &str = "Name, id, model, serial number, user: any text that is shown.";
/// While the list is read.
pub const LOADING: &str = "Reading the vendor's list of devices…";
/// An empty list.
pub const EMPTY: &str = "The vendor knows no devices of this organisation.";
/// Nothing found.
pub const NOTHING_FOUND: &str = "No device matches. Try another part of its name or id.";
/// The list may not be whole.
pub const NOT_WHOLE: &str =
    "The vendor's list ended early: there may be more devices. Add others by their id.";
/// Leaves the picker.
pub const KEEP: &str = "Close without adding";
/// A column.
pub const COLUMN_NAME: &str = "Name";
/// A column.
pub const COLUMN_DEVICE: &str = "Device";
/// A column.
pub const COLUMN_STATUS: &str = "Status";
/// A column.
pub const COLUMN_DETAILS: &str = "Details";
/// The column of the boxes.
pub const COLUMN_PICK: &str = "Pick";

/// How devices are named.
pub const fn hint(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => {
            "One per line, or separated by commas, semicolons or blanks: the device's id, serial number or IMEI."
        }
        Provider::Enos => {
            "One per line, or separated by commas, semicolons or blanks. Either form: asset:ASSET_ID, or key:PRODUCT_KEY/DEVICE_KEY."
        }
    }
}

/// An example for the box.
pub const fn example(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => "R58M123ABC\n356938035643809",
        Provider::Enos => "asset:sxH2DD6f\nkey:inverter/INV-0042",
    }
}

/// What became of a pasted text.
pub fn added(good: usize, known: usize, bad: usize) -> String {
    let mut parts = vec![format!("{} added", super::devices(good))];
    if known > 0 {
        parts.push(format!("{known} named before"));
    }
    if bad > 0 {
        parts.push(format!("{bad} not added"));
    }
    format!("{}.", parts.join(", "))
}

/// A word that is no device.
pub fn bad(text: &str, reason: &str) -> String {
    format!("“{text}” {reason}.")
}

/// The button that takes a device out.
pub fn remove(device: &str) -> String {
    format!("Remove {device}")
}

/// How many wait on a device.
pub fn waiting(count: usize) -> String {
    match count {
        0 => "nothing waits".to_owned(),
        1 => "1 waits".to_owned(),
        count => format!("{count} wait"),
    }
}

/// The visible words of the button that cancels all that waits on a device.
pub const CANCEL_ALL: &str = "Cancel everything";

/// Its accessible name.
pub fn cancel_all(device: &str) -> String {
    format!("{CANCEL_ALL} that waits on {device}")
}

/// Its accessible name where a device could not be read.
pub fn try_again(device: &str) -> String {
    format!("{} to read {device}", super::TRY_AGAIN)
}

/// The picker's button.
pub fn add_selected(count: usize) -> String {
    match count {
        0 => "Add devices".to_owned(),
        count => format!("Add {}", super::devices(count)),
    }
}

/// The picker's caption.
pub fn found(shown: usize, total: usize) -> String {
    if shown < total {
        format!(
            "The first {shown} of {}: search to narrow them down.",
            super::devices(total)
        )
    } else {
        super::devices(total)
    }
}

/// The label of a picker's box.
pub fn pick(name: &str) -> String {
    format!("Pick {name}")
}

/// The label of the picker's box for all that are shown.
pub fn pick_all(count: usize) -> String {
    format!("Pick all {count} shown")
}
