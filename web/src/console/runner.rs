//! Running a cancel: from the confirmed review to the results.

mod following;
mod resuming;
mod table_rows;

use std::{pin::pin, sync::Arc};

use countermand_client::{
    Observer, Plan, RunBuilder, RunEvent, RunHandle, RunResult, StopHandle, StopReason, Sweep,
};
use countermand_console::{
    review::{Review, Scope},
    run::Run,
    run_choices::RunChoices,
    run_status::JournalState,
    text,
};
use countermand_core_model::{AllPending, CommandTarget, DeviceRef, Filter, KindName};
use countermand_table::{Bits, RowId};
use futures_util::future::{Either, select};
use leptos::prelude::*;

use super::{
    announcer::Announcer,
    connection::ConnectionHandle,
    journals::{JournalStore, Recording},
    listed::{devices_as_listed, targets_as_listed},
    reader::Reader,
    run::RunStore,
    server_runs::ServerRunStore,
    store_signal::StoreSignal,
    table::TableStore,
};
use crate::platform::{focus, journals::Refusal, touch, unload_guard};

/// Why the last run did not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its journal could not be written, for this reason.
    Journal(String),
    /// A second operator did not approve it, as this sentence says.
    Approval(String),
    /// The page's own server did not take it, as this sentence says.
    Server(String),
    /// The page's own server did not answer. Whether it began is not known.
    Unclear,
}

/// Runs cancels. Copies are the same runner.
#[derive(Clone, Copy)]
pub struct Runner {
    pub(super) connection: ConnectionHandle,
    pub(super) announcer: Announcer,
    table: TableStore,
    pub(super) run: RunStore,
    reader: Reader,
    pub(super) journals: JournalStore,
    server: ServerRunStore,
    /// The table's rows by the numbers of the run's targets.
    row_of: StoredValue<Vec<Option<RowId>>>,
    is_taking_over: StoredValue<bool>,
    /// The options of the next run.
    pub choices: StoreSignal<RunChoices>,
    /// Whether a run is about to be resumed.
    pub is_resuming: StoreSignal<bool>,
    /// Why the last run did not begin.
    pub refused: StoreSignal<Option<Refused>>,
    /// Why the last run was not resumed, in a sentence.
    pub resume_problem: StoreSignal<Option<String>>,
}

impl Runner {
    pub(super) fn new(reader: Reader, journals: JournalStore, server: ServerRunStore) -> Self {
        let Reader {
            connection,
            announcer,
            table,
            run,
            ..
        } = reader;
        Self {
            connection,
            announcer,
            table,
            run,
            reader,
            journals,
            server,
            row_of: StoredValue::new(Vec::new()),
            is_taking_over: StoredValue::new(false),
            choices: StoreSignal::new(RunChoices::default()),
            is_resuming: StoreSignal::new(false),
            refused: StoreSignal::new(None),
            resume_problem: StoreSignal::new(None),
        }
    }

    /// Changes the options of the next run.
    pub fn choose(self, change: impl FnOnce(&mut RunChoices)) {
        self.choices.update(change);
    }

    /// Cancels what a review holds.
    pub fn start(self, review: Review) {
        match review.scope {
            Scope::Commands(targets) => self.start_commands(targets),
            Scope::Everything(devices) => self.start_everything(devices, review.total),
            Scope::OfKind(kind, devices) => self.start_of_kind(kind, devices, review.total),
        }
    }

    fn start_commands(self, targets: Vec<CommandTarget>) {
        self.start_plan(Run::planning(targets.len()), async move || {
            Plan::listed(targets_as_listed(*self.table.fleet, targets).await)
        });
    }

    /// Cancels everything that waits on these devices: `total` commands by the last reading.
    fn start_everything(self, devices: Vec<AllPending>, total: usize) {
        self.start_plan(Run::planning(total), async move || {
            Plan::everything_on(devices_as_listed(*self.table.fleet, devices).await)
        });
    }

    /// Cancels what waits on these devices and is of this kind.
    fn start_of_kind(self, kind: KindName, devices: Vec<AllPending>, total: usize) {
        let filter = Filter {
            kinds: vec![kind],
            ..Filter::default()
        };
        let devices: Vec<DeviceRef> = devices.iter().map(|one| one.device().clone()).collect();
        self.start_plan(Run::planning(total), async move || {
            Plan::matching_on(devices, filter)
        });
    }

    /// Looks for what matches on many devices, and cancels it as it is found.
    pub(super) fn start_sweep(self, sweep: Sweep, spends_all: bool) {
        if spends_all {
            self.connection.spend_at_once();
        }
        self.start_plan(Run::sweeping(), async move || Plan::sweeping(sweep));
    }

    fn start_plan<P>(self, shown: Run, planning: P)
    where
        P: AsyncFnOnce() -> Plan + 'static,
    {
        if self.run.is_active_now() || !self.connection.may_cancel() {
            return;
        }
        self.server.follow(None);
        let stop = StopHandle::new();
        let total = shown.status().progress.total;
        self.show(shown, &stop);
        self.connection.spawn(async move {
            let recording = if self.connection.has_server_runs() {
                None
            } else {
                match self.journals.record(total).await {
                    Ok(recording) => recording,
                    Err(Refusal(reason)) => return self.refuse(Refused::Journal(reason)),
                }
            };
            if recording.is_some() {
                self.run.rows.change(|run| run.keep(JournalState::Written));
            }
            let planned = {
                let (planning, stopped) = (pin!(planning()), pin!(stop.stopped()));
                match select(planning, stopped).await {
                    Either::Left((plan, _)) => Some(plan),
                    Either::Right(_) => None,
                }
            };
            let Some(plan) = planned else {
                // Nothing was sent so far, and nothing is waited for.
                let mut result = RunResult::default();
                result.stopped = Some(StopReason::Requested);
                return self.finish(result, recording).await;
            };
            // A plan without anything to send begins no run at the server.
            let sends =
                plan.to_send() > 0 || plan.to_list().next().is_some() || plan.sweep().is_some();
            if self.connection.has_server_runs() && sends {
                return self.hand_over(&plan).await;
            }
            let run = self.connection.client().run(plan);
            let run = match &recording {
                Some(Recording { journal, .. }) => run.journal(journal),
                None => run,
            };
            let run = self.begin(run, &stop);
            self.run.rows.change(|shown| shown.begin(run.watch()));
            self.keep_in_view();
            self.run.publish();
            let result = run.drive().await;
            self.finish(result, recording).await;
        });
    }

    /// Starts a run as chosen. It goes on once it is driven.
    pub(super) fn begin(self, run: RunBuilder, stop: &StopHandle) -> RunHandle {
        run.options(self.choices.get_untracked().options())
            .severity_rules(self.connection.severity_rules())
            .stop_handle(stop)
            .observe(self.observer())
            .start()
    }

    /// The run is gone before it began, as far as is known.
    fn refuse(self, refused: Refused) {
        unload_guard::set_active(false);
        self.run.clear();
        let said = match &refused {
            Refused::Journal(reason) => text::history::not_begun(reason),
            Refused::Approval(why) | Refused::Server(why) => why.clone(),
            Refused::Unclear => text::server_runs::unclear().to_owned(),
        };
        self.table.keep_in_view(Bits::default());
        self.announcer.alert(said);
        focus::soon("commands");
        self.refused.set(Some(refused));
    }

    /// Shows a run that begins, and that `stop` stops.
    pub(super) fn show(self, run: Run, stop: &StopHandle) {
        self.refused.set(None);
        self.resume_problem.set(None);
        self.run.begin(run, stop);
        unload_guard::set_active(self.run.is_active_now());
        focus::soon("run-heading");
    }

    fn observer(self) -> Observer {
        Arc::new(move |event: RunEvent| {
            if matches!(event, RunEvent::Stopped(_)) && self.connection.is_signed_out() {
                self.run.rows.change(Run::signed_out);
            }
            if matches!(event, RunEvent::Settled { .. }) {
                self.take_over_soon();
            }
            self.run.rows.change(|run| run.apply(event));
            self.run.publish_soon();
        })
    }

    /// Shows the results, then completes the journal.
    pub(super) async fn finish(self, result: RunResult, recording: Option<Recording>) {
        unload_guard::set_active(false);
        let journal = recording.as_ref().map(|recording| &recording.journal);
        if journal.is_some_and(|journal| journal.failure().is_some()) {
            self.run.rows.change(|run| run.keep(JournalState::Broken));
        }
        // Whoever watched the run to its end has not been idle.
        touch::note();
        self.run.rows.change(|run| run.finish(result));
        self.keep_in_view();
        self.take_over();
        self.run.publish();
        self.announcer.say(self.run.status_text());
        focus::soon("run-heading");
        let devices = self.run.rows.peek(Run::devices);
        self.reader.read(self.table.still_chosen(devices));
        if let Some(recording) = recording {
            let status = self.run.status.get_untracked().unwrap_or_default();
            self.journals.finish(recording, &status).await;
        }
    }

    /// Closes the results. A run at the server goes on.
    pub fn close(self) {
        if !self.run.is_active_now() {
            self.server.follow(None);
            self.run.clear();
            self.table.keep_in_view(Bits::default());
            self.announcer.clear_alert();
            focus::soon("commands");
        }
    }
}
