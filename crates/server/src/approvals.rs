//! The two-person rule: cancels that a second operator has to approve before they go to a vendor.

mod alone;
mod request;
mod room;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use countermand_core_model::Provider;
use countermand_relay_api::{Approval, ApprovalRequest, ApprovalRule, ApprovalState};
use countermand_transport::SharedTimer;

pub(crate) use request::Key;
pub(crate) use room::NotAsked;

use alone::Alone;
use request::{MOST_ATTEMPTS, StoredApproval};
use room::Asking;

use crate::{
    audit::{Answer, Decision},
    calls::{Cancelling, Sighting},
};

/// So long an approval is waited for.
const WAITS: Duration = Duration::from_secs(60 * 60);

/// So long an approval that was given holds without being used: longer than a vendor may ask a run to pause.
const IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// And no longer than this in all.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a decision is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDecision {
    /// There is no such request.
    Unknown,
    /// It was decided about before, or waited too long.
    Over,
    /// Nobody approves what they asked for themselves, and only who asked or approved takes back.
    Yourself,
    OnlyWhoAsked,
    /// Not everything was read at the vendor yet.
    Unread,
    /// It cannot be written down.
    Unwritten,
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
    /// It was approved, and is not any more what it was then.
    Changed,
}

/// The requests of all connections. They end with the process.
pub(crate) struct Approvals {
    timer: SharedTimer,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The oldest first.
    asked: Vec<StoredApproval>,
    alone: Alone,
    asking: Asking,
}

impl Approvals {
    pub(crate) fn new(timer: SharedTimer) -> Self {
        Self {
            timer,
            inner: Mutex::default(),
        }
    }

    /// Asks. Whatever is written about it is written by `note`, before anybody can decide about it.
    ///
    /// # Errors
    /// Names what cannot be asked for.
    pub(crate) fn ask(
        &self,
        connection: &str,
        provider: Provider,
        by: &str,
        id: String,
        wanted: &ApprovalRequest,
        note: impl FnOnce(&Approval) -> bool,
    ) -> Result<Approval, NotAsked> {
        let mut stored = StoredApproval::new(connection, provider, by, id, wanted)?;
        let now = self.timer.monotonic();
        stored.approval.at = self.timer.now().to_string();
        (stored.since, stored.used) = (now, now);
        let mut inner = self.lock();
        inner.expire(now);
        inner.make_room(now, &stored)?;
        if !note(&stored.approval) {
            return Err(NotAsked::Unwritten);
        }
        let approval = stored.approval.clone();
        inner.asked.push(stored);
        Ok(approval)
    }

    /// What of a request still has to be read at the vendor; nothing where it is over.
    pub(crate) fn unread(&self, id: &str) -> Vec<Cancelling> {
        let inner = self.lock();
        let asked = inner.asked.iter().find(|asked| asked.approval.id == id);
        asked
            .filter(|asked| asked.approval.state == ApprovalState::Waiting)
            .into_iter()
            .flat_map(|asked| asked.uses.values())
            .filter(|one| !one.was_read)
            .map(|one| one.cancelling.clone())
            .collect()
    }

    /// May it still be decided about?
    pub(crate) fn is_waiting(&self, id: &str) -> bool {
        let mut inner = self.lock();
        inner.expire(self.timer.monotonic());
        let mut asked = inner.asked.iter();
        asked.any(|asked| asked.approval.id == id && asked.approval.state == ApprovalState::Waiting)
    }

    /// What the vendor says of a cancel. False where the request is over.
    pub(crate) fn fill(
        &self,
        id: &str,
        cancelling: &Cancelling,
        found: &[Sighting],
        note: impl FnOnce() -> bool,
    ) -> bool {
        let mut inner = self.lock();
        let asked = inner.asked.iter_mut().find(|asked| asked.approval.id == id);
        let Some(asked) = asked.filter(|asked| asked.approval.state == ApprovalState::Waiting)
        else {
            return false;
        };
        if !note() {
            return false;
        }
        asked.fill(cancelling, found);
        true
    }

    /// Those of a connection, the newest first.
    pub(crate) fn of(&self, connection: &str) -> Vec<Approval> {
        let mut inner = self.lock();
        inner.expire(self.timer.monotonic());
        let of = inner.asked.iter().rev();
        of.filter(|asked| asked.connection == connection)
            .map(StoredApproval::told)
            .collect()
    }

    /// Decides, and writes that down by `note`: both under one lock, so that the order of what is written is
    /// the order that counts, and nothing is written that does not count.
    pub(crate) fn decide(
        &self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
        note: impl FnOnce() -> bool,
    ) -> Result<Approval, NoDecision> {
        let now = self.timer.monotonic();
        let mut inner = self.lock();
        inner.expire(now);
        let approval = inner.open(connection, id, who, decision)?;
        if !note() {
            return Err(NoDecision::Unwritten);
        }
        approval.approval.state = match decision {
            Decision::Approved => ApprovalState::Approved,
            Decision::Declined => ApprovalState::Declined,
            Decision::Withdrawn => ApprovalState::Withdrawn,
        };
        approval.approval.decided_by = Some(who.to_owned());
        (approval.since, approval.used) = (now, now);
        Ok(approval.told())
    }

    /// Was this cancel approved for `who`, so that it has to be looked at once more?
    pub(crate) fn is_approved(&self, connection: &str, who: &str, cancelling: &Cancelling) -> bool {
        let mut inner = self.lock();
        inner.expire(self.timer.monotonic());
        inner.approved(connection, who, cancelling).next().is_some()
    }

    /// What a cancel of `who` needs, where the vendor says `now` of it what was read. One that needs nothing is
    /// counted: the next one may.
    pub(crate) fn needs(
        &self,
        rule: &ApprovalRule,
        connection: &str,
        who: &str,
        cancelling: &Cancelling,
        now: Option<&[Sighting]>,
    ) -> Needs {
        let time = self.timer.monotonic();
        let mut inner = self.lock();
        inner.expire(time);
        let key = Key::of(cancelling);
        let mut has_changed = false;
        for approval in inner.approved(connection, who, cancelling) {
            let one = approval.uses.get(&key);
            if one.is_some_and(|one| one.covers(now.unwrap_or_default())) {
                return Needs::Approved(approval.approval.id.clone());
            }
            has_changed = true;
        }
        let kind = now.map(|now| now.first().map_or("", |command| command.kind.as_str()));
        // How many commands wait on a device is not known here: it may be any number.
        let is_named = rule.asks_for_kinds() && kind.is_some_and(|kind| rule.names(kind));
        match cancelling.command.is_none() || is_named {
            true if has_changed => Needs::Changed,
            true => Needs::Approval,
            false => inner.alone.needs(rule, time, connection, who, key),
        }
    }

    /// Takes an approved cancel as it leaves, and writes that down by `note`: from here on nobody else uses it,
    /// and who takes the approval back comes too late for it. False where it was taken back before, or is used
    /// up, or cannot be written.
    pub(crate) fn claim(
        &self,
        id: &str,
        cancelling: &Cancelling,
        note: impl FnOnce() -> bool,
    ) -> bool {
        let now = self.timer.monotonic();
        let mut inner = self.lock();
        inner.expire(now);
        let asked = inner.asked.iter_mut().find(|asked| asked.approval.id == id);
        let Some(asked) = asked.filter(|asked| asked.approval.state == ApprovalState::Approved)
        else {
            return false;
        };
        let Some(one) = asked.uses.get_mut(&Key::of(cancelling)) else {
            return false;
        };
        if one.is_taken || one.is_under_way || one.attempts >= MOST_ATTEMPTS || !note() {
            return false;
        }
        one.is_under_way = true;
        one.attempts += 1;
        asked.used = now;
        true
    }

    /// What came back for it. One that the vendor took is used up; after any other answer it may be sent again.
    pub(crate) fn settle(&self, id: &str, cancelling: &Cancelling, answer: Answer) {
        let now = self.timer.monotonic();
        let mut inner = self.lock();
        if let Some(asked) = inner.asked.iter_mut().find(|asked| asked.approval.id == id) {
            asked.used = now;
            if let Some(one) = asked.uses.get_mut(&Key::of(cancelling)) {
                one.is_under_way = false;
                one.is_taken = answer == Answer::Taken;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn expire(&mut self, now: Duration) {
        for asked in &mut self.asked {
            let since = now.saturating_sub(asked.since);
            let idle = now.saturating_sub(asked.used);
            let is_over = match asked.approval.state {
                ApprovalState::Waiting => since >= WAITS,
                ApprovalState::Approved => idle >= IDLE || since >= LONGEST,
                _ => false,
            };
            if is_over {
                asked.approval.state = ApprovalState::Expired;
            }
        }
    }

    /// The approvals of `who` that may still open this cancel.
    fn approved(
        &self,
        connection: &str,
        who: &str,
        cancelling: &Cancelling,
    ) -> impl Iterator<Item = &StoredApproval> {
        let key = Key::of(cancelling);
        self.asked.iter().filter(move |asked| {
            let is_theirs = asked.approval.state == ApprovalState::Approved
                && asked.connection == connection
                && asked.approval.by == who;
            let one = asked.uses.get(&key).filter(|_| is_theirs);
            one.is_some_and(|one| !one.is_taken && one.attempts < MOST_ATTEMPTS)
        })
    }

    fn open(
        &mut self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
    ) -> Result<&mut StoredApproval, NoDecision> {
        let approval = self
            .asked
            .iter_mut()
            .find(|asked| asked.approval.id == id && asked.connection == connection)
            .ok_or(NoDecision::Unknown)?;
        let Approval {
            by,
            state,
            decided_by,
            unread,
            ..
        } = &approval.approval;
        let (is_theirs, is_approvers) = (
            by == who,
            *state == ApprovalState::Approved && decided_by.as_deref() == Some(who),
        );
        match (decision, *state) {
            (Decision::Approved | Decision::Declined, _) if is_theirs => Err(NoDecision::Yourself),
            (Decision::Withdrawn, _) if !is_theirs && !is_approvers => {
                Err(NoDecision::OnlyWhoAsked)
            }
            (Decision::Approved, ApprovalState::Waiting) if *unread > 0 => Err(NoDecision::Unread),
            (_, ApprovalState::Waiting) | (Decision::Withdrawn, ApprovalState::Approved) => {
                Ok(approval)
            }
            _ => Err(NoDecision::Over),
        }
    }
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
