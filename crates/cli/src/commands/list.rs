//! `countermand list`: the commands of devices.

use countermand_client::Filter;
use countermand_core_model::{Command, CommandState, DeviceRef};
use futures_util::{StreamExt, stream};

use super::warn_unless_whole;
use crate::{
    args::{GlobalOptions, ListArgs},
    exit::Exit,
    failure::{Failure, in_words},
    output::{print_rows, say},
    settings::{Session, Settings},
};

/// How many devices are asked about at once.
const AT_ONCE: usize = 8;

/// Lists; a device that fails is said and does not stop the others.
pub(crate) async fn run(global: &GlobalOptions, args: &ListArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let targets = args.named.gather(settings.provider())?;
    let filter = args.filter.in_state(args.state.0);
    let session = settings.open(targets.provider, None)?;
    let mut answers = stream::iter(targets.devices)
        .map(|device| list(&session, args, &filter, device))
        .buffered(AT_ONCE);
    let mut commands = Vec::new();
    let mut exit = Exit::AsAsked;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(listed) => {
                commands.extend(listed.commands);
                if !listed.is_whole && exit == Exit::AsAsked {
                    exit = Exit::NotCancelled;
                }
            }
            Err(message) => {
                say(&session.keep_out.of(&message));
                exit = Exit::NothingSent;
            }
        }
    }
    print_rows(args.output, &commands)?;
    Ok(exit)
}

/// What was listed of a device.
struct Listed {
    commands: Vec<Command>,
    /// Is that surely all that was asked for?
    is_whole: bool,
}

async fn list(
    session: &Session,
    args: &ListArgs,
    filter: &Filter,
    device: DeviceRef,
) -> Result<Listed, String> {
    let listing = match args.state.0 {
        // What may wait is listed as well: left out without a word, it would seem that it does not.
        Some(CommandState::Pending) => session.client.list_waiting(&device).await,
        state => session.client.list(&device, state).await,
    };
    let mut listing = listing.map_err(|error| format!("{device}: {}", in_words(&error)))?;
    let mut is_whole = warn_unless_whole(&device.to_string(), &listing);
    if args.state.0 == Some(CommandState::Pending) {
        let unclear = args.filter.in_state(Some(CommandState::Unknown));
        let unclear = listing.items.iter().filter(|one| unclear.matches(one));
        match unclear.count() {
            0 => {}
            count => {
                is_whole = false;
                let commands = if count == 1 { "command" } else { "commands" };
                say(&format!(
                    "{device}: {count} {commands} left out: the vendor does not say clearly whether this waits; --state unknown lists them"
                ));
            }
        }
    }
    listing.items.retain(|command| filter.matches(command));
    for command in &mut listing.items {
        session.keep_out.of_command(command);
    }
    Ok(Listed {
        commands: listing.items,
        is_whole,
    })
}
