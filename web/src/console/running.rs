//! A run: started, watched, stopped, closed.

use std::{pin::pin, sync::Arc};

use countermand_client::{
    ListedCommand, ListedDevice, Observer, Plan, RunEvent, RunResult, StopHandle, StopReason,
};
use countermand_console::{
    fleet::{Fleet, Reading},
    progress::{Live, Progress},
    rows,
    run_status::{JournalState, RunStatus},
    text,
};
use countermand_core_model::{CommandState, CommandTarget, DeviceRef, EverythingWaiting};
use countermand_table::{Bits, DeviceIx, Row};
use futures_util::future::{Either, select};
use leptos::prelude::*;

use super::{Console, journalling::Recording};
use crate::platform::{clock, focus, journals::Refusal, leaving, slices::Slices, touch};

/// The views are told so many milliseconds after an event, of all events until then at once.
const TOLD_EVERY: f64 = 100.0;

/// What the table shows of a command.
fn as_row(listed: &mut ListedCommand, fleet: &Fleet, row: Row<'_>) {
    listed.kind = row.kind().to_owned();
    listed.name = row.name().map(str::to_owned);
    listed.created_at = row.created_at();
    listed.expires_at = row.expires_at();
    if let Some(read_at) = fleet.status(row.device_ix()).read_at {
        (listed.state, listed.read_at) = (row.state(), Some(read_at));
    }
}

/// What the table shows as waiting on a device.
fn as_device(device: &mut ListedDevice, fleet: &Fleet, ix: DeviceIx) {
    let status = fleet.status(ix);
    let mut is_clear = status.reading == Reading::Done && status.incomplete.is_none();
    for row in fleet.store().device(ix).rows() {
        let row = fleet.store().row(*row);
        is_clear &= row.state() != CommandState::Unknown;
        device.newest_seen = device.newest_seen.max(row.created_at());
        if row.state() == CommandState::Pending
            && let Some(target) = row.target()
        {
            let mut listed = ListedCommand::unread(target);
            as_row(&mut listed, fleet, row);
            device.waiting.push(listed);
        }
    }
    device.read_at = status.read_at.filter(|_| is_clear);
}

impl Console {
    /// Cancels these commands.
    pub fn run_commands(self, targets: Vec<CommandTarget>) {
        self.begin(targets.len(), async move |console: Self| {
            let mut slices = Slices::begin();
            for target in &targets {
                console.change(|run| run.ask(target.clone(), None));
                slices.pause().await;
            }
            console.keep_in_view();
            Plan::listed(console.as_shown(targets).await)
        });
    }

    /// The commands as the table shows them: each is read just before its cancel, not all of them before the
    /// first. One that is shown no longer counts as waiting until it is read.
    async fn as_shown(self, targets: Vec<CommandTarget>) -> Vec<ListedCommand> {
        let mut slices = Slices::begin();
        let mut shown = Vec::with_capacity(targets.len());
        for target in targets {
            let mut listed = ListedCommand::unread(target);
            self.fleet.with_untracked(|fleet| {
                if let Some(row) = fleet.store().find_row(&listed.target) {
                    as_row(&mut listed, fleet, fleet.store().row(row));
                }
            });
            shown.push(listed);
            slices.pause().await;
        }
        shown
    }

    /// Cancels everything that waits on these devices: `total` commands, as was last read.
    pub fn run_everything(self, devices: Vec<EverythingWaiting>, total: usize) {
        self.begin(total, async move |console: Self| {
            if console.rule().is_some() {
                // Whoever approves approves what is known.
                return console.client().plan_everything(devices).await;
            }
            Plan::everything_on(console.devices_as_shown(devices).await)
        });
    }

    /// The devices with what the table shows as waiting there: each is listed just before its cancels.
    async fn devices_as_shown(self, devices: Vec<EverythingWaiting>) -> Vec<ListedDevice> {
        let mut slices = Slices::begin();
        let mut shown = Vec::with_capacity(devices.len());
        for target in devices {
            let mut device = ListedDevice::unread(target);
            self.fleet.with_untracked(|fleet| {
                if let Some(ix) = fleet.store().find(device.target.device()) {
                    as_device(&mut device, fleet, ix);
                }
            });
            shown.push(device);
            slices.pause().await;
        }
        shown
    }

    fn begin<P>(self, total: usize, planning: P)
    where
        P: AsyncFnOnce(Self) -> Plan + 'static,
    {
        if self.is_running_now() || !self.may_cancel() {
            return;
        }
        let stop = self.takes_off(Progress::planning(total, JournalState::None));
        self.spawn(async move {
            let recording = match self.record(total).await {
                Ok(recording) => recording,
                Err(Refusal(reason)) => return self.did_not_begin(&reason),
            };
            let run = recording
                .as_ref()
                .map(|recording| recording.past.run.clone());
            self.last_run.set_value(run);
            if recording.is_some() {
                self.change(|run| run.keep(JournalState::Written));
            }
            let plan = {
                let (planning, stopped) = (pin!(planning(self)), pin!(stop.stopped()));
                match select(planning, stopped).await {
                    Either::Left((plan, _)) => plan,
                    // Nothing was sent so far, and nothing is waited for.
                    Either::Right(_) => {
                        let mut result = RunResult::default();
                        result.stopped = Some(StopReason::Asked);
                        return self.land(result, recording).await;
                    }
                }
            };
            self.take_in(&plan).await;
            if let Err(why) = self.wait_for_approval(&plan).await {
                return self.was_not_approved(why);
            }
            let options = self.options.get_untracked().options();
            let client = self.client();
            let observe = Some(self.observer());
            let result = match &recording {
                Some(Recording { journal, .. }) => {
                    let run = client.run_recorded(plan, options, &stop, observe, journal);
                    run.await
                }
                None => client.run(plan, options, &stop, observe).await,
            };
            self.land(result, recording).await;
        });
    }

    async fn land(self, result: RunResult, recording: Option<Recording>) {
        self.lands(result, recording.as_ref());
        if let Some(recording) = recording {
            self.keep_record(recording).await;
        }
    }

    /// There was to be a journal, and there is none: nothing was sent.
    fn did_not_begin(self, reason: &str) {
        leaving::set_going_on(false);
        self.progress.set_value(None);
        self.publish();
        self.assertive.set(text::history::not_begun(reason));
        self.not_begun.set(Some(reason.to_owned()));
    }

    /// It was not approved: nothing was sent.
    fn was_not_approved(self, why: String) {
        leaving::set_going_on(false);
        self.progress.set_value(None);
        self.publish();
        self.kept.set(Bits::default());
        self.assertive.set(why.clone());
        self.not_approved.set(Some(why));
        focus::soon("commands");
    }

    /// Shows a run that begins.
    pub(super) fn takes_off(self, run: Progress) -> StopHandle {
        let stop = StopHandle::new();
        self.stop.set_value(stop.clone());
        self.assertive.set(String::new());
        self.not_begun.set(None);
        self.not_approved.set(None);
        self.resume_problem.set(None);
        self.progress.set_value(Some(run));
        self.publish();
        leaving::set_going_on(true);
        focus::soon("run-heading");
        stop
    }

    /// Takes in what the plan holds, in slices: it may be a hundred thousand targets.
    async fn take_in(self, plan: &Plan) {
        let mut slices = Slices::begin();
        for planned in plan.targets() {
            let target = CommandTarget::new(planned.device().clone(), planned.id().clone());
            let title = planned
                .before()
                .map(|_| rows::title_of(planned.kind(), planned.name()));
            self.change(|run| {
                if let Ok(target) = target {
                    run.ask(target, title.as_deref());
                }
            });
            slices.pause().await;
        }
        self.change(|run| run.planned(plan.unclear()));
        self.keep_in_view();
        self.publish();
    }

    pub(super) fn observer(self) -> Observer {
        Arc::new(move |event: RunEvent| {
            if matches!(event, RunEvent::Stopped(_)) && self.is_signed_out() {
                self.change(Progress::signed_out);
            }
            self.change(|run| run.apply(event));
            self.publish_soon();
        })
    }

    /// The run is over.
    pub(super) fn lands(self, result: RunResult, recording: Option<&Recording>) {
        leaving::set_going_on(false);
        if recording.is_some_and(|recording| recording.journal.failure().is_some()) {
            self.change(|run| run.keep(JournalState::Broken));
        }
        // Whoever watched the run to its end has not been idle.
        touch::note();
        self.change(|run| run.finish(result));
        self.keep_in_view();
        self.publish();
        self.say(
            self.run
                .with_untracked(|run| run.as_ref().map(RunStatus::polite))
                .unwrap_or_default(),
        );
        focus::soon("run-heading");
        let devices = self
            .progress
            .with_value(|run| run.as_ref().map(Progress::devices));
        self.read(self.still_chosen(devices.unwrap_or_default()));
    }

    /// What a run is about stays in view while its results are, whatever the filter takes.
    pub(super) fn keep_in_view(self) {
        let mut kept = Bits::default();
        self.fleet.with_untracked(|fleet| {
            self.progress.with_value(|run| {
                let Some(run) = run else { return };
                let store = fleet.store();
                for device in run.devices() {
                    let rows = store.find(&device).map(|ix| store.device(ix).rows());
                    for row in rows.unwrap_or_default() {
                        let target = store.row(*row).target();
                        if target.is_some_and(|target| run.live(&target).is_some()) {
                            kept.set(row.number(), true);
                        }
                    }
                }
            });
        });
        self.kept.set(kept);
    }

    pub(super) fn still_chosen(self, devices: Vec<DeviceRef>) -> Vec<DeviceRef> {
        self.fleet.with_untracked(|fleet| {
            devices
                .into_iter()
                .filter(|device| fleet.has(device))
                .collect()
        })
    }

    /// Changes the run. Nobody is told: that is for [`Self::publish`] and [`Self::publish_soon`].
    pub(super) fn change(self, change: impl FnOnce(&mut Progress)) {
        // Gone where the connection was closed meanwhile.
        let _ = self.progress.try_update_value(|run| {
            if let Some(run) = run {
                change(run);
            }
        });
    }

    /// Tells the views where the run stands, with whatever else happens until then.
    pub(super) fn publish_soon(self) {
        if self.is_publishing.try_get_value() == Some(false) {
            self.is_publishing.set_value(true);
            clock::after(TOLD_EVERY, move || {
                if self.is_publishing.try_set_value(false).is_none() {
                    self.publish();
                }
            });
        }
    }

    /// Tells the views where the run stands.
    pub(super) fn publish(self) {
        // Gone where the connection was closed meanwhile.
        let Some(status) = self
            .progress
            .try_with_value(|run| run.as_ref().map(|run| run.status().clone()))
        else {
            return;
        };
        let alarm = status.as_ref().and_then(RunStatus::alarm);
        if status != self.run.get_untracked() {
            self.run.set(status);
        }
        if let Some(alarm) = alarm.filter(|alarm| *alarm != self.assertive.get_untracked()) {
            self.assertive.set(alarm);
        }
    }

    /// What becomes of a command in the run that goes on, or the last one; none where it has nothing to do
    /// with it. To be watched by a view: it changes at most some times a second.
    pub fn live_of(self, target: &CommandTarget) -> Option<Live> {
        self.run.track();
        self.progress
            .with_value(|run| run.as_ref()?.live(target).cloned())
    }

    /// Looks at the run, to be watched by a view; none where there is none.
    pub fn of_run<T>(self, look: impl FnOnce(&Progress) -> T) -> Option<T> {
        self.run.track();
        self.progress.with_value(|run| run.as_ref().map(look))
    }

    /// Where the run stands is said; called every few seconds, so that each row is not.
    pub fn say_progress(self) {
        if self.is_running_now() {
            let text = self
                .run
                .with_untracked(|run| run.as_ref().map(RunStatus::polite));
            if let Some(text) = text.filter(|text| *text != self.polite.get_untracked()) {
                self.say(text);
            }
        }
    }

    /// Sends nothing more. What was sent is still read again.
    pub fn stop(self) {
        self.stop.with_value(StopHandle::stop);
    }

    /// Was it asked to stop?
    pub fn is_stopping(self) -> bool {
        self.stop.with_value(StopHandle::is_stopped)
    }

    /// Closes the results.
    pub fn close_run(self) {
        if !self.is_running_now() {
            self.progress.set_value(None);
            self.publish();
            self.kept.set(Bits::default());
            self.assertive.set(String::new());
            focus::soon("commands");
        }
    }
}
