//! How an outcome is shown: its word, its tone, its sentence.
//!
//! Only a target that is cancelled now is called that.

use countermand_client::{CancelOutcome, CancelReport};
use countermand_core_model::{CommandState, KindSeverity, OutcomeGroup, OutcomeSeverity};

use crate::text::{
    self, outcomes, outcomes_counted, outcomes_next as next, outcomes_why as why, result_groups,
};

/// The colour of an outcome or a state. It is always shown with a shape and a word, too.
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

/// How many have an outcome: "3 came too late".
pub fn counted(outcome: CancelOutcome, count: usize) -> String {
    match outcome {
        CancelOutcome::Cancelled => outcomes_counted::cancelled(count),
        CancelOutcome::Accepted => outcomes_counted::accepted(count),
        CancelOutcome::Expired => outcomes_counted::expired(count),
        CancelOutcome::LostRace => outcomes_counted::lost_race(count),
        CancelOutcome::AlreadyDelivered => outcomes_counted::already_delivered(count),
        CancelOutcome::AlreadyFinished => outcomes_counted::already_finished(count),
        CancelOutcome::NotFound => outcomes_counted::not_found(count),
        CancelOutcome::Denied => outcomes_counted::denied(count),
        CancelOutcome::Rejected => outcomes_counted::rejected(count),
        CancelOutcome::Unknown => outcomes_counted::unknown(count),
        CancelOutcome::NotSent => outcomes_counted::not_sent(count),
        CancelOutcome::Planned => outcomes_counted::planned(count),
    }
}

/// The outcome in one sentence.
pub fn explanation(report: &CancelReport) -> String {
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

/// A group's tone. Whatever its outcome is called, a row has the tone of its group.
pub const fn tone(group: OutcomeGroup) -> Tone {
    match group {
        OutcomeGroup::Ran => Tone::Bad,
        OutcomeGroup::MayRun => Tone::Warning,
        OutcomeGroup::Safe => Tone::Good,
    }
}

/// A group in a few words.
pub fn group_name(group: OutcomeGroup) -> &'static str {
    match group {
        OutcomeGroup::Ran => result_groups::ran(),
        OutcomeGroup::MayRun => result_groups::may_run(),
        OutcomeGroup::Safe => result_groups::safe(),
    }
}

/// What to do about an outcome of a group, in a sentence.
pub fn next_step(group: OutcomeGroup, outcome: CancelOutcome) -> &'static str {
    match (group, outcome) {
        (OutcomeGroup::Safe, _) => next::safe(),
        (OutcomeGroup::Ran, _) => next::ran(),
        (OutcomeGroup::MayRun, CancelOutcome::Denied) => next::denied(),
        (OutcomeGroup::MayRun, CancelOutcome::Rejected) => next::rejected(),
        (OutcomeGroup::MayRun, CancelOutcome::NotFound) => next::not_found(),
        (OutcomeGroup::MayRun, CancelOutcome::NotSent | CancelOutcome::Planned) => next::not_sent(),
        (
            OutcomeGroup::MayRun,
            CancelOutcome::Cancelled
            | CancelOutcome::Accepted
            | CancelOutcome::Expired
            | CancelOutcome::LostRace
            | CancelOutcome::AlreadyDelivered
            | CancelOutcome::AlreadyFinished
            | CancelOutcome::Unknown,
        ) => next::check(),
    }
}

/// May reading again tell more? `read` is what reading it again after the run showed.
pub fn can_read_again(report: &CancelReport, read: Option<CommandState>) -> bool {
    let last = read.or(report.after).or(report.before);
    report.outcome.may_read_again(last)
}

/// The tone of a command's state, where it is so grave if it runs.
pub const fn tone_of_command(state: CommandState, severity: KindSeverity) -> Tone {
    match state {
        CommandState::Sent | CommandState::Succeeded if severity.is_destructive() => Tone::Bad,
        state => state_tone(state),
    }
}

/// The tone of a command's state. That it ran is nothing good where a cancel might have been wanted.
pub const fn state_tone(state: CommandState) -> Tone {
    match state {
        CommandState::Pending => Tone::Waiting,
        CommandState::Sent => Tone::Warning,
        CommandState::Succeeded => Tone::Quiet,
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
                assert_eq!(outcome.may_retry(read), may, "{outcome} {read:?}");
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
        let reads = || CommandState::ALL.map(Some).into_iter().chain([None]);
        for outcome in CancelOutcome::ALL {
            for before in reads() {
                for after in reads() {
                    let mut report = report(outcome, before);
                    report.after = after;
                    let is_good = tone(report.severity().group()) == Tone::Good;
                    let will_not_run = report.is_cancelled_now()
                        || outcome == CancelOutcome::Expired
                        || outcome == CancelOutcome::AlreadyFinished
                            && matches!(
                                after.or(before),
                                Some(CommandState::Expired | CommandState::Cancelled)
                            );
                    if is_good {
                        assert!(will_not_run, "{outcome} {before:?} {after:?}");
                    }
                }
            }
        }
        for state in CommandState::ALL {
            assert_ne!(state_tone(state), Tone::Good, "{state}");
        }
        let wipe = KindSeverity::of("WIPE");
        assert_eq!(tone_of_command(CommandState::Succeeded, wipe), Tone::Bad);
    }

    #[test]
    fn what_to_do_is_said_of_every_outcome_in_every_group() {
        for group in OutcomeGroup::ALL {
            for outcome in CancelOutcome::ALL {
                assert!(!next_step(group, outcome).is_empty());
            }
        }
        let of = |outcome: CancelOutcome| next_step(outcome.group(), outcome);
        assert_ne!(of(CancelOutcome::NotSent), of(CancelOutcome::Denied));
        assert_ne!(of(CancelOutcome::LostRace), of(CancelOutcome::Cancelled));
    }
}
