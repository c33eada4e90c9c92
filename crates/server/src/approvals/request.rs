//! A request for approval: what is asked for, what the vendor says of it, and how often it was used.

use std::{collections::HashMap, time::Duration};

use countermand_core_model::{
    CommandId, CommandState, DeviceRef, InvalidValue, Provider, Timestamp,
};
use countermand_relay_api::{Approval, ApprovalRequest, ApprovalState, ApprovalTarget};

use crate::calls::{Cancelling, Sighting};

/// So many times one cancel is sent with an approval, where its answers are lost or the vendor refuses.
pub(super) const MOST_ATTEMPTS: u32 = 10;

/// More cancels than this cannot be asked for at once.
pub(super) const MOST_TARGETS: usize = 20_000;

/// What an approval is bound to beside the ids: a command that reads otherwise later is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    kind: String,
    name: Option<String>,
    created_at: Option<Timestamp>,
}

impl From<&Sighting> for Bound {
    fn from(sighting: &Sighting) -> Self {
        Self {
            kind: sighting.kind.clone(),
            name: sighting.name.clone(),
            created_at: sighting.created_at,
        }
    }
}

/// Which cancel: the device in its one form, and the command; none: everything that waits there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) device: DeviceRef,
    command: Option<String>,
}

impl Key {
    pub(crate) fn of(cancelling: &Cancelling) -> Self {
        Self {
            device: cancelling.device.clone(),
            command: cancelling.command.as_ref().map(folded),
        }
    }
}

/// A command's id in its one form: hexadecimal digits mean the same in either case.
fn folded(id: &CommandId) -> String {
    id.to_string().to_ascii_lowercase()
}

/// One cancel of a request, and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) cancelling: Cancelling,
    /// Where it stands among the targets.
    place: Option<usize>,
    /// What the vendor said of it, by command; empty until it was read, or where the vendor does not know it.
    pub(super) bound: HashMap<String, Bound>,
    pub(super) was_read: bool,
    pub(super) is_under_way: bool,
    /// The vendor took it: it is used up.
    pub(super) is_taken: bool,
    pub(super) attempts: u32,
}

impl Use {
    fn new(cancelling: Cancelling, place: Option<usize>) -> Self {
        Self {
            cancelling,
            place,
            bound: HashMap::new(),
            was_read: false,
            is_under_way: false,
            is_taken: false,
            attempts: 0,
        }
    }

    /// Is what is read now what was approved? Of everything that waits some may be gone, and nothing be new.
    pub(super) fn covers(&self, now: &[Sighting]) -> bool {
        let is_known = |sighting: &Sighting| {
            self.bound.get(&folded(&sighting.command)) == Some(&Bound::from(sighting))
        };
        let is_known_at_all = !self.bound.is_empty() || self.cancelling.command.is_none();
        let is_whole = self.cancelling.command.is_none() || !now.is_empty();
        self.was_read && is_known_at_all && is_whole && now.iter().all(is_known)
    }
}

/// A request for approval, and what became of each of its cancels.
#[derive(Clone, Debug)]
pub(crate) struct StoredApproval {
    /// As the page is told it, but for [`Approval::left`].
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
    /// What is wanted, in its one form; a command that is named twice is meant once.
    ///
    /// # Errors
    /// Names what cannot be asked for.
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
            approval.add(Cancelling {
                device: DeviceRef::parse_for(provider, &target.device)?,
                command: Some(CommandId::parse(provider, &target.command)?),
            });
        }
        for device in &wanted.everything {
            approval.add(Cancelling {
                device: DeviceRef::parse_for(provider, device)?,
                command: None,
            });
        }
        Ok(approval)
    }

    fn add(&mut self, cancelling: Cancelling) {
        let key = Key::of(&cancelling);
        if self.uses.contains_key(&key) {
            return;
        }
        let device = cancelling.device.to_string();
        let shown = &mut self.approval;
        let place = cancelling.command.as_ref().map(|_| shown.targets.len());
        match &cancelling.command {
            Some(command) => shown.targets.push(ApprovalTarget {
                device,
                command: command.to_string(),
                ..ApprovalTarget::default()
            }),
            None => shown.everything.push(device),
        }
        shown.unread += 1;
        self.uses.insert(key, Use::new(cancelling, place));
    }

    /// As it is told: with how many of its cancels may still be sent.
    pub(super) fn told(&self) -> Approval {
        let may_be_sent = |one: &&Use| {
            let is_asked_for = one.place.is_some() || one.cancelling.command.is_none();
            is_asked_for && !one.is_taken && !one.is_under_way && one.attempts < MOST_ATTEMPTS
        };
        let left = (self.approval.state == ApprovalState::Approved)
            .then(|| self.uses.values().filter(may_be_sent).count());
        Approval {
            left,
            ..self.approval.clone()
        }
    }

    /// What the vendor says of one of its cancels.
    pub(super) fn fill(&mut self, cancelling: &Cancelling, found: &[Sighting]) {
        let Some(one) = self.uses.get_mut(&Key::of(cancelling)) else {
            return;
        };
        if !std::mem::replace(&mut one.was_read, true) {
            self.approval.unread = self.approval.unread.saturating_sub(1);
        }
        let bound = found
            .iter()
            .map(|sighting| (folded(&sighting.command), Bound::from(sighting)));
        one.bound = bound.collect();
        let place = one.place;
        match place.and_then(|place| self.approval.targets.get_mut(place)) {
            Some(target) => match found.first() {
                Some(sighting) => *target = shown(sighting),
                None => target.state = Some(CommandState::Unknown.to_string()),
            },
            None => self.approval.waiting.extend(found.iter().map(shown)),
        }
        // Where a vendor does not know the call for everything, each of them is cancelled by itself.
        if cancelling.command.is_none() {
            for sighting in found {
                let alone = Cancelling {
                    device: cancelling.device.clone(),
                    command: Some(sighting.command.clone()),
                };
                let key = Key::of(&alone);
                let mut one = Use::new(alone, None);
                one.was_read = true;
                one.bound
                    .insert(folded(&sighting.command), Bound::from(sighting));
                self.uses.entry(key).or_insert(one);
            }
        }
    }
}

fn shown(sighting: &Sighting) -> ApprovalTarget {
    ApprovalTarget {
        device: sighting.device.to_string(),
        command: sighting.command.to_string(),
        kind: sighting.kind.clone(),
        name: sighting.name.clone(),
        state: Some(sighting.state.to_string()),
        created_at: sighting.created_at.map(|at| at.to_string()),
    }
}
