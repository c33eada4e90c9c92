//! The question before a brake: what it means, and for many devices the organization's name.

use std::time::Duration;

use countermand_client::{Sweep, SweepScope};
use countermand_core_model::Device;

use super::args::BrakeArgs;
use crate::{
    commands::running::{ask, ask_for},
    failure::{Failure, in_words},
    output::{count, number, say, text::visible},
    settings::Session,
    signals::Signals,
};

/// From so many devices on, a yes is not enough.
const MANY: usize = 50;

/// How long the question waits for the number of devices.
const COUNTED_FOR: Duration = Duration::from_secs(2);

/// Asks. Anything but a yes is a failure.
pub(super) async fn confirm(
    session: &Session,
    args: &BrakeArgs,
    sweep: &Sweep,
    signals: &mut Signals,
) -> Result<(), Failure> {
    let (devices, is_all) = tokio::select! {
        counted = devices(session, sweep) => counted?,
        () = signals.next() => return Err(Failure::interrupted()),
    };
    let place = session.place();
    if devices == 0 && is_all {
        return Err(Failure::before_sending(format!(
            "{place} has no such device: nothing was sent"
        )));
    }
    let how_many = match is_all {
        true => count(devices, "device"),
        false => format!("{} devices or more", number(devices)),
    };
    let most = args
        .what
        .at_most()
        .map(|most| format!(", at most {}", count(most, "command")));
    say(&visible(&format!(
        "This cancels what is pending and matches {} on {how_many} of {place}{}: those first that are likely to act soonest.",
        args.what.describe(),
        most.unwrap_or_default()
    )));
    let agreed = if devices < MANY && is_all {
        ask("Start?", signals).await?
    } else {
        let org = session.client.org().to_string();
        let question = format!("Type the organization ({}) to start:", visible(&org));
        ask_for(&question, &org, signals).await?
    };
    match agreed {
        true => Ok(()),
        false => Err(Failure::before_sending("Nothing was sent.")),
    }
}

/// Counts the devices, for a short while. Returns how many there are, and whether these are all.
async fn devices(session: &Session, sweep: &Sweep) -> Result<(usize, bool), Failure> {
    let search = match &sweep.scope {
        SweepScope::Devices(devices) => return Ok((devices.len(), true)),
        SweepScope::Search(text) => Some(text.as_str()),
        SweepScope::Organization => None,
    };
    let mut devices = 0;
    let listed = tokio::time::timeout(
        COUNTED_FOR,
        session
            .client
            .devices_as_they_come(search, |page: Vec<Device>| devices += page.len()),
    );
    match listed.await {
        Ok(Ok(listing)) => Ok((devices, listing.is_whole())),
        Ok(Err(error)) if error.refuses_connection() => {
            let message = format!("{}: nothing was sent", in_words(&error));
            Err(Failure::before_sending(session.redactor.of(&message)))
        }
        // The brake tries again.
        Ok(Err(_)) | Err(_) => Ok((devices, false)),
    }
}
