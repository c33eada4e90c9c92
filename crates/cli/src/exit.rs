//! The exit status of the process.

use std::process::ExitCode;

use countermand_client::{CancelOutcome, CancelReport};

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything as asked: every target is cancelled now. An earlier cancel counts.
    AsAsked = 0,
    /// Failed before anything was sent.
    NothingSent = 1,
    /// Wrong usage, a missing key or organization, or an invalid value.
    Usage = 2,
    /// Some target was not cancelled, or a list is incomplete.
    NotCancelled = 3,
    /// Some outcome is unknown.
    Unknown = 4,
    /// A signal ended it at a question, or before the first list was read.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The result of a cancel, as far as it decides the exit status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended<'a> {
    /// A row for each target.
    pub(crate) reports: &'a [CancelReport],
    /// Devices where more commands may be pending than `reports` has rows for.
    pub(crate) doubt: Doubt,
}

/// Counts of devices where more commands may be pending than is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Devices that could not be listed.
    pub(crate) unlisted: usize,
    /// Devices whose list is incomplete, or whose commands were left out because it is unclear whether they are
    /// pending.
    pub(crate) partly: usize,
    /// Whether the provider listed any other device.
    pub(crate) any_answered: bool,
}

impl Doubt {
    pub(crate) fn is_none(self) -> bool {
        self.unlisted == 0 && self.partly == 0
    }

    /// Returns the sum of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            unlisted: self.unlisted + other.unlisted,
            partly: self.partly + other.partly,
            any_answered: self.any_answered || other.any_answered,
        }
    }

    /// Returns whether something is known, but not everything.
    fn is_partial(self) -> bool {
        self.partly > 0 || (self.unlisted > 0 && self.any_answered)
    }
}

impl Ended<'_> {
    /// Returns the exit status of a run.
    pub(crate) fn exit(self) -> Exit {
        let outcome_is = |wanted| move |report: &CancelReport| report.outcome == wanted;
        if self.reports.iter().any(outcome_is(CancelOutcome::Unknown)) {
            return Exit::Unknown;
        }
        let mut open = self
            .reports
            .iter()
            .filter(|report| !report.is_cancelled_now())
            .peekable();
        if open.peek().is_none() && self.doubt.is_none() {
            return Exit::AsAsked;
        }
        let sent = self.reports.iter().any(|report| report.attempts > 0);
        // If anything could be listed, a command that was left out counts as not cancelled.
        if !sent && !self.doubt.is_partial() && open.all(outcome_is(CancelOutcome::NotSent)) {
            return Exit::NothingSent;
        }
        Exit::NotCancelled
    }

    /// Returns the exit status of a dry run: whether everything could be planned.
    pub(crate) fn exit_dry(self) -> Exit {
        let is_unplanned = |report: &&CancelReport| report.outcome.is_unplanned();
        let unplanned = self.reports.iter().filter(is_unplanned).count();
        if unplanned == 0 && self.doubt.is_none() {
            Exit::AsAsked
        } else if unplanned < self.reports.len() || self.doubt.is_partial() {
            Exit::NotCancelled
        } else {
            Exit::NothingSent
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{CommandId, CommandState, DeviceRef, Provider};

    use super::*;

    fn row(outcome: CancelOutcome, attempts: u32) -> CancelReport {
        let device: DeviceRef = "enos:asset:a".parse().unwrap();
        let id = CommandId::parse(Provider::Enos, "1").unwrap();
        let mut report = CancelReport::new(device, id);
        report.outcome = outcome;
        report.attempts = attempts;
        report
    }

    fn cancelled_before() -> CancelReport {
        let mut report = row(CancelOutcome::AlreadyFinished, 0);
        report.before = Some(CommandState::Cancelled);
        report
    }

    const PARTLY: Doubt = Doubt {
        unlisted: 0,
        partly: 1,
        any_answered: true,
    };

    fn unlisted(unlisted: usize) -> Doubt {
        Doubt {
            unlisted,
            partly: 0,
            any_answered: false,
        }
    }

    fn unlisted_beside_others(unlisted: usize) -> Doubt {
        Doubt {
            any_answered: true,
            ..self::unlisted(unlisted)
        }
    }

    fn exit(reports: &[CancelReport], devices: usize) -> Exit {
        let doubt = unlisted(devices);
        Ended { reports, doubt }.exit()
    }

    use CancelOutcome as O;

    #[test]
    fn all_as_asked() {
        assert_eq!(exit(&[], 0), Exit::AsAsked);
        assert_eq!(exit(&[row(O::Cancelled, 1)], 0), Exit::AsAsked);
        assert_eq!(
            exit(&[row(O::Cancelled, 1), cancelled_before()], 0),
            Exit::AsAsked
        );
    }

    #[test]
    fn any_other_outcome_is_no_success() {
        for outcome in CancelOutcome::ALL {
            if outcome != O::Cancelled {
                let found = exit(&[row(O::Cancelled, 1), row(outcome, 0)], 0);
                let expected = match outcome {
                    O::Unknown => Exit::Unknown,
                    _ => Exit::NotCancelled,
                };
                assert_eq!(found, expected, "{outcome}");
            }
        }
    }

    #[test]
    fn unknown_wins_over_everything() {
        let rows = [
            row(O::Denied, 1),
            row(O::Unknown, 1),
            row(O::Cancelled, 1),
            row(O::NotSent, 0),
        ];
        assert_eq!(exit(&rows, 1), Exit::Unknown);
    }

    #[test]
    fn nothing_sent_only_where_nothing_was() {
        assert_eq!(exit(&[], 1), Exit::NothingSent);
        assert_eq!(exit(&[row(O::NotSent, 0)], 0), Exit::NothingSent);
        assert_eq!(exit(&[cancelled_before()], 1), Exit::NothingSent);
        assert_eq!(
            exit(&[row(O::NotSent, 0), row(O::Cancelled, 1)], 0),
            Exit::NotCancelled
        );
    }

    #[test]
    fn the_vendors_word_without_a_cancel_is_a_target_that_was_not_cancelled() {
        for outcome in [
            O::AlreadyDelivered,
            O::AlreadyFinished,
            O::NotFound,
            O::Denied,
            O::Rejected,
        ] {
            assert_eq!(exit(&[row(outcome, 0)], 0), Exit::NotCancelled, "{outcome}");
        }
    }

    #[test]
    fn a_device_that_could_not_be_listed_is_no_success() {
        assert_eq!(exit(&[row(O::Cancelled, 1)], 1), Exit::NotCancelled);
    }

    #[test]
    fn nothing_known_beside_a_device_that_could_not_be_listed_is_one_and_anything_is_three() {
        for rows in [&[][..], &[row(O::NotSent, 0)], &[cancelled_before()]] {
            let ended = |doubt| Ended {
                reports: rows,
                doubt,
            };
            assert_eq!(ended(unlisted(1)).exit(), Exit::NothingSent);
            assert_eq!(ended(unlisted_beside_others(1)).exit(), Exit::NotCancelled);
            assert_eq!(
                ended(unlisted_beside_others(1)).exit_dry(),
                Exit::NotCancelled
            );
        }
        let ended = Ended {
            reports: &[],
            doubt: unlisted_beside_others(0),
        };
        assert_eq!(
            (ended.exit(), ended.exit_dry()),
            (Exit::AsAsked, Exit::AsAsked)
        );
    }

    #[test]
    fn a_list_that_is_not_whole_is_no_success_whatever_was_sent() {
        for rows in [
            &[][..],
            &[row(O::Cancelled, 1)],
            &[row(O::NotSent, 0)],
            &[cancelled_before()],
        ] {
            let ended = Ended {
                reports: rows,
                doubt: PARTLY,
            };
            assert_eq!(ended.exit(), Exit::NotCancelled);
        }
        let reports = [row(O::Planned, 0)];
        let ended = Ended {
            reports: &reports,
            doubt: PARTLY,
        };
        assert_eq!(ended.exit_dry(), Exit::NotCancelled);
        let reports = [row(O::Unknown, 1)];
        let ended = Ended {
            reports: &reports,
            doubt: PARTLY,
        };
        assert_eq!(ended.exit(), Exit::Unknown);
    }

    #[test]
    fn dry_runs() {
        let dry = |reports: &[CancelReport], devices| {
            let doubt = unlisted(devices);
            Ended { reports, doubt }.exit_dry()
        };
        assert_eq!(dry(&[], 0), Exit::AsAsked);
        assert_eq!(
            dry(&[row(O::Planned, 0), row(O::AlreadyDelivered, 0)], 0),
            Exit::AsAsked
        );
        assert_eq!(dry(&[row(O::NotFound, 0)], 0), Exit::NothingSent);
        assert_eq!(dry(&[row(O::NotSent, 0)], 0), Exit::NothingSent);
        assert_eq!(dry(&[], 1), Exit::NothingSent);
        assert_eq!(dry(&[row(O::Planned, 0)], 1), Exit::NotCancelled);
        assert_eq!(
            dry(&[row(O::Planned, 0), row(O::NotFound, 0)], 0),
            Exit::NotCancelled
        );
    }
}
