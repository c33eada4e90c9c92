//! What the page may offer to whoever asks.

use http::request::Parts;
use serde_json::{Value, json};

use super::Relay;
use crate::{access::Role, upstream::ConnectionConfig};

impl Relay {
    /// What the page may offer to whoever asks.
    pub(crate) fn offer(&self, parts: &Parts) -> Value {
        let inner = &self.0;
        let user = inner.user(parts);
        let access = inner.policy.now();
        let connections: Vec<Value> = user
            .iter()
            .flat_map(|user| {
                let all = inner.connections.values();
                all.filter_map(|connection| {
                    let role = access.role(&connection.config.name, user)?;
                    Some(offered(&connection.config, role))
                })
            })
            .collect();
        json!({
            "sign_in": access.sign_in.name(),
            "user": user.map(|user| user.name),
            "connections": connections,
        })
    }
}

fn offered(config: &ConnectionConfig, role: Role) -> Value {
    let approval = config
        .approval
        .as_ref()
        .map(|rule| json!({"targets": rule.targets, "kinds": rule.kinds}));
    json!({
        "name": config.name.as_str(),
        "provider": config.org.provider(),
        "org": config.org.as_str(),
        "role": role.name(),
        "approval": approval,
        "rate": config.rate.map(|rate| rate.to_string()),
        "devices": config.devices,
    })
}
