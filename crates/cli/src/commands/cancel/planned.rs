//! What would be sent, shown before the question.

use std::io::{self, Write};

use countermand_client::{CancelOutcome, Plan, Planned};
use countermand_core_model::{Command, CommandState, Organization};

use crate::{
    output::{render, stderr_shape},
    settings::KeepOut,
};

/// More rows than this are counted, not shown.
const SHOWN: usize = 20;

/// Shows the commands for which a cancel would be sent.
pub(super) fn show(keep_out: &KeepOut, org: &Organization, plan: &Plan) {
    let mut commands: Vec<Command> = plan
        .targets()
        .zip(plan.dry_run())
        .filter(|(_, report)| report.outcome == CancelOutcome::Planned)
        .map(|(target, _)| as_command(org, target))
        .collect();
    for command in &mut commands {
        keep_out.of_command(command);
    }
    let more = commands.len().saturating_sub(SHOWN);
    commands.truncate(SHOWN);
    let mut text = render(&commands, stderr_shape());
    if more > 0 {
        text.push_str(&format!("and {more} more\n"));
    }
    // Nobody looks: then nobody answers the question either.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// What the plan keeps of it, in the shape that a list shows.
fn as_command(org: &Organization, target: &Planned) -> Command {
    let mut command = Command::new(org.clone(), target.device().clone(), target.id().clone());
    command.kind = target.kind().into();
    command.name = target.name().map(Into::into);
    command.state = target.before().unwrap_or(CommandState::Unknown);
    command.created_at = target.created_at();
    command.expires_at = target.expires_at();
    command
}
