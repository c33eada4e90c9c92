//! `countermand devices`: the devices of the organization.

use clap::Args;
use countermand_core_model::{Device, SearchText};
use tokio::sync::Notify;

use super::unlisted::incomplete_lines;
use crate::{
    args::{GlobalOptions, ListOutputArgs, PaceArgs, parse_text},
    exit::Exit,
    failure::{Failure, in_words},
    output::{self, DeviceRow, Rows, say},
    progress::Waiting,
    settings::{Settings, no_provider},
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
    output: ListOutputArgs,
}

/// Lists the devices, and prints each page as it arrives.
pub(super) async fn run(global: &GlobalOptions, args: &DevicesArgs) -> Result<Exit, Failure> {
    let form = args.output.form::<DeviceRow>()?;
    let limit = form.limit;
    let settings = Settings::gather(global).await?;
    let provider = settings.provider().ok_or_else(no_provider)?;
    let session = settings.open(provider, args.pace.rate)?;
    let progress = Waiting::start("listing the devices");
    let search = args.search.as_ref().map(SearchText::as_str);
    let mut rows = Rows::start(form)?;
    let mut listed_so_far = 0;
    let mut printed = Ok(());
    let full = Notify::new();
    let tell = |devices: Vec<Device>| {
        listed_so_far += devices.len();
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
        if rows.is_full() {
            full.notify_one();
        }
    };
    let listed = tokio::select! {
        listed = session.client.devices_as_they_come(search, tell) => Some(listed),
        () = full.notified() => None,
        never = progress.tick() => match never {},
    };
    progress.clear();
    printed?;
    let left_out = rows.end()?;
    if let Some(limit) = limit {
        report_limit(limit, listed_so_far, left_out, listed.is_some());
    }
    match listed {
        None => Ok(Exit::AsAsked),
        Some(Ok(listing)) => {
            for line in incomplete_lines("devices", &listing) {
                say(&line);
            }
            match listing.is_whole() {
                true => Ok(Exit::AsAsked),
                false => Ok(Exit::NotCancelled),
            }
        }
        Some(Err(error)) if listed_so_far > 0 => {
            let message = format!(
                "There are more devices, but they could not be listed: {}",
                in_words(&error)
            );
            say(&session.redactor.of(&message));
            Ok(Exit::NotCancelled)
        }
        Some(Err(error)) => {
            let message = format!("Cannot list the devices: {}", in_words(&error));
            Err(Failure::before_sending(session.redactor.of(&message)))
        }
    }
}

/// Reports what `--limit` left out of `count` devices, the whole organization's if `is_whole`.
fn report_limit(limit: usize, count: usize, left_out: usize, is_whole: bool) {
    let shown = count.saturating_sub(left_out);
    if !is_whole {
        say(&format!(
            "Showing the first {shown} devices (--limit {limit}); there may be more."
        ));
    } else if left_out > 0 {
        let devices = output::count(count, "device");
        say(&format!("Showing {shown} of {devices} (--limit {limit})."));
    }
}
