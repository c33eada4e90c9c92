//! Runs whose journals are not sealed, as they are offered on opening a connection.

use super::{
    journal_check::{Open, Verdict},
    past_run::PastRun,
};

/// Does this browser keep journals?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// That is being found out.
    #[default]
    Asking,
    /// It does.
    Kept,
    /// It does not, for this reason in its own word.
    Refused(String),
}

/// A run that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// What is kept of it.
    pub past: PastRun,
    /// What can be done about it.
    pub found: Found,
}

/// What can be done about a run that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Its journal is being read.
    Checking,
    /// It goes on now: its journal is being written.
    Running,
    /// It can be gone on with.
    Ours(Open),
    /// It can be gone on with over another connection.
    Others(Open),
    /// Its journal says that there is nothing to go on with, or cannot be believed.
    Not(Verdict),
    /// The browser does not give it out.
    Unreadable,
}

impl Found {
    /// Of a journal with this verdict, that `is_ours` or another connection's.
    pub fn of(verdict: Verdict, is_ours: bool) -> Self {
        match verdict {
            Verdict::Unfinished(open) if is_ours => Self::Ours(open),
            Verdict::Unfinished(open) => Self::Others(open),
            other => Self::Not(other),
        }
    }

    /// Is there anything to offer or to say on opening a connection? What was broken off before anything was
    /// sent needs nobody's attention; the history has it.
    pub fn is_of_interest(&self) -> bool {
        !matches!(self, Self::Not(Verdict::Sealed | Verdict::NotBegun))
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
        let unfinished = Verdict::Unfinished(open);
        assert_eq!(Found::of(unfinished.clone(), true), Found::Ours(open));
        assert_eq!(Found::of(unfinished, false), Found::Others(open));
        for (verdict, interests) in [
            (Verdict::Sealed, false),
            (Verdict::NotBegun, false),
            (Verdict::Broken { line: Some(3) }, true),
        ] {
            let found = Found::of(verdict.clone(), true);
            assert_eq!(found, Found::Not(verdict));
            assert_eq!(found.is_of_interest(), interests);
        }
    }
}
