//! Outcomes in words. Only a target that is cancelled now may be called that.

use countermand_client::CancelOutcome;

use super::catalogue::outcomes_counted as counted;
pub use super::catalogue::{outcomes::*, outcomes_why as why};

/// How many have an outcome: "3 came too late".
pub fn counted(outcome: CancelOutcome, count: usize) -> String {
    match outcome {
        CancelOutcome::Cancelled => counted::cancelled(count),
        CancelOutcome::Accepted => counted::accepted(count),
        CancelOutcome::Expired => counted::expired(count),
        CancelOutcome::LostRace => counted::lost_race(count),
        CancelOutcome::AlreadyDelivered => counted::already_delivered(count),
        CancelOutcome::AlreadyFinished => counted::already_finished(count),
        CancelOutcome::NotFound => counted::not_found(count),
        CancelOutcome::Denied => counted::denied(count),
        CancelOutcome::Rejected => counted::rejected(count),
        CancelOutcome::Unknown => counted::unknown(count),
        CancelOutcome::NotSent => counted::not_sent(count),
        CancelOutcome::Planned => counted::planned(count),
    }
}
