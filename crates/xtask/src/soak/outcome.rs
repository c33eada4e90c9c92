//! The rows that the command line prints, and which outcomes are true of which command.

use anyhow::{Context, Result};
use countermand_core_model::{CancelOutcome as Outcome, CommandState as State};
use serde::{Deserialize, de::DeserializeOwned};

use super::ledger::Truth;

/// A row that the command line prints.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Row {
    pub device: String,
    pub id: String,
    pub before: Option<String>,
    pub outcome: Outcome,
    pub after: Option<String>,
    pub attempts: u32,
}

/// Reads the rows of an output.
pub fn read_rows<R: DeserializeOwned>(output: &[u8]) -> Result<Vec<R>> {
    serde_json::from_slice(output)
        .with_context(|| format!("no rows: {}", String::from_utf8_lossy(output)))
}

/// Returns whether an outcome is true of the command, after a run that alone cancelled anything.
pub fn is_true(outcome: Outcome, truth: &Truth) -> bool {
    let accepted = truth.was_accepted();
    match outcome {
        Outcome::Cancelled => truth.state == State::Cancelled && accepted,
        // At the deadline it had not shown; what shows later is nothing that was said.
        Outcome::Accepted => accepted,
        // That a cancel was sent need not show in the ledger: it may have been lost on its way.
        Outcome::Expired => truth.state == State::Expired,
        Outcome::LostRace => truth.went_out(),
        // Both say "before the cancel", so none of ours can have been accepted.
        Outcome::AlreadyDelivered => truth.went_out() && !accepted,
        Outcome::AlreadyFinished => {
            !accepted && !matches!(truth.state, State::Pending | State::Sent)
        }
        // The provider refused each cancel that it processed.
        Outcome::Denied | Outcome::Rejected => !accepted,
        Outcome::Unknown => true,
        Outcome::NotSent => truth.cancels.is_empty(),
        // Every target is there, and no run was a dry one.
        Outcome::NotFound | Outcome::Planned => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soak::ledger::Cancel;

    /// The simulator knows the state of each command.
    const STATES: usize = State::ALL.len() - 1;

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
        let known = State::ALL
            .into_iter()
            .filter(|state| *state != State::Unknown);
        known
            .filter(|state| is_true(outcome, &truth(*state, cancels)))
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
            assert_eq!(states(refused, &[false]).len(), STATES);
        }
        assert_eq!(states(Outcome::Accepted, &[true]).len(), STATES);
        assert!(states(Outcome::Accepted, &[false]).is_empty());
        assert_eq!(states(Outcome::NotSent, &[]).len(), STATES);
        assert!(states(Outcome::NotSent, &[false]).is_empty());
    }

    #[test]
    fn unknown_is_never_wrong_and_what_cannot_be_always_is() {
        for cancels in [&[][..], &[true], &[false]] {
            assert_eq!(states(Outcome::Unknown, cancels).len(), STATES);
            assert!(states(Outcome::NotFound, cancels).is_empty());
            assert!(states(Outcome::Planned, cancels).is_empty());
        }
    }

    #[test]
    fn every_outcome_is_read_by_its_word() {
        for outcome in Outcome::ALL {
            let word = format!("{:?}", outcome.as_str());
            assert_eq!(serde_json::from_str::<Outcome>(&word).unwrap(), outcome);
        }
    }
}
