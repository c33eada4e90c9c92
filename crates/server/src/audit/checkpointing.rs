//! Signing checkpoints, and removing what is old.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::Path,
    sync::Mutex,
    time::Duration,
};

use countermand_chain::JournalError;
use countermand_store::{AuditHead, NewLines};

use super::{
    checkpoint::Checkpoint,
    entry::Entry,
    stored_chain::{Linking, random_id, unwritten},
    upkeep::Upkeep,
    writer::Audit,
};
use crate::{lock::lock, notices::Notice};

/// How long it is left alone after it failed.
const PAUSE: Duration = Duration::from_secs(60);

const DAY: i64 = 24 * 60 * 60 * 1_000;

impl Audit {
    /// Signs how the audit ends now, and has that written into it. Where nothing was written since the last checkpoint,
    /// it does nothing.
    pub(crate) async fn checkpoint(&self) -> Result<(), JournalError> {
        self.flush().await?;
        let Some(upkeep) = &self.0.upkeep else {
            return Ok(());
        };
        let now = self.0.timer.now();
        let signed = Mutex::new(None);
        let build = |head: &AuditHead| -> Option<NewLines> {
            if head.lines == 0 || head.ends_in_checkpoint {
                return None;
            }
            let mut new = Linking::behind(head, now)?;
            let checkpoint = Checkpoint {
                origin: upkeep.signer.public().name().to_owned(),
                lines: head.lines,
                last: new.last,
                at: Some(now),
            };
            let note = upkeep.signer.sign(&checkpoint.to_string());
            new.add(
                now,
                Entry::Checkpoint { note: note.clone() },
                self.0.server.as_ref(),
            )?;
            *lock(&signed) = Some(note.clone());
            let notice = Notice::Checkpoint {
                lines: head.lines,
                note: note.clone(),
            };
            Some(NewLines {
                notices: upkeep.notices.rows(&note, now, &notice),
                checkpoint: Some(note),
                ..new.done()
            })
        };
        let id = random_id()?;
        let appended = upkeep.store.append_audit(&id, now, &build).await;
        appended.map_err(unwritten)?;
        *lock(&upkeep.signed) = Some(self.0.timer.monotonic());
        upkeep.notices.added();
        let note = lock(&signed).take();
        if let (Some(note), Some(file)) = (note, &upkeep.file)
            && let Err(error) = append(file, &note)
        {
            tracing::error!(
                target: "countermand_server::audit",
                file = %file.display(),
                error = &error as &dyn std::error::Error,
                "a checkpoint cannot be appended to its file"
            );
        }
        Ok(())
    }

    /// Signs a checkpoint where one is due, and removes what is old then.
    pub(super) async fn keep_honest_and_short(&self) {
        let Some(upkeep) = &self.0.upkeep else {
            return;
        };
        let now = self.0.timer.monotonic();
        let last = *lock(&upkeep.signed);
        if last.is_some_and(|last| now.saturating_sub(last) < upkeep.every) {
            return;
        }
        let kept = match self.checkpoint().await {
            Ok(()) => self.remove_old(upkeep).await,
            Err(error) => Err(error),
        };
        if let Err(error) = kept {
            let soon = (now + PAUSE).saturating_sub(upkeep.every);
            *lock(&upkeep.signed) = Some(soon);
            tracing::warn!(
                target: "countermand_server::audit",
                error = &error as &dyn std::error::Error,
                "no checkpoint can be signed, or nothing removed"
            );
        }
    }

    async fn remove_old(&self, upkeep: &Upkeep) -> Result<(), JournalError> {
        let Some(keep_days) = upkeep.keep_days else {
            return Ok(());
        };
        let now = self.0.timer.now();
        let Some(before) = now.plus_millis(-i64::from(keep_days) * DAY) else {
            return Ok(());
        };
        let store = &upkeep.store;
        let Some(line) = store.audit_to_remove(before).await.map_err(unwritten)? else {
            return Ok(());
        };
        let through = line - 1;
        // Whoever finds that lines are missing finds why.
        self.write(&Entry::Removed { through, keep_days }).await?;
        store.remove_audit(line).await.map_err(unwritten)?;
        tracing::info!(target: "countermand_server::audit", through, "old lines of the audit were removed");
        Ok(())
    }
}

/// Appends a note, and an empty line behind it.
fn append(path: &Path, note: &str) -> std::io::Result<()> {
    let mut file: File = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(format!("{note}\n").as_bytes())?;
    file.sync_data()
}

#[cfg(test)]
mod tests;
