//! Saved plans: reading, checking and saving them.

use std::{
    fs::File,
    io::{BufReader, ErrorKind},
    path::Path,
};

use countermand_client::{Drift, Plan, SavedPlan};
use countermand_core_model::{CancelOutcome, CommandState};

use crate::{
    commands::file_kind::{FileKind, refused},
    failure::Failure,
    output::{count, say},
    settings::{Redactor, Session, Settings},
    shell::quoted_path,
};

/// Reads the plan in `path`. A file that was edited is refused: nobody has seen what it says now.
pub(super) fn read(path: &Path) -> Result<SavedPlan, Failure> {
    let name = path.display();
    let file = File::open(path)
        .map_err(|error| Failure::usage(format!("Cannot read the plan {name}: {error}")))?;
    let plan = SavedPlan::read(BufReader::new(file))
        .map_err(|error| refused(path, FileKind::Plan, &error))?;
    match plan.sweep {
        Some(_) => Err(Failure::usage(format!(
            "{} is the plan of a brake: it names no commands yet; use \"brake\".",
            quoted_path(path)
        ))),
        None => Ok(plan),
    }
}

/// Opens a session for the connection that the plan was made for.
pub(super) fn open_session(
    settings: Settings,
    kept: &SavedPlan,
    rate: Option<countermand_transport::RateLimit>,
) -> Result<Session, Failure> {
    let settings = settings.or_of_file(kept.provider, &kept.org);
    let provider = settings.of_provider(kept.provider)?;
    let session = settings.open(provider, rate)?;
    session
        .client
        .check_plan(kept)
        .map_err(|error| Failure::usage(format!("The plan is for another connection: {error}")))?;
    Ok(session)
}

/// Reports what has changed since the plan was made. Unless that is allowed, it is a failure.
pub(super) fn refusal(redactor: &Redactor, drift: &[Drift], allow_drift: bool) -> Option<Failure> {
    let (unread, changed): (Vec<&Drift>, Vec<&Drift>) =
        drift.iter().partition(|one| could_not_be_read(one));
    for changed in &changed {
        say(&redactor.of(&describe(changed)));
    }
    for line in unread_lines(&unread) {
        say(&redactor.of(&line));
    }
    if drift.is_empty() || allow_drift {
        return None;
    }
    let changed = match changed.len() {
        0 => None,
        1 => Some("1 target has changed since the plan was made".to_owned()),
        changed => Some(format!(
            "{} have changed since the plan was made",
            count(changed, "target")
        )),
    };
    let Some(changed) = changed else {
        let targets = count(unread.len(), "target");
        return Some(Failure::before_sending(format!(
            "{targets} of the plan could not be read again; nothing was sent."
        )));
    };
    Some(Failure::before_sending(format!(
        "{changed}; nothing was sent. Use --allow-drift to skip what has changed and cancel the rest."
    )))
}

/// Returns whether the target itself could not be read, or was not tried.
fn could_not_be_read(drift: &Drift) -> bool {
    drift.now.before.is_none() && drift.now.outcome == CancelOutcome::NotSent
}

/// Returns a line for each reason, with the targets that share it.
fn unread_lines(unread: &[&Drift]) -> Vec<String> {
    let mut by_words: Vec<(&str, Vec<&Drift>)> = Vec::new();
    for one in unread {
        let words = one.now.message.as_deref().unwrap_or("no answer");
        match by_words.iter_mut().find(|(known, _)| *known == words) {
            Some((_, targets)) => targets.push(one),
            None => by_words.push((words, vec![one])),
        }
    }
    by_words
        .into_iter()
        .filter_map(|(words, targets)| {
            let first = targets.first()?;
            let more = match targets.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let (device, id) = (first.device(), first.id());
            Some(format!("{device} {id}{more} could not be read: {words}"))
        })
        .collect()
}

fn describe(drift: &Drift) -> String {
    let kept = drift.kept.map_or("unreadable", CommandState::as_str);
    let now = match (drift.now.before, &drift.now.message) {
        (Some(now), _) => format!("is {now} now"),
        (None, Some(message)) => format!("can no longer be read ({message})"),
        (None, None) => "can no longer be read".to_owned(),
    };
    format!(
        "{} {} was {kept} when the plan was made, and {now}",
        drift.device(),
        drift.id()
    )
}

/// Saves `plan` in a new file.
pub(super) fn save(session: &Session, plan: &Plan, path: &Path) -> Result<(), Failure> {
    session
        .client
        .save_plan(plan, path)
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => exists(path),
            _ => Failure::before_sending(format!(
                "Cannot save the plan in {}: {error}",
                path.display()
            )),
        })?;
    say(&format!(
        "Plan saved. To apply it: countermand cancel --plan {}{}",
        quoted_path(path),
        session.given
    ));
    Ok(())
}

/// A file of this name exists already.
pub(super) fn exists(path: &Path) -> Failure {
    Failure::usage(format!(
        "{} already exists; refusing to overwrite it.",
        path.display()
    ))
}
