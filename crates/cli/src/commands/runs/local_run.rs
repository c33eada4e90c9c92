//! A run of this machine, by its journal, as a row.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io::{self, BufReader},
    path::Path,
};

use countermand_client::{Summary, read_journal};
use serde::Serialize;

use crate::{
    failure::in_words,
    output::{Cell, Column, Record, Tone, text::visible},
};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LocalState {
    /// A process is writing its journal.
    Running,
    /// Every target has its outcome.
    Finished,
    /// It can be resumed.
    Unfinished,
    /// Its plan was not written to the end: nothing was sent.
    NotStarted,
}

impl LocalState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Unfinished => "unfinished",
            Self::NotStarted => "not_started",
        }
    }
}

/// A run. What its journal does not say yet is null.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LocalRun {
    pub(super) id: String,
    pub(super) state: LocalState,
    /// The times of the journal's first and last line.
    pub(super) at: Option<String>,
    pub(super) last_at: Option<String>,
    pub(super) provider: String,
    pub(super) base_url: String,
    pub(super) org: String,
    pub(super) targets: usize,
    /// How many targets have each outcome.
    pub(super) outcomes: BTreeMap<String, usize>,
    /// How many targets have no outcome yet.
    pub(super) open: usize,
    /// How many devices are still to be listed.
    pub(super) to_list: usize,
    pub(super) journal: String,
}

impl LocalRun {
    /// Reads a journal. `None`: a process has just created it, and its first line is still to come.
    ///
    /// # Errors
    /// Says in words why it is none, or is not whole.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, String> {
        let (file, is_in_use) = open(path).map_err(|error| format!("cannot be read: {error}"))?;
        let summary = Summary::of(&mut read_journal(BufReader::with_capacity(1 << 16, file)));
        let summary = match summary {
            Ok(summary) => summary,
            Err(_) if is_in_use => return Ok(None),
            Err(error) if error.is_unrecognized() => {
                return Err(format!("is not a journal: {}", in_words(&error)));
            }
            Err(error) => return Err(format!("is broken: {}", in_words(&error))),
        };
        let Some(header) = &summary.header else {
            return Err("is not a journal: it is empty".to_owned());
        };
        let state = match () {
            () if is_in_use => LocalState::Running,
            () if summary.sealed => LocalState::Finished,
            () if summary.planned => LocalState::Unfinished,
            () => LocalState::NotStarted,
        };
        let outcomes = summary.outcomes.iter();
        Ok(Some(Self {
            id: header.run.clone(),
            state,
            at: summary.first_at.map(|at| at.to_string()),
            last_at: summary.last_at.map(|at| at.to_string()),
            provider: header.provider.to_string(),
            base_url: header.base_url.as_str().to_owned(),
            org: header.org.to_string(),
            targets: summary.targets,
            outcomes: outcomes
                .map(|(outcome, count)| (outcome.to_string(), *count))
                .collect(),
            open: summary.open,
            to_list: summary.to_list,
            journal: path.display().to_string(),
        }))
    }

    /// Returns one label and value per line.
    pub(super) fn in_full(&self) -> String {
        let text_or_dash = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
        let mut text = String::new();
        for (label, value) in [
            ("Run", self.id.clone()),
            ("State", self.state.as_str().to_owned()),
            ("At", text_or_dash(&self.at)),
            ("Last line", text_or_dash(&self.last_at)),
            ("Provider", self.provider.clone()),
            ("Base URL", self.base_url.clone()),
            ("Organisation", self.org.clone()),
            ("Targets", self.targets.to_string()),
            ("Outcomes", self.outcome_words()),
            ("Journal", self.journal.clone()),
        ] {
            text.push_str(&format!("{label:<13} {}\n", visible(&value)));
        }
        text
    }

    /// Returns the outcomes in words: "3 cancelled, 1 without an outcome".
    pub(super) fn outcome_words(&self) -> String {
        let outcomes = self.outcomes.iter();
        let mut words: Vec<String> = outcomes
            .map(|(outcome, count)| format!("{count} {outcome}"))
            .collect();
        if self.open > 0 {
            words.push(format!("{} without an outcome", self.open));
        }
        if self.to_list > 0 {
            words.push(format!("{} still to be listed", self.to_list));
        }
        words.join(", ")
    }
}

/// Opens a file, and returns whether another process is working with it.
fn open(path: &Path) -> io::Result<(File, bool)> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let is_in_use = match file.try_lock_shared() {
        Ok(()) => {
            // At once: nobody who continues the run shall find it in use.
            file.unlock()?;
            false
        }
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
    };
    Ok((file, is_in_use))
}

impl Record for LocalRun {
    const FIELDS: &'static [&'static str] = &[
        "id", "state", "at", "last_at", "provider", "base_url", "org", "targets", "outcomes",
        "open", "to_list", "journal",
    ];
    const COLUMNS: &'static [Column] = &[
        Column::whole("ID"),
        Column::whole("STATE"),
        Column::whole("AT").dispensable(1),
        Column::whole("PROVIDER").dispensable(2),
        Column::at_least("ORG", 8).dispensable(3),
        Column::whole("TARGETS"),
        Column::at_least("OUTCOMES", 16),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.state {
            LocalState::Finished | LocalState::NotStarted => Tone::Faint,
            LocalState::Running => Tone::Plain,
            LocalState::Unfinished => Tone::Open,
        };
        vec![
            self.id.clone().into(),
            Cell::new(self.state.as_str(), tone),
            self.at.clone().unwrap_or_default().into(),
            self.provider.clone().into(),
            self.org.clone().into(),
            self.targets.to_string().into(),
            self.outcome_words().into(),
        ]
    }
}
