//! The cancels sent for one target, and what they allow to say of it.

use countermand_core_model::{CancelOutcome, CommandState};

use super::ResponseKind;

/// The most cancels of a pending command whose responses were lost.
const MOST_SENDS: u32 = 3;

/// What is known of the cancels sent for one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct AttemptLog {
    /// How many cancels were sent.
    sends: u32,
    /// The provider accepted one.
    accepted: bool,
    /// The response to the latest was lost.
    in_doubt: bool,
    /// The response to any of them was lost.
    ever_in_doubt: bool,
    /// The provider refused the latest.
    refused: Option<CancelOutcome>,
}

/// What a reading after a cancel decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Settled(CancelOutcome),
    /// The command is still pending, though a cancel may have reached the provider.
    SendAgain,
    ReadAgain,
}

impl AttemptLog {
    /// Takes in the response to a cancel.
    pub(crate) fn take_response(&mut self, end: ResponseKind) {
        self.sends += 1;
        match end {
            ResponseKind::Taken => {
                self.accepted = true;
                self.in_doubt = false;
            }
            ResponseKind::Lost => {
                self.in_doubt = true;
                self.ever_in_doubt = true;
            }
            // It was not sent, which changes nothing.
            ResponseKind::NotSent => {}
            // An earlier cancel whose response was lost may have been accepted and not show yet: both providers
            // cancel after they have responded.
            ResponseKind::Refused(outcome) => {
                self.in_doubt = false;
                self.refused = Some(outcome);
            }
        }
    }

    /// Returns whether a reading may show an effect of what was sent.
    pub(crate) fn needs_reading(&self) -> bool {
        self.accepted || self.ever_in_doubt || self.refused.is_some()
    }

    /// Returns whether the response to the latest cancel was lost.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Returns whether a cancel may have worked, so that a reading decides.
    pub(crate) fn hangs_on_reading(&self) -> bool {
        self.accepted || self.ever_in_doubt
    }

    /// Decides by `state`, shown by a reading that began after the latest response or its loss.
    ///
    /// Until a provider `had_time` to show the effect of a lost cancel, "pending" may be older than the cancel, and
    /// another cancel would be a second one.
    pub(crate) fn reading(&self, state: CommandState, had_time: bool) -> Verdict {
        match state {
            CommandState::Cancelled => Verdict::Settled(CancelOutcome::Cancelled),
            CommandState::Expired => Verdict::Settled(CancelOutcome::Expired),
            // After a refusal too: it may have come too late, or failed.
            state if state.reached_device() && self.needs_reading() => {
                Verdict::Settled(CancelOutcome::LostRace)
            }
            CommandState::Pending
                if self.in_doubt && !self.accepted && had_time && self.sends < MOST_SENDS =>
            {
                Verdict::SendAgain
            }
            _ if self.hangs_on_reading() => Verdict::ReadAgain,
            CommandState::Pending => match self.refused {
                // A denial does not depend on what the command does.
                Some(CancelOutcome::Denied) => Verdict::Settled(CancelOutcome::Denied),
                // The provider may not show yet why it refused.
                Some(_) if !had_time => Verdict::ReadAgain,
                _ => Verdict::Settled(self.without_reading()),
            },
            // Neither the refusal nor the reading says what became of it.
            _ => Verdict::ReadAgain,
        }
    }

    /// Decides without a reading; `is_final` if no later one would succeed.
    pub(crate) fn no_reading(&self, is_final: bool) -> Verdict {
        if is_final && !self.hangs_on_reading() {
            // The provider refuses both the cancel and the reading.
            Verdict::Settled(self.without_reading())
        } else {
            Verdict::ReadAgain
        }
    }

    /// Returns the outcome if no reading decided it in time.
    pub(crate) fn without_reading(&self) -> CancelOutcome {
        if self.accepted {
            CancelOutcome::Accepted
        } else if self.ever_in_doubt {
            CancelOutcome::Unknown
        } else {
            self.refused.unwrap_or(CancelOutcome::NotSent)
        }
    }

    /// Returns the outcome if the last reading failed. A refusal alone does not say what became of the command, which
    /// may have been delivered just before.
    pub(crate) fn unread(&self) -> CancelOutcome {
        match self.without_reading() {
            CancelOutcome::Accepted => CancelOutcome::Accepted,
            _ => CancelOutcome::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use CommandState::{Cancelled, Expired, Failed, Pending, Sent, Succeeded, TimedOut, Unknown};
    use countermand_core_model::{CancelOutcome as Outcome, ProviderDetail};
    use countermand_transport::{ApiError, ApiErrorKind, TransportError, TransportErrorKind};
    use http::StatusCode;

    use super::*;
    use crate::cancel::{CancelResponse, before_cancel};

    fn lost() -> ApiError {
        TransportError::new(TransportErrorKind::Interrupted).into()
    }

    fn not_sent() -> ApiError {
        TransportError::new(TransportErrorKind::Connect).into()
    }

    fn refused(kind: ApiErrorKind) -> ApiError {
        ApiError::answered(kind, StatusCode::BAD_REQUEST, ProviderDetail::default())
    }

    /// A response to a cancel; `None` if the provider accepted it.
    type Answered = Option<fn() -> ApiError>;

    fn attempt_log(answers: &[Answered]) -> AttemptLog {
        let mut attempt_log = AttemptLog::default();
        for answer in answers {
            attempt_log.take_response(answer.map_or(ResponseKind::Taken, |error| {
                CancelResponse::of(&Err(error())).kind
            }));
        }
        attempt_log
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
        let answers: [&[Answered]; 6] = [
            &[None],
            &[Some(lost)],
            &[Some(|| refused(ApiErrorKind::Rejected))],
            &[Some(not_sent)],
            &[Some(lost), None],
            &[Some(lost), Some(|| refused(ApiErrorKind::NotFound))],
        ];
        for answers in answers {
            let attempt_log = attempt_log(answers);
            assert_ne!(attempt_log.without_reading(), Outcome::Cancelled);
            for state in CommandState::ALL {
                let said = attempt_log.reading(state, true) == Verdict::Settled(Outcome::Cancelled);
                assert_eq!(said, state == Cancelled, "{attempt_log:?} {state}");
            }
        }
    }

    #[test]
    fn after_an_accepted_cancel() {
        let attempt_log = attempt_log(&[None]);
        for state in [Sent, Succeeded, Failed, TimedOut] {
            assert_eq!(
                attempt_log.reading(state, true),
                Verdict::Settled(Outcome::LostRace),
                "{state}"
            );
        }
        assert_eq!(
            attempt_log.reading(Expired, true),
            Verdict::Settled(Outcome::Expired)
        );
        assert_eq!(
            attempt_log.reading(Pending, true),
            Verdict::ReadAgain,
            "never a second cancel after an accepted one"
        );
        assert_eq!(attempt_log.reading(Unknown, true), Verdict::ReadAgain);
        assert_eq!(attempt_log.without_reading(), Outcome::Accepted);
    }

    #[test]
    fn after_a_lost_answer() {
        let attempt_log = attempt_log(&[Some(lost)]);
        for state in [Sent, Succeeded, Failed, TimedOut] {
            assert_eq!(
                attempt_log.reading(state, true),
                Verdict::Settled(Outcome::LostRace),
                "{state}"
            );
        }
        assert_eq!(
            attempt_log.reading(Pending, true),
            Verdict::SendAgain,
            "the reading showed that it still waits"
        );
        assert_eq!(
            attempt_log.reading(Unknown, true),
            Verdict::ReadAgain,
            "a second cancel wants a reading of pending"
        );
        assert_eq!(attempt_log.without_reading(), Outcome::Unknown);
    }

    #[test]
    fn lost_answers_are_not_repeated_for_ever() {
        let attempt_log = attempt_log(&[Some(lost), Some(lost), Some(lost)]);
        assert_eq!(attempt_log.reading(Pending, true), Verdict::ReadAgain);
        assert_eq!(attempt_log.without_reading(), Outcome::Unknown);
    }

    #[test]
    fn after_a_refusal_the_reading_decides() {
        for (kind, outcome) in [
            (ApiErrorKind::NotFound, Outcome::NotFound),
            (ApiErrorKind::Denied, Outcome::Denied),
            (ApiErrorKind::Rejected, Outcome::Rejected),
            (ApiErrorKind::Unauthorized, Outcome::Denied),
            (ApiErrorKind::Forbidden, Outcome::Denied),
        ] {
            let mut attempt_log = AttemptLog::default();
            attempt_log.take_response(CancelResponse::of(&Err(refused(kind))).kind);
            for state in [Sent, Succeeded, Failed, TimedOut] {
                assert_eq!(
                    attempt_log.reading(state, true),
                    Verdict::Settled(Outcome::LostRace),
                    "{kind:?} {state}"
                );
            }
            for (state, said) in [
                (Cancelled, Verdict::Settled(Outcome::Cancelled)),
                (Expired, Verdict::Settled(Outcome::Expired)),
                (Pending, Verdict::Settled(outcome)),
                (Unknown, Verdict::ReadAgain),
            ] {
                assert_eq!(attempt_log.reading(state, true), said, "{kind:?} {state}");
            }
            // The last word where every reading showed a state that is not known.
            assert_eq!(attempt_log.without_reading(), outcome, "{kind:?}");
            assert_eq!(
                attempt_log.no_reading(false),
                Verdict::ReadAgain,
                "not on the refusal alone: {kind:?}"
            );
            assert_eq!(attempt_log.unread(), Outcome::Unknown, "{kind:?}");
            assert_eq!(
                attempt_log.no_reading(true),
                Verdict::Settled(outcome),
                "the vendor refuses to tell, too: {kind:?}"
            );
        }
    }

    #[test]
    fn a_reading_of_pending_just_after_a_refusal_may_be_of_before() {
        let attempt_log = attempt_log(&[Some(|| refused(ApiErrorKind::Rejected))]);
        assert_eq!(attempt_log.reading(Pending, false), Verdict::ReadAgain);
        assert_eq!(
            attempt_log.reading(Succeeded, false),
            Verdict::Settled(Outcome::LostRace)
        );
    }

    #[test]
    fn a_vendor_without_time_says_nothing_about_the_target_but_when_to_come_again() {
        for kind in [ApiErrorKind::RateLimited, ApiErrorKind::Unavailable] {
            let response = CancelResponse::of(&Err(refused(kind)));
            assert_eq!(response.kind, ResponseKind::NotSent, "{kind:?}");
            assert!(response.retry_after.is_some(), "{kind:?}");
            let asked = Some(std::time::Duration::from_secs(3600));
            let response = CancelResponse::of(&Err(refused(kind).with_retry_after(asked)));
            assert_eq!(response.retry_after, asked);
        }
        assert_eq!(CancelResponse::of(&Err(not_sent())).retry_after, None);
    }

    #[test]
    fn an_error_inside_the_vendor_leaves_it_in_doubt() {
        for kind in [ApiErrorKind::Server, ApiErrorKind::Unreadable] {
            let mut attempt_log = AttemptLog::default();
            attempt_log.take_response(CancelResponse::of(&Err(refused(kind))).kind);
            assert!(attempt_log.is_in_doubt());
            assert_eq!(attempt_log.without_reading(), Outcome::Unknown);
        }
    }

    #[test]
    fn a_refusal_does_not_settle_an_earlier_cancel_whose_answer_was_lost() {
        let attempt_log = attempt_log(&[Some(lost), Some(|| refused(ApiErrorKind::Rejected))]);
        assert_eq!(
            attempt_log.reading(Pending, true),
            Verdict::ReadAgain,
            "the first may yet show, and after a refusal no third is sent"
        );
        assert_eq!(
            attempt_log.reading(Succeeded, true),
            Verdict::Settled(Outcome::LostRace)
        );
        assert_eq!(attempt_log.without_reading(), Outcome::Unknown);
    }

    #[test]
    fn what_did_not_leave_was_not_sent() {
        let attempt_log = attempt_log(&[Some(not_sent)]);
        assert!(!attempt_log.needs_reading());
        assert_eq!(attempt_log.without_reading(), Outcome::NotSent);
    }

    #[test]
    fn a_lost_answer_stays_in_doubt_where_the_next_cancel_did_not_leave() {
        let attempt_log = attempt_log(&[Some(lost), Some(not_sent)]);
        assert_eq!(attempt_log.without_reading(), Outcome::Unknown);
        assert_eq!(
            attempt_log.reading(Succeeded, true),
            Verdict::Settled(Outcome::LostRace)
        );
    }

    #[test]
    fn what_was_throttled_and_then_did_not_leave_was_not_sent() {
        let error = || {
            TransportError::new(TransportErrorKind::Connect)
                .with_attempts(1)
                .into()
        };
        assert_eq!(
            attempt_log(&[Some(error)]).without_reading(),
            Outcome::NotSent
        );
    }
}
