//! Who is signed in, and which connections are open to them.

use countermand_relay_api::{ConnectionInfo, Role, SessionInfo};
use http::request::Parts;

use crate::{connection::ConnectionConfig, context::RelayContext};

/// Returns what is open to the sender of a request.
pub(crate) fn session_info(context: &RelayContext, parts: &Parts) -> SessionInfo {
    let user = context.authenticate(parts).ok();
    let access = context.policy.now();
    let connections = user
        .iter()
        .flat_map(|user| {
            let all = context.connections.values();
            all.filter_map(|connection| {
                let role = access.role(&connection.config.name, user)?;
                Some(connection_info(&connection.config, role))
            })
        })
        .collect();
    SessionInfo {
        sign_in: access.sign_in.method(),
        user: user.map(|user| user.name.to_string()),
        connections,
    }
}

fn connection_info(config: &ConnectionConfig, role: Role) -> ConnectionInfo {
    ConnectionInfo {
        name: config.name.to_string(),
        provider: config.org.provider().to_string(),
        org: config.org.to_string(),
        role,
        approval: config.approval.clone(),
        rate: config.rate.map(|rate| rate.to_string()),
        devices: config.devices.iter().map(ToString::to_string).collect(),
    }
}
