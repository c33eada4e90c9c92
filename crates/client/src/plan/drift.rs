//! What has changed since a plan was saved.

use std::collections::HashMap;

use countermand_core_model::{CancelReport, CommandId, CommandState, CommandTarget, DeviceRef};

use super::{
    file::SavedPlan,
    one_target::key,
    plan::Plan,
    planned::{ObservedState, Planned},
    saved::not_whole,
};
use crate::Client;

/// A saved plan whose targets were read again.
#[derive(Debug)]
#[non_exhaustive]
pub struct Applied {
    /// Every target of the saved plan. For a drifted one no cancel is sent, and its row says what it is now.
    pub plan: Plan,
    /// The targets that have drifted.
    pub drift: Vec<Drift>,
}

/// A target whose state has changed since the plan was made, or that cannot be read any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The state that the plan was made with; `None` if it could not be read.
    pub kept: Option<CommandState>,
    /// Its row now.
    pub now: CancelReport,
}

impl Drift {
    /// Returns the device.
    pub fn device(&self) -> &DeviceRef {
        &self.now.device
    }

    /// Returns the command.
    pub fn id(&self) -> &CommandId {
        &self.now.id
    }
}

impl Client {
    /// Checks that a saved plan is of this connection.
    ///
    /// # Errors
    /// Names what differs, with both values.
    pub fn check_plan(&self, kept: &SavedPlan) -> Result<(), countermand_core_model::InvalidValue> {
        self.check_connection(kept.provider, &kept.base_url, &kept.org)
    }

    /// Reads the targets of a saved plan, and returns a plan that cancels exactly these by their ids, and everything else
    /// that is pending on the devices that it names for that, which the run lists. Check it with [`Self::check_plan`]
    /// first.
    pub async fn apply(&self, kept: SavedPlan) -> Applied {
        let targets: Vec<CommandTarget> = kept
            .targets
            .iter()
            .map(|kept| kept.target.clone())
            .collect();
        let mut plan = self.plan_commands(targets).await;
        plan.gaps.incomplete = not_whole(kept.incomplete, kept.unlisted);
        let mut drift = Vec::new();
        // A command that the file names twice is one target.
        let mut befores: HashMap<(DeviceRef, Box<str>), Option<CommandState>> = HashMap::new();
        for kept in kept.targets {
            let name = (kept.target.device().clone(), key(kept.target.id()));
            befores.entry(name).or_insert(kept.before);
        }
        for planned in &mut plan.commands {
            let name = (planned.device().clone(), key(planned.id()));
            let before = befores.get(&name).copied().flatten();
            if before == planned.before() {
                continue;
            }
            planned.hold(before);
            drift.push(Drift {
                kept: before,
                now: planned.report(),
            });
        }
        plan.add_everything(kept.everything);
        plan.sweep = kept.sweep;
        Applied { plan, drift }
    }
}

impl Planned {
    /// Sends nothing for it, because it was in state `kept` when the plan was made.
    fn hold(&mut self, kept: Option<CommandState>) {
        if let ObservedState::Command(command) = &self.seen {
            let command = command.clone();
            self.seen = ObservedState::Drifted { command, kept };
        }
    }
}
