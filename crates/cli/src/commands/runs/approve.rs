//! `countermand runs approve` and `decline`.

use std::io::{self, IsTerminal};

use countermand_core_model::{
    Command, CommandId, CommandState, DeviceRef, Organization, Timestamp,
};
use countermand_relay_api::{Approval, ApprovalTarget, Decision, DecisionRequest};

use super::{
    args::{ApproveArgs, RunArgs},
    failure::failure,
};
use crate::{
    commands::{running::ask, sweep_words::sweep_words},
    exit::Exit,
    failure::Failure,
    output::{print_rows, say, text::visible},
    settings::ServerSession,
    signals::Signals,
};

/// Shows what somebody else asks for, and approves it.
pub(super) async fn approve(
    session: &ServerSession,
    args: &ApproveArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let id = &args.run.id;
    let approval = found(session, id).await?;
    if approval.is_reading {
        let what = format!("Run {id} is still being read at the provider. Try again in a moment.");
        return Err(Failure::before_sending(what));
    }
    let org = session.session.client.org();
    let commands: Vec<Command> = approval
        .targets
        .iter()
        .filter_map(|target| command(org, target))
        .collect();
    if commands.len() < approval.targets.len() {
        // Nobody approves what they cannot see.
        let count = approval.targets.len() - commands.len();
        let what = format!("Run {id} has {count} commands that this version cannot read.");
        return Err(Failure::before_sending(what));
    }
    if approval.count == 0 && approval.sweep.is_none() && commands.is_empty() {
        let what = format!("Run {id} names nothing that this version can read.");
        return Err(Failure::before_sending(what));
    }
    print_rows(args.run.output, &commands)?;
    let why = [&approval.ticket, &approval.reason];
    let why: Vec<&str> = why.into_iter().filter_map(|text| text.as_deref()).collect();
    let why = match why.is_empty() {
        true => String::new(),
        false => format!(" ({})", why.join(": ")),
    };
    let what = match &approval.sweep {
        Some(sweep) => format!(
            "a brake that {} asks for{why}, of {}",
            approval.by,
            sweep_words(sweep)
        ),
        None => format!(
            "{} cancels that {} asks for{why}",
            commands.len(),
            approval.by
        ),
    };
    if !args.yes {
        confirm(&what, signals).await?;
    }
    let request = DecisionRequest {
        decision: Decision::Approve,
        plan_sha256: approval.plan_sha256,
    };
    let decided = session.server.decide(id, &request).await;
    decided.map_err(|error| failure(session, id, &error))?;
    say(&visible(&format!("Approved {what}.")));
    Ok(Exit::AsAsked)
}

/// Declines what somebody else asks for.
pub(super) async fn decline(session: &ServerSession, args: &RunArgs) -> Result<Exit, Failure> {
    let request = DecisionRequest {
        decision: Decision::Decline,
        plan_sha256: None,
    };
    let decided = session.server.decide(&args.id, &request).await;
    decided.map_err(|error| failure(session, &args.id, &error))?;
    say(&format!("Declined run {}; nothing is sent.", args.id));
    Ok(Exit::AsAsked)
}

async fn found(session: &ServerSession, id: &str) -> Result<Approval, Failure> {
    let approval = session.server.approval(id).await;
    approval.map_err(|error| failure(session, id, &error))
}

async fn confirm(what: &str, signals: &mut Signals) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(
            "Cannot ask for confirmation: not a terminal. Use --yes.",
        ));
    }
    let question = visible(&format!("Approve {what}?"));
    match ask(&question, signals).await? {
        true => Ok(()),
        false => Err(Failure::before_sending("Nothing was approved.")),
    }
}

/// Returns a command as the server read it.
fn command(org: &Organization, target: &ApprovalTarget) -> Option<Command> {
    let device = DeviceRef::parse_for(org.provider(), &target.device).ok()?;
    let id = CommandId::parse(org.provider(), &target.command).ok()?;
    let mut command = Command::new(org.clone(), device, id);
    command.kind.clone_from(&target.kind);
    command.name.clone_from(&target.name);
    let state = target.state.as_deref().map(str::parse);
    command.state = state.and_then(Result::ok).unwrap_or(CommandState::Unknown);
    command.created_at = target
        .created_at
        .as_deref()
        .and_then(Timestamp::parse_rfc3339);
    Some(command)
}
