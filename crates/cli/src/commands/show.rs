//! `countermand show`: one command in full.

use std::slice::from_ref;

use clap::Args;

use crate::{
    args::{GlobalOptions, OutputArgs},
    exit::Exit,
    failure::{Failure, in_words},
    output::{CommandDetails, pretty, print, print_rows},
    settings::{Settings, command_ids, one_device},
};

/// Show one command in full.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY; or name:TEXT or serial:TEXT
    device: String,
    /// The command's ID
    command_id: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// Shows the command.
pub(super) async fn run(global: &GlobalOptions, args: &ShowArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global).await?;
    let targets = one_device(settings.provider(), &args.device)?;
    let ids = command_ids(targets.provider, from_ref(&args.command_id))?;
    let session = settings.open(targets.provider, None)?;
    let found = targets.find(&session).await?;
    let (Some(device), Some(id)) = (found.devices.first(), ids.first()) else {
        return Err(Failure::usage("Give one DEVICE and one COMMAND_ID."));
    };
    match session.client.get(device, id).await {
        Ok(mut command) => {
            session.redactor.of_command(&mut command);
            match args.output.is_table() {
                true => print(&pretty::command(&command))?,
                false => print_rows(args.output, &[CommandDetails(command)])?,
            }
            Ok(Exit::AsAsked)
        }
        Err(error) => {
            print_rows::<CommandDetails>(args.output, &[])?;
            let message = format!("{device} {id}: {}", in_words(&error));
            Err(Failure::before_sending(session.redactor.of(&message)))
        }
    }
}
