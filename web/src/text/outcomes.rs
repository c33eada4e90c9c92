//! Outcomes in words. Only a target that is cancelled now may be called that.

use countermand_core_model::CommandState;

/// A label.
pub const CANCELLED: &str = "Cancelled";
/// A label.
pub const WAS_CANCELLED_BEFORE: &str = "Was cancelled before";
/// A label.
pub const ACCEPTED: &str = "Not confirmed";
/// A label.
pub const EXPIRED: &str = "Expired";
/// A label.
pub const LOST_RACE: &str = "Came too late";
/// A label.
pub const ALREADY_DELIVERED: &str = "Had gone out";
/// A label.
pub const ALREADY_FINISHED: &str = "Had ended";
/// A label.
pub const NOT_FOUND: &str = "Not found";
/// A label.
pub const DENIED: &str = "Denied";
/// A label.
pub const REJECTED: &str = "Rejected";
/// A label.
pub const UNKNOWN: &str = "Unknown";
/// A label.
pub const NOT_SENT: &str = "Not sent";
/// A label.
pub const PLANNED: &str = "Would be sent";

/// A sentence.
pub const WAS_CANCELLED_BEFORE_WHY: &str = "It was cancelled before; no cancel was sent.";
/// A sentence.
pub const ACCEPTED_WHY: &str = "The vendor took the cancel; when the time was up it had not yet confirmed it. The command may still run.";
/// A sentence.
pub const EXPIRED_WHY: &str =
    "A cancel was sent; the vendor reports the command expired: it will not run.";

/// It had ended in this state before any cancel.
pub fn had_ended(state: CommandState) -> String {
    format!(
        "It had ended before ({}); no cancel was sent.",
        super::state(state).to_lowercase()
    )
}
