//! The two-person rule: cancels that a second operator has to approve before they go to a vendor.

mod rule;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use countermand_core_model::{CommandId, DeviceRef, InvalidValue, Provider};
use countermand_transport::SharedTimer;
use serde::{Deserialize, Serialize};

pub use rule::ApprovalRule;

use crate::{audit::Decision, calls::Cancelling};

/// So long an approval is waited for, and so long one that was given holds.
const HOLDS: Duration = Duration::from_secs(60 * 60);

/// Cancels without approval count for so long.
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// More cancels than this cannot be asked for at once.
const MOST_TARGETS: usize = 20_000;

/// More requests for approval than this, or more targets together, are not kept: the oldest that opens nothing
/// any more goes.
const MOST: usize = 200;
const MOST_TARGETS_KEPT: usize = 100_000;

/// How a request for approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Waiting,
    Approved,
    Declined,
    Withdrawn,
    Expired,
}

impl Standing {
    /// May it still come to open something?
    fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Approved)
    }
}

/// A command that is meant, as the page names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    pub(crate) device: String,
    pub(crate) command: String,
    /// What it does: for whoever approves to read, and for nothing else.
    #[serde(default)]
    pub(crate) kind: String,
}

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
    /// Devices on which everything that waits is meant.
    #[serde(default)]
    pub(crate) everything: Vec<String>,
}

/// A command of a device; none: everything that waits there.
type Meant = (DeviceRef, Option<CommandId>);

/// A request for approval, as the page is told it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) state: Standing,
    pub(crate) decided_by: Option<String>,
    pub(crate) targets: Vec<Target>,
    pub(crate) everything: Vec<String>,
    #[serde(skip)]
    connection: String,
    /// When it was asked for, and then when it was approved.
    #[serde(skip)]
    since: Duration,
    #[serde(skip)]
    meant: Arc<HashSet<Meant>>,
}

/// Why a decision is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDecision {
    /// There is no such request.
    Unknown,
    /// It was decided about before, or waited too long.
    Over,
    /// Nobody approves what they asked for themselves, and only who asked takes back.
    Yourself,
    OnlyWhoAsked,
}

/// What a cancel needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: it is within what one person may do.
    Nothing,
    /// It was approved, by the request of this id.
    Approved(String),
    /// A second person's approval.
    Approval,
}

/// The requests of all connections. They end with the process.
pub(crate) struct Approvals {
    timer: SharedTimer,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The oldest first.
    asked: Vec<Approval>,
    /// What somebody cancelled at a connection without approval, and when.
    alone: HashMap<(String, String), VecDeque<(Duration, Meant)>>,
}

impl Approvals {
    pub(crate) fn new(timer: SharedTimer) -> Self {
        Self {
            timer,
            inner: Mutex::default(),
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// Names what cannot be asked for.
    pub(crate) fn ask(
        &self,
        connection: &str,
        provider: Provider,
        by: &str,
        id: String,
        wanted: Wanted,
    ) -> Result<Approval, InvalidValue> {
        let meant = meant(provider, &wanted)?;
        let now = self.timer.monotonic();
        let approval = Approval {
            id,
            by: by.to_owned(),
            at: self.timer.now().to_string(),
            state: Standing::Waiting,
            decided_by: None,
            targets: wanted.targets,
            everything: wanted.everything,
            connection: connection.to_owned(),
            since: now,
            meant: Arc::new(meant),
        };
        let mut inner = self.lock();
        inner.expire(now);
        let count = approval.meant.len();
        if !inner.make_room(count) {
            return Err(InvalidValue::new(
                "targets",
                "must wait until others are decided about and over: no more than 200 requests, with 100000 targets together, are kept",
                &count.to_string(),
            ));
        }
        inner.asked.push(approval.clone());
        Ok(approval)
    }

    /// Those of a connection, the newest first.
    pub(crate) fn of(&self, connection: &str) -> Vec<Approval> {
        let mut inner = self.lock();
        inner.expire(self.timer.monotonic());
        let of = inner.asked.iter().rev();
        of.filter(|asked| asked.connection == connection)
            .cloned()
            .collect()
    }

    /// May `who` decide so about a request? To be asked before it is written down.
    pub(crate) fn may_decide(
        &self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
    ) -> Result<(), NoDecision> {
        let mut inner = self.lock();
        inner.expire(self.timer.monotonic());
        inner.open(connection, id, who, decision).map(|_| ())
    }

    /// Decides.
    pub(crate) fn decide(
        &self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
    ) -> Result<Approval, NoDecision> {
        let now = self.timer.monotonic();
        let mut inner = self.lock();
        inner.expire(now);
        let approval = inner.open(connection, id, who, decision)?;
        approval.state = match decision {
            Decision::Approved => Standing::Approved,
            Decision::Declined => Standing::Declined,
            Decision::Withdrawn => Standing::Withdrawn,
        };
        approval.decided_by = Some(who.to_owned());
        approval.since = now;
        Ok(approval.clone())
    }

    /// What a cancel of `who` needs. One that needs nothing is counted: the next one may.
    pub(crate) fn needs(
        &self,
        rule: &ApprovalRule,
        connection: &str,
        who: &str,
        cancelling: &Cancelling,
        kind: Option<&str>,
    ) -> Needs {
        let now = self.timer.monotonic();
        let meant = (cancelling.device.clone(), cancelling.command.clone());
        let mut inner = self.lock();
        inner.expire(now);
        let approved = inner.asked.iter().find(|asked| {
            asked.state == Standing::Approved
                && asked.connection == connection
                && asked.by == who
                && asked.meant.contains(&meant)
        });
        if let Some(approval) = approved {
            return Needs::Approved(approval.id.clone());
        }
        // How many commands wait on a device is not known here: it may be any number.
        if cancelling.command.is_none() || kind.is_some_and(|kind| rule.names(kind)) {
            return Needs::Approval;
        }
        let Some(most) = rule.targets else {
            return Needs::Nothing;
        };
        let key = (connection.to_owned(), who.to_owned());
        let alone = inner.alone.entry(key).or_default();
        while alone
            .front()
            .is_some_and(|(at, ..)| now.saturating_sub(*at) >= WINDOW)
        {
            alone.pop_front();
        }
        // A repetition is no further target.
        if alone.iter().any(|(_, known)| *known == meant) {
            return Needs::Nothing;
        }
        if alone.len() >= most {
            return Needs::Approval;
        }
        alone.push_back((now, meant));
        Needs::Nothing
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Makes room for one more request, of so many targets; false where all that is kept is still open.
    fn make_room(&mut self, count: usize) -> bool {
        let kept = |asked: &[Approval]| -> usize { asked.iter().map(|one| one.meant.len()).sum() };
        while self.asked.len() >= MOST || kept(&self.asked) + count > MOST_TARGETS_KEPT {
            let Some(over) = self.asked.iter().position(|asked| !asked.state.is_open()) else {
                return false;
            };
            self.asked.remove(over);
        }
        true
    }

    fn expire(&mut self, now: Duration) {
        for asked in &mut self.asked {
            if asked.state.is_open() && now.saturating_sub(asked.since) >= HOLDS {
                asked.state = Standing::Expired;
            }
        }
    }

    fn open(
        &mut self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
    ) -> Result<&mut Approval, NoDecision> {
        let approval = self
            .asked
            .iter_mut()
            .find(|asked| asked.id == id && asked.connection == connection)
            .ok_or(NoDecision::Unknown)?;
        match (decision, approval.by == who) {
            (Decision::Approved | Decision::Declined, true) => return Err(NoDecision::Yourself),
            (Decision::Withdrawn, false) => return Err(NoDecision::OnlyWhoAsked),
            _ => {}
        }
        match approval.state {
            Standing::Waiting => Ok(approval),
            _ => Err(NoDecision::Over),
        }
    }
}

/// The targets in their types, so that they are compared as what they mean.
fn meant(provider: Provider, wanted: &Wanted) -> Result<HashSet<Meant>, InvalidValue> {
    let count = wanted.targets.len() + wanted.everything.len();
    if !(1..=MOST_TARGETS).contains(&count) {
        return Err(InvalidValue::new(
            "targets",
            "must be 1 to 20000",
            &count.to_string(),
        ));
    }
    let device = |text: &str| DeviceRef::parse_for(provider, text);
    let commands = wanted.targets.iter().map(|target| {
        let command = CommandId::parse(provider, &target.command)?;
        Ok((device(&target.device)?, Some(command)))
    });
    let everything = wanted
        .everything
        .iter()
        .map(|text| Ok((device(text)?, None)));
    commands.chain(everything).collect()
}

impl std::fmt::Debug for Approvals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Approvals")
            .field("asked", &self.lock().asked.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
