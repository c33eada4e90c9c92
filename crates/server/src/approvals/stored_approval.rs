//! A request for approval: its targets, what the provider says of them, and how often each was used.

use std::{collections::HashMap, time::Duration};

use countermand_core_model::{
    CommandId, CommandState, DeviceRef, InvalidValue, Provider, Timestamp,
};
use countermand_relay_api::{Approval, ApprovalRequest, ApprovalState, ApprovalTarget};

use crate::provider::{CancelTarget, ObservedState};

/// How often one cancel may be sent with an approval, where responses are lost or refused.
pub(super) const MOST_ATTEMPTS: u32 = 10;

/// How many cancels one request may have.
pub(super) const MOST_TARGETS: usize = 20_000;

/// What an approval is bound to beside the ids: a command that differs later is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    kind: String,
    name: Option<String>,
    created_at: Option<Timestamp>,
}

impl From<&ObservedState> for Bound {
    fn from(observed: &ObservedState) -> Self {
        Self {
            kind: observed.kind.clone(),
            name: observed.name.clone(),
            created_at: observed.created_at,
        }
    }
}

/// Identifies a cancel: the device in its normal form, and the command, or `None` for everything that waits there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) device: DeviceRef,
    command: Option<String>,
}

impl Key {
    pub(crate) fn of(target: &CancelTarget) -> Self {
        Self {
            device: target.device.clone(),
            command: target.command.as_ref().map(folded),
        }
    }
}

/// Returns a command's id in its normal form: hexadecimal digits mean the same in either case.
fn folded(id: &CommandId) -> String {
    id.to_string().to_ascii_lowercase()
}

/// One cancel of a request, and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) target: CancelTarget,
    /// Its index among the targets.
    place: Option<usize>,
    /// What the provider said of it, by command. Empty until it was read, or where the provider does not know it.
    pub(super) bound: HashMap<String, Bound>,
    pub(super) was_read: bool,
    pub(super) is_under_way: bool,
    /// The provider took it: it is used up.
    pub(super) is_taken: bool,
    pub(super) attempts: u32,
}

impl Use {
    fn new(target: CancelTarget, place: Option<usize>) -> Self {
        Self {
            target,
            place,
            bound: HashMap::new(),
            was_read: false,
            is_under_way: false,
            is_taken: false,
            attempts: 0,
        }
    }

    /// Returns whether what is read now is what was approved. Of everything that waits, commands may be gone, but none may
    /// be new.
    pub(super) fn covers(&self, now: &[ObservedState]) -> bool {
        let is_known = |observed: &ObservedState| {
            self.bound.get(&folded(&observed.command)) == Some(&Bound::from(observed))
        };
        let is_known_at_all = !self.bound.is_empty() || self.target.command.is_none();
        let is_whole = self.target.command.is_none() || !now.is_empty();
        self.was_read && is_known_at_all && is_whole && now.iter().all(is_known)
    }
}

/// A request for approval, and what became of each of its cancels.
#[derive(Clone, Debug)]
pub(crate) struct StoredApproval {
    /// As the page gets it, except [`Approval::left`].
    pub(crate) approval: Approval,
    pub(super) connection: String,
    /// When it was asked for or approved.
    pub(super) since: Duration,
    /// When it was last used.
    pub(super) used: Duration,
    pub(super) uses: HashMap<Key, Use>,
}

/// Returns whether the request may still come to open something.
pub(super) fn is_open(state: ApprovalState) -> bool {
    matches!(state, ApprovalState::Waiting | ApprovalState::Approved)
}

impl StoredApproval {
    /// Reads a request. A command that is named twice is one target.
    ///
    /// # Errors
    /// Names the invalid target.
    pub(super) fn new(
        connection: &str,
        provider: Provider,
        by: &str,
        id: String,
        wanted: &ApprovalRequest,
    ) -> Result<Self, InvalidValue> {
        let count = wanted.targets.len() + wanted.everything.len();
        if !(1..=MOST_TARGETS).contains(&count) {
            return Err(InvalidValue::new(
                "targets",
                "must be 1 to 20000",
                &count.to_string(),
            ));
        }
        let mut approval = Self {
            approval: Approval {
                id,
                by: by.to_owned(),
                at: String::new(),
                state: ApprovalState::Waiting,
                decided_by: None,
                targets: Vec::new(),
                everything: Vec::new(),
                waiting: Vec::new(),
                unread: 0,
                left: None,
            },
            connection: connection.to_owned(),
            since: Duration::ZERO,
            used: Duration::ZERO,
            uses: HashMap::new(),
        };
        for target in &wanted.targets {
            approval.add(CancelTarget {
                device: DeviceRef::parse_for(provider, &target.device)?,
                command: Some(CommandId::parse(provider, &target.command)?),
            });
        }
        for device in &wanted.everything {
            approval.add(CancelTarget {
                device: DeviceRef::parse_for(provider, device)?,
                command: None,
            });
        }
        Ok(approval)
    }

    fn add(&mut self, target: CancelTarget) {
        let key = Key::of(&target);
        if self.uses.contains_key(&key) {
            return;
        }
        let device = target.device.to_string();
        let shown = &mut self.approval;
        let place = target.command.as_ref().map(|_| shown.targets.len());
        match &target.command {
            Some(command) => shown.targets.push(ApprovalTarget {
                device,
                command: command.to_string(),
                ..ApprovalTarget::default()
            }),
            None => shown.everything.push(device),
        }
        shown.unread += 1;
        self.uses.insert(key, Use::new(target, place));
    }

    /// Returns it as the page gets it, with how many of its cancels may still be sent.
    pub(super) fn told(&self) -> Approval {
        let may_be_sent = |one: &&Use| {
            let is_asked_for = one.place.is_some() || one.target.command.is_none();
            is_asked_for && !one.is_taken && !one.is_under_way && one.attempts < MOST_ATTEMPTS
        };
        let left = (self.approval.state == ApprovalState::Approved)
            .then(|| self.uses.values().filter(may_be_sent).count());
        Approval {
            left,
            ..self.approval.clone()
        }
    }

    /// Stores what the provider says of one of its targets.
    pub(super) fn fill(&mut self, target: &CancelTarget, found: &[ObservedState]) {
        let Some(one) = self.uses.get_mut(&Key::of(target)) else {
            return;
        };
        if !std::mem::replace(&mut one.was_read, true) {
            self.approval.unread = self.approval.unread.saturating_sub(1);
        }
        let bound = found
            .iter()
            .map(|observed| (folded(&observed.command), Bound::from(observed)));
        one.bound = bound.collect();
        let place = one.place;
        match place.and_then(|place| self.approval.targets.get_mut(place)) {
            Some(target) => match found.first() {
                Some(observed) => *target = shown(observed),
                None => target.state = Some(CommandState::Unknown.to_string()),
            },
            None => self.approval.waiting.extend(found.iter().map(shown)),
        }
        // Where a provider does not know the call for everything, each of them is cancelled by itself.
        if target.command.is_none() {
            for observed in found {
                let alone = CancelTarget {
                    device: target.device.clone(),
                    command: Some(observed.command.clone()),
                };
                let key = Key::of(&alone);
                let mut one = Use::new(alone, None);
                one.was_read = true;
                one.bound
                    .insert(folded(&observed.command), Bound::from(observed));
                self.uses.entry(key).or_insert(one);
            }
        }
    }
}

fn shown(observed: &ObservedState) -> ApprovalTarget {
    ApprovalTarget {
        device: observed.device.to_string(),
        command: observed.command.to_string(),
        kind: observed.kind.clone(),
        name: observed.name.clone(),
        state: Some(observed.state.to_string()),
        created_at: observed.created_at.map(|at| at.to_string()),
    }
}
