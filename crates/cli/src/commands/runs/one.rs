//! `countermand runs show`, `watch`, `stop` and `resume`.

use std::time::Duration;

use countermand_client::{CancelOutcome, CancelReport};
use countermand_relay_api::{Run, RunState};

use super::{args::RunArgs, failure::failure};
use crate::{
    commands::{
        following::{Followed, Hints, Wanted, follow},
        running,
    },
    exit::Exit,
    failure::Failure,
    output::{RunRow, pretty, print, print_rows, say},
    server::ServerError,
    settings::ServerSession,
    signals::Signals,
};

/// How often a request is sent whose answer was lost.
const ATTEMPTS: u32 = 3;

/// The time between two attempts.
const BETWEEN: Duration = Duration::from_secs(1);

/// Shows how far the run is.
pub(super) async fn show(session: &ServerSession, args: &RunArgs) -> Result<Exit, Failure> {
    let run = found(session, &args.id).await?;
    match args.output.is_table() {
        true => print(&pretty::run(&run))?,
        false => print_rows(args.output, &[RunRow(run)])?,
    }
    Ok(Exit::AsAsked)
}

/// Waits for the end of the run, and prints its rows.
pub(super) async fn watch(
    session: &ServerSession,
    args: &RunArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let run = found(session, &args.id).await?;
    Ok(followed(session, args, run, signals).await?.exit)
}

/// Asks the run to stop, waits until it has, and prints its rows.
pub(super) async fn stop(
    session: &ServerSession,
    args: &RunArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let ask = async || session.server.stop(&args.id).await;
    let run = asked(session, &args.id, ask).await?;
    let seen = followed(session, args, run, signals).await?;
    // It is as asked: nothing more is sent.
    Ok(match seen.is_over && !seen.any_unknown {
        true => Exit::AsAsked,
        false => seen.exit,
    })
}

/// Has the stopped run go on, waits for its end, and prints its rows.
pub(super) async fn resume(
    session: &ServerSession,
    args: &RunArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let ask = async || session.server.resume(&args.id).await;
    let run = asked(session, &args.id, ask).await?;
    Ok(followed(session, args, run, signals).await?.exit)
}

pub(super) async fn found(session: &ServerSession, id: &str) -> Result<Run, Failure> {
    let run = session.server.run(id).await;
    run.map_err(|error| failure(session, id, &error))
}

/// Sends a request that may be sent twice. After a lost answer a conflict says that it was done before.
async fn asked(
    session: &ServerSession,
    id: &str,
    ask: impl AsyncFn() -> Result<Run, ServerError>,
) -> Result<Run, Failure> {
    let mut was_lost = false;
    for attempt in 1.. {
        let error = match ask().await {
            Ok(run) => return Ok(run),
            Err(error) => error,
        };
        if was_lost && error.is_conflict() {
            return found(session, id).await;
        }
        was_lost |= error.may_have_been_done();
        if attempt >= ATTEMPTS || !error.may_pass() || !was_lost {
            return Err(failure(session, id, &error));
        }
        tokio::time::sleep(BETWEEN).await;
    }
    found(session, id).await
}

/// What was seen of a run.
struct SeenRun {
    exit: Exit,
    is_over: bool,
    any_unknown: bool,
}

async fn followed(
    session: &ServerSession,
    args: &RunArgs,
    run: Run,
    signals: &mut Signals,
) -> Result<SeenRun, Failure> {
    let hints = Hints {
        id: run.id.clone(),
        given: session.session.given.clone(),
    };
    let wanted = Wanted {
        output: args.output,
        ..Wanted::default()
    };
    let followed = follow(&session.session, &session.server, run, wanted, signals).await?;
    let over = match followed {
        Followed::Over(over) => over,
        Followed::NotApproved => {
            return Ok(SeenRun {
                exit: Exit::NothingSent,
                is_over: true,
                any_unknown: false,
            });
        }
        Followed::Left(exit) => {
            return Ok(SeenRun {
                exit,
                is_over: false,
                any_unknown: false,
            });
        }
    };
    let (run, watched, doubt) = *over;
    let is_unknown = |report: &CancelReport| report.outcome == CancelOutcome::Unknown;
    let any_unknown = watched.reports.iter().any(is_unknown);
    let exit = running::tell(&session.session.redactor, args.output, watched, doubt);
    if run.state == RunState::Stopped {
        say(&format!("To continue: {}", hints.command("resume")));
    }
    Ok(SeenRun {
        exit,
        is_over: true,
        any_unknown,
    })
}
