//! Connections of the relay, as they are configured.

mod name;

use std::{fmt, sync::Arc};

use countermand_core_model::{DeviceRef, InvalidValue, Keys, Organization, SeverityRules};
use countermand_relay_api::{ApprovalRule, ConnectionInfo, RequiredNotes, Role};
use countermand_transport::{BaseUrl, RateLimit};
use ipnet::IpNet;

pub use name::ConnectionName;

use crate::{access::Grants, watch::WatchConfig};

/// Fetches a connection's keys again, in the way in which they were fetched first.
#[derive(Clone)]
pub struct KeySource(Arc<Fetch>);

/// Blocks while it fetches. The error is for people, and shows no key.
type Fetch = dyn Fn() -> Result<Keys, String> + Send + Sync;

impl KeySource {
    /// Returns a source that calls `fetch`, which may block. Its error is logged, and must show no key.
    pub fn new(fetch: impl Fn() -> Result<Keys, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(fetch))
    }

    pub(crate) fn fetch(&self) -> Result<Keys, String> {
        (self.0)()
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySource").finish_non_exhaustive()
    }
}

/// One connection of the relay.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectionConfig {
    /// Its name.
    pub name: ConnectionName,
    /// The organization, which also names the provider.
    pub org: Organization,
    /// The base URL of the provider's API.
    pub base: BaseUrl,
    /// The keys.
    pub keys: Keys,
    /// Where they come from again: when that is asked for, and when the provider refuses them.
    pub key_source: Option<KeySource>,
    /// How many requests everybody together may make; `None` for no limit.
    pub rate: Option<RateLimit>,
    /// Private addresses that the host name may resolve to, beside public ones.
    pub addresses: Vec<IpNet>,
    /// Who may do what.
    pub grants: Grants,
    /// Which runs a second person has to approve.
    pub approval: Option<ApprovalRule>,
    /// What has to be said of each cancel.
    pub required_notes: RequiredNotes,
    /// Devices to begin with.
    pub devices: Vec<DeviceRef>,
    /// How grave commands are in the operator's words.
    pub severity_rules: SeverityRules,
    /// How its devices are watched, where they are.
    pub watch: Option<WatchConfig>,
}

impl ConnectionConfig {
    /// Returns a connection that nobody may use yet, without limits of its own.
    ///
    /// # Errors
    /// When keys and organization belong to different providers.
    pub fn new(
        name: ConnectionName,
        org: Organization,
        base: BaseUrl,
        keys: Keys,
    ) -> Result<Self, InvalidValue> {
        if org.provider() != keys.provider() {
            return Err(InvalidValue::new(
                "keys",
                "must be of the same provider as the organization",
                keys.provider().as_str(),
            ));
        }
        Ok(Self {
            name,
            org,
            base,
            keys,
            key_source: None,
            rate: None,
            addresses: Vec::new(),
            grants: Grants::default(),
            approval: None,
            required_notes: RequiredNotes::default(),
            devices: Vec::new(),
            severity_rules: SeverityRules::default(),
            watch: None,
        })
    }

    /// Returns what the page learns of it.
    pub(crate) fn info(&self, role: Role) -> ConnectionInfo {
        ConnectionInfo {
            name: self.name.to_string(),
            provider: self.org.provider().to_string(),
            org: self.org.to_string(),
            role,
            approval: self.approval.clone(),
            runs: true,
            requires: self.required_notes,
            rate: self.rate.map(|rate| rate.to_string()),
            devices: self.devices.iter().map(ToString::to_string).collect(),
            severity: self
                .severity_rules
                .iter()
                .map(|(word, level)| (word.to_owned(), level.as_str().to_owned()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{Provider, Secret};

    use super::*;

    #[test]
    fn debug_shows_no_key() {
        let config = ConnectionConfig::new(
            ConnectionName::parse("fleet").unwrap(),
            Organization::parse(Provider::Applivery, "acme").unwrap(),
            BaseUrl::parse("https://api.example").unwrap(),
            Keys::applivery(Secret::from("s3cr3t-t0ken")),
        );
        assert!(!format!("{:?}", config.unwrap()).contains("s3cr3t"));
    }
}
