//! What must hold in every state that is reached.

use countermand_core_model::{CancelOutcome, CancelReport, CommandState};

use super::{
    process::Process,
    provider_model::Truth,
    search::{Ending, Search},
    state::{State, Watched},
};
use crate::{
    StopReason,
    cancel::{Order, is_left_open},
    journal::Entry,
};

impl Search {
    /// A model in which something never happens proves nothing of it.
    pub(super) fn meets_every_outcome(&self) {
        for outcome in CancelOutcome::ALL {
            let of_another_kind = matches!(
                outcome,
                // Nothing is planned only, and nothing refuses to know the command.
                CancelOutcome::Planned | CancelOutcome::NotFound
            );
            let met = self
                .ends
                .iter()
                .flatten()
                .any(|(_, said)| *said == Some(outcome));
            assert_eq!(met, !of_another_kind, "{outcome}");
        }
    }

    /// A row says what is so.
    pub(super) fn is_true(&self, report: &CancelReport, truth: &Truth, seen: &Watched) {
        use CancelOutcome as O;
        let holds = match report.outcome {
            O::Cancelled => seen.shown_cancelled && truth.state == CommandState::Cancelled,
            O::Expired => truth.state == CommandState::Expired,
            O::LostRace => seen.tried && truth.state.reached_device(),
            O::AlreadyDelivered => !truth.was_asked && truth.state.reached_device(),
            O::AlreadyFinished => !truth.was_asked && truth.state.has_ended(),
            O::NotSent => !truth.was_asked,
            // Only a cancel of its own can be refused for good.
            O::Rejected | O::Denied => seen.tried && truth.was_asked && !truth.was_taken,
            // The one call may be taken though it does nothing to this one.
            O::Accepted => truth.was_taken || self.setting.call && truth.was_asked,
            O::Unknown => seen.tried,
            O::NotFound | O::Planned => false,
        };
        assert!(
            holds,
            "{} is not so: {report:?} {truth:?} {seen:?} {:#?}",
            report.outcome, self.path
        );
    }

    /// No second cancel while an earlier one may have been executed, unless a reading showed it waiting; and
    /// no older command before a newer one that is still to be sent.
    pub(super) fn may_be_sent(&self, state: &State, process: &Process, number: usize) {
        let command = process.commands[number];
        let seen = &state.seen[command];
        assert!(
            !seen.may_be_cancelled || seen.shown_waiting,
            "{command} is sent again blindly: {:#?}",
            self.path
        );
        assert!(
            !(self.setting.later && command == 0),
            "what was given later is sent: {:#?}",
            self.path
        );
        if self.setting.order == Order::NewestFirst && !self.setting.swept {
            let newer_untried = process
                .targets()
                .any(|target| target.number < number && target.is_untried());
            assert!(!newer_untried || self.setting.call, "{:#?}", self.path);
        }
    }

    /// Nothing is left to do: each target has one row, and the journal says the same.
    pub(super) fn is_over(&mut self, state: &State, process: &Process) {
        let mut rows = process.rows.clone();
        rows.sort_by_key(|(number, _)| *number);
        let numbers: Vec<usize> = rows.iter().map(|(number, _)| *number).collect();
        let all: Vec<usize> = (0..process.commands.len()).collect();
        assert_eq!(numbers, all, "each has one row: {:#?}", self.path);
        for (number, report) in &rows {
            let lines: Vec<CancelOutcome> = process
                .kept
                .lines
                .iter()
                .filter_map(|line| match line {
                    Entry::Settled {
                        target, outcome, ..
                    } if target == number => Some(*outcome),
                    _ => None,
                })
                .collect();
            let stopped = process.stopped.then_some(&StopReason::Requested);
            let is_left = lines.is_empty() && is_left_open(report.outcome, stopped);
            assert!(is_left || lines == [report.outcome], "{:#?}", self.path);
        }
        let said = |command: usize| {
            let at = process.commands.iter().position(|one| *one == command)?;
            Some(rows.get(at)?.1.outcome)
        };
        let truths = state.truths.iter().enumerate();
        let ending: Ending = truths
            .map(|(command, truth)| (truth.state, said(command)))
            .collect();
        match &process.swept {
            Some(swept) => self.is_swept(state, process, swept),
            None => assert!(ending.iter().all(|(_, said)| said.is_some())),
        }
        self.ends.insert(ending);
    }
}
