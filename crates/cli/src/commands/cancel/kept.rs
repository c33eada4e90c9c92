//! Plans that are kept, and that were.

use std::{
    fs::File,
    io::{BufReader, ErrorKind},
    path::Path,
};

use countermand_client::{BrokenPlan, Drift, KeptPlan, Plan};
use countermand_core_model::{CancelOutcome, CommandState};

use crate::{
    failure::{Failure, in_words},
    output::{say, shell::quoted_path},
    settings::{KeepOut, Session, Settings},
};

/// Reads the plan in `path`. A changed one is refused: what it now says was never looked at.
pub(super) fn read(path: &Path) -> Result<KeptPlan, Failure> {
    let name = path.display();
    let file = File::open(path)
        .map_err(|error| Failure::usage(format!("the plan {name} cannot be read: {error}")))?;
    KeptPlan::read(BufReader::new(file)).map_err(|error| {
        let message = format!("the plan {name} is refused: {}", in_words(&error));
        match error {
            BrokenPlan::NotAPlan | BrokenPlan::OtherVersion { .. } => Failure::usage(message),
            _ => Failure::before_sending(message),
        }
    })
}

/// A session over the connection that the plan was made over.
pub(super) fn session(
    settings: Settings,
    kept: &KeptPlan,
    rate: Option<countermand_transport::RateLimit>,
) -> Result<Session, Failure> {
    let settings = settings.or_of_file(kept.provider, &kept.org);
    let provider = settings.of_provider(kept.provider)?;
    let session = settings.open(provider, rate)?;
    session
        .client
        .check_plan(kept)
        .map_err(|error| Failure::usage(format!("the plan is of another connection: {error}")))?;
    Ok(session)
}

/// Says what has drifted; unless that is allowed, it is a reason to send nothing.
pub(super) fn refusal(keep_out: &KeepOut, drift: &[Drift], allow_drift: bool) -> Option<Failure> {
    let (unread, changed): (Vec<&Drift>, Vec<&Drift>) =
        drift.iter().partition(|one| could_not_be_read(one));
    for changed in &changed {
        say(&keep_out.of(&words(changed)));
    }
    for line in unread_lines(&unread) {
        say(&keep_out.of(&line));
    }
    if drift.is_empty() || allow_drift {
        return None;
    }
    let changed = match changed.len() {
        0 => None,
        1 => Some("1 target has changed since the plan was made".to_owned()),
        count => Some(format!(
            "{count} targets have changed since the plan was made"
        )),
    };
    let Some(changed) = changed else {
        let targets = match unread.len() {
            1 => "1 target".to_owned(),
            count => format!("{count} targets"),
        };
        return Some(Failure::before_sending(format!(
            "{targets} of the plan could not be read again; nothing was sent"
        )));
    };
    Some(Failure::before_sending(format!(
        "{changed}; nothing was sent. --allow-drift leaves out what has changed, and cancels the rest"
    )))
}

/// Nothing speaks of the target itself: it could not be read, or was not asked about.
fn could_not_be_read(drift: &Drift) -> bool {
    drift.now.before.is_none() && drift.now.outcome == CancelOutcome::NotSent
}

/// What holds for several is said once.
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
            Some(format!("{device} {id}{more}: could not be read: {words}"))
        })
        .collect()
}

fn words(drift: &Drift) -> String {
    let kept = drift.kept.map_or("not to be read", CommandState::as_str);
    let now = match (drift.now.before, &drift.now.message) {
        (Some(now), _) => format!("is {now} now"),
        (None, Some(message)) => format!("cannot be read any more ({message})"),
        (None, None) => "cannot be read any more".to_owned(),
    };
    format!(
        "{} {}: was {kept} when the plan was made, and {now}",
        drift.device(),
        drift.id()
    )
}

/// Keeps `plan` in a new file.
pub(super) fn keep(session: &Session, plan: &Plan, path: &Path) -> Result<(), Failure> {
    let name = path.display();
    session
        .client
        .keep_in(plan, path)
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Failure::usage(format!("{name} exists, and is not written over"))
            }
            _ => Failure::before_sending(format!("the plan cannot be kept in {name}: {error}")),
        })?;
    say(&format!(
        "the plan is kept: countermand cancel --plan {}{} applies it",
        quoted_path(path),
        session.given
    ));
    Ok(())
}
