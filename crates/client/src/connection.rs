//! A connection to a provider, and its stack of layers.

use std::{num::NonZeroU32, sync::Arc};

use countermand_core_model::{InvalidValue, Organization, Provider};
use countermand_transport::{
    BaseUrl, BoxTransport, Budget, Rate, RateLimit, Retry, RetryPolicy, SharedTimer, Timeout,
    Trace, Transport,
};

use crate::{
    Credentials, Timeouts,
    provider::driver,
    relayed::{RelayStatus, Relayed},
};

/// One organization at one provider, with its key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Connection {
    /// The organization, which also names the provider.
    pub org: Organization,
    /// Where the provider's API is.
    pub base: BaseUrl,
    /// The keys.
    pub credentials: Credentials,
    /// How many requests may be made; `None` for no limit.
    pub rate: Option<RateLimit>,
    /// How long things may take.
    pub timeouts: Timeouts,
}

impl Connection {
    /// Returns a connection with the provider's default rate, or without a limit over a server, which keeps the rate
    /// for all.
    ///
    /// # Errors
    /// When the keys belong to another provider than the organization.
    pub fn new(
        org: Organization,
        base: BaseUrl,
        credentials: Credentials,
    ) -> Result<Self, InvalidValue> {
        if org.provider() != credentials.provider() {
            return Err(InvalidValue::new(
                "credentials",
                "must be of the same provider as the organization",
                credentials.provider().as_str(),
            ));
        }
        let rate = match credentials {
            Credentials::Keys(_) => Self::default_rate(org.provider()),
            Credentials::HeldByRelay(_) => None,
        };
        Ok(Self {
            org,
            base,
            credentials,
            rate,
            timeouts: Timeouts::default(),
        })
    }

    /// Returns the rate limit that a provider states, if any.
    pub fn default_rate(provider: Provider) -> Option<RateLimit> {
        let rate = provider.descriptor().rate?;
        Some(RateLimit {
            per_hour: NonZeroU32::new(rate.per_hour)?,
            burst: NonZeroU32::new(rate.burst)?,
        })
    }

    /// Wraps `backend` in the layers, in the order of the transport's documentation.
    ///
    /// A server takes the place of the authentication; what it says of the session is noted there.
    pub(crate) fn stack(
        &self,
        backend: impl Transport,
        timer: &SharedTimer,
        relay: &RelayStatus,
        budget: &Arc<Budget>,
    ) -> Result<BoxTransport, InvalidValue> {
        let timed = Timeout::new(backend, timer.clone(), self.timeouts.attempt);
        let keys = match &self.credentials {
            Credentials::Keys(keys) => keys,
            Credentials::HeldByRelay(_) => {
                return Ok(self.outer(Relayed::new(timed, relay.clone()), timer, budget));
            }
        };
        let authenticate = driver(self.org.provider())?.authenticate;
        let authenticated = authenticate(BoxTransport::new(timed), &self.base, keys, timer)?;
        Ok(self.outer(authenticated, timer, budget))
    }

    fn outer(
        &self,
        authenticated: impl Transport,
        timer: &SharedTimer,
        budget: &Arc<Budget>,
    ) -> BoxTransport {
        let rated = Rate::sharing(authenticated, Arc::clone(budget));
        traced(rated, timer, &self.timeouts)
    }
}

/// Wraps a transport that keeps to a rate in the layers around that.
pub(crate) fn traced(
    rated: impl Transport,
    timer: &SharedTimer,
    timeouts: &Timeouts,
) -> BoxTransport {
    let mut policy = RetryPolicy::default();
    policy.budget = timeouts.retry_budget;
    let retried = Retry::new(rated, timer.clone(), policy);
    BoxTransport::new(Trace::new(retried, timer.clone()))
}
