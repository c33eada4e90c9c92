//! The audit in a store, for those who read it or add to it beside the server.

use countermand_chain::{JournalError, JournalErrorKind, Link, Timed, line};
use countermand_core_model::Timestamp;
use countermand_store::Store;

use super::{
    entry::Entry,
    line::NewLine,
    stored_chain::{append, random_id},
};

/// How many parts are read at a time.
const PARTS: u32 = 256;

/// Returns whole lines of the audit in a store from line `from` on, as they are exported, and the number of the line
/// behind them. `None` at the end.
///
/// # Errors
/// When the store cannot be read, or lines are removed while it is.
pub async fn next_lines(store: &Store, from: u64) -> Result<Option<(Vec<u8>, u64)>, JournalError> {
    let parts = store.audit(from, PARTS).await.map_err(|error| {
        let what = "the audit cannot be read from the store";
        JournalError::new(JournalErrorKind::System, what).because(error)
    })?;
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return Ok(None);
    };
    if from > 1 && first.first_line > from {
        let what = "old lines of the audit are being removed: read it again";
        return Err(JournalError::new(JournalErrorKind::InUse, what));
    }
    let next = last.first_line + last.lines;
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.bytes.len()).sum());
    for part in parts {
        bytes.extend_from_slice(&part.bytes);
    }
    Ok(Some((bytes, next)))
}

/// Adds entries to the audit in a store. They are durable when this returns.
///
/// # Errors
/// When the store cannot be written. Whether they were added is not known.
pub async fn record(
    store: &Store,
    now: Timestamp,
    entries: Vec<Entry>,
) -> Result<(), JournalError> {
    record_batch(store, &random_id()?, now, entries).await
}

/// Adds entries as the batch of this name, which is added once.
pub(super) async fn record_batch(
    store: &Store,
    batch: &[u8],
    now: Timestamp,
    entries: Vec<Entry>,
) -> Result<(), JournalError> {
    let (mut lines, mut last) = (Vec::new(), Link::START);
    for entry in entries {
        let entry = NewLine {
            server: None,
            peer: None,
            entry,
        };
        line::add(
            &mut lines,
            &mut last,
            &Timed {
                at: now,
                entry: &entry,
            },
        )
        .map_err(|error| {
            let what = "a line of the audit cannot be put into words";
            JournalError::new(JournalErrorKind::System, what).because(error)
        })?;
    }
    append(store, batch, now, &lines).await
}
