//! `countermand list`: the commands of devices.

use countermand_client::Filter;
use countermand_core_model::{Command, DeviceRef};
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
            Ok(listed) => commands.extend(listed),
            Err(message) => {
                say(&session.keep_out.of(&message));
                exit = Exit::NothingSent;
            }
        }
    }
    print_rows(args.output, &commands)?;
    Ok(exit)
}

async fn list(
    session: &Session,
    args: &ListArgs,
    filter: &Filter,
    device: DeviceRef,
) -> Result<Vec<Command>, String> {
    let listing = session.client.list(&device, args.state.0).await;
    let mut listing = listing.map_err(|error| format!("{device}: {}", in_words(&error)))?;
    warn_unless_whole(&device.to_string(), &listing);
    listing.items.retain(|command| filter.matches(command));
    for command in &mut listing.items {
        session.keep_out.of_command(command);
    }
    Ok(listing.items)
}
