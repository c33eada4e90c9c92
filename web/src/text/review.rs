//! The review before a cancel.

use countermand_core_model::Provider;

/// The title over some commands.
pub fn title(count: usize, devices: usize) -> String {
    format!(
        "Cancel {} on {}?",
        super::commands(count),
        super::devices(devices)
    )
}

/// The title over everything of a device.
pub fn title_everything(device: &str) -> String {
    format!("Cancel everything that waits on {device}?")
}

/// The button that goes ahead.
pub fn go(count: usize) -> String {
    format!("Cancel {}", super::commands(count))
}

/// The button that does nothing.
pub const fn keep(count: usize) -> &'static str {
    if count == 1 {
        "Keep command"
    } else {
        "Keep commands"
    }
}

/// Over what cannot be promised.
pub const CANNOT_PROMISE: &str = "What cannot be promised";

/// What cannot be promised at either vendor.
pub const MAY_HAVE_GONE: &str = "A command may have gone out already, or go out before the cancel arrives. Each is read again afterwards, and you are told what became of it.";
/// What cannot be promised of everything.
pub const EVERYTHING_ELSE: &str =
    "Whatever else waits on the device when the cancel arrives is cancelled, too.";

/// What is particular to a vendor.
pub const fn of_vendor(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => {
            "Applivery only promises to try: a cancel that it takes can still come too late."
        }
        Provider::Enos => {
            "On EnOS, cancelling the first of a queue lets the next go out; so each device's commands are cancelled newest first. Commands that you keep may go out sooner."
        }
    }
}

/// How many, and on which device.
pub fn on_device(count: usize, device: &str) -> String {
    if count == 1 {
        device.to_owned()
    } else {
        format!("{device} ({count})")
    }
}

/// The rest of a long list of devices.
pub fn and_more(count: usize) -> String {
    format!("and {} more", super::devices(count))
}

/// The label of the box for the number.
pub fn type_number(count: usize) -> String {
    format!("Type {count} to go ahead")
}

/// Where the number is not the right one yet.
pub fn number_wrong(count: usize) -> String {
    format!("The number must be {count}.")
}

/// From when the list is.
pub fn as_read(ago: &str) -> String {
    format!("As read {ago}. Each is read once more before a cancel is sent.")
}
