//! A plan taken apart into rows and what connects them.

use countermand_core_model::Timestamp;

use super::{job::CancelAllCall, recorder::Recorder, rows::Rows, unlisted::Unlisted};
use crate::{
    Gaps, JournalError, Plan, Planned, Sweep, each_device::NOT_ASKED, error_chain, journal::Entry,
    plan::UnlistedDevice, run::entries,
};

/// How the targets of a plan belong together.
pub(super) struct Layout {
    /// How many targets, from the first, are cancelled by their ids.
    pub(super) commands: usize,
    /// The calls that cancel everything on a device.
    pub(super) calls: Vec<CancelAllCall>,
    /// The devices to list, with the first of their targets and how many they are.
    unlisted: Vec<(UnlistedDevice, usize, usize)>,
    pub(super) gaps: Gaps,
    pub(super) sweep: Option<Sweep>,
    /// When the plan was asked for, if not when its run begins.
    pub(super) asked_at: Option<Timestamp>,
}

impl Layout {
    /// Returns the targets of `plan` in order, and their layout.
    pub(super) fn of(plan: Plan) -> (Vec<Planned>, Self) {
        let Plan {
            commands: mut targets,
            cancel_all,
            unlisted,
            gaps,
            sweep,
            asked_at,
            ..
        } = plan;
        let commands = targets.len();
        let mut calls = Vec::with_capacity(cancel_all.len());
        for device in cancel_all {
            calls.push(CancelAllCall {
                device: device.target.device().clone(),
                newest_seen: device.newest_seen,
                ranges: vec![(targets.len(), device.waiting.len())],
            });
            targets.extend(device.waiting);
        }
        let mut to_list = Vec::with_capacity(unlisted.len());
        for mut device in unlisted {
            let known = std::mem::take(&mut device.known);
            to_list.push((device, targets.len(), known.len()));
            targets.extend(known);
        }
        let layout = Self {
            commands,
            calls,
            unlisted: to_list,
            gaps,
            sweep,
            asked_at,
        };
        (targets, layout)
    }

    /// Returns the devices that the run is to list.
    pub(super) fn take_unlisted(&mut self, rows: &Rows) -> Vec<Unlisted> {
        let unlisted = std::mem::take(&mut self.unlisted).into_iter().enumerate();
        let unlisted = unlisted.map(|(index, (device, first, count))| {
            let known = rows.targets(first..first + count);
            let mut unlisted = Unlisted::planned(device, known, first, index + 1);
            unlisted.asked_at = self.asked_at;
            unlisted
        });
        unlisted.collect()
    }

    /// Records the plan as requested at `asked_at`. Nothing is sent before this is durable.
    pub(super) async fn record(
        &self,
        recorder: &Recorder,
        rows: &Rows,
        asked_at: Timestamp,
    ) -> Result<(), JournalError> {
        let targets = rows.count();
        let entry =
            |number| rows.inspect(|planned| Some(entries::target(number, planned.get(number)?)));
        let others = || self.entries(asked_at);
        recorder.note_plan(targets, entry, others).await
    }

    fn entries(&self, asked_at: Timestamp) -> Vec<Entry> {
        let calls = self.calls.iter().flat_map(|call| {
            let ranges = call.ranges.iter().filter(|(_, count)| *count > 0);
            ranges.map(|(first, count)| Entry::Everything {
                device: call.device.clone(),
                first: *first,
                count: *count,
                newest_seen: call.newest_seen,
            })
        });
        let to_list = self.unlisted.iter().map(|(device, ..)| Entry::ToList {
            device: device.target.device().clone(),
            asked_at,
            filter: device.filter.as_deref().cloned(),
        });
        let problems = self.gaps.problems.iter();
        let problems = problems.map(|(device, error)| Entry::Unlisted {
            device: device.clone(),
            message: error_chain(error),
        });
        let not_asked = self.gaps.not_asked.iter().map(|device| Entry::Unlisted {
            device: device.clone(),
            message: NOT_ASKED.to_owned(),
        });
        let incomplete = self.gaps.partly_listed().map(|device| Entry::Incomplete {
            device: device.clone(),
        });
        let sweep = self.sweep.iter().map(|sweep| Entry::Sweep {
            asked_at,
            filter: sweep.filter().clone(),
            scope: sweep.scope.clone(),
            at_most: sweep.at_most,
        });
        let entries = calls.chain(sweep).chain(to_list).chain(problems);
        entries.chain(not_asked).chain(incomplete).collect()
    }
}
