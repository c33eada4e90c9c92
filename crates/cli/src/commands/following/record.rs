//! What the journal of a server's run says. It is checked like a file, and against what is known of the run.

use std::collections::HashSet;

use countermand_client::{
    CancelOutcome, CancelReport, ChainError, Entry, Gaps, StopReason, UnfinishedRun, read_journal,
};
use countermand_core_model::Organization;
use countermand_relay_api::{Run, RunState};

use crate::{
    commands::running::{self, Watched},
    exit::Doubt,
    failure::in_words,
};

/// Why a journal is not believed.
#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum Broken {
    /// Its chain is broken.
    #[error("the chain of its journal is broken")]
    Chain(#[from] ChainError),
    /// It contradicts what is known of the run.
    #[error("its journal {0}")]
    Contradiction(String),
}

/// The result of a run, as its journal tells it.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) watched: Watched,
    pub(super) doubt: Doubt,
    /// Where more may be pending, in words.
    pub(super) gaps: Option<String>,
}

/// Checks the chain of a journal that a server gave. One without a line is whole.
pub(in crate::commands) fn check_chain(bytes: &[u8]) -> Result<(), Broken> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut reader = read_journal(bytes);
    for line in reader.by_ref() {
        line?;
    }
    match reader.end().torn {
        true => Err(contradiction("ends in half a line")),
        false => Ok(()),
    }
}

/// Reads the journal of a run that is over. `expected` are the targets that it must have, if they are known.
pub(super) fn read(
    bytes: &[u8],
    run: &Run,
    org: &Organization,
    expected: Vec<CancelReport>,
) -> Result<Record, Broken> {
    check_chain(bytes)?;
    let is_finished = run.state == RunState::Finished;
    let mut stopped = None;
    let mut recorded = None;
    let mut lines = 0;
    if !bytes.is_empty() {
        let entries = read_journal(bytes).inspect(|line| match line {
            Ok((number, Entry::Stopped { reason })) => {
                stopped = Some(reason.clone());
                lines = *number;
            }
            Ok((number, Entry::Resumed { .. })) => {
                stopped = None;
                lines = *number;
            }
            Ok((number, _)) => lines = *number,
            Err(_) => {}
        });
        recorded = Some(UnfinishedRun::replay(entries)?);
    }
    if lines < run.lines {
        return Err(Broken::Contradiction(format!(
            "has {lines} lines, and the server counts {}",
            run.lines
        )));
    }
    if let Some(recorded) = &recorded {
        let header = recorded.header();
        if header.run != run.id {
            return Err(contradiction("is that of another run"));
        }
        if header.org != *org {
            return Err(contradiction("is of another organization"));
        }
    }
    if is_finished && !recorded.as_ref().is_some_and(UnfinishedRun::is_finished) {
        return Err(contradiction(
            "is not sealed, though the server says that the run is finished",
        ));
    }
    let is_planned = recorded.as_ref().is_some_and(UnfinishedRun::is_planned);
    let mut reports = recorded
        .as_ref()
        .map_or_else(Vec::new, UnfinishedRun::reports);
    add_missing(&mut reports, expected, is_planned);
    if run.state == RunState::Stopped {
        stopped = stopped.or(Some(StopReason::Requested));
    }
    let mut doubt = recorded
        .as_ref()
        .map_or_else(Doubt::default, running::doubt);
    doubt.unlisted += recorded.as_ref().map_or(0, UnfinishedRun::devices_to_list);
    let knows_all = !recorded
        .as_ref()
        .is_some_and(UnfinishedRun::has_unknown_devices);
    doubt.partly += usize::from(!knows_all);
    Ok(Record {
        gaps: recorded.as_ref().and_then(running::gaps),
        watched: Watched {
            any_sent: reports.iter().any(|report| report.attempts > 0),
            reports,
            stopped: stopped.filter(|_| !is_finished),
            stopped_after: None,
            gaps: Gaps::default(),
            left_open: 0,
            broken_off: false,
            recording: None,
        },
        doubt,
    })
}

/// Adds a row for each expected target that the journal does not name: it was not sent if the plan was not recorded,
/// and otherwise nothing is known of it.
fn add_missing(reports: &mut Vec<CancelReport>, expected: Vec<CancelReport>, is_planned: bool) {
    let id = |report: &CancelReport| report.id.as_str().to_ascii_lowercase();
    let known: HashSet<String> = reports.iter().map(id).collect();
    for mut report in expected {
        if known.contains(&id(&report)) {
            continue;
        }
        if is_planned {
            report.outcome = CancelOutcome::Unknown;
            report.message = Some("the journal of the run does not name it".to_owned());
        }
        reports.push(report);
    }
}

fn contradiction(what: &str) -> Broken {
    Broken::Contradiction(what.to_owned())
}

/// Describes why a journal is not believed, with the line where it is broken.
impl Broken {
    pub(in crate::commands) fn words(&self, id: &str) -> String {
        format!("run {id}: {}", in_words(self))
    }
}
