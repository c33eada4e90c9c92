//! The two-person rule: which cancels a second operator has to approve, what is asked for, and what became
//! of it.

use countermand_core_model::{
    CommandId, CommandState, CommandTarget, DeviceRef, Provider, SearchText, SeverityLevel,
    SeverityRules, Timestamp,
};
use countermand_relay_api::{
    self as api, ApprovalList, ApprovalRule, ApprovalState, ApprovalTarget, SweepTerms,
};

use super::{
    command_view::CommandView,
    review::{Gathering, Review, Scope},
    rows,
};
use crate::text::{approvals as text, brake, server_runs};

/// Why what is reviewed has to be approved, in words; nothing where it has not, as far as is known here. The server
/// reads it, and decides.
pub fn reasons(rule: &ApprovalRule, review: &Review) -> Vec<String> {
    let many = rule.targets.filter(|limit| review.total > *limit);
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
    let level = rule.severity.as_deref().map(SeverityLevel::parse);
    let grave = level.filter(|level| {
        let level = level.unwrap_or(SeverityLevel::Minor);
        let mut groups = review.groups.iter();
        groups.any(|group| group.kind.trim().is_empty() || group.weight.severity.level() >= level)
    });
    [
        many.map(text::many),
        (!kinds.is_empty())
            .then(|| text::kinds(&crate::text::list(kinds.into_iter().map(str::to_owned)))),
        grave.map(|level| match level {
            Some(SeverityLevel::Destructive) => text::destructive().to_owned(),
            Some(SeverityLevel::Disruptive) => text::disruptive().to_owned(),
            Some(SeverityLevel::Minor) | None => text::wanted().to_owned(),
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A command that is asked about, as the server read it at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFor {
    /// Which it is.
    pub target: CommandTarget,
    /// What it does; empty where the provider does not say.
    pub kind: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its state at the provider; none where it could not be read.
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

/// A run that a second operator has to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The run's id.
    pub id: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket that it belongs to.
    pub ticket: Option<String>,
    /// Its state.
    pub state: ApprovalState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// How many commands it has, as far as is known.
    pub count: usize,
    /// What it looks for, where it is a brake: its commands are not known before it runs.
    pub sweep: Option<SweepTerms>,
    /// Whether the server still reads them at the provider: nobody approves before that.
    pub is_reading: bool,
    /// What is approved.
    pub plan_sha256: Option<String>,
    /// The commands; none in a list.
    pub commands: Vec<AskedFor>,
    /// What of it cannot be read here: it must not be approved here either.
    pub illegible: usize,
}

impl Approval {
    /// Reads one, as the relay answers it.
    fn read(provider: Provider, approval: api::Approval) -> Option<Self> {
        let all = approval.targets.len();
        let targets = approval.targets.into_iter();
        let commands: Vec<AskedFor> = targets
            .filter_map(|target| AskedFor::read(provider, target))
            .collect();
        Some(Self {
            id: Some(approval.id).filter(|id| is_plain(id))?,
            by: approval.by,
            at: Timestamp::parse_rfc3339(&approval.at),
            reason: approval.reason,
            ticket: approval.ticket,
            state: approval.state,
            decided_by: approval.decided_by,
            count: approval.count.max(all),
            is_reading: approval.is_reading,
            plan_sha256: approval.plan_sha256,
            // Something is asked for in any case.
            illegible: match approval.count.max(all) {
                0 if approval.sweep.is_none() && !approval.is_reading => 1,
                _ => all - commands.len(),
            },
            sweep: approval.sweep,
            commands,
        })
    }

    /// Says what is asked for: `is_own`, by whoever reads it.
    pub fn title(&self, is_own: bool) -> String {
        match (&self.sweep, is_own) {
            (None, true) => text::own(self.count),
            (None, false) => text::other(&self.by, self.count),
            (Some(_), true) => brake::asked_own().to_owned(),
            (Some(_), false) => brake::asked_other(&self.by),
        }
    }

    /// Says what the button does that leads to it, or takes it back.
    pub fn button(&self, is_own: bool) -> String {
        match (&self.sweep, is_own) {
            (None, true) => text::withdraw_of(self.count),
            (None, false) => text::look_of(&self.by, self.count),
            (Some(_), true) => brake::asked_withdraw().to_owned(),
            (Some(_), false) => brake::asked_look(&self.by),
        }
    }

    /// Says that it was asked for just now.
    pub fn news(&self) -> String {
        match self.sweep {
            None => text::news(&self.by, self.count),
            Some(_) => brake::asked_news(&self.by),
        }
    }

    /// Says what approving it means.
    pub fn responsible(&self) -> String {
        match self.sweep {
            None => text::responsible(&self.by),
            Some(_) => brake::responsible(&self.by),
        }
    }

    /// Says what the button does that approves it.
    pub fn approve(&self) -> String {
        match self.sweep {
            None => text::approve(self.count),
            Some(_) => brake::approve().to_owned(),
        }
    }

    /// Says that it was approved.
    pub fn was_approved(&self) -> String {
        match self.sweep {
            None => text::was_approved(self.count),
            Some(_) => brake::was_approved().to_owned(),
        }
    }

    /// Reads one from an answer's text.
    pub fn of_text(provider: Provider, text: &str) -> Option<Self> {
        Self::read(provider, serde_json::from_str(text).ok()?)
    }

    /// Reads those that wait, the newest first.
    pub fn waiting(provider: Provider, text: &str) -> Option<Vec<Self>> {
        let list: ApprovalList<Option<api::Approval>> = serde_json::from_str(text).ok()?;
        let all = list.approvals.into_iter().flatten();
        let all = all.filter_map(|one| Self::read(provider, one));
        Some(all.filter(Self::waits).collect())
    }

    /// Returns whether it can still be decided.
    pub fn waits(&self) -> bool {
        self.state == ApprovalState::Waiting
    }

    /// Why it was asked for and the ticket that it belongs to, where somebody said so.
    pub fn notes(&self) -> Vec<String> {
        let reason = self.reason.as_deref().map(server_runs::reason);
        let ticket = self.ticket.as_deref().map(server_runs::ticket);
        reason.into_iter().chain(ticket).collect()
    }

    /// How many of them are not pending, as the provider says.
    pub fn not_waiting(&self) -> usize {
        self.commands
            .iter()
            .filter(|one| one.does_not_wait())
            .count()
    }

    /// The first `most` commands in which `text` occurs, without case, and whether there are more. A blank text is in
    /// all: it only shows.
    pub fn matching(&self, text: &str, most: usize) -> (Vec<&AskedFor>, bool) {
        let text = SearchText::parse("search", text.trim()).ok();
        let has = |one: &&AskedFor| text.as_ref().is_none_or(|text| one.has(text));
        let mut found: Vec<&AskedFor> = self.commands.iter().filter(has).take(most + 1).collect();
        let more = found.len() > most;
        found.truncate(most);
        (found, more)
    }

    /// The same commands as their asker reviewed them: by kind, the gravest first.
    pub fn review(&self, provider: Provider, severity_rules: &SeverityRules) -> Review {
        let mut gathering = Gathering::new(provider);
        for one in &self.commands {
            gathering.add(one.meant(severity_rules));
        }
        gathering.finish(Scope::Commands(Vec::new()), None, 0)
    }
}

/// What became of a run that was not approved, in words.
pub fn refusal(state: Option<ApprovalState>, decided_by: Option<&str>) -> String {
    match (state, decided_by) {
        (Some(ApprovalState::Declined), Some(by)) => text::declined_by(by),
        (Some(ApprovalState::Declined), None) => text::declined().to_owned(),
        (Some(ApprovalState::Withdrawn), _) => text::withdrawn().to_owned(),
        _ => text::expired().to_owned(),
    }
}

/// It becomes a part of an address.
fn is_plain(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !id.is_empty() && id.len() <= 128 && id.chars().all(is_plain)
}

#[cfg(test)]
mod tests;
