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

use super::{Session, Through};
use crate::platform::{backend, site, tasks::Tasks};

/// Asks the vendor whether the connection works: what the organisation is called.
///
/// # Errors
/// What is wrong with it and what to do.
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
/// What is wrong with it and what to do.
pub async fn open(
    connection: Connection,
    name: Option<String>,
    devices: Vec<DeviceRef>,
    idle: IdleLimit,
) -> Result<Session, Problem> {
    let found = check(connection.clone()).await?;
    session(connection, name.unwrap_or(found), devices, idle)
}

/// Opens the connection; nothing is asked of the vendor.
///
/// # Errors
/// When a key cannot stand in a request.
pub fn session(
    connection: Connection,
    name: String,
    devices: Vec<DeviceRef>,
    idle: IdleLimit,
) -> Result<Session, Problem> {
    let client = backend::client(connection).map_err(|invalid| unusable(&invalid))?;
    Ok(Session {
        client,
        name,
        devices,
        idle,
        tasks: Tasks::default(),
        relay: None,
    })
}

/// Opens a connection of the page's host's relay as `user`; where it is to be checked first, it is.
///
/// # Errors
/// What is wrong with it and what to do.
pub async fn through_relay(offer: Offer, user: String, checked: bool) -> Result<Session, Problem> {
    let connection = offer.connection(&site::folder());
    let connection = connection.map_err(|invalid| unusable(&invalid))?;
    if checked {
        check(connection.clone()).await?;
    }
    let (name, devices) = (offer.name.clone(), offer.devices.clone());
    let mut session = session(connection, name, devices, IdleLimit::default())?;
    session.relay = Some(Arc::new(Through { offer, user }));
    Ok(session)
}

fn unusable(invalid: &countermand_core_model::InvalidValue) -> Problem {
    Problem {
        title: text::problems::other().to_owned(),
        advice: text::problems::other_advice().to_owned(),
        // The rule alone: the value may be a key.
        detail: format!("{}: {}", invalid.field(), text::found(invalid.rule())),
    }
}
