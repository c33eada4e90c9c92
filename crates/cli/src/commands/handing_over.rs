//! Hands a plan over to a server, which drives the run.

use std::time::Duration;

use countermand_client::{CancelOutcome, CancelReport, Plan, Planned};
use countermand_relay_api::{Run, RunRequest, RunState};

use super::{
    following::{Followed, Hints, Wanted, follow},
    running::{self, NewJournal, Watched},
};
use crate::{
    args::OutputArgs,
    exit::{Doubt, Exit},
    failure::{Failure, in_words},
    output::{print_rows, say, text::visible},
    server::{ServerClient, ServerError},
    settings::Session,
    signals::Signals,
};

/// How often a request is sent whose answer was lost. The same plan is the same run.
const ATTEMPTS: u32 = 3;

/// The most cancels that a server sends at once.
const MOST_AT_ONCE: u16 = 64;

/// The longest time for which a server reads an accepted cancel again, and watches it afterwards.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What came of a plan that was handed over.
pub(super) enum Handed {
    /// The run is over.
    Over(Box<(Run, Watched, Doubt)>),
    /// Nothing more is known of it. That was said.
    Left(Exit),
}

/// What is handed over.
pub(super) struct Order<'a> {
    pub(super) plan: &'a Plan,
    pub(super) reason: Option<&'a str>,
    pub(super) ticket: Option<&'a str>,
    pub(super) concurrency: u16,
    pub(super) verify_for: Duration,
    pub(super) watch_for: Duration,
    /// Start it although one that does the same is under way.
    pub(super) beside: bool,
    /// Where its journal is kept.
    pub(super) journal: Option<NewJournal>,
    pub(super) output: OutputArgs,
}

/// Refuses notes where there is no server to keep them.
pub(super) fn check_notes(reason: Option<&str>, ticket: Option<&str>) -> Result<(), Failure> {
    match (reason, ticket) {
        (None, None) => Ok(()),
        _ => Err(Failure::usage(
            "--reason and --ticket need --server: the server keeps them with the run.",
        )),
    }
}

/// Refuses what a server does not take.
pub(super) fn check_limits(
    concurrency: u16,
    verify_for: Duration,
    watch_for: Duration,
) -> Result<(), Failure> {
    let refuse = |message: &str| Err(Failure::usage(message));
    if concurrency > MOST_AT_ONCE {
        return refuse("--concurrency must be at most 64 with --server.");
    }
    if verify_for > LONGEST_WAIT {
        return refuse("--verify-for must be at most 1h with --server.");
    }
    if watch_for > LONGEST_WAIT {
        return refuse("--watch must be at most 1h with --server.");
    }
    Ok(())
}

/// Hands a plan over, and waits for the end of the run.
pub(super) async fn hand_over(
    session: &Session,
    server: &ServerClient,
    order: Order<'_>,
    signals: &mut Signals,
) -> Result<Handed, Failure> {
    let request = request(session, &order)?;
    let Order { plan, output, .. } = order;
    let expected: Vec<CancelReport> = plan.targets().map(Planned::unsent_report).collect();
    let (run, is_joined) = match start(session, server, &request).await {
        Ok(started) => started,
        Err(NotStarted::Refused(error)) => {
            print_rows(output, &expected)?;
            let message = format!(
                "Cannot start the run: {}; nothing was sent.",
                in_words(&error)
            );
            return Err(Failure::before_sending(session.redactor.of(&message)));
        }
        Err(NotStarted::Unclear(error)) => {
            return Ok(Handed::Left(say_unclear(session, output, expected, &error)));
        }
    };
    let hints = Hints {
        id: run.id.clone(),
        given: session.given.clone(),
    };
    if is_joined && plan.sweep().is_some() {
        say(&format!(
            "A brake that does the same is already under way: run {}, started by {} at {}. What was created since may be missed: brake again for that once it has ended, or use --beside.",
            hints.id,
            visible(&run.by),
            visible(&run.at)
        ));
    }
    say(&format!(
        "Run {} at the server: it goes on if this command is interrupted. To watch it: {}",
        hints.id,
        hints.command("watch")
    ));
    let wanted = Wanted {
        expected,
        journal: order.journal,
        output,
    };
    Ok(match follow(session, server, run, wanted, signals).await? {
        Followed::Left(exit) => Handed::Left(exit),
        Followed::NotApproved => Handed::Left(Exit::NothingSent),
        Followed::Over(over) => {
            let (run, watched, doubt) = *over;
            if run.state == RunState::Stopped {
                say(&format!("To continue: {}", hints.command("resume")));
            }
            Handed::Over(Box::new((run, watched, doubt)))
        }
    })
}

fn request(session: &Session, order: &Order<'_>) -> Result<RunRequest, Failure> {
    let unwritable = |error: &dyn std::fmt::Display| {
        Failure::before_sending(format!("Cannot write the plan: {error}"))
    };
    let plan = session.client.encode_whole_plan(order.plan);
    let plan = plan.map_err(|error| unwritable(&error))?;
    Ok(RunRequest {
        plan: String::from_utf8(plan).map_err(|error| unwritable(&error))?,
        reason: order.reason.map(str::to_owned),
        ticket: order.ticket.map(str::to_owned),
        concurrency: Some(order.concurrency.into()),
        verify_for: seconds(order.verify_for),
        watch_for: seconds(order.watch_for),
        beside: order.beside,
    })
}

/// Returns whole seconds, rounded up.
fn seconds(time: Duration) -> Option<u32> {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    u32::try_from(seconds).ok()
}

/// Why there is no run.
enum NotStarted {
    /// The server surely did not start it.
    Refused(ServerError),
    /// It may have started it.
    Unclear(ServerError),
}

/// Starts the run. Returns also whether it surely was there before. Where an answer is lost, the same is asked again, and it is the same run. A signal does not end
/// this: it would leave open whether there is a run.
async fn start(
    session: &Session,
    server: &ServerClient,
    request: &RunRequest,
) -> Result<(Run, bool), NotStarted> {
    let mut was_lost = false;
    let mut attempt = 1;
    loop {
        let error = match server.start(request).await {
            Ok((run, is_new)) => return Ok((run, !is_new && !was_lost)),
            Err(error) => error,
        };
        was_lost |= error.may_have_been_done();
        if !was_lost {
            return Err(NotStarted::Refused(error));
        }
        if attempt == ATTEMPTS || !error.may_pass() {
            return Err(NotStarted::Unclear(error));
        }
        let why = session.redactor.of(&in_words(&error));
        say(&format!(
            "Asking again, which starts no second run: {why}; the server may have started the run."
        ));
        tokio::time::sleep(Duration::from_secs(1 << attempt)).await;
        attempt += 1;
    }
}

/// Says that there may be a run, and prints each target as unknown.
fn say_unclear(
    session: &Session,
    output: OutputArgs,
    mut reports: Vec<CancelReport>,
    error: &ServerError,
) -> Exit {
    for report in &mut reports {
        report.outcome = CancelOutcome::Unknown;
        report.message = Some("the server may have started the run".to_owned());
    }
    let watched = Watched {
        reports,
        stopped: None,
        stopped_after: None,
        any_sent: true,
        gaps: countermand_client::Gaps::default(),
        left_open: 0,
        broken_off: false,
        recording: None,
    };
    running::tell(&session.redactor, output, watched, Doubt::default());
    let why = session.redactor.of(&in_words(error));
    say(&format!(
        "The server may have started the run: {why}. To check: countermand runs list{}",
        session.given
    ));
    // Also where no target is known yet.
    Exit::Unknown
}
