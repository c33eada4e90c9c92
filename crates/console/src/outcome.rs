//! How an outcome is shown: its word, its tone, its sentence.
//!
//! Only a target that is cancelled now is called that.

use countermand_client::{CancelOutcome, CancelReport};
use countermand_core_model::{CommandState, OutcomeSeverity};

use crate::text::{self, outcomes};

/// What an outcome or a state means to whoever reads it. Always shown with a shape and a word, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it was wanted.
    Good,
    /// On its way, or waiting.
    Waiting,
    /// Nothing happened.
    Quiet,
    /// Look at this.
    Warning,
    /// Not as it was wanted.
    Bad,
}

impl Tone {
    /// The tone's name in the stylesheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Quiet => "quiet",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// The outcome in a word or two.
pub fn label(report: &CancelReport) -> &'static str {
    if report.outcome == CancelOutcome::AlreadyFinished && report.is_cancelled_now() {
        outcomes::was_cancelled_before()
    } else {
        name(report.outcome)
    }
}

/// The outcome in a word or two, where no row is at hand.
pub fn name(outcome: CancelOutcome) -> &'static str {
    match outcome {
        CancelOutcome::Cancelled => outcomes::cancelled(),
        CancelOutcome::Accepted => outcomes::accepted(),
        CancelOutcome::Expired => outcomes::expired(),
        CancelOutcome::LostRace => outcomes::lost_race(),
        CancelOutcome::AlreadyDelivered => outcomes::already_delivered(),
        CancelOutcome::AlreadyFinished => outcomes::already_finished(),
        CancelOutcome::NotFound => outcomes::not_found(),
        CancelOutcome::Denied => outcomes::denied(),
        CancelOutcome::Rejected => outcomes::rejected(),
        CancelOutcome::Unknown => outcomes::unknown(),
        CancelOutcome::NotSent => outcomes::not_sent(),
        CancelOutcome::Planned => outcomes::planned(),
    }
}

/// The outcome in one sentence.
pub fn explanation(report: &CancelReport) -> String {
    use outcomes::why;
    match (report.outcome, report.before) {
        (CancelOutcome::AlreadyFinished, Some(CommandState::Cancelled)) => {
            why::was_cancelled_before().to_owned()
        }
        (CancelOutcome::AlreadyFinished, Some(state)) => why::had_ended(text::state_within(state)),
        (CancelOutcome::AlreadyFinished, None) => why::already_finished().to_owned(),
        (CancelOutcome::Cancelled, _) => why::cancelled().to_owned(),
        (CancelOutcome::Accepted, _) => why::accepted().to_owned(),
        (CancelOutcome::Expired, _) => why::expired().to_owned(),
        (CancelOutcome::LostRace, _) if report.severity() == OutcomeSeverity::Executed => {
            why::executed().to_owned()
        }
        (CancelOutcome::LostRace, _) => why::lost_race().to_owned(),
        (CancelOutcome::AlreadyDelivered, _) => why::already_delivered().to_owned(),
        (CancelOutcome::NotFound, _) if report.may_have_deleted_its_device() => {
            why::not_found_relinquished().to_owned()
        }
        (CancelOutcome::NotFound, _) => why::not_found().to_owned(),
        (CancelOutcome::Denied, _) => why::denied().to_owned(),
        (CancelOutcome::Rejected, _) => match report.after {
            Some(state) if state != CommandState::Cancelled => {
                why::rejected_now(text::state_within(state))
            }
            _ => why::rejected().to_owned(),
        },
        (CancelOutcome::Unknown, _) => why::unknown().to_owned(),
        (CancelOutcome::NotSent, _) => why::not_sent().to_owned(),
        (CancelOutcome::Planned, _) => why::planned().to_owned(),
    }
}

/// The outcome's tone.
pub const fn tone(outcome: CancelOutcome) -> Tone {
    match outcome {
        CancelOutcome::Cancelled => Tone::Good,
        CancelOutcome::Accepted | CancelOutcome::Planned => Tone::Waiting,
        CancelOutcome::Expired | CancelOutcome::AlreadyFinished | CancelOutcome::NotSent => {
            Tone::Quiet
        }
        CancelOutcome::AlreadyDelivered | CancelOutcome::NotFound | CancelOutcome::Unknown => {
            Tone::Warning
        }
        CancelOutcome::LostRace | CancelOutcome::Denied | CancelOutcome::Rejected => Tone::Bad,
    }
}

/// Does it count as failed in "3 failed"? What settled without a cancel of ours has not failed.
pub const fn failed(outcome: CancelOutcome) -> bool {
    matches!(tone(outcome), Tone::Bad)
        || matches!(outcome, CancelOutcome::NotFound | CancelOutcome::Unknown)
}

/// The place of an outcome in a list of results: what asks for attention first.
pub const fn attention(outcome: CancelOutcome) -> u8 {
    match outcome {
        CancelOutcome::LostRace => 0,
        CancelOutcome::AlreadyDelivered => 1,
        CancelOutcome::Unknown => 2,
        CancelOutcome::Denied | CancelOutcome::Rejected | CancelOutcome::NotFound => 3,
        CancelOutcome::Accepted | CancelOutcome::NotSent => 4,
        CancelOutcome::AlreadyFinished => 5,
        CancelOutcome::Expired | CancelOutcome::Planned => 6,
        CancelOutcome::Cancelled => 7,
    }
}

/// May reading again tell more? `read` is what reading it again after the run showed. What is cancelled, expired or
/// has ended stays what it is.
pub fn can_read_again(report: &CancelReport, read: Option<CommandState>) -> bool {
    let last = read.or(report.after).or(report.before);
    match report.outcome {
        CancelOutcome::Cancelled | CancelOutcome::Expired | CancelOutcome::Planned => false,
        CancelOutcome::LostRace
        | CancelOutcome::AlreadyDelivered
        | CancelOutcome::AlreadyFinished => !last.is_some_and(CommandState::has_ended),
        CancelOutcome::Accepted
        | CancelOutcome::Unknown
        | CancelOutcome::NotFound
        | CancelOutcome::Denied
        | CancelOutcome::Rejected
        | CancelOutcome::NotSent => !read.is_some_and(CommandState::has_ended),
    }
}

/// What came of the command of a row, with what reading it again after the run showed.
pub fn severity_now(report: &CancelReport, read: Option<&CommandState>) -> OutcomeSeverity {
    match read {
        Some(CommandState::Succeeded) => OutcomeSeverity::Executed,
        Some(state) if state.reached_device() => OutcomeSeverity::Delivered,
        _ => report.severity(),
    }
}

/// May its cancel be sent again? `read` is what reading it again after the run showed.
///
/// What was not sent may be. Of what was sent, only what a later reading shows still waiting: that is the
/// client's own rule for repeating a cancel. What the vendor refused, it would refuse again.
pub const fn may_try_again(outcome: CancelOutcome, read: Option<CommandState>) -> bool {
    match outcome {
        CancelOutcome::NotSent => match read {
            Some(state) => matches!(state, CommandState::Pending),
            None => true,
        },
        CancelOutcome::Accepted | CancelOutcome::Unknown => {
            matches!(read, Some(CommandState::Pending))
        }
        _ => false,
    }
}

/// The tone of a command's state.
pub const fn state_tone(state: CommandState) -> Tone {
    match state {
        CommandState::Pending => Tone::Waiting,
        CommandState::Sent => Tone::Warning,
        CommandState::Succeeded => Tone::Good,
        CommandState::Failed | CommandState::TimedOut => Tone::Bad,
        CommandState::Cancelled | CommandState::Expired | CommandState::Unknown => Tone::Quiet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{language::Language, testing::command};

    fn report(outcome: CancelOutcome, before: Option<CommandState>) -> CancelReport {
        let command = command("applivery:A1", 1, "LOCK", CommandState::Pending);
        let mut report = CancelReport::new(command.device, command.id);
        report.outcome = outcome;
        report.before = before;
        report
    }

    #[test]
    fn nothing_but_what_is_cancelled_now_is_called_cancelled() {
        for (language, word) in [
            (Language::English, "cancelled"),
            (Language::Spanish, "cancelado"),
            (Language::Chinese, "已取消"),
        ] {
            text::speak(language);
            for outcome in CancelOutcome::ALL {
                for before in CommandState::ALL.map(Some).into_iter().chain([None]) {
                    let report = report(outcome, before);
                    let said =
                        format!("{} {}", label(&report), explanation(&report)).to_lowercase();
                    assert_eq!(
                        said.contains(word),
                        report.is_cancelled_now(),
                        "{outcome} {before:?}: {said}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_sentence_of_the_model_is_said_as_it_is_but_for_two() {
        for outcome in CancelOutcome::ALL {
            let own = matches!(outcome, CancelOutcome::Accepted | CancelOutcome::Expired);
            let said = explanation(&report(outcome, None));
            assert_eq!(said == outcome.explanation(), !own, "{outcome}: {said}");
        }
    }

    #[test]
    fn an_earlier_cancel_is_told_from_this_one() {
        let earlier = report(
            CancelOutcome::AlreadyFinished,
            Some(CommandState::Cancelled),
        );
        assert_eq!(label(&earlier), "Already cancelled");
        assert_ne!(label(&earlier), name(CancelOutcome::Cancelled));
    }

    #[test]
    fn whatever_is_not_final_or_not_good_can_be_read_again() {
        for outcome in CancelOutcome::ALL {
            let mut report = report(outcome, Some(CommandState::Pending));
            report.after = Some(CommandState::Pending);
            let is_final = matches!(
                outcome,
                CancelOutcome::Cancelled | CancelOutcome::Expired | CancelOutcome::Planned
            );
            assert_eq!(can_read_again(&report, None), !is_final, "{outcome}");
            let read = Some(CommandState::Succeeded);
            assert!(!can_read_again(&report, read), "{outcome}: it has ended");
        }
        let mut ran = report(CancelOutcome::LostRace, None);
        ran.after = Some(CommandState::Succeeded);
        assert!(!can_read_again(&ran, None));
    }

    #[test]
    fn a_device_that_was_given_up_may_be_gone_for_that() {
        let mut gone = report(CancelOutcome::NotFound, None);
        let plain = explanation(&gone);
        gone.kind = Some("RELINQUISH_OWNERSHIP".to_owned());
        for language in Language::ALL {
            text::speak(language);
            assert_ne!(explanation(&gone), plain, "{language:?}");
            assert!(
                explanation(&gone).contains("RELINQUISH_OWNERSHIP"),
                "{language:?}"
            );
        }
    }

    #[test]
    fn nothing_is_sent_again_that_may_have_been_executed() {
        let reads = || CommandState::ALL.map(Some).into_iter().chain([None]);
        for outcome in CancelOutcome::ALL {
            for read in reads() {
                let waits = read == Some(CommandState::Pending);
                let may = match outcome {
                    CancelOutcome::NotSent => waits || read.is_none(),
                    CancelOutcome::Accepted | CancelOutcome::Unknown => waits,
                    _ => false,
                };
                assert_eq!(may_try_again(outcome, read), may, "{outcome} {read:?}");
            }
        }
    }

    #[test]
    fn every_outcome_has_a_word_of_its_own() {
        for language in Language::ALL {
            text::speak(language);
            let mut words = CancelOutcome::ALL.map(name);
            words.sort_unstable();
            let twice = words.windows(2).find(|pair| pair[0] == pair[1]);
            assert_eq!(twice, None, "{language:?}");
        }
    }

    #[test]
    fn what_is_in_doubt_or_went_out_never_looks_good() {
        for outcome in CancelOutcome::ALL {
            assert_eq!(
                tone(outcome) == Tone::Good,
                outcome == CancelOutcome::Cancelled
            );
        }
        assert!(failed(CancelOutcome::LostRace) && failed(CancelOutcome::Unknown));
        assert!(!failed(CancelOutcome::AlreadyFinished) && !failed(CancelOutcome::Accepted));
    }
}
