//! What has changed since a plan was kept.

use std::collections::HashMap;

use countermand_core_model::{CancelReport, CommandId, CommandState, CommandTarget, DeviceRef};

use super::{
    file::SavedPlan,
    one_target::key,
    plan::Plan,
    planned::{ObservedState, Planned},
};
use crate::Client;

/// A kept plan, read again.
#[derive(Debug)]
#[non_exhaustive]
pub struct Applied {
    /// Every target of the kept plan. For one that has drifted no cancel is sent: its row says what it is now.
    pub plan: Plan,
    /// The targets that have drifted.
    pub drift: Vec<Drift>,
}

/// A target whose state is not the one that the plan was made with, or that cannot be read any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The state that the plan was made with; none where it could not be read then.
    pub kept: Option<CommandState>,
    /// Its row as things stand.
    pub now: CancelReport,
}

impl Drift {
    /// The device.
    pub fn device(&self) -> &DeviceRef {
        &self.now.device
    }

    /// The command.
    pub fn id(&self) -> &CommandId {
        &self.now.id
    }
}

impl Client {
    /// Is a kept plan of this connection?
    ///
    /// # Errors
    /// Names what differs, with both values.
    pub fn check_plan(&self, kept: &SavedPlan) -> Result<(), countermand_core_model::InvalidValue> {
        self.check_connection(kept.provider, &kept.base_url, &kept.org)
    }

    /// Reads again each target of a kept plan, and makes of it a plan to run: exactly its commands by their ids,
    /// whatever else waits. Check first that it is of this connection ([`Self::check_plan`]).
    pub async fn apply(&self, kept: SavedPlan) -> Applied {
        let targets: Vec<CommandTarget> = kept
            .targets
            .iter()
            .map(|kept| kept.target.clone())
            .collect();
        let mut plan = self.plan_commands(targets).await;
        // What was not seen then is not in it now either: more may wait there.
        let unlisted = kept.unlisted.into_iter().map(|(device, _)| device);
        plan.gaps.incomplete = kept.incomplete.into_iter().chain(unlisted).collect();
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
        Applied { plan, drift }
    }
}

impl Planned {
    /// Sends nothing for it: it was in state `kept` when the plan was made, and is not now.
    fn hold(&mut self, kept: Option<CommandState>) {
        if let ObservedState::Command(command) = &self.seen {
            let command = command.clone();
            self.seen = ObservedState::Drifted { command, kept };
        }
    }
}
