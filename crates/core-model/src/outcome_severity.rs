//! How grave a row of a result is: what became of the command, not of its cancel.

use crate::{
    CancelOutcome, CancelReport, CommandState, KindSeverity, OutcomeGroup, OutcomeSeverity,
};

impl CancelReport {
    /// How grave the state of the command is.
    pub fn severity(&self) -> OutcomeSeverity {
        // The latest reading says most.
        let read = self.after.or(self.before).and_then(of_state);
        self.outcome.of_command(read)
    }

    /// Returns the state that was read for this cancel, if any. What was seen before may be older than what others
    /// read since.
    pub fn read(&self) -> Option<CommandState> {
        let ended_before = matches!(
            self.outcome,
            CancelOutcome::AlreadyDelivered | CancelOutcome::AlreadyFinished
        );
        self.after.or(self.before.filter(|_| ended_before))
    }

    /// How grave the state of the command is, where reading it again after the run showed `read`. What went out does
    /// not come back.
    pub fn severity_now(&self, read: Option<CommandState>) -> OutcomeSeverity {
        let before = self.severity();
        match read.and_then(of_state) {
            Some(now) if before.group() != OutcomeGroup::Ran || now > before => now,
            _ => before,
        }
    }

    /// Returns whether the command is not found because it may have run: RELINQUISH_OWNERSHIP deletes the device.
    pub fn may_have_deleted_its_device(&self) -> bool {
        let deletes = KindSeverity::of("RELINQUISH_OWNERSHIP");
        self.outcome == CancelOutcome::NotFound
            && self.kind.as_deref().map(KindSeverity::of) == Some(deletes)
    }

    /// What has to be known of this outcome of a command of this kind, in one sentence.
    pub fn caveat(&self) -> Option<&'static str> {
        self.may_have_deleted_its_device().then_some(
            "The command may have run: RELINQUISH_OWNERSHIP deletes the device at the provider.",
        )
    }
}

/// How grave it is that a command is in this state; none where it is still open.
fn of_state(state: CommandState) -> Option<OutcomeSeverity> {
    match state {
        CommandState::Succeeded => Some(OutcomeSeverity::Executed),
        CommandState::Sent | CommandState::Failed | CommandState::TimedOut => {
            Some(OutcomeSeverity::Delivered)
        }
        CommandState::Expired | CommandState::Cancelled => Some(OutcomeSeverity::WillNotRun),
        CommandState::Pending | CommandState::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommandId, Provider};

    fn row(
        outcome: CancelOutcome,
        before: Option<CommandState>,
        after: Option<CommandState>,
    ) -> CancelReport {
        let id = CommandId::parse(Provider::Enos, "1").unwrap();
        let mut report = CancelReport::new("enos:asset:a".parse().unwrap(), id);
        (report.outcome, report.before, report.after) = (outcome, before, after);
        report
    }

    fn states() -> impl Iterator<Item = Option<CommandState>> {
        CommandState::ALL.into_iter().map(Some).chain([None])
    }

    #[test]
    fn what_was_executed_is_graver_than_what_went_out_and_that_than_doubt() {
        use CommandState as State;
        let gravest_first = [
            row(
                CancelOutcome::LostRace,
                Some(State::Pending),
                Some(State::Succeeded),
            ),
            row(
                CancelOutcome::LostRace,
                Some(State::Pending),
                Some(State::Sent),
            ),
            row(CancelOutcome::Unknown, Some(State::Pending), None),
            row(
                CancelOutcome::Rejected,
                Some(State::Pending),
                Some(State::Pending),
            ),
            row(
                CancelOutcome::Cancelled,
                Some(State::Pending),
                Some(State::Cancelled),
            ),
        ];
        assert!(
            gravest_first
                .windows(2)
                .all(|pair| pair[0].severity() > pair[1].severity())
        );
        for (before, severity) in [
            (State::Succeeded, OutcomeSeverity::Executed),
            (State::Failed, OutcomeSeverity::Delivered),
            (State::TimedOut, OutcomeSeverity::Delivered),
            (State::Cancelled, OutcomeSeverity::WillNotRun),
            (State::Expired, OutcomeSeverity::WillNotRun),
        ] {
            let row = row(CancelOutcome::AlreadyFinished, Some(before), None);
            assert_eq!(row.severity(), severity, "{before}");
        }
    }

    #[test]
    fn only_what_a_reading_showed_executed_counts_as_executed() {
        for outcome in CancelOutcome::ALL {
            for before in states() {
                for after in states() {
                    let severity = row(outcome, before, after).severity();
                    if severity == OutcomeSeverity::Executed {
                        assert_eq!(after.or(before), Some(CommandState::Succeeded), "{outcome}");
                    }
                    let ended_well =
                        matches!(outcome, CancelOutcome::Cancelled | CancelOutcome::Expired);
                    let ended_before = outcome == CancelOutcome::AlreadyFinished;
                    assert!(
                        severity != OutcomeSeverity::WillNotRun || ended_well || ended_before,
                        "{outcome}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_row_is_in_the_group_of_what_was_read_last() {
        use OutcomeGroup::{MayRun, Ran, Safe};
        for outcome in CancelOutcome::ALL {
            for before in states() {
                for after in states() {
                    let row = row(outcome, before, after);
                    let read = after.or(before);
                    let went_out = read.is_some_and(CommandState::reached_device);
                    let is_over =
                        matches!(outcome, CancelOutcome::Cancelled | CancelOutcome::Expired);
                    let group = row.severity().group();
                    if !is_over {
                        assert!(!went_out || group == Ran, "{outcome} {read:?}");
                    }
                    if outcome != CancelOutcome::AlreadyFinished && !went_out {
                        assert_eq!(group, outcome.group(), "{outcome} {read:?}");
                    }
                    for later in states() {
                        let now = row.severity_now(later).group();
                        let ran = later.is_some_and(CommandState::reached_device);
                        let ended =
                            matches!(later, Some(CommandState::Cancelled | CommandState::Expired));
                        let expected = match group {
                            _ if ran => Ran,
                            Ran => Ran,
                            MayRun | Safe if ended => Safe,
                            other => other,
                        };
                        assert_eq!(now, expected, "{outcome} {read:?} {later:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_device_that_is_gone_after_its_ownership_was_relinquished_says_so() {
        for (kind, says) in [
            (Some("RELINQUISH_OWNERSHIP"), true),
            (Some("relinquish ownership"), true),
            (Some("WIPE"), false),
            (None, false),
        ] {
            for outcome in CancelOutcome::ALL {
                let mut row = row(outcome, None, None);
                row.kind = kind.map(str::to_owned);
                let is_gone = outcome == CancelOutcome::NotFound;
                assert_eq!(
                    row.caveat().is_some(),
                    says && is_gone,
                    "{kind:?} {outcome}"
                );
            }
        }
    }
}
