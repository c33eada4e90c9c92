//! What a brake would do: the order of the devices, and how long looking at all of them takes.

use std::time::Duration;

use countermand_client::Sweep;
use countermand_core_model::Device;

use super::args::BrakeArgs;
use crate::{
    exit::Exit,
    failure::{Failure, in_words},
    output::{self, DeviceRow, print_rows, say},
    progress::in_words as time_in_words,
    settings::Session,
    signals::Signals,
};

/// Prints the devices in the order in which they would be looked at. Nothing is sent, and no command is read.
pub(super) async fn dry_run(
    session: &Session,
    args: &BrakeArgs,
    sweep: &Sweep,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let mut devices = Vec::new();
    let listed = tokio::select! {
        listed = session.client.sweep_devices(sweep, |page: Vec<Device>| devices.extend(page)) => listed,
        () = signals.next() => return Err(Failure::interrupted()),
    };
    let is_whole = match listed {
        Ok(is_whole) => is_whole,
        Err(error) if devices.is_empty() => {
            let message = format!("Cannot list the devices: {}", in_words(&error));
            return Err(Failure::before_sending(session.redactor.of(&message)));
        }
        Err(error) => {
            let words = in_words(&error);
            say(&session.redactor.of(&format!(
                "There may be more devices, but they could not be listed: {words}"
            )));
            false
        }
    };
    let mut devices = Sweep::in_order(devices, session.timer.now());
    for device in &mut devices {
        session.redactor.of_device(device);
    }
    let count = devices.len();
    let rows: Vec<DeviceRow> = devices.into_iter().map(DeviceRow).collect();
    print_rows(args.output, &rows)?;
    let time = looking_takes(session, args, count);
    let time = time.map_or_else(String::new, |time| format!(", which takes {time}"));
    say(&format!(
        "Dry run: would look at {} in this order{time}, and cancel what matches {} as it is found; nothing was sent.",
        output::count(count, "device"),
        args.what.describe()
    ));
    Ok(match is_whole {
        true => Exit::AsAsked,
        false => Exit::NotCancelled,
    })
}

/// How long a look at each device takes at the rate; with a cancel and a reading on each it is three times as long.
fn looking_takes(session: &Session, args: &BrakeArgs, devices: usize) -> Option<String> {
    let rate = args
        .rate_for(session.client.provider())
        .or_else(|| countermand_client::Connection::default_rate(session.client.provider()))?;
    let at_rate = |requests: f64| {
        let after_burst = (requests - f64::from(rate.burst.get())).max(0.0);
        let seconds = after_burst * 3600.0 / f64::from(rate.per_hour.get());
        time_in_words(Duration::from_secs_f64(seconds))
    };
    let devices = devices as f64;
    Some(format!(
        "about {}, or {} if each has a command to cancel",
        at_rate(devices),
        at_rate(devices * 3.0)
    ))
}
