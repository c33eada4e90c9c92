//! Which outcomes are true of which command.

use serde::Deserialize;

use super::ledger::{State, Truth};

/// An outcome that the command line printed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Cancelled,
    Accepted,
    Expired,
    LostRace,
    AlreadyDelivered,
    AlreadyFinished,
    NotFound,
    Denied,
    Rejected,
    Unknown,
    NotSent,
    Planned,
}

impl Outcome {
    pub const ALL: [Self; 12] = [
        Self::Cancelled,
        Self::Accepted,
        Self::Expired,
        Self::LostRace,
        Self::AlreadyDelivered,
        Self::AlreadyFinished,
        Self::NotFound,
        Self::Denied,
        Self::Rejected,
        Self::Unknown,
        Self::NotSent,
        Self::Planned,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::LostRace => "lost_race",
            Self::AlreadyDelivered => "already_delivered",
            Self::AlreadyFinished => "already_finished",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::NotSent => "not_sent",
            Self::Planned => "planned",
        }
    }

    /// Returns whether this is true of the command, after a run that alone cancelled anything.
    pub fn is_true_of(self, truth: &Truth) -> bool {
        let accepted = truth.was_accepted();
        match self {
            Self::Cancelled => truth.state == State::Cancelled && accepted,
            // At the deadline it had not shown; what shows later is nothing that was said.
            Self::Accepted => accepted,
            // That a cancel was sent need not show in the ledger: it may have been lost on its way.
            Self::Expired => truth.state == State::Expired,
            Self::LostRace => truth.state.went_out(),
            // Both say "before the cancel", so none of ours can have been accepted.
            Self::AlreadyDelivered => truth.state.went_out() && !accepted,
            Self::AlreadyFinished => {
                !accepted && !matches!(truth.state, State::Pending | State::Sent)
            }
            // The vendor refused each cancel that it processed.
            Self::Denied | Self::Rejected => !accepted,
            Self::Unknown => true,
            Self::NotSent => truth.cancels.is_empty(),
            // Every target is there, and no run was a dry one.
            Self::NotFound | Self::Planned => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soak::ledger::Cancel;

    fn truth(state: State, cancels: &[bool]) -> Truth {
        Truth {
            command: "1".to_owned(),
            state,
            cancels: cancels
                .iter()
                .map(|&accepted| Cancel {
                    at_ms: 0,
                    accepted,
                    seen_pending: false,
                })
                .collect(),
        }
    }

    /// Returns the states in which `outcome` is true after these cancels.
    fn states(outcome: Outcome, cancels: &[bool]) -> Vec<State> {
        State::ALL
            .into_iter()
            .filter(|state| outcome.is_true_of(&truth(*state, cancels)))
            .collect()
    }

    #[test]
    fn what_is_said_of_the_end_must_be_the_end() {
        use State::{Cancelled, Expired, Failed, Sent, Succeeded, TimedOut};
        let went_out = [Sent, Succeeded, Failed, TimedOut];
        assert_eq!(states(Outcome::Cancelled, &[true]), [Cancelled]);
        assert_eq!(states(Outcome::Cancelled, &[false, true]), [Cancelled]);
        assert_eq!(states(Outcome::Expired, &[true]), [Expired]);
        assert_eq!(states(Outcome::Expired, &[]), [Expired]);
        assert_eq!(states(Outcome::LostRace, &[true]), went_out);
        assert_eq!(states(Outcome::LostRace, &[]), went_out);
        assert_eq!(states(Outcome::AlreadyDelivered, &[false]), went_out);
        assert_eq!(
            states(Outcome::AlreadyFinished, &[]),
            [Succeeded, Failed, Cancelled, Expired, TimedOut]
        );
    }

    #[test]
    fn what_is_said_of_the_cancels_must_be_so() {
        // Cancelled without a cancel of ours, though we say that it is cancelled since.
        assert!(states(Outcome::Cancelled, &[false]).is_empty());
        for before in [Outcome::AlreadyDelivered, Outcome::AlreadyFinished] {
            assert!(states(before, &[false, true]).is_empty(), "{before:?}");
        }
        for refused in [Outcome::Denied, Outcome::Rejected] {
            assert!(states(refused, &[true]).is_empty());
            assert_eq!(states(refused, &[false]).len(), State::ALL.len());
        }
        assert_eq!(states(Outcome::Accepted, &[true]).len(), State::ALL.len());
        assert!(states(Outcome::Accepted, &[false]).is_empty());
        assert_eq!(states(Outcome::NotSent, &[]).len(), State::ALL.len());
        assert!(states(Outcome::NotSent, &[false]).is_empty());
    }

    #[test]
    fn unknown_is_never_wrong_and_what_cannot_be_always_is() {
        for cancels in [&[][..], &[true], &[false]] {
            assert_eq!(states(Outcome::Unknown, cancels).len(), State::ALL.len());
            assert!(states(Outcome::NotFound, cancels).is_empty());
            assert!(states(Outcome::Planned, cancels).is_empty());
        }
    }

    #[test]
    fn every_outcome_is_read_by_its_word() {
        for outcome in Outcome::ALL {
            let word = format!("{:?}", outcome.word());
            assert_eq!(serde_json::from_str::<Outcome>(&word).unwrap(), outcome);
        }
    }
}
