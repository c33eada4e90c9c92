//! Replays the journal of an interrupted run: how far each target got.

use std::collections::{HashMap, HashSet};

use countermand_chain::ChainError;
use countermand_core_model::{CancelReport, DeviceRef, Filter, Provider, Timestamp};

use super::{AnswerKind, Entry, Header, RecordedAnswer};
use crate::{
    StopReason, Sweep,
    cancel::{CancelResponse, ResponseKind, Target},
    run::RowStage,
};

/// An interrupted or finished run, as its journal tells it.
#[derive(Debug)]
pub struct UnfinishedRun {
    header: Header,
    pub(crate) targets: Vec<Replayed>,
    pub(crate) everything: Vec<ReplayedCancelAll>,
    /// Devices that are still to be listed.
    pub(crate) to_list: HashMap<DeviceRef, ToList>,
    pub(crate) sweep: Option<ReplayedSweep>,
    /// Devices that could not be listed.
    unlisted: HashSet<DeviceRef>,
    /// Devices whose list may be incomplete.
    partly_listed: HashSet<DeviceRef>,
    is_planned: bool,
    is_sealed: bool,
    /// It stopped because its key may not cancel. Resumed with another key, it sends what was denied.
    denied_as_a_whole: bool,
}

/// A target as its journal tells it.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) target: Target,
    /// Its cancel was about to be sent, and the response is missing.
    in_flight: bool,
    /// Its row is in the journal.
    pub(crate) is_settled: bool,
    /// The command's name.
    pub(crate) name: Option<Box<str>>,
    /// The provider named it beyond the plan.
    pub(crate) is_unplanned: bool,
}

/// A sweep as its journal tells it.
#[derive(Debug)]
pub(crate) struct ReplayedSweep {
    pub(crate) sweep: Sweep,
    pub(crate) asked_at: Timestamp,
    /// Every device is known.
    pub(crate) all_known: bool,
    /// The devices that became known.
    pub(crate) known: HashSet<DeviceRef>,
}

/// What is to be cancelled on a device that is still to be listed.
#[derive(Debug)]
pub(crate) struct ToList {
    /// When it was requested. Later commands are left alone.
    pub(crate) asked_at: Timestamp,
    /// Only what matches is cancelled.
    pub(crate) filter: Option<Filter>,
}

/// A call that cancels everything pending on an EnOS device.
#[derive(Debug)]
pub(crate) struct ReplayedCancelAll {
    pub(crate) device: DeviceRef,
    pub(crate) first: usize,
    pub(crate) count: usize,
    pub(crate) newest_seen: Option<Timestamp>,
    /// It was sent, or about to be.
    pub(crate) was_called: bool,
}

impl UnfinishedRun {
    /// Replays the lines of a journal in order.
    ///
    /// # Errors
    /// The first line that cannot be read or does not fit the lines before it.
    pub fn replay(
        entries: impl IntoIterator<Item = Result<(u64, Entry), ChainError>>,
    ) -> Result<Self, ChainError> {
        let mut entries = entries.into_iter();
        let mut this = match entries.next().transpose()? {
            Some((_, entry)) => Self::begin(entry)?,
            None => return Err(ChainError::Empty),
        };
        for line in entries {
            let (number, entry) = line?;
            this.take(entry, number)?;
        }
        this.settle_what_is_open();
        Ok(this)
    }

    /// Begins with the first line.
    pub(crate) fn begin(entry: Entry) -> Result<Self, ChainError> {
        let Entry::Header(header) = entry else {
            return Err(misplaced(1));
        };
        Ok(Self {
            header,
            targets: Vec::new(),
            everything: Vec::new(),
            to_list: HashMap::new(),
            sweep: None,
            unlisted: HashSet::new(),
            partly_listed: HashSet::new(),
            is_planned: false,
            is_sealed: false,
            denied_as_a_whole: false,
        })
    }

    /// Takes in line `number`. What is in flight stays so until [`Self::settle_what_is_open`].
    pub(crate) fn take(&mut self, entry: Entry, number: u64) -> Result<(), ChainError> {
        self.take_entry(entry).ok_or_else(|| misplaced(number))
    }

    /// Returns which run over which connection it is.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns whether everything is settled and the journal sealed.
    pub fn is_finished(&self) -> bool {
        self.is_sealed
    }

    /// Returns whether the whole plan was recorded. Before that, nothing was sent.
    pub fn is_planned(&self) -> bool {
        self.is_planned
    }

    /// Returns the rows so far: `unknown` if a cancel may have been sent and nothing decided it, `not_sent` if none
    /// was.
    pub fn reports(&self) -> Vec<CancelReport> {
        let mut rows: Vec<&Target> = self.targets.iter().map(|target| &target.target).collect();
        rows.sort_by_key(|target| target.place);
        rows.into_iter()
            .map(|target| target.report.clone())
            .collect()
    }

    /// Returns how many devices could not be listed, and have no targets.
    pub fn devices_unlisted(&self) -> usize {
        self.unlisted.len()
    }

    /// Returns how many devices have a list that may be incomplete.
    pub fn devices_partly_listed(&self) -> usize {
        self.partly_listed.difference(&self.unlisted).count()
    }

    /// Returns the devices that are still to be listed.
    pub(crate) fn to_list(&self) -> impl Iterator<Item = &DeviceRef> {
        self.to_list.keys()
    }

    /// Returns how many devices are still to be listed, as far as they are known.
    pub fn devices_to_list(&self) -> usize {
        self.to_list.len()
    }

    /// Returns what it looks for on many devices, if it does.
    pub fn sweep(&self) -> Option<&Sweep> {
        self.sweep.as_ref().map(|replayed| &replayed.sweep)
    }

    /// Returns whether it looks for something on devices that it does not know yet.
    pub fn has_unknown_devices(&self) -> bool {
        let sweep = self.sweep.as_ref();
        sweep.is_some_and(|replayed| !replayed.all_known) && !self.is_sealed
    }

    /// Returns how many unsettled targets may have been sent a cancel.
    pub fn in_doubt(&self) -> usize {
        self.count(|target| target.target.was_tried())
    }

    /// Returns how many targets have not been sent a cancel.
    pub fn to_send(&self) -> usize {
        self.count(|target| !target.target.was_tried())
    }

    fn count(&self, which: impl Fn(&Replayed) -> bool) -> usize {
        let open = self.targets.iter().filter(|target| !target.is_settled);
        open.filter(|target| which(target)).count()
    }

    /// Returns the provider of its connection.
    pub(crate) fn provider(&self) -> Provider {
        self.header.provider
    }

    /// Takes in an entry; `None` if it does not fit the lines before it.
    fn take_entry(&mut self, entry: Entry) -> Option<()> {
        match entry {
            Entry::Header(_) => return None,
            Entry::Stopped { reason } => {
                self.denied_as_a_whole = reason == StopReason::TooManyDenials;
            }
            // The process that resumed took what was in flight for lost.
            Entry::Resumed { .. } => self.settle_what_is_open(),
            Entry::Sealed { .. } => self.is_sealed = true,
            entry => return self.take_plan(entry),
        }
        Some(())
    }

    /// Takes in a line of the plan.
    fn take_plan(&mut self, entry: Entry) -> Option<()> {
        match entry {
            Entry::Everything {
                device,
                first,
                count,
                newest_seen,
            } => {
                self.targets.get(first..first.checked_add(count)?)?;
                self.everything.push(ReplayedCancelAll {
                    device,
                    first,
                    count,
                    newest_seen,
                    was_called: false,
                });
            }
            Entry::Unlisted { device, .. } => {
                self.to_list.remove(&device);
                self.unlisted.insert(device);
            }
            Entry::Incomplete { device } => {
                self.partly_listed.insert(device);
            }
            Entry::ToList {
                device,
                asked_at,
                filter,
            } => {
                // A sweep comes to know its devices while it goes on.
                let is_swept = match &mut self.sweep {
                    Some(sweep) => sweep.known.insert(device.clone()),
                    None => false,
                };
                if self.is_planned && !is_swept {
                    return None;
                }
                let wanted = ToList { asked_at, filter };
                if self.to_list.insert(device, wanted).is_some() {
                    return None;
                }
            }
            Entry::Sweep {
                asked_at,
                filter,
                scope,
                at_most,
            } => {
                if self.is_planned || self.sweep.is_some() {
                    return None;
                }
                let sweep = Sweep::new(filter).ok()?.over(scope).at_most(at_most);
                self.sweep = Some(ReplayedSweep {
                    sweep,
                    asked_at,
                    all_known: false,
                    known: HashSet::new(),
                });
            }
            Entry::AllKnown { devices } => {
                let sweep = self.sweep.as_mut()?;
                if devices != sweep.known.len() {
                    return None;
                }
                sweep.all_known = true;
            }
            Entry::Listed { device, .. } => {
                self.to_list.remove(&device)?;
            }
            Entry::Planned { targets } => {
                if targets != self.targets.len() || self.is_planned {
                    return None;
                }
                self.is_planned = true;
            }
            entry => return self.take_cancel(entry),
        }
        Some(())
    }

    /// Takes in a cancel that is about to be sent, or its response.
    fn take_cancel(&mut self, entry: Entry) -> Option<()> {
        match entry {
            Entry::Sending { target } => self.begun(target)?.in_flight = true,
            Entry::SendingEverything { first, count, .. } => {
                let mut calls = self.everything.iter_mut();
                calls.find(|call| call.first == first)?.was_called = true;
                for target in self.called(first, count)? {
                    target.in_flight = true;
                }
            }
            Entry::Answered { target, answer } => {
                let response = response(answer)?;
                self.begun(target)?.take_response(&response);
            }
            Entry::AnsweredEverything {
                first,
                count,
                answer,
                ..
            } => {
                let response = response(answer)?;
                for target in self.called(first, count)? {
                    if response.leaves_one_by_one() {
                        target.in_flight = false;
                        target.target.call_refused(&response);
                    } else {
                        target.take_response(&response);
                    }
                }
            }
            entry => return self.take_target(entry),
        }
        Some(())
    }

    /// Takes in a target, or what became of it.
    fn take_target(&mut self, entry: Entry) -> Option<()> {
        match entry {
            Entry::Target { .. } => return self.add_planned(entry),
            Entry::Beyond {
                target,
                device,
                id,
                created_at,
                with,
                attempts,
            } => {
                let with = &self.begun(with)?.target;
                let mut unplanned = Target::beyond_plan(target, device, id, created_at, with);
                unplanned.report.attempts = attempts;
                self.push(unplanned, None, true)?;
            }
            Entry::Seen {
                target,
                before,
                outcome,
                detail,
            } => {
                let target = &mut self.begun(target)?.target;
                target.report.set_detail(detail);
                target.was_seen(before, outcome);
            }
            Entry::Read { target, state } => {
                self.begun(target)?.target.was_read(state);
            }
            Entry::Settled {
                target,
                outcome,
                before,
                after,
                detail,
                attempts,
            } => {
                let replayed = self.begun(target).filter(|target| !target.is_settled)?;
                let report = &mut replayed.target.report;
                report.before = before;
                report.after = after;
                report.set_detail(detail);
                report.attempts = attempts;
                replayed.target.settle(outcome);
                replayed.is_settled = true;
                replayed.in_flight = false;
            }
            _ => return None,
        }
        Some(())
    }

    /// Adds a target of the plan.
    fn add_planned(&mut self, entry: Entry) -> Option<()> {
        let Entry::Target {
            target,
            device,
            id,
            kind,
            name,
            created_at,
            before,
            outcome,
            detail,
        } = entry
        else {
            return None;
        };
        if self.is_planned && !self.to_list.contains_key(&device) {
            return None;
        }
        let mut report = CancelReport::new(device, id);
        report.kind = kind;
        report.before = before;
        report.set_detail(detail);
        let target = Target::recorded(target, created_at, report, outcome);
        self.push(target, name.map(Box::from), false)
    }

    /// Adds a target; `None` if its number is not the next.
    fn push(&mut self, target: Target, name: Option<Box<str>>, is_unplanned: bool) -> Option<()> {
        if target.number != self.targets.len() {
            return None;
        }
        self.targets.push(Replayed {
            target,
            name,
            is_unplanned,
            in_flight: false,
            is_settled: false,
        });
        Some(())
    }

    /// Returns a target of a complete plan.
    fn begun(&mut self, number: usize) -> Option<&mut Replayed> {
        self.targets.get_mut(number).filter(|_| self.is_planned)
    }

    /// Returns the targets of the one call for a device that were not decided before.
    fn called(
        &mut self,
        first: usize,
        count: usize,
    ) -> Option<impl Iterator<Item = &mut Replayed>> {
        let targets = self.targets.get_mut(first..first.checked_add(count)?)?;
        self.is_planned.then(|| {
            targets
                .iter_mut()
                .filter(|target| !target.is_settled && !target.target.is_decided())
        })
    }

    /// Takes the responses that are missing for lost.
    pub(crate) fn settle_what_is_open(&mut self) {
        for replayed in &mut self.targets {
            if replayed.in_flight {
                replayed.take_response(&CancelResponse::never_written());
            }
            if self.denied_as_a_whole && replayed.target.cancel_was_denied() {
                replayed.is_settled = false;
                replayed.target.send_anew();
            }
        }
        self.denied_as_a_whole = false;
    }
}

impl Replayed {
    /// Returns how far it is while somebody drives the run.
    pub(crate) fn stage(&self) -> RowStage {
        match (self.is_settled, self.in_flight) {
            (true, _) => RowStage::Settled,
            (false, true) => RowStage::Sending,
            (false, false) if self.target.was_tried() => RowStage::Verifying,
            (false, false) => RowStage::Queued,
        }
    }

    fn take_response(&mut self, response: &CancelResponse) {
        self.in_flight = false;
        self.target.replay_response(response);
    }
}

fn misplaced(line: u64) -> ChainError {
    ChainError::Contradiction {
        line,
        what: "it does not fit the lines before it",
    }
}

fn response(answer: RecordedAnswer) -> Option<CancelResponse> {
    Some(CancelResponse {
        kind: match answer.kind {
            AnswerKind::Taken => ResponseKind::Taken,
            AnswerKind::Lost => ResponseKind::Lost,
            AnswerKind::NotSent => ResponseKind::NotSent,
            AnswerKind::Refused => ResponseKind::Refused(answer.outcome?),
        },
        refuses_connection: false,
        retry_after: None,
        attempts: answer.attempts,
        detail: answer.detail,
    })
}
