//! The lines of a run's journal for those who watch it: from memory where they are new, else from the store.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use countermand_store::{JournalPart, Store, StoreError};
use tokio::sync::watch;

use crate::lock::lock;

/// How many bytes of new lines are kept for watchers.
const KEPT: usize = 1 << 20;

/// How many parts are read from the store at a time.
const PARTS: u32 = 64;

/// Whole lines of a journal.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// The number of the first, from 1.
    pub(crate) first: u64,
    /// How many these are.
    pub(crate) count: u64,
    /// The lines, each with its line feed.
    pub(crate) bytes: Arc<[u8]>,
}

/// The newest lines of a run that this process drives.
#[derive(Debug)]
pub(super) struct Feed {
    /// The number of the last durable line.
    last: watch::Sender<u64>,
    tail: Mutex<Tail>,
}

#[derive(Debug, Default)]
struct Tail {
    parts: VecDeque<Lines>,
    bytes: usize,
}

impl Feed {
    /// Returns the feed of a run whose journal has `last` lines.
    pub(super) fn behind(last: u64) -> Self {
        Self {
            last: watch::Sender::new(last),
            tail: Mutex::default(),
        }
    }

    /// Passes on lines that are durable.
    pub(super) fn push(&self, first: u64, count: u64, bytes: Arc<[u8]>) {
        {
            let mut tail = lock(&self.tail);
            tail.bytes += bytes.len();
            tail.parts.push_back(Lines {
                first,
                count,
                bytes,
            });
            while tail.bytes > KEPT
                && let Some(oldest) = tail.parts.pop_front()
            {
                tail.bytes -= oldest.bytes.len();
            }
        }
        self.last.send_replace(first + count - 1);
    }

    /// Returns the number of the last line, which changes.
    pub(super) fn last(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Returns the kept lines from the part that holds line `from` on. `None` where that is not kept any more.
    fn from(&self, from: u64) -> Option<Vec<Lines>> {
        if from > *self.last.borrow() {
            return Some(Vec::new());
        }
        let tail = lock(&self.tail);
        let start = tail
            .parts
            .iter()
            .position(|part| (part.first..part.first + part.count).contains(&from))?;
        Some(tail.parts.iter().skip(start).cloned().collect())
    }
}

/// Returns lines of a run from line `from` on, as many as come at once. Empty where there are none yet.
pub(crate) async fn next_lines(
    feed: Option<&Feed>,
    store: &Store,
    run: &str,
    from: u64,
) -> Result<Vec<Lines>, StoreError> {
    if let Some(kept) = feed.and_then(|feed| feed.from(from)) {
        return Ok(kept);
    }
    let parts = store.journal(run, from, PARTS).await?;
    Ok(parts.into_iter().map(Lines::from).collect())
}

impl From<JournalPart> for Lines {
    fn from(part: JournalPart) -> Self {
        Self {
            first: part.first_line,
            count: part.lines,
            bytes: part.bytes.into(),
        }
    }
}

impl Lines {
    /// Returns each line from number `from` on, with its number, without its line feed.
    pub(crate) fn numbered(&self, from: u64) -> impl Iterator<Item = (u64, &[u8])> {
        let lines = self.bytes.split(|byte| *byte == b'\n');
        let numbered = (self.first..self.first + self.count).zip(lines);
        numbered.filter(move |(number, _)| *number >= from)
    }

    /// Returns the number of the line behind these.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(feed: &Feed, first: u64, text: &str) {
        let count = text.lines().count() as u64;
        feed.push(first, count, text.as_bytes().into());
    }

    fn numbers(lines: &[Lines], from: u64) -> Vec<u64> {
        let lines = lines.iter().flat_map(|lines| lines.numbered(from));
        lines.map(|(number, _)| number).collect()
    }

    #[test]
    fn new_lines_come_from_memory_and_old_ones_do_not() {
        let feed = Feed::behind(2);
        assert!(feed.from(1).is_none(), "from before this process");
        assert!(feed.from(3).unwrap().is_empty(), "nothing yet");
        pushed(&feed, 3, "a\nb\n");
        pushed(&feed, 5, "c\n");
        assert_eq!(numbers(&feed.from(3).unwrap(), 3), [3, 4, 5]);
        assert_eq!(numbers(&feed.from(4).unwrap(), 4), [4, 5]);
        assert!(feed.from(2).is_none());
        let long = format!("{}\n", "x".repeat(KEPT));
        pushed(&feed, 6, &long);
        assert!(feed.from(5).is_none(), "memory is bounded");
        assert_eq!(*feed.last().borrow(), 6);
    }
}
