//! Reads at the provider what a run would cancel: the approver sees the provider's words, never the requester's.

use std::time::Duration;

use countermand_client::{ChainError, Client, Plan, Planned, SavedPlan};
use countermand_core_model::Timestamp;
use serde_json::Value;

use super::{Rule, target_key};
use crate::{audit::Entry, sweep_terms::in_words};

/// How long a plan is read again and again of which something cannot be read. After that it is shown without: a command as
/// one that could not be read, and a device among those that could not be listed.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Why a plan was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The plan is not one.
    #[error("its plan cannot be read")]
    Plan(#[from] ChainError),
    /// The provider does not answer.
    #[error("the provider does not say what it would cancel")]
    NoAnswer,
    /// It cannot be written.
    #[error("what was read cannot be written")]
    Unwritten(#[from] std::io::Error),
}

/// A plan of exactly what a run would cancel, as the provider says.
#[derive(Debug)]
pub(crate) struct ReadTargets {
    /// The plan.
    pub(crate) bytes: Vec<u8>,
    /// How many targets it has.
    pub(crate) total: usize,
    /// Whether one of its commands, or a sweep, needs an approval by itself.
    pub(crate) is_named: bool,
    /// The keys of those that would be sent.
    pub(crate) keys: Vec<String>,
    /// A line of the audit for each.
    pub(crate) entries: Vec<Entry>,
    /// What it looks for, where it is a sweep.
    pub(crate) sweep: Option<Value>,
}

/// Reads a plan that somebody asked for at `asked_at`.
///
/// # Errors
/// When the provider does not answer now.
pub(crate) async fn read(
    client: &Client,
    run: &str,
    plan: &[u8],
    asked_at: Timestamp,
    rule: Rule<'_>,
) -> Result<ReadTargets, ReadError> {
    let bytes = plan;
    let plan = SavedPlan::read(bytes)?;
    if let Some(sweep) = plan.sweep {
        // To look for what it will find would be to list before it cancels. What it says is what is approved.
        let sweep = sweep.with_severity_rules(rule.severity_rules.clone());
        return Ok(ReadTargets {
            bytes: bytes.to_vec(),
            total: 0,
            is_named: rule.names_sweep(&sweep),
            keys: Vec::new(),
            entries: Vec::new(),
            sweep: Some(in_words(&sweep)),
        });
    }
    let plan = client.pin(plan, asked_at).await;
    let is_patient = age(asked_at, client.timer().now()) < PATIENCE;
    if plan.is_unread() && (is_patient || !plan.any_answered()) {
        return Err(ReadError::NoAnswer);
    }
    let sent = || plan.targets().filter(|target| target.would_be_sent());
    let unread = |target: &&Planned| target.before().is_none();
    let at_stake: Vec<&Planned> = sent().chain(plan.targets().filter(unread)).collect();
    Ok(ReadTargets {
        bytes: client.encode_plan(&plan)?,
        total: plan.targets().count(),
        is_named: at_stake
            .iter()
            .any(|target| rule.names(target.kind(), target.name())),
        keys: at_stake
            .iter()
            .map(|target| target_key(target.device(), target.id()))
            .collect(),
        entries: entries(run, &plan),
        sweep: None,
    })
}

fn age(then: Timestamp, now: Timestamp) -> Duration {
    let millis = now.as_millis().saturating_sub(then.as_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn entries(run: &str, plan: &Plan) -> Vec<Entry> {
    let entry = |target: &Planned| Entry::Meant {
        approval: run.to_owned(),
        device: target.device().to_string(),
        command: Some(target.id().to_string()),
        kind: Some(target.kind().to_owned()).filter(|kind| !kind.is_empty()),
    };
    plan.targets().map(entry).collect()
}
