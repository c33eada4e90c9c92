//! The two-person rule: which cancels a second operator has to approve, what is asked for, and what became
//! of it.

use std::collections::HashSet;

use countermand_client::Plan;
use countermand_core_model::{
    CommandId, CommandState, CommandTarget, DeviceRef, EverythingWaiting, Provider, SearchText,
    Timestamp,
};
use serde_json::{Value, json};

use super::{
    command_view::CommandView,
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

/// A command that is asked about, as the server read it at the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFor {
    /// Which it is.
    pub target: CommandTarget,
    /// What it does; empty where the vendor does not know it, or it was not read yet.
    pub kind: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Where the vendor says it stands; none where it was not read yet.
    pub state: Option<CommandState>,
    /// When it was given.
    pub created_at: Option<Timestamp>,
}

impl AskedFor {
    fn read(provider: Provider, entry: &Value) -> Option<Self> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let device = DeviceRef::parse_for(provider, text("device")?).ok()?;
        let id = CommandId::parse(provider, text("command")?).ok()?;
        // A word that this page does not know is of no known state.
        let state = text("state").map(|word| word.parse().unwrap_or(CommandState::Unknown));
        Some(Self {
            target: CommandTarget::new(device, id).ok()?,
            kind: text("kind").unwrap_or_default().to_owned(),
            name: text("name").map(str::to_owned),
            state,
            created_at: text("created_at").and_then(Timestamp::parse_rfc3339),
        })
    }

    fn meant(&self) -> CommandView<'_> {
        CommandView {
            device: self.target.device(),
            id: self.target.id(),
            kind: &self.kind,
            name: self.name.as_deref(),
            state: self.state.unwrap_or(CommandState::Unknown),
            created_at: self.created_at,
            expires_at: None,
        }
    }

    /// What it is called: its name, or else its kind.
    pub fn called(&self) -> &str {
        self.meant().known_name().unwrap_or(&self.kind)
    }

    /// Does the vendor say that it does not wait, or does it not know it?
    pub fn does_not_wait(&self) -> bool {
        self.state
            .is_some_and(|state| state != CommandState::Pending)
    }

    /// Does `text` occur in it, without case?
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
    /// Where it stands.
    pub state: State,
    /// Who decided.
    pub decided_by: Option<String>,
    /// The commands.
    pub targets: Vec<AskedFor>,
    /// The devices of which everything that waits is meant.
    pub everything: Vec<DeviceRef>,
    /// What waits on those devices, beside the commands: a cancel of everything is approved for these.
    pub waiting: Vec<AskedFor>,
    /// How many cancels the server did not read at the vendor yet: nobody approves before that.
    pub unread: usize,
    /// Where it was approved: how many of its cancels may still be sent with it, where the server says so.
    pub left: Option<usize>,
    /// What of it cannot be read here: it must not be approved here either.
    pub illegible: usize,
}

impl Approval {
    /// Reads one, as the relay answers it.
    pub fn read(provider: Provider, value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let list = |name: &str| value.get(name).and_then(Value::as_array);
        let count = |name: &str| {
            let count = value.get(name).and_then(Value::as_u64);
            count.map(|count| usize::try_from(count).unwrap_or(usize::MAX))
        };
        let mut illegible = 0;
        let mut commands = |name: &str| {
            let mut commands = Vec::new();
            for entry in list(name).into_iter().flatten() {
                match AskedFor::read(provider, entry) {
                    Some(command) => commands.push(command),
                    None => illegible += 1,
                }
            }
            commands
        };
        let targets = commands("targets");
        let mut waiting = commands("waiting");
        let key = |one: &AskedFor| one.target.id().as_str().to_ascii_lowercase();
        let named: HashSet<String> = targets.iter().map(key).collect();
        waiting.retain(|one| !named.contains(&key(one)));
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
            waiting,
            unread: count("unread").unwrap_or_default(),
            left: count("left"),
            illegible,
        })
    }

    /// Reads one from an answer's text.
    pub fn of_text(provider: Provider, text: &str) -> Option<Self> {
        Self::read(provider, &serde_json::from_str(text).ok()?)
    }

    /// Reads those that concern `user`, newest first: what waits, and what was approved for or by them and still
    /// opens something.
    pub fn open(provider: Provider, user: Option<&str>, text: &str) -> Option<Vec<Self>> {
        let answer: Value = serde_json::from_str(text).ok()?;
        let all = answer.get("approvals")?.as_array()?;
        let all = all.iter().filter_map(|one| Self::read(provider, one));
        Some(
            all.filter(|one| one.waits() || one.can_be_taken_back(user))
                .collect(),
        )
    }

    /// Can it still be decided about?
    pub fn waits(&self) -> bool {
        self.state == State::Waiting
    }

    /// May `user` take back what was approved: did they ask for it, or approve it, and can it still be used?
    pub fn can_be_taken_back(&self, user: Option<&str>) -> bool {
        let theirs = [Some(self.by.as_str()), self.decided_by.as_deref()];
        self.state == State::Approved
            && self.left != Some(0)
            && user.is_some_and(|user| theirs.contains(&Some(user)))
    }

    /// All commands that it is about.
    pub fn commands(&self) -> impl Iterator<Item = &AskedFor> {
        self.targets.iter().chain(&self.waiting)
    }

    /// How many of them do not wait, as the vendor says.
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
        for one in self.commands() {
            gathering.add(one.meant());
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

/// It becomes a part of an address.
fn is_plain(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !id.is_empty() && id.len() <= 128 && id.chars().all(is_plain)
}

#[cfg(test)]
mod tests;
