//! `countermand devices`: the devices of the organisation.

use super::warn_unless_whole;
use crate::{
    args::{DevicesArgs, GlobalOptions, Text},
    exit::Exit,
    failure::{Failure, in_words},
    output::{DeviceRow, print_rows},
    progress::Waiting,
    settings::Settings,
};

/// Lists them.
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
    let listed = tokio::select! {
        listed = session.client.devices(search) => listed,
        never = progress.tick() => match never {},
    };
    progress.clear();
    let listing = match listed {
        Ok(listing) => listing,
        Err(error) => {
            print_rows::<DeviceRow>(args.output, &[])?;
            let message = format!("the devices could not be listed: {}", in_words(&error));
            return Err(Failure::before_sending(session.keep_out.of(&message)));
        }
    };
    let is_whole = warn_unless_whole("devices", &listing);
    let rows: Vec<DeviceRow> = listing
        .items
        .into_iter()
        .map(|mut device| {
            session.keep_out.of_device(&mut device);
            DeviceRow(device)
        })
        .collect();
    print_rows(args.output, &rows)?;
    Ok(if is_whole {
        Exit::AsAsked
    } else {
        Exit::NotCancelled
    })
}
