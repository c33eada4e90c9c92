//! After a run: reading again what is in doubt, and trying again where that is safe.

use std::cell::RefCell;

use countermand_console::{problem::Problem, progress::Progress, text};
use countermand_core_model::{CommandTarget, DeviceRef};
use leptos::prelude::*;

use super::Console;
use crate::platform::clock;

impl Console {
    /// Reads a target of the last run again.
    pub fn read_again(self, target: CommandTarget) {
        self.read_all_again(vec![target]);
    }

    /// Reads again everything of the last run of which that may tell more.
    pub fn read_doubtful_again(self) {
        let targets = self.progress.with_value(|run| {
            run.as_ref()
                .map(Progress::to_read_again)
                .unwrap_or_default()
        });
        self.read_all_again(targets);
    }

    fn read_all_again(self, targets: Vec<CommandTarget>) {
        let count = targets.len();
        let mut devices: Vec<DeviceRef> = targets
            .iter()
            .map(|target| target.device().clone())
            .collect();
        devices.sort();
        devices.dedup();
        let left = RefCell::new((count, devices));
        self.a_few_at_once(targets, async move |target| {
            let said = self.read_one_again(target).await;
            let mut left = left.borrow_mut();
            left.0 -= 1;
            if left.0 == 0 {
                self.say(if count == 1 {
                    said
                } else {
                    text::run::were_read_again(count)
                });
                let devices = std::mem::take(&mut left.1);
                self.read(self.still_chosen(devices));
            }
        });
    }

    async fn read_one_again(self, target: CommandTarget) -> String {
        let found = self.client().get(target.device(), target.id()).await;
        let found = found
            .map(|command| command.state)
            .map_err(|error| Problem::of(&error));
        self.now.set(clock::now());
        let said = match &found {
            Ok(state) => text::run::now(text::state_within(*state)),
            Err(problem) => text::run::still_unread(&problem.title),
        };
        self.change(|run| run.was_read_again(target, found));
        self.publish_soon();
        said
    }

    /// Opens a review of what the last run left undone and may be sent again: exactly these.
    pub fn try_again(self) {
        let targets = self
            .progress
            .with_value(|run| run.as_ref().map(Progress::to_try_again).unwrap_or_default());
        self.review_targets(&targets);
    }
}
