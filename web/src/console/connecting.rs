//! Checking a connection, and opening it.

use std::sync::Arc;

use countermand_client::Connection;
use countermand_console::{
    connection_check::{Asked, diagnose, may_be_the_clock, needs_probe},
    idle::IdleLimit,
    problem::Problem,
    relay::Offer,
    text,
};
use countermand_core_model::DeviceRef;

use super::connection::{OpenConnection, RelaySession};
use crate::platform::{backend, site, tasks::Tasks};

/// Asks the provider whether the connection works, and returns what the organization is called.
///
/// # Errors
/// What is wrong and what to do.
pub async fn check(connection: Connection) -> Result<String, Problem> {
    let (provider, base) = (connection.org.provider(), connection.base.clone());
    let org = connection.org.to_string();
    let client = backend::checking_client(connection).map_err(|invalid| unusable(&invalid))?;
    match client.check().await {
        Ok(found) => Ok(found.name.unwrap_or(org)),
        Err(error) => {
            let probe = if needs_probe(&error) {
                Some(site::probe(base.as_str(), base.origin()).await)
            } else {
                None
            };
            let clock_ahead = if may_be_the_clock(provider, &error) {
                site::clock_ahead().await
            } else {
                None
            };
            let asked = Asked {
                provider,
                origin: base.origin(),
                page: &site::origin(),
                clock_ahead,
            };
            Err(diagnose(asked, &error, probe))
        }
    }
}

/// Checks the connection and opens it.
///
/// # Errors
/// What is wrong and what to do.
pub async fn open(
    connection: Connection,
    name: Option<String>,
    devices: Vec<DeviceRef>,
    idle: IdleLimit,
) -> Result<OpenConnection, Problem> {
    let found = check(connection.clone()).await?;
    open_unchecked(connection, name.unwrap_or(found), devices, idle)
}

/// Opens the connection without asking the provider.
///
/// # Errors
/// When a key cannot be put into a request.
pub fn open_unchecked(
    connection: Connection,
    name: String,
    devices: Vec<DeviceRef>,
    idle: IdleLimit,
) -> Result<OpenConnection, Problem> {
    let client = backend::client(connection).map_err(|invalid| unusable(&invalid))?;
    Ok(OpenConnection {
        client,
        name,
        devices,
        idle,
        tasks: Tasks::default(),
        is_key_typed: false,
        relay: None,
    })
}

/// Opens a connection of the page's server as `user`, and checks it before where `checked` asks for that.
///
/// # Errors
/// What is wrong and what to do.
pub async fn through_relay(
    offer: Offer,
    user: String,
    checked: bool,
) -> Result<OpenConnection, Problem> {
    let connection = offer.connection(&site::folder());
    let connection = connection.map_err(|invalid| unusable(&invalid))?;
    if checked {
        check(connection.clone()).await?;
    }
    let (name, devices) = (offer.name.clone(), offer.devices.clone());
    let mut open = open_unchecked(connection, name, devices, IdleLimit::default())?;
    open.relay = Some(Arc::new(RelaySession { offer, user }));
    Ok(open)
}

fn unusable(invalid: &countermand_core_model::InvalidValue) -> Problem {
    Problem {
        title: text::problems::other().to_owned(),
        advice: text::problems::other_advice().to_owned(),
        // The rule alone: the value may be a key.
        detail: format!("{}: {}", invalid.field(), text::found(invalid.rule())),
    }
}
