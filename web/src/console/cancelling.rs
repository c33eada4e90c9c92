//! Reviewing and running a cancel.

use std::{collections::HashSet, sync::Arc};

use countermand_client::{Observer, RunEvent, RunOptions, StopHandle};
use countermand_core_model::{Command, CommandState, CommandTarget, DeviceRef, EverythingWaiting};
use countermand_table::Bits;
use leptos::prelude::*;

use super::Console;
use crate::{
    platform::{clock, focus, leaving, touch},
    state::{
        problem::Problem,
        progress::Progress,
        review::{Review, Scope},
        rows,
    },
};

impl Console {
    /// Cancels what the review holds.
    pub fn go(self, review: Review) {
        if self.is_running_now() {
            return;
        }
        let stop = StopHandle::new();
        self.stop.set_value(stop.clone());
        let meant = match &review.scope {
            Scope::Commands(targets) => {
                let targets: HashSet<&CommandTarget> = targets.iter().collect();
                let is_meant = |target: CommandTarget| targets.contains(&target);
                self.commands_of(|row| row.target().is_some_and(is_meant))
            }
            Scope::Everything(devices) => {
                let devices: HashSet<&DeviceRef> =
                    devices.iter().map(EverythingWaiting::device).collect();
                self.commands_of(|row| {
                    row.state() == CommandState::Pending && devices.contains(row.device().device())
                })
            }
        };
        self.keep_in_view(&meant);
        self.assertive.set(String::new());
        self.run
            .set(Some(Progress::new(meant.iter().map(AsRef::as_ref))));
        leaving::set_going_on(true);
        let client = self.client();
        self.spawn(async move {
            let plan = match review.scope {
                Scope::Commands(targets) => client.plan_commands(targets).await,
                Scope::Everything(devices) => client.plan_everything(devices).await,
            };
            self.change_run(|run| {
                run.planned(plan.targets().filter_map(|planned| {
                    let target =
                        CommandTarget::new(planned.device().clone(), planned.id().clone()).ok()?;
                    let title = planned
                        .before()
                        .map(|_| rows::title_of(planned.kind(), planned.name()));
                    Some((target, title))
                }));
            });
            let observe: Observer = Arc::new(move |event| self.observe(event));
            let result = client
                .run(plan, RunOptions::default(), &stop, Some(observe))
                .await;
            leaving::set_going_on(false);
            // Whoever watched the run to its end has not been idle.
            touch::note();
            self.change_run(|run| run.finish(result));
            self.sound_alarm();
            self.say(
                self.run
                    .with_untracked(|run| run.as_ref().map(Progress::polite))
                    .unwrap_or_default(),
            );
            focus::soon("run-heading");
            let devices = self
                .run
                .with_untracked(|run| run.as_ref().map(Progress::devices));
            self.read(self.still_chosen(devices.unwrap_or_default()));
        });
        focus::soon("run-heading");
    }

    /// What a run is about stays in view while its results are, whatever the filter takes.
    fn keep_in_view(self, commands: &[Arc<Command>]) {
        let mut kept = Bits::default();
        self.fleet.with_untracked(|fleet| {
            let rows = commands.iter().filter_map(|command| target_of(command));
            for row in rows.filter_map(|target| fleet.store().find_row(&target)) {
                kept.set(row.number(), true);
            }
        });
        self.kept.set(kept);
    }

    fn still_chosen(self, devices: Vec<DeviceRef>) -> Vec<DeviceRef> {
        self.fleet.with_untracked(|fleet| {
            devices
                .into_iter()
                .filter(|device| fleet.has(device))
                .collect()
        })
    }

    fn change_run(self, change: impl FnOnce(&mut Progress)) {
        self.run.update(|run| {
            if let Some(run) = run {
                change(run);
            }
        });
    }

    fn observe(self, event: RunEvent) {
        self.change_run(|run| run.apply(event));
        self.sound_alarm();
    }

    fn sound_alarm(self) {
        let alarm = self
            .run
            .with_untracked(|run| run.as_ref().and_then(Progress::alarm));
        if let Some(alarm) = alarm.filter(|alarm| *alarm != self.assertive.get_untracked()) {
            self.assertive.set(alarm);
        }
    }

    /// Where the run stands is said; called every few seconds, so that each row is not.
    pub fn say_progress(self) {
        if self.is_running_now() {
            let text = self
                .run
                .with_untracked(|run| run.as_ref().map(Progress::polite));
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
            self.run.set(None);
            self.kept.set(Bits::default());
            self.assertive.set(String::new());
            focus::soon("commands");
        }
    }

    /// Reads a target of the last run again.
    pub fn read_again(self, target: CommandTarget) {
        let client = self.client();
        self.spawn(async move {
            let found = client.get(target.device(), target.id()).await;
            let found = found
                .map(|command| command.state)
                .map_err(|error| Problem::of(&error));
            self.now.set(clock::now());
            let device = target.device().clone();
            self.change_run(|run| {
                let said = match &found {
                    Ok(state) => crate::text::run::now(crate::text::state_within(*state)),
                    Err(problem) => crate::text::run::still_unread(&problem.title),
                };
                run.was_read_again(target, found);
                self.say(said);
            });
            self.read(self.still_chosen(vec![device]));
        });
    }
}

fn target_of(command: &Command) -> Option<CommandTarget> {
    CommandTarget::new(command.device.clone(), command.id.clone()).ok()
}
