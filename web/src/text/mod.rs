//! Everything that the console says, in one place, so that it can be said in another language.

pub mod connect;
pub mod consequences;
pub mod details;
pub mod devices;
pub mod outcomes;
pub mod problems;
pub mod review;
pub mod run;
pub mod table;

use countermand_core_model::{CommandState, DeviceRef};

use crate::state::connection_form::Field;

/// The product.
pub const PRODUCT: &str = "Countermand";
/// What it is for.
pub const TAGLINE: &str =
    "See which commands wait for your devices, and cancel them before they go out.";
/// The link that leads past the head of the page.
pub const SKIP: &str = "Skip to the content";
/// The button that wipes the key.
pub const LOCK: &str = "Lock";
/// What it does.
pub const LOCK_HINT: &str = "Wipes the key and everything that was read from this page";
/// Said after locking.
pub const LOCKED: &str = "Locked. The key and everything that was read are gone from this page.";
/// Said after locking for want of activity.
pub const LOCKED_IDLE: &str = "Locked after 15 minutes without activity. The key and everything that was read are gone from this page.";
/// The title of the question before locking in a run.
pub const LOCK_RUN_TITLE: &str = "Lock while cancels are going out?";
/// What that would do.
pub const LOCK_RUN_BODY: &str = "Locking now stops the run and forgets the answers that are still on their way: you would not learn what became of those commands.";
/// Do not lock.
pub const LOCK_RUN_KEEP: &str = "Keep running";
/// Lock all the same.
pub const LOCK_RUN_GO: &str = "Stop and lock";
/// The button that closes a panel.
pub const CLOSE: &str = "Close";
/// The button that tries something again.
pub const TRY_AGAIN: &str = "Try again";
/// The vendor's own words, before an error's details.
pub const DETAIL: &str = "In detail";
/// A command without a kind.
pub const COMMAND: &str = "command";
/// Ago: this moment.
pub const JUST_NOW: &str = "just now";

/// Ago, in seconds.
pub fn seconds_ago(count: i64) -> String {
    format!("{count} s ago")
}

/// Ago, in minutes.
pub fn minutes_ago(count: i64) -> String {
    format!("{count} min ago")
}

/// Ago, in hours.
pub fn hours_ago(count: i64) -> String {
    format!("{count} h ago")
}

/// Ago, in days.
pub fn days_ago(count: i64) -> String {
    format!(
        "{} ago",
        count_of(usize::try_from(count).unwrap_or(0), "day", "days")
    )
}

/// A number with its noun.
pub fn count_of(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// "3 commands".
pub fn commands(count: usize) -> String {
    count_of(count, "command", "commands")
}

/// "3 devices".
pub fn devices(count: usize) -> String {
    count_of(count, "device", "devices")
}

/// A device where the vendor is plain already: its text form without the vendor.
pub fn short(device: &DeviceRef) -> String {
    let text = device.to_string();
    match text.split_once(':') {
        Some((_, rest)) => rest.to_owned(),
        None => text,
    }
}

/// A state in a word or two.
pub const fn state(state: CommandState) -> &'static str {
    match state {
        CommandState::Pending => "Pending",
        CommandState::Sent => "Sent",
        CommandState::Succeeded => "Succeeded",
        CommandState::Failed => "Failed",
        CommandState::Cancelled => "Cancelled",
        CommandState::Expired => "Expired",
        CommandState::TimedOut => "Timed out",
        CommandState::Unknown => "Unknown",
    }
}

/// A state that goes by its vendor's word though the validity has passed.
pub const PAST_VALIDITY: &str = "Pending, past its validity";

/// Why a command cannot be cancelled.
pub const WHY_NOT_SENT: &str = "It went to the device and cannot be called back.";
/// Why a command cannot be cancelled.
pub const WHY_NOT_SUCCEEDED: &str = "The device has executed it.";
/// Why a command cannot be cancelled.
pub const WHY_NOT_FAILED: &str = "It has ended in an error.";
/// Why a command cannot be cancelled.
pub const WHY_NOT_CANCELLED: &str = "It is cancelled already.";
/// Why a command cannot be cancelled.
pub const WHY_NOT_EXPIRED: &str = "It has expired and will not run.";
/// Why a command cannot be cancelled.
pub const WHY_NOT_TIMED_OUT: &str = "It went to the device, which did not answer in time.";

/// The rule of a key.
pub const RULE_KEY_EMPTY: &str = "must not be empty";
/// The rule of a key.
pub const RULE_KEY_BLANKS: &str = "must not begin or end with a blank: paste it again without";
/// The rule of a key.
pub const RULE_KEY_CHARACTERS: &str = "must be visible ASCII characters without blanks";

/// A field that breaks its rule, in a sentence.
pub fn field_error(field: Field, rule: &str) -> String {
    format!("{} {rule}.", connect::label(field))
}
