//! One target on its way to its outcome.

use std::{cmp::Reverse, time::Duration};

use countermand_core_model::{
    CancelOutcome, CancelReport, CommandId, CommandState, DeviceRef, KindSeverity, Timestamp,
};

use countermand_transport::ApiError;

use super::{
    attempts::AttemptLog,
    decide::{before_cancel, refused_before},
    response::{CancelResponse, ResponseKind},
};

/// A row's place in the result: after which target of the plan; of which device that was listed in the run (0: it
/// is the planned one, or beyond the plan with it); its number.
pub(crate) type Place = (usize, usize, usize);

/// Where a target stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Its cancel waits to be sent.
    Ready,
    /// Whatever was sent is being read again.
    Open,
    /// Its report is its row.
    Settled,
}

/// After a vendor had no time for its cancel so often, it is left for whoever resumes.
const MOST_DEFERRALS: u32 = 3;

/// One target on its way to its outcome.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Target {
    /// Its number in the journal, and its name here.
    pub(crate) number: usize,
    pub(crate) place: Place,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) report: CancelReport,
    pub(super) attempt_log: AttemptLog,
    pub(super) stage: Stage,
    /// Why the latest reading failed, if it did.
    pub(super) unread: Option<String>,
    /// When the latest cancel came back, with an answer or without one.
    pub(super) returned_at: Duration,
    /// Its lost answer was looked into for as long as others can be kept waiting for it.
    pub(super) looked_into: bool,
    /// How grave it is if it runs.
    pub(crate) severity: KindSeverity,
    /// The state that a list showed, and when: nothing was read of it since.
    pub(crate) listed: Option<(CommandState, Option<Timestamp>)>,
    /// How often the vendor had no time for its cancel, one time after the other.
    pub(super) deferrals: u32,
    /// No further cancel is sent: the run is stopped.
    pub(super) held_back: bool,
    /// It could not be read before its cancel, for a reason that has nothing to do with it: whoever goes on
    /// later may send it.
    pub(crate) left_for_later: bool,
}

impl Target {
    /// A target of which `report` says what is known; with `is_to_send` its cancel is to be sent.
    pub(crate) fn planned(
        number: usize,
        created_at: Option<Timestamp>,
        mut report: CancelReport,
        is_to_send: bool,
    ) -> Self {
        let stage = if is_to_send {
            // Until something is known to have left, nothing was sent.
            report.outcome = CancelOutcome::NotSent;
            Stage::Ready
        } else {
            Stage::Settled
        };
        Self::with(number, created_at, report, stage)
    }

    pub(super) fn with(
        number: usize,
        created_at: Option<Timestamp>,
        report: CancelReport,
        stage: Stage,
    ) -> Self {
        Self {
            number,
            place: (number, 0, 0),
            created_at,
            report,
            attempt_log: AttemptLog::default(),
            stage,
            unread: None,
            returned_at: Duration::ZERO,
            looked_into: false,
            severity: KindSeverity::default(),
            listed: None,
            deferrals: 0,
            held_back: false,
            left_for_later: false,
        }
    }

    pub(crate) fn device(&self) -> &DeviceRef {
        &self.report.device
    }

    pub(crate) fn id(&self) -> &CommandId {
        &self.report.id
    }

    /// May a cancel have been sent for it?
    pub(crate) fn was_tried(&self) -> bool {
        self.attempt_log != AttemptLog::default()
    }

    /// A cancel of it was sent, and came back like this at `now`.
    pub(super) fn take_response(&mut self, response: &CancelResponse, now: Duration) {
        self.answered(response);
        if response.retry_after.is_some() && !self.was_tried() {
            self.deferrals += 1;
            if self.deferrals < MOST_DEFERRALS {
                return;
            }
            self.left_for_later = true;
        }
        self.deferrals = 0;
        self.left_for_later |= response.refuses_connection;
        self.returned_at = now;
        self.looked_into = false;
        self.attempt_log.take_response(response.kind);
        if response.kind != ResponseKind::Taken {
            self.report.outcome = self.attempt_log.without_reading();
        }
        if self.attempt_log.needs_reading() {
            self.stage = Stage::Open;
        } else {
            self.settle(self.attempt_log.without_reading());
        }
    }

    /// What was answered goes into its row.
    fn answered(&mut self, response: &CancelResponse) {
        self.report.attempts += response.attempts;
        self.report.set_detail(response.detail.clone());
    }

    /// The one call for everything was refused, and the commands are sent one by one: what was refused is none
    /// of the cancels of this target, and says nothing about it.
    pub(crate) fn call_refused(&mut self, response: &CancelResponse) {
        self.report.attempts += response.attempts;
    }

    /// As a journal keeps it before anything was sent; with `outcome` it was decided then, unless it just was not read.
    pub(crate) fn kept(
        number: usize,
        created_at: Option<Timestamp>,
        mut report: CancelReport,
        outcome: Option<CancelOutcome>,
    ) -> Self {
        report.outcome = outcome.unwrap_or(CancelOutcome::NotSent);
        // What could not be read then may be read now, unless the vendor refused it.
        let unread = outcome == Some(CancelOutcome::NotSent) && report.before.is_none();
        let stage = if outcome.is_some() && !unread {
            Stage::Settled
        } else {
            Stage::Ready
        };
        Self::with(number, created_at, report, stage)
    }

    /// A target beyond the plan, of which is known what is known of the cancel it came along with.
    pub(crate) fn beyond_plan(
        number: usize,
        device: DeviceRef,
        id: CommandId,
        created_at: Option<Timestamp>,
        with: &Self,
    ) -> Self {
        let report = CancelReport::new(device, id);
        let mut target = Self::with(number, created_at, report, Stage::Open);
        target.place = (with.place.0, with.place.1, number);
        target.attempt_log = with.attempt_log.clone();
        target.returned_at = with.returned_at;
        target.report.outcome = target.attempt_log.without_reading();
        target
    }

    /// Does its report say what became of it, so that nothing is sent?
    pub(crate) fn is_decided(&self) -> bool {
        self.stage == Stage::Settled
    }

    /// Was its cancel not sent yet?
    pub(crate) fn is_untried(&self) -> bool {
        self.stage == Stage::Ready && !self.was_tried()
    }

    /// A cancel of it came back in another process, some time ago.
    pub(crate) fn replay_response(&mut self, response: &CancelResponse) {
        self.take_response(response, Duration::ZERO);
        // What surely did not leave may be sent now.
        if !self.attempt_log.needs_reading() {
            self.send_anew();
        } else {
            self.report.outcome = self.attempt_log.without_reading();
        }
    }

    /// Was its cancel denied, and nothing else sent for it that may have been taken?
    pub(crate) fn cancel_was_denied(&self) -> bool {
        self.report.outcome == CancelOutcome::Denied && self.report.attempts > 0
    }

    /// What was sent for it surely came to nothing, and another key may do what that one might not.
    pub(crate) fn send_anew(&mut self) {
        self.attempt_log = AttemptLog::default();
        self.stage = Stage::Ready;
        self.report.outcome = CancelOutcome::NotSent;
    }

    /// It was read again before any cancel of it was sent, or could not be: no cancel is sent then.
    pub(crate) fn see(&mut self, reading: Result<CommandState, &ApiError>) {
        match reading {
            Ok(state) => {
                self.report.message = None;
                self.was_seen(Some(state), before_cancel(state));
            }
            Err(error) => {
                refused_before(&mut self.report, error);
                self.left_for_later = self.report.outcome == CancelOutcome::NotSent;
                self.was_seen(self.report.before, Some(self.report.outcome));
            }
        }
    }

    /// It is not clear any more whether it waits: where everything that waits is meant, it is left out.
    pub(crate) fn leave_out(&mut self) {
        self.report.message = Some(
            "the vendor does not say clearly whether this waits: it is left out of everything that does"
                .to_owned(),
        );
        self.was_seen(Some(CommandState::Unknown), Some(CancelOutcome::NotSent));
    }

    /// It was read before any cancel of it was sent; `outcome` where that decides it.
    pub(crate) fn was_seen(
        &mut self,
        before: Option<CommandState>,
        outcome: Option<CancelOutcome>,
    ) {
        self.listed = None;
        self.report.before = before;
        match outcome {
            Some(outcome) => self.settle(outcome),
            None => self.stage = Stage::Ready,
        }
    }

    pub(crate) fn settle(&mut self, outcome: CancelOutcome) {
        self.report.outcome = outcome;
        self.stage = Stage::Settled;
    }

    /// No further reading is made: the time is up.
    pub(super) fn time_is_up(&mut self) {
        let Some(unread) = self.unread.take() else {
            return self.settle(self.attempt_log.without_reading());
        };
        let unread = format!("reading it again failed: {unread}");
        self.report.message = Some(match self.report.message.take() {
            Some(message) => format!("{message}; {unread}"),
            None => unread,
        });
        self.settle(self.attempt_log.unread());
    }

    /// The state last read after a cancel.
    pub(crate) fn was_read(&mut self, state: CommandState) {
        self.report.after = Some(state);
        self.unread = None;
    }

    /// While its answer is lost and may yet be cleared up, no older command of its queue is touched:
    /// otherwise it would go out next.
    pub(super) fn keeps_older_waiting(&self) -> bool {
        self.stage == Stage::Open && self.attempt_log.is_in_doubt() && !self.looked_into
    }
}

/// The order in which the queue of an EnOS device is cancelled. Without a creation time the id decides: the
/// vendor's ids grow.
pub(super) fn newest_first(target: &Target) -> Reverse<(Option<Timestamp>, usize, CommandId)> {
    let id = target.id();
    Reverse((target.created_at, id.as_str().len(), id.clone()))
}

/// When the oldest of them was given; none where one of them does not tell.
pub(crate) fn oldest(targets: &[&Target]) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = targets.iter().map(|target| target.created_at).collect();
    times?.into_iter().min()
}
