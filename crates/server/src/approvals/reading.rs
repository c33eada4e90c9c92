//! Reads at the provider what a run would cancel: the approver sees the provider's words, never the requester's.

use std::time::Duration;

use countermand_client::{ChainError, Client, Plan, Planned, SavedPlan};
use countermand_core_model::Timestamp;

use super::Rule;
use crate::audit::Entry;

/// How often a plan is read before what cannot be read is shown as such.
const TRIES: u32 = 3;

/// How long to wait before the next of them.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

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
    /// Whether one of its commands needs an approval by itself.
    pub(crate) is_named: bool,
    /// The keys of those that would be sent.
    pub(crate) keys: Vec<String>,
    /// A line of the audit for each.
    pub(crate) entries: Vec<Entry>,
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
    let plan = SavedPlan::read(plan)?;
    let mut tries = 1;
    let plan = loop {
        let read = client.pin(plan.clone(), asked_at).await;
        if !read.is_unread() {
            break read;
        }
        if tries == TRIES {
            // Devices that were not asked at all would be missing without a word.
            match read.any_answered() && read.gaps().not_asked.is_empty() {
                true => break read,
                false => return Err(ReadError::NoAnswer),
            }
        }
        tries += 1;
        client.timer().sleep(AGAIN_AFTER).await;
    };
    let sent = || plan.targets().filter(|target| target.would_be_sent());
    let unread = |target: &&Planned| target.before().is_none();
    let at_stake: Vec<&Planned> = sent().chain(plan.targets().filter(unread)).collect();
    Ok(ReadTargets {
        bytes: client.encode_plan(&plan)?,
        total: plan.targets().count(),
        is_named: at_stake
            .iter()
            .any(|target| rule.names(target.kind(), target.name())),
        keys: at_stake.iter().map(|target| key(target)).collect(),
        entries: entries(run, &plan),
    })
}

fn key(target: &Planned) -> String {
    let id = target.id().as_str().to_ascii_lowercase();
    format!("{} {id}", target.device())
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
