//! A connection's way to its vendor: the keys, the budget, and what an answer may bring back.

mod addresses;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use countermand_applivery::Bearer;
use countermand_core_model::{DeviceRef, InvalidValue, Keys, Organization, Provider};
use countermand_enos::Signed;
use countermand_relay_api::{ApprovalRule, is_connection_name, route};
use countermand_transport::{
    AddressRule, BaseUrl, BoxTransport, Budget, RateLimit, RequestClass, ReqwestOptions,
    ReqwestTransport, SharedTimer, Timeout, Transport, TransportError,
};
use http::{Request, Response};
use ipnet::IpNet;

use crate::access::Grants;

/// No answer of a vendor is larger; of what never ends, no more is read.
const LARGEST_ANSWER: usize = 16 << 20;

/// How long a vendor may take to answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// A connection's name, as it stands in paths: small letters, digits and hyphens, at most 63.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionName(Arc<str>);

impl ConnectionName {
    /// Checks `text`.
    ///
    /// # Errors
    /// Names the rule and the value.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        // The relay's own paths stand beside the connections'.
        let is_own_path = matches!(text, route::SIGN_IN | route::SIGNED_IN | route::SIGN_OUT);
        let is_name = is_connection_name(text) && !is_own_path;
        match is_name {
            true => Ok(Self(text.into())),
            false => Err(InvalidValue::new(
                "connection",
                "must be 1 to 63 small letters, digits and hyphens, not begin with a hyphen, and not be sign-in, signed-in or sign-out",
                text,
            )),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One connection of the relay.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectionConfig {
    /// Its name.
    pub name: ConnectionName,
    /// The organisation, which also says the vendor.
    pub org: Organization,
    /// Where the vendor's API is.
    pub base: BaseUrl,
    /// The keys.
    pub keys: Keys,
    /// How many requests may be made by everybody together; none: as fast as they go.
    pub rate: Option<RateLimit>,
    /// Private addresses that the host's name may lead to. Public ones it always may.
    pub addresses: Vec<IpNet>,
    /// Who may.
    pub grants: Grants,
    /// Which cancels a second person has to approve.
    pub approval: Option<ApprovalRule>,
    /// Devices to begin with.
    pub devices: Vec<DeviceRef>,
}

impl ConnectionConfig {
    /// A connection that nobody may use yet, without limits of its own.
    ///
    /// # Errors
    /// When the keys are another vendor's than the organisation.
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
            rate: None,
            addresses: Vec::new(),
            grants: Grants::default(),
            approval: None,
            devices: Vec::new(),
        })
    }
}

/// The way to a vendor.
pub(crate) struct Upstream {
    transport: BoxTransport,
    pub(crate) budget: Budget,
}

impl Upstream {
    /// With the layers in the order in which the transport's documentation names them; what is retried is
    /// for the client to say, which knows what it asked for.
    pub(crate) fn new(config: &ConnectionConfig, timer: &SharedTimer) -> Result<Self, NoUpstream> {
        let mut options = ReqwestOptions::default();
        options.max_body_bytes = LARGEST_ANSWER;
        options.addresses = Some(AddressRule::new(addresses::rule(
            config.base.is_loopback(),
            config.addresses.clone(),
        )));
        let backend = ReqwestTransport::with_options(&options).map_err(NoUpstream::Transport)?;
        let timed = Timeout::new(backend, timer.clone(), LONGEST_ANSWER);
        let transport = authenticate(timed, config, timer).map_err(NoUpstream::Keys)?;
        Ok(Self {
            transport,
            budget: Budget::new(timer.clone(), config.rate),
        })
    }

    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        let class = RequestClass::of(&request);
        let answer = self.transport.send(request).await?;
        self.budget.heed(class, &answer);
        Ok(answer)
    }
}

/// Wraps `transport` in the layer that adds the keys of a connection.
fn authenticate(
    transport: impl Transport,
    config: &ConnectionConfig,
    timer: &SharedTimer,
) -> Result<BoxTransport, InvalidValue> {
    let keys = &config.keys;
    Ok(match keys.provider() {
        Provider::Applivery => BoxTransport::new(Bearer::new(transport, keys.get("token")?)?),
        Provider::Enos => {
            let (key, secret) = (keys.get("app_key")?, keys.get("app_secret")?);
            let keys = countermand_enos::Credentials::new(key.clone(), secret.clone())?;
            let base = config.base.clone();
            BoxTransport::new(Signed::new(transport, base, keys, timer.clone()))
        }
        Provider::Other(other) => {
            let rule = "must be one whose calls this server reads";
            return Err(InvalidValue::new("provider", rule, other.name));
        }
    })
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").finish_non_exhaustive()
    }
}

/// There is no way to a vendor.
#[derive(Debug)]
#[non_exhaustive]
pub enum NoUpstream {
    /// A key cannot stand in a request.
    Keys(InvalidValue),
    /// The client cannot be set up on this machine.
    Transport(TransportError),
}

impl fmt::Display for NoUpstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NoUpstream {}

#[cfg(test)]
mod tests {
    use countermand_core_model::Secret;

    use super::*;

    #[test]
    fn names_that_mean_themselves_in_a_path() {
        for text in ["fleet", "a", "wind-2", "0", &"a".repeat(63)] {
            assert_eq!(ConnectionName::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "-a",
            "Fleet",
            "a b",
            "a/b",
            "..",
            "a.b",
            "a_b",
            "é",
            "sign-in",
            &"a".repeat(64),
        ] {
            assert!(ConnectionName::parse(text).is_err(), "{text}");
        }
    }

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
