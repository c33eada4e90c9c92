//! Shows what would be sent, before the question.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use countermand_client::{CancelOutcome, Plan, Planned};
use countermand_core_model::{Command, CommandState, DeviceRef, Organization};

use crate::{
    commands::filtered_out::kind_counts,
    output::{count, render, stderr_shape, text::visible},
    settings::Redactor,
};

/// The number of rows that are shown; more are counted.
const SHOWN: usize = 20;

/// Shows the commands for which a cancel would be sent.
pub(super) fn show(redactor: &Redactor, org: &Organization, plan: &Plan) {
    let mut commands: Vec<Command> = plan
        .targets()
        .zip(plan.dry_run())
        .filter(|(_, report)| report.outcome == CancelOutcome::Planned)
        .map(|(target, _)| as_command(org, target))
        .collect();
    for command in &mut commands {
        redactor.of_command(command);
    }
    let more = commands.len().saturating_sub(SHOWN);
    commands.truncate(SHOWN);
    let table = render(&commands, stderr_shape(), false);
    let mut text = table.text;
    if more > 0 {
        text.push_str(&format!("and {more} more\n"));
    }
    if !table.gone.is_empty() {
        text.push_str(&format!("columns not shown: {}\n", table.gone.join(", ")));
    }
    // If nobody reads this, nobody answers the question either.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Returns the question: how many commands, of which kinds, on how many devices, and where. `names_devices`: which
/// devices, too, because nobody named them.
pub(super) fn question(plan: &Plan, place: &str, names_devices: bool) -> String {
    let sent = plan.targets().filter(|target| target.would_be_sent());
    let sent: BTreeSet<&DeviceRef> = sent.map(Planned::device).collect();
    let (commands, mut devices) = (plan.to_send(), count(sent.len(), "device"));
    if names_devices {
        let names = sent.iter().take(SHOWN).map(ToString::to_string);
        let names = names.collect::<Vec<_>>().join(", ");
        devices.push_str(&match sent.len().saturating_sub(SHOWN) {
            0 => format!(" ({names})"),
            more => format!(" ({names} and {more} more)"),
        });
    }
    let further = further_devices(plan);
    let what = match commands {
        0 => format!(
            "everything pending on {}",
            count(plan.to_list().count(), "device")
        ),
        _ => format!(
            "{} ({}) on {devices}{further}",
            count(commands, "command"),
            kinds(plan)
        ),
    };
    visible(&format!("Cancel {what} of {place}?"))
}

/// Returns on how many devices a run would cancel more than the known targets, after a comma; nothing for none.
pub(super) fn further_devices(plan: &Plan) -> String {
    match plan.to_list().count() {
        0 => String::new(),
        number => format!(
            ", and everything else pending on {}",
            count(number, "device")
        ),
    }
}

/// Returns the kinds of the commands to cancel: "31 LOCK, 9 WIPE".
pub(super) fn kinds(plan: &Plan) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for target in plan.targets().filter(|target| target.would_be_sent()) {
        *kinds.entry(target.kind()).or_default() += 1;
    }
    kind_counts(kinds.into_iter())
}

/// Returns the target as a command, as far as the plan knows it, to be shown in a list.
fn as_command(org: &Organization, target: &Planned) -> Command {
    let mut command = Command::new(org.clone(), target.device().clone(), target.id().clone());
    command.kind = target.kind().into();
    command.name = target.name().map(Into::into);
    command.state = target.before().unwrap_or(CommandState::Unknown);
    command.created_at = target.created_at();
    command.expires_at = target.expires_at();
    command
}
