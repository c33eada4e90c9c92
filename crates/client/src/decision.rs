//! What an answer or a reading says about a cancel. Pure: no I/O, no clock, so that every order of
//! events can be tried. Everything that ends in an outcome is decided here and nowhere else.

use countermand_core_model::{CancelOutcome, CancelReport, CommandState};
use countermand_transport::{ApiError, ApiErrorKind, CancelEffect};

use crate::in_words;

/// After so many cancels whose answers were lost, a command that still waits is not sent another.
const MOST_SENDS: u32 = 3;

/// The outcome of a target in this state where no cancel is needed or possible; none where one is sent.
///
/// A command whose state is unknown is sent one: it was named, and the reading afterwards decides.
pub(crate) const fn before_cancel(state: CommandState) -> Option<CancelOutcome> {
    match state {
        CommandState::Pending | CommandState::Unknown => None,
        CommandState::Sent => Some(CancelOutcome::AlreadyDelivered),
        CommandState::Succeeded
        | CommandState::Failed
        | CommandState::Cancelled
        | CommandState::Expired
        | CommandState::TimedOut => Some(CancelOutcome::AlreadyFinished),
    }
}

/// Writes into `report` that the target could not be read before, so that no cancel is sent.
pub(crate) fn refused_before(report: &mut CancelReport, error: &ApiError) {
    report.outcome = refusal(error).unwrap_or(CancelOutcome::NotSent);
    note(report, error);
}

/// The outcome where the vendor itself refused this target. A refusal of the whole connection is none.
fn refusal(error: &ApiError) -> Option<CancelOutcome> {
    match error.kind() {
        ApiErrorKind::NotFound => Some(CancelOutcome::NotFound),
        ApiErrorKind::Denied => Some(CancelOutcome::Denied),
        ApiErrorKind::Rejected => Some(CancelOutcome::Rejected),
        _ => None,
    }
}

/// Keeps the vendor's code, message and request id, or else the error's own words.
pub(crate) fn note(report: &mut CancelReport, error: &ApiError) {
    let word = error.word();
    report.vendor_code = word.code.clone();
    report.message = Some(word.message.clone().unwrap_or_else(|| in_words(error)));
    report.request_id = word.request_id.clone();
}

/// What is known of the cancels sent for one target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trial {
    /// How many cancels were begun for it.
    sends: u32,
    /// The vendor took one.
    accepted: bool,
    /// The answer to the latest that was answered or may have been sent was lost.
    in_doubt: bool,
    /// The answer to any of them was lost.
    ever_in_doubt: bool,
    /// The vendor refused the latest.
    refused: Option<CancelOutcome>,
}

/// What a reading after a cancel says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is settled.
    Settled(CancelOutcome),
    /// It still waits though a cancel may have reached the vendor: send another.
    SendAgain,
    /// Read again later.
    ReadAgain,
}

impl Trial {
    /// A cancel is about to leave.
    pub(crate) fn sending(&mut self) {
        self.sends += 1;
    }

    /// The vendor took the latest cancel.
    pub(crate) fn accepted(&mut self) {
        self.accepted = true;
    }

    /// The latest cancel came back with `error`.
    pub(crate) fn failed(&mut self, error: &ApiError) {
        let refused = match error.cancel_effect() {
            CancelEffect::Unknown => {
                self.in_doubt = true;
                self.ever_in_doubt = true;
                return;
            }
            // It did not leave: whatever was so before is so still.
            CancelEffect::NotSent if error.attempts() == 0 => return,
            // An earlier attempt of the same request was answered with a refusal, the last did not leave.
            CancelEffect::NotSent => CancelOutcome::Rejected,
            CancelEffect::Refused if error.refuses_connection() => CancelOutcome::Denied,
            CancelEffect::Refused => refusal(error).unwrap_or(CancelOutcome::Rejected),
        };
        // That settles this one only: an earlier one whose answer was lost may have been taken all the same
        // and not have shown yet, since both vendors cancel after they have answered.
        self.in_doubt = false;
        self.refused = Some(refused);
    }

    /// Did anything leave that makes reading again worth while?
    pub(crate) fn needs_reading(&self) -> bool {
        self.accepted || self.ever_in_doubt || self.refused.is_some()
    }

    /// Did the latest cancel's answer get lost?
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Does the outcome hang on a reading: may a cancel have worked?
    pub(crate) fn waits_for_a_reading(&self) -> bool {
        self.accepted || self.ever_in_doubt
    }

    /// A reading that began after the latest answer (or its loss) shows `state`.
    ///
    /// `had_time`: since a lost answer the vendor had time to show what it did. Until then a reading of
    /// "pending" may be of before the cancel, and another one would double it.
    pub(crate) fn reading(&self, state: CommandState, had_time: bool) -> Verdict {
        match state {
            CommandState::Cancelled => Verdict::Settled(CancelOutcome::Cancelled),
            CommandState::Expired => Verdict::Settled(CancelOutcome::Expired),
            state if state.reached_device() => {
                Verdict::Settled(if self.accepted || self.ever_in_doubt {
                    CancelOutcome::LostRace
                } else {
                    self.without_reading()
                })
            }
            CommandState::Pending
                if self.in_doubt && !self.accepted && had_time && self.sends < MOST_SENDS =>
            {
                Verdict::SendAgain
            }
            _ if self.waits_for_a_reading() => Verdict::ReadAgain,
            _ => Verdict::Settled(self.without_reading()),
        }
    }

    /// The outcome when the time is up and no reading settled it, or none could be made.
    pub(crate) fn without_reading(&self) -> CancelOutcome {
        if self.accepted {
            CancelOutcome::Accepted
        } else if self.ever_in_doubt {
            CancelOutcome::Unknown
        } else {
            self.refused.unwrap_or(CancelOutcome::NotSent)
        }
    }
}

#[cfg(test)]
mod tests {
    use CommandState::{Cancelled, Expired, Failed, Pending, Sent, Succeeded, TimedOut, Unknown};
    use countermand_core_model::{CancelOutcome as Outcome, VendorWord};
    use countermand_transport::{TransportError, TransportErrorKind};
    use http::StatusCode;

    use super::*;

    fn lost() -> ApiError {
        TransportError::new(TransportErrorKind::Interrupted).into()
    }

    fn not_sent() -> ApiError {
        TransportError::new(TransportErrorKind::Connect).into()
    }

    fn refused(kind: ApiErrorKind) -> ApiError {
        ApiError::answered(kind, StatusCode::BAD_REQUEST, VendorWord::default())
    }

    fn trial(answers: &[Option<ApiError>]) -> Trial {
        let mut trial = Trial::default();
        for answer in answers {
            trial.sending();
            match answer {
                None => trial.accepted(),
                Some(error) => trial.failed(error),
            }
        }
        trial
    }

    #[test]
    fn only_what_waits_or_is_unknown_is_sent_a_cancel() {
        for state in CommandState::ALL {
            let expected = match state {
                Pending | Unknown => None,
                Sent => Some(Outcome::AlreadyDelivered),
                _ => Some(Outcome::AlreadyFinished),
            };
            assert_eq!(before_cancel(state), expected, "{state}");
        }
    }

    #[test]
    fn cancelled_is_said_for_a_reading_of_cancelled_and_for_nothing_else() {
        let answers: [&[Option<ApiError>]; 6] = [
            &[None],
            &[Some(lost())],
            &[Some(refused(ApiErrorKind::Rejected))],
            &[Some(not_sent())],
            &[Some(lost()), None],
            &[Some(lost()), Some(refused(ApiErrorKind::NotFound))],
        ];
        for answers in answers {
            let trial = trial(answers);
            assert_ne!(trial.without_reading(), Outcome::Cancelled);
            for state in CommandState::ALL {
                let said = trial.reading(state, true) == Verdict::Settled(Outcome::Cancelled);
                assert_eq!(said, state == Cancelled, "{trial:?} {state}");
            }
        }
    }

    #[test]
    fn after_an_accepted_cancel() {
        let trial = trial(&[None]);
        for state in [Sent, Succeeded, Failed, TimedOut] {
            assert_eq!(
                trial.reading(state, true),
                Verdict::Settled(Outcome::LostRace),
                "{state}"
            );
        }
        assert_eq!(
            trial.reading(Expired, true),
            Verdict::Settled(Outcome::Expired)
        );
        assert_eq!(
            trial.reading(Pending, true),
            Verdict::ReadAgain,
            "never a second cancel after an accepted one"
        );
        assert_eq!(trial.reading(Unknown, true), Verdict::ReadAgain);
        assert_eq!(trial.without_reading(), Outcome::Accepted);
    }

    #[test]
    fn after_a_lost_answer() {
        let trial = trial(&[Some(lost())]);
        for state in [Sent, Succeeded, Failed, TimedOut] {
            assert_eq!(
                trial.reading(state, true),
                Verdict::Settled(Outcome::LostRace),
                "{state}"
            );
        }
        assert_eq!(
            trial.reading(Pending, true),
            Verdict::SendAgain,
            "the reading showed that it still waits"
        );
        assert_eq!(
            trial.reading(Unknown, true),
            Verdict::ReadAgain,
            "a second cancel wants a reading of pending"
        );
        assert_eq!(trial.without_reading(), Outcome::Unknown);
    }

    #[test]
    fn lost_answers_are_not_repeated_for_ever() {
        let trial = trial(&[Some(lost()), Some(lost()), Some(lost())]);
        assert_eq!(trial.reading(Pending, true), Verdict::ReadAgain);
        assert_eq!(trial.without_reading(), Outcome::Unknown);
    }

    #[test]
    fn after_a_refusal() {
        for (kind, outcome) in [
            (ApiErrorKind::NotFound, Outcome::NotFound),
            (ApiErrorKind::Denied, Outcome::Denied),
            (ApiErrorKind::Rejected, Outcome::Rejected),
            (ApiErrorKind::RateLimited, Outcome::Rejected),
            (ApiErrorKind::Unavailable, Outcome::Rejected),
            (ApiErrorKind::Unauthorized, Outcome::Denied),
            (ApiErrorKind::Forbidden, Outcome::Denied),
        ] {
            let trial = trial(&[Some(refused(kind))]);
            for state in [Pending, Sent, Succeeded, Unknown] {
                assert_eq!(
                    trial.reading(state, true),
                    Verdict::Settled(outcome),
                    "{kind:?} {state}"
                );
            }
            assert_eq!(trial.without_reading(), outcome, "{kind:?}");
        }
    }

    #[test]
    fn an_error_inside_the_vendor_leaves_it_in_doubt() {
        for kind in [ApiErrorKind::Server, ApiErrorKind::Unreadable] {
            let trial = trial(&[Some(refused(kind))]);
            assert!(trial.is_in_doubt());
            assert_eq!(trial.without_reading(), Outcome::Unknown);
        }
    }

    #[test]
    fn a_refusal_does_not_settle_an_earlier_cancel_whose_answer_was_lost() {
        let trial = trial(&[Some(lost()), Some(refused(ApiErrorKind::Rejected))]);
        assert_eq!(
            trial.reading(Pending, true),
            Verdict::ReadAgain,
            "the first may yet show, and after a refusal no third is sent"
        );
        assert_eq!(
            trial.reading(Succeeded, true),
            Verdict::Settled(Outcome::LostRace)
        );
        assert_eq!(trial.without_reading(), Outcome::Unknown);
    }

    #[test]
    fn what_did_not_leave_was_not_sent() {
        let trial = trial(&[Some(not_sent())]);
        assert!(!trial.needs_reading());
        assert_eq!(trial.without_reading(), Outcome::NotSent);
    }

    #[test]
    fn a_lost_answer_stays_in_doubt_where_the_next_cancel_did_not_leave() {
        let trial = trial(&[Some(lost()), Some(not_sent())]);
        assert_eq!(trial.without_reading(), Outcome::Unknown);
        assert_eq!(
            trial.reading(Succeeded, true),
            Verdict::Settled(Outcome::LostRace)
        );
    }

    #[test]
    fn what_was_refused_and_then_did_not_leave_was_refused() {
        let error: ApiError = TransportError::new(TransportErrorKind::Connect)
            .with_attempts(1)
            .into();
        assert_eq!(trial(&[Some(error)]).without_reading(), Outcome::Rejected);
    }
}
