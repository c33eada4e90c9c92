//! `countermand show`: one command with all that is known of it.

use std::slice::from_ref;

use countermand_core_model::CommandTarget;

use crate::{
    args::{GlobalOptions, ShowArgs},
    exit::Exit,
    failure::{Failure, in_words},
    output::{Format, Shown, pretty, print, print_rows},
    settings::{Settings, Targets, command_ids},
};

/// Shows it.
pub(crate) async fn run(global: &GlobalOptions, args: &ShowArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let targets = Targets::parse(settings.provider(), from_ref(&args.device))?;
    let ids = command_ids(targets.provider, from_ref(&args.command_id))?;
    let session = settings.open(targets.provider, None)?;
    let named = targets.devices.into_iter().zip(ids);
    let mut shown = Vec::new();
    for (device, id) in named {
        let target = CommandTarget::new(device, id)?;
        let answer = session.client.get(target.device(), target.id()).await;
        let mut command = answer.map_err(|error| {
            let message = format!("{} {}: {}", target.device(), target.id(), in_words(&error));
            Failure::before_sending(session.keep_out.of(&message))
        })?;
        session.keep_out.of_command(&mut command);
        shown.push(Shown(command));
    }
    match args.output {
        Format::Table => {
            let text: String = shown
                .iter()
                .map(|Shown(one)| pretty::command(one))
                .collect();
            print(&text)?;
        }
        other => print_rows(other, &shown)?,
    }
    Ok(Exit::AsAsked)
}
