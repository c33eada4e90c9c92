//! After a run: reading targets again whose outcome is in doubt.

use std::cell::RefCell;

use countermand_console::{problem::Problem, run::Run, text};
use countermand_core_model::{CommandTarget, DeviceRef};

use super::reader::Reader;

impl Reader {
    /// Reads a target of the last run again.
    pub fn recheck(self, target: CommandTarget) {
        self.recheck_all(vec![target]);
    }

    /// Reads every target of the last run again whose outcome may change by that.
    pub fn recheck_doubtful(self) {
        self.recheck_all(self.run.peek(Run::to_read_again));
    }

    fn recheck_all(self, targets: Vec<CommandTarget>) {
        let count = targets.len();
        let mut devices: Vec<DeviceRef> = targets
            .iter()
            .map(|target| target.device().clone())
            .collect();
        devices.sort();
        devices.dedup();
        let left = RefCell::new((count, devices));
        self.connection.spawn_each(targets, async move |target| {
            let said = self.recheck_one(target).await;
            let mut left = left.borrow_mut();
            left.0 -= 1;
            if left.0 == 0 {
                self.announcer.say(if count == 1 {
                    said
                } else {
                    text::run::were_read_again(count)
                });
                let devices = std::mem::take(&mut left.1);
                self.read(self.table.still_chosen(devices));
            }
        });
    }

    /// Returns what the reading showed, in a sentence.
    async fn recheck_one(self, target: CommandTarget) -> String {
        let client = self.connection.client();
        let found = client.get(target.device(), target.id()).await;
        let found = found
            .map(|command| command.state)
            .map_err(|error| Problem::of(&error));
        self.clock.tick();
        let said = match &found {
            Ok(state) => text::run::now(text::state_within(*state)),
            Err(problem) => text::run::still_unread(&problem.title),
        };
        self.run.change(|run| run.was_read_again(&target, found));
        self.run.publish_soon();
        said
    }
}
