//! Runs whose journals are not sealed, as they are offered on opening a connection.

use super::{
    journal_check::{JournalStatus, Open},
    past_run::PastRun,
};

/// Does this browser keep journals?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum JournalSupport {
    /// That is being found out.
    #[default]
    Checking,
    /// It does.
    Supported,
    /// It does not, for this reason in its own word.
    Refused(String),
}

/// A run that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// What is kept of it.
    pub past: PastRun,
    /// What can be done about it.
    pub found: ResumeState,
}

/// What can be done about a run that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResumeState {
    /// Its journal is being read.
    Checking,
    /// It goes on now: its journal is being written.
    Running,
    /// It can be gone on with.
    Resumable(Open),
    /// It can be gone on with over another connection.
    OtherConnection(Open),
    /// Its journal says that there is nothing to go on with, or cannot be believed.
    NotResumable(JournalStatus),
    /// The browser does not give it out.
    Unreadable,
}

impl ResumeState {
    /// Of a journal with this verdict, that `is_ours` or another connection's.
    pub fn of(verdict: JournalStatus, is_ours: bool) -> Self {
        match verdict {
            JournalStatus::Unfinished(open) if is_ours => Self::Resumable(open),
            JournalStatus::Unfinished(open) => Self::OtherConnection(open),
            other => Self::NotResumable(other),
        }
    }

    /// Is there anything to offer or to say on opening a connection? What was broken off before anything was
    /// sent needs nobody's attention; the history has it.
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
