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

/// The place of a row in the result: the target of the plan that it follows, the device listed in the run (0 for
/// planned targets and those beyond the plan), and its number.
pub(crate) type Place = (usize, usize, usize);

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Its cancel is to be sent.
    Ready,
    /// A cancel was sent, and readings are to show its effect.
    Open,
    /// Its report is final.
    Settled,
}

/// How many times in a row a busy provider may defer a cancel before it is left to a resumed run.
const MOST_DEFERRALS: u32 = 3;

/// One target on its way to its outcome.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Target {
    /// Its number in the journal.
    pub(crate) number: usize,
    pub(crate) place: Place,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) report: CancelReport,
    pub(super) attempt_log: AttemptLog,
    pub(super) stage: Stage,
    /// Why the latest reading failed.
    pub(super) unread: Option<String>,
    /// When the latest response came, or was lost.
    pub(super) returned_at: Duration,
    /// Its lost response was followed up for as long as older targets can wait.
    pub(super) followed_up: bool,
    /// How severe it is if it runs.
    pub(crate) severity: KindSeverity,
    /// The state that a list showed, and when, if it was not read since.
    pub(crate) listed: Option<(CommandState, Option<Timestamp>)>,
    /// How many times in a row the provider was too busy.
    pub(super) deferrals: u32,
    /// The run is stopped, so no further cancel is sent.
    pub(super) held_back: bool,
    /// It could not be read for a reason that is not its own. A resumed run may send it.
    pub(crate) is_deferred: bool,
}

impl Target {
    /// Returns a target that `report` describes; with `is_to_send` its cancel is to be sent.
    pub(crate) fn planned(
        number: usize,
        created_at: Option<Timestamp>,
        mut report: CancelReport,
        is_to_send: bool,
    ) -> Self {
        let stage = if is_to_send {
            // Nothing was sent until a response is known.
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
            followed_up: false,
            severity: KindSeverity::default(),
            listed: None,
            deferrals: 0,
            held_back: false,
            is_deferred: false,
        }
    }

    pub(crate) fn device(&self) -> &DeviceRef {
        &self.report.device
    }

    pub(crate) fn id(&self) -> &CommandId {
        &self.report.id
    }

    /// Returns whether a cancel may have been sent.
    pub(crate) fn was_tried(&self) -> bool {
        self.attempt_log != AttemptLog::default()
    }

    /// Takes in the response to a cancel.
    pub(super) fn take_response(&mut self, response: &CancelResponse, now: Duration) {
        self.answered(response);
        if response.retry_after.is_some() && !self.was_tried() {
            self.deferrals += 1;
            if self.deferrals < MOST_DEFERRALS {
                return;
            }
            self.is_deferred = true;
        }
        self.deferrals = 0;
        self.is_deferred |= response.refuses_connection;
        self.returned_at = now;
        self.followed_up = false;
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

    fn answered(&mut self, response: &CancelResponse) {
        self.report.attempts += response.attempts;
        self.report.set_detail(response.detail.clone());
    }

    /// Counts the attempts of the one call for everything that was refused. The refusal says nothing about this
    /// target.
    pub(crate) fn call_refused(&mut self, response: &CancelResponse) {
        self.report.attempts += response.attempts;
    }

    /// Returns a target from a journal. It is decided if it has an `outcome`, unless it just could not be read.
    pub(crate) fn recorded(
        number: usize,
        created_at: Option<Timestamp>,
        mut report: CancelReport,
        outcome: Option<CancelOutcome>,
    ) -> Self {
        report.outcome = outcome.unwrap_or(CancelOutcome::NotSent);
        // It may be readable now, unless the provider refused it.
        let unread = outcome == Some(CancelOutcome::NotSent) && report.before.is_none();
        let stage = if outcome.is_some() && !unread {
            Stage::Settled
        } else {
            Stage::Ready
        };
        Self::with(number, created_at, report, stage)
    }

    /// Returns a target beyond the plan, which shares what is known of the cancel of `with`.
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

    /// Returns whether its report is final, so that nothing is sent.
    pub(crate) fn is_decided(&self) -> bool {
        self.stage == Stage::Settled
    }

    /// Returns whether no cancel was sent yet.
    pub(crate) fn is_untried(&self) -> bool {
        self.stage == Stage::Ready && !self.was_tried()
    }

    /// Takes in a response from a journal.
    pub(crate) fn replay_response(&mut self, response: &CancelResponse) {
        self.take_response(response, Duration::ZERO);
        // It was not sent, so it can be sent now.
        if !self.attempt_log.needs_reading() {
            self.send_anew();
        } else {
            self.report.outcome = self.attempt_log.without_reading();
        }
    }

    /// Returns whether its cancel was denied and nothing else sent for it may have worked.
    pub(crate) fn cancel_was_denied(&self) -> bool {
        self.report.outcome == CancelOutcome::Denied && self.report.attempts > 0
    }

    /// Sends it as if nothing had been sent, since no cancel was executed.
    pub(crate) fn send_anew(&mut self) {
        self.attempt_log = AttemptLog::default();
        self.stage = Stage::Ready;
        self.report.outcome = CancelOutcome::NotSent;
    }

    /// Takes in a reading before its cancel. If it failed, no cancel is sent.
    pub(crate) fn see(&mut self, reading: Result<CommandState, &ApiError>) {
        match reading {
            Ok(state) => {
                self.report.message = None;
                self.was_seen(Some(state), before_cancel(state));
            }
            Err(error) => {
                refused_before(&mut self.report, error);
                self.is_deferred = self.report.outcome == CancelOutcome::NotSent;
                self.was_seen(self.report.before, Some(self.report.outcome));
            }
        }
    }

    /// Leaves it out of a cancel of everything pending, because its state is no longer clear.
    pub(crate) fn leave_out(&mut self) {
        self.report.message = Some(
            "the vendor does not say clearly whether this waits: it is left out of everything that does"
                .to_owned(),
        );
        self.was_seen(Some(CommandState::Unknown), Some(CancelOutcome::NotSent));
    }

    /// Takes in its state before any cancel, and the outcome if that decides it.
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

    /// Settles it without a further reading.
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

    /// Takes in its state after a cancel.
    pub(crate) fn was_read(&mut self, state: CommandState) {
        self.report.after = Some(state);
        self.unread = None;
    }

    /// Returns whether older commands of its queue have to wait until its lost response is cleared up. Otherwise the
    /// provider might release the next one.
    pub(super) fn blocks_older(&self) -> bool {
        self.stage == Stage::Open && self.attempt_log.is_in_doubt() && !self.followed_up
    }
}

/// Sorts newest first, as an EnOS device has to be cancelled. Without creation times the ids decide, because they
/// grow.
pub(super) fn newest_first(target: &Target) -> Reverse<(Option<Timestamp>, usize, CommandId)> {
    let id = target.id();
    Reverse((target.created_at, id.as_str().len(), id.clone()))
}

/// Returns when the oldest was created, if all times are known.
pub(crate) fn oldest(targets: &[&Target]) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = targets.iter().map(|target| target.created_at).collect();
    times?.into_iter().min()
}
