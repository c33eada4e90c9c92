//! Unfinished runs, which are offered for a resume when a connection is opened.

use super::{
    journal_check::{JournalStatus, Open},
    past_run::PastRun,
};

/// Whether this browser keeps journals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum JournalSupport {
    /// It is being checked.
    #[default]
    Checking,
    /// It does.
    Supported,
    /// It does not, for this reason of its own.
    Refused(String),
}

/// An unfinished run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// Its record.
    pub past: PastRun,
    /// Whether it can be resumed.
    pub found: ResumeState,
}

/// Whether an unfinished run can be resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResumeState {
    /// Its journal is being read.
    Checking,
    /// It is active: its journal is being written.
    Running,
    /// It can be resumed over this connection.
    Resumable(Open),
    /// It can be resumed over another connection.
    OtherConnection(Open),
    /// Nothing is left of it, or its journal cannot be trusted.
    NotResumable(JournalStatus),
    /// The browser cannot read its journal.
    Unreadable,
}

impl ResumeState {
    /// Returns it for a journal of this status, which belongs to this connection if `is_ours`.
    pub fn of(verdict: JournalStatus, is_ours: bool) -> Self {
        match verdict {
            JournalStatus::Unfinished(open) if is_ours => Self::Resumable(open),
            JournalStatus::Unfinished(open) => Self::OtherConnection(open),
            other => Self::NotResumable(other),
        }
    }

    /// Returns whether to show it when a connection is opened. A run that ended before anything was sent needs no
    /// attention; it is in the history.
    pub fn is_of_interest(&self) -> bool {
        !matches!(
            self,
            Self::NotResumable(JournalStatus::Sealed | JournalStatus::NotBegun)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_something_left_is_offered_and_only_over_its_connection() {
        let open = Open {
            in_doubt: 1,
            to_send: 2,
            to_list: 0,
            unlisted: 0,
            partly_listed: 0,
        };
        let unfinished = JournalStatus::Unfinished(open);
        assert_eq!(
            ResumeState::of(unfinished.clone(), true),
            ResumeState::Resumable(open)
        );
        assert_eq!(
            ResumeState::of(unfinished, false),
            ResumeState::OtherConnection(open)
        );
        for (verdict, interests) in [
            (JournalStatus::Sealed, false),
            (JournalStatus::NotBegun, false),
            (JournalStatus::Broken { line: Some(3) }, true),
        ] {
            let found = ResumeState::of(verdict.clone(), true);
            assert_eq!(found, ResumeState::NotResumable(verdict));
            assert_eq!(found.is_of_interest(), interests);
        }
    }
}
