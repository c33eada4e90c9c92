//! The two-person rule: cancels that a second operator has to approve before they go to a provider.

mod answers;
mod ledger;
mod recent;
mod stored_approval;

use std::sync::Mutex;

use countermand_core_model::Provider;
use countermand_relay_api::{Approval, ApprovalRequest, ApprovalRule, ApprovalState};
use countermand_transport::SharedTimer;

pub(crate) use answers::{ApprovalNeed, DecisionError, RequestError};

use ledger::Ledger;
use stored_approval::{Key, MOST_ATTEMPTS, StoredApproval};

use crate::{
    audit::{CancelResponse, Decision},
    lock::lock,
    provider::{CancelTarget, ObservedState},
};

/// The requests of all connections. They end with the process.
pub(crate) struct Approvals {
    timer: SharedTimer,
    inner: Mutex<Ledger>,
}

impl Approvals {
    pub(crate) fn new(timer: SharedTimer) -> Self {
        Self {
            timer,
            inner: Mutex::default(),
        }
    }

    /// Takes a request. `note` writes it to the audit, before anybody can decide about it.
    ///
    /// # Errors
    /// Why it is not taken.
    pub(crate) fn ask(
        &self,
        connection: &str,
        provider: Provider,
        by: &str,
        id: String,
        wanted: &ApprovalRequest,
        note: impl FnOnce(&Approval) -> bool,
    ) -> Result<Approval, RequestError> {
        let mut stored = StoredApproval::new(connection, provider, by, id, wanted)?;
        let now = self.timer.monotonic();
        stored.approval.at = self.timer.now().to_string();
        (stored.since, stored.used) = (now, now);
        let mut inner = lock(&self.inner);
        inner.expire(now);
        inner.make_room(now, &stored)?;
        if !note(&stored.approval) {
            return Err(RequestError::Unwritten);
        }
        let approval = stored.approval.clone();
        inner.requests.push(stored);
        Ok(approval)
    }

    /// Returns the targets of a request that still have to be read at the provider. Empty where it is over.
    pub(crate) fn unread(&self, id: &str) -> Vec<CancelTarget> {
        let mut inner = lock(&self.inner);
        let request = inner.find(id, ApprovalState::Waiting);
        request
            .into_iter()
            .flat_map(|request| request.uses.values())
            .filter(|one| !one.was_read)
            .map(|one| one.target.clone())
            .collect()
    }

    /// Returns whether a request waits for a decision.
    pub(crate) fn is_waiting(&self, id: &str) -> bool {
        let mut inner = lock(&self.inner);
        inner.expire(self.timer.monotonic());
        inner.find(id, ApprovalState::Waiting).is_some()
    }

    /// Stores what the provider says of a target. Returns `false` where the request is over.
    pub(crate) fn fill(
        &self,
        id: &str,
        target: &CancelTarget,
        found: &[ObservedState],
        note: impl FnOnce() -> bool,
    ) -> bool {
        let mut inner = lock(&self.inner);
        let Some(request) = inner.find(id, ApprovalState::Waiting) else {
            return false;
        };
        if !note() {
            return false;
        }
        request.fill(target, found);
        true
    }

    /// Returns the requests of a connection, the newest first.
    pub(crate) fn of(&self, connection: &str) -> Vec<Approval> {
        let mut inner = lock(&self.inner);
        inner.expire(self.timer.monotonic());
        let of = inner.requests.iter().rev();
        of.filter(|request| request.connection == connection)
            .map(StoredApproval::told)
            .collect()
    }

    /// Decides. `note` writes the decision to the audit under the same lock, so that the audit has exactly the decisions
    /// that count, in their order.
    pub(crate) fn decide(
        &self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
        note: impl FnOnce() -> bool,
    ) -> Result<Approval, DecisionError> {
        let now = self.timer.monotonic();
        let mut inner = lock(&self.inner);
        inner.expire(now);
        let approval = inner.open(connection, id, who, decision)?;
        if !note() {
            return Err(DecisionError::Unwritten);
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

    /// Returns whether a cancel was approved for `who`, so that it has to be read once more.
    pub(crate) fn is_approved(&self, connection: &str, who: &str, target: &CancelTarget) -> bool {
        let mut inner = lock(&self.inner);
        inner.expire(self.timer.monotonic());
        inner.approved(connection, who, target).next().is_some()
    }

    /// Returns what a cancel of `who` needs, where the provider says `now` of it. One that needs nothing is counted.
    pub(crate) fn needs(
        &self,
        rule: &ApprovalRule,
        connection: &str,
        who: &str,
        target: &CancelTarget,
        now: Option<&[ObservedState]>,
    ) -> ApprovalNeed {
        let time = self.timer.monotonic();
        let mut inner = lock(&self.inner);
        inner.expire(time);
        let key = Key::of(target);
        let mut has_changed = false;
        for approval in inner.approved(connection, who, target) {
            let one = approval.uses.get(&key);
            if one.is_some_and(|one| one.covers(now.unwrap_or_default())) {
                return ApprovalNeed::Approved(approval.approval.id.clone());
            }
            has_changed = true;
        }
        let kind = now.map(|now| now.first().map_or("", |command| command.kind.as_str()));
        // How many commands wait on a device is not known here: it may be any number.
        let is_named = rule.asks_for_kinds() && kind.is_some_and(|kind| rule.names(kind));
        match target.command.is_none() || is_named {
            true if has_changed => ApprovalNeed::Changed,
            true => ApprovalNeed::Approval,
            false => inner.needs(rule, time, connection, who, key),
        }
    }

    /// Claims an approved cancel as it leaves. `note` writes that to the audit. From here on no other request uses it, and
    /// withdrawing comes too late for it. Returns `false` where it was withdrawn, is used up, or cannot be written.
    pub(crate) fn claim(
        &self,
        id: &str,
        target: &CancelTarget,
        note: impl FnOnce() -> bool,
    ) -> bool {
        let now = self.timer.monotonic();
        let mut inner = lock(&self.inner);
        inner.expire(now);
        let Some(request) = inner.find(id, ApprovalState::Approved) else {
            return false;
        };
        let Some(one) = request.uses.get_mut(&Key::of(target)) else {
            return false;
        };
        if one.is_taken || one.is_under_way || one.attempts >= MOST_ATTEMPTS || !note() {
            return false;
        }
        one.is_under_way = true;
        one.attempts += 1;
        request.used = now;
        true
    }

    /// Stores the response to a claimed cancel. One that the provider took is used up; after any other response it may be
    /// sent again.
    pub(crate) fn settle(&self, id: &str, target: &CancelTarget, answer: CancelResponse) {
        let now = self.timer.monotonic();
        let mut inner = lock(&self.inner);
        if let Some(request) = inner
            .requests
            .iter_mut()
            .find(|request| request.approval.id == id)
        {
            request.used = now;
            if let Some(one) = request.uses.get_mut(&Key::of(target)) {
                one.is_under_way = false;
                one.is_taken = answer == CancelResponse::Taken;
            }
        }
    }
}

#[cfg(test)]
mod tests;
