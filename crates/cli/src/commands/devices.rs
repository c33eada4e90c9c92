//! `countermand devices`: the devices of the organization.

use clap::Args;
use countermand_core_model::{Device, SearchText};

use super::unlisted::warn_if_incomplete;
use crate::{
    args::{GlobalOptions, OutputArgs, PaceArgs, parse_text},
    exit::Exit,
    failure::{Failure, in_words},
    output::{DeviceRow, Rows, say},
    progress::Waiting,
    settings::Settings,
};

/// List the devices of the organization.
#[derive(Debug, Args)]
pub(crate) struct DevicesArgs {
    /// Only devices with this text in any column; case is ignored
    #[arg(long, value_name = "TEXT", value_parser = parse_text)]
    search: Option<SearchText>,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Lists the devices, and prints each page as it arrives.
pub(super) async fn run(global: &GlobalOptions, args: &DevicesArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global).await?;
    let provider = settings.provider().ok_or_else(|| {
        Failure::usage(
            "no provider: give --provider, set COUNTERMAND_PROVIDER, or set provider in a profile",
        )
    })?;
    let session = settings.open(provider, args.pace.rate)?;
    let progress = Waiting::start("listing the devices");
    let search = args.search.as_ref().map(SearchText::as_str);
    let mut rows = Rows::start(args.output)?;
    let mut shown = 0;
    let mut printed = Ok(());
    let tell = |devices: Vec<Device>| {
        shown += devices.len();
        progress.came(devices.len());
        let devices = devices.into_iter().map(|mut device| {
            session.redactor.of_device(&mut device);
            DeviceRow(device)
        });
        if rows.is_due(devices.len()) {
            progress.clear();
        }
        if printed.is_ok() {
            printed = rows.add(devices.collect());
        }
    };
    let listed = tokio::select! {
        listed = session.client.devices_as_they_come(search, tell) => listed,
        never = progress.tick() => match never {},
    };
    progress.clear();
    printed?;
    rows.end()?;
    match listed {
        Ok(listing) if warn_if_incomplete("devices", &listing) => Ok(Exit::AsAsked),
        Ok(_) => Ok(Exit::NotCancelled),
        Err(error) if shown > 0 => {
            let message = format!(
                "there are more devices, but they could not be listed: {}",
                in_words(&error)
            );
            say(&session.redactor.of(&message));
            Ok(Exit::NotCancelled)
        }
        Err(error) => {
            let message = format!("the devices could not be listed: {}", in_words(&error));
            Err(Failure::before_sending(session.redactor.of(&message)))
        }
    }
}
