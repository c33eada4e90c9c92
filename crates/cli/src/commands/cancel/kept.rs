//! Plans that are kept, and that were.

use std::{
    fs::File,
    io::{BufReader, ErrorKind},
    path::Path,
};

use countermand_client::{BrokenPlan, Drift, KeptPlan, Plan};
use countermand_core_model::CommandState;

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
    for changed in drift {
        say(&keep_out.of(&words(changed)));
    }
    if drift.is_empty() || allow_drift {
        return None;
    }
    let targets = match drift.len() {
        1 => "1 target has".to_owned(),
        count => format!("{count} targets have"),
    };
    Some(Failure::before_sending(format!(
        "{targets} changed since the plan was made; nothing was sent. --allow-drift leaves out what has changed, and cancels the rest"
    )))
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
