//! The two-person rule: which cancels a second operator has to approve, what is asked for, and what became
//! of it.

use std::collections::HashSet;

use countermand_client::{Plan, Planned};
use countermand_core_model::{
    AllPending, CommandId, CommandState, CommandTarget, DeviceRef, Provider, SearchText,
    SeverityRules, Timestamp,
};
use countermand_relay_api::{
    self as api, ApprovalList, ApprovalRequest, ApprovalRule, ApprovalState, ApprovalTarget,
    RequestedTarget,
};

use super::{
    command_view::CommandView,
    review::{Gathering, Review, Scope},
    rows,
};
use crate::text::approvals as text;

/// Why what is reviewed has to be approved, in words; nothing where it has not. `alone` cancels were sent
/// without approval within the last hour. What was never read may turn out to need it all the same.
pub fn reasons(rule: &ApprovalRule, review: &Review, alone: usize) -> Vec<String> {
    let many = rule.targets.filter(|limit| review.total + alone > *limit);
    let named: Vec<&str> = review
        .groups
        .iter()
        .filter(|group| rule.names(&group.kind))
        .map(|group| rows::kind(&group.kind))
        .collect();
    let mut kinds: Vec<&str> = Vec::new();
    for kind in named {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let one_call =
        review.provider.descriptor().has_cancel_all && matches!(review.scope, Scope::Everything(_));
    [
        many.map(text::many),
        (!kinds.is_empty())
            .then(|| text::kinds(&crate::text::list(kinds.into_iter().map(str::to_owned)))),
        one_call.then(|| text::everything().to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns whether this plan needs an approval, if `alone` cancels were sent without one within the last hour.
pub fn needs_approval(rule: &ApprovalRule, plan: &Plan, alone: usize) -> bool {
    let mut sent = plan.targets().filter(|target| target.would_be_sent());
    plan.everything_in_one_call().next().is_some()
        || rule
            .targets
            .is_some_and(|limit| plan.to_send() + alone > limit)
        || sent.any(|target| rule.names(target.kind()))
}

/// What is asked for, as the relay takes it: every target of the plan that would be sent a cancel.
pub fn request(plan: &Plan) -> ApprovalRequest {
    let sent = plan.targets().filter(|target| target.would_be_sent());
    let target = |target: &Planned| RequestedTarget {
        device: target.device().to_string(),
        command: target.id().as_str().to_owned(),
        kind: target.kind().to_owned(),
    };
    ApprovalRequest {
        targets: sent.map(target).collect(),
        everything: plan
            .everything_in_one_call()
            .map(ToString::to_string)
            .collect(),
    }
}

/// The approval that the run at hand waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name at the relay.
    pub id: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// It is being taken back.
    pub is_withdrawing: bool,
    /// The server did not answer the last time.
    pub is_unanswered: bool,
}

/// A command that is asked about, as the server read it at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFor {
    /// Which it is.
    pub target: CommandTarget,
    /// What it does; empty where the provider does not know it, or it was not read yet.
    pub kind: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its state at the provider; none where it was not read yet.
    pub state: Option<CommandState>,
    /// When it was given.
    pub created_at: Option<Timestamp>,
}

impl AskedFor {
    fn read(provider: Provider, entry: ApprovalTarget) -> Option<Self> {
        let device = DeviceRef::parse_for(provider, &entry.device).ok()?;
        let id = CommandId::parse(provider, &entry.command).ok()?;
        let created_at = entry.created_at.as_deref();
        Some(Self {
            target: CommandTarget::new(device, id).ok()?,
            kind: entry.kind,
            name: entry.name,
            // A word that this page does not know is of no known state.
            state: entry
                .state
                .map(|word| word.parse().unwrap_or(CommandState::Unknown)),
            created_at: created_at.and_then(Timestamp::parse_rfc3339),
        })
    }

    fn meant(&self, severity_rules: &SeverityRules) -> CommandView<'_> {
        CommandView {
            device: self.target.device(),
            id: self.target.id(),
            kind: &self.kind,
            name: self.name.as_deref(),
            severity: severity_rules.of_command(&self.kind, self.name.as_deref()),
            state: self.state.unwrap_or(CommandState::Unknown),
            created_at: self.created_at,
            expires_at: None,
        }
    }

    /// What it is called: its name, or else its kind.
    pub fn called(&self) -> &str {
        rows::known_by(self.name.as_deref()).unwrap_or(&self.kind)
    }

    /// Whether the provider says that it is not pending, or does not know it.
    pub fn does_not_wait(&self) -> bool {
        self.state
            .is_some_and(|state| state != CommandState::Pending)
    }

    /// Returns whether `text` occurs in it, without case.
    fn has(&self, text: &SearchText) -> bool {
        text.is_in(&self.kind)
            || self.name.as_ref().is_some_and(|name| text.is_in(name))
            || text.is_in(self.target.id().as_str())
            || text.is_in_device(self.target.device())
    }
}

/// An approval that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Its name at the relay.
    pub id: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Option<Timestamp>,
    /// Its state.
    pub state: ApprovalState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// The commands.
    pub targets: Vec<AskedFor>,
    /// The devices on which everything pending is to be cancelled.
    pub everything: Vec<DeviceRef>,
    /// What waits on those devices, beside the commands: a cancel of everything is approved for these.
    pub waiting: Vec<AskedFor>,
    /// How many cancels the server did not read at the provider yet: nobody approves before that.
    pub unread: usize,
    /// Where it was approved: how many of its cancels may still be sent with it, where the server says so.
    pub left: Option<usize>,
    /// What of it cannot be read here: it must not be approved here either.
    pub illegible: usize,
}

impl Approval {
    /// Reads one, as the relay answers it.
    fn read(provider: Provider, approval: api::Approval) -> Option<Self> {
        let mut illegible = 0;
        let mut commands = |entries: Vec<ApprovalTarget>| {
            let (count, entries) = (entries.len(), entries.into_iter());
            let commands: Vec<AskedFor> = entries
                .filter_map(|entry| AskedFor::read(provider, entry))
                .collect();
            illegible += count - commands.len();
            commands
        };
        let targets = commands(approval.targets);
        let mut waiting = commands(approval.waiting);
        let key = |one: &AskedFor| one.target.id().as_str().to_ascii_lowercase();
        let named: HashSet<String> = targets.iter().map(key).collect();
        waiting.retain(|one| !named.contains(&key(one)));
        let devices = approval.everything.iter();
        let everything: Vec<DeviceRef> = devices
            .filter_map(|text| DeviceRef::parse_for(provider, text).ok())
            .collect();
        illegible += approval.everything.len() - everything.len();
        Some(Self {
            id: Some(approval.id).filter(|id| is_plain(id))?,
            by: approval.by,
            at: Timestamp::parse_rfc3339(&approval.at),
            state: approval.state,
            decided_by: approval.decided_by,
            targets,
            everything,
            waiting,
            unread: approval.unread,
            left: approval.left,
            illegible,
        })
    }

    /// Reads one from an answer's text.
    pub fn of_text(provider: Provider, text: &str) -> Option<Self> {
        Self::read(provider, serde_json::from_str(text).ok()?)
    }

    /// Reads those that concern `user`, newest first: what waits, and what was approved for or by them and still
    /// opens something.
    pub fn open(provider: Provider, user: Option<&str>, text: &str) -> Option<Vec<Self>> {
        let list: ApprovalList<Option<api::Approval>> = serde_json::from_str(text).ok()?;
        let all = list.approvals.into_iter().flatten();
        let all = all.filter_map(|one| Self::read(provider, one));
        Some(
            all.filter(|one| one.waits() || one.can_be_taken_back(user))
                .collect(),
        )
    }

    /// Returns whether it can still be decided.
    pub fn waits(&self) -> bool {
        self.state == ApprovalState::Waiting
    }

    /// Returns whether `user` may withdraw the approval: it can still be used, and they requested or approved it.
    pub fn can_be_taken_back(&self, user: Option<&str>) -> bool {
        let theirs = [Some(self.by.as_str()), self.decided_by.as_deref()];
        self.state == ApprovalState::Approved
            && self.left != Some(0)
            && user.is_some_and(|user| theirs.contains(&Some(user)))
    }

    /// All commands that it is about.
    pub fn commands(&self) -> impl Iterator<Item = &AskedFor> {
        self.targets.iter().chain(&self.waiting)
    }

    /// How many of them are not pending, as the provider says.
    pub fn not_waiting(&self) -> usize {
        self.commands().filter(|one| one.does_not_wait()).count()
    }

    /// The first `most` commands in which `text` occurs, without case, and whether there are more. A blank text is in
    /// all: it only shows.
    pub fn matching(&self, text: &str, most: usize) -> (Vec<&AskedFor>, bool) {
        let text = SearchText::parse("search", text.trim()).ok();
        let has = |one: &&AskedFor| text.as_ref().is_none_or(|text| one.has(text));
        let mut found: Vec<&AskedFor> = self.commands().filter(has).take(most + 1).collect();
        let more = found.len() > most;
        found.truncate(most);
        (found, more)
    }

    /// How many commands it names.
    pub fn count(&self) -> usize {
        self.targets.len()
    }

    /// What became of it, in words, for the one who asked; none where it waits or was approved.
    pub fn refusal(&self) -> Option<String> {
        match (self.state, &self.decided_by) {
            (ApprovalState::Waiting | ApprovalState::Approved, _) => None,
            (ApprovalState::Declined, Some(by)) => Some(text::declined_by(by)),
            (ApprovalState::Declined, None) => Some(text::declined().to_owned()),
            (ApprovalState::Withdrawn, _) => Some(text::withdrawn().to_owned()),
            (ApprovalState::Expired, _) => Some(text::expired().to_owned()),
        }
    }

    /// The same commands as their asker reviewed them: by kind, the gravest first.
    pub fn review(&self, provider: Provider, severity_rules: &SeverityRules) -> Review {
        let mut gathering = Gathering::new(provider);
        for one in self.commands() {
            gathering.add(one.meant(severity_rules));
        }
        let scope = if self.everything.is_empty() {
            Scope::Commands(Vec::new())
        } else {
            let devices = self.everything.iter().cloned();
            Scope::Everything(devices.map(AllPending::on).collect())
        };
        gathering.finish(scope, None, 0)
    }
}

/// It becomes a part of an address.
fn is_plain(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !id.is_empty() && id.len() <= 128 && id.chars().all(is_plain)
}

#[cfg(test)]
mod tests;
