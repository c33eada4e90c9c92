//! Running a cancel: from the confirmed review to the results.

use std::{pin::pin, sync::Arc};

use countermand_client::{
    Journal, Observer, Plan, RunBuilder, RunEvent, RunHandle, RunResult, StopHandle, StopReason,
};
use countermand_console::{
    past_run::PastRun,
    problem::Problem,
    review::{Review, Scope},
    run::Run,
    run_choices::RunChoices,
    run_status::JournalState,
    text,
    unfinished::ResumeState,
};
use countermand_core_model::{AllPending, CommandTarget, DeviceRef, Filter, KindName};
use countermand_table::{Bits, RowId};
use countermand_transport::{ApiError, Delivery, TransportError};
use futures_util::future::{Either, select};
use leptos::prelude::*;

use super::{
    announcer::Announcer,
    approval_request::ApprovalRequest,
    connection::ConnectionHandle,
    journals::{JournalStore, Recording, check},
    listed::{devices_as_listed, targets_as_listed},
    reader::Reader,
    run::RunStore,
    store_signal::StoreSignal,
    table::TableStore,
};
use crate::platform::{
    clock, focus,
    journals::{self, BrowserJournal, Refusal},
    touch, unload_guard,
};

/// How many milliseconds after a target is settled the table shows what was read of it, with all others until then.
const TAKEN_OVER_EVERY: f64 = 1_000.0;

/// Why the last run did not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its journal could not be written, for this reason.
    Journal(String),
    /// A second operator did not approve it, as this sentence says.
    Approval(String),
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
    approval: ApprovalRequest,
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
    pub(super) fn new(reader: Reader, journals: JournalStore, approval: ApprovalRequest) -> Self {
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
            approval,
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
        self.start_plan(targets.len(), async move || {
            Plan::listed(targets_as_listed(*self.table.fleet, targets).await)
        });
    }

    /// Cancels everything that waits on these devices: `total` commands by the last reading.
    fn start_everything(self, devices: Vec<AllPending>, total: usize) {
        self.start_plan(total, async move || {
            if self.connection.approval_rule().is_some() {
                // An approver approves what is known.
                let client = self.connection.client();
                return client.plan_everything(devices).await;
            }
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
        self.start_plan(total, async move || {
            if self.connection.approval_rule().is_some() {
                // An approver approves what is known.
                let client = self.connection.client();
                return client.plan_matching(devices, &filter).await;
            }
            Plan::matching_on(devices, filter)
        });
    }

    fn start_plan<P>(self, total: usize, planning: P)
    where
        P: AsyncFnOnce() -> Plan + 'static,
    {
        if self.run.is_active_now() || !self.connection.may_cancel() {
            return;
        }
        let stop = StopHandle::new();
        self.show(Run::planning(total), &stop);
        self.connection.spawn(async move {
            let recording = match self.journals.record(total).await {
                Ok(recording) => recording,
                Err(Refusal(reason)) => return self.refuse(Refused::Journal(reason)),
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
            let approval = self.approval.of(&plan);
            let run = self.connection.client().run(plan);
            let run = match &recording {
                Some(Recording { journal, .. }) => run.journal(journal),
                None => run,
            };
            let run = self.begin(run, &stop);
            self.run.rows.change(|shown| shown.begin(run.watch()));
            self.keep_in_view();
            self.run.publish();
            if let Err(why) = self.approval.obtain(approval).await {
                return self.refuse(Refused::Approval(why));
            }
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

    /// Nothing was sent, and the run is gone.
    fn refuse(self, refused: Refused) {
        unload_guard::set_active(false);
        self.run.clear();
        match &refused {
            Refused::Journal(reason) => self.announcer.alert(text::history::not_begun(reason)),
            Refused::Approval(why) => {
                self.table.keep_in_view(Bits::default());
                self.announcer.alert(why.clone());
                focus::soon("commands");
            }
        }
        self.refused.set(Some(refused));
    }

    /// Shows a run that begins, and that `stop` stops.
    pub(super) fn show(self, run: Run, stop: &StopHandle) {
        self.refused.set(None);
        self.resume_problem.set(None);
        self.run.begin(run, stop);
        unload_guard::set_active(true);
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

    /// Takes what the run read of its rows over into the table, and lets go of what is settled, soon and with whatever
    /// else is settled until then: the table is filtered anew with it.
    fn take_over_soon(self) {
        if self.is_taking_over.try_get_value() == Some(false) {
            self.is_taking_over.set_value(true);
            clock::after(TAKEN_OVER_EVERY, move || {
                if self.is_taking_over.try_set_value(false).is_none() {
                    self.take_over();
                }
            });
        }
    }

    fn take_over(self) {
        let (mut settled, mut read) = (Vec::new(), Vec::new());
        let _ = self.row_of.try_with_value(|row_of| {
            self.run.rows.change(|run| {
                run.each_fresh(|number, report, state| {
                    if let Some(row) = row_of.get(number).copied().flatten() {
                        settled.push(row);
                        read.extend(state.map(|state| (row, report.id.clone(), state)));
                    }
                });
            });
        });
        self.table.take_states(&read, &settled);
    }

    /// Keeps the rows of the run in view while its results are shown, whatever the filter lets through.
    pub(super) fn keep_in_view(self) {
        let mut rows = Bits::default();
        let mut row_of = Vec::new();
        self.table.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            self.run.rows.peek(|run| {
                for device in run.devices() {
                    let known = store.find(&device).map(|ix| store.device(ix).rows());
                    for row in known.unwrap_or_default() {
                        let target = store.row(*row).target();
                        if let Some(number) = target.and_then(|target| run.number(&target)) {
                            rows.set(row.number(), true);
                            if row_of.len() <= number {
                                row_of.resize(number + 1, None);
                            }
                            row_of[number] = Some(*row);
                        }
                    }
                }
            });
        });
        self.row_of.set_value(row_of);
        self.table.keep_in_view(rows);
    }

    /// Closes the results.
    pub fn close(self) {
        if !self.run.is_active_now() {
            self.run.clear();
            self.table.keep_in_view(Bits::default());
            self.announcer.clear_alert();
            focus::soon("commands");
        }
    }
}

impl Runner {
    /// Resumes a run of this connection.
    pub fn resume(self, past: PastRun) {
        if self.run.is_active_now()
            || self.is_resuming.get_untracked()
            || !self.connection.may_cancel()
        {
            return;
        }
        self.is_resuming.set(true);
        self.resume_problem.set(None);
        self.connection.spawn(async move {
            let problem = self.try_resume(past).await.err();
            self.is_resuming.set(false);
            if let Some(problem) = &problem {
                self.announcer.say(problem.clone());
            }
            self.resume_problem.set(problem);
        });
    }

    /// Resumes the run that was just stopped.
    pub fn resume_stopped(self) {
        if let Some(past) = self.journals.last_unfinished() {
            self.resume(past);
        }
    }

    /// # Errors
    /// Why it was not resumed, in a sentence. The journal is unchanged then.
    async fn try_resume(self, past: PastRun) -> Result<(), String> {
        let client = self.connection.client();
        let Some(held) = journals::hold(&past.run).await else {
            self.journals.set_state(&past.run, ResumeState::Running);
            return Err(text::history::kept_twice().to_owned());
        };
        let refused = |title: &str| text::history::resume_refused(title);
        let unreadable = || refused(text::history::unreadable());
        let checked = check(&past.run)
            .await
            .map_err(|_| unreadable())?
            .map_err(|_| refused(text::history::broken()))?;
        client
            .check_header(checked.run.header())
            .map_err(|_| refused(text::history::other_connection()))?;
        // What cannot be read again now can be later, as long as nothing is written of it.
        if let Err(error) = client.check().await
            && leads_nowhere(&error)
        {
            return Err(refused(&Problem::of(&error).title));
        }
        let store = BrowserJournal::go_on(past.run.clone())
            .await
            .map_err(|_| unreadable())?;
        self.journals.set_last_run(&past);
        let recording = Recording {
            journal: Journal::go_on(store, client.timer(), checked.end),
            past,
            held,
        };
        let stop = StopHandle::new();
        let run = self.begin(client.resume(checked.run, &recording.journal), &stop);
        self.show(Run::going(run.watch(), JournalState::Written), &stop);
        self.keep_in_view();
        let result = run.drive().await;
        self.finish(result, Some(recording)).await;
        Ok(())
    }
}

/// Returns whether the connection is refused as a whole, or reaches nobody.
fn leads_nowhere(error: &ApiError) -> bool {
    error.refuses_connection()
        || error.transport().map(TransportError::delivery) == Some(Delivery::NotSent)
}
