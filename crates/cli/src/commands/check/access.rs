//! Key, organization and permissions: what the provider lets this key read.

use std::sync::{Arc, Mutex, PoisonError};

use countermand_core_model::{CommandState, Device, DeviceRef, Provider};
use countermand_transport::{ApiError, ApiErrorKind};
use tokio::sync::Notify;

use super::report::{Check, Report};
use crate::{
    args::GlobalOptions,
    failure::in_words,
    output::count,
    settings::{Session, Settings},
};

/// Checks what the keys open.
pub(super) async fn with_keys(settings: &Settings, provider: Provider, report: &mut Report) {
    let opened = settings.key_origins(provider).and_then(|origins| {
        let session = settings.open(provider, None)?;
        Ok((origins.join(", "), session))
    });
    let (origins, session) = match opened {
        Ok(opened) => opened,
        Err(failure) => {
            let help = "Set what is named, or correct the profile.";
            return report.failed(Check::Key, failure.message(), help);
        }
    };
    let name = match session.client.check().await {
        Ok(info) => info.name,
        Err(error) => return refused(&session, &origins, &error, report),
    };
    report.ok(Check::Key, format!("{origins}; accepted"));
    let org = session.client.org();
    report.ok(
        Check::Organization,
        session.redactor.of(&match name {
            Some(name) => format!("{org} ({name})"),
            None => org.to_string(),
        }),
    );
    permissions(&session, report).await;
}

/// Checks what the token of a server opens.
pub(super) async fn of_server(global: &GlobalOptions, report: &mut Report) {
    let session = Settings::gather(global)
        .await
        .and_then(|settings| settings.open_server());
    let opened = match session {
        Ok(opened) => opened,
        Err(failure) => {
            let help = "COUNTERMAND_SERVER_TOKEN must be your token at this server, and --connection one that is \
                        open to you.";
            return report.failed(Check::Key, failure.message(), help);
        }
    };
    report.ok(
        Check::Key,
        "COUNTERMAND_SERVER_TOKEN; accepted by the server",
    );
    report.ok(
        Check::Organization,
        format!(
            "{} over the connection {}",
            opened.session.client.org(),
            opened.server.connection()
        ),
    );
    permissions(&opened.session, report).await;
}

/// Tells a refused key from an organization that it does not open.
fn refused(session: &Session, origins: &str, error: &ApiError, report: &mut Report) {
    let words = session.redactor.of(&in_words(error));
    match error.kind() {
        ApiErrorKind::Unauthorized => report.failed(
            Check::Key,
            &format!("{origins}: {words}"),
            "Create a new key at the provider, or look whether this one is of this installation.",
        ),
        ApiErrorKind::Forbidden => report.failed(
            Check::Key,
            &format!("{origins}: {words}"),
            "A gateway does not let this machine through: it may want a header (header in the profile) or know only some \
             addresses.",
        ),
        ApiErrorKind::NotFound | ApiErrorKind::Denied | ApiErrorKind::Rejected => {
            report.ok(Check::Key, format!("{origins}; accepted"));
            report.failed(
                Check::Organization,
                &format!("{}: {words}", session.client.org()),
                "Check --org (or org in the profile), and that the key belongs to this organization.",
            );
        }
        _ => report.failed(
            Check::Key,
            &format!("{origins}: {words}"),
            "This is no API of the provider, or it is not well: check --base-url (Applivery's ends in /v1).",
        ),
    }
}

async fn permissions(session: &Session, report: &mut Report) {
    let devices = match first_devices(session).await {
        Ok(devices) => devices,
        Err(error) => {
            let words = session.redactor.of(&in_words(&error));
            report.failed(
                Check::Devices,
                &words,
                "Allow the key to read devices. Without it, name the devices yourself.",
            );
            Vec::new()
        }
    };
    match devices.first() {
        Some(device) => {
            let message = format!("{} on the first page", count(devices.len(), "device"));
            report.ok(Check::Devices, message);
            commands(session, &device.device, report).await;
        }
        None => {
            if !report.has(Check::Devices) {
                report.warning(Check::Devices, "the organization has no devices", "");
            }
            report.not_tried(Check::Commands, "no device is known");
        }
    }
    report.not_tried(
        Check::Cancel,
        "only a cancel shows whether this key may cancel; `cancel --dry-run` sends none",
    );
}

async fn commands(session: &Session, device: &DeviceRef, report: &mut Report) {
    match session.client.list_waiting(device).await {
        Ok(listing) => {
            let pending = listing.items.iter();
            let pending = pending.filter(|command| command.state == CommandState::Pending);
            report.ok(
                Check::Commands,
                format!("{} pending on {device}", pending.count()),
            );
        }
        Err(error) => {
            let words = session.redactor.of(&in_words(&error));
            let help = "Allow the key to read the commands of devices.";
            report.failed(Check::Commands, &format!("{device}: {words}"), help);
        }
    }
}

/// Reads the first page of the devices, and no other.
async fn first_devices(session: &Session) -> Result<Vec<Device>, ApiError> {
    let (page, came) = (Arc::new(Mutex::new(Vec::new())), Notify::new());
    let sink = |devices: Vec<Device>| {
        if !devices.is_empty() {
            *page.lock().unwrap_or_else(PoisonError::into_inner) = devices;
            came.notify_one();
        }
    };
    let listed = tokio::select! {
        listed = session.client.devices_as_they_come(None, sink) => listed.map(|_| ()),
        () = came.notified() => Ok(()),
    };
    let first = std::mem::take(&mut *page.lock().unwrap_or_else(PoisonError::into_inner));
    match listed {
        Err(error) if first.is_empty() => Err(error),
        _ => Ok(first),
    }
}
