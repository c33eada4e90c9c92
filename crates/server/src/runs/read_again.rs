//! Reads targets of a run that is over again: those whose outcome its journal left open.

use std::io::Cursor;

use countermand_client::{CancelReport, ChainEnd, ChainError, UnfinishedRun, read_journal};
use countermand_core_model::CommandTarget;
use countermand_relay_api::{ReadAgain, ReadTarget};
use countermand_store::{Store, StoreError};

use super::shared::Shared;

/// How many targets are read for one request.
const MOST: usize = 50;

/// How many parts of a journal are read at a time.
const PARTS: u32 = 256;

/// Why a journal is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadJournal {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is broken.
    #[error("its journal is broken")]
    Broken(#[from] ChainError),
}

/// Returns a run as its journal has it, and how that ends; `None` where it has no line.
pub(super) async fn replayed(
    store: &Store,
    id: &str,
) -> Result<Option<(UnfinishedRun, ChainEnd)>, UnreadJournal> {
    let mut bytes = Vec::new();
    let mut from = 1;
    loop {
        let parts = store.journal(id, from, PARTS).await?;
        let Some(last) = parts.last() else { break };
        from = last.first_line + last.lines;
        for part in parts {
            bytes.extend_from_slice(&part.bytes);
        }
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut reader = read_journal(Cursor::new(bytes));
    let run = UnfinishedRun::replay(reader.by_ref())?;
    Ok(Some((run, reader.end())))
}

impl Shared {
    /// Reads the next targets behind the first `from` that are not settled.
    pub(super) async fn read_again(
        &self,
        connection: &str,
        id: &str,
        from: usize,
    ) -> Result<ReadAgain, UnreadJournal> {
        let run = replayed(&self.store, id).await?;
        let Some((connection, (run, _))) = self.connections.get(connection).zip(run) else {
            return Ok(ReadAgain::default());
        };
        let may_settle = |report: &CancelReport| {
            report
                .outcome
                .may_read_again(report.after.or(report.before))
        };
        let open: Vec<CancelReport> = run.reports().into_iter().filter(may_settle).collect();
        let next: Vec<CancelReport> = open.iter().skip(from).take(MOST).cloned().collect();
        let targets = next
            .iter()
            .filter_map(|report| CommandTarget::new(report.device.clone(), report.id.clone()).ok());
        let read = connection.client.plan_commands(targets.collect()).await;
        let read = read.dry_run();
        let targets = next.into_iter().map(|report| {
            let is_same =
                |read: &&CancelReport| read.device == report.device && read.id == report.id;
            target(&report, read.iter().find(is_same))
        });
        let targets: Vec<ReadTarget> = targets.collect();
        Ok(ReadAgain {
            left: open.len().saturating_sub(from + targets.len()) as u64,
            targets,
        })
    }
}

fn target(report: &CancelReport, read: Option<&CancelReport>) -> ReadTarget {
    let state = read.and_then(|read| read.before);
    ReadTarget {
        device: report.device.to_string(),
        command: report.id.to_string(),
        outcome: report.outcome.as_str().to_owned(),
        state: state.map(|state| state.to_string()),
        message: read
            .filter(|_| state.is_none())
            .and_then(|read| read.message.clone()),
    }
}
