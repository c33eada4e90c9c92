//! What the page may offer to whoever asks.

use countermand_relay_api::{ConnectionInfo, Role, SessionInfo};
use http::request::Parts;

use super::Relay;
use crate::upstream::ConnectionConfig;

impl Relay {
    /// Returns what is open to the sender of a request.
    pub(crate) fn offer(&self, parts: &Parts) -> SessionInfo {
        let inner = &self.0;
        let user = inner.user(parts);
        let access = inner.policy.now();
        let connections = user
            .iter()
            .flat_map(|user| {
                let all = inner.connections.values();
                all.filter_map(|connection| {
                    let role = access.role(&connection.config.name, user)?;
                    Some(offered(&connection.config, role))
                })
            })
            .collect();
        SessionInfo {
            sign_in: access.sign_in.method(),
            user: user.map(|user| user.name.to_string()),
            connections,
        }
    }
}

fn offered(config: &ConnectionConfig, role: Role) -> ConnectionInfo {
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
