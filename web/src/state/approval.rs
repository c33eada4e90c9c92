//! The two-person rule: which cancels a second operator has to approve, what is asked for, and what became
//! of it.

use countermand_client::Plan;
use countermand_core_model::{
    CommandId, CommandState, CommandTarget, DeviceRef, EverythingWaiting, Provider, Timestamp,
};
use serde_json::{Value, json};

use super::{
    meant::Meant,
    review::{Gathering, Review, Scope},
};
use crate::text::approvals as text;

/// Which cancels have to be approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// More than so many within an hour; none where the number does not matter.
    pub targets: Option<usize>,
    /// Every one of these kinds.
    pub kinds: Vec<String>,
}

impl Rule {
    /// Reads it as the relay tells it; none where there is none.
    pub fn read(value: &Value) -> Option<Self> {
        let value = value.as_object()?;
        let targets = value.get("targets").and_then(Value::as_u64);
        let kinds = value.get("kinds").and_then(Value::as_array);
        Some(Self {
            // A number that is too large for this machine is never reached on it.
            targets: targets.map(|count| usize::try_from(count).unwrap_or(usize::MAX)),
            kinds: kinds
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Is this kind among those that are named? One that is not known may be any of them.
    fn names(&self, kind: &str) -> bool {
        let kind = kind.trim();
        let is_named = |one: &String| one.trim().eq_ignore_ascii_case(kind);
        (kind.is_empty() && !self.kinds.is_empty()) || self.kinds.iter().any(is_named)
    }

    /// Why what is reviewed has to be approved, in words; nothing where it has not. `alone` cancels were sent
    /// without approval within the last hour. What was never read may turn out to need it all the same.
    pub fn reasons(&self, review: &Review, alone: usize) -> Vec<String> {
        let many = self.targets.filter(|limit| review.total + alone > *limit);
        let named: Vec<&str> = review
            .groups
            .iter()
            .filter(|group| self.names(&group.kind))
            .map(|group| match group.kind.as_str() {
                "" => crate::text::command(),
                kind => kind,
            })
            .collect();
        let mut kinds: Vec<&str> = Vec::new();
        for kind in named {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let one_call =
            review.provider == Provider::Enos && matches!(review.scope, Scope::Everything(_));
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

    /// Has this plan to be approved, where `alone` cancels were sent without approval within the last hour?
    pub fn needs(&self, plan: &Plan, alone: usize) -> bool {
        let mut sent = plan.targets().filter(|target| target.would_be_sent());
        plan.everything_in_one_call().next().is_some()
            || self
                .targets
                .is_some_and(|limit| plan.to_send() + alone > limit)
            || sent.any(|target| self.names(target.kind()))
    }
}

/// What is asked for, as the relay takes it: every target of the plan that would be sent a cancel.
pub fn request(plan: &Plan) -> String {
    let targets: Vec<Value> = plan
        .targets()
        .filter(|target| target.would_be_sent())
        .map(|target| {
            json!({
                "device": target.device().to_string(),
                "command": target.id().as_str(),
                "kind": target.kind(),
            })
        })
        .collect();
    let everything: Vec<String> = plan
        .everything_in_one_call()
        .map(ToString::to_string)
        .collect();
    json!({ "targets": targets, "everything": everything }).to_string()
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// It may be sent.
    Approved,
    /// It may not.
    Declined,
    /// The one who asked took it back.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
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

/// An approval that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Its name at the relay.
    pub id: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// Who decided.
    pub decided_by: Option<String>,
    /// The commands, each with its kind.
    pub targets: Vec<(CommandTarget, String)>,
    /// The devices of which everything that waits is meant.
    pub everything: Vec<DeviceRef>,
    /// What of it cannot be read here: it must not be approved here either.
    pub illegible: usize,
}

impl Approval {
    /// Reads one, as the relay answers it.
    pub fn read(provider: Provider, value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let list = |name: &str| value.get(name).and_then(Value::as_array);
        let mut illegible = 0;
        let mut targets = Vec::new();
        for entry in list("targets").into_iter().flatten() {
            match target(provider, entry) {
                Some(target) => targets.push(target),
                None => illegible += 1,
            }
        }
        let mut everything = Vec::new();
        for entry in list("everything").into_iter().flatten() {
            match entry
                .as_str()
                .and_then(|text| DeviceRef::parse_for(provider, text).ok())
            {
                Some(device) => everything.push(device),
                None => illegible += 1,
            }
        }
        Some(Self {
            id: text("id").filter(|id| is_plain(id))?.to_owned(),
            by: text("by").unwrap_or_default().to_owned(),
            at: text("at").and_then(Timestamp::parse_rfc3339),
            state: match text("state")? {
                "waiting" => State::Waiting,
                "approved" => State::Approved,
                "declined" => State::Declined,
                "withdrawn" => State::Withdrawn,
                "expired" => State::Expired,
                _ => return None,
            },
            decided_by: text("decided_by").map(str::to_owned),
            targets,
            everything,
            illegible,
        })
    }

    /// Reads one from an answer's text.
    pub fn of_text(provider: Provider, text: &str) -> Option<Self> {
        Self::read(provider, &serde_json::from_str(text).ok()?)
    }

    /// Reads those that wait, newest first.
    pub fn waiting(provider: Provider, text: &str) -> Option<Vec<Self>> {
        let answer: Value = serde_json::from_str(text).ok()?;
        let all = answer.get("approvals")?.as_array()?;
        let all = all.iter().filter_map(|one| Self::read(provider, one));
        Some(all.filter(|one| one.state == State::Waiting).collect())
    }

    /// How many commands it names.
    pub fn count(&self) -> usize {
        self.targets.len()
    }

    /// What became of it, in words, for the one who asked; none where it waits or was approved.
    pub fn refusal(&self) -> Option<String> {
        match (self.state, &self.decided_by) {
            (State::Waiting | State::Approved, _) => None,
            (State::Declined, Some(by)) => Some(text::declined_by(by)),
            (State::Declined, None) => Some(text::declined().to_owned()),
            (State::Withdrawn, _) => Some(text::withdrawn().to_owned()),
            (State::Expired, _) => Some(text::expired().to_owned()),
        }
    }

    /// The same commands as their asker reviewed them: by kind, the gravest first.
    pub fn review(&self, provider: Provider) -> Review {
        let mut gathering = Gathering::new(provider);
        for (target, kind) in &self.targets {
            gathering.add(Meant {
                device: target.device(),
                id: target.id(),
                kind,
                name: None,
                state: CommandState::Pending,
                created_at: None,
                expires_at: None,
            });
        }
        let scope = if self.everything.is_empty() {
            Scope::Commands(Vec::new())
        } else {
            let devices = self.everything.iter().cloned();
            Scope::Everything(devices.map(EverythingWaiting::on).collect())
        };
        gathering.finish(scope, None, 0)
    }
}

fn target(provider: Provider, entry: &Value) -> Option<(CommandTarget, String)> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let device = DeviceRef::parse_for(provider, text("device")?).ok()?;
    let id = CommandId::parse(provider, text("command")?).ok()?;
    let kind = text("kind").unwrap_or_default().to_owned();
    Some((CommandTarget::new(device, id).ok()?, kind))
}

/// It becomes a part of an address.
fn is_plain(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !id.is_empty() && id.len() <= 128 && id.chars().all(is_plain)
}

#[cfg(test)]
#[path = "approval_tests.rs"]
mod tests;
