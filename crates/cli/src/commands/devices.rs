//! `countermand devices`: the devices of the organisation.

use countermand_core_model::Device;

use super::warn_unless_whole;
use crate::{
    args::{DevicesArgs, GlobalOptions, Text},
    exit::Exit,
    failure::{Failure, in_words},
    output::{DeviceRow, Rows, say},
    progress::Waiting,
    settings::Settings,
};

/// Lists them, each page as it comes.
pub(crate) async fn run(global: &GlobalOptions, args: &DevicesArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let provider = settings.provider().ok_or_else(|| {
        Failure::usage(
            "the vendor is missing: give --provider, COUNTERMAND_PROVIDER, or provider in a profile",
        )
    })?;
    let session = settings.open(provider, args.pace.rate)?;
    let progress = Waiting::start("listing the devices");
    let search = args.search.as_ref().map(Text::given);
    let mut rows = Rows::start(args.output)?;
    let mut shown = 0;
    let mut printed = Ok(());
    let tell = |devices: Vec<Device>| {
        shown += devices.len();
        progress.came(devices.len());
        let devices = devices.into_iter().map(|mut device| {
            session.keep_out.of_device(&mut device);
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
        Ok(listing) if warn_unless_whole("devices", &listing) => Ok(Exit::AsAsked),
        Ok(_) => Ok(Exit::NotCancelled),
        Err(error) if shown > 0 => {
            let message = format!(
                "there are more devices, which could not be listed: {}",
                in_words(&error)
            );
            say(&session.keep_out.of(&message));
            Ok(Exit::NotCancelled)
        }
        Err(error) => {
            let message = format!("the devices could not be listed: {}", in_words(&error));
            Err(Failure::before_sending(session.keep_out.of(&message)))
        }
    }
}
